//! Instance loss. Zheng et al. 2017, in the form of pytorch-metric-learning: a cross entropy over the rows of the batch.
//!
//! With `own` each row is a class of its own, and the loss pushes all rows apart. Without it the target of a row is, as
//! in pytorch-metric-learning, the row whose number is the place of its label among the labels of the batch: that means
//! something only where row c is of class c. The default is `own`, with a scale at which rows still push each other;
//! pytorch-metric-learning's default is class labels with a scale of 64.

use burn::tensor::{Int, Tensor, TensorData};

use super::class_scores::cross_entropy;
use super::facts::any;
use super::{Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of the instance loss.
    pub struct Instance {
        /// Scale of the similarities.
        scale: f64 = 8.0, "scale" "γ" number(Range::POSITIVE);
        /// Each row is a class of its own.
        own: bool = true, "own" "" flag;
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Rows,
    formula: "log Σⱼ e^(γs(i,j)) − γs(i,c), c the row of the own class",
    paper: Paper {
        title: "Zheng et al., Dual-Path Convolutional Image-Text Embeddings with Instance Loss",
        year: 2017,
        link: "https://arxiv.org/abs/1711.05535",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

impl Rule for Instance {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// For a distance, s = −d.
    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let rows = inputs.rows();
        let [count, _] = rows.dims();
        let logits = inputs.distance.nearness(inputs.distance.matrix_unchecked(rows.clone(), rows));
        let labels = inputs.pairing.labels();
        let mut present = labels.to_vec();
        present.sort_unstable();
        present.dedup();
        let place = |label: &u16| present.binary_search(label).unwrap_or_default() as i32;
        let targets: Vec<i32> =
            if self.own { (0..count as i32).collect() } else { labels.iter().map(place).collect() };
        let targets =
            Tensor::<2, Int>::from_data(TensorData::new(targets, [count, 1]), inputs.pairing.device());
        Ok(vec![cross_entropy(logits.mul_scalar(self.scale), targets)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // Two rows at right angles, each its own class: s is 1 to itself and 0 to the other.
        let rows = [[1.0, 0.0], [0.0, 1.0]];
        let found = value(Instance { scale: 2.0, own: true }, Distance::Cosine, &rows, &[0, 0]);
        assert_close(found, (-2.0f32).exp().ln_1p());
        // By labels 7 and 3 the target of the first row is row 1, and of the second row 0.
        let found = value(Instance { scale: 2.0, own: false }, Distance::Cosine, &rows, &[7, 3]);
        assert_close(found, 2.0f32.exp().ln_1p());
    }
}
