//! `cargo xtask generate`: the files of `pkg/src/generated`, from the Rust sources.

use anyhow::Result;

use crate::run::{command, run};

/// Where the files are, from the root of the repository.
const FOLDER: &str = "pkg/src/generated";

/// Writes every file.
pub fn write() -> Result<()> {
    catalogue()
}

/// What the crate offers. The crate writes it itself; xtask does not depend on it, since it takes long to build.
fn catalogue() -> Result<()> {
    run(command("cargo").args([
        "run",
        "--quiet",
        "--package",
        "metriclab",
        "--example",
        "catalogue",
        "--",
        FOLDER,
    ]))
}
