//! Proxy NCA. Movshovitz-Attias et al. 2017.
//!
//! Convention: the own class is part of the sum, as in pytorch-metric-learning.

use super::class_scores::{cosines, cross_entropy};
use super::facts::any;
use super::{Classes, Facts, Inputs, Looks, Owns, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of proxy NCA.
    pub struct ProxyNca {
        /// Scale of the squared distances.
        scale: f64 = 1.0, "scale" "σ" number(Range::POSITIVE);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Classifier,
    looks: Looks::Classes,
    formula: "−log softmaxₖ(−σ‖z − pₖ‖²) at y",
    paper: Paper {
        title: "Movshovitz-Attias et al., No Fuss Distance Metric Learning Using Proxies",
        year: 2017,
        link: "https://arxiv.org/abs/1703.07464",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

impl Rule for ProxyNca {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn owns(&self) -> Owns {
        Owns::Weights { centers: 1 }
    }

    /// z and p have length 1, so that −σ‖z − p‖² is 2σ cos θ up to a constant.
    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let Classes { embeddings, weight, targets, .. } = inputs.classes(1)?;
        Ok(vec![cross_entropy(cosines(embeddings, weight).mul_scalar(2.0 * self.scale), targets)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value_of_classes};
    use super::*;

    #[test]
    fn by_hand() {
        // Squared distances to the proxies: 0 to its own, 2 to the other.
        let found = value_of_classes(ProxyNca { scale: 1.5 }, &[[3.0, 0.0]], &[0], &[[1.0, 0.0], [0.0, 1.0]]);
        assert_close(found, (-3.0f32).exp().ln_1p());
    }
}
