//! Distances between histograms bin by bin: Kullback-Leibler, Jensen-Shannon, Hellinger.

use std::f64::consts::{FRAC_1_SQRT_2, LN_2};

use burn::tensor::Tensor;
use metriclab_loops::tiles::Sum;

use super::Measure;
use super::euclidean::euclidean_matrix;
use super::facts::{Axiom, Facts, RowKind, Verdict};
use super::form::{By, Finish, Form, RowForm};
use super::lp::{by_pairs, root};
use crate::paper::Paper;

/// Replaces an empty bin in a logarithm.
const LEAST_SHARE: f32 = 1e-12;

/// KL(x ‖ y) = Σ xᵢ log(xᵢ / yᵢ). No bin counts as less than 1e-12 in a logarithm, so that it stays finite where scipy's is
/// infinite.
pub(super) struct KullbackLeibler;

impl Measure for KullbackLeibler {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts = Facts {
            formula: "Σ xᵢ log(xᵢ/yᵢ)",
            paper: Some(Paper {
                title: "Kullback & Leibler, On information and sufficiency",
                year: 1951,
                link: "https://doi.org/10.1214/aoms/1177729694",
            }),
            rows: RowKind::Histograms,
            verdict: Verdict::breaks(&[Axiom::Symmetry, Axiom::Triangle]),
            noise: 1e-14,
            ..Facts::DISTANCE
        };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        by_pairs(queries, references, |x, y| {
            let ratio = x.clone().clamp_min(LEAST_SHARE).log() - y.clamp_min(LEAST_SHARE).log();
            (x * ratio).sum_dim(2)
        })
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        kullback_leibler(x.iter().copied().zip(y.iter().copied()))
    }

    fn form(&self) -> Form {
        Form::DEFINITION
    }
}

fn kullback_leibler(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let least = f64::from(LEAST_SHARE);
    pairs.map(|(x, y)| x * (x.max(least).ln() - y.max(least).ln())).sum()
}

/// JS(x, y) = ½ KL(x ‖ m) + ½ KL(y ‖ m), m = (x + y) / 2. Each bin adds at least 0, by the convexity of x log x.
pub(super) struct JensenShannon;

impl Measure for JensenShannon {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts = Facts {
            formula: "½KL(x‖m) + ½KL(y‖m), m = (x + y)/2",
            paper: Some(Paper {
                title: "Lin, Divergence measures based on the Shannon entropy",
                year: 1991,
                link: "https://doi.org/10.1109/18.61115",
            }),
            range: (Some(0.0), Some(LN_2)),
            rows: RowKind::Histograms,
            verdict: Verdict::breaks(&[Axiom::Triangle]),
            noise: 1e-14,
            ..Facts::DISTANCE
        };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        by_pairs(queries, references, |x, y| {
            let middle = (x.clone() + y.clone()).mul_scalar(0.5).clamp_min(LEAST_SHARE).log();
            let part = |z: Tensor<3>| z.clone() * (z.clamp_min(LEAST_SHARE).log() - middle.clone());
            (part(x) + part(y)).clamp_min(0.0).sum_dim(2).mul_scalar(0.5)
        })
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        let to_middle = |from: &[f64]| {
            let middle = x.iter().zip(y).map(|(x, y)| 0.5 * (x + y));
            kullback_leibler(from.iter().copied().zip(middle))
        };
        (0.5 * (to_middle(x) + to_middle(y))).max(0.0)
    }

    fn form(&self) -> Form {
        Form::DEFINITION
    }
}

/// √JS.
pub(super) struct RootJensenShannon;

impl Measure for RootJensenShannon {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts = Facts {
            formula: "√JS",
            paper: Some(Paper {
                title: "Endres & Schindelin, A new metric for probability distributions",
                year: 2003,
                link: "https://doi.org/10.1109/TIT.2003.813506",
            }),
            range: (Some(0.0), Some(0.832_554_611_157_697_8)),
            rows: RowKind::Histograms,
            verdict: Verdict::METRIC,
            noise: 1e-7,
            ..Facts::DISTANCE
        };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        root(JensenShannon.matrix(queries, references))
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        JensenShannon.between(x, y).sqrt()
    }

    fn form(&self) -> Form {
        Form::DEFINITION
    }
}

/// ‖√x − √y‖₂ / √2.
pub(super) struct Hellinger;

impl Measure for Hellinger {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts = Facts {
            formula: "‖√x − √y‖/√2",
            paper: Some(Paper {
                title: "Hellinger, Neue Begründung der Theorie quadratischer Formen von unendlichvielen Veränderlichen",
                year: 1909,
                link: "https://doi.org/10.1515/crll.1909.136.210",
            }),
            range: (Some(0.0), Some(1.0)),
            rows: RowKind::Histograms,
            verdict: Verdict::METRIC,
            product: true,
            ..Facts::DISTANCE
        };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        let roots = |x: Tensor<2>| root(x.mul_scalar(0.5));
        euclidean_matrix(&roots(queries), &roots(references))
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        let squares = x.iter().zip(y).map(|(x, y)| (x.sqrt() - y.sqrt()).powi(2));
        squares.sum::<f64>().sqrt() * FRAC_1_SQRT_2
    }

    fn form(&self) -> Form {
        let finish = Finish::Scaled { factor: |_| 0.5, root: true };
        Form { rows: RowForm::Roots, by: By::Sum(Sum::Squares), finish }
    }
}
