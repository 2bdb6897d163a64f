//! Principal component analysis to two dimensions.
//!
//! The axes are the two leading eigenvectors of the covariance, found by orthogonal iteration with a
//! Rayleigh-Ritz step on a block of a few vectors (Golub and Van Loan, "Matrix Computations", 8.2),
//! from a fixed start and with a fixed sign, so that the same rows give the same picture.

use metriclab_loops::products::add_outer;

use super::eigen::leading_pair;
use crate::error::{Error, Result};

/// Multiplications that the covariance may take. With more, the axes are found on evenly spaced
/// rows: 10,000 rows of 64 take all of them, of 512 a fifth. Every row is projected either way.
const COVARIANCE_WORK: usize = 1 << 29;
/// Rows accumulated in f32 before they are added up in f64.
const FLUSH: usize = 256;

/// Rows in the plane.
#[derive(Clone, Debug, PartialEq)]
pub struct Projected {
    /// x0 y0 x1 y1 ..., mean at the origin; NaN for a row that has a NaN.
    pub xy: Vec<f32>,
    /// Share of the variance along each axis, from 0 to 1; both 0 if all rows are equal.
    pub explained: [f32; 2],
}

/// Projects rows of `dim` numbers onto their two principal axes. Shape: n×dim -> n×2.
///
/// Rows with a number that is not finite are missing: they take no part and come out as NaN. With
/// `dim` 1 the second coordinate is 0. Each axis points to where its largest component is positive.
///
/// # Errors
/// `shape.mismatch` if `dim` is 0 or does not divide the length.
pub fn project(rows: &[f32], dim: usize) -> Result<Projected> {
    if dim == 0 || !rows.len().is_multiple_of(dim) {
        return Err(Error::shape("The last row", dim, if dim == 0 { 0 } else { rows.len() % dim }));
    }
    let present: Vec<&[f32]> =
        rows.chunks_exact(dim).filter(|row| row.iter().all(|value| value.is_finite())).collect();
    let mean = mean(&present, dim);
    let affordable = (COVARIANCE_WORK / (dim * dim)).max(4 * dim);
    let sample: Vec<&[f32]> =
        present.iter().step_by(present.len().div_ceil(affordable).max(1)).copied().collect();
    let covariance = covariance(&sample, &mean, dim);
    let pair = leading_pair(&covariance, dim);
    let axes = pair.axes.map(|axis| axis.iter().map(|&v| v as f32).collect::<Vec<f32>>());

    let mut xy = Vec::with_capacity(rows.len() / dim * 2);
    for row in rows.chunks_exact(dim) {
        xy.extend(coordinates(row, &mean, &axes));
    }
    let trace: f64 = (0..dim).map(|i| covariance[i * dim + i]).sum();
    let share = |value: f64| if trace > 0.0 { (value / trace).clamp(0.0, 1.0) as f32 } else { 0.0 };
    Ok(Projected { xy, explained: pair.values.map(share) })
}

fn mean(rows: &[&[f32]], dim: usize) -> Vec<f32> {
    let mut sums = vec![0.0_f64; dim];
    for row in rows {
        for (sum, &value) in sums.iter_mut().zip(*row) {
            *sum += f64::from(value);
        }
    }
    sums.iter().map(|sum| (sum / rows.len().max(1) as f64) as f32).collect()
}

/// The point of one row, NaN if it is missing.
fn coordinates(row: &[f32], mean: &[f32], axes: &[Vec<f32>; 2]) -> [f32; 2] {
    let mut point = [0.0_f32; 2];
    for (((value, mean), along), across) in row.iter().zip(mean).zip(&axes[0]).zip(&axes[1]) {
        point[0] += (value - mean) * along;
        point[1] += (value - mean) * across;
    }
    if row.iter().all(|value| value.is_finite()) { point } else { [f32::NAN; 2] }
}

/// `Σ (x−mean)(x−mean)ᵀ / n`, dim × dim, four rows at a time; the lower triangle is mirrored.
fn covariance(rows: &[&[f32]], mean: &[f32], dim: usize) -> Vec<f64> {
    let mut total = vec![0.0_f64; dim * dim];
    let mut block = vec![0.0_f32; dim * dim];
    let mut four = vec![0.0_f32; 4 * dim];
    for chunk in rows.chunks(FLUSH) {
        block.fill(0.0);
        for group in chunk.chunks(4) {
            four.fill(0.0);
            for (centred, row) in four.chunks_exact_mut(dim).zip(group) {
                for ((out, value), mean) in centred.iter_mut().zip(*row).zip(mean) {
                    *out = value - mean;
                }
            }
            add_outer(&mut block, &four, dim);
        }
        for (sum, &part) in total.iter_mut().zip(&block) {
            *sum += f64::from(part);
        }
    }
    let count = rows.len().max(1) as f64;
    for i in 0..dim {
        for j in i..dim {
            let value = total[i * dim + j] / count;
            total[i * dim + j] = value;
            total[j * dim + i] = value;
        }
    }
    total
}

#[cfg(test)]
mod tests;
