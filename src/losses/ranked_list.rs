//! Ranked list loss. Wang et al. 2019.
//!
//! Convention of pytorch-metric-learning: a hundred-thousandth of the batch size is added to the sum of the weights, and
//! the weights take part in the gradient. Exponents count from the largest, so that rows of any length can be weighed.

use burn::tensor::Tensor;

use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of the ranked list loss.
    pub struct RankedList {
        /// Width of the gap: positives should be nearer than α − m.
        margin: f64 = 0.4, "margin" "m" number(Range::MARGIN);
        /// Negatives should be farther than this.
        alpha: f64 = 1.2, "alpha" "α" number(Range::MARGIN);
        /// How much the hard positives stand out.
        pos_scale: f64 = 0.0, "posScale" "T₊" number(Range::closed(0.0, 1e4));
        /// How much the hard negatives stand out.
        neg_scale: f64 = 10.0, "negScale" "T₋" number(Range::closed(0.0, 1e4));
        /// Share of the negatives in the sum.
        neg_share: f64 = 0.5, "negShare" "λ" number(Range::closed(0.0, 1.0));
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Pairs,
    formula: "(1 − λ)Σₚ w(d − α + m)/Σₚ w + λΣₙ w(α − d)/Σₙ w, w = e^(T·excess), where the excess is above 0",
    paper: Paper {
        title: "Wang, Hua, Kodirov & Robertson, Ranked List Loss for Deep Metric Learning",
        year: 2019,
        link: "https://arxiv.org/abs/1903.03238",
    },
    written_for: Distance::Euclidean,
    takes: |distance| !matches!(distance, Distance::Cosine | Distance::Dot),
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

/// Added to the sum of the weights, times the number of rows.
const LEAST_WEIGHT: f64 = 1e-5;

/// The mean excess of the pairs above 0, weighed by e^{scale · excess}, `[B, 1]`.
fn weighed_mean(excess: Tensor<2>, mask: Tensor<2>, scale: f64) -> Tensor<2> {
    let [rows, _] = excess.dims();
    let keep = mask * excess.clone().detach().greater_scalar(0.0).float();
    let excess = excess * keep.clone();
    let exponent = excess.clone().mul_scalar(scale);
    let shift = exponent.clone().detach().max_dim(1);
    let weights = (exponent - shift.clone()).exp() * keep;
    let least = shift.neg().exp().mul_scalar(rows as f64 * LEAST_WEIGHT).clamp_min(f32::MIN_POSITIVE);
    (weights.clone() * excess).sum_dim(1) / (weights.sum_dim(1) + least)
}

impl Rule for RankedList {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let AllPairs { grid, matrix } = inputs.pairs()?;
        let far = matrix.clone().sub_scalar(self.alpha - self.margin);
        let near = matrix.neg().add_scalar(self.alpha);
        let pull = weighed_mean(far, grid.alike.clone(), self.pos_scale);
        let push = weighed_mean(near, grid.different(), self.neg_scale);
        let values = pull.mul_scalar(1.0 - self.neg_share) + push.mul_scalar(self.neg_share);
        Ok(vec![Term::every_row(values)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // On a line: positives 0 and 1, negatives at 1.5 and 2.5. α = 1.6, m = 1: positives are 0.4 beyond 0.6. From 0 the
        // negative at 1.5 is 0.1 too near; from 1 both are, by 1.1 and 0.1. The negatives are alone in their classes.
        let rows = [[0.0, 0.0], [1.0, 0.0], [1.5, 0.0], [2.5, 0.0]];
        let loss = RankedList { margin: 1.0, alpha: 1.6, pos_scale: 0.0, neg_scale: 2.0, neg_share: 0.25 };
        let found = value(loss, Distance::Euclidean, &rows, &[0, 0, 1, 2]);
        let least = 4e-5f32;
        let weighed = |excess: &[f32]| {
            let weights = excess.iter().map(|x| (2.0 * x).exp());
            let sum: f32 = weights.clone().zip(excess).map(|(w, x)| w * x).sum();
            sum / (weights.sum::<f32>() + least)
        };
        let pull = 2.0 * 0.4 / (1.0 + least);
        // From 1.5: 0.1, 1.1 and 0.6; from 2.5: 0.1 and 0.6.
        let push = weighed(&[0.1]) + weighed(&[1.1, 0.1]) + weighed(&[0.1, 1.1, 0.6]) + weighed(&[0.1, 0.6]);
        assert_close(found, (0.75 * pull + 0.25 * push) / 4.0);
    }
}
