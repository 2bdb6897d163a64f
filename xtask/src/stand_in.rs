//! A machine of stand-in programs: shell scripts in a folder that is the whole `PATH`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::machine::Machine;

/// Scripts in `bin`, a log of their calls, and a sysroot that they fill.
pub struct StandIn {
    pub folder: PathBuf,
}

impl StandIn {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("xtask-machine-{}-{number}", std::process::id()));
        fs::create_dir_all(folder.join("bin")).expect("a folder for the stand-ins");
        let stand_in = Self { folder };
        stand_in.script("cargo", "");
        stand_in.script(
            "rustc",
            r#"for word in "$@"; do case "$word" in
  --version) echo "rustc ${VERSION:-1.95.0} (stand-in)";;
  target-libdir) echo "$HERE/sysroot/lib/rustlib/wasm32-unknown-unknown/lib";;
  sysroot) echo "$HERE/sysroot";;
esac; done"#,
        );
        stand_in
    }

    pub fn script(&self, name: &str, body: &str) {
        let path = self.folder.join("bin").join(name);
        let here = self.folder.display();
        let text = format!(
            "#!/bin/sh\nHERE={here}\nPATH=/usr/bin:/bin\necho \"{name} $*\" >> \"$HERE/log\"\n{body}\n"
        );
        fs::write(&path, text).expect("the stand-in can be written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("and made executable");
    }

    pub fn with_library(self) -> Self {
        let library = self.folder.join("sysroot/lib/rustlib/wasm32-unknown-unknown/lib");
        fs::create_dir_all(&library).expect("the library's folder");
        fs::write(library.join("libstd.rlib"), "").expect("the library");
        self
    }

    pub fn with_rustup(self) -> Self {
        self.script(
            "rustup",
            r#"case "$1 $2" in
  "target add") mkdir -p "$HERE/sysroot/lib/rustlib/$3/lib"; echo > "$HERE/sysroot/lib/rustlib/$3/lib/libstd.rlib";;
  "toolchain list") echo "stable-x86_64 (active, default)";;
esac"#,
        );
        self
    }

    pub fn with_apt(self, body: &str) -> Self {
        self.script("apt-get", body);
        self
    }

    pub fn machine(&self) -> Machine {
        Machine {
            path: self.folder.join("bin").into(),
            is_root: false,
            may_fetch: true,
            debian_prefix: self.folder.join("sysroot"),
        }
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).expect("the stand-in machine can be removed");
    }
}
