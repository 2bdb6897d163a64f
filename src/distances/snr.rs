//! Signal-to-noise ratio. Yuan et al. 2019, Signal-to-Noise Ratio: A Robust Distance Metric for Deep Metric Learning.

use burn::tensor::Tensor;

use super::euclidean::squared_matrix;

/// A row whose squared deviations sum to less than this carries no signal.
pub(super) const LEAST_SIGNAL: f32 = 1e-12;

/// Var(x − y) / Var(x): with the mean of each row taken off, ‖x' − y'‖² / ‖x'‖².
pub(super) fn matrix(queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
    let centred = |x: Tensor<2>| x.clone() - x.mean_dim(1);
    let (x, y) = (centred(queries), centred(references));
    let signal = x.clone().square().sum_dim(1).clamp_min(LEAST_SIGNAL);
    squared_matrix(&x, &y) / signal
}
