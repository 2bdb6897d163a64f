//! Wasserstein-1 on the line, of histograms and of samples. Vallender 1974, Calculation of the Wasserstein distance between
//! probability distributions on the line.

use burn::tensor::{Int, Tensor};
use metriclab_loops::tiles::Sum;

use super::Measure;
use super::facts::{Facts, RowKind, Verdict};
use super::form::{By, Finish, Form, RowForm};
use super::histograms::{cumulated, cumulated_difference, spacing};
use super::lp::manhattan_matrix;
use crate::paper::Paper;

const PAPER: Option<Paper> = Some(Paper {
    title: "Vallender, Calculation of the Wasserstein distance between probability distributions on the line",
    year: 1974,
    link: "https://doi.org/10.1137/1118101",
});

/// h Σ |F − G| of histograms.
pub(super) struct Wasserstein;

impl Measure for Wasserstein {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts = Facts {
            formula: "h Σ|F − G|",
            paper: PAPER,
            range: (Some(0.0), Some(1.0)),
            rows: RowKind::Histograms,
            verdict: Verdict::METRIC,
            ..Facts::DISTANCE
        };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        let step = spacing(queries.dims()[1]);
        manhattan_matrix(cumulated(queries), cumulated(references)).mul_scalar(step)
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        cumulated_difference(x, y).iter().map(|v| v.abs()).sum::<f64>() * spacing(x.len())
    }

    fn form(&self) -> Form {
        let finish = Finish::Scaled { factor: spacing, root: false };
        Form { rows: RowForm::Cumulated, by: By::Sum(Sum::Absolutes), finish }
    }
}

/// Mean |x₍ᵢ₎ − y₍ᵢ₎| of samples.
pub(super) struct SampleWasserstein;

impl Measure for SampleWasserstein {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts = Facts {
            formula: "mean|x₍ᵢ₎ − y₍ᵢ₎|, sorted",
            paper: PAPER,
            rows: RowKind::Samples,
            verdict: Verdict::METRIC,
            degree: Some(1.0),
            ..Facts::DISTANCE
        };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        let share = 1.0 / queries.dims()[1] as f64;
        manhattan_matrix(in_order(queries).mul_scalar(share), in_order(references).mul_scalar(share))
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        let (x, y) = (sorted(x), sorted(y));
        x.iter().zip(&y).map(|(x, y)| (x - y).abs()).sum::<f64>() / x.len() as f64
    }

    fn form(&self) -> Form {
        let finish = Finish::Scaled { factor: |dim| 1.0 / dim as f64, root: false };
        Form { rows: RowForm::Sorted, by: By::Sum(Sum::Absolutes), finish }
    }
}

/// Numbers by size.
pub(super) fn sorted(x: &[f64]) -> Vec<f64> {
    let mut x = x.to_vec();
    x.sort_unstable_by(f64::total_cmp);
    x
}

/// The numbers of each row by size. burn cannot sort on a graphics device without reading back, so each number counts
/// those before it, and a product with the permutation, which has a gradient, puts it in its place.
fn in_order(rows: Tensor<2>) -> Tensor<2> {
    let [count, dim] = rows.dims();
    let plain = rows.clone().detach();
    let shape = [count, dim, dim];
    let own = plain.clone().unsqueeze_dim::<3>(2).expand(shape);
    let other = plain.unsqueeze_dim::<3>(1).expand(shape);
    let places = Tensor::<1, Int>::arange(0..dim as i64, &rows.device()).float();
    let square = [1, dim, dim];
    let column = places.clone().reshape([1, dim, 1]).expand(square);
    let earlier = places.clone().reshape([1, 1, dim]).expand(square).lower(column);
    let ties = own.clone().equal(other.clone()).float() * earlier.float();
    let rank = (own.greater(other).float() + ties).sum_dim(2);
    let there = rank.expand(shape).equal(places.reshape([1, 1, dim]).expand(shape)).float();
    rows.unsqueeze_dim::<3>(1).matmul(there).squeeze_dim::<2>(1)
}
