//! What a session is told: the whole experiment in one value.

use serde::{Deserialize, Serialize};

use super::{Objective, ObjectiveConfig};
use crate::datasets::Dataset;
use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::losses::Loss;
use crate::miners::{Miner, MinerConfig};
use crate::networks::{NetworkConfig, PictureShape};

/// An experiment. Two equal configurations on the same data give the same run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SessionConfig {
    /// One seed for the weights, the batches and the augmentation.
    pub seed: u32,
    /// How many classes are held out of training altogether.
    pub unseen_classes: usize,
    /// The body of the network.
    pub network: NetworkConfig,
    /// Its head.
    pub embedding: EmbeddingConfig,
    /// How embeddings are compared.
    pub distance: Distance,
    /// What training makes small.
    pub loss: Loss,
    /// Which triplets count.
    pub miner: MinerConfig,
    /// Adam's settings.
    pub optimizer: OptimizerConfig,
    /// The shape of a batch.
    pub batch: BatchConfig,
    /// What is done to a picture before training sees it.
    pub augment: AugmentConfig,
    /// What else belongs to the objective.
    #[serde(default)]
    pub objective: ObjectiveConfig,
}

/// The embedding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmbeddingConfig {
    /// Its dimension.
    pub dim: usize,
    /// Whether it is scaled to length 1.
    pub normalize: bool,
}

/// Adam. Kingma & Ba 2015.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OptimizerConfig {
    /// Step size.
    pub learning_rate: f64,
    /// L2 penalty, added to the gradient.
    pub weight_decay: f64,
}

/// m-per-class batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchConfig {
    /// Classes in a batch.
    pub classes: usize,
    /// Samples of each.
    pub per_class: usize,
}

/// Augmentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AugmentConfig {
    /// Largest shift in pixels, each way.
    pub shift: usize,
}

/// Above this many classes a data set is one of instances ("which one?"), not of categories.
const MANY_CLASSES: usize = 100;
/// Largest batch: its triplet grid has batch × positives × batch entries.
const LARGEST_BATCH: usize = 1024;
/// Most entries of that grid: 64 MiB of f32.
const LARGEST_GRID: usize = 1 << 24;
/// Most numbers that a distance without a product form may compare in a batch: 256 MiB of f32.
const LARGEST_DIFFERENCES: usize = 1 << 26;
/// Largest embedding.
const LARGEST_DIM: usize = 512;

impl SessionConfig {
    /// Settings that train well on a data set of this kind.
    pub fn default_for(dataset: &Dataset) -> Self {
        let classes = dataset.header.classes.len();
        let many = classes > MANY_CLASSES;
        Self {
            seed: 1,
            unseen_classes: if many { (classes / 5).next_multiple_of(10) } else { 0 },
            network: NetworkConfig::Conv { channels: if many { vec![16, 32, 64] } else { vec![16, 32] } },
            embedding: EmbeddingConfig { dim: if many { 64 } else { 32 }, normalize: true },
            distance: if many { Distance::Cosine } else { Distance::Euclidean },
            loss: if many {
                Loss::Ntxent { temperature: 0.1 }
            } else {
                Loss::Triplet { margin: 0.2, swap: false, smooth: false }
            },
            miner: MinerConfig::of(if many { Miner::None } else { Miner::Semihard }),
            optimizer: OptimizerConfig { learning_rate: 1e-3, weight_decay: 0.0 },
            batch: if many {
                BatchConfig { classes: 64, per_class: 3 }
            } else {
                BatchConfig { classes: classes.min(10), per_class: 12 }
            },
            augment: AugmentConfig { shift: 2 },
            objective: ObjectiveConfig::default(),
        }
    }

    /// Checks every field that the data set's split does not decide.
    ///
    /// # Errors
    /// `config.invalid`, with the field's name.
    pub fn validate(&self, dataset: &Dataset) -> Result<()> {
        let header = &dataset.header;
        let shape: PictureShape = [header.channels, header.height, header.width];
        self.network.validate(shape)?;
        let main = Objective { distance: self.distance, miner: self.miner, loss: self.loss };
        main.validate(self.embedding.normalize)?;
        self.objective.validate(&main, self.embedding.normalize, header.classes.len())?;
        if self.loss.mines() && self.miner.kind == Miner::DistanceWeighted && !self.embedding.normalize {
            return Err(Error::config("embedding.normalize", "must be on for the miner distanceWeighted"));
        }
        let rate = self.optimizer.learning_rate;
        if !(rate > 0.0 && rate <= 10.0) {
            return Err(Error::config(
                "optimizer.learningRate",
                format!("must be above 0 and at most 10, is {rate}"),
            ));
        }
        let decay = self.optimizer.weight_decay;
        if !(0.0..=10.0).contains(&decay) {
            return Err(Error::config("optimizer.weightDecay", format!("must be from 0 to 10, is {decay}")));
        }
        within("embedding.dim", self.embedding.dim, 1, LARGEST_DIM)?;
        within("augment.shift", self.augment.shift, 0, header.height.min(header.width) / 2)?;
        let classes = header.classes.len();
        within("unseenClasses", self.unseen_classes, 0, classes.saturating_sub(2))?;
        within("batch.classes", self.batch.classes, 2, classes - self.unseen_classes)?;
        within("batch.perClass", self.batch.per_class, 2, LARGEST_BATCH / 2)?;
        let rows = self.batch.classes * self.batch.per_class;
        // With a memory every class may fill it with positives alone, but on the whole they come evenly.
        let memory = self.objective.memory;
        let positives = self.batch.per_class + memory.div_ceil(self.batch.classes);
        if rows > LARGEST_BATCH || rows * (rows + memory) * positives > LARGEST_GRID {
            let reason =
                format!("makes a batch of {rows}, too large for this loss: use fewer classes or samples");
            return Err(Error::config("batch", reason));
        }
        let differences = rows * rows * self.embedding.dim;
        if !self.distance.is_product() && differences > LARGEST_DIFFERENCES {
            let reason = "compares every number of every pair: use a smaller batch or embedding";
            return Err(Error::config("distance", reason));
        }
        Ok(())
    }
}

fn within(field: &str, value: usize, least: usize, most: usize) -> Result<()> {
    if (least..=most).contains(&value) {
        Ok(())
    } else {
        Err(Error::config(field, format!("must be from {least} to {most}, is {value}")))
    }
}
