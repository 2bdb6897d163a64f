use burn::tensor::Tensor;

/// A convolution by a kernel that is 3 wide and 1 or 3 high, padded so that with stride 1 a plane keeps its size, plus b, and
/// max(·, 0) of it where `rectified`: `[n, from, h, w]`, `[to, from, 1 or 3, 3]` and `[to]` to `[n, to, ⌈h/stride⌉, ⌈w/stride⌉]`.
pub(crate) fn convolution(
    x: &Tensor<4>,
    weight: &Tensor<4>,
    bias: &Tensor<1>,
    stride: usize,
    rectified: bool,
) -> Tensor<4> {
    #[cfg(feature = "cpu")]
    if let Some(found) = host::convolution(x, weight, bias, stride, rectified) {
        return found;
    }
    // The CPU module does not carry burn's.
    #[cfg(not(feature = "gpu"))]
    unreachable!("tensors lie on the CPU, with a graph or without");
    #[cfg(feature = "gpu")]
    {
        use burn::tensor::{module, ops::ConvOptions};

        let options = ConvOptions::new([stride; 2], [weight.dims()[2] / 2, 1], [1, 1], 1);
        let out = module::conv2d(x.clone(), weight.clone(), Some(bias.clone()), options);
        if rectified { super::rectify(&out) } else { out }
    }
}

/// On the CPU, where burn copies number by number and walks over the batch once more for each step on the way.
#[cfg(feature = "cpu")]
mod host {
    use burn::backend::autodiff::checkpoint::base::Checkpointer;
    use burn::backend::autodiff::grads::Gradients;
    use burn::backend::autodiff::ops::{Backward, Ops};
    use burn::backend::ops::FloatTensorOps;
    use burn::backend::{Flex, TensorMetadata};
    use burn::tensor::{Shape, Tensor, TensorData};
    use metriclab_loops::convolution::{Planes, gather, spread};

    use super::super::{Primitive, answer, held};

    type Held = Primitive<Flex>;

    /// None for tensors of another device.
    pub(super) fn convolution(
        x: &Tensor<4>,
        weight: &Tensor<4>,
        bias: &Tensor<1>,
        stride: usize,
        rectified: bool,
    ) -> Option<Tensor<4>> {
        let [_, channels, height, width] = x.dims();
        let planes = Planes { channels, height, width, kernel: weight.dims()[2], stride };
        let (x, from_x) = held::<Flex, _>(x)?;
        let (weight, from_weight) = held::<Flex, _>(weight)?;
        let (bias, from_bias) = held::<Flex, _>(bias)?;
        let out = forward(planes, &x, &weight, &bias, rectified);
        let kept = rectified.then(|| out.clone());
        Some(answer(Operation, [from_x, from_weight, from_bias], State { planes, x, weight, kept }, out))
    }

    fn matrix(numbers: Vec<f32>, rows: usize) -> Held {
        let columns = numbers.len() / rows;
        Held::from_data(TensorData::new(numbers, [rows, columns]))
    }

    /// The weights as a matrix, `[to, seen]`.
    fn kernels(planes: Planes, weight: &Held) -> Held {
        let to = weight.shape()[0];
        Flex::float_reshape(weight.to_contiguous(), Shape::from([to, planes.seen()]))
    }

    fn forward(planes: Planes, x: &Held, weight: &Held, bias: &Held, rectified: bool) -> Held {
        let (x, bias) = (x.to_contiguous(), bias.to_contiguous());
        let (count, to, places) = (x.shape()[0], weight.shape()[0], planes.places());
        let kernels = kernels(planes, weight);
        let mut out = vec![0.0; count * to * places];
        let blocks = x.storage::<f32>().chunks(planes.block() * planes.sample());
        for (samples, out) in blocks.zip(out.chunks_mut(planes.block() * to * places)) {
            let columns = matrix(planes.columns(samples), planes.seen());
            let product = Flex::float_matmul(kernels.clone(), columns).to_contiguous();
            spread(product.storage(), bias.storage(), places, rectified, out);
        }
        let [high, wide] = planes.out();
        Held::from_data(TensorData::new(out, [count, to, high, wide]))
    }

    #[derive(Debug)]
    struct Operation;

    /// The data that the gradient needs.
    #[derive(Clone, Debug)]
    struct State {
        planes: Planes,
        x: Held,
        weight: Held,
        /// The output, where it was rectified.
        kept: Option<Held>,
    }

    impl Backward<Flex, 3> for Operation {
        type State = State;

        fn backward(self, ops: Ops<State, 3>, gradients: &mut Gradients, _: &mut Checkpointer) {
            let State { planes, x, weight, kept } = ops.state;
            let gradient = gradients.consume::<Flex>(&ops.node).to_contiguous();
            let [of_x, of_weight, of_bias] = ops.parents;
            let (x, kept) = (x.to_contiguous(), kept.map(|kept| kept.to_contiguous()));
            let (to, places) = (weight.shape()[0], planes.places());
            let turned = |matrix: Held| Flex::float_swap_dims(matrix, 0, 1);
            let kernels = turned(kernels(planes, &weight));
            let size = planes.block() * to * places;
            let kept: Option<&[f32]> = kept.as_ref().map(Held::storage);
            let mut by_x = vec![0.0; if of_x.is_some() { x.storage::<f32>().len() } else { 0 }];
            let mut by_weight = vec![0.0; to * planes.seen()];
            let mut by_bias = vec![0.0; to];
            for (at, gradient) in gradient.storage::<f32>().chunks(size).enumerate() {
                let samples = at * planes.block() * planes.sample()
                    ..x.storage::<f32>().len().min((at + 1) * planes.block() * planes.sample());
                let gradient =
                    gather(gradient, kept.map(|kept| &kept[at * size..][..gradient.len()]), to, places);
                for (sum, row) in by_bias.iter_mut().zip(gradient.chunks_exact(gradient.len() / to)) {
                    *sum += row.chunks_exact(places).map(|sample| sample.iter().sum::<f32>()).sum::<f32>();
                }
                let gradient = matrix(gradient, to);
                if of_weight.is_some() {
                    let columns = matrix(planes.columns(&x.storage()[samples.clone()]), planes.seen());
                    let product = Flex::float_matmul(gradient.clone(), turned(columns)).to_contiguous();
                    by_weight.iter_mut().zip(product.storage::<f32>()).for_each(|(sum, x)| *sum += x);
                }
                if of_x.is_some() {
                    let columns = Flex::float_matmul(kernels.clone(), gradient).to_contiguous();
                    planes.add_columns(columns.storage(), &mut by_x[samples]);
                }
            }
            if let Some(node) = of_x {
                gradients.register::<Flex>(node.id, Held::from_data(TensorData::new(by_x, x.shape())));
            }
            if let Some(node) = of_weight {
                gradients
                    .register::<Flex>(node.id, Held::from_data(TensorData::new(by_weight, weight.shape())));
            }
            if let Some(node) = of_bias {
                gradients.register::<Flex>(node.id, Held::from_data(TensorData::new(by_bias, [to])));
            }
        }
    }
}
