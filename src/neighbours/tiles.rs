//! All distances between two sets of rows, a tile at a time: the kernel under every search.
//!
//! References are laid out in panels of eight, number by number, so that a tile of four queries and
//! eight references accumulates `(q−r)²` in eight-wide arrays, which LLVM turns into SSE, AVX or
//! simd128 instructions. The difference form is kept throughout: a row is at exactly 0 from its
//! duplicate, and near neighbours far from the origin lose no digits, as `‖q‖² + ‖r‖² − 2q·r` would.

use super::{Metric, Rows};
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
/// Beyond this a squared difference could leave the range of f32, below its inverse vanish.
const COMFORTABLE: f32 = 1e15;

/// Calls `visit(query, first reference, distances)` for every query and for consecutive spans of
/// references, so that memory stays small whatever the sizes. For one query, spans come in order.
///
/// # Errors
/// `shape.mismatch` if the two sets have rows of different lengths.
pub(crate) fn visit_distances(
    queries: Rows<'_>,
    references: Rows<'_>,
    metric: Metric,
    visit: impl FnMut(usize, usize, &[f32]),
) -> Result<()> {
    visit_spans(queries, references, metric, (usize::MAX, SPAN), visit)
}

/// Calls `visit(query, distances to all references)` for every query, in order.
///
/// # Errors
/// `shape.mismatch` if the two sets have rows of different lengths.
pub(crate) fn visit_rows(
    queries: Rows<'_>,
    references: Rows<'_>,
    metric: Metric,
    mut visit: impl FnMut(usize, &[f32]),
) -> Result<()> {
    let span = references.count().next_multiple_of(LANES).max(LANES);
    visit_spans(queries, references, metric, (HELD / span, span), |query, _, row| visit(query, row))
}

/// The body of both: at most `rows` queries a block, `span` references at a time.
fn visit_spans(
    queries: Rows<'_>,
    references: Rows<'_>,
    metric: Metric,
    (rows, span): (usize, usize),
    mut visit: impl FnMut(usize, usize, &[f32]),
) -> Result<()> {
    let dim = queries.dim();
    if dim != references.dim() {
        return Err(Error::shape("A row of references", dim, references.dim()));
    }
    if queries.count() == 0 || references.count() == 0 {
        return Ok(());
    }
    let prepared = Prepared::new(queries, references, metric);
    let panels = panels(&prepared.references, dim);
    let block = (BLOCK_NUMBERS / dim).min(rows).clamp(QUERIES, 256) / QUERIES * QUERIES;
    let mut distances = vec![0.0_f32; block * span];
    for first in (0..queries.count()).step_by(block) {
        let rows = block.min(queries.count() - first);
        let block_numbers = &prepared.queries[first * dim..(first + rows) * dim];
        for start in (0..references.count()).step_by(span) {
            let width = span.min(references.count() - start);
            let span_panels = &panels[start * dim..(start + width.next_multiple_of(LANES)) * dim];
            fill_span(block_numbers, span_panels, dim, &mut distances, span);
            for (at, row) in distances.chunks_exact_mut(span).take(rows).enumerate() {
                prepared.finish(metric, first + at, start, &mut row[..width]);
                visit(first + at, start, &row[..width]);
            }
        }
    }
    Ok(())
}

/// Rows as the kernel wants them: unit vectors for the cosine, and for the others scaled by a power
/// of two if squares could overflow or vanish.
struct Prepared {
    queries: Vec<f32>,
    references: Vec<f32>,
    /// What a squared distance is multiplied by; a power of four.
    unscale: f64,
    /// Whether each row is zero, for the cosine; empty otherwise.
    zero_queries: Vec<bool>,
    zero_references: Vec<bool>,
}

impl Prepared {
    fn new(queries: Rows<'_>, references: Rows<'_>, metric: Metric) -> Self {
        if metric == Metric::Cosine {
            let (queries, zero_queries) = unit_rows(queries);
            let (references, zero_references) = unit_rows(references);
            return Self { queries, references, unscale: 1.0, zero_queries, zero_references };
        }
        let largest = queries.values().iter().chain(references.values()).fold(0.0_f32, |m, v| m.max(v.abs()));
        let exponent = if largest == 0.0 || (COMFORTABLE.recip()..COMFORTABLE).contains(&largest) {
            0
        } else {
            -exponent_of(largest)
        };
        let scaled = |rows: Rows<'_>| -> Vec<f32> {
            let factor = power_of_two(exponent);
            rows.values()
                .iter()
                .map(|&v| if exponent == 0 { v } else { (f64::from(v) * factor) as f32 })
                .collect()
        };
        Self {
            queries: scaled(queries),
            references: scaled(references),
            unscale: power_of_two(-2 * exponent),
            zero_queries: Vec::new(),
            zero_references: Vec::new(),
        }
    }

    /// Squared differences to distances, in place.
    fn finish(&self, metric: Metric, query: usize, first: usize, row: &mut [f32]) {
        match metric {
            Metric::SquaredEuclidean | Metric::Euclidean if self.unscale != 1.0 => {
                let root = metric == Metric::Euclidean;
                for value in row {
                    let square = f64::from(*value) * self.unscale;
                    *value = (if root { square.sqrt() } else { square }) as f32;
                }
            }
            Metric::SquaredEuclidean => {}
            Metric::Euclidean => {
                for value in row {
                    *value = value.sqrt();
                }
            }
            Metric::Cosine if self.zero_queries[query] => row.fill(1.0),
            Metric::Cosine => {
                let zero = &self.zero_references[first..first + row.len()];
                for (value, &zero) in row.iter_mut().zip(zero) {
                    *value = if zero { 1.0 } else { 0.5 * *value };
                }
            }
        }
    }
}

/// Each row divided by its length, and whether that length is 0.
fn unit_rows(rows: Rows<'_>) -> (Vec<f32>, Vec<bool>) {
    let mut units = Vec::with_capacity(rows.values().len());
    let mut zero = Vec::with_capacity(rows.count());
    for row in rows.values().chunks_exact(rows.dim()) {
        let inverse = inverse_length(row);
        zero.push(inverse.is_none());
        units.extend(row.iter().map(|&v| (f64::from(v) * inverse.unwrap_or(0.0)) as f32));
    }
    (units, zero)
}

/// `1 / ‖row‖`, none for a zero row. In f64, so that no finite row overflows.
pub(super) fn inverse_length(row: &[f32]) -> Option<f64> {
    let square: f64 = row.iter().map(|&v| f64::from(v) * f64::from(v)).sum();
    (square > 0.0).then(|| square.sqrt().recip())
}

/// The exponent of a positive finite number: `2^e ≤ x < 2^(e+1)`.
fn exponent_of(x: f32) -> i32 {
    (f64::from(x).to_bits() >> 52) as i32 - 1023
}

/// `2^exponent` as f64, for exponents of f32 numbers and twice those.
fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
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

/// Squared distances of a query block to a span of panels, `distances[query][reference]` with
/// `span` numbers a row.
fn fill_span(queries: &[f32], panels: &[f32], dim: usize, distances: &mut [f32], span: usize) {
    for (number, panel) in panels.chunks_exact(LANES * dim).enumerate() {
        let at = number * LANES;
        for (four, out) in queries.chunks(QUERIES * dim).zip(distances.chunks_mut(QUERIES * span)) {
            let sums = if four.len() == QUERIES * dim {
                squared_differences::<QUERIES>(four, panel, dim)
            } else {
                remainder(four, panel, dim)
            };
            for (row, sum) in out.chunks_exact_mut(span).zip(&sums) {
                row[at..at + LANES].copy_from_slice(sum);
            }
        }
    }
}

/// Fewer than [`QUERIES`] queries at the end of the last block, one at a time.
fn remainder(queries: &[f32], panel: &[f32], dim: usize) -> [[f32; LANES]; QUERIES] {
    let mut sums = [[0.0; LANES]; QUERIES];
    for (query, sum) in queries.chunks_exact(dim).zip(&mut sums) {
        [*sum] = squared_differences::<1>(query, panel, dim);
    }
    sums
}

/// The tile: `Q` queries against the eight references of a panel.
#[inline]
fn squared_differences<const Q: usize>(queries: &[f32], panel: &[f32], dim: usize) -> [[f32; LANES]; Q] {
    let rows: [&[f32]; Q] = std::array::from_fn(|query| &queries[query * dim..(query + 1) * dim]);
    let mut sums = [[0.0_f32; LANES]; Q];
    let (panel, _) = panel.as_chunks::<LANES>();
    for (at, lanes) in panel.iter().enumerate().take(dim) {
        for query in 0..Q {
            let value = rows[query][at];
            for lane in 0..LANES {
                let difference = value - lanes[lane];
                sums[query][lane] += difference * difference;
            }
        }
    }
    sums
}
