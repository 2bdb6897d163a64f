//! The form in which a search computes a distance: what is done to each row once, what is summed over the numbers of two rows,
//! and how a sum becomes a distance.

use metriclab_loops::tiles::Sum;

/// How a search computes a distance.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    /// Done to each row once.
    pub(crate) rows: RowForm,
    /// Computed of two rows.
    pub(crate) by: By,
    /// From a sum to a distance.
    pub(crate) finish: Finish,
}

/// Done to each row once.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum RowForm {
    /// As it is.
    Plain,
    /// Divided by its length.
    Unit,
    /// Its mean taken off.
    Centred,
    /// Running sums but the last.
    Cumulated,
    /// √x.
    Roots,
    /// In order of size.
    Sorted,
}

/// Computed of two rows.
#[derive(Clone, Copy)]
pub(crate) enum By {
    /// A sum over their numbers, in f32.
    Sum(Sum),
    /// The definition, in f64.
    Definition,
    /// The Sinkhorn divergence with this ε, in f64.
    Sinkhorn(f64),
}

/// From a sum to a distance.
#[derive(Clone, Copy)]
pub(crate) enum Finish {
    /// The sum times a factor that depends on the numbers of a row, or the root of that.
    Scaled {
        /// From the numbers of a row as given.
        factor: fn(usize) -> f64,
        /// Whether the root is taken.
        root: bool,
    },
    /// From ‖x̂ − ŷ‖² to 1 − s.
    Cosine,
    /// From ‖x̂ − ŷ‖² to the angle.
    Angle,
    /// Divided by the query's own sum of squares.
    Signal,
}

impl Finish {
    /// The sum itself.
    pub(crate) const SAME: Self = Self::Scaled { factor: |_| 1.0, root: false };
    /// Its root.
    pub(crate) const ROOT: Self = Self::Scaled { factor: |_| 1.0, root: true };
}

impl Form {
    /// For what has no simpler form than its definition.
    pub(crate) const DEFINITION: Self =
        Self { rows: RowForm::Plain, by: By::Definition, finish: Finish::SAME };
}
