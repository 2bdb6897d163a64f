//! Sessions that train: on generated bars, which need no registry, and on the packed sets.

use std::rc::Rc;

use burn::tensor::Device;
use metriclab::datasets::{Dataset, synthetic};
use metriclab::distances::Distance;
use metriclab::losses::Loss;
use metriclab::miners::{Miner, MinerConfig};
use metriclab::networks::NetworkConfig;
use metriclab::session::{Evaluation, Session, SessionConfig, Space};
use pollster::block_on;

fn bars() -> Rc<Dataset> {
    let bars = synthetic::Bars { classes: 8, per_class: 30, side: 12, noise: 0.3, ..Default::default() };
    Rc::new(synthetic::bars(&bars))
}

fn small(dataset: &Dataset) -> SessionConfig {
    let mut config = SessionConfig::default_for(dataset);
    config.network = NetworkConfig::Mlp { hidden: vec![32] };
    config.embedding.dim = 8;
    config.batch.classes = 5;
    config.batch.per_class = 4;
    config.augment.shift = 1;
    config.unseen_classes = 2;
    config
}

fn session(config: SessionConfig) -> Session {
    Session::new(config, bars(), &Device::flex()).expect("the configuration fits the bars")
}

fn evaluate(session: &mut Session, space: Space) -> Evaluation {
    block_on(session.evaluate(space, 3)).expect("the set can be evaluated")
}

fn advance(session: &mut Session, steps: usize) -> Vec<f32> {
    block_on(session.advance(steps)).expect("training goes on").losses
}

#[test]
fn every_loss_and_network_learns() {
    let losses = [
        Loss::DEFAULTS[0],
        Loss::Triplet { margin: 0.2, swap: false, smooth: false },
        Loss::Triplet { margin: 0.2, swap: true, smooth: false },
        Loss::DEFAULTS[2],
        Loss::DEFAULTS[3],
        Loss::Ntxent { temperature: 0.1 },
    ];
    for network in [NetworkConfig::Mlp { hidden: vec![32] }, NetworkConfig::Conv { channels: vec![8, 16] }] {
        for loss in losses {
            let mut config = small(&bars());
            config.network = network.clone();
            config.loss = loss;
            config.miner = MinerConfig::of(Miner::None);
            let mut session = session(config);
            let before = evaluate(&mut session, Space::Embedding).seen.expect("seen classes").map_at_r;
            advance(&mut session, 60);
            let after = evaluate(&mut session, Space::Embedding).seen.expect("seen classes").map_at_r;
            assert!(after > before + 0.1, "{loss:?} with {network:?}: MAP@R from {before} to {after}");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_bits_and_another_seed_does_not() {
    let run = |seed: u32| {
        let mut session = session(SessionConfig { seed, ..small(&bars()) });
        let losses = advance(&mut session, 12);
        let embeddings = block_on(session.embeddings()).expect("embeddings").to_vec();
        (losses, embeddings)
    };
    let (first, second, other) = (run(3), run(3), run(4));
    assert_eq!(first, second, "one seed, one run, bit for bit");
    assert_ne!(first.0, other.0, "another seed, another run");
}

#[test]
fn a_saved_session_goes_on_bit_for_bit() {
    for loss in [Loss::DEFAULTS[1], Loss::Softmax] {
        let mut straight = session(SessionConfig { loss, ..small(&bars()) });
        advance(&mut straight, 7);
        let saved = block_on(straight.save()).expect("a session can be saved");
        let wanted = advance(&mut straight, 9);
        let mut restored = Session::restore(&saved, bars(), &Device::flex()).expect("the file is whole");
        assert_eq!(restored.step(), 7, "it stands where it was saved");
        assert_eq!(advance(&mut restored, 9), wanted, "{loss:?}: the same losses, bit for bit");
        let (a, b) = (block_on(straight.embeddings()), block_on(restored.embeddings()));
        assert_eq!(a.expect("embeddings"), b.expect("embeddings"), "{loss:?}: the same embeddings");
    }
}

#[test]
fn a_broken_file_is_refused() {
    let mut session = session(small(&bars()));
    advance(&mut session, 1);
    let saved = block_on(session.save()).expect("a session can be saved");
    let code = |bytes: &[u8]| match Session::restore(bytes, bars(), &Device::flex()) {
        Ok(_) => "accepted",
        Err(error) => error.code(),
    };
    assert_eq!(code(&saved), "accepted", "the whole file");
    assert_eq!(code(&saved[..saved.len() / 2]), "session.state_invalid", "half a file");
    assert_eq!(code(b"nonsense"), "session.state_invalid", "no such file");
    let text = String::from_utf8_lossy(&saved).into_owned();
    assert!(text.contains("metriclab-session-1"), "the format names itself");
}

#[test]
fn looking_does_not_change_the_run() {
    let mut plain = session(small(&bars()));
    let mut watched = session(small(&bars()));
    let mut losses = (Vec::new(), Vec::new());
    for _ in 0..4 {
        losses.0.extend(advance(&mut plain, 2));
        losses.1.extend(advance(&mut watched, 2));
        block_on(watched.picture(50)).expect("a picture");
        evaluate(&mut watched, Space::Embedding);
        block_on(watched.batch()).expect("a batch");
        block_on(watched.neighbours(3, 5, Space::Embedding)).expect("neighbours");
    }
    assert_eq!(losses.0, losses.1, "pictures, scores and batches leave the run alone");
}

#[test]
fn a_refresh_says_what_is_stale() {
    let mut session = session(small(&bars()));
    let count = bars().count();
    let picture = block_on(session.picture(100)).expect("a picture");
    assert_eq!((picture.refreshed, picture.stale), (100, count - 100), "a part is fresh");
    assert_eq!(picture.xy.iter().filter(|x| x.is_nan()).count(), 2 * (count - 100), "the rest has no place");
    let picture = block_on(session.picture(count)).expect("a picture");
    assert_eq!((picture.refreshed, picture.stale), (count - 100, 0), "then all is");
    advance(&mut session, 1);
    let picture = block_on(session.picture(10)).expect("a picture");
    assert_eq!((picture.refreshed, picture.stale), (10, count - 10), "a step makes all else stale");
    assert!(picture.xy.iter().all(|x| x.is_finite()), "and leaves it where it was");
}

#[test]
fn neighbours_are_right_and_bounded() {
    let mut session = session(small(&bars()));
    for space in [Space::Raw, Space::Embedding] {
        let (indices, distances) = block_on(session.neighbours(5, 7, space)).expect("neighbours");
        assert_eq!((indices.len(), distances.len()), (7, 7), "{space:?}: as many as asked");
        assert!(!indices.contains(&5), "{space:?}: not the sample itself");
        assert!(distances.is_sorted(), "{space:?}: nearest first");
    }
    let count = bars().count();
    let code = |index, k| {
        let mut session = session_again();
        block_on(session.neighbours(index, k, Space::Raw)).expect_err("refused").code()
    };
    assert_eq!(code(count, 3), "index.out_of_range", "no such sample");
    assert_eq!(code(0, count), "k.out_of_range", "k is n");
    assert_eq!(code(0, 0), "k.out_of_range", "k is 0");
}

fn session_again() -> Session {
    session(small(&bars()))
}

/// A field, and what breaks it.
type Case<'a> = (&'a str, &'a dyn Fn(&mut SessionConfig));

#[test]
fn a_bad_configuration_names_its_field() {
    let refused = |change: &dyn Fn(&mut SessionConfig)| {
        let mut config = small(&bars());
        change(&mut config);
        match Session::new(config, bars(), &Device::flex()) {
            Ok(_) => panic!("a bad configuration was accepted"),
            Err(error) => {
                assert_eq!(error.code(), "config.invalid", "{error}");
                error.to_string()
            }
        }
    };
    let cases: [Case; 8] = [
        ("embedding.dim", &|c| c.embedding.dim = 0),
        ("optimizer.learningRate", &|c| c.optimizer.learning_rate = f64::NAN),
        ("optimizer.weightDecay", &|c| c.optimizer.weight_decay = -1.0),
        ("loss.margin", &|c| c.loss = Loss::Triplet { margin: f64::NAN, swap: false, smooth: false }),
        ("batch.classes", &|c| c.batch.classes = 99),
        ("batch.perClass", &|c| c.batch.per_class = 1),
        ("unseenClasses", &|c| c.unseen_classes = 8),
        ("network.channels", &|c| c.network = NetworkConfig::Conv { channels: vec![4; 7] }),
    ];
    for (field, change) in cases {
        let message = refused(change);
        assert!(message.starts_with(field), "{field} is named in: {message}");
    }
}

#[test]
fn cosine_and_raw_embeddings_train_too() {
    for normalize in [true, false] {
        for distance in Distance::ALL {
            let mut config = small(&bars());
            config.distance = distance;
            config.embedding.normalize = normalize;
            let mut session = session(config);
            let losses = advance(&mut session, 10);
            assert!(losses.iter().all(|x| x.is_finite()), "{distance:?}, normalize {normalize}: {losses:?}");
        }
    }
}
