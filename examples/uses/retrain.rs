//! When must one retrain? Hangul syllables come in four waves of a hundred. An embedding that learned the first wave only is
//! compared with one that goes on with all syllables at each wave, with one that is trained anew, and with the embedding of a
//! classifier, whose head must grow at each.
//!
//! One picture of each syllable is registered. Pictures in three typefaces, in which nothing was trained, are the queries: each is
//! given the name of the nearest registered picture among all syllables of that time.

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
        let right = |range: std::ops::Range<usize>| {
            let queries = range.start * QUERIES..range.end * QUERIES;
            let count = queries.len();
            let right = queries.filter(|&at| found.indices[at] as usize == at / QUERIES).count();
            (count > 0).then(|| right as f64 / count as f64)
        };
        [right(0..WAVE), right(WAVE..classes)]
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
        let train = |classes| trained(&world, classes, loss, seed, steps);
        let ask = |session: &Session, classes| {
            world.accuracy(classes, &|bytes, count| {
                block_on(session.embed(Samples::Bytes(bytes), count)).expect("finite rows")
            })
        };
        let mut first = train(WAVE);
        rows.push(row(format!("{name}, trained once"), &|classes| ask(&first, classes)));
        // A classifier's head has no place for a new syllable.
        if matches!(loss, Loss::Supcon(_)) {
            let mut state = block_on(first.save()).expect("numbers can be read");
            let mut tuned = ask(&first, WAVE).to_vec();
            for classes in stages().skip(1) {
                let mut session = fine_tuned(&world, classes, &state, steps.div_ceil(SHORTER));
                tuned.extend(ask(&session, classes));
                state = block_on(session.save()).expect("numbers can be read");
            }
            rows.push((format!("{name}, fine-tuned"), tuned));
        }
        rows.push(row(format!("{name}, trained anew"), &|classes| {
            if classes == WAVE { ask(&first, classes) } else { ask(&train(classes), classes) }
        }));
    }
    rows
}
