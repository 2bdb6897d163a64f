//! The miners of a margin as loops of `crates/loops`: one pass instead of half a dozen tensor operations. They keep the same triplets.

use burn::backend::{Autodiff, BackendTypes, Flex};
use burn::tensor::{Tensor, TensorData};
use metriclab_loops::triplets::{self, Grid};

use super::Mining;

type Held = <Flex as BackendTypes>::FloatTensorPrimitive;

/// The numbers of a tensor, one after the other; none where it is on another device.
fn held<const D: usize>(tensor: &Tensor<D>) -> Option<Held> {
    let plain = tensor.clone().try_into_primitive::<Flex>();
    let held = match plain {
        Ok(held) => held,
        Err(_) => tensor.clone().try_into_primitive::<Autodiff<Flex>>().ok()?.into_primitive(),
    };
    Some(held.to_contiguous())
}

/// 1 for each triplet with low < t ≤ high, `[B, P, R]`; none on a graphics device.
pub(super) fn by_margin(range: [f32; 2], mining: &Mining<'_>) -> Option<Tensor<3>> {
    let matrix = mining.matrix.clone().detach();
    let negative = held(&matrix)?;
    let columns = matrix.dims()[1];
    let positive = mining.grid.positive_values(matrix);
    let [anchors, slots, _] = positive.dims();
    let positive = held(&positive)?;
    let (filled, different) = (held(&mining.grid.positive_mask)?, held(&mining.grid.negative_mask)?);
    let values = Grid { anchors, positive: positive.storage(), negative: negative.storage() };
    let there = Grid { anchors, positive: filled.storage(), negative: different.storage() };
    let sign = if mining.distance.is_similarity() { -1.0 } else { 1.0 };
    let kept = triplets::kept(values, there, sign, range);
    let kept = Tensor::from_data(TensorData::new(kept, [anchors, slots, columns]), &mining.matrix.device());
    Some(kept)
}
