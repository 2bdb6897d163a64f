//! Manifold similarity. Aziere & Todorovic 2019: rows are compared with proxies along the graph that the batch and the
//! proxies form, by a random walk with restart.
//!
//! pytorch-metric-learning draws 50 proxies and gives each row one of them at random. Here the proxies are the class
//! weights, one a class, and a row belongs to the proxy of its label, so that the loss learns from labels.
//!
//! The inverse of I − αS is the product of (I + A)(I + A²)(I + A⁴)…, A = αS, whose remainder is below 1e-8: products
//! alone, on any device.

use burn::tensor::Tensor;

use super::class_scores::one_hot;
use super::facts::any;
use super::log_sum::log_one_plus_sum_exp;
use super::{Classes, Facts, Inputs, Looks, Owns, Paper, Reduction, Rule, Size, Term, Wiring};
use crate::distances::{Distance, normalize};
use crate::error::Result;
use crate::fused::rectify;
use crate::setting::{Range, settings};

settings! {
    /// Settings of the manifold loss.
    pub struct Manifold {
        /// Share of the walk that follows the graph; the rest restarts.
        alpha: f64 = 0.8, "alpha" "α" number(Range::closed(0.0, 0.99));
        /// How much nearer the own proxy should be.
        margin: f64 = 5e-4, "margin" "m" number(Range::closed(-10.0, 10.0));
        /// Weight of the comparison by context, next to that of 1 by the walk itself.
        context_weight: f64 = 1.0, "contextWeight" "λ" number(Range::WEIGHT);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Classifier,
    looks: Looks::Classes,
    formula: "log(1 + Σₖ e^(F(i,k) − F(i,y) + m)) + λ log(1 + Σₖ e^(cos(Fᵢ, Fₖ) − cos(Fᵢ, F_y) + m)), terms below 0 left out, F = (1 − α)(I − αS)⁻¹",
    paper: Paper {
        title: "Aziere & Todorovic, Ensemble Deep Manifold Similarity Learning Using Hard Proxies",
        year: 2019,
        link: "https://openaccess.thecvf.com/content_CVPR_2019/html/Aziere_Ensemble_Deep_Manifold_Similarity_Learning_Using_Hard_Proxies_CVPR_2019_paper.html",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

/// Remainder of the inverse.
const REMAINDER: f64 = 1e-8;

/// (1 − α)(I − αS)⁻¹ for a symmetric S whose eigenvalues lie within ±1.
fn restarting_walk(similarity: Tensor<2>, alpha: f64) -> Tensor<2> {
    let [count, _] = similarity.dims();
    let identity = Tensor::<2>::eye(count, &similarity.device());
    let mut power = similarity.mul_scalar(alpha);
    let mut sum = identity + power.clone();
    // After n squarings the sum holds the powers below 2ⁿ⁺¹.
    let mut left = alpha * alpha;
    while left > REMAINDER * (1.0 - alpha) {
        power = power.clone().matmul(power);
        sum = sum.clone() + sum.matmul(power.clone());
        left *= left;
    }
    sum.mul_scalar(1.0 - alpha)
}

/// log(1 + Σₖ e^{u}) over the other proxies with u = s(i,k) − s(i,y) + m ≥ 0, `[N, 1]`.
fn hinged(to_proxies: Tensor<2>, own: &Tensor<2>, margin: f64) -> Tensor<2> {
    let to_own = (to_proxies.clone() * own.clone()).sum_dim(1);
    let excess = (to_proxies - to_own).add_scalar(margin);
    let above = excess.clone().detach().greater_equal_scalar(0.0).float();
    log_one_plus_sum_exp(excess, above * own.clone().neg().add_scalar(1.0), 1)
}

impl Rule for Manifold {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn owns(&self) -> Owns {
        Owns::Weights { centers: 1 }
    }

    fn numbers(&self, size: Size) -> u64 {
        (size.shape.rows as u64 + size.classes as u64).pow(2)
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let Classes { embeddings, weight, targets, .. } = inputs.classes(1)?;
        let ([rows, _], [_, proxies]) = (embeddings.dims(), weight.dims());
        let own = one_hot(targets, proxies);
        let all = normalize(Tensor::cat(vec![embeddings, weight.transpose()], 0));
        let apart = Tensor::<2>::eye(rows + proxies, &all.device()).neg().add_scalar(1.0);
        let affinity = rectify(&all.clone().matmul(all.transpose())).mul_scalar(2.0).exp() * apart;
        let root = affinity.clone().sum_dim(1).sqrt();
        let walk = restarting_walk(affinity / (root.clone() * root.transpose()), self.alpha);
        let direct = walk.clone().slice([0..rows, rows..rows + proxies]);
        let context = normalize(walk);
        let of_rows = context.clone().narrow(0, 0, rows);
        let of_proxies = context.narrow(0, rows, proxies);
        let context = of_rows.matmul(of_proxies.transpose());
        let values = hinged(direct, &own, self.margin)
            + hinged(context, &own, self.margin).mul_scalar(self.context_weight);
        Ok(vec![Term::every_row(values)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value_of_classes};
    use super::*;

    #[test]
    fn by_hand() {
        // A row and two proxies, all at right angles: the walk sees both proxies alike, u is m for both comparisons.
        let loss = Manifold { margin: 0.5, context_weight: 2.0, ..Manifold::DEFAULT };
        let proxies = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]];
        let found = value_of_classes(loss, &[[1.0, 0.0, 0.0]], &[0], &proxies);
        assert_close(found, 3.0 * 0.5f32.exp().ln_1p());
        // With a margin below 0 nothing is above: both terms are left out.
        let none = Manifold { margin: -0.5, ..loss };
        assert_eq!(value_of_classes(none, &[[1.0, 0.0, 0.0]], &[0], &proxies), 0.0);
    }

    #[test]
    fn the_walk_is_the_inverse() {
        // S exchanges two nodes: (1 − α)(I − αS)⁻¹ is 1/(1 + α) on the diagonal and α/(1 + α) off it.
        let exchange = super::super::trial::matrix(&[[0.0, 1.0], [1.0, 0.0]]);
        for alpha in [0.0, 0.3, 0.8, 0.99] {
            let found: Vec<f32> =
                restarting_walk(exchange.clone(), alpha).into_data().iter::<f32>().collect();
            let [same, other] = [1.0 / (1.0 + alpha), alpha / (1.0 + alpha)].map(|x| x as f32);
            for (found, by_hand) in found.into_iter().zip([same, other, other, same]) {
                assert_close(found, by_hand);
            }
        }
    }
}
