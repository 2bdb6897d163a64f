//! Trains every loss on MNIST with the same network, batches and seeds, and writes docs/losses.md:
//! `cargo run --example losses_table` takes about 25 minutes of one core and needs `npm run data` first. Two numbers choose seeds
//! and steps: `cargo run --example losses_table -- 2 50`. With names of losses it prints their rows and writes no file:
//! `cargo run --example losses_table -- 5 200 smoothAp pnp`.
//!
//! Three of the ten digits are held out of training. Closed set: test pictures of the seven digits trained on. Open set: all
//! pictures of the three. Each loss has its default settings and the distance that it was written for.

use std::fmt::Write as _;
use std::io::Read as _;
use std::rc::Rc;
use std::time::Instant;

use burn::tensor::Device;
use metriclab::datasets::Dataset;
use metriclab::evaluation::RetrievalScores;
use metriclab::losses::{Boundary, Loss, Margin, Softmax, Triplet, Wiring};
use metriclab::miners::{Miner, MinerConfig};
use metriclab::networks::NetworkConfig;
use metriclab::session::{BatchConfig, Evaluation, Session, SessionConfig, Space};
use pollster::block_on;

const SEEDS: u32 = 5;
const STEPS: usize = 200;
const HELD_OUT: usize = 3;

/// R@1 and MAP@R, in percent.
type Scores = [f64; 2];

fn main() {
    let arguments: Vec<u32> = std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    let seeds = arguments.first().copied().unwrap_or(SEEDS);
    let steps = arguments.get(1).map_or(STEPS, |&steps| steps as usize);
    let dataset = mnist();
    let began = Instant::now();
    let mut lines = String::new();
    let raw = evaluate(&mut session(&dataset, config(&dataset, Softmax {}.into(), 1)), Space::Raw);
    let (seen, unseen) = scores(&raw);
    let _ = writeln!(
        lines,
        "| *raw pixels* | | cosine | {:.1} | {:.1} | {:.1} | {:.1} |",
        seen[0], seen[1], unseen[0], unseen[1]
    );
    print!("{lines}");
    let wanted: Vec<String> = std::env::args().skip(3).collect();
    for (name, loss) in rows().into_iter().filter(|(name, _)| wanted.is_empty() || wanted.contains(name)) {
        let mut found: Vec<(Scores, Scores)> = Vec::new();
        let mut settings = config(&dataset, loss, 1);
        for seed in 1..=seeds {
            settings.seed = seed;
            let mut session = session(&dataset, settings.clone());
            block_on(session.advance(steps)).expect("training goes on");
            found.push(scores(&evaluate(&mut session, Space::Embedding)));
        }
        let cell = |of: &dyn Fn(&(Scores, Scores)) -> f64| {
            let values: Vec<f64> = found.iter().map(of).collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let square = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
            let deviation = (square / (values.len().max(2) - 1) as f64).sqrt();
            format!("{mean:.1} ± {deviation:.1}")
        };
        let wiring = match loss.wiring() {
            Wiring::Siamese => "pairs",
            Wiring::Triplet => "triplets",
            Wiring::Classifier => "classes",
            Wiring::TwoView => "two views",
        };
        let distance = serde_json::to_value(settings.distance).ok();
        let distance = distance.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
        let line = format!(
            "| {name} | {wiring} | {distance} | {} | {} | {} | {} |",
            cell(&|s| s.0[0]),
            cell(&|s| s.0[1]),
            cell(&|s| s.1[0]),
            cell(&|s| s.1[1])
        );
        println!("{line}   {:.0} s", began.elapsed().as_secs_f64());
        let _ = writeln!(lines, "{line}");
    }
    if !wanted.is_empty() {
        return;
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/losses.md");
    let text = document(&lines, seeds, steps, &config(&dataset, Softmax {}.into(), 1)) + &remarks(path);
    std::fs::write(path, text).expect("docs can be written");
    println!("{path}");
}

fn mnist() -> Rc<Dataset> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/packed/mnist.mlds.gz");
    let packed = std::fs::read(path).expect("MNIST is packed: run `npm run data` first");
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut bytes).expect("the file is gzip");
    Rc::new(Dataset::read(bytes).expect("the file is a packed set"))
}

/// Every loss with its defaults, and three variants with other common settings.
fn rows() -> Vec<(String, Loss)> {
    let mut rows: Vec<(String, Loss)> = Loss::DEFAULTS.iter().map(|loss| (loss.name(), *loss)).collect();
    rows.insert(
        2,
        ("triplet, margin 0.2, semi-hard".into(), Triplet { margin: 0.2, ..Triplet::DEFAULT }.into()),
    );
    rows.insert(3, ("triplet, softplus".into(), Triplet { smooth: true, ..Triplet::DEFAULT }.into()));
    rows.insert(
        5,
        (
            "margin, β learned for each class".into(),
            Margin { boundary: Boundary::PerClass, ..Margin::DEFAULT }.into(),
        ),
    );
    rows
}

fn config(dataset: &Dataset, loss: Loss, seed: u32) -> SessionConfig {
    let mut config = SessionConfig::default_for(dataset);
    config.seed = seed;
    config.unseen_classes = HELD_OUT;
    config.network = NetworkConfig::Conv { channels: vec![16, 32] };
    config.batch = BatchConfig::new(7, 12);
    config.loss = loss;
    config.distance = loss.facts().written_for;
    let semihard = matches!(loss, Loss::Triplet(Triplet { margin, .. }) if margin > 0.1);
    config.miner = MinerConfig::of(if semihard { Miner::Semihard } else { Miner::None });
    config.embedding.normalize = loss.fitting_normalize(true);
    config
}

fn session(dataset: &Rc<Dataset>, config: SessionConfig) -> Session {
    Session::new(config, dataset.clone(), &Device::flex()).expect("the configuration fits MNIST")
}

fn evaluate(session: &mut Session, space: Space) -> Evaluation {
    block_on(session.evaluate(space, 10)).expect("the set can be evaluated")
}

fn scores(evaluation: &Evaluation) -> (Scores, Scores) {
    let of = |scores: &Option<RetrievalScores>| {
        let scores = scores.as_ref().expect("there are seen and unseen classes");
        [100.0 * scores.recall_at_1, 100.0 * scores.map_at_r]
    };
    (of(&evaluation.seen), of(&evaluation.unseen))
}

fn document(lines: &str, seeds: u32, steps: usize, config: &SessionConfig) -> String {
    format!(
        "# Every loss on MNIST\n\n\
         Written by `cargo run --example losses_table` on {}. Mean ± standard deviation over {seeds} seeds, in percent.\n\n\
         All losses train the same convolutional network (16 and 32 channels, stride 2) with an embedding of {} numbers:\n\
         {steps} steps of Adam at {}, batches of 7 digits with 12 pictures each, shifts of up to 2 pixels. **Nothing is tuned\n\
         for a loss.** Each has its default settings and the distance that it was written for. So the table shows how the\n\
         defaults do after a few seconds of training; it does not show which loss is best. Proxies and class weights learn at\n\
         the network's rate, which is slow for some of them.\n\n\
         {HELD_OUT} digits are held out of training. Closed set: test pictures of the 7 digits trained on. Open set: all\n\
         pictures of the other {HELD_OUT}. Each picture looks for its digit among all others of its set. Losses of two views\n\
         take two pictures of a digit as two views of one thing; they see no other label.\n\n\
         | loss | looks at | distance | closed R@1 | closed MAP@R | open R@1 | open MAP@R |\n\
         |---|---|---|---|---|---|---|\n{lines}",
        today(),
        config.embedding.dim,
        config.optimizer.learning_rate
    )
}

/// The remarks below the table, written by hand with their date.
fn remarks(path: &str) -> String {
    let old = std::fs::read_to_string(path).unwrap_or_default();
    old.find("\n## Reading the table").map_or_else(String::new, |at| old[at..].into())
}

fn today() -> String {
    let date = std::process::Command::new("date").arg("+%Y-%m-%d").output();
    date.map_or_else(|_| "an unknown day".into(), |date| String::from_utf8_lossy(&date.stdout).trim().into())
}
