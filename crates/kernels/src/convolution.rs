//! Direct convolution, channels last, for inputs of any strides. The gradient of the weight is such a convolution too,
//! with few outputs and a sum over the whole batch: then the sum is split among threads, and a second pass adds up.

use cubecl::client::Client;
use cubecl::server::BufferBinding;

use crate::adapter::Adapter;
use crate::launch::{ARGUMENTS, Kernel, buffers, declared, each, launch, spread};

/// The shape of a convolution over two dimensions.
#[derive(Clone, Debug)]
pub struct Convolution {
    /// `[batch, height, width, channels]` of the input, and its strides.
    pub input: [[usize; 4]; 2],
    /// `[channels out, height, width, channels in]` of the weight, and its strides.
    pub weight: [[usize; 4]; 2],
    /// `[batch, height, width, channels out]` of the output, and its strides.
    pub output: [[usize; 4]; 2],
    /// Step of the kernel.
    pub stride: [usize; 2],
    /// Zeros before the input.
    pub padding: [usize; 2],
    /// Step between the numbers of the kernel.
    pub dilation: [usize; 2],
}

/// Output channels that a thread computes.
const CHANNELS: u32 = 4;
const THREADS: u32 = 64;
/// Fewer threads than this leave an adapter idle.
const ENOUGH: usize = 4096;
/// Terms of a sum below which it is not split.
const FEW: usize = 256;

/// Computes `shape`; `bias` has one number a channel.
pub fn convolve(
    client: &Client,
    shape: &Convolution,
    input: BufferBinding,
    weight: BufferBinding,
    bias: Option<BufferBinding>,
    output: BufferBinding,
) {
    let [of, _] = shape.output;
    let pixels = of[0] * of[1] * of[2];
    let blocks = of[3].div_ceil(CHANNELS as usize);
    let [_, kernel_height, kernel_width, channels] = shape.weight[0];
    let terms = kernel_height * kernel_width * channels;
    let enough = if Adapter::current().is_software() { ENOUGH / 32 } else { ENOUGH };
    // Each part takes whole lines of the kernel, since its height is the outermost loop.
    let parts = if terms < FEW {
        1
    } else {
        (enough / (pixels * blocks).max(1)).clamp(1, kernel_height * kernel_width)
    };
    let numbers: Vec<u32> = [shape.input, shape.weight, shape.output]
        .concat()
        .concat()
        .into_iter()
        .chain(shape.stride)
        .chain(shape.padding)
        .chain(shape.dilation)
        .chain([usize::from(bias.is_some()), parts])
        .map(|number| number as u32)
        .collect();
    let groups = ((pixels * blocks * parts) as u32).div_ceil(THREADS);
    let kernel = Kernel { name: "convolution", constants: numbers.clone(), write };
    let inputs = [Some(input), Some(weight), bias];
    if parts == 1 {
        launch(client, kernel, spread(groups), inputs.into_iter().flatten(), [output]);
    } else {
        let partial = client.empty(4 * pixels * of[3] * parts);
        launch(client, kernel, spread(groups), inputs.into_iter().flatten(), [partial.clone().binding()]);
        let kernel = Kernel { name: "sum of a convolution", constants: numbers, write: sum };
        let groups = ((pixels * of[3]) as u32).div_ceil(THREADS);
        launch(client, kernel, spread(groups), [partial.binding()], [output]);
    }
}

const NAMES: [&str; 32] = [
    "IB", "IH", "IW", "IC", "IBS", "IHS", "IWS", "ICS", "WO", "WH", "WW", "WC", "WOS", "WHS", "WWS", "WCS",
    "OB", "OH", "OW", "OC", "OBS", "OHS", "OWS", "OCS", "SY", "SX", "PY", "PX", "DY", "DX", "BIAS", "PARTS",
];

fn write(constants: &[u32]) -> String {
    let (with_bias, parts) = (constants[30] == 1, constants[31]);
    let mut inputs = vec![("x", "f32"), ("w", "f32")];
    if with_bias {
        inputs.push(("bias", "f32"));
    }
    let buffers = buffers(&inputs, &[("y", "f32")]);
    let names = declared(&NAMES, constants);
    let start = if with_bias {
        each(CHANNELS, "var s$ = select(0.0, bias[min(channel + $u, OC - 1u)], part == 0u);\n")
    } else {
        each(CHANNELS, "var s$ = 0.0;\n")
    };
    let filters = each(CHANNELS, "let f$ = min(channel + $u, OC - 1u) * WOS;\n");
    let sums = each(CHANNELS, "s$ += value * w[f$ + at_w];\n");
    let at = if parts == 1 {
        "b * OBS + oy * OHS + ox * OWS + (channel + $u) * OCS"
    } else {
        // Parts of one number stand together.
        "(pixel * OC + channel + $u) * PARTS + part"
    };
    let stores = each(CHANNELS, &format!("if (channel + $u < OC) {{ y[{at}] = s$; }}\n"));
    format!(
        "{buffers}{names}
@compute @workgroup_size({THREADS})
fn main({ARGUMENTS}) {{
let thread = (group.y * groups.x + group.x) * {THREADS}u + local;
let blocks = (OC + {CHANNELS}u - 1u) / {CHANNELS}u;
let part = thread % PARTS;
let block = thread / PARTS % blocks;
let pixel = thread / PARTS / blocks;
if (pixel >= OB * OH * OW) {{ return; }}
let channel = block * {CHANNELS}u;
let ox = pixel % OW;
let oy = pixel / OW % OH;
let b = pixel / OW / OH;
{start}{filters}
let taps = WH * WW;
for (var tap = taps * part / PARTS; tap < taps * (part + 1u) / PARTS; tap++) {{
let ky = tap / WW;
let kx = tap % WW;
let iy = oy * SY + ky * DY - PY;
let ix = ox * SX + kx * DX - PX;
// What lies before the input has wrapped around and lies far behind it.
if (iy >= IH || ix >= IW) {{ continue; }}
let at_x = b * IBS + iy * IHS + ix * IWS;
for (var c = 0u; c < WC; c++) {{
let value = x[at_x + c * ICS];
let at_w = ky * WHS + kx * WWS + c * WCS;
{sums}}}
}}
{stores}}}
"
    )
}

fn sum(constants: &[u32]) -> String {
    let buffers = buffers(&[("partial", "f32")], &[("y", "f32")]);
    let names = declared(&NAMES, constants);
    format!(
        "{buffers}{names}
@compute @workgroup_size({THREADS})
fn main({ARGUMENTS}) {{
let at = (group.y * groups.x + group.x) * {THREADS}u + local;
if (at >= OB * OH * OW * OC) {{ return; }}
var total = 0.0;
for (var part = 0u; part < PARTS; part++) {{ total += partial[at * PARTS + part]; }}
let channel = at % OC;
let pixel = at / OC;
y[pixel / OW / OH * OBS + pixel / OW % OH * OHS + pixel % OW * OWS + channel * OCS] = total;
}}
"
    )
}
