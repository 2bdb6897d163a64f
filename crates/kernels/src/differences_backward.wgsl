// The gradient of Euclidean distances by the rows x: SLICES threads next to each other share NUMBERS numbers of one row. An
// element is a number, or four of a row.

@group(0) @binding(0) var<storage, read> xs: array<Element>;
@group(0) @binding(1) var<storage, read> ys: array<Element>;
@group(0) @binding(2) var<storage, read> gradients: array<f32>;
#if ROOT
@group(0) @binding(3) var<storage, read> distances: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<Element>;
#else
@group(0) @binding(3) var<storage, read_write> out: array<Element>;
#endif

// The gradient by the distance of x(row) and y(j); with BOTH, which needs the same rows on both sides, by that of x(j) and y(row) too.
fn gradient(row: u32, j: u32) -> f32 {
#if BOTH
    return gradients[row * G_ROW + j * G_COLUMN] + gradients[j * G_ROW + row * G_COLUMN];
#else
    return gradients[row * G_ROW + j * G_COLUMN];
#endif
}

// The inverse of other distances could leave the range of f32.
const LEAST = 1e-30;
const MOST = 1e30;

#if SHARED
#if FOURS
var<workgroup> slices: array<Element, THREADS>;
#else
var<workgroup> slices: array<Element, THREADS * NUMBERS>;
#endif
#endif

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let unit = ((group.y * groups.x + group.x) * THREADS + local) / SLICES;
    let slice = local % SLICES;
    let blocks = (D + NUMBERS - 1u) / NUMBERS;
    let first = unit % blocks * NUMBERS;
#if SHARED
    // All threads reach the barrier; those beyond the last row write nothing.
    let row = min(unit / blocks, N - 1u);
#else
    let row = unit / blocks;
    if (row >= N) { return; }
#endif
#if FOURS
    let x = xs[row * (X_ROW / 4u) + first / 4u];
    var sum = vec4<f32>();
#else
#for I < NUMBERS
    let column_I = min(first + I, D - 1u);
    let x_I = xs[row * X_ROW + column_I * X_COLUMN];
    var sum_I = 0.0;
#endfor
#endif
#if ROOT
    var out_of_range = false;
#endif
    for (var j = slice; j < M; j += SLICES) {
        let g = gradient(row, j);
        if (g == 0.0) { continue; }
#if ROOT
        let d = distances[row * V_ROW + j * V_COLUMN];
        // The second loop takes these, but for distances of 0, which have no direction.
        if (d < LEAST || d > MOST) {
            out_of_range = out_of_range || d > 0.0;
            continue;
        }
        let c = g / d;
#else
        let c = 2.0 * g;
#endif
#if FOURS
        sum += c * (x - ys[j * (Y_ROW / 4u) + first / 4u]);
#else
#for I < NUMBERS
        sum_I += c * (x_I - ys[j * Y_ROW + column_I * Y_COLUMN]);
#endfor
#endif
    }
#if ROOT
    if (out_of_range) {
        for (var j = slice; j < M; j += SLICES) {
            let d = distances[row * V_ROW + j * V_COLUMN];
            if (!(d > 0.0 && (d < LEAST || d > MOST))) { continue; }
            // Both the distance and the differences are scaled by the inverse of the distance's power of two.
            let exponent = clamp(bitcast<u32>(d) >> 23u, 1u, 253u);
            let inverse = bitcast<f32>((254u - exponent) << 23u);
            let c = gradient(row, j) / (d * inverse);
#if FOURS
            sum += c * (x * inverse - ys[j * (Y_ROW / 4u) + first / 4u] * inverse);
#else
#for I < NUMBERS
            sum_I += c * (x_I * inverse - ys[j * Y_ROW + column_I * Y_COLUMN] * inverse);
#endfor
#endif
        }
    }
#endif
#if SHARED
#if FOURS
    slices[local] = sum;
#else
#for I < NUMBERS
    slices[local * NUMBERS + I] = sum_I;
#endfor
#endif
    workgroupBarrier();
    if (slice > 0u || unit / blocks >= N) { return; }
    for (var i = 1u; i < SLICES; i++) {
#if FOURS
        sum += slices[local + i];
#else
#for I < NUMBERS
        sum_I += slices[(local + i) * NUMBERS + I];
#endfor
#endif
    }
#endif
#if FOURS
    out[(row * D + first) / 4u] = sum;
#else
#for I < NUMBERS
    if (first + I < D) { out[row * D + first + I] = sum_I; }
#endfor
#endif
}
