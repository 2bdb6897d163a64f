//! Distances between rows, with their orientation.
//!
//! A distance is small for what is alike, a similarity large. [`Distance`] knows which it is, so no
//! loss and no miner branches on it: they ask [`Distance::excess`]. Each distance exists twice: as
//! tensor operations ([`Distance::matrix`], with a gradient, on any device) and as its plain
//! definition in f64 ([`Distance::between`]), which the first and the host's searches are held to.

mod angular;
mod definition;
mod distributions;
mod euclidean;
mod lp;
mod normalize;
mod sinkhorn;
mod snr;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

pub use distributions::{check_histograms, cumulated, histograms};
pub use normalize::normalize;

/// A way to compare two rows.
///
/// Histograms are rows of non-negative numbers that sum to 1. Where places on the line matter, number
/// i of d stands at i / (d − 1).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Distance {
    /// d(x, y) = ‖x − y‖₂. A metric.
    Euclidean,
    /// d(x, y) = ‖x − y‖₂². Not a metric: the triangle inequality fails.
    SquaredEuclidean,
    /// d(x, y) = Σ |xᵢ − yᵢ|. A metric.
    Manhattan,
    /// d(x, y) = max |xᵢ − yᵢ|. A metric.
    Chebyshev,
    /// d(x, y) = (Σ |xᵢ − yᵢ|^p)^(1/p). A metric for p ≥ 1. Minkowski 1896.
    Minkowski {
        /// p, from 1 on.
        p: f64,
    },
    /// s(x, y) = x·y / (‖x‖ ‖y‖), a similarity: larger is closer. 1 − s is no metric.
    Cosine,
    /// d(x, y) = arccos(x·y / (‖x‖ ‖y‖)), in radians. A metric of directions: x and 2x are the same.
    Angle,
    /// s(x, y) = x·y, a similarity. Not a distance at all: a row need not be its own nearest.
    Dot,
    /// d(x, y) = Var(x − y) / Var(x), over the numbers of a row: noise against the anchor's signal. Neither
    /// symmetric nor a metric. Yuan et al. 2019, Signal-to-Noise Ratio.
    Snr,
    /// d(x, y) = √((x − y)ᵀ M (x − y)), M = `LᵀL`. A metric where L has full rank. A session learns L as the last
    /// layer of its network, so the rows compared here are Lx already and L is the identity.
    /// Mahalanobis 1936; learned: Xing et al. 2002.
    Mahalanobis,
    /// KL(x ‖ y) = Σ xᵢ log(xᵢ / yᵢ) of histograms. Neither symmetric nor a metric. No number of y counts as less
    /// than 1e-12, so that it stays finite. Kullback & Leibler 1951.
    KullbackLeibler,
    /// JS(x, y) = ½ KL(x ‖ m) + ½ KL(y ‖ m), m = (x + y) / 2, of histograms. No metric. Lin 1991.
    JensenShannon,
    /// √JS of histograms. A metric. Endres & Schindelin 2003.
    RootJensenShannon,
    /// ‖√x − √y‖₂ / √2 of histograms. A metric. Hellinger 1909.
    Hellinger,
    /// Wasserstein-1 (earth mover's) of histograms on the line: Σ |F(i) − G(i)| / (d − 1), F and G their running
    /// sums. A metric. Vallender 1974.
    Wasserstein,
    /// Sinkhorn divergence of histograms with ground cost |i − j| / (d − 1): entropic Wasserstein-1 without its bias,
    /// OT(x, y) − ½ OT(x, x) − ½ OT(y, y). No metric. Cuturi 2013; Feydy et al. 2019.
    Sinkhorn {
        /// ε, the weight of the entropy, in units of the ground cost.
        epsilon: f64,
    },
    /// Energy distance 2 Σ (F(i) − G(i))² / (d − 1) of histograms on the line. No metric. Székely & Rizzo 2013.
    Energy,
    /// √energy of histograms. A metric.
    RootEnergy,
    /// Wasserstein-1 of samples: a row is d draws from a distribution on the line, Σ |x₍ᵢ₎ − y₍ᵢ₎| / d in order of
    /// size. A metric of distributions.
    SampleWasserstein,
    /// Energy distance of samples, 2 E|X − Y| − E|X − X'| − E|Y − Y'|. No metric.
    SampleEnergy,
    /// √energy of samples. A metric of distributions.
    RootSampleEnergy,
}

/// What the rows of a distance are.
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

impl Distance {
    /// Every distance, in the order a page lists them.
    pub const ALL: [Self; 21] = [
        Self::Euclidean,
        Self::SquaredEuclidean,
        Self::Cosine,
        Self::Angle,
        Self::Dot,
        Self::Manhattan,
        Self::Chebyshev,
        Self::Minkowski { p: 3.0 },
        Self::Snr,
        Self::Mahalanobis,
        Self::KullbackLeibler,
        Self::JensenShannon,
        Self::RootJensenShannon,
        Self::Hellinger,
        Self::Wasserstein,
        Self::Sinkhorn { epsilon: 0.1 },
        Self::Energy,
        Self::RootEnergy,
        Self::SampleWasserstein,
        Self::SampleEnergy,
        Self::RootSampleEnergy,
    ];

    /// Its formula on one line, for a client's explanation. F, G are running sums, h = 1/(d − 1).
    pub fn formula(self) -> &'static str {
        match self {
            Self::Euclidean => "‖x − y‖",
            Self::SquaredEuclidean => "‖x − y‖²",
            Self::Manhattan => "Σ|xᵢ − yᵢ|",
            Self::Chebyshev => "max|xᵢ − yᵢ|",
            Self::Minkowski { .. } => "(Σ|xᵢ − yᵢ|^p)^(1/p)",
            Self::Cosine => "x·y / (‖x‖‖y‖)",
            Self::Angle => "arccos(x·y / (‖x‖‖y‖))",
            Self::Dot => "x·y",
            Self::Snr => "Var(x − y) / Var(x)",
            Self::Mahalanobis => "‖L(x − y)‖, L learned",
            Self::KullbackLeibler => "Σ xᵢ log(xᵢ/yᵢ)",
            Self::JensenShannon => "½KL(x‖m) + ½KL(y‖m), m = (x + y)/2",
            Self::RootJensenShannon => "√JS",
            Self::Hellinger => "‖√x − √y‖/√2",
            Self::Wasserstein => "h Σ|F − G|",
            Self::Sinkhorn { .. } => "OT(x,y) − ½OT(x,x) − ½OT(y,y), OT = min Σ π|i − j|h + ε KL(π‖xyᵀ)",
            Self::Energy => "2h Σ(F − G)²",
            Self::RootEnergy => "√(2h Σ(F − G)²)",
            Self::SampleWasserstein => "mean|x₍ᵢ₎ − y₍ᵢ₎|, sorted",
            Self::SampleEnergy => "2E|X − Y| − E|X − X′| − E|Y − Y′|",
            Self::RootSampleEnergy => "√(2E|X − Y| − E|X − X′| − E|Y − Y′|)",
        }
    }

    /// Whether a larger value means closer.
    pub fn is_similarity(self) -> bool {
        matches!(self, Self::Cosine | Self::Dot)
    }

    /// Whether it satisfies identity, symmetry and the triangle inequality on its kind of rows. The angle does on
    /// unit vectors.
    pub fn is_metric(self) -> bool {
        !matches!(
            self,
            Self::SquaredEuclidean
                | Self::Cosine
                | Self::Dot
                | Self::Snr
                | Self::KullbackLeibler
                | Self::JensenShannon
                | Self::Sinkhorn { .. }
                | Self::Energy
                | Self::SampleEnergy
        )
    }

    /// Smallest and largest value; none where there is no bound.
    pub fn range(self) -> (Option<f64>, Option<f64>) {
        use std::f64::consts::{LN_2, PI};
        match self {
            Self::Dot => (None, None),
            Self::Cosine => (Some(-1.0), Some(1.0)),
            Self::Angle => (Some(0.0), Some(PI)),
            Self::JensenShannon => (Some(0.0), Some(LN_2)),
            Self::RootJensenShannon => (Some(0.0), Some(LN_2.sqrt())),
            Self::Hellinger | Self::Wasserstein => (Some(0.0), Some(1.0)),
            Self::Energy => (Some(0.0), Some(2.0)),
            Self::RootEnergy => (Some(0.0), Some(std::f64::consts::SQRT_2)),
            _ => (Some(0.0), None),
        }
    }

    /// What its rows are.
    pub fn rows(self) -> RowKind {
        match self {
            Self::KullbackLeibler
            | Self::JensenShannon
            | Self::RootJensenShannon
            | Self::Hellinger
            | Self::Wasserstein
            | Self::Sinkhorn { .. }
            | Self::Energy
            | Self::RootEnergy => RowKind::Histograms,
            Self::SampleWasserstein | Self::SampleEnergy | Self::RootSampleEnergy => RowKind::Samples,
            _ => RowKind::Vectors,
        }
    }

    /// Whether a large matrix comes from a matrix product, with no number of its own for each pair and dimension.
    pub fn is_product(self) -> bool {
        matches!(
            self,
            Self::Euclidean
                | Self::SquaredEuclidean
                | Self::Mahalanobis
                | Self::Cosine
                | Self::Angle
                | Self::Dot
                | Self::Snr
                | Self::Hellinger
                | Self::Energy
                | Self::RootEnergy
        )
    }

    /// Checks its setting.
    ///
    /// # Errors
    /// `config.invalid`, with the field's name.
    pub fn validate(self) -> Result<()> {
        match self {
            Self::Minkowski { p } if !(1.0..=64.0).contains(&p) => {
                Err(Error::config("distance.minkowski.p", format!("must be from 1 to 64, is {p}")))
            }
            Self::Sinkhorn { epsilon } if !(0.02..=10.0).contains(&epsilon) => Err(Error::config(
                "distance.sinkhorn.epsilon",
                format!("must be from 0.02 to 10, is {epsilon}"),
            )),
            _ => Ok(()),
        }
    }

    /// Every query against every reference.
    ///
    /// # Shapes
    /// `[n, d]` and `[m, d]` give `[n, m]`.
    ///
    /// The gradient at d = 0 (the diagonal, duplicates) is zero and finite.
    pub fn matrix(self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Euclidean | Self::Mahalanobis => euclidean::euclidean_matrix(&queries, &references),
            Self::SquaredEuclidean => euclidean::squared_matrix(&queries, &references),
            Self::Manhattan => lp::manhattan_matrix(queries, references),
            Self::Chebyshev => lp::chebyshev_matrix(queries, references),
            Self::Minkowski { p } => lp::minkowski_matrix(queries, references, p),
            Self::Cosine => angular::cosine_matrix(queries, references),
            Self::Angle => angular::angle_matrix(queries, references),
            Self::Dot => queries.matmul(references.transpose()),
            Self::Snr => snr::matrix(queries, references),
            Self::KullbackLeibler => distributions::kullback_leibler(queries, references),
            Self::JensenShannon => distributions::jensen_shannon(queries, references),
            Self::RootJensenShannon => lp::root(distributions::jensen_shannon(queries, references)),
            Self::Hellinger => distributions::hellinger(queries, references),
            Self::Wasserstein => distributions::wasserstein(queries, references),
            Self::Sinkhorn { epsilon } => sinkhorn::matrix(queries, references, epsilon),
            Self::Energy => distributions::energy(queries, references),
            Self::RootEnergy => lp::root(distributions::energy(queries, references)),
            Self::SampleWasserstein => distributions::sample_wasserstein(queries, references),
            Self::SampleEnergy => distributions::sample_energy(queries, references),
            Self::RootSampleEnergy => lp::root(distributions::sample_energy(queries, references)),
        }
    }

    /// Row i against row i.
    ///
    /// # Shapes
    /// Two times `[n, d]` give `[n, 1]`.
    pub fn pairs(self, a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Euclidean => lp::root(lp::squared_pairs(a, b)),
            Self::SquaredEuclidean => lp::squared_pairs(a, b),
            Self::Cosine => angular::cosine_pairs(a, b),
            _ => {
                // The few pairs that are asked for one by one are no work worth a formula of their own.
                let [rows, _] = a.dims();
                let each: Vec<Tensor<2>> = (0..rows)
                    .map(|row| self.matrix(a.clone().narrow(0, row, 1), b.clone().narrow(0, row, 1)))
                    .collect();
                Tensor::cat(each, 0)
            }
        }
    }

    /// The value of two rows of one length by its definition, in f64: a similarity for the cosine and the dot product.
    ///
    /// # Panics
    /// If the rows differ in length.
    pub fn between(self, a: &[f32], b: &[f32]) -> f64 {
        assert_eq!(a.len(), b.len(), "two rows of one length are compared");
        definition::between(self, a, b)
    }

    /// A value as a distance, smaller is closer: 1 − s for the cosine, −s for the dot product, else itself.
    pub fn apart(self, value: f64) -> f64 {
        match self {
            Self::Cosine => 1.0 - value,
            Self::Dot => -value,
            _ => value,
        }
    }

    /// By how much the pair with value `x` lies farther apart than the pair with value `y`:
    /// x − y for a distance, y − x for a similarity.
    pub fn excess<const D: usize>(self, x: Tensor<D>, y: Tensor<D>) -> Tensor<D> {
        if self.is_similarity() { y - x } else { x - y }
    }

    /// [`Self::excess`] of `x` over a constant.
    pub fn excess_over<const D: usize>(self, x: Tensor<D>, y: f64) -> Tensor<D> {
        if self.is_similarity() { x.neg().add_scalar(y) } else { x.sub_scalar(y) }
    }

    /// Larger is closer, whatever the distance: s for a similarity, −d for a distance.
    pub fn nearness<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        if self.is_similarity() { x } else { x.neg() }
    }

    /// The nearer of two values: the smaller distance, the larger similarity.
    pub fn nearer<const D: usize>(self, x: Tensor<D>, y: Tensor<D>) -> Tensor<D> {
        if self.is_similarity() { x.max_pair(y) } else { x.min_pair(y) }
    }
}
