//! A session: one experiment, driven from outside.
//!
//! The client pulls: [`Session::advance`] does some steps and returns; to pause is to stop calling.
//! A step reads nothing back from the device; the losses of a call are read together at its end.

mod config;
mod measures;
mod memory;
mod report;
mod state;
mod step;
mod store;
mod training;

use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData, Transaction};

use crate::datasets::{Sampler, Split};
use crate::distances::{Distance, RowKind};
use crate::error::{Error, Result};
use crate::losses::{Loss, Owns};
use crate::networks::{Ending, LossParameters, Network, Optimizer, Parameter, ParameterVisitor};
use crate::pairing::Pairing;
use crate::random::Random;

pub use crate::datasets::Dataset;
pub use config::{AugmentConfig, BatchConfig, BatchLabels, EmbeddingConfig, SessionConfig};
pub use measures::{AbsentPart, Measures, OpenSetMeasures, Part, PartMeasures, VerificationMeasures};
pub use report::{BatchView, Evaluation, Picture, Space, StepReport, TripletCounts};
pub use training::{OptimizerConfig, Schedule};

use crate::readback::{device_error, floats};
use memory::Memory;
use report::View;
use state::{Collect, Fill, Progress, read_progress};
use store::EmbeddingStore;

/// Rows of one forward pass over the data set. One size, since each new shape costs a GPU a shader.
const CHUNK: usize = 500;
/// Losses that tell whether training stands still.
const RECENT: usize = 20;

/// An experiment in progress.
pub struct Session {
    config: SessionConfig,
    dataset: Rc<Dataset>,
    split: Split,
    device: Device,
    network: Network,
    /// What the main loss learns beside the network, then what each added one does.
    learned: Vec<Option<LossParameters>>,
    memory: Memory,
    optimizer: Optimizer,
    sampler: Sampler,
    random: Random,
    /// Where each step's miners take their chances, by the number of the step.
    root: Random,
    /// Of each channel, 0 to 1: what the network should see as nothing.
    background: Vec<f32>,
    /// Pairs of the last batch, for the next one.
    pairing: Option<Pairing>,
    last_batch: Vec<u32>,
    step: u64,
    /// The last losses, newest last.
    recent: Vec<f32>,
    store: EmbeddingStore,
    view: View,
    /// The pixels as rows, once raw neighbours were asked for.
    raw: Option<Vec<f32>>,
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

/// What a loss learns next to the network, the `at`-th of a session's losses.
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

impl Session {
    /// Fresh weights on `device` (without autodiff; the session adds it where it trains).
    ///
    /// # Errors
    /// `config.invalid`, `batch.too_small`, `data.one_class`.
    pub fn new(config: SessionConfig, dataset: Rc<Dataset>, device: &Device) -> Result<Self> {
        config.validate(&dataset)?;
        let header = &dataset.header;
        let classes = header.classes.len();
        let split = Split::new(&dataset.labels, classes, config.unseen_classes)?;
        let root = Random::new(u64::from(config.seed));
        let training = device.clone().autodiff();
        let shape = [header.channels, header.height, header.width];
        let embedding = config.embedding;
        let mut weights = root.fork("weights");
        let ending = match config.distance.rows() {
            RowKind::Histograms => Ending::Histogram,
            _ if embedding.normalize => Ending::Unit,
            _ => Ending::Plain,
        };
        let mut network =
            Network::new(&config.network, shape, embedding.dim, ending, &mut weights, &training);
        if config.distance == Distance::Mahalanobis {
            network = network.with_factor(embedding.dim, &training);
        }
        let losses = std::iter::once(config.loss).chain(config.objective.also.iter().map(|also| also.loss));
        let learned = losses
            .enumerate()
            .map(|(at, loss)| fresh(&loss, at, embedding.dim, classes, &mut weights, &training))
            .collect();
        let BatchConfig { classes, per_class, sampler, group_size, .. } = config.batch;
        let sampler = Sampler::new(&dataset.labels, &split.roles, classes, per_class, &root.fork("batches"))?
            .drawing(sampler, group_size)?;
        let background = dataset.background().iter().map(|&p| f32::from(p) / 255.0).collect();
        let OptimizerConfig { kind, momentum, weight_decay, .. } = config.optimizer;
        let store = EmbeddingStore::new(header.count, embedding.dim, &mut root.fork("refresh"));
        Ok(Self {
            random: root.fork("augmentation"),
            background,
            optimizer: Optimizer::new(kind, momentum, weight_decay),
            last_batch: Vec::new(),
            pairing: None,
            step: 0,
            recent: Vec::new(),
            view: View::default(),
            raw: None,
            config,
            dataset,
            split,
            device: training,
            network,
            learned,
            memory: Memory::default(),
            root,
            sampler,
            store,
        })
    }

    /// What it was configured with.
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

    /// Does `steps` training steps.
    ///
    /// # Errors
    /// `batch.*` from the sampler, `device.*` from the read at the end.
    pub async fn advance(&mut self, steps: usize) -> Result<StepReport> {
        let mut losses = Vec::with_capacity(steps);
        let mut actives = Vec::with_capacity(steps);
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
        self.recent.extend_from_slice(&losses);
        self.recent.drain(..self.recent.len().saturating_sub(RECENT));
        Ok(StepReport { step: self.step, losses, active })
    }

    /// Embeds pictures as the network is now.
    ///
    /// # Shapes
    /// `pixels` holds `count` pictures of the data set's shape; the result is count × dim.
    ///
    /// # Errors
    /// `shape.mismatch`, `device.*`.
    pub async fn embed(&self, pixels: &[u8], count: usize) -> Result<Vec<f32>> {
        let size = self.dataset.sample_len();
        if pixels.len() != count * size {
            return Err(Error::shape("pixels", count * size, pixels.len()));
        }
        let mut result = Vec::with_capacity(count * self.config.embedding.dim);
        for chunk in pixels.chunks(CHUNK * size) {
            let rows = chunk.len() / size;
            let mut values: Vec<f32> = chunk.iter().map(|&p| f32::from(p) / 255.0).collect();
            self.lift_background(&mut values);
            // Short chunks are filled up: see CHUNK.
            values.resize(CHUNK.min(count) * size, 0.0);
            let embedded = self.forward(values).await?;
            result.extend_from_slice(&embedded[..rows * self.config.embedding.dim]);
        }
        Ok(result)
    }

    async fn forward(&self, values: Vec<f32>) -> Result<Vec<f32>> {
        let header = &self.dataset.header;
        let shape = [values.len() / self.dataset.sample_len(), header.channels, header.height, header.width];
        let pictures = Tensor::<4>::from_data(TensorData::new(values, shape), &self.device.clone().inner());
        let data = self.network.forward(pictures, false).into_data_async().await.map_err(device_error)?;
        Ok(floats(&data))
    }

    async fn refresh(&mut self, indices: &[u32]) -> Result<()> {
        let size = self.dataset.sample_len();
        for chunk in indices.chunks(CHUNK) {
            let mut pixels = Vec::with_capacity(chunk.len() * size);
            for &index in chunk {
                pixels.extend_from_slice(self.dataset.picture(index as usize));
            }
            let embedded = self.embed(&pixels, chunk.len()).await?;
            self.store.put(chunk, &embedded, self.step);
        }
        Ok(())
    }

    /// The embeddings of the whole set, n × dim, all as the network is now.
    ///
    /// # Errors
    /// `device.*`.
    pub async fn embeddings(&mut self) -> Result<&[f32]> {
        let due = self.store.due(self.dataset.header.count, self.step);
        self.refresh(&due).await?;
        Ok(self.store.values())
    }

    /// The session as a safetensors file.
    ///
    /// # Errors
    /// `device.*`.
    pub async fn save(&mut self) -> Result<Vec<u8>> {
        let mut collect = Collect::new();
        self.visit(&mut collect)?;
        if let Some(rows) = self.memory.rows() {
            collect.add_memory(rows);
        }
        let progress = Progress {
            dataset: self.dataset.header.name.clone(),
            config: self.config.clone(),
            step: self.step,
            time: collect.time,
            random: self.random.state(),
            sampler: self.sampler.state().clone(),
            remembered: self.memory.labels().to_vec(),
        };
        collect.write(&progress).await
    }

    /// A session from such a file; it goes on where the saved one stood.
    ///
    /// # Errors
    /// `session.state_invalid` when the file is broken or belongs to another data set.
    pub fn restore(bytes: &[u8], dataset: Rc<Dataset>, device: &Device) -> Result<Self> {
        let mut progress = read_progress(bytes)?;
        let remembered = std::mem::take(&mut progress.remembered);
        if progress.dataset != dataset.header.name {
            let reason =
                format!("it was trained on {} and {} is loaded", progress.dataset, dataset.header.name);
            return Err(Error::StateInvalid(reason));
        }
        let mut session = Self::new(progress.config, dataset, device)?;
        let mut fill = Fill::new(bytes, progress.time, device.clone())?;
        session.visit(&mut fill)?;
        if !remembered.is_empty() {
            let rows = fill.memory([remembered.len(), session.config.embedding.dim])?;
            session.memory.restore(rows, remembered);
        }
        session.step = progress.step;
        session.random = Random::from_state(progress.random)?;
        session.sampler.restore(progress.sampler)?;
        Ok(session)
    }

    /// |p − background|: pictures drawn on white become ink on nothing, like MNIST's.
    fn lift_background(&self, pictures: &mut [f32]) {
        let header = &self.dataset.header;
        let plane = header.height * header.width;
        for (i, channel) in pictures.chunks_exact_mut(plane).enumerate() {
            let background = self.background[i % header.channels];
            channel.iter_mut().for_each(|p| *p = (*p - background).abs());
        }
    }
}
