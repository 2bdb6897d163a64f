//! Exact k nearest neighbours and distance matrices on the CPU.
//!
//! The work is queries × references × dimension, a tile at a time; memory is the answer and a few
//! megabytes, never queries × references.

use metriclab_loops::heaps::{Candidate, NearestHeaps};
use metriclab_loops::rows::{GROUP, next_within};

use super::{DISTANCE, NEIGHBOUR, Rows, affordable, visit_distances, visit_rows};
use crate::distances::Distance;
use crate::error::{Error, Result};

/// The nearest references of each query.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbours {
    /// Neighbours of a query.
    pub k: usize,
    /// Indices of references, `k` a query, nearest first; equal distances by ascending index.
    pub indices: Vec<u32>,
    /// Their distances in the same order.
    pub distances: Vec<f32>,
}

/// The `k` nearest references of each query. Shapes: n×d, m×d -> n×k.
///
/// # Errors
/// `k.out_of_range` unless `1 ≤ k ≤ m`; `shape.mismatch` if rows differ in length; `rows.not_histogram` if rows do not suit the distance;
/// `config.invalid` for a bad setting; `distance.out_of_range` if f32 cannot hold a distance of the answer.
pub fn nearest(queries: Rows<'_>, references: Rows<'_>, k: usize, distance: Distance) -> Result<Neighbours> {
    search(queries, references, k, references.count(), distance, |_, _| true)
}

/// The `k` nearest other rows of each row. Shape: n×d -> n×k.
///
/// # Errors
/// `k.out_of_range` unless `1 ≤ k ≤ n − 1`; others as [`nearest`].
pub fn nearest_self(rows: Rows<'_>, k: usize, distance: Distance) -> Result<Neighbours> {
    search(rows, rows, k, rows.count().saturating_sub(1), distance, |query, reference| query != reference)
}

/// The `k` nearest references that `keep(query, reference)` lets through, such as those of other domains.
/// `keep` is called only for references that would enter the answer.
///
/// # Errors
/// `k.out_of_range` if k is 0 or some query has fewer than `k` references left; others as [`nearest`].
pub fn nearest_where(
    queries: Rows<'_>,
    references: Rows<'_>,
    k: usize,
    distance: Distance,
    keep: impl Fn(usize, usize) -> bool,
) -> Result<Neighbours> {
    search(queries, references, k, references.count(), distance, keep)
}

/// All distances between two sets. Shapes: n×d, m×d -> n×m, row after row.
///
/// # Errors
/// `data.too_large` if the matrix would pass 1 GiB; `shape.mismatch` if rows differ in length; `rows.not_histogram` if rows do not suit
/// the distance; `config.invalid` for a bad setting; `distance.out_of_range` if f32 cannot hold a distance.
pub fn pairwise(queries: Rows<'_>, references: Rows<'_>, distance: Distance) -> Result<Vec<f32>> {
    let (n, m) = (queries.count(), references.count());
    affordable(n, m, DISTANCE)?;
    let mut matrix = Vec::with_capacity(n * m);
    visit_rows(queries, references, distance, |_, distances| matrix.extend_from_slice(distances))?;
    Ok(matrix)
}

fn search(
    queries: Rows<'_>,
    references: Rows<'_>,
    k: usize,
    most: usize,
    distance: Distance,
    keep: impl Fn(usize, usize) -> bool,
) -> Result<Neighbours> {
    if k == 0 || k > most {
        return Err(Error::KOutOfRange { k, max: most });
    }
    affordable(queries.count(), k, NEIGHBOUR)?;
    let mut heaps = NearestHeaps::new(queries.count(), k);
    let prepared = visit_distances(queries, references, distance, |query, first, distances| {
        offer(&mut heaps, query, first, distances, |reference| keep(query, reference));
    })?;
    let (candidates, lengths) = heaps.into_sorted();
    if let Some(&fewest) = lengths.iter().min().filter(|&&length| length < k) {
        return Err(Error::KOutOfRange { k, max: fewest });
    }
    for (at, candidate) in candidates.iter().enumerate() {
        prepared.check(at / k, candidate.index as usize, candidate.distance)?;
    }
    Ok(Neighbours {
        k,
        indices: candidates.iter().map(|candidate| candidate.index).collect(),
        distances: candidates.iter().map(|candidate| candidate.distance).collect(),
    })
}

/// Offers a query's distances to the references `first..` that `keep` lets through.
pub(super) fn offer(
    heaps: &mut NearestHeaps,
    query: usize,
    first: usize,
    distances: &[f32],
    keep: impl Fn(usize) -> bool,
) {
    let mut bound = heaps.bound(query);
    let mut at = 0;
    // One comparison for eight: once the heap is full, hardly any reference is near enough.
    while let Some(group) = next_within(distances, at, bound) {
        at = distances.len().min(group + GROUP);
        for (reference, &distance) in (first + group..).zip(&distances[group..at]) {
            if distance <= bound && keep(reference) {
                heaps.offer(query, Candidate { distance, index: reference as u32 });
                bound = heaps.bound(query);
            }
        }
    }
}

#[cfg(test)]
mod tests;
