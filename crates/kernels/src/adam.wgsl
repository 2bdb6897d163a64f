// One step of Adam. An element is a number, or four of them.

@group(0) @binding(0) var<storage, read> value: array<Element>;
@group(0) @binding(1) var<storage, read> gradient: array<Element>;
@group(0) @binding(2) var<storage, read> first: array<Element>;
@group(0) @binding(3) var<storage, read> second: array<Element>;
// Both betas, factor, epsilon, rate, penalty, kept share.
@group(0) @binding(4) var<storage, read> by: array<f32>;
@group(0) @binding(5) var<storage, read_write> moved: array<Element>;
@group(0) @binding(6) var<storage, read_write> next_first: array<Element>;
@group(0) @binding(7) var<storage, read_write> next_second: array<Element>;

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let at = (group.y * groups.x + group.x) * THREADS + local;
    if (at >= COUNT) { return; }
    let x = value[at];
    let g = gradient[at] + by[5] * x;
    let m = by[0] * first[at] + (1.0 - by[0]) * g;
    let v = by[1] * second[at] + (1.0 - by[1]) * g * g;
    moved[at] = by[6] * x - by[4] * (by[2] * m / (sqrt(v) + by[3]));
    next_first[at] = m;
    next_second[at] = v;
}
