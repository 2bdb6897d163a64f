//! Margin loss. Wu et al. 2017, Sampling Matters in Deep Embedding Learning.

use burn::tensor::{Tensor, activation};

use super::reduction::Term;
use crate::distances::Distance;
use crate::pairing::Selection;

/// [d(a,p) − β + α]₊ of each positive pair.
pub fn positive_values<const D: usize>(
    distance: Distance,
    positive: Tensor<D>,
    alpha: f64,
    beta: f64,
) -> Tensor<D> {
    activation::relu(distance.excess_over(positive, beta).add_scalar(alpha))
}

/// [β − d(a,n) + α]₊ of each negative pair.
pub fn negative_values<const D: usize>(
    distance: Distance,
    negative: Tensor<D>,
    alpha: f64,
    beta: f64,
) -> Tensor<D> {
    activation::relu(distance.excess_over(negative, beta).neg().add_scalar(alpha))
}

/// Both parts over the mined triplets. A pair's value depends on two of a triplet's three rows, so
/// the sum over the third is taken of the mask instead of the values.
pub(super) fn terms(distance: Distance, selection: Selection, alpha: f64, beta: f64) -> Vec<Term> {
    let Selection { positive, negative, keep, .. } = selection;
    vec![
        Term {
            values: positive_values(distance, positive, alpha, beta),
            weights: keep.clone().sum_dim(2),
            candidates: None,
        },
        Term {
            values: negative_values(distance, negative, alpha, beta),
            weights: keep.sum_dim(1),
            candidates: None,
        },
    ]
}
