use super::*;
use crate::random::Random;

fn normals(count: usize, seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed);
    (0..count).map(|_| random.normal()).collect()
}

/// Rows `mean + Σ_i scale_i·z_i·basis_i` with a random orthonormal basis, which is returned as well.
fn ellipsoid(n: usize, scales: &[f32], seed: u64) -> (Vec<f32>, Vec<Vec<f32>>) {
    let dim = scales.len();
    let raw = normals(dim * dim, seed);
    let mut basis: Vec<Vec<f32>> = Vec::new();
    for row in raw.chunks_exact(dim) {
        let mut vector = row.to_vec();
        for _ in 0..2 {
            for other in &basis {
                let along: f32 = vector.iter().zip(other).map(|(a, b)| a * b).sum();
                vector.iter_mut().zip(other).for_each(|(v, o)| *v -= along * o);
            }
        }
        let length = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
        basis.push(vector.iter().map(|v| v / length).collect());
    }
    let draws = normals(n * dim, seed + 1);
    let mut rows = vec![0.0; n * dim];
    for (row, draw) in rows.chunks_exact_mut(dim).zip(draws.chunks_exact(dim)) {
        for ((z, scale), axis) in draw.iter().zip(scales).zip(&basis) {
            row.iter_mut().zip(axis).for_each(|(v, a)| *v += z * scale * a + 7.0);
        }
    }
    (rows, basis)
}

fn variance(values: impl Iterator<Item = f32> + Clone) -> f32 {
    let n = values.clone().count() as f32;
    let mean = values.clone().sum::<f32>() / n;
    values.map(|v| (v - mean) * (v - mean)).sum::<f32>() / n
}

#[test]
fn finds_the_axes_of_an_ellipsoid() {
    for dim in [3, 5, 9, 32, 64, 130] {
        let mut scales = vec![0.3; dim];
        (scales[0], scales[1]) = (5.0, 2.0);
        let (rows, basis) = ellipsoid(2_000, &scales, dim as u64);
        let projected = project(&rows, dim).expect("whole rows");
        // Correlation of each coordinate with the true one; the sample's axes are a little off.
        for axis in 0..2 {
            let truth: Vec<f32> = rows
                .chunks_exact(dim)
                .map(|r| r.iter().zip(&basis[axis]).map(|(a, b)| a * b).sum())
                .collect();
            let found: Vec<f32> = projected.xy.iter().skip(axis).step_by(2).copied().collect();
            let mean = truth.iter().sum::<f32>() / 2_000.0;
            let cross: f32 = truth.iter().zip(&found).map(|(t, f)| (t - mean) * f).sum::<f32>() / 2_000.0;
            let norm = (variance(truth.iter().copied()) * variance(found.iter().copied())).sqrt();
            assert!((cross / norm).abs() > 0.995, "axis {axis} of {dim}: correlation {}", cross / norm);
        }
        let total = 25.0 + 4.0 + 0.09 * (dim - 2) as f32;
        assert!((projected.explained[0] - 25.0 / total).abs() < 0.03, "{dim}: {:?}", projected.explained);
        assert!((projected.explained[1] - 4.0 / total).abs() < 0.02, "{dim}: {:?}", projected.explained);
    }
}

#[test]
fn coordinates_are_centred_uncorrelated_and_as_wide_as_explained() {
    // Normal rows without a preferred axis: the eigenvalues are close, the hardest case.
    for dim in [2, 3, 7, 64] {
        let rows = normals(500 * dim, dim as u64);
        let projected = project(&rows, dim).expect("whole rows");
        let x = || projected.xy.iter().step_by(2).copied();
        let y = || projected.xy.iter().skip(1).step_by(2).copied();
        let total: f32 = (0..dim).map(|axis| variance(rows.iter().skip(axis).step_by(dim).copied())).sum();
        assert!(x().sum::<f32>().abs() < 0.01 && y().sum::<f32>().abs() < 0.01, "{dim}: mean at the origin");
        let cross: f32 = x().zip(y()).map(|(x, y)| x * y).sum::<f32>() / 500.0;
        assert!(cross.abs() < 1e-4 * total, "{dim}: axes correlate by {cross}");
        for (axis, wide) in [variance(x()), variance(y())].into_iter().enumerate() {
            let share = projected.explained[axis];
            assert!((wide / total - share).abs() < 1e-4, "{dim}, axis {axis}: {} and {share}", wide / total);
        }
        assert!(projected.explained[0] >= projected.explained[1], "the first axis shows more");
        if dim == 2 {
            assert!(
                (projected.explained[0] + projected.explained[1] - 1.0).abs() < 1e-5,
                "a plane is shown whole"
            );
        }
    }
}

#[test]
fn no_other_direction_shows_more() {
    let rows = normals(300 * 6, 9);
    let projected = project(&rows, 6).expect("whole rows");
    let total: f32 = (0..6).map(|axis| variance(rows.iter().skip(axis).step_by(6).copied())).sum();
    for direction in normals(6 * 500, 10).chunks_exact(6) {
        let length = direction.iter().map(|v| v * v).sum::<f32>().sqrt();
        let along =
            rows.chunks_exact(6).map(|r| r.iter().zip(direction).map(|(a, b)| a * b / length).sum::<f32>());
        let share = variance(along.collect::<Vec<f32>>().into_iter()) / total;
        assert!(share <= projected.explained[0] + 1e-4, "{share} along {direction:?}");
    }
}

#[test]
fn hand_worked_projections() {
    let line = project(&[1.0, 3.0, 5.0, 7.0], 1).expect("one column");
    assert_eq!(line.xy, [-3.0, 0.0, -1.0, 0.0, 1.0, 0.0, 3.0, 0.0], "one dimension lies on the x axis");
    assert_eq!(line.explained, [1.0, 0.0], "and shows everything");

    // A cross, longer along the second coordinate.
    let cross = project(&[1.0, 0.0, -1.0, 0.0, 0.0, 3.0, 0.0, -3.0], 2).expect("two columns");
    let wanted = [0.0, 1.0, 0.0, -1.0, 3.0, 0.0, -3.0, 0.0];
    assert!(cross.xy.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-5), "{:?}", cross.xy);
    assert!((cross.explained[0] - 0.9).abs() < 1e-6 && (cross.explained[1] - 0.1).abs() < 1e-6, "shares");

    let equal = project(&[2.0; 12], 3).expect("four equal rows");
    assert_eq!((equal.xy, equal.explained), (vec![0.0; 8], [0.0; 2]), "equal rows lie at the origin");
    let none = project(&[], 4).expect("no rows");
    assert!(none.xy.is_empty(), "nothing to show");
    let one = project(&[1.0, 2.0, 3.0], 3).expect("one row");
    assert_eq!(one.xy, [0.0, 0.0], "one row is its own mean");
}

#[test]
fn rows_on_one_line_leave_the_second_axis_flat() {
    let rows: Vec<f32> =
        (0..50).flat_map(|i| [i as f32, 2.0 * i as f32, -i as f32, 0.5 * i as f32]).collect();
    let projected = project(&rows, 4).expect("whole rows");
    assert!(
        (projected.explained[0] - 1.0).abs() < 1e-5 && projected.explained[1] < 1e-5,
        "{:?}",
        projected.explained
    );
    assert!(projected.xy.iter().skip(1).step_by(2).all(|y| y.abs() < 1e-3), "y is flat: {:?}", projected.xy);
    assert!((projected.xy[2] - projected.xy[0]).abs() - 2.5 < 1e-3, "a step of √6.25 on the line");
}

#[test]
fn missing_rows_change_nothing_else() {
    let rows = normals(80 * 5, 11);
    let mut holed = rows.clone();
    holed.splice(0..0, [f32::NAN; 5]);
    holed.extend([1.0, f32::INFINITY, 0.0, 0.0, 0.0]);
    let (whole, with_holes) = (project(&rows, 5).expect("whole"), project(&holed, 5).expect("whole"));
    assert_eq!(with_holes.explained, whole.explained, "the same shares");
    assert_eq!(with_holes.xy[2..162], whole.xy, "the same points");
    assert!(with_holes.xy[..2].iter().chain(&with_holes.xy[162..]).all(|v| v.is_nan()), "missing is NaN");
    let all = project(&[f32::NAN; 6], 3).expect("whole rows");
    assert!(all.xy.iter().all(|v| v.is_nan()), "all missing");
}

#[test]
fn wide_rows_are_sampled_and_still_right() {
    let mut scales = vec![0.2; 300];
    (scales[0], scales[1]) = (6.0, 3.0);
    let (rows, _) = ellipsoid(9_000, &scales, 12);
    const { assert!(COVARIANCE_WORK / (300 * 300) < 9_000, "this set must be too large for all its rows") };
    let projected = project(&rows, 300).expect("whole rows");
    let total = 36.0 + 9.0 + 0.04 * 298.0;
    let wide = variance(projected.xy.iter().step_by(2).copied());
    assert!((wide - 36.0).abs() < 1.5, "variance along x {wide}");
    assert!((projected.explained[0] - 36.0 / total).abs() < 0.02, "{:?}", projected.explained);
}

#[test]
fn any_unit_gives_the_same_projection() {
    let (rows, _) = ellipsoid(200, &[3.0, 2.0, 1.0, 0.5, 0.1], 21);
    let plain = project(&rows, 5).expect("whole rows");
    let times = |values: &[f32], k: i32| values.iter().map(|x| x * 2.0_f32.powi(k)).collect::<Vec<f32>>();
    for k in -60..=60 {
        let scaled = project(&times(&rows, k), 5).expect("whole rows");
        assert_eq!(scaled.explained, plain.explained, "times 2^{k}");
        assert_eq!(scaled.xy, times(&plain.xy, k), "times 2^{k}");
    }
    // Rows of 1e20 and 1e-20, which no square of f32 holds.
    for unit in [1e20, 1e-20, 1e36, 1e-36] {
        let scaled: Vec<f32> = rows.iter().map(|x| x * unit).collect();
        let found = project(&scaled, 5).expect("whole rows");
        for (x, y) in found.xy.iter().zip(&plain.xy) {
            assert!((x / unit - y).abs() < 1e-4, "in units of {unit}: {} and {y}", x / unit);
        }
    }
}

#[test]
fn sentinels_and_denormals_are_projected_or_refused() {
    let mut rows = normals(50 * 3, 22);
    rows.extend([f32::MAX, 0.0, 0.0]);
    let found = project(&rows, 3).expect("f32 holds the coordinates");
    assert!(found.xy.iter().all(|value| value.is_finite()), "{:?}", found.xy);
    assert!((found.explained[0] - 1.0).abs() < 1e-6, "one row is all of the variance: {:?}", found.explained);
    assert!((found.xy[100] / f32::MAX - 50.0 / 51.0).abs() < 1e-5, "{}", found.xy[100]);
    let apart = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
    assert_eq!(project(&apart, 2).expect_err("√2 FLT_MAX").code(), "data.not_finite", "no f32 is that large");
    let tiny = project(&[1e-45, 0.0, -1e-45, 0.0], 2).expect("whole rows");
    assert_eq!((tiny.xy, tiny.explained), (vec![1e-45, 0.0, -1e-45, 0.0], [1.0, 0.0]), "the least numbers");
}

#[test]
fn lengths_are_checked() {
    assert_eq!(project(&vec![0.0; 20_000], 20_000).expect_err("wide").code(), "data.too_large", "4.8 GB");
    for (length, dim) in [(7, 3), (4, 0)] {
        let error = project(&vec![0.0; length], dim).expect_err("no whole rows");
        assert_eq!(error.code(), "shape.mismatch", "{length} numbers in rows of {dim}");
    }
}

#[test]
#[ignore = "a measurement: cargo test --release -- --ignored --nocapture speed"]
fn speed() {
    for (n, dim) in [(10_000, 2), (10_000, 32), (10_000, 64), (10_000, 128), (10_000, 512)] {
        let rows = normals(n * dim, 13);
        let begin = std::time::Instant::now();
        let projected = project(&rows, dim).expect("whole rows");
        println!("{n} x {dim}: {:.2} ms ({:?})", begin.elapsed().as_secs_f64() * 1e3, projected.explained);
    }
}
