//! Scores of classes: cosines to class weights, one-hot targets, cross entropy, and the margins on the angle that several
//! classifiers share.

use burn::tensor::{Int, Tensor};

use super::log_sum::log_one_plus_sum_exp;
use super::{Classes, Term};
use crate::distances::normalize;

/// Keeps the slope of the sine finite at an angle of 0.
const SMALLEST_SQUARED_SINE: f32 = 1e-9;

/// Cosine of each row and each class weight: `[B, d]`, `[d, C]` to `[B, C]`.
pub(super) fn cosines(embeddings: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
    normalize(embeddings).matmul(normalize(weight.transpose()).transpose())
}

/// The cosines, and 1 at the own class of each row: twice `[B, C]`.
pub(super) fn cosines_and_own(classes: Classes) -> (Tensor<2>, Tensor<2>) {
    let Classes { embeddings, weight, targets, .. } = classes;
    let cosine = cosines(embeddings, weight);
    let own = one_hot(targets, cosine.dims()[1]);
    (cosine, own)
}

/// Cosines to the centres of each class: `[B, d]`, `[d, C·K]` to `[B, C, K]`.
pub(super) fn cosines_by_class(embeddings: Tensor<2>, weight: Tensor<2>, centers: usize) -> Tensor<3> {
    let cosine = cosines(embeddings, weight);
    let [rows, columns] = cosine.dims();
    cosine.reshape([rows, columns / centers, centers])
}

/// `[B, 1]` in 0..C to `[B, C]`: 1 at the class of the row.
pub(super) fn one_hot(targets: Tensor<2, Int>, classes: usize) -> Tensor<2> {
    let device = targets.device();
    let [rows, _] = targets.dims();
    let each = Tensor::<1, Int>::arange(0..classes as i64, &device).reshape([1, classes]);
    targets.expand([rows, classes]).equal(each.expand([rows, classes])).float()
}

/// log Σₖ e^{xₖ} − xᵧ of each row, y its class, as log(1 + Σ_{k≠y} e^{xₖ − xᵧ}): a row that is classified well keeps the
/// precision of its small value.
pub(super) fn cross_entropy(logits: Tensor<2>, targets: Tensor<2, Int>) -> Term {
    let others = one_hot(targets.clone(), logits.dims()[1]).neg().add_scalar(1.0);
    let own = logits.clone().gather(1, targets);
    Term::every_row(log_one_plus_sum_exp(logits - own, others, 1))
}

/// Cross entropy of s·cos(θₖ + m·\[k = y\]) by the cosines to the classes, `[B, C]`, m in radians. Beyond θ = π − m,
/// where the cosine would rise again, cos θ − m sin m continues it.
pub(super) fn cross_entropy_with_angle(
    cosine: Tensor<2>,
    targets: Tensor<2, Int>,
    margin: f64,
    scale: f64,
) -> Term {
    let own = one_hot(targets.clone(), cosine.dims()[1]);
    let added = add_angle(cosine.clone(), margin);
    let beyond = cosine.clone().sub_scalar(margin * margin.sin());
    // A negative margin never reaches π.
    let bound = if margin > 0.0 { -margin.cos() } else { -2.0 };
    let far = cosine.clone().lower_scalar(bound);
    let added = added.mask_where(far, beyond);
    let logits = cosine.clone() + (added - cosine) * own;
    cross_entropy(logits.mul_scalar(scale), targets)
}

/// cos(θ + angle) from cos θ.
pub(super) fn add_angle<const D: usize>(cosine: Tensor<D>, angle: f64) -> Tensor<D> {
    let squared_sine = cosine.clone().square().neg().add_scalar(1.0).clamp_min(SMALLEST_SQUARED_SINE);
    cosine.mul_scalar(angle.cos()) - squared_sine.sqrt().mul_scalar(angle.sin())
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    #[test]
    fn cross_entropy_of_logits_far_apart() {
        let device = Device::flex();
        let logits =
            Tensor::from_data(TensorData::new(vec![3e5f32, 0.0, -3e5, 0.0, 20.0, 1.0], [2, 3]), &device);
        let of = |targets: [i32; 2]| -> Vec<f32> {
            let targets = Tensor::<2, Int>::from_data(TensorData::new(targets.to_vec(), [2, 1]), &device);
            cross_entropy(logits.clone(), targets).values.into_data().iter::<f32>().collect()
        };
        assert_eq!(of([2, 0])[0], 6e5, "the largest logit is the sum");
        let small = of([0, 1]);
        assert_eq!(small[0], 0.0, "the other logits add nothing");
        let wanted = ((-20.0f64).exp() + (-19.0f64).exp()).ln_1p();
        assert!((f64::from(small[1]) / wanted - 1.0).abs() < 1e-5, "{small:?}, wanted {wanted}");
    }
}
