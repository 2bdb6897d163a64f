//! Distance, miner and loss, put together: from embeddings to what is minimised.

use burn::tensor::{Int, Tensor};
use serde::{Deserialize, Serialize};

use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::losses::{Batch, Looks, Loss, LossValue, Owns, Reduction, Regularizer};
use crate::miners::{MinerConfig, Mining};
use crate::pairing::TripletGrid;
use crate::random::Random;

/// The three choices that make a training objective.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Objective {
    /// How rows are compared.
    pub distance: Distance,
    /// Which triplets count.
    pub miner: MinerConfig,
    /// What is made small.
    pub loss: Loss,
}

/// What an objective is computed on.
pub struct Input<'a> {
    /// `[B, d]`.
    pub embeddings: Tensor<2>,
    /// `[M, d]`: rows of batches before, without gradient; `grid` then holds their labels too.
    pub memory: Option<Tensor<2>>,
    /// Pairs and triplets of the rows.
    pub grid: &'a TripletGrid,
    /// What the loss has learned beside the network.
    pub learned: Option<Learned>,
    /// Where miners that draw take their chances.
    pub random: &'a mut Random,
}

impl<'a> Input<'a> {
    /// A batch by itself.
    pub fn new(embeddings: Tensor<2>, grid: &'a TripletGrid, random: &'a mut Random) -> Self {
        Self { embeddings, memory: None, grid, learned: None, random }
    }
}

/// What a loss has learned, and the classes of the rows.
#[derive(Clone)]
pub struct Learned {
    /// `[d, C·K]`, and the bias `[1, C]` of a linear layer.
    pub weights: Option<(Tensor<2>, Tensor<2>)>,
    /// `[1, C]`, or `[1, 1]` for all classes.
    pub boundary: Option<Tensor<2>>,
    /// `[B, 1]`, in 0..C.
    pub targets: Tensor<2, Int>,
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
    /// What it is multiplied by.
    pub weight: f64,
    /// How rows are compared.
    pub distance: Distance,
    /// Which triplets count.
    pub miner: MinerConfig,
    /// What is made small.
    pub loss: Loss,
}

/// A regulariser and its weight.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegularizerConfig {
    /// Which.
    pub kind: Regularizer,
    /// What it is multiplied by.
    pub weight: f64,
}

/// Largest memory.
const LARGEST_MEMORY: usize = 1 << 14;
/// Most losses that are added.
const MOST_ADDENDS: usize = 4;

impl Objective {
    /// The scalar of a batch, by the loss's own reduction.
    ///
    /// # Errors
    /// `config.invalid` when the loss needs class weights or boundaries and there are none.
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
        let Self { distance, miner, loss } = *self;
        let Input { embeddings, memory, grid, learned, random } = input;
        let missing = || Error::config("loss.kind", "needs what it learns beside the network");
        let references = match memory {
            Some(memory) => Tensor::cat(vec![embeddings.clone(), memory], 0),
            None => embeddings.clone(),
        };
        let mut penalty = None;
        let batch = match loss.looks() {
            Looks::AtMined { between } => {
                let boundary = match (loss.owns(), learned) {
                    (Owns::Boundaries { .. }, Some(Learned { boundary: Some(boundary), targets, .. })) => {
                        if let Loss::Margin { nu, .. } = loss {
                            penalty = (nu > 0.0).then(|| boundary.clone().mean().mul_scalar(nu));
                        }
                        Some(of_rows(boundary, targets))
                    }
                    (Owns::Boundaries { .. }, _) => return Err(missing()),
                    _ => None,
                };
                let dim = embeddings.dims()[1];
                let matrix = distance.matrix(embeddings, references);
                let mining = Mining { distance, matrix, grid, with_between: between, dim };
                Batch::Mined { distance, selection: miner.select(mining, random), boundary }
            }
            Looks::AtPairs => {
                let matrix = distance.matrix(embeddings.clone(), references.clone());
                Batch::Pairs { distance, grid, rows: embeddings, references, matrix }
            }
            Looks::AtClasses => {
                let learned = learned.ok_or_else(missing)?;
                let (weight, bias) = learned.weights.ok_or_else(missing)?;
                Batch::Classes { embeddings, weight, bias, targets: learned.targets }
            }
            Looks::AtViews => {
                let (first, second) = grid.views.clone();
                Batch::Views {
                    first: embeddings.clone().select(0, first),
                    second: embeddings.select(0, second),
                }
            }
        };
        let mut terms = loss.terms(batch)?;
        if let Some(factors) = factors {
            terms = terms.into_iter().map(|term| term.weighted(factors)).collect();
        }
        let LossValue { value, active } = reduction.unwrap_or(loss.reduction()).reduce(terms);
        let value = penalty.map_or(value.clone(), |penalty| value + penalty);
        Ok(LossValue { value, active })
    }

    /// Checks that loss, miner and distance go together.
    ///
    /// # Errors
    /// `config.invalid`, with the field's name.
    pub fn validate(&self, normalized: bool) -> Result<()> {
        let Self { distance, miner, loss } = self;
        loss.validate()?;
        distance.validate()?;
        if !loss.takes(*distance) {
            let reason = format!("must be {:?} for the loss {}", loss.distances(), loss.name());
            return Err(Error::config("distance", reason));
        }
        if loss.mines() {
            miner.validate(*distance)?;
        }
        match loss.wants_unit() {
            Some(wanted) if wanted != normalized => {
                let reason =
                    format!("must be {} for the loss {}", if wanted { "on" } else { "off" }, loss.name());
                Err(Error::config("embedding.normalize", reason))
            }
            _ => Ok(()),
        }
    }
}

/// One boundary a row, `[B, 1, 1]`.
fn of_rows(boundary: Tensor<2>, targets: Tensor<2, Int>) -> Tensor<3> {
    let [rows, _] = targets.dims();
    let [_, boundaries] = boundary.dims();
    let each = boundary.expand([rows, boundaries]);
    let own = if boundaries == 1 { each } else { each.gather(1, targets) };
    own.unsqueeze_dim(2)
}

impl ObjectiveConfig {
    /// Checks it beside the main loss, for `classes` classes and batches of `rows`.
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
        if self.class_weights.iter().any(|weight| !(weight.is_finite() && *weight >= 0.0)) {
            return Err(Error::config("objective.classWeights", "must hold finite numbers of 0 or more"));
        }
        if self.memory > LARGEST_MEMORY {
            let reason = format!("must be at most {LARGEST_MEMORY}, is {}", self.memory);
            return Err(Error::config("objective.memory", reason));
        }
        let remembers = main.loss.remembers() && main.miner.kind != crate::miners::Miner::Angular;
        if self.memory > 0 && !remembers {
            let reason = format!("must be 0 for the loss {} with this miner", main.loss.name());
            return Err(Error::config("objective.memory", reason));
        }
        if self.also.len() > MOST_ADDENDS {
            return Err(Error::config("objective.also", format!("must hold at most {MOST_ADDENDS} losses")));
        }
        for addend in &self.also {
            if !(addend.weight.is_finite() && addend.weight > 0.0) {
                return Err(Error::config("objective.also.weight", "must be above 0"));
            }
            if addend.distance.rows() != main.distance.rows() {
                let reason = "must compare rows of the same kind as the main loss's";
                return Err(Error::config("objective.also.distance", reason));
            }
            addend.objective().validate(normalized)?;
        }
        for regularizer in &self.regularizers {
            if !(regularizer.weight.is_finite() && regularizer.weight > 0.0) {
                return Err(Error::config("objective.regularizers.weight", "must be above 0"));
            }
            let weights = matches!(main.loss.owns(), Owns::Weights { .. });
            if regularizer.kind.needs_weights() && !weights {
                let reason = format!("{:?} needs a loss with class weights", regularizer.kind);
                return Err(Error::config("objective.regularizers.kind", reason));
            }
        }
        Ok(())
    }
}

impl Addend {
    /// Its three choices.
    pub fn objective(&self) -> Objective {
        Objective { distance: self.distance, miner: self.miner, loss: self.loss }
    }
}
