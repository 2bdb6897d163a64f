//! A step of Adam in one launch. burn's own takes a dozen launches for each parameter.

use cubecl::client::Client;
use cubecl::server::BufferBinding;
use metriclab_loops::adam::Numbers;

use crate::kernel::{Kernel, kernel};
use crate::launch::{launch, spread};

const THREADS: u32 = 64;

/// Moves `count` numbers: `[value, gradient, first moment, second moment]` to new `[value, first moment, second moment]`.
pub fn adam(
    client: &Client,
    by: &Numbers,
    count: usize,
    inputs: [BufferBinding; 4],
    outputs: [BufferBinding; 3],
) {
    let numbers = [by.betas[0], by.betas[1], by.factor, by.epsilon, by.rate, by.penalty, by.kept];
    let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    let numbers = client.create_from_slice(&bytes).binding();
    // The weights of layers are usually a multiple of four.
    let fours = count.is_multiple_of(4);
    let threads = (count / if fours { 4 } else { 1 }) as u32;
    let groups = spread(threads.div_ceil(THREADS));
    launch(client, kernel(threads, fours), groups, inputs.into_iter().chain([numbers]), outputs);
}

fn kernel(threads: u32, fours: bool) -> Kernel {
    let kernel = kernel!("adam");
    let element = if fours { "vec4<f32>" } else { "f32" };
    kernel.with("THREADS", THREADS).with("COUNT", threads).typed("Element", element)
}

pub(crate) fn variants() -> Vec<Kernel> {
    [false, true].map(|fours| kernel(7, fours)).into()
}
