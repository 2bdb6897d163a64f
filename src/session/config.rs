//! The configuration of a session: the whole experiment in one value.

use serde::{Deserialize, Serialize};

use super::{OptimizerConfig, limits};
use crate::datasets::{
    Dataset, Header, NumberType, Role, SampleKind, SamplerKind, Split, augment::Augmentation,
};
use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::losses::{Loss, Ntxent, Size, Triplet};
use crate::miners::{Miner, MinerConfig};
use crate::networks::{NetworkConfig, PictureShape};
use crate::objective::{Objective, ObjectiveConfig};
use crate::pairing::Shape;
use crate::plain;
use crate::setting::{Range, Setting};

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
    /// The loss that training minimises.
    pub loss: Loss,
    /// Which triplets count.
    pub miner: MinerConfig,
    /// How the weights are moved.
    pub optimizer: OptimizerConfig,
    /// The shape of a batch.
    pub batch: BatchConfig,
    /// Random changes of pictures before each step.
    pub augment: AugmentConfig,
    /// Reducer, class weights, memory, added losses and regularisers.
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

impl EmbeddingConfig {
    /// Its settings, with their bounds and defaults.
    pub const SETTINGS: &'static [Setting] = &[
        Setting::whole(("dim", "d", "Dimension of the embedding."), 1, LARGEST_DIM, 32),
        Setting::flag(("normalize", "", "Whether embeddings are scaled to length 1."), true),
    ];
}

/// The shape of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchConfig {
    /// Classes in a batch.
    pub classes: usize,
    /// Samples of each.
    pub per_class: usize,
    /// How classes and samples are drawn.
    #[serde(default)]
    pub sampler: SamplerKind,
    /// Classes of a category, for the hierarchical sampler: neighbours in the list of classes.
    #[serde(default = "group_size")]
    pub group_size: usize,
    /// 1, or 2: each sample twice, side by side, each time augmented by other chances.
    #[serde(default = "one_view")]
    pub views: usize,
    /// Which rows are alike.
    #[serde(default)]
    pub labels: BatchLabels,
}

const GROUP_SIZE: usize = 5;

fn group_size() -> usize {
    GROUP_SIZE
}

fn one_view() -> usize {
    1
}

/// The labels of a batch: which rows are alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BatchLabels {
    /// Samples of one class.
    #[default]
    Class,
    /// Views of one sample; class labels are not used. Chen et al. 2020, SimCLR.
    Instance,
}

impl BatchLabels {
    /// Their names, as a configuration writes them.
    pub const NAMES: &'static [&'static str] = &["class", "instance"];
}

impl BatchConfig {
    /// Its settings, with their bounds and defaults; a data set of few classes lowers the bounds.
    pub const SETTINGS: &'static [Setting] = &[
        Setting::whole(("classes", "", "Classes in a batch."), 2, LARGEST_BATCH, 10),
        Setting::whole(("perClass", "", "Samples of each class in a batch."), 1, LARGEST_BATCH / 2, 12),
        Setting::choice(("sampler", "", "How classes are drawn."), SamplerKind::NAMES, "mPerClass"),
        Setting::whole(
            ("groupSize", "", "Classes of a category, neighbours in the list of classes."),
            1,
            1 << 16,
            GROUP_SIZE,
        ),
        Setting::whole(("views", "", "Augmented views of each sample."), 1, 2, 1),
        Setting::choice(
            ("labels", "", "Positives: samples of one class, or views of one sample."),
            BatchLabels::NAMES,
            "class",
        ),
    ];

    /// m samples a class.
    pub fn new(classes: usize, per_class: usize) -> Self {
        Self {
            classes,
            per_class,
            sampler: SamplerKind::MPerClass,
            group_size: group_size(),
            views: one_view(),
            labels: BatchLabels::Class,
        }
    }

    /// Rows of a batch.
    pub fn rows(&self) -> usize {
        self.classes * self.per_class * self.views
    }

    /// Checks the shape against the number of classes that are trained on.
    fn validate(&self, classes: usize) -> Result<()> {
        let written = plain::write(self);
        Self::SETTINGS.iter().try_for_each(|setting| {
            let most = if setting.name == "classes" { classes } else { usize::MAX };
            setting.up_to(most).check("batch", &written[setting.name])
        })?;
        // Two views are two rows of a class by themselves.
        if self.per_class * self.views < 2 {
            let reason = format!("must be at least 2 for one view, is {}", self.per_class);
            return Err(Error::config("batch.perClass", reason));
        }
        Ok(())
    }

    /// A batch's samples with their views side by side, and the label of each row.
    pub(super) fn views_of(&self, samples: &[u32], labels: &[u16]) -> (Vec<u32>, Vec<u16>) {
        let repeated = |at: usize| std::iter::repeat_n(at, self.views);
        let rows: Vec<usize> = (0..samples.len()).flat_map(repeated).collect();
        let label = |at: usize| match self.labels {
            BatchLabels::Class => labels[samples[at] as usize],
            BatchLabels::Instance => at as u16,
        };
        rows.into_iter().map(|at| (samples[at], label(at))).unzip()
    }
}

/// Augmentation: each training sample is changed a little, by chances of its own. 0 for none; vectors take noise alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AugmentConfig {
    /// Largest shift in pixels, each way.
    pub shift: usize,
    /// Largest turn in degrees, each way.
    #[serde(default)]
    pub rotate: f64,
    /// Largest share of the side that is cut off; what is left is drawn as large as the whole was.
    #[serde(default)]
    pub crop: f64,
    /// Standard deviation of the noise on each number: of 1 for bytes, else in the unit that the network gets.
    #[serde(default)]
    pub noise: f64,
    /// Largest share of the area that a rectangle of paper covers. Zhong et al. 2020, Random Erasing.
    #[serde(default)]
    pub erase: f64,
    /// Whether half of the pictures are mirrored.
    #[serde(default)]
    pub flip: bool,
}

impl AugmentConfig {
    /// Its settings, with their bounds and defaults; a small picture lowers the bound of the shift.
    pub const SETTINGS: &'static [Setting] = &[
        Setting::whole(("shift", "", "Largest shift in pixels, each way."), 0, 1 << 12, 0),
        Setting::number(("rotate", "", "Largest turn in degrees, each way."), Range::closed(0.0, 180.0), 0.0),
        Setting::number(
            ("crop", "", "Largest share of the side that is cut off."),
            Range::closed(0.0, 0.9),
            0.0,
        ),
        Setting::number(
            ("noise", "σ", "Standard deviation of the noise, of 1."),
            Range::closed(0.0, 1.0),
            0.0,
        ),
        Setting::number(
            ("erase", "", "Largest share of the area that is covered."),
            Range::closed(0.0, 0.9),
            0.0,
        ),
        Setting::flag(("flip", "", "Whether half of the pictures are mirrored."), false),
    ];

    /// Checks the changes against the kind of the samples: vectors have no places, so only noise makes sense; frames may be
    /// covered, too.
    fn validate(&self, header: &Header) -> Result<()> {
        let kind = header.kind();
        let pictures = kind == SampleKind::Picture;
        let side = if pictures { header.height.min(header.width) } else { 0 };
        let written = plain::write(self);
        Self::SETTINGS.iter().try_for_each(|setting| {
            let most = if setting.name == "shift" { side / 2 } else { usize::MAX };
            setting.up_to(most).check("augment", &written[setting.name])
        })?;
        let erases = pictures || kind == SampleKind::Sequences;
        let moves =
            [("rotate", self.rotate, pictures), ("crop", self.crop, pictures), ("erase", self.erase, erases)];
        if let Some((name, value, _)) = moves.into_iter().find(|&(_, value, may)| !may && value > 0.0) {
            let reason = format!("must be 0 for {}, is {value}", kind.plural());
            return Err(Error::config(format!("augment.{name}"), reason));
        }
        if !pictures && self.flip {
            return Err(Error::config("augment.flip", format!("must be off for {}", kind.plural())));
        }
        Ok(())
    }

    pub(super) fn augmentation(&self) -> Augmentation {
        let Self { shift, rotate, crop, noise, erase, flip } = *self;
        Augmentation {
            shift,
            rotate: rotate as f32,
            crop: crop as f32,
            noise: noise as f32,
            erase: erase as f32,
            flip,
        }
    }
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
/// Noise by which two views of a sample differ that nothing else changes.
const VIEW_NOISE: f64 = 0.1;

impl SessionConfig {
    /// Its settings beside those of its parts. A data set of few classes lowers the bounds.
    pub const SETTINGS: &'static [Setting] = &[
        Setting::whole(
            ("seed", "", "Seed of the weights, the batches and the augmentation."),
            0,
            u32::MAX as usize,
            1,
        ),
        Setting::whole(("unseenClasses", "", "Classes that are held out of training."), 0, 65_534, 0),
    ];

    /// Settings that train well on a data set of this kind, and that it accepts.
    pub fn default_for(dataset: &Dataset) -> Self {
        let counts = samples_per_class(dataset);
        let many = counts.len() > MANY_CLASSES;
        let unseen_classes = if many { (counts.len() / 5).next_multiple_of(10) } else { 0 };
        let batch = default_batch(dataset, unseen_classes, if many { (64, 3) } else { (10, 12) });
        let shift = default_shift(&dataset.header);
        // Two views of a sample must differ.
        let noise = if batch.views > 1 && shift == 0 { VIEW_NOISE } else { 0.0 };
        Self {
            seed: 1,
            unseen_classes,
            network: default_network(&dataset.header, if many { 3 } else { 2 }),
            embedding: EmbeddingConfig { dim: if many { 64 } else { 32 }, normalize: true },
            distance: if many { Distance::Cosine } else { Distance::Euclidean },
            loss: if many {
                Ntxent { temperature: 0.1 }.into()
            } else {
                Triplet { margin: 0.2, ..Triplet::DEFAULT }.into()
            },
            miner: MinerConfig::of(if many { Miner::None } else { Miner::Semihard }),
            optimizer: OptimizerConfig::default(),
            batch,
            augment: AugmentConfig { shift, noise, ..AugmentConfig::default() },
            objective: ObjectiveConfig::default(),
        }
    }

    /// The loss, and those that are added to it.
    pub(super) fn losses(&self) -> impl Iterator<Item = Loss> {
        std::iter::once(self.loss).chain(self.objective.also.iter().map(|also| also.loss))
    }

    /// These settings with another loss, and with those changed that it cannot do with: distance, length of the
    /// embeddings, miner, memory, and the labels where it learns something of each class.
    #[must_use]
    pub fn with_loss(mut self, loss: Loss) -> Self {
        self.distance = loss.fitting_distance(self.distance);
        self.embedding.normalize = loss.fitting_normalize(self.embedding.normalize);
        let weighted = self.miner.kind == Miner::DistanceWeighted && !self.embedding.normalize;
        if weighted || !self.miner.kind.takes(self.distance) {
            self.miner = MinerConfig::of(Miner::None);
        }
        if !loss.remembers() {
            self.objective.memory = 0;
        }
        if loss.owns().by_class() {
            self.batch.labels = BatchLabels::Class;
        }
        self.loss = loss;
        self
    }

    /// Checks every field that the data set's split does not decide.
    ///
    /// # Errors
    /// `config.invalid`, with the field's name.
    pub fn validate(&self, dataset: &Dataset) -> Result<()> {
        let header = &dataset.header;
        let shape: PictureShape = [header.channels, header.height, header.width];
        let classes = header.classes.len();
        self.network.validate(shape)?;
        let main = Objective { distance: self.distance, miner: self.miner, loss: self.loss };
        main.validate(self.embedding.normalize)?;
        self.objective.validate(&main, self.embedding.normalize, classes)?;
        self.optimizer.validate()?;
        within("optimizer.frozen", self.optimizer.frozen, 0, self.network.layers())?;
        Setting::check_all(EmbeddingConfig::SETTINGS, "embedding", &self.embedding)?;
        within("unseenClasses", self.unseen_classes, 0, classes.saturating_sub(2))?;
        self.batch.validate(classes - self.unseen_classes)?;
        self.augment.validate(header)?;
        self.validate_views()?;
        self.validate_batch_size(classes)?;
        limits::check_training(self, header)?;
        self.validate_counts(dataset)
    }

    /// The other settings that two views of a sample need.
    fn validate_views(&self) -> Result<()> {
        if self.batch.labels == BatchLabels::Instance {
            if self.batch.views < 2 {
                return Err(Error::config(
                    "batch.views",
                    "must be 2 where each sample is a class of its own",
                ));
            }
            if self.losses().any(|loss| loss.owns().by_class()) {
                let reason = "must be class for a loss that learns something of each class";
                return Err(Error::config("batch.labels", reason));
            }
        }
        if self.batch.views == 2 && self.augment == AugmentConfig::default() {
            return Err(Error::config(
                "batch.views",
                "must be 1 without augmentation: both views would be one sample",
            ));
        }
        Ok(())
    }

    fn validate_batch_size(&self, classes: usize) -> Result<()> {
        let rows = self.batch.rows();
        // With a memory every class may fill it with positives alone, but on the whole they come evenly.
        let memory = self.objective.memory;
        let positives = self.batch.per_class * self.batch.views + memory.div_ceil(self.batch.classes);
        let shape = Shape { rows, slots: positives, columns: rows + memory };
        let size = Size { shape, dim: self.embedding.dim, classes };
        let numbers = self.losses().map(|loss| loss.numbers(size)).max();
        let too_large = numbers.is_some_and(|numbers| numbers > LARGEST_GRID as u64);
        // In 64 bits: a memory can take the product beyond the 32 of the modules.
        let grid = rows as u64 * (rows + memory) as u64 * positives as u64;
        if rows > LARGEST_BATCH || grid > LARGEST_GRID as u64 || too_large {
            let (field, reason) = if memory > 0 {
                let reason = format!(
                    "of {memory} is too large for this loss and a batch of {rows}: use a smaller one"
                );
                ("objective.memory", reason)
            } else {
                let reason =
                    format!("makes a batch of {rows}, too large for this loss: use fewer classes or samples");
                ("batch", reason)
            };
            return Err(Error::config(field, reason));
        }
        let differences = rows * rows * self.embedding.dim;
        if !self.distance.is_product() && differences > LARGEST_DIFFERENCES {
            let reason = "compares every number of every pair: use a smaller batch or embedding";
            return Err(Error::config("distance", reason));
        }
        Ok(())
    }

    /// An embedding bag weighs its items by how often each is in it.
    fn validate_counts(&self, dataset: &Dataset) -> Result<()> {
        if dataset.header.number == NumberType::U8 || !matches!(self.network, NetworkConfig::Bag { .. }) {
            return Ok(());
        }
        let mut row = Vec::new();
        for index in 0..dataset.count() {
            row.clear();
            dataset.write_numbers_unchecked(index, &mut row);
            if row.iter().any(|&x| x < 0.0) {
                let reason =
                    format!("must not be bag: sample {index} has a number below 0, which counts nothing");
                return Err(Error::config("network.kind", reason));
            }
        }
        Ok(())
    }
}

/// How many samples each class has that has any.
fn samples_per_class(dataset: &Dataset) -> Vec<usize> {
    let mut counts = vec![0; dataset.header.classes.len()];
    dataset.labels.iter().for_each(|&label| counts[usize::from(label)] += 1);
    counts.retain(|&count| count > 0);
    counts
}

/// Convolutions for pictures and sequences that are large enough for some, an embedding bag for bags, an MLP for all else.
fn default_network(header: &Header, layers: usize) -> NetworkConfig {
    let halvings = |side: usize| side.max(1).ilog2() as usize;
    let (side, frames) = (halvings(header.height.min(header.width)), halvings(header.width));
    match header.kind() {
        SampleKind::Picture if side > 0 => {
            NetworkConfig::Conv { channels: [16, 32, 64][..layers.min(side)].to_vec() }
        }
        SampleKind::Sequences if frames > 0 => {
            NetworkConfig::Conv1d { channels: [64, 128][..frames.min(2)].to_vec() }
        }
        SampleKind::Bags => NetworkConfig::Bag { width: 64 },
        _ => NetworkConfig::Mlp { hidden: vec![256] },
    }
}

/// 2 pixels, a quarter of the side at most; vectors have no places to shift between, and sequences begin where they begin.
fn default_shift(header: &Header) -> usize {
    match header.kind() {
        SampleKind::Picture => (header.height.min(header.width) / 4).min(2),
        SampleKind::Vectors | SampleKind::Sequences | SampleKind::Bags => 0,
    }
}

/// As close to so many classes and samples a class as the training samples allow.
fn default_batch(dataset: &Dataset, unseen: usize, (classes, per_class): (usize, usize)) -> BatchConfig {
    let split = Split::new(&dataset.labels, dataset.header.classes.len(), unseen);
    let training = split.map_or(Vec::new(), |split| split.indices(Role::Train));
    let mut counts = vec![0; dataset.header.classes.len()];
    training.iter().for_each(|&index| counts[usize::from(dataset.labels[index as usize])] += 1);
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let having = |least: usize| counts.iter().filter(|&&count| count >= least).count();
    if having(2) < 2 {
        // Hardly a class has a pair of samples: the views of one are its positives.
        return BatchConfig { views: 2, ..BatchConfig::new(classes.min(having(1)).max(2), 1) };
    }
    let classes = classes.min(having(2));
    BatchConfig::new(classes, per_class.min(counts[classes - 1]).max(2))
}

fn within(field: &str, value: usize, least: usize, most: usize) -> Result<()> {
    if (least..=most).contains(&value) {
        Ok(())
    } else {
        Err(Error::config(field, format!("must be from {least} to {most}, is {value}")))
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::*;
    use crate::datasets::synthetic::{Bars, bars};
    use crate::plain::{read, write};

    /// Paths of a value's parts, as JSON pointers.
    fn parts(value: &Value, path: &str, found: &mut Vec<String>) {
        found.push(path.into());
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| parts(value, &format!("{path}/{name}"), found));
            }
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(at, item)| parts(item, &format!("{path}/{at}"), found));
            }
            _ => {}
        }
    }

    /// With each part made something else it is taken or refused as by serde's own reader; says how many were taken.
    fn taken<T: DeserializeOwned + Serialize>(settings: &T) -> usize {
        let (whole, mut paths, mut taken) = (write(settings), Vec::new(), 0);
        parts(&whole, "", &mut paths);
        for path in paths {
            for other in [json!(null), json!(true), json!(-1), json!(3), json!(0.5), json!("mean"), json!({})]
            {
                let mut changed = whole.clone();
                *changed.pointer_mut(&path).expect("a part") = other;
                let theirs = serde_json::from_value::<T>(changed.clone()).ok().map(|read| write(&read));
                let ours = read::<T>(changed.clone()).ok().map(|read| write(&read));
                assert_eq!(ours, theirs, "{path}: {changed}");
                taken += usize::from(ours.is_some());
            }
        }
        taken
    }

    #[test]
    fn settings_are_read_as_serde_json_reads_them() {
        let config = SessionConfig::default_for(&bars(&Bars::default()).expect("bars"));
        assert!(taken(&config) > 60, "numbers fit in the place of numbers");
        for loss in Loss::DEFAULTS {
            let config = SessionConfig { loss, ..config.clone() };
            assert!(taken(&config) > 60, "{}", config.loss.name());
        }
        for distance in Distance::ALL {
            assert!(taken(&SessionConfig { distance, ..config.clone() }) > 60, "{distance:?}");
        }
    }
}
