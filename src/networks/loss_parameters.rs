//! The parameters of a loss: class weights, a predictor, boundaries; or its running histogram.

use burn::tensor::{Device, Tensor};

use super::layers::Linear;
use super::{Parameter, ParameterVisitor};
use crate::random::Random;

/// Weight `[dim, columns]` and bias `[1, columns]`, or boundaries `[1, count]`, or a histogram `[1, bins]`.
#[allow(clippy::large_enum_variant, reason = "a session has one a loss")]
pub enum LossParameters {
    /// A linear layer on the embedding.
    Weights(Linear),
    /// Distances.
    Boundaries(Parameter<2>),
    /// A running histogram. No gradient reaches it, so that no optimiser moves it; it is saved like a parameter.
    Histogram(Parameter<2>),
}

impl LossParameters {
    /// Fresh weights. `name` is the part before the dot in a saved file.
    pub fn weights(name: &str, dim: usize, columns: usize, random: &mut Random, device: &Device) -> Self {
        Self::Weights(Linear::new(name, dim, columns, random, device))
    }

    /// Boundaries that begin at `start`.
    pub fn boundaries(name: &str, count: usize, start: f64, device: &Device) -> Self {
        let values = vec![start as f32; count];
        Self::Boundaries(Parameter::new(format!("{name}.boundary"), values, [1, count], device))
    }

    /// An empty histogram.
    pub fn of_histogram(name: &str, bins: usize, device: &Device) -> Self {
        Self::Histogram(Parameter::new(format!("{name}.histogram"), vec![0.0; bins], [1, bins], device))
    }

    /// Weight and bias, tracked, where it has them.
    pub fn weights_tracked(&self) -> Option<(Tensor<2>, Tensor<2>)> {
        match self {
            Self::Weights(weights) => Some(weights.tracked()),
            Self::Boundaries(_) | Self::Histogram(_) => None,
        }
    }

    /// The boundaries, tracked, where it has them.
    pub fn boundaries_tracked(&self) -> Option<Tensor<2>> {
        match self {
            Self::Boundaries(boundaries) => Some(boundaries.tracked()),
            Self::Weights(_) | Self::Histogram(_) => None,
        }
    }

    /// The histogram, where it has one.
    pub fn histogram(&self) -> Option<Tensor<2>> {
        match self {
            Self::Histogram(histogram) => Some(histogram.tracked().detach()),
            Self::Weights(_) | Self::Boundaries(_) => None,
        }
    }

    /// Replaces the histogram, where it has one.
    pub fn keep_histogram(&mut self, histogram: Tensor<2>) {
        if let Self::Histogram(before) = self {
            before.restore(histogram.inner(), None);
        }
    }

    /// Walks over the parameters.
    ///
    /// # Errors
    /// The visitor's.
    pub fn visit<V: ParameterVisitor>(&mut self, visitor: &mut V) -> Result<(), V::Error> {
        match self {
            Self::Weights(weights) => weights.visit(visitor),
            Self::Boundaries(values) | Self::Histogram(values) => visitor.visit(values),
        }
    }
}
