//! Settings of the optimiser: kind, rates, clipping, freezing.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::networks::OptimizerKind;

/// The optimiser and its rates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OptimizerConfig {
    /// SGD, Adam or `AdamW`.
    #[serde(default)]
    pub kind: OptimizerKind,
    /// Step size.
    pub learning_rate: f64,
    /// L2 penalty; for `AdamW` the share of a weight, times the rate, that a step removes.
    pub weight_decay: f64,
    /// μ of SGD.
    #[serde(default = "momentum")]
    pub momentum: f64,
    /// How the rate changes.
    #[serde(default)]
    pub schedule: Schedule,
    /// Steps in which the rate rises from 0 in a straight line.
    #[serde(default)]
    pub warmup: u64,
    /// Largest norm of the gradient by all parameters together; a larger one is scaled down. Pascanu et al. 2013.
    #[serde(default)]
    pub clip: Option<f64>,
    /// Factor of the rate for class weights, proxies and boundaries.
    #[serde(default = "one")]
    pub class_rate: f64,
    /// Count of the body's first layers that are not trained.
    #[serde(default)]
    pub frozen: usize,
}

fn momentum() -> f64 {
    0.9
}

fn one() -> f64 {
    1.0
}

impl Default for OptimizerConfig {
    fn default() -> Self {
        Self {
            kind: OptimizerKind::Adam,
            learning_rate: 1e-3,
            weight_decay: 0.0,
            momentum: momentum(),
            schedule: Schedule::Constant,
            warmup: 0,
            clip: None,
            class_rate: one(),
            frozen: 0,
        }
    }
}

/// How the rate changes with the steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum Schedule {
    /// Constant.
    #[default]
    Constant,
    /// Times `factor` every `every` steps.
    Step {
        /// At least 1.
        every: u64,
        /// Above 0, at most 1.
        factor: f64,
    },
    /// Falls to `floor` of itself along half a cosine over `steps` steps. Loshchilov & Hutter 2017.
    Cosine {
        /// At least 1.
        steps: u64,
        /// From 0 to 1.
        floor: f64,
    },
}

impl Schedule {
    /// One of each, for a page's controls.
    pub const ALL: [Self; 3] =
        [Self::Constant, Self::Step { every: 100, factor: 0.5 }, Self::Cosine { steps: 400, floor: 0.0 }];

    /// Factor of the rate at a step, counted from 0.
    fn factor(self, step: u64) -> f64 {
        match self {
            Self::Constant => 1.0,
            Self::Step { every, factor } => factor.powi((step / every).min(i32::MAX as u64) as i32),
            Self::Cosine { steps, floor } => {
                let part = step.min(steps) as f64 / steps as f64;
                floor + (1.0 - floor) * 0.5 * (1.0 + (std::f64::consts::PI * part).cos())
            }
        }
    }
}

impl OptimizerConfig {
    /// The rate at a step, counted from 0.
    pub fn rate(&self, step: u64) -> f64 {
        let rise = if step < self.warmup { (step + 1) as f64 / self.warmup as f64 } else { 1.0 };
        self.learning_rate * rise * self.schedule.factor(step)
    }

    /// Factor of the rate for a parameter.
    pub(super) fn factor(&self, name: &str) -> f64 {
        if name.starts_with("classifier") { self.class_rate } else { 1.0 }
    }

    /// Whether a parameter is not trained.
    pub(super) fn freezes(&self, name: &str) -> bool {
        let layer = name.strip_prefix("network.").and_then(|rest| rest.split('.').next());
        layer.and_then(|layer| layer.parse::<usize>().ok()).is_some_and(|layer| layer < self.frozen)
    }

    /// Checks every field.
    ///
    /// # Errors
    /// `config.invalid`, with the field's name.
    pub fn validate(&self) -> Result<()> {
        let between = |field: &str, value: f64, least: f64, most: f64| {
            if (least..=most).contains(&value) {
                Ok(())
            } else {
                let reason = format!("must be from {least} to {most}, is {value}");
                Err(Error::config(format!("optimizer.{field}"), reason))
            }
        };
        let rate = self.learning_rate;
        if !(rate > 0.0 && rate <= 10.0) {
            let reason = format!("must be above 0 and at most 10, is {rate}");
            return Err(Error::config("optimizer.learningRate", reason));
        }
        between("weightDecay", self.weight_decay, 0.0, 10.0)?;
        between("momentum", self.momentum, 0.0, 0.9999)?;
        between("classRate", self.class_rate, 0.0, 10_000.0)?;
        if let Some(clip) = self.clip.filter(|&clip| !(clip > 0.0 && clip.is_finite())) {
            return Err(Error::config("optimizer.clip", format!("must be above 0 or null, is {clip}")));
        }
        match self.schedule {
            Schedule::Constant => Ok(()),
            Schedule::Step { every: 0, .. } => {
                Err(Error::config("optimizer.schedule.every", "must be at least 1, is 0"))
            }
            Schedule::Step { factor, .. } => between("schedule.factor", factor, 1e-6, 1.0),
            Schedule::Cosine { steps: 0, .. } => {
                Err(Error::config("optimizer.schedule.steps", "must be at least 1, is 0"))
            }
            Schedule::Cosine { floor, .. } => between("schedule.floor", floor, 0.0, 1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_by_hand() {
        let rate = |schedule, warmup, step| {
            OptimizerConfig { learning_rate: 0.8, schedule, warmup, ..OptimizerConfig::default() }.rate(step)
        };
        let close = |got: f64, wanted: f64| assert!((got - wanted).abs() < 1e-12, "{got}, by hand {wanted}");
        close(rate(Schedule::Constant, 0, 999), 0.8);
        close(rate(Schedule::Constant, 4, 0), 0.2);
        close(rate(Schedule::Constant, 4, 3), 0.8);
        close(rate(Schedule::Step { every: 10, factor: 0.5 }, 0, 9), 0.8);
        close(rate(Schedule::Step { every: 10, factor: 0.5 }, 0, 25), 0.2);
        close(rate(Schedule::Cosine { steps: 100, floor: 0.1 }, 0, 0), 0.8);
        close(rate(Schedule::Cosine { steps: 100, floor: 0.1 }, 0, 50), 0.8 * 0.55);
        close(rate(Schedule::Cosine { steps: 100, floor: 0.1 }, 0, 500), 0.08);
    }

    #[test]
    fn first_layers_freeze_and_class_weights_have_a_rate_of_their_own() {
        let config = OptimizerConfig { frozen: 2, class_rate: 50.0, ..OptimizerConfig::default() };
        assert!(config.freezes("network.0.weight") && config.freezes("network.1.a.bias"), "the first two");
        assert!(!config.freezes("network.2.weight") && !config.freezes("network.head.weight"), "no other");
        assert_eq!(
            (config.factor("classifier.weight"), config.factor("network.head.bias")),
            (50.0, 1.0),
            "rates"
        );
    }
}
