//! `cargo xtask sizes`: how many bytes each step saves that makes the modules smaller.

use std::path::PathBuf;

use anyhow::Result;

use crate::bind::Step;
use crate::run::{command, root, run};
use crate::wasm::MODULES;

/// Binds the modules of the last release build with all steps, without each of them, and without any, and prints the sizes.
pub fn print() -> Result<()> {
    let mut files: Vec<PathBuf> = Vec::new();
    for module in MODULES {
        for (name, steps) in variants() {
            let folder = root().join(format!("target/sizes/{}, {name}", module.feature));
            files.push(module.bind_with(&steps, &folder)?);
        }
    }
    run(command("node").arg("xtask/payload.mjs").args(files))
}

fn variants() -> Vec<(String, Vec<Step>)> {
    let without = |step: Step| {
        let others = Step::ALL.into_iter().filter(|&other| other != step).collect();
        (format!("without {step:?}"), others)
    };
    let mut variants =
        vec![("all steps".to_string(), Step::ALL.to_vec()), ("no step".to_string(), Vec::new())];
    variants.extend(Step::ALL.map(without));
    variants
}
