//! The margin of `SphereFace` and large-margin softmax: the angle to the own class is taken m times.

use burn::tensor::Tensor;

use super::class_scores::{cosines_and_own, cross_entropy};
use super::{Classes, Term};
use crate::distances::normalize;

/// Cross entropy of s ‖x‖ ‖wₖ‖ cos θₖ, with ψ(θ) in place of cos θ at the own class, and ‖w‖ = 1 where `unit`.
///
/// ψ(θ) = (−1)^k cos(mθ) − 2k for kπ/m ≤ θ ≤ (k+1)π/m: it falls all the way, m times as fast as the cosine near 0.
pub(super) fn cross_entropy_with_multiple_angle(
    classes: Classes,
    multiple: usize,
    scale: f64,
    unit: bool,
) -> Term {
    let Classes { embeddings, weight, bias, targets } = classes;
    let weight = if unit { normalize(weight.transpose()).transpose() } else { weight };
    let lengths = lengths(embeddings.clone(), 1) * lengths(weight.clone(), 0);
    let (cosine, own) = cosines_and_own(Classes { embeddings, weight, bias, targets: targets.clone() });
    let logits = lengths * (cosine.clone() + (psi(cosine.clone(), multiple) - cosine) * own);
    cross_entropy(logits.mul_scalar(scale), targets)
}

/// ‖x‖ along `dim`. Rows are divided by their largest number first, so that no square overflows.
fn lengths(x: Tensor<2>, dim: usize) -> Tensor<2> {
    let largest = x.clone().detach().abs().max_dim(dim).clamp_min(f32::MIN_POSITIVE);
    let squares = (x / largest.clone()).square().sum_dim(dim);
    squares.clamp_min(f32::MIN_POSITIVE).sqrt() * largest
}

/// ψ by cos θ. cos(mθ) is the m-th Chebyshev polynomial of cos θ: no arc cosine is taken, and every slope is finite.
fn psi(cosine: Tensor<2>, multiple: usize) -> Tensor<2> {
    let mut before = cosine.ones_like();
    let mut polynomial = cosine.clone();
    for _ in 1..multiple {
        let next = (cosine.clone() * polynomial.clone()).mul_scalar(2.0) - before;
        (before, polynomial) = (polynomial, next);
    }
    let plain = cosine.detach();
    // k is the number of bounds π/m, 2π/m, … below θ.
    let k = (1..multiple)
        .map(|bound| (std::f64::consts::PI * bound as f64 / multiple as f64).cos())
        .map(|bound| plain.clone().lower_scalar(bound).float())
        .fold(plain.zeros_like(), |sum, behind| sum + behind);
    let odd = k.clone() - k.clone().div_scalar(2.0).floor().mul_scalar(2.0);
    polynomial * odd.mul_scalar(-2.0).add_scalar(1.0) - k.mul_scalar(2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    #[test]
    fn psi_falls_all_the_way_and_is_the_multiple_angle() {
        let device = Device::flex();
        for multiple in [1, 2, 3, 4, 5, 8, 12] {
            let angles: Vec<f32> = (0..=180).map(|degree| (degree as f32).to_radians()).collect();
            let cosines: Vec<f32> = angles.iter().map(|angle| angle.cos()).collect();
            let values = psi(Tensor::from_data(TensorData::new(cosines, [181, 1]), &device), multiple);
            let values: Vec<f32> = values.into_data().iter::<f32>().collect();
            assert!(values.windows(2).all(|pair| pair[1] < pair[0] + 1e-4), "it falls, multiple {multiple}");
            let m = multiple as f32;
            for (angle, value) in angles.iter().zip(&values) {
                let k = (angle * m / std::f32::consts::PI).floor().min(m - 1.0);
                let sign = if k as i32 % 2 == 0 { 1.0 } else { -1.0 };
                let wanted = sign * (m * angle).cos() - 2.0 * k;
                assert!(
                    (value - wanted).abs() < 1e-3,
                    "multiple {multiple} at {angle}: {value}, not {wanted}"
                );
            }
        }
    }

    #[test]
    fn lengths_of_any_size() {
        let device = Device::flex();
        let of = |row: [f32; 2]| lengths(Tensor::<2>::from_floats([row], &device), 1).into_scalar::<f32>();
        for size in [1e-30f32, 1.0, 1e30] {
            assert!((of([3.0 * size, 4.0 * size]) / (5.0 * size) - 1.0).abs() < 1e-6, "3, 4, 5 times {size}");
        }
        assert!(of([0.0, 0.0]) < 1e-30, "a zero row");
    }
}
