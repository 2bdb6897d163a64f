//! One picture turned onto another. Procrustes; Schönemann 1966.

use crate::error::{Error, Result};

/// Turns (and, where that fits better, mirrors) `current` so that its points lie as near as possible
/// to those of `previous`, in the least squares of the points that both have. Nothing is scaled, so
/// distances in the picture stay what they were; `current` keeps its centre.
///
/// # Shapes
/// Both x0 y0 x1 y1 …, of one length; NaN for a missing point.
///
/// # Errors
/// `shape.mismatch` if the lengths differ or are odd.
pub fn onto(previous: &[f32], current: &mut [f32]) -> Result<()> {
    if previous.len() != current.len() || current.len() % 2 != 0 {
        return Err(Error::shape("current", previous.len().next_multiple_of(2), current.len()));
    }
    let both = |(p, c): &(&[f32], &[f32])| p.iter().chain(c.iter()).all(|x| x.is_finite());
    let pairs = || previous.chunks_exact(2).zip(current.chunks_exact(2)).filter(both);
    let count = pairs().count();
    if count == 0 {
        return Ok(());
    }
    let mut centres = [0.0_f64; 4];
    for (p, c) in pairs() {
        for (centre, &x) in centres.iter_mut().zip(p.iter().chain(c)) {
            *centre += f64::from(x) / count as f64;
        }
    }
    // Cross-covariance of current (columns) with previous (rows).
    let mut m = [0.0_f64; 4];
    for (p, c) in pairs() {
        let p = [f64::from(p[0]) - centres[0], f64::from(p[1]) - centres[1]];
        let c = [f64::from(c[0]) - centres[2], f64::from(c[1]) - centres[3]];
        m[0] += p[0] * c[0];
        m[1] += p[0] * c[1];
        m[2] += p[1] * c[0];
        m[3] += p[1] * c[1];
    }
    let Some([a, b, c, d]) = best_turn(m) else { return Ok(()) };
    let (x0, y0) = (centres[2] as f32, centres[3] as f32);
    for point in current.chunks_exact_mut(2) {
        let (x, y) = (point[0] - x0, point[1] - y0);
        point[0] = a * x + b * y + x0;
        point[1] = c * x + d * y + y0;
    }
    Ok(())
}

/// The orthogonal matrix T that makes trace(Tᵀ m) largest. In the plane it has a closed form: the
/// best rotation reaches √((m₀+m₃)² + (m₂−m₁)²), the best reflection √((m₀−m₃)² + (m₁+m₂)²).
fn best_turn([m0, m1, m2, m3]: [f64; 4]) -> Option<[f32; 4]> {
    let rotation = (m0 + m3).hypot(m2 - m1);
    let reflection = (m0 - m3).hypot(m1 + m2);
    if rotation.max(reflection) < f64::MIN_POSITIVE {
        return None;
    }
    Some(if rotation >= reflection {
        let (cos, sin) = ((m0 + m3) / rotation, (m2 - m1) / rotation);
        [cos as f32, -sin as f32, sin as f32, cos as f32]
    } else {
        let (cos, sin) = ((m0 - m3) / reflection, (m1 + m2) / reflection);
        [cos as f32, sin as f32, sin as f32, -cos as f32]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn cloud() -> Vec<f32> {
        let mut random = Random::new(8);
        (0..60).map(|i| random.normal() * if i % 2 == 0 { 2.0 } else { 1.0 }).collect()
    }

    #[test]
    fn a_turned_and_a_mirrored_cloud_come_back() {
        let previous = cloud();
        let (sin, cos) = 2.1_f32.sin_cos();
        for mirror in [1.0, -1.0] {
            let mut current: Vec<f32> = previous
                .chunks(2)
                .flat_map(|p| [cos * p[0] - sin * p[1] * mirror, sin * p[0] + cos * p[1] * mirror])
                .collect();
            onto(&previous, &mut current).expect("equal lengths");
            // The centre stays where it was, so compare differences of points.
            for i in 1..30 {
                for axis in 0..2 {
                    let (got, want) =
                        (current[2 * i + axis] - current[axis], previous[2 * i + axis] - previous[axis]);
                    assert!(
                        (got - want).abs() < 1e-4,
                        "point {i}, axis {axis}, mirror {mirror}: {got}, {want}"
                    );
                }
            }
        }
    }

    #[test]
    fn missing_points_and_degenerate_clouds_do_no_harm() {
        let previous = cloud();
        let mut current = previous.clone();
        current[4] = f32::NAN;
        onto(&previous, &mut current).expect("equal lengths");
        assert!(current[4].is_nan(), "a missing point stays missing");
        assert!((current[6] - previous[6]).abs() < 1e-5, "the others stay where they are");
        let mut point = vec![1.0; 8];
        onto(&[2.0; 8], &mut point).expect("equal lengths");
        assert_eq!(point, vec![1.0; 8], "a cloud without extent has no direction to turn to");
        assert_eq!(onto(&[0.0; 4], &mut [0.0; 2]).expect_err("lengths").code(), "shape.mismatch", "lengths");
    }
}
