//! Embedding shape: how the rows fill their space, and whether they have collapsed.

use serde::Serialize;

use super::order::{canonical, gathered};
use super::unit::Unit;
use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::linear_algebra::{Covariance, Symmetric, covariance_bytes, mean_row};
use crate::neighbours::{Rows, visit_rows};
use crate::random::Random;

/// Rows that are compared with all others. Where there are more, that many are drawn.
const ANCHORS: usize = 1_000;
/// Bytes that the covariance may take: 1 GiB.
const COVARIANCE_LIMIT: u64 = 1 << 30;
/// An embedding whose rows lie nearer to their mean than this share of their length is a point.
const POINT_SPREAD: f64 = 0.02;
/// One direction that holds more of the variance than this is a line.
const LINE_SHARE: f64 = 0.95;
/// A loss within this share of the margin is at the margin.
const AT_MARGIN: f64 = 0.05;

/// The shape of an embedding. Each anchor, a row with others of its class, weighs the same.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EmbeddingShape {
    /// Mean distance of an anchor to the others of its class, in the distance's unit.
    pub intra: f64,
    /// Mean distance of an anchor to the rows of other classes.
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

/// The cause of a collapsed embedding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CollapseKind {
    /// It has not collapsed.
    None,
    /// All rows are at one point.
    Point,
    /// The loss is at its margin, where it is when all distances are equal.
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
    /// See [`EmbeddingShape::spread`]; a point below 0.02.
    pub spread: f64,
    /// Share of the variance along the first direction; a line above 0.95.
    pub first_direction: f64,
    /// Mean of the recent losses, over the margin; at the margin within 5 %. None without losses or margin.
    pub loss_over_margin: Option<f64>,
}

/// Measures the shape by `distance`, with a margin for the violations. Up to 1,000 rows are compared with all others exactly;
/// of more, that many are drawn. The order of the rows does not change the answer.
///
/// # Errors
/// `shape.mismatch` unless there is a label a row; `data.one_class`; `data.insufficient` where no class has two rows;
/// `data.too_large` if the covariance would pass 1 GiB; as [`Rows::suit`] for rows that the distance does not compare.
pub fn measure(
    rows: Rows<'_>,
    labels: &[u16],
    distance: Distance,
    margin: f64,
    random: &mut Random,
) -> Result<EmbeddingShape> {
    if labels.len() != rows.count() {
        return Err(Error::shape("labels", rows.count(), labels.len()));
    }
    rows.suit("embeddings", distance)?;
    let bytes = covariance_bytes(rows.dim());
    if bytes > COVARIANCE_LIMIT {
        return Err(Error::DataTooLarge { bytes, limit: COVARIANCE_LIMIT });
    }
    let order = canonical(rows, |row| labels[row]);
    let values = gathered(rows, &order);
    let rows = Rows::new("embeddings", &values, rows.dim())?;
    let labels: Vec<u16> = order.iter().map(|&row| labels[row]).collect();
    if labels.first() == labels.last() && !labels.is_empty() {
        return Err(Error::DataOneClass);
    }
    // Sorted labels: a row's class is more than itself where a neighbour has its label.
    let has_partner =
        |row: usize| row > 0 && labels[row - 1] == labels[row] || labels.get(row + 1) == labels.get(row);
    let (anchors, lone): (Vec<usize>, Vec<usize>) = (0..rows.count()).partition(|&row| has_partner(row));
    if anchors.is_empty() {
        return Err(Error::insufficient("no class has two samples"));
    }
    let shares = [anchors.len(), lone.len()].map(|count| count as f64 / rows.count() as f64);
    let (anchors, lone) = (some_of(anchors, random), some_of(lone, random));
    let distances = class_distances(rows, &labels, &anchors, distance, margin)?;
    let of_anchors = on_the_sphere(rows, &labels, &anchors)?;
    let of_lone = on_the_sphere(rows, &labels, &lone)?;
    let (spectrum, spread) = spectrum(rows);
    let entropy: f64 = spectrum.iter().filter(|&&p| p > 0.0).map(|p| -p * p.ln()).sum();
    Ok(EmbeddingShape {
        intra: distances.intra,
        inter: distances.inter,
        ratio: if distances.inter > 0.0 { distances.intra / distances.inter } else { 1.0 },
        spectrum,
        effective_rank: entropy.exp(),
        alignment: of_anchors.alignment,
        uniformity: (shares[0] * of_anchors.evenness + shares[1] * of_lone.evenness).ln(),
        margin_violations: distances.violations,
        spread,
    })
}

/// All of them, or as many as are compared.
fn some_of(rows: Vec<usize>, random: &mut Random) -> Vec<usize> {
    if rows.len() <= ANCHORS {
        return rows;
    }
    let mut drawn: Vec<usize> =
        random.choose(rows.len(), ANCHORS).into_iter().map(|place| rows[place]).collect();
    drawn.sort_unstable();
    drawn
}

/// Means over anchors.
struct ClassDistances {
    intra: f64,
    inter: f64,
    violations: f64,
}

fn class_distances(
    rows: Rows<'_>,
    labels: &[u16],
    anchors: &[usize],
    distance: Distance,
    margin: f64,
) -> Result<ClassDistances> {
    let unit = Unit::of(distance, &[rows]);
    let values = unit.scaled(rows);
    let rows = Rows::new("embeddings", &values, rows.dim())?;
    let margin = unit.within(margin);
    let values = gathered(rows, anchors);
    let asking = Rows::new("embeddings", &values, rows.dim())?;
    let (mut intra, mut inter, mut violations) = (0.0, 0.0, 0.0);
    let mut near: Vec<f64> = Vec::new();
    visit_rows(asking, rows, distance, |at, distances| {
        let anchor = anchors[at];
        near.clear();
        let own = labels.partition_point(|&label| label < labels[anchor])
            ..labels.partition_point(|&label| label <= labels[anchor]);
        near.extend(own.clone().filter(|&row| row != anchor).map(|row| f64::from(distances[row])));
        near.sort_unstable_by(f64::total_cmp);
        let (mut far_sum, mut violated) = (0.0, 0);
        for &far in distances[..own.start].iter().chain(&distances[own.end..]) {
            let far = f64::from(far);
            far_sum += far;
            violated += near.len() - near.partition_point(|&near| near + margin <= far);
        }
        let far_count = (labels.len() - own.len()) as f64;
        intra += near.iter().sum::<f64>() / near.len() as f64;
        inter += far_sum / far_count;
        violations += violated as f64 / (near.len() as f64 * far_count);
    })?;
    let count = anchors.len() as f64;
    Ok(ClassDistances {
        intra: unit.distance(intra / count),
        inter: unit.distance(inter / count),
        violations: violations / count,
    })
}

/// Means over `asking` of the measures of Wang & Isola.
struct OnTheSphere {
    /// Over rows with a partner; 0 where there is none.
    alignment: f64,
    /// Mean of e^{−2‖x − y‖²} over all others; 0 for no rows.
    evenness: f64,
}

fn on_the_sphere(rows: Rows<'_>, labels: &[u16], asking: &[usize]) -> Result<OnTheSphere> {
    let values = gathered(rows, asking);
    let is_zero = |row: usize| rows.row(row).iter().all(|&x| x == 0.0);
    let zero: Vec<bool> = (0..rows.count()).map(is_zero).collect();
    let (mut alignment, mut evenness) = (0.0, 0.0);
    visit_rows(Rows::new("embeddings", &values, rows.dim())?, rows, Distance::Cosine, |at, distances| {
        let asked = asking[at];
        let (mut near, mut partners, mut even) = (0.0, 0, 0.0);
        for (row, &distance) in distances.iter().enumerate().filter(|&(row, _)| row != asked) {
            // 1 − s is half the squared distance of unit vectors; two zero rows are in one place.
            let square = if zero[asked] && zero[row] { 0.0 } else { 2.0 * f64::from(distance) };
            if labels[row] == labels[asked] {
                near += square;
                partners += 1;
            }
            even += (-2.0 * square).exp();
        }
        alignment += near / f64::from(partners.max(1));
        evenness += even / (distances.len() - 1).max(1) as f64;
    })?;
    let count = asking.len().max(1) as f64;
    Ok(OnTheSphere { alignment: alignment / count, evenness: evenness / count })
}

/// Share of the variance along each principal direction, falling, and the mean distance from the mean row over the mean
/// length.
fn spectrum(rows: Rows<'_>) -> (Vec<f64>, f64) {
    let dim = rows.dim();
    let each: Vec<&[f32]> = rows.values().chunks_exact(dim).collect();
    let mean = mean_row(&each, dim);
    let (mut deviation, mut length) = (0.0, 0.0);
    for row in &each {
        let pairs = || row.iter().map(|&x| f64::from(x)).zip(&mean);
        deviation += pairs().map(|(x, m)| (x - m) * (x - m)).sum::<f64>().sqrt();
        length += pairs().map(|(x, _)| x * x).sum::<f64>().sqrt();
    }
    let values: Vec<f64> = Symmetric::new(Covariance::of(&each, &mean).matrix, dim)
        .eigenvalues()
        .into_iter()
        .map(|value| value.max(0.0))
        .collect();
    let total: f64 = values.iter().sum();
    let spectrum = values.iter().map(|v| if total > 0.0 { v / total } else { 0.0 }).collect();
    (spectrum, if length > 0.0 { deviation / length } else { 0.0 })
}

/// Names the cause of a collapse, if there is one: a point before a loss at its margin before a line. `losses` are the
/// last ones, and `margin` their value when all distances are equal.
pub fn collapse(shape: &EmbeddingShape, losses: &[f32], margin: Option<f64>) -> Collapse {
    let mean = losses.iter().map(|&x| f64::from(x)).sum::<f64>() / losses.len().max(1) as f64;
    let loss_over_margin = margin.filter(|&m| m > 0.0 && !losses.is_empty()).map(|m| mean / m);
    let first_direction = shape.spectrum.first().copied().unwrap_or(0.0);
    let at_margin = loss_over_margin.is_some_and(|share| (share - 1.0).abs() < AT_MARGIN);
    let kind = if shape.spread < POINT_SPREAD {
        CollapseKind::Point
    } else if at_margin && shape.ratio > 1.0 - AT_MARGIN {
        CollapseKind::Margin
    } else if shape.spectrum.len() > 1 && first_direction > LINE_SHARE {
        CollapseKind::Line
    } else {
        CollapseKind::None
    };
    Collapse { kind, spread: shape.spread, first_direction, loss_over_margin }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f32], dim: usize, labels: &[u16]) -> EmbeddingShape {
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
            assert!((got - wanted).abs() < 1e-7, "{what}: {got}, by hand {wanted}");
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
        close(found.uniformity, wanted, "uniformity");
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
    fn against_all_triplets_and_pairs() {
        // Classes of 1, 4 and 5 rows.
        let mut random = Random::new(9);
        let values: Vec<f32> = (0..30).map(|_| random.normal()).collect();
        let labels = [5, 2, 2, 5, 9, 5, 2, 5, 2, 5];
        let found = of(&values, 3, &labels);
        let row = |i: usize| &values[3 * i..3 * i + 3];
        let d = |i: usize, j: usize| Distance::Euclidean.between_unchecked(row(i), row(j));
        let chord = |i: usize, j: usize| 2.0 - 2.0 * Distance::Cosine.between_unchecked(row(i), row(j));
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
        let anchors: Vec<usize> = (0..10).filter(|&i| labels[i] != 9).collect();
        let near = |a: usize| (0..10).filter(move |&p| p != a && labels[p] == labels[a]);
        let far = |a: usize| (0..10).filter(move |&n| labels[n] != labels[a]);
        let over = |of: &dyn Fn(usize) -> f64| mean(anchors.iter().map(|&a| of(a)).collect());
        let violated = |a: usize| {
            mean(
                near(a)
                    .flat_map(|p| far(a).map(move |n| (p, n)))
                    .map(|(p, n)| f64::from(u8::from(d(a, n) < d(a, p) + 0.5)))
                    .collect(),
            )
        };
        let pairs = (0..10).flat_map(|i| (0..10).filter(move |&j| j != i).map(move |j| (i, j)));
        for (got, wanted, what) in [
            (found.intra, over(&|a| mean(near(a).map(|p| d(a, p)).collect())), "intra"),
            (found.inter, over(&|a| mean(far(a).map(|n| d(a, n)).collect())), "inter"),
            (found.alignment, over(&|a| mean(near(a).map(|p| chord(a, p)).collect())), "alignment"),
            (found.margin_violations, over(&violated), "violations"),
            (
                found.uniformity,
                mean(pairs.map(|(i, j)| (-2.0 * chord(i, j)).exp()).collect()).ln(),
                "uniformity",
            ),
        ] {
            assert!((got - wanted).abs() < 1e-6, "{what}: {got}, over all {wanted}");
        }
    }

    #[test]
    fn neither_the_order_nor_the_unit_changes_a_shape() {
        let (values, labels) = heaps(1.0, [0.3; 3]);
        let plain = of(&values, 3, &labels);
        let mut order: Vec<usize> = (0..90).collect();
        Random::new(1).shuffle(&mut order);
        let mixed: Vec<f32> = order.iter().flat_map(|&row| values[3 * row..3 * row + 3].to_vec()).collect();
        let of_mixed: Vec<u16> = order.iter().map(|&row| labels[row]).collect();
        assert_eq!(of(&mixed, 3, &of_mixed), plain, "mixed");
        for k in (-60..=60).step_by(5) {
            let factor = 2.0_f32.powi(k);
            let scaled: Vec<f32> = values.iter().map(|x| x * factor).collect();
            let rows = Rows::new("rows", &scaled, 3).expect("finite rows");
            let margin = 0.5 * f64::from(factor);
            let found =
                measure(rows, &labels, Distance::Euclidean, margin, &mut Random::new(1)).expect("three");
            let wanted = EmbeddingShape {
                intra: plain.intra * f64::from(factor),
                inter: plain.inter * f64::from(factor),
                ..plain.clone()
            };
            assert_eq!(found, wanted, "times 2^{k}");
        }
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
        assert_eq!(code(&[0, 1, 2]), "data.insufficient", "lone labels");
        assert_eq!(code(&[0]), "shape.mismatch", "a label a row");
        let of = |values: &[f32], dim, labels: &[u16]| {
            let rows = Rows::new("rows", values, dim).expect("finite rows");
            measure(rows, labels, Distance::Euclidean, 0.1, &mut Random::new(1)).expect_err("refused").code()
        };
        assert_eq!(of(&[], 3, &[]), "data.insufficient", "no rows");
        assert_eq!(of(&vec![0.0; 40_000], 20_000, &[0, 1]), "data.too_large", "a covariance of 4.8 GB");
    }
}
