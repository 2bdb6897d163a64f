use pollster::block_on;

use super::*;

fn device() -> Device {
    Device::flex()
}

/// The loss of two rows a tower, in the plane, at these angles.
fn loss_of(loss: TowerLoss, left: [f32; 2], right: [f32; 2], negative: [bool; 4]) -> f32 {
    let device = device();
    let rows = |angles: [f32; 2]| {
        let [a, b] = angles.map(f32::to_radians);
        Tensor::<2>::from_floats([[a.cos(), a.sin()], [b.cos(), b.sin()]], &device)
    };
    loss.value(rows(left), rows(right), negative.to_vec(), &device).into_scalar()
}

const OTHERS: [bool; 4] = [false, true, true, false];

#[test]
fn losses_by_hand() {
    // Cosines: own 1 and 1, others 0 and 0.
    let at = |loss| loss_of(loss, [0.0, 90.0], [0.0, 90.0], OTHERS);
    let close =
        |got: f32, wanted: f64| assert!((f64::from(got) - wanted).abs() < 1e-6, "{got}, by hand {wanted}");
    let softplus = |x: f64| x.exp().ln_1p();
    close(at(TowerLoss::Ntxent { temperature: 0.5 }), softplus(-2.0));
    close(at(TowerLoss::Sigmoid { scale: 2.0, bias: -1.0 }), softplus(-1.0) + softplus(-1.0));
    close(at(TowerLoss::PairwiseLogistic { temperature: 0.5 }), softplus(-2.0));
    // Right 60° off for the first: own ½ and 1; the first's other is cos 90°, the second's cos 30°.
    let at = |loss| loss_of(loss, [0.0, 90.0], [60.0, 90.0], OTHERS);
    let high = 30.0_f64.to_radians().cos();
    // There: (0 − ½) and (high − 1); back: (high − ½) and (0 − 1).
    let there = softplus(-0.5) + softplus(high - 1.0);
    let back = softplus(high - 0.5) + softplus(-1.0);
    close(at(TowerLoss::Ntxent { temperature: 1.0 }), 0.25 * (there + back));
    close(at(TowerLoss::PairwiseLogistic { temperature: 1.0 }), 0.5 * there);
    let own = softplus(-0.5) + softplus(-1.0);
    close(at(TowerLoss::Sigmoid { scale: 1.0, bias: 0.0 }), 0.5 * (own + softplus(0.0) + softplus(high)));
}

#[test]
fn what_belongs_together_is_no_negative() {
    for loss in TowerLoss::DEFAULTS {
        let alone = loss_of(loss, [0.0, 10.0], [0.0, 10.0], [false; 4]);
        let apart = loss_of(loss, [0.0, 10.0], [0.0, 10.0], OTHERS);
        assert!(alone.is_finite() && alone < apart, "{loss:?}: {alone}, {apart}");
        if !matches!(loss, TowerLoss::Sigmoid { .. }) {
            assert_eq!(alone, 0.0, "{loss:?}: no negatives, no cost");
        }
    }
}

/// 60 items in 6 groups, users who like items of a group: users as bags of items, items as rows that tell the group roughly.
fn world() -> (Features, Features, Vec<[u32; 2]>, Vec<Vec<u32>>) {
    let mut random = Random::new(4);
    let (mut bags, mut pairs, mut held_out) = (Vec::new(), Vec::new(), Vec::new());
    for user in 0..120_u32 {
        let liked: Vec<u32> = random.choose(10, 6).into_iter().map(|at| user % 6 + 6 * at as u32).collect();
        pairs.extend(liked[..4].iter().map(|&item| [user, item]));
        bags.push(liked[..4].to_vec());
        held_out.push(liked[4..].to_vec());
    }
    let rows: Vec<f32> = (0..60)
        .flat_map(|item| (0..6).map(move |at| if at == item % 6 { 1.0 } else { 0.0 }))
        .map(|x: f32| x + 0.3 * random.normal())
        .collect();
    let bags = Features::Bags(Bags::of_ids(&bags, 60).expect("items"));
    (bags, Features::rows(rows, 6).expect("finite rows"), pairs, held_out)
}

fn recall(towers: &Towers, pairs: &[[u32; 2]], held_out: &[Vec<u32>]) -> f64 {
    let users = block_on(towers.embed_own(End::Left)).expect("finite");
    let items = block_on(towers.embed_own(End::Right)).expect("finite");
    let dim = towers.config().dim;
    let scores = |user: usize| {
        let own = &users[user * dim..(user + 1) * dim];
        items.chunks_exact(dim).map(|item| own.iter().zip(item).map(|(x, y)| x * y).sum()).collect()
    };
    let mut seen = vec![Vec::new(); held_out.len()];
    pairs.iter().for_each(|&[user, item]| seen[user as usize].push(item));
    ranking::rank(scores, 60, &seen, held_out, 5).expect("users").recall
}

fn trained(loss: TowerLoss, steps: usize) -> (Towers, Vec<f32>, f64) {
    let (left, right, pairs, held_out) = world();
    let config = TowersConfig {
        dim: 8,
        batch: 64,
        loss,
        learning_rate: 5e-3,
        history: true,
        ..TowersConfig::default()
    };
    let mut towers = Towers::new(config, left, right, pairs.clone(), &device()).expect("good settings");
    let report = block_on(towers.advance(steps)).expect("finite losses");
    let recall = recall(&towers, &pairs, &held_out);
    (towers, report.losses, recall)
}

#[test]
fn every_loss_finds_what_users_like() {
    for loss in TowerLoss::DEFAULTS {
        let (_, losses, found) = trained(loss, 60);
        assert!(losses[59] < losses[0], "{loss:?}: {} to {}", losses[0], losses[59]);
        // By chance it would be 5 of 56.
        assert!(found > 0.5, "{loss:?}: Recall@5 {found}");
    }
}

#[test]
fn ranks_are_those_of_the_embeddings() {
    let (towers, _, found) = trained(TowerLoss::DEFAULTS[0], 20);
    let (_, _, pairs, held_out) = world();
    let all: Vec<u32> = (0..120).collect();
    let scores = block_on(towers.rank(&all, &held_out, 5)).expect("users with held-out items");
    assert_eq!(scores.each.len(), 120);
    assert!((scores.recall - found).abs() < 1e-9, "{} and, by hand, {found}", scores.recall);
    assert!((scores.recall - recall(&towers, &pairs, &held_out)).abs() < 1e-9);
    // Some of them, in another order, each as before.
    let some = [77, 3];
    let lists = some.map(|user: u32| held_out[user as usize].clone());
    let part = block_on(towers.rank(&some, &lists, 5)).expect("two users");
    assert_eq!(part.each, [scores.each[77], scores.each[3]]);
    let code = |lefts: &[u32], lists: &[Vec<u32>], k| {
        block_on(towers.rank(lefts, lists, k)).expect_err("refused").code()
    };
    assert_eq!(code(&[120], &[vec![0]], 5), "index.out_of_range");
    assert_eq!(code(&[0], &[vec![60]], 5), "index.out_of_range");
    assert_eq!(code(&[0, 1], &[vec![0]], 5), "shape.mismatch");
    assert_eq!(code(&[0], &[vec![]], 5), "data.insufficient");
    assert_eq!(code(&[0], &[vec![1]], 0), "k.out_of_range");
}

#[test]
fn the_same_seed_gives_the_same_towers_and_a_new_item_needs_no_training() {
    let loss = TowerLoss::Ntxent { temperature: 0.1 };
    let (towers, losses, _) = trained(loss, 20);
    let (_, again, _) = trained(loss, 20);
    assert_eq!(losses, again, "bit for bit");
    let item = Features::rows(vec![0.0, 0.0, 1.0, 0.0, 0.0, 0.0], 6).expect("one row");
    let row = block_on(towers.embed(End::Right, &item)).expect("finite");
    let length: f32 = row.iter().map(|x| x * x).sum();
    assert!((length - 1.0).abs() < 1e-5, "length 1: {length}");
    let clicks = Features::Bags(Bags::of_ids(&[vec![2, 8], vec![]], 60).expect("items"));
    assert_eq!(block_on(towers.embed(End::Left, &clicks)).expect("finite").len(), 16, "also an empty bag");
    let code = |end, samples: &Features| block_on(towers.embed(end, samples)).expect_err("refused").code();
    assert_eq!(code(End::Left, &item), "config.invalid");
    assert_eq!(code(End::Right, &Features::rows(vec![0.0; 5], 5).expect("one row")), "shape.mismatch");
    let other = Features::Bags(Bags::of_ids(&[vec![2]], 61).expect("items"));
    assert_eq!(code(End::Left, &other), "shape.mismatch");
}

#[test]
fn towers_that_diverge_say_so() {
    let (left, right, pairs, held_out) = world();
    let config = TowersConfig {
        optimizer: OptimizerKind::Sgd,
        learning_rate: 10.0,
        weight_decay: 10.0,
        batch: 64,
        ..TowersConfig::default()
    };
    let mut towers = Towers::new(config, left, right, pairs, &device()).expect("good settings");
    let error = block_on(towers.advance(60)).expect_err("weights a hundred times as long each step");
    let Error::TrainingDiverged { step } = error else { panic!("{error}") };
    assert!((2..=60).contains(&step), "the first step began with good weights; found at {step}");
    assert_eq!(towers.step(), 60, "all steps are done");
    let codes = [
        block_on(towers.advance(1)).map(|_| ()),
        block_on(towers.embed_own(End::Left)).map(|_| ()),
        block_on(towers.embed_own(End::Right)).map(|_| ()),
        block_on(towers.rank(&[0], &held_out[..1], 5)).map(|_| ()),
        block_on(towers.save()).map(|_| ()),
    ]
    .map(|found| found.expect_err("no numbers").code());
    assert_eq!(codes, ["training.diverged"; 5]);
}

#[test]
fn what_cannot_be_trained_is_refused() {
    let make = |config: TowersConfig, pairs: Vec<[u32; 2]>| {
        let (left, right, _, _) = world();
        Towers::new(config, left, right, pairs, &device()).map(|_| ()).map_err(|error| error.code())
    };
    let good = TowersConfig::default;
    let pairs = vec![[0, 0], [1, 1]];
    assert_eq!(make(good(), pairs.clone()), Ok(()));
    assert_eq!(make(good(), vec![[0, 0]]), Err("data.insufficient"));
    assert_eq!(make(good(), vec![[0, 0], [0, 60]]), Err("index.out_of_range"));
    for wrong in [
        TowersConfig { dim: 0, ..good() },
        TowersConfig { batch: 1, ..good() },
        TowersConfig { learning_rate: f64::NAN, ..good() },
        TowersConfig { weight_decay: -1.0, ..good() },
        TowersConfig { loss: TowerLoss::Ntxent { temperature: 0.0 }, ..good() },
        TowersConfig { loss: TowerLoss::Sigmoid { scale: 1.0, bias: f64::INFINITY }, ..good() },
    ] {
        assert_eq!(make(wrong.clone(), pairs.clone()), Err("config.invalid"), "{wrong:?}");
    }
    let vast = Features::Bags(Bags::of_ids(&[vec![0], vec![1]], 1 << 31).expect("ids"));
    let refused = Towers::new(good(), vast.clone(), vast, pairs, &device()).err().expect("a table of 500 GB");
    assert_eq!(refused.code(), "config.invalid");
    assert!(refused.to_string().contains("MiB"), "{refused}");
    let code = |found: Result<Features>| found.map(|_| ()).map_err(|error| error.code());
    let sequences = |rows: &[Vec<f32>], dim| Sequences::new(rows, dim).map(Features::Sequences);
    assert_eq!(code(sequences(&[vec![0.0; 4], vec![0.0; 5]], 2)), Err("shape.mismatch"));
    assert_eq!(code(sequences(&[vec![0.0; 4], vec![]], 2)), Err("data.invalid"));
    assert_eq!(code(sequences(&[vec![f32::INFINITY; 2]], 2)), Err("data.not_finite"));
    assert_eq!(code(sequences(&[vec![0.0; 2]], 0)), Err("shape.mismatch"));
    assert_eq!(code(Features::rows(vec![0.0; 5], 2)), Err("shape.mismatch"));
    assert_eq!(code(Features::rows(vec![f32::NAN], 1)), Err("data.not_finite"));
    assert_eq!(Bags::of_ids(&[vec![3]], 3).expect_err("ids 0 to 2").code(), "index.out_of_range");
    assert_eq!(Bags::new(vec![vec![(0, -1.0)]], 3).expect_err("below 0").code(), "config.invalid");
    assert_eq!(Bags::new(vec![vec![(0, f32::NAN)]], 3).expect_err("NaN").code(), "data.not_finite");
}

#[test]
fn long_bags_are_thinned_evenly() {
    let long: Vec<u32> = (0..1_000).collect();
    let bags = Bags::of_ids(&[long, vec![7]], 1_000).expect("ids");
    let (ids, weights) = bags.padded(&[0, 1], None, &device());
    assert_eq!((ids.dims(), weights.dims()), ([2, 128], [2, 128]));
    let sums = floats(&weights.sum_dim(1).into_data());
    assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-5), "{sums:?}");
    let (short, _) = bags.padded(&[0], Some(&[500]), &device());
    assert!(short.into_data().iter::<i32>().all(|id| id != 500), "500 is left out");
    let ids: Vec<i32> = ids.into_data().iter::<i32>().collect();
    assert_eq!((ids[0], ids[64], ids[127], ids[128], ids[129]), (0, 500, 992, 7, 0));
}

#[test]
fn saved_towers_go_on_bit_for_bit_and_only_with_their_own_pairs() {
    let (left, right, pairs, _) = world();
    let config = TowersConfig { dim: 8, batch: 32, ..TowersConfig::default() };
    let fresh = || Towers::new(config.clone(), left.clone(), right.clone(), pairs.clone(), &device());
    let mut towers = fresh().expect("settings that fit");
    block_on(towers.advance(20)).expect("finite");
    let file = block_on(towers.save()).expect("a file");
    let load = |pairs| Towers::load(&file, left.clone(), right.clone(), pairs, &device());
    let mut again = load(pairs.clone()).expect("its own file");
    let [went_on, came_back] = [&mut towers, &mut again].map(|towers| {
        let losses = block_on(towers.advance(20)).expect("finite");
        (losses.step, losses.losses, block_on(towers.embed_own(End::Left)).expect("finite"))
    });
    assert_eq!(went_on, came_back);
    let told = load(pairs[1..].to_vec()).err().expect("other pairs").to_string();
    assert!(told.contains("other pairs"), "{told}");
    for cut in [0, 7, file.len() / 2, file.len() - 1] {
        let refused = Towers::load(&file[..cut], left.clone(), right.clone(), pairs.clone(), &device()).err();
        assert_eq!(refused.expect("a part of a file").code(), "session.state_invalid");
    }
}

/// Clips of one or two frames of noise around a tone, and the tone of each as a row.
fn clips_and_tones(count: usize, seed: u64) -> (Vec<Vec<f32>>, Vec<f32>) {
    let mut random = Random::new(seed);
    let (mut clips, mut tones) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let tone: Vec<f32> = (0..4).map(|_| random.normal()).collect();
        let frames = 1 + random.below(6);
        clips.push((0..frames * 4).map(|at| tone[at % 4] + 0.3 * random.normal()).collect());
        tones.extend(tone);
    }
    (clips, tones)
}

#[test]
fn sequences_and_rows_learn_one_space() {
    let (clips, tones) = clips_and_tones(200, 2);
    let config = TowersConfig {
        batch: 50,
        left: TowerConfig { network: NetworkConfig::Conv1d { channels: vec![16] }, ..TowerConfig::default() },
        ..TowersConfig::default()
    };
    let left = Features::Sequences(Sequences::new(&clips, 4).expect("whole frames"));
    let right = Features::rows(tones, 4).expect("finite rows");
    let pairs = (0..150).map(|at| [at, at]).collect();
    let mut towers = Towers::new(config, left, right, pairs, &Device::flex()).expect("pairs");
    // Clips that were not trained on look for their tone among all.
    let (lefts, wanted): (Vec<u32>, Vec<Vec<u32>>) = (150..200).map(|at| (at, vec![at])).unzip();
    let found = |towers: &Towers| block_on(towers.rank(&lefts, &wanted, 5)).expect("50 clips").recall;
    let before = found(&towers);
    block_on(towers.advance(120)).expect("finite losses");
    let after = found(&towers);
    assert!(after > 0.8 && before < 0.5, "Recall@5 {before}, then {after}");
    // A short clip is embedded alike whatever is embedded with it, and a longer one than the tower has room for is refused.
    let of = |clips: &[Vec<f32>]| {
        let clips = Features::Sequences(Sequences::new(clips, 4).expect("whole frames"));
        block_on(towers.embed(End::Left, &clips))
    };
    let (one, two) = (vec![0.5; 4], vec![-0.25; 20]);
    let (alone, both) = (of(std::slice::from_ref(&one)).expect("one"), of(&[one, two]).expect("two"));
    assert_eq!(alone[..], both[..alone.len()]);
    assert_eq!(of(&[vec![0.0; 28]]).expect_err("seven frames").code(), "config.invalid");
    let other = Features::Sequences(Sequences::new(&[vec![0.0; 3]], 3).expect("one frame"));
    assert_eq!(
        block_on(towers.embed(End::Left, &other)).expect_err("three numbers").code(),
        "shape.mismatch"
    );
    let rows = Features::rows(vec![0.0; 4], 4).expect("a row");
    let refused = block_on(towers.embed(End::Left, &rows)).expect_err("no sequence").to_string();
    assert!(refused.contains("must be sequences, are rows"), "{refused}");
}
