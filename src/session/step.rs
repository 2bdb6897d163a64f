//! One training step.

use std::convert::Infallible;

use burn::tensor::{Gradients, Tensor, TensorData};

use super::{OptimizerConfig, Session, SessionConfig};
use crate::datasets::augment;
use crate::error::Result;
use crate::losses::{LossValue, Owns};
use crate::networks::{Optimizer, Parameter, ParameterVisitor, Uploaded};
use crate::objective::{Input, Learned, Objective};
use crate::pairing::Pairing;

/// Updates every parameter that is not frozen.
struct Descend<'a> {
    config: &'a OptimizerConfig,
    optimizer: &'a Optimizer,
    rate: f64,
    gradients: Gradients,
    scale: Option<Tensor<1>>,
    uploaded: Uploaded,
}

impl ParameterVisitor for Descend<'_> {
    type Error = Infallible;
    fn visit<const D: usize>(&mut self, parameter: &mut Parameter<D>) -> std::result::Result<(), Infallible> {
        if !self.config.freezes(&parameter.name) {
            let rate = self.rate * self.config.factor(&parameter.name);
            parameter.step(
                self.optimizer,
                rate,
                &mut self.gradients,
                self.scale.as_ref(),
                &mut self.uploaded,
            );
        }
        Ok(())
    }
}

/// Adds up the squares of all gradients, on the device.
struct Squares<'a> {
    config: &'a OptimizerConfig,
    gradients: &'a Gradients,
    sum: Option<Tensor<1>>,
}

impl ParameterVisitor for Squares<'_> {
    type Error = Infallible;
    fn visit<const D: usize>(&mut self, parameter: &mut Parameter<D>) -> std::result::Result<(), Infallible> {
        if !self.config.freezes(&parameter.name)
            && let Some(square) = parameter.gradient_square(self.gradients)
        {
            self.sum = Some(match self.sum.take() {
                Some(sum) => sum + square,
                None => square,
            });
        }
        Ok(())
    }
}

impl Session {
    /// Draws a batch and updates the weights once. Nothing is read back from the device.
    pub(super) fn train_step(&mut self) -> Result<LossValue> {
        let (indices, labels) = self.config.batch.views_of(&self.sampler.next_batch(), &self.dataset.labels);
        let samples = self.samples(&indices)?;
        let embeddings = self.network.forward(samples, true);
        let value = self.objective(embeddings, &labels)?;
        let gradients = value.value.backward();
        let (config, optimizer) = (self.config.optimizer.clone(), self.optimizer);
        let scale = config.clip.map(|clip| {
            let mut squares = Squares { config: &config, gradients: &gradients, sum: None };
            let Ok(()) = self.visit(&mut squares);
            let norm =
                squares.sum.map_or_else(|| Tensor::ones([1], &self.device.clone().inner()), Tensor::sqrt);
            // min(1, clip / norm), computed on the device.
            norm.clamp_min(clip).recip().mul_scalar(clip)
        });
        let rate = config.rate(self.step);
        let mut descend = Descend {
            config: &config,
            optimizer: &optimizer,
            rate,
            gradients,
            scale,
            uploaded: Uploaded::default(),
        };
        let Ok(()) = self.visit(&mut descend);
        self.last_batch = indices;
        self.step += 1;
        Ok(value)
    }

    /// The value to minimise: the main loss, added losses and regularisers.
    fn objective(&mut self, embeddings: Tensor<2>, labels: &[u16]) -> Result<LossValue> {
        let config = self.config.objective.clone();
        let remembered = self.memory.full(config.memory);
        let pairing = match (&remembered, self.pairing.take()) {
            (Some((_, of)), _) => Pairing::with_memory(labels, of, &self.device),
            (None, Some(pairing)) => pairing.next(labels),
            (None, None) => Pairing::new(labels, &self.device),
        };
        let memory = remembered.map(|(rows, _)| Tensor::from_inner(rows));
        let factors = (!config.class_weights.is_empty()).then(|| {
            let factors: Vec<f32> =
                labels.iter().map(|&label| config.class_weights[usize::from(label)] as f32).collect();
            Tensor::<3>::from_data(TensorData::new(factors, [labels.len(), 1, 1]), &self.device)
        });
        let mut random = self.root.fork_at("mining", self.step);
        let SessionConfig { distance, miner, loss, .. } = self.config;
        let main = self.learned_tracked(0);
        let weights = main.weights.clone();
        let remembers = memory.is_some();
        let input = Input { memory, learned: main, ..Input::new(embeddings.clone(), &pairing, &mut random) };
        let found = Objective { distance, miner, loss }.value_by(input, config.reducer, factors.as_ref())?;
        self.keep_histogram(0, found.histogram);
        let (mut value, active) = (found.value, found.active);
        // Added losses compare within the batch alone.
        let pairing = if remembers { Pairing::new(labels, &self.device) } else { pairing };
        for (at, also) in config.also.iter().enumerate() {
            let mut random = self.root.fork_at("mining beside", self.step);
            let learned = self.learned_tracked(at + 1);
            let input = Input { learned, ..Input::new(embeddings.clone(), &pairing, &mut random) };
            let added = also.objective().value_by(input, None, factors.as_ref())?;
            self.keep_histogram(at + 1, added.histogram);
            value = value + added.value.mul_scalar(also.weight);
        }
        self.pairing = Some(pairing);
        for regularizer in &config.regularizers {
            let weights = match loss.owns() {
                Owns::Weights { centers } => weights.clone().map(|(weight, _)| (weight, centers)),
                Owns::Nothing | Owns::Boundaries { .. } | Owns::Predictor | Owns::Histogram { .. } => None,
            };
            if let Some(penalty) = regularizer.kind.value(embeddings.clone(), weights) {
                value = value + penalty.mul_scalar(regularizer.weight);
            }
        }
        self.memory.take(embeddings.detach().inner(), labels, config.memory);
        Ok(LossValue { value, active, histogram: None })
    }

    /// Parameters of the `at`-th loss, tracked for gradients.
    fn learned_tracked(&self, at: usize) -> Learned {
        self.learned[at].as_ref().map_or_else(Learned::default, |learned| Learned {
            weights: learned.weights_tracked(),
            boundary: learned.boundaries_tracked(),
            histogram: learned.histogram(),
        })
    }

    fn keep_histogram(&mut self, at: usize, histogram: Option<Tensor<2>>) {
        if let (Some(learned), Some(histogram)) = (self.learned[at].as_mut(), histogram) {
            learned.keep_histogram(histogram);
        }
    }

    /// A batch of samples, augmented and prepared.
    fn samples(&mut self, indices: &[u32]) -> Result<Tensor<4>> {
        let header = &self.dataset.header;
        let shape = [indices.len(), header.channels, header.height, header.width];
        let how = self.config.augment.augmentation();
        let mut values = Vec::new();
        augment::write_batch(&self.dataset, indices, &how, &self.preparation, &mut self.random, &mut values)?;
        Ok(Tensor::from_data(TensorData::new(values, shape), &self.device))
    }
}
