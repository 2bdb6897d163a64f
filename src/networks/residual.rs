//! A small residual net. He et al. 2016, Deep Residual Learning for Image Recognition.
//!
//! Each width has a convolution of stride 2, then a block that adds the output of two convolutions to its input. There is no
//! batch norm: a batch is a few classes with several samples each, so its mean and variance would tell an anchor which
//! classes the batch has, and they would differ when embeddings are compared.

use burn::tensor::{Device, Tensor};

use super::layers::Convolution;
use super::{ParameterVisitor, PictureShape};
use crate::fused::rectify;
use crate::random::Random;

struct Stage {
    down: Convolution,
    first: Convolution,
    second: Convolution,
}

pub(super) struct Residual {
    stages: Vec<Stage>,
    width: usize,
}

impl Residual {
    pub(super) fn new(
        channels: &[usize],
        [mut from, mut height, mut width]: PictureShape,
        random: &mut Random,
        device: &Device,
    ) -> Self {
        let mut stages = Vec::with_capacity(channels.len());
        for (i, &to) in channels.iter().enumerate() {
            let mut layer = |part: &str, from: usize, stride: usize| {
                Convolution::new(&format!("network.{i}{part}"), (from, to), stride, random, device)
            };
            stages.push(Stage {
                down: layer("", from, 2),
                first: layer(".first", to, 1),
                second: layer(".second", to, 1),
            });
            (from, height, width) = (to, height.div_ceil(2), width.div_ceil(2));
        }
        Self { stages, width: from * height * width }
    }

    /// Length of the flat features.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn forward(&self, pictures: Tensor<4>, training: bool) -> Tensor<2> {
        let x = self.stages.iter().fold(pictures, |x, Stage { down, first, second }| {
            let x = down.rectified(&x, training);
            let inner = first.rectified(&x, training);
            rectify(&(x + second.forward(&inner, training)))
        });
        x.flatten(1, 3)
    }

    pub(super) fn visit<V: ParameterVisitor>(&mut self, visitor: &mut V) -> Result<(), V::Error> {
        self.stages.iter_mut().try_for_each(|stage| {
            stage.down.visit(visitor)?;
            stage.first.visit(visitor)?;
            stage.second.visit(visitor)
        })
    }
}
