// The beginning of both kernels for C = A·B: C, and the last operation on each of its numbers.

#if BIAS
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;
#else
@group(0) @binding(2) var<storage, read_write> c: array<f32>;
#endif

// A number of C as it is written.
fn ended(product: f32, column: u32) -> f32 {
#if BIAS
    let sum = product + bias[column];
#if RECTIFIED
    return select(sum, 0.0, sum <= 0.0);
#else
    return sum;
#endif
#else
    return product;
#endif
}

