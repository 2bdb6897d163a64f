//! Every distance as tensor operations against its definition in f64: values, gradients by central differences of the
//! definition, and rows where a slope could be infinite.

use burn::tensor::{Device, Tensor, TensorData};
use metriclab::distances::{Distance, RowKind, histograms};
use metriclab::neighbours::{Rows, nearest, pairwise};
use metriclab::random::Random;

/// Rounding of f32 over a row, relative to the larger of 1 and the value.
const VALUE_TOLERANCE: f64 = 1e-5;
/// Rounding takes half the digits of a root near 0.
const ROOT_TOLERANCE: f64 = 1e-3;
/// Error of a gradient relative to its largest component; f32 rows allow a difference quotient no better.
const GRADIENT_TOLERANCE: f64 = 5e-3;
/// Step of the quotient.
const STEP: f32 = 2e-3;

fn normals(count: usize, seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed);
    (0..count).map(|_| random.normal()).collect()
}

fn tensor(values: &[f32], dim: usize, device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(values.to_vec(), [values.len() / dim, dim]), device)
}

fn numbers(tensor: Tensor<2>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

/// Rows as the distance wants them.
fn read(distance: Distance, rows: Tensor<2>) -> Tensor<2> {
    if distance.rows() == RowKind::Histograms { histograms(rows) } else { rows }
}

#[test]
fn matrices_and_pairs_agree_with_the_definition() {
    let device = Device::flex();
    for (n, m, dim) in [(1, 1, 2), (3, 5, 3), (7, 4, 33), (40, 60, 64)] {
        for distance in Distance::ALL {
            let x = read(distance, tensor(&normals(n * dim, 1), dim, &device));
            let y = read(distance, tensor(&normals(m * dim, 2), dim, &device));
            let matrix = numbers(distance.matrix(x.clone(), y.clone()).expect("rows of one length"));
            let (rows_x, rows_y) = (numbers(x.clone()), numbers(y.clone()));
            let row = |rows: &[f32], at: usize| rows[at * dim..(at + 1) * dim].to_vec();
            for (at, &value) in matrix.iter().enumerate() {
                let (x, y) = (row(&rows_x, at / m), row(&rows_y, at % m));
                let wanted = distance.between(&x, &y).expect("rows of its kind");
                let near_zero = wanted < 0.05 && distance.facts().verdict.metric;
                let tolerance = if near_zero { ROOT_TOLERANCE } else { VALUE_TOLERANCE };
                let error = (f64::from(value) - wanted).abs() / wanted.abs().max(1.0);
                assert!(error < tolerance, "{distance:?} {n}×{m}×{dim}: {value}, by definition {wanted}");
                let (least, most) = distance.range();
                let inside = least.is_none_or(|least| wanted >= least - 1e-9)
                    && most.is_none_or(|most| wanted <= most + 1e-9);
                assert!(inside, "{distance:?}: {wanted} is outside of its range");
            }
            if n == 3 {
                let pairs = numbers(distance.pairs(x, y.narrow(0, 0, n)).expect("rows of one length"));
                for (i, &value) in pairs.iter().enumerate() {
                    let same = (value - matrix[i * m + i]).abs();
                    assert!(
                        same < 1e-5 * value.abs().max(1.0),
                        "{distance:?}: pair {i} and the matrix agree"
                    );
                }
            }
        }
    }
}

#[test]
fn gradients_agree_with_central_differences_of_the_definition() {
    let (n, m, dim) = (3, 4, 5);
    let device = Device::flex().autodiff();
    let weights = normals(n * m, 9);
    for distance in Distance::ALL {
        let (raw_x, raw_y) = (normals(n * dim, 3), normals(m * dim, 4));
        let x = tensor(&raw_x, dim, &device).require_grad();
        let y = tensor(&raw_y, dim, &device).require_grad();
        let sum = (distance
            .matrix(read(distance, x.clone()), read(distance, y.clone()))
            .expect("rows of one length")
            * tensor(&weights, m, &device))
        .sum();
        let mut gradients = sum.backward();
        // Σ w d by the definition, with the rows read as the tensors were.
        let definition = |raw_x: &[f32], raw_y: &[f32]| -> f64 {
            let rows = |raw: &[f32]| numbers(read(distance, tensor(raw, dim, &Device::flex())));
            let (x, y) = (rows(raw_x), rows(raw_y));
            let of = |at: usize| {
                let (i, j) = (at / m, at % m);
                distance.between_unchecked(&x[i * dim..(i + 1) * dim], &y[j * dim..(j + 1) * dim])
            };
            (0..n * m).map(|at| f64::from(weights[at]) * of(at)).sum()
        };
        for (side, variable) in [(0, x), (1, y)] {
            let gradient = numbers(variable.grad_remove(&mut gradients).expect("both sides are learned"));
            let largest = gradient.iter().fold(0.0f32, |m, g| m.max(g.abs()));
            assert!(largest > 0.0, "{distance:?} pulls");
            for at in 0..gradient.len() {
                let moved = |by: f32| {
                    let (mut x, mut y) = (raw_x.clone(), raw_y.clone());
                    *(if side == 0 { &mut x[at] } else { &mut y[at] }) += by;
                    definition(&x, &y)
                };
                let quotient = (moved(STEP) - moved(-STEP)) / (2.0 * f64::from(STEP));
                let kink = (moved(STEP) + moved(-STEP) - 2.0 * moved(0.0)).abs();
                if kink > 0.02 * f64::from(STEP * largest) {
                    continue;
                }
                let error = (quotient - f64::from(gradient[at])).abs() / f64::from(largest);
                assert!(
                    error < GRADIENT_TOLERANCE,
                    "{distance:?}, side {side}, number {at}: {} and the quotient {quotient}",
                    gradient[at]
                );
            }
        }
    }
}

#[test]
fn duplicates_zero_rows_and_single_numbers_are_finite() {
    let device = Device::flex().autodiff();
    for distance in Distance::ALL {
        for (values, dim) in [
            (vec![1.0, 2.0, 1.0, 2.0, 0.0, 0.0, -1.0, 0.5], 2),
            (vec![0.0; 6], 3),
            (vec![0.5, 0.5, -0.5], 1),
            (vec![1e4, -1e4, 1e4, -1e4], 2),
        ] {
            let rows = tensor(&values, dim, &device).require_grad();
            let read = read(distance, rows.clone());
            let matrix = distance.matrix(read.clone(), read).expect("rows of one length");
            let finite = numbers(matrix.clone()).iter().all(|x| x.is_finite());
            assert!(finite, "{distance:?} of {values:?}: {matrix}");
            let mut gradients = matrix.sum().backward();
            let gradient = numbers(rows.grad_remove(&mut gradients).expect("the rows are learned"));
            assert!(gradient.iter().all(|x| x.is_finite()), "{distance:?} of {values:?}: {gradient:?}");
        }
    }
}

#[test]
fn hand_worked_values() {
    let close = |distance: Distance, a: &[f32], b: &[f32], wanted: f64| {
        let got = distance.between(a, b).expect("rows of its kind");
        assert!((got - wanted).abs() < 1e-6, "{distance:?}: {got}, by hand {wanted}");
    };
    close(Distance::Manhattan, &[1.0, 2.0], &[4.0, -2.0], 7.0);
    close(Distance::Chebyshev, &[1.0, 2.0], &[4.0, -2.0], 4.0);
    close(Distance::Minkowski { p: 3.0 }, &[1.0, 2.0], &[4.0, -2.0], 91.0f64.cbrt());
    close(Distance::Angle, &[1.0, 0.0], &[0.0, 3.0], std::f64::consts::FRAC_PI_2);
    // Deviations −1, 1 and −3, 3: their difference 2, −2 has four times the variance.
    close(Distance::Snr, &[0.0, 2.0], &[0.0, 6.0], 4.0);
    close(
        Distance::KullbackLeibler,
        &[0.5, 0.5],
        &[0.25, 0.75],
        0.5 * 2.0f64.ln() + 0.5 * (2.0f64 / 3.0).ln(),
    );
    close(Distance::JensenShannon, &[1.0, 0.0], &[0.0, 1.0], 2.0f64.ln());
    close(Distance::Hellinger, &[1.0, 0.0], &[0.0, 1.0], 1.0);
    // A third of the mass goes two of the two steps, and two thirds one.
    close(Distance::Wasserstein, &[1.0, 0.0, 0.0], &[0.0, 0.666_666_7, 0.333_333_3], 2.0 / 3.0);
    close(Distance::Energy, &[1.0, 0.0], &[0.0, 1.0], 2.0);
    close(Distance::SampleWasserstein, &[3.0, 1.0], &[2.0, 6.0], 2.0);
    // 2·(1 + 5 + 1 + 3)/4... |3−2|, |3−6|, |1−2|, |1−6| sum to 10; within: 2·2/4 and 2·4/4.
    close(Distance::SampleEnergy, &[3.0, 1.0], &[2.0, 6.0], 2.0 * 10.0 / 4.0 - 1.0 - 2.0);
    // With little entropy the divergence nears Wasserstein-1.
    let (x, y) = ([0.7, 0.2, 0.1, 0.0], [0.1, 0.1, 0.3, 0.5]);
    let exact = Distance::Wasserstein.between_unchecked(&x, &y);
    let near = Distance::Sinkhorn { epsilon: 0.02 }.between_unchecked(&x, &y);
    assert!((near - exact).abs() < 0.03, "Sinkhorn {near}, exact {exact}");
}

/// OT(x, y) with plain steps on logarithms, until nothing moves.
fn transport(x: &[f64], y: &[f64], epsilon: f64) -> f64 {
    let d = x.len();
    let cost = |i: usize, j: usize| i.abs_diff(j) as f64 / (d - 1) as f64;
    let soft_min = |masses: &[f64], potential: &[f64], i: usize| {
        let logs: Vec<f64> = (0..d).map(|j| masses[j].ln() + (potential[j] - cost(i, j)) / epsilon).collect();
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        -(most + logs.iter().map(|log| (log - most).exp()).sum::<f64>().ln())
    };
    let (mut f, mut g) = (vec![0.0; d], vec![0.0; d]);
    for _ in 0..20_000 {
        let next: Vec<f64> = (0..d).map(|i| epsilon * soft_min(y, &g, i)).collect();
        let moved = next.iter().zip(&f).fold(0.0_f64, |most, (a, b)| most.max((a - b).abs()));
        f = next;
        g = (0..d).map(|j| epsilon * soft_min(x, &f, j)).collect();
        if moved < 1e-12 {
            break;
        }
    }
    let sum =
        |masses: &[f64], potential: &[f64]| masses.iter().zip(potential).map(|(m, p)| m * p).sum::<f64>();
    sum(x, &f) + sum(y, &g)
}

#[test]
fn sinkhorn_has_converged_at_every_epsilon() {
    let dim = 12;
    let device = Device::flex();
    let spread: Vec<f32> = normals(7 * dim, 12).iter().map(|x| 1.5 * x).collect();
    let rows = numbers(histograms(tensor(&spread, dim, &device)));
    let row = |at: usize| &rows[at * dim..(at + 1) * dim];
    // With equal masses: f32 rounds the sums of histograms.
    let wide = |at: usize| {
        let row: Vec<f64> = row(at).iter().map(|&x| f64::from(x)).collect();
        let sum: f64 = row.iter().sum();
        row.iter().map(|x| x / sum).collect::<Vec<_>>()
    };
    for epsilon in [0.02, 0.03, 0.05, 0.1, 1.0, 10.0] {
        let distance = Distance::Sinkhorn { epsilon };
        let (x, y) = (tensor(&rows[..3 * dim], dim, &device), tensor(&rows[3 * dim..], dim, &device));
        let matrix = numbers(distance.matrix(x, y).expect("rows of one length"));
        let own: Vec<f64> = (0..7).map(|at| transport(&wide(at), &wide(at), epsilon)).collect();
        for (at, &value) in matrix.iter().enumerate() {
            let (i, j) = (at / 4, 3 + at % 4);
            let wanted = transport(&wide(i), &wide(j), epsilon) - 0.5 * (own[i] + own[j]);
            let definition = distance.between(row(i), row(j)).expect("histograms");
            assert!((f64::from(value) - wanted).abs() < 2e-6, "ε {epsilon}: {value}, not {wanted}");
            assert!((definition - wanted).abs() < 1e-10, "ε {epsilon}: {definition}, not {wanted}");
        }
    }
}

#[test]
fn sinkhorn_of_64_rows_with_64_is_quick() {
    let rows = numbers(histograms(tensor(&normals(64 * 64, 13), 64, &Device::flex())));
    let rows = Rows::new("rows", &rows, 64).expect("finite rows");
    let begin = std::time::Instant::now();
    let matrix = pairwise(rows, rows, Distance::Sinkhorn { epsilon: 0.1 }).expect("histograms");
    let seconds = begin.elapsed().as_secs_f64();
    println!("{seconds:.3} s");
    assert!(matrix.iter().step_by(65).all(|&x| x < 1e-9), "0 on the diagonal");
    assert!(seconds < 3.0, "{seconds:.3} s; 0.1 s on a machine that does nothing else");
}

#[test]
fn no_rows_give_an_empty_matrix() {
    let device = Device::flex();
    for distance in Distance::ALL {
        for (n, m, d) in [(0, 3, 2), (3, 0, 2), (0, 0, 2), (2, 3, 0)] {
            let rows = |count: usize| Tensor::<2>::zeros([count, d], &device);
            assert_eq!(
                distance.matrix(rows(n), rows(m)).expect("rows of one length").dims(),
                [n, m],
                "{distance:?}"
            );
            assert_eq!(
                distance.pairs(rows(n), rows(n)).expect("rows of one length").dims(),
                [n, 1],
                "{distance:?}"
            );
        }
    }
}

#[test]
fn rows_that_do_not_suit_are_refused() {
    let code = |distance: Distance, a: &[f32], b: &[f32]| {
        distance.between(a, b).expect_err("they do not suit").code()
    };
    for distance in Distance::ALL {
        assert_eq!(code(distance, &[1.0], &[0.5, 0.5]), "shape.mismatch", "{distance:?}");
        assert_eq!(code(distance, &[], &[]), "shape.mismatch", "{distance:?}");
        assert_eq!(code(distance, &[1.0, 0.0], &[f32::NAN, 1.0]), "data.not_finite", "{distance:?}");
        if distance.rows() == RowKind::Histograms {
            let (good, bad) = ([0.5, 0.5], [1.5, -0.5]);
            let (good, bad) =
                (Rows::new("a", &good, 2).expect("finite"), Rows::new("b", &bad, 2).expect("finite"));
            let refused = [
                nearest(good, bad, 1, distance).expect_err("references").code(),
                nearest(bad, good, 1, distance).expect_err("queries").code(),
                pairwise(bad, bad, distance).expect_err("both").code(),
                metriclab::neighbours::between(distance, bad.values(), good.values())
                    .expect_err("one")
                    .code(),
                code(distance, good.values(), bad.values()),
            ];
            assert!(
                refused.iter().all(|&code| code == refused[0] && code != "shape.mismatch"),
                "{refused:?}"
            );
        }
    }
    let device = Device::flex();
    let tensors = |n, d| Tensor::<2>::ones([n, d], &device);
    for distance in Distance::ALL {
        let refused = [
            distance.matrix(tensors(2, 3), tensors(2, 4)).expect_err("rows of 3 and 4"),
            distance.pairs(tensors(2, 3), tensors(2, 4)).expect_err("rows of 3 and 4"),
            distance.pairs(tensors(2, 3), tensors(1, 3)).expect_err("two rows and one"),
            distance.matrix(tensors(2, 3), tensors(2, 0)).expect_err("rows of 3 and none"),
        ];
        assert!(refused.iter().all(|error| error.code() == "shape.mismatch"), "{distance:?}: {refused:?}");
    }
    for bad in [
        Distance::Minkowski { p: 0.5 },
        Distance::Minkowski { p: f64::NAN },
        Distance::Sinkhorn { epsilon: 0.01 },
    ] {
        assert_eq!(code(bad, &[0.5, 0.5], &[0.5, 0.5]), "config.invalid", "{bad:?}");
        let matrix = bad.matrix(tensors(2, 3), tensors(2, 3)).expect_err("a bad setting");
        assert_eq!(matrix.code(), "config.invalid", "{bad:?}");
    }
}
