//! `cargo xtask`: every command of the README. `cargo xtask help` lists them.

mod bind;
mod checks;
mod fold;
mod generate;
mod machine;
mod order;
mod page;
mod run;
mod sizes;
#[cfg(all(test, unix))]
mod stand_in;
mod tally;
mod toolchain;
mod tools;
mod unused;
mod wasm;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask <command>

  demo [--port N] [--release]   set up, build, serve the page and print its address
  test [--release] [name]       set up and run every test, or only the stages whose name contains `name`; --release tests the
                                published modules
  setup                         find or install what building needs
  build [--release]             wasm modules, npm package, page; --release also prints the payload
  generate                      write pkg/src/generated: what the package lists, from the Rust sources
  data                          pack the data sets
  bench [--dev] [options]       build the published modules (with --dev, those of `demo`), and compare them with their peers on
                                one page; options go to benches/browser/run.mjs, and benches/browser/README.md explains them
  lint                          formatting and lints only
  sizes                         bytes that each step of the modules' build saves, after `build --release`
";

const DEFAULT_PORT: &str = "5173";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[&str]) -> Result<ExitCode> {
    match arguments {
        ["setup"] => {
            tools::set_up()?;
            tools::chromium()?;
        }
        ["generate"] => generate::write()?,
        ["data"] => {
            tools::node_packages()?;
            tools::data()?;
        }
        ["build", rest @ ..] => build(flags(rest, &["--release"])?.contains(&"--release"))?,
        ["demo", rest @ ..] => demo(rest)?,
        ["bench", "--dev", rest @ ..] => bench(false, rest)?,
        ["bench", rest @ ..] => bench(true, rest)?,
        ["test", "--release"] => return checks::test(None, true),
        ["test", "--release", name] => return checks::test(Some(name), true),
        ["test"] => return checks::test(None, false),
        ["test", name] => return checks::test(Some(name), false),
        ["sizes"] => sizes::print()?,
        ["lint"] => return checks::lint(),
        ["help" | "--help" | "-h"] | [] => print!("{HELP}"),
        _ => bail!("no such command: {}\n\n{HELP}", arguments.join(" ")),
    }
    Ok(ExitCode::SUCCESS)
}

fn build(release: bool) -> Result<()> {
    let toolchain = tools::set_up()?;
    wasm::build_all(&toolchain, release)?;
    page::build()?;
    if release {
        page::print_payload()?;
    }
    Ok(())
}

fn bench(release: bool, options: &[&str]) -> Result<()> {
    build(release)?;
    let chromium = tools::chromium()?;
    run::stage("peers", || {
        run::run(run::command("npm").args([
            "ci",
            "--loglevel=error",
            "--ignore-scripts",
            "--prefix",
            "benches/browser",
        ]))
    })?;
    run::stage("benchmark", || {
        run::run(run::command("node").arg("benches/browser/run.mjs").args(options).env("CHROMIUM", &chromium))
    })
}

fn demo(mut rest: &[&str]) -> Result<()> {
    let (mut port, mut release) = (DEFAULT_PORT, false);
    loop {
        rest = match rest {
            [] => break,
            ["--port", number, more @ ..] => {
                port = number;
                more
            }
            ["--release", more @ ..] => {
                release = true;
                more
            }
            [unknown, ..] => bail!("demo does not know {unknown}\n\n{HELP}"),
        }
    }
    let [cpu, gpu] = wasm::MODULES;
    if release || gpu.exists() {
        build(release)?;
        return page::serve(port)?.wait();
    }
    // The first time, the page opens with the CPU module while the GPU module is built.
    let toolchain = tools::set_up()?;
    cpu.build(&toolchain, false, wasm::Warnings::Shown)?;
    gpu.stand_in()?;
    page::build()?;
    let server = page::serve(port)?;
    eprintln!("==> the page is open, on the CPU; the GPU module is built meanwhile");
    gpu.build(&toolchain, false, wasm::Warnings::Shown)?;
    page::build()?;
    eprintln!("==> the GPU module is ready: reload the page");
    server.wait()
}

fn flags<'a>(given: &[&'a str], known: &[&str]) -> Result<Vec<&'a str>> {
    match given.iter().find(|flag| !known.contains(flag)) {
        Some(flag) => bail!("unknown: {flag}\n\n{HELP}"),
        None => Ok(given.to_vec()),
    }
}
