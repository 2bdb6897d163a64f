// A convolution on a graphics card, as the product of a matrix of pixels × K and one of K × channels, K = WH·WW·WC. A
// workgroup holds a square of the result, TILE × TILE numbers a thread, and walks along k with a strip of both in workgroup
// memory; the matrix of pixels exists nowhere else. Workgroup z takes a part of k. Names are those of convolution.wgsl.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
#if BIAS
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
#else
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
#endif

const SIDE = THREADS * TILE;
// One more than a line, so that a column lies in different banks.
const LINE = SIDE + 1u;
const STRIP = LINE * DEPTH;
const PIXELS = OB * OH * OW;
const K = WH * WW * WC;
var<workgroup> strip_x: array<f32, STRIP>;
var<workgroup> strip_w: array<f32, STRIP>;

@compute @workgroup_size(THREADS, THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_id) local: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let row = group.y * SIDE;
    let column = group.x * SIDE;
    let first = group.z * CHUNK;
    let last = min(K, first + CHUNK);
    // A thread loads one k of TILE pixels and channels.
    let k_own = thread % DEPTH;
    let line = thread / DEPTH;
#for I < TILE
    let pixel_I = row + line + I * THREADS;
    let iy_I = pixel_I / OW % OH * SY - PY;
    let ix_I = pixel_I % OW * SX - PX;
    let image_I = pixel_I / OW / OH * IBS;
    let channel_I = column + line + I * THREADS;
    let filter_I = channel_I * WOS;
#endfor
#for I < TILE, J < TILE
    var sum_I_J = 0.0;
#endfor
    for (var strip = first; strip < last; strip += DEPTH) {
        let k = strip + k_own;
        let tap = k / WC;
        let c = k % WC;
        let ky = tap / WW;
        let kx = tap % WW;
        let at_w = ky * WHS + kx * WWS + c * WCS;
#for I < TILE
        {
            // A place before the input wraps around to a number far beyond it.
            let iy = iy_I + ky * DY;
            let ix = ix_I + kx * DX;
            let inside = k < last && pixel_I < PIXELS && iy < IH && ix < IW;
            let at_x = image_I + iy * IHS + ix * IWS + c * ICS;
            strip_x[k_own * LINE + line + I * THREADS] = select(0.0, x[select(0u, at_x, inside)], inside);
            let known = k < last && channel_I < OC;
            strip_w[k_own * LINE + line + I * THREADS] = select(0.0, w[select(0u, filter_I + at_w, known)], known);
        }
#endfor
        workgroupBarrier();
        for (var i = 0u; i < DEPTH; i++) {
#for I < TILE
            let x_I = strip_x[i * LINE + local.y * TILE + I];
            let w_I = strip_w[i * LINE + local.x * TILE + I];
#endfor
#for I < TILE, J < TILE
            sum_I_J += x_I * w_J;
#endfor
        }
        workgroupBarrier();
    }
#for I < TILE
    {
        let pixel = row + local.y * TILE + I;
        let at_y = pixel / OW / OH * OBS + pixel / OW % OH * OHS + pixel % OW * OWS;
#for J < TILE
        {
            let channel = column + local.x * TILE + J;
            if (pixel < PIXELS && channel < OC) {
#if BIAS
                let sum = sum_I_J + select(0.0, bias[channel], group.z == 0u);
#else
                let sum = sum_I_J;
#endif
#if SPLIT
                y[(pixel * OC + channel) * PARTS + group.z] = sum;
#else
                y[at_y + channel * OCS] = sum;
#endif
            }
        }
#endfor
    }
#endfor
}
