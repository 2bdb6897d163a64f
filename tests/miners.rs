//! Every miner: what holds whatever the numbers are, and the device against the reference.

use burn::tensor::{Device, Tensor, TensorData};
use metriclab::distances::Distance;
use metriclab::miners::{Miner, MinerConfig};
use metriclab::pairing::{TripletGrid, Triplets, all_triplets};
use metriclab::random::Random;

const ROWS: usize = 11;
const LABELS: [u16; ROWS] = [0, 1, 0, 2, 1, 0, 2, 3, 1, 0, 2];

fn points(seed: u64) -> Tensor<2> {
    let mut random = Random::new(seed);
    let values: Vec<f32> = (0..ROWS * 4).map(|_| random.normal()).collect();
    Tensor::from_data(TensorData::new(values, [ROWS, 4]), &Device::flex())
}

fn matrix(distance: Distance, seed: u64) -> Tensor<2> {
    distance.matrix(points(seed), points(seed))
}

fn host(matrix: &Tensor<2>) -> Vec<f32> {
    matrix.to_data().iter::<f32>().collect()
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
        for kind in Miner::ALL {
            for seed in 0..5 {
                let miner = MinerConfig { kind, margin: 0.4 };
                let matrix = matrix(distance, seed);
                let values = host(&matrix);
                let (sum, count) = reference_sums(&miner.mine(distance, &values, &LABELS), &values);
                let selection = miner.select(distance, matrix, &grid, false);
                let kept = (selection.positive - selection.negative) * selection.keep.clone();
                let device_count = selection.keep.sum().into_scalar::<f32>();
                let device_sum = kept.sum().into_scalar::<f32>();
                assert_eq!(device_count, count as f32, "{kind:?}, {distance:?}, seed {seed}: how many");
                let error = (device_sum - sum).abs();
                assert!(
                    error < 1e-3,
                    "{kind:?}, {distance:?}, seed {seed}: sum {device_sum}, expected {sum}"
                );
            }
        }
    }
}

#[test]
fn triplets_are_valid_and_distinct() {
    for kind in Miner::ALL {
        let values = host(&matrix(Distance::Euclidean, 7));
        let triplets = MinerConfig { kind, margin: 0.4 }.mine(Distance::Euclidean, &values, &LABELS);
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
    let count = |kind| MinerConfig { kind, margin: 0.4 }.mine(Distance::Euclidean, &values, &LABELS).len();
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
    for kind in Miner::ALL {
        let miner = MinerConfig { kind, margin: 0.4 };
        let mut straight: Vec<_> = miner.mine(Distance::Euclidean, &values, &LABELS).iter().collect();
        let mut back: Vec<_> = miner
            .mine(Distance::Euclidean, &moved, &labels)
            .iter()
            .map(|(a, p, n)| (turned[a], turned[p], turned[n]))
            .collect();
        straight.sort_unstable();
        back.sort_unstable();
        assert_eq!(straight, back, "{kind:?}");
    }
}
