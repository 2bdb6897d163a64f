// The beginning of every miner: the matrix of distances, rows are anchors.

@group(0) @binding(0) var<storage, read> matrix: array<f32>;

// The distance, or the negated similarity.
fn far(anchor: u32, column: u32) -> f32 {
    return SIGN * matrix[anchor * ROW + column * COLUMN];
}

