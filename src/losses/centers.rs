//! Classifiers with several centres a class. `SoftTriple`: Qian et al. 2019, SoftTriple Loss: Deep Metric Learning Without
//! Triplet Sampling; sub-center ArcFace: Deng et al. 2020.

use burn::tensor::{Int, Tensor, activation};

use super::angular_margin::arcface_terms;
use super::class_scores::{cosines, cross_entropy, one_hot};
use super::reduction::Term;

/// Cosines to each class's centres: `[B, d]`, `[d, C·K]` to `[B, C, K]`.
fn by_class(embeddings: Tensor<2>, weight: Tensor<2>, centers: usize) -> Tensor<3> {
    let cosine = cosines(embeddings, weight);
    let [rows, columns] = cosine.dims();
    cosine.reshape([rows, columns / centers, centers])
}

/// Cross entropy of λ (hₖ − δ·\[k = y\]), with hₖ the mean cosine to the centres of class k, the near ones weighing
/// more: by softmax of the cosines over γ.
pub(super) fn soft_triple(
    embeddings: Tensor<2>,
    weight: Tensor<2>,
    targets: Tensor<2, Int>,
    (scale, gamma): (f64, f64),
    margin: f64,
    centers: usize,
) -> Vec<Term> {
    let cosine = by_class(embeddings, weight, centers);
    let share = activation::softmax(cosine.clone().div_scalar(gamma), 2);
    let nearness = (share * cosine).sum_dim(2).squeeze_dim::<2>(2);
    let own = one_hot(targets.clone(), nearness.dims()[1]);
    cross_entropy((nearness - own.mul_scalar(margin)).mul_scalar(scale), targets)
}

/// `ArcFace` on the cosine to the nearest of each class's centres.
pub(super) fn subcenter_arcface(
    embeddings: Tensor<2>,
    weight: Tensor<2>,
    targets: Tensor<2, Int>,
    margins: (f64, f64),
    centers: usize,
) -> Vec<Term> {
    let cosine = by_class(embeddings, weight, centers).max_dim(2).squeeze_dim::<2>(2);
    arcface_terms(cosine, targets, margins)
}
