//! The core's heaviest work, natively on the CPU: `cargo bench`.
#![allow(missing_docs, reason = "divan writes functions of its own")]

#[path = "../tests/work/mod.rs"]
mod work;

use divan::Bencher;
use metriclab::distances::Distance;
use metriclab::losses::Loss;
use metriclab::networks::NetworkConfig;
use metriclab::session::Space;
use metriclab::tools::{TripletZonesRequest, triplet_zones};

fn main() {
    divan::main();
}

#[divan::bench(args = [(1024, 128), (4096, 32), (4096, 128)])]
fn neighbours(bencher: Bencher<'_, '_>, (count, dim): (usize, usize)) {
    let rows = work::numbers(count * dim);
    bencher.bench(|| work::neighbours(&rows, dim, Distance::Euclidean));
}

#[divan::bench(args = [(1024, 128), (4096, 128)])]
fn matrix(bencher: Bencher<'_, '_>, (count, dim): (usize, usize)) {
    let rows = work::numbers(count * dim);
    bencher.bench(|| work::matrix(&rows, dim));
}

#[divan::bench]
fn batch_distances(bencher: Bencher<'_, '_>) {
    let rows = work::numbers(128 * 32);
    bencher.bench(|| work::batch_distances(&rows));
}

#[divan::bench(args = [(2000, 32), (500, 784)])]
fn components(bencher: Bencher<'_, '_>, (count, dim): (usize, usize)) {
    let rows = work::numbers(count * dim);
    bencher.bench(|| work::components(&rows, dim));
}

/// Neighbours of one sample, as a click asks for them, with the index prepared anew.
#[divan::bench(args = [Space::Raw, Space::Embedding])]
fn first_click(bencher: Bencher<'_, '_>, space: Space) {
    let mut session = work::pictures();
    work::click(&mut session, space);
    bencher.bench_local(|| {
        session.drop_indexes();
        work::click(&mut session, space)
    });
}

#[divan::bench(args = [Space::Raw, Space::Embedding])]
fn next_click(bencher: Bencher<'_, '_>, space: Space) {
    let mut session = work::pictures();
    work::click(&mut session, space);
    bencher.bench_local(|| work::click(&mut session, space));
}

#[divan::bench]
fn step_of_an_mlp(bencher: Bencher<'_, '_>) {
    let mut session = work::session(NetworkConfig::Mlp { hidden: vec![128] });
    bencher.bench_local(|| work::steps(&mut session, 1));
}

#[divan::bench]
fn step_of_convolutions(bencher: Bencher<'_, '_>) {
    let mut session = work::session(NetworkConfig::Conv { channels: vec![8, 16] });
    bencher.bench_local(|| work::steps(&mut session, 1));
}

/// While an anchor is dragged the page asks for this at every frame.
#[divan::bench(args = [Distance::Euclidean, Distance::Minkowski { p: 3.0 }, Distance::Angle])]
fn zones_of_a_triplet(bencher: Bencher<'_, '_>, distance: Distance) {
    let request = TripletZonesRequest {
        points: vec![0.1, -0.2, 0.6, 0.4],
        loss: Loss::DEFAULTS[0],
        distance,
        normalize: false,
        miner_margin: 0.2,
        frame: [-2.0, -1.0, 2.0, 1.0],
    };
    bencher.bench(|| triplet_zones(&request));
}
