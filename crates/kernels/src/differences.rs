//! The Euclidean distances of a batch with their gradient: what a step of training needs, for rows of any strides.
//!
//! The plain way, x − y of every pair and number, writes and reads n·m·d numbers several times forward and again
//! backward. Here nothing of that size is ever written.

use cubecl::client::Client;
use cubecl::server::BufferBinding;
use metriclab_loops::differences::Shape;

use crate::launch::{ARGUMENTS, Kernel, Strided, buffers, declared, each, each_pair, launch, spread};

const THREADS: u32 = 32;
const TILE: u32 = 4;
/// Numbers of a row's gradient that a thread computes.
const NUMBERS: u32 = 4;

fn numbers(of: impl IntoIterator<Item = usize>) -> Vec<u32> {
    of.into_iter().map(|number| number as u32).collect()
}

const FORWARD: [&str; 8] = ["N", "M", "D", "ROOT", "XR", "XC", "YR", "YC"];

/// ‖x − y‖² or its root: `[n, d]`, `[m, d]` to `[n, m]`, row after row.
pub fn differences(client: &Client, of: Shape, x: Strided, y: Strided, out: BufferBinding) {
    let Shape { queries, references, dim, root } = of;
    let shape = [queries, references, dim, usize::from(root)];
    let constants = numbers(shape.into_iter().chain(x.strides).chain(y.strides));
    let write = if in_fours(dim, &[&x, &y]) { forward_in_fours } else { forward };
    let tiles = (queries as u32).div_ceil(TILE) * (references as u32).div_ceil(TILE);
    let kernel = Kernel { name: "differences", constants, write };
    launch(client, kernel, spread(tiles.div_ceil(THREADS)), [x.buffer, y.buffer], [out]);
}

/// Whether rows stand number after number and can be read four at a time.
fn in_fours(dim: usize, rows: &[&Strided]) -> bool {
    dim.is_multiple_of(4) && rows.iter().all(|of| of.strides[1] == 1 && of.strides[0].is_multiple_of(4))
}

fn forward(constants: &[u32]) -> String {
    write_forward(constants, 1)
}

fn forward_in_fours(constants: &[u32]) -> String {
    write_forward(constants, 4)
}

fn write_forward(constants: &[u32], width: u32) -> String {
    let of = if width == 4 { "vec4<f32>" } else { "f32" };
    let buffers = buffers(&[("xs", of), ("ys", of)], &[("out", "f32")]);
    let names = declared(&FORWARD, constants);
    let starts = format!(
        "let p$ = min(row + $u, N - 1u) * (XR / {width}u); let q$ = min(column + $u, M - 1u) * (YR / {width}u);\n"
    );
    let rows = each(TILE, &starts);
    let zeros = each_pair(TILE, TILE, "var s$_% = 0.0;\n");
    let loads = each(TILE, "let x$ = xs[p$ + i * XC]; let y$ = ys[q$ + i * YC];\n");
    let square = if width == 4 { "dot(t, t)" } else { "t * t" };
    let sums = each_pair(TILE, TILE, &format!("{{ let t = x$ - y%; s$_% += {square}; }}\n"));
    let end = if constants[3] == 1 { "sqrt(s$_%)" } else { "s$_%" };
    let store =
        format!("if (row + $u < N && column + %u < M) {{ out[(row + $u) * M + column + %u] = {end}; }}\n");
    let stores = each_pair(TILE, TILE, &store);
    format!(
        "{buffers}{names}
@compute @workgroup_size({THREADS})
fn main({ARGUMENTS}) {{
let thread = (group.y * groups.x + group.x) * {THREADS}u + local;
let across = (M + {TILE}u - 1u) / {TILE}u;
let row = thread / across * {TILE}u;
let column = thread % across * {TILE}u;
if (row >= N) {{ return; }}
{rows}{zeros}
for (var i = 0u; i < D / {width}u; i++) {{
{loads}{sums}}}
{stores}}}
"
    )
}

const BACKWARD: [&str; 12] = ["N", "M", "D", "ROOT", "XR", "XC", "YR", "YC", "GR", "GC", "VR", "VC"];

/// The gradient by x: Σⱼ c(i,j) (xᵢ − yⱼ), c = 2g for squares, g/d for roots and 0 where d = 0. `gradient` and `values`
/// (what [`differences`] gave) are `[n, m]` of any strides, so that the gradient by y is the same with the roles
/// changed. Gives `[n, d]`, row after row.
pub fn differences_backward(
    client: &Client,
    of: Shape,
    [x, y, gradient, values]: [Strided; 4],
    out: BufferBinding,
) {
    let Shape { queries, references, dim, root } = of;
    let shape = [queries, references, dim, usize::from(root)];
    let strides = [&x, &y, &gradient, &values].map(|rows| rows.strides).concat();
    let constants = numbers(shape.into_iter().chain(strides));
    let threads = queries as u32 * (dim as u32).div_ceil(NUMBERS);
    let write = if in_fours(dim, &[&x, &y]) { backward_in_fours } else { backward };
    let kernel = Kernel { name: "gradient of differences", constants, write };
    let inputs = [x.buffer, y.buffer, gradient.buffer];
    let inputs = inputs.into_iter().chain(root.then_some(values.buffer));
    launch(client, kernel, spread(threads.div_ceil(THREADS)), inputs, [out]);
}

/// A thread computes four numbers of a row, as one vector where rows can be read so.
fn backward_in_fours(constants: &[u32]) -> String {
    let columns = "let x = xs[row * (XR / 4u) + first / 4u]; var sum = vec4<f32>();\n";
    let sums = "sum += c * (x - ys[j * (YR / 4u) + first / 4u]);\n";
    write_backward(constants, "vec4<f32>", columns, sums, "out[(row * D + first) / 4u] = sum;\n")
}

fn backward(constants: &[u32]) -> String {
    let columns =
        each(NUMBERS, "let c$ = min(first + $u, D - 1u); let x$ = xs[row * XR + c$ * XC]; var s$ = 0.0;\n");
    let sums = each(NUMBERS, "s$ += c * (x$ - ys[j * YR + c$ * YC]);\n");
    let stores = each(NUMBERS, "if (first + $u < D) { out[row * D + first + $u] = s$; }\n");
    write_backward(constants, "f32", &columns, &sums, &stores)
}

fn write_backward(constants: &[u32], of: &'static str, columns: &str, sums: &str, stores: &str) -> String {
    let root = constants[3] == 1;
    let mut inputs = vec![("xs", of), ("ys", of), ("gs", "f32")];
    if root {
        inputs.push(("ds", "f32"));
    }
    let buffers = buffers(&inputs, &[("out", of)]);
    let names = declared(&BACKWARD, constants);
    let factor = if root {
        "let far = ds[row * VR + j * VC]; let c = select(0.0, g / max(far, 1e-37), far > 0.0);"
    } else {
        "let c = 2.0 * g;"
    };
    format!(
        "{buffers}{names}
@compute @workgroup_size({THREADS})
fn main({ARGUMENTS}) {{
let thread = (group.y * groups.x + group.x) * {THREADS}u + local;
let blocks = (D + {NUMBERS}u - 1u) / {NUMBERS}u;
let row = thread / blocks;
let first = thread % blocks * {NUMBERS}u;
if (row >= N) {{ return; }}
{columns}
for (var j = 0u; j < M; j++) {{
let g = gs[row * GR + j * GC];
if (g == 0.0) {{ continue; }}
{factor}
{sums}}}
{stores}}}
"
    )
}
