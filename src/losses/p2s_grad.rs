//! `P2SGrad`. Zhang et al. 2019: squared errors of the cosines to the classes. It has no settings: no scale and no margin.
//!
//! Convention: the weights are normalised within the gradient. pytorch-metric-learning normalises its stored weights at
//! each call, outside the gradient; [`values`] takes such weights.

use burn::tensor::{Int, Tensor};

use super::class_scores::one_hot;
use super::facts::any;
use super::{Classes, Facts, Inputs, Looks, Owns, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::{Distance, normalize};
use crate::error::Result;
use crate::setting::settings;

settings! {
    /// `P2SGrad` has no settings.
    pub struct P2sGrad {}
}

static FACTS: Facts = Facts {
    wiring: Wiring::Classifier,
    looks: Looks::Classes,
    formula: "mean over k of (cos θₖ − [k = y])²",
    paper: Paper {
        title: "Zhang et al., P2SGrad: Refined Gradients for Optimizing Deep Face Models",
        year: 2019,
        link: "https://arxiv.org/abs/1905.02479",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

/// (cos θₖ − \[k = y\])² of each row and class, `[B, C]`. The weights, `[d, C]`, have length 1; targets are `[B, 1]`.
pub fn values(embeddings: Tensor<2>, weight: Tensor<2>, targets: Tensor<2, Int>) -> Tensor<2> {
    let cosine = normalize(embeddings).matmul(weight);
    let own = one_hot(targets, cosine.dims()[1]);
    (cosine - own).square()
}

impl Rule for P2sGrad {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn owns(&self) -> Owns {
        Owns::Weights { centers: 1 }
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let Classes { embeddings, weight, targets, .. } = inputs.classes(1)?;
        let unit = normalize(weight.transpose()).transpose();
        Ok(vec![Term::every_row(values(embeddings, unit, targets))])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value_of_classes};
    use super::*;

    #[test]
    fn by_hand() {
        // Cosines 0.6 and 0.8, its class the second.
        let found = value_of_classes(P2sGrad {}, &[[3.0, 4.0]], &[1], &[[5.0, 0.0], [0.0, 7.0]]);
        assert_close(found, 0.5 * (0.36 + 0.04));
    }
}
