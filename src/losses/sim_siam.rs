//! `SimSiam`, on two views without labels. Chen & He 2021: one view's embedding predicts the other's.
//!
//! No gradient passes into the view that is predicted. The predictor is a linear layer on the embedding, which the loss owns;
//! the paper's has a hidden layer and batch normalisation. Our networks have none, and collapse with this loss by itself.

use burn::tensor::Tensor;

use super::facts::any;
use super::{Facts, Inputs, Looks, Owns, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::{Distance, normalize};
use crate::error::Result;
use crate::setting::settings;

settings! {
    /// Settings of `SimSiam`.
    pub struct SimSiam {
        /// No gradient passes into the view that is predicted.
        stop_gradient: bool = true, "stopGradient" "" flag;
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::TwoView,
    looks: Looks::Views,
    formula: "−½ cos(p(x), x′) − ½ cos(p(x′), x), p learned, the second factors held",
    paper: Paper {
        title: "Chen & He, Exploring Simple Siamese Representation Learning",
        year: 2021,
        link: "https://arxiv.org/abs/2011.10566",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

/// −½ cos(p, z′) − ½ cos(p′, z) of each thing, `[V, 1]`. `predicted` holds p and p′, `seen` the embeddings z and z′; `stop_gradient`
/// lets no gradient pass into `seen`. All are `[V, d]`.
pub fn values(predicted: [Tensor<2>; 2], seen: [Tensor<2>; 2], stop_gradient: bool) -> Tensor<2> {
    let cosine = |p: Tensor<2>, z: Tensor<2>| (normalize(p) * normalize(z)).sum_dim(1);
    let ([p, p_2], [z, z_2]) = (predicted, seen.map(|z| if stop_gradient { z.detach() } else { z }));
    (cosine(p, z_2) + cosine(p_2, z)).mul_scalar(-0.5)
}

impl Rule for SimSiam {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn owns(&self) -> Owns {
        Owns::Predictor
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let seen = inputs.views()?;
        let (weight, bias) = inputs.predictor()?;
        let predicted = seen.clone().map(|z| z.matmul(weight.clone()) + bias.clone());
        Ok(vec![Term::every_row(values(predicted, seen, self.stop_gradient))])
    }
}

#[cfg(test)]
mod tests {
    use super::super::Learned;
    use super::super::trial::{assert_close, matrix, value_with};
    use super::*;

    #[test]
    fn by_hand() {
        // The predictor turns by 90°: (1, 0) becomes (0, 1), (0, 1) becomes (−1, 0).
        let turn = matrix(&[[0.0, 1.0], [-1.0, 0.0]]);
        let bias = matrix(&[[0.0, 0.0]]);
        let learned = Learned { weights: Some((turn, bias)), ..Learned::default() };
        let rows = [[2.0, 0.0], [0.0, 3.0]];
        let found = value_with(SimSiam::DEFAULT, Distance::Cosine, &rows, &[0, 0], learned);
        // The first view predicts the second; the second predicts the opposite of the first.
        assert_close(found, -0.5 + 0.5);
    }
}
