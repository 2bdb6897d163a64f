//! Answers that do not depend on the unit of the rows: every distance and search with all rows scaled by 2^k, with huge and tiny
//! rows among ordinary ones, and with high powers. The reference is an f64 form of each formula written here.

use std::ops::RangeInclusive;

use burn::tensor::{Device, Tensor, TensorData};
use metriclab::distances::{Distance, RowKind, histograms, normalize};
use metriclab::neighbours::{Rows, between, nearest, nearest_self, pairwise};
use metriclab::random::Random;

/// Powers of two that all rows are scaled by.
const EXPONENTS: RangeInclusive<i32> = -60..=60;
/// Distances whose rows can be scaled, with the settings that strain them.
const HOMOGENEOUS: [Distance; 18] = [
    Distance::Euclidean,
    Distance::SquaredEuclidean,
    Distance::Mahalanobis,
    Distance::Manhattan,
    Distance::Chebyshev,
    Distance::Minkowski { p: 1.0 },
    Distance::Minkowski { p: 1.5 },
    Distance::Minkowski { p: 3.0 },
    Distance::Minkowski { p: 16.0 },
    Distance::Minkowski { p: 46.0 },
    Distance::Minkowski { p: 64.0 },
    Distance::Cosine,
    Distance::Angle,
    Distance::Dot,
    Distance::Snr,
    Distance::SampleWasserstein,
    Distance::SampleEnergy,
    Distance::RootSampleEnergy,
];

fn normals(count: usize, seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed);
    (0..count).map(|_| random.normal()).collect()
}

fn rows(values: &[f32], dim: usize) -> Rows<'_> {
    Rows::new("rows", values, dim).expect("finite rows")
}

fn scaled(values: &[f32], exponent: i32) -> Vec<f32> {
    values.iter().map(|&x| (f64::from(x) * 2.0_f64.powi(exponent)) as f32).collect()
}

fn tensor(values: &[f32], dim: usize) -> Tensor<2> {
    Tensor::from_data(TensorData::new(values.to_vec(), [values.len() / dim, dim]), &Device::flex())
}

fn numbers(tensor: Tensor<2>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

/// The formula in f64, smaller is closer. Differences are taken before anything is squared.
fn formula(distance: Distance, a: &[f32], b: &[f32]) -> f64 {
    let wide = |row: &[f32]| row.iter().map(|&x| f64::from(x)).collect::<Vec<_>>();
    let (x, y) = (wide(a), wide(b));
    let norm = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
    let apart: Vec<f64> = x.iter().zip(&y).map(|(x, y)| x - y).collect();
    let sizes = || apart.iter().map(|x| x.abs());
    match distance {
        Distance::Euclidean | Distance::Mahalanobis => norm(&apart),
        Distance::SquaredEuclidean => norm(&apart).powi(2),
        Distance::Manhattan => sizes().sum(),
        Distance::Chebyshev => sizes().fold(0.0, f64::max),
        Distance::Minkowski { p } => {
            // By logarithms: log Σ e^{p log|x|}.
            let logs: Vec<f64> = sizes().filter(|&x| x > 0.0).map(|x| p * x.ln()).collect();
            let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if logs.is_empty() {
                return 0.0;
            }
            ((most + logs.iter().map(|x| (x - most).exp()).sum::<f64>().ln()) / p).exp()
        }
        Distance::Dot => -x.iter().zip(&y).map(|(x, y)| x * y).sum::<f64>(),
        Distance::Cosine | Distance::Angle => {
            let unit = |x: &[f64]| x.iter().map(|v| v / norm(x)).collect::<Vec<_>>();
            let (x, y) = (unit(&x), unit(&y));
            let minus: Vec<f64> = x.iter().zip(&y).map(|(x, y)| x - y).collect();
            let plus: Vec<f64> = x.iter().zip(&y).map(|(x, y)| x + y).collect();
            match distance {
                Distance::Angle => 2.0 * norm(&minus).atan2(norm(&plus)),
                _ => 0.5 * norm(&minus).powi(2),
            }
        }
        Distance::Snr => {
            let centred = |x: &[f64]| {
                let mean = x.iter().sum::<f64>() / x.len() as f64;
                x.iter().map(|x| x - mean).collect::<Vec<_>>()
            };
            let (x, y) = (centred(&x), centred(&y));
            let noise: Vec<f64> = x.iter().zip(&y).map(|(x, y)| x - y).collect();
            if norm(&noise) == 0.0 { 0.0 } else { (norm(&noise) / norm(&x)).powi(2) }
        }
        Distance::SampleWasserstein => {
            let sorted = |mut x: Vec<f64>| {
                x.sort_by(f64::total_cmp);
                x
            };
            let (x, y) = (sorted(x), sorted(y));
            x.iter().zip(&y).map(|(x, y)| (x - y).abs()).sum::<f64>() / x.len() as f64
        }
        // 2 ∫ (F − G)², where the expected values would cancel.
        Distance::SampleEnergy => {
            let mut all: Vec<f64> = x.iter().chain(&y).copied().collect();
            all.sort_by(f64::total_cmp);
            let share =
                |of: &[f64], to: f64| of.iter().filter(|&&v| v <= to).count() as f64 / of.len() as f64;
            let gaps = all.windows(2).map(|w| (share(&x, w[0]) - share(&y, w[0])).powi(2) * (w[1] - w[0]));
            2.0 * gaps.sum::<f64>()
        }
        Distance::RootSampleEnergy => formula(Distance::SampleEnergy, a, b).sqrt(),
        other => panic!("{other:?} compares no vectors"),
    }
}

/// 2 to the power of the exponent times the degree.
fn unit(distance: Distance, exponent: i32) -> f64 {
    2.0_f64.powf(f64::from(exponent) * distance.facts().degree.expect("rows that can be scaled"))
}

#[test]
fn every_distance_that_has_a_degree_is_tried() {
    for distance in Distance::ALL {
        let kind = std::mem::discriminant(&distance);
        let tried = HOMOGENEOUS.iter().any(|tried| std::mem::discriminant(tried) == kind);
        assert_eq!(distance.facts().degree.is_some(), tried, "{distance:?}");
        let closer = if distance.is_similarity() { [0.5, 0.25] } else { [0.25, 0.5] };
        assert!(distance.apart(closer[0]) < distance.apart(closer[1]), "{distance:?}: smaller is closer");
    }
}

#[test]
fn a_search_gives_the_same_neighbours_in_every_unit() {
    let (n, m, dim, k) = (9, 40, 6, 5);
    let (q, r) = (normals(n * dim, 1), normals(m * dim, 2));
    for distance in HOMOGENEOUS {
        let plain = nearest(rows(&q, dim), rows(&r, dim), k, distance).expect("ordinary rows");
        for exponent in EXPONENTS {
            let (q, r) = (scaled(&q, exponent), scaled(&r, exponent));
            let found = nearest(rows(&q, dim), rows(&r, dim), k, distance).expect("rows of another unit");
            assert_eq!(found.indices, plain.indices, "{distance:?}, 2^{exponent}");
            for (got, plain) in found.distances.iter().zip(&plain.distances) {
                let wanted = f64::from(*plain) * unit(distance, exponent);
                let error = (f64::from(*got) / wanted - 1.0).abs();
                assert!(error < 1e-6, "{distance:?}, 2^{exponent}: {got}, not {wanted}");
            }
        }
    }
}

#[test]
fn tensors_and_definitions_do_not_depend_on_the_unit() {
    let dim = 5;
    let (q, r) = (normals(4 * dim, 3), normals(6 * dim, 4));
    for distance in HOMOGENEOUS {
        for exponent in EXPONENTS {
            let (q, r) = (scaled(&q, exponent), scaled(&r, exponent));
            let matrix =
                numbers(distance.matrix(tensor(&q, dim), tensor(&r, dim)).expect("rows of one length"));
            let pairs = numbers(
                distance.pairs(tensor(&q, dim), tensor(&r[..4 * dim], dim)).expect("rows of one length"),
            );
            for (at, &value) in matrix.iter().enumerate() {
                let (a, b) = (rows(&q, dim), rows(&r, dim));
                let (a, b) = (&a.values()[at / 6 * dim..][..dim], &b.values()[at % 6 * dim..][..dim]);
                let wanted = formula(distance, a, b);
                let tolerance = 2e-6 * wanted.abs().max(unit(distance, exponent));
                let value = distance.apart(f64::from(value));
                assert!(
                    (value - wanted).abs() < tolerance,
                    "{distance:?}, 2^{exponent}: {value}, not {wanted}"
                );
                let definition = distance.apart(distance.between(a, b).expect("two rows"));
                let error = (definition - wanted).abs() / wanted.abs().max(unit(distance, exponent));
                assert!(
                    error < 1e-12,
                    "{distance:?}, 2^{exponent}: {definition} by definition, not {wanted}"
                );
                if at / 6 == at % 6 {
                    let pair = distance.apart(f64::from(pairs[at / 6]));
                    assert!((pair - wanted).abs() < tolerance, "{distance:?}, 2^{exponent}: pair {pair}");
                }
            }
        }
    }
}

/// Rows in which each of many magnitudes occurs, and the largest and smallest numbers of f32.
fn mixed(dim: usize) -> Vec<f32> {
    let sizes = [1.0, 0.5, 1e-25, 3e-25, 1e-3, 1e20, -3e20, 1e-38, 1e-40, 3e-45, 255.0, 1e-12, 7e12];
    let mut random = Random::new(8);
    let mut values: Vec<f32> = Vec::new();
    for size in sizes {
        for _ in 0..3 {
            // A number of each row is of its size, the others below it.
            values.extend((0..dim).map(|_| size * (0.25 + 0.75 * random.normal().abs()).min(1.0)));
        }
    }
    for sentinel in [f32::MAX, -f32::MAX, f32::MIN_POSITIVE, f32::from_bits(1)] {
        values.extend((0..dim).map(|at| if at == 0 { sentinel } else { 0.0 }));
        values.extend((0..dim).map(|at| if at == 0 { sentinel } else { 0.25 * at as f32 }));
    }
    values
}

#[test]
fn huge_and_tiny_rows_do_not_touch_the_others() {
    let dim = 3;
    let values = mixed(dim);
    let all = rows(&values, dim);
    let row = |at: usize| &values[at * dim..(at + 1) * dim];
    for distance in HOMOGENEOUS {
        // Angles are as exact as rows of length 1 in f32; squares of the largest numbers have no f32.
        let absolute: f64 = if distance.facts().degree == Some(0.0) { 1e-6 } else { 0.0 };
        for i in 0..all.count() {
            for j in 0..all.count() {
                let wanted = formula(distance, row(i), row(j));
                if wanted.is_nan() {
                    continue;
                }
                let wanted = if distance == Distance::Snr { wanted.min(1e4) } else { wanted };
                match between(distance, row(i), row(j)) {
                    Ok(got) => {
                        let error = (f64::from(got) - wanted).abs();
                        let allowed = absolute.max(3e-6 * wanted.abs()).max(1.5e-45);
                        let snr = distance == Distance::Snr && wanted > 9e3;
                        assert!(snr || error <= allowed, "{distance:?} of {i} and {j}: {got}, not {wanted}");
                        assert!(got != 0.0 || wanted.abs() <= allowed, "{distance:?} of {i} and {j}: twins");
                    }
                    Err(error) => {
                        assert_eq!(error.code(), "distance.out_of_range", "{distance:?}");
                        let size = wanted.abs();
                        assert!(
                            size > f64::from(f32::MAX) || size < 1e-45,
                            "{distance:?}: f32 holds {wanted}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn the_nearest_of_mixed_magnitudes_are_those_of_the_formula() {
    let dim = 3;
    let values = mixed(dim);
    let all = rows(&values, dim);
    let row = |at: usize| &values[at * dim..(at + 1) * dim];
    for distance in HOMOGENEOUS {
        if distance.facts().degree == Some(0.0) {
            continue;
        }
        for query in 0..all.count() {
            let one = rows(row(query), dim);
            let mut wanted: Vec<f64> =
                (0..all.count()).map(|r| formula(distance, row(query), row(r))).collect();
            let found = match nearest(one, all, 4, distance) {
                Ok(found) => found,
                Err(error) => {
                    assert_eq!(error.code(), "distance.out_of_range", "{distance:?}");
                    wanted.sort_by(f64::total_cmp);
                    let has_no_f32 = |d: &f64| d.abs() > f64::from(f32::MAX) || *d != 0.0 && d.abs() < 1e-45;
                    assert!(
                        wanted[..4].iter().any(has_no_f32),
                        "{distance:?}, row {query}: {:?}",
                        &wanted[..4]
                    );
                    continue;
                }
            };
            let of_found: Vec<f64> = found.indices.iter().map(|&at| wanted[at as usize]).collect();
            wanted.sort_by(f64::total_cmp);
            for (got, wanted) in of_found.iter().zip(&wanted) {
                let allowed = (2e-6 * wanted.abs()).max(3e-45);
                assert!((got - wanted).abs() <= allowed, "{distance:?}, row {query}: {got}, not {wanted}");
            }
        }
    }
}

#[test]
fn cases_by_hand() {
    let close = |got: &[f32], wanted: &[f32]| {
        let near = got.iter().zip(wanted).all(|(got, wanted)| (got / wanted - 1.0).abs() < 1e-6);
        assert!(near && got.len() == wanted.len(), "{got:?}, not {wanted:?}");
    };
    let matrix =
        |distance, q: &[f32], r: &[f32], dim| pairwise(rows(q, dim), rows(r, dim), distance).expect("f32");
    let first = |distance, q: &[f32], r: &[f32], dim| {
        let found = nearest(rows(q, dim), rows(r, dim), 1, distance).expect("f32");
        (found.indices[0], found.distances[0])
    };
    let minkowski = |p| Distance::Minkowski { p };
    // CASES 1.
    let (index, distance) = first(minkowski(64.0), &[0.0, 0.0], &[1000.0, 1000.0, 10.0, 10.0], 2);
    assert_eq!(index, 1, "10 is nearer than 1000");
    close(&[distance], &[10.108_89]);
    close(&matrix(minkowski(46.0), &[0.0, 0.0], &[0.1, 0.1], 2), &[0.101_518_25]);
    // CASES 2.
    for distance in [Distance::Euclidean, Distance::Manhattan, minkowski(3.0), Distance::SquaredEuclidean] {
        let value = if distance == Distance::SquaredEuclidean { 0.25 } else { 0.5 };
        assert_eq!(first(distance, &[0.0], &[1.0, 0.5, -3.402_823_5e38], 1), (1, value), "{distance:?}");
    }
    close(&matrix(Distance::Euclidean, &[0.0], &[0.003, 1e20], 1), &[0.003, 1e20]);
    close(&matrix(Distance::Euclidean, &[1e-25], &[3e-25, 1.0], 1), &[2e-25, 1.0]);
    close(&matrix(Distance::Angle, &[1.0, 0.0, 0.0], &[1.0, 1e-25, 0.0], 3), &[1e-25]);
    close(
        &matrix(Distance::Cosine, &[1e-40, 0.0], &[0.0, 3e38, 3e38, 3e38], 2),
        &[1.0, 1.0 - 0.5_f32.sqrt()],
    );
    // Products that overflow and cancel.
    close(&matrix(Distance::Dot, &[1e20, 1e20, 1.0], &[1e19, -1e19, 0.5], 3), &[-0.5]);
    // Nearly opposite directions.
    let r = [-1.0, -1.0, -1.0, -1.0 + 1e-4];
    close(&matrix(Distance::Angle, &[3.0, 3.0], &r, 2), &[std::f32::consts::PI, std::f32::consts::PI - 5e-5]);
}

#[test]
fn what_f32_cannot_hold_is_an_error() {
    let code = |distance, q: &[f32], r: &[f32]| {
        pairwise(rows(q, 1), rows(r, 1), distance).expect_err("no f32").code()
    };
    assert_eq!(code(Distance::Euclidean, &[f32::MAX], &[-f32::MAX]), "distance.out_of_range", "2 · 3.4e38");
    assert_eq!(code(Distance::SquaredEuclidean, &[0.0], &[1.0, 1e20]), "distance.out_of_range", "1e40");
    assert_eq!(code(Distance::SquaredEuclidean, &[0.0], &[1e-30]), "distance.out_of_range", "1e-60");
    assert_eq!(code(Distance::Dot, &[1e30], &[1e30]), "distance.out_of_range", "1e60");
    let (q, r) = ([0.0], [1e-30, 2e-30, 1.0]);
    let error = nearest(rows(&q, 1), rows(&r, 1), 1, Distance::SquaredEuclidean).expect_err("1e-60");
    assert_eq!(error.code(), "distance.out_of_range", "which of the two is nearer has no f32");
    let error = nearest_self(rows(&[0.0, 1.0, 1e20], 1), 2, Distance::SquaredEuclidean).expect_err("1e40");
    assert_eq!(error.code(), "distance.out_of_range", "the second neighbour");
    nearest_self(rows(&[0.0, 1.0, 0.5, 1e20], 1), 1, Distance::Manhattan).expect("f32 holds all of these");
}

#[test]
fn minkowski_of_high_power_finds_the_nearest() {
    for (dim, by) in [(512, 0.0), (64, 255.0), (16, 1.0)] {
        let mut values = normals(120 * dim, 5);
        if by == 0.0 {
            values = numbers(normalize(tensor(&values, dim)));
        } else {
            values.iter_mut().for_each(|x| *x = (x.abs() * by).min(by));
        }
        for p in [16.0, 32.0, 37.5, 64.0] {
            let distance = Distance::Minkowski { p };
            let found = nearest_self(rows(&values, dim), 1, distance).expect("in range");
            for query in 0..120 {
                let row = |at: usize| &values[at * dim..(at + 1) * dim];
                let of = |at: usize| formula(distance, row(query), row(at));
                let least = (0..120).filter(|&at| at != query).map(of).fold(f64::INFINITY, f64::min);
                let got = of(found.indices[query] as usize);
                assert!(got <= least * (1.0 + 1e-6), "p {p}, {dim} numbers, row {query}");
                assert!((f64::from(found.distances[query]) / least - 1.0).abs() < 1e-5, "its distance");
            }
        }
    }
}

#[test]
fn rows_of_any_length_become_unit_rows() {
    for exponent in [-90, -60, -40, 0, 40, 64, 100, 125] {
        let values = scaled(&[3.0, -4.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0], exponent);
        let unit = numbers(normalize(tensor(&values, 3)));
        let third = 1.0 / 3.0_f32.sqrt();
        for (got, wanted) in unit.iter().zip([0.6, -0.8, 0.0, third, third, third, 0.0, 0.0, 0.0]) {
            assert!((got - wanted).abs() < 1e-6, "2^{exponent}: {unit:?}");
        }
    }
    let mixed = numbers(normalize(tensor(&[f32::MAX, f32::MAX, 1e-40, 0.0, 1.0, 1e-25], 2)));
    for (got, wanted) in mixed.iter().zip([0.5_f32.sqrt(), 0.5_f32.sqrt(), 0.0, 0.0, 1.0, 1e-25]) {
        assert!((got - wanted).abs() < 1e-6, "{mixed:?}");
    }
}

#[test]
fn gradients_are_finite_in_every_unit() {
    let device = Device::flex().autodiff();
    for distance in HOMOGENEOUS {
        for exponent in [-60, -30, 0, 30, 55] {
            let mut values = scaled(&normals(5 * 3, 6), exponent);
            values.extend_from_slice(&[0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
            let rows = Tensor::<2>::from_data(TensorData::new(values, [7, 3]), &device).require_grad();
            let matrix = distance.matrix(rows.clone(), rows.clone()).expect("rows of one length");
            let values = numbers(matrix.clone());
            assert!(values.iter().all(|x| x.is_finite()), "{distance:?}, 2^{exponent}: {values:?}");
            let mut gradients = matrix.sum().backward();
            let gradient = numbers(rows.grad_remove(&mut gradients).expect("the rows are learned"));
            assert!(gradient.iter().all(|x| x.is_finite()), "{distance:?}, 2^{exponent}: {gradient:?}");
            let scale = unit(distance, exponent) / 2.0_f64.powi(exponent);
            let largest = gradient.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
            let relative = f64::from(largest) / scale;
            assert!((1e-3..1e7).contains(&relative), "{distance:?}, 2^{exponent}: {relative}");
        }
    }
}

#[test]
fn a_row_without_signal_ends_no_training() {
    let device = Device::flex().autodiff();
    let mut values = normals(8 * 8, 7);
    values[..8].fill(0.0);
    values[8..16].fill(0.3);
    let rows = Tensor::<2>::from_data(TensorData::new(values.clone(), [8, 8]), &device).require_grad();
    let matrix = Distance::Snr.matrix(rows.clone(), rows.clone()).expect("rows of one length");
    let found = numbers(matrix.clone());
    assert!(found.iter().all(|&x| x <= 1e4), "bounded: {found:?}");
    assert_eq!(found[1], 0.0, "a zero and a constant row carry the same: nothing");
    assert_eq!(found[2], 1e4, "from a zero row");
    for (at, &value) in found.iter().enumerate().filter(|(at, _)| *at >= 16) {
        let wanted = formula(Distance::Snr, &values[at / 8 * 8..][..8], &values[at % 8 * 8..][..8]);
        assert!((f64::from(value) - wanted).abs() < 1e-5 * wanted.max(1.0), "the others are as ever");
    }
    let mut gradients = matrix.sum().backward();
    let gradient = numbers(rows.grad_remove(&mut gradients).expect("the rows are learned"));
    assert!(gradient.iter().all(|x| x.abs() < 1e3), "{gradient:?}");
    assert!(gradient[..16].iter().all(|x| x.abs() < 10.0), "and none of them pulls");
}

#[test]
fn histograms_with_tiny_shares_are_compared() {
    let x = [1e-25, 1.0 - 1e-7, 1e-7, 0.0];
    let y = [3e-25, 1.0 - 1e-7, 1e-7, 0.0];
    let root = between(Distance::RootEnergy, &x, &y).expect("f32 holds 1.6e-25");
    assert!((root / 2e-25 / (2.0_f32).sqrt() - 1.0).abs() < 0.3, "√(2/3) · 2e-25 · …: {root}");
    assert_eq!(between(Distance::Energy, &x, &y).expect_err("1e-50").code(), "distance.out_of_range");
    let hellinger = between(Distance::Hellinger, &x, &y).expect("f32 holds it");
    let wanted = (3e-25_f64.sqrt() - 1e-25_f64.sqrt()) / 2.0_f64.sqrt();
    assert!((f64::from(hellinger) / wanted - 1.0).abs() < 1e-5, "{hellinger}, not {wanted}");
    for distance in Distance::ALL.into_iter().filter(|distance| distance.rows() == RowKind::Histograms) {
        let rows = tensor(&normals(6 * 9, 9).iter().map(|x| 60.0 * x).collect::<Vec<_>>(), 9);
        let rows = numbers(histograms(rows));
        let rows = Rows::new("rows", &rows, 9).expect("finite");
        let all = pairwise(rows, rows, distance).unwrap_or_else(|error| panic!("{distance:?}: {error}"));
        for (at, &value) in all.iter().enumerate() {
            let row = |at: usize| &rows.values()[at * 9..(at + 1) * 9];
            let wanted = distance.between(row(at / 6), row(at % 6)).expect("histograms");
            assert!((f64::from(value) - wanted).abs() < 1e-6 * wanted.max(0.1), "{distance:?}: {value}");
        }
    }
}
