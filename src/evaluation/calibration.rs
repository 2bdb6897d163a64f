//! From distance to the chance that two are the same.

use serde::Serialize;

use super::pairs::{PairScore, kinds};
use crate::error::Result;

/// From distance to the chance that two are the same.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Calibration {
    /// P(same) = 1 / (1 + e^{slope·d − offset}), in units of one over the distance. Platt 1999.
    pub slope: f64,
    /// See `slope`.
    pub offset: f64,
    /// Mean |P − share of same pairs| over bins of P, weighed by their pairs. Naeini et al. 2015.
    pub expected_calibration_error: f64,
    /// The bins that hold a pair: mean P, share of same pairs, how many.
    pub bins: Vec<(f64, f64, usize)>,
}

/// Rounds of Newton's method.
const ROUNDS: usize = 50;
/// Bins of equal width over P.
const BINS: usize = 10;

/// Fits P(same | distance) to pairs, with the two kinds as often as they come. Neither the order of the pairs nor the unit of
/// the distance changes the chances.
///
/// # Errors
/// As [`verify`](super::verification::verify).
pub fn calibrate(pairs: &[PairScore]) -> Result<Calibration> {
    kinds(pairs)?;
    let sample = Standardised::of(pairs);
    let (slope, offset) = sample.fit();
    let mut sums = [(0.0, 0.0, 0_usize); BINS];
    for &(z, same) in &sample.points {
        let p = chance(slope, offset, z);
        let bin = &mut sums[((p * BINS as f64) as usize).min(BINS - 1)];
        *bin = (bin.0 + p, bin.1 + f64::from(u8::from(same)), bin.2 + 1);
    }
    let bins: Vec<(f64, f64, usize)> = sums
        .iter()
        .filter(|bin| bin.2 > 0)
        .map(|&(p, same, count)| (p / count as f64, same / count as f64, count))
        .collect();
    let n = pairs.len() as f64;
    let error = bins.iter().map(|(p, share, count)| (p - share).abs() * *count as f64 / n).sum();
    Ok(Calibration {
        slope: slope / sample.deviation,
        offset: offset + slope * sample.mean / sample.deviation,
        expected_calibration_error: error,
        bins,
    })
}

fn chance(slope: f64, offset: f64, z: f64) -> f64 {
    1.0 / (1.0 + (slope * z - offset).exp())
}

/// Distances as z = (d − mean) / deviation, ascending.
struct Standardised {
    points: Vec<(f64, bool)>,
    mean: f64,
    deviation: f64,
    /// The two kinds' counts.
    same: f64,
    different: f64,
}

impl Standardised {
    fn of(pairs: &[PairScore]) -> Self {
        let mut points: Vec<(f64, bool)> = pairs.iter().map(|pair| (pair.distance, pair.same)).collect();
        points.sort_unstable_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
        let n = points.len() as f64;
        let same = points.iter().filter(|point| point.1).count() as f64;
        // By the largest first, so that no square overflows or vanishes.
        let largest = points.iter().fold(0.0_f64, |most, point| most.max(point.0.abs()));
        let unit = if largest > 0.0 { largest } else { 1.0 };
        let mean = points.iter().map(|point| point.0 / unit).sum::<f64>() / n;
        let square = points.iter().map(|point| (point.0 / unit - mean).powi(2)).sum::<f64>() / n;
        let deviation = if square > 0.0 { square.sqrt() } else { 1.0 };
        points.iter_mut().for_each(|point| point.0 = (point.0 / unit - mean) / deviation);
        Self { points, mean: mean * unit, deviation: deviation * unit, same, different: n - same }
    }

    /// Platt's targets, which keep the fit finite where the kinds are apart.
    fn target(&self, same: bool) -> f64 {
        if same { (self.same + 1.0) / (self.same + 2.0) } else { 1.0 / (self.different + 2.0) }
    }

    fn loss(&self, slope: f64, offset: f64) -> f64 {
        let of = |&(z, same): &(f64, bool)| {
            let p = chance(slope, offset, z).clamp(1e-12, 1.0 - 1e-12);
            -self.target(same) * p.ln() - (1.0 - self.target(same)) * (1.0 - p).ln()
        };
        self.points.iter().map(of).sum()
    }

    /// Slope and offset by Newton's method with halved steps.
    fn fit(&self) -> (f64, f64) {
        let (mut slope, mut offset) = (0.0, (self.same / self.different).ln());
        for _ in 0..ROUNDS {
            let Some((by_slope, by_offset)) = self.newton_step(slope, offset) else { break };
            let before = self.loss(slope, offset);
            let mut step = 1.0;
            while step > 1e-6 && self.loss(slope - step * by_slope, offset - step * by_offset) > before {
                step *= 0.5;
            }
            slope -= step * by_slope;
            offset -= step * by_offset;
            if (step * by_slope).abs() + (step * by_offset).abs() < 1e-10 {
                break;
            }
        }
        (slope, offset)
    }

    /// The inverse Hessian times the gradient.
    fn newton_step(&self, slope: f64, offset: f64) -> Option<(f64, f64)> {
        let (mut gs, mut go, mut hss, mut hso, mut hoo) = (0.0, 0.0, 1e-9, 0.0, 1e-9);
        for &(z, same) in &self.points {
            let p = chance(slope, offset, z);
            let (error, weight) = (p - self.target(same), p * (1.0 - p));
            // ∂p/∂slope = −z p(1−p), ∂p/∂offset = p(1−p).
            gs -= error * z;
            go += error;
            hss += weight * z * z;
            hso -= weight * z;
            hoo += weight;
        }
        let determinant = hss * hoo - hso * hso;
        (determinant > 0.0)
            .then(|| ((hoo * gs - hso * go) / determinant, (hss * go - hso * gs) / determinant))
    }
}

#[cfg(test)]
mod tests {
    use super::super::verification::tests::{drawn, scores};
    use super::super::verification::verify;
    use super::*;
    use crate::random::Random;

    #[test]
    fn neither_the_order_nor_the_unit_changes_a_chance() {
        let pairs = drawn(300, 8);
        let (curve, fit) = (verify(&pairs).expect("both kinds"), calibrate(&pairs).expect("both kinds"));
        let mut mixed = pairs.clone();
        Random::new(1).shuffle(&mut mixed);
        assert_eq!(verify(&mixed).expect("both kinds"), curve, "mixed");
        assert_eq!(calibrate(&mixed).expect("both kinds"), fit, "mixed");
        for k in [-200, -60, -1, 7, 60, 200] {
            let factor = 2.0_f64.powi(k);
            let scaled: Vec<PairScore> =
                pairs.iter().map(|pair| PairScore { distance: pair.distance * factor, ..*pair }).collect();
            let found = verify(&scaled).expect("both kinds");
            assert_eq!((found.eer, found.auc), (curve.eer, curve.auc), "times 2^{k}");
            let found = calibrate(&scaled).expect("both kinds");
            assert_eq!(found.bins, fit.bins, "times 2^{k}");
            assert!((found.slope * factor / fit.slope - 1.0).abs() < 1e-12, "slope times 2^{k}");
        }
    }

    #[test]
    fn a_calibration_finds_the_curve_that_drew_the_pairs() {
        let mut random = Random::new(7);
        let pairs: Vec<PairScore> = (0..20_000)
            .map(|_| {
                let distance = f64::from(random.uniform()) * 4.0;
                let chance = 1.0 / (1.0 + (3.0 * distance - 5.0).exp());
                PairScore { distance, same: f64::from(random.uniform()) < chance }
            })
            .collect();
        let found = calibrate(&pairs).expect("pairs of both kinds");
        assert!((found.slope - 3.0).abs() < 0.15, "slope {}", found.slope);
        assert!((found.offset - 5.0).abs() < 0.25, "offset {}", found.offset);
        assert!(
            found.expected_calibration_error < 0.02,
            "well calibrated: {}",
            found.expected_calibration_error
        );
        let apart = calibrate(&scores(&[0.1, 0.2], &[1.0, 2.0])).expect("pairs of both kinds");
        assert!(apart.slope.is_finite() && apart.slope > 0.0, "finite where the kinds are apart");
    }
}
