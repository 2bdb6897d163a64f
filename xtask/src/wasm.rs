//! The two wasm modules: cargo, then wasm-bindgen into `pkg/wasm`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::bind::{Binding, Step};
use crate::run::{root, run, stage, unless_done};
use crate::toolchain::{TARGET, Toolchain};

// getrandom 0.3 asks for the cfg. The GPU module uses SIMD too, because it computes some things on the host. LLVM must not merge
// functions before `unused.rs` has read their names; `fold.rs` merges them afterwards.
const RUSTFLAGS: &str =
    "--cfg getrandom_backend=\"wasm_js\" -C target-feature=+simd128 -Zmerge-functions=disabled";

/// One module. Both share a target folder, so that the standard library and all that does not depend on
/// the backend is compiled once.
#[derive(Clone, Copy)]
pub struct Module {
    pub feature: &'static str,
    dev_profile: &'static str,
    release_profile: &'static str,
    /// A published module names the file of a panic without the line, which saves 20 KB of the GPU module.
    release_flags: &'static str,
}

/// The fate of the compiler's warnings about the crates of this repository.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Warnings {
    Shown,
    /// The tests deny them. Clippy runs natively, with all features, so only the compiler sees code that another feature
    /// replaces.
    Denied,
}

pub const MODULES: [Module; 2] = [
    Module {
        feature: "cpu",
        dev_profile: "wasm-dev",
        release_profile: "wasm-release",
        // A panic prints values without their fields: on the CPU there is no driver whose message would matter.
        release_flags: "-Zlocation-detail=file -Zfmt-debug=shallow",
    },
    Module {
        feature: "gpu",
        dev_profile: "wasm-dev",
        release_profile: "wasm-release-gpu",
        release_flags: "-Zlocation-detail=file",
    },
];

impl Module {
    fn target_dir() -> PathBuf {
        root().join("target/wasm")
    }

    /// `cargo <subcommand>` for this module alone.
    fn cargo(self, toolchain: &Toolchain, subcommand: &str, profile: &str) -> Command {
        let mut cargo = toolchain.cargo(subcommand);
        let release = if profile == self.release_profile { self.release_flags } else { "" };
        cargo.env("CARGO_TARGET_DIR", Self::target_dir()).env("RUSTFLAGS", format!("{RUSTFLAGS} {release}"));
        cargo.args([
            "--profile",
            profile,
            "--lib",
            "--package",
            "metriclab",
            "--no-default-features",
            "--features",
            self.feature,
        ]);
        cargo
    }

    fn name(self) -> String {
        format!("metriclab_{}", self.feature)
    }

    fn out_dir() -> PathBuf {
        root().join("pkg/wasm")
    }

    fn file(self, ending: &str) -> PathBuf {
        Self::out_dir().join(self.name() + ending)
    }

    fn stamp(self) -> PathBuf {
        Self::out_dir().join(format!(".{}.stamp", self.name()))
    }

    /// Whether it was ever built. It may be out of date.
    pub fn exists(self) -> bool {
        self.file("_bg.wasm").metadata().is_ok_and(|meta| meta.len() > 0)
    }

    /// Writes a placeholder for a module that is not built yet, so that the page can be built. It cannot be loaded, and the
    /// package falls back to the other module.
    pub fn stand_in(self) -> Result<()> {
        let reason = format!("the {} module is still being built", self.feature);
        let script = format!(
            "export class Engine {{}}\nexport default () => Promise.reject(new Error('{reason}'));\n"
        );
        // With the stamp of an earlier build, the stand-in would count as the module.
        if self.stamp().exists() {
            fs::remove_file(self.stamp())?;
        }
        for (ending, content) in [(".js", script), ("_bg.wasm", String::new())] {
            fs::write(self.file(ending), content)?;
        }
        Ok(())
    }

    pub fn build(self, toolchain: &Toolchain, release: bool, warnings: Warnings) -> Result<()> {
        let profile = if release { self.release_profile } else { self.dev_profile };
        stage(&format!("wasm module {}, profile {profile}", self.feature), || {
            let mut cargo = self.cargo(toolchain, "build", profile);
            if warnings == Warnings::Denied {
                cargo.arg("-Zwarnings").env("CARGO_BUILD_WARNINGS", "deny");
            }
            run(&mut cargo)?;
            self.bind(profile)
        })
    }

    fn compiled(profile: &str) -> PathBuf {
        Self::target_dir().join(TARGET).join(profile).join("metriclab.wasm")
    }

    fn bind(self, profile: &str) -> Result<()> {
        let compiled = Self::compiled(profile);
        // This program contains the steps, so it is an input too.
        let inputs = [compiled.clone(), std::env::current_exe()?];
        unless_done(&self.stamp(), &inputs, &self.file("_bg.wasm"), || {
            self.write(&compiled, &Self::out_dir(), &Step::ALL).map(drop)
        })
        .with_context(|| format!("{} could not be bound", compiled.display()))?;
        // The benchmark and the tests read the profile.
        let stamps = root().join("target/stamps");
        fs::create_dir_all(&stamps)?;
        Ok(fs::write(stamps.join(self.name() + ".profile"), profile)?)
    }

    fn write(self, compiled: &Path, folder: &Path, steps: &[Step]) -> Result<PathBuf> {
        Binding { compiled, feature: self.feature, name: &self.name(), folder }.write(steps)
    }

    /// Binds the module of the last release build with some of the steps, and gives its path.
    pub fn bind_with(self, steps: &[Step], folder: &Path) -> Result<PathBuf> {
        self.write(&Self::compiled(self.release_profile), folder, steps)
    }
}

/// Both modules, the small one first.
pub fn build_all(toolchain: &Toolchain, release: bool) -> Result<()> {
    MODULES.iter().try_for_each(|module| module.build(toolchain, release, Warnings::Shown))
}
