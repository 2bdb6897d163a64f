//! Normalized softmax. Zhai & Wu 2019.

use super::class_scores::{cosines, cross_entropy};
use super::facts::any;
use super::{Classes, Facts, Inputs, Looks, Owns, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of the normalized softmax.
    pub struct NormalizedSoftmax {
        /// Temperature: how sharply the nearest class stands out.
        temperature: f64 = 0.05, "temperature" "τ" number(Range::POSITIVE);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Classifier,
    looks: Looks::Classes,
    formula: "log Σₖ e^(cos θₖ/τ) − cos θ_y/τ",
    paper: Paper {
        title: "Zhai & Wu, Classification is a Strong Baseline for Deep Metric Learning",
        year: 2019,
        link: "https://arxiv.org/abs/1811.12649",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

impl Rule for NormalizedSoftmax {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn owns(&self) -> Owns {
        Owns::Weights { centers: 1 }
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let Classes { embeddings, weight, targets, .. } = inputs.classes(1)?;
        Ok(vec![cross_entropy(cosines(embeddings, weight).mul_scalar(1.0 / self.temperature), targets)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value_of_classes};
    use super::*;

    #[test]
    fn by_hand() {
        // Cosines 0.6 and 0.8, its class the second: logits 1.2 and 1.6.
        let found = value_of_classes(
            NormalizedSoftmax { temperature: 0.5 },
            &[[3.0, 4.0]],
            &[1],
            &[[5.0, 0.0], [0.0, 7.0]],
        );
        assert_close(found, (1.2f32 - 1.6).exp().ln_1p());
    }
}
