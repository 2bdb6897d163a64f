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

/// The shape of a search. Rows are padded to whole groups of four numbers.
#[derive(Clone, Copy, Debug)]
pub struct Nearest {
    /// How many queries.
    pub queries: usize,
    /// How many references.
    pub references: usize,
    /// Groups of four numbers in a row.
    pub quads: usize,
    /// How many are kept for each query in each part.
    pub k: usize,
}

const THREADS: u32 = 32;
/// Queries and references of a thread's tile.
const QUERIES: u32 = 4;
const REFERENCES: u32 = 4;
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
        let threads = self.queries.div_ceil(QUERIES as usize);
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
    let parts = shape.parts();
    let numbers = [shape.queries, shape.references, shape.quads, shape.k, parts].map(|number| number as u32);
    let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    let numbers = client.create_from_slice(&bytes).binding();
    let kernel = Kernel { name: "nearest neighbours", constants: vec![QUERIES, REFERENCES], write };
    let threads = (shape.queries as u32).div_ceil(QUERIES);
    let groups = [threads.div_ceil(THREADS), parts as u32, 1];
    launch(client, kernel, groups, [queries, references, offsets, numbers], [scores, indices]);
}

fn write(constants: &[u32]) -> String {
    let [queries, references] = *constants else { unreachable!("two constants") };
    let buffers = buffers(
        &[
            ("queries", "vec4<f32>"),
            ("references", "vec4<f32>"),
            ("offsets", "f32"),
            ("shape", "u32"),
        ],
        &[("scores", "f32"), ("indices", "u32")],
    );
    let starts = each(queries, "let q$ = min(first + $u, n - 1u) * d;\nlet heap$ = (min(first + $u, n - 1u) * parts + part) * k;\nvar worst$ = FAR;\n");
    let rows = each(references, "let r$ = min(at + $u, last) * d;\n");
    let loads = each(queries, "let x$ = queries[q$ + i];\n") + &each(references, "let y$ = references[r$ + i];\n");
    let mut zeros = String::new();
    let mut sums = String::new();
    let mut ends = String::new();
    for i in 0..queries {
        for j in 0..references {
            zeros += &format!("var s{i}_{j} = vec4<f32>();\n");
            sums += &format!("s{i}_{j} += x{i} * y{j};\n");
        }
        let each_score = (0..references)
            .map(|j| format!("select(FAR, offsets[min(at + {j}u, last)] - dot(s{i}_{j}, vec4<f32>(1.0)), at + {j}u <= last)"))
            .collect::<Vec<_>>();
        let ones = (0..references)
            .map(|j| format!("if (score{i}.{c} < worst{i}) {{ enter(heap{i}, k, score{i}.{c}, at + {j}u); worst{i} = scores[heap{i}]; }}\n", c = ["x", "y", "z", "w"][j as usize]))
            .collect::<String>();
        ends += &format!(
            "let score{i} = vec4<f32>({});\nif (any(score{i} < vec4<f32>(worst{i})) && first + {i}u < n) {{\n{ones}}}\n",
            each_score.join(", ")
        );
    }
    format!(
        "{buffers}
const FAR = 3e38;
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
let n = shape[0]; let m = shape[1]; let d = shape[2]; let k = shape[3]; let parts = shape[4];
let first = id.x * {queries}u;
let part = id.y;
if (first >= n) {{ return; }}
{starts}
for (var q = 0u; q < {queries}u && first + q < n; q++) {{
let heap = ((first + q) * parts + part) * k;
for (var i = 0u; i < k; i++) {{ scores[heap + i] = FAR; indices[heap + i] = 0u; }}
}}
let long = (m + parts - 1u) / parts;
let end = min(m, (part + 1u) * long);
if (part * long >= end) {{ return; }}
let last = end - 1u;
for (var at = part * long; at < end; at += {references}u) {{
{rows}{zeros}
for (var i = 0u; i < d; i++) {{
{loads}{sums}}}
{ends}}}
}}
"
    )
}
