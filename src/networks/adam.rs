//! Adam and `AdamW`, each parameter in one pass over its numbers. burn's own, which a test holds this to, makes a pass of
//! each of its dozen operations.

#[cfg(feature = "gpu")]
use burn::tensor::Device;
use burn::tensor::Tensor;
use metriclab_loops::adam::Numbers;

/// Keeps the division by a small second moment finite.
const EPSILON: f32 = 1e-8;
const BETAS: [f32; 2] = [0.9, 0.999];

/// m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², x ← (1−ηλ)x − η·m̂ / (√v̂ + ε), with the moments' corrections
/// m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ). Kingma & Ba 2015; λ: Loshchilov & Hutter 2019.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    /// L2 penalty: its times x is added to g.
    pub penalty: f32,
    /// λ.
    pub decay: f64,
}

/// Steps, first moment, second moment.
type Moments<const D: usize> = (usize, Tensor<D>, Tensor<D>);

impl Adam {
    /// x and the moments after a step at rate η.
    #[cfg_attr(
        not(feature = "cpu"),
        allow(clippy::needless_pass_by_value, reason = "the CPU works on what it is given")
    )]
    pub fn step<const D: usize>(
        &self,
        rate: f64,
        value: Tensor<D>,
        gradient: Tensor<D>,
        moments: Option<Moments<D>>,
        #[cfg_attr(not(feature = "gpu"), allow(unused_variables, reason = "the CPU writes to no device"))]
        uploaded: &mut Uploaded,
    ) -> (Tensor<D>, Moments<D>) {
        let (time, first, second) = moments.unwrap_or_else(|| (0, value.zeros_like(), value.zeros_like()));
        let step = Step { adam: self, rate, time: time + 1 };
        #[cfg(feature = "gpu")]
        if let Some(moved) = step.on_graphics(&value, &gradient, [&first, &second], uploaded) {
            return moved;
        }
        #[cfg(feature = "cpu")]
        {
            step.on_cpu(value, gradient, first, second)
        }
        #[cfg(not(feature = "cpu"))]
        unreachable!("without the feature `cpu` every tensor is on a graphics device")
    }
}

/// The numbers of the last step on a graphics device. All parameters of a step share them, so that they are written once.
#[derive(Default)]
pub struct Uploaded {
    #[cfg(feature = "gpu")]
    last: Option<(Numbers, Tensor<1>)>,
}

#[cfg(feature = "gpu")]
impl Uploaded {
    fn numbers(&mut self, by: Numbers, device: &Device) -> Tensor<1> {
        match &self.last {
            Some((last, tensor)) if *last == by && tensor.device() == *device => tensor.clone(),
            _ => {
                let numbers = metriclab_kernels::numbers_of_adam(&by);
                let tensor = Tensor::from_floats(numbers, device);
                self.last = Some((by, tensor.clone()));
                tensor
            }
        }
    }
}

struct Step<'a> {
    adam: &'a Adam,
    rate: f64,
    time: usize,
}

impl Step<'_> {
    /// √(1−β₂ᵗ)/(1−β₁ᵗ) and ε√(1−β₂ᵗ).
    fn corrections(&self) -> [f32; 2] {
        let left = |beta: f32| 1.0 - beta.powi(self.time as i32);
        let root = left(BETAS[1]).sqrt();
        [root / left(BETAS[0]), EPSILON * root]
    }

    fn numbers(&self) -> Numbers {
        let [factor, epsilon] = self.corrections();
        Numbers {
            betas: BETAS,
            factor,
            epsilon,
            rate: self.rate as f32,
            penalty: self.adam.penalty,
            kept: (1.0 - self.rate * self.adam.decay) as f32,
        }
    }

    #[cfg(feature = "gpu")]
    fn on_graphics<const D: usize>(
        &self,
        value: &Tensor<D>,
        gradient: &Tensor<D>,
        [first, second]: [&Tensor<D>; 2],
        uploaded: &mut Uploaded,
    ) -> Option<(Tensor<D>, Moments<D>)> {
        use crate::graphics::Kind;
        use burn::tensor::Float;
        let count = value.dims().iter().product::<usize>();
        let flat = |tensor: &Tensor<D>| Float::held(&tensor.clone().reshape([count]));
        let inputs = [flat(value)?, flat(gradient)?, flat(first)?, flat(second)?];
        let outputs = [(); 3].map(|()| Tensor::<1>::empty([count], &value.device()));
        let handles = outputs
            .each_ref()
            .map(|output| Float::held(output).expect("on the device of the value").handle.binding());
        let numbers = uploaded.numbers(self.numbers(), &value.device());
        let by = Float::held(&numbers).expect("on the device of the value").handle.binding();
        let client = inputs[0].client.clone();
        metriclab_kernels::adam(&client, by, count, inputs.map(|input| input.handle.binding()), handles);
        let [moved, first, second] = outputs.map(|output| output.reshape(value.dims()));
        Some((moved, (self.time, first, second)))
    }

    #[cfg(feature = "cpu")]
    fn on_cpu<const D: usize>(
        &self,
        value: Tensor<D>,
        gradient: Tensor<D>,
        first: Tensor<D>,
        second: Tensor<D>,
    ) -> (Tensor<D>, Moments<D>) {
        use burn::backend::Flex;
        let numbers = |tensor: Tensor<D>| {
            tensor.try_into_primitive::<Flex>().expect("on the CPU, if on no graphics device").to_contiguous()
        };
        let [mut value, gradient, mut first, mut second] = [value, gradient, first, second].map(numbers);
        metriclab_loops::adam::step(
            &self.numbers(),
            value.storage_mut(),
            gradient.storage(),
            first.storage_mut(),
            second.storage_mut(),
        );
        let [value, first, second] = [value, first, second].map(Tensor::from_primitive::<Flex>);
        (value, (self.time, first, second))
    }
}
