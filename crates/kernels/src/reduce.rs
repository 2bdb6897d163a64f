//! Folds along one dimension: sums, extremes and where they stand.
//!
//! A thread takes one result where there are many; where there are few, a workgroup shares one and folds in a tree.

use cubecl::client::Client;
use cubecl::server::BufferBinding;

use crate::adapter::Adapter;
use crate::launch::{ARGUMENTS, Kernel, buffers, launch, spread};

/// What numbers become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Fold {
    /// Σ x.
    Sum,
    /// Π x.
    Product,
    /// Σ x / n.
    Mean,
    /// max |x|.
    Size,
    /// max x.
    Max,
    /// min x.
    Min,
    /// The first place of the largest.
    ArgMax,
    /// The first place of the smallest.
    ArgMin,
    /// Whether one is not 0.
    Any,
    /// Whether none is 0.
    All,
}

const FOLDS: [Fold; 10] = [
    Fold::Sum,
    Fold::Product,
    Fold::Mean,
    Fold::Size,
    Fold::Max,
    Fold::Min,
    Fold::ArgMax,
    Fold::ArgMin,
    Fold::Any,
    Fold::All,
];

/// Type of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Number {
    /// f32.
    Float,
    /// i32.
    Int,
    /// u32; truth too.
    Unsigned,
}

/// A dimension that is kept: its length and its strides in input and output.
pub type Kept = [usize; 3];

/// The shape of a fold.
#[derive(Clone, Debug)]
pub struct Reduction {
    /// What numbers become.
    pub fold: Fold,
    /// Length and stride of the dimension that goes.
    pub axis: [usize; 2],
    /// The others, outermost first.
    pub kept: Vec<Kept>,
    /// Types of input, output and, where asked for, the places of a `Max` or `Min`.
    pub types: [Number; 3],
}

const THREADS: u32 = 64;
/// As many results give every thread of an adapter one of its own.
const MANY: usize = 4096;
/// Fewer numbers than this are not worth sharing.
const FEW: usize = 128;

/// Folds; `places`, of the output's strides, also gets where the `Max` or `Min` stands.
pub fn reduce(
    client: &Client,
    of: &Reduction,
    input: BufferBinding,
    output: BufferBinding,
    places: Option<BufferBinding>,
) {
    let count: usize = of.kept.iter().map(|[length, ..]| length).product();
    let many = if Adapter::current().is_software() { 8 } else { MANY };
    let shared = count < many && of.axis[0] >= FEW;
    let types = of.types.map(|number| number as u32);
    let head = [of.fold as u32, u32::from(places.is_some()), u32::from(shared)];
    let lengths = of.axis.iter().chain(of.kept.iter().flatten()).map(|&number| number as u32);
    let constants = head.into_iter().chain(types).chain(lengths).collect();
    let groups = if shared { count as u32 } else { (count as u32).div_ceil(THREADS) };
    let kernel = Kernel { name: "fold", constants, write };
    launch(client, kernel, spread(groups), [input], [output].into_iter().chain(places));
}

fn write(constants: &[u32]) -> String {
    let [fold, with_places, shared, ref types @ .., length, stride] = constants[..8] else {
        unreachable!("eight numbers before the kept dimensions")
    };
    let fold = FOLDS[fold as usize];
    let names = ["f32", "i32", "u32"];
    let [from, to, place] = [types[0], types[1], types[2]].map(|number| names[number as usize]);
    let mut outputs = vec![("y", to)];
    if with_places == 1 {
        outputs.push(("places", place));
    }
    let buffers = buffers(&[("x", from)], &outputs) + &format!("const STRIDE = {stride}u;\n");
    let mut offsets = String::from("var rest = at; var from_x = 0u; var to_y = 0u;\n");
    let kept = constants[8..].chunks_exact(3);
    let count: u32 = kept.clone().map(|kept| kept[0]).product();
    for kept in kept.rev() {
        let [n, x, y] = kept else { unreachable!("chunks of three") };
        offsets +=
            &format!("{{ let i = rest % {n}u; rest /= {n}u; from_x += i * {x}u; to_y += i * {y}u; }}\n");
    }
    let (start, step, merge) = rules(fold, from);
    let end = match fold {
        Fold::Mean => format!("{to}(state / {from}({length}))"),
        Fold::ArgMax | Fold::ArgMin => format!("{to}(index)"),
        _ => format!("{to}(state)"),
    };
    let mut store = format!("y[to_y] = {end};\n");
    if with_places == 1 {
        store += &format!("places[to_y] = {place}(index);\n");
    }
    if shared == 0 {
        return format!(
            "{buffers}
@compute @workgroup_size({THREADS})
fn main({ARGUMENTS}) {{
let at = (group.y * groups.x + group.x) * {THREADS}u + local;
if (at >= {count}u) {{ return; }}
{offsets}
let i0 = 0u;
{start}
for (var i = 0u; i < {length}u; i++) {{ let v = x[from_x + i * STRIDE]; {step} }}
{store}}}
"
        );
    }
    format!(
        "{buffers}
var<workgroup> states: array<{from}, {THREADS}>;
var<workgroup> indices: array<u32, {THREADS}>;
@compute @workgroup_size({THREADS})
fn main({ARGUMENTS}) {{
let at = group.y * groups.x + group.x;
if (at >= {count}u) {{ return; }}
{offsets}
let i0 = min(local, {last}u);
{start}
for (var i = local; i < {length}u; i += {THREADS}u) {{ let v = x[from_x + i * STRIDE]; {step} }}
states[local] = state; indices[local] = index;
for (var half = {half}u; half > 0u; half /= 2u) {{
workgroupBarrier();
if (local < half) {{
let v = states[local + half]; let i = indices[local + half];
{merge}
states[local] = state; indices[local] = index;
}}
}}
if (local == 0u) {{ {store} }}
}}
",
        last = length - 1,
        half = THREADS / 2,
    )
}

/// How a fold begins, takes the number `v` at place `i`, and takes another thread's state `v`, `i`.
fn rules(fold: Fold, of: &str) -> (String, String, String) {
    let sums = |zero: &str, step: &str, merge: &str| {
        (format!("var state = {of}({zero}); var index = 0u;"), step.to_string(), merge.to_string())
    };
    let extremes = |number: &str, than: &str| {
        let take = |v: &str| {
            format!("if ({v} {than} state || ({v} == state && i < index)) {{ state = {v}; index = i; }}")
        };
        let first = number.replace('v', "x[from_x + i0 * STRIDE]");
        (format!("var state = {first}; var index = i0;"), take(number), take("v"))
    };
    match fold {
        Fold::Sum | Fold::Mean => sums("0", "state += v;", "state += v;"),
        Fold::Product => sums("1", "state *= v;", "state *= v;"),
        Fold::Any => {
            sums("0", &format!("if (v != {of}(0)) {{ state = {of}(1); }}"), "state = max(state, v);")
        }
        Fold::All => {
            sums("1", &format!("if (v == {of}(0)) {{ state = {of}(0); }}"), "state = min(state, v);")
        }
        Fold::Size => extremes("abs(v)", ">"),
        Fold::Max | Fold::ArgMax => extremes("v", ">"),
        Fold::Min | Fold::ArgMin => extremes("v", "<"),
    }
}
