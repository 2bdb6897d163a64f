//! Sessions that train: on generated bars, which need no registry, and on the packed sets.

use std::rc::Rc;

use burn::tensor::Device;
use metriclab::datasets::{Dataset, Header, SamplerKind, synthetic};
use metriclab::distances::Distance;
use metriclab::error::Error;
use metriclab::evaluation::embedding_shape::CollapseKind;
use metriclab::losses::{
    BarlowTwins, Boundary, Cosface, DynamicSoftMargin, FastAp, Loss, Margin, Ntxent, Reduction, Regularizer,
    SoftTriple, Softmax, SubcenterArcface, Supcon, Triplet, Vicreg,
};
use metriclab::miners::{Miner, MinerConfig};
use metriclab::neighbours::{Rows, nearest_self};
use metriclab::networks::{NetworkConfig, OptimizerKind};
use metriclab::objective::{Addend, ObjectiveConfig, RegularizerConfig};
use metriclab::projection::{align, pca};
use metriclab::session::{
    AugmentConfig, BatchConfig, BatchLabels, Evaluation, Measures, OptimizerConfig, Part, PictureRequest,
    Samples, Schedule, Session, SessionConfig, Space,
};
use pollster::block_on;

fn bars() -> Rc<Dataset> {
    let bars = synthetic::Bars { classes: 8, per_class: 30, side: 12, noise: 0.3, ..Default::default() };
    Rc::new(synthetic::bars(&bars).expect("bars"))
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

/// A session's choices that suit a loss: its distance, and the length of its embeddings.
fn suited(loss: Loss) -> SessionConfig {
    SessionConfig { miner: MinerConfig::of(Miner::None), ..small(&bars()) }.with_loss(loss)
}

#[test]
fn the_baseline_stays_and_names_the_step_at_which_it_was_asked_for() {
    let mut session = session(small(&bars()));
    let mut ask = |steps, k| {
        block_on(session.advance(steps)).expect("finite losses");
        block_on(session.evaluate(Space::Raw, k)).expect("the set can be evaluated")
    };
    let (first, later, wider, again) = (ask(0, 3), ask(4, 3), ask(0, 5), ask(0, 3));
    assert_eq!([first.step, later.step, wider.step, again.step], [0, 4, 4, 4]);
    for same in [&later, &again] {
        assert_eq!((&same.seen, &same.unseen), (&first.seen, &first.unseen));
    }
    assert_ne!(wider.seen, first.seen, "Recall@5 is no Recall@3");
    let state = block_on(session.save()).expect("a state");
    let mut fresh = Session::restore(&state, bars(), &Device::flex()).expect("its own state");
    assert_eq!(block_on(fresh.evaluate(Space::Raw, 5)).expect("scores").seen, wider.seen);
}

#[test]
fn defaults_suit_every_loss() {
    let bars = bars();
    for loss in Loss::DEFAULTS {
        let config = SessionConfig::default_for(&bars).with_loss(loss);
        let name = config.loss.name();
        config.validate(&bars).unwrap_or_else(|error| panic!("{name}: {error}"));
        // From the farthest other loss too.
        for other in [Loss::FastAp(FastAp {}), Loss::Vicreg(Vicreg::DEFAULT)] {
            let config = config.clone().with_loss(other).with_loss(loss);
            config.validate(&bars).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

fn gain(config: SessionConfig, steps: usize) -> (f64, f64) {
    let mut session = session(config);
    let before = evaluate(&mut session, Space::Embedding).seen.expect("seen classes").map_at_r;
    advance(&mut session, steps);
    (before, evaluate(&mut session, Space::Embedding).seen.expect("seen classes").map_at_r)
}

#[test]
fn every_loss_learns() {
    let mut losses = Loss::DEFAULTS.to_vec();
    losses.extend([
        Loss::Triplet(Triplet { margin: 0.2, swap: true, smooth: false }),
        Loss::Triplet(Triplet { margin: 0.2, swap: false, smooth: true }),
        Loss::Margin(Margin { alpha: 0.2, beta: 1.2, boundary: Boundary::Learned, nu: 0.01 }),
        Loss::Margin(Margin { alpha: 0.2, beta: 1.2, boundary: Boundary::PerClass, nu: 0.0 }),
    ]);
    for loss in losses {
        let mut session = session(suited(loss));
        let before = evaluate(&mut session, Space::Embedding).seen.expect("seen classes").map_at_r;
        let values = advance(&mut session, 60);
        let after = evaluate(&mut session, Space::Embedding).seen.expect("seen classes").map_at_r;
        assert!(values.iter().all(|x| x.is_finite()), "{loss:?}: {values:?}");
        if LITTLE_BY_THEMSELVES.contains(&loss.name().as_str()) {
            assert!(mean(&values[50..]) < mean(&values[..10]), "{loss:?}: {values:?}");
        } else {
            assert!(after > before + 0.1, "{loss:?}: MAP@R from {before} to {after}");
        }
    }
}

/// Losses that tell classes apart little by themselves, or slowly: they must fall, and the neighbours may stay.
const LITTLE_BY_THEMSELVES: [&str; 5] =
    ["intraPairVariance", "instance", "globalOrthogonal", "simSiam", "manifold"];

fn mean(values: &[f32]) -> f32 {
    values.iter().sum::<f32>() / values.len() as f32
}

#[test]
fn every_network_learns() {
    let mut networks = NetworkConfig::examples();
    networks.push(NetworkConfig::Mlp { hidden: Vec::new() });
    for network in networks {
        let mut config = suited(Loss::Supcon(Supcon { temperature: 0.2 }));
        config.network = match network {
            NetworkConfig::Conv { .. } => NetworkConfig::Conv { channels: vec![8, 16] },
            NetworkConfig::Residual { .. } => NetworkConfig::Residual { channels: vec![8, 16] },
            other => other,
        };
        config.optimizer.learning_rate = 0.003;
        config.augment.shift = 0;
        let what = format!("{:?}", config.network);
        let (before, after) = gain(config, 100);
        assert!(after > before + 0.1, "{what}: MAP@R from {before} to {after}");
    }
}

/// Every way to move the weights.
fn optimizers() -> Vec<OptimizerConfig> {
    let of = |kind, schedule| OptimizerConfig { kind, schedule, ..OptimizerConfig::default() };
    vec![
        OptimizerConfig { learning_rate: 0.05, ..of(OptimizerKind::Sgd, Schedule::Constant) },
        OptimizerConfig { learning_rate: 0.05, momentum: 0.0, ..of(OptimizerKind::Sgd, Schedule::Constant) },
        OptimizerConfig { weight_decay: 0.01, ..of(OptimizerKind::Adam, Schedule::Constant) },
        OptimizerConfig { weight_decay: 0.1, ..of(OptimizerKind::Adamw, Schedule::Constant) },
        OptimizerConfig { warmup: 5, ..of(OptimizerKind::Adam, Schedule::Cosine { steps: 60, floor: 0.1 }) },
        OptimizerConfig {
            clip: Some(0.5),
            ..of(OptimizerKind::Adam, Schedule::Step { every: 20, factor: 0.5 })
        },
        OptimizerConfig { class_rate: 10.0, frozen: 1, ..OptimizerConfig::default() },
    ]
}

#[test]
fn every_optimiser_learns_and_goes_on_bit_for_bit() {
    for optimizer in optimizers() {
        let mut config = suited(Loss::Softmax(Softmax {}));
        config.optimizer = optimizer.clone();
        let (before, after) = gain(config.clone(), 80);
        assert!(after > before + 0.05, "{optimizer:?}: MAP@R from {before} to {after}");
        let mut straight = session(config);
        advance(&mut straight, 7);
        let saved = block_on(straight.save()).expect("a session can be saved");
        let wanted = advance(&mut straight, 6);
        let mut restored = Session::restore(&saved, bars(), &Device::flex()).expect("the file is whole");
        assert_eq!(advance(&mut restored, 6), wanted, "{optimizer:?}: the same losses");
    }
}

#[test]
fn clipping_shortens_and_freezing_holds() {
    let losses = |change: &dyn Fn(&mut OptimizerConfig)| {
        let mut config = suited(Loss::Softmax(Softmax {}));
        config.optimizer = OptimizerConfig {
            kind: OptimizerKind::Sgd,
            momentum: 0.0,
            learning_rate: 0.1,
            ..OptimizerConfig::default()
        };
        change(&mut config.optimizer);
        advance(&mut session(config), 4)
    };
    let plain = losses(&|_| ());
    assert_eq!(losses(&|o| o.clip = Some(1e6)), plain, "a gradient that is short already stays as it is");
    assert_ne!(losses(&|o| o.clip = Some(1e-3)), plain, "a long one is shortened");
    let mut all = session(suited(Loss::Softmax(Softmax {})));
    let mut config = suited(Loss::Softmax(Softmax {}));
    config.optimizer.frozen = 1;
    let mut frozen = session(config);
    // The one hidden layer: 144 pixels to 32, and its bias.
    assert_eq!(all.parameters() - frozen.parameters(), 144 * 32 + 32, "what is frozen is not learned");
}

#[test]
fn two_views_train_with_and_without_labels() {
    for (loss, labels) in [
        (Loss::Ntxent(Ntxent { temperature: 0.2 }), BatchLabels::Instance),
        (Loss::BarlowTwins(BarlowTwins { off_diagonal: 0.005 }), BatchLabels::Instance),
        (Loss::Vicreg(Vicreg::DEFAULT), BatchLabels::Instance),
        (Loss::Supcon(Supcon { temperature: 0.2 }), BatchLabels::Class),
    ] {
        let mut config = suited(loss);
        config.batch = BatchConfig { views: 2, labels, ..BatchConfig::new(5, 4) };
        config.augment =
            AugmentConfig { shift: 1, rotate: 5.0, crop: 0.1, noise: 0.05, erase: 0.1, flip: false };
        let losses = advance(&mut session(config.clone()), 60);
        let mean = |losses: &[f32]| losses.iter().sum::<f32>() / losses.len() as f32;
        let (first, last) = (mean(&losses[..10]), mean(&losses[50..]));
        assert!(last < first, "{loss:?}, {labels:?}: from {first} to {last}");
        let batch = block_on(session(config).batch()).expect("a batch");
        assert_eq!(batch.indices.len(), 20, "a batch shows each sample once");
    }
}

#[test]
fn every_sampler_trains() {
    for sampler in SamplerKind::ALL {
        let mut config = suited(Loss::Supcon(Supcon { temperature: 0.2 }));
        config.batch = BatchConfig { sampler, group_size: 2, ..BatchConfig::new(5, 4) };
        let (before, after) = gain(config, 60);
        assert!(after > before + 0.1, "{sampler:?}: MAP@R from {before} to {after}");
    }
}

#[test]
fn every_miner_learns() {
    for kind in Miner::ALL {
        let mut config = suited(Loss::Triplet(Triplet { margin: 0.2, swap: false, smooth: false }));
        config.miner = MinerConfig { margin: 0.2, count: 3, ..MinerConfig::of(kind) };
        let (before, after) = gain(config, 60);
        // What is easy already teaches nothing.
        let enough = kind == Miner::Easy || after > before + 0.05;
        assert!(enough, "{kind:?}: MAP@R from {before} to {after}");
    }
}

/// An objective with everything beside the main loss.
fn rich() -> SessionConfig {
    let mut config = suited(Loss::Supcon(Supcon { temperature: 0.2 }));
    config.distance = Distance::Cosine;
    config.objective = ObjectiveConfig {
        memory: 60,
        also: vec![
            Addend {
                weight: 0.5,
                distance: Distance::Euclidean,
                miner: MinerConfig::of(Miner::DistanceWeighted),
                loss: Loss::Margin(Margin { alpha: 0.2, beta: 1.2, boundary: Boundary::PerClass, nu: 0.01 }),
            },
            Addend {
                weight: 0.1,
                distance: Distance::Cosine,
                miner: MinerConfig::of(Miner::None),
                loss: Loss::Cosface(Cosface { margin: 0.35, scale: 16.0 }),
            },
        ],
        regularizers: vec![RegularizerConfig { kind: Regularizer::ZeroMean, weight: 0.01 }],
        class_weights: vec![1.0, 2.0, 1.0, 1.0, 0.5, 1.0, 1.0, 1.0],
        ..ObjectiveConfig::default()
    };
    config
}

#[test]
fn a_memory_added_losses_and_regularisers_learn_and_go_on_bit_for_bit() {
    let (before, after) = gain(rich(), 60);
    assert!(after > before + 0.1, "MAP@R from {before} to {after}");
    // 20 rows a batch: the memory of 60 is full after 3 steps.
    let mut straight = session(rich());
    advance(&mut straight, 7);
    let saved = block_on(straight.save()).expect("a session can be saved");
    let wanted = advance(&mut straight, 6);
    let mut restored = Session::restore(&saved, bars(), &Device::flex()).expect("the file is whole");
    assert_eq!(advance(&mut restored, 6), wanted, "the memory and all that is learned came along");
    let mut without = rich();
    without.objective.memory = 0;
    let mut without = session(without);
    let losses = advance(&mut without, 13);
    assert_ne!(losses[7..], wanted[..], "the memory has a say");
}

#[test]
fn each_part_of_the_objective_has_a_say() {
    let of = |change: &dyn Fn(&mut SessionConfig)| {
        let mut config = suited(Loss::Softmax(Softmax {}));
        change(&mut config);
        advance(&mut session(config), 3)
    };
    let plain = of(&|_| ());
    for kind in Regularizer::ALL {
        let mut config =
            suited(Loss::SoftTriple(SoftTriple { margin: 0.01, scale: 20.0, gamma: 0.1, centers: 3 }));
        let without = advance(&mut session(config.clone()), 3);
        config.objective.regularizers = vec![RegularizerConfig { kind, weight: 1.0 }];
        assert_ne!(advance(&mut session(config), 3), without, "{kind:?}");
    }
    for reducer in Reduction::ALL {
        let losses = of(&|c| c.objective.reducer = Some(reducer));
        assert!(losses.iter().all(|x| x.is_finite()), "{reducer:?}: {losses:?}");
        match reducer {
            Reduction::Mean => assert_eq!(losses, plain, "softmax takes the mean anyway"),
            Reduction::Sum => assert!((losses[0] / plain[0] - 20.0).abs() < 1e-3, "twenty rows"),
            Reduction::Divisor { by } => {
                assert!((losses[0] / plain[0] - (20.0 / by) as f32).abs() < 1e-3, "over {by}");
            }
            _ => {}
        }
    }
    let weighted = of(&|c| c.objective.class_weights = vec![2.0; 8]);
    assert!((weighted[0] / plain[0] - 2.0).abs() < 1e-5, "each row counts twice");
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
    for loss in [Loss::DEFAULTS[1], Softmax {}.into(), DynamicSoftMargin::DEFAULT.into()] {
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
    assert!(text.contains("metriclab-session-2"), "the format names itself");
}

#[test]
fn looking_does_not_change_the_run() {
    let mut plain = session(small(&bars()));
    let mut watched = session(small(&bars()));
    let mut losses = (Vec::new(), Vec::new());
    for _ in 0..4 {
        losses.0.extend(advance(&mut plain, 2));
        losses.1.extend(advance(&mut watched, 2));
        block_on(watched.picture(PictureRequest { sample: 50, refresh: 20 })).expect("a picture");
        evaluate(&mut watched, Space::Embedding);
        block_on(watched.batch()).expect("a batch");
        block_on(watched.neighbours(3, 5, Space::Embedding)).expect("neighbours");
    }
    assert_eq!(losses.0, losses.1, "pictures, scores and batches leave the run alone");
}

/// The samples of a data set of bytes, one after the other.
fn pixels(dataset: &Dataset, indices: &[u32]) -> Vec<u8> {
    let size = dataset.sample_len();
    indices.iter().flat_map(|&at| dataset.samples()[at as usize * size..][..size].to_vec()).collect()
}

#[test]
fn a_picture_is_of_one_step() {
    let mut session = session(small(&bars()));
    let count = bars().count();
    let mut last = vec![f32::NAN; 2 * count];
    let mut shown: Option<Vec<u32>> = None;
    // Whatever was embedded at other steps must not be seen.
    let requests = [(60, 0), (60, 50), (60, 0), (60, count), (60, 0), (10 * count, 0), (60, 0)];
    for (round, (sample, refresh)) in requests.into_iter().enumerate() {
        advance(&mut session, 3);
        evaluate(&mut session, Space::Embedding);
        let picture = block_on(session.picture(PictureRequest { sample, refresh })).expect("a picture");
        assert_eq!(picture.step, 3 * (round as u64 + 1), "its step");
        assert_eq!(picture.complete, refresh == count || sample > count, "round {round}");
        if picture.complete {
            assert_eq!(picture.indices, (0..count as u32).collect::<Vec<u32>>(), "the whole set");
        } else {
            assert_eq!(picture.indices.len(), 60, "the sample alone");
            assert_eq!(
                shown.get_or_insert_with(|| picture.indices.clone()),
                &picture.indices,
                "always the same"
            );
        }
        let samples = pixels(&bars(), &picture.indices);
        let fresh = block_on(session.embed(Samples::Bytes(&samples), picture.indices.len())).expect("rows");
        let mut wanted = pca::project(&fresh, 8).expect("rows of 8").xy;
        let before: Vec<f32> = picture
            .indices
            .iter()
            .flat_map(|&at| [last[2 * at as usize], last[2 * at as usize + 1]])
            .collect();
        align::onto(&before, &mut wanted).expect("two pictures of the same samples");
        assert_eq!(wanted.len(), picture.xy.len(), "a place for each");
        for (at, (got, wanted)) in picture.xy.iter().zip(&wanted).enumerate() {
            assert!((got - wanted).abs() < 1e-5, "round {round}, coordinate {at}: {got}, fresh {wanted}");
        }
        last.fill(f32::NAN);
        for (&at, xy) in picture.indices.iter().zip(picture.xy.chunks_exact(2)) {
            last[2 * at as usize..][..2].copy_from_slice(xy);
        }
    }
    let empty = block_on(session.picture(PictureRequest { sample: 0, refresh: 5 })).expect_err("no sample");
    assert_eq!(empty.code(), "config.invalid");
}

#[test]
fn the_sample_of_pictures_follows_the_seed_and_every_class_has_its_share() {
    let sample = |seed: u32| {
        let mut session = session(SessionConfig { seed, ..small(&bars()) });
        block_on(session.picture(PictureRequest { sample: 80, refresh: 0 })).expect("a picture").indices
    };
    assert_eq!(sample(1), sample(1), "one seed, one sample");
    assert_ne!(sample(1), sample(2), "another seed, another sample");
    for class in 0..8 {
        let of = sample(3).iter().filter(|&&at| bars().labels[at as usize] == class).count();
        assert_eq!(of, 10, "80 of 8 equal classes");
    }
}

#[test]
fn neighbours_are_right_and_bounded() {
    let mut session = session(small(&bars()));
    for space in [Space::Raw, Space::Embedding] {
        let near = block_on(session.neighbours(5, 7, space)).expect("neighbours");
        assert_eq!((near.indices.len(), near.distances.len()), (7, 7), "{space:?}: as many as asked");
        assert!(!near.indices.contains(&5), "{space:?}: not the sample itself");
        assert!(near.distances.is_sorted(), "{space:?}: nearest first");
        assert_eq!(near.searched, 240, "{space:?}: a sample of 1,000 is the whole set");
        let again = block_on(session.neighbours(5, 7, space)).expect("neighbours");
        assert_eq!(again, near, "{space:?}: the second search is the first");
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

#[test]
fn the_blocks_of_a_raw_search_are_one_search() {
    // 600 pictures of 48 × 48 make two blocks.
    let bars = synthetic::Bars { classes: 6, per_class: 100, side: 48, noise: 0.2, ..Default::default() };
    let dataset = Rc::new(synthetic::bars(&bars).expect("bars"));
    let config = SessionConfig { unseen_classes: 0, ..small(&dataset) };
    let mut session = Session::new(config, dataset.clone(), &Device::flex()).expect("bars");
    let all: Vec<u32> = (0..600).collect();
    let rows = dataset.numbers(&all).expect("its own samples");
    let rows = Rows::new("pictures", &rows, 48 * 48).expect("whole rows");
    let wanted = nearest_self(rows, 9, Distance::Cosine).expect("a search");
    for index in [0, 454, 455, 599] {
        let near = block_on(session.neighbours(index, 9, Space::Raw)).expect("neighbours");
        assert_eq!(near.indices, wanted.indices[9 * index..9 * index + 9], "of {index}");
        for (got, wanted) in near.distances.iter().zip(&wanted.distances[9 * index..]) {
            assert!((got - wanted).abs() < 1e-5, "of {index}: {got}, {wanted}");
        }
    }
}

fn session_again() -> Session {
    session(small(&bars()))
}

/// A field, and a value that it refuses.
type Case = (&'static str, fn(&mut SessionConfig));

const BAD: [Case; 28] = [
    ("embedding.dim", |c| c.embedding.dim = 0),
    ("optimizer.learningRate", |c| c.optimizer.learning_rate = f64::NAN),
    ("optimizer.weightDecay", |c| c.optimizer.weight_decay = -1.0),
    ("loss.margin", |c| {
        c.loss = Loss::Triplet(Triplet { margin: f64::NAN, swap: false, smooth: false });
    }),
    ("batch.classes", |c| c.batch.classes = 99),
    ("batch.perClass", |c| c.batch.per_class = 1),
    ("unseenClasses", |c| c.unseen_classes = 8),
    ("optimizer.momentum", |c| c.optimizer.momentum = 1.0),
    ("optimizer.frozen", |c| c.optimizer.frozen = 2),
    ("batch.views", |c| {
        c.batch.views = 2;
        c.augment = AugmentConfig::default();
    }),
    ("optimizer.clip", |c| c.optimizer.clip = Some(0.0)),
    ("optimizer.schedule.steps", |c| {
        c.optimizer.schedule = Schedule::Cosine { steps: 0, floor: 0.0 };
    }),
    ("optimizer.schedule.factor", |c| {
        c.optimizer.schedule = Schedule::Step { every: 5, factor: 0.0 };
    }),
    ("augment.rotate", |c| c.augment.rotate = f64::NAN),
    ("augment.erase", |c| c.augment.erase = 1.0),
    ("batch.views", |c| c.batch.labels = BatchLabels::Instance),
    ("batch.labels", |c| {
        c.loss = Loss::Softmax(Softmax {});
        c.batch = BatchConfig { views: 2, labels: BatchLabels::Instance, ..c.batch };
    }),
    ("distance", |c| c.loss = Loss::FastAp(FastAp {})),
    ("distance.minkowski.p", |c| c.distance = Distance::Minkowski { p: 0.5 }),
    ("embedding.normalize", |c| c.loss = Loss::Vicreg(Vicreg::DEFAULT)),
    ("loss.centers", |c| {
        c.loss = Loss::SubcenterArcface(SubcenterArcface { margin: 0.5, scale: 64.0, centers: 0 });
    }),
    ("miner.share", |c| c.miner.share = 2.0),
    ("objective.memory", |c| {
        c.loss = Loss::Softmax(Softmax {});
        c.objective.memory = 10;
    }),
    ("objective.memory of 16384", |c| c.objective.memory = 1 << 14),
    ("objective.classWeights", |c| c.objective.class_weights = vec![1.0]),
    ("objective.reducer.by", |c| c.objective.reducer = Some(Reduction::Divisor { by: 0.0 })),
    ("objective.regularizers.kind", |c| {
        c.objective.regularizers = vec![RegularizerConfig { kind: Regularizer::RegularFace, weight: 1.0 }];
    }),
    ("network.channels", |c| c.network = NetworkConfig::Conv { channels: vec![4; 7] }),
];

#[test]
fn training_that_diverges_says_so_and_an_earlier_state_helps() {
    let mut config = small(&bars());
    config.optimizer = OptimizerConfig {
        kind: OptimizerKind::Sgd,
        learning_rate: 10.0,
        weight_decay: 10.0,
        ..config.optimizer
    };
    config.embedding.normalize = false;
    config.distance = Distance::SquaredEuclidean;
    let mut session = session(config);
    let before = block_on(session.save()).expect("finite weights");
    let error = block_on(session.advance(60)).expect_err("weights a hundred times as long each step");
    let Error::TrainingDiverged { step } = error else { panic!("{error}") };
    assert!((2..=60).contains(&step), "the first step began with good weights; found at {step}");
    assert_eq!(session.step(), 60, "all steps are done");
    let pixels = vec![0; 12 * 12];
    let codes = [
        block_on(session.advance(1)).map(|_| ()),
        block_on(session.embed(Samples::Bytes(&pixels), 1)).map(|_| ()),
        block_on(session.embeddings()).map(|_| ()),
        block_on(session.picture(PictureRequest::default())).map(|_| ()),
        block_on(session.evaluate(Space::Embedding, 3)).map(|_| ()),
        block_on(session.measures(Space::Embedding)).map(|_| ()),
        block_on(session.neighbours(0, 3, Space::Embedding)).map(|_| ()),
        block_on(session.batch()).map(|_| ()),
        block_on(session.save()).map(|_| ()),
    ]
    .map(|found| found.expect_err("no numbers").code());
    assert_eq!(codes, ["training.diverged"; 9]);
    evaluate(&mut session, Space::Raw);
    let mut session = Session::restore(&before, bars(), &Device::flex()).expect("the state from before");
    block_on(session.embeddings()).expect("finite again");
}

#[test]
fn a_sample_that_overflows_is_no_divergence() {
    let rows: Vec<f32> = (0..40).map(|at| 0.001 * ((at * 7) % 11) as f32).collect();
    let labels = (0..20).map(|at| at % 2).collect();
    let set = Rc::new(Dataset::of_vectors("small numbers", &rows, 2, labels).expect("20 rows"));
    let mut config = small(&set);
    config.batch.classes = 2;
    config.augment = AugmentConfig { shift: 0, ..config.augment };
    config.unseen_classes = 0;
    config.embedding.normalize = false;
    config.distance = Distance::Euclidean;
    let mut session = Session::new(config, set, &Device::flex()).expect("the configuration fits");
    advance(&mut session, 5);
    let error =
        block_on(session.embed(Samples::Floats(&[1.0, 2.0, f32::MAX, f32::MAX]), 2)).expect_err("too large");
    assert_eq!((error.code(), error.to_string().contains("Row 1")), ("data.not_finite", true), "{error}");
}

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
    for (field, change) in BAD {
        let message = refused(&change);
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

#[test]
fn measures_see_what_training_did_and_a_collapse() {
    let mut trained = session(suited(Loss::Supcon(Supcon { temperature: 0.1 })));
    let measured = |session: &mut Session| block_on(session.measures(Space::Embedding)).expect("measures");
    let before = measured(&mut trained);
    advance(&mut trained, 80);
    let after = measured(&mut trained);
    let seen = |measures: &Measures| measures.seen.clone().expect("seen classes");
    let (before, after, unseen) =
        (seen(&before), seen(&after), after.unseen.expect("two classes are held out"));
    assert!(after.verification.eer < before.verification.eer, "fewer errors");
    assert!(after.verification.auc > 0.9 && unseen.verification.auc > 0.5, "told apart");
    assert!(after.ami > before.ami && after.ami <= 1.0, "groups fit the classes better");
    assert!(after.shape.ratio < before.shape.ratio, "classes draw together");
    assert_eq!(after.collapse.kind, CollapseKind::None, "nothing collapsed");
    assert_eq!(after.retrieval.classes.len(), 6, "each seen class by itself");
    let open = measured(&mut trained).open_set.expect("two classes are held out");
    assert!(open.rank_1 > 0.5 && open.area <= open.rank_1 + 1e-12, "known ones are named: {open:?}");
    let raw = block_on(trained.measures(Space::Raw)).expect("measures of pixels");
    let hubs = &raw.seen.as_ref().expect("seen classes").hubness;
    assert!(hubs.k == 10 && hubs.largest >= 10.0, "the mean of the counts is k: {hubs:?}");
    assert!((0.0..1.0).contains(&hubs.orphans) && hubs.skewness.is_finite(), "{hubs:?}");
    assert!(seen(&raw).verification.eer > after.verification.eer, "better than the pixels");

    assert_eq!(raw.absent, [], "every part can be measured");

    // All weight on shortness: the embedding shrinks to a point.
    let mut config = suited(Loss::Triplet(Triplet { margin: 0.2, swap: false, smooth: false }));
    config.embedding.normalize = false;
    config.optimizer.learning_rate = 0.01;
    config.objective.regularizers =
        vec![RegularizerConfig { kind: Regularizer::EmbeddingNorm, weight: 100.0 }];
    let mut collapsed = session(config);
    advance(&mut collapsed, 200);
    let verdict = seen(&measured(&mut collapsed)).collapse;
    assert_ne!(verdict.kind, CollapseKind::None, "a collapse is seen: {verdict:?}");
}

#[test]
fn a_part_of_one_class_is_absent_and_the_others_stay() {
    let mut config = suited(Loss::Supcon(Supcon { temperature: 0.1 }));
    config.unseen_classes = 1;
    let mut session = session(config);
    let measures = block_on(session.measures(Space::Embedding)).expect("the other parts");
    let [left_out] = &measures.absent[..] else { panic!("one part: {:?}", measures.absent) };
    assert_eq!((left_out.part, left_out.code), (Part::Unseen, "data.one_class"));
    assert!(!left_out.message.contains("read"), "the file is not to blame: {}", left_out.message);
    assert!(measures.seen.is_some() && measures.unseen.is_none(), "seen classes are measured");
    assert!(measures.open_set.is_some(), "one unknown class is enough");
    let json = serde_json::to_value(&measures.absent).expect("plain data");
    assert_eq!(json[0]["part"], "unseen");
}

/// A set of six empty pictures of two classes.
fn empty_pictures(labels: [u16; 6]) -> Dataset {
    let header = Header::new("t", 6, [1, 2, 2], 2);
    Dataset::new(header, vec![0; 24], labels.to_vec(), Vec::new()).expect("six pictures")
}

#[test]
fn the_order_of_a_file_does_not_decide_a_tie() {
    for labels in [[0, 0, 0, 1, 1, 1], [0, 1, 0, 1, 0, 1]] {
        let dataset = empty_pictures(labels);
        let mut config = SessionConfig::default_for(&dataset);
        config.network = NetworkConfig::Mlp { hidden: vec![4] };
        config.embedding.dim = 2;
        (config.batch.classes, config.batch.per_class) = (2, 2);
        config.augment.shift = 0;
        let mut session = Session::new(config, Rc::new(dataset), &Device::flex()).expect("a session");
        let scores = block_on(session.evaluate(Space::Raw, 1)).expect("scores").seen.expect("seen classes");
        assert!((scores.recall_at_1 - 0.4).abs() < 1e-12, "two of five: {}", scores.recall_at_1);
        assert_eq!((scores.queries, scores.tied_queries), (6, 6), "{labels:?}");
    }
}
