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
}

/// What a loss looks at. Who mines, and how, is not its business.
pub enum Batch<'a> {
    /// The mined triplets of a batch.
    Mined {
        /// How rows are compared.
        distance: Distance,
        /// Pairs and triplets of the batch.
        grid: &'a TripletGrid,
        /// Those that count.
        selection: Selection,
    },
    /// Every pair of a batch.
    Pairs {
        /// How rows are compared.
        distance: Distance,
        /// Pairs of the batch.
        grid: &'a TripletGrid,
        /// All distances of the batch, `[B, B]`.
        matrix: Tensor<2>,
    },
    /// Rows and their classes.
    Classes {
        /// `[B, d]`.
        embeddings: Tensor<2>,
        /// `[d, C]`.
        weight: Tensor<2>,
        /// `[1, C]`.
        bias: Tensor<2>,
        /// `[B, 1]`, in 0..C.
        targets: Tensor<2, Int>,
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
}
