//! Tuplet margin loss. Yu & Tao 2019, Deep Metric Learning With Tuplet Margin Loss.

use burn::tensor::Tensor;

use super::angular_margin::add_angle;
use super::log_sum::log_one_plus_sum_exp;
use super::reduction::Term;
use crate::pairing::TripletGrid;

/// log(1 + Σₙ e^{s (cos θ(a,n) − cos(θ(a,p) − m))}) of each positive pair, m in radians: a slack, since it lets the
/// positive be as far as m.
///
/// `matrix` holds cosines.
pub(super) fn terms(matrix: Tensor<2>, grid: &TripletGrid, (margin, scale): (f64, f64)) -> Vec<Term> {
    let positive = add_angle(grid.positive_values(matrix.clone()), -margin);
    let negative = TripletGrid::negative_values(matrix);
    let values = log_one_plus_sum_exp((negative - positive).mul_scalar(scale), grid.negative_mask.clone(), 2);
    vec![Term { values, weights: grid.positive_mask.clone(), candidates: None }]
}
