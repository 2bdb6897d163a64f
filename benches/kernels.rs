//! Times of the kernels on a native adapter: `cargo bench --features gpu --bench kernels`. `-- hardware` or `-- software` runs
//! one form of the kernels only, `-- hardware large` the sizes that fill a graphics card too.
//!
//! Two times a row, in milliseconds. *Alone* is one call from its start to its answer in memory, the best of several. *In a
//! row* is the time of a call among many that wait for one answer, so that the device never idles; GFLOP/s and GB/s (numbers
//! read and written once) follow from it.

use std::hint::black_box;
use std::time::Instant;

use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor, TensorData, module};
use metriclab::distances::Distance;
use metriclab::miners::{Miner, MinerConfig, Mining};
use metriclab::neighbours::{Rows, device};
use metriclab::networks::{Optimizer, OptimizerKind, Uploaded};
use metriclab::pairing::TripletGrid;
use metriclab::random::Random;
use metriclab_kernels::Adapter;

const RUNS: usize = 7;

fn numbers(count: usize, seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed);
    (0..count).map(|_| random.normal()).collect()
}

fn tensor<const D: usize>(shape: [usize; D], seed: u64, device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(numbers(shape.iter().product(), seed), shape), device)
}

/// The arithmetic of a call, and the bytes that it must read and write.
#[derive(Clone, Copy, Default)]
struct Cost {
    flop: f64,
    bytes: f64,
}

impl Cost {
    /// `flop` operations on `numbers` f32.
    fn new(flop: usize, numbers: usize) -> Self {
        Self { flop: flop as f64, bytes: 4.0 * numbers as f64 }
    }
}

/// Milliseconds of the best of several runs. The first run compiles the kernels.
fn best(mut work: impl FnMut()) -> f64 {
    work();
    let timed = (0..RUNS).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64() * 1e3
    });
    timed.fold(f64::INFINITY, f64::min)
}

/// A call that answers in memory.
fn time(name: &str, work: impl FnMut()) {
    println!("  {name:<44} {:9.3}", best(work));
}

/// A call that leaves its answer on the device.
fn launch<const D: usize>(name: &str, cost: Cost, mut work: impl FnMut() -> Tensor<D>) {
    let alone = best(|| read_first(work()));
    // As many calls as take about 50 ms.
    let calls = (50.0 / alone).ceil().clamp(2.0, 200.0);
    let row = best(|| {
        for _ in 1..calls as usize {
            black_box(work());
        }
        read_first(work());
    }) / calls;
    let [flop, bytes] = [cost.flop, cost.bytes].map(|amount| amount / row / 1e6);
    println!("  {name:<44} {alone:9.3} {row:9.3} {flop:9.0} {bytes:9.0}");
}

/// Waits for a tensor by reading one of its numbers.
fn read_first<const D: usize>(tensor: Tensor<D>) {
    // The data are lazy: without a look at them nothing would be waited for.
    black_box(tensor.slice(std::array::from_fn::<_, D, _>(|_| 0..1)).into_data().iter::<f32>().next());
}

fn products(device: &Device, large: bool) {
    let sizes: &[[usize; 3]] = &[[128, 784, 128], [512, 512, 512], [2048, 2048, 2048], [4096, 4096, 4096]];
    for &[m, k, n] in if large { sizes } else { &sizes[..2] } {
        let cost = Cost::new(2 * m * k * n, m * k + k * n + m * n);
        let (a, b) = (tensor([m, k], 1, device), tensor([k, n], 2, device));
        launch(&format!("product {m} × {k} · {k} × {n}"), cost, || a.clone().matmul(b.clone()));
        let a = tensor([k, m], 1, device);
        launch(&format!("product turned {k} × {m}"), cost, || a.clone().transpose().matmul(b.clone()));
    }
}

fn batch(device: &Device) {
    let device = device.clone().autodiff();
    for count in [256, 1024] {
        let rows: Tensor<2> = tensor([count, 64], 1, &device).require_grad();
        let matrix = || Distance::Euclidean.matrix(rows.clone(), rows.clone()).expect("rows of one length");
        let cost = Cost::new(3 * count * count * 64, 2 * count * 64 + count * count);
        launch(&format!("distances of a batch of {count} × 64"), cost, || matrix().inner());
        let cost = Cost::new(11 * count * count * 64, 6 * count * 64 + 4 * count * count);
        launch("the same with its gradient", cost, || {
            rows.grad(&matrix().sum().backward()).expect("a gradient")
        });
    }
}

fn searches(device: &Device, large: bool) {
    let sizes: &[(usize, usize)] = &[(2048, 128), (4096, 128), (20_000, 64), (65_536, 64)];
    for &(count, dim) in if large { sizes } else { &sizes[..1] } {
        let values = numbers(count * dim, 3);
        let rows = Rows::new("rows", &values, dim).expect("whole rows");
        time(&format!("nearest 10 of {count} × {dim}"), || {
            let found = device::nearest(rows, rows, 10, Distance::Euclidean, device);
            black_box(pollster::block_on(found).expect("a search"));
        });
        if count <= 4096 {
            time(&format!("all distances of {count} × {dim}"), || {
                let found = device::pairwise(rows, rows, Distance::Euclidean, device);
                black_box(pollster::block_on(found).expect("a matrix"));
            });
        }
    }
}

fn convolutions(device: &Device, large: bool) {
    let sizes: &[(usize, usize, usize)] = &[(8, 16, 28), (64, 64, 28)];
    for &(inputs, outputs, side) in if large { sizes } else { &sizes[..1] } {
        let pictures = tensor([128, inputs, side, side], 1, device);
        let weight = tensor([outputs, inputs, 3, 3], 2, device);
        let half = side.div_ceil(2);
        let cost = Cost::new(
            2 * 128 * half * half * outputs * inputs * 9,
            128 * (inputs * side * side + outputs * half * half) + outputs * inputs * 9,
        );
        launch(&format!("convolution 128 × {inputs} × {side}², {outputs} channels"), cost, || {
            let options = ConvOptions::new([2, 2], [1, 1], [1, 1], 1);
            module::conv2d(pictures.clone(), weight.clone(), None, options)
        });
    }
}

fn folds(device: &Device, large: bool) {
    for side in if large { &[1024, 4096][..] } else { &[1024] } {
        let matrix: Tensor<2> = tensor([*side, *side], 1, device);
        let cost = Cost::new(side * side, side * side);
        launch(&format!("sum of {side} × {side} along rows"), cost, || matrix.clone().sum_dim(1));
        launch(&format!("largest of {side} × {side} along columns"), cost, || matrix.clone().max_dim(0));
        launch(&format!("whole sum of {side} × {side}"), cost, || matrix.clone().sum());
    }
}

fn steps(device: &Device, large: bool) {
    let optimizer = Optimizer::new(OptimizerKind::Adam, 0.9, 0.0);
    for [inputs, outputs] in if large { &[[784, 128], [2048, 2048]][..] } else { &[[784, 128]] } {
        let (count, shape) = (inputs * outputs, [*inputs, *outputs]);
        let (weights, gradient) = (tensor(shape, 1, device), tensor(shape, 2, device));
        let mut uploaded = Uploaded::default();
        let moments = optimizer.step(0.01, weights.clone(), gradient.clone(), None, &mut uploaded).1;
        launch(&format!("Adam of {inputs} × {outputs}"), Cost::new(12 * count, 7 * count), || {
            optimizer.step(0.01, weights.clone(), gradient.clone(), moments.clone(), &mut uploaded).0
        });
    }
    let labels: Vec<u16> = (0..256).map(|row| row / 4).collect();
    let grid = TripletGrid::new(&labels, device).expect("positives");
    let rows: Tensor<2> = tensor([256, 32], 1, device);
    let matrix = Distance::Euclidean.matrix(rows.clone(), rows).expect("rows of one length");
    for kind in [Miner::BatchHard, Miner::Semihard] {
        launch(&format!("{kind:?} of 256"), Cost::new(0, 256 * 256), || {
            let mining = Mining {
                distance: Distance::Euclidean,
                matrix: matrix.clone(),
                grid: &grid,
                with_between: false,
                dim: 32,
            };
            MinerConfig::of(kind).select(mining, &mut Random::new(1)).keep
        });
    }
}

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| asked.iter().any(|argument| argument == word);
    let device =
        Device::wgpu_options().init().expect("a native adapter: apt-get install mesa-vulkan-drivers");
    for (adapter, other) in [(Adapter::Hardware, "software"), (Adapter::Software, "hardware")] {
        if has(other) {
            continue;
        }
        let large = has("large");
        println!("kernels for {adapter:?}");
        println!("  {:<44} {:>9} {:>9} {:>9} {:>9}", "", "alone ms", "in a row", "GFLOP/s", "GB/s");
        adapter.set();
        products(&device, large);
        batch(&device);
        searches(&device, large);
        convolutions(&device, large);
        folds(&device, large);
        steps(&device, large);
    }
}
