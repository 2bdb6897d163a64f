//! All distances between two sets of rows, each read once a tile, with what follows the sum in the same pass.

use cubecl::client::Client;
use cubecl::server::BufferBinding;

use crate::adapter::Adapter;
use crate::launch::{Kernel, buffers, each, each_pair, launch};

/// What a sum over the numbers of two rows becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Epilogue {
    /// Σ (q − r)².
    Squares,
    /// √ Σ (q − r)².
    Root,
    /// −Σ q·r.
    NegatedProduct,
}

/// The shape of a matrix of distances. Rows are padded to whole groups of four numbers.
#[derive(Clone, Copy, Debug)]
pub struct Pairwise {
    /// Rows.
    pub queries: usize,
    /// Columns.
    pub references: usize,
    /// Groups of four numbers in a row.
    pub quads: usize,
    /// What follows the sum.
    pub epilogue: Epilogue,
}

const THREADS: u32 = 64;

/// Rows and columns of the tile that a thread holds.
fn tile(adapter: Adapter) -> [u32; 2] {
    if adapter.is_software() { [4, 4] } else { [4, 2] }
}

/// Computes `shape`: `[n, 4·quads]` and `[m, 4·quads]` give `[n, m]`, row after row.
pub fn pairwise(
    client: &Client,
    shape: Pairwise,
    queries: BufferBinding,
    references: BufferBinding,
    matrix: BufferBinding,
) {
    let [rows, columns] = tile(Adapter::current());
    let tiles = (shape.queries as u32).div_ceil(rows) * (shape.references as u32).div_ceil(columns);
    let groups = tiles.div_ceil(THREADS);
    let lines = groups.div_ceil(32_768).max(1);
    let constants = vec![
        rows,
        columns,
        shape.epilogue as u32,
        shape.queries as u32,
        shape.references as u32,
        shape.quads as u32,
    ];
    let kernel = Kernel { name: "pairwise distances", constants, write };
    launch(client, kernel, [groups.div_ceil(lines), lines, 1], [queries, references], [matrix]);
}

fn write(constants: &[u32]) -> String {
    let [rows, columns, epilogue, n, m, quads] = *constants else { unreachable!("six constants") };
    let buffers = buffers(&[("queries", "vec4<f32>"), ("references", "vec4<f32>")], &[("matrix", "f32")]);
    let starts = each(rows, "let q$ = min(row + $u, N - 1u) * D;\n")
        + &each(columns, "let r$ = min(column + $u, M - 1u) * D;\n");
    let zeros = each_pair(rows, columns, "var s$_% = vec4<f32>();\n");
    let loads =
        each(rows, "let x$ = queries[q$ + i];\n") + &each(columns, "let y$ = references[r$ + i];\n");
    let product = epilogue == Epilogue::NegatedProduct as u32;
    let sums = if product {
        each_pair(rows, columns, "s$_% += x$ * y%;\n")
    } else {
        // Differences, so that near neighbours far from the origin lose no digits.
        each_pair(rows, columns, "{ let t = x$ - y%; s$_% += t * t; }\n")
    };
    let end = match epilogue {
        _ if product => "-dot(s$_%, vec4<f32>(1.0))",
        e if e == Epilogue::Root as u32 => "sqrt(dot(s$_%, vec4<f32>(1.0)))",
        _ => "dot(s$_%, vec4<f32>(1.0))",
    };
    let store = format!(
        "if (row + $u < N && column + %u < M) {{ matrix[(row + $u) * M + column + %u] = {end}; }}\n"
    );
    let stores = each_pair(rows, columns, &store);
    format!(
        "{buffers}
const N = {n}u; const M = {m}u; const D = {quads}u;
@compute @workgroup_size({THREADS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) thread: u32) {{
let across = (M + {columns}u - 1u) / {columns}u;
let tile = (group.y * groups.x + group.x) * {THREADS}u + thread;
let row = tile / across * {rows}u;
let column = tile % across * {columns}u;
if (row >= N) {{ return; }}
{starts}{zeros}
for (var i = 0u; i < D; i++) {{
{loads}{sums}}}
{stores}}}
"
    )
}
