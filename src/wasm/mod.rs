//! The door to JavaScript. No mathematics here: parse, call, hand over.

mod convert;
mod device;
mod engine;
mod error;

pub use engine::Engine;
