//! Histograms: rows of non-negative numbers that sum to 1.

use burn::tensor::{Tensor, activation};

use crate::error::{Error, Result};

/// How far the sum of a histogram may be from 1.
const SUM_TOLERANCE: f64 = 1e-3;

/// Rows as histograms: softmax over the numbers of each row.
///
/// # Shapes
/// `[n, d]` to `[n, d]`.
pub fn histograms(rows: Tensor<2>) -> Tensor<2> {
    activation::softmax(rows, 1)
}

/// Whether every row is a histogram: no negative number, and a sum of 1 to a thousandth.
///
/// # Errors
/// `rows.not_histogram`, naming the first row that is none.
pub fn check_histograms(what: &str, values: &[f32], dim: usize) -> Result<()> {
    for (at, row) in values.chunks_exact(dim.max(1)).enumerate() {
        let sum: f64 = row.iter().map(|&x| f64::from(x)).sum();
        if row.iter().any(|&x| x < 0.0) || !sum.is_finite() || (sum - 1.0).abs() > SUM_TOLERANCE {
            return Err(Error::RowsNotHistogram { what: what.into(), row: at });
        }
    }
    Ok(())
}

/// Length of one step on the line, for rows of `dim` numbers that span \[0, 1\].
pub(crate) fn spacing(dim: usize) -> f64 {
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

/// The running sums of x − y but the last.
pub(super) fn cumulated_difference(x: &[f64], y: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    let each = x.iter().zip(y).map(|(x, y)| {
        sum += x - y;
        sum
    });
    let mut sums: Vec<f64> = each.collect();
    sums.pop();
    sums
}
