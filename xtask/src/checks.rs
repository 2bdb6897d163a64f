//! `cargo xtask test` and `lint`. A stage that fails does not stop the next ones.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::run::{command, root, run};
use crate::tally::{Outcome, Tally, run_counted, run_twice_if_needed};
use crate::toolchain::Toolchain;
use crate::wasm::Warnings;
use crate::{page, tools, wasm};

/// Browser tests that measure no time. Each uses about one core, so two files run at once. All others have the machine to
/// themselves.
const TWO_AT_A_TIME: [&str; 33] = [
    "axe",
    "describe",
    "devices",
    "embed",
    "formula",
    "gate",
    "knobs",
    "lab-link",
    "laboratory",
    "launches",
    "lesson-choices",
    "lesson-gpu",
    "lesson-touch",
    "memory",
    "offline",
    "one-file",
    "own-data",
    "page-faults",
    "recommend",
    "reference",
    "renderers",
    "report",
    "requests",
    "return",
    "sharpness",
    "small-run",
    "survival",
    "terms",
    "triplet",
    "trusted",
    "use",
    "voices",
    "watch",
];

/// The crates of the core.
const CORE: [&str; 7] = [
    "--package",
    "metriclab",
    "--package",
    "metriclab-loops",
    "--package",
    "metriclab-kernels",
    "--all-features",
];

/// Clippy as the compiler of this repository's crates: it lints what it compiles. `cargo clippy` would check every dependency
/// once more, for the tests need them compiled.
const LINTER: [(&str, &str); 2] = [
    ("RUSTC_WORKSPACE_WRAPPER", "clippy-driver"),
    ("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__"),
];

struct Checks<'a> {
    only: Option<&'a str>,
    tally: Tally,
}

impl Checks<'_> {
    fn wanted(&self, name: &str) -> bool {
        self.only.is_none_or(|part| name.contains(part))
    }

    fn check(&mut self, name: &str, work: impl FnOnce() -> Result<()>) {
        self.count(name, || work().map(|()| Outcome::default()));
    }

    fn count(&mut self, name: &str, work: impl FnOnce() -> Result<Outcome>) {
        if self.wanted(name) {
            self.tally.stage(name, work);
        }
    }

    /// All features include `lint-wasm`, so clippy sees `src/wasm` too, without checking every dependency again for wasm. The
    /// stages of the Rust tests find the compiled crates here, and lint what is left.
    fn rust_lints(&mut self) {
        self.check("rust format", || run(cargo("fmt").args(["--all", "--check"])));
        self.check("rust lints", || {
            run(linted("build").args(CORE).arg("--all-targets"))?;
            // Checked only: to build it would replace the program that runs this.
            let xtask = ["--package", "xtask", "--profile", "xtask", "--all-targets", "--", "-D", "warnings"];
            run(cargo("clippy").args(xtask))
        });
    }

    fn native_tests(&mut self, chromium: &Path) {
        // `--all-features`: the kernels are compared with their host twins on a native adapter.
        self.count("rust tests", || {
            run_counted(linted("test").args(CORE).arg("--no-fail-fast").env("RUST_TEST_THREADS", "2"))
        });
        // Once more on the adapter that Chromium has where there is no graphics card. Its sine and cosine are too coarse for LeJEPA's
        // reference value: 0.826233, not 0.826247.
        for (what, tests) in [
            ("kernels", ["--test", "kernels", "--", "--skip", "golden"].as_slice()),
            ("operations", ["--lib", "--", "fused::"].as_slice()),
        ] {
            self.count(&format!("{what} on SwiftShader"), || {
                let metriclab = ["--package", "metriclab", "--all-features", "--no-fail-fast"];
                let driver = tools::swiftshader(chromium)?;
                run_counted(linted("test").args(metriclab).args(tests).env("VK_DRIVER_FILES", driver))
            });
        }
        // A command of its own: next to metriclab it would get other features, and cargo would compile burn twice.
        self.count("rust tests of the stand-in", || {
            run_counted(linted("test").args(["--package", "gemm", "--no-fail-fast"]))
        });
        // The profile in which its packages are compiled already.
        self.count("xtask tests", || {
            run_counted(linted("test").args(["--package", "xtask", "--profile", "xtask", "--no-fail-fast"]))
        });
    }

    fn build(&mut self, toolchain: &Toolchain, release: bool) -> Result<()> {
        for module in wasm::MODULES {
            let name = format!("build, wasm {}", module.feature);
            self.tally.prepare(&name, || module.build(toolchain, release, Warnings::Denied))?;
        }
        self.tally.prepare("build, package and page", page::build)
    }

    /// Needs `pkg/wasm` and `pkg/dist`: the page is checked against the package's types. `tsc` has checked both when they were
    /// built.
    fn typescript(&mut self, with_tests: bool) {
        let mut stages = vec![
            ("eslint", npm(&["run", "--silent", "lint"])),
            ("svelte-check", npm(&["run", "--silent", "check:components", "--workspace=www"])),
            ("prettier", npm(&["run", "--silent", "format:check"])),
        ];
        if with_tests {
            let tests = npm(&["run", "--silent", "test:built", "--workspace=pkg", "--workspace=www"]);
            stages.push(("package and page tests", tests));
        }
        stages.retain(|(name, _)| self.wanted(name));
        self.tally.side_by_side(stages);
    }

    fn browser_tests(&mut self, chromium: &Path) {
        for (name, shares, at_a_time) in
            [("browser tests, two at a time", true, 2), ("browser tests, alone", false, 1)]
        {
            self.count(name, || {
                let mut files = test_files("tests/browser")?;
                files.retain(|path| shares_the_machine(path) == shares);
                run_twice_if_needed(files, |files| node_tests(files, at_a_time, chromium))
            });
        }
    }

    /// The files leave what they found for the last one, which compares it with docs/compatibility.md.
    fn packaging_tests(&mut self, chromium: &Path) {
        let found = |wanted: bool| -> Result<Vec<PathBuf>> {
            let mut files = test_files("tests/packaging")?;
            files.retain(|path| path.ends_with("written.test.mjs") == wanted);
            Ok(files)
        };
        self.count("packaging tests", || {
            run_twice_if_needed(found(false)?, |files| node_tests(files, 2, chromium))
        });
        self.count("packaging tests, what they found", || {
            run_counted(&mut node_tests(found(true)?, 1, chromium))
        });
    }

    fn verdict(self) -> ExitCode {
        if self.tally.is_empty() {
            eprintln!("no stage is called {}", self.only.unwrap_or_default());
            return ExitCode::FAILURE;
        }
        println!("\n{}", self.tally);
        if self.tally.total().failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

pub fn test(only: Option<&str>, release: bool) -> Result<ExitCode> {
    let mut checks = Checks { only, tally: Tally::default() };
    let (toolchain, chromium) = checks.tally.prepare("set-up", || {
        let found = (tools::set_up()?, tools::chromium()?);
        tools::native_adapter()?;
        Ok(found)
    })?;
    checks.rust_lints();
    checks.native_tests(&chromium);
    // Every stage below needs the modules and the page.
    checks.build(&toolchain, release)?;
    checks.typescript(true);
    checks.browser_tests(&chromium);
    checks.packaging_tests(&chromium);
    checks.count("commands of the documents", || {
        // Under these names, for the commands that use what the Rust tests compiled.
        let linter = LINTER.map(|(name, value)| (format!("NATIVE_{name}"), value));
        run_counted(node_tests(test_files("tests/documents")?, 1, &chromium).envs(linter))
    });
    Ok(checks.verdict())
}

pub fn lint() -> Result<ExitCode> {
    let mut checks = Checks { only: None, tally: Tally::default() };
    let toolchain = checks.tally.prepare("set-up", tools::set_up)?;
    checks.rust_lints();
    checks.build(&toolchain, false)?;
    checks.typescript(false);
    Ok(checks.verdict())
}

fn npm(arguments: &[&str]) -> Command {
    let mut npm = command("npm");
    npm.args(arguments);
    npm
}

fn cargo(subcommand: &str) -> Command {
    let mut cargo = command("cargo");
    cargo.arg(subcommand);
    cargo
}

/// `cargo <subcommand>` by clippy's compiler.
fn linted(subcommand: &str) -> Command {
    let mut cargo = cargo(subcommand);
    cargo.envs(LINTER);
    cargo
}

/// The `.test.mjs` files of a folder.
fn test_files(folder: &str) -> Result<Vec<PathBuf>> {
    let mut files: Vec<_> =
        fs::read_dir(root().join(folder))?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|path| path.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    Ok(files)
}

/// Whether a file of browser tests is in `TWO_AT_A_TIME`.
fn shares_the_machine(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    TWO_AT_A_TIME.iter().any(|stem| *name == format!("{stem}.test.mjs"))
}

fn node_tests(files: Vec<PathBuf>, at_a_time: usize, chromium: &Path) -> Command {
    let mut node = command("node");
    // Without --test-force-exit: it ends a file before tests that are defined after an `await`.
    node.args(["--test", "--test-reporter=spec"]);
    node.arg(format!("--test-concurrency={at_a_time}"));
    node.args(files).env("CHROMIUM", chromium);
    node
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_in_the_list_is_a_file_that_measures_no_time() {
        let files = test_files("tests/browser").expect("the folder can be read");
        let shared: Vec<_> = files.iter().filter(|path| shares_the_machine(path)).collect();
        assert_eq!(shared.len(), TWO_AT_A_TIME.len(), "{shared:?}");
        for path in shared {
            let text = fs::read_to_string(path).expect("it can be read");
            assert!(!text.contains("performance.now"), "{} measures time", path.display());
        }
    }
}
