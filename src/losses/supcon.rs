//! Supervised contrastive loss. Khosla et al. 2020.
//!
//! Conventions: the mean over the positives is taken outside the logarithm. Without any negative the formula of the
//! paper is computed: log of the number of positives, for positives equally near. A row without a positive counts as
//! 0 for the reducer.

use super::facts::any;
use super::log_sum::log_sum_exp;
use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::pairing::TripletGrid;
use crate::setting::{Range, settings};
use burn::tensor::Tensor;

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
    // Logits count from the largest: the value does not change, and large ones do not swallow the difference.
    let shift = super::log_sum::only(logits.clone().detach(), others.clone()).max_dim(1);
    let logits = logits - shift;
    let positives = alike.clone().sum_dim(1);
    let mean = (logits.clone() * alike).sum_dim(1) / positives.clone().clamp_min(1.0);
    (log_sum_exp(logits, others, 1) - mean) * positives.clamp(0.0, 1.0)
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
        assert_close(found, ((-2.0f32).exp().ln_1p() + 2.0f32.ln()) / 2.0);
        // Three positives equally near, and no negative: the logarithm of two.
        let rows = [[0.0, 0.0]; 3];
        assert_close(value(Supcon::DEFAULT, Distance::Euclidean, &rows, &[0, 0, 0]), 2.0f32.ln());
    }
}
