//! The Euclidean distance, its square, and Mahalanobis'. Mahalanobis 1936, On the generalised distance in statistics.

#[cfg(feature = "cpu")]
mod cpu;
#[cfg(feature = "gpu")]
mod graphics;
mod operation;

use burn::tensor::Tensor;
use metriclab_loops::differences::Shape;
use metriclab_loops::tiles::Sum;
use operation::{Differences, Rows};

use super::facts::{Axiom, Balls, Facts, RowKind, Verdict};
use super::form::{By, Finish, Form, RowForm};
use super::lp::largest_difference;
use super::{Measure, norm_of_difference};
use crate::paper::Paper;

pub(super) use operation::{euclidean_matrix, squared_matrix};

/// d(x, y) = ‖x − y‖₂.
pub(super) struct Euclidean;

impl Measure for Euclidean {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts = Facts {
            formula: "‖x − y‖",
            range: (Some(0.0), None),
            rows: RowKind::Vectors,
            verdict: Verdict::METRIC,
            balls: Balls::Circle,
            degree: Some(1.0),
            product: true,
            ..Facts::DISTANCE
        };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        euclidean_matrix(&queries, &references)
    }

    fn pairs(&self, a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
        // The largest difference is taken out before the squares, which would leave the range of f32.
        let difference = a - b;
        let (scale, zero) = largest_difference(difference.clone().abs());
        let square = (difference / scale.clone()).square().sum_dim(1);
        (square.mask_fill(zero.clone(), 1.0).sqrt() * scale).mask_fill(zero, 0.0)
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        norm_of_difference(x, y)
    }

    fn form(&self) -> Form {
        Form { rows: RowForm::Plain, by: By::Sum(Sum::Squares), finish: Finish::ROOT }
    }
}

/// d(x, y) = ‖x − y‖₂².
pub(super) struct SquaredEuclidean;

impl Measure for SquaredEuclidean {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts = Facts {
            formula: "‖x − y‖²",
            range: (Some(0.0), None),
            rows: RowKind::Vectors,
            verdict: Verdict::breaks(&[Axiom::Triangle]),
            balls: Balls::Circle,
            degree: Some(2.0),
            product: true,
            ..Facts::DISTANCE
        };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        squared_matrix(&queries, &references)
    }

    fn pairs(&self, a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
        (a - b).square().sum_dim(1)
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        x.iter().zip(y).map(|(x, y)| (x - y) * (x - y)).sum()
    }

    fn form(&self) -> Form {
        Form { rows: RowForm::Plain, by: By::Sum(Sum::Squares), finish: Finish::SAME }
    }
}

/// d(x, y) = √((x − y)ᵀ M (x − y)), M = `LᵀL`, of rows that are Lx already: the Euclidean distance.
pub(super) struct Mahalanobis;

impl Measure for Mahalanobis {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts = Facts {
            formula: "‖L(x − y)‖, L learned",
            paper: Some(Paper {
                title: "Mahalanobis, On the generalised distance in statistics; learned: Xing et al. 2002",
                year: 1936,
                link: "",
            }),
            range: (Some(0.0), None),
            rows: RowKind::Vectors,
            verdict: Verdict::METRIC,
            balls: Balls::Circle,
            degree: Some(1.0),
            product: true,
            ..Facts::DISTANCE
        };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        Euclidean.matrix(queries, references)
    }

    fn pairs(&self, a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
        Euclidean.pairs(a, b)
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        Euclidean.between(x, y)
    }

    fn form(&self) -> Form {
        Euclidean.form()
    }
}
