//! burn-cubecl launches its kernels through the crate `cubek`. This crate takes its place (`[patch.crates-io]` in the
//! workspace) with metriclab's own kernels: matrix products, convolutions and folds. cubek's kernels are made for tensor
//! cores and choose among dozens of plans by timing them. A browser cannot time them, so they would be slow; they took
//! minutes to compile and more than a quarter of the GPU module. Operations that metriclab never calls answer with an
//! error. `../README.md` has the steps of a burn upgrade.
#![allow(
    missing_docs,
    clippy::missing_errors_doc,
    clippy::needless_pass_by_value,
    clippy::result_large_err,
    reason = "names and signatures are cubek's, which documents them"
)]

pub mod convolution;
pub mod matmul;
pub mod reduce;
mod unavailable;

pub use unavailable::{Unavailable, attention, interpolate, pool, quantization, random, std};
