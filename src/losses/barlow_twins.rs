//! Barlow Twins, on two views without labels. Zbontar et al. 2021.
//!
//! Convention: 1e-6 is added to the variances, so that a number that does not vary correlates with nothing.

use burn::tensor::Tensor;

use super::facts::any;
use super::{Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of Barlow Twins.
    pub struct BarlowTwins {
        /// Weight of the correlations of different numbers.
        off_diagonal: f64 = 0.005, "offDiagonal" "λ" number(Range::WEIGHT);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::TwoView,
    looks: Looks::Views,
    formula: "Σᵢ (1 − Cᵢᵢ)² + λ Σ_{i≠j} C²ᵢⱼ",
    paper: Paper {
        title: "Zbontar, Jing, Misra, LeCun & Deny, Barlow Twins: Self-Supervised Learning via Redundancy Reduction",
        year: 2021,
        link: "https://arxiv.org/abs/2103.03230",
    },
    written_for: Distance::Euclidean,
    takes: any,
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

/// Keeps a number that does not vary from being divided by 0.
const LEAST_VARIANCE: f32 = 1e-6;

impl Rule for BarlowTwins {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// C holds the correlations of one view's numbers with the other's, over the batch.
    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let [first, second] = inputs.views()?;
        let standard = |x: Tensor<2>| {
            let centred = x.clone() - x.mean_dim(0);
            let variance = centred.clone().square().mean_dim(0);
            centred / (variance.add_scalar(LEAST_VARIANCE)).sqrt()
        };
        let [rows, dim] = first.dims();
        let correlations =
            standard(first).transpose().matmul(standard(second)).div_scalar(rows.max(1) as f32);
        let own = Tensor::<2>::eye(dim, &correlations.device());
        let off = own.clone().neg().add_scalar(1.0);
        let same = ((correlations.clone() - own.clone()) * own).square().sum();
        Ok(vec![Term::whole(same + (correlations * off).square().sum().mul_scalar(self.off_diagonal))])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // Three things: the first number agrees between the views, the second is turned round; they do not correlate.
        let rows = [[3.0, 1.0], [0.0, -2.0], [-3.0, 1.0], [3.0, -1.0], [0.0, 2.0], [-3.0, -1.0]];
        let found = value(BarlowTwins::DEFAULT, Distance::Euclidean, &rows, &[0, 1, 2, 0, 1, 2]);
        assert_close(found, 4.0);
    }
}
