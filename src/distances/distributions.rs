//! Distances between distributions on the line. A row is a histogram, or a set of samples.

use burn::tensor::{Int, Tensor, activation};

use super::euclidean::{euclidean_matrix, squared_matrix};
use super::lp::{by_pairs, manhattan_matrix, root};
use crate::error::{Error, Result};

/// Stands for an empty bin in a logarithm.
pub(super) const LEAST_SHARE: f32 = 1e-12;
/// How far the sum of a histogram may be from 1.
const SUM_TOLERANCE: f64 = 1e-3;

/// Rows as histograms: softmax over the numbers of each row.
///
/// # Shapes
/// `[n, d]` to `[n, d]`.
pub fn histograms(rows: Tensor<2>) -> Tensor<2> {
    activation::softmax(rows, 1)
}

/// Whether every row is a histogram: no negative number, and a sum of 1.
///
/// # Errors
/// `rows.not_histogram`, naming the first row that is none.
pub fn check_histograms(what: &str, values: &[f32], dim: usize) -> Result<()> {
    for (at, row) in values.chunks_exact(dim.max(1)).enumerate() {
        let sum: f64 = row.iter().map(|&x| f64::from(x)).sum();
        if row.iter().any(|&x| x < 0.0) || (sum - 1.0).abs() > SUM_TOLERANCE {
            return Err(Error::RowsNotHistogram { what: what.into(), row: at });
        }
    }
    Ok(())
}

/// Length of one step on the line, for rows of `dim` numbers that span \[0, 1\].
pub(super) fn spacing(dim: usize) -> f64 {
    1.0 / (dim.max(2) - 1) as f64
}

/// The running sums of each row but the last, which is 1: the distribution function.
///
/// # Shapes
/// `[n, d]` to `[n, d − 1]`; one column of zeros for d = 1.
pub fn cumulated(rows: Tensor<2>) -> Tensor<2> {
    let [count, dim] = rows.dims();
    if dim < 2 {
        return rows.mul_scalar(0.0);
    }
    rows.cumsum(1).slice([0..count, 0..dim - 1])
}

/// Σ x log(x / y).
pub(super) fn kullback_leibler(queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
    by_pairs(queries, references, |x, y| {
        let ratio = x.clone().clamp_min(LEAST_SHARE).log() - y.clamp_min(LEAST_SHARE).log();
        (x * ratio).sum_dim(2)
    })
}

/// ½ Σ x log(x / m) + y log(y / m), each summand at least 0 by the convexity of x log x.
pub(super) fn jensen_shannon(queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
    by_pairs(queries, references, |x, y| {
        let middle = (x.clone() + y.clone()).mul_scalar(0.5).clamp_min(LEAST_SHARE).log();
        let part = |z: Tensor<3>| z.clone() * (z.clamp_min(LEAST_SHARE).log() - middle.clone());
        (part(x) + part(y)).clamp_min(0.0).sum_dim(2).mul_scalar(0.5)
    })
}

/// ‖√x − √y‖ / √2.
pub(super) fn hellinger(queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
    let roots = |x: Tensor<2>| root(x.mul_scalar(0.5));
    euclidean_matrix(&roots(queries), &roots(references))
}

/// h Σ |F − G|.
pub(super) fn wasserstein(queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
    let step = spacing(queries.dims()[1]);
    manhattan_matrix(cumulated(queries), cumulated(references)).mul_scalar(step)
}

/// 2h Σ (F − G)².
pub(super) fn energy(queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
    let step = spacing(queries.dims()[1]);
    squared_matrix(&cumulated(queries), &cumulated(references)).mul_scalar(2.0 * step)
}

/// Mean |x₍ᵢ₎ − y₍ᵢ₎|.
pub(super) fn sample_wasserstein(queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
    let dim = queries.dims()[1] as f64;
    manhattan_matrix(in_order(queries), in_order(references)).mul_scalar(1.0 / dim)
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

/// 2 E|X − Y| − E|X − X'| − E|Y − Y'|, over all pairs of draws.
pub(super) fn sample_energy(queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
    let [n, d] = queries.dims();
    let [m, _] = references.dims();
    let squared = (d * d) as f64;
    let within = |rows: Tensor<2>, count: usize| {
        let each = rows.clone().reshape([count, d, 1]) - rows.reshape([count, 1, d]);
        each.abs().sum_dim(1).sum_dim(2).reshape([count, 1]).mul_scalar(1.0 / squared)
    };
    let (of_queries, of_references) = (within(queries.clone(), n), within(references.clone(), m));
    // One draw of y at a time: |x − yⱼ| summed over x, then over j.
    let across = by_pairs(queries, references, |x, y| {
        (0..d)
            .map(|draw| (x.clone() - y.clone().narrow(2, draw, 1)).abs().sum_dim(2))
            .reduce(|sum, each| sum + each)
            .expect("a row has a number")
    });
    (across.mul_scalar(2.0 / squared) - of_queries - of_references.transpose()).clamp_min(0.0)
}
