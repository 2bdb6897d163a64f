//! Sinkhorn divergence. Cuturi 2013, Sinkhorn Distances; without bias: Feydy et al. 2019, Interpolating between
//! Optimal Transport and MMD using Sinkhorn Divergences.
//!
//! OT(x, y) = min over plans π of Σ C π + ε KL(π ‖ x yᵀ) = x·f + y·g, with the potentials f, g from the fixed point
//! f = −ε log Σⱼ yⱼ e^{(gⱼ − Cᵢⱼ)/ε} and its mirror image. At the fixed point ∂OT/∂x = f, so the steps
//! that lead there need no gradient.

use burn::tensor::{Device, Tensor, TensorData};

/// Steps to the fixed point; for ε of a tenth of the largest cost the error is then that of f32.
pub(super) const STEPS: usize = 80;
/// Pairs × bins held at a time: 16 MiB of f32.
const BLOCK: usize = 1 << 22;

/// e^{−|i − j| / (d − 1) / ε}: `[d, d]`, row after row.
pub(super) fn kernel(dim: usize, epsilon: f64) -> Vec<f64> {
    let step = super::distributions::spacing(dim);
    (0..dim * dim).map(|at| (-((at / dim).abs_diff(at % dim) as f64) * step / epsilon).exp()).collect()
}

fn kernel_tensor(dim: usize, epsilon: f64, device: &Device) -> Tensor<2> {
    let values: Vec<f32> = kernel(dim, epsilon).into_iter().map(|x| x as f32).collect();
    Tensor::from_data(TensorData::new(values, [dim, dim]), device)
}

/// OT(x, y) − ½ OT(x, x) − ½ OT(y, y) of every query and every reference.
#[allow(clippy::needless_pass_by_value, reason = "tensors are handles, and every distance is given its own")]
pub(super) fn matrix(queries: Tensor<2>, references: Tensor<2>, epsilon: f64) -> Tensor<2> {
    let [n, d] = queries.dims();
    let [m, _] = references.dims();
    let kernel = kernel_tensor(d, epsilon, &queries.device());
    let own = |rows: Tensor<2>| transport(rows.clone(), rows, &kernel, epsilon).mul_scalar(0.5);
    let (of_queries, of_references) = (own(queries.clone()), own(references.clone()));
    let rows = (BLOCK / (m * d).max(1)).clamp(1, n.max(1));
    let blocks = (0..n)
        .step_by(rows)
        .map(|from| {
            let count = rows.min(n - from);
            let x = queries.clone().narrow(0, from, count).unsqueeze_dim::<3>(1).expand([count, m, d]);
            let y = references.clone().unsqueeze_dim::<3>(0).expand([count, m, d]);
            let pairs = |z: Tensor<3>| z.reshape([count * m, d]);
            transport(pairs(x), pairs(y), &kernel, epsilon).reshape([count, m])
        })
        .collect();
    (Tensor::cat(blocks, 0) - of_queries - of_references.transpose()).clamp_min(0.0)
}

/// x·f + y·g of row i and row i: `[n, d]`, `[n, d]` to `[n, 1]`.
fn transport(x: Tensor<2>, y: Tensor<2>, kernel: &Tensor<2>, epsilon: f64) -> Tensor<2> {
    let (masses_x, masses_y) = (x.clone().detach(), y.clone().detach());
    // u = e^{f/ε} and v = e^{g/ε} in turn.
    let mut u = masses_x.ones_like();
    let mut v = masses_y.ones_like();
    for _ in 0..STEPS {
        u = (v * masses_y.clone()).matmul(kernel.clone()).recip();
        v = (u.clone() * masses_x.clone()).matmul(kernel.clone()).recip();
    }
    let potential = |u: Tensor<2>| u.log().mul_scalar(epsilon);
    (x * potential(u)).sum_dim(1) + (y * potential(v)).sum_dim(1)
}
