//! CosFace. Wang et al. 2018.

use super::class_scores::{cosines_and_own, cross_entropy};
use super::facts::any;
use super::{Facts, Inputs, Looks, Owns, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of CosFace.
    pub struct Cosface {
        /// How much the cosine to the own class is lowered.
        margin: f64 = 0.35, "margin" "m" number(Range::MARGIN);
        /// Scale of the cosines.
        scale: f64 = 64.0, "scale" "s" number(Range::POSITIVE);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Classifier,
    looks: Looks::Classes,
    formula: "cross entropy of s(cos θₖ − m[k = y])",
    paper: Paper {
        title: "Wang et al., CosFace: Large Margin Cosine Loss for Deep Face Recognition",
        year: 2018,
        link: "https://arxiv.org/abs/1801.09414",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

impl Rule for Cosface {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn owns(&self) -> Owns {
        Owns::Weights { centers: 1 }
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let classes = inputs.classes(1)?;
        let targets = classes.targets.clone();
        let (cosine, own) = cosines_and_own(classes);
        Ok(vec![cross_entropy((cosine - own.mul_scalar(self.margin)).mul_scalar(self.scale), targets)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value_of_classes};
    use super::*;

    #[test]
    fn by_hand() {
        // Cosines 0.6 and 0.8, its class the second: logits 4 · 0.6 and 4 · (0.8 − 0.25).
        let loss = Cosface { margin: 0.25, scale: 4.0 };
        let found = value_of_classes(loss, &[[3.0, 4.0]], &[1], &[[5.0, 0.0], [0.0, 7.0]]);
        assert_close(found, (2.4f32 - 2.2).exp().ln_1p());
    }
}
