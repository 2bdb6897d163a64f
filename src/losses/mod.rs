//! Losses: what training makes small.
//!
//! A loss is one file that gives the value of each pair or triplet ([`Term`]), and one arm of
//! [`Loss`]. The enum is the configuration, the page's list and the `match` at once. Values follow
//! pytorch-metric-learning 2.8.1, and are held to its figures in `tests/golden`; each file names its
//! paper.

mod angular_margin;
mod batch;
mod circle;
mod class_scores;
pub mod contrastive;
mod fast_ap;
mod histogram;
mod lifted;
mod log_sum;
pub mod margin;
mod multi_similarity;
mod n_pairs;
mod nca;
mod ntxent;
mod proxy_anchor;
mod reduction;
mod soft_bins;
mod softmax;
mod supcon;
pub mod triplet;
mod tuplet_margin;

use burn::tensor::{Int, Tensor};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::pairing::{Selection, TripletGrid};

pub use batch::{Batch, Looks, Wiring};
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
    /// NT-Xent: −s(a,p)/τ + log(e^{s(a,p)/τ} + Σₙ e^{s(a,n)/τ}) of each positive pair.
    Ntxent {
        /// τ.
        temperature: f64,
    },
    /// Supervised contrastive: the mean over an anchor's positives of −log softmax of s/τ among all others.
    Supcon {
        /// τ.
        temperature: f64,
    },
    /// Neighbourhood components analysis: −log of the positives' share of Σ e^{−σd}.
    Nca {
        /// σ.
        scale: f64,
    },
    /// Lifted structure: ½ [d(a,p) − m₊ + log Σ e^{m₋ − d}]₊² over the negatives of both ends.
    Lifted {
        /// m₊.
        pos_margin: f64,
        /// m₋.
        neg_margin: f64,
    },
    /// Generalised lifted structure: [log Σₚ e^{d − m₊} + log Σₙ e^{m₋ − d}]₊.
    GeneralizedLifted {
        /// m₊.
        pos_margin: f64,
        /// m₋.
        neg_margin: f64,
    },
    /// Multi-similarity: (1/α) log(1 + Σₚ e^{−α(s−λ)}) + (1/β) log(1 + Σₙ e^{β(s−λ)}).
    MultiSimilarity {
        /// α.
        pos_scale: f64,
        /// β.
        neg_scale: f64,
        /// λ.
        base: f64,
    },
    /// Circle, on cosines only: softplus of two log-sums in which each pair weighs by its distance from its goal.
    Circle {
        /// m.
        margin: f64,
        /// γ.
        scale: f64,
    },
    /// Tuplet margin, on cosines only: log(1 + Σₙ e^{s (cos θ(a,n) − cos(θ(a,p) − m))}).
    TupletMargin {
        /// m, in radians.
        margin: f64,
        /// s.
        scale: f64,
    },
    /// N-pairs: one pair of each class, picked out of the positives of all classes.
    NPairs,
    /// `FastAP`, on squared distances of unit vectors only: 1 − average precision, from a soft histogram.
    FastAp,
    /// Histogram, on cosines only: the chance that a negative pair is more alike than a positive one.
    Histogram,
    /// Normalized softmax: cross entropy of the cosines to the class weights, over τ.
    NormalizedSoftmax {
        /// τ.
        temperature: f64,
    },
    /// CosFace: cross entropy of s (cos θₖ − m[k = y]).
    Cosface {
        /// m.
        margin: f64,
        /// s.
        scale: f64,
    },
    /// ArcFace: cross entropy of s cos(θₖ + m[k = y]).
    Arcface {
        /// m, in radians.
        margin: f64,
        /// s.
        scale: f64,
    },
    /// Proxy NCA: −log softmaxₖ(−σ ‖z − pₖ‖²) at the row's class, one proxy a class.
    ProxyNca {
        /// σ.
        scale: f64,
    },
    /// Proxy anchor: each proxy draws its class and pushes the others, the hard ones most.
    ProxyAnchor {
        /// δ.
        margin: f64,
        /// α.
        scale: f64,
    },
}

impl Loss {
    /// Every loss with its default settings, in the order a page lists them.
    pub const DEFAULTS: [Self; 20] = [
        Self::Contrastive { pos_margin: 0.0, neg_margin: 1.0 },
        Self::Triplet { margin: 0.05, swap: false, smooth: false },
        Self::Margin { alpha: 0.2, beta: 1.2 },
        Self::Softmax,
        Self::Ntxent { temperature: 0.07 },
        Self::Supcon { temperature: 0.1 },
        Self::Nca { scale: 1.0 },
        Self::Lifted { pos_margin: 0.0, neg_margin: 1.0 },
        Self::GeneralizedLifted { pos_margin: 0.0, neg_margin: 1.0 },
        Self::MultiSimilarity { pos_scale: 2.0, neg_scale: 50.0, base: 0.5 },
        Self::Circle { margin: 0.4, scale: 80.0 },
        Self::TupletMargin { margin: 0.1, scale: 64.0 },
        Self::NPairs,
        Self::FastAp,
        Self::Histogram,
        Self::NormalizedSoftmax { temperature: 0.05 },
        Self::Cosface { margin: 0.35, scale: 64.0 },
        Self::Arcface { margin: 0.5, scale: 64.0 },
        Self::ProxyNca { scale: 1.0 },
        Self::ProxyAnchor { margin: 0.1, scale: 32.0 },
    ];

    /// The wiring that this loss asks for.
    pub fn wiring(&self) -> Wiring {
        match (self, self.looks()) {
            (_, Looks::AtClasses) => Wiring::Classifier,
            (Self::Triplet { .. } | Self::Margin { .. } | Self::TupletMargin { .. }, _) => Wiring::Triplet,
            _ => Wiring::Siamese,
        }
    }

    /// What it wants to see.
    pub fn looks(&self) -> Looks {
        match *self {
            Self::Contrastive { .. } | Self::Margin { .. } => Looks::AtMined { between: false },
            Self::Triplet { swap, .. } => Looks::AtMined { between: swap },
            Self::Softmax
            | Self::NormalizedSoftmax { .. }
            | Self::Cosface { .. }
            | Self::Arcface { .. }
            | Self::ProxyNca { .. }
            | Self::ProxyAnchor { .. } => Looks::AtClasses,
            Self::Ntxent { .. }
            | Self::Supcon { .. }
            | Self::Nca { .. }
            | Self::Lifted { .. }
            | Self::GeneralizedLifted { .. }
            | Self::MultiSimilarity { .. }
            | Self::Circle { .. }
            | Self::TupletMargin { .. }
            | Self::NPairs
            | Self::FastAp
            | Self::Histogram => Looks::AtPairs,
        }
    }

    /// Whether its formula means something with this distance. Losses on angles take the cosine alone;
    /// classifiers compare with their own weights and ask no distance.
    pub fn takes(&self, distance: Distance) -> bool {
        match self {
            Self::Circle { .. } | Self::TupletMargin { .. } | Self::Histogram => distance == Distance::Cosine,
            Self::FastAp => distance == Distance::SquaredEuclidean,
            _ => true,
        }
    }

    /// Whether a miner has a say.
    pub fn mines(&self) -> bool {
        matches!(self.looks(), Looks::AtMined { .. })
    }

    /// The distances it takes.
    pub fn distances(&self) -> Vec<Distance> {
        Distance::ALL.into_iter().filter(|&distance| self.takes(distance)).collect()
    }

    /// How the elements become a scalar.
    pub fn reduction(&self) -> Reduction {
        match self {
            Self::Contrastive { .. } | Self::Triplet { .. } | Self::Supcon { .. } | Self::Circle { .. } => {
                Reduction::NonZero
            }
            Self::Margin { .. } => Reduction::PooledNonZero,
            Self::ProxyAnchor { .. } => Reduction::MeanOfEach,
            _ => Reduction::Mean,
        }
    }

    /// Name, as in a configuration.
    ///
    /// # Panics
    /// Never: a configuration has a `kind`.
    pub fn name(&self) -> String {
        self.configuration()["kind"].as_str().expect("a configuration has a kind").into()
    }

    /// Itself as a client writes it; a number that is not finite becomes null.
    fn configuration(&self) -> Value {
        serde_json::to_value(self).expect("a loss is numbers and switches")
    }

    /// The values of the single pairs, triplets or rows.
    ///
    /// # Errors
    /// `shape.mismatch` when the batch is not of the kind that [`Self::looks`] names.
    pub fn terms(&self, batch: Batch<'_>) -> Result<Vec<Term>> {
        match batch {
            Batch::Mined { distance, grid, selection } => self.mined_terms(distance, grid, selection),
            Batch::Pairs { distance, grid, matrix } => self.pair_terms(distance, grid, matrix),
            Batch::Classes { embeddings, weight, bias, targets } => {
                self.class_terms(embeddings, weight, bias, targets)
            }
        }
        .ok_or_else(|| Error::shape(format!("the batch of the loss {}", self.name()), 1, 0))
    }

    fn mined_terms(&self, distance: Distance, grid: &TripletGrid, selection: Selection) -> Option<Vec<Term>> {
        Some(match *self {
            Self::Contrastive { pos_margin, neg_margin } => {
                contrastive::terms(distance, selection, grid, (pos_margin, neg_margin))
            }
            Self::Triplet { margin, smooth, .. } => triplet::terms(distance, selection, margin, smooth),
            Self::Margin { alpha, beta } => margin::terms(distance, selection, alpha, beta),
            _ => return None,
        })
    }

    fn pair_terms(&self, distance: Distance, grid: &TripletGrid, matrix: Tensor<2>) -> Option<Vec<Term>> {
        Some(match *self {
            Self::Ntxent { temperature } => ntxent::terms(distance, matrix, grid, temperature),
            Self::Supcon { temperature } => supcon::terms(distance, matrix, grid, temperature),
            Self::Nca { scale } => nca::terms(distance, matrix, grid, scale),
            Self::Lifted { pos_margin, neg_margin } => {
                lifted::terms(distance, matrix, grid, (pos_margin, neg_margin))
            }
            Self::GeneralizedLifted { pos_margin, neg_margin } => {
                lifted::generalized_terms(distance, matrix, grid, (pos_margin, neg_margin))
            }
            Self::MultiSimilarity { pos_scale, neg_scale, base } => {
                multi_similarity::terms(distance, matrix, grid, (pos_scale, neg_scale), base)
            }
            Self::Circle { margin, scale } => circle::terms(matrix, grid, (margin, scale)),
            Self::TupletMargin { margin, scale } => tuplet_margin::terms(matrix, grid, (margin, scale)),
            Self::NPairs => n_pairs::terms(distance, matrix, grid),
            Self::FastAp => fast_ap::terms(matrix, grid),
            Self::Histogram => histogram::terms(matrix, grid),
            _ => return None,
        })
    }

    fn class_terms(
        &self,
        embeddings: Tensor<2>,
        weight: Tensor<2>,
        bias: Tensor<2>,
        targets: Tensor<2, Int>,
    ) -> Option<Vec<Term>> {
        Some(match *self {
            Self::Softmax => softmax::terms(embeddings, weight, bias, targets),
            Self::NormalizedSoftmax { temperature } => {
                angular_margin::normalized_softmax(embeddings, weight, targets, temperature)
            }
            Self::Cosface { margin, scale } => {
                angular_margin::cosface(embeddings, weight, targets, (margin, scale))
            }
            Self::Arcface { margin, scale } => {
                angular_margin::arcface(embeddings, weight, targets, (margin, scale))
            }
            Self::ProxyNca { scale } => nca::proxy_terms(embeddings, weight, targets, scale),
            Self::ProxyAnchor { margin, scale } => {
                proxy_anchor::terms(embeddings, weight, targets, (margin, scale))
            }
            _ => return None,
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
        for (field, value) in self.configuration().as_object().expect("a configuration is an object") {
            let name = format!("loss.{field}");
            let must_be_positive =
                matches!(field.as_str(), "temperature" | "scale" | "posScale" | "negScale");
            match value.as_f64() {
                None if value.is_null() => return Err(Error::config(&name, "must be a finite number")),
                Some(value) if must_be_positive && value <= 0.0 => {
                    return Err(Error::config(&name, format!("must be above 0, is {value}")));
                }
                _ => {}
            }
        }
        Ok(())
    }
}
