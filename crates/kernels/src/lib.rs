//! Kernels in WGSL: one `.wgsl` file next to the Rust that launches it. `kernel.rs` says how a file becomes the text of one
//! form of a kernel.
//!
//! [`Adapter`] chooses between two kinds of form. A graphics card needs tiles in workgroup memory and many threads. A
//! software adapter (`SwiftShader`, lavapipe) needs few threads with many registers each: its workgroup memory is ordinary
//! memory, and its barriers are slow.
//!
//! This crate works on buffers and does not use burn. `crates/stand-ins/cubek` puts the products, convolutions and folds where
//! burn calls them; `src/neighbours/device.rs` calls the searches. docs/performance.md explains the cost of each kernel.
//!
//! A device treats numbers smaller than 2⁻¹²⁶ (denormals) as 0.

mod adam;
mod adapter;
mod convolution;
mod differences;
mod kernel;
mod launch;
mod matmul;
mod mean;
mod mining;
mod nearest;
mod pairwise;
mod rectify;
mod reduce;
mod tile;
mod unit;

pub use adam::{adam, numbers_of_adam};
pub use adapter::Adapter;
pub use convolution::{Convolution, convolve};
pub use differences::{differences, differences_backward};
pub use launch::Strided;
pub use matmul::{Batch, Ending, Product, multiply};
pub use mean::{mean, mean_backward};
pub use mining::{Drawn, Grid, Hardest, Places, between, drawn, hardest};
pub use nearest::{Nearest, nearest};
pub use pairwise::{Epilogue, Pairwise, pairwise};
pub use rectify::rectify;
pub use reduce::{Fold, Kept, Number, Reduction, reduce};
pub use tile::PANEL;
pub use unit::{unit, unit_backward};

/// Every form of every kernel, for both kinds of adapter: a name and the full text in WGSL, as a browser compiles it.
pub fn variants() -> Vec<(String, String)> {
    let all = [
        adam::variants,
        convolution::variants,
        differences::variants,
        matmul::variants,
        mean::variants,
        mining::variants,
        nearest::variants,
        pairwise::variants,
        rectify::variants,
        reduce::variants,
        unit::variants,
    ];
    let kernels = all.into_iter().flat_map(|variants| variants());
    kernels.enumerate().map(|(at, kernel)| (format!("{} {at}", kernel.name()), kernel.text())).collect()
}
