//! Distance, miner and loss, put together: from embeddings to what is minimised.

use burn::tensor::{Int, Tensor};
use serde::{Deserialize, Serialize};

use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::losses::{Batch, Looks, Loss, LossValue};
use crate::miners::MinerConfig;
use crate::pairing::TripletGrid;

/// The three choices that make a training objective.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Objective {
    /// How rows are compared.
    pub distance: Distance,
    /// Which triplets count.
    pub miner: MinerConfig,
    /// What is made small.
    pub loss: Loss,
}

/// The linear layer of a classifier, and the classes of the rows.
pub struct ClassScores {
    /// `[d, C]`.
    pub weight: Tensor<2>,
    /// `[1, C]`.
    pub bias: Tensor<2>,
    /// `[B, 1]`, in 0..C.
    pub targets: Tensor<2, Int>,
}

impl Objective {
    /// The scalar of a batch, `[B, d]`, whose pairs `grid` holds.
    ///
    /// # Errors
    /// `config.invalid` when the loss needs a classifier and there is none.
    pub fn value(
        &self,
        embeddings: Tensor<2>,
        grid: &TripletGrid,
        classifier: Option<ClassScores>,
    ) -> Result<LossValue> {
        let Self { distance, miner, loss } = *self;
        let matrix = |x: Tensor<2>| distance.matrix(x.clone(), x);
        let batch = match loss.looks() {
            Looks::AtMined { between } => {
                let selection = miner.select(distance, matrix(embeddings), grid, between);
                Batch::Mined { distance, grid, selection }
            }
            Looks::AtPairs => Batch::Pairs { distance, grid, matrix: matrix(embeddings) },
            Looks::AtClasses => {
                let ClassScores { weight, bias, targets } =
                    classifier.ok_or_else(|| Error::config("loss.kind", "needs a classifier"))?;
                Batch::Classes { embeddings, weight, bias, targets }
            }
        };
        loss.value(batch)
    }
}
