//! Principal component analysis to two dimensions.
//!
//! The axes are the two leading eigenvectors of the covariance, with a fixed sign, so that the same rows give the same
//! projection. Rows times 2^k give the projection times 2^k, bit for bit.

use crate::error::{Error, Result};
use crate::linear_algebra::{Covariance, Symmetric, covariance_bytes, mean_row};

/// Multiplications that the covariance may take. With more, the axes are found on evenly spaced
/// rows: 10,000 rows of 64 take all of them, of 512 a fifth. Every row is projected either way.
const COVARIANCE_WORK: usize = 1 << 29;
/// Bytes that the covariance may take: 1 GiB.
const COVARIANCE_LIMIT: u64 = 1 << 30;

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
/// `shape.mismatch` if `dim` is 0 or does not divide the length; `data.too_large` if the covariance would pass 1 GiB;
/// `data.not_finite` for a row whose coordinate f32 cannot hold.
pub fn project(rows: &[f32], dim: usize) -> Result<Projected> {
    if dim == 0 || !rows.len().is_multiple_of(dim) {
        return Err(Error::shape("The last row", dim, if dim == 0 { 0 } else { rows.len() % dim }));
    }
    let bytes = covariance_bytes(dim);
    if bytes > COVARIANCE_LIMIT {
        return Err(Error::DataTooLarge { bytes, limit: COVARIANCE_LIMIT });
    }
    let present: Vec<&[f32]> =
        rows.chunks_exact(dim).filter(|row| row.iter().all(|value| value.is_finite())).collect();
    let mean = mean_row(&present, dim);
    let affordable = (COVARIANCE_WORK / (dim * dim)).max(4 * dim);
    let sample: Vec<&[f32]> =
        present.iter().step_by(present.len().div_ceil(affordable).max(1)).copied().collect();
    let covariance = Covariance::of(&sample, &mean);
    let trace = covariance.trace(dim);
    let (axes, values) = Symmetric::new(covariance.matrix, dim).leading(2);

    let mut xy = Vec::with_capacity(rows.len() / dim * 2);
    for (at, row) in rows.chunks_exact(dim).enumerate() {
        if row.iter().all(|value| value.is_finite()) {
            let point = [coordinate(row, &mean, &axes[0]), coordinate(row, &mean, &axes[1])];
            if !point.iter().all(|value| value.is_finite()) {
                return Err(Error::not_finite("the projection", at));
            }
            xy.extend(point);
        } else {
            xy.extend([f32::NAN; 2]);
        }
    }
    let share = |value: f64| if trace > 0.0 { (value / trace).clamp(0.0, 1.0) as f32 } else { 0.0 };
    Ok(Projected { xy, explained: [share(values[0]), share(values[1])] })
}

/// The row's place along an axis.
fn coordinate(row: &[f32], mean: &[f64], axis: &[f64]) -> f32 {
    let each = row.iter().zip(mean).zip(axis);
    each.map(|((&value, mean), along)| (f64::from(value) - mean) * along).sum::<f64>() as f32
}

#[cfg(test)]
mod tests;
