//! What a loss looks at, and the network that this asks for.

use burn::tensor::{Int, Tensor};
use serde::Serialize;

use crate::distances::Distance;
use crate::pairing::{Selection, TripletGrid};

/// How a loss wires the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Wiring {
    /// One network looks at the two ends of a pair.
    Siamese,
    /// One network looks at three rows.
    Triplet,
    /// A linear layer on the embedding names the class.
    Classifier,
    /// One network looks at two views of one thing; no label is asked.
    TwoView,
}

/// What a loss looks at. Who mines, and how, is not its business.
#[allow(clippy::large_enum_variant, reason = "one is made a step, and moved once")]
pub enum Batch<'a> {
    /// The mined triplets of a batch.
    Mined {
        /// How rows are compared.
        distance: Distance,
        /// Those that count.
        selection: Selection,
        /// The learned boundary between near and far of each row, `[B, 1, 1]`.
        boundary: Option<Tensor<3>>,
    },
    /// Every pair of a batch.
    Pairs {
        /// How rows are compared.
        distance: Distance,
        /// Pairs of the batch.
        grid: &'a TripletGrid,
        /// The rows, `[B, d]`.
        rows: Tensor<2>,
        /// What they are compared with, `[R, d]`: themselves, and what is remembered.
        references: Tensor<2>,
        /// All distances, `[B, R]`.
        matrix: Tensor<2>,
    },
    /// Rows and their classes.
    Classes {
        /// `[B, d]`.
        embeddings: Tensor<2>,
        /// `[d, C]`; with several centres a class, those of one class stand together: `[d, C·K]`.
        weight: Tensor<2>,
        /// `[1, C]`.
        bias: Tensor<2>,
        /// `[B, 1]`, in 0..C.
        targets: Tensor<2, Int>,
    },
    /// Two views of each thing: row i of the one and row i of the other.
    Views {
        /// `[V, d]`.
        first: Tensor<2>,
        /// `[V, d]`.
        second: Tensor<2>,
    },
}

/// Which [`Batch`] a loss takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    /// [`Batch::Mined`]; `between`: with d(p, n).
    AtMined {
        /// Whether d(p, n) is needed.
        between: bool,
    },
    /// [`Batch::Pairs`].
    AtPairs,
    /// [`Batch::Classes`].
    AtClasses,
    /// [`Batch::Views`].
    AtViews,
}

/// What a loss learns beside the network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Owns {
    /// Nothing.
    Nothing,
    /// A weight for each class, `[d, C·K]`, and a bias.
    Weights {
        /// K.
        centers: usize,
    },
    /// A boundary between near and far.
    Boundaries {
        /// One for each class, or one for all.
        per_class: bool,
        /// Where it begins.
        start: f64,
    },
}
