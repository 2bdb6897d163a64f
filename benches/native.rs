//! The core's heaviest work, natively on the CPU: `cargo bench`.
#![allow(missing_docs, reason = "divan writes functions of its own")]

#[path = "../tests/work/mod.rs"]
mod work;

use divan::Bencher;
use metriclab::distances::Distance;
use metriclab::networks::NetworkConfig;

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
