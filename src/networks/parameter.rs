//! A learnable tensor with its optimiser state.

use burn::tensor::{Device, Gradients, Tensor, TensorData};

use super::optimizer::{Moments, Optimizer, Uploaded};

/// A learnable tensor, its name in a saved file, and its moments.
pub struct Parameter<const D: usize> {
    /// Dotted path: `network.0.weight`.
    pub name: String,
    value: Tensor<D>,
    moments: Option<Moments<D>>,
}

impl<const D: usize> Parameter<D> {
    /// A parameter on an autodiff device.
    pub fn new(name: String, values: Vec<f32>, shape: [usize; D], device: &Device) -> Self {
        let value = Tensor::from_data(TensorData::new(values, shape), device).require_grad();
        Self { name, value, moments: None }
    }

    /// The tensor, tracked for gradients.
    pub fn tracked(&self) -> Tensor<D> {
        self.value.clone()
    }

    /// The tensor without its graph.
    pub fn plain(&self) -> Tensor<D> {
        self.value.clone().inner()
    }

    /// Tracked in training, plain otherwise.
    pub fn get(&self, training: bool) -> Tensor<D> {
        if training { self.tracked() } else { self.plain() }
    }

    /// How many numbers it holds.
    pub fn count(&self) -> usize {
        self.value.dims().iter().product()
    }

    /// Σ g², `[1]`; none where the loss does not depend on the parameter.
    pub fn gradient_square(&self, gradients: &Gradients) -> Option<Tensor<1>> {
        Some(self.value.grad(gradients)?.square().sum())
    }

    /// One step of the optimiser, with the gradient times `scale`, `[1]`, where that is given; nothing where the loss
    /// does not depend on the parameter.
    pub fn step(
        &mut self,
        optimizer: &Optimizer,
        rate: f64,
        gradients: &mut Gradients,
        scale: Option<&Tensor<1>>,
        uploaded: &mut Uploaded,
    ) {
        let Some(mut gradient) = self.value.grad_remove(gradients) else { return };
        if let Some(scale) = scale {
            gradient = gradient * scale.clone().reshape([1; D]);
        }
        let (value, moments) = optimizer.step(rate, self.plain(), gradient, self.moments.take(), uploaded);
        self.value = Tensor::from_inner(value).require_grad();
        self.moments = moments;
    }

    /// Moments of the optimiser, once a step was made.
    pub fn moments(&self) -> Option<Moments<D>> {
        self.moments.clone()
    }

    /// Puts back what [`Self::plain`] and [`Self::moments`] gave.
    pub fn restore(&mut self, value: Tensor<D>, moments: Option<Moments<D>>) {
        self.value = Tensor::from_inner(value).require_grad();
        self.moments = moments;
    }
}

/// Something done to every parameter, whatever its rank.
pub trait ParameterVisitor {
    /// The error of a visit.
    type Error;
    /// Called once a parameter, always in the same order.
    ///
    /// # Errors
    /// The visitor's own; the walk stops there.
    fn visit<const D: usize>(&mut self, parameter: &mut Parameter<D>) -> Result<(), Self::Error>;
}
