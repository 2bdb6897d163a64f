//! Threshold-consistent margin. Zhang et al. 2023: a regulariser that lets one threshold serve all classes.
//!
//! It is usually added to another loss, as a second one with its weight.

use burn::tensor::Tensor;

use super::facts::cosine;
use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of the threshold-consistent margin.
    pub struct ThresholdConsistent {
        /// Positive pairs should be more alike than this.
        pos_margin: f64 = 0.9, "posMargin" "m₊" number(Range::MARGIN);
        /// Negative pairs should be less alike than this.
        neg_margin: f64 = 0.5, "negMargin" "m₋" number(Range::MARGIN);
        /// Weight of the positive pairs.
        pos_weight: f64 = 1.0, "posWeight" "λ₊" number(Range::WEIGHT);
        /// Weight of the negative pairs.
        neg_weight: f64 = 1.0, "negWeight" "λ₋" number(Range::WEIGHT);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Pairs,
    formula: "λ₊ mean{m₊ − s(a,p) : s ≤ m₊} + λ₋ mean{s(a,n) − m₋ : s ≥ m₋}",
    paper: Paper {
        title: "Zhang et al., Threshold-Consistent Margin Loss for Open-World Deep Metric Learning",
        year: 2023,
        link: "https://arxiv.org/abs/2307.04047",
    },
    written_for: Distance::Cosine,
    takes: cosine,
    unit: None,
    remembers: true,
    reduction: Reduction::MeanOfEach,
};

impl Rule for ThresholdConsistent {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// Only pairs on the wrong side of their margin count in the means.
    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let AllPairs { grid, matrix } = inputs.pairs()?;
        let term = |excess: Tensor<2>, mask: Tensor<2>, weight: f64| {
            let beyond = excess.clone().detach().greater_equal_scalar(0.0).float();
            Term::rows(excess.mul_scalar(weight), mask * beyond)
        };
        let lack = matrix.clone().neg().add_scalar(self.pos_margin);
        let pull = term(lack, grid.alike.clone(), self.pos_weight);
        let push = term(matrix.sub_scalar(self.neg_margin), grid.different(), self.neg_weight);
        Ok(vec![pull, push])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // Rows at 0° and 90° of one class, at 30° of another: s is 0 for the pair, √3/2 and ½ for the negatives.
        let at = |degrees: f32| [degrees.to_radians().cos(), degrees.to_radians().sin()];
        let loss = ThresholdConsistent { pos_weight: 2.0, neg_margin: 0.6, ..ThresholdConsistent::DEFAULT };
        let found = value(loss, Distance::Cosine, &[at(0.0), at(90.0), at(30.0)], &[0, 0, 1]);
        assert_close(found, 2.0 * 0.9 + 3.0f32.sqrt() / 2.0 - 0.6);
    }
}
