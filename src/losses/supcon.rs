//! Supervised contrastive loss. Khosla et al. 2020, Supervised Contrastive Learning.

use burn::tensor::Tensor;

use super::log_sum::log_sum_exp;
use super::reduction::Term;
use crate::distances::Distance;
use crate::pairing::TripletGrid;

/// −(1/|P|) Σₚ \[s(a,p)/τ − log Σ_{j≠a} e^{s(a,j)/τ}\] of each anchor: the mean over its positives, with
/// all other rows in the denominator. For a distance, s = −d.
pub(super) fn terms(
    distance: Distance,
    matrix: Tensor<2>,
    grid: &TripletGrid,
    temperature: f64,
) -> Vec<Term> {
    let logits = distance.nearness(matrix).mul_scalar(1.0 / temperature);
    let alike = grid.alike.clone();
    let others = alike.clone() + grid.different();
    let positives = alike.clone().sum_dim(1);
    let mean = (logits.clone() * alike).sum_dim(1) / positives.clone().clamp_min(1.0);
    let values = log_sum_exp(logits, others, 1) - mean;
    let weights = positives.clamp(0.0, 1.0);
    vec![Term::rows(values, weights)]
}
