//! burn's tensors on a graphics device, as the kernels of `crates/kernels` take them.

use burn::backend::{Autodiff, Wgpu};
use burn::tensor::{Device, Float, Int, Tensor};
use cubecl::client::Client;
use metriclab_kernels::Strided;

/// A tensor as the backend holds it.
pub(crate) type Held = <Wgpu as burn::backend::BackendTypes>::FloatTensorPrimitive;

/// A kind of tensor that the backend holds, with a graph or without.
pub(crate) trait Kind: Sized {
    /// None where the tensor is on another device.
    fn held<const D: usize>(tensor: &Tensor<D, Self>) -> Option<Held>
    where
        Self: burn::tensor::kind::Basic;
}

impl Kind for Float {
    fn held<const D: usize>(tensor: &Tensor<D, Self>) -> Option<Held> {
        let plain = tensor.clone().try_into_primitive::<Wgpu>().ok();
        plain.or_else(|| Some(tensor.clone().try_into_primitive::<Autodiff<Wgpu>>().ok()?.into_primitive()))
    }
}

impl Kind for Int {
    fn held<const D: usize>(tensor: &Tensor<D, Self>) -> Option<Held> {
        let plain = tensor.clone().try_into_primitive::<Wgpu>().ok();
        plain.or_else(|| tensor.clone().try_into_primitive::<Autodiff<Wgpu>>().ok())
    }
}

/// The client of `device`, if it is a graphics device.
pub(crate) fn client(device: &Device) -> Option<Client> {
    Some(Float::held(&Tensor::<1>::zeros([1], device))?.client)
}

/// A matrix as kernels take it.
pub(crate) fn strided(matrix: &Held) -> Strided {
    let [row, column] = [matrix.meta.strides()[0], matrix.meta.strides()[1]];
    Strided { buffer: matrix.handle.clone().binding(), strides: [row, column] }
}
