// The numbers of `value` where those of `by` are above 0, and 0 elsewhere. An element is a number, or four of them.

@group(0) @binding(0) var<storage, read> value: array<Element>;
#if SAME
@group(0) @binding(1) var<storage, read_write> out: array<Element>;
#else
@group(0) @binding(1) var<storage, read> by: array<Element>;
@group(0) @binding(2) var<storage, read_write> out: array<Element>;
#endif

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let at = (group.y * groups.x + group.x) * THREADS + local;
    if (at >= COUNT) { return; }
    let x = value[at];
#if SAME
    out[at] = select(x, Element(), x <= Element());
#else
    out[at] = select(x, Element(), by[at] <= Element());
#endif
}
