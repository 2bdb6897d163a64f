//! Logarithms of masked sums of exponentials, finite in f32 and with finite gradients, however far apart the exponents
//! lie.

use burn::tensor::{Int, Tensor, activation};

/// Stands for the logarithm of 0; finite, since 0 · ∞ would be NaN.
const LOG_OF_NOTHING: f32 = -1e30;

/// Elements that are not kept become so small that they add nothing to a sum of exponentials.
pub(super) fn only<const D: usize>(x: Tensor<D>, keep: Tensor<D>) -> Tensor<D> {
    let shape = x.dims();
    x.mask_fill(keep.expand(shape).equal_scalar(0.0), LOG_OF_NOTHING)
}

/// log Σ eˣ over the kept elements along `dim`, which stays with length 1; [`LOG_OF_NOTHING`] or less where none is kept.
fn raw<const D: usize>(x: Tensor<D>, keep: Tensor<D>, dim: usize) -> Tensor<D> {
    let x = only(x, keep);
    // The largest element becomes e⁰ = 1, so that the sum is at least 1.
    let shift = x.clone().detach().max_dim(dim);
    (x - shift.clone()).exp().sum_dim(dim).log() + shift
}

/// log Σ eˣ over the kept elements along `dim`, which stays with length 1; 0 where none is kept.
pub(super) fn log_sum_exp<const D: usize>(x: Tensor<D>, keep: Tensor<D>, dim: usize) -> Tensor<D> {
    let any = keep.clone().expand(x.dims()).max_dim(dim);
    raw(x, keep, dim) * any
}

/// log(1 + Σ eˣ) over the kept elements along `dim`, which stays with length 1. Small sums keep their precision.
pub(super) fn log_one_plus_sum_exp<const D: usize>(x: Tensor<D>, keep: Tensor<D>, dim: usize) -> Tensor<D> {
    activation::softplus(raw(x, keep, dim), 1.0)
}

/// log Σ eˣ over the kept elements along `dim` as two parts: the largest element, and log(1 + the sum of the others
/// relative to it), which keeps its precision where the others are small.
pub(super) fn largest_and_rest<const D: usize>(
    x: Tensor<D>,
    keep: Tensor<D>,
    dim: usize,
) -> (Tensor<D>, Tensor<D>) {
    let x = only(x, keep);
    let shape = x.dims();
    let (_, place) = x.clone().detach().max_dim_with_indices(dim);
    let largest = x.clone().gather(dim, place.clone());
    let mut along = [1; D];
    along[dim] = shape[dim];
    let places = Tensor::<1, Int>::arange(0..shape[dim] as i64, &x.device()).reshape(along);
    let others = place.expand(shape).equal(places.expand(shape)).bool_not().float();
    let rest = ((x - largest.clone()).exp() * others).sum_dim(dim);
    (largest, rest.log1p())
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn numbers(x: Tensor<2>) -> Vec<f32> {
        x.into_data().iter::<f32>().collect()
    }

    #[test]
    fn sums_by_hand() {
        let device = Device::flex();
        let x = Tensor::<2>::from_floats([[0.0, 2.0f32.ln(), 50.0], [1.0, 2.0, 3.0]], &device);
        let keep = Tensor::<2>::from_floats([[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]], &device);
        let sum = numbers(log_sum_exp(x.clone(), keep.clone(), 1));
        assert!((sum[0] - 3.0f32.ln()).abs() < 1e-6, "1 + 2, the 50 left out: {sum:?}");
        assert_eq!(sum[1], 0.0, "nothing kept");
        let sum = numbers(log_one_plus_sum_exp(x, keep, 1));
        assert!((sum[0] - 4.0f32.ln()).abs() < 1e-6, "1 + 1 + 2: {sum:?}");
        assert_eq!(sum[1], 0.0, "nothing kept: log 1");
    }

    #[test]
    fn two_parts_of_a_sum() {
        let device = Device::flex();
        let x = Tensor::<2>::from_floats([[7.0, -20.0, 7.0, 50.0], [-9.0, 3.0, -14.0, 50.0]], &device);
        let keep = Tensor::<2>::from_floats([[1.0, 1.0, 1.0, 0.0]; 2], &device);
        let (largest, rest) = largest_and_rest(x, keep, 1);
        assert_eq!(numbers(largest), [7.0, 3.0]);
        let rest = numbers(rest);
        assert!((rest[0] - 2.0f32.ln()).abs() < 1e-6, "two equal ones: {rest:?}");
        let wanted = ((-12.0f64).exp() + (-17.0f64).exp()).ln_1p();
        assert!((f64::from(rest[1]) / wanted - 1.0).abs() < 1e-5, "small ones: {rest:?}");
    }

    #[test]
    fn exponents_far_apart() {
        let device = Device::flex();
        let x = Tensor::<2>::from_floats([[5000.0, -5000.0]], &device);
        let keep = x.ones_like();
        assert_eq!(numbers(log_sum_exp(x.clone(), keep.clone(), 1)), [5000.0], "the largest alone counts");
        assert_eq!(numbers(log_one_plus_sum_exp(x, keep, 1)), [5000.0], "the largest alone counts");
        let small = Tensor::<2>::from_floats([[-30.0, -31.0]], &device);
        let found = numbers(log_one_plus_sum_exp(small.clone(), small.ones_like(), 1))[0];
        let wanted = ((-30.0f64).exp() + (-31.0f64).exp()).ln_1p();
        assert!((f64::from(found) / wanted - 1.0).abs() < 1e-5, "a small sum: {found}, wanted {wanted}");
    }
}
