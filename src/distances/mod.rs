//! Distances between rows, with their orientation.
//!
//! A distance is small for what is alike, a similarity large. [`Distance`] knows which it is, so no
//! loss and no miner branches on it: they ask [`Distance::excess`].

mod angular;
mod lp;
mod normalize;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

pub use normalize::normalize;

/// A way to compare two rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Distance {
    /// d(x, y) = ‖x − y‖₂. A metric.
    Euclidean,
    /// d(x, y) = ‖x − y‖₂². Not a metric: the triangle inequality fails.
    SquaredEuclidean,
    /// s(x, y) = x·y / (‖x‖ ‖y‖), a similarity: larger is closer.
    Cosine,
}

impl Distance {
    /// Every distance, in the order a page lists them.
    pub const ALL: [Self; 3] = [Self::Euclidean, Self::SquaredEuclidean, Self::Cosine];

    /// Whether a larger value means closer.
    pub fn is_similarity(self) -> bool {
        matches!(self, Self::Cosine)
    }

    /// Every query against every reference.
    ///
    /// # Shapes
    /// `[n, d]` and `[m, d]` give `[n, m]`.
    ///
    /// The gradient at d = 0 (the diagonal, duplicates) is zero and finite.
    pub fn matrix(self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Euclidean => lp::root(lp::squared_matrix(queries, references)),
            Self::SquaredEuclidean => lp::squared_matrix(queries, references),
            Self::Cosine => angular::cosine_matrix(queries, references),
        }
    }

    /// Row i against row i.
    ///
    /// # Shapes
    /// Two times `[n, d]` give `[n, 1]`.
    pub fn pairs(self, a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Euclidean => lp::root(lp::squared_pairs(a, b)),
            Self::SquaredEuclidean => lp::squared_pairs(a, b),
            Self::Cosine => angular::cosine_pairs(a, b),
        }
    }

    /// By how much the pair with value `x` lies farther apart than the pair with value `y`:
    /// x − y for a distance, y − x for a similarity.
    pub fn excess<const D: usize>(self, x: Tensor<D>, y: Tensor<D>) -> Tensor<D> {
        if self.is_similarity() { y - x } else { x - y }
    }

    /// [`Self::excess`] of `x` over a constant.
    pub fn excess_over<const D: usize>(self, x: Tensor<D>, y: f64) -> Tensor<D> {
        if self.is_similarity() { x.neg().add_scalar(y) } else { x.sub_scalar(y) }
    }

    /// Larger is closer, whatever the distance: s for a similarity, −d for a distance.
    pub fn nearness<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        if self.is_similarity() { x } else { x.neg() }
    }

    /// The nearer of two values: the smaller distance, the larger similarity.
    pub fn nearer<const D: usize>(self, x: Tensor<D>, y: Tensor<D>) -> Tensor<D> {
        if self.is_similarity() { x.max_pair(y) } else { x.min_pair(y) }
    }
}
