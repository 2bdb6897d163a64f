//! Distances between rows, with their orientation.
//!
//! A distance is small for rows that are alike, a similarity large. No loss and no miner branches on the two: they call
//! [`Distance::excess`]. A file of this folder holds a family of distances. For each distance it has the facts, the tensor form
//! with a gradient ([`Distance::matrix`]), the plain definition in f64 ([`Distance::between`]), and the form in which the
//! host's search sums it.
//!
//! # Scale
//! d(cx, cy) = cᵏ d(x, y) for c > 0, with k in [`Facts::degree`]. An answer that f32 can hold is right, in any unit of
//! the rows and next to rows of any size. Sums are f32 while they stay inside its range; pairs whose sum leaves it are computed in f64.

mod angular;
mod divergences;
mod energy;
mod euclidean;
mod facts;
pub(crate) mod form;
pub(crate) mod histograms;
mod lp;
mod normalize;
pub(crate) mod sinkhorn;
pub(crate) mod snr;
mod transport;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::plain;
use form::Form;

pub use facts::{Axiom, Balls, Facts, On, RowKind, Verdict};
pub use histograms::{check_histograms, cumulated, histograms};
pub use normalize::normalize;

/// One distance: the contents of its file.
trait Measure {
    /// Its facts.
    fn facts(&self) -> &'static Facts;

    /// Every query against every reference: `[n, d]`, `[m, d]`, none of them empty, to `[n, m]`.
    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2>;

    /// Row i against row i: two times `[n, d]`, not empty, to `[n, 1]`.
    fn pairs(&self, a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
        // The few pairs that are asked for one by one are not worth a formula of their own.
        let [rows, _] = a.dims();
        let each: Vec<Tensor<2>> = (0..rows)
            .map(|row| self.matrix(a.clone().narrow(0, row, 1), b.clone().narrow(0, row, 1)))
            .collect();
        Tensor::cat(each, 0)
    }

    /// The value of two rows by definition.
    fn between(&self, x: &[f64], y: &[f64]) -> f64;

    /// The form in which a search computes it.
    fn form(&self) -> Form;
}

/// A way to compare two rows.
///
/// Histograms are rows of non-negative numbers that sum to 1. Where places on the line matter, number
/// i of d is at i / (d − 1).
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
        #[serde(default = "lp::default_p")]
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
        #[serde(default = "sinkhorn::default_epsilon")]
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
        Self::Minkowski { p: lp::DEFAULT_P },
        Self::Snr,
        Self::Mahalanobis,
        Self::KullbackLeibler,
        Self::JensenShannon,
        Self::RootJensenShannon,
        Self::Hellinger,
        Self::Wasserstein,
        Self::Sinkhorn { epsilon: sinkhorn::DEFAULT_EPSILON },
        Self::Energy,
        Self::RootEnergy,
        Self::SampleWasserstein,
        Self::SampleEnergy,
        Self::RootSampleEnergy,
    ];

    /// Calls `ask` with the distance's own file.
    fn ask<T>(self, ask: impl FnOnce(&dyn Measure) -> T) -> T {
        match self {
            Self::Euclidean => ask(&euclidean::Euclidean),
            Self::SquaredEuclidean => ask(&euclidean::SquaredEuclidean),
            Self::Manhattan => ask(&lp::Manhattan),
            Self::Chebyshev => ask(&lp::Chebyshev),
            Self::Minkowski { p } => ask(&lp::Minkowski { p }),
            Self::Cosine => ask(&angular::Cosine),
            Self::Angle => ask(&angular::Angle),
            Self::Dot => ask(&angular::Dot),
            Self::Snr => ask(&snr::Snr),
            Self::Mahalanobis => ask(&euclidean::Mahalanobis),
            Self::KullbackLeibler => ask(&divergences::KullbackLeibler),
            Self::JensenShannon => ask(&divergences::JensenShannon),
            Self::RootJensenShannon => ask(&divergences::RootJensenShannon),
            Self::Hellinger => ask(&divergences::Hellinger),
            Self::Wasserstein => ask(&transport::Wasserstein),
            Self::Sinkhorn { epsilon } => ask(&sinkhorn::Sinkhorn { epsilon }),
            Self::Energy => ask(&energy::Energy),
            Self::RootEnergy => ask(&energy::RootEnergy),
            Self::SampleWasserstein => ask(&transport::SampleWasserstein),
            Self::SampleEnergy => ask(&energy::SampleEnergy),
            Self::RootSampleEnergy => ask(&energy::RootSampleEnergy),
        }
    }

    /// Its facts: formula, paper, range, rows, verdict, degree.
    pub fn facts(self) -> &'static Facts {
        self.ask(|measure| measure.facts())
    }

    /// Its formula on one line. F, G are running sums, h = 1/(d − 1).
    pub fn formula(self) -> &'static str {
        self.facts().formula
    }

    /// Whether a larger value means closer.
    pub fn is_similarity(self) -> bool {
        self.facts().similarity
    }

    /// Whether it satisfies identity, symmetry and the triangle inequality on all rows of its kind.
    pub fn is_metric(self) -> bool {
        let Verdict { metric, on, .. } = self.facts().verdict;
        metric && on == On::AllRows
    }

    /// Smallest and largest value; none where there is no bound.
    pub fn range(self) -> (Option<f64>, Option<f64>) {
        self.facts().range
    }

    /// The kind of its rows.
    pub fn rows(self) -> RowKind {
        self.facts().rows
    }

    /// Whether a large matrix is computed without a number of its own for each pair and dimension.
    pub fn is_product(self) -> bool {
        self.facts().product
    }

    /// The form in which a search computes it.
    pub(crate) fn form(self) -> Form {
        self.ask(|measure| measure.form())
    }

    /// Checks its setting.
    ///
    /// # Errors
    /// `config.invalid`, with the field's name.
    pub fn validate(self) -> Result<()> {
        let written = plain::write(&self);
        let Some((name, values)) = written.as_object().and_then(|named| named.iter().next()) else {
            return Ok(());
        };
        let at = format!("distance.{name}");
        self.facts().settings.iter().try_for_each(|setting| setting.check(&at, &values[setting.name]))
    }

    /// Every query against every reference. Rows are not read back, so it is not checked that they suit the distance.
    ///
    /// # Shapes
    /// `[n, d]` and `[m, d]` give `[n, m]`.
    ///
    /// The gradient at d = 0 (the diagonal, duplicates) is zero and finite.
    ///
    /// # Errors
    /// `shape.mismatch` if rows differ in length; `config.invalid` for a bad setting.
    pub fn matrix(self, queries: Tensor<2>, references: Tensor<2>) -> Result<Tensor<2>> {
        self.validate()?;
        let ([_, d], [_, width]) = (queries.dims(), references.dims());
        if d != width {
            return Err(Error::shape("A row of references", d, width));
        }
        Ok(self.matrix_unchecked(queries, references))
    }

    /// [`Self::matrix`] of rows of one length.
    pub(crate) fn matrix_unchecked(self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        let ([n, d], [m, _]) = (queries.dims(), references.dims());
        if n * m * d == 0 {
            return Tensor::zeros([n, m], &queries.device());
        }
        self.ask(|measure| measure.matrix(queries, references))
    }

    /// Row i against row i.
    ///
    /// # Shapes
    /// Two times `[n, d]` give `[n, 1]`.
    ///
    /// # Errors
    /// `shape.mismatch` if there are not as many rows on both sides, or rows differ in length; `config.invalid` for a bad
    /// setting.
    pub fn pairs(self, a: Tensor<2>, b: Tensor<2>) -> Result<Tensor<2>> {
        self.validate()?;
        let ([n, d], [m, width]) = (a.dims(), b.dims());
        if n != m {
            return Err(Error::shape("The second rows", n, m));
        }
        if d != width {
            return Err(Error::shape("A second row", d, width));
        }
        Ok(self.pairs_unchecked(a, b))
    }

    /// [`Self::pairs`] of as many rows of one length.
    pub(crate) fn pairs_unchecked(self, a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
        let [n, d] = a.dims();
        if n * d == 0 {
            return Tensor::zeros([n, 1], &a.device());
        }
        self.ask(|measure| measure.pairs(a, b))
    }

    /// The value of two rows by its definition, in f64: a similarity for the cosine and the dot product.
    ///
    /// # Errors
    /// `shape.mismatch` if the rows are empty or differ in length; `data.not_finite`; `rows.not_histogram` if they must be
    /// histograms and are none; `config.invalid` for a bad setting.
    pub fn between(self, a: &[f32], b: &[f32]) -> Result<f64> {
        self.validate()?;
        if a.is_empty() || a.len() != b.len() {
            return Err(Error::shape("The second row", a.len().max(1), b.len()));
        }
        for (at, row) in [a, b].into_iter().enumerate() {
            if row.iter().any(|x| !x.is_finite()) {
                return Err(Error::not_finite("the two rows", at));
            }
            if self.rows() == RowKind::Histograms {
                check_histograms("the two rows", row, row.len())?;
            }
        }
        Ok(self.between_unchecked(a, b))
    }

    /// [`Self::between`] of rows that have been checked; of other rows it means nothing.
    pub fn between_unchecked(self, a: &[f32], b: &[f32]) -> f64 {
        self.between_wide(&wide(a), &wide(b))
    }

    /// [`Self::between`] of rows in f64.
    pub(crate) fn between_wide(self, x: &[f64], y: &[f64]) -> f64 {
        self.ask(|measure| measure.between(x, y))
    }

    /// A value as a distance, smaller is closer: 1 − s for the cosine, −s for the dot product, else itself. A similarity is
    /// taken from its largest value, or from 0 where it has none.
    pub fn apart(self, value: f64) -> f64 {
        let Facts { similarity, range: (_, largest), .. } = self.facts();
        if *similarity { largest.unwrap_or(0.0) - value } else { value }
    }

    /// The excess of the pair with value `x` over the pair with value `y`, larger for a pair farther apart:
    /// x − y for a distance, y − x for a similarity.
    pub fn excess<const D: usize>(self, x: Tensor<D>, y: Tensor<D>) -> Tensor<D> {
        if self.is_similarity() { y - x } else { x - y }
    }

    /// [`Self::excess`] of `x` over a constant.
    pub fn excess_over<const D: usize>(self, x: Tensor<D>, y: f64) -> Tensor<D> {
        if self.is_similarity() { x.neg().add_scalar(y) } else { x.sub_scalar(y) }
    }

    /// Larger is closer for every distance: s for a similarity, −d for a distance.
    pub fn nearness<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        if self.is_similarity() { x } else { x.neg() }
    }

    /// The nearer of two values: the smaller distance, the larger similarity.
    pub fn nearer<const D: usize>(self, x: Tensor<D>, y: Tensor<D>) -> Tensor<D> {
        if self.is_similarity() { x.max_pair(y) } else { x.min_pair(y) }
    }
}

/// A row in f64.
pub(crate) fn wide(row: &[f32]) -> Vec<f64> {
    row.iter().map(|&x| f64::from(x)).collect()
}

/// ‖x‖. In f64 no square of an f32 leaves the range.
fn norm(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// ‖x − y‖.
fn norm_of_difference(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};

    use super::*;

    #[test]
    fn a_setting_that_is_left_out_takes_its_default() {
        for distance in Distance::ALL {
            let Value::Object(written) = plain::write(&distance) else { continue };
            let (name, settings) = written.into_iter().next().expect("one name");
            let listed: Map<String, Value> =
                distance.facts().settings.iter().map(|own| (own.name.to_owned(), own.default())).collect();
            assert_eq!(settings, Value::Object(listed), "{name}: the list has the defaults of its settings");
            let bare = Value::Object(Map::from_iter([(name, Value::Object(Map::new()))]));
            assert_eq!(plain::read::<Distance>(bare.clone()).expect("a name is enough"), distance, "{bare}");
        }
    }
}
