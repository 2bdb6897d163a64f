//! The learnable layers.

use burn::tensor::{Device, Int, Tensor};

use super::{Parameter, ParameterVisitor};
use crate::fused::{convolution, dense};
use crate::random::Random;

/// x·W + b.
pub struct Linear {
    weight: Parameter<2>,
    bias: Parameter<2>,
}

fn uniform(count: usize, fan_in: usize, random: &mut Random) -> Vec<f32> {
    let bound = 1.0 / (fan_in as f32).sqrt();
    (0..count).map(|_| (2.0 * random.uniform() - 1.0) * bound).collect()
}

impl Linear {
    /// Weight `[from, to]` and bias `[1, to]`.
    pub fn new(name: &str, from: usize, to: usize, random: &mut Random, device: &Device) -> Self {
        let weight = uniform(from * to, from, random);
        let bias = uniform(to, from, random);
        Self {
            weight: Parameter::new(format!("{name}.weight"), weight, [from, to], device),
            bias: Parameter::new(format!("{name}.bias"), bias, [1, to], device),
        }
    }

    /// `[B, from]` to `[B, to]`.
    pub fn forward(&self, x: &Tensor<2>, training: bool) -> Tensor<2> {
        dense(x, &self.weight.get(training), &self.bias.get(training), false)
    }

    /// As [`Self::forward`], with a ReLU after it.
    pub fn rectified(&self, x: &Tensor<2>, training: bool) -> Tensor<2> {
        dense(x, &self.weight.get(training), &self.bias.get(training), true)
    }

    /// The weight and the bias, tracked.
    pub fn tracked(&self) -> (Tensor<2>, Tensor<2>) {
        (self.weight.tracked(), self.bias.tracked())
    }

    /// Walks over the parameters.
    pub fn visit<V: ParameterVisitor>(&mut self, visitor: &mut V) -> Result<(), V::Error> {
        visitor.visit(&mut self.weight)?;
        visitor.visit(&mut self.bias)
    }
}

/// A 3 × 3 convolution, padded by 1. With stride 2 it halves height and width, rounding up; with stride 1 it keeps them.
pub struct Convolution {
    weight: Parameter<4>,
    bias: Parameter<1>,
    stride: usize,
}

/// Side of the kernel.
const KERNEL: usize = 3;

impl Convolution {
    /// Weight `[to, from, 3, 3]` and bias `[to]`.
    pub fn new(
        name: &str,
        (from, to): (usize, usize),
        stride: usize,
        random: &mut Random,
        device: &Device,
    ) -> Self {
        let fan_in = from * KERNEL * KERNEL;
        let weight = uniform(to * fan_in, fan_in, random);
        let bias = uniform(to, fan_in, random);
        let shape = [to, from, KERNEL, KERNEL];
        Self {
            weight: Parameter::new(format!("{name}.weight"), weight, shape, device),
            bias: Parameter::new(format!("{name}.bias"), bias, [to], device),
            stride,
        }
    }

    /// `[B, from, h, w]` to `[B, to, ⌈h/stride⌉, ⌈w/stride⌉]`.
    pub fn forward(&self, x: &Tensor<4>, training: bool) -> Tensor<4> {
        convolution(x, &self.weight.get(training), &self.bias.get(training), self.stride, false)
    }

    /// As [`Self::forward`], with a ReLU after it.
    pub fn rectified(&self, x: &Tensor<4>, training: bool) -> Tensor<4> {
        convolution(x, &self.weight.get(training), &self.bias.get(training), self.stride, true)
    }

    /// Walks over the parameters.
    pub fn visit<V: ParameterVisitor>(&mut self, visitor: &mut V) -> Result<(), V::Error> {
        visitor.visit(&mut self.weight)?;
        visitor.visit(&mut self.bias)
    }
}

/// A convolution over time: kernel 3, stride 2, padded by 1: it halves the frames, rounding up.
pub struct TimeConvolution {
    weight: Parameter<3>,
    bias: Parameter<1>,
}

impl TimeConvolution {
    /// Weight `[to, from, 3]` and bias `[to]`.
    pub fn new(name: &str, from: usize, to: usize, random: &mut Random, device: &Device) -> Self {
        let fan_in = from * KERNEL;
        let weight = uniform(to * fan_in, fan_in, random);
        let bias = uniform(to, fan_in, random);
        Self {
            weight: Parameter::new(format!("{name}.weight"), weight, [to, from, KERNEL], device),
            bias: Parameter::new(format!("{name}.bias"), bias, [to], device),
        }
    }

    /// `[B, from, t]` to `[B, to, ⌈t/2⌉]`, with a ReLU after it.
    pub fn rectified(&self, x: &Tensor<3>, training: bool) -> Tensor<3> {
        // Frames are a picture of one row.
        let row = |tensor: Tensor<3>| tensor.unsqueeze_dim::<4>(2);
        let weight = row(self.weight.get(training));
        convolution(&row(x.clone()), &weight, &self.bias.get(training), 2, true).squeeze_dim::<3>(2)
    }

    /// Walks over the parameters.
    pub fn visit<V: ParameterVisitor>(&mut self, visitor: &mut V) -> Result<(), V::Error> {
        visitor.visit(&mut self.weight)?;
        visitor.visit(&mut self.bias)
    }
}

/// A table of vectors, one an item.
pub struct Table {
    vectors: Parameter<2>,
}

impl Table {
    /// Vectors `[items, dim]`, normally distributed.
    pub fn new(name: &str, items: usize, dim: usize, random: &mut Random, device: &Device) -> Self {
        let values = (0..items * dim).map(|_| random.normal()).collect();
        Self { vectors: Parameter::new(format!("{name}.vectors"), values, [items, dim], device) }
    }

    /// The mean of the items' vectors, each weighing as the bag says: `[B, items]` to `[B, dim]`. An empty bag gives 0.
    pub fn forward(&self, weights: Tensor<2>, training: bool) -> Tensor<2> {
        let total = weights.clone().sum_dim(1);
        let empty = total.clone().lower_equal_scalar(0.0);
        weights.matmul(self.vectors.get(training)) / total.mask_fill(empty, 1.0)
    }

    /// The sum of the vectors of some ids, times their weights: `[B, n]` and `[B, n]` to `[B, dim]`.
    pub fn sum_of(&self, ids: Tensor<2, Int>, weights: Tensor<2>, training: bool) -> Tensor<2> {
        let [count, width] = weights.dims();
        let vectors = self.vectors.get(training).select(0, ids.reshape([count * width]));
        let dim = vectors.dims()[1];
        let vectors: Tensor<3> = vectors.reshape([count, width, dim]);
        (vectors * weights.unsqueeze_dim::<3>(2)).sum_dim(1).reshape([count, dim])
    }

    /// Walks over the parameters.
    pub fn visit<V: ParameterVisitor>(&mut self, visitor: &mut V) -> Result<(), V::Error> {
        visitor.visit(&mut self.vectors)
    }
}
