//! Circle loss. Sun et al. 2020, Circle Loss: A Unified Perspective of Pair Similarity Optimization.

use burn::tensor::{Tensor, activation};

use super::log_sum::log_sum_exp;
use super::reduction::Term;
use crate::pairing::TripletGrid;

/// softplus(log Σₚ e^{−γ [1+m−s]₊ (s − (1−m))} + log Σₙ e^{γ [s+m]₊ (s − m)}) of each anchor that has both. The
/// factors [·]₊ say how far a pair is from its goal; no gradient goes through them.
///
/// `matrix` holds cosines.
pub(super) fn terms(matrix: Tensor<2>, grid: &TripletGrid, (margin, scale): (f64, f64)) -> Vec<Term> {
    let (alike, different) = (grid.alike.clone(), grid.different());
    let plain = matrix.clone().detach();
    let far = activation::relu(plain.clone().neg().add_scalar(1.0 + margin));
    let near = activation::relu(plain.add_scalar(margin));
    let pull = far * matrix.clone().sub_scalar(1.0 - margin);
    let push = near * matrix.sub_scalar(margin);
    let both = alike.clone().max_dim(1) * different.clone().max_dim(1);
    let sum =
        log_sum_exp(pull.mul_scalar(-scale), alike, 1) + log_sum_exp(push.mul_scalar(scale), different, 1);
    vec![Term::rows(activation::softplus(sum, 1.0), both)]
}
