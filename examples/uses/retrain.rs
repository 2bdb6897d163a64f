//! When must one retrain? Hangul syllables come in four waves of a hundred. An embedding that learned the first wave only is
//! compared with one that goes on with all syllables at each wave, with one that is trained anew, with the embedding of a
//! classifier, and with the classifier's own answer, whose head must grow at each wave.
//!
//! One picture of each syllable is registered. Pictures in three typefaces, in which nothing was trained, are the queries: each is
//! given the name of the nearest registered picture among all syllables of that time. The classifier itself needs no registered
//! picture: it answers with the largest of its logits.

use std::rc::Rc;

use burn::tensor::Device;
use metriclab::datasets::Dataset;
use metriclab::distances::Distance;
use metriclab::losses::{Loss, Softmax, Supcon};
use metriclab::neighbours::{self, Rows};
use metriclab::networks::NetworkConfig;
use metriclab::random::Random;
use metriclab::session::{BatchConfig, Samples, Session};
use pollster::block_on;

use crate::similar::{dataset, shared};
use crate::table::Row;

/// Classes of each wave, and how many waves there are.
const WAVE: usize = 100;
const WAVES: usize = 4;
/// Typefaces that training never sees.
const QUERIES: usize = 3;
/// Steps of each training.
pub const STEPS: usize = 400;
/// Fine-tuning takes one step where training anew takes so many.
const SHORTER: usize = 4;

/// One seed's order of syllables and typefaces.
struct World {
    all: Rc<Dataset>,
    /// Samples by class, in the order in which the classes come, and by typeface, those of the queries last.
    samples: Vec<Vec<u32>>,
    /// The registered typeface of each class.
    registered: Vec<usize>,
}

impl World {
    fn new(all: Rc<Dataset>, seed: u64) -> Self {
        let mut random = Random::new(seed).fork("waves");
        let mut classes: Vec<u16> = (0..all.header.classes.len() as u16).collect();
        random.shuffle(&mut classes);
        let mut typefaces: Vec<u8> = (0..all.header.domains.len() as u8).collect();
        random.shuffle(&mut typefaces);
        let find = |class: u16, typeface: u8| {
            let found = (0..all.count()).find(|&at| all.labels[at] == class && all.domain_of[at] == typeface);
            found.expect("every syllable in every typeface") as u32
        };
        let samples = classes[..WAVE * WAVES]
            .iter()
            .map(|&class| typefaces.iter().map(|&typeface| find(class, typeface)).collect())
            .collect();
        let known = typefaces.len() - QUERIES;
        let registered = (0..WAVE * WAVES).map(|_| random.below(known)).collect();
        Self { all, samples, registered }
    }

    /// The pictures of the first classes in the typefaces of training.
    fn training(&self, classes: usize) -> Rc<Dataset> {
        let known = self.samples[0].len() - QUERIES;
        let chosen: Vec<u32> = self.samples[..classes].iter().flat_map(|of| of[..known].to_vec()).collect();
        let mut header = self.all.header.clone();
        (header.count, header.domains) = (chosen.len(), Vec::new());
        header.classes.truncate(classes);
        let labels = (0..chosen.len()).map(|at| (at / known) as u16).collect();
        Rc::new(Dataset::new(header, self.bytes(&chosen), labels, Vec::new()).expect("a part of a data set"))
    }

    fn bytes(&self, chosen: &[u32]) -> Vec<u8> {
        let size = self.all.sample_len();
        chosen
            .iter()
            .flat_map(|&at| &self.all.samples()[at as usize * size..(at as usize + 1) * size])
            .copied()
            .collect()
    }

    /// Share of the queries that are named rightly among the first `classes`: those of the first wave, and all others.
    fn accuracy(&self, classes: usize, embed: &dyn Fn(&[u8], usize) -> Vec<f32>) -> [Option<f64>; 2] {
        let known = self.samples[0].len() - QUERIES;
        let registered: Vec<u32> =
            (0..classes).map(|class| self.samples[class][self.registered[class]]).collect();
        let asked: Vec<u32> = self.samples[..classes].iter().flat_map(|of| of[known..].to_vec()).collect();
        let rows = |chosen: &[u32]| embed(&self.bytes(chosen), chosen.len());
        let (references, queries) = (rows(&registered), rows(&asked));
        let dim = references.len() / classes;
        let [queries, references] = [("queries", &queries), ("references", &references)]
            .map(|(name, rows)| Rows::new(name, rows, dim).expect("finite rows"));
        let found =
            neighbours::nearest(queries, references, 1, Distance::Cosine).expect("rows of one length");
        right(classes, |at| found.indices[at] as usize)
    }

    /// The same of a classifier's own answers.
    fn answers(&self, classes: usize, session: &mut Session) -> [Option<f64>; 2] {
        let known = self.samples[0].len() - QUERIES;
        let asked: Vec<u32> = self.samples[..classes].iter().flat_map(|of| of[known..].to_vec()).collect();
        let rows =
            block_on(session.embed(Samples::Bytes(&self.bytes(&asked)), asked.len())).expect("finite rows");
        let head = Head::of(session);
        let dim = rows.len() / asked.len();
        right(classes, |at| head.answer(&rows[at * dim..(at + 1) * dim]))
    }
}

/// Share of the queries that are named rightly, `answer(query)`: those of the first wave, and all others.
fn right(classes: usize, answer: impl Fn(usize) -> usize) -> [Option<f64>; 2] {
    [0..WAVE, WAVE..classes].map(|range| {
        let queries = range.start * QUERIES..range.end * QUERIES;
        let count = queries.len();
        let right = queries.filter(|&at| answer(at) == at / QUERIES).count();
        (count > 0).then(|| right as f64 / count as f64)
    })
}

/// The last layer of a classifier.
struct Head {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl Head {
    fn of(session: &mut Session) -> Self {
        let file = block_on(session.save()).expect("numbers can be read");
        let file = safetensors::SafeTensors::deserialize(&file).expect("safetensors");
        let numbers = |name: &str| -> Vec<f32> {
            let bytes = file.tensor(name).expect("a classifier has a head").data();
            bytes.as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)).collect()
        };
        Self { weight: numbers("classifier.weight"), bias: numbers("classifier.bias") }
    }

    /// The class of the largest logit.
    fn answer(&self, row: &[f32]) -> usize {
        let classes = self.bias.len();
        let logit = |class: usize| {
            let products = row.iter().enumerate().map(|(at, x)| x * self.weight[at * classes + class]);
            products.sum::<f32>() + self.bias[class]
        };
        (0..classes).max_by(|&x, &y| logit(x).total_cmp(&logit(y))).expect("a class")
    }
}

fn trained(world: &World, classes: usize, loss: Loss, seed: u64, steps: usize) -> Session {
    let dataset = world.training(classes);
    let mut config = shared(&dataset, loss, seed);
    config.unseen_classes = 0;
    config.network = NetworkConfig::Conv { channels: vec![16, 32, 64] };
    config.batch = BatchConfig::new(32, 4);
    config.augment.shift = 2;
    let mut session = Session::new(config, dataset, &Device::flex()).expect("good settings");
    block_on(session.advance(steps)).expect("finite losses");
    session
}

/// Goes on with all syllables that came so far.
fn fine_tuned(world: &World, classes: usize, state: &[u8], steps: usize) -> Session {
    let mut session = Session::fine_tune(state, None, world.training(classes), &Device::flex())
        .expect("the same network on samples of the same shape");
    block_on(session.advance(steps)).expect("finite losses");
    session
}

/// The columns of the table.
pub fn columns() -> Vec<String> {
    stages().flat_map(|count| [format!("{count}: first {WAVE}"), format!("{count}: newer")]).collect()
}

fn stages() -> impl Iterator<Item = usize> {
    (1..=WAVES).map(|wave| wave * WAVE)
}

/// The rows of one seed.
pub fn rows(seed: u64, steps: usize) -> Vec<Row> {
    let world = World::new(dataset("data/packed/hangul.mlds.gz"), seed);
    let row = |name: String, at: &dyn Fn(usize) -> [Option<f64>; 2]| (name, stages().flat_map(at).collect());
    let raw = |bytes: &[u8], _: usize| bytes.iter().map(|&byte| f32::from(byte) / 255.0).collect();
    let mut rows = vec![row("pixels".into(), &|classes| world.accuracy(classes, &raw))];
    let losses: [(&str, Loss); 2] =
        [("SupCon", Supcon { temperature: 0.1 }.into()), ("classifier's embedding", Softmax::DEFAULT.into())];
    for (name, loss) in losses {
        rows.extend(of_loss(&world, name, loss, seed, steps));
    }
    rows
}

/// The scores of one way to go on, stage after stage; of a classifier its own answers', too.
struct Scores {
    nearest: Vec<Option<f64>>,
    own: Vec<Option<f64>>,
}

impl Scores {
    fn add(&mut self, world: &World, session: &mut Session, classes: usize) {
        let embed =
            |bytes: &[u8], count| block_on(session.embed(Samples::Bytes(bytes), count)).expect("finite rows");
        self.nearest.extend(world.accuracy(classes, &embed));
        if matches!(session.config().loss, Loss::Softmax(_)) {
            self.own.extend(world.answers(classes, session));
        }
    }
}

/// Trained once, fine-tuned at each wave, and trained anew at each.
fn of_loss(world: &World, name: &str, loss: Loss, seed: u64, steps: usize) -> Vec<Row> {
    let [mut once, mut tuned, mut anew] = [const { Scores { nearest: Vec::new(), own: Vec::new() } }; 3];
    let mut first = trained(world, WAVE, loss, seed, steps);
    let mut state = block_on(first.save()).expect("numbers can be read");
    for classes in stages() {
        once.add(world, &mut first, classes);
        if classes == WAVE {
            tuned.add(world, &mut first, classes);
            anew.add(world, &mut first, classes);
            continue;
        }
        let mut session = fine_tuned(world, classes, &state, steps.div_ceil(SHORTER));
        tuned.add(world, &mut session, classes);
        state = block_on(session.save()).expect("numbers can be read");
        anew.add(world, &mut trained(world, classes, loss, seed, steps), classes);
    }
    let ways = [("trained once", once), ("fine-tuned", tuned), ("trained anew", anew)];
    let nearest = ways.iter().map(|(way, scores)| (format!("{name}, {way}"), scores.nearest.clone()));
    let own =
        ways.iter().map(|(way, scores)| (format!("classifier's own answer, {way}"), scores.own.clone()));
    nearest.chain(own).filter(|row| !row.1.is_empty()).collect()
}
