//! Each branch on a machine of stand-ins: shell scripts in a folder that is the whole `PATH`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

/// A pretended machine: scripts in `bin`, a log of how they were called, and a sysroot that they fill.
struct StandIn {
    folder: PathBuf,
}

impl StandIn {
    fn new() -> Self {
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

    fn script(&self, name: &str, body: &str) {
        let path = self.folder.join("bin").join(name);
        let here = self.folder.display();
        let text = format!(
            "#!/bin/sh\nHERE={here}\nPATH=/usr/bin:/bin\necho \"{name} $*\" >> \"$HERE/log\"\n{body}\n"
        );
        fs::write(&path, text).expect("the stand-in can be written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("and made executable");
    }

    fn with_library(self) -> Self {
        let library = self.folder.join("sysroot/lib/rustlib/wasm32-unknown-unknown/lib");
        fs::create_dir_all(&library).expect("the library's folder");
        fs::write(library.join("libstd.rlib"), "").expect("the library");
        self
    }

    fn with_rustup(self) -> Self {
        self.script(
            "rustup",
            r#"case "$1 $2" in
  "target add") mkdir -p "$HERE/sysroot/lib/rustlib/$3/lib"; echo > "$HERE/sysroot/lib/rustlib/$3/lib/libstd.rlib";;
  "toolchain list") echo "stable-x86_64 (active, default)";;
esac"#,
        );
        self
    }

    fn with_apt(self, body: &str) -> Self {
        self.script("apt-get", body);
        self
    }

    fn machine(&self) -> Machine {
        Machine {
            path: self.folder.join("bin").into(),
            is_root: false,
            may_fetch: true,
            debian_prefix: self.folder.join("sysroot"),
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).expect("the stand-in machine can be removed");
    }
}

const APT_BRINGS_SOURCE: &str = r#"case "$*" in *install*)
  mkdir -p "$HERE/sysroot/lib/rustlib/src/rust/library/std"
  echo > "$HERE/sysroot/lib/rustlib/src/rust/library/std/Cargo.toml"
  mkdir -p "$HERE/sysroot/bin"; ln -sf lld-22 "$HERE/sysroot/bin/rust-lld";;
esac
case "$*" in *lld-22*) echo > "$HERE/sysroot/bin/lld-22";; esac"#;

#[test]
fn a_toolchain_with_the_library_is_taken_as_it_is() {
    let stand_in = StandIn::new().with_rustup().with_apt("").with_library();
    let found = find(&Machine { is_root: true, ..stand_in.machine() }).expect("the library is there");
    assert!(!found.build_std, "nothing has to be compiled");
    let log = stand_in.log();
    assert!(!log.contains("apt-get") && !log.contains("target add"), "nothing is fetched:\n{log}");
}

#[test]
fn root_on_debian_gets_the_packages_before_rustup_is_asked() {
    let stand_in = StandIn::new().with_rustup().with_apt(APT_BRINGS_SOURCE);
    let found =
        find(&Machine { is_root: true, ..stand_in.machine() }).expect("the packages bring the source");
    assert!(found.build_std, "the library is compiled from source");
    let log = stand_in.log();
    assert!(
        log.contains("rust-web-src") && log.contains("toolchain link debian"),
        "installed and linked:\n{log}"
    );
    assert!(log.contains("lld-22"), "the linker's own package comes too:\n{log}");
    assert!(!log.contains("target add"), "rustup fetches nothing:\n{log}");
}

#[test]
fn without_root_rustup_adds_the_target() {
    let stand_in = StandIn::new().with_rustup().with_apt(APT_BRINGS_SOURCE);
    let found = find(&stand_in.machine()).expect("rustup adds it");
    assert!(!found.build_std, "rustup's library is ready");
    let log = stand_in.log();
    assert!(log.contains(&format!("rustup target add {TARGET}")), "rustup was asked:\n{log}");
    assert!(!log.contains("apt-get"), "apt-get is for root:\n{log}");
}

#[test]
fn rustup_is_asked_when_debian_has_no_such_packages() {
    let stand_in = StandIn::new().with_rustup().with_apt("exit 100");
    let found = find(&Machine { is_root: true, ..stand_in.machine() }).expect("rustup adds it");
    assert!(!found.build_std, "rustup's library is ready");
}

#[test]
fn where_rustup_may_not_fetch_one_sentence_says_what_to_do() {
    let stand_in = StandIn::new().with_rustup();
    let error = find(&Machine { may_fetch: false, ..stand_in.machine() }).expect_err("nothing is allowed");
    let text = format!("{error:#}");
    assert!(text.contains(&format!("run `rustup target add {TARGET}`")), "it names the command: {text}");
    assert!(!text.contains('\n'), "it is one line: {text}");
    assert!(!stand_in.log().contains("target add"), "and rustup was not asked:\n{}", stand_in.log());
}

#[test]
fn without_rustup_the_same_sentence_comes() {
    let error = find(&StandIn::new().machine()).expect_err("there is no rustup");
    assert!(format!("{error:#}").contains("rustup target add"), "it names the command: {error:#}");
}

#[test]
fn a_toolchain_older_than_the_crate_is_passed_over() {
    let stand_in = StandIn::new().with_library();
    let script = stand_in.folder.join("bin/rustc");
    let old = fs::read_to_string(&script).expect("the stand-in").replace("1.95.0", "1.85.0");
    fs::write(&script, old).expect("an older stand-in");
    find(&stand_in.machine()).expect_err("1.85 cannot compile the crate");
}

#[test]
fn the_command_says_how_the_library_is_had() {
    let toolchain = |build_std| Toolchain { cargo: "cargo".into(), name: Some("debian".into()), build_std };
    let words = |toolchain: &Toolchain| format!("{:?}", toolchain.cargo("build"));
    let (from_source, ready) = (words(&toolchain(true)), words(&toolchain(false)));
    assert!(from_source.contains("-Zbuild-std") && from_source.contains("+debian"), "{from_source}");
    assert!(!ready.contains("build-std") && ready.contains(TARGET), "{ready}");
}
