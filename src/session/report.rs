//! What a client sees of a session: pictures, scores, neighbours, a batch.

use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::Session;
use crate::datasets::Role;
use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::evaluation::retrieval::{RetrievalScores, across_domains, leave_one_out};
use crate::miners::{HostMining, Miner, MinerConfig};
use crate::neighbours::{Rows, nearest_where};
use crate::pairing::Triplets;
use crate::projection::{align, pca};
use crate::readback::{device_error, floats};

/// Losses of the steps of one call.
#[derive(Clone, Debug)]
pub struct StepReport {
    /// Steps done since the session began.
    pub step: u64,
    /// Loss of each step.
    pub losses: Vec<f32>,
    /// Share of mined candidates with a loss above zero, each step; NaN where nothing is mined.
    pub active: Vec<f32>,
}

/// The embeddings in the plane.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Step of the network.
    pub step: u64,
    /// x0 y0 x1 y1 …, NaN for a sample not embedded yet.
    pub xy: Vec<f32>,
    /// Share of the variance along each axis.
    pub explained: [f32; 2],
    /// Samples embedded by this call.
    pub refreshed: usize,
    /// Samples whose embedding is older than the network.
    pub stale: usize,
}

/// The last picture, which the next one is turned to.
#[derive(Default)]
pub(super) struct View {
    xy: Option<Vec<f32>>,
}

/// Where neighbours are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Space {
    /// The embedding.
    Embedding,
    /// The pixels themselves: the baseline.
    Raw,
}

/// Retrieval scores, seen and unseen classes apart.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evaluation {
    /// Step of the network.
    pub step: u64,
    /// Where it was measured.
    pub space: Space,
    /// By which distance.
    pub metric: Distance,
    /// Classes that are trained on.
    pub seen: Option<RetrievalScores>,
    /// Whether `seen` had to be measured on training samples, the set having no others.
    pub seen_is_training: bool,
    /// Classes never trained on; none when none is held out.
    pub unseen: Option<RetrievalScores>,
}

/// A batch under the eyes of the miner.
#[derive(Clone, Debug)]
pub struct BatchView {
    /// Step of the network.
    pub step: u64,
    /// Samples, sorted by class.
    pub indices: Vec<u32>,
    /// Their labels.
    pub labels: Vec<u16>,
    /// B × B, by the session's distance.
    pub distances: Vec<f32>,
    /// Whether these are similarities.
    pub similarity: bool,
    /// a0 p0 n0 a1 …, positions in `indices`.
    pub triplets: Vec<u32>,
    /// Counts over all triplets.
    pub counts: TripletCounts,
}

/// How many triplets of a batch are of which kind.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct TripletCounts {
    /// All with a fitting label.
    pub valid: usize,
    /// The negative is nearer than the positive.
    pub hard: usize,
    /// Farther, within the margin.
    pub semihard: usize,
    /// Farther by more.
    pub easy: usize,
    /// Taken by the session's miner.
    pub mined: usize,
}

/// At most this many triplets go out with a batch.
const SHOWN_TRIPLETS: usize = 3000;
/// At most this many classes are measured where a set has only a few samples of each.
const MEASURED_CLASSES: usize = 320;

impl Session {
    /// Refreshes the next `refresh` samples in turn and projects all on their principal plane.
    ///
    /// # Errors
    /// `device.*`.
    pub async fn picture(&mut self, refresh: usize) -> Result<Picture> {
        let due = self.store.due(refresh, self.step);
        self.refresh(&due).await?;
        let plane = pca::project(self.store.values(), self.config.embedding.dim)?;
        let mut xy = plane.xy;
        if let Some(previous) = &self.view.xy {
            align::onto(previous, &mut xy)?;
        }
        self.view.xy = Some(xy.clone());
        Ok(Picture {
            step: self.step,
            xy,
            explained: plane.explained,
            refreshed: due.len(),
            stale: self.store.stale(self.step),
        })
    }

    /// Retrieval on seen and on unseen classes.
    ///
    /// # Errors
    /// `k.out_of_range`, `device.*`.
    pub async fn evaluate(&mut self, space: Space, k: usize) -> Result<Evaluation> {
        let (seen, seen_is_training) = self.measured_seen();
        let unseen = self.split.indices(Role::Unseen);
        let metric = self.metric(space);
        Ok(Evaluation {
            step: self.step,
            space,
            metric,
            seen: self.scores(&seen, space, metric, k).await?,
            seen_is_training,
            unseen: self.scores(&unseen, space, metric, k).await?,
        })
    }

    /// The samples that stand for seen classes, and whether they had to be training samples.
    pub(super) fn measured_seen(&self) -> (Vec<u32>, bool) {
        let seen = self.split.indices(Role::Test);
        if seen.is_empty() { (self.some_training_classes(), true) } else { (seen, false) }
    }

    /// Rows of samples, embedded as the network is now, or their ink.
    pub(super) async fn rows_of(&mut self, indices: &[u32], space: Space) -> Result<Vec<f32>> {
        Ok(match space {
            Space::Embedding => {
                let old = self.store.older_than(indices, self.step);
                self.refresh(&old).await?;
                self.store.rows(indices)
            }
            Space::Raw => self.dataset.ink(indices),
        })
    }

    fn some_training_classes(&self) -> Vec<u32> {
        let labels = &self.dataset.labels;
        let mut training = self.split.indices(Role::Train);
        let mut classes: Vec<u16> = training.iter().map(|&i| labels[i as usize]).collect();
        classes.sort_unstable();
        classes.dedup();
        // Evenly spread over the classes, since neighbours in the list are often alike.
        let stride = classes.len().div_ceil(MEASURED_CLASSES).max(1);
        let taken: Vec<u16> = classes.into_iter().step_by(stride).collect();
        training.retain(|&i| taken.binary_search(&labels[i as usize]).is_ok());
        training
    }

    pub(super) fn metric(&self, space: Space) -> Distance {
        match space {
            // On pixels with an empty background the angle is the stronger baseline.
            Space::Raw => Distance::Cosine,
            Space::Embedding => self.config.distance,
        }
    }

    async fn scores(
        &mut self,
        indices: &[u32],
        space: Space,
        metric: Distance,
        k: usize,
    ) -> Result<Option<RetrievalScores>> {
        if indices.is_empty() {
            return Ok(None);
        }
        let labels: Vec<u16> = indices.iter().map(|&i| self.dataset.labels[i as usize]).collect();
        let rows = self.rows_of(indices, space).await?;
        let dim = rows.len() / indices.len();
        let rows = Rows::new("embeddings", &rows, dim)?;
        let scores = if self.dataset.domain_of.is_empty() {
            leave_one_out(rows, &labels, metric, k)?
        } else {
            let domains: Vec<u8> = indices.iter().map(|&i| self.dataset.domain_of[i as usize]).collect();
            across_domains(rows, &labels, &domains, metric, k)?
        };
        Ok(Some(scores))
    }

    /// The k nearest other samples of one sample, with distances, nearest first. In the embedding
    /// these are the nearest of the samples embedded so far: see [`Self::picture`].
    ///
    /// # Errors
    /// `index.out_of_range`, `k.out_of_range`, `device.*`.
    pub async fn neighbours(&mut self, index: usize, k: usize, space: Space) -> Result<(Vec<u32>, Vec<f32>)> {
        let count = self.dataset.header.count;
        if index >= count {
            return Err(Error::IndexOutOfRange { index, count });
        }
        let metric = self.metric(space);
        match space {
            Space::Raw => {
                let all: Vec<u32> = (0..count as u32).collect();
                if self.raw.is_none() {
                    self.raw = Some(self.dataset.ink(&all));
                }
                let rows = self.raw.as_deref().unwrap_or_default();
                nearest_other(rows, self.dataset.sample_len(), index, k, metric)
            }
            Space::Embedding => {
                let old = self.store.older_than(&[index as u32], self.step);
                self.refresh(&old).await?;
                let mut known = self.store.known();
                if known.len() <= k {
                    // Too early for an answer: embed what is missing first.
                    let missing = self.store.missing();
                    self.refresh(&missing).await?;
                    known = self.store.known();
                }
                let rows = self.store.rows(&known);
                let at = known.binary_search(&(index as u32)).unwrap_or_default();
                let (found, distances) = nearest_other(&rows, self.config.embedding.dim, at, k, metric)?;
                Ok((found.into_iter().map(|i| known[i as usize]).collect(), distances))
            }
        }
    }

    /// The last batch trained on (before the first step: the one that comes), as the network sees it.
    ///
    /// # Errors
    /// `batch.*`, `device.*`.
    pub async fn batch(&mut self) -> Result<BatchView> {
        let indices = if self.last_batch.is_empty() {
            // A copy of the sampler: looking does not change the run.
            self.sampler.clone().next_batch()
        } else {
            // Each sample once: its views are of the past.
            let mut samples = self.last_batch.clone();
            samples.dedup();
            samples
        };
        let mut pixels = Vec::new();
        for &index in &indices {
            pixels.extend_from_slice(self.dataset.picture(index as usize));
        }
        let rows = indices.len();
        let embedded = self.embed(&pixels, rows).await?;
        let device = self.device.clone().inner();
        let x = Tensor::<2>::from_data(TensorData::new(embedded, [rows, self.config.embedding.dim]), &device);
        let matrix = self.config.distance.matrix(x.clone(), x);
        let distances = floats(&matrix.into_data_async().await.map_err(device_error)?);
        let labels: Vec<u16> = indices.iter().map(|&i| self.dataset.labels[i as usize]).collect();
        let mining = HostMining {
            distance: self.config.distance,
            matrix: &distances,
            labels: &labels,
            dim: self.config.embedding.dim,
        };
        // The chances of the step that made the batch.
        let mut random = self.root.fork_at("mining", self.step.saturating_sub(1));
        let mined = self.config.miner.mine(&mining, &mut random).triplets();
        Ok(BatchView {
            step: self.step,
            counts: self.counts(&mining, mined.len()),
            triplets: shown(&mined),
            similarity: self.config.distance.is_similarity(),
            indices,
            labels,
            distances,
        })
    }

    fn counts(&self, mining: &HostMining<'_>, mined: usize) -> TripletCounts {
        let count = |kind: Miner| MinerConfig { kind, ..self.config.miner }.count(mining);
        TripletCounts {
            valid: count(Miner::None),
            hard: count(Miner::Hard),
            semihard: count(Miner::Semihard),
            easy: count(Miner::Easy),
            mined,
        }
    }
}

/// An even choice of the triplets, so that every part of the batch is among them.
fn shown(triplets: &Triplets) -> Vec<u32> {
    let stride = triplets.len().div_ceil(SHOWN_TRIPLETS).max(1);
    triplets.iter().step_by(stride).flat_map(|(a, p, n)| [a as u32, p as u32, n as u32]).collect()
}

fn nearest_other(
    rows: &[f32],
    dim: usize,
    index: usize,
    k: usize,
    metric: Distance,
) -> Result<(Vec<u32>, Vec<f32>)> {
    let query = Rows::new("embeddings", &rows[index * dim..(index + 1) * dim], dim)?;
    let all = Rows::new("embeddings", rows, dim)?;
    let found = nearest_where(query, all, k, metric, |_, reference| reference != index)?;
    Ok((found.indices, found.distances))
}
