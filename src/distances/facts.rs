//! The facts of a distance, which the catalogue lists and the tests check.

use serde::Serialize;

use crate::paper::Paper;
use crate::setting::Setting;

/// The kind of rows that a distance compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RowKind {
    /// Points.
    Vectors,
    /// Non-negative numbers that sum to 1.
    Histograms,
    /// Draws from a distribution on the line, in any order.
    Samples,
}

/// An axiom of a metric d.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Axiom {
    /// d(x, x) = 0, and d(x, y) = 0 only for x = y.
    Identity,
    /// d(x, y) = d(y, x).
    Symmetry,
    /// d(x, z) ≤ d(x, y) + d(y, z).
    Triangle,
}

/// The rows that a verdict speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum On {
    /// All rows of the distance's kind.
    AllRows,
    /// Vectors of length 1: directions.
    UnitVectors,
}

/// Whether a distance is a metric. The cosine counts as 1 − s, the dot product as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// Whether all three axioms hold on the rows of `on`.
    pub metric: bool,
    /// The rows on which it is a metric, or is none.
    pub on: On,
    /// The axioms that some rows of its kind break.
    pub breaks: &'static [Axiom],
}

impl Verdict {
    /// A metric on all rows of its kind.
    pub(super) const METRIC: Self = Self { metric: true, on: On::AllRows, breaks: &[] };

    /// No metric.
    pub(super) const fn breaks(breaks: &'static [Axiom]) -> Self {
        Self { metric: false, on: On::AllRows, breaks }
    }

    /// A metric on unit vectors alone.
    pub(super) const fn of_directions(breaks: &'static [Axiom]) -> Self {
        Self { metric: true, on: On::UnitVectors, breaks }
    }
}

/// The shape of the points within a given distance of a centre, in the plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Balls {
    /// A disc.
    Circle,
    /// A square on its corner.
    Diamond,
    /// A square along the axes.
    Square,
    /// Between a diamond, a disc and a square.
    Superellipse,
    /// A sector from the origin.
    Sector,
    /// One side of a line.
    HalfPlane,
    /// A strip along the diagonal.
    Strip,
    /// No shape of a plane: the rows are distributions.
    Distributions,
}

/// The facts of a distance.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// Formula on one line. F and G are running sums, h = 1/(d − 1).
    pub formula: &'static str,
    /// Its source; none for common knowledge.
    pub paper: Option<Paper>,
    /// Whether a larger value means closer.
    pub similarity: bool,
    /// Smallest and largest value; none where there is no bound.
    pub range: (Option<f64>, Option<f64>),
    /// The rows that it compares.
    pub rows: RowKind,
    /// Whether it is a metric.
    pub verdict: Verdict,
    /// The shape of its balls.
    pub balls: Balls,
    /// The k of d(cx, cy) = cᵏ d(x, y) for c > 0; none for histograms, which cannot be scaled.
    pub degree: Option<f64>,
    /// Whether a large matrix is computed without a number of its own for each pair and dimension.
    pub product: bool,
    /// Its settings, with their bounds and defaults.
    pub settings: &'static [Setting],
    /// Rounding of its f64 definition, relative to the largest number of the rows to the power of the degree.
    pub noise: f64,
}

impl Facts {
    /// A distance of vectors without bound. The other distances name the fields in which they differ.
    pub(super) const DISTANCE: Self = Self {
        formula: "",
        paper: None,
        similarity: false,
        range: (Some(0.0), None),
        rows: RowKind::Vectors,
        verdict: Verdict::METRIC,
        balls: Balls::Distributions,
        degree: None,
        product: false,
        settings: &[],
        noise: 1e-12,
    };
}
