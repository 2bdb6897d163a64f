//! A smooth surrogate of Recall@k. Patel, Tolias & Matas 2022.
//!
//! Convention: a row without a positive is left out of the mean.

use burn::tensor::activation;

use super::facts::any;
use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Size, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of smooth recall.
    pub struct SmoothRecall {
        /// Softness of "nearer than".
        temperature: f64 = 0.01, "temperature" "τ" number(Range::POSITIVE);
        /// Softness of "among the first k".
        rank_temperature: f64 = 1.0, "rankTemperature" "τᵣ" number(Range::POSITIVE);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Pairs,
    formula: "1 − mean over k of Σₚ σ((k − rank(p))/τᵣ) / min(k, |P|)",
    paper: Paper {
        title: "Patel, Tolias & Matas, Recall@k Surrogate Loss with Large Batches and Similarity Mixup",
        year: 2022,
        link: "https://arxiv.org/abs/2108.11179",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: true,
    reduction: Reduction::Mean,
};

/// The k whose recalls are averaged.
const RANKS: [f32; 4] = [1.0, 2.0, 4.0, 8.0];

impl Rule for SmoothRecall {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn numbers(&self, size: Size) -> u64 {
        size.triplets()
    }

    /// rank(p) = 1 + Σ σ((s(a,z) − s(a,p)) / τ) over the other rows z. For a distance, s = −d.
    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let AllPairs { grid, matrix } = inputs.pairs()?;
        let near = inputs.distance.nearness(matrix);
        let alike = grid.alike.clone();
        let others = (alike.clone() + grid.different()).unsqueeze_dim::<3>(1);
        let positive = grid.positive_values(near.clone());
        let nearer =
            activation::sigmoid((near.unsqueeze_dim::<3>(1) - positive).div_scalar(self.temperature));
        // The positive itself is among the others, at σ(0) = ½.
        let rank = (nearer * others).sum_dim(2).add_scalar(0.5);
        let positives = alike.sum_dim(1);
        let recalls = RANKS.map(|k| {
            let found =
                activation::sigmoid(rank.clone().neg().add_scalar(k).div_scalar(self.rank_temperature));
            let found = (found * grid.positive_mask.clone()).sum_dim(1).squeeze_dim::<2>(2);
            found / positives.clone().clamp(1.0, k)
        });
        let count = recalls.len() as f32;
        let mean = recalls.into_iter().reduce(|a, b| a + b).expect("there are ranks").div_scalar(count);
        Ok(vec![Term::rows(mean.neg().add_scalar(1.0), positives.clamp(0.0, 1.0))])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // Positives 0 and 1 on a line, a negative at 9: the positive is first for both, far from the negative.
        let rows = [[0.0, 0.0], [1.0, 0.0], [9.0, 0.0]];
        let found = value(SmoothRecall::DEFAULT, Distance::Euclidean, &rows, &[0, 0, 1]);
        let sigmoid = |x: f32| 1.0 / (1.0 + (-x).exp());
        assert_close(found, 1.0 - (0.5 + sigmoid(1.0) + sigmoid(3.0) + sigmoid(7.0)) / 4.0);
    }
}
