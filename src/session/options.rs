//! What the core offers, for a client's controls: the enums themselves, so that a new loss shows up
//! everywhere by being added in one place.

use serde::Serialize;

use crate::distances::{Distance, RowKind};
use crate::losses::{Loss, Reduction, Regularizer, Wiring};
use crate::miners::{Miner, MinerConfig};
use crate::networks::NetworkConfig;

/// Everything that can be chosen.
#[derive(Clone, Debug, Serialize)]
pub struct Options {
    losses: Vec<LossOption>,
    miners: Vec<MinerOption>,
    reducers: [Reduction; Reduction::ALL.len()],
    regularizers: Vec<RegularizerOption>,
    distances: Vec<DistanceOption>,
    networks: Vec<NetworkConfig>,
}

#[derive(Clone, Debug, Serialize)]
struct LossOption {
    defaults: Loss,
    wiring: Wiring,
    mines: bool,
    /// The distances that it can be used with.
    distances: Vec<Distance>,
    /// Whether embeddings must have length 1, or must not; null where both will do.
    unit: Option<bool>,
    /// Whether a memory of batches before can join in.
    remembers: bool,
}

#[derive(Clone, Debug, Serialize)]
struct MinerOption {
    kind: Miner,
    defaults: MinerConfig,
    /// The settings that it heeds.
    settings: &'static [&'static str],
    /// The distances that it can be used with.
    distances: Vec<Distance>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RegularizerOption {
    kind: Regularizer,
    needs_weights: bool,
}

#[derive(Clone, Debug, Serialize)]
struct DistanceOption {
    kind: Distance,
    similarity: bool,
    /// Whether identity, symmetry and the triangle inequality hold.
    metric: bool,
    /// Smallest and largest value; null where there is no bound.
    range: (Option<f64>, Option<f64>),
    /// What it compares.
    rows: RowKind,
}

/// Everything that can be chosen, in the order a page lists it.
pub fn options() -> Options {
    let losses = Loss::DEFAULTS
        .iter()
        .map(|&loss| LossOption {
            defaults: loss,
            wiring: loss.wiring(),
            mines: loss.mines(),
            distances: loss.distances(),
            unit: loss.wants_unit(),
            remembers: loss.remembers(),
        })
        .collect();
    let distances = Distance::ALL
        .iter()
        .map(|&kind| DistanceOption {
            kind,
            similarity: kind.is_similarity(),
            metric: kind.is_metric(),
            range: kind.range(),
            rows: kind.rows(),
        })
        .collect();
    let miners = Miner::ALL
        .iter()
        .map(|&kind| MinerOption {
            kind,
            defaults: MinerConfig::of(kind),
            settings: kind.settings(),
            distances: Distance::ALL.into_iter().filter(|&distance| kind.takes(distance)).collect(),
        })
        .collect();
    let regularizers = Regularizer::ALL
        .iter()
        .map(|&kind| RegularizerOption { kind, needs_weights: kind.needs_weights() })
        .collect();
    let networks = NetworkConfig::examples();
    Options { losses, miners, reducers: Reduction::ALL, regularizers, distances, networks }
}
