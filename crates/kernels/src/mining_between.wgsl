// 1 for each triplet with LOW < t <= HIGH, t the distance to the negative less that to the positive. A thread takes a
// triplet.

@group(0) @binding(1) var<storage, read> slots: array<i32>;
@group(0) @binding(2) var<storage, read> filled: array<f32>;
@group(0) @binding(3) var<storage, read> different: array<f32>;
@group(0) @binding(4) var<storage, read_write> keep: array<f32>;

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let at = (group.y * groups.x + group.x) * THREADS + local;
    if (at >= ANCHORS * SLOTS * COLUMNS) { return; }
    let c = at % COLUMNS;
    let slot = at / COLUMNS;
    let a = slot / SLOTS;
    let t = far(a, c) - far(a, u32(slots[slot]));
    let valid = filled[slot] * different[a * COLUMNS + c];
    keep[at] = select(0.0, valid, t > LOW && t <= HIGH);
}
