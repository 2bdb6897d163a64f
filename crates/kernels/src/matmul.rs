//! C = A·B for strided matrices, with batches that may be broadcast.

use cubecl::client::Client;
use cubecl::server::BufferBinding;

use crate::adapter::Adapter;
use crate::launch::{Kernel, buffers, declared, each, each_pair, launch};
use crate::tile::{Reading, Side, sums};

/// One dimension of the batch: its length and the three strides, 0 where a matrix is broadcast.
#[derive(Clone, Copy, Debug)]
pub struct Batch {
    /// How many.
    pub count: usize,
    /// Strides of A, B and C, in numbers.
    pub strides: [usize; 3],
}

/// The shape of a product.
#[derive(Clone, Debug)]
pub struct Product {
    /// Rows of A and C.
    pub m: usize,
    /// Columns of B and C.
    pub n: usize,
    /// Columns of A, rows of B.
    pub k: usize,
    /// Strides of A's row and column.
    pub a: [usize; 2],
    /// Strides of B's row and column.
    pub b: [usize; 2],
    /// Strides of C's row and column.
    pub c: [usize; 2],
    /// Dimensions of the batch, outermost first.
    pub batch: Vec<Batch>,
}

/// Side of the square of C that a thread of a software adapter holds.
const SOFTWARE_TILE: u32 = 8;
/// Threads of a workgroup on a software adapter.
const SOFTWARE_THREADS: u32 = 32;
/// A workgroup of a graphics card is a square of this side.
const SIDE: u32 = 16;
/// Numbers of k that lie in workgroup memory at a time.
const DEPTH: u32 = 16;

/// Computes `product`. Shapes: `[.., m, k]` and `[.., k, n]` give `[.., m, n]`.
pub fn multiply(client: &Client, product: &Product, a: BufferBinding, b: BufferBinding, c: BufferBinding) {
    multiply_on(Adapter::current(), client, product, a, b, c);
}

fn multiply_on(
    adapter: Adapter,
    client: &Client,
    product: &Product,
    a: BufferBinding,
    b: BufferBinding,
    c: BufferBinding,
) {
    let Product { m, n, k, .. } = *product;
    let batches: usize = product.batch.iter().map(|batch| batch.count).product();
    let strides = [product.a, product.b, product.c].concat();
    let batch = product.batch.iter().flat_map(|batch| [batch.count].into_iter().chain(batch.strides));
    let numbers: Vec<u32> =
        [m, n, k].into_iter().chain(strides).chain(batch).map(|number| number as u32).collect();
    let (kernel, groups) = if adapter.is_software() {
        let tiles = (m as u32).div_ceil(SOFTWARE_TILE) * (n as u32).div_ceil(SOFTWARE_TILE);
        let kernel = Kernel { name: "product in registers", constants: numbers, write: registers };
        (kernel, [tiles.div_ceil(SOFTWARE_THREADS), 1])
    } else {
        // Small products take small tiles, so that there are enough workgroups to fill a card.
        let tile: u32 = if m * n * batches >= 512 * 512 { 4 } else { 2 };
        let constants = [vec![tile], numbers].concat();
        let side = SIDE * tile;
        let kernel = Kernel { name: "product in tiles", constants, write: tiles };
        (kernel, [(n as u32).div_ceil(side), (m as u32).div_ceil(side)])
    };
    launch(client, kernel, [groups[0], groups[1], batches as u32], [a, b], [c]);
}

/// Where the three matrices of workgroup z begin.
fn offsets(batch: &[u32]) -> String {
    let mut text = String::from("var rest = group.z; var at_a = 0u; var at_b = 0u; var at_c = 0u;\n");
    for dimension in batch.chunks_exact(4).rev() {
        let [count, a, b, c] = dimension else { unreachable!("chunks of four") };
        text += &format!(
            "{{ let i = rest % {count}u; rest /= {count}u; at_a += i * {a}u; at_b += i * {b}u; at_c += i * {c}u; }}\n"
        );
    }
    text
}

const SHAPE: [&str; 9] = ["M", "N", "K", "AM", "AK", "BK", "BN", "CM", "CN"];

/// A thread holds 8 × 8 numbers of C and adds outer products.
fn registers(constants: &[u32]) -> String {
    let tile = SOFTWARE_TILE;
    let [m, n, k, am, ak, bk, bn] = constants[..7] else {
        unreachable!("seven numbers of shape and strides")
    };
    let batch = |at: usize| constants[9..].chunks_exact(4).map(move |dimension| dimension[at]);
    let a = Side {
        name: "a",
        reading: Reading::of([m, k], [am, ak], batch(1)),
        count: tile,
        start: "at_a",
        first: "row",
        last: "(M - 1u)",
        strides: ["AM", "AK"],
    };
    let b = Side {
        name: "b",
        reading: Reading::of([n, k], [bn, bk], batch(2)),
        start: "at_b",
        first: "column",
        last: "(N - 1u)",
        strides: ["BN", "BK"],
        ..a
    };
    let buffers = buffers(&[("a", a.reading.element()), ("b", b.reading.element())], &[("c", "f32")]);
    let (shape, offsets) = (declared(&SHAPE, constants), offsets(&constants[9..]));
    let sums = sums(&a, &b, "c$_% += a$ * b%;\n");
    let stores = each(
        tile,
        &format!(
            "if (row + $u < M) {{ let at = at_c + (row + $u) * CM + column * CN;\n{}}}\n",
            (0..tile)
                .map(|j| format!("if (column + {j}u < N) {{ c[at + {j}u * CN] = c$_{j}; }}\n"))
                .collect::<String>()
        ),
    );
    format!(
        "{buffers}{shape}
@compute @workgroup_size({SOFTWARE_THREADS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {{
{offsets}
let across = (N + {tile}u - 1u) / {tile}u;
let tile = group.x * {SOFTWARE_THREADS}u + thread;
let row = tile / across * {tile}u;
let column = tile % across * {tile}u;
if (row >= M) {{ return; }}
{sums}{stores}}}
"
    )
}

/// A workgroup holds a square of C, and walks along k with a strip of A and of B in workgroup memory.
fn tiles(constants: &[u32]) -> String {
    let tile = constants[0];
    let side = SIDE * tile;
    let strip = side * DEPTH;
    let threads = SIDE * SIDE;
    let buffers = buffers(&[("a", "f32"), ("b", "f32")], &[("c", "f32")]);
    let (shape, offsets) = (declared(&SHAPE, &constants[1..]), offsets(&constants[10..]));
    let zeros = each_pair(tile, tile, "var c$_% = 0.0;\n");
    let loads = each(
        tile,
        "let a$ = strip_a[k * SIDE + y * TILE + $u]; let b$ = strip_b[k * SIDE + x * TILE + $u];\n",
    );
    let sums = each_pair(tile, tile, "c$_% += a$ * b%;\n");
    let stores = each_pair(
        tile,
        tile,
        "if (row + y * TILE + $u < M && column + x * TILE + %u < N) { c[at_c + (row + y * TILE + $u) * CM + (column + x * TILE + %u) * CN] = c$_%; }\n",
    );
    format!(
        "{buffers}{shape}
const SIDE = {side}u;
const TILE = {tile}u;
var<workgroup> strip_a: array<f32, {strip}>;
var<workgroup> strip_b: array<f32, {strip}>;
@compute @workgroup_size({SIDE}, {SIDE})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>, @builtin(local_invocation_index) thread: u32) {{
{offsets}
let row = group.y * SIDE;
let column = group.x * SIDE;
let y = local.y;
let x = local.x;
{zeros}
for (var strip = 0u; strip < K; strip += {DEPTH}u) {{
for (var i = thread; i < {strip}u; i += {threads}u) {{
let k = strip + i / SIDE;
let m = row + i % SIDE;
let n = column + i % SIDE;
strip_a[i] = select(0.0, a[at_a + min(m, M - 1u) * AM + min(k, K - 1u) * AK], m < M && k < K);
strip_b[i] = select(0.0, b[at_b + min(n, N - 1u) * BN + min(k, K - 1u) * BK], n < N && k < K);
}}
workgroupBarrier();
for (var k = 0u; k < {DEPTH}u; k++) {{
{loads}{sums}}}
workgroupBarrier();
}}
{stores}}}
"
    )
}
