use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::backend::{Autodiff, DispatchKindConversion, DispatchTensor};
use burn::tensor::Tensor;

use super::{Fused, Primitive, answer, held, on_its_backend};

/// x·W + b, and max(·, 0) of it where `rectified`: `[n, d]`, `[d, e]` and `[1, e]` to `[n, e]`.
pub(crate) fn dense(x: &Tensor<2>, weight: &Tensor<2>, bias: &Tensor<2>, rectified: bool) -> Tensor<2> {
    on_its_backend!(on(x, weight, bias, rectified))
}

fn on<B: Fused>(x: &Tensor<2>, weight: &Tensor<2>, bias: &Tensor<2>, rectified: bool) -> Option<Tensor<2>>
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let (x, from_x) = held::<B, _>(x)?;
    let (weight, from_weight) = held::<B, _>(weight)?;
    let (bias, from_bias) = held::<B, _>(bias)?;
    let out = B::dense(&x, &weight, &bias, rectified);
    let kept = rectified.then(|| out.clone());
    Some(answer(Operation, [from_x, from_weight, from_bias], Held { x, weight, kept }, out))
}

#[derive(Debug)]
struct Operation;

/// The data that the gradient needs.
#[derive(Clone, Debug)]
struct Held<P> {
    x: P,
    weight: P,
    /// The output, where it was rectified.
    kept: Option<P>,
}

impl<B: Fused> Backward<B, 3> for Operation {
    type State = Held<Primitive<B>>;

    fn backward(self, ops: Ops<Self::State, 3>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let Held { x, weight, kept } = ops.state;
        let gradient = gradients.consume::<B>(&ops.node);
        let gradient = match kept {
            Some(kept) => B::kept(gradient, &kept),
            None => gradient,
        };
        let turned = |matrix| B::float_swap_dims(matrix, 0, 1);
        let [of_x, of_weight, of_bias] = ops.parents;
        if let Some(node) = of_x {
            gradients.register::<B>(node.id, B::float_matmul(gradient.clone(), turned(weight)));
        }
        if let Some(node) = of_weight {
            gradients.register::<B>(node.id, B::float_matmul(turned(x), gradient.clone()));
        }
        if let Some(node) = of_bias {
            gradients.register::<B>(node.id, B::float_sum_dim(gradient, 0));
        }
    }
}
