//! PNP, a penalty on the negatives in front of each positive. Li et al. 2021.
//!
//! Conventions: the anchor counts among its own positives, as in pytorch-metric-learning; a row without another positive
//! is left out of the mean.

use burn::tensor::{Tensor, activation};

use super::facts::any;
use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Size, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, names, settings};

names! {
    /// How the number R of negatives in front is penalised.
    pub enum Penalty {
        /// R.
        O = "o",
        /// ln(1 + R): falls off slowly.
        Ds = "ds",
        /// 1 − (1 + R)^−α: falls off quickly.
        Dq = "dq",
        /// (1 + R) ln(1 + R): grows without bound.
        Iu = "iu",
        /// (bR − ln(1 + bR)) / b²: grows to a bound.
        Ib = "ib",
    }
}

settings! {
    /// Settings of PNP.
    pub struct Pnp {
        /// How the number R of negatives in front of a positive is penalised.
        penalty: Penalty = Penalty::O, "penalty" "g" choice;
        /// Softness of "in front of".
        temperature: f64 = 0.01, "temperature" "τ" number(Range::POSITIVE);
        /// Exponent of the penalty dq.
        alpha: f64 = 1.0, "alpha" "α" number(Range::closed(0.01, 100.0));
        /// Steepness of the penalty ib.
        base: f64 = 2.0, "base" "b" number(Range::closed(0.01, 100.0));
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Pairs,
    formula: "mean over j of g(R(j)), R(j) = Σₙ σ((s(a,n) − s(a,j))/τ)",
    paper: Paper {
        title: "Li et al., Rethinking the Optimization of Average Precision: Only Penalizing Negative Instances before Positive Ones is Enough",
        year: 2021,
        link: "https://arxiv.org/abs/2102.04640",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: true,
    reduction: Reduction::Mean,
};

impl Pnp {
    /// g(R).
    fn penalised(&self, rank: Tensor<3>) -> Tensor<3> {
        match self.penalty {
            Penalty::O => rank,
            Penalty::Ds => rank.log1p(),
            // 1 − e^{−α ln(1 + R)}.
            Penalty::Dq => rank.log1p().mul_scalar(-self.alpha).exp().neg().add_scalar(1.0),
            Penalty::Iu => rank.clone().add_scalar(1.0) * rank.log1p(),
            Penalty::Ib => {
                let scaled = rank.mul_scalar(self.base);
                (scaled.clone() - scaled.log1p()).div_scalar(self.base * self.base)
            }
        }
    }
}

impl Rule for Pnp {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn numbers(&self, size: Size) -> u64 {
        size.triplets().saturating_add(size.pairs())
    }

    /// For a distance, s = −d.
    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let AllPairs { grid, matrix } = inputs.pairs()?;
        let near = inputs.distance.nearness(matrix);
        let (of_class, filled) = grid.of_class(near.clone());
        let before = (near.unsqueeze_dim::<3>(1) - of_class).div_scalar(self.temperature);
        let rank = (activation::sigmoid(before) * grid.negative_mask.clone()).sum_dim(2);
        let count = filled.clone().sum_dim(1);
        let mean = (self.penalised(rank) * filled).sum_dim(1) / count;
        let some = grid.positive_mask.clone().max_dim(1);
        Ok(vec![Term::weighing(mean, some)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // On a line: class 0 at 0 and 2, a negative at 1. It is in front of one positive for both anchors, and of none for
        // the anchor itself.
        let rows = [[0.0, 0.0], [2.0, 0.0], [1.0, 0.0]];
        let of =
            |penalty: Penalty| value(Pnp { penalty, ..Pnp::DEFAULT }, Distance::Euclidean, &rows, &[0, 0, 1]);
        let two = 2.0f32;
        assert_close(of(Penalty::O), 0.5);
        assert_close(of(Penalty::Ds), two.ln() / 2.0);
        assert_close(of(Penalty::Dq), 0.5 / 2.0);
        assert_close(of(Penalty::Iu), 2.0 * two.ln() / 2.0);
        assert_close(of(Penalty::Ib), (2.0 - 3.0f32.ln()) / 4.0 / 2.0);
    }
}
