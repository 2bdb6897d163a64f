//! Each branch of the search on a machine of stand-in programs.

use std::fs;

use super::*;
use crate::stand_in::StandIn;

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
fn without_root_or_downloads_an_installed_toolchain_is_enough() {
    let stand_in = StandIn::new().with_rustup().with_apt("exit 100").with_library();
    let found = find(&Machine { may_fetch: false, ..stand_in.machine() }).expect("the library is there");
    assert!(!found.build_std, "nothing has to be compiled");
    let log = stand_in.log();
    assert!(!log.contains("apt-get") && !log.contains("target add"), "nothing is downloaded:\n{log}");
}

#[test]
fn without_root_debian_packages_that_are_installed_are_linked_and_used() {
    let stand_in = StandIn::new().with_rustup().with_apt("exit 100");
    // The active toolchain has neither the library nor its source; Debian's has its source.
    stand_in.script(
        "rustc",
        r#"case "$1" in +debian) root="$HERE/debian";; *) root="$HERE/sysroot";; esac
for word in "$@"; do case "$word" in
  --version) echo "rustc 1.96.0 (stand-in)";;
  target-libdir) echo "$root/lib/rustlib/wasm32-unknown-unknown/lib";;
  sysroot) echo "$root";;
esac; done"#,
    );
    stand_in.script(
        "rustup",
        r#"case "$1 $2" in
  "toolchain link") echo "$3" > "$HERE/linked";;
  "toolchain list") cat "$HERE/linked" 2>/dev/null; exit 0;;
esac"#,
    );
    let prefix = stand_in.folder.join("debian");
    for file in ["lib/rustlib/src/rust/library/std/Cargo.toml", DEBIAN_LINKER] {
        let file = prefix.join(file);
        fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("its folder");
        fs::write(file, "").expect("a file of Debian's packages");
    }
    let machine = Machine { may_fetch: false, debian_prefix: prefix, ..stand_in.machine() };
    let found = find(&machine).expect("Debian's packages are there");
    assert!(found.build_std && found.name.as_deref() == Some(DEBIAN_NAME), "{found:?}");
    assert!(!stand_in.log().contains("apt-get"), "nothing is installed:\n{}", stand_in.log());
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
