//! Fully connected layers, a ReLU after each.

use burn::tensor::{Device, Tensor};

use super::ParameterVisitor;
use super::layers::Linear;
use crate::random::Random;

pub(super) struct Mlp {
    layers: Vec<Linear>,
}

impl Mlp {
    pub(super) fn new(hidden: &[usize], input: usize, random: &mut Random, device: &Device) -> Self {
        let mut from = input;
        let mut layers = Vec::with_capacity(hidden.len());
        for (i, &to) in hidden.iter().enumerate() {
            layers.push(Linear::new(&format!("network.{i}"), from, to, random, device));
            from = to;
        }
        Self { layers }
    }

    pub(super) fn forward(&self, pictures: Tensor<4>, training: bool) -> Tensor<2> {
        let x: Tensor<2> = pictures.flatten(1, 3);
        self.layers.iter().fold(x, |x, layer| layer.rectified(&x, training))
    }

    pub(super) fn visit<V: ParameterVisitor>(&mut self, visitor: &mut V) -> Result<(), V::Error> {
        self.layers.iter_mut().try_for_each(|layer| layer.visit(visitor))
    }
}
