//! Cosine similarity.

use burn::tensor::Tensor;

use super::normalize;

/// Cosine of every query and every reference: `[n, d]`, `[m, d]` to `[n, m]`.
pub(super) fn cosine_matrix(queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
    normalize(queries).matmul(normalize(references).transpose())
}

/// Cosine of row i and row i: `[n, d]`, `[n, d]` to `[n, 1]`.
pub(super) fn cosine_pairs(a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
    (normalize(a) * normalize(b)).sum_dim(1)
}
