//! Margin loss. Wu et al. 2017, Sampling Matters in Deep Embedding Learning.

use burn::tensor::{Tensor, activation};
use serde::{Deserialize, Serialize};

use super::reduction::Term;
use crate::distances::Distance;
use crate::pairing::Selection;

/// Who decides where β lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Boundary {
    /// The setting.
    #[default]
    Fixed,
    /// Training, one for all.
    Learned,
    /// Training, one for each class; an anchor brings its own.
    PerClass,
}

/// [d(a,p) − β + α]₊ of each positive pair.
pub fn positive_values<const D: usize>(
    distance: Distance,
    positive: Tensor<D>,
    alpha: f64,
    beta: f64,
) -> Tensor<D> {
    pull(distance.excess_over(positive, beta), alpha)
}

/// [β − d(a,n) + α]₊ of each negative pair.
pub fn negative_values<const D: usize>(
    distance: Distance,
    negative: Tensor<D>,
    alpha: f64,
    beta: f64,
) -> Tensor<D> {
    push(distance.excess_over(negative, beta), alpha)
}

/// Of d(a,p) − β.
fn pull<const D: usize>(excess: Tensor<D>, alpha: f64) -> Tensor<D> {
    activation::relu(excess.add_scalar(alpha))
}

/// Of d(a,n) − β.
fn push<const D: usize>(excess: Tensor<D>, alpha: f64) -> Tensor<D> {
    activation::relu(excess.neg().add_scalar(alpha))
}

/// Both parts over the mined triplets. A pair's value depends on two of a triplet's three rows, so
/// the sum over the third is taken of the mask instead of the values. `boundary` holds β of each anchor, where it is
/// learned, and `beta` is β where it is not.
#[allow(clippy::needless_pass_by_value, reason = "tensors are handles")]
pub(super) fn terms(
    distance: Distance,
    selection: &Selection,
    alpha: f64,
    beta: f64,
    boundary: Option<Tensor<3>>,
) -> Vec<Term> {
    let Selection { positive, negative, .. } = selection;
    let excess = |values: Tensor<3>| match &boundary {
        Some(boundary) => distance.excess(values, boundary.clone()),
        None => distance.excess_over(values, beta),
    };
    vec![
        Term {
            weights: selection.weights_like(positive),
            values: pull(excess(positive.clone()), alpha),
            candidates: None,
        },
        Term {
            weights: selection.weights_like(negative),
            values: push(excess(negative.clone()), alpha),
            candidates: None,
        },
    ]
}
