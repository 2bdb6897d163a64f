//! The operations on the CPU, by the loops of `crates/loops`.

use burn::backend::ops::FloatTensorOps;
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::TensorData;
use metriclab_loops::mean::{self, Mean};
use metriclab_loops::{rows, unit};

use super::{Fused, Primitive};

type Held = Primitive<Flex>;

impl Fused for Flex {
    fn unit(x: &Held) -> Held {
        let mut out = x.to_contiguous();
        let dim = width(&out);
        unit::forward(dim, out.storage_mut());
        out
    }

    fn unit_backward(x: &Held, gradient: Held) -> Held {
        let (x, mut gradient) = (x.to_contiguous(), gradient.to_contiguous());
        unit::backward(width(&x), x.storage(), gradient.storage_mut());
        gradient
    }

    fn dense(x: &Held, weight: &Held, bias: &Held, rectified: bool) -> Held {
        let mut out = Self::float_matmul(x.clone(), weight.clone()).to_contiguous();
        rows::add(out.storage_mut(), bias.to_contiguous().storage(), rectified);
        out
    }

    fn kept(value: Held, by: &Held) -> Held {
        let (mut value, by) = (value.to_contiguous(), by.to_contiguous());
        rows::keep_above_zero(value.storage_mut(), by.storage());
        value
    }

    fn rectify(x: &Held) -> Held {
        let mut out = x.to_contiguous();
        rows::rectify(out.storage_mut());
        out
    }

    fn mean(how: Mean, values: &Held, weights: &Held) -> [Held; 3] {
        let (values, weights) = (values.to_contiguous(), weights.to_contiguous());
        let found = mean::forward(how, values.storage(), weights.storage());
        [found.mean, found.share, found.factor].map(|number| Held::from_data(TensorData::from([number])))
    }

    fn mean_backward(gradient: Held, factor: &Held, weights: &Held) -> Held {
        let one = |held: &Held| held.to_contiguous().storage::<f32>()[0];
        let factor = one(&gradient) * one(factor);
        let mut out = weights.to_contiguous();
        rows::scale(out.storage_mut(), factor);
        out
    }
}

/// Numbers of a row.
fn width(matrix: &Held) -> usize {
    matrix.shape()[1]
}
