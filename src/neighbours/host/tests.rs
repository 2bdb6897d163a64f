use super::*;
use crate::neighbours::between;
use crate::random::Random;

const METRICS: [Distance; 3] = [Distance::Euclidean, Distance::SquaredEuclidean, Distance::Cosine];

fn rows(values: &[f32], dim: usize) -> Rows<'_> {
    Rows::new("rows", values, dim).expect("finite rows")
}

fn normals(count: usize, seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed);
    (0..count).map(|_| random.normal()).collect()
}

/// The definition, in f64, one pair at a time.
fn slow_distance(a: &[f32], b: &[f32], metric: Distance) -> f64 {
    let pairs = || a.iter().zip(b).map(|(&x, &y)| (f64::from(x), f64::from(y)));
    let square: f64 = pairs().map(|(x, y)| (x - y) * (x - y)).sum();
    match metric {
        Distance::Euclidean => square.sqrt(),
        Distance::SquaredEuclidean => square,
        Distance::Cosine => {
            let dot: f64 = pairs().map(|(x, y)| x * y).sum();
            let (aa, bb): (f64, f64) = pairs().fold((0.0, 0.0), |(aa, bb), (x, y)| (aa + x * x, bb + y * y));
            if aa == 0.0 || bb == 0.0 { 1.0 } else { 1.0 - dot / (aa * bb).sqrt() }
        }
        other => other.apart(other.between(a, b).expect("rows of its kind")),
    }
}

/// Each query's neighbours are right if no reference left out is clearly nearer, they are in order, and
/// each distance is the definition's.
fn check(queries: Rows<'_>, references: Rows<'_>, metric: Distance, found: &Neighbours, skip_self: bool) {
    for query in 0..queries.count() {
        let ids = &found.indices[query * found.k..(query + 1) * found.k];
        let distances = &found.distances[query * found.k..(query + 1) * found.k];
        let mut all: Vec<f64> = (0..references.count())
            .filter(|&r| !(skip_self && r == query))
            .map(|r| slow_distance(queries.row(query), references.row(r), metric))
            .collect();
        all.sort_by(f64::total_cmp);
        let distinct: std::collections::HashSet<_> = ids.iter().collect();
        for (&id, &distance) in ids.iter().zip(distances) {
            let between =
                between(metric, queries.row(query), references.row(id as usize)).expect("f32 holds it");
            assert_eq!(distance.to_bits(), between.to_bits(), "{metric:?}: the search and between() differ");
        }
        assert_eq!(distinct.len(), found.k, "{metric:?}: query {query} repeats a neighbour");
        for (rank, (&id, &distance)) in ids.iter().zip(distances).enumerate() {
            let slack = 3e-6 * (1.0 + all[rank].abs());
            let own = slow_distance(queries.row(query), references.row(id as usize), metric);
            assert!(!(skip_self && id as usize == query), "query {query} found itself");
            assert!((f64::from(distance) - own).abs() < slack, "{metric:?}: {distance} is not {own}");
            assert!(
                (own - all[rank]).abs() < slack,
                "{metric:?}: rank {rank} of query {query}: {own}, not {}",
                all[rank]
            );
        }
        let ordered = (1..found.k).all(|i| (distances[i - 1], ids[i - 1]) < (distances[i], ids[i]));
        assert!(ordered, "{metric:?}: nearest first, ties by index, query {query}");
    }
}

#[test]
fn agrees_with_the_definition_at_odd_sizes() {
    for (n, m, dim, k) in
        [(1, 1, 1, 1), (5, 9, 3, 4), (7, 8, 1, 8), (33, 70, 17, 10), (4, 2_100, 5, 40), (300, 31, 130, 31)]
    {
        let (q, r) = (normals(n * dim, 1), normals(m * dim, 2));
        for metric in METRICS {
            let (queries, references) = (rows(&q, dim), rows(&r, dim));
            let found = nearest(queries, references, k, metric).expect("k is in range");
            check(queries, references, metric, &found, false);
        }
    }
}

#[test]
fn every_other_distance_agrees_with_its_definition() {
    for (n, m, dim, k) in [(1, 3, 1, 2), (5, 9, 2, 4), (7, 21, 17, 8)] {
        let histogram = |values: Vec<f32>| -> Vec<f32> {
            let each = values.chunks_exact(dim).flat_map(|row| {
                let sum: f32 = row.iter().map(|x| x.exp()).sum();
                row.iter().map(move |x| x.exp() / sum)
            });
            each.collect()
        };
        for metric in Distance::ALL {
            let (mut q, mut r) = (normals(n * dim, 1), normals(m * dim, 2));
            if metric.rows() == crate::distances::RowKind::Histograms {
                (q, r) = (histogram(q), histogram(r));
            }
            let (queries, references) = (rows(&q, dim), rows(&r, dim));
            if dim == 1 && matches!(metric, Distance::Snr | Distance::Cosine | Distance::Angle) {
                // One number has no deviation and only two directions: everything ties.
                continue;
            }
            let ties = dim == 1 && metric.rows() == crate::distances::RowKind::Histograms;
            if !ties {
                let found = nearest(queries, references, k, metric).expect("k is in range");
                check(queries, references, metric, &found, false);
            }
            let (own, copy) = (references, r.clone());
            assert_eq!(
                (nearest(own, own, k, metric), pairwise(own, own, metric)),
                (nearest(own, rows(&copy, dim), k, metric), pairwise(own, rows(&copy, dim), metric)),
                "{metric:?}: rows among themselves are as among a copy"
            );
            let matrix = pairwise(queries, references, metric).expect("it is small");
            for (at, &value) in matrix.iter().enumerate() {
                let wanted = slow_distance(queries.row(at / m), references.row(at % m), metric);
                let error = (f64::from(value) - wanted).abs();
                assert!(
                    error < 3e-6 * (1.0 + wanted.abs()),
                    "{metric:?}, {dim} numbers: {value} is not {wanted}"
                );
            }
        }
    }
}

#[test]
fn a_row_is_not_its_own_neighbour_and_its_duplicate_is() {
    let mut values = normals(40 * 6, 3);
    values.copy_within(0..6, 39 * 6);
    for metric in METRICS {
        let found = nearest_self(rows(&values, 6), 7, metric).expect("k is in range");
        check(rows(&values, 6), rows(&values, 6), metric, &found, true);
        assert_eq!(found.indices[0], 39, "{metric:?}: the duplicate of row 0");
        assert_eq!(found.distances[0].to_bits(), 0, "{metric:?}: exactly 0 to a duplicate");
    }
    let nearest = nearest(rows(&values, 6), rows(&values, 6), 2, Distance::Euclidean).expect("k is in range");
    assert_eq!(nearest.indices[39 * 2..], [0, 39], "equal distances by index");
}

#[test]
fn ties_are_ordered_by_index_across_spans() {
    // 5,000 references at the same place, more than two spans: the first k win, wherever k ends.
    let references = vec![1.0; 5_000 * 3];
    let found = nearest(rows(&[0.0, 0.0, 0.0], 3), rows(&references, 3), 2_500, Distance::Euclidean)
        .expect("in range");
    assert!(found.indices.iter().enumerate().all(|(at, &index)| at as u32 == index), "0, 1, 2, ...");
}

#[test]
fn a_predicate_leaves_references_out() {
    let values = normals(60 * 4, 4);
    let set = rows(&values, 4);
    let found =
        nearest_where(set, set, 5, Distance::Euclidean, |q, r| q % 3 != r % 3).expect("forty are left");
    for query in 0..60 {
        let mut all: Vec<(f64, u32)> = (0..60)
            .filter(|r| r % 3 != query % 3)
            .map(|r| (slow_distance(set.row(query), set.row(r), Distance::Euclidean), r as u32))
            .collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        let wanted: Vec<u32> = all[..5].iter().map(|pair| pair.1).collect();
        assert_eq!(found.indices[query * 5..query * 5 + 5], wanted, "query {query}");
    }
    let error =
        nearest_where(set, set, 41, Distance::Euclidean, |q, r| q % 3 != r % 3).expect_err("forty are left");
    assert_eq!(error, Error::KOutOfRange { k: 41, max: 40 }, "says how many there are");
}

#[test]
fn k_is_checked() {
    let values = normals(12, 5);
    let set = rows(&values, 3);
    for (k, most) in [(0, 4), (5, 4)] {
        let error = nearest(set, set, k, Distance::Euclidean).expect_err("four rows");
        assert_eq!(error, Error::KOutOfRange { k, max: most }, "k = {k} of four");
    }
    let error = nearest_self(set, 4, Distance::Euclidean).expect_err("three others");
    assert_eq!(error, Error::KOutOfRange { k: 4, max: 3 }, "the row itself does not count");
    let none = nearest(set, rows(&[], 3), 1, Distance::Euclidean).expect_err("no references");
    assert_eq!(none.code(), "k.out_of_range", "an empty reference set");
    assert!(
        nearest(rows(&[], 3), set, 1, Distance::Euclidean).expect("no queries").indices.is_empty(),
        "no queries"
    );
}

#[test]
fn rows_are_checked() {
    assert_eq!(
        Rows::new("rows", &[1.0; 7], 3).expect_err("7 is no multiple").code(),
        "shape.mismatch",
        "length"
    );
    assert_eq!(
        Rows::new("rows", &[1.0; 7], 0).expect_err("no columns").code(),
        "shape.mismatch",
        "dimension 0"
    );
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let error = Rows::new("queries", &[0.0, 0.0, 0.0, bad], 2).expect_err("not finite");
        assert_eq!(error, Error::not_finite("queries", 1), "{bad} in row 1");
    }
    let error =
        nearest(rows(&[1.0; 4], 2), rows(&[1.0; 6], 3), 1, Distance::Cosine).expect_err("2 and 3 columns");
    assert_eq!(error.code(), "shape.mismatch", "rows of different lengths");
}

#[test]
fn far_from_the_origin_no_digit_is_lost() {
    // Steps of 2⁻¹⁰ at 4096: ‖q‖² + ‖r‖² − 2q·r in f32 would see all of them at 0.
    let values: Vec<f32> = (0..64).flat_map(|i| [4096.0 + i as f32 / 1024.0, 4096.0]).collect();
    let found = nearest_self(rows(&values, 2), 1, Distance::Euclidean).expect("in range");
    assert!(found.distances.iter().all(|&d| d == 1.0 / 1024.0), "each next one is a step away");
}

#[test]
fn huge_and_tiny_numbers_keep_their_order() {
    for scale in [5e37_f32, 1e20, 1e-30, 1e-38] {
        let values: Vec<f32> = [0.0, 1.0, 3.0, -2.5].iter().map(|v| v * scale).collect();
        let found = nearest_self(rows(&values, 1), 3, Distance::Euclidean).expect("in range");
        assert_eq!(found.indices[..3], [1, 3, 2], "from 0, at scale {scale}");
        let relative = found.distances[2] / scale;
        assert!((relative - 3.0).abs() < 1e-5, "distance {relative} × {scale}");
        let cosine = nearest_self(rows(&values, 1), 1, Distance::Cosine).expect("in range");
        assert_eq!(cosine.indices[1], 2, "the same direction, at scale {scale}");
        assert!(cosine.distances[1].abs() < 1e-6, "1 and 3 point the same way");
    }
}

#[test]
fn hand_worked_distances() {
    // 3-4-5 triangle; a right angle; the zero row.
    let (a, b) = ([3.0, 4.0], [0.0, 0.0, -4.0, 3.0, 6.0, 8.0]);
    let matrix = |metric| pairwise(rows(&a, 2), rows(&b, 2), metric).expect("small");
    assert_eq!(matrix(Distance::SquaredEuclidean), [25.0, 50.0, 25.0], "squared");
    assert_eq!(matrix(Distance::Euclidean), [5.0, 50.0_f32.sqrt(), 5.0], "Euclidean");
    let cosine = matrix(Distance::Cosine);
    assert!(
        (cosine[1] - 1.0).abs() < 1e-6 && cosine[2].abs() < 1e-6,
        "right angle, same direction: {cosine:?}"
    );
    assert_eq!(cosine[0].to_bits(), 1.0_f32.to_bits(), "a zero row is at 1");
}

#[test]
fn the_matrix_agrees_with_the_definition_and_has_a_limit() {
    let (q, r) = (normals(37 * 11, 6), normals(2_060 * 11, 7));
    for metric in METRICS {
        let matrix = pairwise(rows(&q, 11), rows(&r, 11), metric).expect("small");
        for at in 0..37 * 2_060 {
            let wanted = slow_distance(rows(&q, 11).row(at / 2_060), rows(&r, 11).row(at % 2_060), metric);
            let got = f64::from(matrix[at]);
            assert!((got - wanted).abs() < 2e-6 * (1.0 + wanted), "{metric:?} at {at}: {got}, not {wanted}");
        }
    }
    let many = vec![0.0; 20_000];
    let error = pairwise(rows(&many, 1), rows(&many, 1), Distance::Euclidean).expect_err("1.6 GB");
    assert_eq!(
        error,
        Error::DataTooLarge { bytes: 1_600_000_000, limit: 1 << 30 },
        "the limit is a gibibyte"
    );
}

#[test]
#[ignore = "a measurement: cargo test --release -- --ignored --nocapture speed"]
fn speed() {
    for (n, dim, k) in [(2_000, 784, 200), (10_000, 32, 10), (10_000, 64, 10), (2_000, 784, 10)] {
        let values = normals(n * dim, 8);
        let begin = std::time::Instant::now();
        let found = nearest_self(rows(&values, dim), k, Distance::Euclidean).expect("in range");
        let seconds = begin.elapsed().as_secs_f64();
        let pairs = (n * n) as f64;
        println!(
            "{n} x {n} x {dim}, k = {k}: {seconds:.3} s, {:.2} ns a pair, {:.1} ps a pair and dimension (first {})",
            seconds * 1e9 / pairs,
            seconds * 1e12 / pairs / dim as f64,
            found.indices[0]
        );
    }
}
