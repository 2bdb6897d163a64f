//! Neighbourhood components analysis. Goldberger et al. 2004.
//!
//! Convention: a row without a positive is left out of the mean. The share of the positives is computed as log(1 + N/P)
//! from the logarithms of the two sums, so that neither can underflow.

use burn::tensor::activation;

use super::facts::any;
use super::log_sum::log_sum_exp;
use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of NCA.
    pub struct Nca {
        /// Scale of the distances.
        scale: f64 = 1.0, "scale" "σ" number(Range::POSITIVE);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Pairs,
    formula: "−log(Σₚ e^(−σd(a,p)) / Σⱼ e^(−σd(a,j)))",
    paper: Paper {
        title: "Goldberger, Roweis, Hinton & Salakhutdinov, Neighbourhood Components Analysis",
        year: 2004,
        link: "https://proceedings.neurips.cc/paper/2004/hash/42fe880812925e520249e808937738d2-Abstract.html",
    },
    written_for: Distance::SquaredEuclidean,
    takes: any,
    unit: None,
    remembers: true,
    reduction: Reduction::Mean,
};

impl Rule for Nca {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let AllPairs { grid, matrix } = inputs.pairs()?;
        let logits = inputs.distance.nearness(matrix).mul_scalar(self.scale);
        let (alike, different) = (grid.alike.clone(), grid.different());
        let (some, other) = (alike.clone().max_dim(1), different.clone().max_dim(1));
        let excess = log_sum_exp(logits.clone(), different, 1) - log_sum_exp(logits, alike, 1);
        Ok(vec![Term::rows(activation::softplus(excess, 1.0) * other, some)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // On a line: positives 0 and 1, a negative at 3; d is squared.
        let rows = [[0.0, 0.0], [1.0, 0.0], [3.0, 0.0]];
        let found = value(Nca::DEFAULT, Distance::SquaredEuclidean, &rows, &[0, 0, 1]);
        assert_close(found, 0.5 * ((-8.0f32).exp().ln_1p() + (-3.0f32).exp().ln_1p()));
        // Far apart: the negative is 900 nearer, in the exponent.
        let rows = [[0.0, 0.0], [50.0, 0.0], [40.0, 0.0]];
        let found = value(Nca::DEFAULT, Distance::SquaredEuclidean, &rows, &[0, 0, 1]);
        assert_close(found, 0.5 * (900.0 + 2400.0));
    }
}
