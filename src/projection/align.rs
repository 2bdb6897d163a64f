//! Turns a projection onto the last one, so that a live map moves and does not spin.
//!
//! The orthogonal Procrustes problem: a rotation or reflection, without scaling or shift. Sizes keep their meaning, and the
//! principal axes keep the mean at the origin.

use crate::error::{Error, Result};
use crate::linear_algebra::procrustes;

/// Turns or reflects `current` in place onto `previous`. Both hold x0 y0 x1 y1 ...; points with a NaN in
/// either take no part in the fit. Both are compared about the means of the points that they
/// share, and the turn is about the origin. Where nothing decides (no shared points, or all of
/// them in one place) `current` stays as it is.
///
/// # Errors
/// `shape.mismatch` if the two differ in length or the length is odd.
pub fn onto(previous: &[f32], current: &mut [f32]) -> Result<()> {
    if previous.len() != current.len() || !current.len().is_multiple_of(2) {
        return Err(Error::shape("The new projection", previous.len(), current.len()));
    }
    let Some(q) = procrustes(cross_moments(previous, current)) else { return Ok(()) };
    for point in current.chunks_exact_mut(2) {
        let (x, y) = (f64::from(point[0]), f64::from(point[1]));
        point[0] = (q[0][0] * x + q[0][1] * y) as f32;
        point[1] = (q[1][0] * x + q[1][1] * y) as f32;
    }
    Ok(())
}

/// `Σ (p − mean p)(c − mean c)ᵀ` over the points that both have.
fn cross_moments(previous: &[f32], current: &[f32]) -> [[f64; 2]; 2] {
    let shared = || {
        previous.chunks_exact(2).zip(current.chunks_exact(2)).filter_map(|(p, c)| {
            let four = [p[0], p[1], c[0], c[1]];
            four.iter().all(|v| v.is_finite()).then(|| four.map(f64::from))
        })
    };
    let mut sums = [0.0; 4];
    let mut count = 0.0;
    for four in shared() {
        for (sum, value) in sums.iter_mut().zip(four) {
            *sum += value;
        }
        count += 1.0;
    }
    let mean = sums.map(|sum| if count > 0.0 { sum / count } else { 0.0 });
    let mut moments = [[0.0; 2]; 2];
    for four in shared() {
        for (row, moments) in moments.iter_mut().enumerate() {
            for (column, moment) in moments.iter_mut().enumerate() {
                *moment += (four[row] - mean[row]) * (four[2 + column] - mean[2 + column]);
            }
        }
    }
    moments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn points(n: usize, seed: u64) -> Vec<f32> {
        let mut random = Random::new(seed);
        (0..2 * n).map(|at| random.normal() * if at % 2 == 0 { 3.0 } else { 1.0 }).collect()
    }

    fn moved(points: &[f32], q: [f32; 4]) -> Vec<f32> {
        points.chunks_exact(2).flat_map(|p| [q[0] * p[0] + q[1] * p[1], q[2] * p[0] + q[3] * p[1]]).collect()
    }

    fn gap(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum()
    }

    #[test]
    fn rotations_and_reflections_are_undone() {
        let projection = points(50, 1);
        for step in 0..16 {
            let (sin, cos) = (step as f32 * 0.41).sin_cos();
            for q in [[cos, -sin, sin, cos], [cos, sin, sin, -cos]] {
                let mut turned = moved(&projection, q);
                onto(&projection, &mut turned).expect("same length");
                assert!(
                    gap(&projection, &turned) < 1e-8 * 500.0,
                    "turned by {q:?}: gap {}",
                    gap(&projection, &turned)
                );
            }
        }
    }

    #[test]
    fn any_unit_turns_alike() {
        let (previous, current) = (points(20, 6), points(20, 7));
        let mut turned = current.clone();
        onto(&previous, &mut turned).expect("same length");
        for (old, new) in [(-60, -60), (60, 60), (-60, 60), (0, -40), (100, -100)] {
            let times = |xy: &[f32], k: i32| xy.iter().map(|x| x * 2.0_f32.powi(k)).collect::<Vec<f32>>();
            let mut scaled = times(&current, new);
            onto(&times(&previous, old), &mut scaled).expect("same length");
            assert_eq!(scaled, times(&turned, new), "2^{old} and 2^{new}");
        }
    }

    #[test]
    fn no_other_turn_is_closer() {
        let previous = points(40, 2);
        let current: Vec<f32> = previous.iter().zip(points(40, 3)).map(|(a, b)| a * 0.5 + b).collect();
        let mut aligned = current.clone();
        onto(&previous, &mut aligned).expect("same length");
        let centred = |xy: &[f32]| {
            let mean = |axis: usize| xy.iter().skip(axis).step_by(2).sum::<f32>() / 40.0;
            let (x, y) = (mean(0), mean(1));
            xy.chunks_exact(2).flat_map(|p| [p[0] - x, p[1] - y]).collect::<Vec<f32>>()
        };
        let best = gap(&centred(&previous), &centred(&aligned));
        for step in 0..360 {
            let (sin, cos) = (step as f32).to_radians().sin_cos();
            for q in [[cos, -sin, sin, cos], [cos, sin, sin, -cos]] {
                let other = gap(&centred(&previous), &centred(&moved(&current, q)));
                assert!(other > best * (1.0 - 1e-5), "{step}°: {other} beats {best}");
            }
        }
        let spread = |xy: &[f32]| gap(xy, &vec![0.0; xy.len()]);
        assert!((spread(&aligned) / spread(&current) - 1.0).abs() < 1e-5, "no scaling");
    }

    #[test]
    fn missing_points_take_no_part() {
        let projection = points(30, 4);
        let mut turned = moved(&projection, [0.0, -1.0, 1.0, 0.0]);
        let mut previous = projection.clone();
        (previous[0], previous[3]) = (f32::NAN, f32::INFINITY);
        (turned[8], turned[9]) = (f32::NAN, f32::NAN);
        onto(&previous, &mut turned).expect("same length");
        assert!(gap(&projection[10..], &turned[10..]) < 1e-6, "the others are turned back");
        assert!(gap(&projection[..4], &turned[..4]) < 1e-6, "also where the old projection had none");
        assert!(turned[8].is_nan() && turned[9].is_nan(), "missing stays missing");
    }

    #[test]
    fn where_nothing_decides_nothing_moves() {
        for previous in [vec![f32::NAN; 6], vec![1.0; 6], vec![0.0; 6]] {
            let mut current = vec![1.0, 2.0, -3.0, 0.5, 2.0, -2.5];
            let before = current.clone();
            onto(&previous, &mut current).expect("same length");
            assert_eq!(current, before, "onto {previous:?}");
        }
        onto(&[], &mut []).expect("nothing onto nothing");
        // All on a line: a turn brings one line onto the other.
        let mut line = vec![0.0, -1.0, 0.0, 0.0, 0.0, 1.0];
        onto(&[-2.0, 0.0, 0.0, 0.0, 2.0, 0.0], &mut line).expect("same length");
        assert_eq!(line, [-1.0, 0.0, 0.0, 0.0, 1.0, 0.0], "the line lies as the old one did");
    }

    #[test]
    fn lengths_are_checked() {
        let code = |p: &[f32], c: &mut [f32]| onto(p, c).expect_err("refused").code();
        assert_eq!(code(&[0.0; 4], &mut [0.0; 6]), "shape.mismatch", "two points and three");
        assert_eq!(code(&[0.0; 3], &mut [0.0; 3]), "shape.mismatch", "one point and a half");
    }
}
