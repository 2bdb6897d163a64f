//! Global orthogonal regularisation. Zhang et al. 2017: embeddings spread over the sphere as random directions do.
//!
//! Labels are not used. It is usually added to another loss, as a second one with its weight. Convention of
//! sentence-transformers: pairs of one class count as well.

use burn::tensor::Tensor;

use super::facts::cosine;
use super::{Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::fused::rectify;
use crate::setting::{Range, settings};

settings! {
    /// Settings of global orthogonal regularisation.
    pub struct GlobalOrthogonal {
        /// Weight of the squared mean cosine.
        mean_weight: f64 = 1.0, "meanWeight" "" number(Range::WEIGHT);
        /// Weight of the mean squared cosine beyond 1/D.
        moment_weight: f64 = 1.0, "momentWeight" "" number(Range::WEIGHT);
        /// Each of two views by itself, in place of all rows together.
        views: bool = false, "views" "" flag;
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Rows,
    formula: "(mean s)² + [mean s² − 1/D]₊ over all pairs of two rows",
    paper: Paper {
        title: "Zhang, Yu, Kumar & Chang, Learning Spread-out Local Feature Descriptors",
        year: 2017,
        link: "https://arxiv.org/abs/1708.06320",
    },
    written_for: Distance::Cosine,
    takes: cosine,
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

impl GlobalOrthogonal {
    /// The value of some rows, `[1]`; 0 for one row alone.
    fn spread(&self, rows: Tensor<2>) -> Tensor<1> {
        let [count, dim] = rows.dims();
        let cosine = Distance::Cosine.matrix_unchecked(rows.clone(), rows);
        let apart = Tensor::<2>::eye(count, &cosine.device()).neg().add_scalar(1.0);
        let pairs = (count * count.saturating_sub(1)).max(1) as f64;
        let cosine = cosine * apart;
        let mean = cosine.clone().sum().div_scalar(pairs);
        let moment = cosine.square().sum().div_scalar(pairs);
        let excess = rectify(&moment.sub_scalar(1.0 / dim as f64));
        mean.square().mul_scalar(self.mean_weight) + excess.mul_scalar(self.moment_weight)
    }
}

impl Rule for GlobalOrthogonal {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn looks(&self) -> Looks {
        if self.views { Looks::Views } else { Looks::Rows }
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let value = if self.views {
            let [first, second] = inputs.views()?;
            (self.spread(first) + self.spread(second)).mul_scalar(0.5)
        } else {
            self.spread(inputs.rows())
        };
        Ok(vec![Term::whole(value)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // Rows at 0°, 0° and 90°: cosines 1, 0 and 0. Means 1/3 and 1/3, less 1/2 of the second.
        let rows = [[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]];
        let loss = GlobalOrthogonal { mean_weight: 2.0, ..GlobalOrthogonal::DEFAULT };
        assert_close(value(loss, Distance::Cosine, &rows, &[0, 1, 2]), 2.0 / 9.0);
        assert_close(value(loss, Distance::Cosine, &rows[..2], &[0, 1]), 2.0 + 0.5);
        assert_eq!(value(loss, Distance::Cosine, &rows[..1], &[0]), 0.0, "one row alone");
        // Two views: rows 0 and 2, rows 1 and 3.
        let rows = [[1.0, 0.0], [1.0, 0.0], [2.0, 0.0], [0.0, 1.0]];
        let views = GlobalOrthogonal { views: true, ..GlobalOrthogonal::DEFAULT };
        assert_close(value(views, Distance::Cosine, &rows, &[0, 0, 1, 1]), 0.5 * (1.0 + 0.5));
    }
}
