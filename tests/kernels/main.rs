//! Every kernel of `crates/kernels` compared with a slow twin, at odd sizes and odd scales, in its form for graphics cards and
//! its form for software adapters: `cargo test --features gpu --test kernels`. Needs a native adapter; Mesa's lavapipe serves.
#![cfg(feature = "gpu")]

mod device;
#[path = "../../examples/parity/entries.rs"]
mod entries;
mod golden;
mod scale;
#[path = "../../examples/parity/second.rs"]
mod second;

use std::sync::{LazyLock, Mutex, PoisonError};

use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor, TensorData, module};
use metriclab::distances::{Distance, normalize};
use metriclab::miners::{HostMining, Miner, MinerConfig, Mining};
use metriclab::neighbours::{self, Rows};
use metriclab::networks::{Optimizer, OptimizerKind, Uploaded};
use metriclab::pairing::TripletGrid;
use metriclab::random::Random;
use metriclab_kernels::Adapter;

/// Sums of hundreds of products in another order, relative to the largest of them.
const TOLERANCE: f32 = 2e-5;

static GRAPHICS: LazyLock<Mutex<Device>> = LazyLock::new(|| Mutex::new(device::within_default_limits()));

/// The kind of adapter is one for the whole process, so tests take turns.
fn on_each_adapter(work: impl Fn(&Device, Adapter)) {
    let device = GRAPHICS.lock().unwrap_or_else(PoisonError::into_inner);
    for adapter in [Adapter::Hardware, Adapter::Software] {
        adapter.set();
        work(&device, adapter);
    }
}

fn numbers(count: usize, seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed);
    (0..count).map(|_| random.normal()).collect()
}

fn tensor<const D: usize>(shape: [usize; D], seed: u64, device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(numbers(shape.iter().product(), seed), shape), device)
}

fn host<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

fn close(what: &str, got: &[f32], wanted: &[f32]) {
    assert_eq!(got.len(), wanted.len(), "{what}: how many numbers");
    let largest = wanted.iter().fold(1.0_f32, |most, x| most.max(x.abs()));
    for (at, (got, wanted)) in got.iter().zip(wanted).enumerate() {
        assert!((got - wanted).abs() <= TOLERANCE * largest, "{what}, number {at}: {got}, its twin {wanted}");
    }
}

/// Compares `work` on a graphics device with the CPU: its values, and the gradients of their weighted sum by both inputs.
fn with_gradients<const A: usize, const B: usize, const C: usize>(
    what: &str,
    device: &Device,
    shapes: ([usize; A], [usize; B]),
    work: impl Fn(Tensor<A>, Tensor<B>) -> Tensor<C>,
) {
    with_twin(what, device, shapes, &work, &work);
}

/// Compares `work` on `device` with its slow twin in plain tensor operations on the CPU.
fn with_twin<const A: usize, const B: usize, const C: usize>(
    what: &str,
    device: &Device,
    (a, b): ([usize; A], [usize; B]),
    work: &dyn Fn(Tensor<A>, Tensor<B>) -> Tensor<C>,
    twin: &dyn Fn(Tensor<A>, Tensor<B>) -> Tensor<C>,
) {
    let all = |device: &Device, work: &dyn Fn(Tensor<A>, Tensor<B>) -> Tensor<C>| {
        let device = device.clone().autodiff();
        let (a, b) = (tensor(a, 1, &device).require_grad(), tensor(b, 2, &device).require_grad());
        let values = work(a.clone(), b.clone());
        let weights = tensor(values.dims(), 3, &device);
        let gradients = (values.clone() * weights).sum().backward();
        let by = |gradient: Option<Vec<f32>>| gradient.expect("both inputs have a gradient");
        [host(values.inner()), by(a.grad(&gradients).map(host)), by(b.grad(&gradients).map(host))]
    };
    let names = ["values", "gradient by the first", "gradient by the second"];
    for ((got, wanted), name) in all(device, work).iter().zip(&all(&Device::flex(), twin)).zip(names) {
        close(&format!("{what}, {name}"), got, wanted);
    }
}

#[test]
fn products() {
    on_each_adapter(|device, adapter| {
        for [m, k, n] in [[1, 1, 1], [3, 5, 7], [8, 8, 8], [33, 17, 65], [128, 301, 32], [129, 40, 257]] {
            let what = format!("{m}×{k} · {k}×{n}, {adapter:?}");
            with_gradients(&what, device, ([m, k], [k, n]), Tensor::matmul);
            with_gradients(&format!("turned {what}"), device, ([k, m], [n, k]), |a, b| {
                a.transpose().matmul(b.transpose())
            });
        }
    });
}

#[test]
fn batches_of_products() {
    on_each_adapter(|device, adapter| {
        with_gradients(&format!("{adapter:?}"), device, ([5, 7, 9], [5, 9, 11]), Tensor::matmul);
        with_gradients(&format!("broadcast, {adapter:?}"), device, ([5, 7, 9], [1, 9, 11]), |a, b| {
            a.matmul(b)
        });
        with_gradients(&format!("two, {adapter:?}"), device, ([2, 3, 7, 9], [2, 1, 9, 4]), |a, b| {
            a.matmul(b)
        });
    });
}

/// Sizes that fill a graphics card, where a small product would hide a launch that never ran.
#[test]
fn large_products() {
    on_each_adapter(|device, adapter| {
        let (m, k, n) = (1030, 700, 1025);
        let (a, b) = (numbers(m * k, 1), numbers(k * n, 2));
        let on = |values: &[f32], shape: [usize; 2]| {
            Tensor::<2>::from_data(TensorData::new(values.to_vec(), shape), device)
        };
        let got = host(on(&a, [m, k]).matmul(on(&b, [k, n])));
        for at in (0..m * n).step_by(991) {
            let (row, column) = (at / n, at % n);
            let wanted: f64 = (0..k).map(|i| f64::from(a[row * k + i]) * f64::from(b[i * n + column])).sum();
            let off = (f64::from(got[at]) - wanted).abs();
            assert!(off < 1e-3, "{adapter:?}, row {row}, column {column}: {}, not {wanted}", got[at]);
        }
    });
}

#[test]
fn convolutions() {
    on_each_adapter(|device, adapter| {
        for (batch, from, to, side, stride) in
            [(1, 1, 1, 3, 1), (3, 2, 5, 9, 2), (7, 8, 16, 14, 2), (2, 5, 3, 7, 1)]
        {
            let what = format!("{batch}×{from}×{side}², {to} channels, stride {stride}, {adapter:?}");
            with_gradients(&what, device, ([batch, from, side, side], [to, from, 3, 3]), |x, weight| {
                module::conv2d(x, weight, None, ConvOptions::new([stride; 2], [1, 1], [1, 1], 1))
            });
        }
        with_gradients(&format!("over time, {adapter:?}"), device, ([3, 5, 17], [4, 5, 3]), |x, weight| {
            module::conv1d(x, weight, None, ConvOptions::new([2], [1], [1], 1))
        });
        // Enough channels for tiles of both sizes, at sizes that fill no tile.
        for (from, to, side) in [(16, 17, 9), (20, 50, 7)] {
            let what = format!("{from} to {to} channels, {adapter:?}");
            with_gradients(&what, device, ([9, from, side, side], [to, from, 3, 3]), |x, weight| {
                module::conv2d(x, weight, None, ConvOptions::new([2, 2], [1, 1], [1, 1], 1))
            });
        }
        // The sum over the batch is long enough to be split.
        with_gradients(
            &format!("split, {adapter:?}"),
            device,
            ([64, 1, 28, 28], [8, 1, 3, 3]),
            |x, weight| module::conv2d(x, weight, None, ConvOptions::new([2, 2], [1, 1], [1, 1], 1)),
        );
        with_gradients(&format!("bias, {adapter:?}"), device, ([3, 2, 9, 9], [5]), |x, bias| {
            let weight = tensor([5, 2, 3, 3], 7, &x.device());
            module::conv2d(x, weight, Some(bias), ConvOptions::new([2, 2], [1, 1], [1, 1], 1))
        });
    });
}

#[test]
fn folds() {
    on_each_adapter(|device, adapter| {
        // The last three are folded in parts on a graphics card.
        for shape in [
            [1, 1, 1],
            [3, 5, 7],
            [2, 129, 3],
            [1, 1, 1000],
            [300, 2, 5],
            [1, 1, 5000],
            [2, 700, 3],
            [3, 2, 4099],
        ] {
            let both = [device.clone(), Device::flex()];
            for dim in 0..3 {
                let what = |name: &str| format!("{name} of {shape:?} along {dim}, {adapter:?}");
                let compare = |name: &str, of: &dyn Fn(Tensor<3>) -> Tensor<3>| {
                    let [got, wanted] = both.each_ref().map(|device| host(of(tensor(shape, 5, device))));
                    close(&what(name), &got, &wanted);
                };
                compare("sum", &|x| x.sum_dim(dim));
                compare("mean", &|x| x.mean_dim(dim));
                compare("max", &|x| x.max_dim(dim));
                compare("min", &|x| x.min_dim(dim));
                compare("largest size", &|x| x.max_abs_dim(dim));
                compare("product", &|x| x.mul_scalar(0.1).add_scalar(1.0).prod_dim(dim));
                compare("place of max", &|x| x.argmax(dim).float());
                compare("place of min", &|x| x.argmin(dim).float());
                compare("turned sum", &|x| x.swap_dims(0, 2).sum_dim(dim));
                let with_places = |name: &str, of: &dyn Fn(Tensor<3>) -> (Tensor<3>, Tensor<3>)| {
                    let [got, wanted] = both.each_ref().map(|device| of(tensor(shape, 6, device)));
                    close(&what(name), &host(got.0), &host(wanted.0));
                    close(&what(&format!("place of {name}")), &host(got.1), &host(wanted.1));
                };
                // Rounded, so that there are ties: the first place counts.
                let rounded = |x: Tensor<3>| x.mul_scalar(2.0).round();
                with_places("max of ties", &|x| {
                    let (values, places) = rounded(x).max_dim_with_indices(dim);
                    (values, places.float())
                });
                with_places("min of ties", &|x| {
                    let (values, places) = rounded(x).min_dim_with_indices(dim);
                    (values, places.float())
                });
                let logical = |name: &str, of: &dyn Fn(Tensor<3>) -> Tensor<3>| compare(name, of);
                logical("any", &|x| x.greater_scalar(1.5).any_dim(dim).float());
                logical("all", &|x| x.greater_scalar(-1.5).all_dim(dim).float());
            }
            let [got, wanted] = both.each_ref().map(|device| host(tensor(shape, 5, device).sum()));
            close(&format!("whole sum of {shape:?}, {adapter:?}"), &got, &wanted);
        }
    });
}

/// ‖x − y‖² by burn's own operations, or its root with a gradient of 0 at 0.
fn plain_distances(x: Tensor<2>, y: Tensor<2>, root: bool) -> Tensor<2> {
    let squares = (x.unsqueeze_dim::<3>(1) - y.unsqueeze_dim::<3>(0)).square().sum_dim(2).squeeze_dim::<2>(2);
    if !root {
        return squares;
    }
    let zero = squares.clone().lower_equal_scalar(0.0);
    squares.mask_fill(zero.clone(), 1.0).sqrt().mask_fill(zero, 0.0)
}

#[test]
fn euclidean_distances_of_a_batch() {
    on_each_adapter(|device, adapter| {
        for [n, m, d] in [[1, 1, 1], [5, 7, 3], [33, 31, 17], [48, 96, 32]] {
            for distance in [Distance::Euclidean, Distance::SquaredEuclidean] {
                let what = format!("{distance:?}, {n} and {m} rows of {d}, {adapter:?}");
                let work = |x, y| distance.matrix(x, y).expect("rows of one length");
                let twin = |x, y| plain_distances(x, y, distance == Distance::Euclidean);
                // The CPU has an operation of its own too.
                for device in [device, &Device::flex()] {
                    with_twin(&what, device, ([n, d], [m, d]), &work, &twin);
                }
            }
        }
        // A batch against itself: the gradient at distance 0 is 0, and both sides reach the same rows.
        for device in [device, &Device::flex()] {
            with_twin(
                &format!("itself, {adapter:?}"),
                device,
                ([19, 5], [19, 5]),
                &|x, y| Distance::Euclidean.matrix(x.clone(), x).expect("rows of one length") + y.sum_dim(1),
                &|x, y| plain_distances(x.clone(), x, true) + y.sum_dim(1),
            );
        }
    });
}

/// The distances of rows to each other have a gradient by both sides at once; another tensor of the same rows takes the way of two.
#[test]
fn distances_of_rows_to_each_other() {
    on_each_adapter(|device, adapter| {
        for distance in [Distance::Euclidean, Distance::SquaredEuclidean] {
            for [rows, dim] in [[2, 1], [7, 5], [40, 32]] {
                let matrix = |a: Tensor<2>, b: Tensor<2>| distance.matrix(a, b).expect("rows of one length");
                with_twin(
                    &format!("{distance:?} of {rows} × {dim}, {adapter:?}"),
                    device,
                    ([rows, dim], [rows, rows]),
                    &|x, weights| matrix(x.clone(), x) * weights,
                    &|x, weights| matrix(x.clone(), x.mul_scalar(1.0)) * weights,
                );
            }
        }
    });
}

#[test]
fn adam() {
    on_each_adapter(|device, adapter| {
        for (kind, decay) in
            [(OptimizerKind::Adam, 0.0), (OptimizerKind::Adam, 0.1), (OptimizerKind::Adamw, 0.1)]
        {
            let optimizer = Optimizer::new(kind, 0.9, decay);
            let run = |device: &Device| {
                let (mut state, mut uploaded) = ((tensor([13, 7], 1, device), None), Uploaded::default());
                for step in 0..5 {
                    let gradient = tensor([13, 7], 10 + step, device);
                    state = optimizer.step(0.01, state.0, gradient, state.1, &mut uploaded);
                }
                host(state.0)
            };
            close(&format!("{kind:?}, decay {decay}, {adapter:?}"), &run(device), &run(&Device::flex()));
        }
    });
}

#[test]
fn miners_keep_the_triplets_of_the_reference() {
    const LABELS: [u16; 11] = [0, 1, 0, 2, 1, 0, 2, 3, 1, 0, 2];
    let kinds = [
        Miner::All,
        Miner::Hard,
        Miner::Semihard,
        Miner::Easy,
        Miner::BatchHard,
        Miner::BatchEasyHard,
        Miner::BatchEasySemihard,
        Miner::DistanceWeighted,
    ];
    on_each_adapter(|device, adapter| {
        let grid = TripletGrid::new(&LABELS, device).expect("the batch has positives");
        for distance in [Distance::Euclidean, Distance::Cosine] {
            for kind in kinds.into_iter().filter(|kind| kind.takes(distance)) {
                for seed in 0..5 {
                    let what = format!("{kind:?}, {distance:?}, seed {seed}, {adapter:?}");
                    let rows = normalize(tensor([LABELS.len(), 4], seed, device));
                    let matrix = distance.matrix(rows.clone(), rows).expect("rows of one length");
                    let values = host(matrix.clone());
                    let config = MinerConfig { margin: 0.4, ..MinerConfig::of(kind) };
                    let given = HostMining { distance, matrix: &values, labels: &LABELS, dim: 4 };
                    let wanted = config.mine(&given, &mut Random::new(5)).triplets();
                    let mining = Mining { distance, matrix, grid: &grid, with_between: false, dim: 4 };
                    let kept = config.select(mining, &mut Random::new(5));
                    let apart = (kept.positive - kept.negative) * kept.keep.clone();
                    assert_eq!(host(kept.keep.sum())[0], wanted.len() as f32, "{what}: how many");
                    let n = LABELS.len();
                    let sum: f32 = wanted.iter().map(|(a, p, q)| values[a * n + p] - values[a * n + q]).sum();
                    close(&what, &host(apart.sum()), &[sum]);
                }
            }
        }
    });
}

#[test]
fn exact_neighbours_are_those_of_the_host() {
    on_each_adapter(|device, adapter| {
        for (n, m, d, k) in [
            (1, 1, 1, 1),
            (7, 33, 5, 3),
            (65, 129, 17, 10),
            (9, 700, 33, 256),
            (300, 300, 64, 300),
            // A card takes these references in eleven parts.
            (41, 4001, 6, 3),
        ] {
            let (queries, references) = (numbers(n * d, 1), numbers(m * d, 2));
            let rows = |values| Rows::new("rows", values, d).expect("whole rows");
            for distance in [
                Distance::Euclidean,
                Distance::SquaredEuclidean,
                Distance::Cosine,
                Distance::Dot,
                Distance::Manhattan,
            ] {
                let what = format!("{distance:?}, {n} of {m}, d {d}, k {k}, {adapter:?}");
                let wanted =
                    neighbours::nearest(rows(&queries), rows(&references), k, distance).expect("a search");
                let found =
                    neighbours::device::nearest(rows(&queries), rows(&references), k, distance, device);
                let found = pollster::block_on(found).expect("a search on the device");
                assert_eq!(found.indices, wanted.indices, "{what}: who");
                assert_eq!(found.distances, wanted.distances, "{what}: how far");
                let own = rows(&references);
                let among = neighbours::device::nearest(own, own, k, distance, device);
                let among = pollster::block_on(among).expect("a search on the device");
                let wanted = neighbours::nearest(own, own, k, distance).expect("a search");
                assert_eq!(among, wanted, "{what}: the references among themselves");
                let matrix = neighbours::device::pairwise(own, own, distance, device);
                let matrix = pollster::block_on(matrix).expect("a matrix on the device");
                close(&what, &matrix, &neighbours::pairwise(own, own, distance).expect("a matrix"));
                let matrix =
                    neighbours::pairwise(rows(&queries), rows(&references), distance).expect("a matrix");
                let own = neighbours::device::pairwise(rows(&queries), rows(&references), distance, device);
                close(&what, &pollster::block_on(own).expect("a matrix on the device"), &matrix);
            }
        }
    });
}

#[test]
fn near_duplicates_far_from_the_origin_and_ties_are_told_apart() {
    on_each_adapter(|device, adapter| {
        let (count, dim) = (257, 9);
        let mut values: Vec<f32> = numbers(count * dim, 4).iter().map(|x| 4000.0 + 0.01 * x).collect();
        // Every third row twice.
        for row in (0..count - 1).step_by(3) {
            values.copy_within(row * dim..(row + 1) * dim, (row + 1) * dim);
        }
        let rows = Rows::new("rows", &values, dim).expect("whole rows");
        for distance in [Distance::Euclidean, Distance::Cosine] {
            let wanted = neighbours::nearest(rows, rows, 7, distance).expect("a search");
            let found = pollster::block_on(neighbours::device::nearest(rows, rows, 7, distance, device));
            let found = found.expect("a search on the device");
            assert_eq!(found.indices, wanted.indices, "{distance:?}, {adapter:?}: ties go by index");
            assert_eq!(found.distances, wanted.distances, "{distance:?}, {adapter:?}");
        }
    });
}
