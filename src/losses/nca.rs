//! Neighbourhood components analysis. Goldberger et al. 2004; with proxies Movshovitz-Attias et al. 2017,
//! No Fuss Distance Metric Learning Using Proxies.

use burn::tensor::{Int, Tensor};

use super::class_scores::{cosines, cross_entropy};
use super::log_sum::log_sum_exp;
use super::reduction::Term;
use crate::distances::Distance;
use crate::pairing::TripletGrid;

/// −log( Σ_{p} e^{−σ d(a,p)} / Σ_{j≠a} e^{−σ d(a,j)} ) of each anchor with a positive. The paper's d is the
/// squared Euclidean distance.
pub(super) fn terms(distance: Distance, matrix: Tensor<2>, grid: &TripletGrid, scale: f64) -> Vec<Term> {
    let logits = distance.nearness(matrix).mul_scalar(scale);
    let alike = grid.alike.clone();
    let others = alike.clone() + grid.different();
    let weights = alike.clone().max_dim(1);
    let values = log_sum_exp(logits.clone(), others, 1) - log_sum_exp(logits, alike, 1);
    vec![Term::rows(values, weights)]
}

/// −log softmaxₖ(−σ ‖z − p̂ₖ‖²) at the row's own class, with one learned proxy p̂ₖ a class; z and p̂ have
/// length 1, so −σ ‖z − p̂‖² is 2σ cos θ up to a constant.
pub(super) fn proxy_terms(
    embeddings: Tensor<2>,
    weight: Tensor<2>,
    targets: Tensor<2, Int>,
    scale: f64,
) -> Vec<Term> {
    cross_entropy(cosines(embeddings, weight).mul_scalar(2.0 * scale), targets)
}
