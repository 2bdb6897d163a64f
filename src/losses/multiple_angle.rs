//! Classifiers that ask for a multiple of the angle. Large-margin softmax: Liu et al. 2016; SphereFace: Liu et al. 2017.

use burn::tensor::{Int, Tensor};

use super::class_scores::{cosines_and_own, cross_entropy};
use super::reduction::Term;
use crate::distances::normalize;

/// Cross entropy of s ‖x‖ ‖wₖ‖ cos θₖ, with ψ(θ) in place of cos θ at the row's own class, and ‖w‖ = 1 where `unit`.
///
/// ψ(θ) = (−1)^k cos(mθ) − 2k for kπ/m ≤ θ ≤ (k+1)π/m: falls all the way, and as fast as the cosine of an angle m
/// times as large.
pub(super) fn terms(
    embeddings: Tensor<2>,
    weight: Tensor<2>,
    targets: Tensor<2, Int>,
    (multiple, scale): (usize, f64),
    unit: bool,
) -> Vec<Term> {
    let weight = if unit { normalize(weight.transpose()).transpose() } else { weight };
    let (cosine, own) = cosines_and_own(embeddings.clone(), weight.clone(), targets.clone());
    let length = |x: Tensor<2>, dim: usize| x.square().sum_dim(dim).clamp_min(f32::MIN_POSITIVE).sqrt();
    let lengths = length(embeddings, 1) * length(weight, 0);
    let logits = lengths * (cosine.clone() + (psi(cosine.clone(), multiple) - cosine) * own);
    cross_entropy(logits.mul_scalar(scale), targets)
}

/// ψ by cos θ. cos(mθ) is the m-th Chebyshev polynomial of cos θ, so no arc cosine is taken, and every slope is finite.
fn psi(cosine: Tensor<2>, multiple: usize) -> Tensor<2> {
    let mut before = cosine.ones_like();
    let mut polynomial = cosine.clone();
    for _ in 1..multiple {
        let next = (cosine.clone() * polynomial.clone()).mul_scalar(2.0) - before;
        (before, polynomial) = (polynomial, next);
    }
    let plain = cosine.detach();
    // How many of the m − 1 bounds lie behind θ.
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
        for multiple in 1..6 {
            let angles: Vec<f32> = (0..=180).map(|degree| (degree as f32).to_radians()).collect();
            let cosines: Vec<f32> = angles.iter().map(|angle| angle.cos()).collect();
            let values = psi(Tensor::from_data(TensorData::new(cosines, [181, 1]), &device), multiple);
            let values: Vec<f32> = values.into_data().iter::<f32>().collect();
            assert!(values.windows(2).all(|pair| pair[1] < pair[0] + 1e-5), "it falls, multiple {multiple}");
            let m = multiple as f32;
            for (angle, value) in angles.iter().zip(&values) {
                let k = (angle * m / std::f32::consts::PI).floor().min(m - 1.0);
                let sign = if k as i32 % 2 == 0 { 1.0 } else { -1.0 };
                let wanted = sign * (m * angle).cos() - 2.0 * k;
                assert!(
                    (value - wanted).abs() < 2e-4,
                    "multiple {multiple} at {angle}: {value}, not {wanted}"
                );
            }
        }
    }
}
