//! Distance, miner and loss together: from embeddings to the value that is minimised.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::losses::{Inputs, Loss, LossValue, Owns, Reduction, Regularizer, Sums, Term};
use crate::miners::{Miner, MinerConfig, Mining};
use crate::pairing::{Pairing, TripletGrid};
use crate::plain;
use crate::random::Random;
use crate::setting::{Range, Setting};

pub use crate::losses::Learned;

/// The three choices that make a training objective.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Objective {
    /// How rows are compared.
    pub distance: Distance,
    /// Which triplets count.
    pub miner: MinerConfig,
    /// The value that is minimised.
    pub loss: Loss,
}

/// The batch that an objective is computed on.
pub struct Input<'a> {
    /// `[B, d]`.
    pub embeddings: Tensor<2>,
    /// `[M, d]`: rows of batches before, without gradient; `pairing` then holds their labels too.
    pub memory: Option<Tensor<2>>,
    /// Further, local views of the things, `[V, d]` each, for a loss that takes them.
    pub local_views: Vec<Tensor<2>>,
    /// Labels, pairs and triplets of the rows.
    pub pairing: &'a Pairing,
    /// Parameters and state of the loss.
    pub learned: Learned,
    /// Source of the chances of miners and losses that draw.
    pub random: &'a mut Random,
}

impl<'a> Input<'a> {
    /// A batch by itself.
    pub fn new(embeddings: Tensor<2>, pairing: &'a Pairing, random: &'a mut Random) -> Self {
        let local_views = Vec::new();
        Self { embeddings, memory: None, local_views, pairing, learned: Learned::default(), random }
    }

    /// Checks the shapes that do not depend on the loss.
    fn check(&self) -> Result<()> {
        let [rows, dim] = self.embeddings.dims();
        let labels = self.pairing.labels().len();
        if rows == 0 || dim == 0 {
            return Err(Error::BatchTooSmall("A batch needs at least one row of one number".into()));
        }
        if rows != labels {
            return Err(Error::shape("labels", rows, labels));
        }
        let remembered = self.pairing.remembered().len();
        let [memory, width] = self.memory.as_ref().map_or([0, dim], Tensor::dims);
        if memory != remembered {
            return Err(Error::shape("labels of the memory", memory, remembered));
        }
        if width != dim {
            return Err(Error::shape("a row of the memory", dim, width));
        }
        Ok(())
    }
}

/// How elements of a loss are weighed and summed, and what else is asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ObjectiveConfig {
    /// How elements become a scalar; null: as the loss itself does.
    pub reducer: Option<Reduction>,
    /// A factor for the elements of each class's rows; empty: none.
    pub class_weights: Vec<f64>,
    /// How many rows of batches before are kept to compare with. Wang et al. 2020, Cross-Batch Memory for Embedding
    /// Learning.
    pub memory: usize,
    /// Losses that are added to the main one.
    pub also: Vec<Addend>,
    /// Regularisers.
    pub regularizers: Vec<RegularizerConfig>,
}

/// A loss that is added, with its own choices.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Addend {
    /// Its factor.
    pub weight: f64,
    /// How rows are compared.
    pub distance: Distance,
    /// Which triplets count.
    pub miner: MinerConfig,
    /// The value that is minimised.
    pub loss: Loss,
}

/// A regulariser and its weight.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegularizerConfig {
    /// Which.
    pub kind: Regularizer,
    /// Its factor.
    pub weight: f64,
}

impl RegularizerConfig {
    /// Its factor.
    pub const WEIGHT: Setting =
        Setting::number(("weight", "", "Factor of the regulariser."), Range::above(0.0, 1e6), 0.01);
}

/// Largest memory.
const LARGEST_MEMORY: usize = 1 << 14;
/// Most losses that are added.
const MOST_ADDENDS: usize = 4;

impl Objective {
    /// The scalar of a batch, by the loss's own reduction.
    ///
    /// # Errors
    /// `config.invalid` for settings out of bounds, a distance that the loss or the miner does not take, or a loss whose
    /// weights or boundaries are missing; `shape.mismatch` where rows, labels, memory or weights do not fit each other;
    /// `batch.*` where the labels lack pairs that the loss needs.
    pub fn value(&self, input: Input<'_>) -> Result<LossValue> {
        self.value_by(input, None, None)
    }

    /// The scalar of a batch, by another reduction, and with a factor `[B, 1, 1]` for each row.
    ///
    /// # Errors
    /// As [`Self::value`].
    pub fn value_by(
        &self,
        input: Input<'_>,
        reduction: Option<Reduction>,
        factors: Option<&Tensor<3>>,
    ) -> Result<LossValue> {
        self.with_inputs(input, |inputs| self.loss.value(inputs, reduction, factors))
    }

    /// The sums of each term, for a batch that is done in blocks.
    pub(crate) fn sums(
        &self,
        input: Input<'_>,
        reduction: Reduction,
        factors: Option<&Tensor<3>>,
    ) -> Result<Vec<Sums>> {
        let terms = self.with_inputs(input, |inputs| self.loss.terms(inputs))?;
        let weighted = |term: Term| match factors {
            Some(factors) => term.weighted(factors),
            None => term,
        };
        Ok(terms.into_iter().map(|term| reduction.sums(weighted(term))).collect())
    }

    fn with_inputs<T>(&self, input: Input<'_>, of: impl FnOnce(&mut Inputs<'_>) -> Result<T>) -> Result<T> {
        self.check()?;
        input.check()?;
        let Self { distance, miner, loss } = *self;
        let Input { embeddings, memory, local_views, pairing, learned, random } = input;
        if memory.is_some() && !self.remembers() {
            let reason = format!("must be 0 for the loss {} with this miner", loss.name());
            return Err(Error::config("objective.memory", reason));
        }
        let dim = embeddings.dims()[1];
        let select = |matrix: Tensor<2>, grid: &TripletGrid, with_between: bool, random: &mut Random| {
            miner.select(Mining { distance, matrix, grid, with_between, dim }, random)
        };
        let inputs = Inputs::new((distance, pairing), embeddings, &select, random);
        of(&mut Inputs { memory, local_views, learned, ..inputs })
    }

    /// Whether rows of batches before can be compared with too.
    pub fn remembers(&self) -> bool {
        let seen_from_the_negative = self.loss.mines() && self.miner.kind == Miner::Angular;
        self.loss.remembers() && !seen_from_the_negative
    }

    /// Checks settings, and that loss, miner and distance go together.
    fn check(&self) -> Result<()> {
        let Self { distance, miner, loss } = self;
        loss.validate()?;
        distance.validate()?;
        if !loss.takes(*distance) {
            let names: Vec<String> = loss.distances().iter().map(plain::name).collect();
            let reason = format!("must be {} for the loss {}", names.join(", "), loss.name());
            return Err(Error::config("distance", reason));
        }
        if loss.mines() { miner.validate(*distance) } else { Ok(()) }
    }

    /// Checks that loss, miner and distance go together.
    ///
    /// # Errors
    /// `config.invalid`, with the field's name.
    pub fn validate(&self, normalized: bool) -> Result<()> {
        self.check()?;
        let loss = self.loss;
        let unit = match (loss.wants_unit(), loss.mines().then_some(self.miner.kind)) {
            (Some(wanted), _) => Some((wanted, format!("the loss {}", loss.name()))),
            (None, Some(miner)) => {
                miner.wants_unit().map(|wanted| (wanted, format!("the miner {}", miner.name())))
            }
            (None, None) => None,
        };
        match unit {
            Some((wanted, whose)) if wanted != normalized => {
                let reason = format!("must be {} for {whose}", if wanted { "on" } else { "off" });
                Err(Error::config("embedding.normalize", reason))
            }
            _ => Ok(()),
        }
    }
}

impl ObjectiveConfig {
    /// Its memory.
    pub const MEMORY: Setting = Setting::whole(
        ("memory", "M", "Rows of batches before that are compared with too."),
        0,
        LARGEST_MEMORY,
        0,
    );

    /// Checks it next to the main loss, for `classes` classes.
    ///
    /// # Errors
    /// `config.invalid`, with the field's name.
    pub fn validate(&self, main: &Objective, normalized: bool, classes: usize) -> Result<()> {
        if let Some(reducer) = self.reducer {
            reducer.validate()?;
        }
        if !self.class_weights.is_empty() && self.class_weights.len() != classes {
            let reason =
                format!("must hold one number a class, {classes}, and holds {}", self.class_weights.len());
            return Err(Error::config("objective.classWeights", reason));
        }
        let field = "objective.classWeights";
        self.class_weights.iter().try_for_each(|&weight| Range::WEIGHT.check(field, weight))?;
        Self::MEMORY.check("objective", &plain::write(&self.memory))?;
        if self.memory > 0 && !main.remembers() {
            let reason = format!("must be 0 for the loss {} with this miner", main.loss.name());
            return Err(Error::config("objective.memory", reason));
        }
        if self.also.len() > MOST_ADDENDS {
            return Err(Error::config("objective.also", format!("must hold at most {MOST_ADDENDS} losses")));
        }
        for addend in &self.also {
            Addend::WEIGHT.check("objective.also", &plain::write(&addend.weight))?;
            if addend.distance.rows() != main.distance.rows() {
                let reason = "must compare rows of the same kind as the main loss's";
                return Err(Error::config("objective.also.distance", reason));
            }
            addend.objective().validate(normalized)?;
        }
        for regularizer in &self.regularizers {
            RegularizerConfig::WEIGHT.check("objective.regularizers", &plain::write(&regularizer.weight))?;
            let weights = matches!(main.loss.owns(), Owns::Weights { .. });
            if regularizer.kind.needs_weights() && !weights {
                let reason = format!("{} needs a loss with class weights", plain::name(&regularizer.kind));
                return Err(Error::config("objective.regularizers.kind", reason));
            }
        }
        Ok(())
    }
}

impl Addend {
    /// Its factor.
    pub const WEIGHT: Setting =
        Setting::number(("weight", "", "Factor of the added loss."), Range::above(0.0, 1e6), 0.5);

    /// Its three choices.
    pub fn objective(&self) -> Objective {
        Objective { distance: self.distance, miner: self.miner, loss: self.loss }
    }
}
