//! Losses: what training makes small.
//!
//! A loss is one file that gives the value of each pair or triplet ([`Term`]), and one arm of
//! [`Loss`]. The enum is the configuration, the page's list and the `match` at once. Values follow
//! pytorch-metric-learning 2.8.1, and are held to its figures in `tests/golden`; each file names its
//! paper.

mod angular;
mod angular_margin;
mod batch;
mod centers;
mod circle;
mod class_scores;
pub mod contrastive;
mod fast_ap;
mod formulas;
mod histogram;
mod lifted;
mod log_sum;
pub mod margin;
mod multi_similarity;
mod multiple_angle;
mod n_pairs;
mod nca;
mod ntxent;
mod proxy_anchor;
mod reduction;
mod regularizers;
mod smooth_recall;
mod soft_bins;
mod softmax;
mod supcon;
pub mod triplet;
mod tuplet_margin;
mod two_views;

use burn::tensor::{Int, Tensor};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::pairing::{Selection, TripletGrid};
use crate::plain;

pub use batch::{Batch, Looks, Owns, Wiring};
pub use margin::Boundary;
pub use reduction::{LossValue, Reduction, Term};
pub use regularizers::Regularizer;

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
        /// β: the boundary between near and far; where it is learned, where it begins.
        beta: f64,
        /// Who decides where β lies.
        #[serde(default)]
        boundary: Boundary,
        /// ν: ν·β is added to the loss, so that a learned β does not grow at will.
        #[serde(default)]
        nu: f64,
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
    /// Angular, on cosines only: the negative should see anchor and positive under an angle of at most α.
    Angular {
        /// α, in degrees.
        angle: f64,
    },
    /// 1 − a smooth recall@k, mean over k = 1, 2, 4, 8.
    SmoothRecall {
        /// τ: how sharply nearer and farther are told apart.
        temperature: f64,
        /// τᵣ: how sharply a rank within k and beyond are.
        rank_temperature: f64,
    },
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
    /// `ArcFace` with several centres a class, the nearest of which counts: noisy classes keep their strays.
    SubcenterArcface {
        /// m, in radians.
        margin: f64,
        /// s.
        scale: f64,
        /// Centres of each class.
        centers: usize,
    },
    /// SphereFace: cross entropy of s ‖x‖ cos θₖ, with the angle to the own class taken m times.
    Sphereface {
        /// m, a whole number.
        multiple: usize,
        /// s.
        scale: f64,
    },
    /// Large-margin softmax: as SphereFace, with class weights of any length.
    LargeMarginSoftmax {
        /// m, a whole number.
        multiple: usize,
        /// s.
        scale: f64,
    },
    /// SoftTriple: cross entropy of s (hₖ − m[k = y]), hₖ the soft mean cosine to several centres a class.
    SoftTriple {
        /// δ.
        margin: f64,
        /// λ.
        scale: f64,
        /// γ: how soft the mean over centres is.
        gamma: f64,
        /// Centres of each class.
        centers: usize,
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
    /// VICReg, on two views and no labels: the views agree, every number varies, none varies with another.
    Vicreg {
        /// λ.
        invariance: f64,
        /// μ.
        variance: f64,
        /// ν.
        covariance: f64,
    },
    /// Barlow Twins, on two views and no labels: the views' numbers correlate each with itself alone.
    BarlowTwins {
        /// λ, of what should not correlate.
        off_diagonal: f64,
    },
}

impl Loss {
    /// Every loss with its default settings, in the order a page lists them.
    pub const DEFAULTS: [Self; 28] = [
        Self::Contrastive { pos_margin: 0.0, neg_margin: 1.0 },
        Self::Triplet { margin: 0.05, swap: false, smooth: false },
        Self::Margin { alpha: 0.2, beta: 1.2, boundary: Boundary::Fixed, nu: 0.0 },
        Self::Softmax,
        Self::Ntxent { temperature: 0.07 },
        Self::Supcon { temperature: 0.1 },
        Self::Nca { scale: 1.0 },
        Self::Lifted { pos_margin: 0.0, neg_margin: 1.0 },
        Self::GeneralizedLifted { pos_margin: 0.0, neg_margin: 1.0 },
        Self::MultiSimilarity { pos_scale: 2.0, neg_scale: 50.0, base: 0.5 },
        Self::Circle { margin: 0.4, scale: 80.0 },
        Self::TupletMargin { margin: 0.1, scale: 64.0 },
        Self::Angular { angle: 40.0 },
        Self::NPairs,
        Self::FastAp,
        Self::SmoothRecall { temperature: 0.01, rank_temperature: 1.0 },
        Self::Histogram,
        Self::NormalizedSoftmax { temperature: 0.05 },
        Self::Cosface { margin: 0.35, scale: 64.0 },
        Self::Arcface { margin: 0.5, scale: 64.0 },
        Self::SubcenterArcface { margin: 0.5, scale: 64.0, centers: 3 },
        Self::Sphereface { multiple: 4, scale: 1.0 },
        Self::LargeMarginSoftmax { multiple: 4, scale: 1.0 },
        Self::SoftTriple { margin: 0.01, scale: 20.0, gamma: 0.1, centers: 10 },
        Self::ProxyNca { scale: 1.0 },
        Self::ProxyAnchor { margin: 0.1, scale: 32.0 },
        Self::Vicreg { invariance: 25.0, variance: 25.0, covariance: 1.0 },
        Self::BarlowTwins { off_diagonal: 0.005 },
    ];

    /// The wiring that this loss asks for.
    pub fn wiring(&self) -> Wiring {
        match (self, self.looks()) {
            (_, Looks::AtClasses) => Wiring::Classifier,
            (_, Looks::AtViews) => Wiring::TwoView,
            (
                Self::Triplet { .. } | Self::Margin { .. } | Self::TupletMargin { .. } | Self::Angular { .. },
                _,
            ) => Wiring::Triplet,
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
            | Self::SubcenterArcface { .. }
            | Self::Sphereface { .. }
            | Self::LargeMarginSoftmax { .. }
            | Self::SoftTriple { .. }
            | Self::ProxyNca { .. }
            | Self::ProxyAnchor { .. } => Looks::AtClasses,
            Self::Vicreg { .. } | Self::BarlowTwins { .. } => Looks::AtViews,
            Self::Ntxent { .. }
            | Self::Supcon { .. }
            | Self::Nca { .. }
            | Self::Lifted { .. }
            | Self::GeneralizedLifted { .. }
            | Self::MultiSimilarity { .. }
            | Self::Circle { .. }
            | Self::TupletMargin { .. }
            | Self::Angular { .. }
            | Self::NPairs
            | Self::FastAp
            | Self::SmoothRecall { .. }
            | Self::Histogram => Looks::AtPairs,
        }
    }

    /// What it learns beside the network.
    pub fn owns(&self) -> Owns {
        match *self {
            Self::Margin { boundary: Boundary::Learned, beta, .. } => {
                Owns::Boundaries { per_class: false, start: beta }
            }
            Self::Margin { boundary: Boundary::PerClass, beta, .. } => {
                Owns::Boundaries { per_class: true, start: beta }
            }
            Self::SubcenterArcface { centers, .. } | Self::SoftTriple { centers, .. } => {
                Owns::Weights { centers }
            }
            _ if self.looks() == Looks::AtClasses => Owns::Weights { centers: 1 },
            _ => Owns::Nothing,
        }
    }

    /// Whether its formula means something with this distance. Losses on angles take the cosine alone;
    /// classifiers compare with their own weights, and losses on views number by number: they ask no distance.
    pub fn takes(&self, distance: Distance) -> bool {
        match self {
            Self::Circle { .. } | Self::TupletMargin { .. } | Self::Angular { .. } | Self::Histogram => {
                distance == Distance::Cosine
            }
            Self::FastAp => distance == Distance::SquaredEuclidean,
            _ => true,
        }
    }

    /// Whether embeddings must have length 1, or must not be made to; none where both will do.
    pub fn wants_unit(&self) -> Option<bool> {
        match self {
            Self::FastAp => Some(true),
            // On the unit sphere no number can vary by 1.
            Self::Vicreg { .. } => Some(false),
            _ => None,
        }
    }

    /// Whether rows of batches before can stand among those compared with.
    pub fn remembers(&self) -> bool {
        match self {
            // These look from the positive to the negative too, or at both ends of each pair.
            Self::Lifted { .. } | Self::Histogram | Self::NPairs | Self::Triplet { swap: true, .. } => false,
            _ => matches!(self.looks(), Looks::AtMined { .. } | Looks::AtPairs),
        }
    }

    /// Whether a miner has a say.
    pub fn mines(&self) -> bool {
        matches!(self.looks(), Looks::AtMined { .. })
    }

    /// The distances it takes, each with its default setting.
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
        plain::write(self)
    }

    /// The values of the single pairs, triplets or rows.
    ///
    /// # Errors
    /// `shape.mismatch` when the batch is not of the kind that [`Self::looks`] names.
    pub fn terms(&self, batch: Batch<'_>) -> Result<Vec<Term>> {
        match batch {
            Batch::Mined { distance, selection, boundary } => self.mined_terms(distance, selection, boundary),
            Batch::Pairs { distance, grid, rows, references, matrix } => match *self {
                Self::Angular { angle } => Some(angular::terms(rows, references, grid, angle)),
                _ => self.pair_terms(distance, grid, matrix),
            },
            Batch::Views { first, second } => self.view_terms(first, second),
            Batch::Classes { embeddings, weight, bias, targets } => {
                self.class_terms(embeddings, weight, bias, targets)
            }
        }
        .ok_or_else(|| Error::shape(format!("the batch of the loss {}", self.name()), 1, 0))
    }

    fn mined_terms(
        &self,
        distance: Distance,
        selection: Selection,
        boundary: Option<Tensor<3>>,
    ) -> Option<Vec<Term>> {
        Some(match *self {
            Self::Contrastive { pos_margin, neg_margin } => {
                contrastive::terms(distance, selection, (pos_margin, neg_margin))
            }
            Self::Triplet { margin, smooth, .. } => triplet::terms(distance, selection, margin, smooth),
            Self::Margin { alpha, beta, .. } => margin::terms(distance, &selection, alpha, beta, boundary),
            _ => return None,
        })
    }

    fn view_terms(&self, first: Tensor<2>, second: Tensor<2>) -> Option<Vec<Term>> {
        Some(match *self {
            Self::Vicreg { invariance, variance, covariance } => {
                two_views::vicreg(first, second, (invariance, variance, covariance))
            }
            Self::BarlowTwins { off_diagonal } => two_views::barlow_twins(first, second, off_diagonal),
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
            Self::SmoothRecall { temperature, rank_temperature } => {
                smooth_recall::terms(distance, matrix, grid, (temperature, rank_temperature))
            }
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
            Self::SubcenterArcface { margin, scale, centers } => {
                centers::subcenter_arcface(embeddings, weight, targets, (margin, scale), centers)
            }
            Self::Sphereface { multiple, scale } => {
                multiple_angle::terms(embeddings, weight, targets, (multiple, scale), true)
            }
            Self::LargeMarginSoftmax { multiple, scale } => {
                multiple_angle::terms(embeddings, weight, targets, (multiple, scale), false)
            }
            Self::SoftTriple { margin, scale, gamma, centers } => {
                centers::soft_triple(embeddings, weight, targets, (scale, gamma), margin, centers)
            }
            Self::ProxyNca { scale } => nca::proxy_terms(embeddings, weight, targets, scale),
            Self::ProxyAnchor { margin, scale } => {
                proxy_anchor::terms(embeddings, weight, targets, (margin, scale))
            }
            _ => return None,
        })
    }

    /// The scalar to minimise, by the loss's own reduction.
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
            let must_be_positive = matches!(
                field.as_str(),
                "temperature" | "rankTemperature" | "scale" | "posScale" | "negScale" | "gamma"
            );
            let must_not_be_negative =
                matches!(field.as_str(), "nu" | "invariance" | "variance" | "covariance" | "offDiagonal");
            let bounds = match field.as_str() {
                "multiple" => Some((1.0, 8.0)),
                "centers" => Some((1.0, 64.0)),
                "angle" => Some((1.0, 85.0)),
                _ => None,
            };
            match value.as_f64() {
                None if value.is_null() => return Err(Error::config(&name, "must be a finite number")),
                Some(value) if must_be_positive && value <= 0.0 => {
                    return Err(Error::config(&name, format!("must be above 0, is {value}")));
                }
                Some(value) if must_not_be_negative && value < 0.0 => {
                    return Err(Error::config(&name, format!("must be 0 or more, is {value}")));
                }
                Some(value) if bounds.is_some_and(|(least, most)| !(least..=most).contains(&value)) => {
                    let (least, most) = bounds.unwrap_or_default();
                    return Err(Error::config(&name, format!("must be from {least} to {most}, is {value}")));
                }
                _ => {}
            }
        }
        Ok(())
    }
}
