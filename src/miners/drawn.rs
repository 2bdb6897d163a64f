//! Miners that draw, as tensor operations.

use burn::tensor::{Int, Tensor, TensorData};

use super::chances::{BINS, FARTHEST, NEAREST, gumbels, uniforms};
use super::pairs::of_pairs;
use super::{BEYOND, MinerConfig, Mining, far};
use crate::pairing::Selection;
use crate::random::Random;

/// One negative for each positive pair.
pub(super) fn select_triplets(mining: Mining<'_>, random: &mut Random) -> Selection {
    #[cfg(feature = "gpu")]
    let drawn = super::graphics::by_distance(&mining, random).unwrap_or_else(|| draw(&mining, random));
    #[cfg(not(feature = "gpu"))]
    let drawn = draw(&mining, random);
    let (drawn, keep) = drawn;
    let Mining { matrix, grid, with_between, .. } = mining;
    let [rows, slots] = grid.positive_rows.dims();
    let between = with_between.then(|| {
        let flat = grid.positive_rows.clone().reshape([rows * slots]);
        let of_positives = matrix.clone().select(0, flat);
        of_positives.gather(1, drawn.clone().reshape([rows * slots, 1])).reshape([rows, slots, 1])
    });
    Selection {
        positive: grid.positive_values(matrix.clone()),
        negative: matrix.gather(1, drawn).unsqueeze_dim(2),
        between,
        keep,
        pairs: None,
        candidates: grid.counts().1 * slots,
    }
}

/// The negative of each slot, `[B, P]`, and 1 where there is one to draw, `[B, P, 1]`.
fn draw(mining: &Mining<'_>, random: &mut Random) -> (Tensor<2, Int>, Tensor<3>) {
    let Mining { distance, matrix, grid, dim, .. } = mining;
    let [rows, slots] = grid.positive_rows.dims();
    let columns = matrix.dims()[1];
    let away = far(*distance, matrix.clone());
    let d = away.clone().clamp_min(NEAREST);
    let dim = *dim as f64;
    let curve = d.clone().square().mul_scalar(-0.25).add_scalar(1.0).clamp_min(1e-6).log();
    let log_weight = d.log().mul_scalar(2.0 - dim) - curve.mul_scalar(0.5 * (dim - 3.0));
    let allowed = grid.different() * away.lower_scalar(FARTHEST).float();
    let log_weight = log_weight.mask_fill(allowed.clone().equal_scalar(0.0), -BEYOND);
    let noise = gumbels(rows * slots * columns, random);
    let noise = Tensor::<3>::from_data(TensorData::new(noise, [rows, slots, columns]), &matrix.device());
    let (_, drawn) = (noise + log_weight.unsqueeze_dim::<3>(1)).max_dim_with_indices(2);
    let any = allowed.max_dim(1).unsqueeze_dim::<3>(2);
    (drawn.reshape([rows, slots]), grid.positive_mask.clone() * any)
}

/// Each pair with the chance count / (pairs of its kind in its bin).
pub(super) fn select_pairs(config: &MinerConfig, mining: Mining<'_>, random: &mut Random) -> Selection {
    let away = far(mining.distance, mining.matrix.clone());
    let [rows, columns] = away.dims();
    let device = away.device();
    let grid = mining.grid;
    let chance = uniforms(rows * columns, random);
    let chance = Tensor::<2>::from_data(TensorData::new(chance, [rows, columns]), &device);
    let valid = grid.alike.clone() + grid.different();
    let outside = valid.equal_scalar(0.0);
    let least = away.clone().mask_fill(outside.clone(), BEYOND).min().reshape([1, 1]);
    let most = away.clone().mask_fill(outside, -BEYOND).max().reshape([1, 1]);
    let width = (most - least.clone()).clamp_min(f32::MIN_POSITIVE).div_scalar(BINS as f32);
    let bin = ((away - least) / width).floor().clamp(0.0, (BINS - 1) as f32);
    let bins = Tensor::<1, Int>::arange(0..BINS as i64, &device).float().reshape([1, 1, BINS]);
    let shape = [rows, columns, BINS];
    let in_bin = bin.unsqueeze_dim::<3>(2).expand(shape).equal(bins.expand(shape)).float();
    let take = |kind: Tensor<2>| {
        let counts = (in_bin.clone() * kind.unsqueeze_dim::<3>(2)).sum_dim(0).sum_dim(1);
        let share = counts.clamp_min(1.0).recip().mul_scalar(config.count as f32);
        let own = (in_bin.clone() * share).sum_dim(2).reshape([rows, columns]);
        chance.clone().lower(own).float()
    };
    let positives = grid.positive_values(take(grid.alike.clone()));
    let negatives = take(grid.different()).unsqueeze_dim(1);
    of_pairs(mining, positives, negatives)
}
