//! NT-Xent, the normalised temperature-scaled cross entropy (also InfoNCE). Sohn 2016;
//! van den Oord et al. 2018; Chen et al. 2020, SimCLR.

use burn::tensor::Tensor;

use super::log_sum::only;
use super::reduction::Term;
use crate::distances::Distance;
use crate::pairing::TripletGrid;

/// Keeps the logarithm finite where an anchor has no negative and a positive underflows.
const SMALLEST_SUM: f32 = 1e-37;

/// −s(a,p)/τ + log(e^{s(a,p)/τ} + Σₙ e^{s(a,n)/τ}) of each positive pair; the other positives of
/// the anchor stay out of the denominator. For a distance, s = −d.
pub(super) fn terms(
    distance: Distance,
    matrix: Tensor<2>,
    grid: &TripletGrid,
    temperature: f64,
) -> Vec<Term> {
    let logits = distance.nearness(matrix).mul_scalar(1.0 / temperature);
    let positive = grid.positive_values(logits.clone());
    let negative = only(TripletGrid::negative_values(logits), grid.negative_mask.clone());
    // The largest logit of the anchor keeps every exponential at or below 1.
    let shift = negative.clone().max_dim(2).max_pair(positive.clone().max_dim(1)).detach();
    let rest = (negative - shift.clone()).exp().sum_dim(2);
    let sum = rest + (positive.clone() - shift.clone()).exp();
    let values = sum.clamp_min(SMALLEST_SUM).log() + shift - positive;
    vec![Term { values, weights: grid.positive_mask.clone(), candidates: None }]
}
