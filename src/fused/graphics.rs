//! The operations on a graphics device, by the kernels of `crates/kernels`.

use burn::backend::Wgpu;
use burn::backend::ops::FloatTensorOps;
use burn::tensor::{FloatDType, Shape};
use metriclab_kernels as kernels;
use metriclab_loops::mean::Mean;

use super::{Fused, Primitive};
use crate::graphics::strided;

type Held = Primitive<Wgpu>;

impl Fused for Wgpu {
    fn unit(x: &Held) -> Held {
        let out = empty(x.meta.shape().clone(), x);
        kernels::unit(&out.client, sides(x), strided(x), out.handle.clone().binding());
        out
    }

    fn unit_backward(x: &Held, gradient: Held) -> Held {
        let out = empty(x.meta.shape().clone(), x);
        let (rows, gradient) = (strided(x), strided(&gradient));
        kernels::unit_backward(&out.client, sides(x), rows, gradient, out.handle.clone().binding());
        out
    }

    fn dense(x: &Held, weight: &Held, bias: &Held, rectified: bool) -> Held {
        let ([m, k], [_, n]) = (sides(x), sides(weight));
        let out = empty(Shape::from([m, n]), x);
        let ending = if rectified { kernels::Ending::Rectified } else { kernels::Ending::Bias };
        let [a, b] = [strided(x), strided(weight)];
        let bias = flat(bias.clone());
        let product =
            kernels::Product { m, n, k, a: a.strides, b: b.strides, c: [n, 1], batch: Vec::new(), ending };
        let bias = Some(bias.handle.binding());
        kernels::multiply(&out.client, &product, [a.buffer, b.buffer], bias, out.handle.clone().binding());
        out
    }

    fn kept(value: Held, by: &Held) -> Held {
        in_the_order_of(by, |as_stored| {
            let (value, by) = (as_stored(value), as_stored(by.clone()));
            let out = empty(value.meta.shape().clone(), &value);
            let [numbers, by] = [value, by].map(|held| flat(held).handle.binding());
            kernels::rectify(&out.client, count(&out), numbers, Some(by), out.handle.clone().binding());
            out
        })
    }

    fn rectify(x: &Held) -> Held {
        in_the_order_of(x, |as_stored| {
            let x = as_stored(x.clone());
            let out = empty(x.meta.shape().clone(), &x);
            let numbers = flat(x).handle.binding();
            kernels::rectify(&out.client, count(&out), numbers, None, out.handle.clone().binding());
            out
        })
    }

    fn mean(how: Mean, values: &Held, weights: &Held) -> [Held; 3] {
        let out = [(); 3].map(|()| empty(Shape::from([1]), values));
        let inputs = [values, weights].map(|held| flat(held.clone()).handle.binding());
        let outputs = out.each_ref().map(|held| held.handle.clone().binding());
        kernels::mean(&values.client, how, count(values), inputs, outputs);
        out
    }

    fn mean_backward(gradient: Held, factor: &Held, weights: &Held) -> Held {
        let out = empty(weights.meta.shape().clone(), weights);
        let inputs =
            [flat(gradient), factor.clone(), flat(weights.clone())].map(|held| held.handle.binding());
        kernels::mean_backward(&out.client, count(weights), inputs, out.handle.clone().binding());
        out
    }
}

fn empty(shape: Shape, like: &Held) -> Held {
    Wgpu::float_empty(shape, &like.device, FloatDType::F32)
}

fn count(held: &Held) -> usize {
    held.meta.shape().num_elements()
}

fn sides(matrix: &Held) -> [usize; 2] {
    matrix.meta.shape().dims()
}

/// `work` on tensors whose dimensions are in the order in which `like` is stored; the result has them as before. Convolutions leave the
/// channels last, so that this copies nothing where [`flat`] alone would.
fn in_the_order_of(like: &Held, work: impl FnOnce(&dyn Fn(Held) -> Held) -> Held) -> Held {
    let strides = like.meta.strides();
    let mut order: Vec<usize> = (0..strides.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(strides[at]));
    let mut back = vec![0; order.len()];
    order.iter().enumerate().for_each(|(to, &from)| back[from] = to);
    Wgpu::float_permute(work(&|held| Wgpu::float_permute(held, &order)), &back)
}

/// Number after number. This copies only what is laid out in another way.
fn flat(held: Held) -> Held {
    let count = count(&held);
    Wgpu::float_reshape(held, Shape::from([count]))
}
