//! All distances between two sets of rows, a tile at a time: the kernel under every search.
//!
//! Most distances are a plain sum over the numbers of two rows once these are brought into a form of their own: unit
//! vectors for the angle, running sums for Wasserstein, square roots for Hellinger. [`Form`] says which. What has no
//! such form is computed by its definition, pair by pair.
//!
//! References are laid out in panels of eight, number by number, so that a tile of four queries and
//! eight references accumulates `(q−r)²` in eight-wide arrays, which LLVM turns into SSE, AVX or
//! simd128 instructions. The difference form is kept throughout: a row is at exactly 0 from its
//! duplicate, and near neighbours far from the origin lose no digits, as `‖q‖² + ‖r‖² − 2q·r` would.

use super::Rows;
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

/// What is summed over the numbers of two rows.
#[derive(Clone, Copy)]
enum Sum {
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

/// How a distance is computed: rows brought into a form, numbers summed, sums turned into distances.
#[derive(Clone, Copy)]
struct Form {
    rows: RowForm,
    sum: Sum,
}

/// What is done to each row first.
#[derive(Clone, Copy, PartialEq)]
enum RowForm {
    /// Scaled by a power of two where squares could overflow or vanish.
    Comfortable,
    /// As it is.
    Plain,
    /// Divided by its length.
    Unit,
    /// Its mean taken off.
    Centred,
    /// Running sums but the last.
    Cumulated,
    /// √x.
    Roots,
    /// In order of size.
    Sorted,
}

impl Form {
    fn of(distance: Distance) -> Self {
        use RowForm::{Centred, Comfortable, Cumulated, Plain, Roots, Sorted, Unit};
        let (rows, sum) = match distance {
            Distance::Euclidean | Distance::SquaredEuclidean | Distance::Mahalanobis => {
                (Comfortable, Sum::Squares)
            }
            Distance::Cosine | Distance::Angle => (Unit, Sum::Squares),
            Distance::Dot => (Plain, Sum::Products),
            Distance::Manhattan => (Plain, Sum::Absolutes),
            Distance::Chebyshev => (Plain, Sum::Largest),
            Distance::Minkowski { p } => (Plain, Sum::Powers(p as f32)),
            Distance::Snr => (Centred, Sum::Squares),
            Distance::Hellinger => (Roots, Sum::Squares),
            Distance::Wasserstein => (Cumulated, Sum::Absolutes),
            Distance::Energy | Distance::RootEnergy => (Cumulated, Sum::Squares),
            Distance::SampleWasserstein => (Sorted, Sum::Absolutes),
            Distance::KullbackLeibler
            | Distance::JensenShannon
            | Distance::RootJensenShannon
            | Distance::Sinkhorn { .. }
            | Distance::SampleEnergy
            | Distance::RootSampleEnergy => (Plain, Sum::Whole(distance)),
        };
        Self { rows, sum }
    }
}

/// Rows in the form of their distance.
struct Prepared {
    distance: Distance,
    form: Form,
    queries: Vec<f32>,
    references: Vec<f32>,
    /// Numbers of a row in its form.
    dim: usize,
    /// Numbers of a row as given.
    given: usize,
    /// What a squared distance is multiplied by; a power of four.
    unscale: f64,
    /// Whether each row is zero, for the angle; empty otherwise.
    zero_queries: Vec<bool>,
    zero_references: Vec<bool>,
    /// What each query's sums are divided by, for the signal-to-noise ratio; empty otherwise.
    signals: Vec<f32>,
}

impl Prepared {
    fn new(queries: Rows<'_>, references: Rows<'_>, distance: Distance) -> Self {
        let form = Form::of(distance);
        let mut prepared = Self {
            distance,
            form,
            queries: Vec::new(),
            references: Vec::new(),
            dim: queries.dim(),
            given: queries.dim(),
            unscale: 1.0,
            zero_queries: Vec::new(),
            zero_references: Vec::new(),
            signals: Vec::new(),
        };
        match form.rows {
            RowForm::Comfortable => prepared.scale(queries, references),
            RowForm::Unit => {
                (prepared.queries, prepared.zero_queries) = unit_rows(queries);
                (prepared.references, prepared.zero_references) = unit_rows(references);
            }
            other => {
                prepared.queries = formed(queries, other);
                prepared.references = formed(references, other);
            }
        }
        if distance == Distance::Snr {
            let signal = |row: &[f32]| row.iter().map(|x| x * x).sum::<f32>().max(LEAST_SIGNAL);
            prepared.signals = prepared.queries.chunks_exact(prepared.dim).map(signal).collect();
        }
        if form.rows == RowForm::Cumulated && prepared.dim > 1 {
            prepared.dim -= 1;
        }
        prepared
    }

    fn scale(&mut self, queries: Rows<'_>, references: Rows<'_>) {
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
        self.queries = scaled(queries);
        self.references = scaled(references);
        self.unscale = power_of_two(-2 * exponent);
    }

    /// Sums to distances, in place.
    fn finish(&self, query: usize, first: usize, row: &mut [f32]) {
        let step = 1.0 / (self.given.max(2) - 1) as f32;
        let each =
            |row: &mut [f32], of: &dyn Fn(f32) -> f32| row.iter_mut().for_each(|value| *value = of(*value));
        match self.distance {
            Distance::SquaredEuclidean | Distance::Euclidean | Distance::Mahalanobis
                if self.unscale != 1.0 =>
            {
                let root = self.distance != Distance::SquaredEuclidean;
                for value in row {
                    let square = f64::from(*value) * self.unscale;
                    *value = (if root { square.sqrt() } else { square }) as f32;
                }
            }
            Distance::Euclidean | Distance::Mahalanobis => {
                for value in row {
                    *value = value.sqrt();
                }
            }
            Distance::Cosine | Distance::Angle => self.finish_angles(query, first, row),
            Distance::Dot => each(row, &|sum| -sum),
            Distance::Minkowski { p } => each(row, &|sum| sum.powf(1.0 / p as f32)),
            Distance::Snr => each(row, &|sum| sum / self.signals[query]),
            Distance::Hellinger => each(row, &|sum| (0.5 * sum).sqrt()),
            Distance::Wasserstein => each(row, &|sum| sum * step),
            Distance::Energy => each(row, &|sum| 2.0 * sum * step),
            Distance::RootEnergy => each(row, &|sum| (2.0 * sum * step).sqrt()),
            Distance::SampleWasserstein => each(row, &|sum| sum / self.given as f32),
            Distance::SquaredEuclidean
            | Distance::Manhattan
            | Distance::Chebyshev
            | Distance::KullbackLeibler
            | Distance::JensenShannon
            | Distance::RootJensenShannon
            | Distance::Sinkhorn { .. }
            | Distance::SampleEnergy
            | Distance::RootSampleEnergy => {}
        }
    }

    /// From squared differences of unit vectors, c: 1 − s = c/2, the angle 2 asin(√c / 2).
    fn finish_angles(&self, query: usize, first: usize, row: &mut [f32]) {
        let cosine = self.distance == Distance::Cosine;
        let right_angle = if cosine { 1.0 } else { std::f32::consts::FRAC_PI_2 };
        let zero_query = self.zero_queries[query];
        let zero = &self.zero_references[first..first + row.len()];
        for (value, &zero) in row.iter_mut().zip(zero) {
            *value = match (zero_query, zero) {
                // Two zero rows are the same direction, as far as an angle can tell.
                (true, true) if !cosine => 0.0,
                (true, _) | (_, true) => right_angle,
                _ if cosine => 0.5 * *value,
                _ => 2.0 * value.sqrt().atan2((4.0 - *value).max(0.0).sqrt()),
            };
        }
    }
}

/// Below this sum of squared deviations a row carries no signal, as in the tensor form.
const LEAST_SIGNAL: f32 = 1e-12;

/// Rows in a form that needs one row alone.
fn formed(rows: Rows<'_>, form: RowForm) -> Vec<f32> {
    let each = rows.values().chunks_exact(rows.dim());
    match form {
        RowForm::Centred => each
            .flat_map(|row| {
                let mean = row.iter().map(|&x| f64::from(x)).sum::<f64>() / row.len() as f64;
                row.iter().map(move |&x| (f64::from(x) - mean) as f32)
            })
            .collect(),
        RowForm::Cumulated if rows.dim() == 1 => vec![0.0; rows.count()],
        RowForm::Cumulated => each
            .flat_map(|row| {
                let mut sum = 0.0_f64;
                row[..row.len() - 1].iter().map(move |&x| {
                    sum += f64::from(x);
                    sum as f32
                })
            })
            .collect(),
        RowForm::Roots => rows.values().iter().map(|x| x.max(0.0).sqrt()).collect(),
        RowForm::Sorted => each
            .flat_map(|row| {
                let mut row = row.to_vec();
                row.sort_unstable_by(f32::total_cmp);
                row
            })
            .collect(),
        RowForm::Plain | RowForm::Comfortable | RowForm::Unit => rows.values().to_vec(),
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
