//! Recommendation by two towers, next to its baselines.
//!
//! The data: which Debian package needs which others (`data/interactions`). A package is a user, what it needs are its items; items
//! have words: parts of their name, and their section. Three questions, each asked of users or items that training never saw:
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

use crate::table::Row;

/// Steps of training.
pub const STEPS: usize = 800;
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

fn graph() -> Graph {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/interactions/debian.json.gz");
    let file = std::fs::read(path).expect("the file is in the repository");
    let mut json = String::new();
    flate2::read::GzDecoder::new(&file[..]).read_to_string(&mut json).expect("gzip");
    serde_json::from_str(&json).expect("a graph")
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

fn bags(lists: &[Vec<u32>], ids: usize) -> Features {
    Features::Bags(Bags::of_ids(lists, ids).expect("ids within the table"))
}

fn config(loss: TowerLoss, seed: u64, hidden: &[usize], history: bool) -> TowersConfig {
    let tower = TowerConfig { network: NetworkConfig::Mlp { hidden: hidden.to_vec() }, table: 64 };
    TowersConfig {
        seed: seed as u32,
        dim: 64,
        batch: 512,
        loss,
        left: tower.clone(),
        right: tower,
        learning_rate: 3e-3,
        history,
        ..TowersConfig::default()
    }
}

fn dots(user: &[f32], items: &[f32]) -> Vec<f32> {
    items.chunks_exact(user.len()).map(|item| item.iter().zip(user).map(|(x, y)| x * y).sum()).collect()
}

/// BPR: a vector for each user and each item, the pairwise logistic loss. It knows no new user and no new item.
fn bpr(graph: &Graph, split: &Split, seed: u64, steps: usize) -> Answers {
    let one_each = |count: usize| -> Vec<Vec<u32>> { (0..count as u32).map(|id| vec![id]).collect() };
    let (users, items) = (split.seen.len(), graph.items.len());
    let config = config(TowerLoss::PairwiseLogistic { temperature: 0.1 }, seed, &[], false);
    let [left, right] = [users, items].map(|count| bags(&one_each(count), count));
    let mut towers = Towers::new(config, left, right, split.pairs(), &Device::flex()).expect("good settings");
    block_on(towers.advance(steps)).expect("finite losses");
    let users = block_on(towers.embed_own(End::Left)).expect("finite rows");
    let items = block_on(towers.embed_own(End::Right)).expect("finite rows");
    let score = |user: usize| dots(&users[user * 64..(user + 1) * 64], &items);
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
    let config = config(loss, seed, &[128], true);
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

/// The rows of one seed.
pub fn rows(seed: u64, steps: usize) -> Vec<Row> {
    let graph = graph();
    let split = Split::new(&graph, seed);
    let mut rows = vec![
        ("popularity", popularity(&graph, &split)),
        ("item-kNN", item_neighbours(&graph, &split)),
        ("words in common", words(&graph, &split)),
        ("BPR", bpr(&graph, &split, seed, steps)),
    ];
    for loss in TowerLoss::DEFAULTS {
        let name = match loss {
            TowerLoss::Ntxent { .. } => "two towers, NT-Xent",
            TowerLoss::Sigmoid { .. } => "two towers, sigmoid",
            TowerLoss::PairwiseLogistic { .. } => "two towers, pairwise logistic",
        };
        rows.push((name, two_towers(&graph, &split, loss, seed, steps)));
    }
    let flat = |answers: Answers| {
        answers.iter().flat_map(|found| [found.map(|two| two[0]), found.map(|two| two[1])]).collect()
    };
    rows.into_iter().map(|(name, answers)| (name.into(), flat(answers))).collect()
}
