//! What a loss learns beside the network: class weights, or boundaries between near and far.

use burn::tensor::{Device, Tensor};

use super::layers::Linear;
use super::{Parameter, ParameterVisitor};
use crate::random::Random;

#[allow(clippy::large_enum_variant, reason = "a session has one a loss")]
/// Weight `[dim, columns]` and bias `[1, columns]`, or boundaries `[1, count]`.
pub enum LossParameters {
    /// A linear layer on the embedding.
    Weights(Linear),
    /// Distances.
    Boundaries(Parameter<2>),
}

impl LossParameters {
    /// Fresh weights. `name` stands before the dot in a saved file.
    pub fn weights(name: &str, dim: usize, columns: usize, random: &mut Random, device: &Device) -> Self {
        Self::Weights(Linear::new(name, dim, columns, random, device))
    }

    /// Boundaries that begin at `start`.
    pub fn boundaries(name: &str, count: usize, start: f64, device: &Device) -> Self {
        let values = vec![start as f32; count];
        Self::Boundaries(Parameter::new(format!("{name}.boundary"), values, [1, count], device))
    }

    /// Weight and bias, tracked, where it has them.
    pub fn weights_tracked(&self) -> Option<(Tensor<2>, Tensor<2>)> {
        match self {
            Self::Weights(weights) => Some(weights.tracked()),
            Self::Boundaries(_) => None,
        }
    }

    /// The boundaries, tracked, where it has them.
    pub fn boundaries_tracked(&self) -> Option<Tensor<2>> {
        match self {
            Self::Weights(_) => None,
            Self::Boundaries(boundaries) => Some(boundaries.tracked()),
        }
    }

    /// Walks over the parameters.
    ///
    /// # Errors
    /// The visitor's.
    pub fn visit<V: ParameterVisitor>(&mut self, visitor: &mut V) -> Result<(), V::Error> {
        match self {
            Self::Weights(weights) => weights.visit(visitor),
            Self::Boundaries(boundaries) => visitor.visit(boundaries),
        }
    }
}
