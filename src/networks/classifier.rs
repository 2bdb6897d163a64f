//! The linear layer that turns an embedding into class scores, for the softmax loss.

use burn::tensor::{Device, Tensor};

use super::ParameterVisitor;
use super::layers::Linear;
use crate::random::Random;

/// Weight `[dim, classes]` and bias `[1, classes]`.
pub struct Classifier {
    linear: Linear,
}

impl Classifier {
    /// Fresh weights.
    pub fn new(dim: usize, classes: usize, random: &mut Random, device: &Device) -> Self {
        Self { linear: Linear::new("classifier", dim, classes, random, device) }
    }

    /// Weight and bias, tracked.
    pub fn tracked(&self) -> (Tensor<2>, Tensor<2>) {
        self.linear.tracked()
    }

    /// Walks over the parameters.
    ///
    /// # Errors
    /// The visitor's.
    pub fn visit<V: ParameterVisitor>(&mut self, visitor: &mut V) -> Result<(), V::Error> {
        self.linear.visit(visitor)
    }
}
