use super::*;
use crate::random::Random;

const GOLDEN: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/losses.json"));

fn rows(values: &[f32], dim: usize) -> Rows<'_> {
    Rows::new("rows", values, dim).expect("finite rows")
}

fn normals(count: usize, seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed);
    (0..count).map(|_| random.normal()).collect()
}

/// The definitions where no distances are equal, one sorted list a query, in f64: R@1, R@k, R-precision, MAP@R, MAP, MRR, queries.
fn slow(
    values: &[f32],
    dim: usize,
    labels: &[u16],
    k: usize,
    asked: impl Fn(usize, usize) -> bool,
) -> [f64; 7] {
    let n = labels.len();
    let mut sums = [0.0; 7];
    for query in 0..n {
        let mut others: Vec<(f64, usize)> = (0..n)
            .filter(|&other| asked(query, other))
            .map(|other| {
                let pairs = (0..dim).map(|i| (values[query * dim + i], values[other * dim + i]));
                (pairs.map(|(a, b)| (f64::from(a) - f64::from(b)).powi(2)).sum(), other)
            })
            .collect();
        others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let hit: Vec<f64> =
            others.iter().map(|o| f64::from(u8::from(labels[o.1] == labels[query]))).collect();
        let r = hit.iter().sum::<f64>();
        if r == 0.0 {
            continue;
        }
        let precision = |i: usize| hit[..=i].iter().sum::<f64>() / (i + 1) as f64;
        let average = |end: usize| (0..end).map(|i| hit[i] * precision(i)).sum::<f64>() / r;
        sums[0] += hit[0];
        sums[1] += hit[..k].iter().fold(0.0, |a, &b| b.max(a));
        sums[2] += hit[..r as usize].iter().sum::<f64>() / r;
        sums[3] += average(r as usize);
        sums[4] += average(hit.len());
        sums[5] += 1.0 / (hit.iter().position(|&h| h > 0.0).expect("r > 0") + 1) as f64;
        sums[6] += 1.0;
    }
    for at in 0..6 {
        sums[at] /= sums[6];
    }
    sums
}

fn in_order(scores: &RetrievalScores) -> [f64; 6] {
    [
        scores.recall_at_1,
        scores.recall_at_k,
        scores.r_precision,
        scores.map_at_r,
        scores.mean_average_precision,
        scores.mean_reciprocal_rank,
    ]
}

fn same(scores: &RetrievalScores, wanted: &[f64]) {
    for (at, (got, wanted)) in in_order(scores).iter().zip(wanted).enumerate() {
        assert!((got - wanted).abs() < 1e-9, "score {at}: {got}, not {wanted}");
    }
}

#[test]
fn agrees_with_pytorch_metric_learning() {
    let golden: serde_json::Value = serde_json::from_str(GOLDEN).expect("golden file");
    let embeddings: Vec<Vec<f32>> = serde_json::from_value(golden["embeddings"].clone()).expect("embeddings");
    let labels: Vec<u16> = serde_json::from_value(golden["labels"].clone()).expect("labels");
    let dim = embeddings[0].len();
    let values: Vec<f32> = embeddings.concat();
    // PML's calculator was given unit vectors: on them the Euclidean order is the cosine's.
    let scores =
        leave_one_out(rows(&values, dim), &labels, Distance::Cosine, 1).expect("classes of two and more");
    assert_eq!((scores.queries, scores.classes), (7, 3), "the class with one row is not asked about");
    for (name, got) in [
        ("precision_at_1", scores.recall_at_1),
        ("r_precision", scores.r_precision),
        ("mean_average_precision_at_r", scores.map_at_r),
        ("mean_average_precision", scores.mean_average_precision),
        ("mean_reciprocal_rank", scores.mean_reciprocal_rank),
    ] {
        let wanted = golden["metrics_pml"][name].as_f64().expect("a number");
        assert!((got - wanted).abs() < 1e-12, "{name}: {got}, PML says {wanted}");
    }
}

#[test]
fn agrees_with_the_definitions_on_random_rows() {
    for (n, dim, classes, k, seed) in
        [(30, 3, 4, 5, 1), (61, 1, 7, 10, 2), (200, 16, 3, 1, 3), (90, 5, 60, 4, 4)]
    {
        let values = normals(n * dim, seed);
        let mut random = Random::new(seed + 100);
        let labels: Vec<u16> = (0..n).map(|_| random.below(classes) as u16).collect();
        let scores =
            leave_one_out(rows(&values, dim), &labels, Distance::Euclidean, k).expect("some class has two");
        let wanted = slow(&values, dim, &labels, k, |q, r| q != r);
        same(&scores, &wanted);
        assert_eq!(scores.queries as f64, wanted[6], "queries");
    }
}

#[test]
fn across_domains_is_the_mean_over_ordered_pairs() {
    let (n, dim, k) = (90, 4, 3);
    let values = normals(n * dim, 5);
    let labels: Vec<u16> = (0..n as u16).map(|i| i / 3 % 20).collect();
    let domain_of: Vec<u8> = (0..n).map(|i| (i % 3) as u8).collect();
    let scores = across_domains(rows(&values, dim), &labels, &domain_of, Distance::Euclidean, k)
        .expect("shared classes");
    let mut mean = [0.0; 6];
    for asking in 0..3 {
        for answering in (0..3).filter(|&other| other != asking) {
            let pair =
                slow(&values, dim, &labels, k, |q, r| domain_of[q] == asking && domain_of[r] == answering);
            for at in 0..6 {
                mean[at] += pair[at] / 6.0;
            }
        }
    }
    same(&scores, &mean);
    assert!(scores.cross_domain, "says so");
    assert_eq!((scores.queries, scores.classes), (90, 20), "rows asked about, their classes");
}

#[test]
fn between_sets_counts_every_reference() {
    // Queries at 0 and 10; references of class 1 at 1 and 9, of class 2 at 2: ranks by hand.
    let (queries, references) = ([0.0, 10.0, 5.0], [1.0, 9.0, 2.0]);
    let scores =
        between(rows(&queries, 1), &[1, 2, 3], rows(&references, 1), &[1, 1, 2], Distance::Euclidean, 2)
            .expect("classes 1 and 2 have references");
    // Query 0: hit, miss, hit, R = 2. Query 10: 9 (miss), 2 (hit) at rank 2, R = 1. Class 3 is left out.
    same(&scores, &[0.5, 1.0, 0.25, 0.25, f64::midpoint(f64::midpoint(1.0, 2.0 / 3.0), 0.5), 0.75]);
    assert_eq!(scores.queries, 2, "queries with a reference of their class");
}

#[test]
fn perfect_and_hopeless_sets() {
    let labels = [0, 0, 0, 1, 1, 1];
    let apart = [0.0, 0.1, 0.2, 9.0, 9.1, 9.2];
    let scores = leave_one_out(rows(&apart, 1), &labels, Distance::Euclidean, 2).expect("threes");
    same(&scores, &[1.0; 6]);
    assert!(scores.recall_at_1_interval[0] < 0.62 && scores.recall_at_1_interval[1] == 1.0, "six are few");
    let woven = [0.0, 2.0, 4.0, 1.0, 3.0, 5.0];
    let scores = leave_one_out(rows(&woven, 1), &labels, Distance::Euclidean, 1).expect("threes");
    assert_eq!(in_order(&scores)[..2], [0.0, 0.0], "the neighbour is always of the other class");
}

#[test]
fn wilson_intervals_are_the_published_ones() {
    // Newcombe, Statistics in Medicine 1998, table I, method 3: 81/263, 15/148, 0/20, 1/29.
    for (hits, n, low, high) in [
        (81.0, 263, 0.2553, 0.3662),
        (15.0, 148, 0.0624, 0.1605),
        (0.0, 20, 0.0, 0.1611),
        (1.0, 29, 0.0061, 0.1718),
    ] {
        let [from, to] = wilson(hits / n as f64, n);
        assert!((from - low).abs() < 5e-5 && (to - high).abs() < 5e-5, "{hits} of {n}: {from} to {to}");
    }
}

#[test]
fn rows_in_one_place_score_what_chance_gives() {
    // Each of six rows has two of its class among five others, in whatever order they come.
    for labels in [[0, 0, 0, 1, 1, 1], [0, 1, 0, 1, 0, 1], [1, 0, 0, 1, 1, 0]] {
        let scores = leave_one_out(rows(&[3.0; 12], 2), &labels, Distance::Cosine, 3).expect("threes");
        assert!((scores.recall_at_1 - 0.4).abs() < 1e-15, "R@1 {}", scores.recall_at_1);
        assert!((scores.recall_at_k - 0.9).abs() < 1e-15, "R@3 {}", scores.recall_at_k);
        assert!((scores.precision_at_k - 0.4).abs() < 1e-15, "P@3 {}", scores.precision_at_k);
        assert_eq!((scores.queries, scores.tied_queries), (6, 6), "every query is tied");
    }
    let apart = leave_one_out(rows(&[0.0, 1.0, 3.0, 7.0], 1), &[0, 0, 1, 1], Distance::Euclidean, 1);
    assert_eq!(apart.expect("twos").tied_queries, 0, "no two distances are equal");
    let parts =
        across_domains(rows(&[0.0, 0.0, 0.0, 9.0], 1), &[0, 0, 1, 1], &[0, 1, 1, 1], Distance::Euclidean, 1)
            .expect("class 0 is in both domains");
    assert_eq!((parts.queries, parts.tied_queries), (2, 1), "the other domain's row has one reference");
}

#[test]
fn bad_requests_have_codes() {
    let values = normals(12, 6);
    let set = rows(&values, 2);
    let code = |result: Result<RetrievalScores>| result.expect_err("refused").code();
    assert_eq!(
        code(leave_one_out(set, &[0; 5], Distance::Cosine, 1)),
        "shape.mismatch",
        "five labels, six rows"
    );
    assert_eq!(code(leave_one_out(set, &[0; 6], Distance::Cosine, 0)), "k.out_of_range", "k = 0");
    assert_eq!(code(leave_one_out(set, &[0; 6], Distance::Cosine, 6)), "k.out_of_range", "five others");
    assert_eq!(
        code(leave_one_out(set, &[0, 1, 2, 3, 4, 5], Distance::Cosine, 1)),
        "data.insufficient",
        "no class has two"
    );
    let across =
        |domains: &[u8], k| code(across_domains(set, &[0, 0, 1, 1, 2, 2], domains, Distance::Cosine, k));
    assert_eq!(across(&[0, 1, 0, 1, 0], 1), "shape.mismatch", "five domains, six rows");
    assert_eq!(across(&[0, 1, 0, 1, 0, 1], 4), "k.out_of_range", "three in a domain");
    assert_eq!(across(&[0, 0, 0, 0, 0, 0], 1), "data.insufficient", "one domain");
    assert_eq!(across(&[0, 0, 1, 1, 2, 2], 1), "data.insufficient", "no class is in two domains");
    let detail_of = |labels: &[u16], resamples| {
        let found = detail(set, labels, Distance::Cosine, resamples, &mut Random::new(1));
        found.expect_err("refused").code()
    };
    assert_eq!(detail_of(&[0; 6], 0), "config.invalid", "no resample");
    assert_eq!(detail_of(&[0; 6], usize::MAX), "config.invalid", "more than memory holds");
    assert_eq!(detail_of(&[0; 5], 9), "shape.mismatch", "five labels, six rows");
    let none = rows(&[], 2);
    assert_eq!(code(leave_one_out(none, &[], Distance::Cosine, 1)), "k.out_of_range", "no rows");
    assert_eq!(
        code(between(set, &[0; 6], none, &[], Distance::Cosine, 1)),
        "k.out_of_range",
        "no references"
    );
    assert_eq!(
        code(leave_one_out(set, &[0; 6], Distance::KullbackLeibler, 1)),
        "rows.not_histogram",
        "rows that are no histograms"
    );
}

#[test]
fn scores_are_written_as_the_page_reads_them() {
    let scores = leave_one_out(rows(&[0.0, 1.0, 5.0], 1), &[0, 0, 1], Distance::Euclidean, 2)
        .expect("class 0 has two");
    let json = serde_json::to_value(scores).expect("numbers");
    for field in [
        "queries",
        "tiedQueries",
        "classes",
        "recallAt1",
        "recallAt1Interval",
        "k",
        "recallAtK",
        "mapAtR",
        "rPrecision",
        "crossDomain",
    ] {
        assert!(!json[field].is_null(), "{field} is missing in {json}");
    }
}

#[test]
#[ignore = "a measurement: cargo test --release -- --ignored --nocapture speed"]
fn speed() {
    for (n, dim, classes) in [(2_000, 784, 10), (2_000, 32, 10), (10_000, 32, 10), (960, 3_072, 320)] {
        let values = normals(n * dim, 8);
        let labels: Vec<u16> = (0..n).map(|i| (i % classes) as u16).collect();
        let begin = std::time::Instant::now();
        let scores = leave_one_out(rows(&values, dim), &labels, Distance::Euclidean, 10).expect("in range");
        println!(
            "{n} x {dim}, {classes} classes: {:.3} s (MAP@R {:.3})",
            begin.elapsed().as_secs_f64(),
            scores.map_at_r
        );
    }
}
