//! Contrastive loss. Hadsell, Chopra & LeCun 2006, Dimensionality Reduction by Learning an
//! Invariant Mapping; here not squared, as the reference implementation has it.

use burn::tensor::{Tensor, activation};

use super::reduction::Term;
use crate::distances::Distance;
use crate::pairing::Selection;

/// [d(a,p) − m₊]₊ of each positive pair (for a similarity [m₊ − s]₊).
pub fn positive_values<const D: usize>(distance: Distance, positive: Tensor<D>, margin: f64) -> Tensor<D> {
    activation::relu(distance.excess_over(positive, margin))
}

/// [m₋ − d(a,n)]₊ of each negative pair (for a similarity [s − m₋]₊).
pub fn negative_values<const D: usize>(distance: Distance, negative: Tensor<D>, margin: f64) -> Tensor<D> {
    activation::relu(distance.excess_over(negative, margin).neg())
}

/// Pairs of the mined triplets, each as often as triplets hold it; where pairs were chosen each pair once.
pub(super) fn terms(distance: Distance, selection: Selection, margins: (f64, f64)) -> Vec<Term> {
    let weights = match &selection.pairs {
        Some(pairs) => pairs.clone(),
        None => (selection.weights_like(&selection.positive), selection.weights_like(&selection.negative)),
    };
    let Selection { positive, negative, .. } = selection;
    vec![
        Term { values: positive_values(distance, positive, margins.0), weights: weights.0, candidates: None },
        Term { values: negative_values(distance, negative, margins.1), weights: weights.1, candidates: None },
    ]
}
