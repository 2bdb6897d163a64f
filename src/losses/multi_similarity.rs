//! Multi-similarity. Wang et al. 2019.

use super::facts::any;
use super::log_sum::log_one_plus_sum_exp;
use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of multi-similarity.
    pub struct MultiSimilarity {
        /// How much the hard positives stand out.
        pos_scale: f64 = 2.0, "posScale" "α" number(Range::POSITIVE);
        /// How much the hard negatives stand out.
        neg_scale: f64 = 50.0, "negScale" "β" number(Range::POSITIVE);
        /// Boundary between alike and different.
        base: f64 = 0.5, "base" "λ" number(Range::MARGIN);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Pairs,
    formula: "log(1 + Σₚ e^(−α(s − λ)))/α + log(1 + Σₙ e^(β(s − λ)))/β",
    paper: Paper {
        title: "Wang, Han, Huang, Dong & Scott, Multi-Similarity Loss with General Pair Weighting for Deep Metric Learning",
        year: 2019,
        link: "https://arxiv.org/abs/1904.06627",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: true,
    reduction: Reduction::Mean,
};

impl Rule for MultiSimilarity {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// For a distance, s − λ becomes λ − d.
    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let AllPairs { grid, matrix } = inputs.pairs()?;
        let apart = inputs.distance.excess_over(matrix, self.base);
        let pull = log_one_plus_sum_exp(apart.clone().mul_scalar(self.pos_scale), grid.alike.clone(), 1);
        let push = log_one_plus_sum_exp(apart.mul_scalar(-self.neg_scale), grid.different(), 1);
        let values = pull.mul_scalar(1.0 / self.pos_scale) + push.mul_scalar(1.0 / self.neg_scale);
        Ok(vec![Term::every_row(values)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // Positives at 0° and 90°, a negative at 180°: s is 0 for the pair, −1 and 0 for the negatives.
        let rows = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]];
        let loss = MultiSimilarity { pos_scale: 2.0, neg_scale: 4.0, base: 0.5 };
        let found = value(loss, Distance::Cosine, &rows, &[0, 0, 1]);
        let pull = 1.0f32.exp().ln_1p() / 2.0;
        let near = (-2.0f32).exp().ln_1p() / 4.0;
        let far = (-6.0f32).exp().ln_1p() / 4.0;
        let lone = ((-2.0f32).exp() + (-6.0f32).exp()).ln_1p() / 4.0;
        assert_close(found, (2.0 * pull + near + far + lone) / 3.0);
    }
}
