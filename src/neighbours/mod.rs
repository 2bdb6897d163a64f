//! Nearest neighbours, exactly: every reference is compared.
//!
//! Values are distances here, smaller is closer: the cosine counts as 1 − s, from 0 to 2, computed as half the squared
//! distance of the unit vectors, with a zero row at 1 from every row; the dot product counts as −s.
//!
//! # Scale
//! Answers do not depend on the unit of the rows, and huge or tiny rows do not touch the answers of others
//! (`prepared.rs`). A distance beyond the range of f32, or too small for it, is `distance.out_of_range` where it belongs to an
//! answer.

#[cfg(feature = "gpu")]
pub mod device;
pub mod host;
mod index;
mod prepared;
mod tiles;

pub use host::{Neighbours, nearest, nearest_self, nearest_where, pairwise};
pub(crate) use index::{Index, Source};
pub use tiles::between;
use tiles::visit_distances;
pub(crate) use tiles::visit_rows;

use metriclab_loops::rows::first_not_finite;

use crate::distances::{Distance, RowKind, check_histograms};
use crate::error::{Error, Result};

/// Bytes of a distance in an answer.
pub(crate) const DISTANCE: u64 = 4;
/// Bytes of a neighbour with its distance.
pub(crate) const NEIGHBOUR: u64 = 8;
/// The largest answer, in bytes: 1 GiB.
const ANSWER_LIMIT: u64 = 1 << 30;

/// Refuses an answer of `rows` × `columns` entries that would pass 1 GiB, before anything is computed.
///
/// # Errors
/// `data.too_large`.
pub(crate) fn affordable(rows: usize, columns: usize, entry: u64) -> Result<()> {
    let bytes = (rows as u64).saturating_mul(columns as u64).saturating_mul(entry);
    if bytes > ANSWER_LIMIT {
        return Err(Error::DataTooLarge { bytes, limit: ANSWER_LIMIT });
    }
    Ok(())
}

/// Rows of numbers, checked once: a whole count of rows, every number finite.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    values: &'a [f32],
    dim: usize,
}

impl<'a> Rows<'a> {
    /// `values` as rows of `dim` numbers; `what` names them in an error.
    ///
    /// # Errors
    /// `shape.mismatch` if `dim` is 0 or does not divide the length; `data.not_finite` if a number is
    /// NaN or infinite.
    pub fn new(what: &str, values: &'a [f32], dim: usize) -> Result<Self> {
        if dim == 0 {
            return Err(Error::shape(format!("A row of {what}"), 1, 0));
        }
        let rest = values.len() % dim;
        if rest != 0 {
            return Err(Error::shape(format!("The last row of {what}"), dim, rest));
        }
        if let Some(at) = first_not_finite(values) {
            return Err(Error::not_finite(what, at / dim));
        }
        Ok(Self { values, dim })
    }

    /// Whether the rows are of the kind that `distance` compares.
    ///
    /// # Errors
    /// `rows.not_histogram` if they must be histograms and are none; `config.invalid` for a bad setting of the distance.
    pub fn suit(&self, what: &str, distance: Distance) -> Result<()> {
        distance.validate()?;
        if distance.rows() == RowKind::Histograms {
            check_histograms(what, self.values, self.dim)
        } else {
            Ok(())
        }
    }

    /// How many rows there are.
    pub fn count(&self) -> usize {
        self.values.len() / self.dim
    }

    /// Numbers in a row.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// All numbers, row after row.
    pub fn values(&self) -> &'a [f32] {
        self.values
    }

    /// `count` rows from row `first` on, which must be there.
    pub(crate) fn slice(&self, first: usize, count: usize) -> Self {
        Self { values: &self.values[first * self.dim..(first + count) * self.dim], dim: self.dim }
    }

    /// Whether these are the same rows, at the same place in memory.
    pub(crate) fn is(&self, other: Self) -> bool {
        std::ptr::eq(self.values, other.values) && self.dim == other.dim
    }

    /// Row `index`; empty if there is none.
    pub fn row(&self, index: usize) -> &'a [f32] {
        let from = index.saturating_mul(self.dim);
        self.values.get(from..from.saturating_add(self.dim)).unwrap_or_default()
    }
}
