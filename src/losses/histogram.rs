//! Histogram loss. Ustinova & Lempitsky 2016, Learning Deep Embeddings with Histogram Loss.

use burn::tensor::Tensor;

use super::reduction::Term;
use super::soft_bins::{shares, up_to};
use crate::pairing::TripletGrid;

/// Cosines.
const RANGE: (f32, f32) = (-1.0, 1.0);
/// Bins of the reference implementation.
const BINS: usize = 100;

/// `Σ_r h⁻_r Σ_{q ≤ r} h⁺_q`: the chance that a random negative pair is more alike than a random positive pair, from
/// soft histograms of the two. Pairs that stand in no triplet are left out.
///
/// `matrix` holds cosines.
pub(super) fn terms(matrix: Tensor<2>, grid: &TripletGrid) -> Vec<Term> {
    let (alike, different) = (grid.alike.clone(), grid.different());
    let paired = alike.clone().max_dim(1);
    let positives = alike * different.clone().max_dim(1);
    let negatives = different * paired.clone().max_pair(paired.transpose());
    let shares = shares(matrix, RANGE, BINS);
    let density = |mask: Tensor<2>| {
        let count = mask.clone().sum().clamp_min(1.0);
        let sums = (shares.clone() * mask.unsqueeze_dim::<3>(2)).sum_dim(0).sum_dim(1);
        sums.reshape([1, BINS + 1]) / count.reshape([1, 1])
    };
    let (positive, negative) = (density(positives), density(negatives));
    let running = positive.clone().matmul(up_to(BINS + 1, &positive.device()));
    vec![Term::every_row((negative * running).sum_dim(1))]
}
