//! Hubness: who is everyone's neighbour.
//!
//! In many dimensions some rows are among the k nearest of very many others (hubs) and many are among those of nobody (orphans).
//! `N_k(x)` counts the rows that have x among their k nearest; its mean is k, and its skewness tells how unequal it is.
//! Radovanović, Nanopoulos & Ivanović 2010, Hubs in space.
//!
//! Rows that are tied for the last places of a list share them, so that `N_k` may have fractions.

use serde::Serialize;

use super::unit::Unit;
use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::neighbours::{Rows, visit_rows};

/// How unequal the in-degrees of the graph of k nearest neighbours are.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hubness {
    /// `N_k` of each row.
    pub in_degrees: Vec<f64>,
    /// `E[(N_k − k)³] / σ³`; 0 where all are equal. Above 1 there are strong hubs.
    pub skewness: f64,
    /// Share of the rows with an `N_k` of 0.
    pub orphans: f64,
    /// Rows whose list ends within a tie.
    pub tied_queries: usize,
    /// The rows with the largest `N_k`, largest first; equal ones by index.
    pub hubs: Vec<u32>,
}

/// Counts in whose lists of `k` nearest each row is, and names the `most` largest hubs.
///
/// # Errors
/// `k.out_of_range` unless 1 ≤ k < n; as [`Rows::suit`] for rows that the distance does not compare;
/// `distance.out_of_range` if f32 cannot hold a distance.
pub fn hubness(rows: Rows<'_>, k: usize, distance: Distance, most: usize) -> Result<Hubness> {
    let n = rows.count();
    if k == 0 || k >= n {
        return Err(Error::KOutOfRange { k, max: n.saturating_sub(1) });
    }
    rows.suit("rows", distance)?;
    let unit = Unit::of(distance, &[rows]);
    let scaled = unit.scaled(rows);
    let scaled = Rows::new("rows", &scaled, rows.dim())?;
    let mut in_degrees = vec![0.0; n];
    let mut tied_queries = 0;
    let mut others = Vec::with_capacity(n);
    visit_rows(scaled, scaled, distance, |query, distances| {
        others.clear();
        others.extend((0..n).filter(|&other| other != query).map(|other| distances[other]));
        let (_, &mut last, _) = others.select_nth_unstable_by(k - 1, f32::total_cmp);
        let (nearer, tied) = others.iter().fold((0, 0), |(nearer, tied), &d| {
            (nearer + usize::from(d < last), tied + usize::from(d == last))
        });
        let share = (k - nearer) as f64 / tied as f64;
        tied_queries += usize::from(nearer + tied > k);
        for (other, &d) in distances.iter().enumerate().filter(|&(other, _)| other != query) {
            if d <= last {
                in_degrees[other] += if d < last { 1.0 } else { share };
            }
        }
    })?;
    let moment = |power: i32| in_degrees.iter().map(|x| (x - k as f64).powi(power)).sum::<f64>() / n as f64;
    let square = moment(2);
    let skewness = if square > 0.0 { moment(3) / square.powf(1.5) } else { 0.0 };
    let orphans = in_degrees.iter().filter(|&&x| x == 0.0).count() as f64 / n as f64;
    let mut hubs: Vec<u32> = (0..n as u32).collect();
    hubs.sort_by(|&x, &y| in_degrees[y as usize].total_cmp(&in_degrees[x as usize]));
    hubs.truncate(most);
    Ok(Hubness { in_degrees, skewness, orphans, tied_queries, hubs })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn of(values: &[f32], dim: usize, k: usize) -> Hubness {
        hubness(Rows::new("rows", values, dim).expect("finite rows"), k, Distance::Euclidean, 2)
            .expect("k is in range")
    }

    #[test]
    fn a_star_worked_by_hand() {
        // The origin is nearest to all four; its own nearest is the one at 1.
        let star = [0.0, 0.0, 1.0, 0.0, 0.0, 2.0, -2.5, 0.0, 0.0, -3.0];
        let found = of(&star, 2, 1);
        assert_eq!(found.in_degrees, [4.0, 1.0, 0.0, 0.0, 0.0]);
        assert_eq!((found.orphans, found.tied_queries, found.hubs.clone()), (0.6, 0, vec![0, 1]));
        // Deviations 3, 0, −1, −1, −1: moments (9 + 3)/5 and (27 − 3)/5.
        let wanted = (24.0 / 5.0) / (12.0_f64 / 5.0).powf(1.5);
        assert!((found.skewness - wanted).abs() < 1e-12, "{}", found.skewness);
    }

    #[test]
    fn tied_rows_share_the_last_places() {
        // Three rows at one place: each is ½ in the lists of the two others, whatever their order.
        let alike = of(&[1.0, 1.0, 1.0], 1, 1);
        assert_eq!((alike.in_degrees, alike.tied_queries), (vec![1.0, 1.0, 1.0], 3));
        // 0 has two at a distance of 1.
        let line = of(&[0.0, 1.0, -1.0], 1, 1);
        assert_eq!((line.in_degrees, line.tied_queries), (vec![2.0, 0.5, 0.5], 1));
    }

    #[test]
    fn many_dimensions_make_hubs() {
        let drawn = |dim: usize| {
            let mut random = Random::new(3);
            let values: Vec<f32> = (0..400 * dim).map(|_| random.normal()).collect();
            let found = of(&values, dim, 5);
            let sum: f64 = found.in_degrees.iter().sum();
            assert!((sum - 2_000.0).abs() < 1e-9, "k a row: {sum}");
            found.skewness
        };
        let (flat, deep) = (drawn(2), drawn(100));
        assert!(flat < 0.7 && deep > 2.0, "skewness {flat} in 2 dimensions, {deep} in 100");
    }

    #[test]
    fn k_is_checked() {
        let rows = Rows::new("rows", &[1.0, 2.0], 1).expect("finite rows");
        for k in [0, 2] {
            let found = hubness(rows, k, Distance::Euclidean, 1).expect_err("two rows");
            assert_eq!(found, Error::KOutOfRange { k, max: 1 });
        }
    }
}
