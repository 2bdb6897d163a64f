//! What the core offers, for a client's controls: the enums themselves, so that a new loss shows up
//! everywhere by being added in one place.

use serde::Serialize;

use crate::distances::{Distance, RowKind};
use crate::losses::{Loss, Wiring};
use crate::miners::Miner;
use crate::networks::NetworkConfig;

/// Everything that can be chosen.
#[derive(Clone, Debug, Serialize)]
pub struct Options {
    losses: Vec<LossOption>,
    miners: [Miner; Miner::ALL.len()],
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
    Options { losses, miners: Miner::ALL, distances, networks: NetworkConfig::examples() }
}
