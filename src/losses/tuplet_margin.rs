//! Tuplet margin loss. Yu & Tao 2019.

use burn::tensor::activation;

use super::class_scores::add_angle;
use super::facts::cosine;
use super::log_sum::log_sum_exp;
use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of the tuplet margin loss.
    pub struct TupletMargin {
        /// Slack: the positive may be as far as this, in radians.
        margin: f64 = 0.1, "margin" "m" number(Range::RADIANS);
        /// How much the hard negatives stand out.
        scale: f64 = 64.0, "scale" "s" number(Range::POSITIVE);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Triplet,
    looks: Looks::Pairs,
    formula: "log(1 + Σₙ e^(s(cos θ(a,n) − cos(θ(a,p) − m))))",
    paper: Paper {
        title: "Yu & Tao, Deep Metric Learning With Tuplet Margin Loss",
        year: 2019,
        link: "https://openaccess.thecvf.com/content_ICCV_2019/html/Yu_Deep_Metric_Learning_With_Tuplet_Margin_Loss_ICCV_2019_paper.html",
    },
    written_for: Distance::Cosine,
    takes: cosine,
    unit: None,
    remembers: true,
    reduction: Reduction::Mean,
};

impl Rule for TupletMargin {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// The sum over the negatives does not depend on the positive: one logarithm for each anchor.
    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let AllPairs { grid, matrix } = inputs.pairs()?;
        let different = grid.different();
        let any = different.clone().max_dim(1).unsqueeze_dim::<3>(2);
        let positive = add_angle(grid.positive_values(matrix.clone()), -self.margin).mul_scalar(self.scale);
        let negatives = log_sum_exp(matrix.mul_scalar(self.scale), different, 1).unsqueeze_dim::<3>(2);
        let values = activation::softplus(negatives - positive, 1.0) * any;
        Ok(vec![Term::weighing(values, grid.positive_mask.clone())])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // Positives at 0° and 90°, a negative at 180°; a slack of 30° takes the pair for one of 60°.
        let rows = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]];
        let loss = TupletMargin { margin: 30.0f64.to_radians(), scale: 2.0 };
        let found = value(loss, Distance::Cosine, &rows, &[0, 0, 1]);
        assert_close(found, 0.5 * ((-3.0f32).exp().ln_1p() + (-1.0f32).exp().ln_1p()));
    }
}
