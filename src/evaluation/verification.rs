//! Verification: are these two the same? A threshold on the distance of a pair decides.
//!
//! At a threshold t, pairs with d ≤ t are accepted. FMR (false match rate, also FAR) is the share of different pairs
//! accepted, FNMR (false non-match rate) the share of same pairs refused, TAR = 1 − FNMR. ROC draws TAR over FMR, DET
//! FNMR over FMR. The equal error rate is where FMR and FNMR cross. Terms of ISO/IEC 19795-1.

use serde::{Deserialize, Serialize};

use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::neighbours::Rows;
use crate::random::Random;

/// A pair: how far apart, and whether the two are the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairScore {
    /// Smaller is closer.
    pub distance: f32,
    /// Whether both are of one class.
    pub same: bool,
}

/// Error rates at a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorRates {
    /// Pairs up to this distance are accepted; −∞ accepts none.
    pub threshold: f64,
    /// Share of the different pairs accepted (FAR).
    pub fmr: f64,
    /// Share of the same pairs refused; TAR is 1 − this.
    pub fnmr: f64,
}

/// How a threshold is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum Criterion {
    /// FMR and FNMR as equal as can be.
    EqualErrors,
    /// Most pairs decided rightly, same and different weighing alike.
    MostAccurate,
    /// The most same pairs accepted with an FMR of at most `rate`.
    FmrAtMost {
        /// From 0 to 1.
        rate: f64,
    },
}

/// How distances tell the same from the different.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// Pairs of the same, and of the different.
    pub pairs: [usize; 2],
    /// By ascending threshold, from none accepted to all: the points of ROC and DET.
    pub curve: Vec<ErrorRates>,
    /// Equal error rate, interpolated along the ROC.
    pub eer: f64,
    /// Area under the ROC: the chance that a same pair is nearer than a different one, ties counting half.
    pub auc: f64,
}

/// All pairs of the rows where they are not more than `most` same and `most` different ones, else that many drawn.
///
/// # Errors
/// `shape.mismatch` unless there is a label a row; `data.one_class` without a different pair; `data.invalid` without a
/// same one.
pub fn pairs(
    rows: Rows<'_>,
    labels: &[u16],
    distance: Distance,
    most: usize,
    random: &mut Random,
) -> Result<Vec<PairScore>> {
    let n = rows.count();
    if labels.len() != n {
        return Err(Error::shape("labels", n, labels.len()));
    }
    let mut members: std::collections::BTreeMap<u16, Vec<usize>> = std::collections::BTreeMap::new();
    labels.iter().enumerate().for_each(|(row, &label)| members.entry(label).or_default().push(row));
    let same_of: Vec<usize> = members.values().map(|rows| rows.len() * (rows.len() - 1) / 2).collect();
    let same: usize = same_of.iter().sum();
    let different = n * n.saturating_sub(1) / 2 - same;
    if same == 0 {
        return Err(Error::data("no class has two samples that could be the same"));
    }
    if different == 0 {
        return Err(Error::DataOneClass);
    }
    let classes: Vec<&Vec<usize>> = members.values().collect();
    let score = |i: usize, j: usize| PairScore {
        distance: distance.apart(distance.between(rows.row(i), rows.row(j))) as f32,
        same: labels[i] == labels[j],
    };
    let mut found = Vec::new();
    if same <= most {
        for rows in &classes {
            for (at, &i) in rows.iter().enumerate() {
                found.extend(rows[at + 1..].iter().map(|&j| score(i, j)));
            }
        }
    } else {
        for _ in 0..most {
            // A class by the number of its pairs, then two of its rows.
            let mut pair = random.below(same);
            let class = same_of.iter().position(|&count| {
                let here = pair < count;
                pair = pair.saturating_sub(if here { 0 } else { count });
                here
            });
            let rows = classes[class.unwrap_or_default()];
            let two = random.choose(rows.len(), 2);
            found.push(score(rows[two[0]], rows[two[1]]));
        }
    }
    if different <= most {
        for i in 0..n {
            found.extend((i + 1..n).filter(|&j| labels[i] != labels[j]).map(|j| score(i, j)));
        }
    } else {
        let mut left = most;
        while left > 0 {
            let (i, j) = (random.below(n), random.below(n));
            if labels[i] != labels[j] {
                found.push(score(i, j));
                left -= 1;
            }
        }
    }
    Ok(found)
}

/// The curve, the equal error rate and the area.
///
/// # Errors
/// `data.invalid` unless there are pairs of both kinds; `data.not_finite` for a distance that is none.
pub fn verify(pairs: &[PairScore]) -> Result<Verification> {
    if let Some(row) = pairs.iter().position(|pair| !pair.distance.is_finite()) {
        return Err(Error::not_finite("pairs", row));
    }
    let same = pairs.iter().filter(|pair| pair.same).count();
    let different = pairs.len() - same;
    if same == 0 || different == 0 {
        return Err(Error::data("verification needs pairs of the same and pairs of the different"));
    }
    let mut sorted = pairs.to_vec();
    sorted.sort_unstable_by(|x, y| x.distance.total_cmp(&y.distance));
    let rates = |threshold: f64, (accepted_same, accepted_different): (usize, usize)| ErrorRates {
        threshold,
        fmr: accepted_different as f64 / different as f64,
        fnmr: 1.0 - accepted_same as f64 / same as f64,
    };
    let mut curve = vec![rates(f64::NEG_INFINITY, (0, 0))];
    let mut accepted = (0, 0);
    for (at, pair) in sorted.iter().enumerate() {
        *(if pair.same { &mut accepted.0 } else { &mut accepted.1 }) += 1;
        // Equal distances are accepted together.
        if sorted.get(at + 1).is_none_or(|next| next.distance > pair.distance) {
            curve.push(rates(f64::from(pair.distance), accepted));
        }
    }
    let steps = curve.windows(2).map(|two| (two[0], two[1]));
    let auc =
        steps.clone().map(|(low, high)| (high.fmr - low.fmr) * (1.0 - 0.5 * (low.fnmr + high.fnmr))).sum();
    // FMR rises and FNMR falls: between two points both are straight lines of one parameter.
    let eer = steps.clone().find(|(_, high)| high.fmr >= high.fnmr).map_or(1.0, |(low, high)| {
        let (before, after) = (low.fnmr - low.fmr, high.fmr - high.fnmr);
        let part = if before + after > 0.0 { before / (before + after) } else { 0.0 };
        low.fmr + part * (high.fmr - low.fmr)
    });
    Ok(Verification { pairs: [same, different], curve, eer, auc })
}

impl Verification {
    /// TAR = 1 − FNMR at the loosest threshold whose FMR is at most `rate`.
    pub fn tar_at_fmr(&self, rate: f64) -> f64 {
        1.0 - self.at(Criterion::FmrAtMost { rate }).fnmr
    }

    /// FNMR at the loosest threshold whose FMR is at most `rate`.
    pub fn fnmr_at_fmr(&self, rate: f64) -> f64 {
        self.at(Criterion::FmrAtMost { rate }).fnmr
    }

    /// The point of the curve that a criterion chooses; of equal ones the strictest.
    pub fn at(&self, criterion: Criterion) -> ErrorRates {
        let cost = |point: &ErrorRates| match criterion {
            Criterion::EqualErrors => (point.fmr - point.fnmr).abs(),
            Criterion::MostAccurate => point.fmr + point.fnmr,
            Criterion::FmrAtMost { rate } if point.fmr > rate => f64::INFINITY,
            Criterion::FmrAtMost { .. } => point.fnmr,
        };
        let best = self.curve.iter().min_by(|x, y| cost(x).total_cmp(&cost(y)));
        *best.expect("a curve begins where none is accepted")
    }
}

/// From distance to the chance that two are the same.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Calibration {
    /// P(same) = 1 / (1 + e^{slope·d − offset}). Platt 1999.
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

/// Fits P(same | distance) to pairs, with the two kinds as often as they come.
///
/// # Errors
/// As [`verify`].
pub fn calibrate(pairs: &[PairScore]) -> Result<Calibration> {
    verify(pairs)?;
    let n = pairs.len() as f64;
    let same = pairs.iter().filter(|pair| pair.same).count() as f64;
    // Platt's targets keep the fit finite where the kinds are apart.
    let target = |pair: &PairScore| {
        if pair.same { (same + 1.0) / (same + 2.0) } else { 1.0 / (n - same + 2.0) }
    };
    let mean = pairs.iter().map(|pair| f64::from(pair.distance)).sum::<f64>() / n;
    let deviation = (pairs.iter().map(|pair| (f64::from(pair.distance) - mean).powi(2)).sum::<f64>() / n)
        .sqrt()
        .max(1e-12);
    let scaled = |pair: &PairScore| (f64::from(pair.distance) - mean) / deviation;
    let chance = |slope: f64, offset: f64, z: f64| 1.0 / (1.0 + (slope * z - offset).exp());
    let loss = |slope: f64, offset: f64| -> f64 {
        pairs
            .iter()
            .map(|pair| {
                let p = chance(slope, offset, scaled(pair)).clamp(1e-12, 1.0 - 1e-12);
                -target(pair) * p.ln() - (1.0 - target(pair)) * (1.0 - p).ln()
            })
            .sum()
    };
    let (mut slope, mut offset) = (0.0, (same / (n - same)).ln());
    for _ in 0..ROUNDS {
        let (mut gs, mut go, mut hss, mut hso, mut hoo) = (0.0, 0.0, 1e-9, 0.0, 1e-9);
        for pair in pairs {
            let z = scaled(pair);
            let p = chance(slope, offset, z);
            let (error, weight) = (p - target(pair), p * (1.0 - p));
            // ∂p/∂slope = −z p(1−p), ∂p/∂offset = p(1−p).
            gs -= error * z;
            go += error;
            hss += weight * z * z;
            hso -= weight * z;
            hoo += weight;
        }
        let determinant = hss * hoo - hso * hso;
        if determinant <= 0.0 {
            break;
        }
        let (ds, d_o) = ((hoo * gs - hso * go) / determinant, (hss * go - hso * gs) / determinant);
        let before = loss(slope, offset);
        let mut step = 1.0;
        while step > 1e-6 && loss(slope - step * ds, offset - step * d_o) > before {
            step *= 0.5;
        }
        slope -= step * ds;
        offset -= step * d_o;
        if (step * ds).abs() + (step * d_o).abs() < 1e-10 {
            break;
        }
    }
    let mut sums = [(0.0, 0.0, 0_usize); BINS];
    for pair in pairs {
        let p = chance(slope, offset, scaled(pair));
        let bin = &mut sums[((p * BINS as f64) as usize).min(BINS - 1)];
        *bin = (bin.0 + p, bin.1 + f64::from(u8::from(pair.same)), bin.2 + 1);
    }
    let bins: Vec<(f64, f64, usize)> = sums
        .iter()
        .filter(|bin| bin.2 > 0)
        .map(|&(p, same, count)| (p / count as f64, same / count as f64, count))
        .collect();
    let error = bins.iter().map(|(p, share, count)| (p - share).abs() * *count as f64 / n).sum();
    Ok(Calibration {
        slope: slope / deviation,
        offset: offset + slope * mean / deviation,
        expected_calibration_error: error,
        bins,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(same: &[f32], different: &[f32]) -> Vec<PairScore> {
        let kind = |values: &[f32], same| {
            values.iter().map(|&distance| PairScore { distance, same }).collect::<Vec<_>>()
        };
        [kind(same, true), kind(different, false)].concat()
    }

    fn drawn(count: usize, seed: u64) -> Vec<PairScore> {
        let mut random = Random::new(seed);
        (0..count)
            .map(|i| {
                let same = i % 3 == 0;
                let distance = (random.normal() + if same { 0.0 } else { 1.5 }) * 10.0;
                PairScore { distance: distance.round(), same }
            })
            .collect()
    }

    #[test]
    fn a_curve_worked_by_hand() {
        // In order: same 1, same 2, different 3, same 4, different 5.
        let found = verify(&scores(&[1.0, 2.0, 4.0], &[3.0, 5.0])).expect("pairs of both kinds");
        assert_eq!(found.pairs, [3, 2], "three same, two different");
        // A different one at 3 comes before one of three same ones.
        assert!((found.auc - (1.0 - 1.0 / 6.0)).abs() < 1e-12, "AUC {}", found.auc);
        // From (0, 1/3) to (1/2, 1/3): they cross at 1/3.
        assert!((found.eer - 1.0 / 3.0).abs() < 1e-12, "EER {}", found.eer);
        assert!(
            (found.tar_at_fmr(0.0) - 2.0 / 3.0).abs() < 1e-12,
            "two of three before the first different one"
        );
        assert!((found.fnmr_at_fmr(0.5) - 0.0).abs() < 1e-12, "all of them beside one different one");
        assert_eq!(
            found.at(Criterion::FmrAtMost { rate: 0.0 }).threshold,
            2.0,
            "the loosest without a false match"
        );
        assert_eq!(found.at(Criterion::MostAccurate).threshold, 2.0, "costs 1/3, as little as can be");
    }

    #[test]
    fn areas_and_rates_against_a_naive_count() {
        let pairs = drawn(300, 5);
        let found = verify(&pairs).expect("pairs of both kinds");
        let mut wins = 0.0;
        let (same, different) = pairs.iter().partition::<Vec<&PairScore>, _>(|pair| pair.same);
        for x in &same {
            for y in &different {
                wins += if x.distance < y.distance {
                    1.0
                } else if x.distance == y.distance {
                    0.5
                } else {
                    0.0
                };
            }
        }
        let area = wins / (same.len() * different.len()) as f64;
        assert!((found.auc - area).abs() < 1e-12, "AUC {} and counted {area}", found.auc);
        for point in &found.curve {
            let share = |pairs: &[&PairScore]| {
                let accepted = pairs.iter().filter(|pair| f64::from(pair.distance) <= point.threshold);
                accepted.count() as f64 / pairs.len() as f64
            };
            assert!((point.fmr - share(&different)).abs() < 1e-12, "FMR at {}", point.threshold);
            assert!((point.fnmr - (1.0 - share(&same))).abs() < 1e-12, "FNMR at {}", point.threshold);
        }
        let reversed: Vec<PairScore> =
            pairs.iter().map(|pair| PairScore { distance: -pair.distance, ..*pair }).collect();
        let reversed = verify(&reversed).expect("pairs of both kinds");
        assert!((found.auc + reversed.auc - 1.0).abs() < 1e-12, "turned round, the area is what was missing");
    }

    #[test]
    fn apart_mixed_and_impossible() {
        let apart = verify(&scores(&[0.1, 0.2], &[1.0, 2.0])).expect("pairs of both kinds");
        assert_eq!((apart.eer, apart.auc), (0.0, 1.0), "a threshold between them makes no error");
        let one = verify(&scores(&[1.0, 1.0], &[1.0])).expect("pairs of both kinds");
        assert_eq!((one.eer, one.auc), (0.5, 0.5), "all at one distance: a coin");
        let code = |pairs: &[PairScore]| verify(pairs).expect_err("refused").code();
        assert_eq!(code(&scores(&[1.0], &[])), "data.invalid", "no different pair");
        assert_eq!(code(&[]), "data.invalid", "no pair");
        assert_eq!(code(&scores(&[f32::NAN], &[1.0])), "data.not_finite", "NaN");
    }

    #[test]
    fn pairs_are_all_or_a_fair_draw() {
        let values: Vec<f32> = (0..40).map(|i| i as f32).collect();
        let labels: Vec<u16> = (0..40).map(|i| i / 10).collect();
        let rows = Rows::new("rows", &values, 1).expect("finite rows");
        let of = |most| pairs(rows, &labels, Distance::Euclidean, most, &mut Random::new(1)).expect("pairs");
        let all = of(10_000);
        assert_eq!(all.iter().filter(|pair| pair.same).count(), 4 * 45, "all same pairs");
        assert_eq!(all.len(), 40 * 39 / 2, "all pairs, each once");
        let some = of(100);
        assert_eq!(some.len(), 200, "as many of each kind");
        let wanted = verify(&all).expect("both kinds").auc;
        let got = verify(&of(179)).expect("both kinds").auc;
        assert!((wanted - got).abs() < 0.1, "a draw tells about the same: {got}, {wanted}");
        let code = |labels: &[u16]| {
            pairs(rows, labels, Distance::Euclidean, 9, &mut Random::new(1)).expect_err("refused").code()
        };
        assert_eq!(code(&[0; 40]), "data.one_class", "one class");
        assert_eq!(code(&(0..40).collect::<Vec<u16>>()), "data.invalid", "lone labels");
        assert_eq!(code(&[0; 3]), "shape.mismatch", "a label a row");
    }

    #[test]
    fn a_calibration_finds_the_curve_that_drew_the_pairs() {
        let mut random = Random::new(7);
        let pairs: Vec<PairScore> = (0..20_000)
            .map(|_| {
                let distance = random.uniform() * 4.0;
                let chance = 1.0 / (1.0 + (3.0 * f64::from(distance) - 5.0).exp());
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
