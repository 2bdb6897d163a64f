//! Where a toolchain that can compile to wasm32 comes from, in this order: one that is there; Debian's
//! packages, for root; rustup, where it may fetch; otherwise one sentence that says what to do.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{command, output, run};

/// The one target the page needs.
pub const TARGET: &str = "wasm32-unknown-unknown";
/// `rust-version` of the crate.
const OLDEST: (u32, u32) = (1, 92);
const DEBIAN_PACKAGES: [&str; 5] =
    ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "rust-web-clippy"];
const DEBIAN_PREFIX: &str = "/usr";
const DEBIAN_NAME: &str = "debian";
const DEBIAN_LINKER: &str = "bin/rust-lld";

/// A toolchain that can compile to wasm32.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolchain {
    cargo: PathBuf,
    /// rustup's `+name`.
    name: Option<String>,
    /// Whether the standard library is compiled along, from source.
    build_std: bool,
}

impl Toolchain {
    /// `cargo <subcommand> --target wasm32-unknown-unknown`.
    pub fn cargo(&self, subcommand: &str) -> Command {
        let mut cargo = command(&self.cargo);
        cargo.args(self.name.iter().map(|name| format!("+{name}")));
        cargo.args([subcommand, "--target", TARGET]);
        // For flags that are not stable yet, here and in `wasm.rs`.
        cargo.env("RUSTC_BOOTSTRAP", "1");
        if self.build_std {
            // Small routines for sorting and writing numbers: what is sorted here are some thousands at a time.
            cargo.args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
        }
        cargo
    }

    /// Whether it can lint; Debian's clippy is a package of its own.
    pub fn lints(&self) -> bool {
        let mut clippy = command(&self.cargo);
        clippy.args(self.name.iter().map(|name| format!("+{name}"))).args(["clippy", "--version"]);
        output(&mut clippy).is_some()
    }

    /// For the line that says what was found.
    pub fn describe(&self) -> String {
        let name = self.name.as_deref().unwrap_or("the active toolchain");
        let library = if self.build_std { "standard library from source" } else { "standard library ready" };
        format!("{name}, {library}")
    }
}

/// What the search may use; a test hands in another machine than this one.
pub struct Machine {
    /// `PATH`.
    pub path: OsString,
    pub is_root: bool,
    /// Whether rustup may fetch (`RUSTUP_AUTO_INSTALL` is not `0`).
    pub may_fetch: bool,
    /// Where Debian's packages put their toolchain.
    pub debian_prefix: PathBuf,
}

impl Machine {
    /// This machine.
    pub fn this() -> Self {
        Self {
            path: std::env::var_os("PATH").unwrap_or_default(),
            is_root: output(command("id").arg("-u")).as_deref() == Some("0"),
            may_fetch: std::env::var_os("RUSTUP_AUTO_INSTALL").is_none_or(|value| value != "0"),
            debian_prefix: PathBuf::from(DEBIAN_PREFIX),
        }
    }

    pub fn program(&self, name: &str) -> Option<PathBuf> {
        std::env::split_paths(&self.path).map(|folder| folder.join(name)).find(|path| path.is_file())
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = command(program);
        command.env("PATH", &self.path);
        command
    }
}

/// Finds a toolchain, or gets one.
pub fn find(machine: &Machine) -> Result<Toolchain> {
    if let Some(found) = present(machine) {
        return Ok(found);
    }
    let mut reason = String::new();
    if machine.is_root
        && let Some(apt) = machine.program("apt-get")
    {
        match from_debian(machine, &apt) {
            Ok(found) => return Ok(found),
            Err(error) => reason = format!(" (Debian's packages did not help: {error:#})"),
        }
    }
    if machine.may_fetch
        && let Some(rustup) = machine.program("rustup")
    {
        run(machine.command(&rustup).args(["target", "add", TARGET]))?;
        return present(machine).context("rustup added the target, but its library is not there");
    }
    bail!(
        "no toolchain here can compile to {TARGET}{reason}: run `rustup target add {TARGET}`, or as root on Debian `apt-get install {}`",
        DEBIAN_PACKAGES.join(" ")
    )
}

/// The active toolchain, each of rustup's, Debian's.
fn present(machine: &Machine) -> Option<Toolchain> {
    let cargo = machine.program("cargo")?;
    let mut names = vec![None];
    if let Some(rustup) = machine.program("rustup") {
        let list = output(machine.command(&rustup).args(["toolchain", "list"])).unwrap_or_default();
        names.extend(
            list.lines().filter_map(|line| line.split_whitespace().next()).map(|name| Some(name.into())),
        );
    }
    let candidate = |name: &Option<String>| usable(machine, cargo.clone(), name.clone());
    // A finished library beats one that has to be compiled first.
    let found: Vec<Toolchain> = names.iter().filter_map(candidate).collect();
    found.iter().find(|toolchain| !toolchain.build_std).or(found.first()).cloned()
}

fn usable(machine: &Machine, cargo: PathBuf, name: Option<String>) -> Option<Toolchain> {
    let rustc = machine.program("rustc")?;
    let ask = |what: &[&str]| {
        let mut command = machine.command(&rustc);
        output(command.args(name.iter().map(|name| format!("+{name}"))).args(what))
    };
    let version = ask(&["--version"])?;
    if parse_version(&version)? < OLDEST {
        return None;
    }
    let library = PathBuf::from(ask(&["--print", "target-libdir", "--target", TARGET])?);
    let has_library = std::fs::read_dir(library).is_ok_and(|mut entries| entries.next().is_some());
    let sysroot = PathBuf::from(ask(&["--print", "sysroot"])?);
    let has_source = sysroot.join("lib/rustlib/src/rust/library/std/Cargo.toml").is_file();
    (has_library || has_source && has_linker(&sysroot)).then_some(Toolchain {
        cargo,
        name,
        build_std: !has_library,
    })
}

/// rustup's toolchains carry one beside each host's library. Debian's is a link into a package of its own,
/// and may lead nowhere.
fn has_linker(sysroot: &Path) -> bool {
    let hosts = std::fs::read_dir(sysroot.join("lib/rustlib")).into_iter().flatten().flatten();
    let mut places = hosts.map(|host| host.path().join(DEBIAN_LINKER)).chain([sysroot.join(DEBIAN_LINKER)]);
    places.any(|linker| linker.is_file())
}

fn from_debian(machine: &Machine, apt: &Path) -> Result<Toolchain> {
    run(machine.command(apt).args(["-qq", "update"]))?;
    install(machine, apt, &DEBIAN_PACKAGES)?;
    let linker = machine.debian_prefix.join(DEBIAN_LINKER);
    if !linker.exists()
        && let Ok(target) = std::fs::read_link(&linker)
        && let Some(package) = target.file_name().and_then(|name| name.to_str())
    {
        // `rust-lld -> lld-22`: the package has the name of what it brings.
        install(machine, apt, &[package])?;
    }
    if let Some(rustup) = machine.program("rustup") {
        run(machine.command(&rustup).args(["toolchain", "link", DEBIAN_NAME]).arg(&machine.debian_prefix))?;
    }
    present(machine).context("they are installed, but cannot compile to wasm32")
}

fn install(machine: &Machine, apt: &Path, packages: &[&str]) -> Result<()> {
    let mut install = machine.command(apt);
    install.env("DEBIAN_FRONTEND", "noninteractive");
    run(install.args(["-qq", "-y", "install", "--no-install-recommends"]).args(packages))
}

/// `rustc 1.96.0 (…)` -> (1, 96)
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split_whitespace().nth(1)?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
#[path = "toolchain_tests.rs"]
mod tests;
