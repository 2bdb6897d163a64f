//! `VICReg`, on two views without labels. Bardes, Ponce & LeCun 2022.
//!
//! Variances and covariances are over the batch, unbiased. Embeddings must not be scaled to length 1: on the unit sphere
//! no number varies by 1.

use burn::tensor::Tensor;

use super::facts::any;
use super::{Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of `VICReg`.
    pub struct Vicreg {
        /// Weight of the agreement of the two views.
        invariance: f64 = 25.0, "invariance" "λ" number(Range::WEIGHT);
        /// Weight of the variance of each number.
        variance: f64 = 25.0, "variance" "μ" number(Range::WEIGHT);
        /// Weight of the covariance of different numbers.
        covariance: f64 = 1.0, "covariance" "ν" number(Range::WEIGHT);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::TwoView,
    looks: Looks::Views,
    formula: "λ mean(x − x′)² + μ mean[1 − √Var]₊ + ν Σ_{i≠j} Cov²ᵢⱼ/D",
    paper: Paper {
        title: "Bardes, Ponce & LeCun, VICReg: Variance-Invariance-Covariance Regularization for Self-Supervised Learning",
        year: 2022,
        link: "https://arxiv.org/abs/2105.04906",
    },
    written_for: Distance::Euclidean,
    takes: any,
    unit: Some(false),
    remembers: false,
    reduction: Reduction::Mean,
};

/// Keeps the slope of the root finite where a number does not vary. The paper's value.
const LEAST_VARIANCE: f64 = 1e-4;

/// Lack of variance of the numbers of a view, and how much they vary together.
fn spread(x: Tensor<2>) -> (Tensor<1>, Tensor<1>) {
    let [rows, dim] = x.dims();
    let centred = x.clone() - x.mean_dim(0);
    let degrees = (rows.max(2) - 1) as f32;
    let covariances = centred.clone().transpose().matmul(centred).div_scalar(degrees);
    let own = Tensor::<2>::eye(dim, &covariances.device());
    let variances = (covariances.clone() * own.clone()).sum_dim(0);
    let lack = variances.add_scalar(LEAST_VARIANCE).sqrt().neg().add_scalar(1.0).clamp_min(0.0).mean();
    let together = (covariances * own.neg().add_scalar(1.0)).square().sum().div_scalar(dim as f32);
    (lack, together)
}

impl Rule for Vicreg {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let [first, second] = inputs.views()?;
        let apart = (first.clone() - second.clone()).square().mean();
        let ((lack_1, together_1), (lack_2, together_2)) = (spread(first), spread(second));
        let value = apart.mul_scalar(self.invariance)
            + (lack_1 + lack_2).mul_scalar(0.5 * self.variance)
            + (together_1 + together_2).mul_scalar(self.covariance);
        Ok(vec![Term::whole(value)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // Views (0, 0), (2, 0) and (0, 1), (2, 1). Variances 2 and 0; the second number lacks 1 − √0.0001.
        let rows = [[0.0, 0.0], [2.0, 0.0], [0.0, 1.0], [2.0, 1.0]];
        let found = value(Vicreg::DEFAULT, Distance::Euclidean, &rows, &[0, 1, 0, 1]);
        assert_close(found, 25.0 * 0.5 + 25.0 * (0.99 / 2.0));
    }
}
