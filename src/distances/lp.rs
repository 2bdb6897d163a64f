//! Euclidean distance and its square.

use burn::tensor::Tensor;

/// Up to this many differences (n · m · d) the matrix is computed as differences, beyond it by
/// ‖x‖² + ‖y‖² − 2x·y, which needs no n·m·d memory but cancels for near-duplicates.
const DIFFERENCE_FORM_LIMIT: usize = 1 << 17;

/// ‖x − y‖² of every query and every reference: `[n, d]`, `[m, d]` to `[n, m]`.
pub(super) fn squared_matrix(queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
    let [n, d] = queries.dims();
    let [m, _] = references.dims();
    if n * m * d <= DIFFERENCE_FORM_LIMIT {
        let difference = queries.unsqueeze_dim::<3>(1) - references.unsqueeze_dim::<3>(0);
        return difference.square().sum_dim(2).squeeze_dim::<2>(2);
    }
    let query_norms = queries.clone().square().sum_dim(1);
    let reference_norms = references.clone().square().sum_dim(1).transpose();
    let products = queries.matmul(references.transpose());
    (products.mul_scalar(-2.0) + query_norms + reference_norms).clamp_min(0.0)
}

/// ‖x − y‖² of row i and row i: `[n, d]`, `[n, d]` to `[n, 1]`.
pub(super) fn squared_pairs(a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
    (a - b).square().sum_dim(1)
}

/// √x with the gradient set to zero at x = 0, where the slope is infinite.
pub(super) fn root(squared: Tensor<2>) -> Tensor<2> {
    let zero = squared.clone().lower_equal_scalar(0.0);
    squared.mask_fill(zero.clone(), 1.0).sqrt().mask_fill(zero, 0.0)
}
