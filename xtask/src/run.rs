//! Runs programs, and prints one line a stage with its seconds.

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// The repository's root.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().expect("xtask lies in the repository").to_path_buf()
}

/// A command in the repository's root, without the variables that the outer cargo sets for this program: they would make
/// the inner cargo rebuild packages that are up to date.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let program = program.as_ref();
    // On Windows npm and npx are scripts, which are found by their full name only.
    let script = cfg!(windows) && (program == "npm" || program == "npx");
    let mut command =
        if script { Command::new(format!("{}.cmd", program.display())) } else { Command::new(program) };
    command.current_dir(root());
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let ours = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];
        if text == "CARGO"
            || text == "CARGO_PRIMARY_PACKAGE"
            || ours.iter().any(|start| text.starts_with(start))
        {
            command.env_remove(&name);
        }
    }
    command
}

/// Prints the name, does the work, and prints its seconds.
pub fn stage<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("==> {name}");
    let begun = Instant::now();
    let result = work().with_context(|| name.to_string())?;
    eprintln!("==> {name}: {:.1} s", begun.elapsed().as_secs_f64());
    Ok(result)
}

/// Runs a command with its output shown.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{} could not be started", show(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", show(command));
    }
    Ok(())
}

/// The output of a command, or None if it fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_string())
}

fn show(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    format!("`{}`", words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" "))
}

/// Names and contents of all files below the given paths. Times do not count: cargo links the same module anew after it has
/// built the other one.
pub fn fingerprint(paths: &[PathBuf]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    let mut pending: Vec<PathBuf> = paths.iter().rev().cloned().collect();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            let mut inside: Vec<PathBuf> =
                fs::read_dir(&path)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
            inside.sort();
            pending.extend(inside.into_iter().filter(|path| !is_product(path)));
        } else if path.is_file() {
            (&path, fs::read(&path)?).hash(&mut hasher);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn is_product(path: &Path) -> bool {
    path.file_name().is_some_and(|name| ["node_modules", "dist"].iter().any(|product| name == *product))
}

/// Does the work unless `stamp` holds the fingerprint of the inputs and `product` exists.
pub fn unless_done(
    stamp: &Path,
    inputs: &[PathBuf],
    product: &Path,
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let now = fingerprint(inputs)?;
    if product.exists() && fs::read_to_string(stamp).is_ok_and(|then| then == now) {
        eprintln!("    nothing changed");
        return Ok(());
    }
    work()?;
    if let Some(folder) = stamp.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(stamp, now)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_done_once_and_again_after_a_change() {
        let folder = env::temp_dir().join(format!("xtask-stamp-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder for the test");
        let (input, product, stamp) = (folder.join("input"), folder.join("product"), folder.join("stamp"));
        fs::write(&input, "one").expect("the input can be written");
        let mut times = 0;
        let mut attempt = || {
            unless_done(&stamp, std::slice::from_ref(&input), &product, || {
                times += 1;
                Ok(fs::write(&product, "made")?)
            })
            .expect("the work succeeds");
            times
        };
        assert_eq!(attempt(), 1, "done the first time");
        assert_eq!(attempt(), 1, "not done again while nothing changed");
        fs::write(&input, "one").expect("the input can be written again");
        assert_eq!(attempt(), 1, "the same content at a later time is no change");
        fs::write(&input, "another").expect("the input can be changed");
        assert_eq!(attempt(), 2, "done again after the change");
        fs::remove_file(&product).expect("the product can be lost");
        assert_eq!(attempt(), 3, "done again when the product is gone");
        fs::remove_dir_all(&folder).expect("the test's folder can be removed");
    }

    #[test]
    fn a_failed_command_names_itself() {
        let error = run(command("sh").args(["-c", "exit 3"])).expect_err("exit 3 is a failure");
        let text = error.to_string();
        assert!(text.contains("exit 3") && text.contains("sh"), "the message shows the command: {text}");
    }
}
