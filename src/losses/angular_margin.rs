//! Classifiers on the angle, with a margin for the row's own class. Normalized softmax: Zhai & Wu 2019,
//! Classification is a Strong Baseline for Deep Metric Learning; CosFace: Wang et al. 2018; ArcFace: Deng et
//! al. 2019.

use burn::tensor::{Int, Tensor};

use super::class_scores::{cosines, cosines_and_own, cross_entropy, one_hot};
use super::reduction::Term;

/// Keeps the slope of the sine finite at an angle of 0.
const SMALLEST_SQUARED_SINE: f32 = 1e-9;

/// Cross entropy of z·ŵₖ / τ.
pub(super) fn normalized_softmax(
    embeddings: Tensor<2>,
    weight: Tensor<2>,
    targets: Tensor<2, Int>,
    temperature: f64,
) -> Vec<Term> {
    cross_entropy(cosines(embeddings, weight).mul_scalar(1.0 / temperature), targets)
}

/// Cross entropy of s·(cos θₖ − m·\[k = y\]).
pub(super) fn cosface(
    embeddings: Tensor<2>,
    weight: Tensor<2>,
    targets: Tensor<2, Int>,
    (margin, scale): (f64, f64),
) -> Vec<Term> {
    let (cosine, own) = cosines_and_own(embeddings, weight, targets.clone());
    cross_entropy((cosine - own.mul_scalar(margin)).mul_scalar(scale), targets)
}

/// Cross entropy of s·cos(θₖ + m·\[k = y\]), m in radians. Beyond θ = π − m, where the cosine would rise again,
/// cos θ − m sin m goes on in its place.
pub(super) fn arcface(
    embeddings: Tensor<2>,
    weight: Tensor<2>,
    targets: Tensor<2, Int>,
    (margin, scale): (f64, f64),
) -> Vec<Term> {
    arcface_terms(cosines(embeddings, weight), targets, (margin, scale))
}

/// `ArcFace` by the cosines to the classes, `[B, C]`.
pub(super) fn arcface_terms(
    cosine: Tensor<2>,
    targets: Tensor<2, Int>,
    (margin, scale): (f64, f64),
) -> Vec<Term> {
    let own = one_hot(targets.clone(), cosine.dims()[1]);
    let added = add_angle(cosine.clone(), margin);
    let beyond = cosine.clone().sub_scalar(margin * margin.sin());
    let far = cosine.clone().lower_scalar(-margin.cos());
    let added = added.mask_where(far, beyond);
    let logits = cosine.clone() + (added - cosine) * own;
    cross_entropy(logits.mul_scalar(scale), targets)
}

/// cos(θ + angle) from cos θ.
pub(super) fn add_angle<const D: usize>(cosine: Tensor<D>, angle: f64) -> Tensor<D> {
    let squared_sine = cosine.clone().square().neg().add_scalar(1.0).clamp_min(SMALLEST_SQUARED_SINE);
    cosine.mul_scalar(angle.cos()) - squared_sine.sqrt().mul_scalar(angle.sin())
}
