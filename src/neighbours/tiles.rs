//! All distances between two sets of rows, a tile at a time: the kernel under every search.
//!
//! Most distances are a plain sum over the numbers of two rows once these are brought into a form of their own: unit
//! vectors for the angle, running sums for Wasserstein, square roots for Hellinger. [`Form`](super::forms::Form) says which. What has no
//! such form is computed by its definition, pair by pair.
//!
//! References are laid out in panels of eight, number by number, so that a tile of four queries and
//! eight references accumulates `(q−r)²` in eight-wide arrays, which LLVM turns into SSE, AVX or
//! simd128 instructions. The difference form is kept throughout: a row is at exactly 0 from its
//! duplicate, and near neighbours far from the origin lose no digits, as `‖q‖² + ‖r‖² − 2q·r` would.

use super::Rows;
use super::forms::Prepared;
use crate::distances::{Distance, RowKind};
use crate::error::{Error, Result};

/// References of a panel: two 128-bit vectors, or one of 256 bits.
const LANES: usize = 8;
/// Queries of a tile: with two vectors each they fill half of sixteen registers.
const QUERIES: usize = 4;
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
            prepared.form.sum.fill_span(block_numbers, span_panels, dim, &mut distances, span);
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
    let mut value = [match prepared.form.sum {
        Sum::Squares => pairs().fold(0.0, |sum, (x, y)| sum + (x - y) * (x - y)),
        Sum::Products => pairs().fold(0.0, |sum, (x, y)| sum + x * y),
        _ => unreachable!("the kernels know squares and products"),
    }];
    prepared.finish(query, reference, &mut value);
    value[0]
}

/// References in panels: for each group of [`LANES`] rows, number after number, lane after lane. The
/// last panel is filled up with zeros, whose distances nobody reads.
fn panels(rows: &[f32], dim: usize) -> Vec<f32> {
    let count = rows.len() / dim;
    let mut panels = vec![0.0; count.next_multiple_of(LANES) * dim];
    for (panel, group) in panels.chunks_exact_mut(LANES * dim).zip(rows.chunks(LANES * dim)) {
        for (lane, row) in group.chunks_exact(dim).enumerate() {
            for (at, &value) in row.iter().enumerate() {
                panel[at * LANES + lane] = value;
            }
        }
    }
    panels
}

/// What is summed over the numbers of two rows.
#[derive(Clone, Copy)]
pub(super) enum Sum {
    /// Σ (x − y)²
    Squares,
    /// Σ |x − y|
    Absolutes,
    /// max |x − y|
    Largest,
    /// Σ |x − y|^p
    Powers(f32),
    /// Σ x y
    Products,
    /// What the definition says of the two rows.
    Whole(Distance),
}

impl Sum {
    /// Sums of a query block and a span of panels, `distances[query][reference]` with `span` numbers a row.
    fn fill_span(self, queries: &[f32], panels: &[f32], dim: usize, distances: &mut [f32], span: usize) {
        match self {
            Self::Squares => fill(queries, panels, dim, distances, span, |sum, x, y| sum + (x - y) * (x - y)),
            Self::Absolutes => fill(queries, panels, dim, distances, span, |sum, x, y| sum + (x - y).abs()),
            Self::Largest => fill(queries, panels, dim, distances, span, |sum, x, y| sum.max((x - y).abs())),
            Self::Powers(p) => {
                fill(queries, panels, dim, distances, span, |sum, x, y| sum + (x - y).abs().powf(p));
            }
            Self::Products => fill(queries, panels, dim, distances, span, |sum, x, y| sum + x * y),
            Self::Whole(distance) => fill_whole(queries, panels, dim, distances, span, distance),
        }
    }
}

/// Each pair by its definition.
fn fill_whole(
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

fn fill<F: Fn(f32, f32, f32) -> f32>(
    queries: &[f32],
    panels: &[f32],
    dim: usize,
    distances: &mut [f32],
    span: usize,
    add: F,
) {
    for (number, panel) in panels.chunks_exact(LANES * dim).enumerate() {
        let at = number * LANES;
        for (four, out) in queries.chunks(QUERIES * dim).zip(distances.chunks_mut(QUERIES * span)) {
            let sums = if four.len() == QUERIES * dim {
                sums::<QUERIES, F>(four, panel, dim, &add)
            } else {
                remainder(four, panel, dim, &add)
            };
            for (row, sum) in out.chunks_exact_mut(span).zip(&sums) {
                row[at..at + LANES].copy_from_slice(sum);
            }
        }
    }
}

/// Fewer than [`QUERIES`] queries at the end of the last block, one at a time.
fn remainder<F: Fn(f32, f32, f32) -> f32>(
    queries: &[f32],
    panel: &[f32],
    dim: usize,
    add: &F,
) -> [[f32; LANES]; QUERIES] {
    let mut of = [[0.0; LANES]; QUERIES];
    for (query, sum) in queries.chunks_exact(dim).zip(&mut of) {
        [*sum] = sums::<1, F>(query, panel, dim, add);
    }
    of
}

/// The tile: `Q` queries against the eight references of a panel.
#[inline]
fn sums<const Q: usize, F: Fn(f32, f32, f32) -> f32>(
    queries: &[f32],
    panel: &[f32],
    dim: usize,
    add: &F,
) -> [[f32; LANES]; Q] {
    let rows: [&[f32]; Q] = std::array::from_fn(|query| &queries[query * dim..(query + 1) * dim]);
    let mut sums = [[0.0_f32; LANES]; Q];
    let (panel, _) = panel.as_chunks::<LANES>();
    for (at, lanes) in panel.iter().enumerate().take(dim) {
        for query in 0..Q {
            let value = rows[query][at];
            for lane in 0..LANES {
                sums[query][lane] = add(sums[query][lane], value, lanes[lane]);
            }
        }
    }
    sums
}
