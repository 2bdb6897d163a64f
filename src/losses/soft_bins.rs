//! Histograms with a gradient: a value between two nodes counts for both, by its nearness.

use burn::tensor::{Device, Tensor, TensorData};

/// The share of each value at each of `bins + 1` nodes spread evenly over the range: \[1 − |x − node| / width\]₊.
///
/// # Shapes
/// `[n, m]` to `[n, m, bins + 1]`.
pub(super) fn shares(values: Tensor<2>, (low, high): (f32, f32), bins: usize) -> Tensor<3> {
    let width = (high - low) / bins as f32;
    let nodes: Vec<f32> = (0..=bins).map(|i| low + width * i as f32).collect();
    let nodes = Tensor::<3>::from_data(TensorData::new(nodes, [1, 1, bins + 1]), &values.device());
    // Rounding may carry a value a little out of the range; it belongs to the outermost node.
    let inside = values.clamp(low, high).unsqueeze_dim::<3>(2);
    (inside - nodes).abs().div_scalar(width).neg().add_scalar(1.0).clamp_min(0.0)
}

/// `[n, n]`: multiplied from the right it makes running sums, the own node included.
pub(super) fn up_to(nodes: usize, device: &Device) -> Tensor<2> {
    let sums = (0..nodes * nodes).map(|at| if at / nodes <= at % nodes { 1.0f32 } else { 0.0 }).collect();
    Tensor::from_data(TensorData::new::<f32, _>(sums, [nodes, nodes]), device)
}
