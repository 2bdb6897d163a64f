//! ‖x − y‖ and its square of every query and every reference, as one operation with a gradient of its own.
//!
//! With burn's operations the differences x − y of every pair would be written and read several times forward and again
//! backward, n·m·d numbers each. This operation holds nothing of that size and still sums differences, so that near-duplicates
//! far from the origin keep the digits that ‖x‖² + ‖y‖² − 2x·y would lose. `tests/kernels/` has the slow twin.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, binary, unary};
use burn::backend::{Autodiff, Backend, BackendTypes, DispatchKindConversion, DispatchTensor};
use burn::tensor::Tensor;
use metriclab_loops::differences::Shape;

use crate::fused::{answer, held, on_its_backend};

/// A backend that computes it.
pub(super) trait Differences: Backend {
    /// `[n, d]`, `[m, d]` to `[n, m]`.
    fn forward(shape: Shape, x: &Rows<Self>, y: &Rows<Self>) -> Rows<Self>;

    /// Σⱼ c(i,j) (xᵢ − yⱼ), c = 2g for squares, g/d for roots and 0 where d = 0: `[n, d]`, `[m, d]`, and `[n, m]` of the
    /// gradient g and of what `forward` gave, d, to `[n, d]`.
    fn backward(
        shape: Shape,
        x: &Rows<Self>,
        y: &Rows<Self>,
        gradient: &Rows<Self>,
        values: &Rows<Self>,
    ) -> Rows<Self>;

    /// The same for the distances of rows to each other, by both sides together.
    fn backward_of_both(
        shape: Shape,
        x: &Rows<Self>,
        gradient: &Rows<Self>,
        values: &Rows<Self>,
    ) -> Rows<Self>;
}

/// Rows as a backend holds them.
pub(super) type Rows<B> = <B as BackendTypes>::FloatTensorPrimitive;

/// ‖x − y‖² of every query and every reference: `[n, d]`, `[m, d]` to `[n, m]`.
pub(in super::super) fn squared_matrix(queries: &Tensor<2>, references: &Tensor<2>) -> Tensor<2> {
    matrix(queries, references, false)
}

/// ‖x − y‖ of every query and every reference, with a gradient of 0 where it is 0.
pub(in super::super) fn euclidean_matrix(queries: &Tensor<2>, references: &Tensor<2>) -> Tensor<2> {
    matrix(queries, references, true)
}

fn matrix(x: &Tensor<2>, y: &Tensor<2>, root: bool) -> Tensor<2> {
    let ([queries, dim], [references, _]) = (x.dims(), y.dims());
    let shape = Shape { queries, references, dim, root };
    on_its_backend!(on(shape, x, y))
}

/// None where the rows are on another backend.
fn on<B: Differences>(shape: Shape, x: &Tensor<2>, y: &Tensor<2>) -> Option<Tensor<2>>
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let (x, from_x) = held::<B, _>(x)?;
    let (y, from_y) = held::<B, _>(y)?;
    let values = B::forward(shape, &x, &y);
    let state = Held { shape, x, y, values: values.clone() };
    let of_one = from_x.as_ref().zip(from_y.as_ref()).is_some_and(|(x, y)| x.id() == y.id());
    Some(if of_one {
        answer(OfOne, [from_x], state, values)
    } else {
        answer(Operation, [from_x, from_y], state, values)
    })
}

/// The distances of rows to each other.
#[derive(Debug)]
struct OfOne;

impl<B: Differences> Backward<B, 1> for OfOne {
    type State = Held<Rows<B>>;

    fn backward(self, ops: Ops<Self::State, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let Held { shape, x, values, .. } = ops.state;
        unary::<B, _>(ops.parents, ops.node, gradients, |gradient| {
            B::backward_of_both(shape, &x, &gradient, &values)
        });
    }
}

#[derive(Debug)]
struct Operation;

/// The data that the gradient needs.
#[derive(Clone, Debug)]
struct Held<P> {
    shape: Shape,
    x: P,
    y: P,
    values: P,
}

impl<B: Differences> Backward<B, 2> for Operation {
    type State = Held<Rows<B>>;

    fn backward(self, ops: Ops<Self::State, 2>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let Held { shape, x, y, values } = ops.state;
        let by_queries = |gradient| B::backward(shape, &x, &y, &gradient, &values);
        // The same with the roles changed.
        let by_references = |gradient| {
            let turned = |matrix| B::float_swap_dims(matrix, 0, 1);
            let shape = Shape { queries: shape.references, references: shape.queries, ..shape };
            B::backward(shape, &y, &x, &turned(gradient), &turned(values.clone()))
        };
        binary::<B, _, _>(ops.parents, ops.node, gradients, by_queries, by_references);
    }
}
