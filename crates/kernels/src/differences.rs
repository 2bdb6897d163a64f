//! The Euclidean distances of a batch with their gradient: what a step of training needs, for rows of any strides.
//!
//! Tensor operations write and read x − y of every pair, n·m·d numbers, several times forward and again backward. These
//! kernels write n·m distances and n·d gradients.

use cubecl::client::Client;
use cubecl::server::BufferBinding;
use metriclab_loops::differences::Shape;

use crate::adapter::Adapter;
use crate::kernel::{Kernel, kernel};
use crate::launch::{Strided, launch, spread};

const THREADS: u32 = 32;
/// Side of the square of distances that a thread computes.
const TILE: u32 = 4;
/// Numbers of a row's gradient that a thread computes.
const NUMBERS: u32 = 4;
/// Threads of a graphics card that share them: a batch alone does not fill a card.
const SLICES: u32 = 8;

/// ‖x − y‖² or its root: `[n, d]`, `[m, d]` to `[n, m]`, row after row.
pub fn differences(client: &Client, of: Shape, x: Strided, y: Strided, out: BufferBinding) {
    let tiles = (of.queries as u32).div_ceil(TILE) * (of.references as u32).div_ceil(TILE);
    let kernel = forward(of, [x.strides, y.strides]);
    launch(client, kernel, spread(tiles.div_ceil(THREADS)), [x.buffer, y.buffer], [out]);
}

/// The gradient by x: Σⱼ c(i,j) (xᵢ − yⱼ), c = 2g for squares, g/d for roots and 0 where d = 0. `gradient` and `values`
/// (what [`differences`] gave) are `[n, m]` of any strides, so that the gradient by y is the same with the roles
/// changed. With `both`, y is x, and the gradient is that by both of them. Gives `[n, d]`, row after row.
pub fn differences_backward(
    client: &Client,
    of: Shape,
    both: bool,
    [x, y, gradient, values]: [Strided; 4],
    out: BufferBinding,
) {
    let slices = if Adapter::current().is_software() { 1 } else { SLICES };
    let threads = of.queries as u32 * (of.dim as u32).div_ceil(NUMBERS) * slices;
    let kernel = backward(of, both, [x.strides, y.strides, gradient.strides, values.strides], slices);
    let inputs = [x.buffer, y.buffer, gradient.buffer];
    let inputs = inputs.into_iter().chain(of.root.then_some(values.buffer));
    launch(client, kernel, spread(threads.div_ceil(THREADS)), inputs, [out]);
}

/// Whether rows lie number after number and can be read four at a time.
fn in_fours(dim: usize, rows: [[usize; 2]; 2]) -> bool {
    dim.is_multiple_of(4) && rows.iter().all(|[row, column]| *column == 1 && row.is_multiple_of(4))
}

fn forward(of: Shape, strides: [[usize; 2]; 2]) -> Kernel {
    let kernel = kernel!("differences").with("TILE", TILE);
    with_rows(kernel, of, strides)
}

fn backward(of: Shape, both: bool, [x, y, gradient, values]: [[usize; 2]; 4], slices: u32) -> Kernel {
    let kernel = kernel!("differences_backward")
        .with("SLICES", slices)
        .with("SHARED", slices > 1)
        .with("BOTH", both)
        .with("NUMBERS", NUMBERS)
        .with("G_ROW", gradient[0])
        .with("G_COLUMN", gradient[1])
        .with("V_ROW", values[0])
        .with("V_COLUMN", values[1]);
    with_rows(kernel, of, [x, y])
}

fn with_rows(kernel: Kernel, of: Shape, [x, y]: [[usize; 2]; 2]) -> Kernel {
    let fours = in_fours(of.dim, [x, y]);
    kernel
        .with("THREADS", THREADS)
        .with("N", of.queries)
        .with("M", of.references)
        .with("D", of.dim)
        .with("ROOT", of.root)
        .with("FOURS", fours)
        .with("WIDTH", if fours { 4_u32 } else { 1 })
        .with("X_ROW", x[0])
        .with("X_COLUMN", x[1])
        .with("Y_ROW", y[0])
        .with("Y_COLUMN", y[1])
        .typed("Element", if fours { "vec4<f32>" } else { "f32" })
}

pub(crate) fn variants() -> Vec<Kernel> {
    let mut kernels = Vec::new();
    for dim in [8, 7] {
        for root in [false, true] {
            let of = Shape { queries: 5, references: 6, dim, root };
            let rows = [dim, 1];
            kernels.push(forward(of, [rows, rows]));
            let strides = [rows, rows, [6, 1], [6, 1]];
            kernels.extend([1, SLICES].map(|slices| backward(of, false, strides, slices)));
            let same = Shape { references: of.queries, ..of };
            kernels.extend([1, SLICES].map(|slices| backward(same, true, strides, slices)));
        }
    }
    kernels
}
