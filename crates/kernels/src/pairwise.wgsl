// All distances of queries q and references r, which lie in panels. A thread computes ROWS × COLUMNS of them.

@group(0) @binding(0) var<storage, read> q: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> r: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> matrix: array<f32>;

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let across = (M + COLUMNS - 1u) / COLUMNS;
    let tile = (group.y * groups.x + group.x) * THREADS + local;
    let row = tile / across * ROWS;
    let column = tile % across * COLUMNS;
    if (row >= N) { return; }
#tile
#if PRODUCT
    c_I_J += q_I * r_J;
#else
    // Near neighbours far from the origin lose no digits, as they would in the dot form.
    { let t = q_I - r_J; c_I_J += t * t; }
#endif
#endtile
#for I < ROWS, J < COLUMNS
    if (row + I < N && column + J < M) {
#if PRODUCT
        matrix[(row + I) * M + column + J] = -c_I_J;
#else
#if ROOT
        matrix[(row + I) * M + column + J] = sqrt(c_I_J);
#else
        matrix[(row + I) * M + column + J] = c_I_J;
#endif
#endif
    }
#endfor
}
