//! The answers of a session: reports of steps, scores, a batch.

use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::Session;
use crate::datasets::Role;
use crate::distances::Distance;
use crate::error::Result;
use crate::evaluation::retrieval::{RetrievalScores, across_domains, leave_one_out};
use crate::miners::{HostMining, Miner, MinerConfig};
use crate::neighbours::Rows;
use crate::pairing::Triplets;
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
    /// Retrieval on seen and on unseen classes. Of more than 10,000 samples, or of fewer where each has many numbers, an
    /// even choice of every class is compared; the scores say how many queries there were. Those of raw samples never change,
    /// so they are computed once for a `k`.
    ///
    /// # Errors
    /// `k.out_of_range`; `data.insufficient` where no class has two samples; `training.diverged`,
    /// `distance.out_of_range`; `device.*`.
    pub async fn evaluate(&mut self, space: Space, k: usize) -> Result<Evaluation> {
        if let Some((of, kept)) = &self.baseline
            && (*of, Space::Raw) == (k, space)
        {
            return Ok(Evaluation { step: self.step, ..kept.clone() });
        }
        let (seen, seen_is_training) = self.measured_seen();
        let seen = self.measurable(seen, space);
        let unseen = self.measurable(self.split.indices(Role::Unseen), space);
        let metric = self.metric(space);
        let found = Evaluation {
            step: self.step,
            space,
            metric,
            seen: self.scores(&seen, space, metric, k).await?,
            seen_is_training,
            unseen: self.scores(&unseen, space, metric, k).await?,
        };
        if space == Space::Raw {
            self.baseline = Some((k, found.clone()));
        }
        Ok(found)
    }

    /// The samples that represent seen classes, and whether they are training samples.
    pub(super) fn measured_seen(&self) -> (Vec<u32>, bool) {
        let seen = self.split.indices(Role::Test);
        if seen.is_empty() { (self.some_training_classes(), true) } else { (seen, false) }
    }

    /// Rows of samples, embedded as the network is now, or their ink.
    pub(super) async fn rows_of(&mut self, indices: &[u32], space: Space) -> Result<Vec<f32>> {
        Ok(match space {
            Space::Embedding => {
                self.embed_again(indices).await?;
                self.store.rows(indices)
            }
            Space::Raw => self.raw_rows(indices)?,
        })
    }

    /// Samples of the data set as the network gets them.
    pub(super) fn raw_rows(&self, indices: &[u32]) -> Result<Vec<f32>> {
        let mut rows = self.dataset.numbers(indices)?;
        self.preparation.apply(&mut rows, self.dataset.sample_len())?;
        Ok(rows)
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
            // The angle is the stronger baseline for ink and counts; for numbers about their mean, the length counts too.
            Space::Raw if self.preparation.keeps_units() => Distance::Cosine,
            Space::Raw => Distance::Euclidean,
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

    /// The last batch trained on (before the first step: the one that comes), as the network sees it.
    ///
    /// # Errors
    /// `batch.*`, `training.diverged`, `device.*`.
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
        let rows = indices.len();
        let embedded = self.embed_rows(self.dataset.numbers(&indices)?, rows, rows).await?;
        self.check_finite(&embedded, |row| indices[row] as usize).await?;
        let device = self.device.clone().inner();
        let x = Tensor::<2>::from_data(TensorData::new(embedded, [rows, self.config.embedding.dim]), &device);
        let matrix = self.config.distance.matrix_unchecked(x.clone(), x);
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
