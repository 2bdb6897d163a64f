//! Cosine similarity and the angle.

use burn::tensor::Tensor;

use super::euclidean::euclidean_matrix;
use super::normalize;

/// Cosine of every query and every reference: `[n, d]`, `[m, d]` to `[n, m]`.
pub(super) fn cosine_matrix(queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
    normalize(queries).matmul(normalize(references).transpose())
}

/// Cosine of row i and row i: `[n, d]`, `[n, d]` to `[n, 1]`.
pub(super) fn cosine_pairs(a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
    (normalize(a) * normalize(b)).sum_dim(1)
}

/// Angle in radians, as 2 atan(‖x̂ − ŷ‖ / ‖x̂ + ŷ‖): near 0 and near π the arc cosine would lose half the digits.
/// A zero row is at π/2 from every row that is none, and at 0 from another zero row.
pub(super) fn angle_matrix(queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
    let (x, y) = (normalize(queries), normalize(references));
    let apart = euclidean_matrix(&x, &y);
    let together = euclidean_matrix(&x, &y.neg());
    // atan2(0, 0), two zero rows, has a gradient of 0/0; any positive second argument gives 0.
    let both_zero = apart.clone().equal_scalar(0.0);
    apart.atan2(together.mask_fill(both_zero, 1.0)).mul_scalar(2.0)
}
