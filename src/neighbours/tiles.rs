//! All distances between two sets of rows, block by block: what is under every search.
//!
//! Most distances are a plain sum over the numbers of two rows once these are brought into a form of their own: unit
//! vectors for the angle, running sums for Wasserstein, square roots for Hellinger. [`Form`](super::forms::Form) says which. What has no
//! such form is computed by its definition, pair by pair.

use metriclab_loops::tiles::{LANES, QUERIES, Sum, panels};

use super::Rows;
use super::forms::Prepared;
use crate::distances::{Distance, RowKind};
use crate::error::{Error, Result};

/// Numbers of a query block, at most; it stays in the second-level cache while panels stream by.
const BLOCK_NUMBERS: usize = 1 << 15;
/// References whose distances to a query block are held at a time.
const SPAN: usize = 1 << 11;
/// Distances held at a time when whole rows are asked for, if a tile's rows are not more.
const HELD: usize = 1 << 20;

/// Calls `visit(query, first reference, distances)` for every query and for consecutive spans of
/// references, so that memory stays small whatever the sizes. For one query, spans come in order.
///
/// # Errors
/// `shape.mismatch` if the two sets have rows of different lengths.
pub(crate) fn visit_distances(
    queries: Rows<'_>,
    references: Rows<'_>,
    distance: Distance,
    visit: impl FnMut(usize, usize, &[f32]),
) -> Result<()> {
    visit_spans(queries, references, distance, (usize::MAX, SPAN), visit)
}

/// Calls `visit(query, distances to all references)` for every query, in order.
///
/// # Errors
/// `shape.mismatch` if the two sets have rows of different lengths.
pub(crate) fn visit_rows(
    queries: Rows<'_>,
    references: Rows<'_>,
    distance: Distance,
    mut visit: impl FnMut(usize, &[f32]),
) -> Result<()> {
    let span = references.count().next_multiple_of(LANES).max(LANES);
    visit_spans(queries, references, distance, (HELD / span, span), |query, _, row| visit(query, row))
}

/// The body of both: at most `rows` queries a block, `span` references at a time.
fn visit_spans(
    queries: Rows<'_>,
    references: Rows<'_>,
    distance: Distance,
    (rows, span): (usize, usize),
    mut visit: impl FnMut(usize, usize, &[f32]),
) -> Result<()> {
    if queries.dim() != references.dim() {
        return Err(Error::shape("A row of references", queries.dim(), references.dim()));
    }
    if queries.count() == 0 || references.count() == 0 {
        return Ok(());
    }
    let prepared = Prepared::new(queries, references, distance);
    let panels = panels(&prepared.references, prepared.dim);
    let dim = prepared.dim;
    let block = (BLOCK_NUMBERS / dim).min(rows).clamp(QUERIES, 256) / QUERIES * QUERIES;
    let mut distances = vec![0.0_f32; block * span];
    for first in (0..queries.count()).step_by(block) {
        let rows = block.min(queries.count() - first);
        let block_numbers = &prepared.queries[first * dim..(first + rows) * dim];
        for start in (0..references.count()).step_by(span) {
            let width = span.min(references.count() - start);
            let span_panels = &panels[start * dim..(start + width.next_multiple_of(LANES)) * dim];
            prepared.form.by.fill(block_numbers, span_panels, dim, &mut distances, span);
            for (at, row) in distances.chunks_exact_mut(span).take(rows).enumerate() {
                prepared.finish(first + at, start, &mut row[..width]);
                visit(first + at, start, &row[..width]);
            }
        }
    }
    Ok(())
}

/// The distance of two rows of one length, the same bits as a search gives them.
///
/// # Panics
/// If the rows differ in length or are empty.
pub fn between(distance: Distance, a: &[f32], b: &[f32]) -> f32 {
    let rows = |values| Rows { values, dim: a.len() };
    let mut found = f32::NAN;
    visit_distances(rows(a), rows(b), distance, |_, _, distances| found = distances[0])
        .expect("two rows of one length are compared");
    found
}

/// The distance of two prepared rows, summed in the order of a search, so that it has the same bits.
#[cfg(feature = "gpu")]
pub(super) fn score(prepared: &Prepared, query: usize, reference: usize) -> f32 {
    let dim = prepared.dim;
    let pairs = || {
        let row = &prepared.queries[query * dim..(query + 1) * dim];
        row.iter().zip(&prepared.references[reference * dim..(reference + 1) * dim])
    };
    let mut value = [match prepared.form.by {
        By::Sum(Sum::Squares) => pairs().fold(0.0, |sum, (x, y)| sum + (x - y) * (x - y)),
        By::Sum(Sum::Products) => pairs().fold(0.0, |sum, (x, y)| sum + x * y),
        _ => unreachable!("the kernels know squares and products"),
    }];
    prepared.finish(query, reference, &mut value);
    value[0]
}

/// What is reckoned of two rows.
#[derive(Clone, Copy)]
pub(super) enum By {
    /// A sum over their numbers.
    Sum(Sum),
    /// What the definition says of them.
    Definition(Distance),
}

impl By {
    /// For a query block and a span of panels: `distances[query][reference]` with `span` numbers a row.
    fn fill(self, queries: &[f32], panels: &[f32], dim: usize, distances: &mut [f32], span: usize) {
        match self {
            Self::Sum(sum) => sum.fill(queries, panels, dim, distances, span),
            Self::Definition(distance) => fill_by_definition(queries, panels, dim, distances, span, distance),
        }
    }
}

/// Each pair by its definition.
fn fill_by_definition(
    queries: &[f32],
    panels: &[f32],
    dim: usize,
    distances: &mut [f32],
    span: usize,
    distance: Distance,
) {
    let mut reference = vec![0.0; dim];
    for (number, panel) in panels.chunks_exact(LANES * dim).enumerate() {
        for lane in 0..LANES {
            reference.iter_mut().enumerate().for_each(|(at, value)| *value = panel[at * LANES + lane]);
            // The last panel is filled up with zeros, which are no histogram; nobody reads what comes of them.
            if distance.rows() == RowKind::Histograms && reference.iter().all(|&x| x == 0.0) {
                continue;
            }
            for (query, row) in queries.chunks_exact(dim).zip(distances.chunks_exact_mut(span)) {
                row[number * LANES + lane] = distance.between(query, &reference) as f32;
            }
        }
    }
}
