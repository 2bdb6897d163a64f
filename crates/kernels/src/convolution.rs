//! Convolution, channels last, for inputs of any strides: direct, or on a graphics card as a product in tiles where there are
//! enough channels. The gradient of the weight is such a convolution too, with few outputs and a sum over the whole batch: the
//! sum is then split among threads, and a second pass adds up.

use cubecl::client::Client;
use cubecl::server::BufferBinding;

use crate::adapter::Adapter;
use crate::kernel::{Kernel, kernel};
use crate::launch::{launch, spread};

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
/// Sums with fewer terms are not split.
const FEW: usize = 256;

/// Side of a workgroup that computes a tile, and the numbers of k that lie in workgroup memory at a time.
const SIDE: u32 = 16;
const DEPTH: u32 = 16;
/// A tile is worth it from so many channels and terms of a sum on.
const WIDE: usize = 16;
const LONG: usize = 64;
/// Workgroups that keep a graphics card busy.
const GROUPS: u32 = 512;
/// A part of a sum in tiles has at least so many terms.
const PART: u32 = 256;

/// Computes `shape`; `bias` has one number a channel.
pub fn convolve(
    client: &Client,
    shape: &Convolution,
    input: BufferBinding,
    weight: BufferBinding,
    bias: Option<BufferBinding>,
    output: BufferBinding,
) {
    let [[batch, height, width, channels], _] = shape.output;
    let pixels = batch * height * width;
    let (kernel, groups, parts) = if let Some(tiles) = shape.tiles() {
        (shape.in_tiles(bias.is_some(), tiles), tiles.groups, tiles.groups[2] as usize)
    } else {
        let blocks = channels.div_ceil(CHANNELS as usize);
        let parts = shape.parts(pixels * blocks);
        let groups = spread(((pixels * blocks * parts) as u32).div_ceil(THREADS));
        (shape.kernel(bias.is_some(), parts), groups, parts)
    };
    let inputs = [Some(input), Some(weight), bias].into_iter().flatten();
    if parts == 1 {
        launch(client, kernel, groups, inputs, [output]);
    } else {
        let partial = client.empty(4 * pixels * channels * parts);
        launch(client, kernel, groups, inputs, [partial.clone().binding()]);
        let groups = spread(((pixels * channels) as u32).div_ceil(THREADS));
        launch(client, shape.sum_kernel(parts), groups, [partial.binding()], [output]);
    }
}

/// A convolution as a product: numbers of a thread's square, workgroups over channels, pixels and parts of k, and the length
/// of a part.
#[derive(Clone, Copy, Debug)]
struct Tiles {
    tile: u32,
    groups: [u32; 3],
    chunk: u32,
}

impl Convolution {
    /// None where the direct form is better.
    fn tiles(&self) -> Option<Tiles> {
        let [[batch, height, width, channels], _] = self.output;
        let [_, window, line, depth] = self.weight[0];
        let k = (window * line * depth) as u32;
        if Adapter::current().is_software() || channels < WIDE || (k as usize) < LONG {
            return None;
        }
        let tile = if channels >= 48 { 4 } else { 2 };
        let across = |count: usize| (count as u32).div_ceil(SIDE * tile);
        let [x, y] = [across(channels), across(batch * height * width)];
        if y > 65_535 {
            return None;
        }
        let parts = (GROUPS / (x * y).max(1)).min(k / PART).max(1);
        let chunk = k.div_ceil(parts).next_multiple_of(DEPTH);
        Some(Tiles { tile, groups: [x, y, k.div_ceil(chunk)], chunk })
    }

    fn in_tiles(&self, bias: bool, Tiles { tile, groups, chunk }: Tiles) -> Kernel {
        let kernel =
            kernel!("convolution_in_tiles").with("THREADS", SIDE).with("TILE", tile).with("DEPTH", DEPTH);
        self.with_shape(kernel.with("CHUNK", chunk), bias, groups[2] as usize)
    }

    /// How many threads share a sum, where all sums together give work to `threads`. Each part takes whole lines of the
    /// weight, since its height is the outermost loop.
    fn parts(&self, threads: usize) -> usize {
        let [_, height, width, channels] = self.weight[0];
        if height * width * channels < FEW {
            return 1;
        }
        let enough = if Adapter::current().is_software() { ENOUGH / 32 } else { ENOUGH };
        (enough / threads.max(1)).clamp(1, height * width)
    }

    fn kernel(&self, bias: bool, parts: usize) -> Kernel {
        let kernel = kernel!("convolution").with("THREADS", THREADS).with("CHANNELS", CHANNELS);
        self.with_shape(kernel, bias, parts)
    }

    fn with_shape(&self, kernel: Kernel, bias: bool, parts: usize) -> Kernel {
        let kernel = kernel.with("BIAS", bias).with("PARTS", parts).with("SPLIT", parts > 1);
        let [sizes, strides] = self.input;
        let kernel = all(kernel, ["IB", "IH", "IW", "IC"], sizes);
        let kernel = all(kernel, ["IBS", "IHS", "IWS", "ICS"], strides);
        let [sizes, strides] = self.weight;
        let kernel = all(kernel, ["WO", "WH", "WW", "WC"], sizes);
        let kernel = all(kernel, ["WOS", "WHS", "WWS", "WCS"], strides);
        let kernel = all(kernel, ["SY", "SX"], self.stride);
        let kernel = all(kernel, ["PY", "PX"], self.padding);
        self.with_output(all(kernel, ["DY", "DX"], self.dilation))
    }

    fn sum_kernel(&self, parts: usize) -> Kernel {
        let kernel = kernel!("convolution_sum");
        self.with_output(kernel.with("THREADS", THREADS).with("PARTS", parts))
    }

    fn with_output(&self, kernel: Kernel) -> Kernel {
        let [sizes, strides] = self.output;
        let kernel = all(kernel, ["OB", "OH", "OW", "OC"], sizes);
        all(kernel, ["OBS", "OHS", "OWS", "OCS"], strides)
    }
}

fn all<const N: usize>(kernel: Kernel, names: [&'static str; N], values: [usize; N]) -> Kernel {
    names.into_iter().zip(values).fold(kernel, |kernel, (name, value)| kernel.with(name, value))
}

pub(crate) fn variants() -> Vec<Kernel> {
    let shape = Convolution {
        input: [[2, 7, 5, 3], [105, 15, 3, 1]],
        weight: [[5, 3, 3, 3], [27, 9, 3, 1]],
        output: [[2, 4, 3, 5], [60, 15, 5, 1]],
        stride: [2, 2],
        padding: [1, 1],
        dilation: [1, 1],
    };
    let of = |(bias, parts)| shape.kernel(bias, parts);
    let kernels = [(false, 1), (true, 1), (false, 9), (true, 9)].map(of);
    let in_tiles = [(false, 2, 1), (true, 2, 1), (false, 4, 1), (true, 4, 3)].map(|(bias, tile, parts)| {
        let chunk = 27_u32.div_ceil(parts).next_multiple_of(DEPTH);
        shape.in_tiles(bias, Tiles { tile, groups: [1, 1, parts], chunk })
    });
    kernels.into_iter().chain(in_tiles).chain([shape.sum_kernel(9)]).collect()
}
