//! Settings of the optimiser: kind, rates, clipping, freezing.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::networks::{NetworkConfig, OptimizerKind};
use crate::paper::Paper;
use crate::setting::{Range, Setting, Values};

/// The optimiser and its rates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct OptimizerConfig {
    /// SGD, Adam or `AdamW`.
    pub kind: OptimizerKind,
    /// Step size.
    pub learning_rate: f64,
    /// L2 penalty; for `AdamW` the share of a weight, times the rate, that a step removes.
    pub weight_decay: f64,
    /// μ of SGD.
    pub momentum: f64,
    /// How the rate changes.
    pub schedule: Schedule,
    /// Steps in which the rate rises from 0 in a straight line.
    pub warmup: u64,
    /// Largest norm of the gradient by all parameters together; a larger one is scaled down. Pascanu et al. 2013.
    pub clip: Option<f64>,
    /// Factor of the rate for class weights, proxies and boundaries.
    pub class_rate: f64,
    /// Count of the body's first layers that are not trained.
    pub frozen: usize,
}

const LEARNING_RATE: f64 = 1e-3;
const MOMENTUM: f64 = 0.9;
const CLASS_RATE: f64 = 1.0;
const CLIP: Range = Range::above(0.0, 1e6);
/// Longest warm-up, and longest time of a schedule.
const MOST_STEPS: usize = 1 << 30;

impl Default for OptimizerConfig {
    fn default() -> Self {
        Self {
            kind: OptimizerKind::Adam,
            learning_rate: LEARNING_RATE,
            weight_decay: 0.0,
            momentum: MOMENTUM,
            schedule: Schedule::Constant,
            warmup: 0,
            clip: None,
            class_rate: CLASS_RATE,
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

    /// Its settings, with their bounds and defaults.
    pub fn settings(self) -> &'static [Setting] {
        const STEP: &[Setting] = &[
            Setting::whole(("every", "", "Steps after which the rate is lowered."), 1, MOST_STEPS, 100),
            Setting::number(("factor", "", "Factor of the rate each time."), Range::closed(1e-6, 1.0), 0.5),
        ];
        const COSINE: &[Setting] = &[
            Setting::whole(("steps", "", "Steps until the rate is at its lowest."), 1, MOST_STEPS, 400),
            Setting::number(
                ("floor", "", "Lowest rate, as a share of the first."),
                Range::closed(0.0, 1.0),
                0.0,
            ),
        ];
        match self {
            Self::Constant => &[],
            Self::Step { .. } => STEP,
            Self::Cosine { .. } => COSINE,
        }
    }

    /// Its formula on one line: η₀ the first rate, t the step.
    pub fn formula(self) -> &'static str {
        match self {
            Self::Constant => "η = η₀",
            Self::Step { .. } => "η = η₀ · factor^⌊t / every⌋",
            Self::Cosine { .. } => "η = η₀ (floor + (1 − floor)(1 + cos(π t / steps)) / 2)",
        }
    }

    /// Its paper; none where it is common knowledge.
    pub fn paper(self) -> Option<Paper> {
        match self {
            Self::Constant | Self::Step { .. } => None,
            Self::Cosine { .. } => Some(Paper {
                title: "Loshchilov & Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts",
                year: 2017,
                link: "https://arxiv.org/abs/1608.03983",
            }),
        }
    }

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
    /// Everything that can be set next to the schedule.
    pub const SETTINGS: &'static [Setting] = &[
        Setting::choice(("kind", "", "Which optimiser."), OptimizerKind::NAMES, "adam"),
        Setting::number(("learningRate", "η", "Step size."), Range::above(0.0, 10.0), LEARNING_RATE),
        Setting::number(
            ("weightDecay", "λ", "L2 penalty; for adamw the share, times the rate, that a step takes off."),
            Range::closed(0.0, 10.0),
            0.0,
        ),
        Setting::number(
            ("momentum", "μ", "Share of the last step that is repeated."),
            Range::closed(0.0, 0.9999),
            MOMENTUM,
        ),
        Setting::whole(("warmup", "", "Steps in which the rate rises from 0."), 0, MOST_STEPS, 0),
        Setting::new(
            ("clip", "", "Longest gradient, all parameters together."),
            Values::Optional { range: CLIP },
        ),
        Setting::number(
            ("classRate", "", "Factor of the rate for class weights, proxies and boundaries."),
            Range::closed(0.0, 10_000.0),
            CLASS_RATE,
        ),
        Setting::whole(
            ("frozen", "", "First layers of the body that stay as they are."),
            0,
            NetworkConfig::DEEPEST,
            0,
        ),
    ];

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
        Setting::check_all(Self::SETTINGS, "optimizer", self)?;
        // A configuration writes a number that is not finite as null, which stands for no clipping.
        self.clip.map_or(Ok(()), |clip| CLIP.check("optimizer.clip", clip))?;
        Setting::check_all(self.schedule.settings(), "optimizer.schedule", &self.schedule)
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
