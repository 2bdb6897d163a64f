//! Miners that look at each valid triplet by itself.

use burn::tensor::Tensor;

use super::{BEYOND, Miner, MinerConfig, Mining, far};
use crate::distances::Distance;
use crate::pairing::{Selection, TripletGrid};

pub(super) fn select(config: &MinerConfig, mining: Mining<'_>) -> Selection {
    #[cfg(feature = "gpu")]
    if let Some(keep) = super::graphics::by_margin(config.kind, config.margin, &mining) {
        let Mining { matrix, grid, with_between, .. } = mining;
        return Selection {
            pairs: None,
            between: with_between.then(|| grid.between(matrix.clone())),
            positive: grid.positive_values(matrix.clone()),
            negative: TripletGrid::negative_values(matrix),
            keep,
            candidates: grid.counts().0,
        };
    }
    let Mining { distance, matrix, grid, with_between, .. } = mining;
    let positive = grid.positive_values(matrix.clone());
    let negative = TripletGrid::negative_values(matrix.clone());
    let valid = grid.triplet_mask();
    let t = || distance.excess(negative.clone().detach(), positive.clone().detach());
    let m = config.margin;
    let keep = match config.kind {
        Miner::All => valid * t().lower_equal_scalar(m).float(),
        Miner::Hard => valid * t().lower_equal_scalar(m.min(0.0)).float(),
        Miner::Semihard => {
            let t = t();
            valid * t.clone().greater_scalar(0.0).float() * t.lower_equal_scalar(m).float()
        }
        Miner::Easy => valid * t().greater_scalar(m).float(),
        Miner::Angular => {
            let between = grid.between(matrix.clone().detach());
            let ratio = tangent(distance, positive.clone().detach(), negative.clone().detach(), between);
            valid * ratio.greater_scalar(config.angle.to_radians().tan()).float()
        }
        Miner::NHard => hardest(distance, &matrix, grid, config.count),
        _ => valid,
    };
    Selection {
        pairs: None,
        between: with_between.then(|| grid.between(matrix)),
        positive,
        negative,
        keep,
        candidates: grid.counts().0,
    }
}

/// d(a,p) / 2‖n − c‖, c the middle of a and p, whose distance follows from the three sides.
fn tangent(distance: Distance, ap: Tensor<3>, an: Tensor<3>, pn: Tensor<3>) -> Tensor<3> {
    let square = |x: Tensor<3>| if distance == Distance::SquaredEuclidean { x } else { x.square() };
    let (ap, an, pn) = (square(ap), square(an), square(pn));
    let to_middle = (an + pn).mul_scalar(2.0) - ap.clone();
    (ap / to_middle.clamp_min(f32::MIN_POSITIVE)).sqrt()
}

/// The farthest positives times the nearest negatives of each anchor, `count` of each.
fn hardest(distance: Distance, matrix: &Tensor<2>, grid: &TripletGrid, count: usize) -> Tensor<3> {
    let [rows, slots] = grid.positive_rows.dims();
    let far = far(distance, matrix.clone());
    let own = grid.different().equal_scalar(0.0);
    let columns = far.dims()[1];
    let nearest = first(far.clone().mask_fill(own, BEYOND), count.min(columns));
    let empty = grid.positive_mask.clone().equal_scalar(0.0);
    let positives = grid.positive_values(far).mask_fill(empty, -BEYOND).reshape([rows, slots]);
    let farthest = first(positives.neg(), count.min(slots));
    grid.triplet_mask() * farthest.unsqueeze_dim::<3>(2) * nearest.unsqueeze_dim::<3>(1)
}

/// 1 at the `count` smallest of each row, ties by index.
fn first(values: Tensor<2>, count: usize) -> Tensor<2> {
    let [rows, columns] = values.dims();
    let mut left = values;
    let mut taken = left.zeros_like();
    for _ in 0..count {
        let (_, at) = left.clone().min_dim_with_indices(1);
        let places =
            Tensor::<1, burn::tensor::Int>::arange(0..columns as i64, &left.device()).reshape([1, columns]);
        let here = at.expand([rows, columns]).equal(places.expand([rows, columns]));
        taken = taken + here.clone().float();
        // Beyond what was masked, so that it is not found again.
        left = left.mask_fill(here, f32::INFINITY);
    }
    taken
}
