use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, unary};
use burn::backend::{Autodiff, DispatchKindConversion, DispatchTensor};
use burn::tensor::Tensor;

use super::{Fused, Primitive, answer, held, on_its_backend};

/// max(x, 0), with a gradient of 0 at 0.
pub(crate) fn rectify<const D: usize>(x: &Tensor<D>) -> Tensor<D> {
    on_its_backend!(on[D](x))
}

fn on<B: Fused, const D: usize>(x: &Tensor<D>) -> Option<Tensor<D>>
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let (x, from) = held::<B, _>(x)?;
    let kept = B::rectify(&x);
    Some(answer(Operation, [from], kept.clone(), kept))
}

#[derive(Debug)]
struct Operation;

impl<B: Fused> Backward<B, 1> for Operation {
    type State = Primitive<B>;

    fn backward(self, ops: Ops<Self::State, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let kept = ops.state;
        unary::<B, _>(ops.parents, ops.node, gradients, |gradient| B::kept(gradient, &kept));
    }
}
