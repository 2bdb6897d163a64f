//! burn-flex multiplies matrices with the crate `gemm`. This crate takes its place (`[patch.crates-io]` in the workspace):
//! in wasm a product of metriclab's own, one kernel for f32 where gemm carries dozens for five types of number; natively,
//! where gemm's kernels know AVX and NEON, gemm's own for f32. Other numbers than f32 panic: metriclab has none.

mod product;

use std::any::TypeId;

/// Threads to use; here, one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parallelism {
    /// One.
    None,
    /// So many, 0 for all there are.
    Rayon(usize),
}

/// dst ← α·dst + β·lhs·rhs, `[m, n]` from `[m, k]` and `[k, n]`, of any strides; without `read_dst` α·dst is left out.
///
/// # Panics
/// Unless T is f32.
///
/// # Safety
/// The pointers and strides must describe matrices of these sizes, and dst none that lhs or rhs share numbers with.
#[allow(clippy::too_many_arguments, reason = "gemm's signature, which burn calls")]
pub unsafe fn gemm<T: Copy + 'static>(
    m: usize,
    n: usize,
    k: usize,
    dst: *mut T,
    dst_cs: isize,
    dst_rs: isize,
    read_dst: bool,
    lhs: *const T,
    lhs_cs: isize,
    lhs_rs: isize,
    rhs: *const T,
    rhs_cs: isize,
    rhs_rs: isize,
    alpha: T,
    beta: T,
    _: bool,
    _: bool,
    _: bool,
    _: Parallelism,
) {
    assert!(TypeId::of::<T>() == TypeId::of::<f32>(), "only matrices of f32 are multiplied");
    // SAFETY: T is f32, as was just asked.
    let [alpha, beta] = [alpha, beta].map(|factor| unsafe { std::mem::transmute_copy::<T, f32>(&factor) });
    let (dst, lhs, rhs) = (dst.cast::<f32>(), lhs.cast::<f32>(), rhs.cast::<f32>());
    #[cfg(not(target_arch = "wasm32"))]
    {
        let multiply = gemm_f32::gemm::f32::get_gemm_fn();
        let threads = gemm_common::Parallelism::None;
        // SAFETY: the caller's promise.
        unsafe {
            multiply(
                m, n, k, dst, dst_cs, dst_rs, read_dst, lhs, lhs_cs, lhs_rs, rhs, rhs_cs, rhs_rs, alpha,
                beta, false, false, false, threads,
            );
        }
    }
    #[cfg(target_arch = "wasm32")]
    {
        let lhs = product::Source { at: lhs, rows: lhs_rs, columns: lhs_cs };
        let rhs = product::Source { at: rhs, rows: rhs_rs, columns: rhs_cs };
        let dst = product::Target { at: dst, rows: dst_rs, columns: dst_cs };
        // SAFETY: the caller's promise.
        unsafe { product::multiply([m, n, k], dst, read_dst.then_some(alpha), lhs, rhs, beta) };
    }
}
