//! The facts of a loss: its description for a page, and the other choices that it needs.

use serde::Serialize;

use super::{Contrastive, Margin, Reduction, Triplet};
use crate::distances::Distance;
use crate::paper::Paper;

/// How a loss wires the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Wiring {
    /// One network embeds both ends of a pair.
    Siamese,
    /// One network embeds anchor, positive and negative.
    Triplet,
    /// The embedding is compared with weights of the classes.
    Classifier,
    /// One network embeds two views of each thing; labels only say which rows are views of one thing.
    TwoView,
}

/// The input of a loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Looks {
    /// The triplets, or pairs, that a miner selects.
    Mined,
    /// All pairs of the batch. The batch needs two rows of one label.
    Pairs,
    /// The rows, and weights of the classes.
    Classes,
    /// Two views of each thing. The batch needs two rows of one label.
    Views,
    /// The rows alone.
    Rows,
}

/// The parameters of a loss, or its state from step to step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Owns {
    /// Nothing.
    Nothing,
    /// A weight for each class, `[d, C·K]` with the K centres of a class together, and a bias `[1, C·K]`.
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
    /// A linear predictor of one view from the other, `[d, d]`, and its bias `[1, d]`.
    Predictor,
    /// A running histogram, `[1, bins]`, all zeros before the first step. It is kept and not trained.
    Histogram {
        /// Its length.
        bins: usize,
    },
}

impl Owns {
    /// Whether it holds something of each class, so that rows need class labels.
    pub fn by_class(self) -> bool {
        match self {
            Self::Weights { .. } | Self::Boundaries { per_class: true, .. } => true,
            Self::Nothing
            | Self::Boundaries { per_class: false, .. }
            | Self::Predictor
            | Self::Histogram { .. } => false,
        }
    }
}

/// A loss that has a value on one triplet alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OnATriplet {
    /// A function of d(a, p) − d(a, n).
    Triplet(Triplet),
    /// A function of each distance by itself.
    Contrastive(Contrastive),
    /// A function of each distance by itself, about a boundary.
    Margin(Margin),
}

/// The facts of a loss that do not depend on its settings.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// How it wires the network. A page groups losses by it.
    pub wiring: Wiring,
    /// Its input.
    pub looks: Looks,
    /// The formula on one line: d a distance, s a similarity (or −d), a, p, n anchor, positive and negative, \[·\]₊ =
    /// max(·, 0), θₖ the angle to the weight of class k, y the own class.
    pub formula: &'static str,
    /// Its paper.
    pub paper: Paper,
    /// The distance that it was written for.
    pub written_for: Distance,
    /// Whether the formula means something with a distance. Classifiers and losses on views compare by themselves: they
    /// take every distance.
    pub takes: fn(Distance) -> bool,
    /// Whether embeddings must have length 1 (true) or must not be scaled (false); none where both will do.
    pub unit: Option<bool>,
    /// Whether rows of batches before can be compared with too.
    pub remembers: bool,
    /// How its elements become a scalar.
    pub reduction: Reduction,
}

/// Takes every distance.
pub(super) fn any(_: Distance) -> bool {
    true
}

/// Takes the cosine alone.
pub(super) fn cosine(distance: Distance) -> bool {
    distance == Distance::Cosine
}
