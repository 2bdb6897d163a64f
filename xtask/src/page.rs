//! The npm package, the page, and a server for it.

use std::fs;

use anyhow::{Context, Result};

use crate::run::{command, root, run, stage, unless_done};

const DATA_SETS: [&str; 3] = ["mnist", "fashion", "emoji"];

/// `pkg/dist`, `www/dist`, and the data beside the page.
pub fn build() -> Result<()> {
    let at = |path: &str| root().join(path);
    let package = [at("pkg"), at("package-lock.json"), at("tsconfig.base.json")];
    stage("npm package", || {
        unless_done(&at("target/stamps/pkg"), &package, &at("pkg/dist"), || {
            run(command("npm").args(["run", "--silent", "build", "--workspace=pkg"]))
        })
    })?;
    stage("page", || {
        let inputs: Vec<_> = package.iter().cloned().chain([at("www"), at("data/packed")]).collect();
        unless_done(&at("target/stamps/www"), &inputs, &at("www/dist/index.html"), || {
            run(command("npm").args(["run", "--silent", "build", "--workspace=www"]))?;
            copy_data()
        })
    })
}

fn copy_data() -> Result<()> {
    let target = root().join("www/dist/data");
    fs::create_dir_all(&target)?;
    for name in DATA_SETS {
        let file = format!("{name}.mlds.gz");
        let packed = root().join("data/packed").join(&file);
        if packed.exists() {
            fs::copy(&packed, target.join(&file)).with_context(|| format!("{file} could not be copied"))?;
        }
    }
    Ok(())
}

/// Serves `www/dist` until it is stopped.
pub fn serve(port: &str) -> Result<()> {
    run(command("node").args(["xtask/serve.mjs", port]))
}

/// Size of what a visitor loads, raw and compressed.
pub fn print_payload() -> Result<()> {
    stage("payload", || run(command("node").arg("xtask/payload.mjs")))
}
