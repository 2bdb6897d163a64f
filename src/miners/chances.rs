//! What miners draw, and from which distances. The host draws in the order of rows, so that every form of a miner draws the
//! same.

use crate::random::Random;

/// Smaller distances count as this one, since their weights would be huge. Wu et al. 2017.
pub(super) const NEAREST: f32 = 0.5;
/// Negatives from here on are never drawn: a margin loss of theirs is 0.
pub(super) const FARTHEST: f32 = 1.4;
/// Parts of the range of distances.
pub(super) const BINS: usize = 100;

/// −log(−log u). The largest sum of a weight's logarithm and one of these falls on each weight with a chance in proportion
/// to it.
pub(super) fn gumbels(count: usize, random: &mut Random) -> Vec<f32> {
    (0..count).map(|_| -(-f64::from(random.uniform()).max(1e-12).ln()).ln() as f32).collect()
}

pub(super) fn uniforms(count: usize, random: &mut Random) -> Vec<f32> {
    (0..count).map(|_| random.uniform()).collect()
}
