//! Contrastive loss. Hadsell, Chopra & LeCun 2006. Not squared, as in pytorch-metric-learning.
//!
//! A pair counts once where the miner selects pairs, and as often as triplets hold it where the miner selects triplets.

use burn::tensor::Tensor;

use super::facts::any;
use super::{Facts, Inputs, Looks, OnATriplet, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::fused::rectify;
use crate::pairing::Selection;
use crate::setting::{Range, settings};

settings! {
    /// Settings of the contrastive loss.
    pub struct Contrastive {
        /// Positive pairs nearer than this cost nothing.
        pos_margin: f64 = 0.0, "posMargin" "m₊" number(Range::MARGIN);
        /// Negative pairs farther than this cost nothing.
        neg_margin: f64 = 1.0, "negMargin" "m₋" number(Range::MARGIN);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Mined,
    formula: "[d(a,p) − m₊]₊ + [m₋ − d(a,n)]₊",
    paper: Paper {
        title: "Hadsell, Chopra & LeCun, Dimensionality Reduction by Learning an Invariant Mapping",
        year: 2006,
        link: "https://doi.org/10.1109/CVPR.2006.100",
    },
    written_for: Distance::Euclidean,
    takes: any,
    unit: None,
    remembers: true,
    reduction: Reduction::NonZero,
};

/// [d(a,p) − m₊]₊ of each positive pair (for a similarity [m₊ − s]₊).
pub fn positive_values<const D: usize>(distance: Distance, positive: Tensor<D>, margin: f64) -> Tensor<D> {
    rectify(&distance.excess_over(positive, margin))
}

/// [m₋ − d(a,n)]₊ of each negative pair (for a similarity [s − m₋]₊).
pub fn negative_values<const D: usize>(distance: Distance, negative: Tensor<D>, margin: f64) -> Tensor<D> {
    rectify(&distance.excess_over(negative, margin).neg())
}

impl Rule for Contrastive {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn on_a_triplet(&self) -> Option<OnATriplet> {
        Some(OnATriplet::Contrastive(*self))
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let distance = inputs.distance;
        let selection = inputs.mined(false)?;
        let weights = match &selection.pairs {
            Some(pairs) => pairs.clone(),
            None => {
                (selection.weights_like(&selection.positive), selection.weights_like(&selection.negative))
            }
        };
        let Selection { positive, negative, .. } = selection;
        let pull = positive_values(distance, positive, self.pos_margin);
        let push = negative_values(distance, negative, self.neg_margin);
        Ok(vec![Term::weighing(pull, weights.0), Term::weighing(push, weights.1)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // On a line: positives 0 and 0.3, a negative at 0.8. Pull 0.3; push 0.2 and 0.5.
        let rows = [[0.0, 0.0], [0.3, 0.0], [0.8, 0.0]];
        let found = value(Contrastive::DEFAULT, Distance::Euclidean, &rows, &[0, 0, 1]);
        assert_close(found, 0.3 + 0.5 * (0.2 + 0.5));
    }
}
