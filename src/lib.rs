//! metriclab: a deep-metric-learning laboratory.
//!
//! The crate knows metric learning and nothing of browsers; `wasm` is the only door to JavaScript.
//!
//! - [`distances`], [`miners`], [`losses`]: what is compared, which pairs and triplets count, and
//!   what training makes small.
//! - [`networks`]: from a picture to an embedding.
//! - [`datasets`]: packed sets, splits by class, m-per-class batches.
//! - [`neighbours`], [`evaluation`], [`projection`]: exact nearest neighbours, retrieval scores and
//!   the picture in the plane.
//! - [`objective`]: distance, miner and loss together.
//! - [`setting`]: the settings of a choice, with their bounds. [`paper`]: where it comes from.
//! - [`tools`]: single calculations that need no session. [`catalogue`]: everything on offer.
//! - [`gallery`]: named embeddings that come and go, and the answer "unknown".
//! - [`towers`]: two kinds of samples in one space: user and item, picture and word.
//! - [`session`]: an experiment from configuration to report; what a client drives.

pub mod catalogue;
pub mod datasets;
pub mod distances;
pub mod error;
pub mod evaluation;
mod fused;
pub mod gallery;
#[cfg(feature = "gpu")]
mod graphics;
mod linear_algebra;
pub mod losses;
pub mod miners;
pub mod neighbours;
pub mod networks;
pub mod objective;
pub mod pairing;
pub mod paper;
mod plain;
pub mod projection;
pub mod random;
mod readback;
mod saved;
mod sealed;
pub mod session;
pub mod setting;
pub mod tools;
pub mod towers;
#[cfg(any(target_arch = "wasm32", feature = "lint-wasm"))]
pub mod wasm;

pub use error::{Error, Result};
