// The heaps of a query's parts as one, and the least score that was turned away. A thread takes a query.

@group(0) @binding(0) var<storage, read> part_scores: array<f32>;
@group(0) @binding(1) var<storage, read> part_indices: array<u32>;
// Queries, references, k, parts.
@group(0) @binding(2) var<storage, read> shape: array<u32>;
@group(0) @binding(3) var<storage, read_write> scores: array<f32>;
@group(0) @binding(4) var<storage, read_write> indices: array<u32>;
@group(0) @binding(5) var<storage, read_write> left_out: array<f32>;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let query = id.x;
    if (query >= shape[0]) { return; }
    let k = shape[2];
    let parts = shape[3];
    let first = query * parts * k;
    let heap = query * k;
    for (var i = 0u; i < k; i++) {
        scores[heap + i] = part_scores[first + i];
        indices[heap + i] = part_indices[first + i];
    }
    var worst = scores[heap];
    // A full heap has turned away none that is better than its worst. An empty place is FAR.
    var least = worst;
    for (var part = 1u; part < parts; part++) {
        let start = first + part * k;
        least = min(least, part_scores[start]);
        for (var i = 0u; i < k; i++) {
            let score = part_scores[start + i];
            if (score < worst) {
                least = min(least, worst);
                enter(heap, k, score, part_indices[start + i]);
                worst = scores[heap];
            } else {
                least = min(least, score);
            }
        }
    }
    left_out[query] = least;
}
