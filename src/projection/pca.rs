//! Principal component analysis to the plane. Pearson 1901; Hotelling 1933.

use crate::error::{Error, Result};

/// Rows in the plane of their largest variance.
#[derive(Clone, Debug, PartialEq)]
pub struct Projected {
    /// x0 y0 x1 y1 …; NaN for a row that was missing.
    pub xy: Vec<f32>,
    /// Share of the total variance along each axis, 0 to 1. Both 0 if nothing varies.
    pub explained: [f32; 2],
}

/// Rounds of subspace iteration, at most; it stops when the plane stands still.
const ROUNDS: usize = 200;
/// The plane stands still when an axis turns by less than this (1 − cos²).
const STILL: f64 = 1e-12;

/// Projects rows on the two directions v of largest variance, vᵀCv with C the covariance.
///
/// # Shapes
/// `rows` is n × `dim`; a row that holds a NaN counts as missing. With `dim` 1, y is 0.
///
/// # Errors
/// `shape.mismatch` if `dim` is 0 or does not divide the length.
pub fn project(rows: &[f32], dim: usize) -> Result<Projected> {
    if dim == 0 || rows.len() % dim != 0 {
        return Err(Error::shape("rows", rows.len().next_multiple_of(dim.max(1)), rows.len()));
    }
    let missing = |row: &[f32]| row.iter().any(|x| !x.is_finite());
    let mean = mean(rows, dim, missing);
    let covariance = covariance(rows, dim, &mean, missing);
    let total: f64 = (0..dim).map(|i| covariance[i * dim + i]).sum();
    let [first, second] = plane(&covariance, dim);
    let axes = [&first, &second];
    let explained = axes.map(|axis| {
        let variance: f64 = product(&covariance, axis).iter().zip(axis).map(|(a, b)| a * b).sum();
        if total > 0.0 { (variance / total).clamp(0.0, 1.0) as f32 } else { 0.0 }
    });
    let axes = axes.map(|axis| axis.iter().map(|&x| x as f32).collect::<Vec<f32>>());
    let xy = rows
        .chunks_exact(dim)
        .flat_map(|row| {
            if missing(row) {
                return [f32::NAN; 2];
            }
            [0, 1].map(|i| {
                axes[i].iter().zip(row).zip(&mean).map(|((a, x), m)| a * (x - *m as f32)).sum::<f32>()
            })
        })
        .collect();
    Ok(Projected { xy, explained })
}

fn mean(rows: &[f32], dim: usize, missing: impl Fn(&[f32]) -> bool) -> Vec<f64> {
    let mut mean = vec![0.0_f64; dim];
    let mut count = 0.0_f64;
    for row in rows.chunks_exact(dim).filter(|row| !missing(row)) {
        count += 1.0;
        mean.iter_mut().zip(row).for_each(|(m, &x)| *m += f64::from(x));
    }
    mean.iter_mut().for_each(|m| *m /= count.max(1.0));
    mean
}

fn covariance(rows: &[f32], dim: usize, mean: &[f64], missing: impl Fn(&[f32]) -> bool) -> Vec<f64> {
    let mut sums = vec![0.0_f64; dim * dim];
    // Sums of some hundred products are exact enough in f32, and eight times as fast.
    let mut part = vec![0.0_f32; dim * dim];
    let mut centred = vec![0.0_f32; dim];
    let mut count = 0.0_f64;
    for chunk in rows.chunks(256 * dim) {
        part.fill(0.0);
        for row in chunk.chunks_exact(dim).filter(|row| !missing(row)) {
            count += 1.0;
            for ((c, &x), &m) in centred.iter_mut().zip(row).zip(mean) {
                *c = x - m as f32;
            }
            for (i, &c) in centred.iter().enumerate() {
                let line = &mut part[i * dim..i * dim + dim];
                line.iter_mut().zip(&centred).for_each(|(s, &d)| *s += c * d);
            }
        }
        sums.iter_mut().zip(&part).for_each(|(s, &p)| *s += f64::from(p));
    }
    sums.iter_mut().for_each(|s| *s /= count.max(1.0));
    sums
}

/// The two leading eigenvectors, by subspace iteration from a fixed start.
fn plane(covariance: &[f64], dim: usize) -> [Vec<f64>; 2] {
    // Two starts that are orthogonal to no axis: cosines of incommensurable angles.
    let mut axes = [1.0, 1.7].map(|w| (0..dim).map(|i| (w * (i as f64 + 0.5)).cos()).collect::<Vec<f64>>());
    orthonormalise(&mut axes);
    for _ in 0..ROUNDS {
        let mut next = [product(covariance, &axes[0]), product(covariance, &axes[1])];
        orthonormalise(&mut next);
        let turned = (0..2).map(|i| 1.0 - dot(&next[i], &axes[i]).powi(2)).fold(0.0_f64, f64::max);
        axes = next;
        if turned < STILL {
            break;
        }
    }
    axes
}

/// Gram-Schmidt; an axis that vanishes is replaced by the unit vector it misses least, or by zero
/// where there is no second dimension.
fn orthonormalise(axes: &mut [Vec<f64>; 2]) {
    let dim = axes[0].len();
    scale_or(&mut axes[0], 0);
    let [first, second] = axes;
    for attempt in 0..=dim {
        let along = dot(first, second);
        let before = dot(second, second).sqrt();
        second.iter_mut().zip(first.iter()).for_each(|(s, f)| *s -= along * f);
        let length = dot(second, second).sqrt();
        if length > 1e-9 * before && length > 1e-150 {
            second.iter_mut().for_each(|s| *s /= length);
            return;
        }
        second.fill(0.0);
        if attempt < dim {
            second[attempt] = 1.0;
        }
    }
}

fn scale_or(axis: &mut [f64], unit: usize) {
    let length = dot(axis, axis).sqrt();
    if length > 1e-150 {
        axis.iter_mut().for_each(|a| *a /= length);
    } else {
        axis.fill(0.0);
        axis[unit] = 1.0;
    }
}

fn product(matrix: &[f64], vector: &[f64]) -> Vec<f64> {
    matrix.chunks_exact(vector.len()).map(|line| dot(line, vector)).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn a_known_plane_is_found() {
        // Spread 3 along (1,1,0)/√2, 1 along (0,0,1), 0.1 along the rest.
        let mut random = Random::new(3);
        let half = 0.5_f32.sqrt();
        let rows: Vec<f32> = (0..4000)
            .flat_map(|_| {
                let (a, b, c) = (3.0 * random.normal(), random.normal(), 0.1 * random.normal());
                [half * (a + c) + 5.0, half * (a - c) - 2.0, b]
            })
            .collect();
        let found = project(&rows, 3).expect("whole rows");
        for (row, xy) in rows.chunks(3).zip(found.xy.chunks(2)).take(50) {
            let along = half * (row[0] - 5.0 + row[1] + 2.0);
            assert!((xy[0].abs() - along.abs()).abs() < 0.25, "x is the long axis: {} and {along}", xy[0]);
            assert!((xy[1].abs() - row[2].abs()).abs() < 0.25, "y is the second: {} and {}", xy[1], row[2]);
        }
        assert!((found.explained[0] - 9.0 / 10.01).abs() < 0.02, "share of x: {}", found.explained[0]);
        assert!((found.explained[1] - 1.0 / 10.01).abs() < 0.02, "share of y: {}", found.explained[1]);
    }

    #[test]
    fn the_plane_keeps_two_dimensional_distances() {
        let rows = [0.0, 0.0, 3.0, 4.0, -1.0, 2.0];
        let xy = project(&rows, 2).expect("whole rows").xy;
        let distance =
            |v: &[f32], i: usize, j: usize| (v[2 * i] - v[2 * j]).hypot(v[2 * i + 1] - v[2 * j + 1]);
        for (i, j) in [(0, 1), (0, 2), (1, 2)] {
            let (got, want) = (distance(&xy, i, j), distance(&rows, i, j));
            assert!((got - want).abs() < 1e-5, "{i} to {j}: {got}, not {want}");
        }
    }

    #[test]
    fn missing_constant_and_one_dimensional_rows() {
        let found = project(&[1.0, 2.0, f32::NAN, 0.0, 3.0, 5.0], 2).expect("whole rows");
        assert!(found.xy[2].is_nan() && found.xy[3].is_nan(), "a missing row has no place");
        assert!(found.xy[0].is_finite() && found.xy[5].is_finite(), "the others do");
        let found = project(&[7.0; 12], 4).expect("whole rows");
        assert!(found.xy.iter().all(|&x| x.abs() < 1e-6), "nothing varies: all at the origin");
        assert_eq!(found.explained, [0.0, 0.0], "and nothing is explained");
        let found = project(&[0.0, 4.0], 1).expect("whole rows");
        assert!((found.xy[0] - found.xy[2]).abs() == 4.0 && found.xy[1] == 0.0, "a line: {:?}", found.xy);
        assert_eq!(project(&[1.0; 5], 2).expect_err("half a row").code(), "shape.mismatch", "half a row");
    }
}
