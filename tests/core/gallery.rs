//! Thresholds of a gallery against scikit-learn, and their intervals against another bootstrap
//! (`tests/fixtures/gallery.py` wrote both).

use metriclab::distances::Distance;
use metriclab::evaluation::identities::Interval;
use metriclab::evaluation::verification::{Criterion, ErrorRates};
use metriclab::gallery::{Change, Gallery, GalleryConfig, ThresholdRequest};
use metriclab::neighbours::Rows;
use serde_json::Value;

const FIGURES: &str = include_str!("../fixtures/gallery.json");

fn figures() -> Value {
    serde_json::from_str(FIGURES).expect("JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn gallery(figures: &Value) -> Gallery {
    let dim = figures["dim"].as_u64().expect("a count") as usize;
    let list = |name: &str| figures[name].as_array().expect("a list").iter().map(number);
    let rows: Vec<f32> = list("rows").map(|x| x as f32).collect();
    let changes: Vec<Change> = list("owners").map(|owner| Change::add(format!("person {owner}"))).collect();
    let config = GalleryConfig { dim, distance: Distance::Euclidean, threshold: None };
    let mut gallery = Gallery::new(config).expect("good settings");
    gallery.apply(&changes, Rows::new("rows", &rows, dim).expect("finite rows")).expect("new instances");
    gallery
}

fn check(name: &str, got: ErrorRates, wanted: &Value) {
    let pairs = [(got.threshold, "threshold"), (got.fmr, "fmr"), (got.fnmr, "fnmr")];
    for (got, field) in pairs {
        let wanted = number(&wanted[field]);
        assert!((got - wanted).abs() < 1e-6, "{name}: {field} {got}, not {wanted}");
    }
}

#[test]
fn thresholds_are_those_of_scikit_learn() {
    let figures = figures();
    let gallery = gallery(&figures);
    let ask = |criterion| {
        let request = ThresholdRequest { criterion, draws: 0, ..ThresholdRequest::default() };
        gallery.threshold(&request).expect("many people")
    };
    let report = ask(Criterion::EqualErrors);
    assert!((report.eer - number(&figures["eer"])).abs() < 1e-6, "EER {}", report.eer);
    assert!((report.auc - number(&figures["auc"])).abs() < 1e-6, "area {}", report.auc);
    check("equal errors", report.chosen, &figures["equalErrors"]);
    check("FMR", ask(Criterion::FmrAtMost { rate: 0.02 }).chosen, &figures["fmrAtMost"]);
    let cost = Criterion::Cost { false_match: 2.0, false_non_match: 1.0, same: 0.4 };
    check("cost", ask(cost).chosen, &figures["cost"]);
    // Every point of scikit-learn's curve, and the rates just below it, which are those of the point before. Roots of f64 may
    // differ in their last digit.
    let curve = figures["curve"].as_array().expect("a list");
    let around = |point: &Value| [-1e-9, 1e-9].map(|step| number(&point["threshold"]) + step);
    let at = curve.iter().flat_map(around).collect();
    let request = ThresholdRequest { at, draws: 0, ..ThresholdRequest::default() };
    let found = gallery.threshold(&request).expect("many people").at;
    assert_eq!(found.len(), 2 * curve.len());
    for (at, point) in curve.iter().enumerate() {
        check("curve", found[2 * at + 1], point);
        let before = at
            .checked_sub(1)
            .map_or((0.0, 1.0), |at| (number(&curve[at]["fmr"]), number(&curve[at]["fnmr"])));
        let got = found[2 * at];
        assert!(
            (got.fmr - before.0).abs() < 1e-6 && (got.fnmr - before.1).abs() < 1e-6,
            "below {point}: {got:?}"
        );
    }
}

#[test]
fn intervals_are_those_of_another_bootstrap() {
    let figures = figures();
    let request = ThresholdRequest { draws: 3_000, ..ThresholdRequest::default() };
    let found = gallery(&figures).threshold(&request).expect("many people").intervals.expect("many people");
    let wanted = figures["intervals"].as_array().expect("a list");
    for ((name, Interval { low, high }), wanted) in
        [("EER", found.eer), ("FMR", found.fmr), ("FNMR", found.fnmr)].into_iter().zip(wanted)
    {
        let (wanted_low, wanted_high) = (number(&wanted[0]), number(&wanted[1]));
        // Both ends of 3,000 draws have a deviation of about 4 % of the width.
        let slack = 0.15 * (wanted_high - wanted_low);
        assert!((low - wanted_low).abs() < slack, "{name} from {low}, not {wanted_low}");
        assert!((high - wanted_high).abs() < slack, "{name} to {high}, not {wanted_high}");
    }
}
