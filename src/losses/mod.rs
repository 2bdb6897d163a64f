//! Losses: the value that training minimises.
//!
//! A loss is one file: its settings with their bounds, its facts (formula, paper, distances), its values and a
//! hand-worked test. The list below registers it; everything else (configuration, catalogue, dispatch) follows from
//! the list. Values follow pytorch-metric-learning 2.9.0, sentence-transformers and lightly, and are checked against
//! their values in `tests/golden`.

mod angular;
mod arcface;
mod barlow_twins;
mod circle;
mod class_scores;
pub mod contrastive;
pub mod cosent;
mod cosface;
mod dynamic_soft_margin;
mod facts;
mod fast_ap;
mod generalized_lifted;
mod global_orthogonal;
mod histogram;
mod inputs;
mod instance;
mod intra_pair_variance;
mod large_margin_softmax;
pub mod lejepa;
mod lifted;
mod log_sum;
mod manifold;
pub mod margin;
mod matryoshka;
mod multi_similarity;
mod multiple_angle;
mod n_pairs;
mod nca;
mod normalized_softmax;
mod ntxent;
mod online_contrastive;
pub mod p2s_grad;
mod pnp;
mod proxy_anchor;
mod proxy_nca;
mod ranked_list;
mod reduction;
mod regularizers;
pub mod sim_siam;
mod smooth_ap;
mod smooth_recall;
mod soft_bins;
mod soft_triple;
mod softmax;
mod sphereface;
mod subcenter_arcface;
mod supcon;
mod threshold_consistent;
#[cfg(test)]
mod trial;
pub mod triplet;
mod tuplet_margin;
mod vicreg;

use serde::{Deserialize, Serialize};

use crate::distances::Distance;
use crate::error::Result;
use crate::pairing::Shape;
use crate::plain;
use crate::setting::Setting;

pub use facts::{Facts, Looks, OnATriplet, Owns, Wiring};
pub use inputs::{AllPairs, Classes, Inputs, Learned, Select};
pub use margin::Boundary;
pub use matryoshka::Within;
pub use pnp::Penalty;
pub use reduction::{LossValue, Reduction, Sums, Term};
pub use regularizers::Regularizer;

use crate::paper::Paper;

/// Sizes of a batch, for what a loss will need.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Rows, positives of a row, rows compared with.
    pub shape: Shape,
    /// Numbers of a row.
    pub dim: usize,
    /// Columns of the class weights.
    pub classes: usize,
}

impl Size {
    /// B·R.
    fn pairs(self) -> u64 {
        self.shape.rows as u64 * self.shape.columns as u64
    }

    /// B·P·R.
    fn triplets(self) -> u64 {
        self.pairs().saturating_mul(self.shape.slots.max(1) as u64)
    }
}

/// A loss with its settings.
trait Rule {
    /// Facts that do not depend on the settings.
    fn facts(&self) -> &'static Facts;

    /// Its parameters, or its state.
    fn owns(&self) -> Owns {
        Owns::Nothing
    }

    /// Its input.
    fn looks(&self) -> Looks {
        self.facts().looks
    }

    /// Whether rows of batches before can be compared with too.
    fn remembers(&self) -> bool {
        self.facts().remembers
    }

    /// How its elements become a scalar.
    fn reduction(&self) -> Reduction {
        self.facts().reduction
    }

    /// Its form on one triplet; none where it needs more of the batch.
    fn on_a_triplet(&self) -> Option<OnATriplet> {
        None
    }

    /// How many numbers its largest tensor holds.
    fn numbers(&self, size: Size) -> u64 {
        match self.looks() {
            Looks::Mined => size.triplets(),
            Looks::Pairs | Looks::Rows => size.pairs().saturating_add(size.triplets() / 16),
            Looks::Classes => size.shape.rows as u64 * size.classes as u64,
            Looks::Views => (size.dim as u64).pow(2) + size.shape.rows as u64 * size.dim as u64,
        }
    }

    /// The values of the single pairs, triplets or rows.
    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>>;
}

/// Makes the enum of all losses from a list of their files and types, in the order a page lists them.
macro_rules! losses {
    ($($file:ident::$name:ident,)+) => {
        $(pub use $file::$name;)+

        /// A loss with its settings.
        #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "camelCase", expecting = "an object with the kind of a loss")]
        pub enum Loss {
            $(
                #[doc = concat!("See [`", stringify!($name), "`].")]
                $name($name),
            )+
        }

        impl Loss {
            /// Every loss with its default settings, in the order a page lists them.
            pub const DEFAULTS: [Self; [$(stringify!($name)),+].len()] = [$(Self::$name($name::DEFAULT)),+];

            /// Its settings, in the order a page lists them.
            pub fn settings(&self) -> &'static [Setting] {
                match self {
                    $(Self::$name(_) => $name::SETTINGS,)+
                }
            }

            fn rule(&self) -> &dyn Rule {
                match self {
                    $(Self::$name(rule) => rule,)+
                }
            }
        }

        $(
            impl From<$name> for Loss {
                fn from(settings: $name) -> Self {
                    Self::$name(settings)
                }
            }
        )+
    };
}

losses! {
    contrastive::Contrastive,
    triplet::Triplet,
    margin::Margin,
    softmax::Softmax,
    ntxent::Ntxent,
    supcon::Supcon,
    nca::Nca,
    lifted::Lifted,
    generalized_lifted::GeneralizedLifted,
    multi_similarity::MultiSimilarity,
    circle::Circle,
    tuplet_margin::TupletMargin,
    angular::Angular,
    n_pairs::NPairs,
    fast_ap::FastAp,
    smooth_recall::SmoothRecall,
    histogram::Histogram,
    normalized_softmax::NormalizedSoftmax,
    cosface::Cosface,
    arcface::Arcface,
    subcenter_arcface::SubcenterArcface,
    sphereface::Sphereface,
    large_margin_softmax::LargeMarginSoftmax,
    soft_triple::SoftTriple,
    proxy_nca::ProxyNca,
    proxy_anchor::ProxyAnchor,
    vicreg::Vicreg,
    barlow_twins::BarlowTwins,
    smooth_ap::SmoothAp,
    pnp::Pnp,
    ranked_list::RankedList,
    cosent::Cosent,
    online_contrastive::OnlineContrastive,
    intra_pair_variance::IntraPairVariance,
    threshold_consistent::ThresholdConsistent,
    matryoshka::Matryoshka,
    dynamic_soft_margin::DynamicSoftMargin,
    instance::Instance,
    global_orthogonal::GlobalOrthogonal,
    manifold::Manifold,
    p2s_grad::P2sGrad,
    sim_siam::SimSiam,
    lejepa::Lejepa,
}

impl Loss {
    /// Its facts: wiring, formula, paper, distances, reduction.
    pub fn facts(&self) -> &'static Facts {
        self.rule().facts()
    }

    /// The wiring that this loss asks for.
    pub fn wiring(&self) -> Wiring {
        self.facts().wiring
    }

    /// Its formula on one line.
    pub fn formula(&self) -> &'static str {
        self.facts().formula
    }

    /// Its input.
    pub fn looks(&self) -> Looks {
        self.rule().looks()
    }

    /// Its parameters, or its state.
    pub fn owns(&self) -> Owns {
        self.rule().owns()
    }

    /// Whether its formula means something with this distance.
    pub fn takes(&self, distance: Distance) -> bool {
        (self.facts().takes)(distance)
    }

    /// The distances that it takes, each with its default setting.
    pub fn distances(&self) -> Vec<Distance> {
        Distance::ALL.into_iter().filter(|&distance| self.takes(distance)).collect()
    }

    /// The distance that it works with: `current` where it takes that, else the one that it was written for.
    pub fn fitting_distance(&self, current: Distance) -> Distance {
        if self.takes(current) { current } else { self.facts().written_for }
    }

    /// Whether embeddings must have length 1, or must not be scaled; none where both will do.
    pub fn wants_unit(&self) -> Option<bool> {
        self.facts().unit
    }

    /// Whether embeddings should be scaled to length 1: `current` where both will do.
    pub fn fitting_normalize(&self, current: bool) -> bool {
        self.wants_unit().unwrap_or(current)
    }

    /// Whether rows of batches before can be compared with too.
    pub fn remembers(&self) -> bool {
        self.rule().remembers()
    }

    /// Whether a miner selects for it.
    pub fn mines(&self) -> bool {
        self.looks() == Looks::Mined
    }

    /// Its form on one triplet; none where it needs more of the batch.
    pub fn on_a_triplet(&self) -> Option<OnATriplet> {
        self.rule().on_a_triplet()
    }

    /// How the elements become a scalar.
    pub fn reduction(&self) -> Reduction {
        self.rule().reduction()
    }

    /// How many numbers its largest tensor holds for a batch of this size.
    pub fn numbers(&self, size: Size) -> u64 {
        self.rule().numbers(size)
    }

    /// Its name in a configuration.
    pub fn name(&self) -> String {
        plain::name(self)
    }

    /// The values of the single pairs, triplets or rows.
    ///
    /// # Errors
    /// `batch.*` where the labels lack pairs that the loss needs; `config.invalid` or `shape.mismatch` where what it
    /// learns is missing or of another shape.
    pub fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        self.rule().terms(inputs)
    }

    /// The scalar to minimise, by `reduction` or else by the loss's own, with a factor `[B, 1, 1]` for each row.
    ///
    /// # Errors
    /// As [`Self::terms`].
    pub fn value(
        &self,
        inputs: &mut Inputs<'_>,
        reduction: Option<Reduction>,
        factors: Option<&burn::tensor::Tensor<3>>,
    ) -> Result<LossValue> {
        let mut terms = self.terms(inputs)?;
        if let Some(factors) = factors {
            terms = terms.into_iter().map(|term| term.weighted(factors)).collect();
        }
        let mut value = reduction.unwrap_or(self.reduction()).reduce(terms);
        if let Some(penalty) = inputs.penalty.take() {
            value.value = value.value + penalty;
        }
        value.histogram = inputs.histogram.take();
        Ok(value)
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// `config.invalid`, with the field's name.
    pub fn validate(&self) -> Result<()> {
        Setting::check_all(self.settings(), "loss", self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;
    use crate::setting::Values;

    #[test]
    fn facts_and_settings_agree_with_the_configuration() {
        for loss in Loss::DEFAULTS {
            let name = loss.name();
            let Value::Object(mut written) = plain::write(&loss) else { panic!("{name} is an object") };
            written.remove("kind");
            let listed = loss.settings().iter().map(|setting| (setting.name.to_owned(), setting.default()));
            assert_eq!(written, listed.collect(), "{name}: each field has a setting with its default");
            let facts = loss.facts();
            assert!(loss.takes(facts.written_for), "{name} takes the distance that it was written for");
            assert!(!facts.formula.is_empty() && facts.paper.link.starts_with("https://"), "{name}");
            assert!((1980..2100).contains(&facts.paper.year), "{name}: {}", facts.paper.year);
            assert!(loss.validate().is_ok(), "{name}: the defaults are within their bounds");
            let texts: BTreeSet<_> = loss.settings().iter().map(|setting| setting.text).collect();
            assert_eq!(texts.len(), loss.settings().len(), "{name}: each setting has a text of its own");
        }
        let names: BTreeSet<String> = Loss::DEFAULTS.iter().map(Loss::name).collect();
        assert_eq!(names.len(), Loss::DEFAULTS.len(), "no name twice");
    }

    #[test]
    fn settings_that_are_left_out_take_their_defaults() {
        for loss in Loss::DEFAULTS {
            let read: Loss = plain::read(json!({ "kind": loss.name() })).expect("a kind is enough");
            assert_eq!(read, loss);
        }
        let read: Loss = plain::read(json!({ "kind": "triplet", "margin": 1 })).expect("one setting");
        assert_eq!(read, Triplet { margin: 1.0, ..Triplet::DEFAULT }.into());
        for wrong in [json!({ "kind": "triplet", "radius": 1 }), json!({ "kind": "softmax", "margin": 1 })] {
            assert!(plain::read::<Loss>(wrong.clone()).is_err(), "{wrong} has an unknown setting");
        }
        for wrong in [json!({}), json!("triplet"), json!({ "kind": "quadruplet" })] {
            assert!(plain::read::<Loss>(wrong.clone()).is_err(), "{wrong} is no loss");
        }
    }

    #[test]
    fn settings_out_of_bounds_are_refused_by_name() {
        for loss in Loss::DEFAULTS {
            let whole = plain::write(&loss);
            for setting in loss.settings() {
                let wrong: Vec<Value> = match setting.values {
                    Values::Number { range, .. } => {
                        assert!((range.most as f32).is_finite() && (range.least as f32).is_finite());
                        let tiny =
                            if range.least > 0.0 { vec![json!(1e-300), json!(0.0)] } else { Vec::new() };
                        [tiny, vec![json!(1e300), json!(-1e300), json!(1e30), json!(-1e30)]].concat()
                    }
                    Values::Whole { least, most, .. } => {
                        [most + 1, least.wrapping_sub(1), usize::MAX].iter().map(|&x| json!(x)).collect()
                    }
                    Values::Flag { .. }
                    | Values::Choice { .. }
                    | Values::Optional { .. }
                    | Values::List { .. } => Vec::new(),
                };
                for value in wrong {
                    let mut changed = whole.clone();
                    changed[setting.name] = value.clone();
                    let read: Loss = plain::read(changed).expect("the type fits");
                    let error = read.validate().expect_err("out of bounds").to_string();
                    let field = format!("loss.{} must be", setting.name);
                    assert!(error.starts_with(&field), "{} with {value}: {error}", loss.name());
                }
            }
        }
    }
}
