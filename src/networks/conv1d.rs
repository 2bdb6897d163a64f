//! Convolutions over time, for sequences: speech frames, say. Waibel et al. 1989, time-delay networks.
//!
//! A picture of channels × height × width is read as `width` frames of channels × height features, as a spectrogram is
//! drawn. The mean over the frames that are left makes sequences of any length comparable.

use burn::tensor::{Device, Tensor};

use super::layers::TimeConvolution;
use super::{ParameterVisitor, PictureShape};
use crate::fused::rectify;
use crate::random::Random;

pub(super) struct Conv1d {
    layers: Vec<TimeConvolution>,
    width: usize,
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
        Self { layers, width: from }
    }

    /// Length of the features.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn forward(&self, pictures: Tensor<4>, training: bool) -> Tensor<2> {
        let [rows, planes, height, frames] = pictures.dims();
        let x: Tensor<3> = pictures.reshape([rows, planes * height, frames]);
        let x = self.layers.iter().fold(x, |x, layer| rectify(&layer.forward(x, training)));
        x.mean_dim(2).squeeze_dim::<2>(2)
    }

    pub(super) fn visit<V: ParameterVisitor>(&mut self, visitor: &mut V) -> Result<(), V::Error> {
        self.layers.iter_mut().try_for_each(|layer| layer.visit(visitor))
    }
}
