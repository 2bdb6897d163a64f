//! `CoSENT`. Su 2022: every pair of one class should be more alike than every pair of two.
//!
//! Each unordered pair counts once. With the scores 1 (one class) and 0 (two classes) the sum over pairs of pairs is a
//! product of two sums, so that a large batch costs no more than its pairs. [`graded`] takes scores of any kind.

use burn::tensor::{Tensor, activation};

use super::facts::any;
use super::log_sum::{log_one_plus_sum_exp, log_sum_exp};
use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of `CoSENT`.
    pub struct Cosent {
        /// Scale of the similarities.
        scale: f64 = 20.0, "scale" "s" number(Range::POSITIVE);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Pairs,
    formula: "log(1 + Σₚ Σₙ e^(s(sₙ − sₚ))) over all pairs p of one class and n of two",
    paper: Paper {
        title: "Su, CoSENT (I): A Scheme of Sentence Embeddings More Effective than Sentence-BERT",
        year: 2022,
        link: "https://kexue.fm/archives/8847",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

/// `log(1 + Σ e^{scale (s_r − s_q)})` over all pairs q, r with score(q) > score(r), `[1]`.
///
/// # Shapes
/// `similarity` and `scores` are `[1, P]`, one a pair; P² numbers are computed.
pub fn graded(similarity: Tensor<2>, scores: Tensor<2>, scale: f64) -> Tensor<1> {
    let [_, pairs] = similarity.dims();
    let better = scores.clone().transpose().expand([pairs, pairs]).greater(scores.expand([pairs, pairs]));
    let excess = (similarity.clone() - similarity.transpose()).mul_scalar(scale);
    let count = pairs * pairs;
    let keep = better.float().reshape([1, count]);
    log_one_plus_sum_exp(excess.reshape([1, count]), keep, 1).reshape([1])
}

impl Rule for Cosent {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// For a distance, s = −d.
    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let AllPairs { grid, matrix } = inputs.pairs()?;
        let [rows, columns] = matrix.dims();
        let flat = |x: Tensor<2>| x.reshape([1, rows * columns]);
        let once = grid.once();
        let alike = flat(grid.alike.clone() * once.clone());
        let different = flat(grid.different() * once);
        let logits = flat(inputs.distance.nearness(matrix).mul_scalar(self.scale));
        let both = alike.clone().max_dim(1) * different.clone().max_dim(1);
        let excess = log_sum_exp(logits.clone(), different, 1) + log_sum_exp(logits.neg(), alike, 1);
        Ok(vec![Term::every_row(activation::softplus(excess, 1.0) * both)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, matrix, value};
    use super::*;

    #[test]
    fn by_hand() {
        // On a line: class 0 at 0 and 1, class 1 at 3: the pair is 1 apart, the negatives 3 and 2.
        let rows = [[0.0, 0.0], [1.0, 0.0], [3.0, 0.0]];
        let found = value(Cosent { scale: 0.5 }, Distance::Euclidean, &rows, &[0, 0, 1]);
        assert_close(found, ((-1.0f32).exp() + (-0.5f32).exp()).ln_1p());
        // The same three pairs with their scores.
        let (similarity, scores) = (matrix(&[[-1.0, -3.0, -2.0]]), matrix(&[[1.0, 0.0, 0.0]]));
        assert_close(graded(similarity.clone(), scores, 0.5).into_scalar::<f32>(), found);
        // Three grades: the third pair comes before the second as well.
        let graded = graded(similarity, matrix(&[[1.0, 0.0, 0.5]]), 0.5).into_scalar::<f32>();
        assert_close(graded, ((-1.0f32).exp() + 2.0 * (-0.5f32).exp()).ln_1p());
    }
}
