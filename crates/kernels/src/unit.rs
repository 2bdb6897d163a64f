//! Rows of length 1, and the gradient: with tensor operations a dozen launches each.

use cubecl::client::Client;
use cubecl::server::BufferBinding;
use metriclab_loops::unit::ZERO;

use crate::adapter::Adapter;
use crate::kernel::{Kernel, kernel};
use crate::launch::{Strided, launch, spread};

const THREADS: u32 = 32;

/// x / ‖x‖ of each row: `[n, d]` of any strides to `[n, d]`, row after row. A row whose numbers are all at most
/// [`ZERO`] gives 0.
pub fn unit(client: &Client, shape: [usize; 2], x: Strided, out: BufferBinding) {
    let kernel = kernel(shape, x.strides, None, lanes());
    launch(client, kernel, groups(shape[0]), [x.buffer], [out]);
}

/// The gradient by x, from that by [`unit`]: (g − y (y·g)) / ‖x‖, y = x / ‖x‖.
pub fn unit_backward(client: &Client, shape: [usize; 2], x: Strided, gradient: Strided, out: BufferBinding) {
    let kernel = kernel(shape, x.strides, Some(gradient.strides), lanes());
    launch(client, kernel, groups(shape[0]), [x.buffer, gradient.buffer], [out]);
}

/// Threads that share a row.
fn lanes() -> u32 {
    if Adapter::current().is_software() { 1 } else { THREADS }
}

fn groups(rows: usize) -> [u32; 3] {
    spread((rows as u32 * lanes()).div_ceil(THREADS))
}

fn kernel([n, d]: [usize; 2], x: [usize; 2], gradient: Option<[usize; 2]>, lanes: u32) -> Kernel {
    let [g_row, g_column] = gradient.unwrap_or_default();
    kernel!("unit")
        .with("THREADS", THREADS)
        .with("LANES", lanes)
        .with("SHARED", lanes > 1)
        .with("BACKWARD", gradient.is_some())
        .with("ZERO", ZERO)
        .with("N", n)
        .with("D", d)
        .with("X_ROW", x[0])
        .with("X_COLUMN", x[1])
        .with("G_ROW", g_row)
        .with("G_COLUMN", g_column)
}

pub(crate) fn variants() -> Vec<Kernel> {
    let strides = [5, 1];
    let ways = [None, Some(strides)];
    ways.into_iter().flat_map(|way| [1, THREADS].map(|lanes| kernel([3, 5], strides, way, lanes))).collect()
}
