//! Kernels in WGSL, each for two kinds of adapter, chosen by [`Adapter`]: a graphics card wants tiles in workgroup
//! memory and many threads; a software adapter (`SwiftShader`, lavapipe) wants few threads with many registers each, since
//! its workgroup memory is memory like any other, and its barriers cost.
//!
//! This crate knows buffers and nothing of burn. `cubek/` beside it puts the products and convolutions where burn calls
//! for them; `src/neighbours/device.rs` calls the searches. What each kernel costs is reckoned in docs/performance.md.
#![allow(
    clippy::format_collect,
    clippy::format_push_string,
    reason = "a shader is written once, and its pieces read best as what they are"
)]

mod adam;
mod adapter;
mod convolution;
mod differences;
mod launch;
mod matmul;
mod mining;
mod nearest;
mod pairwise;
mod reduce;
mod tile;

pub use adam::adam;
pub use adapter::Adapter;
pub use convolution::{Convolution, convolve};
pub use differences::{differences, differences_backward};
pub use launch::{Kernel, Strided, launch};
pub use matmul::{Batch, Product, multiply};
pub use mining::{Drawn, Grid, Hardest, Places, between, drawn, hardest};
pub use nearest::{Nearest, nearest};
pub use pairwise::{Epilogue, Pairwise, pairwise};
pub use reduce::{Fold, Kept, Number, Reduction, reduce};
pub use tile::PANEL;
