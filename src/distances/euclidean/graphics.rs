//! The Euclidean operation on a graphics device, by the kernels of `crates/kernels`.

use burn::backend::{Backend, Wgpu};
use burn::tensor::FloatDType;
use metriclab_kernels as kernels;

use super::{Differences, Rows, Shape};
use crate::graphics::strided;

impl Differences for Wgpu {
    fn forward(shape: Shape, x: &Rows<Self>, y: &Rows<Self>) -> Rows<Self> {
        let out = empty::<Self>([shape.queries, shape.references], &x.device);
        kernels::differences(&out.client, shape, strided(x), strided(y), out.handle.clone().binding());
        out
    }

    fn backward(
        shape: Shape,
        x: &Rows<Self>,
        y: &Rows<Self>,
        gradient: &Rows<Self>,
        values: &Rows<Self>,
    ) -> Rows<Self> {
        let out = empty::<Self>([shape.queries, shape.dim], &x.device);
        let inputs = [x, y, gradient, values].map(strided);
        kernels::differences_backward(&out.client, shape, false, inputs, out.handle.clone().binding());
        out
    }

    fn backward_of_both(
        shape: Shape,
        x: &Rows<Self>,
        gradient: &Rows<Self>,
        values: &Rows<Self>,
    ) -> Rows<Self> {
        let out = empty::<Self>([shape.queries, shape.dim], &x.device);
        let inputs = [x, x, gradient, values].map(strided);
        kernels::differences_backward(&out.client, shape, true, inputs, out.handle.clone().binding());
        out
    }
}

fn empty<B: Backend>([rows, columns]: [usize; 2], device: &B::Device) -> Rows<B> {
    B::float_empty([rows, columns].into(), device, FloatDType::F32)
}
