//! Clustering: k-means on the embedding, and how well its groups fit the classes.

use std::collections::BTreeMap;

use super::order::{canonical, gathered};
use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::neighbours::{Rows, nearest};
use crate::random::Random;

/// Rounds of Lloyd's algorithm at most.
const ROUNDS: usize = 100;
/// Starts, of which the best is kept.
const STARTS: usize = 4;
/// A group's number is a u16.
const MOST_GROUPS: usize = 1 << 16;

/// The group of each row: k-means with k-means++ starts, the best of four by the sum of squared distances. Shape: n×d -> n.
/// Neither the order of the rows nor their unit changes the groups. Lloyd 1982; Arthur & Vassilvitskii 2007.
///
/// # Errors
/// `k.out_of_range` unless `1 ≤ k ≤ n` and `k ≤ 65,536`.
pub fn k_means(rows: Rows<'_>, k: usize, random: &mut Random) -> Result<Vec<u16>> {
    let most = rows.count().min(MOST_GROUPS);
    if k == 0 || k > most {
        return Err(Error::KOutOfRange { k, max: most });
    }
    // The draws go by place.
    let order = canonical(rows, |_| 0);
    let sorted = gathered(rows, &order);
    let sorted = Rows::new("embeddings", &sorted, rows.dim())?;
    let mut best: Option<(f64, Vec<u16>)> = None;
    for _ in 0..STARTS {
        let found = one_start(sorted, k, random)?;
        if best.as_ref().is_none_or(|(least, _)| found.0 < *least) {
            best = Some(found);
        }
    }
    let mut groups = vec![0; rows.count()];
    if let Some((_, found)) = best {
        order.into_iter().zip(found).for_each(|(row, group)| groups[row] = group);
    }
    Ok(groups)
}

/// Groups from one start, and the sum of squared distances to their centres.
fn one_start(rows: Rows<'_>, k: usize, random: &mut Random) -> Result<(f64, Vec<u16>)> {
    let mut centres = spread(rows, k, random);
    let mut groups = vec![0_u16; rows.count()];
    let mut inertia = f64::INFINITY;
    for round in 0..ROUNDS {
        // The root has the same order as the square and does not leave f32.
        let found = nearest(rows, Rows::new("centres", &centres, rows.dim())?, 1, Distance::Euclidean)?;
        let next: Vec<u16> = found.indices.iter().map(|&index| index as u16).collect();
        inertia = found.distances.iter().map(|&d| f64::from(d) * f64::from(d)).sum();
        let settled = round > 0 && next == groups;
        groups = next;
        if settled {
            break;
        }
        move_centres(&mut centres, rows, &groups, &found.distances);
    }
    Ok((inertia, groups))
}

/// Moves each centre to the mean of its rows, and a centre without rows to one of the rows that are farthest from theirs.
fn move_centres(centres: &mut [f32], rows: Rows<'_>, groups: &[u16], distances: &[f32]) {
    let dim = rows.dim();
    let mut sums = vec![0.0_f64; centres.len()];
    let mut counts = vec![0_usize; centres.len() / dim];
    for (row, &group) in groups.iter().enumerate() {
        let group = usize::from(group);
        counts[group] += 1;
        for (sum, &value) in sums[group * dim..].iter_mut().zip(rows.row(row)) {
            *sum += f64::from(value);
        }
    }
    let mut far: Vec<usize> = (0..rows.count()).collect();
    far.sort_unstable_by(|&a, &b| distances[b].total_cmp(&distances[a]).then(a.cmp(&b)));
    let mut worst = far.into_iter();
    let each = centres.chunks_exact_mut(dim).zip(sums.chunks_exact(dim)).zip(counts);
    for ((centre, sums), count) in each {
        if count == 0 {
            centre.copy_from_slice(rows.row(worst.next().unwrap_or(0)));
        } else {
            centre.iter_mut().zip(sums).for_each(|(value, sum)| *value = (sum / count as f64) as f32);
        }
    }
}

/// k-means++: each further centre is a row, drawn with a chance in proportion to its squared distance from the last ones.
fn spread(rows: Rows<'_>, k: usize, random: &mut Random) -> Vec<f32> {
    let mut centres = rows.row(random.below(rows.count())).to_vec();
    let mut nearest = vec![f64::INFINITY; rows.count()];
    for _ in 1..k {
        let last = &centres[centres.len() - rows.dim()..];
        for (row, least) in nearest.iter_mut().enumerate() {
            *least = least.min(Distance::SquaredEuclidean.between_unchecked(rows.row(row), last));
        }
        let total: f64 = nearest.iter().sum();
        let mut left = f64::from(random.uniform()) * total;
        let drawn = nearest.iter().position(|&weight| {
            left -= weight;
            left < 0.0
        });
        let row = drawn.unwrap_or_else(|| random.below(rows.count()));
        centres.extend_from_slice(rows.row(row));
    }
    centres
}

/// Counts of rows by class, by group, and by both. Only pairs that occur are kept, so that it is never larger than the rows.
struct Table {
    /// Count of (class, group), with the counts of that class and that group.
    both: Vec<[usize; 3]>,
    classes: Vec<usize>,
    groups: Vec<usize>,
    total: usize,
}

impl Table {
    fn new(classes: &[u16], groups: &[u16]) -> Result<Self> {
        if classes.len() != groups.len() {
            return Err(Error::shape("groups", classes.len(), groups.len()));
        }
        if classes.is_empty() {
            return Err(Error::insufficient("there are no rows whose groups could be compared"));
        }
        let (of_class, of_group) = (counted(classes.iter()), counted(groups.iter()));
        let both = counted(classes.iter().zip(groups));
        Ok(Self {
            both: both
                .into_iter()
                .map(|((class, group), count)| [count, of_class[class], of_group[group]])
                .collect(),
            classes: of_class.into_values().collect(),
            groups: of_group.into_values().collect(),
            total: classes.len(),
        })
    }

    fn entropy(&self, counts: &[usize]) -> f64 {
        let n = self.total as f64;
        -counts.iter().map(|&c| c as f64 / n * (c as f64 / n).ln()).sum::<f64>()
    }

    /// The mean of both entropies.
    fn mean_entropy(&self) -> f64 {
        0.5 * (self.entropy(&self.classes) + self.entropy(&self.groups))
    }

    fn mutual_information(&self) -> f64 {
        let n = self.total as f64;
        let of = |&[both, class, group]: &[usize; 3]| {
            let both = both as f64;
            both / n * (n * both / (class as f64 * group as f64)).ln()
        };
        self.both.iter().map(of).sum::<f64>().max(0.0)
    }

    /// The mutual information that chance alone gives to groups of these sizes. Vinh, Epps & Bailey 2010, by the
    /// hypergeometric distribution of each count. Classes of one size share their term.
    fn expected_information(&self) -> f64 {
        let n = self.total;
        let logs: Vec<f64> = std::iter::once(0.0)
            .chain((1..=n).scan(0.0, |sum, i| {
                *sum += (i as f64).ln();
                Some(*sum)
            }))
            .collect();
        let mut sum = 0.0;
        for (&a, classes) in counted(self.classes.iter()) {
            for (&b, groups) in counted(self.groups.iter()) {
                let mut term = 0.0;
                for both in (a + b).saturating_sub(n).max(1)..=a.min(b) {
                    let chance = logs[a] + logs[b] + logs[n - a] + logs[n - b]
                        - logs[n]
                        - logs[both]
                        - logs[a - both]
                        - logs[b - both]
                        - logs[n + both - a - b];
                    let information = (n as f64 * both as f64 / (a as f64 * b as f64)).ln();
                    term += both as f64 / n as f64 * information * chance.exp();
                }
                sum += term * (classes * groups) as f64;
            }
        }
        sum
    }
}

/// How often each item occurs.
fn counted<T: Ord>(items: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    items.for_each(|item| *counts.entry(item).or_insert(0) += 1);
    counts
}

/// Normalised mutual information of classes and groups, I / ((H(classes) + H(groups)) / 2), from 0 to 1; 1 where both
/// are all one.
///
/// # Errors
/// `shape.mismatch` unless there is a group a row, `data.insufficient` for no rows.
pub fn normalized_mutual_information(classes: &[u16], groups: &[u16]) -> Result<f64> {
    let table = Table::new(classes, groups)?;
    let mean = table.mean_entropy();
    Ok(if mean <= 0.0 { 1.0 } else { (table.mutual_information() / mean).min(1.0) })
}

/// Adjusted mutual information: (I − E\[I\]) / ((H(classes) + H(groups)) / 2 − E\[I\]), 0 for what chance gives. Many
/// small groups raise the normalised one by themselves and not this one. Vinh, Epps & Bailey 2010.
///
/// # Errors
/// As [`normalized_mutual_information`].
pub fn adjusted_mutual_information(classes: &[u16], groups: &[u16]) -> Result<f64> {
    let table = Table::new(classes, groups)?;
    let mean = table.mean_entropy();
    // Two that are all one, or all of one row each, agree.
    let trivial = |counts: &[usize]| counts.len() == 1 || counts.len() == table.total;
    if table.classes.len() == table.groups.len() && trivial(&table.classes) && trivial(&table.groups) {
        return Ok(1.0);
    }
    let expected = table.expected_information();
    let room = mean - expected;
    if room.abs() < f64::EPSILON {
        return Ok(0.0);
    }
    Ok((table.mutual_information() - expected) / room)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_that_are_apart_are_found() {
        let mut random = Random::new(1);
        let mut values = Vec::new();
        let labels: Vec<u16> = (0..60).map(|i| i % 3).collect();
        for &label in &labels {
            values.extend([f32::from(label) * 10.0 + random.normal(), random.normal()]);
        }
        let rows = Rows::new("rows", &values, 2).expect("finite rows");
        let groups = k_means(rows, 3, &mut random).expect("three groups");
        let nmi = normalized_mutual_information(&labels, &groups).expect("labels");
        assert!(nmi > 0.999, "three heaps far apart: {nmi}");
        assert!(
            k_means(rows, 0, &mut random).is_err() && k_means(rows, 61, &mut random).is_err(),
            "k is checked"
        );
        let wide: Vec<f32> = vec![0.0; MOST_GROUPS + 1];
        let wide = Rows::new("rows", &wide, 1).expect("finite");
        let code = k_means(wide, MOST_GROUPS + 1, &mut random).expect_err("refused").code();
        assert_eq!(code, "k.out_of_range", "more groups than a u16 counts");
        let same = k_means(Rows::new("rows", &[1.0; 8], 2).expect("finite"), 3, &mut random);
        assert_eq!(same.expect("twins").len(), 4, "twins can be grouped too");
    }

    #[test]
    fn neither_the_order_nor_the_unit_changes_a_group() {
        let mut random = Random::new(4);
        let values: Vec<f32> = (0..80).map(|at| random.normal() + (at % 4) as f32).collect();
        let of = |values: &[f32]| {
            k_means(Rows::new("rows", values, 2).expect("finite rows"), 5, &mut Random::new(2))
                .expect("groups")
        };
        let groups = of(&values);
        let mut order: Vec<usize> = (0..40).collect();
        random.shuffle(&mut order);
        let mixed: Vec<f32> = order.iter().flat_map(|&row| [values[2 * row], values[2 * row + 1]]).collect();
        let wanted: Vec<u16> = order.iter().map(|&row| groups[row]).collect();
        assert_eq!(of(&mixed), wanted, "mixed");
        for k in [-60, -31, 9, 60] {
            let scaled: Vec<f32> = values.iter().map(|value| value * 2.0_f32.powi(k)).collect();
            assert_eq!(of(&scaled), groups, "times 2^{k}");
        }
    }

    #[test]
    fn lone_labels_take_no_square_of_memory() {
        let each: Vec<u16> = (0..=u16::MAX).collect();
        let turned: Vec<u16> = each.iter().rev().copied().collect();
        let value = normalized_mutual_information(&each, &turned).expect("a value");
        assert!((value - 1.0).abs() < 1e-12, "one row a class and a group: {value}");
        assert_eq!(adjusted_mutual_information(&each, &turned).expect("a value"), 1.0);
        let pairs: Vec<u16> = each.iter().map(|label| label / 2).collect();
        let value = adjusted_mutual_information(&each, &pairs).expect("a value");
        assert!((0.0..=1.0).contains(&value), "{value}");
    }

    #[test]
    fn information_by_hand_and_its_properties() {
        let close = |got: Result<f64>, wanted: f64, what: &str| {
            let got = got.expect("a value");
            assert!((got - wanted).abs() < 1e-12, "{what}: {got}, not {wanted}");
        };
        let (a, b) = ([0, 0, 1, 1], [5, 5, 3, 3]);
        close(normalized_mutual_information(&a, &b), 1.0, "other names, the same groups");
        close(adjusted_mutual_information(&a, &b), 1.0, "other names, the same groups");
        close(normalized_mutual_information(&a, &[0, 1, 0, 1]), 0.0, "halves that cross");
        // Classes 2 + 2, groups 1 + 3: I = ln 2 − ¾ H(⅓), entropies ln 2 and H(¼).
        let entropy = |p: f64| -p * p.ln() - (1.0 - p) * (1.0 - p).ln();
        let information = 2.0f64.ln() - 0.75 * entropy(1.0 / 3.0);
        let wanted = information / (0.5 * (2.0f64.ln() + entropy(0.25)));
        close(normalized_mutual_information(&a, &[0, 1, 1, 1]), wanted, "worked by hand");
        close(normalized_mutual_information(&[1, 1], &[2, 2]), 1.0, "all one, twice");
        assert_eq!(
            normalized_mutual_information(&a, &[0]).expect_err("one group").code(),
            "shape.mismatch",
            "a group a row"
        );
        let mut random = Random::new(3);
        let (x, y): (Vec<u16>, Vec<u16>) =
            (0..400).map(|_| (random.below(4) as u16, random.below(40) as u16)).unzip();
        let (nmi, ami) = (normalized_mutual_information(&x, &y), adjusted_mutual_information(&x, &y));
        assert!(nmi.expect("a value") > 0.05, "many small groups look informative");
        assert!(ami.expect("a value").abs() < 0.03, "and are not, once chance is taken off");
    }
}
