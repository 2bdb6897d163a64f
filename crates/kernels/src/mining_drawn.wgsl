// A negative for each positive, drawn by its distance: the one with the largest sum of its weight's logarithm,
// (2 - D) ln d - (D - 3)/2 ln(1 - d²/4), and of its noise. A thread takes a slot.

@group(0) @binding(1) var<storage, read> filled: array<f32>;
@group(0) @binding(2) var<storage, read> different: array<f32>;
@group(0) @binding(3) var<storage, read> noise: array<f32>;
@group(0) @binding(4) var<storage, read_write> negative: array<i32>;
@group(0) @binding(5) var<storage, read_write> keep: array<f32>;

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let slot = (group.y * groups.x + group.x) * THREADS + local;
    if (slot >= ANCHORS * SLOTS) { return; }
    let a = slot / SLOTS;
    var taken = 0u;
    var most = 0.0;
    var found = false;
    for (var c = 0u; c < COLUMNS; c++) {
        let away = far(a, c);
        if (different[a * COLUMNS + c] == 0.0 || away >= FARTHEST) { continue; }
        let d = max(away, NEAREST);
        let curve = log(max(1.0 - 0.25 * d * d, 1e-6));
        let sum = noise[slot * COLUMNS + c] + (2.0 - DIM) * log(d) - 0.5 * (DIM - 3.0) * curve;
        if (!found || sum > most) { taken = c; most = sum; found = true; }
    }
    negative[slot] = i32(taken);
    keep[slot] = select(0.0, filled[slot], found);
}
