//! All distances between two sets of rows, each read once a tile, with what follows the sum in the same pass.

use cubecl::client::Client;
use cubecl::server::BufferBinding;

use crate::adapter::Adapter;
use crate::launch::{ARGUMENTS, Kernel, buffers, each_pair, launch, spread};
use crate::tile::{panels, side, sums};

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

/// The shape of a matrix of distances. Queries and references lie in panels of [`PANEL`](crate::PANEL) rows.
#[derive(Clone, Copy, Debug)]
pub struct Pairwise {
    /// Rows.
    pub queries: usize,
    /// Columns.
    pub references: usize,
    /// Numbers of a row.
    pub dim: usize,
    /// What follows the sum.
    pub epilogue: Epilogue,
}

const THREADS: u32 = 32;

/// Computes `shape`: n and m rows give `[n, m]`, row after row.
pub fn pairwise(
    client: &Client,
    shape: Pairwise,
    queries: BufferBinding,
    references: BufferBinding,
    matrix: BufferBinding,
) {
    let [rows, columns] = [side(Adapter::current()); 2];
    let tiles = (shape.queries as u32).div_ceil(rows) * (shape.references as u32).div_ceil(columns);
    let constants = vec![
        rows,
        columns,
        shape.epilogue as u32,
        shape.queries as u32,
        shape.references as u32,
        shape.dim as u32,
    ];
    let kernel = Kernel { name: "pairwise distances", constants, write };
    launch(client, kernel, spread(tiles.div_ceil(THREADS)), [queries, references], [matrix]);
}

fn write(constants: &[u32]) -> String {
    let [rows, columns, epilogue, n, m, dim] = *constants else { unreachable!("six constants") };
    let buffers = buffers(&[("q", "vec4<f32>"), ("r", "vec4<f32>")], &[("matrix", "f32")]);
    let q = panels("q", rows, ["row / 8u * 8u * K", "row % 8u"]);
    let r = panels("r", columns, ["column / 8u * 8u * K", "column % 8u"]);
    let product = epilogue == Epilogue::NegatedProduct as u32;
    // Differences, so that near neighbours far from the origin lose no digits.
    let add = if product { "c$_% += q$ * r%;\n" } else { "{ let t = q$ - r%; c$_% += t * t; }\n" };
    let sums = sums(&q, &r, add);
    let end = match epilogue {
        _ if product => "-c$_%",
        e if e == Epilogue::Root as u32 => "sqrt(c$_%)",
        _ => "c$_%",
    };
    let store =
        format!("if (row + $u < N && column + %u < M) {{ matrix[(row + $u) * M + column + %u] = {end}; }}\n");
    let stores = each_pair(rows, columns, &store);
    format!(
        "{buffers}
const N = {n}u; const M = {m}u; const K = {dim}u;
@compute @workgroup_size({THREADS})
fn main({ARGUMENTS}) {{
let across = (M + {columns}u - 1u) / {columns}u;
let tile = (group.y * groups.x + group.x) * {THREADS}u + local;
let row = tile / across * {rows}u;
let column = tile % across * {columns}u;
if (row >= N) {{ return; }}
{sums}{stores}}}
"
    )
}
