//! Finds a toolchain that compiles to wasm32, in this order: an installed one; Debian's packages, as root; rustup, where it
//! may download. If none of them works, one sentence says which command to run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::machine::Machine;
use crate::run::{command, output, run};

/// The one target the page needs.
pub const TARGET: &str = "wasm32-unknown-unknown";
/// `rust-version` of the crate.
const OLDEST: (u32, u32) = (1, 92);
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm"];
const DEBIAN_NAME: &str = "debian";
const DEBIAN_LINKER: &str = "bin/rust-lld";

/// A toolchain that can compile to wasm32.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolchain {
    cargo: PathBuf,
    /// rustup's `+name`.
    name: Option<String>,
    /// Whether cargo compiles the standard library from source.
    build_std: bool,
}

impl Toolchain {
    /// `cargo <subcommand> --target wasm32-unknown-unknown`.
    pub fn cargo(&self, subcommand: &str) -> Command {
        let mut cargo = command(&self.cargo);
        cargo.args(self.name.iter().map(|name| format!("+{name}")));
        cargo.args([subcommand, "--target", TARGET]);
        // Both this file and `wasm.rs` use unstable flags.
        cargo.env("RUSTC_BOOTSTRAP", "1");
        if self.build_std {
            // Smaller, slower routines for sorting and for printing numbers suffice: the modules sort some thousand numbers at most.
            cargo.args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
        }
        cargo
    }

    /// One line about the toolchain.
    pub fn describe(&self) -> String {
        let name = self.name.as_deref().unwrap_or("the active toolchain");
        let library = if self.build_std { "standard library from source" } else { "standard library ready" };
        format!("{name}, {library}")
    }
}

/// Finds a toolchain, or installs one.
pub fn find(machine: &Machine) -> Result<Toolchain> {
    if let Some(found) = present(machine) {
        return Ok(found);
    }
    // Debian's packages may be there without a name that rustup knows. Naming them needs no root.
    if has_source_and_linker(&machine.debian_prefix) {
        link_debian(machine)?;
        if let Some(found) = present(machine) {
            return Ok(found);
        }
    }
    let mut reason = String::new();
    if machine.can_install() {
        match from_debian(machine) {
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

/// An installed toolchain: the active one, or any that rustup lists.
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
    // A compiled library saves building it.
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
    (has_library || has_source_and_linker(&sysroot)).then_some(Toolchain {
        cargo,
        name,
        build_std: !has_library,
    })
}

/// Whether cargo can compile the standard library.
fn has_source_and_linker(sysroot: &Path) -> bool {
    sysroot.join("lib/rustlib/src/rust/library/std/Cargo.toml").is_file() && has_linker(sysroot)
}

/// rustup's toolchains have a linker next to each host's library. Debian's linker is a link into another package,
/// which may be missing.
fn has_linker(sysroot: &Path) -> bool {
    let hosts = std::fs::read_dir(sysroot.join("lib/rustlib")).into_iter().flatten().flatten();
    let mut places = hosts.map(|host| host.path().join(DEBIAN_LINKER)).chain([sysroot.join(DEBIAN_LINKER)]);
    places.any(|linker| linker.is_file())
}

fn from_debian(machine: &Machine) -> Result<Toolchain> {
    machine.install(&DEBIAN_PACKAGES)?;
    let linker = machine.debian_prefix.join(DEBIAN_LINKER);
    if !linker.exists()
        && let Ok(target) = std::fs::read_link(&linker)
        && let Some(package) = target.file_name().and_then(|name| name.to_str())
    {
        // `rust-lld -> lld-22`: the link's target names its package.
        machine.install(&[package])?;
    }
    link_debian(machine)?;
    present(machine).context("they are installed, but cannot compile to wasm32")
}

/// Tells rustup the name of Debian's toolchain.
fn link_debian(machine: &Machine) -> Result<()> {
    let Some(rustup) = machine.program("rustup") else { return Ok(()) };
    run(machine.command(&rustup).args(["toolchain", "link", DEBIAN_NAME]).arg(&machine.debian_prefix))
}

/// `rustc 1.96.0 (…)` -> (1, 96)
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split_whitespace().nth(1)?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

// The stand-in programs are shell scripts.
#[cfg(all(test, unix))]
#[path = "toolchain_tests.rs"]
mod tests;
