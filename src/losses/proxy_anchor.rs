//! Proxy-anchor loss. Kim et al. 2020, Proxy Anchor Loss for Deep Metric Learning.

use burn::tensor::{Int, Tensor};

use super::class_scores::cosines_and_own;
use super::log_sum::log_one_plus_sum_exp;
use super::reduction::Term;

/// log(1 + Σ_{i: y=k} e^{−α(cos − δ)}) of each class in the batch, and log(1 + Σ_{i: y≠k} e^{α(cos + δ)}) of
/// each class at all; the two means add up.
pub(super) fn terms(
    embeddings: Tensor<2>,
    weight: Tensor<2>,
    targets: Tensor<2, Int>,
    (margin, scale): (f64, f64),
) -> Vec<Term> {
    let (cosine, own) = cosines_and_own(embeddings, weight, targets);
    let other = own.clone().neg().add_scalar(1.0);
    let pull = cosine.clone().sub_scalar(margin).mul_scalar(-scale);
    let push = cosine.add_scalar(margin).mul_scalar(scale);
    let present = own.clone().max_dim(0);
    let push = log_one_plus_sum_exp(push, other, 0);
    vec![Term::rows(log_one_plus_sum_exp(pull, own, 0), present), Term::every_row(push)]
}
