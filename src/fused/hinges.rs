use burn::tensor::Tensor;

/// max(d(a, p) − d(a, n) + margin, 0) of each triplet, or of similarities the other way round: `[B, P, 1]` and `[B, 1, R]` to `[B, P, R]`.
/// None on a graphics device, where tensor operations do it.
#[cfg_attr(not(feature = "cpu"), allow(unused_variables, reason = "there is no CPU"))]
pub(crate) fn hinges(
    positive: &Tensor<3>,
    negative: &Tensor<3>,
    margin: f64,
    is_similarity: bool,
) -> Option<Tensor<3>> {
    #[cfg(feature = "cpu")]
    return host::hinges(positive, negative, margin as f32, if is_similarity { -1.0 } else { 1.0 });
    #[cfg(not(feature = "cpu"))]
    None
}

#[cfg(feature = "cpu")]
mod host {
    use burn::backend::autodiff::checkpoint::base::Checkpointer;
    use burn::backend::autodiff::grads::Gradients;
    use burn::backend::autodiff::ops::{Backward, Ops};
    use burn::backend::{Flex, TensorMetadata};
    use burn::tensor::{Tensor, TensorData};
    use metriclab_loops::triplets::{self, Grid};

    use super::super::{Primitive, answer, held};

    type Held = Primitive<Flex>;

    pub(super) fn hinges(
        positive: &Tensor<3>,
        negative: &Tensor<3>,
        margin: f32,
        sign: f32,
    ) -> Option<Tensor<3>> {
        let (positive, from_positive) = held::<Flex, _>(positive)?;
        let (negative, from_negative) = held::<Flex, _>(negative)?;
        let out = forward(&positive, &negative, margin, sign);
        Some(answer(Operation, [from_positive, from_negative], State { sign, hinges: out.clone() }, out))
    }

    fn forward(positive: &Held, negative: &Held, margin: f32, sign: f32) -> Held {
        let shape = [positive.shape()[0], positive.shape()[1], negative.shape()[2]];
        let (positive, negative) = (positive.to_contiguous(), negative.to_contiguous());
        let values = Grid { anchors: shape[0], positive: positive.storage(), negative: negative.storage() };
        Held::from_data(TensorData::new(triplets::hinges(values, sign, margin), shape))
    }

    #[derive(Debug)]
    struct Operation;

    #[derive(Clone, Debug)]
    struct State {
        sign: f32,
        hinges: Held,
    }

    impl Backward<Flex, 2> for Operation {
        type State = State;

        fn backward(self, ops: Ops<State, 2>, gradients: &mut Gradients, _: &mut Checkpointer) {
            let State { sign, hinges } = ops.state;
            let gradient = gradients.consume::<Flex>(&ops.node).to_contiguous();
            let shape = [0, 1, 2].map(|axis| hinges.shape()[axis]);
            let by = triplets::hinges_backward(gradient.storage(), hinges.storage(), shape, sign);
            let [anchors, slots, columns] = shape;
            let shapes = [[anchors, slots, 1], [anchors, 1, columns]];
            for ((node, by), shape) in ops.parents.into_iter().zip(by).zip(shapes) {
                if let Some(node) = node {
                    gradients.register::<Flex>(node.id, Held::from_data(TensorData::new(by, shape)));
                }
            }
        }
    }
}
