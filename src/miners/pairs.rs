//! Miners that choose pairs. For a loss on triplets, every chosen positive goes with every chosen negative of its anchor.

use burn::tensor::Tensor;

use super::{BEYOND, Miner, MinerConfig, Mining, far};
use crate::distances::Distance;
use crate::pairing::{Selection, TripletGrid};

pub(super) fn select(config: &MinerConfig, mining: Mining<'_>) -> Selection {
    let Mining { distance, ref matrix, grid, .. } = mining;
    let positive = grid.positive_values(matrix.clone().detach());
    let negative = TripletGrid::negative_values(matrix.clone().detach());
    let (positives, negatives) = match config.kind {
        Miner::PairMargin => (
            distance.excess_over(positive, config.pos_margin).greater_scalar(0.0).float(),
            distance.excess_over(negative, config.neg_margin).lower_scalar(0.0).float(),
        ),
        Miner::MultiSimilarity => {
            let positive = far(distance, positive);
            let negative = far(distance, negative);
            let no_negative = grid.negative_mask.clone().equal_scalar(0.0);
            let no_positive = grid.positive_mask.clone().equal_scalar(0.0);
            let nearest = negative.clone().mask_fill(no_negative, BEYOND).min_dim(2);
            let farthest = positive.clone().mask_fill(no_positive, -BEYOND).max_dim(1);
            (
                positive.add_scalar(config.margin).greater(nearest.expand(grid.positive_mask.dims())).float(),
                negative.sub_scalar(config.margin).lower(farthest.expand(grid.negative_mask.dims())).float(),
            )
        }
        _ => (
            hardest(far(distance, positive), &grid.positive_mask, kept(grid.pair_counts().0, config.share)),
            hardest(
                far(distance, negative).neg(),
                &grid.negative_mask,
                kept(grid.pair_counts().1, config.share),
            ),
        ),
    };
    of_pairs(mining, positives, negatives)
}

/// Enough to tell any two distances of one size apart in f32.
const HALVINGS: usize = 48;

/// How many of `all` pairs are the hardest `share`: rounded up, as in pytorch-metric-learning.
pub(super) fn kept(all: usize, share: f64) -> usize {
    (all as f64 * share).ceil() as usize
}

/// 1 at the `count` largest of the values that `mask` keeps, all of them together; of equals the first.
fn hardest(values: Tensor<3>, mask: &Tensor<3>, count: usize) -> Tensor<3> {
    let shape = values.dims();
    let total = shape.iter().product::<usize>();
    let values = values.mask_fill(mask.clone().equal_scalar(0.0), -BEYOND).reshape([total]);
    // burn cannot sort on the device without reading back: the last of them is found between bounds that halve until
    // they are neighbours.
    let count = count as f32;
    let mut high = values.clone().max();
    let mut low =
        values.clone().neg().mask_fill(values.clone().lower_equal_scalar(-BEYOND), -BEYOND).max().neg();
    low = low.clone() - low.abs().mul_scalar(1e-6).add_scalar(1e-30);
    for _ in 0..HALVINGS {
        let middle = (low.clone() + high.clone()).mul_scalar(0.5);
        let more = values.clone().greater(middle.clone().expand([total])).float().sum();
        let up = more.greater_equal_scalar(count);
        low = low.mask_where(up.clone(), middle.clone());
        high = high.mask_where(up.bool_not(), middle);
    }
    let last = high.expand([total]);
    let above = values.clone().greater(last.clone()).float();
    let equal = values.equal(last).float();
    let room = above.clone().sum().neg().add_scalar(count).expand([total]);
    let first = equal.clone().cumsum(0).lower_equal(room).float();
    (above + equal * first).mul_scalar(if count > 0.0 { 1.0 } else { 0.0 }).reshape(shape)
}

/// The selection of pairs: `[B, P, 1]` and `[B, 1, R]`, 1 for what is chosen, wherever pairs are valid.
pub(super) fn of_pairs(mining: Mining<'_>, positives: Tensor<3>, negatives: Tensor<3>) -> Selection {
    let Mining { matrix, grid, with_between, .. } = mining;
    let positives = positives * grid.positive_mask.clone();
    let negatives = negatives * grid.negative_mask.clone();
    Selection {
        positive: grid.positive_values(matrix.clone()),
        negative: TripletGrid::negative_values(matrix.clone()),
        between: with_between.then(|| grid.between(matrix)),
        keep: positives.clone() * negatives.clone(),
        pairs: Some((positives, negatives)),
        candidates: grid.counts().0,
    }
}

/// As the device compares: in f32.
pub(super) fn beyond(distance: Distance, value: f32, margin: f64) -> f32 {
    let margin = margin as f32;
    if distance.is_similarity() { margin - value } else { value - margin }
}
