//! Lifted structure. Oh Song et al. 2016.

use burn::tensor::activation;

use super::facts::any;
use super::log_sum::log_sum_exp;
use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::fused::rectify;
use crate::setting::{Range, settings};

settings! {
    /// Settings of lifted structure.
    pub struct Lifted {
        /// Taken off the distance of a positive pair.
        pos_margin: f64 = 0.0, "posMargin" "m₊" number(Range::MARGIN);
        /// Negatives push up to about this distance.
        neg_margin: f64 = 1.0, "negMargin" "m₋" number(Range::MARGIN);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Pairs,
    formula: "½[d(a,p) − m₊ + log Σₙ (e^(m₋ − d(a,n)) + e^(m₋ − d(p,n)))]₊²",
    paper: Paper {
        title: "Oh Song, Xiang, Jegelka & Savarese, Deep Metric Learning via Lifted Structured Feature Embedding",
        year: 2016,
        link: "https://arxiv.org/abs/1511.06452",
    },
    written_for: Distance::Euclidean,
    takes: any,
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

impl Rule for Lifted {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let AllPairs { grid, matrix } = inputs.pairs()?;
        let distance = inputs.distance;
        let rows = grid.rows();
        let different = grid.different();
        let any = different.clone().max_dim(1);
        let push = distance.excess_over(matrix.clone(), self.neg_margin).neg();
        let of_anchor = log_sum_exp(push, different, 1);
        let of_positive = grid.positive_values(of_anchor.clone().transpose().expand([rows, rows]));
        let of_anchor = of_anchor.unsqueeze_dim::<3>(2);
        // log(eˣ + eʸ) = y + softplus(x − y). Both sums are empty together, since the two are of one class.
        let both = of_positive.clone() + activation::softplus(of_anchor - of_positive, 1.0);
        let both = both * any.unsqueeze_dim::<3>(2);
        let pull = distance.excess_over(grid.positive_values(matrix), self.pos_margin);
        let values = rectify(&(pull + both)).square().mul_scalar(0.5);
        Ok(vec![Term::weighing(values, grid.positive_mask.clone())])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // On a line: positives 0 and 1, a negative at 2: it is 2 from the one and 1 from the other, whoever is the anchor.
        let rows = [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]];
        let found = value(Lifted::DEFAULT, Distance::Euclidean, &rows, &[0, 0, 1]);
        assert_close(found, 0.5 * (1.0 + ((-1.0f32).exp() + 1.0).ln()).powi(2));
    }
}
