use burn::tensor::Tensor;

/// A row whose numbers are all this small counts as zero. The gradient of a row grows with 1/‖x‖, and that of smaller rows would
/// leave the range of f32. (pytorch-metric-learning divides by 1e-12 at least, so that rows shorter than that lose their
/// direction.)
pub(super) const ZERO: f32 = 7.888_609e-31;

/// x / ‖x‖₂ for each row, of any length that f32 can hold; a row with no number above 2⁻¹⁰⁰ becomes zero and gets a zero gradient.
///
/// # Shapes
/// `[n, d]` to `[n, d]`.
pub fn normalize(x: Tensor<2>) -> Tensor<2> {
    if x.dims()[1] == 0 {
        return x;
    }
    // Without the largest number taken out, squares overflow from 1.8e19 on and vanish below 1e-19.
    let largest = x.clone().detach().abs().max_dim(1);
    let zero = largest.clone().lower_equal_scalar(ZERO);
    let scaled = x / largest.mask_fill(zero.clone(), 1.0);
    // The mask goes in before the root: sqrt has an infinite slope at 0, and 0 · ∞ is NaN.
    let squared = scaled.clone().square().sum_dim(1).mask_fill(zero.clone(), 1.0);
    scaled * squared.sqrt().recip().mask_fill(zero, 0.0)
}
