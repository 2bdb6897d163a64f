// The mean of the values of a loss: Σ v·w, Σ w of the v above 0, and Σ w. Workgroups fold parts of the numbers (FIRST), and one
// workgroup folds the parts (LAST); a single workgroup does both at once.

#if FIRST
@group(0) @binding(0) var<storage, read> values: array<f32>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
#if LAST
@group(0) @binding(2) var<storage, read_write> mean: array<f32>;
@group(0) @binding(3) var<storage, read_write> share: array<f32>;
@group(0) @binding(4) var<storage, read_write> factor: array<f32>;
#else
@group(0) @binding(2) var<storage, read_write> parts: array<vec4<f32>>;
#endif
#else
@group(0) @binding(0) var<storage, read> parts: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> mean: array<f32>;
@group(0) @binding(2) var<storage, read_write> share: array<f32>;
@group(0) @binding(3) var<storage, read_write> factor: array<f32>;
#endif

var<workgroup> sums: array<vec4<f32>, THREADS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    var sum = vec4<f32>();
    for (var i = group.x * THREADS + local; i < COUNT; i += THREADS * GROUPS) {
#if FIRST
        let v = values[i];
        let w = weights[i];
        sum += vec4<f32>(v * w, select(0.0, w, v > 0.0), w, 0.0);
#else
        sum += parts[i];
#endif
    }
    sums[local] = sum;
    for (var half = THREADS / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (local < half) {
            sum += sums[local + half];
            sums[local] = sum;
        }
    }
    if (local > 0u) { return; }
#if LAST
#if OF_ACTIVE
    let by = 1.0 / max(sum.y, 1.0);
#else
#if OF_ALL
    let by = 1.0 / max(sum.z, 1.0);
#else
    let by = BY;
#endif
#endif
    mean[0] = sum.x * by;
    factor[0] = by;
#if SHARE_OF_ALL
    share[0] = sum.y / max(sum.z, 1.0);
#else
    share[0] = sum.y / CANDIDATES;
#endif
#else
    parts[group.x] = sum;
#endif
}
