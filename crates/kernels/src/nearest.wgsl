// A heap of the k least scores and their indices, its largest on top.

// The score of an empty place.
const FAR = 3e38;

// Replaces the worst of a heap, and sinks.
fn enter(heap: u32, k: u32, score: f32, index: u32) {
    var hole = 0u;
    loop {
        var child = 2u * hole + 1u;
        if (child >= k) { break; }
        if (child + 1u < k && scores[heap + child + 1u] > scores[heap + child]) { child += 1u; }
        if (scores[heap + child] <= score) { break; }
        scores[heap + hole] = scores[heap + child];
        indices[heap + hole] = indices[heap + child];
        hole = child;
    }
    scores[heap + hole] = score;
    indices[heap + hole] = index;
}

