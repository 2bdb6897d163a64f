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

use super::order::canonical;
use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::neighbours::Rows;
use crate::random::Random;
use crate::setting::Range;

/// Bytes that the pairs of one call may take: 1 GiB.
const PAIRS_LIMIT: u64 = 1 << 30;

/// A pair: how far apart, and whether the two are the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairScore {
    /// Smaller is closer.
    pub distance: f64,
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

/// All pairs of the rows where they are not more than `most` same and `most` different ones, else that many drawn. The order of
/// the rows does not change the answer.
///
/// # Errors
/// `shape.mismatch` unless there is a label a row; `data.one_class` without a different pair; `data.insufficient` without a
/// same one; `data.too_large` for more than 1 GiB of pairs; as [`Rows::suit`] for rows that the distance does not compare.
pub fn pairs<L: Copy + Ord>(
    rows: Rows<'_>,
    labels: &[L],
    distance: Distance,
    most: usize,
    random: &mut Random,
) -> Result<Vec<PairScore>> {
    let chosen = choose(rows, labels, distance, most, random)?;
    let between = |i: usize, j: usize| distance.apart(distance.between_unchecked(rows.row(i), rows.row(j)));
    let score = |([i, j], same): ([usize; 2], bool)| PairScore { distance: between(i, j), same };
    Ok(chosen.into_iter().map(score).collect())
}

/// The pairs of [`pairs`], by their rows, and whether they are of one class.
///
/// # Errors
/// As [`pairs`].
pub(crate) fn choose<L: Copy + Ord>(
    rows: Rows<'_>,
    labels: &[L],
    distance: Distance,
    most: usize,
    random: &mut Random,
) -> Result<Vec<([usize; 2], bool)>> {
    let n = rows.count();
    if labels.len() != n {
        return Err(Error::shape("labels", n, labels.len()));
    }
    rows.suit("embeddings", distance)?;
    let order = canonical(rows, |row| labels[row]);
    let classes = Classes::of(order.iter().map(|&row| labels[row]));
    let (same, different) = (classes.same_pairs(), classes.different_pairs());
    if different == 0 && n > 0 {
        return Err(Error::DataOneClass);
    }
    if same == 0 {
        return Err(Error::insufficient("no class has two samples that could be the same"));
    }
    let most = most as u64;
    let bytes = (same.min(most) + different.min(most)).saturating_mul(size_of::<PairScore>() as u64);
    if bytes > PAIRS_LIMIT {
        return Err(Error::DataTooLarge { bytes, limit: PAIRS_LIMIT });
    }
    let mut chosen = Vec::new();
    let mut take = |(i, j): (usize, usize), same| chosen.push(([order[i], order[j]], same));
    if same <= most {
        classes.all_same(|i, j| take((i, j), true));
    } else {
        (0..most).for_each(|_| take(classes.drawn_same(random), true));
    }
    if different <= most {
        classes.all_different(|i, j| take((i, j), false));
    } else {
        (0..most).for_each(|_| take(classes.drawn_different(random), false));
    }
    Ok(chosen)
}

/// Places sorted by class: each class is a range of them.
struct Classes {
    /// First place of each class, and the count of all places at the end.
    bounds: Vec<usize>,
    /// For each class, how many pairs of the same class there are in it and in those before it.
    same: Vec<u64>,
    /// For each class, how many ordered pairs of different classes have their first place in it or in those before it.
    different: Vec<u64>,
}

impl Classes {
    /// `labels` ascending.
    fn of<L: PartialEq>(labels: impl Iterator<Item = L>) -> Self {
        let mut bounds = Vec::new();
        let mut last = None;
        let mut count = 0;
        for label in labels {
            if last.as_ref() != Some(&label) {
                bounds.push(count);
                last = Some(label);
            }
            count += 1;
        }
        bounds.push(count);
        let (mut same, mut different) = (Vec::new(), Vec::new());
        let mut sums = [0, 0];
        for class in bounds.windows(2) {
            let size = (class[1] - class[0]) as u64;
            sums[0] += pairs_of(size);
            sums[1] += size * (count as u64 - size);
            same.push(sums[0]);
            different.push(sums[1]);
        }
        Self { bounds, same, different }
    }

    fn ranges(&self) -> impl Iterator<Item = (usize, usize)> {
        self.bounds.windows(2).map(|bounds| (bounds[0], bounds[1]))
    }

    fn count(&self) -> usize {
        self.bounds.last().copied().unwrap_or(0)
    }

    fn same_pairs(&self) -> u64 {
        self.same.last().copied().unwrap_or(0)
    }

    fn different_pairs(&self) -> u64 {
        self.different.last().map_or(0, |ordered| ordered / 2)
    }

    fn all_same(&self, mut visit: impl FnMut(usize, usize)) {
        for (first, end) in self.ranges() {
            (first..end).for_each(|i| (i + 1..end).for_each(|j| visit(i, j)));
        }
    }

    fn all_different(&self, mut visit: impl FnMut(usize, usize)) {
        for (first, end) in self.ranges() {
            (first..end).for_each(|i| (end..self.count()).for_each(|j| visit(i, j)));
        }
    }

    /// A class by the count of its pairs, then two of its places. There must be such pairs.
    fn drawn_same(&self, random: &mut Random) -> (usize, usize) {
        let drawn = random.below_u64(self.same_pairs());
        let class = self.same.partition_point(|&sum| sum <= drawn);
        let (first, end) = (self.bounds[class], self.bounds[class + 1]);
        let two = random.choose(end - first, 2);
        (first + two[0], first + two[1])
    }

    /// A place by the count of places outside its class, then one of these. There must be two classes.
    fn drawn_different(&self, random: &mut Random) -> (usize, usize) {
        let drawn = random.below_u64(2 * self.different_pairs());
        let class = self.different.partition_point(|&sum| sum <= drawn);
        let (first, end) = (self.bounds[class], self.bounds[class + 1]);
        let size = end - first;
        let others = (self.count() - size) as u64;
        let within = drawn - class.checked_sub(1).map_or(0, |before| self.different[before]);
        let (i, other) = (first + (within / others) as usize, (within % others) as usize);
        (i, if other < first { other } else { other + size })
    }
}

fn pairs_of(count: u64) -> u64 {
    count * count.saturating_sub(1) / 2
}

/// A pair of any form.
pub(crate) trait Pair {
    /// Smaller is closer.
    fn distance(&self) -> f64;
    /// Whether both are of one class.
    fn same(&self) -> bool;
    /// Counted once.
    fn once(&self) -> Weighted {
        Weighted { distance: self.distance(), same: self.same(), weight: 1.0 }
    }
}

impl Pair for PairScore {
    fn distance(&self) -> f64 {
        self.distance
    }

    fn same(&self) -> bool {
        self.same
    }
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

/// How many are of the same, and of the different.
///
/// # Errors
/// As [`verify`].
pub(crate) fn kinds(pairs: &[impl Pair]) -> Result<[usize; 2]> {
    if let Some(row) = pairs.iter().position(|pair| !pair.distance().is_finite()) {
        return Err(Error::not_finite("pairs", row));
    }
    let same = pairs.iter().filter(|pair| pair.same()).count();
    let different = pairs.len() - same;
    if same == 0 || different == 0 {
        return Err(Error::insufficient("verification needs pairs of the same and pairs of the different"));
    }
    Ok([same, different])
}

/// By ascending distance.
pub(crate) fn sort(pairs: &mut [impl Pair]) {
    pairs.sort_unstable_by(|x, y| x.distance().total_cmp(&y.distance()));
}

/// How many are at the distance of one of the other kind. `sorted` by ascending distance.
pub(crate) fn tied<P: Pair>(sorted: &[P]) -> usize {
    let ties = sorted.chunk_by(|x, y| x.distance() >= y.distance());
    let both = |tie: &&[P]| tie.iter().any(Pair::same) && !tie.iter().all(Pair::same);
    ties.filter(both).map(<[P]>::len).sum()
}

/// A pair that counts as `weight` pairs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weighted {
    pub(super) distance: f64,
    pub(super) same: bool,
    pub(super) weight: f64,
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

/// What was read off a curve.
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
    /// What a point costs; the cheapest is chosen.
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
/// As [`verify`].
pub fn calibrate(pairs: &[PairScore]) -> Result<Calibration> {
    verify(pairs)?;
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
    use super::*;

    fn scores(same: &[f64], different: &[f64]) -> Vec<PairScore> {
        let kind = |values: &[f64], same| {
            values.iter().map(|&distance| PairScore { distance, same }).collect::<Vec<_>>()
        };
        [kind(same, true), kind(different, false)].concat()
    }

    fn drawn(count: usize, seed: u64) -> Vec<PairScore> {
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
        assert_eq!(code(&(0..40).collect::<Vec<u16>>()), "data.insufficient", "lone labels");
        assert_eq!(code(&[0; 3]), "shape.mismatch", "a label a row");
        let none = pairs::<u16>(
            Rows::new("rows", &[], 1).expect("no rows"),
            &[],
            Distance::Euclidean,
            9,
            &mut Random::new(1),
        );
        assert_eq!(none.expect_err("refused").code(), "data.insufficient", "no rows");
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

    #[test]
    fn draws_of_pairs_are_fair() {
        // Classes of 1, 2 and 4 places: 7 same pairs, 14 different ones.
        let classes = Classes::of([0, 1, 1, 5, 5, 5, 5].into_iter());
        assert_eq!((classes.same_pairs(), classes.different_pairs()), (7, 14));
        let mut all = std::collections::BTreeMap::new();
        classes.all_same(|i, j| all.extend([((i, j), true)]));
        classes.all_different(|i, j| all.extend([((i, j), false)]));
        assert_eq!(all.len(), 21, "each pair once");
        let mut random = Random::new(3);
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..14_000 {
            for (i, j) in [classes.drawn_same(&mut random), classes.drawn_different(&mut random)] {
                *counts.entry((i.min(j), i.max(j))).or_insert(0) += 1;
            }
        }
        for (pair, same) in all {
            let wanted = if same { 2_000 } else { 1_000 };
            let got: i32 = counts[&pair];
            assert!((got - wanted).abs() < wanted / 8, "{pair:?} was drawn {got} times, not {wanted}");
        }
    }

    #[test]
    fn too_many_pairs_are_refused_before_they_are_made() {
        let values = vec![0.0; 20_000];
        let labels: Vec<u16> = (0..20_000).map(|i| i % 2).collect();
        let rows = Rows::new("rows", &values, 1).expect("finite rows");
        let found = pairs(rows, &labels, Distance::Euclidean, usize::MAX, &mut Random::new(1));
        assert_eq!(found.expect_err("refused").code(), "data.too_large", "200 million pairs");
    }

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
