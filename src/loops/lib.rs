//! The loops that run hot on the CPU: plain Rust over slices, laid out so that LLVM turns them into SSE, AVX, NEON or simd128.
//!
//! A crate of their own because Cargo sets the optimisation by crate: the modules that are published are compiled for size, at
//! which LLVM neither unrolls nor keeps a tile in registers, and these for speed. They know numbers and nothing else of
//! metriclab.
//!
//! - [`tiles`]: sums over the numbers of two rows, all rows with all, under every search.
//! - [`differences`]: the Euclidean distances of a batch and their gradient.
//! - [`products`]: a sum of outer products, for the covariance.

pub mod differences;
pub mod products;
pub mod tiles;
