//! The losses, miners and distances against the figures of pytorch-metric-learning 2.8.1 in
//! `tests/golden/losses.json` (float64, one fixed batch): values and gradients.

use burn::tensor::{Device, Int, Tensor, TensorData};
use metriclab::distances::{Distance, normalize};
use metriclab::losses::Loss;
use metriclab::miners::{Miner, MinerConfig};
use metriclab::pairing::TripletGrid;
use metriclab::session::{ClassScores, Objective};
use serde_json::Value;

/// Relative error allowed of a loss in f32 (the reference's own f32 stays within 3e-7).
const VALUE_TOLERANCE: f64 = 1e-5;
/// Error allowed of a gradient, relative to its largest component (the reference: 7e-6).
const GRADIENT_TOLERANCE: f64 = 1e-4;
/// Absolute error allowed of a distance in f32.
const DISTANCE_TOLERANCE: f64 = 1e-6;

struct Golden {
    json: Value,
    labels: Vec<u16>,
    rows: usize,
    dim: usize,
}

impl Golden {
    fn read() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/losses.json");
        let text = std::fs::read_to_string(path).expect("the golden file is part of the repository");
        let json: Value = serde_json::from_str(&text).expect("the golden file is JSON");
        let labels = numbers(&json["labels"]).iter().map(|&x| x as u16).collect();
        let rows = json["N"].as_u64().expect("N is a number") as usize;
        let dim = json["D"].as_u64().expect("D is a number") as usize;
        Self { json, labels, rows, dim }
    }

    fn embeddings(&self, device: &Device) -> Tensor<2> {
        let values: Vec<f32> = numbers(&self.json["embeddings"]).iter().map(|&x| x as f32).collect();
        Tensor::from_data(TensorData::new(values, [self.rows, self.dim]), device)
    }
}

/// All numbers of a nested array, in order.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        other => vec![other.as_f64().expect("the golden file holds numbers here")],
    }
}

fn floats(tensor: Tensor<2>) -> Vec<f64> {
    tensor.into_data().iter::<f32>().map(f64::from).collect()
}

fn check_loss(name: &str, loss: Loss, distance: Distance, miner: MinerConfig) {
    let golden = Golden::read();
    let device = Device::flex().autodiff();
    let raw = golden.embeddings(&device).require_grad();
    let grid = TripletGrid::new(&golden.labels, &device).expect("the golden batch has positives");
    let value = Objective { distance, miner, loss }
        .value(normalize(raw.clone()), &grid, None)
        .expect("the loss takes this batch")
        .value;
    let expected = &golden.json["losses"][name];
    check_value(name, &value, expected);
    let gradients = value.backward();
    let got = floats(raw.grad(&gradients).expect("the loss depends on the embeddings"));
    check_gradient(name, &got, &numbers(&expected["grad_embeddings"]));
}

fn check_value(name: &str, value: &Tensor<1>, expected: &Value) {
    let got = f64::from(value.clone().into_scalar::<f32>());
    let want = expected["value"].as_f64().expect("the golden file has a value");
    let error = (got - want).abs() / want.abs();
    assert!(error < VALUE_TOLERANCE, "{name}: {got}, expected {want}, relative error {error:e}");
}

fn check_gradient(name: &str, got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len(), "{name}: length of the gradient");
    let largest = want.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        let error = (got - want).abs() / largest;
        assert!(
            error < GRADIENT_TOLERANCE,
            "{name}: gradient {i} is {got}, expected {want}, error {error:e}"
        );
    }
}

const UNMINED: MinerConfig = MinerConfig { kind: Miner::None, margin: 0.2 };

fn triplet(swap: bool, smooth: bool) -> Loss {
    Loss::Triplet { margin: 0.05, swap, smooth }
}

/// The golden rows with a miner use its margin in the loss too.
const WIDE: Loss = Loss::Triplet { margin: 0.2, swap: false, smooth: false };

fn mined(kind: Miner) -> MinerConfig {
    MinerConfig { kind, margin: 0.2 }
}

#[test]
fn contrastive() {
    check_loss(
        "contrastive",
        Loss::Contrastive { pos_margin: 0.0, neg_margin: 1.0 },
        Distance::Euclidean,
        UNMINED,
    );
}

#[test]
fn triplet_plain_soft_and_swapped() {
    check_loss("triplet", triplet(false, false), Distance::Euclidean, UNMINED);
    check_loss("triplet_soft", triplet(false, true), Distance::Euclidean, UNMINED);
    check_loss("triplet_swap", triplet(true, false), Distance::Euclidean, UNMINED);
}

#[test]
fn triplet_mined() {
    check_loss("triplet_hard_mined", WIDE, Distance::Euclidean, mined(Miner::Hard));
    check_loss("triplet_semihard_mined", WIDE, Distance::Euclidean, mined(Miner::Semihard));
    check_loss("triplet_batch_hard", WIDE, Distance::Euclidean, mined(Miner::BatchHard));
}

#[test]
fn margin() {
    check_loss("margin", Loss::Margin { alpha: 0.2, beta: 1.2 }, Distance::Euclidean, UNMINED);
}

#[test]
fn ntxent() {
    check_loss("ntxent", Loss::Ntxent { temperature: 0.07 }, Distance::Cosine, UNMINED);
}

#[test]
fn losses_on_all_pairs() {
    let lifted = (0.0, 1.0);
    for (name, loss, distance) in [
        ("supcon", Loss::Supcon { temperature: 0.1 }, Distance::Cosine),
        ("nca", Loss::Nca { scale: 1.0 }, Distance::SquaredEuclidean),
        ("lifted", Loss::Lifted { pos_margin: lifted.0, neg_margin: lifted.1 }, Distance::Euclidean),
        (
            "generalized_lifted",
            Loss::GeneralizedLifted { pos_margin: lifted.0, neg_margin: lifted.1 },
            Distance::Euclidean,
        ),
        (
            "multi_similarity",
            Loss::MultiSimilarity { pos_scale: 2.0, neg_scale: 50.0, base: 0.5 },
            Distance::Cosine,
        ),
        ("circle", Loss::Circle { margin: 0.4, scale: 80.0 }, Distance::Cosine),
        ("tuplet_margin", Loss::TupletMargin { margin: 5.73f64.to_radians(), scale: 64.0 }, Distance::Cosine),
    ] {
        check_loss(name, loss, distance, UNMINED);
    }
}

#[test]
fn losses_with_class_weights() {
    for (name, loss) in [
        ("normalized_softmax", Loss::NormalizedSoftmax { temperature: 0.05 }),
        ("cosface", Loss::Cosface { margin: 0.35, scale: 64.0 }),
        ("arcface", Loss::Arcface { margin: 28.6f64.to_radians(), scale: 64.0 }),
        ("proxy_nca", Loss::ProxyNca { scale: 1.0 }),
        ("proxy_anchor", Loss::ProxyAnchor { margin: 0.1, scale: 32.0 }),
    ] {
        let golden = Golden::read();
        let device = Device::flex().autodiff();
        let raw = golden.embeddings(&device).require_grad();
        let values: Vec<f32> = numbers(&golden.json["W_DxC"]).iter().map(|&x| x as f32).collect();
        let classes = values.len() / golden.dim;
        let weight =
            Tensor::<2>::from_data(TensorData::new(values, [golden.dim, classes]), &device).require_grad();
        let targets: Vec<i32> = golden.labels.iter().map(|&label| i32::from(label)).collect();
        let scores = ClassScores {
            weight: weight.clone(),
            bias: Tensor::zeros([1, classes], &device),
            targets: Tensor::<2, Int>::from_data(TensorData::new(targets, [golden.rows, 1]), &device),
        };
        let grid = TripletGrid::new(&golden.labels, &device).expect("the golden batch has positives");
        let value = Objective { distance: Distance::Cosine, miner: UNMINED, loss }
            .value(raw.clone(), &grid, Some(scores))
            .expect("the loss takes this batch")
            .value;
        let expected = &golden.json["losses"][name];
        check_value(name, &value, expected);
        let gradients = value.backward();
        let by_rows = floats(raw.grad(&gradients).expect("the loss depends on the embeddings"));
        check_gradient(name, &by_rows, &numbers(&expected["grad_embeddings"]));
        let by_weight = weight.grad(&gradients).expect("the loss depends on the weights");
        // The reference holds a class in a column for classifiers, in a row for proxies.
        let by_weight = if name.starts_with("proxy") { by_weight.transpose() } else { by_weight };
        let by_weight = floats(by_weight);
        check_gradient(name, &by_weight, &numbers(&expected["grad_weight"]));
    }
}

#[test]
fn miners_take_the_golden_triplets() {
    let golden = Golden::read();
    let matrix: Vec<f32> =
        numbers(&golden.json["distances"]["lp2_normalized"]).iter().map(|&x| x as f32).collect();
    for (name, kind) in [
        ("triplet_margin_all_0.2", Miner::All),
        ("triplet_margin_hard_0.2", Miner::Hard),
        ("triplet_margin_semihard_0.2", Miner::Semihard),
        ("triplet_margin_easy_0.2", Miner::Easy),
        ("batch_hard", Miner::BatchHard),
    ] {
        let got = mined(kind).mine(Distance::Euclidean, &matrix, &golden.labels);
        let mut got: Vec<_> = got.iter().collect();
        let lists = &golden.json["miners"][name];
        let list = |i: usize| -> Vec<usize> { numbers(&lists[i]).iter().map(|&x| x as usize).collect() };
        let mut want: Vec<_> =
            list(0).into_iter().zip(list(1)).zip(list(2)).map(|((a, p), n)| (a, p, n)).collect();
        got.sort_unstable();
        want.sort_unstable();
        assert!(!want.is_empty(), "{name}: the golden list is not empty");
        assert_eq!(got, want, "{name}");
    }
}

#[test]
fn distances() {
    let golden = Golden::read();
    let device = Device::flex();
    let raw = golden.embeddings(&device);
    let unit = normalize(raw.clone());
    for (name, distance, x) in [
        ("lp2_normalized", Distance::Euclidean, unit.clone()),
        ("lp2_squared_normalized", Distance::SquaredEuclidean, unit),
        ("lp2_raw", Distance::Euclidean, raw.clone()),
        ("cosine", Distance::Cosine, raw),
    ] {
        let got = floats(distance.matrix(x.clone(), x));
        let want = numbers(&golden.json["distances"][name]);
        for (i, (got, want)) in got.iter().zip(&want).enumerate() {
            assert!(
                (got - want).abs() < DISTANCE_TOLERANCE * want.abs().max(1.0),
                "{name} {i}: {got}, expected {want}"
            );
        }
    }
}
