//! Proxy anchor. Kim et al. 2020.

use super::class_scores::cosines_and_own;
use super::facts::any;
use super::log_sum::log_one_plus_sum_exp;
use super::{Facts, Inputs, Looks, Owns, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of proxy anchor.
    pub struct ProxyAnchor {
        /// Cosines to the own proxy should be above δ, to the others below −δ.
        margin: f64 = 0.1, "margin" "δ" number(Range::MARGIN);
        /// How much the hard rows stand out.
        scale: f64 = 32.0, "scale" "α" number(Range::POSITIVE);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Classifier,
    looks: Looks::Classes,
    formula: "mean over k of log(1 + Σ_{i: y=k} e^(−α(cos − δ))) + log(1 + Σ_{i: y≠k} e^(α(cos + δ)))",
    paper: Paper {
        title: "Kim, Kim, Cho & Kwak, Proxy Anchor Loss for Deep Metric Learning",
        year: 2020,
        link: "https://arxiv.org/abs/2003.13911",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: false,
    reduction: Reduction::MeanOfEach,
};

impl Rule for ProxyAnchor {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn owns(&self) -> Owns {
        Owns::Weights { centers: 1 }
    }

    /// The first mean is over the classes of the batch, the second over all classes.
    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let (cosine, own) = cosines_and_own(inputs.classes(1)?);
        let other = own.clone().neg().add_scalar(1.0);
        let pull = cosine.clone().sub_scalar(self.margin).mul_scalar(-self.scale);
        let push = cosine.add_scalar(self.margin).mul_scalar(self.scale);
        let present = own.clone().max_dim(0);
        let push = log_one_plus_sum_exp(push, other, 0);
        Ok(vec![Term::rows(log_one_plus_sum_exp(pull, own, 0), present), Term::every_row(push)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value_of_classes};
    use super::*;

    #[test]
    fn by_hand() {
        // Cosine 1 to its own proxy and 0 to the other, which is the own one of no row.
        let loss = ProxyAnchor { margin: 0.1, scale: 2.0 };
        let found = value_of_classes(loss, &[[3.0, 0.0]], &[0], &[[1.0, 0.0], [0.0, 1.0]]);
        assert_close(found, (-1.8f32).exp().ln_1p() + 0.2f32.exp().ln_1p() / 2.0);
    }
}
