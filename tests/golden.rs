//! The core against the figures of pytorch-metric-learning 2.8.1 in `tests/golden/losses.json` (float64, one fixed
//! batch): losses with their gradients, miners, distances, retrieval scores. `cargo run --example parity` prints the
//! same table for any file of that form.

#[path = "../examples/parity/entries.rs"]
mod entries;

use entries::{Figures, Outcome, UNKNOWN};
use serde_json::{Value, json};

const GOLDEN: &str = include_str!("golden/losses.json");

/// Entries that are still to come. One that is done leaves this list.
const TO_COME: [&str; 9] = [
    "losses.angular",
    "losses.soft_triple",
    "losses.vicreg",
    "miners.angular_20",
    "miners.batch_easy_hard",
    "miners.batch_easy_semihard",
    "miners.hdc_0.5",
    "miners.multi_similarity_0.1",
    "miners.pair_margin_0.2_0.8",
];

fn outcomes(text: &str) -> Vec<Outcome> {
    Figures::parse(text).expect("a file of reference figures").outcomes()
}

fn is_unknown(outcome: &Outcome) -> bool {
    outcome.fault.as_deref() == Some(UNKNOWN)
}

#[test]
fn every_known_entry_is_reproduced() {
    let outcomes = outcomes(GOLDEN);
    for Outcome { name, values, errors, fault } in outcomes.iter().filter(|outcome| !is_unknown(outcome)) {
        assert!(fault.is_none(), "{name}: {fault:?}, here and there {values:?}, errors {errors:?}");
    }
    let mut unknown: Vec<&str> =
        outcomes.iter().filter(|outcome| is_unknown(outcome)).map(|outcome| outcome.name.as_str()).collect();
    let mut to_come = TO_COME.to_vec();
    unknown.sort_unstable();
    to_come.sort_unstable();
    assert_eq!(unknown, to_come, "what is not computed is known to be missing");
}

#[test]
fn a_wrong_figure_is_caught() {
    let golden: Value = serde_json::from_str(GOLDEN).expect("the golden file is JSON");
    for (place, entry, wrong) in [
        ("/losses/triplet/value", "losses.triplet", json!(0.8071)),
        ("/losses/supcon/grad_embeddings/3/1", "losses.supcon", json!(0.5)),
        ("/losses/cosface/grad_weight/0/0", "losses.cosface", json!(0.0)),
        ("/losses/margin/value", "losses.margin", Value::Null),
        ("/miners/batch_hard/2/0", "miners.batch_hard", json!(7)),
        ("/distances/lp2_raw/0/1", "distances.lp2_raw", json!(4.1965)),
        ("/metrics_pml/r_precision", "metrics_pml.r_precision", json!(0.15)),
    ] {
        let mut changed = golden.clone();
        let figure = changed.pointer_mut(place).expect("the golden file has this figure");
        assert_ne!(*figure, wrong, "{place} is changed");
        *figure = wrong;
        let faulty: Vec<String> = outcomes(&changed.to_string())
            .into_iter()
            .filter(|outcome| outcome.fault.is_some() && !is_unknown(outcome))
            .map(|outcome| outcome.name)
            .collect();
        assert_eq!(faulty, [entry], "{place}");
    }
}

#[test]
fn a_file_of_another_kind_is_refused() {
    for text in ["", "[]", "{\"labels\": [0, 1], \"embeddings\": [[1.0], [2.0], [3.0]]}"] {
        assert!(Figures::parse(text).is_err(), "{text:?}");
    }
}
