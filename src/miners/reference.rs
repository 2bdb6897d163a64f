//! The miners as plain functions of a distance matrix: the twin that the device's form is compared with.

use super::chances::{BINS, FARTHEST, NEAREST, gumbels, uniforms};
use super::pairs::{beyond, kept};
use super::{HostMining, Mined, Miner, MinerConfig};
use crate::pairing::{Pairs, Triplets, all_pairs, each_triplet};
use crate::random::Random;

impl HostMining<'_> {
    fn value(&self, i: usize, j: usize) -> f32 {
        self.matrix[i * self.labels.len() + j]
    }

    /// Larger is farther.
    fn far(&self, i: usize, j: usize) -> f32 {
        let value = self.value(i, j);
        if self.distance.is_similarity() { -value } else { value }
    }

    fn positives(&self, a: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.labels.len()).filter(move |&p| p != a && self.labels[p] == self.labels[a])
    }

    fn negatives(&self, a: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.labels.len()).filter(move |&n| self.labels[n] != self.labels[a])
    }

    /// The first of the farthest, or of the nearest, of `rows`.
    fn extreme(&self, a: usize, rows: impl Iterator<Item = usize>, farthest: bool) -> Option<usize> {
        let sign = if farthest { -1.0 } else { 1.0 };
        rows.min_by(|&i, &j| (sign * self.far(a, i)).total_cmp(&(sign * self.far(a, j))))
    }
}

impl MinerConfig {
    /// The triplets or pairs that this miner takes, with chances from `random`.
    pub fn mine(&self, mining: &HostMining<'_>, random: &mut Random) -> Mined {
        match self.kind {
            Miner::BatchHard | Miner::BatchEasyHard | Miner::BatchEasySemihard => {
                Mined::Triplets(one_each(self.kind, mining))
            }
            Miner::NHard => Mined::Triplets(n_hard(mining, self.count)),
            Miner::DistanceWeighted => Mined::Triplets(distance_weighted(mining, random)),
            Miner::PairMargin | Miner::MultiSimilarity => self.pairs(mining),
            Miner::Hdc => Mined::Pairs(hardest(mining, true, self.share), hardest(mining, false, self.share)),
            Miner::UniformHistogram => uniform_histogram(mining, self.count, random),
            _ => {
                let mut kept = Triplets::default();
                self.each(mining).for_each(|(a, p, n)| kept.push(a, p, n));
                Mined::Triplets(kept)
            }
        }
    }

    /// Count of the triplets of a miner that judges each by itself.
    pub(crate) fn count(&self, mining: &HostMining<'_>) -> usize {
        self.each(mining).count()
    }

    fn each(&self, mining: &HostMining<'_>) -> impl Iterator<Item = (usize, usize, usize)> {
        each_triplet(mining.labels).filter(|&each| self.takes(mining, each))
    }

    fn takes(&self, mining: &HostMining<'_>, (a, p, n): (usize, usize, usize)) -> bool {
        let t = mining.far(a, n) - mining.far(a, p);
        // The device compares in f32.
        let margin = self.margin as f32;
        match self.kind {
            Miner::All => t <= margin,
            Miner::Hard => t <= margin.min(0.0),
            Miner::Semihard => t > 0.0 && t <= margin,
            Miner::Easy => t > margin,
            Miner::Angular => {
                let root = mining.distance != crate::distances::Distance::SquaredEuclidean;
                let square = |i: usize, j: usize| {
                    let d = mining.value(i, j);
                    if root { d * d } else { d }
                };
                let ap = square(a, p);
                let to_middle = 2.0 * (square(a, n) + square(p, n)) - ap;
                (ap / to_middle.max(f32::MIN_POSITIVE)).sqrt() > self.angle.to_radians().tan() as f32
            }
            _ => true,
        }
    }

    fn pairs(&self, mining: &HostMining<'_>) -> Mined {
        let margin = self.margin as f32;
        let chosen = |alike: bool| {
            let mut kept = Pairs::default();
            for (a, b) in all_pairs(mining.labels, alike).iter() {
                let take = match self.kind {
                    Miner::PairMargin if alike => {
                        beyond(mining.distance, mining.value(a, b), self.pos_margin) > 0.0
                    }
                    Miner::PairMargin => beyond(mining.distance, mining.value(a, b), self.neg_margin) < 0.0,
                    _ if alike => mining
                        .extreme(a, mining.negatives(a), false)
                        .is_some_and(|n| mining.far(a, b) + margin > mining.far(a, n)),
                    _ => mining
                        .extreme(a, mining.positives(a), true)
                        .is_some_and(|p| mining.far(a, b) - margin < mining.far(a, p)),
                };
                if take {
                    kept.push(a, b);
                }
            }
            kept
        };
        Mined::Pairs(chosen(true), chosen(false))
    }
}

fn one_each(kind: Miner, mining: &HostMining<'_>) -> Triplets {
    let mut kept = Triplets::default();
    for a in 0..mining.labels.len() {
        let Some(p) = mining.extreme(a, mining.positives(a), kind == Miner::BatchHard) else { continue };
        let beyond = |&n: &usize| kind != Miner::BatchEasySemihard || mining.far(a, n) > mining.far(a, p);
        if let Some(n) = mining.extreme(a, mining.negatives(a).filter(beyond), false) {
            kept.push(a, p, n);
        }
    }
    kept
}

fn n_hard(mining: &HostMining<'_>, count: usize) -> Triplets {
    let mut kept = Triplets::default();
    for a in 0..mining.labels.len() {
        let mut positives: Vec<usize> = mining.positives(a).collect();
        let mut negatives: Vec<usize> = mining.negatives(a).collect();
        positives.sort_by(|&i, &j| mining.far(a, j).total_cmp(&mining.far(a, i)));
        negatives.sort_by(|&i, &j| mining.far(a, i).total_cmp(&mining.far(a, j)));
        positives.truncate(count);
        negatives.truncate(count);
        positives.sort_unstable();
        negatives.sort_unstable();
        for &p in &positives {
            negatives.iter().for_each(|&n| kept.push(a, p, n));
        }
    }
    kept
}

/// The hardest `share` of all pairs of a kind; of equals the first.
fn hardest(mining: &HostMining<'_>, alike: bool, share: f64) -> Pairs {
    let hardness = |&(a, b): &(usize, usize)| if alike { mining.far(a, b) } else { -mining.far(a, b) };
    let mut all: Vec<(usize, usize)> = all_pairs(mining.labels, alike).iter().collect();
    let count = kept(all.len(), share);
    all.sort_by(|x, y| hardness(y).total_cmp(&hardness(x)));
    all.truncate(count);
    all.sort_unstable();
    let mut kept = Pairs::default();
    all.into_iter().for_each(|(a, b)| kept.push(a, b));
    kept
}

fn distance_weighted(mining: &HostMining<'_>, random: &mut Random) -> Triplets {
    let rows = mining.labels.len();
    let slots = (0..rows).map(|a| mining.positives(a).count()).max().unwrap_or(0);
    let noise = gumbels(rows * slots * rows, random);
    let dim = mining.dim as f64;
    let log_weight = |d: f32| {
        let d = f64::from(d.max(NEAREST));
        (2.0 - dim) * d.ln() - 0.5 * (dim - 3.0) * (1.0 - 0.25 * d * d).max(1e-6).ln()
    };
    let mut kept = Triplets::default();
    for a in 0..rows {
        for (slot, p) in mining.positives(a).enumerate() {
            let score =
                |n: usize| f64::from(noise[(a * slots + slot) * rows + n]) + log_weight(mining.far(a, n));
            let allowed = mining.negatives(a).filter(|&n| mining.far(a, n) < FARTHEST);
            if let Some(n) = allowed.max_by(|&i, &j| score(i).total_cmp(&score(j))) {
                kept.push(a, p, n);
            }
        }
    }
    kept
}

fn uniform_histogram(mining: &HostMining<'_>, count: usize, random: &mut Random) -> Mined {
    let rows = mining.labels.len();
    let chance = uniforms(rows * rows, random);
    let others = |a: usize| (0..rows).filter(move |&b| b != a);
    let values = (0..rows).flat_map(|a| others(a).map(move |b| mining.far(a, b)));
    let least = values.clone().fold(f32::INFINITY, f32::min);
    let width = ((values.fold(f32::NEG_INFINITY, f32::max) - least) / BINS as f32).max(f32::MIN_POSITIVE);
    let bin = |a: usize, b: usize| (((mining.far(a, b) - least) / width).floor() as usize).min(BINS - 1);
    let take = |alike: bool| {
        let all = all_pairs(mining.labels, alike);
        let mut counts = [0_usize; BINS];
        all.iter().for_each(|(a, b)| counts[bin(a, b)] += 1);
        let mut kept = Pairs::default();
        for (a, b) in all.iter() {
            if chance[a * rows + b] < count as f32 / counts[bin(a, b)] as f32 {
                kept.push(a, b);
            }
        }
        kept
    };
    Mined::Pairs(take(true), take(false))
}
