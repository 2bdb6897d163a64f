use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, unary};
use burn::backend::{Autodiff, DispatchKindConversion, DispatchTensor};
use burn::tensor::Tensor;
use metriclab_loops::mean::Mean;

use super::{Fused, Primitive, answer, held, on_its_backend};

/// The mean of values with their weights, `[n]` each, and the share of the candidates that are above 0: `[1]` each. The weights get
/// no gradient.
pub(crate) fn mean(how: Mean, values: &Tensor<1>, weights: &Tensor<1>) -> [Tensor<1>; 2] {
    on_its_backend!(on(how, values, weights))
}

fn on<B: Fused>(how: Mean, values: &Tensor<1>, weights: &Tensor<1>) -> Option<[Tensor<1>; 2]>
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let (values, from) = held::<B, _>(values)?;
    let (weights, from_weights) = held::<B, _>(weights)?;
    let [mean, share, factor] = B::mean(how, &values, &weights);
    let mean = answer(Operation, [from], Held { factor, weights }, mean);
    let share = Tensor::from_primitive::<B>(share);
    Some([mean, if from_weights.is_some() { Tensor::from_inner(share) } else { share }])
}

#[derive(Debug)]
struct Operation;

/// The data that the gradient needs.
#[derive(Clone, Debug)]
struct Held<P> {
    factor: P,
    weights: P,
}

impl<B: Fused> Backward<B, 1> for Operation {
    type State = Held<Primitive<B>>;

    fn backward(self, ops: Ops<Self::State, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let Held { factor, weights } = ops.state;
        unary::<B, _>(ops.parents, ops.node, gradients, |gradient| {
            B::mean_backward(gradient, &factor, &weights)
        });
    }
}
