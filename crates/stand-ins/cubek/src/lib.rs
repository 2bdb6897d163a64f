//! burn-cubecl launches its kernels through the crate `cubek`. This crate takes its place (`[patch.crates-io]` in the
//! workspace) and puts metriclab's own kernels there: matrix products, convolutions, folds. cubek's are made for tensor
//! cores and choose among dozens of plans; in the browser, without autotune, they are slow, they take minutes to compile,
//! and they were more than a quarter of the GPU module. What metriclab calls for nowhere (pooling, attention, …) answers
//! with an error here.
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
mod unused;

pub use unused::{Unavailable, attention, interpolate, pool, quantization, random, std};
