//! Losses: what training makes small.
//!
//! A loss is one file that gives the value of each pair or triplet ([`Term`]), and one arm of
//! [`Loss`]. The enum is the configuration, the page's list and the `match` at once. Values follow
//! the reference implementation named in the documentation of each file, and are held to its
//! figures in `tests/golden`.

pub mod contrastive;
pub mod margin;
mod ntxent;
mod reduction;
mod softmax;
pub mod triplet;

use burn::tensor::{Int, Tensor};
use serde::{Deserialize, Serialize};

use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::pairing::{Selection, TripletGrid};

pub use reduction::{LossValue, Reduction, Term};

/// A loss and its settings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Loss {
    /// See [`contrastive`].
    Contrastive {
        /// m₊: positive pairs nearer than this cost nothing.
        pos_margin: f64,
        /// m₋: negative pairs farther than this cost nothing.
        neg_margin: f64,
    },
    /// See [`triplet`].
    Triplet {
        /// m: how much farther the negative should be than the positive.
        margin: f64,
        /// Measure the negative from the positive where that is nearer.
        swap: bool,
        /// Softplus in place of the hinge.
        smooth: bool,
    },
    /// See [`margin`].
    Margin {
        /// α: half the width of the gap.
        alpha: f64,
        /// β: the boundary between near and far.
        beta: f64,
    },
    /// Softmax cross entropy over the training classes, through a linear layer on the embedding.
    Softmax,
    /// NT-Xent.
    Ntxent {
        /// τ.
        temperature: f64,
    },
}

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

impl Loss {
    /// Every loss with its default settings, in the order a page lists them.
    pub const DEFAULTS: [Self; 5] = [
        Self::Contrastive { pos_margin: 0.0, neg_margin: 1.0 },
        Self::Triplet { margin: 0.05, swap: false, smooth: false },
        Self::Margin { alpha: 0.2, beta: 1.2 },
        Self::Softmax,
        Self::Ntxent { temperature: 0.07 },
    ];

    /// The wiring that this loss asks for.
    pub fn wiring(&self) -> Wiring {
        match self {
            Self::Contrastive { .. } | Self::Ntxent { .. } => Wiring::Siamese,
            Self::Triplet { .. } | Self::Margin { .. } => Wiring::Triplet,
            Self::Softmax => Wiring::Classifier,
        }
    }

    /// What it wants to see.
    pub fn looks(&self) -> Looks {
        match *self {
            Self::Contrastive { .. } | Self::Margin { .. } => Looks::AtMined { between: false },
            Self::Triplet { swap, .. } => Looks::AtMined { between: swap },
            Self::Softmax => Looks::AtClasses,
            Self::Ntxent { .. } => Looks::AtPairs,
        }
    }

    /// Whether a miner has a say.
    pub fn mines(&self) -> bool {
        matches!(self.looks(), Looks::AtMined { .. })
    }

    /// How the elements become a scalar.
    pub fn reduction(&self) -> Reduction {
        match self {
            Self::Contrastive { .. } | Self::Triplet { .. } => Reduction::NonZero,
            Self::Margin { .. } => Reduction::PooledNonZero,
            Self::Softmax | Self::Ntxent { .. } => Reduction::Mean,
        }
    }

    /// Name, as in a configuration.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Contrastive { .. } => "contrastive",
            Self::Triplet { .. } => "triplet",
            Self::Margin { .. } => "margin",
            Self::Softmax => "softmax",
            Self::Ntxent { .. } => "ntxent",
        }
    }

    /// The values of the single pairs, triplets or rows.
    ///
    /// # Errors
    /// `shape.mismatch` when the batch is not of the kind that [`Self::looks`] names.
    pub fn terms(&self, batch: Batch<'_>) -> Result<Vec<Term>> {
        Ok(match (*self, batch) {
            (Self::Contrastive { pos_margin, neg_margin }, Batch::Mined { distance, grid, selection }) => {
                contrastive::terms(distance, selection, grid, (pos_margin, neg_margin))
            }
            (Self::Triplet { margin, smooth, .. }, Batch::Mined { distance, selection, .. }) => {
                triplet::terms(distance, selection, margin, smooth)
            }
            (Self::Margin { alpha, beta }, Batch::Mined { distance, selection, .. }) => {
                margin::terms(distance, selection, alpha, beta)
            }
            (Self::Softmax, Batch::Classes { embeddings, weight, bias, targets }) => {
                softmax::terms(embeddings, weight, bias, targets)
            }
            (Self::Ntxent { temperature }, Batch::Pairs { distance, grid, matrix }) => {
                ntxent::terms(distance, matrix, grid, temperature)
            }
            _ => return Err(Error::shape(format!("the batch of the loss {}", self.name()), 1, 0)),
        })
    }

    /// The scalar to minimise.
    ///
    /// # Errors
    /// As [`Self::terms`].
    pub fn value(&self, batch: Batch<'_>) -> Result<LossValue> {
        Ok(self.reduction().reduce(self.terms(batch)?))
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// `config.invalid`, with the field's name.
    pub fn validate(&self) -> Result<()> {
        let finite = |field: &str, value: f64| {
            if value.is_finite() { Ok(()) } else { Err(Error::config(field, "must be a finite number")) }
        };
        match *self {
            Self::Contrastive { pos_margin, neg_margin } => {
                finite("loss.posMargin", pos_margin)?;
                finite("loss.negMargin", neg_margin)
            }
            Self::Triplet { margin, .. } => finite("loss.margin", margin),
            Self::Margin { alpha, beta } => {
                finite("loss.alpha", alpha)?;
                finite("loss.beta", beta)
            }
            Self::Softmax => Ok(()),
            Self::Ntxent { temperature } if temperature > 0.0 && temperature.is_finite() => Ok(()),
            Self::Ntxent { temperature } => {
                Err(Error::config("loss.temperature", format!("must be above 0, is {temperature}")))
            }
        }
    }
}
