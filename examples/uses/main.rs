//! The four uses on real data, each next to its baselines, and when one must retrain: `cargo run --example uses` prints the tables of docs/uses.md. With the
//! name of a use, a number of seeds and a share of the steps: `cargo run --example uses -- faces 2 0.1`.
#![allow(clippy::unwrap_used, reason = "a command-line example stops at the first error")]

mod cepstra;
mod recommendation;
mod retrain;
mod similar;
mod table;
mod words;

use table::Table;

const USES: [&str; 9] = [
    "faces",
    "voices",
    "speech",
    "speech-of-one-program",
    "products",
    "words",
    "packages",
    "films",
    "retraining",
];
const SEEDS: u64 = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let seeds = arguments.get(1).map_or(SEEDS, |text| text.parse().unwrap());
    let share: f64 = arguments.get(2).map_or(1.0, |text| text.parse().unwrap());
    let of = |steps: usize| (steps as f64 * share).ceil() as usize;
    for name in USES.into_iter().filter(|name| arguments.first().is_none_or(|wanted| wanted == name)) {
        println!("\n## {name}\n");
        let similar = |use_: similar::Use| {
            Table::of(seeds, |seed| similar::rows(&use_, seed, share)).print(&similar::COLUMNS);
        };
        let recommended = |path: &str| {
            Table::of(seeds, |seed| recommendation::rows(path, seed, share)).print(&recommendation::COLUMNS);
        };
        match name {
            "faces" => similar(similar::faces()),
            "voices" => similar(similar::voices()),
            "speech" => similar(similar::speech("")),
            "speech-of-one-program" => similar(similar::speech("klettres")),
            "products" => similar(similar::products()),
            "words" => Table::of(seeds, |seed| words::rows(seed, share)).print(&words::COLUMNS),
            "packages" => recommended(recommendation::PACKAGES),
            "films" => recommended(recommendation::FILMS),
            _ => Table::of(seeds, |seed| retrain::rows(seed, of(retrain::STEPS))).print(&retrain::columns()),
        }
    }
}
