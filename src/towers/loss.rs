//! Losses of a batch of pairs: row i of the one tower belongs to row i of the other.

use burn::tensor::{Bool, Device, Tensor, TensorData, activation};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::setting::Range;

/// Logit of what is no negative.
const NEVER: f32 = -1e30;

/// The loss of a batch of pairs. s is the cosine of two rows; N(i) are the negatives of row i: all other rows of the other tower that are not
/// known to belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum TowerLoss {
    /// Mean of both directions of −s(i,i)/τ + log(e^{s(i,i)/τ} + Σ_{n∈N(i)} e^{s(i,n)/τ}). Sohn 2016; Radford et al. 2021, CLIP.
    Ntxent {
        /// τ.
        temperature: f64,
    },
    /// −log σ(t s(i,i) + b) − Σ_{n∈N(i)} log σ(−t s(i,n) − b). Zhai et al. 2023, `SigLIP`. The softmax's sum over the batch is
    /// not needed, so that small batches do.
    Sigmoid {
        /// t.
        scale: f64,
        /// b; negative, as most pairs do not belong together.
        bias: f64,
    },
    /// Mean over N(i) of −log σ((s(i,i) − s(i,n))/τ). Rendle et al. 2009, BPR.
    PairwiseLogistic {
        /// τ.
        temperature: f64,
    },
}

impl TowerLoss {
    /// One of each, with good settings.
    pub const DEFAULTS: [Self; 3] = [
        Self::Ntxent { temperature: 0.1 },
        Self::Sigmoid { scale: 10.0, bias: -10.0 },
        Self::PairwiseLogistic { temperature: 0.1 },
    ];

    /// # Errors
    /// `config.invalid`.
    pub(super) fn validate(&self) -> Result<()> {
        let size = |field: &str, value: f64| Range::closed(1e-3, 1e3).check(field, value);
        match *self {
            Self::Ntxent { temperature } | Self::PairwiseLogistic { temperature } => {
                size("loss.temperature", temperature)
            }
            Self::Sigmoid { scale, bias } => {
                size("loss.scale", scale)?;
                Range::closed(-1e3, 1e3).check("loss.bias", bias)
            }
        }
    }

    /// The loss of rows `[B, dim]` and `[B, dim]` of length 1; `negative[i·B + j]` says whether j is a negative of i.
    pub(super) fn value(
        &self,
        left: Tensor<2>,
        right: Tensor<2>,
        negative: Vec<bool>,
        device: &Device,
    ) -> Tensor<1> {
        let count = left.dims()[0];
        let negative: Tensor<2, Bool> = Tensor::from_data(TensorData::new(negative, [count, count]), device);
        let cosines = left.clone().matmul(right.clone().transpose());
        let own = (left * right).sum_dim(1);
        match *self {
            Self::Ntxent { temperature } => {
                let (own, logits) = (own.div_scalar(temperature), cosines.div_scalar(temperature));
                let there = one_way(&own, logits.clone(), negative.clone());
                let back = one_way(&own, logits.transpose(), negative.transpose());
                (there + back).mul_scalar(0.5)
            }
            Self::Sigmoid { scale, bias } => {
                let logits = cosines.mul_scalar(scale).add_scalar(bias);
                let own = own.mul_scalar(scale).add_scalar(bias);
                let apart = activation::softplus(logits, 1.0).mask_fill(negative.bool_not(), 0.0);
                let together = activation::softplus(own.neg(), 1.0).sum();
                (together + apart.sum()).div_scalar(count as f64)
            }
            Self::PairwiseLogistic { temperature } => {
                let gaps = (cosines - own).div_scalar(temperature);
                let values = activation::softplus(gaps, 1.0).mask_fill(negative.clone().bool_not(), 0.0);
                let counts = negative.float().sum_dim(1).clamp_min(1.0);
                (values.sum_dim(1) / counts).mean()
            }
        }
    }
}

/// softplus(log Σ e^{logits of negatives} − own), the mean over rows. A row without negatives costs nothing.
fn one_way(own: &Tensor<2>, logits: Tensor<2>, negative: Tensor<2, Bool>) -> Tensor<1> {
    let logits = logits.mask_fill(negative.bool_not(), NEVER);
    let most = logits.clone().detach().max_dim(1);
    let sums = (logits - most.clone()).exp().sum_dim(1).log() + most;
    activation::softplus(sums - own.clone(), 1.0).mean()
}
