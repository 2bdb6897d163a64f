//! The core's heaviest work on fixed inputs, one function a kernel: what `benches/native.rs` times and `tests/instructions.rs`
//! counts.

use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData};
use metriclab::datasets::synthetic;
use metriclab::distances::Distance;
use metriclab::miners::{Miner, MinerConfig};
use metriclab::neighbours::{self, Rows};
use metriclab::networks::NetworkConfig;
use metriclab::projection::pca;
use metriclab::random::Random;
use metriclab::session::{Session, SessionConfig, Space};
use pollster::block_on;

pub fn numbers(count: usize) -> Vec<f32> {
    let mut random = Random::new(7);
    (0..count).map(|_| random.normal()).collect()
}

/// Exact neighbours of every row among all.
pub fn neighbours(rows: &[f32], dim: usize, distance: Distance) -> u32 {
    let rows = Rows::new("rows", rows, dim).expect("whole rows");
    neighbours::nearest(rows, rows, 10, distance).expect("a search").indices[0]
}

/// All distances.
pub fn matrix(rows: &[f32], dim: usize) -> f32 {
    let rows = Rows::new("rows", rows, dim).expect("whole rows");
    neighbours::pairwise(rows, rows, Distance::Euclidean).expect("a matrix")[1]
}

/// The Euclidean distances of a batch of 128 rows of 32, forward and backward.
pub fn batch_distances(rows: &[f32]) -> f32 {
    let device = Device::flex().autodiff();
    let rows = Tensor::<2>::from_data(TensorData::new(rows.to_vec(), [128, 32]), &device).require_grad();
    let gradients =
        Distance::Euclidean.matrix(rows.clone(), rows.clone()).expect("rows of one length").sum().backward();
    rows.grad(&gradients).expect("a gradient").sum().into_scalar()
}

/// Two principal components.
pub fn components(rows: &[f32], dim: usize) -> f32 {
    pca::project(rows, dim).expect("a projection").xy[0]
}

/// A session on generated bars with a batch of 40: triplets, batch-hard, Adam.
pub fn session(network: NetworkConfig) -> Session {
    let bars = synthetic::Bars { classes: 8, per_class: 30, side: 16, noise: 0.3, ..Default::default() };
    let dataset = Rc::new(synthetic::bars(&bars).expect("bars"));
    let mut config = SessionConfig::default_for(&dataset);
    (config.network, config.embedding.dim) = (network, 16);
    (config.batch.classes, config.batch.per_class) = (8, 5);
    config.unseen_classes = 0;
    config.miner = MinerConfig::of(Miner::BatchHard);
    Session::new(config, dataset, &Device::flex()).expect("the configuration fits the bars")
}

/// A session on as many pictures as MNIST's 10,000, with as many numbers.
#[allow(dead_code, reason = "the benchmark's alone")]
pub fn pictures() -> Session {
    let bars = synthetic::Bars { classes: 10, per_class: 1_000, side: 28, noise: 0.3, ..Default::default() };
    let dataset = Rc::new(synthetic::bars(&bars).expect("bars"));
    let config = SessionConfig::default_for(&dataset);
    Session::new(config, dataset, &Device::flex()).expect("the configuration fits the bars")
}

/// Nearest pictures of one.
#[allow(dead_code, reason = "the benchmark's alone")]
pub fn click(session: &mut Session, space: Space) -> u32 {
    block_on(session.neighbours(42, 8, space)).expect("neighbours").indices[0]
}

pub fn steps(session: &mut Session, count: usize) -> f32 {
    block_on(session.advance(count)).expect("training goes on").losses[0]
}
