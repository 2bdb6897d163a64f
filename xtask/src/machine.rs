//! The machine that builds: the programs on its path, and whether packages can be installed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::run::{command, output, run};

/// Prefix of Debian's toolchain packages.
const DEBIAN_PREFIX: &str = "/usr";

/// Programs and rights that the set-up may use. Tests pass a machine of stand-in programs.
pub struct Machine {
    /// `PATH`.
    pub path: OsString,
    pub is_root: bool,
    /// Whether rustup may download (`RUSTUP_AUTO_INSTALL` is not `0`).
    pub may_fetch: bool,
    /// The prefix of Debian's toolchain packages.
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

    /// A program on the path.
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        std::env::split_paths(&self.path).map(|folder| folder.join(&file)).find(|path| path.is_file())
    }

    /// A command that sees this machine's path.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = command(program);
        command.env("PATH", &self.path);
        command
    }

    /// Whether Debian packages can be installed: as root, with apt-get.
    pub fn can_install(&self) -> bool {
        self.apt_get().is_some()
    }

    fn apt_get(&self) -> Option<PathBuf> {
        if self.is_root { self.program("apt-get") } else { None }
    }

    /// Installs Debian packages, with a fresh list of them.
    pub fn install(&self, packages: &[&str]) -> Result<()> {
        let Some(apt) = self.apt_get() else { bail!("only root can install {}", packages.join(" ")) };
        run(self.command(&apt).args(["-qq", "update"]))?;
        let mut install = self.command(&apt);
        install.env("DEBIAN_FRONTEND", "noninteractive");
        run(install.args(["-qq", "-y", "install", "--no-install-recommends"]).args(packages))
    }
}
