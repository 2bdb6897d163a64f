//! Smooth average precision. Brown et al. 2020.
//!
//! Convention: the anchor counts among its own positives, as in pytorch-metric-learning. Classes are told apart by their
//! labels, so that rows may come in any order and classes may differ in size.

use burn::tensor::activation;

use super::facts::any;
use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Size, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of smooth average precision.
    pub struct SmoothAp {
        /// Softness of "nearer than".
        temperature: f64 = 0.01, "temperature" "τ" number(Range::POSITIVE);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Pairs,
    formula: "1 − mean over j of R⁺(j)/R(j), R(j) = 1 + Σₖ σ((s(a,k) − s(a,j))/τ)",
    paper: Paper {
        title: "Brown, Xie, Kalogeiton & Zisserman, Smooth-AP: Smoothing the Path Towards Large-Scale Image Retrieval",
        year: 2020,
        link: "https://arxiv.org/abs/2007.12163",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: true,
    reduction: Reduction::Mean,
};

impl Rule for SmoothAp {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn numbers(&self, size: Size) -> u64 {
        size.triplets().saturating_add(size.pairs())
    }

    /// R(j) is the soft rank of j among all rows, R⁺(j) among the rows of the anchor's class. For a distance, s = −d.
    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let AllPairs { grid, matrix } = inputs.pairs()?;
        let near = inputs.distance.nearness(matrix);
        let (of_class, filled) = grid.of_class(near.clone());
        let nearer = (near.unsqueeze_dim::<3>(1) - of_class).div_scalar(self.temperature);
        let nearer = activation::sigmoid(nearer);
        // The row j itself is among those counted, at σ(0) = ½.
        let rank = nearer.clone().sum_dim(2).add_scalar(0.5);
        let same = (grid.alike.clone() + grid.own()).unsqueeze_dim::<3>(1);
        let rank_in_class = (nearer * same).sum_dim(2).add_scalar(0.5);
        let count = filled.clone().sum_dim(1);
        let precision = (rank_in_class / rank * filled).sum_dim(1) / count;
        Ok(vec![Term::every_row(precision.neg().add_scalar(1.0).squeeze_dim::<2>(2))])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // On a line: class 0 at 0 and 2, class 1 at 1 and 9; the soft ranks are sharp. From 0 the order is 0, 1, 2, 9:
        // precision 1 and 2/3. From 2: 2, 1, 0, 9: the same. From 1: 1, then 0 and 2 at once, then 9: 1 and 2/4. From 9:
        // 9, 2, 1, 0: 1 and 2/3.
        let rows = [[0.0, 0.0], [2.0, 0.0], [1.0, 0.0], [9.0, 0.0]];
        let found = value(SmoothAp::DEFAULT, Distance::Euclidean, &rows, &[0, 0, 1, 1]);
        assert_close(found, 1.0 - (3.0 * (1.0 + 2.0 / 3.0) + 1.5) / 8.0);
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter() {
        let straight = [[1.0, 0.1], [0.4, 1.0], [0.2, 0.3], [0.9, -0.5], [-0.2, 0.7]];
        let turned = [straight[3], straight[0], straight[4], straight[2], straight[1]];
        let of = |rows: &[[f32; 2]; 5], labels: [u16; 5]| {
            value(SmoothAp { temperature: 0.1 }, Distance::Cosine, rows, &labels)
        };
        assert_close(of(&straight, [0, 0, 1, 1, 1]), of(&turned, [1, 0, 1, 1, 0]));
    }
}
