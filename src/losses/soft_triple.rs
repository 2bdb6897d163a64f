//! `SoftTriple`. Qian et al. 2019.

use burn::tensor::activation;

use super::class_scores::{cosines_by_class, cross_entropy, one_hot};
use super::facts::any;
use super::{Classes, Facts, Inputs, Looks, Owns, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of `SoftTriple`.
    pub struct SoftTriple {
        /// How much the nearness to the own class is lowered.
        margin: f64 = 0.01, "margin" "δ" number(Range::MARGIN);
        /// Scale of the nearness.
        scale: f64 = 20.0, "scale" "λ" number(Range::POSITIVE);
        /// Softness of the mean over a class's centres.
        gamma: f64 = 0.1, "gamma" "γ" number(Range::POSITIVE);
        /// Centres of each class.
        centers: usize = 10, "centers" "K" whole(1, 64);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Classifier,
    looks: Looks::Classes,
    formula: "cross entropy of λ(hₖ − δ[k = y]), hₖ = Σ softmax(cos/γ) cos over K centres",
    paper: Paper {
        title: "Qian et al., SoftTriple Loss: Deep Metric Learning Without Triplet Sampling",
        year: 2019,
        link: "https://arxiv.org/abs/1909.05235",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

impl Rule for SoftTriple {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn owns(&self) -> Owns {
        Owns::Weights { centers: self.centers }
    }

    /// hₖ is the mean cosine to the centres of class k, weighed by the softmax of the cosines over γ.
    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let Classes { embeddings, weight, targets, .. } = inputs.classes(self.centers)?;
        let cosine = cosines_by_class(embeddings, weight, self.centers);
        let share = activation::softmax(cosine.clone().div_scalar(self.gamma), 2);
        let nearness = (share * cosine).sum_dim(2).squeeze_dim::<2>(2);
        let own = one_hot(targets.clone(), nearness.dims()[1]);
        Ok(vec![cross_entropy((nearness - own.mul_scalar(self.margin)).mul_scalar(self.scale), targets)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value_of_classes};
    use super::*;

    #[test]
    fn by_hand() {
        // Cosines 1 and 0 to the centres of its class, 0 and 0 to those of the other.
        let loss = SoftTriple { margin: 0.1, scale: 2.0, gamma: 1.0, centers: 2 };
        let weights = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 1.0, -1.0]];
        let nearness = 1.0f32.exp() / (1.0f32.exp() + 1.0);
        let found = value_of_classes(loss, &[[1.0, 0.0]], &[0], &weights);
        assert_close(found, (-2.0 * (nearness - 0.1)).exp().ln_1p());
    }
}
