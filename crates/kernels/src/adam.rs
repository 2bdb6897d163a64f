//! A step of Adam in one launch. burn's own takes a dozen launches for each parameter.

use cubecl::client::Client;
use cubecl::server::BufferBinding;
use metriclab_loops::adam::Numbers;

use crate::kernel::{Kernel, kernel};
use crate::launch::{Elements, launch};

const THREADS: u32 = 64;

/// The numbers of a step, as [`adam`] takes them in a buffer.
pub fn numbers_of_adam(by: &Numbers) -> [f32; 7] {
    [by.betas[0], by.betas[1], by.factor, by.epsilon, by.rate, by.penalty, by.kept]
}

/// Moves `count` numbers: `[value, gradient, first moment, second moment]` to new `[value, first moment, second moment]`. `by` holds
/// [`numbers_of_adam`].
pub fn adam(
    client: &Client,
    by: BufferBinding,
    count: usize,
    inputs: [BufferBinding; 4],
    outputs: [BufferBinding; 3],
) {
    let elements = Elements::of(count);
    launch(client, kernel(elements), elements.groups(THREADS), inputs.into_iter().chain([by]), outputs);
}

fn kernel(elements: Elements) -> Kernel {
    elements.given_to(kernel!("adam"), THREADS)
}

pub(crate) fn variants() -> Vec<Kernel> {
    [7, 28].map(|count| kernel(Elements::of(count))).into()
}
