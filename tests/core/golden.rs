//! The core against reference values (float64, fixed batches): `tests/golden/losses.json` of pytorch-metric-learning
//! 2.8.1 with losses, gradients, miners, distances and retrieval scores; `tests/golden/losses2.json` of
//! pytorch-metric-learning 2.9.0, sentence-transformers and lightly with further losses. `cargo run --example parity`
//! prints the same table for any file of that form.

#[path = "../../examples/parity/entries.rs"]
mod entries;
#[path = "../../examples/parity/second.rs"]
mod second;

use burn::tensor::Device;
use entries::{Figures, Outcome, UNKNOWN};
use serde_json::{Value, json};

const GOLDEN: &str = include_str!("../golden/losses.json");
const GOLDEN_2: &str = include_str!("../golden/losses2.json");

fn outcomes(text: &str) -> Vec<Outcome> {
    Figures::parse(text, &Device::flex()).expect("a file of reference values").outcomes()
}

#[test]
fn every_entry_is_reproduced() {
    // 28 losses, 11 miners, 8 distances, and 5 scores twice; 28 losses on one batch and 29 on another.
    for (file, count) in [(GOLDEN, 57), (GOLDEN_2, 57)] {
        let outcomes = outcomes(file);
        for Outcome { name, values, errors, fault } in &outcomes {
            assert!(fault.is_none(), "{name}: {fault:?}, here and there {values:?}, errors {errors:?}");
        }
        assert_eq!(outcomes.len(), count, "every entry of the file was computed");
    }
}

#[test]
fn a_wrong_value_is_caught() {
    let first: Value = serde_json::from_str(GOLDEN).expect("the golden file is JSON");
    let second: Value = serde_json::from_str(GOLDEN_2).expect("the golden file is JSON");
    let wrong_of_first = [
        ("/losses/triplet/value", "losses.triplet", json!(0.8071)),
        ("/losses/supcon/grad_embeddings/3/1", "losses.supcon", json!(0.5)),
        ("/losses/cosface/grad_weight/0/0", "losses.cosface", json!(0.0)),
        ("/losses/margin/value", "losses.margin", Value::Null),
        ("/miners/batch_hard/2/0", "miners.batch_hard", json!(7)),
        ("/distances/lp2_raw/0/1", "distances.lp2_raw", json!(4.1965)),
        ("/metrics_pml/r_precision", "metrics_pml.r_precision", json!(0.15)),
    ];
    let wrong_of_second = [
        ("/losses/simsiam/grad_embeddings/0/0", "losses.simsiam", json!(0.1)),
        ("/losses/p2sgrad/grad_weight/0/0", "losses.p2sgrad", json!(0.0)),
        ("/losses/p2sgrad/grad_weight_through_norm/0/0", "losses.p2sgrad", json!(0.0)),
        ("/losses/lejepa/grad_local_view/1/1", "losses.lejepa", json!(9.0)),
        ("/losses/manifold/grad_proxies/1/1", "losses.manifold", json!(9.0)),
        ("/losses/dynamic_soft_margin/hist_after/4", "losses.dynamic_soft_margin", json!(0.9)),
        (
            "/second/losses/dynamic_soft_margin/grad_embeddings_weights_held/0/0",
            "second.losses.dynamic_soft_margin",
            json!(9.0),
        ),
        ("/second/losses/smooth_ap/value", "second.losses.smooth_ap", json!(0.2052)),
    ];
    let all = wrong_of_first.map(|wrong| (&first, wrong)).into_iter();
    for (golden, (place, entry, wrong)) in all.chain(wrong_of_second.map(|wrong| (&second, wrong))) {
        let mut changed = golden.clone();
        let value = changed.pointer_mut(place).expect("the golden file has this value");
        assert_ne!(*value, wrong, "{place} is changed");
        *value = wrong;
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
fn a_gradient_that_is_not_known_is_a_fault() {
    let mut changed: Value = serde_json::from_str(GOLDEN_2).expect("the golden file is JSON");
    changed["losses"]["cosent"]["grad_temperature"] = json!([1.0]);
    let faulty: Vec<String> = outcomes(&changed.to_string())
        .into_iter()
        .filter_map(|outcome| outcome.fault.map(|fault| format!("{}: {fault}", outcome.name)))
        .collect();
    assert_eq!(faulty, ["losses.cosent: grad_temperature is not computed here"]);
}

#[test]
fn a_file_that_is_malformed_is_refused_with_a_sentence() {
    let reason = |text: &str| match Figures::parse(text, &Device::flex()) {
        Ok(_) => "taken".to_string(),
        Err(reason) => reason,
    };
    for text in ["", "[]", r#"{"labels": [0, 1], "embeddings": [[1.0], [2.0], [3.0]]}"#] {
        assert_ne!(reason(text), "taken", "{text:?}");
    }
    let with = |key: &str, value: &str| {
        let mut json = json!({ "labels": [0, 0], "embeddings": [[1.0, 2.0], [3.0, 4.0]] });
        json[key] = serde_json::from_str(value).expect("a JSON value");
        reason(&json.to_string())
    };
    assert_eq!(with("labels", "[0, 0]"), "taken");
    assert_eq!(with("labels", "[0, 65535]"), "taken", "the largest label");
    let label =
        |item: &str| format!("number 1 of labels is {item} and must be a whole number from 0 to 65535");
    for item in ["0.5", "-3", "65536", "\"x\"", "null"] {
        assert_eq!(with("labels", &format!("[0, {item}]")), label(item));
    }
    let text = r#"[["x", 1.0, 2.0], [3.0, 4.0]]"#;
    assert_eq!(
        with("embeddings", text),
        r#"number 0 of row 0 of embeddings is "x" and must be a finite number"#
    );
    assert_eq!(with("embeddings", "[[1.0, 2.0], [3.0]]"), "row 1 of embeddings has 1 numbers and not 2");
    assert_eq!(with("ref_view", "[[1.0, 2.0]]"), "ref_view has 1 rows of 2 and must have 2 of 2");
    assert!(with("W_DxC", r#"[["a"], [1.0]]"#).starts_with("number 0 of row 0 of W_DxC"));
    assert!(with("second", r#"{"labels": [0]}"#).starts_with("second: embeddings"));
}

#[test]
fn what_cannot_be_computed_is_a_fault_of_its_entry() {
    for (place, value, entry) in [
        ("/W_DxC", json!(null), "losses.cosface"),
        ("/W_DxC", json!([[1.0], [2.0], [3.0], [4.0]]), "losses.cosface"),
        ("/K", json!(0), "losses.soft_triple"),
        ("/K", json!(7), "losses.soft_triple"),
        ("/ref_view", json!(null), "losses.vicreg"),
    ] {
        let mut changed: Value = serde_json::from_str(GOLDEN).expect("the golden file is JSON");
        *changed.pointer_mut(place).expect("the file has it") = value;
        let found = outcomes(&changed.to_string());
        let outcome = found.iter().find(|outcome| outcome.name == entry).expect("the entry is there");
        assert!(outcome.fault.is_some(), "{entry} without a usable {place}");
    }
}
