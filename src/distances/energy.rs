//! Energy distance on the line, of histograms and of samples. Székely & Rizzo 2013, Energy statistics: a class of statistics
//! based on distances.

use std::f64::consts::SQRT_2;

use burn::tensor::Tensor;
use metriclab_loops::tiles::Sum;

use super::Measure;
use super::euclidean::squared_matrix;
use super::facts::{Axiom, Facts, RowKind, Verdict};
use super::form::{By, Finish, Form, RowForm};
use super::histograms::{cumulated, cumulated_difference, spacing};
use super::lp::{by_pairs, root};
use super::transport::sorted;
use crate::paper::Paper;

const PAPER: Option<Paper> = Some(Paper {
    title: "Székely & Rizzo, Energy statistics: a class of statistics based on distances",
    year: 2013,
    link: "https://doi.org/10.1016/j.jspi.2013.03.018",
});

/// 2h Σ (F − G)² of histograms.
pub(super) struct Energy;

impl Measure for Energy {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts = Facts {
            formula: "2h Σ(F − G)²",
            paper: PAPER,
            range: (Some(0.0), Some(2.0)),
            rows: RowKind::Histograms,
            verdict: Verdict::breaks(&[Axiom::Triangle]),
            product: true,
            ..Facts::DISTANCE
        };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        let step = spacing(queries.dims()[1]);
        squared_matrix(&cumulated(queries), &cumulated(references)).mul_scalar(2.0 * step)
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        2.0 * cumulated_difference(x, y).iter().map(|v| v * v).sum::<f64>() * spacing(x.len())
    }

    fn form(&self) -> Form {
        let finish = Finish::Scaled { factor: |dim| 2.0 * spacing(dim), root: false };
        Form { rows: RowForm::Cumulated, by: By::Sum(Sum::Squares), finish }
    }
}

/// √energy of histograms.
pub(super) struct RootEnergy;

impl Measure for RootEnergy {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts = Facts {
            formula: "√(2h Σ(F − G)²)",
            paper: PAPER,
            range: (Some(0.0), Some(SQRT_2)),
            rows: RowKind::Histograms,
            verdict: Verdict::METRIC,
            product: true,
            ..Facts::DISTANCE
        };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        root(Energy.matrix(queries, references))
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        Energy.between(x, y).sqrt()
    }

    fn form(&self) -> Form {
        let finish = Finish::Scaled { factor: |dim| 2.0 * spacing(dim), root: true };
        Form { rows: RowForm::Cumulated, by: By::Sum(Sum::Squares), finish }
    }
}

/// 2 E|X − Y| − E|X − X'| − E|Y − Y'| of samples, over all pairs of draws; the same as 2 ∫ (F − G)².
pub(super) struct SampleEnergy;

impl Measure for SampleEnergy {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts = Facts {
            formula: "2E|X − Y| − E|X − X′| − E|Y − Y′|",
            paper: PAPER,
            rows: RowKind::Samples,
            verdict: Verdict::breaks(&[Axiom::Triangle]),
            degree: Some(1.0),
            ..Facts::DISTANCE
        };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        let [n, d] = queries.dims();
        let [m, _] = references.dims();
        let squared = (d * d) as f64;
        let within = |rows: Tensor<2>, count: usize| {
            let each = rows.clone().reshape([count, d, 1]) - rows.reshape([count, 1, d]);
            each.abs().mul_scalar(1.0 / squared).sum_dim(1).sum_dim(2).reshape([count, 1])
        };
        let (of_queries, of_references) = (within(queries.clone(), n), within(references.clone(), m));
        // One draw of y at a time: |x − yⱼ| summed over x, then over j.
        let across = by_pairs(queries, references, |x, y| {
            let none = (x.clone() - y.clone()).narrow(2, 0, 1).mul_scalar(0.0);
            (0..d).fold(none, |sum, draw| {
                let each = (x.clone() - y.clone().narrow(2, draw, 1)).abs();
                sum + each.mul_scalar(2.0 / squared).sum_dim(2)
            })
        });
        (across - of_queries - of_references.transpose()).clamp_min(0.0)
    }

    /// By the distribution functions, which lose no digits where one draw is far from all others.
    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        let (x, y) = (sorted(x), sorted(y));
        let share = 1.0 / x.len() as f64;
        let (mut i, mut j, mut sum) = (0, 0, 0.0);
        let mut before = f64::NAN;
        while i + j < x.len() + y.len() {
            let apart = (i as f64 - j as f64) * share;
            let from_x = j == y.len() || i < x.len() && x[i] <= y[j];
            let next = if from_x { x[i] } else { y[j] };
            if i != j {
                sum += apart * apart * (next - before);
            }
            i += usize::from(from_x);
            j += usize::from(!from_x);
            before = next;
        }
        2.0 * sum
    }

    fn form(&self) -> Form {
        Form::DEFINITION
    }
}

/// √energy of samples.
pub(super) struct RootSampleEnergy;

impl Measure for RootSampleEnergy {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts = Facts {
            formula: "√(2E|X − Y| − E|X − X′| − E|Y − Y′|)",
            paper: PAPER,
            rows: RowKind::Samples,
            verdict: Verdict::METRIC,
            degree: Some(0.5),
            ..Facts::DISTANCE
        };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        // √E(x, y) = 2 √E(x/4, y/4): twice the largest number of f32 has a root, and no f32.
        root(SampleEnergy.matrix(queries * 0.25, references * 0.25)) * 2.0
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        SampleEnergy.between(x, y).sqrt()
    }

    fn form(&self) -> Form {
        Form::DEFINITION
    }
}
