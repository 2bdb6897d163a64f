//! Trains with the defaults on a packed data set and prints the scores: `cargo run --example train -- mnist 600`. A first
//! argument `--gpu` trains on the graphics card (feature `gpu`).
#![allow(clippy::unwrap_used, reason = "a command-line example stops at the first error")]

use std::io::Read;
use std::rc::Rc;
use std::time::Instant;

use burn::tensor::Device;
use metriclab::datasets::Dataset;
use metriclab::session::{Evaluation, Session, SessionConfig, Space};
use pollster::block_on;

/// Scores are printed this many times.
const REPORTS: usize = 6;

fn scores(evaluation: &Evaluation) -> String {
    let part = |name: &str, scores: &Option<metriclab::evaluation::retrieval::RetrievalScores>| {
        scores
            .as_ref()
            .map_or(String::new(), |s| format!("  {name} R@1 {:.3} MAP@R {:.3}", s.recall_at_1, s.map_at_r))
    };
    part("seen", &evaluation.seen) + &part("unseen", &evaluation.unseen)
}

fn device(gpu: bool) -> Device {
    #[cfg(feature = "gpu")]
    if gpu {
        return Device::wgpu_options().init().unwrap();
    }
    assert!(!gpu, "build with --features gpu");
    Device::flex()
}

fn main() {
    let mut arguments: Vec<String> = std::env::args().collect();
    let gpu = arguments.get(1).is_some_and(|argument| argument == "--gpu");
    if gpu {
        arguments.remove(1);
    }
    let name = arguments.get(1).map_or("mnist", String::as_str);
    let steps: usize = arguments.get(2).map_or(600, |steps| steps.parse().unwrap());
    let file = std::fs::File::open(format!("data/packed/{name}.mlds.gz")).unwrap();
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
    let dataset = Rc::new(Dataset::read(bytes).unwrap());

    let mut config = serde_json::to_value(SessionConfig::default_for(&dataset)).unwrap();
    for change in arguments.iter().skip(3) {
        // A JSON pointer and a JSON value: /loss={"kind":"softmax"}
        let (path, value) = change.split_once('=').unwrap();
        *config.pointer_mut(path).unwrap() = serde_json::from_str(value).unwrap();
    }
    println!("{config}");
    let config: SessionConfig = serde_json::from_value(config).unwrap();
    let mut session = Session::new(config, dataset, &device(gpu)).unwrap();
    println!("raw pixels {}", scores(&block_on(session.evaluate(Space::Raw, 5)).unwrap()));
    let mut seconds = 0.0;
    for _ in 0..REPORTS {
        let began = Instant::now();
        let report = block_on(session.advance(steps / REPORTS)).unwrap();
        seconds += began.elapsed().as_secs_f64();
        let loss = report.losses.iter().sum::<f32>() / report.losses.len() as f32;
        let active = report.active.iter().sum::<f32>() / report.active.len() as f32;
        let evaluation = block_on(session.evaluate(Space::Embedding, 5)).unwrap();
        println!(
            "step {:5}  {seconds:6.1} s  loss {loss:.4}  active {active:.3}{}",
            report.step,
            scores(&evaluation)
        );
    }
}
