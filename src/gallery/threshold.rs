//! Which threshold? The gallery's own pairs tell.

use serde::{Deserialize, Serialize};

use super::Gallery;
use crate::error::{Error, Result};
pub use crate::evaluation::identities::Interval;
use crate::evaluation::identities::{IdentityPair, Intervals, intervals};
use crate::evaluation::pairs::{Pair, choose, kinds, sort, tied};
use crate::evaluation::verification::{Criterion, ErrorRates, Reader, points};
use crate::neighbours::Rows;
use crate::random::Random;

/// Two points of the curve this close are drawn as one.
const CLOSE: f64 = 2e-3;
/// The most bins of a histogram.
const MOST_BINS: usize = 1_000;
/// The most thresholds whose rates are asked for.
const MOST_THRESHOLDS: usize = 1_000;

/// Settings of a threshold report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ThresholdRequest {
    /// How the threshold is chosen.
    pub criterion: Criterion,
    /// Pairs of each kind, at most; if there are more they are drawn.
    pub pairs: usize,
    /// Thresholds whose error rates are asked for, a thousand at most.
    pub at: Vec<f64>,
    /// Bins of the histogram.
    pub bins: usize,
    /// Draws of identities for the intervals; 0 for no intervals.
    pub draws: usize,
    /// Share of the draws within the intervals.
    pub level: f64,
    /// Seed of the drawn pairs and identities.
    pub seed: u32,
}

impl Default for ThresholdRequest {
    fn default() -> Self {
        Self {
            criterion: Criterion::EqualErrors,
            pairs: 50_000,
            at: Vec::new(),
            bins: 48,
            draws: 200,
            level: 0.95,
            seed: 0,
        }
    }
}

/// How many pairs have distances of each size.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bins {
    /// Lower end of the first bin.
    pub from: f64,
    /// Upper end of the last bin.
    pub to: f64,
    /// Pairs of the same in each.
    pub same: Vec<usize>,
    /// Pairs of the different in each.
    pub different: Vec<usize>,
}

/// A threshold, and how well it decides on the gallery's own pairs. With a cohort, distances are scores.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ThresholdReport {
    /// The threshold that the criterion chooses, and its error rates.
    pub chosen: ErrorRates,
    /// Equal error rate.
    pub eer: f64,
    /// Area under the ROC.
    pub auc: f64,
    /// Pairs of the same, and of the different.
    pub pairs: [usize; 2],
    /// Pairs at the distance of a pair of the other kind.
    pub tied_pairs: usize,
    /// Classes of the gallery, and those with two instances.
    pub identities: [usize; 2],
    /// The two histograms.
    pub bins: Bins,
    /// The error rates at the thresholds that were asked for, in their order.
    pub at: Vec<ErrorRates>,
    /// The points of ROC and DET, thinned where they are closer than a screen can show.
    pub curve: Vec<ErrorRates>,
    /// None if no draws were asked for, or if there are too few identities.
    pub intervals: Option<Intervals>,
}

impl Gallery {
    /// Compares the gallery's instances with one another and chooses a threshold. It is not set: see
    /// [`set_threshold`](Self::set_threshold).
    ///
    /// # Errors
    /// `data.one_class` for one class only; `data.insufficient` if no class has two instances; `config.invalid` for a setting
    /// out of its range; `data.too_large` for too many pairs.
    pub fn threshold(&self, request: &ThresholdRequest) -> Result<ThresholdReport> {
        request.criterion.validate("criterion")?;
        if !(1..=MOST_BINS).contains(&request.bins) {
            let reason = format!("must be from 1 to {MOST_BINS}, is {}", request.bins);
            return Err(Error::config("bins", reason));
        }
        if request.at.len() > MOST_THRESHOLDS {
            let reason = format!("must be {MOST_THRESHOLDS} thresholds at most, are {}", request.at.len());
            return Err(Error::config("at", reason));
        }
        if let Some(nan) = request.at.iter().position(|threshold| threshold.is_nan()) {
            return Err(Error::config(format!("at[{nan}]"), "must be a number, is NaN"));
        }
        let mut pairs = self.pairs(request)?;
        let counts = kinds(&pairs)?;
        sort(&mut pairs);
        let mut reader = Reader::new(request.criterion, &request.at);
        let mut curve = Thinned::default();
        for point in points(pairs.iter().map(Pair::once), counts.map(|count| count as f64)) {
            reader.take(point);
            curve.take(point);
        }
        let found = reader.finish();
        let identities = self.classes.len();
        let intervals = if request.draws == 0 {
            None
        } else {
            let mut random = Random::new(u64::from(request.seed)).fork("identities");
            let asked = ((request.criterion, found.chosen.threshold), (request.level, request.draws));
            match intervals(&pairs, identities, asked.0, asked.1, &mut random) {
                Err(Error::DataInsufficient(_)) => None,
                other => Some(other?),
            }
        };
        Ok(ThresholdReport {
            chosen: found.chosen,
            eer: found.eer,
            auc: found.auc,
            pairs: counts,
            tied_pairs: tied(&pairs),
            identities: [identities, self.classes.values().filter(|&&count| count > 1).count()],
            bins: bins(&pairs, request.bins),
            at: found.at,
            curve: curve.finish(),
            intervals,
        })
    }

    fn pairs(&self, request: &ThresholdRequest) -> Result<Vec<IdentityPair>> {
        let slots: Vec<usize> = self.live().collect();
        let values = self.vectors();
        let rows = Rows::new("gallery", &values, self.config.dim)?;
        let names: Vec<&str> = self.classes.keys().map(String::as_str).collect();
        let label =
            |&slot: &usize| names.binary_search(&self.slots[slot].entry.name.as_str()).unwrap_or_default();
        let labels: Vec<usize> = slots.iter().map(label).collect();
        let mut random = Random::new(u64::from(request.seed)).fork("pairs");
        let distance = self.config.distance;
        let chosen = choose(rows, &labels, distance, request.pairs, &mut random)?;
        let score = |([i, j], _): ([usize; 2], bool)| {
            let apart = distance.apart(distance.between_unchecked(rows.row(i), rows.row(j)));
            let score = |cohort: &super::Cohort| cohort.between(apart, [slots[i], slots[j]]);
            let distance = self.cohort.as_ref().map_or(apart, score);
            IdentityPair { distance, identities: [labels[i], labels[j]] }
        };
        Ok(chosen.into_iter().map(score).collect())
    }
}

/// Two histograms over one range, bins of equal width. `sorted` by ascending distance.
fn bins(sorted: &[IdentityPair], count: usize) -> Bins {
    let end = |pair: Option<&IdentityPair>| pair.map_or(0.0, |pair| pair.distance);
    let (from, to) = (end(sorted.first()), end(sorted.last()));
    let width = (to - from) / count as f64;
    let mut found = Bins { from, to, same: vec![0; count], different: vec![0; count] };
    for pair in sorted {
        let bin = if width > 0.0 { ((pair.distance - from) / width) as usize } else { 0 };
        let kind = if pair.same() { &mut found.same } else { &mut found.different };
        kind[bin.min(count - 1)] += 1;
    }
    found
}

/// The points of a curve that are apart from the last one kept: by rates, and by small rates on the logarithmic axes of a DET
/// curve. Both ends are kept.
struct Thinned {
    kept: Vec<ErrorRates>,
    /// The last point, where it was not kept.
    last: Option<ErrorRates>,
}

impl Default for Thinned {
    fn default() -> Self {
        Self { kept: vec![ErrorRates::NONE_ACCEPTED], last: None }
    }
}

impl Thinned {
    fn take(&mut self, point: ErrorRates) {
        let apart = |x: f64, y: f64| (x - y).abs() > CLOSE || (x - y).abs() > 0.05 * x.abs().max(y.abs());
        let far = |kept: &ErrorRates| apart(kept.fmr, point.fmr) || apart(kept.fnmr, point.fnmr);
        if self.kept.last().is_none_or(far) {
            self.kept.push(point);
            self.last = None;
        } else {
            self.last = Some(point);
        }
    }

    fn finish(mut self) -> Vec<ErrorRates> {
        self.kept.extend(self.last);
        self.kept
    }
}
