//! Reads the imports of `src`, `pkg/src` and `www/src` and fails on every arrow that ARCHITECTURE.md does not allow.
//! An arrow that is absent from the tables is forbidden.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Everyone may import these.
const FOR_ALL: [&str; 5] = ["error", "random", "plain", "setting", "paper"];

const CORE: [&str; 13] = [
    "pairing",
    "datasets",
    "projection",
    "networks",
    "distances",
    "miners",
    "losses",
    "neighbours",
    "evaluation",
    "objective",
    "readback",
    "saved",
    "sealed",
];

/// A module of the crate and what it may import.
const CRATE: [(&str, &[&str]); 27] = [
    ("error", &[]),
    ("paper", &[]),
    ("setting", &[]),
    ("random", &[]),
    ("plain", &[]),
    // Buffers of tensors for the kernels, which are a crate of their own.
    ("graphics", &[]),
    // Operations on tensors that training repeats each step.
    ("fused", &["graphics"]),
    ("pairing", &[]),
    ("datasets", &[]),
    ("linear_algebra", &[]),
    ("projection", &["linear_algebra"]),
    // The head scales rows to length 1 with `distances::normalize`.
    ("networks", &["distances", "fused", "graphics"]),
    ("distances", &["fused", "graphics"]),
    ("miners", &["distances", "pairing", "graphics"]),
    ("losses", &["distances", "fused", "pairing"]),
    ("neighbours", &["distances", "pairing", "graphics"]),
    // Scores are computed from exact neighbours, with one ranking for both.
    ("evaluation", &["distances", "linear_algebra", "pairing", "neighbours"]),
    ("towers", &["datasets", "networks", "readback", "saved", "sealed"]),
    ("saved", &["networks", "readback", "sealed"]),
    // The fingerprint of a saved file is the data sets'.
    ("sealed", &["datasets"]),
    ("gallery", &["distances", "evaluation", "neighbours", "sealed"]),
    // Distance, miner and loss put together.
    ("objective", &["distances", "losses", "miners", "pairing"]),
    ("readback", &[]),
    ("tools", &["distances", "losses", "miners", "neighbours", "objective", "pairing", "readback"]),
    ("session", &CORE),
    ("catalogue", &["datasets", "distances", "losses", "miners", "networks", "objective", "session"]),
    (
        "wasm",
        &[
            "catalogue",
            "gallery",
            "session",
            "tools",
            "objective",
            "sealed",
            "neighbours",
            "distances",
            "losses",
            "miners",
            "evaluation",
            "towers",
        ],
    ),
];

/// A folder of the page and what it may import. `main` and the other files at the top join the folders and are free.
const PAGE: [(&str, &[&str]); 18] = [
    // The page of components: texts, state, figures that know nothing of the page around them, and the shells.
    ("words", &[]),
    ("state", &["words"]),
    ("figures", &["state", "words", "geometry", "dom"]),
    ("lesson", &["figures", "state", "words"]),
    ("uses", &["figures", "lesson", "state", "words"]),
    ("embed", &["figures", "state", "words"]),
    ("report", &["lesson", "state", "words"]),
    // The custom element of the package: a shell with the style of the lesson.
    ("element", &["figures", "embed", "lesson", "state", "words"]),
    // The shell around the session: components, and parts that build their elements by hand.
    (
        "laboratory",
        &[
            "figures",
            "lesson",
            "state",
            "words",
            "geometry",
            "dom",
            "store",
            "i18n",
            "render",
            "session",
            "controls",
            "views",
            "projection",
        ],
    ),
    ("geometry", &[]),
    ("dom", &[]),
    // The map's t-SNE and UMAP: the Worker, and the quality of a picture.
    ("projection", &[]),
    ("store", &["geometry", "projection", "state", "words"]),
    ("i18n", &["store", "words"]),
    ("render", &["geometry", "dom", "store"]),
    ("session", &["store", "state", "geometry", "i18n", "dom", "projection"]),
    ("controls", &["dom", "store", "i18n"]),
    ("views", &["store", "state", "geometry", "render", "i18n", "dom", "session", "controls", "projection"]),
];

/// An import that is not allowed, as a sentence.
type Offence = String;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.expect("an entry of a source folder can be read").path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// `losses/triplet.rs` -> `losses`, `random.rs` -> `random`
fn first_part(path: &Path) -> String {
    let first = path.components().next().expect("a source file has a name").as_os_str().to_string_lossy();
    first.split('.').next().unwrap_or_default().to_string()
}

fn without_line_comments(text: &str) -> String {
    let code = |line: &str| line.split("//").next().unwrap_or_default().to_string();
    text.lines().map(code).collect::<Vec<_>>().join("\n")
}

/// The crate's modules that a Rust file names: `crate::a::…`, `crate::{a::…, b}`, and `super::a` in a file whose
/// parent is the crate.
fn crate_modules(file: &Path, text: &str) -> BTreeSet<String> {
    let text = without_line_comments(text);
    let mut found = heads(&text, "crate::");
    let parts = file.components().count();
    let parent_is_crate = parts == 1 || parts == 2 && file.ends_with("mod.rs");
    if parent_is_crate {
        let known = |name: &String| CRATE.iter().any(|(module, _)| module == name);
        found.extend(heads(&text, "super::").into_iter().filter(known));
    }
    found
}

/// The first names after every `prefix`, also inside braces.
fn heads(text: &str, prefix: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices(prefix) {
        if text[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == '$') {
            continue;
        }
        let rest = text[at + prefix.len()..].trim_start();
        match rest.strip_prefix('{') {
            Some(group) => found.extend(group_heads(group)),
            None => found.extend(identifier(rest)),
        }
    }
    found
}

/// `a::{x, y}, b, c::d}` -> a, b, c
fn group_heads(group: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let (mut depth, mut expects_name) = (0, true);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => expects_name = true,
            _ if letter.is_whitespace() => {}
            _ if expects_name && depth == 0 => {
                found.extend(identifier(&group[at..]));
                expects_name = false;
            }
            _ => {}
        }
    }
    found
}

fn identifier(text: &str) -> Option<String> {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_string())
}

/// The modules that use `crates/kernels` and `crates/loops`. Those crates do not use this one.
const KNOW_KERNELS: [&str; 7] =
    ["graphics", "fused", "distances", "miners", "networks", "neighbours", "wasm"];
const KNOW_LOOPS: [&str; 9] = [
    "datasets",
    "distances",
    "evaluation",
    "fused",
    "linear_algebra",
    "miners",
    "neighbours",
    "networks",
    "saved",
];

fn crate_offences(file: &Path, text: &str) -> Vec<Offence> {
    let from = first_part(file);
    if from == "lib" {
        return Vec::new();
    }
    if text.contains("metriclab_loops") && !KNOW_LOOPS.contains(&from.as_str()) {
        return vec![format!("{}: {from} -> the loops", file.display())];
    }
    if text.contains("metriclab_kernels") && !KNOW_KERNELS.contains(&from.as_str()) {
        return vec![format!("{}: {from} -> the kernels", file.display())];
    }
    let Some((_, allowed)) = CRATE.iter().find(|(module, _)| *module == from) else {
        return vec![format!("{}: the module `{from}` is in no table of tests/arrows.rs", file.display())];
    };
    let ok = |name: &str| {
        // `lib.rs` re-exports the error type and nothing else.
        let reexported = name == "Error" || name == "Result";
        reexported || name == from || FOR_ALL.contains(&name) || allowed.contains(&name)
    };
    let modules = crate_modules(file, text);
    modules
        .iter()
        .filter(|name| !ok(name))
        .map(|name| format!("{}: {from} -> {name}", file.display()))
        .collect()
}

/// The imports of a TypeScript file: the strings after `from` and `import`, and in `import(…)` and `new URL(…)`.
fn specifiers(text: &str) -> Vec<String> {
    let text = without_block_comments(text);
    let mut found = Vec::new();
    for word in ["from ", "import ", "import(", "new URL("] {
        for (at, _) in text.match_indices(word) {
            let rest = text[at + word.len()..].trim_start();
            if let Some(quote) = rest.chars().next().filter(|letter| ['\'', '"', '`'].contains(letter)) {
                let specifier = rest[1..].split(quote).next().unwrap_or_default();
                // Other URLs are not files of the repository.
                if word != "new URL(" || specifier.starts_with('.') {
                    found.push(specifier.to_string());
                }
            }
        }
    }
    found
}

fn without_block_comments(text: &str) -> String {
    let mut parts = text.split("/*");
    let mut code = parts.next().unwrap_or_default().to_string();
    code.extend(parts.filter_map(|part| part.split_once("*/").map(|(_, code)| code)));
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The target of a relative import inside the source folder; None when it leads out.
fn resolve(file: &Path, specifier: &str) -> Option<PathBuf> {
    let mut parts: Vec<&str> = file.parent()?.iter().filter_map(|part| part.to_str()).collect();
    for part in specifier.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.iter().collect())
}

fn package_offences(file: &Path, text: &str) -> Vec<Offence> {
    let from = first_part(file);
    let ok = |specifier: &String| {
        if let Some(target) = resolve(file, specifier).filter(|_| specifier.starts_with('.')) {
            // The readers of files and their libraries are an entry of their own, which the lab does without.
            let to = first_part(&target);
            return from == "data" || from == to || !["data", "vendor"].contains(&to.as_str());
        }
        // The generated modules are one folder up from pkg/src and from pkg/dist. A text with `${`, and the sentence that
        // recommends an entry, are no imports.
        let up = if file.components().count() > 1 { "../../wasm/" } else { "../wasm/" };
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        specifier.starts_with(up)
            || from == "vendor"
            || specifier.contains("${")
            || specifier == "metriclab/inline"
            || specifier.starts_with("node:") && stem.starts_with("node")
    };
    let wrong = specifiers(text).into_iter().filter(|specifier| !ok(specifier));
    wrong.map(|specifier| format!("pkg/src/{}: {specifier}", file.display())).collect()
}

/// Reference values, which the report page compares with: all that the page imports from outside of `www/src`.
const REFERENCE: &str = "../../../tests/golden/";

fn page_offences(file: &Path, text: &str) -> Vec<Offence> {
    specifiers(text).iter().filter_map(|specifier| page_offence(file, specifier)).collect()
}

fn page_offence(file: &Path, specifier: &str) -> Option<Offence> {
    let wrong = |why: &str| Some(format!("www/src/{}: {specifier} ({why})", file.display()));
    // A text with `${` is no import.
    if specifier.contains("${") {
        return None;
    }
    if !specifier.starts_with('.') {
        let component = ["lesson", "figures", "laboratory", "state", "uses", "embed", "element", "report"]
            .contains(&first_part(file).as_str());
        return if ["metriclab", "metriclab/data"].contains(&specifier)
            || (component && ["svelte", "svelte/reactivity"].contains(&specifier))
        {
            None
        } else {
            wrong("the page imports the package by its name, components import svelte, and that is all")
        };
    }
    if file.starts_with("report") && specifier.starts_with(REFERENCE) {
        return None;
    }
    let Some(target) = resolve(file, specifier) else { return wrong("leads out of www/src") };
    let (from, to) = (first_part(file), first_part(&target));
    if from == "views" && to == "views" && ![view(file), "page".into()].contains(&view(&target)) {
        return wrong("views do not import each other");
    }
    let (_, allowed) = PAGE.iter().find(|(folder, _)| *folder == from)?;
    if from == to || allowed.contains(&to.as_str()) { None } else { wrong(&format!("{from} -> {to}")) }
}

/// `views/map.ts`, `views/map.css` -> `map`; `views/triplet/facts.ts` -> `triplet`
fn view(file: &Path) -> String {
    first_part(file.strip_prefix("views").expect("a file of a view"))
}

fn offences(folder: &str, ending: &str, of: impl Fn(&Path, &str) -> Vec<Offence>) -> Vec<Offence> {
    let folder = root().join(folder);
    let found = files(&folder, ending);
    assert!(!found.is_empty(), "{} holds no .{ending} files, so nothing was checked", folder.display());
    let check = |path: &PathBuf| {
        let text = fs::read_to_string(path).expect("a source file can be read");
        of(path.strip_prefix(&folder).expect("it lies in the folder"), &text)
    };
    found.iter().flat_map(check).collect()
}

fn assert_none(offences: &[Offence]) {
    assert!(offences.is_empty(), "arrows that ARCHITECTURE.md does not allow:\n  {}", offences.join("\n  "));
}

#[test]
fn the_crate_keeps_its_arrows() {
    assert_none(&offences("src", "rs", crate_offences));
}

#[test]
fn the_package_imports_the_generated_wasm_only() {
    assert_none(&offences("pkg/src", "ts", package_offences));
}

#[test]
fn the_page_keeps_its_arrows() {
    assert_none(&offences("www/src", "ts", page_offences));
    assert_none(&offences("www/src", "svelte", page_offences));
}

#[test]
fn forbidden_arrows_in_rust_are_caught() {
    let caught = |file: &str, text: &str| !crate_offences(Path::new(file), text).is_empty();
    assert!(caught("losses/triplet.rs", "use crate::miners::Selection;"), "a loss imports a miner");
    assert!(caught("losses/mod.rs", "use crate::{error::Error, miners};"), "a miner in a group");
    assert!(
        caught("losses/mod.rs", "use crate::{\n  distances::{a, b},\n  miners::c,\n};"),
        "a group over lines"
    );
    assert!(caught("losses/margin.rs", "let x = crate::miners::mine();"), "a path in the code");
    assert!(caught("losses/mod.rs", "use super::miners::Miner;"), "by way of the parent");
    assert!(caught("distances/lp.rs", "pub(crate) use crate::wasm::Engine;"), "the core imports the door");
    assert!(caught("gadgets/mod.rs", ""), "a module that no table knows");
}

#[test]
fn allowed_arrows_in_rust_pass() {
    let offences = |file: &str, text: &str| crate_offences(Path::new(file), text);
    let text = "use crate::{distances::{self, Distance}, error::Result};\nuse crate::Error; // crate::miners";
    assert_eq!(offences("losses/triplet.rs", text), Vec::<Offence>::new(), "distances, error, and a comment");
    assert_eq!(
        offences("miners/mod.rs", "mod tests { use super::*; }"),
        Vec::<Offence>::new(),
        "its own tests"
    );
    assert_eq!(offences("lib.rs", "pub use crate::error::Error;"), Vec::<Offence>::new(), "the map is free");
}

#[test]
fn forbidden_arrows_in_typescript_are_caught() {
    let package = |text: &str| !package_offences(Path::new("lab.ts"), text).is_empty();
    assert!(package("import { x } from '../../www/src/store.ts';"), "the package imports the page");
    assert!(package("import lodash from 'lodash';"), "the package has no dependencies");
    let page = |file: &str, text: &str| !page_offences(Path::new(file), text).is_empty();
    assert!(page("views/map.ts", "import { y } from './curves';"), "one view imports another");
    assert!(
        page("views/triplet/facts.ts", "import { y } from '../map';"),
        "a part of a view imports another view"
    );
    assert!(page("render/first.ts", "import { y } from '../views/map.ts';"), "a renderer imports a view");
    assert!(
        page("geometry/zoom.ts", "import { y } from '../store/url.ts';"),
        "pure geometry imports the store"
    );
    assert!(page("views/map.ts", "import { UMAP } from 'umap-js';"), "a library that the page does not have");
    assert!(
        page("figures/plane.ts", "import { CHAPTERS } from '../lesson/chapters';"),
        "a figure knows its page"
    );
    assert!(page("words/en/page.ts", "import { mount } from 'svelte';"), "texts are texts");
    assert!(page("main.ts", "import { Lab } from '../../pkg/src/lab.ts';"), "around the package's name");
    assert!(page("main.ts", "const m = await import('metriclab/dist/worker.js');"), "into the package");
}

#[test]
fn allowed_arrows_in_typescript_pass() {
    let package = "import init from '../wasm/metriclab_cpu.js';\nexport * from './types.js';";
    assert_eq!(
        package_offences(Path::new("worker.ts"), package),
        Vec::<Offence>::new(),
        "wasm and its own files"
    );
    let page =
        "import type { Lab } from 'metriclab';\nimport { t } from '../i18n/index.ts';\nimport './map.css';";
    assert_eq!(
        page_offences(Path::new("views/map.ts"), page),
        Vec::<Offence>::new(),
        "the name, i18n, its style"
    );
    let part = "import type { Page } from '../page';\nimport { moved } from './taken';";
    assert_eq!(
        page_offences(Path::new("views/triplet/facts.ts"), part),
        Vec::<Offence>::new(),
        "its own parts"
    );
}
