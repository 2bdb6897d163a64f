//! Signal-to-noise ratio. Yuan et al. 2019, Signal-to-Noise Ratio: A Robust Distance Metric for Deep Metric Learning.

use burn::tensor::Tensor;
use metriclab_loops::tiles::Sum;

use super::Measure;
use super::euclidean::euclidean_matrix;
use super::facts::{Axiom, Balls, Facts, Verdict};
use super::form::{By, Finish, Form, RowForm};
use super::lp::largest_difference;
use crate::paper::Paper;

/// An anchor with less than this share of the other row's variance carries no signal.
pub(crate) const LEAST_SIGNAL: f64 = 1e-4;

/// d(x, y) = Var(x − y) / Var(x), over the numbers of a row: with the mean of each row taken off, ‖x' − y'‖² / ‖x'‖².
///
/// Where x carries no signal, ‖x'‖² ≤ ε ‖y'‖² with ε = 1e-4, the quotient has no bound: d is 1/ε there, without a gradient, so
/// that a zero or constant row among others does not end a training. Two constant rows are at 0. (The reference implementation
/// gives infinities and NaN.)
pub(super) struct Snr;

impl Measure for Snr {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts = Facts {
            formula: "Var(x − y) / Var(x)",
            paper: Some(Paper {
                title: "Yuan et al., Signal-to-Noise Ratio: A Robust Distance Metric for Deep Metric Learning",
                year: 2019,
                link: "https://arxiv.org/abs/1904.02616",
            }),
            verdict: Verdict::breaks(&[Axiom::Identity, Axiom::Symmetry, Axiom::Triangle]),
            balls: Balls::Strip,
            degree: Some(0.0),
            product: true,
            // Rows are f32: x + 1 has a noise of its own.
            noise: 1e-12,
            ..Facts::DISTANCE
        };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        let ((x, signal), (y, other)) = (centred_rows(queries), centred_rows(references));
        let noise = euclidean_matrix(&x, &y);
        let pairs = noise.dims();
        let least = other.detach().mul_scalar(LEAST_SIGNAL.sqrt()).transpose().expand(pairs);
        let signal = signal.expand(pairs);
        let silent = signal.clone().lower_equal(least);
        let same = noise.clone().lower_equal_scalar(0.0);
        // Both parts are masked before the quotient: the gradient of an infinite one is NaN behind a mask, too.
        let ratio = noise.mask_fill(silent.clone(), 0.0) / signal.mask_fill(silent.clone(), 1.0);
        ratio.square().mask_fill(silent, 1.0 / LEAST_SIGNAL).mask_fill(same, 0.0)
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        let (x, y) = (centred(x), centred(y));
        let variance = |x: &[f64]| x.iter().map(|v| v * v).sum::<f64>();
        let noise: f64 = x.iter().zip(&y).map(|(x, y)| (x - y) * (x - y)).sum();
        ratio(noise, variance(&x), variance(&y))
    }

    fn form(&self) -> Form {
        Form { rows: RowForm::Centred, by: By::Sum(Sum::Squares), finish: Finish::Signal }
    }
}

/// From ‖x' − y'‖², ‖x'‖² and ‖y'‖².
pub(crate) fn ratio(noise: f64, signal: f64, other: f64) -> f64 {
    if noise <= 0.0 {
        0.0
    } else if signal <= LEAST_SIGNAL * other {
        1.0 / LEAST_SIGNAL
    } else {
        noise / signal
    }
}

/// Rows with their mean taken off, and their lengths, by the largest number of each row: squares would leave the range of f32.
fn centred_rows(x: Tensor<2>) -> (Tensor<2>, Tensor<2>) {
    let (scale, _) = largest_difference(x.clone().abs());
    let x = x / scale.clone();
    let x = x.clone() - x.mean_dim(1);
    let (own, zero) = largest_difference(x.clone().abs());
    let squares = (x.clone() / own.clone()).square().sum_dim(1).mask_fill(zero.clone(), 1.0);
    let length = squares.sqrt().mask_fill(zero, 0.0) * own * scale.clone();
    (x * scale, length)
}

fn centred(x: &[f64]) -> Vec<f64> {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    x.iter().map(|v| v - mean).collect()
}
