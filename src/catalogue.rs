//! Everything on offer, for a client's controls: names, settings with bounds and defaults, formulas, papers, and which
//! choices go together. All of it comes from the enums themselves, so that a new loss shows up everywhere by being added
//! in one place. `cargo xtask generate` writes it for the npm package.

#[cfg(not(target_arch = "wasm32"))]
mod typescript;

use serde::Serialize;

use crate::datasets::SamplerKind;
use crate::distances::{Balls, Distance, RowKind, Verdict};
use crate::losses::{Looks, Loss, Reduction, Regularizer, Wiring};
use crate::miners::{Miner, MinerConfig};
use crate::networks::{NetworkConfig, OptimizerKind};
use crate::objective::{Addend, ObjectiveConfig, RegularizerConfig};
use crate::paper::Paper;
use crate::session::{AugmentConfig, BatchConfig, EmbeddingConfig, OptimizerConfig, Schedule, SessionConfig};
use crate::setting::Setting;

#[cfg(not(target_arch = "wasm32"))]
pub use typescript::typescript;

/// Everything that a configuration can name, in the order a page lists it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Options {
    losses: Vec<LossOption>,
    miners: Vec<MinerOption>,
    distances: Vec<DistanceOption>,
    reducers: Vec<ReducerOption>,
    regularizers: Vec<RegularizerOption>,
    /// Examples, one of each kind.
    networks: Vec<NetworkOption>,
    optimizers: Vec<OptimizerOption>,
    schedules: Vec<ScheduleOption>,
    samplers: Vec<SamplerOption>,
    settings: Sections,
}

/// A loss that can be chosen.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LossOption {
    /// The loss with its default settings.
    defaults: Loss,
    /// Its settings.
    settings: &'static [Setting],
    /// How it wires the network. A page groups losses by it.
    wiring: Wiring,
    /// Its input.
    looks: Looks,
    formula: &'static str,
    paper: Paper,
    /// Whether a miner selects for it.
    mines: bool,
    /// The distances that it can be used with, each with its default setting.
    distances: Vec<Distance>,
    /// Whether embeddings must have length 1, or must not; null where both will do.
    unit: Option<bool>,
    /// Whether a memory of batches before can join in.
    remembers: bool,
    /// Whether it learns something of each class, so that rows need class labels.
    by_class: bool,
}

/// A miner that can be chosen.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MinerOption {
    kind: Miner,
    formula: &'static str,
    paper: Option<Paper>,
    /// The miner with the default of every setting.
    defaults: MinerConfig,
    /// The settings that it uses.
    settings: Vec<Setting>,
    /// The distances that it can be used with, each with its default setting.
    distances: Vec<Distance>,
    /// Whether embeddings must have length 1; null where both will do.
    unit: Option<bool>,
}

/// A distance that can be chosen.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DistanceOption {
    kind: Distance,
    /// F and G are running sums, h = 1/(d − 1).
    formula: &'static str,
    /// Null where it is common knowledge.
    paper: Option<Paper>,
    settings: &'static [Setting],
    /// Larger is closer.
    similarity: bool,
    /// Whether identity, symmetry and the triangle inequality hold on all rows of its kind.
    metric: bool,
    /// Whether it is a metric, on which rows, and the axioms that some rows break.
    verdict: Verdict,
    /// Smallest and largest value; null where there is no bound.
    range: (Option<f64>, Option<f64>),
    /// The rows that it compares. A session makes its embeddings histograms where they must be.
    rows: RowKind,
    /// The shape of the points within a given distance of a centre, in the plane.
    balls: Balls,
}

/// A reducer that can be chosen.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReducerOption {
    /// The reducer with its default settings.
    defaults: Reduction,
    settings: &'static [Setting],
}

/// A regulariser that can be chosen.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegularizerOption {
    kind: Regularizer,
    formula: &'static str,
    /// Null where it is common knowledge.
    paper: Option<Paper>,
    /// Whether only a loss with class weights can have it.
    needs_weights: bool,
}

/// A network that can be chosen.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkOption {
    /// The network with its default settings.
    defaults: NetworkConfig,
    settings: &'static [Setting],
    /// Null where it is common knowledge.
    paper: Option<Paper>,
}

/// An optimiser that can be chosen.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OptimizerOption {
    kind: OptimizerKind,
    formula: &'static str,
    paper: Paper,
    /// Names of the settings that it has for itself.
    settings: &'static [&'static str],
}

/// A schedule that can be chosen.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleOption {
    /// The schedule with its default settings.
    defaults: Schedule,
    settings: &'static [Setting],
    formula: &'static str,
    /// Null where it is common knowledge.
    paper: Option<Paper>,
}

/// A sampler that can be chosen.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SamplerOption {
    kind: SamplerKind,
    /// Names of the settings that it has for itself.
    settings: &'static [&'static str],
}

/// Settings of a session that belong to none of its choices.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sections {
    session: &'static [Setting],
    embedding: &'static [Setting],
    batch: &'static [Setting],
    augment: &'static [Setting],
    optimizer: &'static [Setting],
    objective: [Setting; 1],
    /// Settings of an added loss.
    also: [Setting; 1],
    /// Settings of a regulariser.
    regularizers: [Setting; 1],
}

/// Everything that can be chosen, in the order a page lists it.
pub fn options() -> Options {
    Options {
        losses: Loss::DEFAULTS.iter().map(loss).collect(),
        miners: Miner::ALL.into_iter().map(miner).collect(),
        distances: Distance::ALL.into_iter().map(distance).collect(),
        reducers: Reduction::ALL
            .into_iter()
            .map(|defaults| ReducerOption { defaults, settings: defaults.settings() })
            .collect(),
        regularizers: Regularizer::ALL.into_iter().map(regularizer).collect(),
        networks: NetworkConfig::examples().into_iter().map(network).collect(),
        optimizers: OptimizerKind::ALL.into_iter().map(optimizer).collect(),
        schedules: Schedule::ALL.into_iter().map(schedule).collect(),
        samplers: SamplerKind::ALL
            .into_iter()
            .map(|kind| SamplerOption { kind, settings: kind.settings() })
            .collect(),
        settings: Sections {
            session: SessionConfig::SETTINGS,
            embedding: EmbeddingConfig::SETTINGS,
            batch: BatchConfig::SETTINGS,
            augment: AugmentConfig::SETTINGS,
            optimizer: OptimizerConfig::SETTINGS,
            objective: [ObjectiveConfig::MEMORY],
            also: [Addend::WEIGHT],
            regularizers: [RegularizerConfig::WEIGHT],
        },
    }
}

fn regularizer(kind: Regularizer) -> RegularizerOption {
    let needs_weights = kind.needs_weights();
    RegularizerOption { kind, formula: kind.formula(), paper: kind.paper(), needs_weights }
}

fn network(defaults: NetworkConfig) -> NetworkOption {
    NetworkOption { settings: defaults.settings(), paper: defaults.paper(), defaults }
}

fn optimizer(kind: OptimizerKind) -> OptimizerOption {
    OptimizerOption { kind, formula: kind.formula(), paper: kind.paper(), settings: kind.settings() }
}

fn schedule(defaults: Schedule) -> ScheduleOption {
    ScheduleOption {
        defaults,
        settings: defaults.settings(),
        formula: defaults.formula(),
        paper: defaults.paper(),
    }
}

fn loss(loss: &Loss) -> LossOption {
    LossOption {
        defaults: *loss,
        settings: loss.settings(),
        wiring: loss.wiring(),
        looks: loss.looks(),
        formula: loss.formula(),
        paper: loss.facts().paper,
        mines: loss.mines(),
        distances: loss.distances(),
        unit: loss.wants_unit(),
        remembers: loss.remembers(),
        by_class: loss.owns().by_class(),
    }
}

fn miner(kind: Miner) -> MinerOption {
    MinerOption {
        kind,
        formula: kind.formula(),
        paper: kind.paper(),
        defaults: MinerConfig::of(kind),
        settings: kind.settings(),
        distances: Distance::ALL.into_iter().filter(|&distance| kind.takes(distance)).collect(),
        unit: kind.wants_unit(),
    }
}

fn distance(kind: Distance) -> DistanceOption {
    let facts = kind.facts();
    DistanceOption {
        kind,
        formula: facts.formula,
        paper: facts.paper,
        settings: facts.settings,
        similarity: facts.similarity,
        metric: kind.is_metric(),
        verdict: facts.verdict,
        range: facts.range,
        rows: facts.rows,
        balls: facts.balls,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::plain;
    use crate::session::BatchLabels;

    /// Each setting with its default, as a configuration writes them.
    fn defaults<'a>(settings: impl IntoIterator<Item = &'a Setting>) -> Vec<(&'static str, Value)> {
        settings.into_iter().map(|setting| (setting.name, setting.default())).collect()
    }

    /// The configuration holds these settings with their defaults, and within their bounds.
    fn assert_defaults(settings: &[Setting], configuration: &impl Serialize) {
        let written = plain::write(configuration);
        for (name, default) in defaults(settings) {
            assert_eq!(written[name], default, "{name} in {written}");
        }
        Setting::check_all(settings, "here", configuration).expect("the defaults are within the bounds");
    }

    #[test]
    fn the_defaults_in_the_lists_are_those_of_the_configurations() {
        assert_defaults(OptimizerConfig::SETTINGS, &OptimizerConfig::default());
        assert_defaults(BatchConfig::SETTINGS, &BatchConfig::new(10, 12));
        assert_defaults(AugmentConfig::SETTINGS, &AugmentConfig::default());
        assert_defaults(&[ObjectiveConfig::MEMORY], &ObjectiveConfig::default());
        Schedule::ALL.iter().for_each(|each| assert_defaults(each.settings(), each));
        Reduction::ALL.iter().for_each(|each| assert_defaults(each.settings(), each));
        NetworkConfig::examples().iter().for_each(|each| assert_defaults(each.settings(), each));
        for distance in Distance::ALL {
            let written = plain::write(&distance);
            let own = written.as_object().and_then(|named| named.values().next());
            assert_defaults(distance.facts().settings, &own.unwrap_or(&Value::Null));
        }
    }

    #[test]
    fn the_names_in_the_lists_are_those_of_the_enums() {
        let names = |all: &[Value]| -> Vec<String> {
            all.iter().map(|name| name.as_str().expect("a name").into()).collect()
        };
        assert_eq!(names(&OptimizerKind::ALL.map(|kind| plain::write(&kind))), OptimizerKind::NAMES);
        assert_eq!(names(&SamplerKind::ALL.map(|kind| plain::write(&kind))), SamplerKind::NAMES);
        let labels = [BatchLabels::Class, BatchLabels::Instance].map(|labels| plain::write(&labels));
        assert_eq!(names(&labels), BatchLabels::NAMES);
        let known = |settings: &[&str], list: &[Setting]| {
            settings.iter().all(|name| list.iter().any(|setting| setting.name == *name))
        };
        for kind in OptimizerKind::ALL {
            assert!(known(kind.settings(), OptimizerConfig::SETTINGS), "{kind:?}");
        }
        for kind in SamplerKind::ALL {
            assert!(known(kind.settings(), BatchConfig::SETTINGS), "{kind:?}");
        }
    }

    #[test]
    fn a_setting_out_of_its_bounds_is_refused_by_its_name() {
        let refused = |change: &dyn Fn(&mut OptimizerConfig)| {
            let mut config = OptimizerConfig::default();
            change(&mut config);
            config.validate().expect_err("out of bounds").to_string()
        };
        assert_eq!(
            refused(&|c| c.learning_rate = 0.0),
            "optimizer.learningRate must be above 0 and at most 10, is 0"
        );
        assert_eq!(refused(&|c| c.momentum = 1.0), "optimizer.momentum must be from 0 to 0.9999, is 1");
        assert_eq!(refused(&|c| c.clip = Some(f64::NAN)), "optimizer.clip must be a finite number");
        assert_eq!(
            refused(&|c| c.clip = Some(0.0)),
            "optimizer.clip must be above 0 and at most 1000000, is 0"
        );
        assert_eq!(
            refused(&|c| c.schedule = Schedule::Step { every: 0, factor: 0.5 }),
            "optimizer.schedule.every must be a whole number from 1 to 1073741824, is 0"
        );
        let network = NetworkConfig::Mlp { hidden: vec![16; 9] };
        assert_eq!(
            network.validate([1, 4, 4]).expect_err("too deep").to_string(),
            "network.hidden must have at most 8 layers, has 9"
        );
        let network = NetworkConfig::Mlp { hidden: vec![16, 0] };
        assert_eq!(
            network.validate([1, 4, 4]).expect_err("too narrow").to_string(),
            "network.hidden must hold numbers from 1 to 4096, holds 0"
        );
    }
}
