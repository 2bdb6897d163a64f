//! Convolutions over time, for sequences: speech frames, say. Waibel et al. 1989, time-delay networks.
//!
//! A picture of channels × height × width is read as `width` frames of channels × height features, as a spectrogram is
//! drawn. The mean over the frames that are left makes sequences of any length comparable: with the presence of each
//! frame, frames that are not there change nothing, and a sequence is embedded as it would be by itself.

use burn::tensor::{Device, Int, Tensor};

use super::layers::TimeConvolution;
use super::{ParameterVisitor, PictureShape};
use crate::random::Random;

pub(super) struct Conv1d {
    layers: Vec<TimeConvolution>,
    width: usize,
    /// Whether the last channel tells which frames are there.
    presence: bool,
}

impl Conv1d {
    pub(super) fn new(
        channels: &[usize],
        [planes, height, _]: PictureShape,
        random: &mut Random,
        device: &Device,
    ) -> Self {
        let mut from = planes * height;
        let mut layers = Vec::with_capacity(channels.len());
        for (i, &to) in channels.iter().enumerate() {
            layers.push(TimeConvolution::new(&format!("network.{i}"), from, to, random, device));
            from = to;
        }
        Self { layers, width: from, presence: false }
    }

    /// With a last channel that tells which frames are there.
    pub(super) fn with_presence(self) -> Self {
        Self { presence: true, ..self }
    }

    /// Length of the features.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn forward(&self, pictures: Tensor<4>, training: bool) -> Tensor<2> {
        let [rows, planes, height, frames] = pictures.dims();
        let x: Tensor<3> = pictures.reshape([rows, planes * height, frames]);
        if self.presence {
            return self.forward_present(x, training);
        }
        let x = self.layers.iter().fold(x, |x, layer| layer.rectified(&x, training));
        x.mean_dim(2).squeeze_dim::<2>(2)
    }

    /// Each layer sees 0 after the last frame, as its padding is. A layer's frame t stands at frame 2t of the one before.
    fn forward_present(&self, x: Tensor<3>, training: bool) -> Tensor<2> {
        let [_, channels, _] = x.dims();
        let mut there = x.clone().narrow(1, channels - 1, 1);
        let mut x = x * there.clone();
        for layer in &self.layers {
            x = layer.rectified(&x, training);
            there = every_second(there);
            x = x * there.clone();
        }
        // A row without frames, which fills a pass up, becomes 0.
        (x.sum_dim(2) / there.sum_dim(2).clamp_min(1.0)).squeeze_dim::<2>(2)
    }

    pub(super) fn visit<V: ParameterVisitor>(&mut self, visitor: &mut V) -> Result<(), V::Error> {
        self.layers.iter_mut().try_for_each(|layer| layer.visit(visitor))
    }
}

/// Frames 0, 2, 4 …
fn every_second(x: Tensor<3>) -> Tensor<3> {
    let frames = x.dims()[2];
    let device = x.device();
    x.select(2, Tensor::<1, Int>::arange_step(0..frames as i64, 2, &device))
}
