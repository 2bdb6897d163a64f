//! The form in which a distance is computed: unit vectors for the angle, running sums for Wasserstein, square roots for
//! Hellinger; and how sums over the numbers of two rows become distances.

use metriclab_loops::rows::{negate, roots};
use metriclab_loops::tiles::Sum;

use super::Rows;
use super::tiles::By;
use crate::distances::Distance;

/// Beyond this a squared difference could leave the range of f32, below its inverse vanish.
const COMFORTABLE: f32 = 1e15;

/// How a distance is computed: rows brought into a form, numbers summed, sums turned into distances.
#[derive(Clone, Copy)]
pub(super) struct Form {
    rows: RowForm,
    pub(super) by: By,
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
        let (rows, by) = match distance {
            Distance::Euclidean | Distance::SquaredEuclidean | Distance::Mahalanobis => {
                (Comfortable, By::Sum(Sum::Squares))
            }
            Distance::Cosine | Distance::Angle => (Unit, By::Sum(Sum::Squares)),
            Distance::Dot => (Plain, By::Sum(Sum::Products)),
            Distance::Manhattan => (Plain, By::Sum(Sum::Absolutes)),
            Distance::Chebyshev => (Plain, By::Sum(Sum::Largest)),
            Distance::Minkowski { p } => (Plain, By::Sum(Sum::Powers(p as f32))),
            Distance::Snr => (Centred, By::Sum(Sum::Squares)),
            Distance::Hellinger => (Roots, By::Sum(Sum::Squares)),
            Distance::Wasserstein => (Cumulated, By::Sum(Sum::Absolutes)),
            Distance::Energy | Distance::RootEnergy => (Cumulated, By::Sum(Sum::Squares)),
            Distance::SampleWasserstein => (Sorted, By::Sum(Sum::Absolutes)),
            Distance::KullbackLeibler
            | Distance::JensenShannon
            | Distance::RootJensenShannon
            | Distance::Sinkhorn { .. }
            | Distance::SampleEnergy
            | Distance::RootSampleEnergy => (Plain, By::Definition(distance)),
        };
        Self { rows, by }
    }
}

/// Rows in the form of their distance.
pub(super) struct Prepared {
    distance: Distance,
    pub(super) form: Form,
    pub(super) queries: Vec<f32>,
    pub(super) references: Vec<f32>,
    /// Numbers of a row in its form.
    pub(super) dim: usize,
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
    pub(super) fn new(queries: Rows<'_>, references: Rows<'_>, distance: Distance) -> Self {
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

    /// Whether some row is zero where directions are compared: it then stands at a right angle to all, whatever its sum.
    #[cfg(feature = "gpu")]
    pub(super) fn has_zero_rows(&self) -> bool {
        self.zero_queries.iter().chain(&self.zero_references).any(|&zero| zero)
    }

    /// Whether sums need nothing but the root, sign or factor of their distance.
    #[cfg(feature = "gpu")]
    pub(super) fn plain(&self) -> bool {
        self.unscale == 1.0
    }

    /// Sums to distances, in place.
    pub(super) fn finish(&self, query: usize, first: usize, row: &mut [f32]) {
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
            Distance::Euclidean | Distance::Mahalanobis => roots(row),
            Distance::Cosine | Distance::Angle => self.finish_angles(query, first, row),
            Distance::Dot => negate(row),
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
