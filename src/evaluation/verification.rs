//! Verification: are these two the same? A threshold on the distance of a pair decides.
//!
//! At a threshold t, pairs with d ≤ t are accepted. FMR (false match rate, also FAR) is the share of different pairs
//! accepted, FNMR (false non-match rate) the share of same pairs refused, TAR = 1 − FNMR. ROC draws TAR over FMR, DET
//! FNMR over FMR. The equal error rate is where FMR and FNMR cross. Terms of ISO/IEC 19795-1.
//!
//! # Ties
//! No threshold separates pairs at one distance: they are one step of the curve, a straight line on which same and different
//! pairs are accepted at an equal pace. This is the mean over all orders of the tied pairs. The area under the ROC and the equal
//! error rate are computed along these lines; a chosen threshold is always a point between two distances.

use std::iter;

use serde::{Deserialize, Serialize};

use super::pairs::{Pair, PairScore, Weighted, kinds, sort, tied};
use crate::error::Result;
use crate::setting::Range;

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

impl ErrorRates {
    /// The beginning of every curve.
    pub(crate) const NONE_ACCEPTED: Self = Self { threshold: f64::NEG_INFINITY, fmr: 0.0, fnmr: 1.0 };
}

/// How a threshold is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
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
    /// The least expected cost: `falseMatch`·(1 − `same`)·FMR + `falseNonMatch`·`same`·FNMR (detection cost function, NIST).
    Cost {
        /// Cost of accepting a different pair.
        false_match: f64,
        /// Cost of refusing a same pair.
        false_non_match: f64,
        /// How often a pair is the same in service, from 0 to 1.
        same: f64,
    },
}

/// How distances tell the same from the different.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// Pairs of the same, and of the different.
    pub pairs: [usize; 2],
    /// Pairs at the distance of a pair of the other kind.
    pub tied_pairs: usize,
    /// By ascending threshold, from none accepted to all: the points of ROC and DET.
    pub curve: Vec<ErrorRates>,
    /// Equal error rate, interpolated along the ROC.
    pub eer: f64,
    /// Area under the ROC: the chance that a same pair is nearer than a different one, ties counting half.
    pub auc: f64,
}

/// The curve, the equal error rate and the area. The order of the pairs does not change the answer.
///
/// # Errors
/// `data.insufficient` unless there are pairs of both kinds; `data.not_finite` for a distance that is NaN or infinite.
pub fn verify(pairs: &[PairScore]) -> Result<Verification> {
    let counts = kinds(pairs)?;
    let mut sorted = pairs.to_vec();
    sort(&mut sorted);
    let points = points(sorted.iter().map(Pair::once), counts.map(|count| count as f64));
    let curve: Vec<ErrorRates> = iter::once(ErrorRates::NONE_ACCEPTED).chain(points).collect();
    let Readings { eer, auc, .. } = read(&curve, Criterion::EqualErrors, &[]);
    Ok(Verification { pairs: counts, tied_pairs: tied(&sorted), eer, auc, curve })
}

/// The points of a curve after its beginning, by ascending threshold. `sorted` by ascending distance; `counts` are the weights of
/// the same and of the different.
pub(crate) fn points(
    sorted: impl Iterator<Item = Weighted>,
    [same, different]: [f64; 2],
) -> impl Iterator<Item = ErrorRates> {
    let mut sorted = sorted.peekable();
    let mut accepted = [0.0, 0.0];
    iter::from_fn(move || {
        loop {
            let pair = sorted.next()?;
            accepted[usize::from(!pair.same)] += pair.weight;
            // Equal distances are accepted together.
            if sorted.peek().is_none_or(|next| next.distance > pair.distance) {
                return Some(ErrorRates {
                    threshold: pair.distance,
                    fmr: accepted[1] / different,
                    fnmr: 1.0 - accepted[0] / same,
                });
            }
        }
    })
}

/// The values that a `Reader` found on a curve.
#[derive(Clone, Debug)]
pub(crate) struct Readings {
    /// Equal error rate, interpolated between two points.
    pub(crate) eer: f64,
    /// Area under the ROC.
    pub(crate) auc: f64,
    /// The point that the criterion chooses; of equal ones the strictest.
    pub(crate) chosen: ErrorRates,
    /// The rates at each threshold that was asked for.
    pub(crate) at: Vec<ErrorRates>,
}

/// Reads a curve while its points go by, so that a curve of millions of points need not be held.
pub(crate) struct Reader {
    criterion: Criterion,
    least: f64,
    /// The last point.
    last: ErrorRates,
    /// Where FMR and FNMR crossed.
    eer: Option<f64>,
    auc: f64,
    chosen: ErrorRates,
    /// The thresholds that were asked for, with the point that holds there.
    at: Vec<ErrorRates>,
    /// Their places by ascending threshold, and how many of them lie below the last point.
    order: Vec<usize>,
    passed: usize,
}

impl Reader {
    /// At the beginning of a curve, where no pair is accepted. `thresholds` may have any order, and hold no NaN.
    pub(crate) fn new(criterion: Criterion, thresholds: &[f64]) -> Self {
        let last = ErrorRates::NONE_ACCEPTED;
        let mut order: Vec<usize> = (0..thresholds.len()).collect();
        order.sort_unstable_by(|&x, &y| thresholds[x].total_cmp(&thresholds[y]));
        let at = thresholds.iter().map(|&threshold| ErrorRates { threshold, ..last }).collect();
        let least = criterion.cost(&last);
        Self { criterion, least, last, eer: None, auc: 0.0, chosen: last, at, order, passed: 0 }
    }

    pub(crate) fn take(&mut self, point: ErrorRates) {
        self.pass(point.threshold);
        let last = self.last;
        if self.eer.is_none() && point.fmr >= point.fnmr {
            // FMR rises and FNMR falls: between two points both are straight lines of one parameter.
            let (before, after) = (last.fnmr - last.fmr, point.fmr - point.fnmr);
            let part = if before + after > 0.0 { before / (before + after) } else { 0.0 };
            self.eer = Some(last.fmr + part * (point.fmr - last.fmr));
        }
        self.auc += (point.fmr - last.fmr) * (1.0 - 0.5 * (last.fnmr + point.fnmr));
        let cost = self.criterion.cost(&point);
        if cost.total_cmp(&self.least).is_lt() {
            (self.least, self.chosen) = (cost, point);
        }
        self.last = point;
    }

    /// The last point holds at all thresholds below the next one.
    fn pass(&mut self, next: f64) {
        while let Some(&place) = self.order.get(self.passed).filter(|&&place| self.at[place].threshold < next)
        {
            self.at[place] = ErrorRates { threshold: self.at[place].threshold, ..self.last };
            self.passed += 1;
        }
    }

    /// After the last point.
    pub(crate) fn finish(mut self) -> Readings {
        for &place in &self.order[self.passed..] {
            self.at[place] = ErrorRates { threshold: self.at[place].threshold, ..self.last };
        }
        Readings { eer: self.eer.unwrap_or(1.0), auc: self.auc, chosen: self.chosen, at: self.at }
    }
}

fn read(curve: &[ErrorRates], criterion: Criterion, thresholds: &[f64]) -> Readings {
    let mut reader = Reader::new(criterion, thresholds);
    curve.iter().skip(1).for_each(|&point| reader.take(point));
    reader.finish()
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
        read(&self.curve, criterion, &[]).chosen
    }

    /// The rates at a threshold.
    pub fn at_threshold(&self, threshold: f64) -> ErrorRates {
        read(&self.curve, Criterion::EqualErrors, &[threshold]).at[0]
    }
}

impl Criterion {
    /// The cost of a point of the curve. The criterion chooses the point of the lowest cost.
    fn cost(self, point: &ErrorRates) -> f64 {
        match self {
            Self::EqualErrors => (point.fmr - point.fnmr).abs(),
            Self::MostAccurate => point.fmr + point.fnmr,
            Self::FmrAtMost { rate } if point.fmr > rate => f64::INFINITY,
            Self::FmrAtMost { .. } => point.fnmr,
            Self::Cost { false_match, false_non_match, same } => {
                false_match * (1.0 - same) * point.fmr + false_non_match * same * point.fnmr
            }
        }
    }

    /// Whether its settings are in their ranges; `field` names it in an error.
    ///
    /// # Errors
    /// `config.invalid`.
    pub fn validate(self, field: &str) -> Result<()> {
        let within = |name: &str, value: f64, most: f64| {
            Range::closed(0.0, most).check(&format!("{field}.{name}"), value)
        };
        match self {
            Self::EqualErrors | Self::MostAccurate => Ok(()),
            Self::FmrAtMost { rate } => within("rate", rate, 1.0),
            Self::Cost { false_match, false_non_match, same } => {
                within("falseMatch", false_match, f64::MAX)?;
                within("falseNonMatch", false_non_match, f64::MAX)?;
                within("same", same, 1.0)
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::random::Random;

    pub(in crate::evaluation) fn scores(same: &[f64], different: &[f64]) -> Vec<PairScore> {
        let kind = |values: &[f64], same| {
            values.iter().map(|&distance| PairScore { distance, same }).collect::<Vec<_>>()
        };
        [kind(same, true), kind(different, false)].concat()
    }

    pub(in crate::evaluation) fn drawn(count: usize, seed: u64) -> Vec<PairScore> {
        let mut random = Random::new(seed);
        (0..count)
            .map(|i| {
                let same = i % 3 == 0;
                let distance = f64::from(random.normal() + if same { 0.0 } else { 1.5 }) * 10.0;
                PairScore { distance: distance.round(), same }
            })
            .collect()
    }

    #[test]
    fn a_curve_worked_by_hand() {
        // In order: same 1, same 2, different 3, same 4, different 5.
        let found = verify(&scores(&[1.0, 2.0, 4.0], &[3.0, 5.0])).expect("pairs of both kinds");
        assert_eq!((found.pairs, found.tied_pairs), ([3, 2], 0), "three same, two different");
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
                let accepted = pairs.iter().filter(|pair| pair.distance <= point.threshold);
                accepted.count() as f64 / pairs.len() as f64
            };
            assert!((point.fmr - share(&different)).abs() < 1e-12, "FMR at {}", point.threshold);
            assert!((point.fnmr - (1.0 - share(&same))).abs() < 1e-12, "FNMR at {}", point.threshold);
        }
        let meets = |pair: &&PairScore| {
            pairs.iter().any(|other| other.same != pair.same && other.distance == pair.distance)
        };
        let tied = pairs.iter().filter(meets).count();
        assert_eq!(found.tied_pairs, tied, "pairs at the distance of one of the other kind");
        assert!(tied > 100, "whole numbers are often equal: {tied}");
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
        assert_eq!((one.eer, one.auc, one.tied_pairs), (0.5, 0.5, 3), "all at one distance: a coin");
        let code = |pairs: &[PairScore]| verify(pairs).expect_err("refused").code();
        assert_eq!(code(&scores(&[1.0], &[])), "data.insufficient", "no different pair");
        assert_eq!(code(&[]), "data.insufficient", "no pair");
        assert_eq!(code(&scores(&[f64::NAN], &[1.0])), "data.not_finite", "NaN");
    }

    #[test]
    fn rates_at_any_threshold_by_hand() {
        let found = verify(&scores(&[1.0, 3.0], &[2.0, 4.0])).expect("both kinds");
        let rates = |threshold| {
            let ErrorRates { fmr, fnmr, .. } = found.at_threshold(threshold);
            (fmr, fnmr)
        };
        assert_eq!(rates(0.5), (0.0, 1.0), "below all pairs");
        assert_eq!(rates(1.0), (0.0, 0.5), "up to the threshold itself");
        assert_eq!(rates(2.5), (0.5, 0.5), "between two pairs");
        assert_eq!(rates(9.0), (1.0, 0.0), "beyond all pairs");
        assert_eq!(found.at_threshold(2.5).threshold, 2.5);
    }
}
