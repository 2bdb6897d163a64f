//! Rows of every magnitude. A device treats numbers below 2⁻¹²⁶ as 0, so distances may be off by that much, and by f32's
//! rounding otherwise.

use burn::tensor::{Device, Tensor, TensorData};
use metriclab::distances::Distance;
use metriclab::miners::{HostMining, Miner, MinerConfig, Mining};
use metriclab::neighbours::{self, Neighbours, Rows};
use metriclab::pairing::TripletGrid;
use metriclab::random::Random;
use metriclab_kernels::Adapter;

use super::{host, numbers, on_each_adapter};

/// Smaller numbers count as 0 on a device.
const LEAST: f64 = f32::MIN_POSITIVE as f64;

fn power(k: i32) -> f32 {
    2.0_f32.powi(k)
}

fn powers() -> impl Iterator<Item = i32> {
    (-60..=60).step_by(10)
}

/// Sets of rows, with a name: one scale, a scale for each row, sentinels and denormals among ordinary rows.
fn sets(count: usize, dim: usize) -> Vec<(String, Vec<f32>)> {
    let ordinary = numbers(count * dim, 11);
    let scaled = |scale: &dyn Fn(usize) -> f32| -> Vec<f32> {
        ordinary.iter().enumerate().map(|(at, x)| x * scale(at / dim)).collect()
    };
    let mut sets: Vec<(String, Vec<f32>)> =
        powers().map(|k| (format!("all times 2^{k}"), scaled(&|_| power(k)))).collect();
    sets.push(("a scale for each row".into(), scaled(&|row| power(10 * (row as i32 % 13) - 60))));
    let with = |row: usize, value: f32| {
        let mut rows = ordinary.clone();
        rows[row * dim..(row + 1) * dim].fill(value);
        rows
    };
    sets.push(("a row of FLT_MAX".into(), with(1, f32::MAX)));
    sets.push(("a row of -FLT_MAX".into(), with(2, -f32::MAX)));
    sets.push(("a row of denormals".into(), with(3, 1e-40)));
    sets.push(("a row of zeros".into(), with(0, 0.0)));
    let mut one = ordinary.clone();
    one[dim + 1] = -f32::MAX;
    one[2 * dim] = 1e-42;
    sets.push(("a sentinel and a denormal in rows".into(), one));
    let mut both = with(1, f32::MAX);
    both[2 * dim..3 * dim].fill(-f32::MAX);
    sets.push(("both sentinels".into(), both));
    sets
}

fn tensor(rows: &[f32], dim: usize, device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(rows.to_vec(), [rows.len() / dim, dim]), device)
}

/// Every distance of rows that can be scaled, as a tensor.
#[test]
fn distances_of_a_batch() {
    let length = |row: &[f32]| row.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>().sqrt();
    on_each_adapter(|device, adapter| {
        for distance in Distance::ALL {
            let Some(degree) = distance.facts().degree else { continue };
            for (dim, (name, rows)) in
                [3, 8].into_iter().flat_map(|dim| sets(7, dim).into_iter().map(move |set| (dim, set)))
            {
                let x = tensor(&rows, dim, device);
                let matrix = host(distance.matrix(x.clone(), x).expect("rows of one length"));
                for (at, got) in matrix.into_iter().enumerate() {
                    let [a, b] = [at / 7, at % 7].map(|row| &rows[row * dim..(row + 1) * dim]);
                    // A device takes such a row as 0, which has no direction.
                    if degree == 0.0 && [a, b].iter().any(|row| (0.0..LEAST).contains(&length(row))) {
                        continue;
                    }
                    let wanted = distance.between_unchecked(a, b);
                    let product =
                        if distance == Distance::Dot { length(a) * length(b) } else { wanted.abs() };
                    let what = format!("{distance:?} of {name}, d {dim}, pair {at}, {adapter:?}");
                    if product > f64::from(f32::MAX) * (1.0 - 1e-5) && !got.is_finite() {
                        continue;
                    }
                    // An angle is as exact as a row of length 1; products of both signs cancel.
                    let allowed = 1e-5 * if degree == 0.0 { product.max(1.0) } else { product };
                    let error = (f64::from(got) - wanted).abs();
                    assert!(error <= allowed + 2.0 * LEAST * dim as f64, "{what}: {got}, not {wanted}");
                }
            }
        }
    });
}

/// The gradient of Σ w‖x − y‖ by x is Σ w (x − y)/‖x − y‖, whatever the scale.
#[test]
fn gradients_of_a_batch() {
    on_each_adapter(|device, adapter| {
        let device = device.clone().autodiff();
        for dim in [3, 8] {
            for (name, rows) in sets(7, dim) {
                let x = tensor(&rows, dim, &device).require_grad();
                let y = tensor(&rows, dim, &device);
                let weights = numbers(49, 5);
                let matrix = Distance::Euclidean.matrix(x.clone(), y).expect("rows of one length");
                let loss = (matrix * tensor(&weights, 7, &device)).sum();
                let got = host(x.grad(&loss.backward()).expect("a gradient"));
                let (wanted, known) = directions(&rows, &weights, dim);
                for (at, got) in got.into_iter().enumerate().filter(|(at, _)| known[at / dim]) {
                    let what = format!("{name}, d {dim}, number {at}, {adapter:?}");
                    assert!((f64::from(got) - wanted[at]).abs() < 2e-5, "{what}: {got}, not {}", wanted[at]);
                }
            }
        }
    });
}

/// The gradient by each row, and whether all distances from it are in f32's range and above what a device takes as 0.
fn directions(rows: &[f32], weights: &[f32], dim: usize) -> (Vec<f64>, Vec<bool>) {
    let count = rows.len() / dim;
    let mut sums = vec![0.0; rows.len()];
    let mut known = vec![true; count];
    for i in 0..count {
        for j in 0..count {
            let difference = |at: usize| f64::from(rows[i * dim + at]) - f64::from(rows[j * dim + at]);
            let distance = (0..dim).map(|at| difference(at).powi(2)).sum::<f64>().sqrt();
            known[i] &= distance == 0.0 || (1e-36..3.4e38).contains(&distance);
            if distance > 0.0 {
                let weight = f64::from(weights[i * count + j]);
                (0..dim).for_each(|at| sums[i * dim + at] += weight * difference(at) / distance);
            }
        }
    }
    (sums, known)
}

/// Both found, the same neighbours at the same distances; or both refused, for the same reason.
fn same(what: &str, own: metriclab::Result<Neighbours>, wanted: metriclab::Result<Neighbours>) {
    match (own, wanted) {
        (Ok(own), Ok(wanted)) => {
            assert_eq!(own.indices, wanted.indices, "{what}: who");
            assert_eq!(own.distances, wanted.distances, "{what}: how far");
        }
        (Err(own), Err(wanted)) => assert_eq!(own.code(), wanted.code(), "{what}"),
        (own, wanted) => panic!("{what}: {own:?} on the device, {wanted:?} on the host"),
    }
}

const SEARCHED: [Distance; 5] =
    [Distance::Euclidean, Distance::SquaredEuclidean, Distance::Cosine, Distance::Dot, Distance::Manhattan];

#[test]
fn searches_are_those_of_the_host() {
    on_each_adapter(|device, adapter| {
        for dim in [3, 8] {
            for (name, values) in sets(21, dim) {
                let rows = Rows::new("rows", &values, dim).expect("finite rows");
                for distance in SEARCHED {
                    let what = format!("{distance:?} of {name}, d {dim}, {adapter:?}");
                    let own = neighbours::device::nearest(rows, rows, 4, distance, device);
                    same(&what, pollster::block_on(own), neighbours::nearest(rows, rows, 4, distance));
                    matrices(&what, rows, distance, device);
                }
            }
        }
    });
}

/// All distances on the device and on the host; products relative to the lengths of both rows.
fn matrices(what: &str, rows: Rows<'_>, distance: Distance, device: &Device) {
    let own = pollster::block_on(neighbours::device::pairwise(rows, rows, distance, device));
    let (own, wanted) = match (own, neighbours::pairwise(rows, rows, distance)) {
        (Ok(own), Ok(wanted)) => (own, wanted),
        (Err(own), Err(wanted)) => return assert_eq!(own.code(), wanted.code(), "{what}"),
        (own, wanted) => panic!("{what}: {own:?} on the device, {wanted:?} on the host"),
    };
    let length = |row: usize| rows.row(row).iter().map(|&x| f64::from(x).powi(2)).sum::<f64>().sqrt();
    for (at, (&own, &wanted)) in own.iter().zip(&wanted).enumerate() {
        let unit = match distance {
            Distance::Dot => length(at / rows.count()) * length(at % rows.count()),
            Distance::Cosine => 1.0,
            _ => f64::from(wanted),
        };
        let error = (f64::from(own) - f64::from(wanted)).abs();
        let tiny = 2.0 * LEAST * rows.dim() as f64;
        let same = own == wanted || own.is_nan() && wanted.is_nan();
        assert!(same || error <= 1e-5 * unit + tiny, "{what}, pair {at}: {own}, not {wanted}");
    }
}

/// Rows that differ in their last digits only: products of differences vanish where the rows themselves are ordinary.
#[test]
fn neighbours_that_differ_in_their_last_digits() {
    on_each_adapter(|device, adapter| {
        for k in [-36, -20, 0, 20, 36] {
            let (count, dim) = (40, 5);
            let mut random = Random::new(3);
            let steps = (0..count * dim).map(|_| (random.uniform() * 8.0) as u32);
            let values: Vec<f32> = steps.map(|step| f32::from_bits(power(k).to_bits() + step)).collect();
            let rows = Rows::new("rows", &values, dim).expect("finite rows");
            for distance in [Distance::Euclidean, Distance::SquaredEuclidean, Distance::Dot] {
                let what = format!("{distance:?} near 2^{k}, {adapter:?}");
                let own = pollster::block_on(neighbours::device::nearest(rows, rows, 6, distance, device));
                same(&what, own, neighbours::nearest(rows, rows, 6, distance));
                matrices(&what, rows, distance, device);
            }
        }
    });
}

/// A query far from all references, whose distances differ in their last digits.
#[test]
fn a_query_far_from_all_references() {
    on_each_adapter(|device, adapter| {
        let dim = 7;
        let references = numbers(200 * dim, 8);
        let queries: Vec<f32> = numbers(9 * dim, 9).iter().map(|x| 1000.0 + x).collect();
        let [queries, references] =
            [&queries, &references].map(|values| Rows::new("rows", values, dim).expect("finite rows"));
        for distance in [Distance::Euclidean, Distance::SquaredEuclidean] {
            let own =
                pollster::block_on(neighbours::device::nearest(queries, references, 5, distance, device));
            same(
                &format!("{distance:?}, {adapter:?}"),
                own,
                neighbours::nearest(queries, references, 5, distance),
            );
        }
    });
}

#[test]
fn products_at_every_scale() {
    on_each_adapter(|device, adapter| {
        let [m, n, k] = [9, 8, 12];
        let (a, b) = (numbers(m * k, 1), numbers(k * n, 2));
        for power in powers().map(power) {
            let a: Vec<f32> = a.iter().map(|x| x * power).collect();
            let got = host(tensor(&a, k, device).matmul(tensor(&b, n, device)));
            for (at, got) in got.into_iter().enumerate() {
                let terms = (0..k).map(|i| f64::from(a[at / n * k + i]) * f64::from(b[i * n + at % n]));
                let (wanted, unit): (f64, f64) = (terms.clone().sum(), terms.map(f64::abs).sum());
                assert!(
                    (f64::from(got) - wanted).abs() <= 1e-5 * unit,
                    "{power:e}, {adapter:?}: {got}, not {wanted}"
                );
            }
        }
    });
}

#[test]
fn folds_at_every_scale() {
    on_each_adapter(|device, adapter| {
        for (name, rows) in sets(7, 5) {
            let what = |fold: &str| format!("{fold} of {name}, {adapter:?}");
            let x = tensor(&rows, 5, device);
            let fold = |of: &dyn Fn(f64, f64) -> f64| -> Vec<f64> {
                let each = rows.chunks_exact(5);
                each.map(|row| row.iter().map(|&x| f64::from(x)).reduce(of).expect("five numbers")).collect()
            };
            let compare = |name: &str, got: Tensor<2>, wanted: Vec<f64>| {
                for (got, wanted) in host(got).into_iter().zip(wanted) {
                    let ok = (f64::from(got) - wanted).abs() <= LEAST;
                    assert!(ok, "{}: {got}, not {wanted}", what(name));
                }
            };
            compare("max", x.clone().max_dim(1), fold(&f64::max));
            compare("min", x.clone().min_dim(1), fold(&f64::min));
            compare("largest size", x.max_abs_dim(1), fold(&|a, b| a.abs().max(b.abs())));
        }
    });
}

/// A miner keeps the same triplets in every unit.
#[test]
fn miners_at_every_scale() {
    const LABELS: [u16; 9] = [0, 1, 0, 2, 1, 0, 2, 3, 1];
    let kinds = [
        Miner::All,
        Miner::Hard,
        Miner::Semihard,
        Miner::Easy,
        Miner::BatchHard,
        Miner::BatchEasyHard,
        Miner::BatchEasySemihard,
    ];
    on_each_adapter(|device: &Device, adapter: Adapter| {
        let grid = TripletGrid::new(&LABELS, device).expect("positives");
        let rows = numbers(LABELS.len() * 4, 6);
        for distance in [Distance::Euclidean, Distance::SquaredEuclidean] {
            for k in powers() {
                let scaled: Vec<f32> = rows.iter().map(|x| x * power(k)).collect();
                let x = tensor(&scaled, 4, device);
                let matrix = distance.matrix(x.clone(), x).expect("rows of one length");
                let unit = if distance == Distance::Euclidean { power(k) } else { power(2 * k) };
                let values: Vec<f32> = host(matrix.clone());
                for kind in kinds {
                    let config = MinerConfig { margin: 0.5 * f64::from(unit), ..MinerConfig::of(kind) };
                    let given = HostMining { distance, matrix: &values, labels: &LABELS, dim: 4 };
                    let wanted = config.mine(&given, &mut Random::new(5)).triplets();
                    let mining =
                        Mining { distance, matrix: matrix.clone(), grid: &grid, with_between: false, dim: 4 };
                    let kept = config.select(mining, &mut Random::new(5)).keep;
                    let what = format!("{kind:?}, {distance:?} times 2^{k}, {adapter:?}");
                    assert_eq!(host(kept.sum())[0], wanted.len() as f32, "{what}");
                }
            }
        }
    });
}
