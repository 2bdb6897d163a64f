//! The two learnable layers.

use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor, module};

use super::{Parameter, ParameterVisitor};
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
    pub fn forward(&self, x: Tensor<2>, training: bool) -> Tensor<2> {
        x.matmul(self.weight.get(training)) + self.bias.get(training)
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

/// A 3 × 3 convolution of stride 2, padded by 1: it halves height and width, rounding up.
pub struct Convolution {
    weight: Parameter<4>,
    bias: Parameter<1>,
}

/// Side of the kernel.
const KERNEL: usize = 3;

impl Convolution {
    /// Weight `[to, from, 3, 3]` and bias `[to]`.
    pub fn new(name: &str, from: usize, to: usize, random: &mut Random, device: &Device) -> Self {
        let fan_in = from * KERNEL * KERNEL;
        let weight = uniform(to * fan_in, fan_in, random);
        let bias = uniform(to, fan_in, random);
        let shape = [to, from, KERNEL, KERNEL];
        Self {
            weight: Parameter::new(format!("{name}.weight"), weight, shape, device),
            bias: Parameter::new(format!("{name}.bias"), bias, [to], device),
        }
    }

    /// `[B, from, h, w]` to `[B, to, ⌈h/2⌉, ⌈w/2⌉]`.
    pub fn forward(&self, x: Tensor<4>, training: bool) -> Tensor<4> {
        let options = ConvOptions::new([2, 2], [1, 1], [1, 1], 1);
        module::conv2d(x, self.weight.get(training), Some(self.bias.get(training)), options)
    }

    /// Walks over the parameters.
    pub fn visit<V: ParameterVisitor>(&mut self, visitor: &mut V) -> Result<(), V::Error> {
        visitor.visit(&mut self.weight)?;
        visitor.visit(&mut self.bias)
    }
}
