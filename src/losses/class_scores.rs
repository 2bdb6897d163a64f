//! What the losses on classes share: cosines to class weights, one-hot targets, cross entropy.

use burn::tensor::{Int, Tensor, activation};

use super::reduction::Term;
use crate::distances::normalize;

/// Cosine of each row and each class weight: `[B, d]`, `[d, C]` to `[B, C]`.
pub(super) fn cosines(embeddings: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
    normalize(embeddings).matmul(normalize(weight.transpose()).transpose())
}

/// The cosines, and 1 at each row's own class: twice `[B, C]`.
pub(super) fn cosines_and_own(
    embeddings: Tensor<2>,
    weight: Tensor<2>,
    targets: Tensor<2, Int>,
) -> (Tensor<2>, Tensor<2>) {
    let cosine = cosines(embeddings, weight);
    let classes = cosine.dims()[1];
    (cosine, one_hot(targets, classes))
}

/// `[B, 1]` in 0..C to `[B, C]`: 1 at the row's class.
pub(super) fn one_hot(targets: Tensor<2, Int>, classes: usize) -> Tensor<2> {
    let device = targets.device();
    let [rows, _] = targets.dims();
    let each = Tensor::<1, Int>::arange(0..classes as i64, &device).reshape([1, classes]);
    targets.expand([rows, classes]).equal(each.expand([rows, classes])).float()
}

/// log Σₖ e^{xₖ} − xᵧ of each row, y its class.
pub(super) fn cross_entropy(logits: Tensor<2>, targets: Tensor<2, Int>) -> Vec<Term> {
    let values = activation::log_softmax(logits, 1).gather(1, targets).neg();
    vec![Term::every_row(values)]
}
