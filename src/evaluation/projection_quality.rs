//! What a picture in the plane keeps of the neighbourhoods. Venna & Kaski 2001, Neighborhood Preservation in Nonlinear
//! Projection Methods.

use serde::Serialize;

use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::neighbours::{Rows, visit_rows};

/// How far a picture can be trusted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectionQuality {
    /// Neighbours counted.
    pub k: usize,
    /// 1 − 2/(n k (2n − 3k − 1)) Σ over false neighbours of (their true rank − k): 1 where every neighbour in the
    /// picture is one in truth.
    pub trustworthiness: f64,
    /// The same with the two sides changed: 1 where every true neighbour is one in the picture.
    pub continuity: f64,
    /// Trustworthiness of each point by itself.
    pub trust_of: Vec<f32>,
    /// For each point, k places: 1 where that neighbour in the picture, nearest first, is false.
    pub false_neighbours: Vec<bool>,
    /// Those neighbours, k a point.
    pub picture_neighbours: Vec<u32>,
}

/// Holds a picture, two numbers a point, to the rows it was made of.
///
/// # Errors
/// `shape.mismatch` unless there are as many points as rows; `k.out_of_range` unless `1 ≤ k < n / 2`, beyond which the
/// measure is not defined.
pub fn projection_quality(
    rows: Rows<'_>,
    distance: Distance,
    picture: &[f32],
    k: usize,
) -> Result<ProjectionQuality> {
    let n = rows.count();
    if picture.len() != 2 * n {
        return Err(Error::shape("picture", 2 * n, picture.len()));
    }
    let most = n.saturating_sub(1) / 2;
    if k == 0 || k > most {
        return Err(Error::KOutOfRange { k, max: most });
    }
    let plane = Rows::new("picture", picture, 2)?;
    let near_in_picture = nearest_of_each(plane, Distance::Euclidean, k)?;
    let near_in_truth = nearest_of_each(rows, distance, k)?;
    let scale = 2.0 / (k as f64 * (2.0 * n as f64 - 3.0 * k as f64 - 1.0));
    let mut trust_of = vec![1.0_f32; n];
    let mut false_neighbours = vec![false; n * k];
    let (mut trust, mut kept) = (0.0, 0.0);
    ranks_of(rows, distance, &near_in_picture, k, |query, place, rank| {
        if rank > k {
            let cost = scale * (rank - k) as f64;
            trust += cost;
            trust_of[query] -= cost as f32;
            false_neighbours[query * k + place] = true;
        }
    })?;
    ranks_of(plane, Distance::Euclidean, &near_in_truth, k, |_, _, rank| {
        kept += scale * rank.saturating_sub(k) as f64;
    })?;
    Ok(ProjectionQuality {
        k,
        trustworthiness: 1.0 - trust / n as f64,
        continuity: 1.0 - kept / n as f64,
        trust_of,
        false_neighbours,
        picture_neighbours: near_in_picture,
    })
}

/// The k nearest others of each row, k a row, nearest first, ties by index.
fn nearest_of_each(rows: Rows<'_>, distance: Distance, k: usize) -> Result<Vec<u32>> {
    Ok(crate::neighbours::nearest_self(rows, k, distance)?.indices)
}

/// Calls `visit(query, place, rank)` with the rank, from 1, that each of `asked`, k a row, has among the others.
fn ranks_of(
    rows: Rows<'_>,
    distance: Distance,
    asked: &[u32],
    k: usize,
    mut visit: impl FnMut(usize, usize, usize),
) -> Result<()> {
    visit_rows(rows, rows, distance, |query, distances| {
        for (place, &other) in asked[query * k..(query + 1) * k].iter().enumerate() {
            let own = distances[other as usize];
            let before = distances.iter().enumerate().filter(|&(at, &value)| {
                at != query && (value < own || (value == own && at < other as usize))
            });
            visit(query, place, before.count() + 1);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn rows(values: &[f32], dim: usize) -> Rows<'_> {
        Rows::new("rows", values, dim).expect("finite rows")
    }

    #[test]
    fn a_faithful_picture_and_one_worked_by_hand() {
        let line = [0.0, 1.0, 2.1, 3.3, 4.6];
        let flat = |order: [usize; 5]| -> Vec<f32> { order.iter().flat_map(|&at| [line[at], 0.0]).collect() };
        let of = |order| {
            projection_quality(rows(&line, 1), Distance::Euclidean, &flat(order), 1).expect("k is in range")
        };
        let same = of([0, 1, 2, 3, 4]);
        assert_eq!((same.trustworthiness, same.continuity), (1.0, 1.0), "nothing moved");
        assert!(!same.false_neighbours.contains(&true), "no false neighbour");
        // Points 0 and 4 change places: nearest in the picture 0→3, 1→4, 2→1, 3→2, 4→1. In truth 3 is the third from
        // 0, 4 the fourth from 1 (0, 2, 3, 4), 1 the first from 2, 2 the first from 3, 1 the third from 4.
        let moved = of([4, 1, 2, 3, 0]);
        let scale = 2.0 / (5.0 * 1.0 * (10.0 - 3.0 - 1.0));
        assert!((moved.trustworthiness - (1.0 - scale * (2.0 + 3.0 + 2.0))).abs() < 1e-12, "{moved:?}");
        assert_eq!(moved.false_neighbours, [true, true, false, false, true], "three neighbours are false");
        assert_eq!(moved.picture_neighbours, [3, 4, 1, 2, 1], "as the picture has them");
    }

    #[test]
    fn against_the_definition_on_random_points() {
        let mut random = Random::new(1);
        let (n, k) = (60, 7);
        let values: Vec<f32> = (0..n * 5).map(|_| random.normal()).collect();
        let picture: Vec<f32> = (0..n * 2).map(|_| random.normal()).collect();
        let found =
            projection_quality(rows(&values, 5), Distance::Euclidean, &picture, k).expect("k is in range");
        let order = |values: &[f32], dim: usize, i: usize| -> Vec<usize> {
            let row = |j: usize| &values[j * dim..(j + 1) * dim];
            let mut others: Vec<usize> = (0..n).filter(|&j| j != i).collect();
            let d = |j: usize| Distance::Euclidean.between(row(i), row(j));
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
        let (plane, truth) = ((&picture[..], 2), (&values[..], 5));
        assert!((found.trustworthiness - (1.0 - scale * sum(plane, truth))).abs() < 1e-9, "trustworthiness");
        assert!((found.continuity - (1.0 - scale * sum(truth, plane))).abs() < 1e-9, "continuity");
        let mean = found.trust_of.iter().map(|&x| f64::from(x)).sum::<f64>() / n as f64;
        assert!((mean - found.trustworthiness).abs() < 1e-5, "the mean of the points' own");
    }

    #[test]
    fn k_and_sizes_are_checked() {
        let values = [0.0, 1.0, 2.0, 3.0, 4.0];
        let code = |picture: &[f32], k| {
            projection_quality(rows(&values, 1), Distance::Euclidean, picture, k).expect_err("refused").code()
        };
        assert_eq!(code(&[0.0; 10], 0), "k.out_of_range", "no neighbour");
        assert_eq!(code(&[0.0; 10], 3), "k.out_of_range", "half of the points");
        assert_eq!(code(&[0.0; 8], 1), "shape.mismatch", "a point a row");
        assert_eq!(code(&[f32::NAN; 10], 1), "data.not_finite", "NaN");
    }
}
