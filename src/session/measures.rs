//! All measures of an embedding at once, except retrieval.

use serde::Serialize;

use super::Session;
use super::report::Space;
use crate::datasets::Role;
use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::evaluation::calibration::{Calibration, calibrate};
use crate::evaluation::clustering::{adjusted_mutual_information, k_means, normalized_mutual_information};
use crate::evaluation::embedding_shape::{Collapse, EmbeddingShape, collapse, measure};
use crate::evaluation::hubness::{Hubness, hubness};
use crate::evaluation::open_set::{OpenSetPoint, identify};
use crate::evaluation::pairs::pairs;
use crate::evaluation::retrieval::{RetrievalDetail, detail};
use crate::evaluation::verification::{Criterion, ErrorRates, verify};
use crate::losses::{Loss, Triplet};
use crate::neighbours::Rows;

/// Same and different pairs at most.
const PAIRS: usize = 20_000;
/// Samples of a part at most: k-means and detail go by the square of it, and training waits.
const SAMPLES: usize = 1_000;
/// Points of a curve that go out.
const SHOWN: usize = 200;
/// Neighbours of a row in the graph whose hubs are looked for; fewer where there are not as many rows.
const GRAPH: usize = 10;
/// Draws behind an interval.
const RESAMPLES: usize = 400;
/// False match rates that are asked for.
const RATES: [f64; 3] = [0.1, 0.01, 0.001];

/// All measures, on seen and on unseen classes.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Measures {
    /// Step of the network.
    pub step: u64,
    /// Where it was measured.
    pub space: Space,
    /// By which distance.
    pub metric: Distance,
    /// Classes that are trained on; none where `absent` says why.
    pub seen: Option<PartMeasures>,
    /// Classes never trained on; none when none is held out, or where `absent` says why.
    pub unseen: Option<PartMeasures>,
    /// Half of the seen samples as gallery, the others and the unseen as probes; none when no class is held out, or where
    /// `absent` says why.
    pub open_set: Option<OpenSetMeasures>,
    /// Parts that have samples and cannot be measured.
    pub absent: Vec<AbsentPart>,
}

/// A part of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// Classes that are trained on.
    Seen,
    /// Classes never trained on.
    Unseen,
    /// Known and unknown classes together.
    OpenSet,
}

/// A part without measures, and why: verification needs two classes, say, and one is held out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AbsentPart {
    /// Which part.
    pub part: Part,
    /// Code of the error that it would have been: `data.one_class` or `data.insufficient`.
    pub code: &'static str,
    /// The same as a sentence.
    pub message: String,
}

/// Measures of some classes.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartMeasures {
    /// Classes one by one, and intervals.
    pub retrieval: RetrievalDetail,
    /// Same or different?
    pub verification: VerificationMeasures,
    /// Normalised mutual information of k-means groups and classes.
    pub nmi: f64,
    /// Adjusted for chance.
    pub ami: f64,
    /// How the embedding lies.
    pub shape: EmbeddingShape,
    /// Whether it has collapsed, and why.
    pub collapse: Collapse,
    /// Whether a few samples are everyone's neighbours.
    pub hubness: HubnessMeasures,
}

/// How unequal the in-degrees `N_k` of the graph of k nearest neighbours are, [`hubness`].
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HubnessMeasures {
    /// Neighbours of each sample; the mean of all `N_k`.
    pub k: usize,
    /// Above 1 there are strong hubs.
    pub skewness: f64,
    /// Share of the samples that are nobody's neighbour.
    pub orphans: f64,
    /// The largest `N_k`.
    pub largest: f64,
    /// Samples whose list ends within a tie.
    pub tied_queries: usize,
}

/// Verification by a threshold on the distance.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerificationMeasures {
    /// Same and different pairs looked at.
    pub pairs: [usize; 2],
    /// Pairs at the distance of a pair of the other kind.
    pub tied_pairs: usize,
    /// Equal error rate.
    pub eer: f64,
    /// Area under the ROC.
    pub auc: f64,
    /// Where FMR and FNMR are as equal as can be.
    pub at_equal_errors: ErrorRates,
    /// The curve's point for FMR of at most 0.1, 0.01 and 0.001.
    pub at_fmr: Vec<ErrorRates>,
    /// ROC and DET, thinned.
    pub curve: Vec<ErrorRates>,
    /// From distance to the chance of being the same.
    pub calibration: Calibration,
}

/// Known ones named, unknown ones turned away.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenSetMeasures {
    /// Known and unknown probes.
    pub probes: [usize; 2],
    /// Known probes whose nearest gallery rows are of their class and of others.
    pub tied_probes: usize,
    /// DIR when every answer is accepted.
    pub rank_1: f64,
    /// Area under DIR over FAR.
    pub area: f64,
    /// DIR with a FAR of at most 0.1, 0.01 and 0.001.
    pub dir_at_far: Vec<f64>,
    /// DIR over FAR, thinned.
    pub curve: Vec<OpenSetPoint>,
}

impl Session {
    /// Measures the embedding, or the pixels, on at most a thousand samples of each part. A part whose samples do not allow it
    /// is left out and named in the answer.
    ///
    /// # Errors
    /// `training.diverged`, `data.too_large`, `distance.out_of_range`, `device.*`.
    pub async fn measures(&mut self, space: Space) -> Result<Measures> {
        let metric = self.metric(space);
        let seen = some_of(self.measurable(self.measured_seen().0, space));
        let unseen = some_of(self.measurable(self.split().indices(Role::Unseen), space));
        let seen_rows = self.rows_of(&seen, space).await?;
        let unseen_rows = self.rows_of(&unseen, space).await?;
        let labels = |indices: &[u32]| -> Vec<u16> {
            indices.iter().map(|&i| self.dataset.labels[i as usize]).collect()
        };
        let (seen_labels, unseen_labels) = (labels(&seen), labels(&unseen));
        let mut absent = Vec::new();
        let open_set = if unseen.is_empty() || seen.is_empty() {
            None
        } else {
            let dim = seen_rows.len() / seen.len();
            let found = open_set((&seen_rows, &seen_labels), (&unseen_rows, &unseen_labels), dim, metric);
            present(Part::OpenSet, found, &mut absent)?
        };
        let mut part = |part, values: &[f32], labels: &[u16]| {
            if labels.is_empty() {
                return Ok(None);
            }
            present(part, self.part(values, labels, metric), &mut absent)
        };
        Ok(Measures {
            step: self.step,
            space,
            metric,
            seen: part(Part::Seen, &seen_rows, &seen_labels)?,
            unseen: part(Part::Unseen, &unseen_rows, &unseen_labels)?,
            open_set,
            absent,
        })
    }

    fn part(&self, values: &[f32], labels: &[u16], metric: Distance) -> Result<PartMeasures> {
        let rows = Rows::new("embeddings", values, values.len() / labels.len())?;
        let mut random = self.root.fork("measures");
        let found = pairs(rows, labels, metric, PAIRS, &mut random)?;
        let verified = verify(&found)?;
        let mut classes = labels.to_vec();
        classes.sort_unstable();
        classes.dedup();
        let groups = k_means(rows, classes.len(), &mut random)?;
        let (margin, at_rest) = match self.config.loss {
            Loss::Triplet(Triplet { margin, smooth: false, .. }) => (margin, Some(margin)),
            Loss::Triplet(Triplet { margin, .. }) => (margin, None),
            _ => (self.config.miner.margin, None),
        };
        let shape = measure(rows, labels, metric, margin, &mut random)?;
        Ok(PartMeasures {
            retrieval: detail(rows, labels, metric, RESAMPLES, &mut random)?,
            nmi: normalized_mutual_information(labels, &groups)?,
            ami: adjusted_mutual_information(labels, &groups)?,
            collapse: collapse(&shape, &self.recent, at_rest),
            shape,
            hubness: hubs(rows, metric)?,
            verification: VerificationMeasures {
                pairs: verified.pairs,
                tied_pairs: verified.tied_pairs,
                eer: verified.eer,
                auc: verified.auc,
                at_equal_errors: verified.at(Criterion::EqualErrors),
                at_fmr: RATES.iter().map(|&rate| verified.at(Criterion::FmrAtMost { rate })).collect(),
                calibration: calibrate(&found)?,
                curve: thinned(verified.curve),
            },
        })
    }
}

fn hubs(rows: Rows<'_>, metric: Distance) -> Result<HubnessMeasures> {
    let k = GRAPH.min(rows.count().saturating_sub(1));
    let found = hubness(rows, k, metric, 0)?;
    let largest = found.in_degrees.iter().copied().fold(0.0, f64::max);
    let Hubness { skewness, orphans, tied_queries, .. } = found;
    Ok(HubnessMeasures { k, skewness, orphans, largest, tied_queries })
}

/// The measures of a part, or none and the reason in `absent` where its samples do not allow them.
fn present<T>(part: Part, found: Result<T>, absent: &mut Vec<AbsentPart>) -> Result<Option<T>> {
    match found {
        Ok(measures) => Ok(Some(measures)),
        Err(error @ (Error::DataOneClass | Error::DataInsufficient(_))) => {
            absent.push(AbsentPart { part, code: error.code(), message: error.to_string() });
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// An even choice of samples.
fn some_of(indices: Vec<u32>) -> Vec<u32> {
    let count = indices.len();
    if count <= SAMPLES {
        return indices;
    }
    (0..SAMPLES).map(|at| indices[at * count / SAMPLES]).collect()
}

fn open_set(
    (seen, seen_labels): (&[f32], &[u16]),
    (unseen, unseen_labels): (&[f32], &[u16]),
    dim: usize,
    metric: Distance,
) -> Result<OpenSetMeasures> {
    let half = |parity: usize| -> (Vec<f32>, Vec<u16>) {
        // Every other sample of each class.
        let mut count = std::collections::HashMap::new();
        let mut kept = (Vec::new(), Vec::new());
        for (row, &label) in seen.chunks_exact(dim).zip(seen_labels) {
            let place = count.entry(label).or_insert(0_usize);
            if *place % 2 == parity {
                kept.0.extend_from_slice(row);
                kept.1.push(label);
            }
            *place += 1;
        }
        kept
    };
    let ((gallery, gallery_labels), (mut probes, mut probe_labels)) = (half(0), half(1));
    probes.extend_from_slice(unseen);
    probe_labels.extend_from_slice(unseen_labels);
    let rows = |what, values| Rows::new(what, values, dim);
    let found = identify(
        rows("gallery", &gallery)?,
        &gallery_labels,
        rows("probes", &probes)?,
        &probe_labels,
        metric,
    )?;
    Ok(OpenSetMeasures {
        probes: found.probes,
        tied_probes: found.tied_probes,
        rank_1: found.rank_1,
        area: found.area,
        dir_at_far: RATES.iter().map(|&rate| found.dir_at_far(rate)).collect(),
        curve: thinned(found.curve),
    })
}

/// An even choice of a curve's points, with both ends. The first threshold, −∞, has no JSON and becomes null.
fn thinned<T: Clone>(curve: Vec<T>) -> Vec<T> {
    if curve.len() <= SHOWN {
        return curve;
    }
    let last = curve.len() - 1;
    (0..SHOWN).map(|at| curve[at * last / (SHOWN - 1)].clone()).collect()
}
