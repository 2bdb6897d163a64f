//! How much of the neighbourhoods a projection to the plane keeps. Venna & Kaski 2001, Neighborhood Preservation in Nonlinear
//! Projection Methods.
//!
//! # Ties
//! Rows at one distance have no order. Each measure is its mean over all orders of the tied rows, on both sides: a row at the
//! border of the k nearest is among them with the share of its tie that still fits, and a tied rank is each of its places
//! equally often.

use serde::Serialize;

use super::unit::Unit;
use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::neighbours::{Rows, nearest_self, pairwise};

/// Distances that are held at a time.
const HELD: usize = 1 << 20;
/// Bytes that the lists of neighbours may take: 1 GiB.
const LISTS_LIMIT: u64 = 1 << 30;

/// How far a projection can be trusted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectionQuality {
    /// Neighbours counted.
    pub k: usize,
    /// 1 − 2/(n k (2n − 3k − 1)) Σ over neighbours in the plane of max(0, rank among the rows − k): 1 where each is a
    /// neighbour among the rows.
    pub trustworthiness: f64,
    /// The same with the two sides exchanged: 1 where each neighbour among the rows is one in the plane.
    pub continuity: f64,
    /// Points whose own value may depend on the order of tied ones.
    pub tied_queries: usize,
    /// Trustworthiness of each point by itself.
    pub trust_of: Vec<f32>,
    /// For each point, k places: the chance that this neighbour in the plane is not among the k nearest rows. 0 or 1 but for
    /// ties.
    pub false_neighbours: Vec<f32>,
    /// Those neighbours, k a point, nearest first. Of tied ones those of lowest index are listed.
    pub plane_neighbours: Vec<u32>,
}

/// Compares a projection, two numbers a point, with the rows it was made of.
///
/// # Errors
/// `shape.mismatch` unless there are as many points as rows; `k.out_of_range` unless `1 ≤ k < n / 2`, beyond which the
/// measure is not defined; `data.too_large` for lists beyond 1 GiB; as [`Rows::suit`] for rows that the distance does not
/// compare.
pub fn projection_quality(
    rows: Rows<'_>,
    distance: Distance,
    projection: &[f32],
    k: usize,
) -> Result<ProjectionQuality> {
    let n = rows.count();
    if projection.len() / 2 != n || !projection.len().is_multiple_of(2) {
        return Err(Error::shape("projection", 2 * n, projection.len()));
    }
    let most = n.saturating_sub(1) / 2;
    if k == 0 || k > most {
        return Err(Error::KOutOfRange { k, max: most });
    }
    // An index, a distance and a chance for each place.
    let bytes = (n as u64 * k as u64).saturating_mul(12);
    if bytes > LISTS_LIMIT {
        return Err(Error::DataTooLarge { bytes, limit: LISTS_LIMIT });
    }
    rows.suit("embeddings", distance)?;
    let values = Unit::of(distance, &[rows]).scaled(rows);
    let rows = Rows::new("embeddings", &values, rows.dim())?;
    let plane = Rows::new("projection", projection, 2)?;
    let plane_neighbours = nearest_self(plane, k, Distance::Euclidean)?.indices;
    let scale = 2.0 / (k as f64 * (2.0 * n as f64 - 3.0 * k as f64 - 1.0));
    let mut trust_of = Vec::with_capacity(n);
    let mut false_neighbours = Vec::with_capacity(n * k);
    let (mut trust, mut kept, mut tied_queries) = (0.0, 0.0, 0);
    let mut sides = (Side::default(), Side::default());
    visit_both(rows, distance, plane, |point, among_rows, in_plane| {
        let (truth, seen) = (&mut sides.0, &mut sides.1);
        truth.read(among_rows, point, k);
        seen.read(in_plane, point, k);
        let false_ones = excess_of_neighbours(seen, in_plane, truth, among_rows, point);
        let missing = excess_of_neighbours(truth, among_rows, seen, in_plane, point);
        let cost = scale * false_ones.sum;
        trust += cost;
        kept += scale * missing.sum;
        tied_queries += usize::from(false_ones.tied || missing.tied);
        trust_of.push((1.0 - cost) as f32);
        let listed = &plane_neighbours[point * k..(point + 1) * k];
        let chance = |&other: &u32| 1.0 - truth.chance_within(among_rows[other as usize]) as f32;
        false_neighbours.extend(listed.iter().map(chance));
    })?;
    Ok(ProjectionQuality {
        k,
        trustworthiness: 1.0 - trust / n as f64,
        continuity: 1.0 - kept / n as f64,
        tied_queries,
        trust_of,
        false_neighbours,
        plane_neighbours,
    })
}

/// Calls `visit(point, distances to all rows, distances to all points of the plane)`, a block of points at a time.
fn visit_both(
    rows: Rows<'_>,
    distance: Distance,
    plane: Rows<'_>,
    mut visit: impl FnMut(usize, &[f32], &[f32]),
) -> Result<()> {
    let n = rows.count();
    let block = (HELD / n).max(1);
    for first in (0..n).step_by(block) {
        let count = block.min(n - first);
        let among_rows = pairwise(rows.slice(first, count), rows, distance)?;
        let in_plane = pairwise(plane.slice(first, count), plane, Distance::Euclidean)?;
        for (at, both) in among_rows.chunks_exact(n).zip(in_plane.chunks_exact(n)).enumerate() {
            visit(first + at, both.0, both.1);
        }
    }
    Ok(())
}

/// The cost of one point's k nearest.
#[derive(Default)]
struct Excess {
    sum: f64,
    /// Whether it may depend on the order of tied ones.
    tied: bool,
}

/// Σ over the k nearest of `near` of max(0, their rank in `far` − k), the mean over the orders of tied ones.
fn excess_of_neighbours(
    near: &Side,
    near_distances: &[f32],
    far: &Side,
    far_distances: &[f32],
    point: usize,
) -> Excess {
    let mut found = Excess::default();
    for (other, (&distance, &own)) in near_distances.iter().zip(far_distances).enumerate() {
        if other != point && distance <= near.border() {
            let chance = near.chance_within(distance);
            found.sum += chance * far.mean_excess(own);
            found.tied |= chance < 1.0 || far.crosses(own);
        }
    }
    found
}

/// One point's distances to all others, in order.
#[derive(Default)]
struct Side {
    sorted: Vec<f32>,
    k: usize,
}

impl Side {
    fn read(&mut self, distances: &[f32], point: usize, k: usize) {
        self.k = k;
        self.sorted.clear();
        self.sorted.extend_from_slice(distances);
        self.sorted.remove(point);
        self.sorted.sort_unstable_by(f32::total_cmp);
    }

    /// The distance of the k-th nearest.
    fn border(&self) -> f32 {
        self.sorted[self.k - 1]
    }

    /// How many are nearer than `distance`, and how many are at it.
    fn tie(&self, distance: f32) -> (usize, usize) {
        let nearer = self.sorted.partition_point(|&other| other < distance);
        let end = self.sorted.partition_point(|&other| other <= distance);
        (nearer, (end - nearer).max(1))
    }

    /// The chance that one at `distance` is among the k nearest.
    fn chance_within(&self, distance: f32) -> f64 {
        let (nearer, tied) = self.tie(distance);
        self.k.saturating_sub(nearer).min(tied) as f64 / tied as f64
    }

    /// Whether one at `distance` has several ranks, some of them beyond k.
    fn crosses(&self, distance: f32) -> bool {
        let (nearer, tied) = self.tie(distance);
        tied > 1 && nearer + tied > self.k
    }

    /// The mean of max(0, rank − k) over the ranks that one at `distance` can have.
    fn mean_excess(&self, distance: f32) -> f64 {
        let (nearer, tied) = self.tie(distance);
        // Ranks beyond k: from `first` to nearer + tied.
        let (first, last) = ((nearer + 1).max(self.k + 1), nearer + tied);
        if first > last {
            return 0.0;
        }
        let count = (last - first + 1) as f64;
        count * (0.5 * (first + last) as f64 - self.k as f64) / tied as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn rows(values: &[f32], dim: usize) -> Rows<'_> {
        Rows::new("rows", values, dim).expect("finite rows")
    }

    #[test]
    fn a_faithful_projection_and_one_worked_by_hand() {
        let line = [0.0, 1.0, 2.1, 3.3, 4.6];
        let flat = |order: [usize; 5]| -> Vec<f32> { order.iter().flat_map(|&at| [line[at], 0.0]).collect() };
        let of = |order| {
            projection_quality(rows(&line, 1), Distance::Euclidean, &flat(order), 1).expect("k is in range")
        };
        let same = of([0, 1, 2, 3, 4]);
        assert_eq!((same.trustworthiness, same.continuity), (1.0, 1.0), "nothing moved");
        assert_eq!(same.false_neighbours, [0.0; 5], "no false neighbour");
        // Points 0 and 4 change places: nearest in the plane 0→3, 1→4, 2→1, 3→2, 4→1. In truth 3 is the third from
        // 0, 4 the fourth from 1 (0, 2, 3, 4), 1 the first from 2, 2 the first from 3, 1 the third from 4.
        let moved = of([4, 1, 2, 3, 0]);
        let scale = 2.0 / (5.0 * 1.0 * (10.0 - 3.0 - 1.0));
        assert!((moved.trustworthiness - (1.0 - scale * (2.0 + 3.0 + 2.0))).abs() < 1e-12, "{moved:?}");
        assert_eq!(moved.false_neighbours, [1.0, 1.0, 0.0, 0.0, 1.0], "three neighbours are false");
        assert_eq!(moved.plane_neighbours, [3, 4, 1, 2, 1], "as the plane has them");
    }

    #[test]
    fn against_the_definition_on_random_points() {
        let mut random = Random::new(1);
        let (n, k) = (60, 7);
        let values: Vec<f32> = (0..n * 5).map(|_| random.normal()).collect();
        let projection: Vec<f32> = (0..n * 2).map(|_| random.normal()).collect();
        let found =
            projection_quality(rows(&values, 5), Distance::Euclidean, &projection, k).expect("k is in range");
        let order = |values: &[f32], dim: usize, i: usize| -> Vec<usize> {
            let row = |j: usize| &values[j * dim..(j + 1) * dim];
            let mut others: Vec<usize> = (0..n).filter(|&j| j != i).collect();
            let d = |j: usize| Distance::Euclidean.between_unchecked(row(i), row(j));
            others.sort_by(|&a, &b| d(a).total_cmp(&d(b)));
            others
        };
        let sum = |near: (&[f32], usize), truth: (&[f32], usize)| -> f64 {
            (0..n)
                .map(|i| {
                    let ranks = order(truth.0, truth.1, i);
                    let rank =
                        |j: usize| ranks.iter().position(|&x| x == j).expect("every other is ranked") + 1;
                    let near = order(near.0, near.1, i);
                    near[..k].iter().map(|&j| rank(j).saturating_sub(k) as f64).sum::<f64>()
                })
                .sum()
        };
        let scale = 2.0 / (n as f64 * k as f64 * (2.0 * n as f64 - 3.0 * k as f64 - 1.0));
        let (plane, truth) = ((&projection[..], 2), (&values[..], 5));
        assert!((found.trustworthiness - (1.0 - scale * sum(plane, truth))).abs() < 1e-9, "trustworthiness");
        assert!((found.continuity - (1.0 - scale * sum(truth, plane))).abs() < 1e-9, "continuity");
        assert_eq!(found.tied_queries, 0, "no two distances are equal");
        let mean = found.trust_of.iter().map(|&x| f64::from(x)).sum::<f64>() / n as f64;
        assert!((mean - found.trustworthiness).abs() < 1e-5, "the mean of the points' own");
    }

    /// All orders of 0..n without `skip` that do not contradict the distances from it.
    fn orders(distances: &[f32], skip: usize) -> Vec<Vec<usize>> {
        fn walk(left: &[usize], distances: &[f32], order: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) {
            if left.is_empty() {
                found.push(order.clone());
            }
            let least = left.iter().map(|&at| distances[at]).fold(f32::INFINITY, f32::min);
            for &at in left.iter().filter(|&&at| distances[at] == least) {
                order.push(at);
                let rest: Vec<usize> = left.iter().copied().filter(|&other| other != at).collect();
                walk(&rest, distances, order, found);
                order.pop();
            }
        }
        let others: Vec<usize> = (0..distances.len()).filter(|&at| at != skip).collect();
        let mut found = Vec::new();
        walk(&others, distances, &mut Vec::new(), &mut found);
        found
    }

    #[test]
    fn ties_are_the_mean_over_all_orders() {
        let mut random = Random::new(6);
        for round in 0..40 {
            let (n, k) = (6, 1 + round % 2);
            let values: Vec<f32> = (0..n).map(|_| random.below(3) as f32).collect();
            let projection: Vec<f32> = (0..n).flat_map(|_| [random.below(3) as f32, 0.0]).collect();
            let found = projection_quality(rows(&values, 1), Distance::Euclidean, &projection, k)
                .expect("k is in range");
            let apart = |values: &[f32], i: usize| -> Vec<f32> {
                values.iter().map(|value| (value - values[i]).abs()).collect()
            };
            let line: Vec<f32> = projection.iter().step_by(2).copied().collect();
            let scale = 2.0 / (n as f64 * k as f64 * (2.0 * n as f64 - 3.0 * k as f64 - 1.0));
            let (mut trust, mut kept, mut varying) = (1.0, 1.0, 0);
            for i in 0..n {
                let (truth, plane) = (orders(&apart(&values, i), i), orders(&apart(&line, i), i));
                let share = scale / (truth.len() * plane.len()) as f64;
                let excess = |near: &[usize], far: &[usize]| -> f64 {
                    let rank = |j: usize| far.iter().position(|&other| other == j).expect("ranked") + 1;
                    near[..k].iter().map(|&j| rank(j).saturating_sub(k) as f64).sum()
                };
                let costs = |far: &[usize]| -> Vec<[f64; 2]> {
                    plane.iter().map(|near| [excess(near, far), excess(far, near)]).collect()
                };
                let costs: Vec<[f64; 2]> = truth.iter().flat_map(|far| costs(far)).collect();
                varying += usize::from(costs.iter().any(|cost| cost != &costs[0]));
                for [near, far] in costs {
                    trust -= share * near;
                    kept -= share * far;
                }
                for place in 0..k {
                    let listed = found.plane_neighbours[i * k + place] as usize;
                    let outside = truth.iter().filter(|order| !order[..k].contains(&listed)).count();
                    let wanted = outside as f32 / truth.len() as f32;
                    assert!((found.false_neighbours[i * k + place] - wanted).abs() < 1e-6, "{values:?}");
                }
            }
            assert!(found.tied_queries >= varying, "{values:?} as {line:?}: {varying} points vary");
            assert!((found.trustworthiness - trust).abs() < 1e-12, "{values:?} as {line:?}: {trust}");
            assert!((found.continuity - kept).abs() < 1e-12, "{values:?} as {line:?}: {kept}");
        }
    }

    #[test]
    fn k_and_sizes_are_checked() {
        let values = [0.0, 1.0, 2.0, 3.0, 4.0];
        let code = |projection: &[f32], k| {
            projection_quality(rows(&values, 1), Distance::Euclidean, projection, k)
                .expect_err("refused")
                .code()
        };
        assert_eq!(code(&[0.0; 10], 0), "k.out_of_range", "no neighbour");
        assert_eq!(code(&[0.0; 10], 3), "k.out_of_range", "half of the points");
        assert_eq!(code(&[0.0; 8], 1), "shape.mismatch", "a point a row");
        assert_eq!(code(&[f32::NAN; 10], 1), "data.not_finite", "NaN");
        let many = vec![0.0; 40_000];
        let found = projection_quality(rows(&many[..20_000], 1), Distance::Euclidean, &many, 9_000);
        assert_eq!(found.expect_err("refused").code(), "data.too_large", "180 million neighbours");
        let none = projection_quality(rows(&[], 1), Distance::Euclidean, &[], 1);
        assert_eq!(none.expect_err("refused").code(), "k.out_of_range", "no rows");
    }
}
