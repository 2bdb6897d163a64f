//! max(x, 0) and its gradient, one launch each.

use cubecl::client::Client;
use cubecl::server::BufferBinding;

use crate::kernel::{Kernel, kernel};
use crate::launch::{Elements, launch};

const THREADS: u32 = 64;

/// The `count` numbers of `value` where those of `by` are not 0 or below, and 0 elsewhere; without `by`, of `value` itself.
pub fn rectify(
    client: &Client,
    count: usize,
    value: BufferBinding,
    by: Option<BufferBinding>,
    out: BufferBinding,
) {
    let elements = Elements::of(count);
    let kernel = kernel(elements, by.is_none());
    launch(client, kernel, elements.groups(THREADS), [value].into_iter().chain(by), [out]);
}

fn kernel(elements: Elements, same: bool) -> Kernel {
    elements.given_to(kernel!("rectify").with("SAME", same), THREADS)
}

pub(crate) fn variants() -> Vec<Kernel> {
    let counts = [7, 28].map(Elements::of);
    counts.into_iter().flat_map(|elements| [false, true].map(|same| kernel(elements, same))).collect()
}
