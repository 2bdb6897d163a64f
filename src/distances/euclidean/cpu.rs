//! The Euclidean operation on the CPU, by the loops of `crates/loops`.

use burn::backend::Flex;
use burn::backend::ops::FloatTensorOps;
use burn::tensor::TensorData;
use metriclab_loops::differences;

use super::{Differences, Rows, Shape};

impl Differences for Flex {
    fn forward(shape: Shape, x: &Rows<Self>, y: &Rows<Self>) -> Rows<Self> {
        let (x, y) = (x.to_contiguous(), y.to_contiguous());
        let values = differences::forward(shape, x.storage(), y.storage());
        Rows::<Self>::from_data(TensorData::new(values, [shape.queries, shape.references]))
    }

    fn backward(
        shape: Shape,
        x: &Rows<Self>,
        y: &Rows<Self>,
        gradient: &Rows<Self>,
        values: &Rows<Self>,
    ) -> Rows<Self> {
        let [x, y, gradient, values] = [x, y, gradient, values].map(Rows::<Self>::to_contiguous);
        let sums =
            differences::backward(shape, x.storage(), y.storage(), gradient.storage(), values.storage());
        Rows::<Self>::from_data(TensorData::new(sums, [shape.queries, shape.dim]))
    }

    fn backward_of_both(
        shape: Shape,
        x: &Rows<Self>,
        gradient: &Rows<Self>,
        values: &Rows<Self>,
    ) -> Rows<Self> {
        let turned = Self::float_swap_dims(gradient.clone(), 0, 1);
        Self::backward(shape, x, x, &Self::float_add(gradient.clone(), turned), values)
    }
}
