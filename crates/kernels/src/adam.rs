//! A step of Adam in one pass: burn's own is a dozen launches for each parameter.

use cubecl::client::Client;
use cubecl::server::BufferBinding;
use metriclab_loops::adam::Numbers;

use crate::launch::{ARGUMENTS, Kernel, buffers, launch, spread};

const THREADS: u32 = 64;

/// Moves `count` numbers: `[value, gradient, first moment, second moment]` to new `[value, first moment, second moment]`.
pub fn adam(
    client: &Client,
    by: &Numbers,
    count: usize,
    inputs: [BufferBinding; 4],
    outputs: [BufferBinding; 3],
) {
    let numbers = [by.betas[0], by.betas[1], by.factor, by.epsilon, by.rate, by.penalty, by.kept];
    let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    let numbers = client.create_from_slice(&bytes).binding();
    // Four at a time where that comes out even, as it does for the weights of layers.
    let width = if count.is_multiple_of(4) { 4 } else { 1 };
    let threads = (count / width) as u32;
    let kernel = Kernel { name: "adam", constants: vec![threads, width as u32], write };
    launch(client, kernel, spread(threads.div_ceil(THREADS)), inputs.into_iter().chain([numbers]), outputs);
}

fn write(constants: &[u32]) -> String {
    let [count, width] = *constants else { unreachable!("two constants") };
    let of = if width == 4 { "vec4<f32>" } else { "f32" };
    let inputs = [("value", of), ("gradient", of), ("first", of), ("second", of), ("by", "f32")];
    let buffers = buffers(&inputs, &[("moved", of), ("next_first", of), ("next_second", of)]);
    format!(
        "{buffers}
@compute @workgroup_size({THREADS})
fn main({ARGUMENTS}) {{
let at = (group.y * groups.x + group.x) * {THREADS}u + local;
if (at >= {count}u) {{ return; }}
let x = value[at];
let g = gradient[at] + by[5] * x;
let m = by[0] * first[at] + (1.0 - by[0]) * g;
let v = by[1] * second[at] + (1.0 - by[1]) * g * g;
moved[at] = by[6] * x - by[4] * (by[2] * m / (sqrt(v) + by[3]));
next_first[at] = m;
next_second[at] = v;
}}
"
    )
}
