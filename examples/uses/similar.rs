//! Uses in which what is compared is of one kind: faces, voices, products. Classes that training never saw are verified, searched
//! for, and told from the known ones.

use std::io::Read as _;
use std::rc::Rc;

use burn::tensor::Device;
use metriclab::datasets::{Dataset, Split};
use metriclab::distances::Distance;
use metriclab::losses::{Loss, ProxyAnchor, Softmax, Supcon};
use metriclab::miners::{Miner, MinerConfig};
use metriclab::networks::NetworkConfig;
use metriclab::random::Random;
use metriclab::session::{BatchConfig, Session, SessionConfig, Space};
use pollster::block_on;

use crate::cepstra::voiceprints;
use crate::table::Row;

/// One use.
pub struct Use {
    /// The packed file, from the root of the repository.
    pub file: &'static str,
    /// Classes held out.
    pub unseen: usize,
    /// The body of the network.
    pub network: NetworkConfig,
    /// Classes in a batch, and samples of each.
    pub batch: (usize, usize),
    /// Steps of training.
    pub steps: usize,
    /// Augmentation of pictures: degrees and pixels.
    pub turned: (f64, usize),
    /// With what the name of a class begins that may be held out.
    pub strangers: &'static str,
    /// A second baseline without learning; the first compares the samples' own numbers.
    pub summary: Option<Summary>,
}

/// A row of numbers for each sample.
pub struct Summary {
    pub name: &'static str,
    pub of: fn(&Dataset) -> Dataset,
}

pub fn faces() -> Use {
    Use {
        file: "data/uses/packed/orl.mlds.gz",
        unseen: 12,
        network: NetworkConfig::Conv { channels: vec![16, 32, 64] },
        batch: (28, 4),
        steps: 300,
        turned: (8.0, 2),
        strangers: "",
        summary: None,
    }
}

pub fn drawn_faces() -> Use {
    Use {
        file: "data/packed/faces.mlds.gz",
        unseen: 60,
        network: NetworkConfig::Conv { channels: vec![16, 32, 64] },
        batch: (32, 4),
        steps: 400,
        turned: (8.0, 2),
        strangers: "",
        summary: None,
    }
}

pub fn voices() -> Use {
    Use {
        file: "data/uses/packed/vowels.mlds.gz",
        unseen: 3,
        network: NetworkConfig::Conv1d { channels: vec![32, 64] },
        batch: (6, 16),
        steps: 300,
        turned: (0.0, 0),
        strangers: "",
        summary: None,
    }
}

/// `strangers`: with what the names of those begin who may be held out.
pub fn speech(strangers: &'static str) -> Use {
    Use {
        file: "data/uses/packed/speech.mlds.gz",
        unseen: 12,
        network: NetworkConfig::Conv1d { channels: vec![32, 64] },
        batch: (16, 4),
        steps: 200,
        turned: (0.0, 0),
        strangers,
        summary: Some(Summary { name: "mean and deviation of cepstra", of: voiceprints }),
    }
}

pub fn products() -> Use {
    Use {
        file: "data/packed/emoji.mlds.gz",
        unseen: 320,
        network: NetworkConfig::Conv { channels: vec![16, 32, 64] },
        batch: (64, 3),
        steps: 600,
        turned: (0.0, 2),
        strangers: "",
        summary: None,
    }
}

/// A packed data set.
pub fn dataset(file: &str) -> Rc<Dataset> {
    let path = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
    let file =
        std::fs::File::open(&path).unwrap_or_else(|_| panic!("{path} is not packed: see docs/uses.md"));
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).expect("gzip");
    Rc::new(Dataset::read(bytes).expect("a packed data set"))
}

/// The same samples, their classes in another order: a session holds out the classes of certain places, so each seed holds out
/// others. The names of those begin as a use wants it.
fn shuffled(dataset: &Dataset, use_: &Use, seed: u64) -> Rc<Dataset> {
    let names = &dataset.header.classes;
    let mut place: Vec<u16> = (0..names.len() as u16).collect();
    Random::new(seed).fork("classes").shuffle(&mut place);
    let split = Split::new(&dataset.labels, names.len(), use_.unseen).expect("enough classes");
    let held_out = |place: &[u16], class: usize| split.unseen_classes.contains(&place[class]);
    let wanted = |class: usize| names[class].starts_with(use_.strangers);
    for class in 0..names.len() {
        if held_out(&place, class) && !wanted(class) {
            let other = (0..names.len()).find(|&other| wanted(other) && !held_out(&place, other));
            place.swap(class, other.expect("as many as are held out"));
        }
    }
    let mut header = dataset.header.clone();
    place.iter().zip(names).for_each(|(&at, name)| header.classes[usize::from(at)].clone_from(name));
    let labels = dataset.labels.iter().map(|&label| place[usize::from(label)]).collect();
    let samples = dataset.samples().to_vec();
    Rc::new(
        Dataset::new(header, samples, labels, dataset.domain_of.clone()).expect("the samples of a data set"),
    )
}

/// The losses that are compared, by the names of the rows.
fn losses() -> [(&'static str, Loss); 3] {
    [
        ("classifier's embedding", Softmax::DEFAULT.into()),
        ("SupCon", Supcon { temperature: 0.1 }.into()),
        ("ProxyAnchor", ProxyAnchor::DEFAULT.into()),
    ]
}

/// Every training uses these settings: embeddings of 64 numbers, compared by cosine, without a miner.
pub fn shared(dataset: &Dataset, loss: Loss, seed: u64) -> SessionConfig {
    let mut config = SessionConfig::default_for(dataset);
    config.seed = seed as u32;
    config.embedding.dim = 64;
    // A classifier by dot products has embeddings of any length.
    config.embedding.normalize = !matches!(loss, Loss::Softmax(_));
    config.distance = Distance::Cosine;
    config.miner = MinerConfig::of(Miner::None);
    config.loss = loss;
    config
}

fn config(use_: &Use, dataset: &Dataset, loss: Loss, seed: u64) -> SessionConfig {
    let mut config = shared(dataset, loss, seed);
    config.unseen_classes = use_.unseen;
    config.network = use_.network.clone();
    config.batch = BatchConfig::new(use_.batch.0, use_.batch.1);
    (config.augment.rotate, config.augment.shift) = use_.turned;
    config.optimizer.class_rate = 10.0;
    config
}

/// Recall@1 of the unseen, their equal error rate and false non-matches at 1 % false matches, and how many of the known are named
/// rightly while one stranger in ten is taken for one of them.
fn scores(session: &mut Session, space: Space) -> Vec<Option<f64>> {
    let found = block_on(session.evaluate(space, 5)).expect("an evaluation").unseen;
    let measures = block_on(session.measures(space)).expect("measures");
    let verified = measures.unseen.map(|part| part.verification);
    vec![
        found.map(|scores| scores.recall_at_1),
        verified.as_ref().map(|found| found.eer),
        verified.as_ref().map(|found| found.at_fmr[1].fnmr),
        measures.open_set.map(|open| open.dir_at_far[0]),
    ]
}

/// The scores of rows made without learning, on the same classes.
fn of_summary(use_: &Use, summary: Dataset, seed: u64) -> Vec<Option<f64>> {
    let mut config = SessionConfig::default_for(&summary);
    (config.seed, config.unseen_classes) = (seed as u32, use_.unseen);
    let session = Session::new(config, Rc::new(summary), &Device::flex());
    scores(&mut session.expect("good settings"), Space::Raw)
}

/// The columns of the table.
pub const COLUMNS: [&str; 4] =
    ["Recall@1", "EER", "refused at FMR 1 %", "known named, 10 % of strangers accepted"];

/// The rows of one seed. `share`: of the steps.
pub fn rows(use_: &Use, seed: u64, share: f64) -> Vec<Row> {
    let dataset = shuffled(&dataset(use_.file), use_, seed);
    let steps = (use_.steps as f64 * share).ceil() as usize;
    let mut rows = Vec::new();
    for (name, loss) in losses() {
        let config = config(use_, &dataset, loss, seed);
        let mut session = Session::new(config, Rc::clone(&dataset), &Device::flex()).expect("good settings");
        if rows.is_empty() {
            rows.push(("the numbers themselves".into(), scores(&mut session, Space::Raw)));
            if let Some(Summary { name, of }) = &use_.summary {
                rows.push(((*name).into(), of_summary(use_, of(&dataset), seed)));
            }
        }
        block_on(session.advance(steps)).expect("finite losses");
        rows.push((name.into(), scores(&mut session, Space::Embedding)));
    }
    rows
}
