//! Cosine similarity, the angle, and the dot product. Salton, Wong & Yang 1975, A vector space model for automatic indexing.

use std::f64::consts::PI;

use burn::tensor::Tensor;
use metriclab_loops::tiles::Sum;

use super::euclidean::euclidean_matrix;
use super::facts::{Axiom, Balls, Facts, Verdict};
use super::form::{By, Finish, Form, RowForm};
use super::{Measure, norm, norm_of_difference, normalize};
use crate::paper::Paper;

/// s(x, y) = x·y / (‖x‖ ‖y‖).
pub(super) struct Cosine;

impl Measure for Cosine {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts = Facts {
            formula: "x·y / (‖x‖‖y‖)",
            paper: Some(Paper {
                title: "Salton, Wong & Yang, A vector space model for automatic indexing",
                year: 1975,
                link: "https://doi.org/10.1145/361219.361220",
            }),
            similarity: true,
            range: (Some(-1.0), Some(1.0)),
            verdict: Verdict::breaks(&[Axiom::Identity, Axiom::Triangle]),
            balls: Balls::Sector,
            degree: Some(0.0),
            product: true,
            noise: 1e-14,
            ..Facts::DISTANCE
        };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        normalize(queries).matmul(normalize(references).transpose())
    }

    fn pairs(&self, a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
        (normalize(a) * normalize(b)).sum_dim(1)
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        dot(&unit(x), &unit(y))
    }

    fn form(&self) -> Form {
        Form { rows: RowForm::Unit, by: By::Sum(Sum::Squares), finish: Finish::Cosine }
    }
}

/// d(x, y) = arccos(x·y / (‖x‖ ‖y‖)), as 2 atan(‖x̂ − ŷ‖ / ‖x̂ + ŷ‖): near 0 and near π the arc cosine would lose half the digits.
/// A zero row is at π/2 from every other row, and at 0 from another zero row.
pub(super) struct Angle;

impl Measure for Angle {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts = Facts {
            formula: "arccos(x·y / (‖x‖‖y‖))",
            range: (Some(0.0), Some(PI)),
            verdict: Verdict::of_directions(&[Axiom::Identity]),
            balls: Balls::Sector,
            degree: Some(0.0),
            product: true,
            ..Facts::DISTANCE
        };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        let (x, y) = (normalize(queries), normalize(references));
        let apart = euclidean_matrix(&x, &y);
        let together = euclidean_matrix(&x, &y.neg());
        // atan2(0, 0), two zero rows, has a gradient of 0/0; any positive second argument gives 0.
        let both_zero = apart.clone().equal_scalar(0.0);
        apart.atan2(together.mask_fill(both_zero, 1.0)).mul_scalar(2.0)
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        let (x, y) = (unit(x), unit(y));
        let opposite: Vec<f64> = y.iter().map(|y| -y).collect();
        2.0 * norm_of_difference(&x, &y).atan2(norm_of_difference(&x, &opposite))
    }

    fn form(&self) -> Form {
        Form { rows: RowForm::Unit, by: By::Sum(Sum::Squares), finish: Finish::Angle }
    }
}

/// s(x, y) = x·y.
pub(super) struct Dot;

impl Measure for Dot {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts = Facts {
            formula: "x·y",
            similarity: true,
            range: (None, None),
            verdict: Verdict::breaks(&[Axiom::Identity, Axiom::Triangle]),
            balls: Balls::HalfPlane,
            degree: Some(2.0),
            product: true,
            ..Facts::DISTANCE
        };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        queries.matmul(references.transpose())
    }

    fn pairs(&self, a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
        (a * b).sum_dim(1)
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        dot(x, y)
    }

    fn form(&self) -> Form {
        let finish = Finish::Scaled { factor: |_| -1.0, root: false };
        Form { rows: RowForm::Plain, by: By::Sum(Sum::Products), finish }
    }
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(a, b)| a * b).sum()
}

/// x / ‖x‖; a zero row stays zero.
fn unit(x: &[f64]) -> Vec<f64> {
    let length = norm(x);
    x.iter().map(|v| if length > 0.0 { v / length } else { 0.0 }).collect()
}
