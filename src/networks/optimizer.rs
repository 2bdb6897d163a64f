//! Optimisers: how a gradient moves a parameter.

use burn::optim::{
    Adam, AdamConfig, AdamState, AdamW, AdamWConfig, AdamWState, AdaptiveMomentumState, Optimizer as _,
    decay::WeightDecayConfig,
};
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

/// Which optimiser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OptimizerKind {
    /// v ← μ v + g, x ← x − η v. Polyak 1964.
    Sgd,
    /// Kingma & Ba 2015; the decay is an L2 penalty.
    #[default]
    Adam,
    /// Loshchilov & Hutter 2019; the decay goes by the gradient's side.
    Adamw,
}

impl OptimizerKind {
    /// Every optimiser, in the order a page lists them.
    pub const ALL: [Self; 3] = [Self::Sgd, Self::Adam, Self::Adamw];
}

/// Keeps the division by a small second moment finite.
const EPSILON: f32 = 1e-8;

/// What an optimiser remembers of a parameter: steps, and one or two running means.
pub type Moments<const D: usize> = (usize, Tensor<D>, Option<Tensor<D>>);

/// An optimiser with its settings.
#[derive(Clone)]
pub enum Optimizer {
    /// burn's own hides its velocity, which a saved session must hold.
    Sgd {
        /// μ.
        momentum: f64,
        /// L2 penalty.
        decay: f64,
    },
    /// burn's.
    Adam(Adam),
    /// burn's.
    AdamW(AdamW),
}

impl Optimizer {
    /// One with these settings; `momentum` is heeded by SGD.
    pub fn new(kind: OptimizerKind, momentum: f64, decay: f64) -> Self {
        match kind {
            OptimizerKind::Sgd => Self::Sgd { momentum, decay },
            OptimizerKind::Adam => {
                let decay = (decay > 0.0).then(|| WeightDecayConfig::new(decay as f32));
                Self::Adam(AdamConfig::new().with_epsilon(EPSILON).with_weight_decay(decay).build())
            }
            OptimizerKind::Adamw => {
                Self::AdamW(AdamWConfig::new().with_epsilon(EPSILON).with_weight_decay(decay as f32).build())
            }
        }
    }

    /// The parameter after a step, and what to remember.
    pub fn step<const D: usize>(
        &self,
        rate: f64,
        value: Tensor<D>,
        gradient: Tensor<D>,
        moments: Option<Moments<D>>,
    ) -> (Tensor<D>, Option<Moments<D>>) {
        let adaptive = |moments: Option<Moments<D>>| {
            let (time, first, second) = moments?;
            Some(AdaptiveMomentumState::new(time, first, second?))
        };
        let remembered = |state: AdaptiveMomentumState<D>| (state.time, state.moment_1, Some(state.moment_2));
        match self {
            Self::Sgd { momentum, decay } => {
                let gradient =
                    if *decay > 0.0 { gradient + value.clone().mul_scalar(*decay) } else { gradient };
                if *momentum == 0.0 {
                    return (value - gradient.mul_scalar(rate), None);
                }
                let (time, velocity) = match moments {
                    Some((time, before, _)) => (time + 1, before.mul_scalar(*momentum) + gradient),
                    None => (1, gradient),
                };
                (value - velocity.clone().mul_scalar(rate), Some((time, velocity, None)))
            }
            Self::Adam(adam) => {
                let state = adaptive(moments).map(AdamState::new);
                let (value, state) = adam.step(rate, value, gradient, state);
                (value, state.map(|state| remembered(state.momentum)))
            }
            Self::AdamW(adam) => {
                let state = adaptive(moments).map(AdamWState::new);
                let (value, state) = adam.step(rate, value, gradient, state);
                (value, state.map(|state| remembered(state.momentum)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    /// Two steps from 1 with gradients 0.5 and −0.25, at a rate of 0.1.
    fn two_steps(optimizer: &Optimizer) -> f32 {
        let number = |x: f32| Tensor::<1>::from_floats([x], &Device::flex());
        let (value, moments) = optimizer.step(0.1, number(1.0), number(0.5), None);
        let (value, _) = optimizer.step(0.1, value, number(-0.25), moments);
        value.into_scalar()
    }

    #[test]
    fn steps_by_hand() {
        let close = |kind, momentum, decay, wanted: f32| {
            let got = two_steps(&Optimizer::new(kind, momentum, decay));
            assert!(
                (got - wanted).abs() < 1e-6,
                "{kind:?}, momentum {momentum}, decay {decay}: {got}, not {wanted}"
            );
        };
        close(OptimizerKind::Sgd, 0.0, 0.0, 1.0 - 0.05 + 0.025);
        // Velocities 0.5 and 0.9 · 0.5 − 0.25.
        close(OptimizerKind::Sgd, 0.9, 0.0, 1.0 - 0.05 - 0.1 * (0.45 - 0.25));
        // Gradients 0.5 + 0.2 · 1 and −0.25 + 0.2 · 0.93.
        close(OptimizerKind::Sgd, 0.0, 0.2, 0.93 - 0.1 * (-0.25 + 0.186));
        // Adam's first step is the rate itself; then m = 0.02 of (0.9 · 0.05 − 0.025), v of both squares.
        let first = (0.9 * 0.05 - 0.1 * 0.25) / (1.0 - 0.81);
        let second: f32 = (0.999 * 0.001 * 0.25 + 0.001 * 0.0625) / (1.0 - 0.999 * 0.999);
        close(OptimizerKind::Adam, 0.0, 0.0, 1.0 - 0.1 - 0.1 * first / second.sqrt());
        // AdamW shrinks first: 1 · 0.98 − 0.1, then 0.98 of that.
        close(OptimizerKind::Adamw, 0.0, 0.2, (0.98 - 0.1) * 0.98 - 0.1 * first / second.sqrt());
    }
}
