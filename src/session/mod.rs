//! A session: one experiment, driven from outside.
//!
//! The client pulls: [`Session::advance`] does some steps and returns; to pause is to stop calling.
//! A step reads nothing back from the device; the losses of a call are read together at its end.

mod adjust;
mod config;
mod limits;
mod measures;
mod memory;
mod picture;
mod report;
mod search;
mod state;
mod step;
mod store;
mod training;
mod tune;

use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData, Transaction};

use crate::datasets::{NumberType, Preparation, SampleKind, Sampler, Split, without_presence};
use crate::distances::{Distance, RowKind};
use crate::error::{Error, Result};
use crate::losses::{Loss, Owns};
use crate::neighbours::Rows;
use crate::networks::{
    Ending, LossParameters, Network, NetworkConfig, Optimizer, Parameter, ParameterVisitor,
};
use crate::pairing::Pairing;
use crate::random::Random;

pub use crate::datasets::Dataset;
pub use config::{AugmentConfig, BatchConfig, BatchLabels, EmbeddingConfig, SessionConfig};
pub use measures::{AbsentPart, Measures, OpenSetMeasures, Part, PartMeasures, VerificationMeasures};
pub use picture::{Picture, PictureRequest};
pub use report::{BatchView, Evaluation, Space, StepReport, TripletCounts};
pub use search::NearSamples;
pub use training::{OptimizerConfig, Schedule};

use crate::readback::{device_error, floats};
use crate::sealed::Output;
use memory::Memory;
use picture::View;
use search::Indexes;
use state::{Collect, Fill, Identity, Progress, Saved};
use store::EmbeddingStore;

/// Number of recent losses that decide whether training has stalled.
const RECENT: usize = 20;

/// An experiment in progress.
pub struct Session {
    config: SessionConfig,
    dataset: Rc<Dataset>,
    split: Split,
    device: Device,
    network: Network,
    /// Parameters of the main loss, then of each added one; none where a loss has none.
    learned: Vec<Option<LossParameters>>,
    memory: Memory,
    optimizer: Optimizer,
    sampler: Sampler,
    random: Random,
    /// Where each step's miners take their chances, by the number of the step.
    root: Random,
    /// From the numbers of the data set to those that the network gets.
    preparation: Preparation,
    /// Pairs of the last batch, for the next one.
    pairing: Option<Pairing>,
    last_batch: Vec<u32>,
    step: u64,
    /// The last losses, newest last.
    recent: Vec<f32>,
    store: EmbeddingStore,
    indexes: Indexes,
    /// Scores of the raw samples for a k, which no step changes.
    baseline: Option<(usize, Evaluation)>,
    view: View,
}

/// Samples that a client brings, in the data set's own form.
#[derive(Clone, Copy, Debug)]
pub enum Samples<'a> {
    /// For a data set of bytes.
    Bytes(&'a [u8]),
    /// For a data set of floats.
    Floats(&'a [f32]),
}

impl Samples<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Floats(floats) => floats.len(),
        }
    }

    /// Numbers `from..to` as a data set gives them.
    fn numbers(&self, from: usize, to: usize) -> Vec<f32> {
        match self {
            Self::Bytes(bytes) => bytes[from..to].iter().map(|&p| f32::from(p) / 255.0).collect(),
            Self::Floats(floats) => floats[from..to].to_vec(),
        }
    }
}

/// Counts the numbers of what is not frozen.
struct Count<'a>(&'a OptimizerConfig, usize);

impl ParameterVisitor for Count<'_> {
    type Error = Error;
    fn visit<const D: usize>(&mut self, parameter: &mut Parameter<D>) -> Result<()> {
        if !self.0.freezes(&parameter.name) {
            self.1 += parameter.count();
        }
        Ok(())
    }
}

/// Fresh parameters of a loss, the `at`-th of a session's losses.
fn fresh(
    loss: &Loss,
    at: usize,
    dim: usize,
    classes: usize,
    random: &mut Random,
    device: &Device,
) -> Option<LossParameters> {
    let name = if at == 0 { "classifier".to_string() } else { format!("classifier_{at}") };
    match loss.owns() {
        Owns::Nothing => None,
        Owns::Weights { centers } => {
            Some(LossParameters::weights(&name, dim, classes * centers, random, device))
        }
        Owns::Boundaries { per_class, start } => {
            Some(LossParameters::boundaries(&name, if per_class { classes } else { 1 }, start, device))
        }
        Owns::Predictor => Some(LossParameters::weights(&name, dim, dim, random, device)),
        Owns::Histogram { bins } => Some(LossParameters::of_histogram(&name, bins, device)),
    }
}

/// The network and the parameters of each loss, all fresh.
fn networks(
    config: &SessionConfig,
    dataset: &Dataset,
    root: &Random,
    device: &Device,
) -> (Network, Vec<Option<LossParameters>>) {
    let header = &dataset.header;
    let shape = [header.channels, header.height, header.width];
    let embedding = config.embedding;
    let mut weights = root.fork("weights");
    let ending = match config.distance.rows() {
        RowKind::Histograms => Ending::Histogram,
        _ if embedding.normalize => Ending::Unit,
        _ => Ending::Plain,
    };
    let mut network = Network::new(&config.network, shape, embedding.dim, ending, &mut weights, device);
    if header.kind() == SampleKind::Sequences {
        network = network.with_presence();
    }
    if config.distance == Distance::Mahalanobis {
        network = network.with_factor(embedding.dim, device);
    }
    let learned = config
        .losses()
        .enumerate()
        .map(|(at, loss)| fresh(&loss, at, embedding.dim, header.classes.len(), &mut weights, device))
        .collect();
    (network, learned)
}

impl Session {
    /// Fresh weights on `device` (without autodiff; the session adds it where it trains).
    ///
    /// # Errors
    /// `config.invalid`, `batch.too_small`, `data.one_class`.
    pub fn new(config: SessionConfig, dataset: Rc<Dataset>, device: &Device) -> Result<Self> {
        config.validate(&dataset)?;
        let split = Split::new(&dataset.labels, dataset.header.classes.len(), config.unseen_classes)?;
        let counts = matches!(config.network, NetworkConfig::Bag { .. });
        let preparation = Preparation::of(&dataset, &split, counts);
        Self::with(config, dataset, split, preparation, device)
    }

    fn with(
        config: SessionConfig,
        dataset: Rc<Dataset>,
        split: Split,
        preparation: Preparation,
        device: &Device,
    ) -> Result<Self> {
        let root = Random::new(u64::from(config.seed));
        let training = device.clone().autodiff();
        let (network, learned) = networks(&config, &dataset, &root, &training);
        let BatchConfig { classes, per_class, sampler, group_size, .. } = config.batch;
        let sampler = Sampler::new(&dataset.labels, &split.roles, classes, per_class, &root.fork("batches"))?
            .drawing(sampler, group_size)?;
        let OptimizerConfig { kind, momentum, weight_decay, .. } = config.optimizer;
        Ok(Self {
            random: root.fork("augmentation"),
            preparation,
            optimizer: Optimizer::new(kind, momentum, weight_decay),
            last_batch: Vec::new(),
            pairing: None,
            step: 0,
            recent: Vec::new(),
            view: View::default(),
            indexes: Indexes::default(),
            baseline: None,
            store: EmbeddingStore::new(dataset.count(), config.embedding.dim),
            config,
            dataset,
            split,
            device: training,
            network,
            learned,
            memory: Memory::default(),
            root,
            sampler,
        })
    }

    /// Its configuration.
    pub fn config(&self) -> &SessionConfig {
        &self.config
    }

    /// Which samples are trained on, tested, and of unseen classes.
    pub fn split(&self) -> &Split {
        &self.split
    }

    /// Steps done.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// Count of learnable numbers.
    pub fn parameters(&mut self) -> usize {
        let config = self.config.optimizer.clone();
        let mut count = Count(&config, 0);
        // A visitor that only counts cannot fail.
        let _ = self.visit(&mut count);
        count.1
    }

    fn visit<V: ParameterVisitor>(&mut self, visitor: &mut V) -> std::result::Result<(), V::Error> {
        self.network.visit(visitor)?;
        self.learned.iter_mut().flatten().try_for_each(|learned| learned.visit(visitor))
    }

    /// Does `steps` training steps. Nothing is read back between them.
    ///
    /// # Errors
    /// `training.diverged` with the first step whose loss is not finite: all steps are done then, and the weights are lost.
    /// `batch.*` from the sampler, `device.*` from the read at the end.
    pub async fn advance(&mut self, steps: usize) -> Result<StepReport> {
        let (mut losses, mut actives) = (Vec::new(), Vec::new());
        if steps > 0 {
            self.indexes.drop_embedded();
        }
        for _ in 0..steps {
            let value = self.train_step()?;
            losses.push(value.value.detach().inner());
            actives.push(value.active.inner());
        }
        if losses.is_empty() {
            return Ok(StepReport { step: self.step, losses: Vec::new(), active: Vec::new() });
        }
        let data = Transaction::default()
            .register(Tensor::cat(losses, 0))
            .register(Tensor::cat(actives, 0))
            .execute_async()
            .await
            .map_err(device_error)?;
        let active = if self.config.loss.mines() { floats(&data[1]) } else { vec![f32::NAN; steps] };
        let losses = floats(&data[0]);
        if let Some(at) = losses.iter().position(|loss| !loss.is_finite()) {
            return Err(Error::TrainingDiverged { step: self.step - (steps - at) as u64 + 1 });
        }
        self.recent.extend_from_slice(&losses);
        self.recent.drain(..self.recent.len().saturating_sub(RECENT));
        Ok(StepReport { step: self.step, losses, active })
    }

    /// Embeds samples as the network is now.
    ///
    /// # Shapes
    /// `samples` holds `count` samples of the data set's shape and type; the result is count × dim.
    ///
    /// # Errors
    /// `config.invalid` for bytes where the data set has floats, or the other way round; `shape.mismatch`,
    /// `data.not_finite` for samples, or embeddings of them, that are not; `training.diverged`, `device.*`.
    pub async fn embed(&self, samples: Samples<'_>, count: usize) -> Result<Vec<f32>> {
        match (samples, self.dataset.header.number) {
            (Samples::Bytes(_), NumberType::U8) | (Samples::Floats(_), NumberType::F32) => {}
            (_, NumberType::U8) => {
                return Err(Error::config("pixels", "must be bytes, as the samples of the data set are"));
            }
            (_, NumberType::F32) => {
                return Err(Error::config("pixels", "must be floats, as the samples of the data set are"));
            }
        }
        let size = self.dataset.sample_len();
        if count.checked_mul(size) != Some(samples.len()) {
            return Err(Error::shape("pixels", count.saturating_mul(size), samples.len()));
        }
        if let Samples::Floats(values) = samples {
            Rows::new("pixels", values, size)?;
            let header = &self.dataset.header;
            let refused =
                |sample: &[f32]| header.kind() == SampleKind::Sequences && header.frames(sample).is_none();
            if let Some(at) = values.chunks_exact(size).position(refused) {
                return Err(Error::config("pixels", format!("must be sequences: {}", without_presence(at))));
            }
        }
        let chunk = self.chunk();
        let mut result = Vec::with_capacity(count * self.config.embedding.dim);
        for first in (0..count).step_by(chunk) {
            let rows = chunk.min(count - first);
            let values = samples.numbers(first * size, (first + rows) * size);
            let embedded = self.embed_rows(values, rows, chunk.min(count)).await?;
            self.check_finite(&embedded, |row| first + row).await?;
            result.extend(embedded);
        }
        Ok(result)
    }

    /// Looks for an embedding that is not finite. `sample` tells whose a row is.
    ///
    /// # Errors
    /// `training.diverged` where a sample of ones has no finite embedding either: the weights are to blame. Otherwise
    /// `data.not_finite`. `device.*`.
    async fn check_finite(&self, embedded: &[f32], sample: impl Fn(usize) -> usize) -> Result<()> {
        let Some(at) = embedded.iter().position(|x| !x.is_finite()) else { return Ok(()) };
        let ones = self.embed_prepared(vec![1.0; self.dataset.sample_len()], 1).await?;
        Err(if ones.iter().all(|x| x.is_finite()) {
            Error::not_finite("the embeddings", sample(at / self.config.embedding.dim))
        } else {
            Error::TrainingDiverged { step: self.step }
        })
    }

    /// Embeds `rows` samples of the data set's numbers; the pass has the shape of `filled` samples, since each new shape
    /// costs a GPU a shader.
    async fn embed_rows(&self, mut values: Vec<f32>, rows: usize, filled: usize) -> Result<Vec<f32>> {
        let size = self.dataset.sample_len();
        self.preparation.apply(&mut values, size)?;
        values.resize(filled * size, 0.0);
        let mut embedded = self.embed_prepared(values, filled).await?;
        embedded.truncate(rows * self.config.embedding.dim);
        Ok(embedded)
    }

    /// Embeds `rows` samples as the network gets them.
    async fn embed_prepared(&self, values: Vec<f32>, rows: usize) -> Result<Vec<f32>> {
        let header = &self.dataset.header;
        let shape = [rows, header.channels, header.height, header.width];
        let samples = Tensor::<4>::from_data(TensorData::new(values, shape), &self.device.clone().inner());
        let data = self.network.forward(samples, false).into_data_async().await.map_err(device_error)?;
        Ok(floats(&data))
    }

    /// Embeds samples of the data set and stores the embeddings.
    async fn refresh(&mut self, indices: &[u32]) -> Result<()> {
        for chunk in indices.chunks(self.chunk()) {
            let rows = chunk.len();
            let embedded = self.embed_rows(self.dataset.numbers(chunk)?, rows, rows).await?;
            self.check_finite(&embedded, |row| chunk[row] as usize).await?;
            self.store.put(chunk, &embedded, self.step);
        }
        Ok(())
    }

    /// The embeddings of the whole set, n × dim, all as the network is now.
    ///
    /// # Errors
    /// `training.diverged`, `data.not_finite` for an embedding beyond f32, `device.*`.
    pub async fn embeddings(&mut self) -> Result<&[f32]> {
        let due = self.store.due(self.dataset.header.count, self.step);
        self.refresh(&due).await?;
        Ok(self.store.values())
    }

    /// The session as a safetensors file.
    ///
    /// # Errors
    /// `training.diverged`, `device.*`.
    pub async fn save(&mut self) -> Result<Vec<u8>> {
        let mut file = Vec::new();
        self.save_to(&mut file).await?;
        Ok(file)
    }

    /// As [`Self::save`], part by part.
    pub(crate) async fn save_to(&mut self, output: &mut impl Output) -> Result<()> {
        let mut collect = Collect::new();
        self.visit(&mut collect)?;
        if let Some(rows) = self.memory.rows() {
            collect.add_memory(rows);
        }
        collect.add_preparation(&self.preparation, &self.device.clone().inner());
        let progress = Progress {
            identity: Identity::of(&self.dataset, Some(&self.split)),
            ink: self.preparation.ink,
            presence: self.dataset.header.kind() == SampleKind::Sequences,
            config: self.config.clone(),
            step: self.step,
            time: collect.time,
            random: self.random.state(),
            sampler: self.sampler.state().clone(),
            remembered: self.memory.labels().to_vec(),
            classes: self.dataset.header.classes.clone(),
        };
        collect.write_session(&progress, output).await
    }

    /// A session from such a file. It continues at the step of the saved one.
    ///
    /// # Errors
    /// `session.state_invalid` when the file is broken or was changed, or belongs to other data or another split of them.
    pub fn restore(bytes: &[u8], dataset: Rc<Dataset>, device: &Device) -> Result<Self> {
        let Saved { progress, file } = Saved::read(bytes)?;
        let refused = |error: Error| Error::StateInvalid(format!("its configuration is refused: {error}"));
        let split = Split::new(&dataset.labels, dataset.header.classes.len(), progress.config.unseen_classes);
        // Before the configuration: other data may refuse it, for reasons that do not tell that they are others.
        progress.identity.check(&Identity::of(&dataset, split.as_ref().ok()))?;
        progress.config.validate(&dataset).map_err(refused)?;
        let mut fill = Fill::new(file, progress.time, device.clone());
        let preparation = fill.preparation(progress.ink, dataset.sample_len())?;
        let mut session = Self::with(progress.config, dataset, split.map_err(refused)?, preparation, device)
            .map_err(refused)?;
        session.visit(&mut fill)?;
        if !progress.remembered.is_empty() {
            let rows = fill.memory([progress.remembered.len(), session.config.embedding.dim])?;
            session.memory.restore(rows, progress.remembered);
        }
        session.step = progress.step;
        session.random = Random::from_state(progress.random)?;
        session.sampler.restore(progress.sampler)?;
        Ok(session)
    }
}
