//! Miners that take one triplet for each anchor.

use burn::tensor::{Int, Tensor};

use super::{BEYOND, Miner, Mining, far};
use crate::pairing::Selection;

pub(super) fn select(kind: Miner, mining: Mining<'_>) -> Selection {
    #[cfg(feature = "gpu")]
    let chosen = super::graphics::one_each(kind, &mining).unwrap_or_else(|| choose(kind, &mining));
    #[cfg(not(feature = "gpu"))]
    let chosen = choose(kind, &mining);
    let (taken, nearest, keep) = chosen;
    let Mining { matrix, grid, with_between, .. } = mining;
    let rows = grid.rows();
    let positive = matrix.clone().gather(1, taken.clone());
    let negative = matrix.clone().gather(1, nearest.clone());
    let between = with_between
        .then(|| matrix.select(0, taken.reshape([rows])).gather(1, nearest).reshape([rows, 1, 1]));
    Selection {
        positive: positive.reshape([rows, 1, 1]),
        negative: negative.reshape([rows, 1, 1]),
        between,
        keep,
        pairs: None,
        candidates: grid.counts().1,
    }
}

/// The positive and the negative of each anchor, `[B, 1]`, and 1 where it has both, `[B, 1, 1]`.
fn choose(kind: Miner, mining: &Mining<'_>) -> (Tensor<2, Int>, Tensor<2, Int>, Tensor<3>) {
    let Mining { distance, matrix, grid, .. } = mining;
    let [rows, slots] = grid.positive_rows.dims();
    let far = far(*distance, matrix.clone());
    // Empty slots never win, own class never either.
    let empty = grid.positive_mask.clone().equal_scalar(0.0).reshape([rows, slots]);
    let positives = grid.positive_values(far.clone()).reshape([rows, slots]);
    let (of_positive, slot) = if kind == Miner::BatchHard {
        positives.mask_fill(empty, -BEYOND).max_dim_with_indices(1)
    } else {
        positives.mask_fill(empty, BEYOND).min_dim_with_indices(1)
    };
    let mut away = far.mask_fill(grid.different().equal_scalar(0.0), BEYOND);
    if kind == Miner::BatchEasySemihard {
        let nearer = away.clone().lower_equal(of_positive.expand(away.dims()));
        away = away.mask_fill(nearer, BEYOND);
    }
    let (of_negative, nearest) = away.min_dim_with_indices(1);
    let found = of_negative.lower_scalar(BEYOND).float().unsqueeze_dim::<3>(2);
    let taken = grid.positive_rows.clone().gather(1, slot);
    (taken, nearest, grid.positive_mask.clone().max_dim(1) * found)
}
