//! N-pairs loss. Sohn 2016, Improved Deep Metric Learning with Multi-class N-pair Loss Objective.

use burn::tensor::{Tensor, activation};

use super::reduction::Term;
use crate::distances::Distance;
use crate::pairing::TripletGrid;

/// One pair (a, p) of each class that has one; −log softmax of s(a, ·) over all the p, at the own one. For a distance,
/// s = −d.
pub(super) fn terms(distance: Distance, matrix: Tensor<2>, grid: &TripletGrid) -> Vec<Term> {
    let (anchors, positives) = grid.first_pairs.clone();
    let logits = distance.nearness(matrix).select(0, anchors).select(1, positives);
    let [pairs, _] = logits.dims();
    let own = Tensor::<2>::eye(pairs, &logits.device());
    let values = (activation::log_softmax(logits, 1) * own).sum_dim(1).neg();
    vec![Term::every_row(values)]
}
