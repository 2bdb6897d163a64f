//! The npm package, the page, and a server for it.

use anyhow::Result;

use crate::run::{command, root, run, stage, unless_done};

/// `pkg/dist`, then `www/dist`, which takes the packed data along.
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
            run(command("npm").args(["run", "--silent", "build", "--workspace=www"]))
        })
    })
}

/// Serves `www/dist` until it is stopped.
pub fn serve(port: &str) -> Result<()> {
    run(command("node").args(["xtask/serve.mjs", port]))
}

/// Size of what a visitor loads, raw and compressed.
pub fn print_payload() -> Result<()> {
    stage("payload", || run(command("node").arg("xtask/payload.mjs")))
}
