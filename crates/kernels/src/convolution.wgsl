// Direct convolution, channels last. A thread computes CHANNELS output channels of one pixel, or a part of their sums.
// I is the input, W the weight, O the output; B, H, W and C number batch, height, width and channels, with S their strides.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
#if BIAS
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
#else
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
#endif

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let thread = (group.y * groups.x + group.x) * THREADS + local;
    let blocks = (OC + CHANNELS - 1u) / CHANNELS;
    let part = thread % PARTS;
    let block = thread / PARTS % blocks;
    let pixel = thread / PARTS / blocks;
    if (pixel >= OB * OH * OW) { return; }
    let channel = block * CHANNELS;
    let ox = pixel % OW;
    let oy = pixel / OW % OH;
    let b = pixel / OW / OH;
#for I < CHANNELS
#if BIAS
    var sum_I = select(0.0, bias[min(channel + I, OC - 1u)], part == 0u);
#else
    var sum_I = 0.0;
#endif
    let filter_I = min(channel + I, OC - 1u) * WOS;
#endfor
    let taps = WH * WW;
    for (var tap = taps * part / PARTS; tap < taps * (part + 1u) / PARTS; tap++) {
        let ky = tap / WW;
        let kx = tap % WW;
        // A place before the input wraps around to a number far beyond it.
        let iy = oy * SY + ky * DY - PY;
        let ix = ox * SX + kx * DX - PX;
        if (iy >= IH || ix >= IW) { continue; }
        let at_x = b * IBS + iy * IHS + ix * IWS;
        for (var c = 0u; c < WC; c++) {
            let value = x[at_x + c * ICS];
            let at_w = ky * WHS + kx * WWS + c * WCS;
#for I < CHANNELS
            sum_I += value * w[filter_I + at_w];
#endfor
        }
    }
#for I < CHANNELS
    if (channel + I < OC) {
#if SPLIT
        // The parts of one number lie next to each other.
        y[(pixel * OC + channel + I) * PARTS + part] = sum_I;
#else
        y[b * OBS + oy * OHS + ox * OWS + (channel + I) * OCS] = sum_I;
#endif
    }
#endfor
}
