//! Softmax cross entropy: the classifier that metric learning is compared with.

use burn::tensor::{Int, Tensor};

use super::class_scores::cross_entropy;
use super::reduction::Term;

/// `log Σₖ e^{wₖ·x + bₖ} − (w_y·x + b_y)` of each row.
///
/// # Shapes
/// `embeddings` `[B, d]`, `weight` `[d, C]`, `bias` `[1, C]`, `targets` `[B, 1]` in 0..C.
pub(super) fn terms(
    embeddings: Tensor<2>,
    weight: Tensor<2>,
    bias: Tensor<2>,
    targets: Tensor<2, Int>,
) -> Vec<Term> {
    cross_entropy(embeddings.matmul(weight) + bias, targets)
}
