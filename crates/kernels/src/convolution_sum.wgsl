// Adds up the parts of a convolution that was split.

@group(0) @binding(0) var<storage, read> parts: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let at = (group.y * groups.x + group.x) * THREADS + local;
    if (at >= OB * OH * OW * OC) { return; }
    var total = 0.0;
    for (var part = 0u; part < PARTS; part++) { total += parts[at * PARTS + part]; }
    let channel = at % OC;
    let pixel = at / OC;
    y[pixel / OW / OH * OBS + pixel / OW % OH * OHS + pixel % OW * OWS + channel * OCS] = total;
}
