//! Supervised contrastive loss. Khosla et al. 2020.
//!
//! Conventions: the mean over the positives is taken outside the logarithm. Without any negative the formula of the
//! paper is computed: log of the number of positives, for positives equally near. A row without a positive counts as
//! 0 for the reducer.

use burn::tensor::Tensor;

use super::facts::any;
use super::log_sum::largest_and_rest;
use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::pairing::TripletGrid;
use crate::setting::{Range, settings};

settings! {
    /// Settings of the supervised contrastive loss.
    pub struct Supcon {
        /// Temperature: how sharply the nearest rows stand out.
        temperature: f64 = 0.1, "temperature" "τ" number(Range::POSITIVE);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Pairs,
    formula: "mean over p of −s(a,p)/τ + log Σⱼ e^(s(a,j)/τ)",
    paper: Paper {
        title: "Khosla et al., Supervised Contrastive Learning",
        year: 2020,
        link: "https://arxiv.org/abs/2004.11362",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: true,
    reduction: Reduction::NonZero,
};

/// Below this a value counts as 0, and its anchor is left out of the mean of those above 0. A double is 0 from there on.
const SMALLEST: f64 = 1.1e-16;

/// −(1/|P|) Σₚ \[s(a,p)/τ − log Σ_{j≠a} e^{s(a,j)/τ}\] of each anchor, `[B, 1]`; 0 without a positive. For a distance,
/// s = −d.
pub(super) fn values(
    distance: Distance,
    matrix: Tensor<2>,
    grid: &TripletGrid,
    temperature: f64,
) -> Tensor<2> {
    let logits = distance.nearness(matrix).mul_scalar(1.0 / temperature);
    let alike = grid.alike.clone();
    let others = alike.clone() + grid.different();
    let positives = alike.clone().sum_dim(1);
    // The sum counts from its largest logit, so that large logits do not swallow small differences.
    let (largest, rest) = largest_and_rest(logits.clone(), others, 1);
    let below = (largest - logits) * alike;
    let mean = below.sum_dim(1) / positives.clone().clamp_min(1.0);
    let values = (rest + mean) * positives.clamp(0.0, 1.0);
    let learned = values.clone().detach().lower_scalar(SMALLEST);
    values.mask_fill(learned, 0.0)
}

impl Rule for Supcon {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let AllPairs { grid, matrix } = inputs.pairs()?;
        Ok(vec![Term::every_row(values(inputs.distance, matrix, grid, self.temperature))])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // Positives at 0° and 90°, a negative at 180°: logits 0 and −2 for the first anchor, 0 and 0 for the second.
        let rows = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]];
        let found = value(Supcon { temperature: 0.5 }, Distance::Cosine, &rows, &[0, 0, 1]);
        assert_close(found, 0.5 * ((-2.0f32).exp().ln_1p() + 2.0f32.ln()));
        // Three positives equally near, and no negative: the logarithm of two.
        let rows = [[0.0, 0.0]; 3];
        assert_close(value(Supcon::DEFAULT, Distance::Euclidean, &rows, &[0, 0, 0]), 2.0f32.ln());
    }
}
