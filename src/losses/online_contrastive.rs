//! Online contrastive loss of sentence-transformers: a contrastive loss on the hard pairs of a batch.
//!
//! Each unordered pair counts once, and the values add up: the loss grows with the batch. The cosine is taken as the
//! distance 1 − s.

use burn::tensor::Tensor;

use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::fused::rectify;
use crate::setting::{Range, settings};

settings! {
    /// Settings of the online contrastive loss.
    pub struct OnlineContrastive {
        /// Negative pairs farther than this cost nothing.
        margin: f64 = 0.5, "margin" "m" number(Range::MARGIN);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Pairs,
    formula: "Σ{d(a,p)² : d > minₙ d} + Σ{[m − d(a,n)]₊² : d < maxₚ d}",
    paper: Paper {
        title: "Reimers & Gurevych, Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks",
        year: 2019,
        link: "https://arxiv.org/abs/1908.10084",
    },
    written_for: Distance::Cosine,
    takes: |distance| !matches!(distance, Distance::Dot),
    unit: None,
    remembers: false,
    reduction: Reduction::Sum,
};

/// Far beyond every distance, and finite.
const BEYOND: f32 = 1e30;

impl Rule for OnlineContrastive {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// The bounds only select: no gradient passes through them. Without a negative pair the bound of the positives is
    /// their mean, and the other way round.
    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let AllPairs { grid, matrix } = inputs.pairs()?;
        let distance = inputs.distance;
        let apart = if distance.is_similarity() { matrix.neg().add_scalar(1.0) } else { matrix };
        let plain = apart.clone().detach();
        let shape = plain.dims();
        let (alike, different) = (grid.alike.clone() * grid.once(), grid.different() * grid.once());
        let mean =
            |mask: &Tensor<2>| (plain.clone() * mask.clone()).sum() / mask.clone().sum().clamp_min(1.0);
        let all = shape[0] * shape[1];
        let nearest =
            plain.clone().mask_fill(different.clone().equal_scalar(0.0), BEYOND).reshape([all]).min();
        let farthest = plain.clone().mask_fill(alike.clone().equal_scalar(0.0), -BEYOND).reshape([all]).max();
        let without_negative = nearest.clone().greater_equal_scalar(BEYOND);
        let without_positive = farthest.clone().lower_equal_scalar(-BEYOND);
        let beyond = nearest.mask_where(without_negative, mean(&alike)).reshape([1, 1]).expand(shape);
        let within = farthest.mask_where(without_positive, mean(&different)).reshape([1, 1]).expand(shape);
        let hard_positives = plain.clone().greater(beyond).float() * alike;
        let hard_negatives = plain.lower(within).float() * different;
        let push = rectify(&apart.clone().neg().add_scalar(self.margin)).square();
        Ok(vec![Term::rows(apart.square(), hard_positives), Term::rows(push, hard_negatives)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // On a line: class 0 at 0, 1 and 4, class 1 at 4.5. The nearest negative is 0.5 away, the farthest positive 4.
        let rows = [[0.0, 0.0], [1.0, 0.0], [4.0, 0.0], [4.5, 0.0]];
        let loss = OnlineContrastive { margin: 2.0 };
        let found = value(loss, Distance::Euclidean, &rows, &[0, 0, 0, 1]);
        assert_close(found, 1.0 + 16.0 + 9.0 + 1.5f32.powi(2));
        // Without a negative the positives beyond their mean of 8/3 count.
        assert_close(value(loss, Distance::Euclidean, &rows[..3], &[0, 0, 0]), 16.0 + 9.0);
    }
}
