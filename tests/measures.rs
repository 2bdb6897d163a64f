//! Measures against scikit-learn's figures on one data set: `tests/fixtures/measures.py` wrote them.

use metriclab::distances::Distance;
use metriclab::evaluation::clustering::{adjusted_mutual_information, normalized_mutual_information};
use metriclab::evaluation::projection_quality::projection_quality;
use metriclab::evaluation::retrieval::{detail, leave_one_out};
use metriclab::evaluation::verification::{pairs, verify};
use metriclab::neighbours::Rows;
use metriclab::random::Random;
use serde_json::Value;

const FIGURES: &str = include_str!("fixtures/measures.json");
/// f32 distances may order two all but equal ones otherwise.
const TOLERANCE: f64 = 1e-6;

struct Fixture {
    json: Value,
    rows: Vec<f32>,
    labels: Vec<u16>,
}

impl Fixture {
    fn read() -> Self {
        let json: Value = serde_json::from_str(FIGURES).expect("the fixture is JSON");
        let (rows, labels) = (Self::floats(&json["rows"]), Self::shorts(&json["labels"]));
        Self { json, rows, labels }
    }

    fn floats(value: &Value) -> Vec<f32> {
        value.as_array().expect("a list").iter().filter_map(Value::as_f64).map(|x| x as f32).collect()
    }

    fn shorts(value: &Value) -> Vec<u16> {
        value.as_array().expect("a list").iter().filter_map(Value::as_u64).map(|x| x as u16).collect()
    }

    fn rows(&self) -> Rows<'_> {
        Rows::new("rows", &self.rows, 5).expect("finite rows")
    }

    fn holds(&self, name: &str, got: f64) {
        let wanted = self.json[name].as_f64().expect("the fixture has this figure");
        assert!((got - wanted).abs() < TOLERANCE, "{name}: {got}, scikit-learn {wanted}");
    }
}

#[test]
fn verification_is_scikit_learns() {
    let fixture = Fixture::read();
    let pairs = pairs(fixture.rows(), &fixture.labels, Distance::Euclidean, 100_000, &mut Random::new(1))
        .expect("pairs of both kinds");
    let found = verify(&pairs).expect("pairs of both kinds");
    fixture.holds("eer", found.eer);
    fixture.holds("auc", found.auc);
}

#[test]
fn clustering_is_scikit_learns() {
    let fixture = Fixture::read();
    let groups = Fixture::shorts(&fixture.json["groups"]);
    fixture.holds("nmi", normalized_mutual_information(&fixture.labels, &groups).expect("labels and groups"));
    fixture.holds("ami", adjusted_mutual_information(&fixture.labels, &groups).expect("labels and groups"));
}

#[test]
fn projection_quality_is_scikit_learns() {
    let fixture = Fixture::read();
    let picture = Fixture::floats(&fixture.json["picture"]);
    let found =
        projection_quality(fixture.rows(), Distance::Euclidean, &picture, 5).expect("5 is below half of 60");
    fixture.holds("trustworthiness_5", found.trustworthiness);
    fixture.holds("continuity_5", found.continuity);
}

#[test]
fn ranking_is_scikit_learns() {
    let fixture = Fixture::read();
    let scores =
        leave_one_out(fixture.rows(), &fixture.labels, Distance::Euclidean, 5).expect("rows of four classes");
    fixture.holds("ndcg", scores.ndcg);
    fixture.holds("mean_average_precision", scores.mean_average_precision);
}

#[test]
fn detail_adds_up_and_its_intervals_hold_the_means() {
    let fixture = Fixture::read();
    let scores =
        leave_one_out(fixture.rows(), &fixture.labels, Distance::Euclidean, 5).expect("rows of four classes");
    let found = |seed| {
        detail(fixture.rows(), &fixture.labels, Distance::Euclidean, 500, &mut Random::new(seed))
            .expect("rows")
    };
    let detail = found(1);
    assert_eq!(detail, found(1), "one seed, one answer");
    let queries: usize = detail.classes.iter().map(|class| class.queries).sum();
    assert_eq!(queries, scores.queries, "every query is of one class");
    let mean = |of: fn(&metriclab::evaluation::retrieval::ClassRetrieval) -> f64| {
        detail.classes.iter().map(|class| of(class) * class.queries as f64).sum::<f64>() / queries as f64
    };
    assert!((mean(|class| class.recall_at_1) - scores.recall_at_1).abs() < 1e-12, "R@1 adds up");
    assert!((mean(|class| class.map_at_r) - scores.map_at_r).abs() < 1e-12, "MAP@R adds up");
    for (interval, value) in
        [(detail.recall_at_1_interval, scores.recall_at_1), (detail.map_at_r_interval, scores.map_at_r)]
    {
        assert!(interval[0] < value && value < interval[1], "{value} lies in {interval:?}");
        assert!(interval[1] - interval[0] < 0.4, "and the interval is one: {interval:?}");
    }
}
