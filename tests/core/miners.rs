//! Every miner: what holds whatever the numbers are, and the device against the reference.

use burn::tensor::{Device, Tensor, TensorData};
use metriclab::distances::{Distance, RowKind, histograms, normalize};
use metriclab::miners::{HostMining, Mined, Miner, MinerConfig, Mining};
use metriclab::pairing::{Selection, TripletGrid, Triplets, all_triplets};
use metriclab::random::Random;

const ROWS: usize = 11;
const DIM: usize = 4;
const LABELS: [u16; ROWS] = [0, 1, 0, 2, 1, 0, 2, 3, 1, 0, 2];

fn matrix(distance: Distance, seed: u64) -> Tensor<2> {
    let mut random = Random::new(seed);
    let values: Vec<f32> = (0..ROWS * DIM).map(|_| random.normal()).collect();
    let rows = Tensor::from_data(TensorData::new(values, [ROWS, DIM]), &Device::flex());
    let rows = if distance.rows() == RowKind::Histograms { histograms(rows) } else { normalize(rows) };
    distance.matrix(rows.clone(), rows).expect("rows of one length")
}

fn host(matrix: &Tensor<2>) -> Vec<f32> {
    matrix.to_data().iter::<f32>().collect()
}

fn config(kind: Miner) -> MinerConfig {
    MinerConfig { margin: 0.4, count: 2, pos_margin: 0.7, neg_margin: 1.2, ..MinerConfig::of(kind) }
}

fn mined(kind: Miner, distance: Distance, matrix: &[f32], labels: &[u16]) -> Mined {
    config(kind).mine(&HostMining { distance, matrix, labels, dim: DIM }, &mut Random::new(5))
}

fn selected(kind: Miner, distance: Distance, matrix: Tensor<2>, grid: &TripletGrid) -> Selection {
    let mining = Mining { distance, matrix, grid, with_between: false, dim: DIM };
    config(kind).select(mining, &mut Random::new(5))
}

/// Sum and count of the kept triplets' d(a,p) − d(a,n), which both forms can tell.
fn reference_sums(triplets: &Triplets, matrix: &[f32]) -> (f32, usize) {
    let sum = triplets.iter().map(|(a, p, n)| matrix[a * ROWS + p] - matrix[a * ROWS + n]).sum();
    (sum, triplets.len())
}

#[test]
fn the_device_keeps_the_triplets_of_the_reference() {
    let grid = TripletGrid::new(&LABELS, &Device::flex()).expect("the batch has positives");
    for distance in Distance::ALL {
        for kind in Miner::ALL.into_iter().filter(|kind| kind.takes(distance)) {
            for seed in 0..5 {
                let matrix = matrix(distance, seed);
                let values = host(&matrix);
                let reference = mined(kind, distance, &values, &LABELS);
                let (sum, count) = reference_sums(&reference.triplets(), &values);
                let selection = selected(kind, distance, matrix, &grid);
                let kept = (selection.positive - selection.negative) * selection.keep.clone();
                let device_count = selection.keep.sum().into_scalar::<f32>();
                let device_sum = kept.sum().into_scalar::<f32>();
                assert_eq!(device_count, count as f32, "{kind:?}, {distance:?}, seed {seed}: how many");
                let error = (device_sum - sum).abs() / sum.abs().max(1.0);
                assert!(
                    error < 1e-3,
                    "{kind:?}, {distance:?}, seed {seed}: sum {device_sum}, expected {sum}"
                );
                if let (Mined::Pairs(positives, negatives), Some(pairs)) = (reference, selection.pairs) {
                    let counts = [pairs.0, pairs.1].map(|mask| mask.sum().into_scalar::<f32>());
                    let wanted = [positives.len() as f32, negatives.len() as f32];
                    assert_eq!(counts, wanted, "{kind:?}, {distance:?}, seed {seed}: pairs");
                }
            }
        }
    }
}

#[test]
fn what_is_taken_is_valid_and_distinct() {
    for kind in Miner::ALL {
        let values = host(&matrix(Distance::Euclidean, 7));
        let mined = mined(kind, Distance::Euclidean, &values, &LABELS);
        if let Mined::Pairs(positives, negatives) = &mined {
            assert!(
                positives.iter().all(|(a, p)| a != p && LABELS[a] == LABELS[p]),
                "{kind:?}: positive pairs"
            );
            assert!(negatives.iter().all(|(a, n)| LABELS[a] != LABELS[n]), "{kind:?}: negative pairs");
            for pairs in [positives, negatives] {
                let list: Vec<_> = pairs.iter().collect();
                assert!(list.windows(2).all(|two| two[0] < two[1]), "{kind:?}: in order, none twice");
            }
        }
        let triplets = mined.triplets();
        assert!(!triplets.is_empty(), "{kind:?} finds something in random points");
        let mut list: Vec<_> = triplets.iter().collect();
        for &(a, p, n) in &list {
            assert!(a != p && LABELS[a] == LABELS[p] && LABELS[a] != LABELS[n], "{kind:?}: ({a}, {p}, {n})");
        }
        let count = list.len();
        list.sort_unstable();
        list.dedup();
        assert_eq!(list.len(), count, "{kind:?}: no triplet twice");
    }
}

#[test]
fn counts_add_up() {
    let values = host(&matrix(Distance::Euclidean, 3));
    let count = |kind| mined(kind, Distance::Euclidean, &values, &LABELS).triplets().len();
    // Σ over classes of size c: c (c − 1) (B − c). Sizes 4, 3, 3, 1 in 11.
    assert_eq!(count(Miner::None), 4 * 3 * 7 + 3 * 2 * 8 + 3 * 2 * 8, "all triplets in closed form");
    assert_eq!(all_triplets(&LABELS).len(), count(Miner::None), "no mining takes all");
    assert_eq!(
        count(Miner::Hard) + count(Miner::Semihard),
        count(Miner::All),
        "hard + semi-hard = violating"
    );
    assert_eq!(count(Miner::All) + count(Miner::Easy), count(Miner::None), "violating + easy = all");
    assert_eq!(count(Miner::BatchHard), 10, "one for each row that has a positive");
    assert_eq!(count(Miner::BatchEasyHard), 10, "one for each row that has a positive");
    assert!(count(Miner::BatchEasySemihard) <= 10, "at most one for each of these");
    assert_eq!(count(Miner::NHard), 10 * 2 * 2, "two positives and two negatives for each of these");
    // 24 positive pairs, and one negative for each that has one below 1.4.
    assert!(count(Miner::DistanceWeighted) <= 24, "at most one negative for each positive pair");
    let Mined::Pairs(positives, negatives) = mined(Miner::Hdc, Distance::Euclidean, &values, &LABELS) else {
        panic!("hdc chooses pairs")
    };
    assert_eq!(
        (positives.len(), negatives.len()),
        (24 / 2, (110 - 24) / 2),
        "half of the pairs of each kind"
    );
}

#[test]
fn the_order_of_the_rows_does_not_matter() {
    let values = host(&matrix(Distance::Euclidean, 9));
    let turned: Vec<usize> = (0..ROWS).rev().collect();
    let labels: Vec<u16> = turned.iter().map(|&i| LABELS[i]).collect();
    let mut moved = vec![0.0; ROWS * ROWS];
    for (i, &from) in turned.iter().enumerate() {
        for (j, &to) in turned.iter().enumerate() {
            moved[i * ROWS + j] = values[from * ROWS + to];
        }
    }
    // Chances belong to places, and half of the pairs may cut between twins of one value.
    let by_place = [Miner::DistanceWeighted, Miner::UniformHistogram, Miner::Hdc];
    for kind in Miner::ALL.into_iter().filter(|kind| !by_place.contains(kind)) {
        let mut straight: Vec<_> =
            mined(kind, Distance::Euclidean, &values, &LABELS).triplets().iter().collect();
        let mut back: Vec<_> = mined(kind, Distance::Euclidean, &moved, &labels)
            .triplets()
            .iter()
            .map(|(a, p, n)| (turned[a], turned[p], turned[n]))
            .collect();
        straight.sort_unstable();
        back.sort_unstable();
        assert_eq!(straight, back, "{kind:?}");
    }
}

#[test]
fn drawn_negatives_follow_their_weights() {
    // One anchor with one positive and negatives at 0.6, 1.0 and 1.39, one at 1.5 that must never be drawn.
    let labels = [0, 0, 1, 2, 3, 4];
    let mut values = vec![1.0f32; 36];
    for (at, d) in [(1, 0.3), (2, 0.6), (3, 1.0), (4, 1.39), (5, 1.5)] {
        values[at] = d;
        values[at * 6] = d;
    }
    let dim = 8;
    let mining = HostMining { distance: Distance::Euclidean, matrix: &values, labels: &labels, dim };
    let miner = MinerConfig::of(Miner::DistanceWeighted);
    let mut counts = [0u32; 6];
    let mut random = Random::new(1);
    for _ in 0..4000 {
        let Mined::Triplets(triplets) = miner.mine(&mining, &mut random) else { panic!("it takes triplets") };
        triplets.iter().filter(|each| each.0 == 0).for_each(|(_, _, n)| counts[n] += 1);
    }
    let weight = |d: f64| d.powi(2 - dim as i32) * (1.0 - d * d / 4.0).powf((3.0 - dim as f64) / 2.0);
    let weights = [0.6, 1.0, 1.39].map(weight);
    let sum: f64 = weights.iter().sum();
    assert_eq!(counts[5], 0, "what is farther than 1.4 is not drawn");
    for (at, weight) in weights.iter().enumerate() {
        let (share, wanted) = (f64::from(counts[at + 2]) / 4000.0, weight / sum);
        assert!((share - wanted).abs() < 0.03, "negative {at}: {share}, expected {wanted}");
    }
}

#[test]
fn settings_are_checked() {
    let field =
        |config: MinerConfig, distance| config.validate(distance).expect_err("it is wrong").to_string();
    let of = MinerConfig::of;
    let wrong = MinerConfig { share: 0.0, ..of(Miner::Hdc) };
    assert!(field(wrong, Distance::Euclidean).starts_with("miner.share"), "no share");
    let wrong = MinerConfig { count: 0, ..of(Miner::NHard) };
    assert!(field(wrong, Distance::Euclidean).starts_with("miner.count"), "none");
    let wrong = MinerConfig { margin: f64::NAN, ..of(Miner::All) };
    assert!(field(wrong, Distance::Euclidean).starts_with("miner.margin"), "NaN");
    assert!(
        field(of(Miner::Angular), Distance::Cosine).starts_with("distance"),
        "angles need Euclidean sides"
    );
    assert!(of(Miner::Angular).validate(Distance::SquaredEuclidean).is_ok(), "or their squares");
}

#[test]
fn a_share_of_the_pairs_is_rounded_up() {
    // Six rows on a line, two classes of three: 12 positive and 18 negative pairs, 3.6 and 5.4 of which are asked for.
    let rows = Tensor::<2>::from_floats([[0.0], [1.0], [2.2], [3.6], [5.2], [7.0]], &Device::flex());
    let matrix = Distance::Euclidean.matrix(rows.clone(), rows).expect("rows of one length");
    let labels = [0, 1, 0, 1, 0, 1];
    let config = MinerConfig { share: 0.3, ..MinerConfig::of(Miner::Hdc) };
    let values = host(&matrix);
    let mining = HostMining { distance: Distance::Euclidean, matrix: &values, labels: &labels, dim: 1 };
    let Mined::Pairs(positives, negatives) = config.mine(&mining, &mut Random::new(1)) else {
        panic!("hdc chooses pairs")
    };
    assert_eq!((positives.len(), negatives.len()), (4, 6), "as pytorch-metric-learning counts");
    let grid = TripletGrid::new(&labels, &Device::flex()).expect("the batch has positives");
    let mining = Mining { distance: Distance::Euclidean, matrix, grid: &grid, with_between: false, dim: 1 };
    let pairs = config.select(mining, &mut Random::new(1)).pairs.expect("it chooses pairs");
    let counts = [pairs.0, pairs.1].map(|mask| mask.sum().into_scalar::<f32>());
    assert_eq!(counts, [4.0, 6.0], "and the device");
}

#[test]
fn hard_triplets_keep_to_a_negative_margin() {
    let matrix = matrix(Distance::Euclidean, 4);
    let values = host(&matrix);
    let grid = TripletGrid::new(&LABELS, &Device::flex()).expect("the batch has positives");
    for margin in [0.2, 0.0, -0.05, -0.4] {
        let wanted = all_triplets(&LABELS)
            .iter()
            .filter(|&(a, p, n)| {
                let t = values[a * ROWS + n] - values[a * ROWS + p];
                t <= 0.0 && t <= margin as f32
            })
            .count();
        let config = MinerConfig { margin, ..MinerConfig::of(Miner::Hard) };
        let mining = HostMining { distance: Distance::Euclidean, matrix: &values, labels: &LABELS, dim: DIM };
        assert_eq!(config.mine(&mining, &mut Random::new(1)).triplets().len(), wanted, "margin {margin}");
        let distance = Distance::Euclidean;
        let mining = Mining { distance, matrix: matrix.clone(), grid: &grid, with_between: false, dim: DIM };
        let kept = config.select(mining, &mut Random::new(1)).keep.sum().into_scalar::<f32>();
        assert_eq!(kept, wanted as f32, "margin {margin} on the device");
    }
}
