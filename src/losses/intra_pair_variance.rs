//! Intra-pair variance. Yu & Tao 2019: pairs of one kind should be about equally far apart.
//!
//! It is usually added to another loss. The mean distance of a kind is over all pairs of the batch, and the gradient
//! passes through it. Conventions of pytorch-metric-learning: zeros count in the mean; for a distance, the bounds are
//! mirrored.

use burn::tensor::Tensor;

use super::facts::any;
use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::fused::rectify;
use crate::setting::{Range, settings};

settings! {
    /// Settings of the intra-pair variance.
    pub struct IntraPairVariance {
        /// Share of the mean by which a positive pair may be farther apart.
        pos_margin: f64 = 0.01, "posMargin" "ε₊" number(Range::closed(0.0, 10.0));
        /// Share of the mean by which a negative pair may be nearer.
        neg_margin: f64 = 0.01, "negMargin" "ε₋" number(Range::closed(0.0, 10.0));
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Pairs,
    formula: "mean [(1 − ε₊)s̄₊ − s(a,p)]₊² + mean [s(a,n) − (1 + ε₋)s̄₋]₊²",
    paper: Paper {
        title: "Yu & Tao, Deep Metric Learning With Tuplet Margin Loss",
        year: 2019,
        link: "https://openaccess.thecvf.com/content_ICCV_2019/html/Yu_Deep_Metric_Learning_With_Tuplet_Margin_Loss_ICCV_2019_paper.html",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: false,
    reduction: Reduction::MeanOfEach,
};

impl Rule for IntraPairVariance {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let AllPairs { grid, matrix } = inputs.pairs()?;
        let distance = inputs.distance;
        let term = |mask: Tensor<2>, margin: f64, farther: bool| {
            let mean = (matrix.clone() * mask.clone()).sum() / mask.clone().sum().clamp_min(1.0);
            // A bound beyond the mean is a larger distance, and a smaller similarity.
            let larger = farther != distance.is_similarity();
            let bound = mean.mul_scalar(if larger { 1.0 + margin } else { 1.0 - margin }).reshape([1, 1]);
            let beyond = distance.excess(matrix.clone(), bound.expand(matrix.dims()));
            let beyond = if farther { beyond } else { beyond.neg() };
            Term::rows(rectify(&beyond).square(), mask)
        };
        let pull = term(grid.alike.clone(), self.pos_margin, true);
        let push = term(grid.different(), self.neg_margin, false);
        Ok(vec![pull, push])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // On a line: class 0 at 0 and 1, class 1 at 4 and 7. Positive distances 1 and 3, mean 2; negative ones 4, 7, 3, 6,
        // mean 5. A tenth off: 3 is beyond 2.2; 4 and 3 are within 4.5.
        let rows = [[0.0, 0.0], [1.0, 0.0], [4.0, 0.0], [7.0, 0.0]];
        let loss = IntraPairVariance { pos_margin: 0.1, neg_margin: 0.1 };
        let found = value(loss, Distance::Euclidean, &rows, &[0, 0, 1, 1]);
        assert_close(found, 0.8f32.powi(2) / 2.0 + (0.5f32.powi(2) + 1.5f32.powi(2)) / 4.0);
    }
}
