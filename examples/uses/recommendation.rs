//! Recommendation by two towers, next to its baselines.
//!
//! Two sets of data. **Packages**: which Debian package needs which others; a package is a user, what it needs are its items, and an
//! item's words are the parts of its name and its section. **Films**: who gave which film four stars or more; a film's words are
//! those of its title, its genres and its decade. Three questions, each asked of users or items that training never saw:
//!
//! - **held out**: a fifth of each known user's items is hidden;
//! - **new user**: a tenth of the users is hidden, and comes with five items each;
//! - **new item**: a twentieth of the items is hidden, and comes with its words; ranked among the hidden items only.

use std::io::Read as _;

use burn::tensor::Device;
use metriclab::networks::NetworkConfig;
use metriclab::random::Random;
use metriclab::towers::{Bags, End, Features, TowerConfig, TowerLoss, Towers, TowersConfig, ranking};
use pollster::block_on;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::table::Row;

/// Steps of training of two towers.
const STEPS: usize = 800;
/// How often BPR sees each pair.
const ROUNDS: usize = 100;
const K: usize = 20;
/// Items that a new user comes with.
const CLICKS: usize = 5;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Graph {
    items: Vec<String>,
    words: Vec<String>,
    words_of: Vec<Vec<u32>>,
    users: Vec<Vec<u32>>,
}

/// Where the graph of Debian's packages lies.
pub const PACKAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/interactions/debian.json.gz");
/// Where `node data/interactions/movielens.mjs` puts the graph of films.
pub const FILMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/uses/packed/movielens.json.gz");

/// Reads a JSON file that gzip has compressed.
pub fn read<T: DeserializeOwned>(path: &str) -> T {
    let file = std::fs::read(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut json = String::new();
    flate2::read::GzDecoder::new(&file[..]).read_to_string(&mut json).expect("gzip");
    serde_json::from_str(&json).expect("JSON of this form")
}

/// The users and items that one seed hides.
struct Split {
    /// Known users' items in training.
    seen: Vec<Vec<u32>>,
    /// Known users' hidden items.
    held_out: Vec<Vec<u32>>,
    /// New users' first items, and the others.
    clicks: Vec<Vec<u32>>,
    rest: Vec<Vec<u32>>,
    /// Hidden items, and which of them each known user has.
    new_items: Vec<u32>,
    wanted: Vec<Vec<u32>>,
}

impl Split {
    fn new(graph: &Graph, seed: u64) -> Self {
        let mut random = Random::new(seed).fork("split");
        let mut items: Vec<u32> = (0..graph.items.len() as u32).collect();
        random.shuffle(&mut items);
        let new_items: Vec<u32> = items[..items.len() / 20].to_vec();
        let mut place = vec![None; items.len()];
        new_items.iter().enumerate().for_each(|(at, &item)| place[item as usize] = Some(at as u32));
        let mut users = graph.users.clone();
        random.shuffle(&mut users);
        let new_users = users.len() / 10;
        let mut split = Self {
            seen: Vec::new(),
            held_out: Vec::new(),
            clicks: Vec::new(),
            rest: Vec::new(),
            new_items,
            wanted: Vec::new(),
        };
        for (at, user) in users.iter().enumerate() {
            let (mut old, new): (Vec<u32>, Vec<u32>) =
                user.iter().partition(|&&item| place[item as usize].is_none());
            random.shuffle(&mut old);
            if at < new_users {
                if old.len() > CLICKS {
                    split.rest.push(old.split_off(CLICKS));
                    split.clicks.push(old);
                }
            } else if old.len() > 1 {
                split.held_out.push(old.split_off(old.len() - (old.len() / 5).max(1)));
                split.seen.push(old);
                split.wanted.push(new.iter().filter_map(|&item| place[item as usize]).collect());
            }
        }
        split
    }

    /// Users and items that belong together in training.
    fn pairs(&self) -> Vec<[u32; 2]> {
        let of_user = |(user, items): (usize, &Vec<u32>)| {
            items.iter().map(move |&item| [user as u32, item]).collect::<Vec<_>>()
        };
        self.seen.iter().enumerate().flat_map(of_user).collect()
    }
}

/// Recall and NDCG of the three questions; none where a method cannot answer.
type Answers = [Option<[f64; 2]>; 3];

fn ask(
    scores: impl FnMut(usize) -> Vec<f32>,
    items: usize,
    seen: &[Vec<u32>],
    right: &[Vec<u32>],
) -> [f64; 2] {
    let found = ranking::rank(scores, items, seen, right, K).expect("users with hidden items");
    [found.recall, found.ndcg]
}

fn popularity(graph: &Graph, split: &Split) -> Answers {
    let mut counts = vec![0.0_f32; graph.items.len()];
    split.seen.iter().flatten().for_each(|&item| counts[item as usize] += 1.0);
    let of = |seen: &[Vec<u32>], right: &[Vec<u32>]| ask(|_| counts.clone(), counts.len(), seen, right);
    [Some(of(&split.seen, &split.held_out)), Some(of(&split.clicks, &split.rest)), None]
}

/// Σ over the user's items i of |users of i and j| / √(|users of i| |users of j|). Sarwar et al. 2001.
fn item_neighbours(graph: &Graph, split: &Split) -> Answers {
    let n = graph.items.len();
    let mut together = vec![0.0_f32; n * n];
    for items in &split.seen {
        for &i in items {
            items.iter().for_each(|&j| together[i as usize * n + j as usize] += 1.0);
        }
    }
    let counts: Vec<f32> = (0..n).map(|i| together[i * n + i].max(1.0)).collect();
    let score = |items: &[u32]| {
        let mut scores = vec![0.0_f32; n];
        for &i in items {
            let row = &together[i as usize * n..(i as usize + 1) * n];
            for (j, score) in scores.iter_mut().enumerate() {
                *score += row[j] / (counts[i as usize] * counts[j]).sqrt();
            }
        }
        scores
    };
    let of = |seen: &[Vec<u32>], right: &[Vec<u32>]| ask(|user| score(&seen[user]), n, seen, right);
    [Some(of(&split.seen, &split.held_out)), Some(of(&split.clicks, &split.rest)), None]
}

/// Words in common with the user's items, rare words weighing more (the cosine of tf-idf).
fn words(graph: &Graph, split: &Split) -> Answers {
    let n = graph.items.len() as f32;
    let mut counts = vec![0.0_f32; graph.words.len()];
    graph.words_of.iter().flatten().for_each(|&word| counts[word as usize] += 1.0);
    let weight = |word: u32| (n / counts[word as usize]).ln();
    let profile = |items: &[u32]| {
        let mut sum = vec![0.0_f32; counts.len()];
        let all = items.iter().flat_map(|&item| &graph.words_of[item as usize]);
        all.for_each(|&word| sum[word as usize] += weight(word));
        sum
    };
    let score = |profile: &[f32], item: u32| {
        let words = &graph.words_of[item as usize];
        let length: f32 = words.iter().map(|&word| weight(word).powi(2)).sum::<f32>().sqrt();
        words.iter().map(|&word| profile[word as usize] * weight(word)).sum::<f32>() / length.max(1e-9)
    };
    let among = |items: &[u32], own: &[u32]| -> Vec<f32> {
        let profile = profile(own);
        items.iter().map(|&item| score(&profile, item)).collect()
    };
    let all: Vec<u32> = (0..graph.items.len() as u32).collect();
    let of =
        |seen: &[Vec<u32>], right: &[Vec<u32>]| ask(|user| among(&all, &seen[user]), all.len(), seen, right);
    let none = vec![Vec::new(); split.seen.len()];
    let new =
        ask(|user| among(&split.new_items, &split.seen[user]), split.new_items.len(), &none, &split.wanted);
    [Some(of(&split.seen, &split.held_out)), Some(of(&split.clicks, &split.rest)), Some(new)]
}

/// Lists of ids, each of weight 1.
pub fn bags(lists: &[Vec<u32>], ids: usize) -> Features {
    Features::Bags(Bags::of_ids(lists, ids).expect("ids within the table"))
}

fn config(loss: TowerLoss, seed: u64) -> TowersConfig {
    let tower = TowerConfig { network: NetworkConfig::Mlp { hidden: vec![128] }, table: 64 };
    TowersConfig {
        seed: seed as u32,
        dim: 64,
        batch: 512,
        loss,
        left: tower.clone(),
        right: tower,
        learning_rate: 3e-3,
        history: true,
        ..TowersConfig::default()
    }
}

/// The dot product of one row with each of many.
pub fn dots(user: &[f32], items: &[f32]) -> Vec<f32> {
    items.chunks_exact(user.len()).map(|item| item.iter().zip(user).map(|(x, y)| x * y).sum()).collect()
}

/// BPR (Rendle et al. 2009): a vector for each user and each item, and a bias for each item. A step raises σ(x(u,i) − x(u,j)) for an
/// item i that the user has and a random j that the user has not. It knows no new user and no new item.
fn bpr(graph: &Graph, split: &Split, seed: u64, rounds: usize) -> Answers {
    const RATE: f32 = 0.05;
    const DECAY: f32 = 0.01;
    let mut random = Random::new(seed).fork("bpr");
    // The last number of an item's vector is its bias: that of a user stays 1.
    let mut table = |count: usize, last: f32| -> Vec<[f32; 65]> {
        let mut row = || std::array::from_fn(|at| if at == 64 { last } else { 0.1 * random.normal() });
        (0..count).map(|_| row()).collect()
    };
    let mut users = table(split.seen.len(), 1.0);
    let mut items = table(graph.items.len(), 0.0);
    let mut pairs = split.pairs();
    for _ in 0..rounds {
        random.shuffle(&mut pairs);
        for &[user, item] in &pairs {
            let other = loop {
                let drawn = random.below(items.len());
                if !split.seen[user as usize].contains(&(drawn as u32)) {
                    break drawn;
                }
            };
            let [own, has, lacks] = [users[user as usize], items[item as usize], items[other]];
            let ahead: f32 = (0..65).map(|at| own[at] * (has[at] - lacks[at])).sum();
            let pull = 1.0 / (1.0 + ahead.exp());
            for at in 0..65 {
                if at < 64 {
                    users[user as usize][at] += RATE * (pull * (has[at] - lacks[at]) - DECAY * own[at]);
                }
                items[item as usize][at] += RATE * (pull * own[at] - DECAY * has[at]);
                items[other][at] -= RATE * (pull * own[at] + DECAY * lacks[at]);
            }
        }
    }
    let score = |user: usize| dots(&users[user], items.as_flattened());
    [Some(ask(score, graph.items.len(), &split.seen, &split.held_out)), None, None]
}

/// Users are what they have; items are their words and, once known, themselves.
fn two_towers(graph: &Graph, split: &Split, loss: TowerLoss, seed: u64, steps: usize) -> Answers {
    let (items, words) = (graph.items.len(), graph.words.len());
    let new: std::collections::HashSet<u32> = split.new_items.iter().copied().collect();
    let described: Vec<Vec<u32>> = (0..items as u32)
        .map(|item| {
            let own = (!new.contains(&item)).then_some(words as u32 + item);
            graph.words_of[item as usize].iter().copied().chain(own).collect()
        })
        .collect();
    let config = config(loss, seed);
    let (left, right) = (bags(&split.seen, items), bags(&described, words + items));
    let mut towers = Towers::new(config, left, right, split.pairs(), &Device::flex()).expect("good settings");
    block_on(towers.advance(steps)).expect("finite losses");
    let rows = block_on(towers.embed_own(End::Right)).expect("finite rows");
    let known = block_on(towers.embed_own(End::Left)).expect("finite rows");
    let fresh = block_on(towers.embed(End::Left, &bags(&split.clicks, items))).expect("finite rows");
    let row = |rows: &[f32], at: usize| rows[at * 64..(at + 1) * 64].to_vec();
    let of = |users: &[f32], seen: &[Vec<u32>], right: &[Vec<u32>]| {
        ask(|user| dots(&row(users, user), &rows), items, seen, right)
    };
    let new_rows: Vec<f32> = split.new_items.iter().flat_map(|&item| row(&rows, item as usize)).collect();
    let none = vec![Vec::new(); split.seen.len()];
    let new = ask(|user| dots(&row(&known, user), &new_rows), split.new_items.len(), &none, &split.wanted);
    [Some(of(&known, &split.seen, &split.held_out)), Some(of(&fresh, &split.clicks, &split.rest)), Some(new)]
}

/// The columns of the table.
pub const COLUMNS: [&str; 6] =
    ["held out, Recall@20", "NDCG@20", "new user, Recall@20", "NDCG@20", "new item, Recall@20", "NDCG@20"];

/// The rows of one seed, of the data at `path`. `share` of the steps and rounds are made.
pub fn rows(path: &str, seed: u64, share: f64) -> Vec<Row> {
    let of = |count: usize| (count as f64 * share).ceil() as usize;
    let graph: Graph = read(path);
    let split = Split::new(&graph, seed);
    let mut rows = vec![
        ("popularity", popularity(&graph, &split)),
        ("item-kNN", item_neighbours(&graph, &split)),
        ("words in common", words(&graph, &split)),
        ("BPR", bpr(&graph, &split, seed, of(ROUNDS))),
    ];
    for loss in TowerLoss::DEFAULTS {
        let name = match loss {
            TowerLoss::Ntxent { .. } => "two towers, NT-Xent",
            TowerLoss::Sigmoid { .. } => "two towers, sigmoid",
            TowerLoss::PairwiseLogistic { .. } => "two towers, pairwise logistic",
        };
        rows.push((name, two_towers(&graph, &split, loss, seed, of(STEPS))));
    }
    let flat = |answers: Answers| {
        answers.iter().flat_map(|found| [found.map(|two| two[0]), found.map(|two| two[1])]).collect()
    };
    rows.into_iter().map(|(name, answers)| (name.into(), flat(answers))).collect()
}
