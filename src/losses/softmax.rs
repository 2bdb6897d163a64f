//! Softmax cross entropy: the classifier that metric learning is compared with.

use super::class_scores::cross_entropy;
use super::facts::any;
use super::{Classes, Facts, Inputs, Looks, Owns, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::settings;

settings! {
    /// Softmax cross entropy has no settings.
    pub struct Softmax {}
}

static FACTS: Facts = Facts {
    wiring: Wiring::Classifier,
    looks: Looks::Classes,
    formula: "log Σₖ e^(wₖ·x + bₖ) − (w_y·x + b_y)",
    paper: Paper {
        title: "Bridle, Probabilistic Interpretation of Feedforward Classification Network Outputs",
        year: 1990,
        link: "https://doi.org/10.1007/978-3-642-76153-9_28",
    },
    written_for: Distance::Euclidean,
    takes: any,
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

impl Rule for Softmax {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn owns(&self) -> Owns {
        Owns::Weights { centers: 1 }
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let Classes { embeddings, weight, bias, targets } = inputs.classes(1)?;
        Ok(vec![cross_entropy(embeddings.matmul(weight) + bias, targets)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value_of_classes};
    use super::*;

    #[test]
    fn by_hand() {
        // One row alone: logits 2 and 1, its class the first.
        let found = value_of_classes(Softmax {}, &[[2.0, 1.0]], &[0], &[[1.0, 0.0], [0.0, 1.0]]);
        assert_close(found, (-1.0f32).exp().ln_1p());
    }
}
