//! A smooth surrogate of recall@k. Patel, Tolias & Matas 2022, Recall@k Surrogate Loss with Large Batches and
//! Similarity Mixup.

use burn::tensor::{Tensor, activation};

use super::reduction::Term;
use crate::distances::Distance;
use crate::pairing::TripletGrid;

/// The k whose recalls are averaged.
const RANKS: [f32; 4] = [1.0, 2.0, 4.0, 8.0];

/// 1 − mean over k of Σₚ σ((k − rank(p)) / τᵣ) / min(k, |P|) of each anchor with a positive, where
/// rank(p) = 1 + Σ σ((s(a,z) − s(a,p)) / τ) over the others z counts, softly, the others that are nearer than p. For a distance,
/// s = −d.
pub(super) fn terms(
    distance: Distance,
    matrix: Tensor<2>,
    grid: &TripletGrid,
    (temperature, rank_temperature): (f64, f64),
) -> Vec<Term> {
    let near = distance.nearness(matrix);
    let alike = grid.alike.clone();
    let others = (alike.clone() + grid.different()).unsqueeze_dim::<3>(1);
    let positive = grid.positive_values(near.clone());
    let nearer = activation::sigmoid((near.unsqueeze_dim::<3>(1) - positive).div_scalar(temperature));
    // The positive itself is among the others, at σ(0) = ½.
    let rank = (nearer * others).sum_dim(2).add_scalar(0.5);
    let positives = alike.sum_dim(1);
    let recalls = RANKS.map(|k| {
        let found = activation::sigmoid(rank.clone().neg().add_scalar(k).div_scalar(rank_temperature));
        let found = (found * grid.positive_mask.clone()).sum_dim(1).squeeze_dim::<2>(2);
        found / positives.clone().clamp(1.0, k)
    });
    let count = recalls.len() as f32;
    let mean = recalls.into_iter().reduce(|a, b| a + b).expect("there are ranks").div_scalar(count);
    vec![Term::rows(mean.neg().add_scalar(1.0), positives.clamp(0.0, 1.0))]
}
