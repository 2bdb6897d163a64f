//! Miners: which of a batch's triplets a loss looks at.
//!
//! With t = d(a,n) − d(a,p) (for a similarity s(a,p) − s(a,n)) and the miner's margin m:
//! hard t ≤ 0, semi-hard 0 < t ≤ m, easy t > m. Each miner exists twice: [`MinerConfig::mine`] is
//! a plain function of a distance matrix that returns index lists, and [`MinerConfig::select`] is
//! what a training step uses: the same triplets as a mask on the device, with nothing read back.

mod reference;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::distances::Distance;
use crate::pairing::{Selection, TripletGrid};

/// The choice of triplets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Miner {
    /// Every valid triplet: no mining.
    None,
    /// Every triplet that violates the margin: t ≤ m.
    All,
    /// The negative is nearer than the positive: t ≤ 0.
    Hard,
    /// The negative is farther than the positive, by no more than the margin: 0 < t ≤ m.
    /// Schroff et al. 2015, FaceNet.
    Semihard,
    /// The negative is farther by more than the margin: t > m.
    Easy,
    /// Per anchor the farthest positive and the nearest negative.
    /// Hermans et al. 2017, In Defense of the Triplet Loss.
    BatchHard,
}

impl Miner {
    /// Every miner, in the order a page lists them.
    pub const ALL: [Self; 6] =
        [Self::None, Self::All, Self::Hard, Self::Semihard, Self::Easy, Self::BatchHard];
}

/// A miner and its margin.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MinerConfig {
    /// Which triplets.
    pub kind: Miner,
    /// m, in the distance's unit.
    pub margin: f64,
}

/// Far beyond every distance, and finite, since 0 · ∞ would be NaN.
const BEYOND: f32 = 1e30;

impl MinerConfig {
    /// Selects on the device. `with_between` asks for d(p, n) too (the swap of the triplet loss).
    ///
    /// # Shapes
    /// `matrix` is `[B, B]`, of the batch that `grid` was laid out for.
    pub fn select(
        &self,
        distance: Distance,
        matrix: Tensor<2>,
        grid: &TripletGrid,
        with_between: bool,
    ) -> Selection {
        if self.kind == Miner::BatchHard {
            return batch_hard(distance, matrix, grid, with_between);
        }
        let positive = grid.positive_values(matrix.clone());
        let negative = TripletGrid::negative_values(matrix.clone());
        let valid = grid.triplet_mask();
        let keep = if self.kind == Miner::None {
            valid
        } else {
            let t = distance.excess(negative.clone().detach(), positive.clone().detach());
            valid * self.keeps(t)
        };
        let between = with_between.then(|| {
            let [rows, slots] = grid.positive_rows.dims();
            let flat = grid.positive_rows.clone().reshape([rows * slots]);
            matrix.select(0, flat).reshape([rows, slots, rows])
        });
        Selection {
            positive,
            negative,
            between,
            keep,
            complete: self.kind == Miner::None,
            candidates: grid.counts().0,
        }
    }

    fn keeps(&self, t: Tensor<3>) -> Tensor<3> {
        let m = self.margin;
        match self.kind {
            Miner::All => t.lower_equal_scalar(m).float(),
            Miner::Hard => t.lower_equal_scalar(0.0).float(),
            Miner::Semihard => t.clone().greater_scalar(0.0).float() * t.lower_equal_scalar(m).float(),
            Miner::Easy => t.greater_scalar(m).float(),
            Miner::None | Miner::BatchHard => t.ones_like(),
        }
    }
}

fn batch_hard(distance: Distance, matrix: Tensor<2>, grid: &TripletGrid, with_between: bool) -> Selection {
    let [rows, slots] = grid.positive_rows.dims();
    let sign = if distance.is_similarity() { -1.0 } else { 1.0 };
    // In "larger is farther" terms: empty slots never win the maximum, own class never the minimum.
    let positives = grid.positive_values(matrix.clone());
    let empty = grid.positive_mask.clone().equal_scalar(0.0);
    let (_, slot) = positives
        .clone()
        .detach()
        .mul_scalar(sign)
        .mask_fill(empty, -BEYOND)
        .reshape([rows, slots])
        .max_dim_with_indices(1);
    let own = grid.different().equal_scalar(0.0);
    let (_, nearest) =
        matrix.clone().detach().mul_scalar(sign).mask_fill(own, BEYOND).min_dim_with_indices(1);
    let farthest = grid.positive_rows.clone().gather(1, slot.clone());

    let positive = positives.reshape([rows, slots]).gather(1, slot);
    let negative = matrix.clone().gather(1, nearest.clone());
    let between = with_between
        .then(|| matrix.select(0, farthest.reshape([rows])).gather(1, nearest).reshape([rows, 1, 1]));
    let has_positive = grid.positive_mask.clone().max_dim(1);
    let has_negative = grid.negative_mask.clone().max_dim(2);
    Selection {
        positive: positive.reshape([rows, 1, 1]),
        negative: negative.reshape([rows, 1, 1]),
        between,
        keep: has_positive * has_negative,
        complete: false,
        candidates: grid.counts().1,
    }
}
