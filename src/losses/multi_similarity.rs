//! Multi-similarity loss. Wang et al. 2019, Multi-Similarity Loss with General Pair Weighting.

use burn::tensor::Tensor;

use super::log_sum::log_one_plus_sum_exp;
use super::reduction::Term;
use crate::distances::Distance;
use crate::pairing::TripletGrid;

/// (1/α) log(1 + Σₚ e^{−α(s − λ)}) + (1/β) log(1 + Σₙ e^{β(s − λ)}) of each anchor, α the scale of the positives,
/// β that of the negatives, λ the base. For a distance, s − λ becomes λ − d.
pub(super) fn terms(
    distance: Distance,
    matrix: Tensor<2>,
    grid: &TripletGrid,
    (pos_scale, neg_scale): (f64, f64),
    base: f64,
) -> Vec<Term> {
    let apart = distance.excess_over(matrix, base);
    let pull = log_one_plus_sum_exp(apart.clone().mul_scalar(pos_scale), grid.alike.clone(), 1);
    let push = log_one_plus_sum_exp(apart.mul_scalar(-neg_scale), grid.different(), 1);
    let values = pull.mul_scalar(1.0 / pos_scale) + push.mul_scalar(1.0 / neg_scale);
    vec![Term::every_row(values)]
}
