//! Two towers: two kinds of samples, a network each, in one space.
//!
//! A user and an item, a picture and a word: what belongs together is given as pairs, and both networks learn to put the two ends
//! of a pair close. Each end can then be embedded by itself, so a new item is found without training: the rows go into a
//! [`Gallery`](crate::gallery) or any other index.
//!
//! - [`Features`]: what a tower reads: rows of numbers, sequences of frames, or bags of ids with weights.
//! - [`TowerLoss`]: the loss of a batch of pairs; all other ends of the batch are negatives, but for those known to be pairs too.
//! - [`Towers`]: the two networks and their training.
//! - [`ranking`]: Recall@k and NDCG@k of what is recommended.
//!
//! Rows come out with length 1, so that the dot product is the cosine. Yi et al. 2019, Sampling-bias-corrected neural modeling for
//! large corpus item recommendations; Radford et al. 2021, CLIP.

mod features;
mod loss;
pub mod ranking;
mod state;

use std::collections::HashSet;
use std::convert::Infallible;

use burn::tensor::{Device, Gradients, Tensor, Transaction};
use serde::{Deserialize, Serialize};

pub use features::{Bags, Features, Sequences};
pub use loss::TowerLoss;
pub use ranking::RankingScores;

use crate::error::{Error, Result};
use crate::networks::{
    Ending, Network, NetworkConfig, Optimizer, OptimizerKind, Parameter, ParameterVisitor, Table, Uploaded,
};
use crate::random::Random;
use crate::readback::{device_error, floats};
use crate::setting::Range;

/// Rows embedded together.
const BLOCK: usize = 256;
/// Bytes of the scores of one ranking: 1 GiB.
const SCORES_LIMIT: u64 = 1 << 30;
/// The widest embedding.
const WIDEST: usize = 1_024;
/// Bytes that one tower may take in training, half of what a session may.
const LARGEST_TOWER: u64 = 1 << 29;
/// The largest batch: its matrix of all with all has the square of it.
const LARGEST_BATCH: usize = 2_048;

/// One of the two towers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum End {
    /// The first end of a pair: the user, the picture.
    Left,
    /// The second end: the item, the word.
    Right,
}

/// A tower's network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TowerConfig {
    /// The body. Bags reach it as the mean of their ids' vectors.
    pub network: NetworkConfig,
    /// For bags: the length of an id's vector.
    pub table: usize,
}

impl Default for TowerConfig {
    fn default() -> Self {
        Self { network: NetworkConfig::Mlp { hidden: vec![128] }, table: 64 }
    }
}

/// The settings of two towers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TowersConfig {
    /// Where all randomness comes from.
    pub seed: u32,
    /// Numbers of an embedding.
    pub dim: usize,
    /// Pairs of a batch.
    pub batch: usize,
    /// The loss.
    pub loss: TowerLoss,
    /// The first ends' network.
    pub left: TowerConfig,
    /// The second ends' network.
    pub right: TowerConfig,
    /// Which optimiser.
    pub optimizer: OptimizerKind,
    /// Its rate.
    pub learning_rate: f64,
    /// Its decay.
    pub weight_decay: f64,
    /// The first ends are bags of places of the second ends: what a user had before. In training a pair's second end is then left
    /// out of the bag, as it will be missing when it is asked for.
    pub history: bool,
}

impl Default for TowersConfig {
    fn default() -> Self {
        Self {
            seed: 0,
            dim: 32,
            batch: 256,
            loss: TowerLoss::Ntxent { temperature: 0.1 },
            left: TowerConfig::default(),
            right: TowerConfig::default(),
            optimizer: OptimizerKind::Adam,
            learning_rate: 1e-3,
            weight_decay: 0.0,
            history: false,
        }
    }
}

impl TowersConfig {
    /// Checks the settings that do not depend on the data.
    ///
    /// # Errors
    /// `config.invalid`, with the field's name.
    pub fn validate(&self) -> Result<()> {
        let within = |field: &str, value: usize, least: usize, most: usize| {
            if (least..=most).contains(&value) {
                return Ok(());
            }
            Err(Error::config(field, format!("must be from {least} to {most}, is {value}")))
        };
        within("dim", self.dim, 1, WIDEST)?;
        within("batch", self.batch, 2, LARGEST_BATCH)?;
        for (side, tower) in [("left", &self.left), ("right", &self.right)] {
            within(&format!("{side}.table"), tower.table, 1, WIDEST)?;
        }
        Range::above(0.0, 10.0).check("learningRate", self.learning_rate)?;
        Range::closed(0.0, 10.0).check("weightDecay", self.weight_decay)?;
        self.loss.validate()
    }
}

/// The losses of training steps.
#[derive(Clone, Debug, PartialEq)]
pub struct TowersReport {
    /// Steps so far.
    pub step: u64,
    /// The loss of each of the last steps.
    pub losses: Vec<f32>,
}

/// A network with the table of its bags.
struct Tower {
    table: Option<Table>,
    network: Network,
}

impl Tower {
    /// Refuses a tower that needs more than [`LARGEST_TOWER`]: each learnable number with its gradient and two moments, and the
    /// outputs of all layers for a batch, twice, with their gradients.
    fn check_size(config: &TowerConfig, features: &Features, towers: &TowersConfig) -> Result<()> {
        let shape = features.shape(config.table);
        let vectors = if let Features::Bags(bags) = features { bags.ids() as u64 } else { 0 };
        config.network.validate(shape)?;
        let table = vectors.saturating_mul(config.table as u64);
        let parameters = config.network.parameters(shape, towers.dim).saturating_add(table);
        let outputs = config.network.outputs(shape).saturating_mul(towers.batch.max(BLOCK) as u64);
        let bytes = parameters.saturating_add(outputs).saturating_mul(16);
        if bytes <= LARGEST_TOWER {
            return Ok(());
        }
        let (wanted, most) = (bytes >> 20, LARGEST_TOWER >> 20);
        Err(Error::config(
            "network",
            format!(
                "needs about {wanted} MiB to train, {parameters} learnable numbers, and {most} MiB are the most of a tower"
            ),
        ))
    }

    fn new(
        config: &TowerConfig,
        features: &Features,
        dim: usize,
        random: &mut Random,
        device: &Device,
    ) -> Self {
        let table = match features {
            Features::Bags(bags) => Some(Table::new("table", bags.ids(), config.table, random, device)),
            Features::Rows { .. } | Features::Sequences(_) => None,
        };
        let shape = features.shape(config.table);
        let network = Network::new(&config.network, shape, dim, Ending::Unit, random, device);
        let sequences = matches!(features, Features::Sequences(_));
        Self { table, network: if sequences { network.with_presence() } else { network } }
    }

    /// Embeds the samples at `indices`, `without[i]` left out of bag i. Shape: `[n, dim]`.
    fn forward(
        &self,
        features: &Features,
        (indices, without): (&[u32], Option<&[u32]>),
        training: bool,
        device: &Device,
    ) -> Tensor<2> {
        match (features, &self.table) {
            (Features::Bags(bags), Some(table)) => {
                let (ids, weights) = bags.padded(indices, without, device);
                let count = indices.len();
                let means = table.sum_of(ids, weights, training);
                let length = means.dims()[1];
                self.network.forward(means.reshape([count, 1, 1, length]), training)
            }
            _ => self.network.forward(features.tensor(indices, device), training),
        }
    }

    fn visit<V: ParameterVisitor>(&mut self, visitor: &mut V) -> std::result::Result<(), V::Error> {
        self.table.as_mut().map_or(Ok(()), |table| table.visit(visitor))?;
        self.network.visit(visitor)
    }
}

struct Descend<'a> {
    optimizer: &'a Optimizer,
    rate: f64,
    gradients: Gradients,
    uploaded: Uploaded,
}

impl ParameterVisitor for Descend<'_> {
    type Error = Infallible;
    fn visit<const D: usize>(&mut self, parameter: &mut Parameter<D>) -> std::result::Result<(), Infallible> {
        parameter.step(self.optimizer, self.rate, &mut self.gradients, None, &mut self.uploaded);
        Ok(())
    }
}

/// Two networks that learn one space from pairs. See the [module](self).
pub struct Towers {
    config: TowersConfig,
    left: Tower,
    right: Tower,
    features: [Features; 2],
    pairs: Vec<[u32; 2]>,
    known: HashSet<[u32; 2]>,
    /// The places of `pairs` in the order of this round, the next one last.
    order: Vec<u32>,
    optimizer: Optimizer,
    random: Random,
    device: Device,
    step: u64,
}

impl Towers {
    /// Fresh networks for these samples; `pairs` are places of the first and the second ends that belong together.
    ///
    /// # Errors
    /// `config.invalid`; `data.insufficient` for fewer than 2 pairs; `index.out_of_range` for a place that is none.
    pub fn new(
        config: TowersConfig,
        left: Features,
        right: Features,
        pairs: Vec<[u32; 2]>,
        device: &Device,
    ) -> Result<Self> {
        config.validate()?;
        if pairs.len() < 2 {
            return Err(Error::insufficient("two towers need at least 2 pairs"));
        }
        for &[first, second] in &pairs {
            for (index, count) in [(first, left.count()), (second, right.count())] {
                if index as usize >= count {
                    return Err(Error::IndexOutOfRange { index: index as usize, count });
                }
            }
        }
        let device = device.clone().autodiff();
        let root = Random::new(u64::from(config.seed));
        let of_places = matches!(&left, Features::Bags(bags) if bags.ids() == right.count());
        if config.history && !of_places {
            return Err(Error::config(
                "history",
                "needs first ends that are bags of the places of the second ends",
            ));
        }
        Tower::check_size(&config.left, &left, &config)?;
        Tower::check_size(&config.right, &right, &config)?;
        let make = |name: &str, tower: &TowerConfig, features: &Features| {
            Tower::new(tower, features, config.dim, &mut root.fork(name), &device)
        };
        let left_tower = make("left", &config.left, &left);
        let right_tower = make("right", &config.right, &right);
        Ok(Self {
            optimizer: Optimizer::new(config.optimizer, 0.9, config.weight_decay),
            left: left_tower,
            right: right_tower,
            known: pairs.iter().copied().collect(),
            order: Vec::new(),
            random: root.fork("batches"),
            features: [left, right],
            pairs,
            device,
            step: 0,
            config,
        })
    }

    /// Its settings.
    pub fn config(&self) -> &TowersConfig {
        &self.config
    }

    /// Steps done.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// Does `steps` steps. Nothing is read from the device before the last one.
    ///
    /// # Errors
    /// `training.diverged` with the first step whose loss is not finite: all steps are done then, and the weights are lost.
    /// `device.lost`, `device.out_of_memory`.
    pub async fn advance(&mut self, steps: usize) -> Result<TowersReport> {
        let mut reads = Transaction::default();
        for _ in 0..steps {
            let loss = self.train_step();
            reads = reads.register(loss);
        }
        let values = reads.execute_async().await.map_err(device_error)?;
        let losses: Vec<f32> = values.iter().flat_map(floats).collect();
        if let Some(at) = losses.iter().position(|loss| !loss.is_finite()) {
            return Err(Error::TrainingDiverged { step: self.step - (steps - at) as u64 + 1 });
        }
        Ok(TowersReport { step: self.step, losses })
    }

    fn train_step(&mut self) -> Tensor<1> {
        let batch = self.next_batch();
        let ends = |end: usize| -> Vec<u32> { batch.iter().map(|pair| pair[end]).collect() };
        let (firsts, seconds) = (ends(0), ends(1));
        let without = self.config.history.then_some(&seconds[..]);
        let left = self.left.forward(&self.features[0], (&firsts, without), true, &self.device);
        let right = self.right.forward(&self.features[1], (&seconds, None), true, &self.device);
        // Other pairs of the batch that belong together as well are nobody's negatives.
        let negative = firsts.iter().enumerate().flat_map(|(i, &first)| {
            let (known, seconds) = (&self.known, &seconds);
            seconds.iter().enumerate().map(move |(j, &second)| i != j && !known.contains(&[first, second]))
        });
        let value = self.config.loss.value(left, right, negative.collect(), &self.device);
        let gradients = value.backward();
        let (rate, uploaded) = (self.config.learning_rate, Uploaded::default());
        let mut descend = Descend { optimizer: &self.optimizer, rate, gradients, uploaded };
        let Ok(()) = self.left.visit(&mut descend);
        let Ok(()) = self.right.visit(&mut descend);
        self.step += 1;
        value.inner()
    }

    /// Each pair once a round, in a new order each round.
    fn next_batch(&mut self) -> Vec<[u32; 2]> {
        let size = self.config.batch.min(self.pairs.len());
        if self.order.len() < size {
            self.order = (0..self.pairs.len() as u32).collect();
            self.random.shuffle(&mut self.order);
        }
        let taken = self.order.split_off(self.order.len() - size);
        taken.into_iter().map(|at| self.pairs[at as usize]).collect()
    }

    /// Embeds samples of one end, its own or new ones. Shape: n × dim, rows of length 1.
    ///
    /// # Errors
    /// `shape.mismatch` for samples of another kind or size; `index.out_of_range` for an id that the table does not have;
    /// `data.not_finite`, `training.diverged`; `device.lost`, `device.out_of_memory`.
    pub async fn embed(&self, end: End, samples: &Features) -> Result<Vec<f32>> {
        let rows = self.embed_unchecked(end, samples).await?;
        self.finite(rows, self.config.dim).await
    }

    async fn embed_unchecked(&self, end: End, samples: &Features) -> Result<Vec<f32>> {
        let (tower, own) = match end {
            End::Left => (&self.left, &self.features[0]),
            End::Right => (&self.right, &self.features[1]),
        };
        let samples = own.fitted(samples)?;
        let device = self.device.clone().inner();
        let mut rows = Vec::with_capacity(samples.count() * self.config.dim);
        let places: Vec<u32> = (0..samples.count() as u32).collect();
        for block in places.chunks(BLOCK) {
            let embedded = tower.forward(&samples, (block, None), false, &device);
            rows.extend(floats(&embedded.into_data_async().await.map_err(device_error)?));
        }
        Ok(rows)
    }

    /// The numbers, if all of them are finite. `width` is the count of those of one sample.
    ///
    /// # Errors
    /// `training.diverged` where an ordinary sample has no finite embedding either: the weights are to blame. Otherwise
    /// `data.not_finite`.
    async fn finite(&self, numbers: Vec<f32>, width: usize) -> Result<Vec<f32>> {
        let Some(at) = numbers.iter().position(|x| !x.is_finite()) else { return Ok(numbers) };
        for (end, own) in [End::Left, End::Right].into_iter().zip(&self.features) {
            let rows = self.embed_unchecked(end, &own.ordinary()).await?;
            if rows.iter().any(|x| !x.is_finite()) {
                return Err(Error::TrainingDiverged { step: self.step });
            }
        }
        Err(Error::not_finite("the embeddings", at / width))
    }

    /// Embeds the samples of one end that it was made with.
    ///
    /// # Errors
    /// As [`embed`](Self::embed).
    pub async fn embed_own(&self, end: End) -> Result<Vec<f32>> {
        let own = match end {
            End::Left => &self.features[0],
            End::Right => &self.features[1],
        };
        self.embed(end, own).await
    }

    /// How well left ends find the right ends that were kept from training: Recall@k and NDCG@k by the cosine, among all right
    /// ends but those that the left end is paired with in training. `held_out[i]` belongs to left end `lefts[i]`. See
    /// [`ranking`].
    ///
    /// # Errors
    /// As [`ranking::rank`] and [`embed`](Self::embed); `data.too_large` where the scores take more than 1 GiB.
    pub async fn rank(&self, lefts: &[u32], held_out: &[Vec<u32>], k: usize) -> Result<RankingScores> {
        let [left, right] = &self.features;
        if let Some(&index) = lefts.iter().find(|&&index| index as usize >= left.count()) {
            return Err(Error::IndexOutOfRange { index: index as usize, count: left.count() });
        }
        let mut seen = vec![Vec::new(); left.count()];
        self.pairs.iter().for_each(|&[first, second]| seen[first as usize].push(second));
        let seen: Vec<Vec<u32>> = lefts.iter().map(|&first| seen[first as usize].clone()).collect();
        let (count, device) = (right.count(), self.device.clone().inner());
        let bytes = 4 * (lefts.len() as u64).saturating_mul(count as u64);
        if bytes > SCORES_LIMIT {
            return Err(Error::DataTooLarge { bytes, limit: SCORES_LIMIT });
        }
        if lefts.is_empty() {
            return ranking::rank(|_| Vec::new(), count, &[], held_out, k);
        }
        let embedded = |block: &[u32]| self.left.forward(left, (block, None), false, &device);
        let users = Tensor::cat(lefts.chunks(BLOCK).map(embedded).collect(), 0);
        let mut scores = vec![0.0; lefts.len() * count];
        // Block by block: all right ends at once may be larger than all scores.
        for from in (0..count).step_by(BLOCK) {
            let places: Vec<u32> = (from as u32..count.min(from + BLOCK) as u32).collect();
            let items = self.right.forward(right, (&places, None), false, &device).transpose();
            let part = users.clone().matmul(items).into_data_async().await.map_err(device_error)?;
            for (row, values) in floats(&part).chunks_exact(places.len()).enumerate() {
                scores[row * count + from..][..places.len()].copy_from_slice(values);
            }
        }
        let scores = self.finite(scores, count).await?;
        ranking::rank(|user| scores[user * count..][..count].to_vec(), count, &seen, held_out, k)
    }
}

#[cfg(test)]
mod tests;
