//! All distances between two sets of rows, block by block, for every search.
//!
//! Most distances are a plain sum over the numbers of two rows once these are brought into a form of their own: unit
//! vectors for the angle, running sums for Wasserstein, square roots for Hellinger. [`Form`](crate::distances::form::Form) says
//! which. The others are computed by their definition, pair by pair.

use metriclab_loops::tiles::{LANES, QUERIES};

use super::Rows;
use super::index::Source;
use super::prepared::{Prepared, Segment};
use crate::distances::Distance;
use crate::error::{Error, Result};

/// Numbers of a query block, at most; it stays in the second-level cache while panels stream by.
const BLOCK_NUMBERS: usize = 1 << 15;
/// References whose distances to a query block are held at a time.
const SPAN: usize = 1 << 11;
/// Distances held at a time when a caller wants whole rows, unless the rows of a tile are more.
const HELD: usize = 1 << 20;

/// Calls `visit(query, first reference, distances)` for every query and for consecutive spans of
/// references, so that memory stays small whatever the sizes. For one query, spans come in order. A distance beyond the range of
/// f32 is infinite, and one that f32 would round to 0 is the smallest f32; [`Prepared::check`] finds both.
///
/// # Errors
/// `shape.mismatch` if the two sets have rows of different lengths; `rows.not_histogram` if rows do not suit the distance;
/// `config.invalid` for a bad setting.
pub(super) fn visit_distances<'a>(
    queries: Rows<'a>,
    references: Rows<'a>,
    distance: Distance,
    visit: impl FnMut(usize, usize, &[f32]),
) -> Result<Prepared<'a>> {
    let prepared = prepare(queries, references, distance)?;
    visit_spans(&prepared, &prepared.panels(), (usize::MAX, SPAN), false, visit)?;
    Ok(prepared)
}

/// Calls `visit(query, distances to all references)` for every query, in order.
///
/// # Errors
/// As [`visit_distances`]; `distance.out_of_range` if f32 cannot hold a distance.
pub(crate) fn visit_rows(
    queries: Rows<'_>,
    references: Rows<'_>,
    distance: Distance,
    mut visit: impl FnMut(usize, &[f32]),
) -> Result<()> {
    let span = references.count().next_multiple_of(LANES).max(LANES);
    let prepared = prepare(queries, references, distance)?;
    visit_spans(&prepared, &prepared.panels(), (HELD / span, span), true, |query, _, row| visit(query, row))
}

fn prepare<'a>(queries: Rows<'a>, references: Rows<'a>, distance: Distance) -> Result<Prepared<'a>> {
    if queries.dim() != references.dim() {
        return Err(Error::shape("A row of references", queries.dim(), references.dim()));
    }
    queries.suit("queries", distance)?;
    references.suit("references", distance)?;
    Ok(Prepared::new(queries, references, distance))
}

/// [`visit_distances`] of queries and the references of a segment, which are rows `first..` of the source.
pub(super) fn visit_segment<'a>(
    queries: Rows<'a>,
    segment: &'a Segment,
    distance: Distance,
    (source, first): (&'a dyn Source, usize),
    visit: impl FnMut(usize, usize, &[f32]),
) -> Result<Prepared<'a>> {
    let prepared = segment.with(queries, distance, source, first);
    visit_spans(&prepared, &segment.panels, (usize::MAX, SPAN), false, visit)?;
    Ok(prepared)
}

/// The body of all: at most `rows` queries a block, `span` references at a time. Every distance is checked, if `strict`.
fn visit_spans(
    prepared: &Prepared<'_>,
    panels: &[f32],
    (rows, span): (usize, usize),
    strict: bool,
    mut visit: impl FnMut(usize, usize, &[f32]),
) -> Result<()> {
    let (queries, references) = (prepared.queries.count(), prepared.references.count());
    if queries == 0 || references == 0 {
        return Ok(());
    }
    let dim = prepared.dim;
    let block = (BLOCK_NUMBERS / dim).min(rows).clamp(QUERIES, 256) / QUERIES * QUERIES;
    let block = block.min(queries.next_multiple_of(QUERIES));
    let span = span.min(references.next_multiple_of(LANES));
    let mut distances = vec![0.0_f32; block * span];
    for first in (0..queries).step_by(block) {
        let rows = block.min(queries - first);
        for start in (0..references).step_by(span) {
            let width = span.min(references - start);
            let from = (start * dim).min(panels.len());
            let to = (from + width.next_multiple_of(LANES) * dim).min(panels.len());
            prepared.fill(first..first + rows, start..start + width, &panels[from..to], &mut distances, span);
            for (at, row) in distances.chunks_exact_mut(span).take(rows).enumerate() {
                let row = &mut row[..width];
                prepared.finish(first + at, start, row);
                if strict {
                    prepared.check_row(first + at, start, row)?;
                }
                visit(first + at, start, row);
            }
        }
    }
    Ok(())
}

/// The distance of two rows, the same bits as a search gives them.
///
/// # Errors
/// `shape.mismatch` if the rows are empty or differ in length; `data.not_finite`; `rows.not_histogram` if rows do not suit the
/// distance; `config.invalid` for a bad setting; `distance.out_of_range` if f32 cannot hold it.
pub fn between(distance: Distance, a: &[f32], b: &[f32]) -> Result<f32> {
    let (a, b) = (Rows::new("the first row", a, a.len())?, Rows::new("the second row", b, b.len())?);
    let mut found = f32::NAN;
    visit_rows(a, b, distance, |_, distances| found = distances[0])?;
    Ok(found)
}
