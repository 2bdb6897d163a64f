// Folds one dimension: LENGTH numbers become one. Either a thread folds them alone, or a workgroup shares them (SHARED) and
// folds its threads' states in a tree. With SPLIT they become PARTS numbers, next to each other.

@group(0) @binding(0) var<storage, read> x: array<From>;
@group(0) @binding(1) var<storage, read_write> y: array<To>;
#if PLACES
@group(0) @binding(2) var<storage, read_write> places: array<Place>;
#endif
#if SHARED
var<workgroup> states: array<From, THREADS>;
var<workgroup> indices: array<u32, THREADS>;
#endif

// A number, as it is compared.
fn number(at: u32) -> From {
#if SIZE
    return abs(x[at]);
#else
    return x[at];
#endif
}

// Takes number v at place i. The state of other threads is taken in the same way.
fn take(state: ptr<function, From>, index: ptr<function, u32>, v: From, i: u32) {
#if SUM
    *state += v;
#endif
#if PRODUCT
    *state *= v;
#endif
#if ANY
    if (v != From(0)) { *state = From(1); }
#endif
#if ALL
    if (v == From(0)) { *state = From(0); }
#endif
#if EXTREME
#if SMALLEST
    let better = v < *state;
#else
    let better = v > *state;
#endif
    if (better || (v == *state && i < *index)) { *state = v; *index = i; }
#endif
}

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
#if SHARED
    let job = group.y * groups.x + group.x;
    let at = job / PARTS;
    let part = job % PARTS;
    let start = part * THREADS + local;
    let every = THREADS * PARTS;
#else
    // Results next to each other are the work of threads next to each other.
    let job = (group.y * groups.x + group.x) * THREADS + local;
    let at = job % COUNT;
    let part = job / COUNT;
    let start = part;
    let every = PARTS;
#endif
    if (job >= COUNT * PARTS) { return; }
    var rest = at;
    var from_x = 0u;
    var to_y = 0u;
#for D < RANK
    {
        let i = rest % DIMENSION_D.x;
        rest /= DIMENSION_D.x;
        from_x += i * DIMENSION_D.y;
        to_y += i * DIMENSION_D.z;
    }
#endfor
#if EXTREME
    var index = min(start, LENGTH - 1u);
    var state = number(from_x + index * STRIDE);
#else
    var index = 0u;
    var state = From(NEUTRAL);
#endif
    for (var i = start; i < LENGTH; i += every) {
        take(&state, &index, number(from_x + i * STRIDE), i);
    }
#if SHARED
    states[local] = state;
    indices[local] = index;
    for (var half = THREADS / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (local < half) {
            take(&state, &index, states[local + half], indices[local + half]);
            states[local] = state;
            indices[local] = index;
        }
    }
    if (local > 0u) { return; }
#endif
#if SPLIT
    y[at * PARTS + part] = state;
#else
#if MEAN
    y[to_y] = To(state / From(DIVISOR));
#else
#if PLACE
    y[to_y] = To(index);
#else
    y[to_y] = To(state);
#endif
#endif
#endif
#if PLACES
    places[to_y] = Place(index);
#endif
}
