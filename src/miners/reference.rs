//! The miners as plain functions of a distance matrix: the twin that the device path is held to.

use super::{Miner, MinerConfig};
use crate::distances::Distance;
use crate::pairing::{Triplets, all_triplets};

impl MinerConfig {
    /// The triplets this miner takes, ordered by anchor, positive, negative.
    ///
    /// # Shapes
    /// `matrix` is B × B, row after row, and `labels` has B entries.
    pub fn mine(&self, distance: Distance, matrix: &[f32], labels: &[u16]) -> Triplets {
        let rows = labels.len();
        let far = |i: usize, j: usize| {
            let value = matrix[i * rows + j];
            if distance.is_similarity() { -value } else { value }
        };
        if self.kind == Miner::BatchHard {
            return batch_hard(&far, labels);
        }
        let mut kept = Triplets::default();
        for (a, p, n) in all_triplets(labels).iter() {
            if self.takes(far(a, n) - far(a, p)) {
                kept.push(a, p, n);
            }
        }
        kept
    }

    fn takes(&self, t: f32) -> bool {
        // The device compares in f32.
        let margin = self.margin as f32;
        match self.kind {
            Miner::All => t <= margin,
            Miner::Hard => t <= 0.0,
            Miner::Semihard => t > 0.0 && t <= margin,
            Miner::Easy => t > margin,
            Miner::None | Miner::BatchHard => true,
        }
    }
}

fn batch_hard(far: &impl Fn(usize, usize) -> f32, labels: &[u16]) -> Triplets {
    let rows = labels.len();
    let mut kept = Triplets::default();
    for a in 0..rows {
        let mut positive: Option<usize> = None;
        let mut negative: Option<usize> = None;
        for j in (0..rows).filter(|&j| j != a) {
            if labels[j] == labels[a] {
                // Strict comparison: the first of equals wins, as on the device.
                if positive.is_none_or(|p| far(a, j) > far(a, p)) {
                    positive = Some(j);
                }
            } else if negative.is_none_or(|n| far(a, j) < far(a, n)) {
                negative = Some(j);
            }
        }
        if let (Some(p), Some(n)) = (positive, negative) {
            kept.push(a, p, n);
        }
    }
    kept
}
