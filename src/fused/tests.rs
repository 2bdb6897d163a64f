//! Each operation compared with its twin in tensor operations: values and gradients, on the CPU and on a graphics device in both forms
//! of the kernels.

use std::sync::{LazyLock, Mutex, PoisonError};

use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor, TensorData, activation, module};
use metriclab_kernels::Adapter;
use metriclab_loops::mean::{Mean, Of};

#[path = "../../tests/kernels/device.rs"]
mod device;

use super::{convolution, dense, hinges, mean, rectify, unit};
use crate::random::Random;

static GRAPHICS: LazyLock<Mutex<Device>> = LazyLock::new(|| Mutex::new(device::within_default_limits()));

/// The kind of adapter is one for the whole process, so tests take turns.
fn on_each_device(work: impl Fn(&str, &Device)) {
    work("CPU", &Device::flex().autodiff());
    let device = GRAPHICS.lock().unwrap_or_else(PoisonError::into_inner);
    for adapter in [Adapter::Hardware, Adapter::Software] {
        adapter.set();
        work(&format!("{adapter:?}"), &device.clone().autodiff());
    }
}

fn tensor<const D: usize>(shape: [usize; D], seed: u64, device: &Device) -> Tensor<D> {
    let mut random = Random::new(seed);
    let numbers: Vec<f32> = (0..shape.iter().product()).map(|_| random.normal()).collect();
    Tensor::from_data(TensorData::new(numbers, shape), device)
}

fn host<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

fn close(what: &str, got: &[f32], wanted: &[f32]) {
    assert_eq!(got.len(), wanted.len(), "{what}: how many numbers");
    let largest = wanted.iter().fold(1e-3_f32, |most, x| most.max(x.abs()));
    for (at, (got, wanted)) in got.iter().zip(wanted).enumerate() {
        assert!((got - wanted).abs() <= 2e-6 * largest, "{what}, number {at}: {got}, its twin {wanted}");
    }
}

/// Compares the values and the gradient of their weighted sum by each of the inputs.
fn compare<const N: usize>(
    what: &str,
    inputs: &[Tensor<2>; N],
    work: impl Fn(&[Tensor<2>; N]) -> Tensor<2>,
    twin: impl Fn(&[Tensor<2>; N]) -> Tensor<2>,
) {
    let all = |work: &dyn Fn(&[Tensor<2>; N]) -> Tensor<2>| {
        let inputs = inputs.clone().map(|input| input.detach().require_grad());
        let values = work(&inputs);
        let weights = tensor(values.dims(), 9, &values.device());
        let gradients = (values.clone() * weights).sum().backward();
        let by = inputs.map(|input| host(input.grad(&gradients).expect("a gradient by each input")));
        (host(values), by)
    };
    let ((got, by), (wanted, twins)) = (all(&work), all(&twin));
    close(&format!("{what}, values"), &got, &wanted);
    for (at, (by, twin)) in by.iter().zip(&twins).enumerate() {
        close(&format!("{what}, gradient by input {at}"), by, twin);
    }
}

fn unit_in_tensor_operations(x: &Tensor<2>) -> Tensor<2> {
    x.clone() / x.clone().square().sum_dim(1).sqrt()
}

#[test]
fn rows_of_length_one() {
    on_each_device(|on, device| {
        for shape in [[2, 3], [33, 64], [3, 201]] {
            let x = tensor(shape, 1, device);
            compare(
                &format!("{shape:?} on {on}"),
                std::array::from_ref(&x),
                |[x]| unit(x),
                |[x]| unit_in_tensor_operations(x),
            );
            // Columns in place of rows.
            compare(
                &format!("turned {shape:?} on {on}"),
                &[x],
                |[x]| unit(&x.clone().transpose()),
                |[x]| unit_in_tensor_operations(&x.clone().transpose()),
            );
        }
    });
}

#[test]
fn rows_of_every_scale() {
    on_each_device(|on, device| {
        let rows = tensor([3, 5], 2, device);
        let wanted = host(unit(&rows));
        for exponent in [-90, -20, 60, 120] {
            let scale = 2.0_f32.powi(exponent);
            let x = rows.clone().mul_scalar(scale).require_grad();
            let values = unit(&x);
            close(&format!("times 2^{exponent} on {on}"), &host(values.clone()), &wanted);
            let gradients = (values * tensor([3, 5], 3, device)).sum().backward();
            let found = host(x.grad(&gradients).expect("a gradient"));
            assert!(found.iter().all(|g| g.is_finite()), "times 2^{exponent} on {on}: {found:?}");
        }
        let zero = Tensor::<2>::zeros([2, 3], device).require_grad();
        let values = unit(&zero);
        assert_eq!(host(values.clone()), [0.0; 6], "a row of zeros on {on}");
        let by = zero.grad(&values.sum().backward()).expect("a gradient");
        assert_eq!(host(by), [0.0; 6], "the gradient of a row of zeros on {on}");
    });
}

#[test]
fn layers() {
    on_each_device(|on, device| {
        for [n, d, e] in [[1, 1, 1], [5, 7, 3], [40, 33, 65], [120, 64, 32]] {
            let inputs = [tensor([n, d], 1, device), tensor([d, e], 2, device), tensor([1, e], 3, device)];
            for rectified in [false, true] {
                compare(
                    &format!("{n}×{d}·{d}×{e}, rectified: {rectified}, on {on}"),
                    &inputs,
                    |[x, weight, bias]| dense(x, weight, bias, rectified),
                    |[x, weight, bias]| {
                        let sum = x.clone().matmul(weight.clone()) + bias.clone();
                        if rectified { activation::relu(sum) } else { sum }
                    },
                );
            }
        }
    });
}

#[test]
fn convolutions() {
    on_each_device(|on, device| {
        // The last has two blocks of columns on the CPU.
        for ([n, from, to], [height, width], kernel, stride) in [
            ([1, 1, 1], [1, 1], 3, 2),
            ([3, 2, 5], [7, 6], 3, 1),
            ([3, 2, 5], [7, 6], 3, 2),
            ([2, 5, 3], [1, 9], 1, 2),
            ([70, 3, 4], [24, 24], 3, 2),
        ] {
            let inputs = [
                tensor([n, from * height * width], 1, device),
                tensor([to, from * kernel * 3], 2, device),
                tensor([1, to], 3, device),
            ];
            let shaped = |[x, weight, bias]: &[Tensor<2>; 3]| {
                (
                    x.clone().reshape([n, from, height, width]),
                    weight.clone().reshape([to, from, kernel, 3]),
                    bias.clone().reshape([to]),
                )
            };
            for rectified in [false, true] {
                let what = format!(
                    "{n}×{from}×{height}×{width} to {to}, kernel {kernel}, stride {stride}, {rectified}, {on}"
                );
                compare(
                    &what,
                    &inputs,
                    |inputs| {
                        let (x, weight, bias) = shaped(inputs);
                        convolution(&x, &weight, &bias, stride, rectified).flatten(1, 3)
                    },
                    |inputs| {
                        let (x, weight, bias) = shaped(inputs);
                        let options = ConvOptions::new([stride; 2], [kernel / 2, 1], [1, 1], 1);
                        let sum = module::conv2d(x, weight, Some(bias), options).flatten(1, 3);
                        if rectified { activation::relu(sum) } else { sum }
                    },
                );
            }
        }
    });
}

#[test]
fn hinges_of_triplets() {
    on_each_device(|on, device| {
        for [anchors, slots, columns] in [[1, 1, 1], [4, 3, 9], [30, 2, 30]] {
            let inputs = [tensor([anchors, slots], 1, device), tensor([anchors, columns], 2, device)];
            let shaped = |[positive, negative]: &[Tensor<2>; 2]| {
                (positive.clone().unsqueeze_dim::<3>(2), negative.clone().unsqueeze_dim::<3>(1))
            };
            for is_similarity in [false, true] {
                let twin = |inputs: &[Tensor<2>; 2]| {
                    let (positive, negative) = shaped(inputs);
                    let excess = if is_similarity { negative - positive } else { positive - negative };
                    activation::relu(excess.add_scalar(0.2)).flatten(1, 2)
                };
                // None on a graphics device.
                let found = |inputs: &[Tensor<2>; 2]| {
                    let (positive, negative) = shaped(inputs);
                    let found = hinges(&positive, &negative, 0.2, is_similarity);
                    assert_eq!(found.is_some(), on == "CPU", "{on}");
                    found.map_or_else(|| twin(inputs), |found| found.flatten(1, 2))
                };
                let what = format!("{anchors}×{slots}×{columns}, similarity: {is_similarity}, on {on}");
                compare(&what, &inputs, found, twin);
            }
        }
    });
}

#[test]
fn what_is_below_zero() {
    on_each_device(|on, device| {
        for shape in [[3, 5], [4, 8]] {
            let twin = |[x]: &[Tensor<2>; 1]| activation::relu(x.clone());
            let x = tensor(shape, 1, device);
            compare(&format!("{shape:?} on {on}"), std::array::from_ref(&x), |[x]| rectify(x), twin);
            let turned = |[x]: &[Tensor<2>; 1]| rectify(&x.clone().transpose()).transpose();
            compare(&format!("turned {shape:?} on {on}"), &[x], turned, twin);
        }
    });
}

#[test]
fn means() {
    on_each_device(|on, device| {
        for count in [1, 500, 70_001] {
            // A third of the weights are 0.
            let weights = tensor([1, count], 5, device).greater_scalar(-0.4).float();
            for of in [Of::Active, Of::All, Of::Constant(0.01)] {
                for candidates in [None, Some(3 * count)] {
                    let how = Mean { of, candidates };
                    let what = format!("{count} numbers, {how:?}, on {on}");
                    let flat = weights.clone().reshape([count]);
                    let x = tensor([1, count], 4, device);
                    let above = sum(x.clone().greater_scalar(0.0).float() * weights.clone());
                    let total = sum(weights.clone());
                    compare(
                        &what,
                        std::array::from_ref(&x),
                        |[x]| mean(how, &x.clone().reshape([count]), &flat)[0].clone().reshape([1, 1]),
                        |[x]| {
                            let sum = (x.clone() * weights.clone()).sum().reshape([1, 1]);
                            match of {
                                Of::Active => sum.div_scalar(above.max(1.0)),
                                Of::All => sum.div_scalar(total.max(1.0)),
                                Of::Constant(by) => sum.mul_scalar(by),
                            }
                        },
                    );
                    let [_, share] = mean(how, &x.reshape([count]), &flat);
                    let of = candidates.map_or(total.max(1.0), |count| count as f32);
                    close(&format!("{what}, share"), &host(share), &[above / of]);
                }
            }
        }
    });
}

fn sum(tensor: Tensor<2>) -> f32 {
    host(tensor.sum())[0]
}
