//! Measures against scikit-learn's values on one data set (`tests/fixtures/measures.py` wrote them), and what no measure may
//! depend on: the order of the rows and their unit.

use metriclab::distances::Distance;
use metriclab::error::Error;
use metriclab::evaluation::calibration::calibrate;
use metriclab::evaluation::clustering::{
    adjusted_mutual_information, k_means, normalized_mutual_information,
};
use metriclab::evaluation::embedding_shape::measure;
use metriclab::evaluation::hubness::hubness;
use metriclab::evaluation::open_set::identify;
use metriclab::evaluation::pairs::pairs;
use metriclab::evaluation::projection_quality::projection_quality;
use metriclab::evaluation::retrieval::{across_domains, between, detail, leave_one_out};
use metriclab::evaluation::verification::verify;
use metriclab::neighbours::Rows;
use metriclab::random::Random;
use serde_json::{Value, json};

const FIGURES: &str = include_str!("../fixtures/measures.json");
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
    let projection = Fixture::floats(&fixture.json["picture"]);
    let found = projection_quality(fixture.rows(), Distance::Euclidean, &projection, 5)
        .expect("5 is below half of 60");
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
fn ties_are_scikit_learns() {
    let fixture = Fixture::read();
    let values = Fixture::floats(&fixture.json["rows_tied"]);
    let rows = Rows::new("rows", &values, 3).expect("finite rows");
    let scores = leave_one_out(rows, &fixture.labels, Distance::Euclidean, 5).expect("rows of four classes");
    assert!(scores.tied_queries > 50, "whole numbers have equal distances: {}", scores.tied_queries);
    fixture.holds("ndcg_tied", scores.ndcg);
    let pairs = pairs(rows, &fixture.labels, Distance::Euclidean, 100_000, &mut Random::new(1));
    let found = verify(&pairs.expect("pairs of both kinds")).expect("pairs of both kinds");
    fixture.holds("eer_tied", found.eer);
    fixture.holds("auc_tied", found.auc);
}

/// Rows with their labels and domains.
#[derive(Clone)]
struct Set {
    values: Vec<f32>,
    dim: usize,
    labels: Vec<u16>,
    domains: Vec<u8>,
}

impl Set {
    /// Rows of three classes and two domains. `number` gives each number.
    fn of(count: usize, dim: usize, seed: u64, mut number: impl FnMut(&mut Random) -> f32) -> Self {
        let mut random = Random::new(seed);
        Self {
            values: (0..count * dim).map(|_| number(&mut random)).collect(),
            dim,
            labels: (0..count).map(|_| random.below(3) as u16).collect(),
            domains: (0..count).map(|_| random.below(2) as u8).collect(),
        }
    }

    fn rows(&self) -> Rows<'_> {
        Rows::new("rows", &self.values, self.dim).expect("finite rows")
    }

    fn mixed(&self, seed: u64) -> Self {
        let mut order: Vec<usize> = (0..self.labels.len()).collect();
        Random::new(seed).shuffle(&mut order);
        Self {
            values: order
                .iter()
                .flat_map(|&row| &self.values[row * self.dim..(row + 1) * self.dim])
                .copied()
                .collect(),
            dim: self.dim,
            labels: order.iter().map(|&row| self.labels[row]).collect(),
            domains: order.iter().map(|&row| self.domains[row]).collect(),
        }
    }

    fn times(&self, factor: f32) -> Self {
        Self { values: self.values.iter().map(|x| x * factor).collect(), ..self.clone() }
    }

    /// Every measure that has no unit, with its name.
    fn shares(&self, distance: Distance) -> Vec<(String, f64)> {
        let (rows, labels) = (self.rows(), &self.labels[..]);
        let mut found = Vec::new();
        let mut add = |name: &str, value: Value| numbers(name, &value, &mut found);
        let of_pair = |queries: &Self, references: &Self| {
            let scores =
                between(queries.rows(), &queries.labels, references.rows(), &references.labels, distance, 4);
            scores.expect("shared classes")
        };
        add("leave one out", json!(leave_one_out(rows, labels, distance, 4).expect("three classes")));
        let across = across_domains(rows, labels, &self.domains, distance, 3).expect("two domains");
        add("across domains", json!(across));
        let (first, second) = self.halves();
        add("between", json!(of_pair(&first, &second)));
        let detail = detail(rows, labels, distance, 50, &mut Random::new(3)).expect("three classes");
        add("detail", json!(detail));
        let pairs = pairs(rows, labels, distance, 100, &mut Random::new(4)).expect("both kinds");
        let verified = verify(&pairs).expect("both kinds");
        add("verification", json!([verified.eer, verified.auc, verified.tied_pairs]));
        let calibration = calibrate(&pairs).expect("both kinds");
        add("calibration", json!([calibration.expected_calibration_error, calibration.bins]));
        let gallery = first.without(2);
        let open = identify(gallery.rows(), &gallery.labels, second.rows(), &second.labels, distance);
        let open = open.expect("class 2 is unknown");
        add("open set", json!([open.area, open.rank_1, open.tied_probes]));
        let groups = k_means(rows, 3, &mut Random::new(5)).expect("three groups");
        add("nmi", json!(normalized_mutual_information(labels, &groups).expect("labels")));
        add("ami", json!(adjusted_mutual_information(labels, &groups).expect("labels")));
        let mut shape = measure(rows, labels, distance, 0.0, &mut Random::new(6)).expect("three classes");
        (shape.intra, shape.inter) = (0.0, 0.0);
        add("shape", json!(shape));
        let plane: Vec<f32> = rows.values().chunks_exact(self.dim).flat_map(|row| [row[0], row[1]]).collect();
        let kept = projection_quality(rows, distance, &plane, 5).expect("5 is below half");
        add("projection", json!([kept.trustworthiness, kept.continuity, kept.tied_queries]));
        let hubs = hubness(rows, 4, distance, 0).expect("4 is below the count");
        add("hubness", json!([hubs.skewness, hubs.orphans, hubs.tied_queries]));
        found
    }

    /// The rows of each domain.
    fn halves(&self) -> (Self, Self) {
        (self.only(|set, row| set.domains[row] == 0), self.only(|set, row| set.domains[row] == 1))
    }

    fn without(&self, label: u16) -> Self {
        self.only(|set, row| set.labels[row] != label)
    }

    fn only(&self, keep: impl Fn(&Self, usize) -> bool) -> Self {
        let kept: Vec<usize> = (0..self.labels.len()).filter(|&row| keep(self, row)).collect();
        Self {
            values: kept
                .iter()
                .flat_map(|&row| &self.values[row * self.dim..(row + 1) * self.dim])
                .copied()
                .collect(),
            dim: self.dim,
            labels: kept.iter().map(|&row| self.labels[row]).collect(),
            domains: kept.iter().map(|&row| self.domains[row]).collect(),
        }
    }
}

/// Every number of `value`, named by its path.
fn numbers(path: &str, value: &Value, to: &mut Vec<(String, f64)>) {
    match value {
        Value::Number(number) => to.extend(number.as_f64().map(|value| (path.to_string(), value))),
        Value::Array(items) => items.iter().for_each(|item| numbers(path, item, to)),
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| numbers(&format!("{path}.{name}"), value, to));
        }
        _ => {}
    }
}

fn all_close(got: &[(String, f64)], wanted: &[(String, f64)], tolerance: f64, what: &str) {
    assert_eq!(got.len(), wanted.len(), "{what}: as many measures");
    for ((name, got), (_, wanted)) in got.iter().zip(wanted) {
        assert!((got - wanted).abs() <= tolerance, "{what}, {name}: {got}, not {wanted}");
    }
}

/// Rows with many ties, without any, and all in one place.
fn sets() -> [(&'static str, Set); 4] {
    [
        ("whole numbers", Set::of(36, 3, 1, |random| random.below(3) as f32)),
        ("two places", Set::of(30, 2, 2, |random| random.below(2) as f32)),
        ("ordinary rows", Set::of(40, 4, 3, Random::normal)),
        ("one place", Set::of(30, 2, 4, |_| 1.5)),
    ]
}

#[test]
fn the_order_of_the_rows_changes_nothing() {
    for (name, set) in sets() {
        for distance in [Distance::Euclidean, Distance::Manhattan, Distance::Cosine, Distance::Dot] {
            let wanted = set.shares(distance);
            for seed in 0..4 {
                let what = format!("{name}, {distance:?}, order {seed}");
                all_close(&set.mixed(seed).shares(distance), &wanted, 1e-12, &what);
            }
        }
    }
}

#[test]
fn the_unit_of_the_rows_changes_nothing() {
    for (name, set) in sets() {
        for distance in [
            Distance::Euclidean,
            Distance::SquaredEuclidean,
            Distance::Manhattan,
            Distance::Chebyshev,
            Distance::Cosine,
            Distance::Dot,
        ] {
            let wanted = set.shares(distance);
            for k in -60..=60 {
                let what = format!("{name}, {distance:?}, times 2^{k}");
                all_close(&set.times(2.0_f32.powi(k)).shares(distance), &wanted, 1e-12, &what);
            }
        }
    }
}

/// Rows of all magnitudes that f32 has, from denormals to `largest`, each magnitude in all classes.
fn mixed_magnitudes(largest: f32) -> Set {
    let sizes = [1.0, -0.5, 255.0, 1e-3, 1e-12, 3e-25, 1e-38, 1e-44, 7e12, 1e20, largest, -largest];
    let mut at = 0;
    Set::of(4 * sizes.len(), 3, 11, |random| {
        let size = sizes[at / 3 % sizes.len()];
        at += 1;
        size * (0.25 + 0.5 * random.uniform())
    })
}

/// Recall@1 and the area under the ROC of all pairs, by distances in f64 that are rounded once. Ties are shared.
fn by_definition(set: &Set, between: impl Fn(&[f64], &[f64]) -> f64) -> [f64; 2] {
    let n = set.labels.len();
    let row = |at: usize| -> Vec<f64> {
        set.values[at * set.dim..(at + 1) * set.dim].iter().map(|&x| f64::from(x)).collect()
    };
    let rows: Vec<Vec<f64>> = (0..n).map(row).collect();
    let (mut recall, mut same, mut different) = (0.0, Vec::new(), Vec::new());
    for query in 0..n {
        let of = |other: usize| {
            (between(&rows[query], &rows[other]) as f32, set.labels[other] == set.labels[query])
        };
        let others: Vec<(f32, bool)> = (0..n).filter(|&other| other != query).map(of).collect();
        let least = others.iter().map(|other| other.0).fold(f32::INFINITY, f32::min);
        let nearest: Vec<bool> =
            others.iter().filter(|other| other.0 <= least).map(|other| other.1).collect();
        recall += nearest.iter().filter(|&&hit| hit).count() as f64 / nearest.len() as f64;
        others.iter().for_each(|&(d, hit)| if hit { same.push(d) } else { different.push(d) });
    }
    let wins = same.iter().map(|&x| different.iter().map(|&y| half_or_one(x, y)).sum::<f64>()).sum::<f64>();
    [recall / n as f64, wins / (same.len() * different.len()) as f64]
}

fn half_or_one(same: f32, different: f32) -> f64 {
    if same == different { 0.5 } else { f64::from(u8::from(same < different)) }
}

#[test]
fn magnitudes_that_are_mixed_are_measured_by_the_definition() {
    let set = mixed_magnitudes(f32::MAX / 16.0);
    let apart = |x: &[f64], y: &[f64]| -> Vec<f64> { x.iter().zip(y).map(|(x, y)| (x - y).abs()).collect() };
    let manhattan = |x: &[f64], y: &[f64]| apart(x, y).iter().sum();
    let chebyshev = |x: &[f64], y: &[f64]| apart(x, y).into_iter().fold(0.0, f64::max);
    let euclidean = |x: &[f64], y: &[f64]| apart(x, y).iter().map(|d| d * d).sum::<f64>().sqrt();
    for (distance, wanted) in [
        (Distance::Manhattan, by_definition(&set, manhattan)),
        (Distance::Chebyshev, by_definition(&set, chebyshev)),
        (Distance::Euclidean, by_definition(&set, euclidean)),
    ] {
        let scores = leave_one_out(set.rows(), &set.labels, distance, 4).expect("three classes");
        let all =
            pairs(set.rows(), &set.labels, distance, usize::MAX, &mut Random::new(1)).expect("all pairs");
        let auc = verify(&all).expect("both kinds").auc;
        // A sum in f32 may lie one place from the rounded one, and turn a tie round.
        for (got, wanted) in [scores.recall_at_1, auc].into_iter().zip(wanted) {
            assert!((got - wanted).abs() < 5e-3, "{distance:?}: {got}, not {wanted}");
        }
        all_close(&set.mixed(5).shares(distance), &set.shares(distance), 1e-12, &format!("{distance:?}"));
    }
}

#[test]
fn a_distance_that_f32_cannot_hold_is_an_error_of_every_measure() {
    let set = mixed_magnitudes(f32::MAX);
    let (rows, labels, distance) = (set.rows(), &set.labels[..], Distance::Manhattan);
    let random = || Random::new(1);
    let found: [(&str, Result<(), Error>); 7] = [
        ("leave one out", leave_one_out(rows, labels, distance, 4).map(drop)),
        ("between", between(rows, labels, rows, labels, distance, 4).map(drop)),
        ("across domains", across_domains(rows, labels, &set.domains, distance, 4).map(drop)),
        ("detail", detail(rows, labels, distance, 9, &mut random()).map(drop)),
        ("open set", identify(rows, labels, rows, labels, distance).map(drop)),
        ("projection", projection_quality(rows, distance, &vec![0.0; 2 * rows.count()], 4).map(drop)),
        ("hubness", hubness(rows, 4, distance, 1).map(drop)),
    ];
    for (name, answer) in found {
        let code = answer.err().map(|error| error.code());
        assert_eq!(code, Some("distance.out_of_range"), "{name}");
    }
}

#[test]
fn no_request_panics() {
    let codes = |found: Result<(), Error>| found.err().map(|error| error.code());
    let known = [
        None,
        Some("config.invalid"),
        Some("data.invalid"),
        Some("data.one_class"),
        Some("data.insufficient"),
        Some("k.out_of_range"),
        Some("shape.mismatch"),
    ];
    let mut refused = 0;
    for (count, dim) in [(0, 1), (0, 3), (1, 1), (2, 1), (2, 3), (3, 2), (5, 2)] {
        let set = Set::of(count, dim, 9, Random::normal);
        let rows = set.rows();
        let random = || Random::new(1);
        for labels in [vec![], vec![7], vec![0; count], (0..count as u16).collect(), vec![0; count + 1]] {
            for k in [0, 1, count, count + 1, usize::MAX] {
                for distance in [Distance::Cosine, Distance::Chebyshev, Distance::Minkowski { p: 0.5 }] {
                    let domains: Vec<u8> = labels.iter().map(|&label| label as u8).collect();
                    let calls: [Result<(), Error>; 13] = [
                        leave_one_out(rows, &labels, distance, k).map(drop),
                        between(rows, &labels, rows, &labels, distance, k).map(drop),
                        across_domains(rows, &labels, &domains, distance, k).map(drop),
                        detail(rows, &labels, distance, k, &mut random()).map(drop),
                        pairs(rows, &labels, distance, k, &mut random()).map(drop),
                        verify(&[]).map(drop),
                        calibrate(&[]).map(drop),
                        identify(rows, &labels, rows, &labels, distance).map(drop),
                        k_means(rows, k, &mut random()).map(drop),
                        adjusted_mutual_information(&labels, &set.labels).map(drop),
                        measure(rows, &labels, distance, f64::NAN, &mut random()).map(drop),
                        projection_quality(rows, distance, &set.values, k).map(drop),
                        hubness(rows, k, distance, k).map(drop),
                    ];
                    for (at, call) in calls.into_iter().enumerate() {
                        let code = codes(call);
                        assert!(known.contains(&code), "call {at}, {count} rows, k {k}: {code:?}");
                        refused += usize::from(code.is_some());
                    }
                }
            }
        }
    }
    assert!(refused > 1_000, "most of these requests are refused: {refused}");
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
