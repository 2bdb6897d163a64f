//! Angular loss. Wang et al. 2017, Deep Metric Learning with Angular Loss.

use burn::tensor::Tensor;

use super::log_sum::log_one_plus_sum_exp;
use super::reduction::Term;
use crate::distances::normalize;
use crate::pairing::TripletGrid;

/// log(1 + Σₙ e^{4t² (zₐ + zₚ)·xₙ − 2 (1 + t²) zₐ·zₚ}) of each positive pair, t = tan α, α in degrees: the negative
/// should see anchor and positive under an angle of at most α. The negative is taken at its own length, as the
/// reference implementation does.
pub(super) fn terms(rows: Tensor<2>, references: Tensor<2>, grid: &TripletGrid, angle: f64) -> Vec<Term> {
    let squared = angle.to_radians().tan().powi(2);
    let [count, slots] = grid.positive_rows.dims();
    let (anchors, all) = (normalize(rows), normalize(references.clone()));
    let width = all.dims()[0];
    let to_negatives = anchors.clone().matmul(references.clone().transpose());
    let positives = grid.positive_rows.clone().reshape([count * slots]);
    let of_positive =
        all.clone().matmul(references.transpose()).select(0, positives).reshape([count, slots, width]);
    let positive = grid.positive_values(anchors.matmul(all.transpose()));
    let exponent = (of_positive + to_negatives.unsqueeze_dim::<3>(1)).mul_scalar(4.0 * squared)
        - positive.mul_scalar(2.0 * (1.0 + squared));
    let values = log_one_plus_sum_exp(exponent, grid.negative_mask.clone(), 2);
    vec![Term { values, weights: grid.positive_mask.clone(), candidates: None }]
}
