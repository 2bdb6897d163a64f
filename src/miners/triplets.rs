//! Miners that look at each valid triplet by itself.

use burn::tensor::Tensor;

use super::{BEYOND, Miner, MinerConfig, Mining, far};
use crate::distances::Distance;
use crate::pairing::{Selection, TripletGrid};

pub(super) fn select(config: &MinerConfig, mining: Mining<'_>) -> Selection {
    let positive = mining.grid.positive_values(mining.matrix.clone());
    let negative = TripletGrid::negative_values(mining.matrix.clone());
    let keep = match range(config.kind, config.margin as f32) {
        Some(range) => by_margin(range, &mining),
        None => by_others(config, &mining, &positive, &negative),
    };
    let Mining { matrix, grid, with_between, .. } = mining;
    Selection {
        pairs: None,
        between: with_between.then(|| grid.between(matrix)),
        positive,
        negative,
        keep,
        candidates: grid.counts().0,
    }
}

/// The miners that keep the triplets with low < t ≤ high, t the excess of the negative over the positive.
fn range(kind: Miner, margin: f32) -> Option<[f32; 2]> {
    match kind {
        Miner::All => Some([-f32::MAX, margin]),
        Miner::Hard => Some([-f32::MAX, margin.min(0.0)]),
        Miner::Semihard => Some([0.0, margin]),
        Miner::Easy => Some([margin, f32::MAX]),
        _ => None,
    }
}

fn by_margin(range: [f32; 2], mining: &Mining<'_>) -> Tensor<3> {
    #[cfg(feature = "gpu")]
    if let Some(keep) = super::graphics::by_margin(range, mining) {
        return keep;
    }
    #[cfg(feature = "cpu")]
    if let Some(keep) = super::host::by_margin(range, mining) {
        return keep;
    }
    unreachable!("tensors lie on the CPU or on a graphics device")
}

fn by_others(
    config: &MinerConfig,
    mining: &Mining<'_>,
    positive: &Tensor<3>,
    negative: &Tensor<3>,
) -> Tensor<3> {
    let Mining { distance, ref matrix, grid, .. } = *mining;
    let valid = grid.triplet_mask();
    match config.kind {
        Miner::Angular => {
            let between = grid.between(matrix.clone().detach());
            let ratio = tangent(distance, positive.clone().detach(), negative.clone().detach(), between);
            valid * ratio.greater_scalar(config.angle.to_radians().tan()).float()
        }
        Miner::NHard => hardest(distance, matrix, grid, config.count),
        _ => valid,
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
