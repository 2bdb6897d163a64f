//! Pictures by words: two towers learn which words belong to which emoji, and a hidden emoji, whose words nobody gave, is searched
//! for by its words.
//!
//! Words come to their tower in two ways: each as itself (a bag), or as what `MiniLM` knows of it (384 numbers, packed by
//! `node data/pack.mjs minilm`). Only the second one answers for words that no known emoji has.

use std::collections::HashSet;

use burn::tensor::Device;
use metriclab::datasets::Dataset;
use metriclab::networks::NetworkConfig;
use metriclab::random::Random;
use metriclab::towers::{End, Features, TowerConfig, TowerLoss, Towers, TowersConfig, ranking};
use pollster::block_on;
use serde::Deserialize;

use crate::recommendation::{bags, dots, read};
use crate::similar::dataset;
use crate::table::Row;

const STEPS: usize = 400;
const K: usize = 10;
const DIM: usize = 32;
/// One emoji in so many is hidden.
const HIDDEN: usize = 5;
/// Pixels of a side.
const SIDE: usize = 16;
const PICTURE: usize = 3 * SIDE * SIDE;
/// Known pictures whose words a hidden one borrows.
const ALIKE: usize = 5;
/// Drawing styles in training; the hidden pictures are of the first.
const STYLES: [&str; 2] = ["noto", "twemoji"];

#[derive(Deserialize)]
struct Words {
    en: Vocabulary,
}

#[derive(Deserialize)]
struct Vocabulary {
    words: Vec<String>,
    of: Vec<Vec<u32>>,
}

/// Where the words of the emoji lie.
const WORDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/words/emoji-words.json.gz");

/// The pictures of some emoji in a style, at 16 x 16, each number how much a colour is missing: 0 is white paper.
fn pictures(set: &Dataset, style: &str, emoji: &[u32]) -> Vec<f32> {
    let header = &set.header;
    let domain = header.domains.iter().position(|name| name == style).expect("a style of the set");
    let mut place = vec![0; header.classes.len()];
    for (at, &label) in set.labels.iter().enumerate() {
        if usize::from(set.domain_of[at]) == domain {
            place[usize::from(label)] = at;
        }
    }
    let (across, down) = (header.width / SIDE, header.height / SIDE);
    let pixels = header.height * header.width;
    let mut rows = vec![0.0; emoji.len() * PICTURE];
    for (row, &one) in rows.chunks_exact_mut(PICTURE).zip(emoji) {
        let sample = &set.samples()[place[one as usize] * 3 * pixels..][..3 * pixels];
        for (at, &value) in sample.iter().enumerate() {
            let (colour, y, x) = (at / pixels, at % pixels / header.width, at % header.width);
            row[(colour * SIDE + y / down) * SIDE + x / across] +=
                (1.0 - f32::from(value) / 255.0) / (across * down) as f32;
        }
    }
    rows
}

/// The emoji that one seed hides, and the words that training has.
struct Split {
    known: Vec<u32>,
    hidden: Vec<u32>,
    /// Words of the known emoji, and those of a hidden one that no known emoji has.
    learned: Vec<u32>,
    told: Vec<Vec<u32>>,
    strange: Vec<Vec<u32>>,
}

impl Split {
    fn new(of: &[Vec<u32>], seed: u64) -> Self {
        let mut order: Vec<u32> = (0..of.len() as u32).filter(|&at| !of[at as usize].is_empty()).collect();
        Random::new(seed).fork("split").shuffle(&mut order);
        let known = order.split_off(order.len() / HIDDEN);
        let mut learned: Vec<u32> = known.iter().flat_map(|&at| of[at as usize].iter().copied()).collect();
        learned.sort_unstable();
        learned.dedup();
        let part = |wanted: bool| {
            let own = |&at: &u32| {
                let words = of[at as usize].iter().copied();
                words.filter(|word| learned.binary_search(word).is_ok() == wanted).collect()
            };
            order.iter().map(own).collect()
        };
        let (told, strange) = (part(true), part(false));
        Self { known, hidden: order, learned, told, strange }
    }

    /// Known pictures, style after style, and places of their words among the learned ones.
    fn pairs(&self, of: &[Vec<u32>]) -> Vec<[u32; 2]> {
        let mut pairs = Vec::new();
        for style in 0..STYLES.len() {
            for (at, &emoji) in self.known.iter().enumerate() {
                for word in &of[emoji as usize] {
                    let place = self.learned.binary_search(word).expect("a word of a known emoji");
                    pairs.push([(style * self.known.len() + at) as u32, place as u32]);
                }
            }
        }
        pairs
    }
}

/// Recall and NDCG of each hidden emoji's own picture; emoji without such words do not count.
fn found(queries: &[Vec<u32>], mut scores: impl FnMut(usize) -> Vec<f32>) -> [Option<f64>; 2] {
    let own: Vec<Vec<u32>> = queries
        .iter()
        .enumerate()
        .map(|(at, words)| if words.is_empty() { vec![] } else { vec![at as u32] })
        .collect();
    let none = vec![Vec::new(); own.len()];
    let found = ranking::rank(&mut scores, own.len(), &none, &own, K).expect("hidden emoji with words");
    [Some(found.recall), Some(found.ndcg)]
}

/// Words of the known pictures that are most alike, rare ones first: the sum of ln(known / known that have the word). Pictures are
/// rows of `dim` numbers.
fn by_alike(split: &Split, of: &[Vec<u32>], [known, hidden]: [&[f32]; 2], dim: usize) -> [Option<f64>; 2] {
    let mut counts = vec![0_u32; of.iter().flatten().max().map_or(0, |&most| most as usize + 1)];
    split.known.iter().flat_map(|&at| &of[at as usize]).for_each(|&word| counts[word as usize] += 1);
    let weight = |word: u32| (split.known.len() as f32 / counts[word as usize] as f32).ln();
    let borrowed: Vec<Vec<HashSet<u32>>> = hidden
        .chunks_exact(dim)
        .map(|picture| {
            let gap = |other: &[f32]| picture.iter().zip(other).map(|(x, y)| (x - y).powi(2)).sum::<f32>();
            let mut order: Vec<(f32, usize)> =
                known.chunks_exact(dim).map(gap).enumerate().map(|(at, gap)| (gap, at)).collect();
            order.sort_by(|a, b| a.partial_cmp(b).expect("finite"));
            let emoji = |&(_, at): &(f32, usize)| split.known[at % split.known.len()] as usize;
            order[..ALIKE].iter().map(|near| of[emoji(near)].iter().copied().collect()).collect()
        })
        .collect();
    found(&split.told, |query| {
        let words = &split.told[query];
        let score = |alike: &Vec<HashSet<u32>>| {
            let has = |word: u32| alike.iter().filter(|own| own.contains(&word)).count() as f32;
            words.iter().map(|&word| weight(word) * has(word)).sum()
        };
        borrowed.iter().map(score).collect()
    })
}

/// How lists of words become what their tower takes.
type ToFeatures<'a> = &'a dyn Fn(&[Vec<u32>]) -> Features;

struct Trained {
    towers: Towers,
    known: Vec<f32>,
    pictures: Vec<f32>,
}

impl Trained {
    /// The words of known pictures, as the towers see which are alike.
    fn alike(&self, split: &Split, of: &[Vec<u32>]) -> [Option<f64>; 2] {
        by_alike(split, of, [&self.known, &self.pictures], DIM)
    }

    fn found(&self, queries: &[Vec<u32>], features: ToFeatures<'_>) -> [Option<f64>; 2] {
        let rows = block_on(self.towers.embed(End::Right, &features(queries))).expect("finite rows");
        found(queries, |query| dots(&rows[query * DIM..(query + 1) * DIM], &self.pictures))
    }
}

fn trained(
    split: &Split,
    of: &[Vec<u32>],
    [known, hidden]: [&[f32]; 2],
    (tower, features): (TowerConfig, ToFeatures<'_>),
    (seed, steps): (u64, usize),
) -> Trained {
    let pictures = |rows: &[f32]| Features::pictures(rows.to_vec(), [3, SIDE, SIDE]).expect("pictures");
    let config = TowersConfig {
        seed: seed as u32,
        dim: DIM,
        batch: 256,
        loss: TowerLoss::Ntxent { temperature: 0.1 },
        left: TowerConfig {
            network: NetworkConfig::Conv { channels: vec![16, 32] },
            ..TowerConfig::default()
        },
        right: tower,
        learning_rate: 3e-3,
        ..TowersConfig::default()
    };
    let words: Vec<Vec<u32>> = split.learned.iter().map(|&word| vec![word]).collect();
    let mut towers = Towers::new(config, pictures(known), features(&words), split.pairs(of), &Device::flex())
        .expect("good settings");
    block_on(towers.advance(steps)).expect("finite losses");
    let pictures = block_on(towers.embed(End::Left, &pictures(hidden))).expect("finite rows");
    let known = block_on(towers.embed_own(End::Left)).expect("finite rows");
    Trained { towers, known, pictures }
}

/// The columns of the table.
pub const COLUMNS: [&str; 4] =
    ["words it learned, Recall@10", "NDCG@10", "words it never saw, Recall@10", "NDCG@10"];

/// The rows of one seed. `share`: of the steps.
pub fn rows(seed: u64, share: f64) -> Vec<Row> {
    let steps = (STEPS as f64 * share).ceil() as usize;
    let set = dataset("data/packed/emoji.mlds.gz");
    let Vocabulary { words, of } = read::<Words>(WORDS).en;
    let split = Split::new(&of, seed);
    let known: Vec<f32> = STYLES.iter().flat_map(|style| pictures(&set, style, &split.known)).collect();
    let hidden = pictures(&set, STYLES[0], &split.hidden);
    let meanings = dataset("data/uses/packed/minilm.mlds.gz");
    assert_eq!(meanings.header.classes, words, "the words of the emoji: pack minilm again");
    let width = meanings.header.width;
    let mut vectors = Vec::new();
    (0..words.len()).for_each(|word| meanings.write_numbers_unchecked(word, &mut vectors));
    let themselves = |lists: &[Vec<u32>]| bags(lists, words.len());
    let means = |lists: &[Vec<u32>]| {
        let mean = |list: &Vec<u32>| -> Vec<f32> {
            let of = |word: u32, d: usize| vectors[word as usize * width + d];
            let sum = |d| list.iter().map(|&word| of(word, d)).sum::<f32>();
            (0..width).map(|d| sum(d) / list.len().max(1) as f32).collect()
        };
        Features::rows(lists.iter().flat_map(mean).collect(), width).expect("rows")
    };
    let (table, none) = (64, TowerConfig::default().table);
    let tower = |table| TowerConfig { network: NetworkConfig::Mlp { hidden: vec![] }, table };
    let of_bags = trained(&split, &of, [&known, &hidden], (tower(table), &themselves), (seed, steps));
    let of_means = trained(&split, &of, [&known, &hidden], (tower(none), &means), (seed, steps));
    let row = |name: &str, told: [Option<f64>; 2], strange: [Option<f64>; 2]| {
        (name.to_owned(), [told, strange].concat())
    };
    vec![
        row("words of what looks alike", by_alike(&split, &of, [&known, &hidden], PICTURE), [None; 2]),
        row("two towers, a word is itself", of_bags.found(&split.told, &themselves), [None; 2]),
        row(
            "two towers, a word by MiniLM",
            of_means.found(&split.told, &means),
            of_means.found(&split.strange, &means),
        ),
        row("words of what these towers find alike", of_means.alike(&split, &of), [None; 2]),
    ]
}
