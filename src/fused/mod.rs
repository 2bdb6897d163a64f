//! Operations that training repeats each step, each as one operation with a gradient of its own.
//!
//! A graphics device pays for every launch, and a step of a small network is nothing but launches. With tensor operations a row
//! of length 1 takes twelve launches forward and twenty backward; here it takes one and one. On the CPU it saves passes over the
//! numbers. Tests compare each with its twin in tensor operations.

mod convolution;
#[cfg(feature = "cpu")]
mod cpu;
mod dense;
#[cfg(feature = "gpu")]
mod graphics;
mod hinges;
mod mean;
mod rectify;
#[cfg(all(test, feature = "cpu", feature = "gpu"))]
mod tests;
mod unit;

use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::ops::{Backward, NodeGuard, OpsKind};
use burn::backend::{Autodiff, Backend, BackendTypes, DispatchKindConversion, DispatchTensor};
use burn::tensor::Tensor;
pub(crate) use metriclab_loops::mean::{Mean, Of};

pub(crate) use convolution::convolution;
pub(crate) use dense::dense;
pub(crate) use hinges::hinges;
pub(crate) use mean::mean;
pub(crate) use rectify::rectify;
pub(crate) use unit::unit;

/// A tensor as a backend holds it.
type Primitive<B> = <B as BackendTypes>::FloatTensorPrimitive;

/// A backend that computes them.
trait Fused: Backend {
    /// x / ‖x‖ of each row, `[n, d]`.
    fn unit(x: &Primitive<Self>) -> Primitive<Self>;

    /// The gradient of [`Fused::unit`] by x.
    fn unit_backward(x: &Primitive<Self>, gradient: Primitive<Self>) -> Primitive<Self>;

    /// x·W + b, and max(·, 0) of it where `rectified`: `[n, d]`, `[d, e]` and `[1, e]` to `[n, e]`.
    fn dense(
        x: &Primitive<Self>,
        weight: &Primitive<Self>,
        bias: &Primitive<Self>,
        rectified: bool,
    ) -> Primitive<Self>;

    /// The numbers of `value` where those of `by` are above 0, and 0 elsewhere.
    fn kept(value: Primitive<Self>, by: &Primitive<Self>) -> Primitive<Self>;

    /// max(x, 0).
    fn rectify(x: &Primitive<Self>) -> Primitive<Self>;

    /// Mean, share of the active and factor of the sum, `[1]` each, of values and their weights, `[n]`.
    fn mean(how: Mean, values: &Primitive<Self>, weights: &Primitive<Self>) -> [Primitive<Self>; 3];

    /// The gradient of a mean by the values, from that by the mean, `[1]`: gradient · factor · weight.
    fn mean_backward(
        gradient: Primitive<Self>,
        factor: &Primitive<Self>,
        weights: &Primitive<Self>,
    ) -> Primitive<Self>;
}

/// Calls `$on::<B>` with each backend B, and returns the answer of the backend that holds the tensors.
macro_rules! on_its_backend {
    ($on:ident $([$more:tt])?($($argument:expr),*)) => {{
        #[cfg(feature = "gpu")]
        if let Some(found) = $on::<burn::backend::Wgpu $(, $more)?>($($argument),*) {
            return found;
        }
        #[cfg(feature = "cpu")]
        if let Some(found) = $on::<burn::backend::Flex $(, $more)?>($($argument),*) {
            return found;
        }
        unreachable!("tensors lie on the CPU or on a graphics device, all on the same, with a graph or without")
    }};
}
pub(crate) use on_its_backend;

/// A tensor as a backend holds it, with its place in the graph if it has one. None where another backend holds it.
pub(crate) fn held<B: Backend, const D: usize>(
    tensor: &Tensor<D>,
) -> Option<(Primitive<B>, Option<NodeGuard>)>
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    if let Ok(plain) = tensor.clone().try_into_primitive::<B>() {
        return Some((plain, None));
    }
    let (value, guard) = tensor.clone().try_into_primitive::<Autodiff<B>>().ok()?.into_parts();
    Some((value, Some(guard)))
}

/// The answer of an operation: part of the graph, with the data of its gradient, where its inputs are.
pub(crate) fn answer<B: Backend, O: Backward<B, N>, const N: usize, const D: usize>(
    operation: O,
    inputs: [Option<NodeGuard>; N],
    state: O::State,
    value: Primitive<B>,
) -> Tensor<D>
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let guards: Vec<NodeGuard> = inputs.into_iter().flatten().collect();
    let guards = match <[NodeGuard; N]>::try_from(guards) {
        Ok(guards) => guards,
        Err(some) => {
            assert!(some.is_empty(), "the inputs of an operation are in one graph, or in none");
            return Tensor::from_primitive::<B>(value);
        }
    };
    let value = match operation.prepare::<NoCheckpointing>(guards).compute_bound().stateful() {
        OpsKind::Tracked(prepared) => prepared.finish(state, value),
        OpsKind::UnTracked(prepared) => prepared.finish(value),
    };
    Tensor::from_primitive::<Autodiff<B>>(value)
}
