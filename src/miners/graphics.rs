//! The miners that training uses most, as kernels of `crates/kernels`: one launch instead of a dozen or two tensor operations.
//! Each keeps the same triplets as its form in tensor operations; `tests/kernels/` compares them.

use burn::tensor::{Device, Float, Int, Tensor, TensorData};
use cubecl::client::Client;
use metriclab_kernels as kernels;

use super::chances::{FARTHEST, NEAREST, gumbels};
use super::{Miner, Mining};
use crate::graphics::{Held, Kind, strided};
use crate::random::Random;

/// A grid and its matrix on a graphics device.
struct Laid {
    client: Client,
    device: Device,
    grid: kernels::Grid,
    matrix: Held,
    places: kernels::Places,
}

impl Laid {
    /// None where the matrix is on another device.
    fn of(mining: &Mining<'_>) -> Option<Self> {
        let Mining { distance, matrix, grid, .. } = mining;
        let held = Float::held(matrix)?;
        let [anchors, slots] = grid.positive_rows.dims();
        let columns = matrix.dims()[1];
        let buffer = |held: Held| held.handle.binding();
        let places = kernels::Places {
            slots: buffer(Int::held(&grid.positive_rows)?),
            filled: buffer(Float::held(&grid.positive_mask)?),
            different: buffer(Float::held(&grid.negative_mask)?),
        };
        let similarity = distance.is_similarity();
        Some(Self {
            client: held.client.clone(),
            device: matrix.device(),
            grid: kernels::Grid { anchors, slots, columns, similarity },
            matrix: held,
            places,
        })
    }

    fn floats<const D: usize>(&self, shape: [usize; D]) -> (Tensor<D>, Held) {
        let tensor = Tensor::empty(shape, &self.device);
        let held = Float::held(&tensor).expect("on the grid's device");
        (tensor, held)
    }

    fn ints(&self, shape: [usize; 2]) -> (Tensor<2, Int>, Held) {
        let tensor = Tensor::empty(shape, &self.device);
        let held = Int::held(&tensor).expect("on the grid's device");
        (tensor, held)
    }
}

/// The positive and the negative of each anchor, `[B, 1]`, and whether it has both, `[B, 1, 1]`.
pub(super) fn one_each(
    kind: Miner,
    mining: &Mining<'_>,
) -> Option<(Tensor<2, Int>, Tensor<2, Int>, Tensor<3>)> {
    let laid = Laid::of(mining)?;
    let rows = laid.grid.anchors;
    let ((positive, p), (negative, n), (keep, k)) =
        (laid.ints([rows, 1]), laid.ints([rows, 1]), laid.floats([rows, 1, 1]));
    let which = kernels::Hardest {
        nearest_positive: kind != Miner::BatchHard,
        beyond_positive: kind == Miner::BatchEasySemihard,
    };
    let outputs = [p, n, k].map(|held| held.handle.binding());
    kernels::hardest(&laid.client, laid.grid, which, strided(&laid.matrix), laid.places, outputs);
    Some((positive, negative, keep))
}

/// 1 for each triplet with low < t ≤ high, `[B, P, R]`.
pub(super) fn by_margin(range: [f32; 2], mining: &Mining<'_>) -> Option<Tensor<3>> {
    let laid = Laid::of(mining)?;
    let (keep, held) = laid.floats([laid.grid.anchors, laid.grid.slots, laid.grid.columns]);
    let keep_at = held.handle.binding();
    kernels::between(&laid.client, laid.grid, range, strided(&laid.matrix), laid.places, keep_at);
    Some(keep)
}

/// A negative drawn for each slot, `[B, P]`, and whether there was one, `[B, P, 1]`.
pub(super) fn by_distance(mining: &Mining<'_>, random: &mut Random) -> Option<(Tensor<2, Int>, Tensor<3>)> {
    let laid = Laid::of(mining)?;
    let kernels::Grid { anchors, slots, columns, .. } = laid.grid;
    let noise = gumbels(anchors * slots * columns, random);
    let noise = Tensor::<1>::from_data(TensorData::new(noise, [anchors * slots * columns]), &laid.device);
    let noise = Float::held(&noise).expect("on the grid's device").handle.binding();
    let ((negative, n), (keep, k)) = (laid.ints([anchors, slots]), laid.floats([anchors, slots, 1]));
    let by = kernels::Drawn { dim: mining.dim, nearest: NEAREST, farthest: FARTHEST };
    let outputs = [n, k].map(|held| held.handle.binding());
    kernels::drawn(&laid.client, laid.grid, by, strided(&laid.matrix), laid.places, noise, outputs);
    Some((negative, keep))
}
