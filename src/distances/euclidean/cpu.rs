//! On the CPU, in loops that LLVM turns into SIMD: along the references forward, along the numbers of a row backward.

use burn::backend::Flex;
use burn::tensor::TensorData;

use super::{Differences, Rows, Shape};

impl Differences for Flex {
    fn forward(shape: Shape, x: &Rows<Self>, y: &Rows<Self>) -> Rows<Self> {
        let Shape { queries, references, dim, root } = shape;
        let (x, y) = (x.to_contiguous(), y.to_contiguous());
        let (x, y) = (x.storage::<f32>(), y.storage::<f32>());
        let mut columns = vec![0.0_f32; references * dim];
        for (j, row) in y.chunks_exact(dim).enumerate() {
            row.iter().enumerate().for_each(|(at, &number)| columns[at * references + j] = number);
        }
        let mut values = vec![0.0_f32; queries * references];
        for (x, sums) in x.chunks_exact(dim).zip(values.chunks_exact_mut(references)) {
            for (&x, column) in x.iter().zip(columns.chunks_exact(references)) {
                for (sum, &y) in sums.iter_mut().zip(column) {
                    let difference = x - y;
                    *sum += difference * difference;
                }
            }
            if root {
                sums.iter_mut().for_each(|sum| *sum = sum.sqrt());
            }
        }
        Rows::<Self>::from_data(TensorData::new(values, [queries, references]))
    }

    fn backward(
        shape: Shape,
        x: &Rows<Self>,
        y: &Rows<Self>,
        gradient: &Rows<Self>,
        values: &Rows<Self>,
    ) -> Rows<Self> {
        let Shape { queries, references, dim, root } = shape;
        let [x, y, gradient, values] = [x, y, gradient, values].map(Rows::<Self>::to_contiguous);
        let y = y.storage::<f32>();
        let mut sums = vec![0.0_f32; queries * dim];
        let factors = gradient.storage::<f32>().chunks_exact(references);
        let factors = factors.zip(values.storage::<f32>().chunks_exact(references));
        let rows = x.storage::<f32>().chunks_exact(dim).zip(sums.chunks_exact_mut(dim)).zip(factors);
        for ((x, sums), (gradient, values)) in rows {
            for ((&gradient, &value), y) in gradient.iter().zip(values).zip(y.chunks_exact(dim)) {
                let factor = match (root, value > 0.0) {
                    (false, _) => 2.0 * gradient,
                    (true, true) => gradient / value,
                    (true, false) => 0.0,
                };
                if factor != 0.0 {
                    for ((sum, &x), &y) in sums.iter_mut().zip(x).zip(y) {
                        *sum += factor * (x - y);
                    }
                }
            }
        }
        Rows::<Self>::from_data(TensorData::new(sums, [queries, dim]))
    }
}
