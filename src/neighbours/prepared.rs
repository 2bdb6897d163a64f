//! Rows brought into the form in which their distance is summed, and sums made distances.
//!
//! # Scale
//! Sums are f32. A row is *ordinary* if its numbers are 0 or from 2⁻⁴⁰ to 2⁵⁰ in size: no sum of two ordinary rows leaves the
//! range of f32, and their sums need no check. The sum of any other pair is compared with that range; outside it, the pair is
//! computed in f64 by the definition. One huge or tiny row therefore does not change the answers of the others. If most rows
//! are huge or tiny, all are first scaled by one power of two, which is exact and serves speed alone.

use std::borrow::Cow;
use std::ops::Range;

use metriclab_loops::rows::{all_within, negate, ordinary, roots};
use metriclab_loops::sinkhorn::LANES;
use metriclab_loops::tiles::{Sum, panels};

use super::Rows;
use super::index::Source;
use crate::distances::form::{By, Finish, Form, RowForm};
use crate::distances::sinkhorn::Solver;
use crate::distances::{Distance, snr, wide};
use crate::error::{Error, Result};

/// Rows whose largest number has an exponent in here are not scaled.
const COMFORTABLE: Range<i32> = -30..30;
/// Squared differences of unit vectors beyond this are nearly opposite: their rounding is too coarse for the angle.
const OPPOSITE: f32 = 3.96;
/// In place of a value that is not 0 and that f32 would round to 0.
const TINIEST: f32 = f32::from_bits(1);

/// Rows as they were given.
#[derive(Clone, Copy)]
pub(super) enum Given<'a> {
    /// All of them.
    Rows(Rows<'a>),
    /// Some rows of a source, made one by one where they are needed.
    Source { source: &'a dyn Source, first: usize, count: usize },
}

impl<'a> Given<'a> {
    fn count(&self) -> usize {
        match self {
            Self::Rows(rows) => rows.count(),
            Self::Source { count, .. } => *count,
        }
    }

    fn dim(&self) -> usize {
        match self {
            Self::Rows(rows) => rows.dim(),
            Self::Source { source, .. } => source.dim(),
        }
    }

    fn row(&self, at: usize) -> Cow<'a, [f32]> {
        match self {
            Self::Rows(rows) => Cow::Borrowed(rows.row(at)),
            Self::Source { source, first, .. } => {
                source.rows(first + at..first + at + 1).expect("a row that was made before can be made again")
            }
        }
    }
}

/// One of the two sets that are compared.
#[derive(Clone)]
pub(super) struct Side<'a> {
    given: Given<'a>,
    /// The rows in their form; empty where only their panels are kept.
    pub(super) formed: Cow<'a, [f32]>,
    marks: Cow<'a, Marks>,
}

/// Facts of each row of a set.
#[derive(Clone)]
struct Marks {
    ordinary: Vec<bool>,
    all_ordinary: bool,
    /// Whether each row is zero, for angles; empty otherwise.
    zero: Vec<bool>,
    /// The sum of squares of each row, for the signal-to-noise ratio, or its transport to itself; empty otherwise.
    own: Vec<f64>,
}

/// References that are kept for many searches: their panels and facts, without the rows as given.
pub(super) struct Segment {
    pub(super) count: usize,
    pub(super) panels: Vec<f32>,
    exponent: i32,
    marks: Marks,
}

impl Segment {
    pub(super) fn new(rows: Rows<'_>, distance: Distance) -> Self {
        let form = distance.form();
        let exponent = exponent_for(form, &[rows]);
        let Side { formed, marks, .. } = Side::new(rows, form, exponent);
        let dim = formed_dim(form, rows.dim());
        let panels = panels_for(form, &formed, dim);
        Self { count: rows.count(), panels, exponent, marks: marks.into_owned() }
    }

    /// Bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        let Marks { ordinary, zero, own, .. } = &self.marks;
        4 * self.panels.len() + ordinary.len() + zero.len() + 8 * own.len()
    }

    /// With queries, ready to be summed. The segment holds rows `first..` of the source.
    pub(super) fn with<'a>(
        &'a self,
        queries: Rows<'a>,
        distance: Distance,
        source: &'a dyn Source,
        first: usize,
    ) -> Prepared<'a> {
        let form = distance.form();
        let references = Side {
            given: Given::Source { source, first, count: self.count },
            formed: Cow::Borrowed(&[]),
            marks: Cow::Borrowed(&self.marks),
        };
        let queries = Side::new(queries, form, self.exponent);
        Prepared {
            distance,
            form,
            queries,
            references,
            dim: formed_dim(form, source.dim()),
            exponent: self.exponent,
        }
    }
}

/// Two sets of rows in the form of their distance.
pub(super) struct Prepared<'a> {
    distance: Distance,
    pub(super) form: Form,
    pub(super) queries: Side<'a>,
    pub(super) references: Side<'a>,
    /// Numbers of a row in its form.
    pub(super) dim: usize,
    /// Rows are scaled by 2 to this power.
    exponent: i32,
}

impl<'a> Prepared<'a> {
    pub(super) fn new(queries: Rows<'a>, references: Rows<'a>, distance: Distance) -> Self {
        let form = distance.form();
        let dim = formed_dim(form, queries.dim());
        if queries.is(references) {
            let exponent = exponent_for(form, &[references]);
            let references = Side::new(references, form, exponent);
            return Self { distance, form, queries: references.clone(), references, dim, exponent };
        }
        let exponent = exponent_for(form, &[queries, references]);
        let [queries, references] = [queries, references].map(|rows| Side::new(rows, form, exponent));
        Self { distance, form, queries, references, dim, exponent }
    }

    /// Whether the queries are the references.
    #[cfg(feature = "gpu")]
    pub(super) fn is_of_itself(&self) -> bool {
        matches!((self.queries.given, self.references.given), (Given::Rows(x), Given::Rows(y)) if x.is(y))
    }

    /// The distances of a query to some references, summed in the order of a search, so that they have the same bits. Of an
    /// ordinary pair of sets whose form sums: [`Self::is_ordinary`].
    #[cfg(feature = "gpu")]
    pub(super) fn distances(&self, query: usize, references: &[u32], distances: &mut Vec<f32>) {
        let By::Sum(sum) = self.form.by else { unreachable!("a device ranks by sums alone") };
        let row = &self.queries.formed[query * self.dim..(query + 1) * self.dim];
        sum.of_rows(row, &self.references.formed, references, distances);
        match self.form.finish {
            Finish::Scaled { factor, root } => {
                self.finish_sums(factor(self.queries.given.dim()), root, distances);
            }
            _ => {
                for (value, &reference) in distances.chunks_mut(1).zip(references) {
                    self.finish(query, reference as usize, value);
                }
            }
        }
    }

    /// Whether every row is ordinary and none is zero where directions are compared: then sums need nothing but
    /// [`Self::finish`], and a device that has no f64 may compute them.
    #[cfg(feature = "gpu")]
    pub(super) fn is_ordinary(&self) -> bool {
        let side = |side: &Side<'_>| side.marks.all_ordinary && side.marks.zero.iter().all(|&zero| !zero);
        self.exponent == 0 && side(&self.queries) && side(&self.references)
    }

    /// The references in panels, where the form sums; else empty.
    pub(super) fn panels(&self) -> Vec<f32> {
        panels_for(self.form, &self.references.formed, self.dim)
    }

    /// Whether the form sums over the numbers of two rows.
    fn sums(&self) -> bool {
        matches!(self.form.by, By::Sum(_))
    }

    /// For some queries and references: `distances[query][reference]` with `span` numbers a row; sums, where the form sums.
    /// `panels` are those of the references.
    pub(super) fn fill(
        &self,
        queries: Range<usize>,
        references: Range<usize>,
        panels: &[f32],
        distances: &mut [f32],
        span: usize,
    ) {
        match self.form.by {
            By::Sum(sum) => {
                let rows = &self.queries.formed[queries.start * self.dim..queries.end * self.dim];
                sum.fill(rows, panels, self.dim, distances, span);
            }
            By::Definition => self.fill_by_definition(queries, references, distances, span),
            By::Sinkhorn(epsilon) => self.fill_by_transport(queries, references, epsilon, distances, span),
        }
    }

    fn fill_by_definition(
        &self,
        queries: Range<usize>,
        references: Range<usize>,
        distances: &mut [f32],
        span: usize,
    ) {
        let references: Vec<f64> = references.flat_map(|at| wide(&self.references.given.row(at))).collect();
        for (query, row) in queries.zip(distances.chunks_exact_mut(span)) {
            let query = wide(&self.queries.given.row(query));
            for (value, reference) in row.iter_mut().zip(references.chunks_exact(self.dim)) {
                *value = narrow(self.distance.apart(self.distance.between_wide(&query, reference)));
            }
        }
    }

    fn fill_by_transport(
        &self,
        queries: Range<usize>,
        references: Range<usize>,
        epsilon: f64,
        distances: &mut [f32],
        span: usize,
    ) {
        let mut solver = Solver::new(self.dim, epsilon);
        let given: Vec<Cow<'_, [f32]>> = references.clone().map(|at| self.references.given.row(at)).collect();
        let all: Vec<&[f32]> = given.iter().map(AsRef::as_ref).collect();
        let own = &self.references.marks.own[references];
        for (query, row) in queries.zip(distances.chunks_exact_mut(span)) {
            let x = self.queries.given.row(query);
            for (group, values) in row[..all.len()].chunks_mut(LANES).enumerate() {
                let at = group * LANES;
                let across = solver.across(&x, &all[at..at + values.len()]);
                for (lane, value) in values.iter_mut().enumerate() {
                    let divergence =
                        Solver::divergence(across[lane], self.queries.marks.own[query], own[at + lane]);
                    // A row is at exactly 0 from its duplicate, as by the other distances.
                    *value = if *x == *all[at + lane] { 0.0 } else { narrow(divergence) };
                }
            }
        }
    }

    /// Sums of a query to distances, in place.
    pub(super) fn finish(&self, query: usize, first: usize, row: &mut [f32]) {
        let outside = self.outside(query, first, row);
        match self.form.finish {
            Finish::Scaled { factor, root } => {
                self.finish_sums(factor(self.queries.given.dim()), root, row);
            }
            Finish::Cosine | Finish::Angle => self.finish_angles(query, first, row),
            Finish::Signal => {
                let signal = self.queries.marks.own[query];
                for (value, other) in row.iter_mut().zip(&self.references.marks.own[first..]) {
                    *value = narrow(snr::ratio(f64::from(*value), signal, *other));
                }
            }
        }
        for at in outside {
            row[at] = narrow(self.exact(query, first + at));
        }
    }

    /// The pairs whose sum has left the range in which it is exact to rounding.
    fn outside(&self, query: usize, first: usize, row: &[f32]) -> Vec<usize> {
        let ordinary = self.queries.marks.ordinary[query];
        let By::Sum(sum) = self.form.by else { return Vec::new() };
        let most = match self.form.finish {
            // 1 − s has the precision of 1.
            Finish::Cosine => return Vec::new(),
            Finish::Angle => OPPOSITE,
            _ if ordinary && self.references.marks.all_ordinary => return Vec::new(),
            _ => f32::MAX,
        };
        let least = sum.least(self.dim);
        if all_within(row, least, most) {
            return Vec::new();
        }
        let outside = |&at: &usize| {
            let size = row[at].abs();
            let exact = ordinary && self.references.marks.ordinary[first + at] && size <= most;
            !exact && !(least..=most).contains(&size)
        };
        (0..row.len()).filter(outside).collect()
    }

    /// The distance by definition.
    fn exact(&self, query: usize, reference: usize) -> f64 {
        exact(self.distance, &self.queries.given.row(query), &self.references.given.row(reference))
    }

    fn finish_sums(&self, factor: f64, root: bool, row: &mut [f32]) {
        let narrow_factor = factor as f32;
        if self.exponent != 0 {
            let factor = factor * power_of_two(-2 * self.exponent);
            for value in row {
                let scaled = f64::from(*value) * factor;
                *value = narrow(if root { scaled.sqrt() } else { scaled });
            }
        } else if root && factor == 1.0 {
            roots(row);
        } else if root {
            row.iter_mut().for_each(|value| *value = (*value * narrow_factor).sqrt());
        } else if factor == -1.0 {
            negate(row);
        } else if factor != 1.0 {
            row.iter_mut().for_each(|value| *value *= narrow_factor);
        }
    }

    /// From squared differences of unit vectors, c: 1 − s = c/2, the angle 2 asin(√c / 2).
    fn finish_angles(&self, query: usize, first: usize, row: &mut [f32]) {
        let cosine = matches!(self.form.finish, Finish::Cosine);
        let right_angle = if cosine { 1.0 } else { std::f32::consts::FRAC_PI_2 };
        let zero_query = self.queries.marks.zero[query];
        let zero = &self.references.marks.zero[first..first + row.len()];
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

    /// Whether f32 can hold these distances of a query. A dot product that is nearly 0 counts as 0.
    ///
    /// # Errors
    /// `distance.out_of_range`.
    pub(super) fn check_row(&self, query: usize, first: usize, row: &[f32]) -> Result<()> {
        if self.exponent == 0
            && self.queries.marks.ordinary[query]
            && self.references.marks.all_ordinary
            && self.sums()
        {
            return Ok(());
        }
        for (at, &value) in row.iter().enumerate() {
            let tiny = value.abs() == TINIEST && !self.distance.is_similarity();
            if !value.is_finite() || tiny {
                self.check(query, first + at, value)?;
            }
        }
        Ok(())
    }

    /// Whether f32 can hold this distance.
    ///
    /// # Errors
    /// `distance.out_of_range`.
    pub(super) fn check(&self, query: usize, reference: usize, value: f32) -> Result<()> {
        if is_held(value, || Ok(self.exact(query, reference)))? {
            Ok(())
        } else {
            Err(Error::DistanceOutOfRange { query, reference })
        }
    }
}

/// The distance of two rows by definition.
pub(super) fn exact(distance: Distance, x: &[f32], y: &[f32]) -> f64 {
    if x == y && !distance.is_similarity() { 0.0 } else { distance.apart(distance.between_unchecked(x, y)) }
}

/// Whether f32 can hold the exact distance that became `value`.
///
/// # Errors
/// Those of `exact`.
pub(super) fn is_held(value: f32, exact: impl FnOnce() -> Result<f64>) -> Result<bool> {
    match value.abs() {
        TINIEST => Ok(exact()? as f32 != 0.0),
        size => Ok(size.is_finite()),
    }
}

impl<'a> Side<'a> {
    /// How many rows there are.
    pub(super) fn count(&self) -> usize {
        self.given.count()
    }

    fn new(given: Rows<'a>, form: Form, exponent: i32) -> Self {
        let dim = given.dim();
        let factor = power_of_two(exponent);
        let (mut zero, mut own) = (Vec::new(), Vec::new());
        let formed = match form.rows {
            RowForm::Plain if exponent == 0 => Cow::Borrowed(given.values()),
            RowForm::Unit => {
                let (units, zeros) = unit_rows(given);
                zero = zeros;
                Cow::Owned(units)
            }
            other => Cow::Owned(formed(given, other, factor)),
        };
        if matches!(form.finish, Finish::Signal) {
            let square = |row: &[f32]| centred(row, factor).map(|x| x * x).sum();
            own = given.values().chunks_exact(dim).map(square).collect();
        }
        if let By::Sinkhorn(epsilon) = form.by {
            let mut solver = Solver::new(dim, epsilon);
            let rows: Vec<&[f32]> = given.values().chunks_exact(dim).collect();
            own = rows.chunks(LANES).flat_map(|rows| solver.own(rows).into_iter().take(rows.len())).collect();
        }
        let width = (formed.len() / given.count().max(1)).max(1);
        let vanished = |(given, formed): (&f32, &f32)| *given != 0.0 && *formed == 0.0;
        let ordinary = formed.chunks_exact(width).enumerate().map(|(at, row)| {
            ordinary(row) && (exponent == 0 || !given.row(at).iter().zip(row).any(vanished))
        });
        let ordinary: Vec<bool> = ordinary.collect();
        let all_ordinary = ordinary.iter().all(|&ordinary| ordinary);
        let marks = Marks { ordinary, all_ordinary, zero, own };
        Self { given: Given::Rows(given), formed, marks: Cow::Owned(marks) }
    }
}

/// Numbers of a row in its form.
fn formed_dim(form: Form, given: usize) -> usize {
    if form.rows == RowForm::Cumulated { given.max(2) - 1 } else { given }
}

fn panels_for(form: Form, formed: &[f32], dim: usize) -> Vec<f32> {
    if matches!(form.by, By::Sum(_)) { panels(formed, dim) } else { Vec::new() }
}

/// The nearest f32, but never 0 for what is not 0.
fn narrow(value: f64) -> f32 {
    let nearest = value as f32;
    if nearest == 0.0 && value != 0.0 { TINIEST.copysign(nearest) } else { nearest }
}

/// The power of two that brings the middle row to about 1, where sums of squares or products of most rows would leave the range
/// of f32; else 0.
fn exponent_for(form: Form, sets: &[Rows<'_>]) -> i32 {
    let scalable = matches!(form.rows, RowForm::Plain | RowForm::Centred)
        && matches!(form.by, By::Sum(Sum::Squares | Sum::Products));
    let rows = || sets.iter().flat_map(|set| set.values().chunks_exact(set.dim()));
    if !scalable || rows().all(ordinary) {
        return 0;
    }
    let largest = rows().map(|row| row.iter().fold(0.0_f32, |most, x| most.max(x.abs())));
    let mut exponents: Vec<i32> = largest.filter(|&most| most > 0.0).map(exponent_of).collect();
    if exponents.is_empty() {
        return 0;
    }
    let middle = exponents.len() / 2;
    let (_, &mut middle, _) = exponents.select_nth_unstable(middle);
    if COMFORTABLE.contains(&middle) { 0 } else { -middle }
}

/// A row less its mean, times a factor.
fn centred(row: &[f32], factor: f64) -> impl Iterator<Item = f64> {
    let mean = row.iter().map(|&x| f64::from(x)).sum::<f64>() / row.len() as f64;
    row.iter().map(move |&x| (f64::from(x) - mean) * factor)
}

/// Rows in a form that needs one row alone.
fn formed(rows: Rows<'_>, form: RowForm, factor: f64) -> Vec<f32> {
    let each = rows.values().chunks_exact(rows.dim());
    match form {
        RowForm::Centred => each.flat_map(|row| centred(row, factor).map(|x| x as f32)).collect(),
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
        RowForm::Plain | RowForm::Unit => {
            rows.values().iter().map(|&x| (f64::from(x) * factor) as f32).collect()
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
fn inverse_length(row: &[f32]) -> Option<f64> {
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
