//! Miners: the selection of a batch's triplets or pairs for a loss.
//!
//! With t = d(a,n) − d(a,p) (for a similarity s(a,p) − s(a,n)) and the miner's margin m:
//! hard t ≤ 0, semi-hard 0 < t ≤ m, easy t > m. Each miner exists twice: [`MinerConfig::mine`] is
//! a plain function of a distance matrix that returns index lists, and [`MinerConfig::select`] is
//! what a training step uses: the same triplets as a mask on the device, with nothing read back.
//! Miners that draw take their chances from the generator they are given, so that both forms draw
//! the same.

mod chances;
mod drawn;
#[cfg(feature = "gpu")]
mod graphics;
#[cfg(feature = "cpu")]
mod host;
mod one_each;
mod pairs;
mod reference;
mod triplets;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::pairing::{Pairs, Selection, TripletGrid, Triplets};
use crate::paper::Paper;
use crate::plain;
use crate::random::Random;
use crate::setting::{Range, Setting};

/// The choice of triplets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Miner {
    /// Every valid triplet: no mining.
    None,
    /// Every triplet that violates the margin: t ≤ m.
    All,
    /// The negative is nearer than the positive: t ≤ 0, and t ≤ m where the margin is negative.
    Hard,
    /// The negative is farther than the positive, by no more than the margin: 0 < t ≤ m.
    /// Schroff et al. 2015, FaceNet.
    Semihard,
    /// The negative is farther by more than the margin: t > m.
    Easy,
    /// Per anchor the farthest positive and the nearest negative.
    /// Hermans et al. 2017, In Defense of the Triplet Loss.
    BatchHard,
    /// Per anchor the nearest positive and the nearest negative.
    /// Xuan et al. 2020, Improved Embeddings with Easy Positive Triplet Mining.
    BatchEasyHard,
    /// Per anchor the nearest positive and the nearest negative that is farther than it. Xuan et al. 2020.
    BatchEasySemihard,
    /// Per anchor the `count` farthest positives with the `count` nearest negatives.
    NHard,
    /// The angle at the negative, tan⁻¹(d(a,p) / 2‖n − (a+p)/2‖), is above `angle`. Euclidean distances only.
    /// Wang et al. 2017, Deep Metric Learning with Angular Loss.
    Angular,
    /// Positive pairs farther apart than `posMargin`, negative pairs nearer than `negMargin`.
    PairMargin,
    /// Positive pairs less alike than the most alike negative plus m, negative pairs more alike than the least alike
    /// positive less m. Wang et al. 2019, Multi-Similarity Loss.
    MultiSimilarity,
    /// The hardest `share` of the positive and of the negative pairs of the whole batch, rounded up.
    /// Yuan et al. 2017, Hard-Aware Deeply Cascaded Embedding.
    Hdc,
    /// For each positive pair one negative, drawn so that distances are spread evenly: with chances
    /// ∝ d^(2−D) (1 − d²/4)^((3−D)/2), d at least 0.5 and below 1.4. Euclidean distances of unit vectors only.
    /// Wu et al. 2017, Sampling Matters in Deep Embedding Learning.
    DistanceWeighted,
    /// Pairs drawn so that distances are spread evenly: of every hundredth of the range about `count` positive and `count`
    /// negative pairs.
    UniformHistogram,
}

impl Miner {
    /// Every miner, in the order a page lists them.
    pub const ALL: [Self; 15] = [
        Self::None,
        Self::All,
        Self::Hard,
        Self::Semihard,
        Self::Easy,
        Self::BatchHard,
        Self::BatchEasyHard,
        Self::BatchEasySemihard,
        Self::NHard,
        Self::Angular,
        Self::PairMargin,
        Self::MultiSimilarity,
        Self::Hdc,
        Self::DistanceWeighted,
        Self::UniformHistogram,
    ];

    /// Its rule on one line, for a client's explanation; t = d(a,n) − d(a,p).
    pub fn formula(self) -> &'static str {
        match self {
            Self::None => "all (a, p, n)",
            Self::All => "t ≤ m",
            Self::Hard => "t ≤ 0",
            Self::Semihard => "0 < t ≤ m",
            Self::Easy => "t > m",
            Self::BatchHard => "argmaxₚ d(a,p), argminₙ d(a,n)",
            Self::BatchEasyHard => "argminₚ d(a,p), argminₙ d(a,n)",
            Self::BatchEasySemihard => "argminₚ d(a,p), argminₙ d(a,n) > d(a,p)",
            Self::NHard => "the k farthest p, the k nearest n",
            Self::Angular => "atan(d(a,p) / 2‖n − (a+p)/2‖) > α",
            Self::PairMargin => "d(a,p) > m₊; d(a,n) < m₋",
            Self::MultiSimilarity => "s(a,p) < maxₙ s + m; s(a,n) > minₚ s − m",
            Self::Hdc => "the hardest share of all pairs",
            Self::DistanceWeighted => "P(n) ∝ d^(2−D)(1 − d²/4)^((3−D)/2)",
            Self::UniformHistogram => "k pairs of every hundredth of the range",
        }
    }

    /// Its paper; none for a rule that is common knowledge, or comes from pytorch-metric-learning.
    pub fn paper(self) -> Option<Paper> {
        let (title, year, link) = match self {
            Self::None
            | Self::All
            | Self::Hard
            | Self::Easy
            | Self::NHard
            | Self::PairMargin
            | Self::UniformHistogram => return None,
            Self::Semihard => (
                "Schroff, Kalenichenko & Philbin, FaceNet: A Unified Embedding for Face Recognition and Clustering",
                2015,
                "https://arxiv.org/abs/1503.03832",
            ),
            Self::BatchHard => (
                "Hermans, Beyer & Leibe, In Defense of the Triplet Loss for Person Re-Identification",
                2017,
                "https://arxiv.org/abs/1703.07737",
            ),
            Self::BatchEasyHard | Self::BatchEasySemihard => (
                "Xuan, Stylianou & Pless, Improved Embeddings with Easy Positive Triplet Mining",
                2020,
                "https://arxiv.org/abs/1904.04370",
            ),
            Self::Angular => (
                "Wang et al., Deep Metric Learning with Angular Loss",
                2017,
                "https://arxiv.org/abs/1708.01682",
            ),
            Self::MultiSimilarity => (
                "Wang et al., Multi-Similarity Loss with General Pair Weighting for Deep Metric Learning",
                2019,
                "https://arxiv.org/abs/1904.06627",
            ),
            Self::Hdc => (
                "Yuan, Yang & Zhang, Hard-Aware Deeply Cascaded Embedding",
                2017,
                "https://arxiv.org/abs/1611.05720",
            ),
            Self::DistanceWeighted => (
                "Wu et al., Sampling Matters in Deep Embedding Learning",
                2017,
                "https://arxiv.org/abs/1706.07567",
            ),
        };
        Some(Paper { title, year, link })
    }

    /// Whether embeddings must have length 1; none where both will do.
    pub fn wants_unit(self) -> Option<bool> {
        (self == Self::DistanceWeighted).then_some(true)
    }

    /// Whether it chooses pairs, and not triplets.
    pub fn chooses_pairs(self) -> bool {
        matches!(self, Self::PairMargin | Self::MultiSimilarity | Self::Hdc | Self::UniformHistogram)
    }

    /// Whether it knows what to do with this distance.
    pub fn takes(self, distance: Distance) -> bool {
        match self {
            Self::Angular => matches!(distance, Distance::Euclidean | Distance::SquaredEuclidean),
            Self::DistanceWeighted => distance == Distance::Euclidean,
            Self::None
            | Self::All
            | Self::Hard
            | Self::Semihard
            | Self::Easy
            | Self::BatchHard
            | Self::BatchEasyHard
            | Self::BatchEasySemihard
            | Self::NHard
            | Self::PairMargin
            | Self::MultiSimilarity
            | Self::Hdc
            | Self::UniformHistogram => true,
        }
    }

    /// Whether it selects for each anchor by itself, so that a large batch can be mined in blocks of anchors.
    pub fn by_anchor(self) -> bool {
        match self {
            Self::None
            | Self::All
            | Self::Hard
            | Self::Semihard
            | Self::Easy
            | Self::BatchHard
            | Self::BatchEasyHard
            | Self::BatchEasySemihard
            | Self::NHard
            | Self::PairMargin
            | Self::MultiSimilarity
            | Self::DistanceWeighted => true,
            // The angle is seen from the negative; the other two compare pairs of the whole batch.
            Self::Angular | Self::Hdc | Self::UniformHistogram => false,
        }
    }

    /// The settings of [`MinerConfig`] that it uses.
    pub fn settings(self) -> Vec<Setting> {
        let names: &[&str] = match self {
            Self::All | Self::Semihard | Self::Easy | Self::MultiSimilarity => &["margin"],
            Self::NHard | Self::UniformHistogram => &["count"],
            Self::Angular => &["angle"],
            Self::PairMargin => &["posMargin", "negMargin"],
            Self::Hdc => &["share"],
            // A hard triplet is one of margin 0 unless the margin is negative: there is little to set.
            Self::None
            | Self::Hard
            | Self::BatchHard
            | Self::BatchEasyHard
            | Self::BatchEasySemihard
            | Self::DistanceWeighted => &[],
        };
        MinerConfig::SETTINGS.into_iter().filter(|setting| names.contains(&setting.name)).collect()
    }

    /// Its name in a configuration.
    pub fn name(self) -> String {
        plain::name(&self)
    }
}

/// A miner and its settings. Each miner uses those that [`Miner::settings`] lists.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    deny_unknown_fields,
    default,
    expecting = "an object with the kind of a miner"
)]
pub struct MinerConfig {
    /// Which triplets.
    pub kind: Miner,
    /// m, in the distance's unit.
    pub margin: f64,
    /// In the distance's unit.
    pub pos_margin: f64,
    /// In the distance's unit.
    pub neg_margin: f64,
    /// In degrees.
    pub angle: f64,
    /// Above 0, at most 1.
    pub share: f64,
    /// At least 1.
    pub count: usize,
}

impl Default for MinerConfig {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl MinerConfig {
    /// No mining, and the default of each setting.
    pub const DEFAULT: Self = Self {
        kind: Miner::None,
        margin: 0.2,
        pos_margin: 0.2,
        neg_margin: 0.8,
        angle: 20.0,
        share: 0.5,
        count: 10,
    };

    /// Everything that can be set.
    pub const SETTINGS: [Setting; 6] = [
        Setting::number(
            ("margin", "m", "How much farther an easy negative is than the positive."),
            Range::MARGIN,
            Self::DEFAULT.margin,
        ),
        Setting::number(
            ("posMargin", "m₊", "Positive pairs are selected beyond this distance."),
            Range::MARGIN,
            Self::DEFAULT.pos_margin,
        ),
        Setting::number(
            ("negMargin", "m₋", "Negative pairs are selected within this distance."),
            Range::MARGIN,
            Self::DEFAULT.neg_margin,
        ),
        Setting::number(
            ("angle", "α", "Angle at the negative from which on a triplet is selected, in degrees."),
            Range::closed(0.0, 90.0),
            Self::DEFAULT.angle,
        ),
        Setting::number(
            ("share", "", "Share of the pairs that is selected."),
            Range::above(0.0, 1.0),
            Self::DEFAULT.share,
        ),
        Setting::whole(("count", "k", "How many are selected."), 1, 1 << 20, Self::DEFAULT.count),
    ];
}

/// The candidates of a miner, on the device.
pub struct Mining<'a> {
    /// How rows are compared.
    pub distance: Distance,
    /// All distances, `[B, R]`.
    pub matrix: Tensor<2>,
    /// Pairs and triplets of the batch.
    pub grid: &'a TripletGrid,
    /// Whether d(p, n) is wanted too (the swap of the triplet loss); R must then be B.
    pub with_between: bool,
    /// Dimension of the embedding.
    pub dim: usize,
}

/// The candidates of a miner, on the host.
pub struct HostMining<'a> {
    /// How rows are compared.
    pub distance: Distance,
    /// All distances, B × B, row after row.
    pub matrix: &'a [f32],
    /// One a row.
    pub labels: &'a [u16],
    /// Dimension of the embedding.
    pub dim: usize,
}

/// The selection of a miner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mined {
    /// Triplets, ordered by anchor, positive, negative.
    Triplets(Triplets),
    /// Positive and negative pairs, each ordered by anchor and other.
    Pairs(Pairs, Pairs),
}

impl Mined {
    /// As triplets: of pairs, every positive with every negative of the same anchor.
    pub fn triplets(&self) -> Triplets {
        match self {
            Self::Triplets(triplets) => triplets.clone(),
            Self::Pairs(positives, negatives) => {
                let mut triplets = Triplets::default();
                for (a, p) in positives.iter() {
                    negatives.iter().filter(|&(b, _)| b == a).for_each(|(_, n)| triplets.push(a, p, n));
                }
                triplets
            }
        }
    }
}

/// No distance is larger. It is finite, since 0 · ∞ would be NaN.
const BEYOND: f32 = f32::MAX;

impl MinerConfig {
    /// A miner with its own settings.
    pub fn of(kind: Miner) -> Self {
        Self { kind, ..Self::default() }
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// `config.invalid`, with the field's name.
    pub fn validate(&self, distance: Distance) -> Result<()> {
        Setting::check_all(&Self::SETTINGS, "miner", self)?;
        if !self.kind.takes(distance) {
            let reason = format!("must be euclidean for the miner {}", self.kind.name());
            return Err(Error::config("distance", reason));
        }
        Ok(())
    }

    /// Selects on the device, with chances from `random`.
    pub fn select(&self, mining: Mining<'_>, random: &mut Random) -> Selection {
        match self.kind {
            Miner::BatchHard | Miner::BatchEasyHard | Miner::BatchEasySemihard => {
                one_each::select(self.kind, mining)
            }
            Miner::PairMargin | Miner::MultiSimilarity | Miner::Hdc => pairs::select(self, mining),
            Miner::UniformHistogram => drawn::select_pairs(self, mining, random),
            Miner::DistanceWeighted => drawn::select_triplets(mining, random),
            Miner::None => Selection::of_all(mining.matrix, mining.grid, mining.with_between),
            Miner::All | Miner::Hard | Miner::Semihard | Miner::Easy | Miner::NHard | Miner::Angular => {
                triplets::select(self, mining)
            }
        }
    }
}

/// A distance with "larger is farther", without its gradient.
fn far<const D: usize>(distance: Distance, values: Tensor<D>) -> Tensor<D> {
    distance.nearness(values.detach()).neg()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_settings_holds_the_defaults() {
        let written = plain::write(&MinerConfig::DEFAULT);
        for setting in MinerConfig::SETTINGS {
            assert_eq!(written[setting.name], setting.default(), "{}", setting.name);
        }
        assert_eq!(written.as_object().map(serde_json::Map::len), Some(MinerConfig::SETTINGS.len() + 1));
    }
}
