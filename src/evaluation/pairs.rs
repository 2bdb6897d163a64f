//! Pairs of rows: which ones are compared, and how far apart they are.

use super::order::canonical;
use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::neighbours::Rows;
use crate::random::Random;

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

/// How many are of the same, and of the different.
///
/// # Errors
/// `data.insufficient` unless there are pairs of both kinds; `data.not_finite` for a distance that is NaN or infinite.
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

#[cfg(test)]
mod tests {
    use super::super::verification::verify;
    use super::*;

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
}
