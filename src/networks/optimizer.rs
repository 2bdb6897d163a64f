//! Optimisers: how a gradient moves a parameter.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::adam::Adam;
pub use super::adam::Uploaded;
use crate::paper::Paper;

/// Which optimiser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OptimizerKind {
    /// v ← μ v + g, x ← x − η v. Polyak 1964.
    Sgd,
    /// Kingma & Ba 2015; the decay is an L2 penalty.
    #[default]
    Adam,
    /// Loshchilov & Hutter 2019; the decay is apart from the gradient.
    Adamw,
}

impl OptimizerKind {
    /// Every optimiser, in the order a page lists them.
    pub const ALL: [Self; 3] = [Self::Sgd, Self::Adam, Self::Adamw];
    /// Their names, as a configuration writes them.
    pub const NAMES: &'static [&'static str] = &["sgd", "adam", "adamw"];

    /// Its step on one line: g the gradient, η the rate, μ the momentum, λ the decay.
    pub fn formula(self) -> &'static str {
        match self {
            Self::Sgd => "v ← μ v + g + λ x; x ← x − η v",
            Self::Adam => "m, s ← means of g + λ x and its square; x ← x − η m / √s",
            Self::Adamw => "m, s ← means of g and g²; x ← x − η (m / √s + λ x)",
        }
    }

    /// Its paper.
    pub fn paper(self) -> Paper {
        let (title, year, link) = match self {
            Self::Sgd => (
                "Polyak, Some methods of speeding up the convergence of iteration methods",
                1964,
                "https://doi.org/10.1016/0041-5553(64)90137-5",
            ),
            Self::Adam => (
                "Kingma & Ba, Adam: A Method for Stochastic Optimization",
                2015,
                "https://arxiv.org/abs/1412.6980",
            ),
            Self::Adamw => (
                "Loshchilov & Hutter, Decoupled Weight Decay Regularization",
                2019,
                "https://arxiv.org/abs/1711.05101",
            ),
        };
        Paper { title, year, link }
    }

    /// Names of the settings that it has for itself.
    pub fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Sgd => &["momentum"],
            Self::Adam | Self::Adamw => &[],
        }
    }
}

/// State of an optimiser for a parameter: steps, and one or two running means.
pub type Moments<const D: usize> = (usize, Tensor<D>, Option<Tensor<D>>);

/// An optimiser with its settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Optimizer {
    /// v ← μ v + g, x ← x − η v.
    Sgd {
        /// μ.
        momentum: f64,
        /// L2 penalty.
        decay: f64,
    },
    /// Adam and `AdamW`.
    Adam(Adam),
}

impl Optimizer {
    /// One with these settings; `momentum` is heeded by SGD.
    pub fn new(kind: OptimizerKind, momentum: f64, decay: f64) -> Self {
        match kind {
            OptimizerKind::Sgd => Self::Sgd { momentum, decay },
            OptimizerKind::Adam => Self::Adam(Adam { penalty: decay as f32, decay: 0.0 }),
            OptimizerKind::Adamw => Self::Adam(Adam { penalty: 0.0, decay }),
        }
    }

    /// The parameter after a step, and what to remember.
    pub fn step<const D: usize>(
        &self,
        rate: f64,
        value: Tensor<D>,
        gradient: Tensor<D>,
        moments: Option<Moments<D>>,
        uploaded: &mut Uploaded,
    ) -> (Tensor<D>, Option<Moments<D>>) {
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
                let moments = moments.and_then(|(time, first, second)| Some((time, first, second?)));
                let (value, (time, first, second)) = adam.step(rate, value, gradient, moments, uploaded);
                (value, Some((time, first, Some(second))))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    /// Twelve steps of a parameter by `optimizer`, and the same by burn's.
    fn beside_burn<O: burn::optim::Optimizer>(optimizer: &Optimizer, burns: &O) {
        let device = Device::flex();
        let mut random = crate::random::Random::new(3);
        let mut numbers = || {
            let values: Vec<f32> = (0..13 * 7).map(|_| random.normal()).collect();
            Tensor::<2>::from_data(burn::tensor::TensorData::new(values, [13, 7]), &device)
        };
        let (mut ours, mut theirs) = ((numbers(), None), (None, None));
        theirs.0 = Some(ours.0.clone());
        for step in 0..12 {
            let (rate, gradient) = (0.1 / f64::from(step + 1), numbers());
            ours = optimizer.step(rate, ours.0, gradient.clone(), ours.1, &mut Uploaded::default());
            let (value, state) =
                burns.step(rate, theirs.0.take().expect("a value"), gradient, theirs.1.take());
            theirs = (Some(value), state);
        }
        let theirs = theirs.0.expect("a value").into_data().try_to_vec::<f32>().expect("f32");
        let ours = ours.0.into_data().try_to_vec::<f32>().expect("f32");
        for (at, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
            assert!(
                (ours - theirs).abs() <= 1e-6 * theirs.abs().max(1.0),
                "number {at}: {ours}, burn's {theirs}"
            );
        }
    }

    #[test]
    fn adam_and_adamw_move_as_burns_do() {
        use burn::optim::{AdamConfig, AdamWConfig, decay::WeightDecayConfig};
        let decay = Some(WeightDecayConfig::new(0.02));
        let adam = AdamConfig::new().with_epsilon(1e-8);
        beside_burn(&Optimizer::new(OptimizerKind::Adam, 0.9, 0.0), &adam.clone().build());
        beside_burn(&Optimizer::new(OptimizerKind::Adam, 0.9, 0.02), &adam.with_weight_decay(decay).build());
        let adamw = AdamWConfig::new().with_epsilon(1e-8).with_weight_decay(0.02);
        beside_burn(&Optimizer::new(OptimizerKind::Adamw, 0.9, 0.02), &adamw.build());
    }

    /// Two steps from 1 with gradients 0.5 and −0.25, at a rate of 0.1.
    fn two_steps(optimizer: &Optimizer) -> f32 {
        let number = |x: f32| Tensor::<1>::from_floats([x], &Device::flex());
        let (value, moments) = optimizer.step(0.1, number(1.0), number(0.5), None, &mut Uploaded::default());
        let (value, _) = optimizer.step(0.1, value, number(-0.25), moments, &mut Uploaded::default());
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
