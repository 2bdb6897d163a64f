//! Node, npm packages, data and Chromium, which building and testing need next to Rust.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::machine::Machine;
use crate::run::{command, output, root, run, stage};
use crate::toolchain::{self, Toolchain};

/// `engines` of package.json; Vite asks for it.
const OLDEST_NODE: (u32, u32) = (20, 19);
const WORKSPACES: [&str; 4] =
    ["package.json", "pkg/package.json", "www/package.json", "tests/browser/package.json"];
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const MAC_BROWSER: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// Everything that building needs.
pub fn set_up() -> Result<Toolchain> {
    let toolchain = stage("wasm toolchain", || {
        let toolchain = toolchain::find(&Machine::this())?;
        eprintln!("    {}", toolchain.describe());
        Ok(toolchain)
    })?;
    node_packages()?;
    data()?;
    Ok(toolchain)
}

/// `npm ci`, unless the installed packages are newer than the lists of packages.
pub fn node_packages() -> Result<()> {
    stage("npm packages", || {
        check_node()?;
        let installed = modified(&root().join("node_modules/.package-lock.json"));
        let asked =
            WORKSPACES.iter().chain(&["package-lock.json"]).map(|file| modified(&root().join(file))).max();
        if installed.is_some() && installed >= asked.flatten() {
            eprintln!("    nothing changed");
            return Ok(());
        }
        run(command("npm").args(["ci", "--loglevel=error"]))
    })
}

fn check_node() -> Result<()> {
    let (major, minor) = OLDEST_NODE;
    let wanted = format!("Node {major}.{minor} or newer is needed: https://nodejs.org");
    let version =
        output(command("node").arg("--version")).with_context(|| format!("node is not here; {wanted}"))?;
    let mut parts = version.trim_start_matches('v').split('.').map_while(|part| part.parse::<u32>().ok());
    if (parts.next(), parts.next()) < (Some(major), Some(minor)) {
        bail!("this is Node {version}; {wanted}");
    }
    Ok(())
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|meta| meta.modified()).ok()
}

/// Packs the data sets. One that cannot be downloaded is named and left out; the page names it too.
pub fn data() -> Result<()> {
    stage("data sets", || {
        run(command("node").args(["data/pack.mjs", "--keep-going"]))?;
        if !root().join("data/packed/mnist.mlds.gz").exists() {
            bail!("the page cannot open without data/packed/mnist.mlds.gz");
        }
        Ok(())
    })
}

/// A Chromium for the tests, and fonts for Korean.
pub fn chromium() -> Result<PathBuf> {
    stage("Chromium", || {
        let machine = Machine::this();
        let mut missing = Vec::new();
        if browser(&machine).is_none() {
            missing.push("chromium");
        }
        if !Path::new("/usr/share/doc/fonts-noto-cjk").exists() {
            missing.push("fonts-noto-cjk");
        }
        install_missing(&machine, &missing)?;
        let found =
            browser(&machine).context("the tests need Chromium: install it, or name one in CHROMIUM")?;
        eprintln!("    {}", found.display());
        Ok(found)
    })
}

/// The Vulkan driver `SwiftShader`, which comes with Chromium. `/usr/bin/chromium` of Debian is a script, so its folder is looked for
/// by name, too.
pub fn swiftshader(chromium: &Path) -> Result<PathBuf> {
    let own = fs::canonicalize(chromium).ok().and_then(|path| path.parent().map(Path::to_path_buf));
    let folders = own.into_iter().chain(["/usr/lib/chromium", "/opt/google/chrome"].map(PathBuf::from));
    folders
        .map(|folder| folder.join("vk_swiftshader_icd.json"))
        .find(|driver| driver.is_file())
        .with_context(|| format!("no vk_swiftshader_icd.json beside {}", chromium.display()))
}

/// A Vulkan adapter for the native tests of the kernels, and valgrind, which counts instructions.
pub fn native_adapter() -> Result<()> {
    stage("Mesa and valgrind", || {
        let machine = Machine::this();
        let drivers = Path::new("/usr/share/vulkan/icd.d");
        let has_driver = fs::read_dir(drivers).is_ok_and(|mut entries| entries.next().is_some());
        let mut missing = Vec::new();
        if !has_driver {
            missing.extend(["mesa-vulkan-drivers", "libvulkan1"]);
        }
        if machine.program("valgrind").is_none() {
            missing.push("valgrind");
        }
        install_missing(&machine, &missing)
    })
}

/// Installs Debian packages where that is possible, and names them where it is not. The tests that need one say so again.
fn install_missing(machine: &Machine, missing: &[&str]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    if machine.can_install() {
        return machine.install(missing);
    }
    eprintln!("    not installed, and only root on Debian can be helped: {}", missing.join(", "));
    Ok(())
}

fn browser(machine: &Machine) -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    named
        .or_else(|| BROWSERS.iter().find_map(|name| machine.program(name)))
        .or_else(|| Some(PathBuf::from(MAC_BROWSER)))
        .filter(|path| path.is_file())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::stand_in::StandIn;

    #[test]
    fn root_installs_packages_that_are_missing() {
        let stand_in = StandIn::new().with_apt("");
        install_missing(&Machine { is_root: true, ..stand_in.machine() }, &["valgrind"])
            .expect("apt-get answers");
        assert!(stand_in.log().contains("valgrind"), "apt-get was called: {}", stand_in.log());
    }

    #[test]
    fn without_root_apt_get_is_never_called() {
        let stand_in = StandIn::new().with_apt("exit 100");
        install_missing(&stand_in.machine(), &["valgrind"]).expect("it only says so");
        assert_eq!(stand_in.log(), "");
    }
}
