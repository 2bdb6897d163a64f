//! The choices of the core, for a client's controls: the enums themselves, so that a new loss shows up
//! everywhere by being added in one place.

use serde::Serialize;
use serde_json::Value;

use crate::datasets::SamplerKind;
use crate::distances::{Distance, RowKind, Verdict};
use crate::losses::{Loss, Reduction, Regularizer, Wiring};
use crate::miners::{Miner, MinerConfig};
use crate::networks::{NetworkConfig, OptimizerKind};
use crate::plain;
use crate::session::Schedule;

/// Everything that can be chosen.
#[derive(Clone, Debug, Serialize)]
pub struct Options {
    losses: Vec<LossOption>,
    miners: Vec<MinerOption>,
    reducers: [Reduction; Reduction::ALL.len()],
    regularizers: Vec<RegularizerOption>,
    distances: Vec<DistanceOption>,
    networks: Vec<NetworkConfig>,
    optimizers: [OptimizerKind; OptimizerKind::ALL.len()],
    schedules: [Schedule; Schedule::ALL.len()],
    samplers: [SamplerKind; SamplerKind::ALL.len()],
}

#[derive(Clone, Debug, Serialize)]
struct LossOption {
    defaults: Loss,
    wiring: Wiring,
    formula: &'static str,
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
    formula: &'static str,
    defaults: MinerConfig,
    /// The settings that it uses.
    settings: Vec<&'static str>,
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
    formula: &'static str,
    similarity: bool,
    /// Whether identity, symmetry and the triangle inequality hold on all rows of its kind.
    metric: bool,
    /// Whether it is a metric, on which rows, and the axioms that some rows break.
    verdict: Verdict,
    /// Smallest and largest value; null where there is no bound.
    range: (Option<f64>, Option<f64>),
    /// The kind of rows that it compares.
    rows: RowKind,
}

/// Everything that can be chosen, in the order a page lists it.
pub fn options() -> Options {
    let losses = Loss::DEFAULTS
        .iter()
        .map(|&loss| LossOption {
            defaults: loss,
            wiring: loss.wiring(),
            formula: loss.formula(),
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
            formula: kind.formula(),
            similarity: kind.is_similarity(),
            metric: kind.is_metric(),
            verdict: kind.facts().verdict,
            range: kind.range(),
            rows: kind.rows(),
        })
        .collect();
    let miners = Miner::ALL
        .iter()
        .map(|&kind| MinerOption {
            kind,
            formula: kind.formula(),
            defaults: MinerConfig::of(kind),
            settings: kind.settings().iter().map(|setting| setting.name).collect(),
            distances: Distance::ALL.into_iter().filter(|&distance| kind.takes(distance)).collect(),
        })
        .collect();
    let regularizers = Regularizer::ALL
        .iter()
        .map(|&kind| RegularizerOption { kind, needs_weights: kind.needs_weights() })
        .collect();
    let networks = NetworkConfig::examples();
    Options {
        losses,
        miners,
        reducers: Reduction::ALL,
        regularizers,
        distances,
        networks,
        optimizers: OptimizerKind::ALL,
        schedules: Schedule::ALL,
        samplers: SamplerKind::ALL,
    }
}

/// The names of what can be chosen, with default settings, as a TypeScript file: constants, so that a compiler knows
/// them. All else is in [`options`].
///
/// # Panics
/// Never: options are plain data.
pub fn offered() -> String {
    let parts = [
        ("losses", lines(&Loss::DEFAULTS)),
        (
            "wirings",
            grouped(Loss::DEFAULTS.iter().map(|loss| (plain::write(&loss.wiring()), plain::write(loss)))),
        ),
        ("miners", lines(&Miner::ALL)),
        ("distances", lines(&Distance::ALL)),
        (
            "rows",
            grouped(
                Distance::ALL.iter().map(|distance| (plain::write(&distance.rows()), plain::write(distance))),
            ),
        ),
        ("reducers", lines(&Reduction::ALL)),
        ("regularizers", lines(&Regularizer::ALL)),
        ("networks", lines(&NetworkConfig::examples())),
        ("optimizers", lines(&OptimizerKind::ALL)),
        ("schedules", lines(&Schedule::ALL)),
        ("samplers", lines(&SamplerKind::ALL)),
    ];
    let body: Vec<String> = parts.iter().map(|(name, items)| format!("  {name}: {items},\n")).collect();
    let body = body.concat();
    format!(
        "/* Written by `cargo run --example offered > pkg/src/offered.ts`: what the core offers. Do not edit. */\n\
         export const OFFERED = {{\n{body}}} as const;\n"
    )
}

fn lines<T: Serialize>(items: &[T]) -> String {
    let each: Vec<String> = items.iter().map(|item| format!("    {},\n", plain::write(item))).collect();
    format!("[\n{}  ]", each.concat())
}

/// Names by what they have in common, in the order of their first.
fn grouped(items: impl Iterator<Item = (Value, Value)>) -> String {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (group, item) in items {
        let group = group.as_str().unwrap_or_default().to_owned();
        match groups.iter_mut().find(|(name, _)| *name == group) {
            Some((_, names)) => names.push(name(&item)),
            None => groups.push((group, vec![name(&item)])),
        }
    }
    let each: Vec<String> =
        groups.iter().map(|(group, names)| format!("    {group}: {},\n", plain::write(names))).collect();
    format!("{{\n{}  }}", each.concat())
}

/// `"euclidean"`, `{"minkowski": …}` and `{"kind": "triplet", …}` all have a name.
fn name(item: &Value) -> String {
    let kind = item.as_str().or_else(|| item["kind"].as_str());
    kind.or_else(|| item.as_object()?.keys().next().map(String::as_str)).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_offers_what_the_core_does() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/pkg/src/offered.ts");
        let written = std::fs::read_to_string(path).expect("the package's list is there");
        assert!(written == offered(), "run: cargo run --example offered > pkg/src/offered.ts");
    }
}
