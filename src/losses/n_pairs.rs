//! N-pairs. Sohn 2016.
//!
//! Convention: the first two rows of each label are its pair. The squared lengths of the embeddings, which the paper
//! adds, are the regulariser `embeddingNorm`.

use burn::tensor::{Int, Tensor};

use super::class_scores::cross_entropy;
use super::facts::any;
use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::settings;

settings! {
    /// N-pairs has no settings.
    pub struct NPairs {}
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Pairs,
    formula: "−log(e^(s(a,p)) / Σ e^(s(a,p′))), p′ the positives of all classes",
    paper: Paper {
        title: "Sohn, Improved Deep Metric Learning with Multi-class N-pair Loss Objective",
        year: 2016,
        link: "https://papers.nips.cc/paper/2016/hash/6b180037abbebea991d8b1232f8a8ca9-Abstract.html",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

impl Rule for NPairs {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// For a distance, s = −d.
    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let AllPairs { grid, matrix } = inputs.pairs()?;
        let (anchors, positives) = grid.first_pairs.clone();
        let logits = inputs.distance.nearness(matrix).select(0, anchors).select(1, positives);
        let [pairs, _] = logits.dims();
        let targets = Tensor::<1, Int>::arange(0..pairs as i64, &logits.device()).reshape([pairs, 1]);
        Ok(vec![cross_entropy(logits, targets)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // Two pairs at right angles to each other: s is 1 for the own positive and 0 for the other.
        let rows = [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]];
        let found = value(NPairs {}, Distance::Cosine, &rows, &[0, 0, 1, 1]);
        assert_close(found, (-1.0f32).exp().ln_1p());
    }
}
