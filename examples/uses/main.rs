//! The four uses on real data, each next to its baselines, and when one must retrain: `cargo run --example uses` prints the tables of docs/uses.md, and with
//! `--write` puts them there. With the name of a use, a number of seeds and a share of the steps: `cargo run --example uses -- faces 2 0.1`.
#![allow(clippy::unwrap_used, reason = "a command-line example stops at the first error")]

mod cepstra;
mod recommendation;
mod retrain;
mod similar;
mod table;
mod words;

use std::path::Path;

use table::Table;

/// Each use with the files that it needs.
const USES: [(&str, &[Needed]); 10] = [
    ("faces", &[("data/uses/packed/orl.mlds.gz", "node data/pack.mjs orl")]),
    ("drawn-faces", &[("data/packed/faces.mlds.gz", "node data/pack.mjs faces")]),
    ("voices", &[("data/uses/packed/vowels.mlds.gz", "node data/pack.mjs vowels")]),
    ("speech", &[SPEECH]),
    ("speech-of-one-program", &[SPEECH]),
    ("products", &[EMOJI]),
    ("words", &[EMOJI, ("data/uses/packed/minilm.mlds.gz", "node data/pack.mjs minilm")]),
    ("packages", &[]),
    ("films", &[("data/uses/packed/movielens.json.gz", "node data/interactions/movielens.mjs")]),
    ("retraining", &[("data/packed/hangul.mlds.gz", "node data/pack.mjs hangul")]),
];
/// A file, and the command that makes it.
type Needed = (&'static str, &'static str);
const SPEECH: Needed = ("data/uses/packed/speech.mlds.gz", "node data/pack.mjs speech");
const EMOJI: Needed = ("data/packed/emoji.mlds.gz", "node data/pack.mjs emoji");
const SEEDS: u64 = 5;

/// The page of results. A table follows the line `<!-- its name -->`.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/uses.md");

fn main() {
    let (options, arguments): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let write = options.iter().any(|option| option == "--write");
    let seeds = arguments.get(1).map_or(SEEDS, |text| text.parse().unwrap());
    let share: f64 = arguments.get(2).map_or(1.0, |text| text.parse().unwrap());
    for (name, files) in
        USES.into_iter().filter(|(name, _)| arguments.first().is_none_or(|wanted| wanted == name))
    {
        println!("\n## {name}\n");
        let missing =
            files.iter().find(|(file, _)| !Path::new(env!("CARGO_MANIFEST_DIR")).join(file).exists());
        if let Some((file, command)) = missing {
            println!("Left out, because `{file}` is not there. `{command}` makes it.");
            continue;
        }
        let table = measured(name, seeds, share);
        println!("{table}");
        if write {
            let page = std::fs::read_to_string(PAGE).unwrap();
            std::fs::write(PAGE, with_table(&page, name, &table)).unwrap();
        }
    }
}

/// The table of a use.
fn measured(name: &str, seeds: u64, share: f64) -> String {
    let similar = |use_: similar::Use| {
        Table::of(seeds, |seed| similar::rows(&use_, seed, share)).markdown(&similar::COLUMNS)
    };
    let recommended = |path: &str| {
        Table::of(seeds, |seed| recommendation::rows(path, seed, share)).markdown(&recommendation::COLUMNS)
    };
    match name {
        "faces" => similar(similar::faces()),
        "drawn-faces" => similar(similar::drawn_faces()),
        "voices" => similar(similar::voices()),
        "speech" => similar(similar::speech("")),
        "speech-of-one-program" => similar(similar::speech("klettres")),
        "products" => similar(similar::products()),
        "words" => Table::of(seeds, |seed| words::rows(seed, share)).markdown(&words::COLUMNS),
        "packages" => recommended(recommendation::PACKAGES),
        "films" => recommended(recommendation::FILMS),
        _ => {
            let steps = (retrain::STEPS as f64 * share).ceil() as usize;
            Table::of(seeds, |seed| retrain::rows(seed, steps)).markdown(&retrain::columns())
        }
    }
}

/// The page with another table in the place of this name.
fn with_table(page: &str, name: &str, table: &str) -> String {
    let place = format!("<!-- {name} -->\n\n");
    let (before, after) = page.split_once(&place).unwrap_or_else(|| panic!("docs/uses.md has no {place}"));
    let rest = after.split_once("\n\n").map_or("", |(_, rest)| rest);
    format!("{before}{place}{table}\n\n{rest}")
}
