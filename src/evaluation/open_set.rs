//! Open-set identification: a gallery of known classes, and probes of which some are known and some are not.
//!
//! A probe's answer is its nearest gallery row, accepted up to a threshold. DIR (detection and identification rate) is
//! the share of known probes whose answer is accepted and right; FAR (false alarm rate) the share of unknown probes
//! whose answer is accepted. Phillips, Grother & Micheals 2011, Handbook of Face Recognition, ch. 21.
//!
//! # Ties
//! Where several gallery rows are nearest, the answer is right with the share of them that is of the probe's class. Probes at
//! one distance are accepted together: one step of the curve, a straight line for the area.

use serde::Serialize;

use super::unit::Unit;
use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::neighbours::{Rows, visit_rows};

/// DIR and FAR at a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenSetPoint {
    /// Answers up to this distance are accepted; −∞ accepts none.
    pub threshold: f64,
    /// Share of known probes accepted and named rightly.
    pub detection_and_identification: f64,
    /// Share of unknown probes accepted.
    pub false_alarms: f64,
}

/// How known probes are named and unknown ones rejected.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenSet {
    /// Probes whose class is in the gallery, and those whose is not.
    pub probes: [usize; 2],
    /// Known probes whose nearest gallery rows are of their class and of others.
    pub tied_probes: usize,
    /// By ascending threshold.
    pub curve: Vec<OpenSetPoint>,
    /// Area under DIR over FAR: at most the rank-1 rate.
    pub area: f64,
    /// Share of known probes named rightly when every answer is accepted.
    pub rank_1: f64,
}

/// Compares each probe with the gallery.
///
/// # Errors
/// `shape.mismatch` for labels or rows that do not fit; `data.insufficient` unless there are known and unknown probes; as
/// [`Rows::suit`] for rows that the distance does not compare.
pub fn identify(
    gallery: Rows<'_>,
    gallery_labels: &[u16],
    probes: Rows<'_>,
    probe_labels: &[u16],
    distance: Distance,
) -> Result<OpenSet> {
    if gallery_labels.len() != gallery.count() {
        return Err(Error::shape("gallery labels", gallery.count(), gallery_labels.len()));
    }
    if probe_labels.len() != probes.count() {
        return Err(Error::shape("probe labels", probes.count(), probe_labels.len()));
    }
    gallery.suit("gallery", distance)?;
    probes.suit("probes", distance)?;
    let mut classes = gallery_labels.to_vec();
    classes.sort_unstable();
    classes.dedup();
    let is_known = |label: &u16| classes.binary_search(label).is_ok();
    if gallery.count() == 0 {
        return Err(Error::insufficient("the gallery is empty"));
    }
    let mut answers = Vec::with_capacity(probes.count());
    let unit = Unit::of(distance, &[gallery, probes]);
    let (asking, answering) = (unit.scaled(probes), unit.scaled(gallery));
    let asking = Rows::new("probes", &asking, probes.dim())?;
    let answering = Rows::new("gallery", &answering, gallery.dim())?;
    visit_rows(asking, answering, distance, |probe, distances| {
        let label = probe_labels[probe];
        let (nearest, right) = nearest_and_right(distances, gallery_labels, label);
        let is_known = is_known(&label);
        answers.push(Identified { distance: f64::from(nearest), right, is_known });
    })?;
    let mut found = curve_of(answers)?;
    found.curve.iter_mut().for_each(|point| point.threshold = unit.distance(point.threshold));
    Ok(found)
}

/// The least distance, and the share of class `label` among the gallery rows at it.
fn nearest_and_right(distances: &[f32], labels: &[u16], label: u16) -> (f32, f64) {
    let nearest = distances.iter().copied().fold(f32::INFINITY, f32::min);
    let at_it = || distances.iter().zip(labels).filter(|&(&distance, _)| distance == nearest);
    let right = at_it().filter(|&(_, &of)| of == label).count();
    (nearest, right as f64 / at_it().count().max(1) as f64)
}

/// A probe's answer.
pub(crate) struct Identified {
    /// How far the nearest is.
    pub(crate) distance: f64,
    /// The chance that it is right; 0 for an unknown probe.
    pub(crate) right: f64,
    pub(crate) is_known: bool,
}

/// DIR and FAR at every threshold.
///
/// # Errors
/// `data.insufficient` unless there are known and unknown probes.
pub(crate) fn curve_of(mut answers: Vec<Identified>) -> Result<OpenSet> {
    let known = answers.iter().filter(|answer| answer.is_known).count();
    let unknown = answers.len() - known;
    if known == 0 || unknown == 0 {
        return Err(Error::insufficient(
            "open-set identification needs probes that are known and probes that are not",
        ));
    }
    let tied_probes = answers.iter().filter(|answer| answer.right > 0.0 && answer.right < 1.0).count();
    // Chances are summed in a fixed order, so that the order of the probes changes no bit.
    answers.sort_unstable_by(|x, y| x.distance.total_cmp(&y.distance).then(x.right.total_cmp(&y.right)));
    let mut curve = vec![OpenSetPoint {
        threshold: f64::NEG_INFINITY,
        detection_and_identification: 0.0,
        false_alarms: 0.0,
    }];
    let (mut right, mut alarms) = (0.0, 0.0);
    for (at, answer) in answers.iter().enumerate() {
        right += answer.right;
        alarms += f64::from(u8::from(!answer.is_known));
        if answers.get(at + 1).is_none_or(|next| next.distance > answer.distance) {
            curve.push(OpenSetPoint {
                threshold: answer.distance,
                detection_and_identification: right / known as f64,
                false_alarms: alarms / unknown as f64,
            });
        }
    }
    let area = curve
        .windows(2)
        .map(|two| {
            let mean = 0.5 * (two[0].detection_and_identification + two[1].detection_and_identification);
            (two[1].false_alarms - two[0].false_alarms) * mean
        })
        .sum();
    let rank_1 = curve.last().map_or(0.0, |last| last.detection_and_identification);
    Ok(OpenSet { probes: [known, unknown], tied_probes, curve, area, rank_1 })
}

impl OpenSet {
    /// The most known probes named rightly with at most `rate` of the unknown ones accepted.
    pub fn dir_at_far(&self, rate: f64) -> f64 {
        let able = self.curve.iter().filter(|point| point.false_alarms <= rate);
        able.map(|point| point.detection_and_identification).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gallery_worked_by_hand() {
        // Gallery 0 at 0 and 1 at 10. Probes: 0 at 1 (right, 1), 0 at 7 (wrong, 3), 1 at 12 (right, 2), and unknown
        // ones at 1.5 (1.5) and at 20 (10).
        let gallery = [0.0, 10.0];
        let probes = [1.0, 7.0, 12.0, 1.5, 20.0];
        let rows = |values| Rows::new("rows", values, 1).expect("finite rows");
        let found = identify(rows(&gallery), &[0, 1], rows(&probes), &[0, 0, 1, 5, 6], Distance::Euclidean)
            .expect("known and unknown");
        assert_eq!(found.probes, [3, 2], "three known, two unknown");
        let third = 1.0 / 3.0;
        assert!((found.dir_at_far(0.0) - third).abs() < 1e-12, "one before the first alarm");
        assert!((found.dir_at_far(0.5) - 2.0 * third).abs() < 1e-12, "both right ones beside one alarm");
        assert!((found.rank_1 - 2.0 * third).abs() < 1e-12, "two of three, whatever the threshold");
        // ⅓ up to half of the alarms, ⅔ for the rest.
        assert!((found.area - 0.5 * third - 0.5 * 2.0 * third).abs() < 1e-12, "area {}", found.area);
        let code = |labels: &[u16]| {
            identify(rows(&gallery), &[0, 1], rows(&probes), labels, Distance::Euclidean)
                .expect_err("refused")
                .code()
        };
        assert_eq!(code(&[0, 0, 1, 1, 1]), "data.insufficient", "no unknown probe");
        assert_eq!(code(&[7; 5]), "data.insufficient", "no known probe");
        assert_eq!(code(&[7]), "shape.mismatch", "a label a probe");
        let none = identify(rows(&[]), &[], rows(&probes), &[0; 5], Distance::Euclidean);
        assert_eq!(none.expect_err("refused").code(), "data.insufficient", "an empty gallery");
    }

    #[test]
    fn tied_answers_are_right_by_their_share() {
        // Both probes of class 0 are at 1 from one row of class 0 and two of class 1; the unknown one at 1 as well.
        let rows = |values| Rows::new("rows", values, 1).expect("finite rows");
        for labels in [[0, 1, 1], [1, 0, 1], [1, 1, 0]] {
            let found =
                identify(rows(&[0.0; 3]), &labels, rows(&[1.0, -1.0, 1.0]), &[0, 0, 9], Distance::Euclidean)
                    .expect("known and unknown");
            assert_eq!((found.tied_probes, found.curve.len()), (2, 2), "one step");
            assert!((found.rank_1 - 1.0 / 3.0).abs() < 1e-15, "one of three: {}", found.rank_1);
            assert!((found.area - 1.0 / 6.0).abs() < 1e-15, "a straight line: {}", found.area);
            assert_eq!(found.dir_at_far(0.5), 0.0, "no threshold accepts a part of them");
        }
    }
}
