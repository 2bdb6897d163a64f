//! Circle loss. Sun et al. 2020.
//!
//! Convention: a row without a positive or without a negative counts as 0 for the reducer.

use burn::tensor::activation;

use super::facts::cosine;
use super::log_sum::log_sum_exp;
use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::fused::rectify;
use crate::setting::{Range, settings};

settings! {
    /// Settings of the circle loss.
    pub struct Circle {
        /// Relaxation: positives should be above 1 − m, negatives below m.
        margin: f64 = 0.4, "margin" "m" number(Range::MARGIN);
        /// How much the hard pairs stand out.
        scale: f64 = 80.0, "scale" "γ" number(Range::POSITIVE);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Pairs,
    formula: "log(1 + Σₚ e^(−γ[1+m−s]₊(s−1+m)) · Σₙ e^(γ[s+m]₊(s−m)))",
    paper: Paper {
        title: "Sun et al., Circle Loss: A Unified Perspective of Pair Similarity Optimization",
        year: 2020,
        link: "https://arxiv.org/abs/2002.10857",
    },
    written_for: Distance::Cosine,
    takes: cosine,
    unit: None,
    remembers: true,
    reduction: Reduction::NonZero,
};

impl Rule for Circle {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// The factors \[·\]₊ say how far a pair is from its goal; no gradient passes through them.
    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let AllPairs { grid, matrix } = inputs.pairs()?;
        let (alike, different) = (grid.alike.clone(), grid.different());
        let plain = matrix.clone().detach();
        let far = rectify(&plain.clone().neg().add_scalar(1.0 + self.margin));
        let near = rectify(&plain.add_scalar(self.margin));
        let pull = far * matrix.clone().sub_scalar(1.0 - self.margin);
        let push = near * matrix.sub_scalar(self.margin);
        let both = alike.clone().max_dim(1) * different.clone().max_dim(1);
        let sum = log_sum_exp(pull.mul_scalar(-self.scale), alike, 1)
            + log_sum_exp(push.mul_scalar(self.scale), different, 1);
        Ok(vec![Term::every_row(activation::softplus(sum, 1.0) * both)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // Positives at 0° and 90°, a negative at 180°: s is 0 for the pair, −1 and 0 for the negatives. The last row has
        // no positive and is left out, being 0.
        let rows = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]];
        let found = value(Circle { margin: 0.5, scale: 2.0 }, Distance::Cosine, &rows, &[0, 0, 1]);
        let pull = 2.0 * 1.5 * 0.5;
        let softplus = |x: f32| x.exp().ln_1p();
        // Pushes: 0 at s = −1, and 2 · 0.5 · (−0.5) at s = 0.
        assert_close(found, 0.5 * (softplus(pull) + softplus(pull - 0.5)));
    }
}
