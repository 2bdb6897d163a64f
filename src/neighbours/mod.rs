//! Nearest neighbours, exactly: every reference is looked at, none is guessed.

pub mod device;
pub mod host;
mod nearest_heap;
mod tiles;

pub use host::{Neighbours, nearest, nearest_self, nearest_where, pairwise};
pub(crate) use tiles::{visit_distances, visit_rows};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// How far two rows are apart. Values are distances: smaller is closer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Metric {
    /// `√Σ(q−r)²`
    Euclidean,
    /// `Σ(q−r)²`
    SquaredEuclidean,
    /// `1 − q·r / (‖q‖‖r‖)`, from 0 to 2, computed as half the squared distance of the unit vectors.
    /// A zero row is at 1 from every row, itself included.
    Cosine,
}

impl Metric {
    /// The distance of two rows of one length, the same bits as a search gives them.
    pub fn between(self, a: &[f32], b: &[f32]) -> f32 {
        if self != Self::Cosine {
            let square = a.iter().zip(b).fold(0.0, |sum, (x, y)| sum + (x - y) * (x - y));
            return if self == Self::Euclidean { f32::sqrt(square) } else { square };
        }
        let inverse = |row: &[f32]| tiles::inverse_length(row);
        let (Some(of_a), Some(of_b)) = (inverse(a), inverse(b)) else { return 1.0 };
        let unit = |value: &f32, inverse: f64| (f64::from(*value) * inverse) as f32;
        let square = a.iter().zip(b).fold(0.0_f32, |sum, (x, y)| {
            let difference = unit(x, of_a) - unit(y, of_b);
            sum + difference * difference
        });
        0.5 * square
    }
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
        if let Some(at) = values.iter().position(|value| !value.is_finite()) {
            return Err(Error::not_finite(what, at / dim));
        }
        Ok(Self { values, dim })
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

    /// `count` rows from row `first` on.
    ///
    /// # Panics
    /// If there are not that many.
    #[must_use]
    pub fn slice(&self, first: usize, count: usize) -> Self {
        Self { values: &self.values[first * self.dim..(first + count) * self.dim], dim: self.dim }
    }

    /// Row `index`.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, index: usize) -> &'a [f32] {
        &self.values[index * self.dim..(index + 1) * self.dim]
    }
}
