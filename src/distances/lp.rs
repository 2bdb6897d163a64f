//! Lp distances: Manhattan, Chebyshev, Minkowski. Minkowski 1896, Geometrie der Zahlen.

use burn::tensor::{Bool, Tensor};
use metriclab_loops::tiles::Sum;

use super::Measure;
use super::facts::{Balls, Facts};
use super::form::{By, Finish, Form, RowForm};
use crate::paper::Paper;
use crate::setting::{Range, Setting, Values};

/// Differences held at a time where every pair needs its own: 32 MiB of f32.
const BLOCK: usize = 1 << 23;

/// d(x, y) = Σ |xᵢ − yᵢ|.
pub(super) struct Manhattan;

impl Measure for Manhattan {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts =
            Facts {
                formula: "Σ|xᵢ − yᵢ|", balls: Balls::Diamond, degree: Some(1.0), ..Facts::DISTANCE
            };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        manhattan_matrix(queries, references)
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        differences(x, y).sum()
    }

    fn form(&self) -> Form {
        Form { rows: RowForm::Plain, by: By::Sum(Sum::Absolutes), finish: Finish::SAME }
    }
}

/// d(x, y) = max |xᵢ − yᵢ|.
pub(super) struct Chebyshev;

impl Measure for Chebyshev {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts =
            Facts {
                formula: "max|xᵢ − yᵢ|", balls: Balls::Square, degree: Some(1.0), ..Facts::DISTANCE
            };
        &FACTS
    }

    /// One of several equal largest differences gets the gradient.
    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        by_pairs(queries, references, |x, y| (x - y).abs().max_dim(2))
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        differences(x, y).fold(0.0, f64::max)
    }

    fn form(&self) -> Form {
        Form { rows: RowForm::Plain, by: By::Sum(Sum::Largest), finish: Finish::SAME }
    }
}

/// d(x, y) = (Σ |xᵢ − yᵢ|^p)^(1/p), with the largest difference taken out before the powers, which would leave the range of
/// any float: at p = 64 a difference of 0.2 is 1e-45 and one of 1e5 is 1e320.
pub(super) struct Minkowski {
    pub(super) p: f64,
}

/// Between Euclidean (2) and Chebyshev (∞).
pub(super) const DEFAULT_P: f64 = 3.0;

/// [`DEFAULT_P`], for a configuration without p.
pub(super) fn default_p() -> f64 {
    DEFAULT_P
}

impl Measure for Minkowski {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts = Facts {
            formula: "(Σ|xᵢ − yᵢ|^p)^(1/p)",
            paper: Some(Paper { title: "Minkowski, Geometrie der Zahlen", year: 1896, link: "" }),
            balls: Balls::Superellipse,
            degree: Some(1.0),
            settings: &[Setting {
                name: "p",
                symbol: "p",
                text: "The power: 1 gives Manhattan, 2 Euclidean; with growing p it nears Chebyshev.",
                values: Values::Number { range: Range::closed(1.0, 64.0), default: DEFAULT_P },
            }],
            ..Facts::DISTANCE
        };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        by_pairs(queries, references, |x, y| {
            let difference = (x - y).abs();
            let (scale, zero) = largest_difference(difference.clone());
            // A power of 0 has a logarithm in its gradient; such a difference adds nothing.
            let scaled = difference / scale.clone();
            let nothing = scaled.clone().lower_equal_scalar(0.0);
            let powers = scaled.mask_fill(nothing.clone(), 1.0).powf_scalar(self.p).mask_fill(nothing, 0.0);
            let sum = powers.sum_dim(2).mask_fill(zero.clone(), 1.0);
            (sum.powf_scalar(1.0 / self.p) * scale).mask_fill(zero, 0.0)
        })
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        let largest = Chebyshev.between(x, y);
        if largest == 0.0 {
            return 0.0;
        }
        largest * differences(x, y).map(|each| (each / largest).powf(self.p)).sum::<f64>().powf(1.0 / self.p)
    }

    fn form(&self) -> Form {
        Form { rows: RowForm::Plain, by: By::Sum(Sum::Norm(self.p as f32)), finish: Finish::SAME }
    }
}

fn differences(x: &[f64], y: &[f64]) -> impl Iterator<Item = f64> {
    x.iter().zip(y).map(|(x, y)| (x - y).abs())
}

/// The largest of the last dimension of `sizes`, without a gradient, and 1 where that is 0; and where it is 0.
pub(super) fn largest_difference<const D: usize>(sizes: Tensor<D>) -> (Tensor<D>, Tensor<D, Bool>) {
    let largest = sizes.detach().max_dim(D - 1);
    let zero = largest.clone().lower_equal_scalar(0.0);
    (largest.mask_fill(zero.clone(), 1.0), zero)
}

/// √x with the gradient set to zero at x = 0, where the slope is infinite.
pub(super) fn root(squared: Tensor<2>) -> Tensor<2> {
    let zero = squared.clone().lower_equal_scalar(0.0);
    squared.mask_fill(zero.clone(), 1.0).sqrt().mask_fill(zero, 0.0)
}

/// Σ |x − y| of every query and every reference.
pub(super) fn manhattan_matrix(queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
    by_pairs(queries, references, |x, y| (x - y).abs().sum_dim(2))
}

/// `of([n', 1, d], [1, m, d])`, `[n', m, 1]`, for every query and reference, some queries at a time.
#[allow(clippy::needless_pass_by_value, reason = "tensors are handles, and every distance is given its own")]
pub(super) fn by_pairs(
    queries: Tensor<2>,
    references: Tensor<2>,
    of: impl Fn(Tensor<3>, Tensor<3>) -> Tensor<3>,
) -> Tensor<2> {
    let [n, d] = queries.dims();
    let [m, _] = references.dims();
    let rows = (BLOCK / (m * d).max(1)).clamp(1, n.max(1));
    let references = references.unsqueeze_dim::<3>(0);
    let blocks: Vec<Tensor<2>> = (0..n)
        .step_by(rows)
        .map(|from| queries.clone().narrow(0, from, rows.min(n - from)).unsqueeze_dim::<3>(1))
        .map(|block| of(block, references.clone()).squeeze_dim::<2>(2))
        .collect();
    if let [only] = blocks.as_slice() { only.clone() } else { Tensor::cat(blocks, 0) }
}
