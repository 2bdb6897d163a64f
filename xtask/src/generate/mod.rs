//! `cargo xtask generate`: the files of `pkg/src/generated`, from the Rust sources.

mod calls;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::run::{command, root, run};

/// Where the files are, from the root of the repository.
const FOLDER: &str = "pkg/src/generated";

/// Writes every file.
pub fn write() -> Result<()> {
    catalogue()?;
    for (name, text) in parsed()? {
        let path = path(name);
        fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

fn path(name: &str) -> PathBuf {
    root().join(FOLDER).join(name)
}

/// Writes the catalogue by an example of the crate. xtask does not depend on the crate, which takes long to build.
fn catalogue() -> Result<()> {
    let mut cargo = command("cargo");
    cargo.args(["run", "--quiet", "--package", "metriclab", "--example", "catalogue", "--", FOLDER]);
    run(&mut cargo)
}

/// The files that are read from the sources of the door, which is compiled for browsers only.
fn parsed() -> Result<[(&'static str, String); 1]> {
    Ok([("calls.ts", calls::typescript()?)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_lists_the_calls_of_the_engine() {
        for (name, text) in parsed().expect("the sources can be read") {
            let written = fs::read_to_string(path(name)).unwrap_or_default();
            assert!(written == text, "{FOLDER}/{name} is stale: run cargo xtask generate");
        }
    }
}
