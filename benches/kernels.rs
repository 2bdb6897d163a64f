//! Times of the kernels on a native adapter: `cargo bench --features gpu --bench kernels`. Each figure is the best of several
//! runs, in milliseconds, reading the result included.

use std::hint::black_box;
use std::time::Instant;

use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor, TensorData, module};
use metriclab::distances::Distance;
use metriclab::miners::{Miner, MinerConfig, Mining};
use metriclab::neighbours::{Rows, device};
use metriclab::networks::{Optimizer, OptimizerKind};
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

fn time(name: &str, mut work: impl FnMut()) {
    // The first run compiles the kernels.
    work();
    let best = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e3
        })
        .fold(f64::INFINITY, f64::min);
    println!("  {name:<44} {best:9.2}");
}

fn read<const D: usize>(tensor: Tensor<D>) {
    black_box(tensor.into_data());
}

fn products(device: &Device) {
    for [m, k, n] in [[128, 784, 128], [512, 512, 512]] {
        let (a, b) = (tensor([m, k], 1, device), tensor([k, n], 2, device));
        time(&format!("product {m} × {k} · {k} × {n}"), || read(a.clone().matmul(b.clone())));
        let a = tensor([k, m], 1, device);
        time(&format!("product turned {k} × {m}"), || read(a.clone().transpose().matmul(b.clone())));
    }
}

fn batch(device: &Device) {
    let device = device.clone().autodiff();
    let rows: Tensor<2> = tensor([256, 64], 1, &device).require_grad();
    time("distances of a batch of 256 × 64", || {
        read(Distance::Euclidean.matrix(rows.clone(), rows.clone()).expect("rows of one length").inner());
    });
    time("the same with its gradient", || {
        let gradients = Distance::Euclidean
            .matrix(rows.clone(), rows.clone())
            .expect("rows of one length")
            .sum()
            .backward();
        read(rows.grad(&gradients).expect("a gradient"));
    });
}

fn searches(device: &Device) {
    let (count, dim) = (2048, 128);
    let values = numbers(count * dim, 3);
    let rows = Rows::new("rows", &values, dim).expect("whole rows");
    time("nearest 10 of 2048 × 128", || {
        let found = device::nearest(rows, rows, 10, Distance::Euclidean, device);
        black_box(pollster::block_on(found).expect("a search"));
    });
    time("all distances of 2048 × 128", || {
        let found = device::pairwise(rows, rows, Distance::Euclidean, device);
        black_box(pollster::block_on(found).expect("a matrix"));
    });
}

fn steps(device: &Device) {
    let pictures = tensor([128, 8, 28, 28], 1, device);
    let weight = tensor([16, 8, 3, 3], 2, device);
    time("convolution 128 × 8 × 28², 16 channels", || {
        let options = ConvOptions::new([2, 2], [1, 1], [1, 1], 1);
        read(module::conv2d(pictures.clone(), weight.clone(), None, options));
    });
    let matrix = tensor([1024, 1024], 1, device);
    time("sum of 1024 × 1024 along rows", || read(matrix.clone().sum_dim(1)));
    time("largest of 1024 × 1024 along columns", || read(matrix.clone().max_dim(0)));
    time("whole sum of 1024 × 1024", || read(matrix.clone().sum()));
    let optimizer = Optimizer::new(OptimizerKind::Adam, 0.9, 0.0);
    let (weights, gradient) = (tensor([784, 128], 1, device), tensor([784, 128], 2, device));
    time("Adam of 784 × 128", || read(optimizer.step(0.01, weights.clone(), gradient.clone(), None).0));
    let labels: Vec<u16> = (0..256).map(|row| row / 4).collect();
    let grid = TripletGrid::new(&labels, device).expect("positives");
    let rows: Tensor<2> = tensor([256, 32], 1, device);
    let matrix = Distance::Euclidean.matrix(rows.clone(), rows).expect("rows of one length");
    for kind in [Miner::BatchHard, Miner::Semihard] {
        time(&format!("{kind:?} of 256"), || {
            let mining = Mining {
                distance: Distance::Euclidean,
                matrix: matrix.clone(),
                grid: &grid,
                with_between: false,
                dim: 32,
            };
            read(MinerConfig::of(kind).select(mining, &mut Random::new(1)).keep);
        });
    }
}

fn main() {
    let device =
        Device::wgpu_options().init().expect("a native adapter: apt-get install mesa-vulkan-drivers");
    for adapter in [Adapter::Hardware, Adapter::Software] {
        println!("kernels for {adapter:?}, ms");
        adapter.set();
        products(&device);
        batch(&device);
        searches(&device);
        steps(&device);
    }
}
