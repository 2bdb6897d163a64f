use burn::tensor::Tensor;

/// Below this norm a row counts as zero (the eps of the reference implementation).
const SMALLEST_NORM: f32 = 1e-12;

/// x / ‖x‖₂ for each row; a zero row stays zero and gets a zero gradient.
///
/// # Shapes
/// `[n, d]` to `[n, d]`.
pub fn normalize(x: Tensor<2>) -> Tensor<2> {
    let squared = x.clone().square().sum_dim(1);
    let zero = squared.clone().lower_equal_scalar(SMALLEST_NORM * SMALLEST_NORM);
    // The mask goes in before the root: sqrt has an infinite slope at 0, and 0 · ∞ is NaN.
    let inverse = squared.mask_fill(zero.clone(), 1.0).sqrt().recip().mask_fill(zero, 0.0);
    x * inverse
}
