//! From the values of pairs or triplets to the number that is minimised, and back, in one launch or two.

use cubecl::client::Client;
use cubecl::server::BufferBinding;
use metriclab_loops::mean::{Mean, Of};

use crate::adapter::Adapter;
use crate::kernel::{Kernel, kernel};
use crate::launch::{Elements, launch};

const THREADS: u32 = 64;
/// A workgroup of its own is worth it from so many numbers on.
const WORTH: usize = 4096;

/// Mean, share of the active and factor of the sum, `[1]` each, of `count` values and their weights.
pub fn mean(
    client: &Client,
    how: Mean,
    count: usize,
    [values, weights]: [BufferBinding; 2],
    out: [BufferBinding; 3],
) {
    let most = if Adapter::current().is_software() { 8 } else { 128 };
    let groups = (count / WORTH).clamp(1, most);
    if groups == 1 {
        let kernel = kernel(how, count, 1, [true, true]);
        launch(client, kernel, [1, 1, 1], [values, weights], out);
        return;
    }
    let parts = client.empty(16 * groups);
    let first = kernel(how, count, groups, [true, false]);
    launch(client, first, [groups as u32, 1, 1], [values, weights], [parts.clone().binding()]);
    launch(client, kernel(how, groups, 1, [false, true]), [1, 1, 1], [parts.binding()], out);
}

/// The gradient by `count` values: g · factor · weight.
pub fn mean_backward(
    client: &Client,
    count: usize,
    [gradient, factor, weights]: [BufferBinding; 3],
    out: BufferBinding,
) {
    let elements = Elements::of(count);
    launch(client, backward(elements), elements.groups(THREADS), [gradient, factor, weights], [out]);
}

fn kernel(how: Mean, count: usize, groups: usize, [first, last]: [bool; 2]) -> Kernel {
    let by = if let Of::Constant(by) = how.of { by } else { 1.0 };
    kernel!("mean")
        .with("THREADS", THREADS)
        .with("COUNT", count)
        .with("GROUPS", groups)
        .with("FIRST", first)
        .with("LAST", last)
        .with("OF_ACTIVE", how.of == Of::Active)
        .with("OF_ALL", how.of == Of::All)
        .with("BY", by)
        .with("SHARE_OF_ALL", how.candidates.is_none())
        .with("CANDIDATES", how.candidates.map_or(1.0, |count| count.max(1) as f32))
}

fn backward(elements: Elements) -> Kernel {
    elements.given_to(kernel!("mean_backward"), THREADS)
}

pub(crate) fn variants() -> Vec<Kernel> {
    let mut kernels: Vec<_> = [7, 28].map(|count| backward(Elements::of(count))).into();
    for of in [Of::Active, Of::All, Of::Constant(0.01)] {
        for candidates in [None, Some(9)] {
            for part in [[true, true], [true, false], [false, true]] {
                kernels.push(kernel(Mean { of, candidates }, 70, 2, part));
            }
        }
    }
    kernels
}
