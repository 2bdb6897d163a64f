// C = A·B on a graphics card: a workgroup holds a square of C, TILE × TILE numbers a thread, and walks along k with a strip
// of A and of B in workgroup memory. AM is the stride of A's rows, AK that of its columns, and so on. Workgroup z computes a
// matrix of the batch.

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;

const SIDE = THREADS * TILE;
const STRIP = SIDE * DEPTH;
var<workgroup> strip_a: array<f32, STRIP>;
var<workgroup> strip_b: array<f32, STRIP>;

@compute @workgroup_size(THREADS, THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_id) local: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
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
    let row = group.y * SIDE;
    let column = group.x * SIDE;
    let y = local.y;
    let x = local.x;
#for I < TILE, J < TILE
    var c_I_J = 0.0;
#endfor
    for (var strip = 0u; strip < K; strip += DEPTH) {
        for (var i = thread; i < STRIP; i += THREADS * THREADS) {
            let k = strip + i / SIDE;
            let m = row + i % SIDE;
            let n = column + i % SIDE;
            strip_a[i] = select(0.0, a[at_a + min(m, M - 1u) * AM + min(k, K - 1u) * AK], m < M && k < K);
            strip_b[i] = select(0.0, b[at_b + min(n, N - 1u) * BN + min(k, K - 1u) * BK], n < N && k < K);
        }
        workgroupBarrier();
        for (var k = 0u; k < DEPTH; k++) {
#for I < TILE
            let a_I = strip_a[k * SIDE + y * TILE + I];
            let b_I = strip_b[k * SIDE + x * TILE + I];
#endfor
#for I < TILE, J < TILE
            c_I_J += a_I * b_J;
#endfor
        }
        workgroupBarrier();
    }
#for I < TILE, J < TILE
    if (row + y * TILE + I < M && column + x * TILE + J < N) {
        let at = column + x * TILE + J;
        c[at_c + (row + y * TILE + I) * CM + at * CN] = ended(c_I_J, at);
    }
#endfor
}
