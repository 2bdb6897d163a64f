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
use crate::miners::MinerConfig;
use crate::pairing::TripletGrid;

pub use reduction::{LossValue, Reduction, Term};

/// A loss and its settings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Loss {
    /// See [`contrastive`].
    Contrastive {
        /// m₊: positive pairs nearer than this cost nothing.
        pos_margin: f32,
        /// m₋: negative pairs farther than this cost nothing.
        neg_margin: f32,
    },
    /// See [`triplet`].
    Triplet {
        /// m: how much farther the negative should be than the positive.
        margin: f32,
        /// Measure the negative from the positive where that is nearer.
        swap: bool,
        /// Softplus in place of the hinge.
        smooth: bool,
    },
    /// See [`margin`].
    Margin {
        /// α: half the width of the gap.
        alpha: f32,
        /// β: the boundary between near and far.
        beta: f32,
    },
    /// Softmax cross entropy over the training classes, through a linear layer on the embedding.
    Softmax,
    /// NT-Xent.
    Ntxent {
        /// τ.
        temperature: f32,
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

/// What a loss looks at: the embeddings of a batch and their relations.
pub struct Batch<'a> {
    /// `[B, d]`.
    pub embeddings: Tensor<2>,
    /// Pairs and triplets of the batch.
    pub grid: &'a TripletGrid,
    /// How rows are compared.
    pub distance: Distance,
    /// Which triplets count.
    pub miner: MinerConfig,
    /// Weight `[d, C]`, bias `[1, C]` and targets `[B, 1]` of the classifier, where there is one.
    pub classifier: Option<(Tensor<2>, Tensor<2>, Tensor<2, Int>)>,
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

    /// Whether a miner has a say.
    pub fn mines(&self) -> bool {
        !matches!(self, Self::Softmax | Self::Ntxent { .. })
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
    /// `shape.mismatch` when a softmax is given no classifier.
    pub fn terms(&self, batch: Batch<'_>) -> Result<Vec<Term>> {
        let Batch { embeddings, grid, distance, miner, classifier } = batch;
        let select = |with_between: bool| {
            let matrix = distance.matrix(embeddings.clone(), embeddings.clone());
            miner.select(distance, matrix, grid, with_between)
        };
        Ok(match *self {
            Self::Contrastive { pos_margin, neg_margin } => {
                let margins = (pos_margin, neg_margin);
                contrastive::terms(distance, select(false), miner.kind, grid, margins)
            }
            Self::Triplet { margin, swap, smooth } => triplet::terms(distance, select(swap), margin, smooth),
            Self::Margin { alpha, beta } => margin::terms(distance, select(false), alpha, beta),
            Self::Softmax => {
                let Some((weight, bias, targets)) = classifier else {
                    return Err(Error::shape("classifier", 1, 0));
                };
                softmax::terms(embeddings, weight, bias, targets)
            }
            Self::Ntxent { temperature } => {
                let matrix = distance.matrix(embeddings.clone(), embeddings);
                ntxent::terms(distance, matrix, grid, temperature)
            }
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
        let finite = |field: &str, value: f32| {
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
