//! Clustering: k-means on the embedding, and how much its groups say of the classes.

use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::neighbours::{Rows, nearest};
use crate::random::Random;

/// Rounds of Lloyd's algorithm at most.
const ROUNDS: usize = 100;
/// Starts, of which the best is kept.
const STARTS: usize = 4;

/// The group of each row: k-means with k-means++ starts, the best of four by the sum of squared distances.
/// Lloyd 1982; Arthur & Vassilvitskii 2007.
///
/// # Errors
/// `k.out_of_range` unless `1 ≤ k ≤ n`.
pub fn k_means(rows: Rows<'_>, k: usize, random: &mut Random) -> Result<Vec<u16>> {
    if k == 0 || k > rows.count() {
        return Err(Error::KOutOfRange { k, max: rows.count() });
    }
    let mut best: Option<(f64, Vec<u16>)> = None;
    for _ in 0..STARTS {
        let found = one_start(rows, k, random)?;
        if best.as_ref().is_none_or(|(least, _)| found.0 < *least) {
            best = Some(found);
        }
    }
    Ok(best.map(|(_, groups)| groups).unwrap_or_default())
}

fn one_start(rows: Rows<'_>, k: usize, random: &mut Random) -> Result<(f64, Vec<u16>)> {
    let dim = rows.dim();
    let mut centres = spread(rows, k, random);
    let mut groups = vec![0_u16; rows.count()];
    let mut inertia = f64::INFINITY;
    for round in 0..ROUNDS {
        let found = nearest(rows, Rows::new("centres", &centres, dim)?, 1, Distance::SquaredEuclidean)?;
        let next: Vec<u16> = found.indices.iter().map(|&index| index as u16).collect();
        inertia = found.distances.iter().map(|&d| f64::from(d)).sum();
        let settled = round > 0 && next == groups;
        groups = next;
        if settled {
            break;
        }
        let mut sums = vec![0.0_f64; k * dim];
        let mut counts = vec![0_usize; k];
        for (row, &group) in groups.iter().enumerate() {
            let group = usize::from(group);
            counts[group] += 1;
            for (sum, &value) in sums[group * dim..].iter_mut().zip(rows.row(row)) {
                *sum += f64::from(value);
            }
        }
        // A group without a row goes to the row that is worst off.
        let mut far: Vec<usize> = (0..rows.count()).collect();
        far.sort_unstable_by(|&a, &b| found.distances[b].total_cmp(&found.distances[a]));
        let mut worst = far.into_iter();
        for group in 0..k {
            let centre = &mut centres[group * dim..(group + 1) * dim];
            if counts[group] == 0 {
                let row = worst.next().unwrap_or(0);
                centre.copy_from_slice(rows.row(row));
            } else {
                for (value, sum) in centre.iter_mut().zip(&sums[group * dim..]) {
                    *value = (sum / counts[group] as f64) as f32;
                }
            }
        }
    }
    Ok((inertia, groups))
}

/// k-means++: each further centre is a row, drawn with a chance in proportion to its squared distance from the last ones.
fn spread(rows: Rows<'_>, k: usize, random: &mut Random) -> Vec<f32> {
    let mut centres = rows.row(random.below(rows.count())).to_vec();
    let mut nearest = vec![f64::INFINITY; rows.count()];
    for _ in 1..k {
        let last = &centres[centres.len() - rows.dim()..];
        for (row, least) in nearest.iter_mut().enumerate() {
            *least = least.min(Distance::SquaredEuclidean.between(rows.row(row), last));
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

/// Counts of rows by (class, group).
struct Table {
    counts: Vec<Vec<usize>>,
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
            return Err(Error::data("there is nothing to compare"));
        }
        let place = |labels: &[u16]| {
            let mut known: Vec<u16> = labels.to_vec();
            known.sort_unstable();
            known.dedup();
            let places: Vec<usize> =
                labels.iter().map(|label| known.binary_search(label).unwrap_or_default()).collect();
            (places, known.len())
        };
        let ((of_class, class_count), (of_group, group_count)) = (place(classes), place(groups));
        let mut table = Self {
            counts: vec![vec![0; group_count]; class_count],
            classes: vec![0; class_count],
            groups: vec![0; group_count],
            total: classes.len(),
        };
        for (&class, &group) in of_class.iter().zip(&of_group) {
            table.counts[class][group] += 1;
            table.classes[class] += 1;
            table.groups[group] += 1;
        }
        Ok(table)
    }

    fn entropy(&self, counts: &[usize]) -> f64 {
        let n = self.total as f64;
        -counts.iter().filter(|&&c| c > 0).map(|&c| c as f64 / n * (c as f64 / n).ln()).sum::<f64>()
    }

    fn mutual_information(&self) -> f64 {
        let n = self.total as f64;
        let mut sum = 0.0;
        for (row, &class) in self.counts.iter().zip(&self.classes) {
            for (&both, &group) in row.iter().zip(&self.groups).filter(|(both, _)| **both > 0) {
                let both = both as f64;
                sum += both / n * (n * both / (class as f64 * group as f64)).ln();
            }
        }
        sum.max(0.0)
    }

    /// The mutual information that chance alone gives to groups of these sizes. Vinh, Epps & Bailey 2010, by the
    /// hypergeometric distribution of each count.
    fn expected_information(&self) -> f64 {
        let n = self.total;
        let logs: Vec<f64> = std::iter::once(0.0)
            .chain((1..=n).scan(0.0, |sum, i| {
                *sum += (i as f64).ln();
                Some(*sum)
            }))
            .collect();
        let mut sum = 0.0;
        for &a in &self.classes {
            for &b in &self.groups {
                for both in (a + b).saturating_sub(n).max(1)..=a.min(b) {
                    let chance = logs[a] + logs[b] + logs[n - a] + logs[n - b]
                        - logs[n]
                        - logs[both]
                        - logs[a - both]
                        - logs[b - both]
                        - logs[n + both - a - b];
                    let information = (n as f64 * both as f64 / (a as f64 * b as f64)).ln();
                    sum += both as f64 / n as f64 * information * chance.exp();
                }
            }
        }
        sum
    }
}

/// Normalised mutual information of classes and groups, I / ((H(classes) + H(groups)) / 2), from 0 to 1; 1 where both
/// are all one.
///
/// # Errors
/// `shape.mismatch`, `data.invalid` for nothing at all.
pub fn normalized_mutual_information(classes: &[u16], groups: &[u16]) -> Result<f64> {
    let table = Table::new(classes, groups)?;
    let mean = 0.5 * (table.entropy(&table.classes) + table.entropy(&table.groups));
    Ok(if mean <= 0.0 { 1.0 } else { (table.mutual_information() / mean).min(1.0) })
}

/// Adjusted mutual information: (I − E\[I\]) / ((H(classes) + H(groups)) / 2 − E\[I\]), 0 for what chance gives. Many
/// small groups raise the normalised one by themselves and not this one. Vinh, Epps & Bailey 2010.
///
/// # Errors
/// As [`normalized_mutual_information`].
pub fn adjusted_mutual_information(classes: &[u16], groups: &[u16]) -> Result<f64> {
    let table = Table::new(classes, groups)?;
    let mean = 0.5 * (table.entropy(&table.classes) + table.entropy(&table.groups));
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
        let same = k_means(Rows::new("rows", &[1.0; 8], 2).expect("finite"), 3, &mut random);
        assert_eq!(same.expect("twins").len(), 4, "twins can be grouped too");
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
