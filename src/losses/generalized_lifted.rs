//! Generalised lifted structure. Hermans et al. 2017.

use super::facts::any;
use super::log_sum::log_sum_exp;
use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::fused::rectify;
use crate::setting::{Range, settings};

settings! {
    /// Settings of generalised lifted structure.
    pub struct GeneralizedLifted {
        /// Taken off the distance of a positive pair.
        pos_margin: f64 = 0.0, "posMargin" "m₊" number(Range::MARGIN);
        /// Negatives push up to about this distance.
        neg_margin: f64 = 1.0, "negMargin" "m₋" number(Range::MARGIN);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Pairs,
    formula: "[log Σₚ e^(d(a,p) − m₊) + log Σₙ e^(m₋ − d(a,n))]₊",
    paper: Paper {
        title: "Hermans, Beyer & Leibe, In Defense of the Triplet Loss for Person Re-Identification",
        year: 2017,
        link: "https://arxiv.org/abs/1703.07737",
    },
    written_for: Distance::Euclidean,
    takes: any,
    unit: None,
    remembers: true,
    reduction: Reduction::Mean,
};

impl Rule for GeneralizedLifted {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let AllPairs { grid, matrix } = inputs.pairs()?;
        let distance = inputs.distance;
        let pull = log_sum_exp(distance.excess_over(matrix.clone(), self.pos_margin), grid.alike.clone(), 1);
        let push = log_sum_exp(distance.excess_over(matrix, self.neg_margin).neg(), grid.different(), 1);
        Ok(vec![Term::every_row(rectify(&(pull + push)))])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // On a line: positives 0 and 1, a negative at 2. The last row has no positive: an empty sum counts as 0.
        let rows = [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]];
        let found = value(GeneralizedLifted::DEFAULT, Distance::Euclidean, &rows, &[0, 0, 1]);
        let lone = (-1.0f32).exp().ln_1p();
        assert_close(found, ((1.0 + 1.0 - 2.0) + (1.0 + 1.0 - 1.0) + lone) / 3.0);
    }
}
