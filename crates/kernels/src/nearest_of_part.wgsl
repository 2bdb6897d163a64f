// The k nearest of a part of the references for each query. A thread holds ROWS queries and walks over the part, COLUMNS
// references at a time. Each query's heap has its worst score on top, and a register holds that score too.

@group(0) @binding(0) var<storage, read> q: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> r: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> offsets: array<f32>;
// Queries, references, k, parts. They are no constants, so that a new count compiles nothing.
@group(0) @binding(3) var<storage, read> shape: array<u32>;
@group(0) @binding(4) var<storage, read_write> scores: array<f32>;
@group(0) @binding(5) var<storage, read_write> indices: array<u32>;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let n = shape[0];
    let m = shape[1];
    let k_best = shape[2];
    let parts = shape[3];
    let first = id.x * ROWS;
    let part = id.y;
    if (first >= n) { return; }
#for I < ROWS
    let heap_I = (min(first + I, n - 1u) * parts + part) * k_best;
    var worst_I = FAR;
#endfor
    for (var own = 0u; own < ROWS && first + own < n; own++) {
        let heap = ((first + own) * parts + part) * k_best;
        for (var i = 0u; i < k_best; i++) { scores[heap + i] = FAR; indices[heap + i] = 0u; }
    }
    // Whole groups of four, since a tile reads four references at a time.
    let long = (m + parts * 4u - 1u) / (parts * 4u) * 4u;
    let end = min(m, (part + 1u) * long);
    if (part * long >= end) { return; }
    let last = end - 1u;
    for (var at = part * long; at < end; at += COLUMNS) {
#tile
        c_I_J += q_I * r_J;
#endtile
#for J < COLUMNS
        let offset_J = offsets[min(at + J, last)];
#endfor
#for I < ROWS
        {
#for J < COLUMNS
            let score_J = offset_J - c_I_J;
#endfor
            var least = score_0;
#for J < COLUMNS
            least = min(least, score_J);
#endfor
            // One comparison for all: once the heap is full, hardly any reference is near enough. The loop calls `enter` at
            // one place, since calls are inlined.
            if (first + I < n && least < worst_I) {
                var found: array<f32, COLUMNS>;
#for J < COLUMNS
                found[J] = score_J;
#endfor
                for (var j = 0u; j < COLUMNS && at + j <= last; j++) {
                    if (found[j] < worst_I) {
                        enter(heap_I, k_best, found[j], at + j);
                        worst_I = scores[heap_I];
                    }
                }
            }
        }
#endfor
    }
}
