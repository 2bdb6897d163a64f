//! Open-set identification: a gallery of known ones, probes of which some are known and some are not.
//!
//! A probe's answer is its nearest gallery row, accepted up to a threshold. DIR (detection and identification rate) is
//! the share of known probes whose answer is accepted and right; FAR (false alarm rate) the share of unknown probes
//! whose answer is accepted. Phillips, Grother & Micheals 2011, Handbook of Face Recognition, ch. 21.

use serde::Serialize;

use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::neighbours::{Rows, nearest};

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

/// How known ones are named and unknown ones turned away.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenSet {
    /// Probes whose class is in the gallery, and those whose is not.
    pub probes: [usize; 2],
    /// By ascending threshold.
    pub curve: Vec<OpenSetPoint>,
    /// Area under DIR over FAR: at most the rank-1 rate.
    pub area: f64,
    /// Share of known probes named rightly when every answer is accepted.
    pub rank_1: f64,
}

/// Asks the gallery about each probe.
///
/// # Errors
/// `shape.mismatch` for labels or rows that do not fit; `k.out_of_range` for an empty gallery; `data.invalid` unless
/// there are known and unknown probes.
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
    let found = nearest(probes, gallery, 1, distance)?;
    let known = probe_labels.iter().filter(|label| gallery_labels.contains(label)).count();
    let unknown = probe_labels.len() - known;
    if known == 0 || unknown == 0 {
        return Err(Error::data(
            "open-set identification needs probes that are known and probes that are not",
        ));
    }
    let mut answers: Vec<(f32, Answer)> = probe_labels
        .iter()
        .zip(found.distances.iter().zip(&found.indices))
        .map(|(label, (&distance, &index))| {
            let answer = if !gallery_labels.contains(label) {
                Answer::Unknown
            } else if gallery_labels[index as usize] == *label {
                Answer::Right
            } else {
                Answer::Wrong
            };
            (distance, answer)
        })
        .collect();
    answers.sort_unstable_by(|x, y| x.0.total_cmp(&y.0));
    let mut curve = vec![OpenSetPoint {
        threshold: f64::NEG_INFINITY,
        detection_and_identification: 0.0,
        false_alarms: 0.0,
    }];
    let (mut right, mut alarms) = (0, 0);
    for (at, &(distance, answer)) in answers.iter().enumerate() {
        match answer {
            Answer::Right => right += 1,
            Answer::Wrong => {}
            Answer::Unknown => alarms += 1,
        }
        if answers.get(at + 1).is_none_or(|next| next.0 > distance) {
            curve.push(OpenSetPoint {
                threshold: f64::from(distance),
                detection_and_identification: f64::from(right) / known as f64,
                false_alarms: f64::from(alarms) / unknown as f64,
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
    Ok(OpenSet { probes: [known, unknown], curve, area, rank_1 })
}

#[derive(Clone, Copy)]
enum Answer {
    Right,
    Wrong,
    Unknown,
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
        assert_eq!(code(&[0, 0, 1, 1, 1]), "data.invalid", "no unknown probe");
        assert_eq!(code(&[7; 5]), "data.invalid", "no known probe");
        assert_eq!(code(&[7]), "shape.mismatch", "a label a probe");
    }
}
