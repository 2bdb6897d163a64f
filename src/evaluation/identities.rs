//! How sure error rates are: a bootstrap over identities.
//!
//! Pairs that share a person are not independent, so that drawing pairs gives intervals that are too narrow. Identities are drawn
//! instead, with replacement: an identity drawn c times counts its same pairs c times, and two identities drawn c and c′ times
//! count their different pairs c·c′ times. Copies of one identity are no pair of different ones. Poh, Martin & Bengio 2007;
//! Bolle, Ratha & Pankanti 2004 ("subsets bootstrap").

use std::borrow::Cow;

use serde::Serialize;

use super::pairs::{Pair, Weighted, sort};
use super::verification::{Criterion, Reader, points};
use crate::error::{Error, Result};
use crate::random::Random;
use crate::setting::Range;

/// A pair, with who is who.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IdentityPair {
    /// Smaller is closer.
    pub distance: f64,
    /// The two identities, counted from 0.
    pub identities: [usize; 2],
}

impl Pair for IdentityPair {
    fn distance(&self) -> f64 {
        self.distance
    }

    fn same(&self) -> bool {
        self.identities[0] == self.identities[1]
    }
}

/// The middle part of what other identities would have given.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Intervals of a threshold and its error rates.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Intervals {
    /// Interval of the equal error rate.
    pub eer: Interval,
    /// Interval of the threshold that the criterion chooses.
    pub threshold: Interval,
    /// Interval of the false match rate at the threshold that all identities give.
    pub fmr: Interval,
    /// Interval of the false non-match rate at that threshold.
    pub fnmr: Interval,
    /// How many draws had pairs of both kinds.
    pub draws: usize,
}

/// The most draws.
const MOST_DRAWS: usize = 10_000;

/// Intervals that hold `level` of `draws` draws of the `count` identities (percentiles).
///
/// # Errors
/// `config.invalid` for a level that is not between 0 and 1 or for 0 or more than 10,000 draws; `data.insufficient` unless
/// there are pairs of both kinds, in most draws too; `index.out_of_range` for an identity from `count` on; `data.not_finite`.
pub fn intervals(
    pairs: &[IdentityPair],
    count: usize,
    (criterion, threshold): (Criterion, f64),
    (level, draws): (f64, usize),
    random: &mut Random,
) -> Result<Intervals> {
    check(pairs, count, level, draws)?;
    let mut sorted = Cow::Borrowed(pairs);
    if !pairs.is_sorted_by(|x, y| x.distance <= y.distance) {
        sort(sorted.to_mut());
    }
    let mut found: [Vec<f64>; 4] = Default::default();
    for _ in 0..draws {
        let mut counts = vec![0.0; count];
        (0..count).for_each(|_| counts[random.below(count)] += 1.0);
        let weighted = || sorted.iter().filter_map(|pair| weigh(pair, &counts));
        let mut weights = [0.0, 0.0];
        weighted().for_each(|pair| weights[usize::from(!pair.same)] += pair.weight);
        if weights.contains(&0.0) {
            continue;
        }
        let mut reader = Reader::new(criterion, &[threshold]);
        points(weighted(), weights).for_each(|point| reader.take(point));
        let read = reader.finish();
        let values = [read.eer, read.chosen.threshold, read.at[0].fmr, read.at[0].fnmr];
        found.iter_mut().zip(values).for_each(|(all, value)| all.push(value));
    }
    let drawn = found[0].len();
    if 2 * drawn < draws {
        return Err(Error::insufficient(
            "most draws of identities have no pair of the same: an interval needs more identities with two samples",
        ));
    }
    let [eer, threshold, fmr, fnmr] = found.map(|values| middle(values, level));
    Ok(Intervals { eer, threshold, fmr, fnmr, draws: drawn })
}

fn check(pairs: &[IdentityPair], count: usize, level: f64, draws: usize) -> Result<()> {
    Range::open(0.0, 1.0).check("level", level)?;
    if !(1..=MOST_DRAWS).contains(&draws) {
        return Err(Error::config("draws", format!("must be from 1 to {MOST_DRAWS}, is {draws}")));
    }
    for (row, pair) in pairs.iter().enumerate() {
        if !pair.distance.is_finite() {
            return Err(Error::not_finite("pairs", row));
        }
        if let Some(&index) = pair.identities.iter().find(|&&identity| identity >= count) {
            return Err(Error::IndexOutOfRange { index, count });
        }
    }
    let same = pairs.iter().filter(|pair| pair.same()).count();
    if same == 0 || same == pairs.len() {
        return Err(Error::insufficient("an interval needs pairs of the same and pairs of the different"));
    }
    Ok(())
}

/// None for a pair that was not drawn.
fn weigh(pair: &IdentityPair, counts: &[f64]) -> Option<Weighted> {
    let [one, other] = pair.identities;
    let same = pair.same();
    let weight = if same { counts[one] } else { counts[one] * counts[other] };
    (weight > 0.0).then_some(Weighted { distance: pair.distance, same, weight })
}

/// The interval that leaves out (1 − level)/2 of the values at each end; between two values along a straight line.
fn middle(mut values: Vec<f64>, level: f64) -> Interval {
    values.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| {
        let place = share * (values.len() - 1) as f64;
        let (low, high) = (values[place.floor() as usize], values[place.ceil() as usize]);
        // A threshold below all pairs is −∞, which has no straight line.
        if low == high { low } else { low + place.fract() * (high - low) }
    };
    let outside = 0.5 * (1.0 - level);
    Interval { low: at(outside), high: at(1.0 - outside) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(distance: f64, one: usize, other: usize) -> IdentityPair {
        IdentityPair { distance, identities: [one, other] }
    }

    #[test]
    fn weights_by_hand() {
        let counts = [2.0, 0.0, 3.0];
        let weight =
            |one, other| weigh(&pair(1.0, one, other), &counts).map(|found| (found.same, found.weight));
        assert_eq!(weight(0, 0), Some((true, 2.0)), "drawn twice");
        assert_eq!(weight(0, 2), Some((false, 6.0)), "twice and three times");
        assert_eq!(weight(0, 1), None, "one was not drawn");
    }

    #[test]
    fn the_middle_by_hand() {
        let values: Vec<f64> = (0..=100).rev().map(f64::from).collect();
        let found = middle(values, 0.9);
        assert!((found.low - 5.0).abs() < 1e-9 && (found.high - 95.0).abs() < 1e-9, "{found:?}");
        assert_eq!(middle(vec![1.0, 2.0], 0.5), Interval { low: 1.25, high: 1.75 });
        assert_eq!(middle(vec![f64::NEG_INFINITY; 3], 0.5).low, f64::NEG_INFINITY);
    }

    #[test]
    fn rates_without_doubt_have_no_width() {
        // Same pairs at 1, different ones at 2: whoever is drawn.
        let mut pairs: Vec<IdentityPair> = (0..9).map(|who| pair(1.0, who, who)).collect();
        pairs.extend((0..9).flat_map(|i| (0..i).map(move |j| pair(2.0, i, j))));
        let ask = |level, draws| {
            intervals(&pairs, 9, (Criterion::EqualErrors, 1.5), (level, draws), &mut Random::new(1))
        };
        let found = ask(0.95, 100).expect("pairs of both kinds");
        assert_eq!(found.eer, Interval { low: 0.0, high: 0.0 });
        assert_eq!(found.threshold, Interval { low: 1.0, high: 1.0 });
        assert_eq!((found.fmr.high, found.fnmr.high, found.draws), (0.0, 0.0, 100));
        for (level, draws) in [(0.0, 9), (1.0, 9), (f64::NAN, 9), (0.9, 0), (0.9, 10_001)] {
            assert_eq!(ask(level, draws).expect_err("refused").code(), "config.invalid");
        }
        let code = |pairs: &[IdentityPair]| {
            let found = intervals(pairs, 9, (Criterion::EqualErrors, 1.0), (0.9, 9), &mut Random::new(1));
            found.expect_err("refused").code()
        };
        assert_eq!(code(&pairs[..9]), "data.insufficient", "same pairs only");
        assert_eq!(code(&[pair(1.0, 0, 0), pair(1.0, 0, 9)]), "index.out_of_range");
        assert_eq!(code(&[pair(f64::NAN, 0, 0)]), "data.not_finite");
    }

    #[test]
    fn identities_count_and_not_pairs() {
        // Each identity is all right or all wrong, with 45 same pairs each: the doubt is that of 40 identities.
        let mut pairs = Vec::new();
        for who in 0..40 {
            let distance = if who < 10 { 3.0 } else { 1.0 };
            pairs.extend((0..45).map(|_| pair(distance, who, who)));
            pairs.push(pair(2.0, who, (who + 1) % 40));
        }
        let found = intervals(&pairs, 40, (Criterion::EqualErrors, 1.5), (0.95, 2_000), &mut Random::new(5))
            .expect("pairs of both kinds");
        // 40 draws with a chance of ¼ give ¼ ± 1.96 √(¼·¾/40) = ¼ ± 0.134. 1,800 independent pairs would give ± 0.02.
        assert!((found.fnmr.low - 0.116).abs() < 0.03, "{:?}", found.fnmr);
        assert!((found.fnmr.high - 0.384).abs() < 0.03, "{:?}", found.fnmr);
    }
}
