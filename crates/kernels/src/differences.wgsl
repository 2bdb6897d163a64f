// The Euclidean distances of all rows x and all rows y: a thread computes TILE × TILE of them. An element is a number, or
// four of a row.

@group(0) @binding(0) var<storage, read> xs: array<Element>;
@group(0) @binding(1) var<storage, read> ys: array<Element>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

// The least and the most that a sum of D squares can be without losing digits to numbers that vanish or overflow.
const LEAST = f32(D) * 1.2e-32;
const MOST = 1e38;

fn largest(t: Element) -> f32 {
#if FOURS
    let size = abs(t);
    return max(max(size.x, size.y), max(size.z, size.w));
#else
    return abs(t);
#endif
}

fn square(t: Element) -> f32 {
#if FOURS
    return dot(t, t);
#else
    return t * t;
#endif
}

// The distance of a pair whose sum is out of range. Differences are first divided by the power of two below the largest of
// them, so that their squares are ordinary numbers. `half` is a power of two that keeps the differences themselves finite.
fn scaled(at_x: u32, at_y: u32, half: f32) -> f32 {
    var most = 0.0;
    for (var i = 0u; i < D / WIDTH; i++) {
        most = max(most, largest(xs[at_x + i * X_COLUMN] * half - ys[at_y + i * Y_COLUMN] * half));
    }
    if (most == 0.0) { return 0.0; }
    let exponent = clamp(bitcast<u32>(most) >> 23u, 1u, 252u);
    let power = bitcast<f32>(exponent << 23u);
    let inverse = bitcast<f32>((254u - exponent) << 23u);
    var sum = 0.0;
    for (var i = 0u; i < D / WIDTH; i++) {
        sum += square((xs[at_x + i * X_COLUMN] * half - ys[at_y + i * Y_COLUMN] * half) * inverse);
    }
    let unit = power * select(1.0, 2.0, half < 1.0);
#if ROOT
    return sqrt(sum) * unit;
#else
    return sum * unit * unit;
#endif
}

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let thread = (group.y * groups.x + group.x) * THREADS + local;
    let across = (M + TILE - 1u) / TILE;
    let row = thread / across * TILE;
    let column = thread % across * TILE;
    if (row >= N) { return; }
#for I < TILE
    let at_x_I = min(row + I, N - 1u) * (X_ROW / WIDTH);
    let at_y_I = min(column + I, M - 1u) * (Y_ROW / WIDTH);
#endfor
#for I < TILE, J < TILE
    var sum_I_J = 0.0;
#endfor
    for (var i = 0u; i < D / WIDTH; i++) {
#for I < TILE
        let x_I = xs[at_x_I + i * X_COLUMN];
        let y_I = ys[at_y_I + i * Y_COLUMN];
#endfor
#for I < TILE, J < TILE
        sum_I_J += square(x_I - y_J);
#endfor
    }
    var out_of_range = false;
#for I < TILE, J < TILE
    out_of_range = out_of_range || sum_I_J < LEAST || sum_I_J > MOST;
    if (row + I < N && column + J < M) {
#if ROOT
        out[(row + I) * M + column + J] = sqrt(sum_I_J);
#else
        out[(row + I) * M + column + J] = sum_I_J;
#endif
    }
#endfor
    if (!out_of_range) { return; }
    // A second loop, since calls are inlined: `scaled` once instead of TILE × TILE times.
    for (var i = row; i < min(row + TILE, N); i++) {
        for (var j = column; j < min(column + TILE, M); j++) {
#if ROOT
            let sum = out[i * M + j] * out[i * M + j];
#else
            let sum = out[i * M + j];
#endif
            if (sum < LEAST || sum > MOST) {
                let half = select(1.0, 0.5, sum > MOST);
                out[i * M + j] = scaled(i * (X_ROW / WIDTH), j * (Y_ROW / WIDTH), half);
            }
        }
    }
}
