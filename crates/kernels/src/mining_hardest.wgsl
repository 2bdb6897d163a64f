// One triplet an anchor: a positive, and the nearest negative. A thread takes an anchor; ties go to the first.

@group(0) @binding(1) var<storage, read> slots: array<i32>;
@group(0) @binding(2) var<storage, read> filled: array<f32>;
@group(0) @binding(3) var<storage, read> different: array<f32>;
@group(0) @binding(4) var<storage, read_write> positive: array<i32>;
@group(0) @binding(5) var<storage, read_write> negative: array<i32>;
@group(0) @binding(6) var<storage, read_write> keep: array<f32>;

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let a = (group.y * groups.x + group.x) * THREADS + local;
    if (a >= ANCHORS) { return; }
    var taken = slots[a * SLOTS];
    var of_positive = 0.0;
    var has_positive = false;
    for (var s = 0u; s < SLOTS; s++) {
        if (filled[a * SLOTS + s] == 0.0) { continue; }
        let d = far(a, u32(slots[a * SLOTS + s]));
#if NEAREST_POSITIVE
        let better = d < of_positive;
#else
        let better = d > of_positive;
#endif
        if (!has_positive || better) { taken = slots[a * SLOTS + s]; of_positive = d; has_positive = true; }
    }
    var nearest = 0u;
    var of_negative = 0.0;
    var has_negative = false;
    for (var c = 0u; c < COLUMNS; c++) {
        let d = far(a, c);
        if (different[a * COLUMNS + c] == 0.0 || (has_negative && d >= of_negative)) { continue; }
#if BEYOND_POSITIVE
        if (!(d > of_positive)) { continue; }
#endif
        nearest = c;
        of_negative = d;
        has_negative = true;
    }
    positive[a] = taken;
    negative[a] = i32(nearest);
    keep[a] = select(0.0, 1.0, has_positive && has_negative);
}
