//! Walks the recipes of CONTRIBUTING.md: the listed files exist, they name every loss, distance, view, data set and
//! language, and no other file keeps such a list by hand.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use metriclab::distances::Distance;
use metriclab::losses::Loss;
use serde_json::Value;

/// Folders in which a list could hide.
const SOURCES: [&str; 7] = ["src", "crates", "pkg/src", "www/src", "xtask/src", "data", "examples"];
/// Written by `cargo xtask generate`.
const GENERATED: &str = "pkg/src/generated/";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The files of a recipe, with placeholders like `<loss>`.
fn recipe(thing: &str) -> Vec<String> {
    let text = read("CONTRIBUTING.md");
    let heading = format!("## Recipe: {thing}\n");
    let start = text.find(&heading).unwrap_or_else(|| panic!("CONTRIBUTING.md has no recipe for {thing}"));
    let section = &text[start + heading.len()..];
    let section = section.split("\n## ").next().unwrap_or_default();
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
    let mut files: Vec<String> = Vec::new();
    for name in cells.flat_map(|cell| cell.split('`').step_by(2)).filter(|name| !name.is_empty()) {
        // A name without a folder lies next to the one before it.
        let folder = files.last().and_then(|before| before.rsplit_once('/')).map(|(folder, _)| folder);
        files.push(match folder {
            Some(folder) if !name.contains('/') => format!("{folder}/{name}"),
            _ => name.to_string(),
        });
    }
    assert!(files.len() >= 2, "the recipe for {thing} lists {files:?}");
    files
}

fn with_placeholder(files: &[String], filled: bool) -> impl Iterator<Item = &String> {
    files.iter().filter(move |file| file.contains('<') == filled)
}

/// `tupletMargin` -> `tuplet_margin`
fn snake(name: &str) -> String {
    name.chars().fold(String::new(), |mut text, letter| {
        if letter.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
        text
    })
}

/// `tupletMargin` -> `TupletMargin`
fn pascal(name: &str) -> String {
    name[..1].to_uppercase() + &name[1..]
}

/// Whether a text names it, in any of the spellings of Rust and TypeScript, as a word.
fn names(text: &str, name: &str) -> bool {
    let joins = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    [name.to_string(), snake(name), pascal(name)].iter().any(|word| {
        text.match_indices(word.as_str()).any(|(at, _)| {
            !joins(text[..at].chars().next_back()) && !joins(text[at + word.len()..].chars().next())
        })
    })
}

fn losses() -> Vec<String> {
    let kind = |loss: &Loss| serde_json::to_value(loss).expect("a loss is plain data")["kind"].clone();
    Loss::DEFAULTS.iter().filter_map(|loss| Some(kind(loss).as_str()?.to_string())).collect()
}

fn distances() -> Vec<String> {
    let name = |distance: &Distance| match serde_json::to_value(distance).expect("a distance is plain data") {
        Value::String(name) => Some(name),
        Value::Object(object) => object.keys().next().cloned(),
        _ => None,
    };
    Distance::ALL.iter().filter_map(name).collect()
}

/// The strings of a constant list in a TypeScript file.
fn listed(path: &str, constant: &str) -> Vec<String> {
    let text = read(path);
    let start = text.find(&format!("const {constant} = [")).unwrap_or_else(|| panic!("{path}: {constant}"));
    let list = text[start..].split_once('[').and_then(|(_, rest)| rest.split_once(']'));
    let list = list.map_or("", |(list, _)| list);
    list.split('\'').skip(1).step_by(2).map(str::to_string).collect()
}

fn folders(path: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(path)).expect("the folder can be read").flatten();
    entries
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && !["packed", "cache", "node_modules"].iter().any(|skipped| name == *skipped) {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| ["rs", "ts", "mjs"].iter().any(|known| end == *known)) {
            found.push(path);
        }
    }
}

/// Files outside the recipe that name most of the things: lists that will drift.
fn hidden_lists(things: &[String], files: &[String]) -> BTreeSet<String> {
    let mut paths = Vec::new();
    SOURCES.iter().for_each(|folder| sources(&root().join(folder), &mut paths));
    assert!(paths.len() > 100, "{} source files were found", paths.len());
    let relative = |path: &PathBuf| {
        path.strip_prefix(root()).expect("it lies in the repository").to_string_lossy().replace('\\', "/")
    };
    let is_list = |path: &PathBuf| {
        let text = fs::read_to_string(path).expect("a source file can be read");
        things.iter().filter(|thing| names(&text, thing)).count() * 2 > things.len()
    };
    let known = |path: &String| files.contains(path) || path.starts_with(GENERATED);
    paths.iter().filter(|path| is_list(path)).map(relative).filter(|path| !known(path)).collect()
}

/// Every file without a placeholder exists and names every thing.
fn assert_named(thing: &str, things: &[String], optional: &[&str]) {
    let files = recipe(thing);
    for file in with_placeholder(&files, false).filter(|file| !optional.contains(&file.as_str())) {
        let text = read(file);
        let missing: Vec<_> = things.iter().filter(|name| !names(&text, name)).collect();
        assert!(missing.is_empty(), "{file} does not name {missing:?}, but the recipe for {thing} says so");
    }
    optional.iter().for_each(|file| drop(read(file)));
}

fn assert_exist(thing: &str, placeholder: &str, names: &[String]) {
    let files = recipe(thing);
    for file in with_placeholder(&files, true).filter(|file| file.contains(placeholder)) {
        for name in names {
            let path = file.replace(placeholder, name);
            assert!(root().join(&path).is_file(), "{path} is in the recipe for {thing}, and is no file");
        }
    }
}

#[test]
fn every_loss_followed_the_recipe() {
    let losses = losses();
    assert_exist("a loss", "<loss>", &losses.iter().map(|name| snake(name)).collect::<Vec<_>>());
    // Not every loss has reference values.
    assert_named("a loss", &losses, &["examples/parity/entries.rs", "examples/parity/second.rs"]);
}

#[test]
fn every_distance_followed_the_recipe() {
    let distances = distances();
    assert_named("a distance", &distances, &[]);
    let mut families = Vec::new();
    sources(&root().join("src/distances"), &mut families);
    let texts: Vec<String> = families
        .iter()
        .filter(|path| !path.ends_with("mod.rs"))
        .map(|path| fs::read_to_string(path).expect("a source file can be read"))
        .collect();
    for name in &distances {
        assert!(texts.iter().any(|text| names(text, name)), "no file of a family names {name}");
    }
}

#[test]
fn every_view_followed_the_recipe() {
    let views = listed("www/src/store/settings.ts", "VIEWS");
    assert!(views.len() >= 4, "{views:?}");
    assert_named("a view", &views, &[]);
}

#[test]
fn every_data_set_followed_the_recipe() {
    let sets = folders("data/sets");
    assert!(sets.len() >= 3, "{sets:?}");
    assert_exist("a data set", "<set>", &sets);
}

#[test]
fn every_language_followed_the_recipe() {
    let mut languages = folders("www/src/words");
    languages.sort();
    assert_eq!(languages, ["en", "ko"]);
    assert_exist("a language", "<language>", &languages);
    let list = read("www/src/words/languages.ts");
    let files_of = |language: &String| {
        let files = fs::read_dir(root().join("www/src/words").join(language)).expect("a folder").flatten();
        files.map(|file| file.file_name()).collect::<BTreeSet<_>>()
    };
    for language in &languages {
        assert!(list.contains(&format!("{language}: '")), "{language} has no name in the list of languages");
        assert_eq!(files_of(language), files_of(&languages[0]), "{language}");
    }
}

#[test]
fn languages_are_listed_nowhere_else() {
    let known = recipe("a language");
    let mut paths = Vec::new();
    sources(&root().join("www/src"), &mut paths);
    assert!(paths.len() > 100, "{} source files were found", paths.len());
    for path in paths {
        let text = fs::read_to_string(&path).expect("a source file can be read");
        let relative = path.strip_prefix(root()).expect("it lies in the repository").to_string_lossy();
        let listed = text.contains("'en'") && text.contains("'ko'")
            || text.contains("words/ko") && text.contains("words/en");
        assert!(!listed || known.iter().any(|file| *file == relative), "{relative} lists the languages");
    }
}

#[test]
fn losses_and_distances_are_listed_nowhere_else() {
    for (thing, names) in [("a loss", losses()), ("a distance", distances())] {
        let hidden = hidden_lists(&names, &recipe(thing));
        assert!(hidden.is_empty(), "the recipe for {thing} misses {hidden:?}, which name most of them");
    }
}

#[test]
fn data_sets_are_listed_nowhere_else() {
    let mut paths = Vec::new();
    SOURCES.iter().for_each(|folder| sources(&root().join(folder), &mut paths));
    let sets = folders("data/sets");
    let skipped = root().join("data/sets");
    for path in paths.iter().filter(|path| !path.starts_with(&skipped)) {
        let text = fs::read_to_string(path).expect("a source file can be read");
        assert!(!sets.iter().all(|set| names(&text, set)), "{} names every data set", path.display());
    }
}

#[test]
fn spellings_are_told_apart() {
    assert_eq!(
        (snake("tupletMargin"), pascal("tupletMargin")),
        ("tuplet_margin".into(), "TupletMargin".into())
    );
    assert!(names("mod tuplet_margin;", "tupletMargin") && names("'loss.tupletMargin'", "tupletMargin"));
    assert!(!names("large_margin_softmax", "margin") && !names("Softmaxes", "softmax"));
}
