//! Exact nearest neighbours, distance and selection in one pass: no matrix of distances is ever written.
//!
//! A thread holds a few queries and walks over a part of the references, a few at a time. It ranks by
//! o(r) − q·r, which for o(r) = ‖r‖²/2 orders references as ‖q − r‖² does. The k best of each query lie in a heap in
//! memory with its worst on top; the worst is also held in a register, so that the heap is touched only by a reference
//! that enters it, k(1 + ln(m/k)) times for references in random order.

use cubecl::client::Client;
use cubecl::server::BufferBinding;

use crate::adapter::Adapter;
use crate::launch::{Kernel, buffers, each, launch};
use crate::tile::{panels, side, sums};

/// The shape of a search. Queries and references lie in panels of [`PANEL`](crate::PANEL) rows.
#[derive(Clone, Copy, Debug)]
pub struct Nearest {
    /// How many queries.
    pub queries: usize,
    /// How many references.
    pub references: usize,
    /// Numbers of a row.
    pub dim: usize,
    /// How many are kept for each query in each part.
    pub k: usize,
}

const THREADS: u32 = 32;

/// As many threads fill a graphics card.
const ENOUGH: usize = 1 << 15;
/// A part has at least so many references for each one kept.
const WORTH: usize = 32;

impl Nearest {
    /// Into how many parts the references fall, so that all of the adapter works. Each gives its own k best.
    pub fn parts(&self) -> usize {
        if Adapter::current().is_software() {
            return 1;
        }
        let threads = self.queries.div_ceil(side(Adapter::current()) as usize);
        ENOUGH.div_ceil(threads).min(self.references / (WORTH * self.k)).clamp(1, 32)
    }
}

/// Keeps, for each query and part, the k references of the smallest score, in no order: `[n, parts, k]` scores and
/// indices. A part with fewer references leaves scores of 3e38.
pub fn nearest(
    client: &Client,
    shape: Nearest,
    [queries, references, offsets]: [BufferBinding; 3],
    [scores, indices]: [BufferBinding; 2],
) {
    let (parts, side) = (shape.parts(), side(Adapter::current()));
    let numbers = [shape.queries, shape.references, shape.k, parts].map(|number| number as u32);
    let bytes: Vec<u8> = numbers.into_iter().flat_map(u32::to_le_bytes).collect();
    let numbers = client.create_from_slice(&bytes).binding();
    let kernel = Kernel { name: "nearest neighbours", constants: vec![side, shape.dim as u32], write };
    let threads = (shape.queries as u32).div_ceil(side);
    let groups = [threads.div_ceil(THREADS), parts as u32, 1];
    launch(client, kernel, groups, [queries, references, offsets, numbers], [scores, indices]);
}

fn write(constants: &[u32]) -> String {
    let [side, dim] = *constants else { unreachable!("two constants") };
    let (queries, references) = (side, side);
    let buffers = buffers(
        &[("q", "vec4<f32>"), ("r", "vec4<f32>"), ("offsets", "f32"), ("shape", "u32")],
        &[("scores", "f32"), ("indices", "u32")],
    );
    let starts =
        each(queries, "let heap$ = (min(first + $u, n - 1u) * parts + part) * k_best;\nvar worst$ = FAR;\n");
    let q = panels("q", queries, ["first / 8u * 8u * K", "first % 8u"]);
    let r = panels("r", references, ["at / 8u * 8u * K", "at % 8u"]);
    let sums = sums(&q, &r, "c$_% += q$ * r%;\n");
    let offsets = each(references, "let o$ = offsets[min(at + $u, last)];\n");
    let mut ends = String::new();
    for i in 0..queries {
        let least =
            (0..references).fold("FAR".to_string(), |least, j| format!("min({least}, o{j} - c{i}_{j})"));
        let found: Vec<String> = (0..references).map(|j| format!("o{j} - c{i}_{j}")).collect();
        let found = found.join(", ");
        // One comparison for all: once the heap is full, hardly any reference is near enough. `enter` is inlined at each call,
        // so there is one a query.
        ends += &format!(
            "if (first + {i}u < n && {least} < worst{i}) {{
var found = array<f32, {references}>({found});
for (var j = 0u; j < {references}u && at + j <= last; j++) {{
if (found[j] < worst{i}) {{ enter(heap{i}, k_best, found[j], at + j); worst{i} = scores[heap{i}]; }}
}}
}}\n"
        );
    }
    format!(
        "{buffers}
const FAR = 3e38;
const K = {dim}u;
// Takes the place of the worst, and sinks.
fn enter(heap: u32, k: u32, score: f32, index: u32) {{
var hole = 0u;
loop {{
var child = 2u * hole + 1u;
if (child >= k) {{ break; }}
if (child + 1u < k && scores[heap + child + 1u] > scores[heap + child]) {{ child += 1u; }}
if (scores[heap + child] <= score) {{ break; }}
scores[heap + hole] = scores[heap + child];
indices[heap + hole] = indices[heap + child];
hole = child;
}}
scores[heap + hole] = score;
indices[heap + hole] = index;
}}
@compute @workgroup_size({THREADS})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {{
let n = shape[0]; let m = shape[1]; let k_best = shape[2]; let parts = shape[3];
let first = id.x * {queries}u;
let part = id.y;
if (first >= n) {{ return; }}
{starts}
for (var own = 0u; own < {queries}u && first + own < n; own++) {{
let heap = ((first + own) * parts + part) * k_best;
for (var i = 0u; i < k_best; i++) {{ scores[heap + i] = FAR; indices[heap + i] = 0u; }}
}}
// Whole groups of four, so that each part begins with one.
let long = (m + parts * 4u - 1u) / (parts * 4u) * 4u;
let end = min(m, (part + 1u) * long);
if (part * long >= end) {{ return; }}
let last = end - 1u;
for (var at = part * long; at < end; at += {references}u) {{
{sums}{offsets}{ends}}}
}}
"
    )
}
