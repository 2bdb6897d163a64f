// C = A·B on a software adapter: a thread holds ROWS × COLUMNS numbers of C in registers.
// AM is the stride of A's rows, AK that of its columns, and so on. Workgroup z computes a matrix of the batch.

@group(0) @binding(0) var<storage, read> a: array<ElementA>;
@group(0) @binding(1) var<storage, read> b: array<ElementB>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    var rest = group.z;
    var at_a = 0u;
    var at_b = 0u;
    var at_c = 0u;
#for D < RANK
    {
        let i = rest % DIMENSION_D.x;
        rest /= DIMENSION_D.x;
        at_a += i * DIMENSION_D.y;
        at_b += i * DIMENSION_D.z;
        at_c += i * DIMENSION_D.w;
    }
#endfor
    let across = (N + COLUMNS - 1u) / COLUMNS;
    let tile = group.x * THREADS + thread;
    let row = tile / across * ROWS;
    let column = tile % across * COLUMNS;
    if (row >= M) { return; }
#tile
    c_I_J += a_I * b_J;
#endtile
#for I < ROWS
    if (row + I < M) {
        let at = at_c + (row + I) * CM + column * CN;
#for J < COLUMNS
        if (column + J < N) { c[at + J * CN] = ended(c_I_J, column + J); }
#endfor
    }
#endfor
}
