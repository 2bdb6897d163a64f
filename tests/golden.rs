//! The core against the figures of pytorch-metric-learning 2.8.1 in `tests/golden/losses.json` (float64, one fixed
//! batch): losses with their gradients, miners, distances, retrieval scores. `cargo run --example parity` prints the
//! same table for any file of that form.

#[path = "../examples/parity/entries.rs"]
mod entries;

use burn::tensor::Device;
use entries::{Figures, Outcome, UNKNOWN};
use serde_json::{Value, json};

const GOLDEN: &str = include_str!("golden/losses.json");

fn outcomes(text: &str) -> Vec<Outcome> {
    Figures::parse(text, &Device::flex()).expect("a file of reference figures").outcomes()
}

#[test]
fn every_entry_is_reproduced() {
    let outcomes = outcomes(GOLDEN);
    for Outcome { name, values, errors, fault } in &outcomes {
        assert!(fault.is_none(), "{name}: {fault:?}, here and there {values:?}, errors {errors:?}");
    }
    // 28 losses, 11 miners, 8 distances, and 5 scores twice.
    assert_eq!(outcomes.len(), 57, "every entry of the file was looked at");
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
            .filter(|outcome| outcome.fault.is_some())
            .map(|outcome| outcome.name)
            .collect();
        assert_eq!(faulty, [entry], "{place}");
    }
}

#[test]
fn an_entry_that_is_not_known_is_a_fault() {
    let mut changed: Value = serde_json::from_str(GOLDEN).expect("the golden file is JSON");
    changed["losses"]["new_loss"] = json!({ "value": 1.0 });
    let unknown: Vec<String> = outcomes(&changed.to_string())
        .into_iter()
        .filter(|outcome| outcome.fault.as_deref() == Some(UNKNOWN))
        .map(|outcome| outcome.name)
        .collect();
    assert_eq!(unknown, ["losses.new_loss"], "named, and never passed over");
}

#[test]
fn a_file_of_another_kind_is_refused() {
    for text in ["", "[]", "{\"labels\": [0, 1], \"embeddings\": [[1.0], [2.0], [3.0]]}"] {
        assert!(Figures::parse(text, &Device::flex()).is_err(), "{text:?}");
    }
}
