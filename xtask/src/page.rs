//! The npm package, the page, and a server for it.

use std::process::Child;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::run::{command, root, run, stage, unless_done};

/// Builds `pkg/dist`, then `www/dist`, which contains the packed data.
pub fn build() -> Result<()> {
    let at = |path: &str| root().join(path);
    let package = [at("pkg"), at("package-lock.json"), at("tsconfig.base.json")];
    stage("npm package", || {
        unless_done(&at("target/stamps/pkg"), &package, &at("pkg/dist"), || {
            run(command("npm").args(["run", "--silent", "build", "--workspace=pkg"]))
        })
    })?;
    // The page's build puts the element into the package, and the package's own build by hand takes it away.
    if !at("pkg/dist/element").exists() {
        let _ = std::fs::remove_file(at("target/stamps/www"));
    }
    stage("page", || {
        let inputs: Vec<_> =
            package.iter().cloned().chain([at("www"), at("data/packed"), at("data/interactions")]).collect();
        unless_done(&at("target/stamps/www"), &inputs, &at("www/dist/index.html"), || {
            run(command("npm").args(["run", "--silent", "build", "--workspace=www"]))
        })
    })
}

/// A server for `www/dist`; it stops with this program.
pub struct Server(Child);

impl Server {
    /// Waits until it is stopped.
    pub fn wait(mut self) -> Result<()> {
        let status = self.0.wait()?;
        if status.success() { Ok(()) } else { bail!("the server ended with {status}") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The server may have ended by itself.
        let _ = self.0.kill();
    }
}

/// Starts serving `www/dist`. The server prints its address.
pub fn serve(port: &str) -> Result<Server> {
    let mut child = command("node").args(["xtask/serve.mjs", port]).spawn()?;
    // The server ends at once if it gets no port.
    thread::sleep(Duration::from_secs(1));
    match child.try_wait()? {
        Some(status) => bail!("the page could not be served on port {port}: {status}"),
        None => Ok(Server(child)),
    }
}

/// Prints the sizes of the files that a visitor loads.
pub fn print_payload() -> Result<()> {
    stage("payload", || run(command("node").arg("xtask/payload.mjs")))
}
