use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, unary};
use burn::backend::{Autodiff, DispatchKindConversion, DispatchTensor};
use burn::tensor::Tensor;

use super::{Fused, Primitive, answer, held, on_its_backend};

/// x / ‖x‖₂ of each row, of any length that f32 can hold; a row with no number above 2⁻¹⁰⁰ becomes 0 and gets a gradient of 0.
pub(crate) fn unit(x: &Tensor<2>) -> Tensor<2> {
    on_its_backend!(on(x))
}

fn on<B: Fused>(x: &Tensor<2>) -> Option<Tensor<2>>
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let (x, from) = held::<B, _>(x)?;
    let rows = B::unit(&x);
    Some(answer(Operation, [from], x, rows))
}

#[derive(Debug)]
struct Operation;

impl<B: Fused> Backward<B, 1> for Operation {
    type State = Primitive<B>;

    fn backward(self, ops: Ops<Self::State, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let x = ops.state;
        unary::<B, _>(ops.parents, ops.node, gradients, |gradient| B::unit_backward(&x, gradient));
    }
}
