// Rows of length 1: y = x / ‖x‖, and with BACKWARD the gradient by x, (g − y (y·g)) / ‖x‖. LANES threads share a row. A row whose
// numbers are all below ZERO has no direction; its y and its gradient are 0.

@group(0) @binding(0) var<storage, read> x: array<f32>;
#if BACKWARD
@group(0) @binding(1) var<storage, read> gradients: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
#else
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
#endif

#if SHARED
var<workgroup> parts: array<f32, LANES>;

fn sum_of_lanes(lane: u32, part: f32) -> f32 {
    parts[lane] = part;
    for (var half = LANES / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (lane < half) { parts[lane] += parts[lane + half]; }
    }
    workgroupBarrier();
    let all = parts[0];
    workgroupBarrier();
    return all;
}

fn largest_of_lanes(lane: u32, part: f32) -> f32 {
    parts[lane] = part;
    for (var half = LANES / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (lane < half) { parts[lane] = max(parts[lane], parts[lane + half]); }
    }
    workgroupBarrier();
    let all = parts[0];
    workgroupBarrier();
    return all;
}
#endif

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
#if SHARED
    let row = group.y * groups.x + group.x;
    let lane = local;
#else
    let row = (group.y * groups.x + group.x) * THREADS + local;
    let lane = 0u;
#endif
    if (row >= N) { return; }
    var largest = 0.0;
    for (var i = lane; i < D; i += LANES) {
        largest = max(largest, abs(x[row * X_ROW + i * X_COLUMN]));
    }
#if SHARED
    largest = largest_of_lanes(lane, largest);
#endif
    // The inverse of the largest number's power of two: squares of huge and tiny numbers would leave the range of f32.
    let exponent = clamp(bitcast<u32>(largest) >> 23u, 1u, 253u);
    let inverse = bitcast<f32>((254u - exponent) << 23u);
    var squares = 0.0;
#if BACKWARD
    var along = 0.0;
#endif
    for (var i = lane; i < D; i += LANES) {
        let scaled = x[row * X_ROW + i * X_COLUMN] * inverse;
        squares += scaled * scaled;
#if BACKWARD
        along += scaled * gradients[row * G_ROW + i * G_COLUMN];
#endif
    }
#if SHARED
    squares = sum_of_lanes(lane, squares);
#if BACKWARD
    along = sum_of_lanes(lane, along);
#endif
#endif
    let factor = select(1.0 / sqrt(squares), 0.0, largest <= ZERO);
    for (var i = lane; i < D; i += LANES) {
        let scaled = x[row * X_ROW + i * X_COLUMN] * inverse;
#if BACKWARD
        let across = gradients[row * G_ROW + i * G_COLUMN] - scaled * factor * (along * factor);
        out[row * D + i] = across * factor * inverse;
#else
        out[row * D + i] = scaled * factor;
#endif
    }
}
