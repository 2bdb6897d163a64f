//! Is it a metric? The three axioms, tried out on points.
//!
//! d is a metric where, for all x, y, z,
//! ```text
//! identity:  d(x, x) = 0,  and d(x, y) = 0 only for x = y
//! symmetry:  d(x, y) = d(y, x)
//! triangle:  d(x, z) ≤ d(x, y) + d(y, z)
//! ```
//! A test can refute an axiom, by a counterexample, and never prove it: a verdict says "no
//! counterexample among what was tried". Points alone seldom show that d(x, 2x) = 0, so a few probes
//! made of them join in: 2x and x + 1 for vectors, and the middle of two points, where a
//! squared distance shows that it takes no straight way.

use serde::Serialize;

use crate::distances::{Distance, RowKind, check_histograms};
use crate::error::{Error, Result};
use crate::random::Random;

/// Up to this many points every triple is tried, beyond it [`TRIPLES`] drawn ones.
const ALL_TRIPLES_UP_TO: usize = 64;
/// Triples, and pairs, that are drawn.
const TRIPLES: usize = 200_000;
/// Points from which probes are made.
const PROBED: usize = 4;
/// What counts as 0 beside the largest value: f64 rounding.
const TOLERANCE: f64 = 1e-9;
/// The same for a value that is reached step by step.
const FIXED_POINT_TOLERANCE: f64 = 1e-4;
/// How different two rows must be, relative to their size, to be two.
const SAME_POINT: f64 = 1e-6;

/// What a probe is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
    /// x + 1 in every number.
    Shifted {
        /// Row of x.
        index: usize,
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

/// What came of one axiom.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// False where a counterexample was found.
    pub holds: bool,
    /// How many pairs or triples were tried.
    pub tried: usize,
    /// The worst counterexample.
    pub worst: Option<Counterexample>,
}

/// What came of all three.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Axioms {
    /// d(x, x) = 0, and d(x, y) = 0 only for x = y.
    pub identity: Verdict,
    /// d(x, y) = d(y, x).
    pub symmetry: Verdict,
    /// d(x, z) ≤ d(x, y) + d(y, z).
    pub triangle: Verdict,
    /// Whether pairs and triples were drawn, there being too many to try all.
    pub sampled: bool,
}

impl Axioms {
    /// Whether no counterexample to any axiom was found.
    pub fn is_metric(&self) -> bool {
        self.identity.holds && self.symmetry.holds && self.triangle.holds
    }
}

/// Tries the axioms on `values`, rows of `dim` numbers, and on probes made of them. The cosine is tried as 1 − s, the
/// dot product as it is. Draws, where there are too many triples, follow `seed`.
///
/// # Errors
/// `shape.mismatch` unless `dim` divides the length; `data.not_finite`; `rows.not_histogram`; `config.invalid` for fewer
/// than three rows, a `dim` of 0 or a bad setting of the distance.
pub fn check(distance: Distance, values: &[f32], dim: usize, seed: u32) -> Result<Axioms> {
    distance.validate()?;
    if dim == 0 {
        return Err(Error::config("dim", "must be at least 1, is 0"));
    }
    if !values.len().is_multiple_of(dim) {
        return Err(Error::shape("The last point", dim, values.len() % dim));
    }
    if let Some(at) = values.iter().position(|x| !x.is_finite()) {
        return Err(Error::not_finite("points", at / dim));
    }
    if values.len() / dim < 3 {
        return Err(Error::config("points", format!("must be at least 3, are {}", values.len() / dim)));
    }
    if distance.rows() == RowKind::Histograms {
        check_histograms("points", values, dim)?;
    }
    Ok(Trial::new(distance, values, dim).run(&mut Random::new(u64::from(seed))))
}

struct Trial {
    distance: Distance,
    points: Vec<(Origin, Vec<f32>)>,
    /// Largest distance seen from the first point: what 0 is measured against.
    scale: f64,
}

impl Trial {
    fn new(distance: Distance, values: &[f32], dim: usize) -> Self {
        let given: Vec<&[f32]> = values.chunks_exact(dim).collect();
        let mut points: Vec<(Origin, Vec<f32>)> =
            given.iter().enumerate().map(|(index, row)| (Origin::Given { index }, row.to_vec())).collect();
        for index in 0..PROBED.min(given.len() - 1) {
            let (x, y) = (given[index], given[index + 1]);
            let middle = x.iter().zip(y).map(|(a, b)| 0.5 * (a + b)).collect();
            points.push((Origin::Middle { of: [index, index + 1] }, middle));
            if distance.rows() != RowKind::Histograms {
                points.push((Origin::Doubled { index }, x.iter().map(|v| 2.0 * v).collect()));
                points.push((Origin::Shifted { index }, x.iter().map(|v| v + 1.0).collect()));
            }
        }
        let mut trial = Self { distance, points, scale: 0.0 };
        trial.scale = (0..trial.points.len()).map(|i| trial.d(0, i).abs()).fold(f64::MIN_POSITIVE, f64::max);
        trial
    }

    /// The value as a distance; the dot product as it is, since −x·y is none either.
    fn d(&self, i: usize, j: usize) -> f64 {
        let value = self.distance.between(&self.points[i].1, &self.points[j].1);
        if self.distance == Distance::Dot { value } else { self.distance.apart(value) }
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
        let approached = matches!(self.distance, Distance::Sinkhorn { .. });
        let zero = self.scale * if approached { FIXED_POINT_TOLERANCE } else { TOLERANCE };

        let mut identity = Worst::default();
        for i in 0..count {
            identity.offer(d(i, i).abs() - zero, &[i, i], || vec![d(i, i)]);
        }
        let mut symmetry = Worst::default();
        let mut each_pair = |i: usize, j: usize| {
            // Two points at distance 0: the farther apart they are, the worse.
            let value = d(i, j);
            let difference = self.difference(i, j);
            let same = value.abs() <= zero && difference > SAME_POINT;
            identity.offer(if same { difference } else { -1.0 }, &[i, j], || vec![value]);
            let back = d(j, i);
            symmetry.offer((value - back).abs() - zero, &[i, j], || vec![value, back]);
        };
        let mut triangle = Worst::default();
        let mut each_triple = |i: usize, j: usize, k: usize| {
            let (whole, first, second) = (d(i, k), d(i, j), d(j, k));
            triangle.offer(whole - first - second - zero, &[i, j, k], || vec![whole, first, second]);
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
        Axioms {
            identity: identity.verdict(self),
            symmetry: symmetry.verdict(self),
            triangle: triangle.verdict(self),
            sampled,
        }
    }

    /// Largest difference of two rows' numbers, relative to the largest number; samples are compared in order of size.
    fn difference(&self, i: usize, j: usize) -> f64 {
        let row = |i: usize| {
            let mut row = self.points[i].1.clone();
            if self.distance.rows() == RowKind::Samples {
                row.sort_unstable_by(f32::total_cmp);
            }
            row
        };
        let (x, y) = (row(i), row(j));
        let largest = x.iter().chain(&y).fold(f32::MIN_POSITIVE, |m, v| m.max(v.abs()));
        f64::from(x.iter().zip(&y).fold(0.0f32, |m, (a, b)| m.max((a - b).abs())) / largest)
    }
}

/// The worst offence so far.
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

    fn verdict(self, trial: &Trial) -> Verdict {
        let worst = self.found.map(|(by, points, values)| Counterexample {
            points: points.iter().map(|&i| trial.points[i].0).collect(),
            rows: points.iter().map(|&i| trial.points[i].1.clone()).collect(),
            values,
            by,
        });
        Verdict { holds: worst.is_none(), tried: self.tried, worst }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (identity, symmetry, triangle) on random rows of the distance's kind.
    fn verdicts(distance: Distance, unit: bool) -> (bool, bool, bool) {
        let mut random = Random::new(11);
        let mut values = Vec::new();
        for _ in 0..12 {
            let mut row: Vec<f32> = (0..4).map(|_| random.normal()).collect();
            if distance.rows() == RowKind::Histograms {
                row.iter_mut().for_each(|v| *v = v.exp());
                let sum: f32 = row.iter().sum();
                row.iter_mut().for_each(|v| *v /= sum);
            }
            if unit {
                let length = row.iter().map(|v| v * v).sum::<f32>().sqrt();
                row.iter_mut().for_each(|v| *v /= length);
            }
            values.extend(row);
        }
        let axioms = check(distance, &values, 4, 1).expect("points that can be tried");
        (axioms.identity.holds, axioms.symmetry.holds, axioms.triangle.holds)
    }

    #[test]
    fn the_table_of_what_is_a_metric() {
        for distance in [
            Distance::Euclidean,
            Distance::Manhattan,
            Distance::Chebyshev,
            Distance::Minkowski { p: 3.0 },
            Distance::Mahalanobis,
            Distance::Wasserstein,
            Distance::RootJensenShannon,
            Distance::RootEnergy,
            Distance::Hellinger,
            Distance::SampleWasserstein,
            Distance::RootSampleEnergy,
        ] {
            assert_eq!(verdicts(distance, false), (true, true, true), "{distance:?} is a metric");
        }
        for distance in [Distance::SquaredEuclidean, Distance::JensenShannon, Distance::Energy] {
            assert_eq!(verdicts(distance, false), (true, true, false), "{distance:?}: no triangle");
        }
        assert_eq!(verdicts(Distance::Cosine, false), (false, true, false), "1 − cosine: d(x, 2x) = 0");
        assert_eq!(verdicts(Distance::KullbackLeibler, false), (true, false, false), "KL");
        assert_eq!(verdicts(Distance::Snr, false), (false, false, false), "SNR: d(x, x + 1) = 0");
        assert!(!verdicts(Distance::Dot, false).0, "x·x is not 0");
        assert!(verdicts(Distance::Dot, false).1, "x·y = y·x");
        assert_eq!(verdicts(Distance::Angle, false), (false, true, true), "an angle does not see lengths");
        let sinkhorn = verdicts(Distance::Sinkhorn { epsilon: 0.1 }, false);
        assert!(
            sinkhorn.0 && sinkhorn.1,
            "the Sinkhorn divergence is 0 only at home, and symmetric: {sinkhorn:?}"
        );
        for distance in Distance::ALL {
            let (identity, symmetry, triangle) = verdicts(distance, false);
            let claimed = distance.is_metric() && distance != Distance::Angle;
            if claimed {
                assert!(identity && symmetry && triangle, "{distance:?} claims to be a metric");
            }
        }
    }

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
