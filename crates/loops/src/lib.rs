//! The loops that run hot on the CPU: plain Rust over slices, laid out so that LLVM turns them into SSE, AVX, NEON or simd128.
//!
//! A crate of their own because Cargo sets the optimisation by crate: the modules that are published are compiled for size, at
//! which LLVM neither unrolls nor keeps a tile in registers, and these for speed. They know numbers and nothing else of
//! metriclab.
//!
//! - [`tiles`]: sums over the numbers of two rows, all rows with all, under every search.
//! - [`candidates`]: which of a graphics device's candidates are the nearest.
//! - [`convolution`]: convolutions as products of matrices.
//! - [`differences`]: the Euclidean distances of a batch and their gradient.
//! - [`heaps`]: the k nearest of a stream of distances.
//! - [`products`]: a sum of outer products, for the covariance.
//! - [`rows`]: rows of numbers and of distances.
//! - [`sinkhorn`]: entropic transport on a line.
//! - [`ranks`]: the ranks of the relevant references among all.
//! - [`adam`]: a step of the optimiser.
//! - [`triplets`]: the triplets that a margin keeps, and their hinges.
//! - [`unit`]: rows of length 1.
//! - [`mean`]: the mean of a loss's values.
//! - [`planes`]: shifts and turns of a plane of pixels.

pub mod adam;
pub mod candidates;
pub mod convolution;
pub mod differences;
pub mod heaps;
pub mod mean;
pub mod planes;
pub mod products;
pub mod ranks;
pub mod rows;
pub mod sinkhorn;
pub mod tiles;
pub mod triplets;
pub mod unit;
