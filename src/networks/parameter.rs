//! A learnable tensor with its optimiser state.

use burn::optim::{Adam, AdamState, Optimizer};
use burn::tensor::{Device, Gradients, Tensor, TensorData};

/// A learnable tensor, its name in a saved file, and what Adam remembers of it.
pub struct Parameter<const D: usize> {
    /// Dotted path: `network.0.weight`.
    pub name: String,
    value: Tensor<D>,
    state: Option<AdamState<D>>,
}

impl<const D: usize> Parameter<D> {
    /// A parameter on an autodiff device.
    pub fn new(name: String, values: Vec<f32>, shape: [usize; D], device: &Device) -> Self {
        let value = Tensor::from_data(TensorData::new(values, shape), device).require_grad();
        Self { name, value, state: None }
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

    /// One step of the optimiser; nothing where the loss does not depend on the parameter.
    pub fn step(&mut self, adam: &Adam, learning_rate: f64, gradients: &mut Gradients) {
        let Some(gradient) = self.value.grad_remove(gradients) else { return };
        let (value, state) = adam.step(learning_rate, self.plain(), gradient, self.state.take());
        self.value = Tensor::from_inner(value).require_grad();
        self.state = state;
    }

    /// The optimiser's (time, first moment, second moment), once a step was made.
    pub fn moments(&self) -> Option<(usize, Tensor<D>, Tensor<D>)> {
        let momentum = &self.state.as_ref()?.momentum;
        Some((momentum.time, momentum.moment_1.clone(), momentum.moment_2.clone()))
    }

    /// Puts back what [`Self::plain`] and [`Self::moments`] gave.
    pub fn restore(&mut self, value: Tensor<D>, moments: Option<(usize, Tensor<D>, Tensor<D>)>) {
        self.value = Tensor::from_inner(value).require_grad();
        self.state = moments.map(|(time, first, second)| {
            AdamState::new(burn::optim::AdaptiveMomentumState::new(time, first, second))
        });
    }
}

/// Something done to every parameter, whatever its rank.
pub trait ParameterVisitor {
    /// What may go wrong.
    type Error;
    /// Called once a parameter, always in the same order.
    ///
    /// # Errors
    /// The visitor's own; the walk stops there.
    fn visit<const D: usize>(&mut self, parameter: &mut Parameter<D>) -> Result<(), Self::Error>;
}
