//! Lifted structure losses. Oh Song et al. 2016, Deep Metric Learning via Lifted Structured Feature Embedding;
//! generalised by Hermans et al. 2017, In Defense of the Triplet Loss.

use burn::tensor::{Tensor, activation};

use super::log_sum::log_sum_exp;
use super::reduction::Term;
use crate::distances::Distance;
use crate::pairing::TripletGrid;

/// ½ \[d(a,p) − m₊ + log Σₙ e^{m₋ − d(a,n)} + e^{m₋ − d(p,n)}\]₊² of each positive pair: all negatives of both
/// ends push.
pub(super) fn terms(
    distance: Distance,
    matrix: Tensor<2>,
    grid: &TripletGrid,
    (pos_margin, neg_margin): (f64, f64),
) -> Vec<Term> {
    let rows = grid.rows();
    let different = grid.different();
    let any = different.clone().max_dim(1);
    let push = distance.excess_over(matrix.clone(), neg_margin).neg();
    let of_anchor = log_sum_exp(push, different, 1);
    let of_positive = grid.positive_values(of_anchor.clone().transpose().expand([rows, rows]));
    let of_anchor = of_anchor.unsqueeze_dim::<3>(2);
    // log(eˣ + eʸ) = y + softplus(x − y); both sums are empty together, since the two are of one class.
    let both = of_positive.clone() + activation::softplus(of_anchor - of_positive, 1.0);
    let both = both * any.unsqueeze_dim::<3>(2);
    let pull = distance.excess_over(grid.positive_values(matrix), pos_margin);
    let values = activation::relu(pull + both).square().mul_scalar(0.5);
    vec![Term { values, weights: grid.positive_mask.clone(), candidates: None }]
}

/// \[log Σₚ e^{d(a,p) − m₊} + log Σₙ e^{m₋ − d(a,n)}\]₊ of each anchor.
pub(super) fn generalized_terms(
    distance: Distance,
    matrix: Tensor<2>,
    grid: &TripletGrid,
    (pos_margin, neg_margin): (f64, f64),
) -> Vec<Term> {
    let pull = log_sum_exp(distance.excess_over(matrix.clone(), pos_margin), grid.alike.clone(), 1);
    let push = log_sum_exp(distance.excess_over(matrix, neg_margin).neg(), grid.different(), 1);
    let values = activation::relu(pull + push);
    vec![Term::every_row(values)]
}
