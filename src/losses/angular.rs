//! Angular loss. Wang et al. 2017.
//!
//! Convention: the negative is taken at its own length, as in pytorch-metric-learning.

use super::facts::cosine;
use super::log_sum::log_one_plus_sum_exp;
use super::{Facts, Inputs, Looks, Paper, Reduction, Rule, Size, Term, Wiring};
use crate::distances::{Distance, normalize};
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of the angular loss.
    pub struct Angular {
        /// The negative should see anchor and positive under at most this angle, in degrees.
        angle: f64 = 40.0, "angle" "α" number(Range::closed(1.0, 85.0));
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Triplet,
    looks: Looks::Pairs,
    formula: "log(1 + Σₙ e^(4 tan²α (a + p)·n − 2(1 + tan²α) a·p))",
    paper: Paper {
        title: "Wang, Zhou, Wen, Liu & Lin, Deep Metric Learning with Angular Loss",
        year: 2017,
        link: "https://arxiv.org/abs/1708.01682",
    },
    written_for: Distance::Cosine,
    takes: cosine,
    unit: None,
    remembers: true,
    reduction: Reduction::Mean,
};

impl Rule for Angular {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn numbers(&self, size: Size) -> u64 {
        size.triplets()
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let grid = inputs.pairing.grid()?;
        let (rows, references) = (inputs.rows(), inputs.references());
        let squared = self.angle.to_radians().tan().powi(2);
        let [count, slots] = grid.positive_rows.dims();
        let (anchors, all) = (normalize(rows), normalize(references.clone()));
        let width = all.dims()[0];
        let to_negatives = anchors.clone().matmul(references.clone().transpose());
        let positives = grid.positive_rows.clone().reshape([count * slots]);
        let of_positive =
            all.clone().matmul(references.transpose()).select(0, positives).reshape([count, slots, width]);
        let positive = grid.positive_values(anchors.matmul(all.transpose()));
        let exponent = (of_positive + to_negatives.unsqueeze_dim::<3>(1)).mul_scalar(4.0 * squared)
            - positive.mul_scalar(2.0 * (1.0 + squared));
        let values = log_one_plus_sum_exp(exponent, grid.negative_mask.clone(), 2);
        Ok(vec![Term::weighing(values, grid.positive_mask.clone())])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // tan² 45° = 1. Positives at 0° and 90°, a negative at 180° and of length 0.5: (a + p)·n = −0.5, a·p = 0.
        let rows = [[1.0, 0.0], [0.0, 1.0], [-0.5, 0.0]];
        let found = value(Angular { angle: 45.0 }, Distance::Cosine, &rows, &[0, 0, 1]);
        assert_close(found, (-2.0f32).exp().ln_1p());
    }
}
