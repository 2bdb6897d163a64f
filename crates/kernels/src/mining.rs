//! Miners: which triplets of a batch count, from its matrix of distances, with nothing read back.
//!
//! Rows of the matrix are anchors, columns are other rows. Each anchor has slots for its positives: `slots` holds their
//! columns, `filled` 1 where there is one; `different` is 1 where anchor and column are of two classes.

use cubecl::client::Client;
use cubecl::server::BufferBinding;

use crate::launch::{ARGUMENTS, Kernel, Strided, buffers, declared, launch, spread};

/// The grid of triplets: anchors × slots × columns, and whether the matrix holds similarities.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    /// Rows of the matrix.
    pub anchors: usize,
    /// Most positives of an anchor.
    pub slots: usize,
    /// Columns of the matrix.
    pub columns: usize,
    /// Whether larger is nearer.
    pub similarity: bool,
}

/// The positives and negatives of each anchor.
#[derive(Clone, Debug)]
pub struct Places {
    /// `[anchors, slots]`, i32.
    pub slots: BufferBinding,
    /// `[anchors, slots]`.
    pub filled: BufferBinding,
    /// `[anchors, columns]`.
    pub different: BufferBinding,
}

const THREADS: u32 = 32;

impl Grid {
    fn constants(self, matrix: &Strided, more: impl IntoIterator<Item = u32>) -> Vec<u32> {
        let [row, column] = matrix.strides;
        let own = [self.anchors, self.slots, self.columns, row, column].map(|number| number as u32);
        own.into_iter().chain([u32::from(self.similarity)]).chain(more).collect()
    }
}

/// Declares the grid's constants, and `far`, larger for what is farther.
fn grid(constants: &[u32]) -> String {
    let sign = if constants[5] == 1 { "-" } else { "" };
    let numbers = declared(&["A", "S", "C", "ROW", "COLUMN"], constants);
    format!("{numbers}fn far(a: u32, c: u32) -> f32 {{ return {sign}matrix[a * ROW + c * COLUMN]; }}\n")
}

/// One triplet an anchor.
#[derive(Clone, Copy, Debug)]
pub struct Hardest {
    /// The nearest positive instead of the farthest.
    pub nearest_positive: bool,
    /// Only negatives that are farther than the positive.
    pub beyond_positive: bool,
}

/// Of each anchor a positive, the nearest negative, and 1 where it has both: `[anchors]` i32, i32, f32. Ties go to the
/// first.
pub fn hardest(
    client: &Client,
    grid: Grid,
    which: Hardest,
    matrix: Strided,
    places: Places,
    outputs: [BufferBinding; 3],
) {
    let which = [which.nearest_positive, which.beyond_positive].map(u32::from);
    let kernel = Kernel {
        name: "one triplet an anchor",
        constants: grid.constants(&matrix, which),
        write: write_hardest,
    };
    let inputs = [matrix.buffer, places.slots, places.filled, places.different];
    launch(client, kernel, spread((grid.anchors as u32).div_ceil(THREADS)), inputs, outputs);
}

fn write_hardest(constants: &[u32]) -> String {
    let buffers = buffers(
        &[("matrix", "f32"), ("slots", "i32"), ("filled", "f32"), ("different", "f32")],
        &[("positive", "i32"), ("negative", "i32"), ("keep", "f32")],
    );
    let grid = grid(constants);
    let better = if constants[6] == 1 { "<" } else { ">" };
    let beyond = if constants[7] == 1 { " && d > of_positive" } else { "" };
    format!(
        "{buffers}{grid}
@compute @workgroup_size({THREADS})
fn main({ARGUMENTS}) {{
let a = (group.y * groups.x + group.x) * {THREADS}u + local;
if (a >= A) {{ return; }}
var taken = slots[a * S];
var of_positive = 0.0;
var has_positive = false;
for (var s = 0u; s < S; s++) {{
if (filled[a * S + s] == 0.0) {{ continue; }}
let d = far(a, u32(slots[a * S + s]));
if (!has_positive || d {better} of_positive) {{ taken = slots[a * S + s]; of_positive = d; has_positive = true; }}
}}
var nearest = 0u;
var of_negative = 0.0;
var has_negative = false;
for (var c = 0u; c < C; c++) {{
let d = far(a, c);
if (different[a * C + c] == 0.0 || (has_negative && d >= of_negative)) {{ continue; }}
if (true{beyond}) {{ nearest = c; of_negative = d; has_negative = true; }}
}}
positive[a] = taken;
negative[a] = i32(nearest);
keep[a] = select(0.0, 1.0, has_positive && has_negative);
}}
"
    )
}

/// 1 for each triplet with low < t ≤ high, t the distance to the negative less that to the positive:
/// `[anchors, slots, columns]`.
pub fn between(
    client: &Client,
    grid: Grid,
    [low, high]: [f32; 2],
    matrix: Strided,
    places: Places,
    keep: BufferBinding,
) {
    let kernel = Kernel {
        name: "triplets by their margin",
        constants: grid.constants(&matrix, [low.to_bits(), high.to_bits()]),
        write: write_between,
    };
    let inputs = [matrix.buffer, places.slots, places.filled, places.different];
    let count = (grid.anchors * grid.slots * grid.columns) as u32;
    launch(client, kernel, spread(count.div_ceil(THREADS)), inputs, [keep]);
}

fn write_between(constants: &[u32]) -> String {
    let buffers = buffers(
        &[("matrix", "f32"), ("slots", "i32"), ("filled", "f32"), ("different", "f32")],
        &[("keep", "f32")],
    );
    let grid = grid(constants);
    let (low, high) = (f32::from_bits(constants[6]), f32::from_bits(constants[7]));
    format!(
        "{buffers}{grid}
@compute @workgroup_size({THREADS})
fn main({ARGUMENTS}) {{
let at = (group.y * groups.x + group.x) * {THREADS}u + local;
if (at >= A * S * C) {{ return; }}
let c = at % C;
let slot = at / C;
let a = slot / S;
let t = far(a, c) - far(a, u32(slots[slot]));
let valid = filled[slot] * different[a * C + c];
keep[at] = select(0.0, valid, t > f32({low:e}) && t <= f32({high:e}));
}}
"
    )
}

/// How negatives are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Drawn {
    /// Dimension of the embedding.
    pub dim: usize,
    /// Distances below count as this.
    pub nearest: f32,
    /// Only negatives nearer than this are drawn.
    pub farthest: f32,
}

/// For each slot the negative with the largest sum of its weight's logarithm, (2−D) ln d − ½(D−3) ln(1−d²/4), and of
/// `noise`, `[anchors, slots, columns]`: `[anchors, slots]` i32, and 1 where there was one to draw.
pub fn drawn(
    client: &Client,
    grid: Grid,
    by: Drawn,
    matrix: Strided,
    places: Places,
    noise: BufferBinding,
    outputs: [BufferBinding; 2],
) {
    let more = [by.dim as u32, by.nearest.to_bits(), by.farthest.to_bits()];
    let kernel =
        Kernel { name: "negatives by chance", constants: grid.constants(&matrix, more), write: write_drawn };
    let inputs = [matrix.buffer, places.filled, places.different, noise];
    let count = (grid.anchors * grid.slots) as u32;
    launch(client, kernel, spread(count.div_ceil(THREADS)), inputs, outputs);
}

fn write_drawn(constants: &[u32]) -> String {
    let buffers = buffers(
        &[("matrix", "f32"), ("filled", "f32"), ("different", "f32"), ("noise", "f32")],
        &[("negative", "i32"), ("keep", "f32")],
    );
    let grid = grid(constants);
    let dim = constants[6] as f32;
    let (nearest, farthest) = (f32::from_bits(constants[7]), f32::from_bits(constants[8]));
    format!(
        "{buffers}{grid}
@compute @workgroup_size({THREADS})
fn main({ARGUMENTS}) {{
let slot = (group.y * groups.x + group.x) * {THREADS}u + local;
if (slot >= A * S) {{ return; }}
let a = slot / S;
var taken = 0u;
var most = 0.0;
var found = false;
for (var c = 0u; c < C; c++) {{
let away = far(a, c);
if (different[a * C + c] == 0.0 || away >= f32({farthest:e})) {{ continue; }}
let d = max(away, f32({nearest:e}));
let curve = log(max(1.0 - 0.25 * d * d, 1e-6));
let sum = noise[slot * C + c] + f32({two_less:e}) * log(d) - f32({half:e}) * curve;
if (!found || sum > most) {{ taken = c; most = sum; found = true; }}
}}
negative[slot] = i32(taken);
keep[slot] = select(0.0, filled[slot], found);
}}
",
        two_less = 2.0 - dim,
        half = 0.5 * (dim - 3.0),
    )
}
