//! Histogram loss. Ustinova & Lempitsky 2016.
//!
//! Conventions: pairs that are part of no triplet are left out. The histogram has 100 bins, the default of
//! pytorch-metric-learning.

use burn::tensor::Tensor;

use super::facts::cosine;
use super::soft_bins::{shares, up_to};
use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Size, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::settings;

settings! {
    /// The histogram loss has no settings.
    pub struct Histogram {}
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Pairs,
    formula: "Σ_r h⁻_r Σ_{q ≤ r} h⁺_q",
    paper: Paper {
        title: "Ustinova & Lempitsky, Learning Deep Embeddings with Histogram Loss",
        year: 2016,
        link: "https://arxiv.org/abs/1611.00822",
    },
    written_for: Distance::Cosine,
    takes: cosine,
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

/// Cosines.
const RANGE: (f32, f32) = (-1.0, 1.0);
/// Bins of the histogram.
const BINS: usize = 100;

impl Rule for Histogram {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn numbers(&self, size: Size) -> u64 {
        size.pairs() * (BINS as u64 + 1)
    }

    /// The chance that a random negative pair is more alike than a random positive pair, from soft histograms of the
    /// two.
    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let AllPairs { grid, matrix } = inputs.pairs()?;
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
        Ok(vec![Term::every_row((negative * running).sum_dim(1))])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // The positive pair is at s = 0. Negatives at s = −1, below it, and at s = 0, in the same bin.
        let rows = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]];
        let found = value(Histogram {}, Distance::Cosine, &rows, &[0, 0, 1]);
        assert_close(found, 0.5);
    }
}
