//! The door to JavaScript. No mathematics here: parse, call, hand over.

mod convert;
mod device;
mod engine;
mod error;
mod gallery;
mod towers;

pub use engine::Engine;

/// Registers what cubecl's compiler collects from all crates before `main`, once.
///
/// Without this call the linker takes the module for a command and runs every such constructor at each call from
/// JavaScript, a thousand of them, dozens of times a training step.
#[cfg(all(feature = "gpu", target_arch = "wasm32"))]
#[wasm_bindgen::prelude::wasm_bindgen(start)]
#[allow(unsafe_code, reason = "the linker makes this function, and its name is the only way to it")]
pub fn register() {
    unsafe extern "C" {
        fn __wasm_call_ctors();
    }
    // SAFETY: a start function runs once, before any other export, which is when constructors are to run.
    unsafe { __wasm_call_ctors() }
}
