//! Is it a metric? The three axioms, tried out on points.
//!
//! d is a metric where, for all x, y, z,
//! ```text
//! identity:  d(x, x) = 0,  and d(x, y) = 0 only for x = y
//! symmetry:  d(x, y) = d(y, x)
//! triangle:  d(x, z) ≤ d(x, y) + d(y, z)
//! ```
//! A test can refute an axiom, by a counterexample, and never prove it: a finding says "no
//! counterexample among the points tried". Points alone seldom show that d(x, 2x) = 0, so a few probes
//! made of them join in: 2x and x + s for vectors, and the middle of two points, where a
//! squared distance is longer than by way of it. Whether a distance is a metric at all is a fact of its file,
//! [`Facts::verdict`](crate::distances::Facts).
//!
//! The bound below which a value counts as 0 is relative to the numbers of the two or three rows compared. The answer
//! therefore depends neither on their unit nor on other rows.

use serde::Serialize;

use crate::distances::{Distance, Facts, RowKind, wide};
use crate::error::{Error, Result};
use crate::neighbours::Rows;
use crate::random::Random;

/// Up to this many points every triple is tried, beyond it [`TRIPLES`] drawn ones.
const ALL_TRIPLES_UP_TO: usize = 64;
/// Triples, and pairs, that are drawn.
const TRIPLES: usize = 200_000;
/// Points from which probes are made.
const PROBED: usize = 4;
/// How different two rows must be, relative to their largest number, to be two.
const SAME_POINT: f64 = 1e-4;

/// How a point came to be tried.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Origin {
    /// A point that was given.
    Given {
        /// Its row.
        index: usize,
    },
    /// 2x.
    Doubled {
        /// Row of x.
        index: usize,
    },
    /// x + s in every number.
    Shifted {
        /// Row of x.
        index: usize,
        /// s: 1 for points whose numbers are up to 2, else the power of two for their unit.
        by: f32,
    },
    /// (x + y) / 2.
    Middle {
        /// Rows of x and y.
        of: [usize; 2],
    },
}

/// Two or three points that break an axiom.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counterexample {
    /// x, y (and z).
    pub points: Vec<Origin>,
    /// Their numbers.
    pub rows: Vec<Vec<f32>>,
    /// The values compared: d(x, x) or d(x, y); d(x, y), d(y, x); d(x, z), d(x, y), d(y, z).
    pub values: Vec<f64>,
    /// By how much the axiom is missed.
    pub by: f64,
}

/// The finding on one axiom.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// False where a counterexample was found.
    pub holds: bool,
    /// How many pairs or triples were tried.
    pub tried: usize,
    /// The worst counterexample.
    pub worst: Option<Counterexample>,
}

/// The findings on all three.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Axioms {
    /// d(x, x) = 0, and d(x, y) = 0 only for x = y.
    pub identity: Finding,
    /// d(x, y) = d(y, x).
    pub symmetry: Finding,
    /// d(x, z) ≤ d(x, y) + d(y, z).
    pub triangle: Finding,
    /// Whether pairs and triples were drawn, there being too many to try all.
    pub sampled: bool,
}

impl Axioms {
    /// Whether no counterexample to any axiom was found.
    pub fn is_metric(&self) -> bool {
        self.identity.holds && self.symmetry.holds && self.triangle.holds
    }
}

/// Bytes of the points that are tried: 64 MiB.
const LIMIT: u64 = 64 << 20;
/// Bytes of a point next to its numbers, which are there as f32 and as f64.
const POINT: u64 = 128;

/// Tries the axioms on `values`, rows of `dim` numbers, and on probes made of them. The cosine is tried as 1 − s, the
/// dot product as it is. Draws, where there are too many triples, follow `seed`.
///
/// # Errors
/// `shape.mismatch` unless `dim` divides the length; `data.not_finite`; `rows.not_histogram`; `config.invalid` for fewer
/// than three rows, a `dim` of 0 or a bad setting of the distance; `data.too_large` for points that take more than 64 MiB.
pub fn check(distance: Distance, values: &[f32], dim: usize, seed: u32) -> Result<Axioms> {
    if dim == 0 {
        return Err(Error::config("dim", "must be at least 1, is 0"));
    }
    let rows = Rows::new("points", values, dim)?;
    rows.suit("points", distance)?;
    if rows.count() < 3 {
        return Err(Error::config("points", format!("must be at least 3, are {}", rows.count())));
    }
    let bytes = 12 * values.len() as u64 + POINT * rows.count() as u64;
    if bytes > LIMIT {
        return Err(Error::DataTooLarge { bytes, limit: LIMIT });
    }
    Ok(Trial::new(distance, values, dim).run(&mut Random::new(u64::from(seed))))
}

struct Point {
    origin: Origin,
    row: Vec<f32>,
    wide: Vec<f64>,
    /// Largest number.
    size: f64,
}

struct Trial {
    distance: Distance,
    facts: &'static Facts,
    points: Vec<Point>,
}

impl Trial {
    fn new(distance: Distance, values: &[f32], dim: usize) -> Self {
        let given: Vec<&[f32]> = values.chunks_exact(dim).collect();
        let mut trial = Self { distance, facts: distance.facts(), points: Vec::new() };
        for (index, row) in given.iter().enumerate() {
            trial.add(Origin::Given { index }, row.to_vec());
        }
        for index in 0..PROBED.min(given.len() - 1) {
            let (x, y) = (given[index], given[index + 1]);
            let middle = x.iter().zip(y).map(|(a, b)| 0.5 * a + 0.5 * b).collect();
            trial.add(Origin::Middle { of: [index, index + 1] }, middle);
            if trial.facts.rows != RowKind::Histograms {
                trial.add(Origin::Doubled { index }, x.iter().map(|v| 2.0 * v).collect());
                let by = unit_of(x);
                trial.add(Origin::Shifted { index, by }, x.iter().map(|v| v + by).collect());
            }
        }
        trial
    }

    /// A probe beyond the range of f32 is left out.
    fn add(&mut self, origin: Origin, row: Vec<f32>) {
        if row.iter().all(|x| x.is_finite()) {
            let wide = wide(&row);
            let size = wide.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
            self.points.push(Point { origin, row, wide, size });
        }
    }

    /// The value as a distance; the dot product as it is, since −x·y is none either.
    fn d(&self, i: usize, j: usize) -> f64 {
        let value = self.distance.between_wide(&self.points[i].wide, &self.points[j].wide);
        if self.distance == Distance::Dot { value } else { self.distance.apart(value) }
    }

    /// Up to this a value between these points counts as 0.
    fn zero<const N: usize>(&self, points: [usize; N]) -> f64 {
        let size = points.iter().fold(f64::MIN_POSITIVE, |most, &point| most.max(self.points[point].size));
        // Histograms have the unit 1.
        self.facts.noise * self.facts.degree.map_or(1.0, |degree| size.powf(degree))
    }

    fn run(&self, random: &mut Random) -> Axioms {
        let count = self.points.len();
        let sampled = count > ALL_TRIPLES_UP_TO;
        let table: Vec<f64> = if sampled {
            Vec::new()
        } else {
            (0..count * count).map(|at| self.d(at / count, at % count)).collect()
        };
        let d = |i: usize, j: usize| if sampled { self.d(i, j) } else { table[i * count + j] };
        let [mut identity, mut symmetry, mut triangle] = [0; 3].map(|_: usize| Worst::default());
        for i in 0..count {
            identity.offer(d(i, i).abs() - self.zero([i]), &[i, i], || vec![d(i, i)]);
        }
        let mut each_pair = |i: usize, j: usize| {
            // Two points at distance 0: the farther apart they are, the worse.
            let (value, zero) = (d(i, j), self.zero([i, j]));
            let difference = self.difference(i, j);
            let same = value.abs() <= zero && difference > SAME_POINT;
            identity.offer(if same { difference } else { -1.0 }, &[i, j], || vec![value]);
            let back = d(j, i);
            symmetry.offer((value - back).abs() - zero, &[i, j], || vec![value, back]);
        };
        let mut each_triple = |i: usize, j: usize, k: usize| {
            let (whole, first, second) = (d(i, k), d(i, j), d(j, k));
            let by = whole - first - second - self.zero([i, j, k]);
            triangle.offer(by, &[i, j, k], || vec![whole, first, second]);
        };
        if sampled {
            for _ in 0..TRIPLES {
                let [i, j, k] = [0; 3].map(|_: usize| random.below(count));
                if i != j {
                    each_pair(i, j);
                }
                each_triple(i, j, k);
            }
        } else {
            (0..count).for_each(|i| (0..count).filter(|&j| j != i).for_each(|j| each_pair(i, j)));
            (0..count).for_each(|i| {
                (0..count).for_each(|j| (0..count).for_each(|k| each_triple(i, j, k)));
            });
        }
        let [identity, symmetry, triangle] = [identity, symmetry, triangle].map(|worst| worst.finding(self));
        Axioms { identity, symmetry, triangle, sampled }
    }

    /// Largest difference of two rows' numbers, relative to the largest number; samples are compared in order of size.
    fn difference(&self, i: usize, j: usize) -> f64 {
        let row = |i: usize| {
            let mut row = self.points[i].wide.clone();
            if self.facts.rows == RowKind::Samples {
                row.sort_unstable_by(f64::total_cmp);
            }
            row
        };
        let largest = self.points[i].size.max(self.points[j].size).max(f64::MIN_POSITIVE);
        row(i).iter().zip(row(j)).fold(0.0_f64, |most, (x, y)| most.max((x - y).abs())) / largest
    }
}

/// The power of two up to the largest number of a row; 1 for a zero row.
fn unit_of(row: &[f32]) -> f32 {
    let largest = row.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    if largest == 0.0 { 1.0 } else { largest.log2().floor().exp2() }
}

/// The worst counterexample so far.
#[derive(Default)]
struct Worst {
    tried: usize,
    found: Option<(f64, Vec<usize>, Vec<f64>)>,
}

impl Worst {
    fn offer(&mut self, by: f64, points: &[usize], values: impl Fn() -> Vec<f64>) {
        self.tried += 1;
        if by > self.found.as_ref().map_or(0.0, |(worst, ..)| *worst) {
            self.found = Some((by, points.to_vec(), values()));
        }
    }

    fn finding(self, trial: &Trial) -> Finding {
        let worst = self.found.map(|(by, points, values)| Counterexample {
            points: points.iter().map(|&i| trial.points[i].origin).collect(),
            rows: points.iter().map(|&i| trial.points[i].row.clone()).collect(),
            values,
            by,
        });
        Finding { holds: worst.is_none(), tried: self.tried, worst }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_unit_vectors_without_probes_the_angle_is_a_metric() {
        let points: Vec<f32> = (0..12).flat_map(|i| [(i as f32).cos(), (i as f32).sin()]).collect();
        let mut trial = Trial::new(Distance::Angle, &points, 2);
        trial.points.truncate(12);
        assert!(trial.run(&mut Random::new(1)).is_metric(), "angles between unit vectors");
        let mut trial = Trial::new(Distance::Cosine, &points, 2);
        trial.points.truncate(12);
        let axioms = trial.run(&mut Random::new(1));
        assert!(
            axioms.identity.holds && axioms.symmetry.holds,
            "on unit vectors 1 − s is 0 only for the same"
        );
        assert!(!axioms.triangle.holds, "and takes no straight way");
    }

    #[test]
    fn the_worst_counterexample_is_worked_by_hand() {
        // 0, 1, 3 on a line: squared 9 against 1 + 4.
        let axioms = check(Distance::SquaredEuclidean, &[0.0, 1.0, 3.0], 1, 1).expect("three points");
        let worst = axioms.triangle.worst.expect("squares break the triangle");
        assert_eq!(worst.values, [9.0, 1.0, 4.0], "from 0 to 3, and by way of 1");
        assert!((worst.by - 4.0).abs() < 1e-6, "9 − 1 − 4: {worst:?}");
        assert_eq!(worst.rows, [[0.0], [1.0], [3.0]], "the three points, as given");
    }

    #[test]
    fn many_points_are_sampled_and_repeat() {
        let mut random = Random::new(3);
        let points: Vec<f32> = (0..400).map(|_| random.normal()).collect();
        let run = || check(Distance::SquaredEuclidean, &points, 2, 7).expect("two hundred points");
        let axioms = run();
        assert!(axioms.sampled && axioms.triangle.tried == TRIPLES, "drawn triples");
        assert!(!axioms.triangle.holds && axioms.symmetry.holds, "found all the same");
        assert_eq!(axioms, run(), "the seed decides");
    }

    #[test]
    fn what_cannot_be_tried_is_refused() {
        let code = |distance, values: &[f32], dim| {
            check(distance, values, dim, 1).expect_err("nothing to try").code()
        };
        assert_eq!(code(Distance::Euclidean, &[0.0, 1.0], 1), "config.invalid", "two points");
        assert_eq!(code(Distance::Euclidean, &[0.0, 1.0, 2.0], 2), "shape.mismatch", "half a point");
        assert_eq!(code(Distance::Euclidean, &[0.0; 3], 0), "config.invalid", "no numbers");
        assert_eq!(code(Distance::Euclidean, &[0.0, f32::NAN, 2.0], 1), "data.not_finite", "NaN");
        assert_eq!(
            code(Distance::Energy, &[0.5, 0.4, 0.5, 0.5, 1.0, 0.0], 2),
            "rows.not_histogram",
            "sum 0.9"
        );
        assert_eq!(code(Distance::Minkowski { p: 0.5 }, &[0.0; 3], 1), "config.invalid", "p below 1");
    }
}
