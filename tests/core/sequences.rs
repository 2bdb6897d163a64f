//! Sequences of any length, of which what is not there changes nothing, and bags.

use std::rc::Rc;

use burn::tensor::Device;
use metriclab::datasets::{Dataset, SampleKind};
use metriclab::networks::NetworkConfig;
use metriclab::random::Random;
use metriclab::session::{Samples, Session, SessionConfig, Space};
use pollster::block_on;

const FEATURES: usize = 4;

/// 240 sequences of 3 to 24 frames, of 8 classes. A class is a direction in which its frames go up and down; the length tells
/// nothing of it.
fn waves() -> (Vec<Vec<f32>>, Vec<u16>) {
    let mut random = Random::new(7);
    let directions: Vec<f32> = (0..8 * FEATURES).map(|_| random.normal()).collect();
    let labels: Vec<u16> = (0..240).map(|at| (at % 8) as u16).collect();
    let sequences = labels.iter().map(|&label| {
        let direction = &directions[usize::from(label) * FEATURES..][..FEATURES];
        let (frames, start) = (3 + random.below(22), 6.0 * random.uniform());
        let number = |t: usize, x: f32, noise: f32| 5.0 + x * (start + t as f32).sin() + 0.2 * noise;
        (0..frames)
            .flat_map(|t| direction.iter().map(move |&x| (t, x)))
            .map(|(t, x)| number(t, x, random.normal()))
            .collect::<Vec<f32>>()
    });
    (sequences.collect(), labels)
}

fn of(sequences: &[Vec<f32>], labels: Vec<u16>) -> Dataset {
    let slices: Vec<&[f32]> = sequences.iter().map(Vec::as_slice).collect();
    Dataset::of_sequences("waves", &slices, FEATURES, labels).expect("sequences")
}

/// A sample of `width` frames, as the set stores it.
fn padded(sequence: &[f32], width: usize) -> Vec<f32> {
    let frames = sequence.len() / FEATURES;
    let mut sample = vec![0.0; (FEATURES + 1) * width];
    for t in 0..frames {
        (0..FEATURES).for_each(|feature| sample[feature * width + t] = sequence[t * FEATURES + feature]);
        sample[FEATURES * width + t] = 1.0;
    }
    sample
}

#[test]
fn sequences_train_by_default_and_survive_a_file() {
    let (sequences, labels) = waves();
    let set = of(&sequences, labels);
    assert_eq!(set.header.kind(), SampleKind::Sequences);
    assert_eq!(
        set.numbers(&[17]).expect("a sample"),
        padded(&sequences[17], set.header.width),
        "feature after feature"
    );
    let read = Dataset::read(set.write().expect("a file")).expect("what was written");
    assert_eq!(read, set, "round trip");
    let config = SessionConfig::default_for(&read);
    assert!(matches!(config.network, NetworkConfig::Conv1d { .. }), "{:?}", config.network);
    let mut session = Session::new(config, Rc::new(read), &Device::flex()).expect("defaults");
    let recall = |session: &mut Session, space| {
        block_on(session.evaluate(space, 5)).expect("scores").seen.expect("seen classes").recall_at_1
    };
    let raw = recall(&mut session, Space::Raw);
    block_on(session.advance(150)).expect("training goes on");
    let trained = recall(&mut session, Space::Embedding);
    assert!(trained > 0.9 && trained > raw + 0.2, "Recall@1 {trained}, raw {raw}");
}

#[test]
fn a_sequence_is_embedded_as_it_would_be_by_itself() {
    let (sequences, labels) = waves();
    let set = Rc::new(of(&sequences, labels.clone()));
    let mut config = SessionConfig::default_for(&set);
    config.augment.noise = 0.1;
    config.augment.erase = 0.5;
    let mut session = Session::new(config, set.clone(), &Device::flex()).expect("a configuration");
    block_on(session.advance(10)).expect("training goes on");
    let whole = block_on(session.embeddings()).expect("embeddings").to_vec();
    let state = block_on(session.save()).expect("a state");
    // The same weights on a set whose longest sequence has 40 frames.
    let mut longer = sequences.clone();
    longer[0] = longer[0].iter().copied().cycle().take(40 * FEATURES).collect();
    let longer = Rc::new(of(&longer, labels));
    let refused = Session::restore(&state, longer, &Device::flex()).err().expect("other data");
    assert_eq!(refused.code(), "session.state_invalid");
    let dim = session.config().embedding.dim;
    let width = set.header.width;
    for at in [1, 2, 3, 100] {
        let own = padded(&sequences[at], width);
        let found = block_on(session.embed(Samples::Floats(&own), 1)).expect("a sequence");
        for (a, b) in found.iter().zip(&whole[at * dim..]) {
            assert!((a - b).abs() < 1e-5, "sequence {at}: {a} and {b}");
        }
    }
    let mut broken = padded(&sequences[1], width);
    broken[(FEATURES + 1) * width - 1] = 1.0;
    let refused = block_on(session.embed(Samples::Floats(&broken), 1)).expect_err("a gap");
    assert_eq!(refused.code(), "config.invalid");
    assert!(refused.to_string().contains("sequence 0"), "{refused}");
}

#[test]
fn bags_are_counts_and_train_by_default() {
    let mut random = Random::new(8);
    let labels: Vec<u16> = (0..160).map(|at| (at % 8) as u16).collect();
    // Three of a class's five ids, and two of all.
    let bags: Vec<Vec<(u32, f32)>> = labels
        .iter()
        .map(|&label| {
            let own = random.choose(5, 3).into_iter().map(|at| u32::from(label) * 5 + at as u32);
            let mut bag: Vec<(u32, f32)> = own.map(|id| (id, 1.0)).collect();
            bag.extend((0..2).map(|_| (random.below(40) as u32, 1.0)));
            bag
        })
        .collect();
    let slices: Vec<&[(u32, f32)]> = bags.iter().map(Vec::as_slice).collect();
    let set = Dataset::of_bags("baskets", &slices, 40, labels).expect("bags");
    assert_eq!(set.numbers(&[9]).expect("a sample").iter().sum::<f32>(), 5.0, "five ids");
    let read = Dataset::read(set.write().expect("a file")).expect("what was written");
    assert_eq!((&read, read.header.kind()), (&set, SampleKind::Bags), "round trip");
    let config = SessionConfig::default_for(&read);
    assert!(matches!(config.network, NetworkConfig::Bag { .. }), "{:?}", config.network);
    let mut session = Session::new(config, Rc::new(read), &Device::flex()).expect("defaults");
    block_on(session.advance(80)).expect("training goes on");
    let found = block_on(session.evaluate(Space::Embedding, 5)).expect("scores").seen.expect("classes");
    assert!(found.recall_at_1 > 0.8, "Recall@1 {}", found.recall_at_1);
    let code =
        |bags: &[&[(u32, f32)]]| Dataset::of_bags("t", bags, 3, vec![0, 1]).expect_err("refused").code();
    assert_eq!(code(&[&[(0, 1.0)], &[(3, 1.0)]]), "index.out_of_range");
    assert_eq!(code(&[&[(0, 1.0)], &[(2, -1.0)]]), "data.invalid");
    assert_eq!(code(&[&[(0, f32::MAX), (0, f32::MAX)], &[]]), "data.not_finite");
}

#[test]
fn what_is_no_sequence_is_refused() {
    let two: [&[f32]; 2] = [&[1.0, 2.0], &[3.0]];
    let code = |found: metriclab::error::Result<Dataset>| found.expect_err("refused").code();
    assert_eq!(code(Dataset::of_sequences("t", &two, 2, vec![0, 1])), "shape.mismatch", "half a frame");
    assert_eq!(code(Dataset::of_sequences("t", &two, 0, vec![0, 1])), "shape.mismatch", "no feature");
    let empty: [&[f32]; 2] = [&[1.0], &[]];
    assert_eq!(code(Dataset::of_sequences("t", &empty, 1, vec![0, 1])), "data.invalid", "no frame");
    let none: [&[f32]; 0] = [];
    assert_eq!(code(Dataset::of_sequences("t", &none, 1, vec![])), "data.invalid", "no sequence");
    let broken: [&[f32]; 2] = [&[1.0], &[f32::NAN]];
    assert_eq!(code(Dataset::of_sequences("t", &broken, 1, vec![0, 1])), "data.not_finite");
    let (sequences, labels) = waves();
    let set = of(&sequences, labels);
    let mut config = SessionConfig::default_for(&set);
    config.augment.flip = true;
    let refused = Session::new(config, Rc::new(set), &Device::flex()).err().expect("no mirror");
    assert!(refused.to_string().contains("sequences"), "{refused}");
}
