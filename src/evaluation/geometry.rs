//! Geometry: how the embedding fills its space, and whether it has collapsed.

use serde::Serialize;

use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::neighbours::Rows;
use crate::random::Random;

/// Pairs of a kind, and triplets, that are drawn.
const DRAWS: usize = 20_000;
/// Enough to find an eigenvalue to f64.
const HALVINGS: usize = 60;
/// An embedding whose rows lie nearer to their mean than this share of their length is a point.
const POINT_SPREAD: f64 = 0.02;
/// One direction that holds more of the variance than this is a line.
const LINE_SHARE: f64 = 0.95;
/// Losses within this share of the margin stand at it.
const AT_MARGIN: f64 = 0.05;

/// How an embedding lies.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Geometry {
    /// Mean distance of two rows of one class, in the distance's unit.
    pub intra: f64,
    /// Mean distance of two rows of two classes.
    pub inter: f64,
    /// intra / inter: below 1 the classes are apart.
    pub ratio: f64,
    /// Share of the variance along each principal direction, falling.
    pub spectrum: Vec<f64>,
    /// e^{entropy of the spectrum}: how many directions are in use. Roy & Vetterli 2007.
    pub effective_rank: f64,
    /// Mean squared distance of two rows of one class, all at length 1. Wang & Isola 2020.
    pub alignment: f64,
    /// log mean e^{−2‖x − y‖²} over all pairs, all at length 1; the lower the more even on the sphere. Wang & Isola 2020.
    pub uniformity: f64,
    /// Share of triplets with d(a,n) < d(a,p) + m.
    pub margin_violations: f64,
    /// Mean distance of a row from the mean row, as a share of the mean length of a row.
    pub spread: f64,
}

/// Why an embedding tells nothing apart any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CollapseKind {
    /// It has not collapsed.
    None,
    /// All rows have come together in a point.
    Point,
    /// The loss stands at its margin, which it does when all distances are equal.
    Margin,
    /// One direction holds almost all of the variance.
    Line,
}

/// A verdict and the numbers behind it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Collapse {
    /// The cause.
    pub kind: CollapseKind,
    /// See [`Geometry::spread`]; a point below 0.02.
    pub spread: f64,
    /// Share of the variance along the first direction; a line above 0.95.
    pub first_direction: f64,
    /// Mean of the recent losses, over the margin; at the margin within 5 %. None without losses or margin.
    pub loss_over_margin: Option<f64>,
}

/// Measures by `distance`, with a margin for the violations. Pairs and triplets are drawn.
///
/// # Errors
/// `shape.mismatch` unless there is a label a row; `data.one_class`; `data.invalid` where no class has two rows.
pub fn measure(
    rows: Rows<'_>,
    labels: &[u16],
    distance: Distance,
    margin: f64,
    random: &mut Random,
) -> Result<Geometry> {
    let n = rows.count();
    if labels.len() != n {
        return Err(Error::shape("labels", n, labels.len()));
    }
    let mut members: std::collections::BTreeMap<u16, Vec<usize>> = std::collections::BTreeMap::new();
    labels.iter().enumerate().for_each(|(row, &label)| members.entry(label).or_default().push(row));
    if members.len() < 2 {
        return Err(Error::DataOneClass);
    }
    let anchors: Vec<usize> = (0..n).filter(|&row| members[&labels[row]].len() > 1).collect();
    if anchors.is_empty() {
        return Err(Error::data("no class has two samples"));
    }
    let apart = |i: usize, j: usize| distance.apart(distance.between(rows.row(i), rows.row(j)));
    let (mut intra, mut inter, mut violations, mut alignment, mut even) = (0.0, 0.0, 0, 0.0, 0.0);
    for _ in 0..DRAWS {
        let a = anchors[random.below(anchors.len())];
        let own = &members[&labels[a]];
        let p = loop {
            let p = own[random.below(own.len())];
            if p != a {
                break p;
            }
        };
        let other = loop {
            let other = random.below(n);
            if labels[other] != labels[a] {
                break other;
            }
        };
        let (near, far) = (apart(a, p), apart(a, other));
        intra += near;
        inter += far;
        violations += usize::from(far < near + margin);
        alignment += chord(rows.row(a), rows.row(p));
        let (i, j) = (random.below(n), random.below(n - 1));
        let j = if j >= i { j + 1 } else { j };
        even += (-2.0 * chord(rows.row(i), rows.row(j))).exp();
    }
    let draws = DRAWS as f64;
    let (covariance, spread) = covariance(rows);
    let values = eigenvalues(covariance, rows.dim());
    let total: f64 = values.iter().sum();
    let spectrum: Vec<f64> = values.iter().map(|v| if total > 0.0 { v / total } else { 0.0 }).collect();
    let entropy: f64 = spectrum.iter().filter(|&&p| p > 0.0).map(|p| -p * p.ln()).sum();
    Ok(Geometry {
        intra: intra / draws,
        inter: inter / draws,
        ratio: if inter > 0.0 { intra / inter } else { 1.0 },
        spectrum,
        effective_rank: entropy.exp(),
        alignment: alignment / draws,
        uniformity: (even / draws).ln(),
        margin_violations: violations as f64 / draws,
        spread,
    })
}

/// Names the cause of a collapse, if there is one: a point before a loss at its margin before a line. `losses` are the
/// last ones, and `margin` what they stand at when all distances are equal.
pub fn collapse(geometry: &Geometry, losses: &[f32], margin: Option<f64>) -> Collapse {
    let mean = losses.iter().map(|&x| f64::from(x)).sum::<f64>() / losses.len().max(1) as f64;
    let loss_over_margin = margin.filter(|&m| m > 0.0 && !losses.is_empty()).map(|m| mean / m);
    let first_direction = geometry.spectrum.first().copied().unwrap_or(0.0);
    let at_margin = loss_over_margin.is_some_and(|share| (share - 1.0).abs() < AT_MARGIN);
    let kind = if geometry.spread < POINT_SPREAD {
        CollapseKind::Point
    } else if at_margin && geometry.ratio > 1.0 - AT_MARGIN {
        CollapseKind::Margin
    } else if geometry.spectrum.len() > 1 && first_direction > LINE_SHARE {
        CollapseKind::Line
    } else {
        CollapseKind::None
    };
    Collapse { kind, spread: geometry.spread, first_direction, loss_over_margin }
}

/// ‖x̂ − ŷ‖² of the unit vectors; 0 where both are zero.
fn chord(x: &[f32], y: &[f32]) -> f64 {
    let cosine = Distance::Cosine.between(x, y);
    if Distance::Euclidean.between(x, y) == 0.0 { 0.0 } else { 2.0 - 2.0 * cosine }
}

/// The covariance, dim × dim, and the mean distance from the mean row over the mean length.
fn covariance(rows: Rows<'_>) -> (Vec<f64>, f64) {
    let (n, dim) = (rows.count(), rows.dim());
    let mut mean = vec![0.0_f64; dim];
    for row in rows.values().chunks_exact(dim) {
        mean.iter_mut().zip(row).for_each(|(sum, &x)| *sum += f64::from(x) / n as f64);
    }
    let mut matrix = vec![0.0; dim * dim];
    let (mut deviation, mut length) = (0.0, 0.0);
    for row in rows.values().chunks_exact(dim) {
        let centred: Vec<f64> = row.iter().zip(&mean).map(|(&x, m)| f64::from(x) - m).collect();
        deviation += centred.iter().map(|x| x * x).sum::<f64>().sqrt();
        length += row.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>().sqrt();
        for (i, x) in centred.iter().enumerate() {
            for (sum, y) in matrix[i * dim..(i + 1) * dim].iter_mut().zip(&centred) {
                *sum += x * y / n as f64;
            }
        }
    }
    (matrix, if length > 0.0 { deviation / length } else { 0.0 })
}

/// All eigenvalues of a symmetric matrix, falling, none below 0: reflections make it tridiagonal (Householder 1958), and
/// each eigenvalue is found between bounds that halve, by counting those below (Givens 1954).
fn eigenvalues(mut a: Vec<f64>, dim: usize) -> Vec<f64> {
    let (mut diagonal, mut beside) = (vec![0.0; dim], vec![0.0; dim]);
    for k in 0..dim {
        diagonal[k] = a[k * dim + k];
        let rest = dim - k - 1;
        if rest == 0 {
            break;
        }
        // The row behind the diagonal becomes (∓‖row‖, 0, …) by the reflection I − 2 v vᵀ.
        let mut v: Vec<f64> = a[k * dim + k + 1..(k + 1) * dim].to_vec();
        let length = v.iter().map(|x| x * x).sum::<f64>().sqrt();
        let first = if v[0] > 0.0 { -length } else { length };
        beside[k + 1] = first;
        v[0] -= first;
        let square: f64 = v.iter().map(|x| x * x).sum();
        if square <= f64::MIN_POSITIVE {
            continue;
        }
        let scale = square.sqrt();
        v.iter_mut().for_each(|x| *x /= scale);
        // A − 2 v wᵀ − 2 w vᵀ with w = A v − (vᵀ A v) v.
        let row = |a: &[f64], i: usize| (k + 1 + i) * dim + k + 1..(k + 1 + i) * dim + k + 1 + a.len();
        let mut w: Vec<f64> =
            (0..rest).map(|i| a[row(&v, i)].iter().zip(&v).map(|(x, y)| x * y).sum()).collect();
        let along: f64 = w.iter().zip(&v).map(|(x, y)| x * y).sum();
        w.iter_mut().zip(&v).for_each(|(x, y)| *x -= along * y);
        for i in 0..rest {
            let (vi, wi) = (2.0 * v[i], 2.0 * w[i]);
            let range = row(&v, i);
            for (x, (vj, wj)) in a[range].iter_mut().zip(v.iter().zip(&w)) {
                *x -= vi * wj + wi * vj;
            }
        }
    }
    let bound = (0..dim)
        .map(|i| diagonal[i].abs() + beside[i].abs() + beside.get(i + 1).map_or(0.0, |x| x.abs()))
        .fold(0.0, f64::max);
    let below = |x: f64| {
        let mut count = 0;
        let mut q = 1.0_f64;
        for i in 0..dim {
            let last = if q.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { q };
            q = diagonal[i] - x - if i == 0 { 0.0 } else { beside[i] * beside[i] / last };
            count += usize::from(q < 0.0);
        }
        count
    };
    (0..dim)
        .rev()
        .map(|place| {
            // The eigenvalue with `place` below it.
            let (mut low, mut high) = (-bound, bound);
            for _ in 0..HALVINGS {
                let middle = 0.5 * (low + high);
                if below(middle) > place { high = middle } else { low = middle }
            }
            (0.5 * (low + high)).max(0.0)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f32], dim: usize, labels: &[u16]) -> Geometry {
        let rows = Rows::new("rows", values, dim).expect("finite rows");
        measure(rows, labels, Distance::Euclidean, 0.5, &mut Random::new(1)).expect("two classes")
    }

    fn heaps(width: f32, offset: [f32; 3]) -> (Vec<f32>, Vec<u16>) {
        let mut random = Random::new(2);
        let labels: Vec<u16> = (0..90).map(|i| i % 3).collect();
        let mut values = Vec::new();
        for &label in &labels {
            for axis in 0..3 {
                let own = if usize::from(label) == axis { 1.0 } else { 0.0 };
                values.push(offset[axis] + own * width + 0.1 * width * random.normal());
            }
        }
        (values, labels)
    }

    #[test]
    fn two_heaps_worked_by_hand() {
        // Class 0 at (1, 0) twice, class 1 at (0, 1) twice.
        let found = of(&[1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0], 2, &[0, 0, 1, 1]);
        let close = |got: f64, wanted: f64, what: &str| {
            assert!((got - wanted).abs() < 1e-9, "{what}: {got}, by hand {wanted}");
        };
        close(found.intra, 0.0, "twins");
        close(found.inter, 2.0f64.sqrt(), "from heap to heap");
        close(found.alignment, 0.0, "twins");
        close(found.margin_violations, 0.0, "√2 is above 0.5");
        close(found.spectrum[0], 1.0, "all variance along one direction");
        close(found.effective_rank, 1.0, "one direction");
        close(found.spread, 0.5f64.sqrt(), "each is √½ from the middle");
        // One pair in three is of twins, the others at a squared distance of 2.
        let wanted = ((1.0 + 2.0 * (-4.0f64).exp()) / 3.0).ln();
        assert!((found.uniformity - wanted).abs() < 0.02, "uniformity {} and {wanted}", found.uniformity);
    }

    #[test]
    fn a_spectrum_of_known_variances() {
        // Axes with deviations 3, 2, 1, turned by 30° in the first plane.
        let mut random = Random::new(4);
        let (sin, cos) = std::f32::consts::FRAC_PI_6.sin_cos();
        let mut values = Vec::new();
        for _ in 0..4000 {
            let [x, y, z] = [3.0 * random.normal(), 2.0 * random.normal(), random.normal()];
            values.extend([cos * x - sin * y, sin * x + cos * y, z]);
        }
        let labels: Vec<u16> = (0..4000).map(|i| i % 2).collect();
        let found = of(&values, 3, &labels);
        for (got, wanted) in found.spectrum.iter().zip([9.0 / 14.0, 4.0 / 14.0, 1.0 / 14.0]) {
            assert!((got - wanted).abs() < 0.02, "{:?}", found.spectrum);
        }
        assert!((found.ratio - 1.0).abs() < 0.05, "labels that mean nothing: {}", found.ratio);
    }

    #[test]
    fn eigenvalues_by_hand_and_by_their_sums() {
        let close = |got: &[f64], wanted: &[f64]| {
            let apart = got.iter().zip(wanted).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
            assert!(got.len() == wanted.len() && apart < 1e-9, "{got:?}, by hand {wanted:?}");
        };
        close(&eigenvalues(vec![5.0], 1), &[5.0]);
        close(&eigenvalues(vec![2.0, 1.0, 1.0, 2.0], 2), &[3.0, 1.0]);
        close(
            &eigenvalues(vec![2.0, 1.0, 0.0, 1.0, 2.0, 1.0, 0.0, 1.0, 2.0], 3),
            &[2.0 + 2.0f64.sqrt(), 2.0, 2.0 - 2.0f64.sqrt()],
        );
        close(&eigenvalues(vec![0.0; 9], 3), &[0.0; 3]);
        // Sums of eigenvalues and of their squares are the trace and the sum of all squares.
        let mut random = Random::new(8);
        let dim = 40;
        let rows: Vec<f64> = (0..dim * 60).map(|_| f64::from(random.normal())).collect();
        let gram = |i: usize, j: usize| (0..60).map(|r| rows[i * 60 + r] * rows[j * 60 + r]).sum::<f64>();
        let matrix: Vec<f64> = (0..dim * dim).map(|at| gram(at / dim, at % dim)).collect();
        let found = eigenvalues(matrix.clone(), dim);
        assert!(found.is_sorted_by(|x, y| x >= y), "falling");
        let trace: f64 = (0..dim).map(|i| matrix[i * dim + i]).sum();
        assert!((found.iter().sum::<f64>() / trace - 1.0).abs() < 1e-12, "trace");
        let squares: f64 = matrix.iter().map(|x| x * x).sum();
        assert!((found.iter().map(|x| x * x).sum::<f64>() / squares - 1.0).abs() < 1e-12, "squares");
    }

    #[test]
    fn each_collapse_has_its_name() {
        let verdict = |(values, labels): (Vec<f32>, Vec<u16>), losses: &[f32]| {
            collapse(&of(&values, 3, &labels), losses, Some(0.2)).kind
        };
        let well = heaps(1.0, [0.0; 3]);
        assert_eq!(verdict(well.clone(), &[0.01, 0.02]), CollapseKind::None, "three heaps apart");
        assert_eq!(
            verdict(well, &[0.2, 0.2]),
            CollapseKind::None,
            "a loss at its margin alone proves nothing"
        );
        assert_eq!(verdict(heaps(1e-4, [1.0; 3]), &[0.2]), CollapseKind::Point, "all in one place");
        assert_eq!(
            verdict((vec![0.0; 270], heaps(1.0, [0.0; 3]).1), &[0.2]),
            CollapseKind::Point,
            "all zero"
        );
        let mut random = Random::new(3);
        let noise: Vec<f32> = (0..270).map(|_| random.normal()).collect();
        let labels: Vec<u16> = (0..90).map(|i| i % 3).collect();
        assert_eq!(verdict((noise, labels.clone()), &[0.2, 0.199]), CollapseKind::Margin, "all equally far");
        let line: Vec<f32> = (0..90).flat_map(|i| [i as f32, 0.01 * (i % 7) as f32, 0.0]).collect();
        let along: Vec<u16> = (0..90).map(|i| i / 30).collect();
        assert_eq!(verdict((line, along), &[0.05]), CollapseKind::Line, "along one direction");
    }

    #[test]
    fn what_cannot_be_measured_is_refused() {
        let rows = Rows::new("rows", &[1.0, 2.0, 3.0], 1).expect("finite rows");
        let code = |labels: &[u16]| {
            measure(rows, labels, Distance::Euclidean, 0.1, &mut Random::new(1)).expect_err("refused").code()
        };
        assert_eq!(code(&[0, 0, 0]), "data.one_class", "one class");
        assert_eq!(code(&[0, 1, 2]), "data.invalid", "lone labels");
        assert_eq!(code(&[0]), "shape.mismatch", "a label a row");
    }
}
