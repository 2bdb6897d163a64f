//! A small convolutional net: stride-2 convolutions, a ReLU after each, then flat.

use burn::tensor::{Device, Tensor};

use super::layers::Convolution;
use super::{ParameterVisitor, PictureShape};
use crate::random::Random;

pub(super) struct Conv {
    layers: Vec<Convolution>,
    width: usize,
}

impl Conv {
    pub(super) fn new(
        channels: &[usize],
        [mut from, mut height, mut width]: PictureShape,
        random: &mut Random,
        device: &Device,
    ) -> Self {
        let mut layers = Vec::with_capacity(channels.len());
        for (i, &to) in channels.iter().enumerate() {
            layers.push(Convolution::new(&format!("network.{i}"), (from, to), 2, random, device));
            (from, height, width) = (to, height.div_ceil(2), width.div_ceil(2));
        }
        Self { layers, width: from * height * width }
    }

    /// Length of the flat features.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn forward(&self, pictures: Tensor<4>, training: bool) -> Tensor<2> {
        let x = self.layers.iter().fold(pictures, |x, layer| layer.rectified(&x, training));
        x.flatten(1, 3)
    }

    pub(super) fn visit<V: ParameterVisitor>(&mut self, visitor: &mut V) -> Result<(), V::Error> {
        self.layers.iter_mut().try_for_each(|layer| layer.visit(visitor))
    }
}
