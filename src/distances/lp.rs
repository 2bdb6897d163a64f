//! Lp distances: Euclidean and its square, Manhattan, Chebyshev, Minkowski.

use burn::tensor::Tensor;

/// Differences held at a time where only the difference form will do: 32 MiB of f32.
const BLOCK: usize = 1 << 23;

/// ‖x − y‖² of row i and row i: `[n, d]`, `[n, d]` to `[n, 1]`.
pub(super) fn squared_pairs(a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
    (a - b).square().sum_dim(1)
}

/// √x with the gradient set to zero at x = 0, where the slope is infinite.
pub(super) fn root(squared: Tensor<2>) -> Tensor<2> {
    let zero = squared.clone().lower_equal_scalar(0.0);
    squared.mask_fill(zero.clone(), 1.0).sqrt().mask_fill(zero, 0.0)
}

/// Σ |x − y|.
pub(super) fn manhattan_matrix(queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
    by_pairs(queries, references, |x, y| (x - y).abs().sum_dim(2))
}

/// max |x − y|; of equal largest differences one gets the gradient.
pub(super) fn chebyshev_matrix(queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
    by_pairs(queries, references, |x, y| (x - y).abs().max_dim(2))
}

/// (Σ |x − y|^p)^(1/p), of differences scaled by the largest, so that no power overflows.
pub(super) fn minkowski_matrix(queries: Tensor<2>, references: Tensor<2>, p: f64) -> Tensor<2> {
    by_pairs(queries, references, |x, y| {
        let difference = (x - y).abs();
        let largest = difference.clone().detach().max_dim(2);
        let zero = largest.clone().lower_equal_scalar(0.0);
        let scale = largest.mask_fill(zero.clone(), 1.0);
        // A power of 0 has a logarithm in its gradient; such a difference adds nothing.
        let scaled = difference / scale.clone();
        let nothing = scaled.clone().lower_equal_scalar(0.0);
        let powers = scaled.mask_fill(nothing.clone(), 1.0).powf_scalar(p).mask_fill(nothing, 0.0);
        let sum = powers.sum_dim(2).mask_fill(zero.clone(), 1.0);
        (sum.powf_scalar(1.0 / p) * scale).mask_fill(zero, 0.0)
    })
}

/// `of([n', 1, d], [1, m, d])`, `[n', m, 1]`, for every query and reference, some queries at a time.
#[allow(clippy::needless_pass_by_value, reason = "tensors are handles, and every distance is given its own")]
pub(super) fn by_pairs(
    queries: Tensor<2>,
    references: Tensor<2>,
    of: impl Fn(Tensor<3>, Tensor<3>) -> Tensor<3>,
) -> Tensor<2> {
    let [n, d] = queries.dims();
    let [m, _] = references.dims();
    let rows = (BLOCK / (m * d).max(1)).clamp(1, n.max(1));
    let references = references.unsqueeze_dim::<3>(0);
    let blocks: Vec<Tensor<2>> = (0..n)
        .step_by(rows)
        .map(|from| queries.clone().narrow(0, from, rows.min(n - from)).unsqueeze_dim::<3>(1))
        .map(|block| of(block, references.clone()).squeeze_dim::<2>(2))
        .collect();
    if let [only] = blocks.as_slice() { only.clone() } else { Tensor::cat(blocks, 0) }
}
