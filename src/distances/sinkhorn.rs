//! Sinkhorn divergence. Cuturi 2013, Sinkhorn Distances; without bias: Feydy et al. 2019, Interpolating between
//! Optimal Transport and MMD using Sinkhorn Divergences.
//!
//! OT(x, y) = min over plans π of Σ C π + ε KL(π ‖ x yᵀ) = x·f + y·g, with the potentials f, g from the fixed point
//! f = −ε log Σⱼ yⱼ e^{(gⱼ − Cᵢⱼ)/ε} and its mirror image, and C = |i − j| h. At the fixed point ∂OT/∂x = f, so the steps
//! that lead there need no gradient.

use burn::tensor::{Device, Tensor, TensorData};
use metriclab_loops::sinkhorn::{LANES, Line, Transport};

use super::Measure;
use super::facts::{Axiom, Facts, RowKind, Verdict};
use super::form::{By, Finish, Form, RowForm};
use super::histograms::spacing;
use crate::paper::Paper;
use crate::setting::{Range, Setting, Values};

/// Pairs × bins held at a time: 16 MiB of f32.
const BLOCK: usize = 1 << 22;
/// Steps on a graphics device, times ε². A device cannot check for convergence without a read. The value is then right to 1e-6.
const STEPS: f64 = 0.5;
/// Bounds of the steps.
const FEWEST_STEPS: f64 = 30.0;
const MOST_STEPS: f64 = 1000.0;
/// Plain steps before over-relaxed ones, which from afar would leave the range of f32.
const PLAIN_STEPS: usize = 4;

/// OT(x, y) − ½ OT(x, x) − ½ OT(y, y).
pub(super) struct Sinkhorn {
    pub(super) epsilon: f64,
}

pub(super) const DEFAULT_EPSILON: f64 = 0.1;

/// [`DEFAULT_EPSILON`], for a configuration without ε.
pub(super) fn default_epsilon() -> f64 {
    DEFAULT_EPSILON
}

impl Measure for Sinkhorn {
    fn facts(&self) -> &'static Facts {
        const FACTS: Facts = Facts {
            formula: "OT(x,y) − ½OT(x,x) − ½OT(y,y), OT = min Σ π|i − j|h + ε KL(π‖xyᵀ)",
            paper: Some(Paper {
                title: "Feydy et al., Interpolating between Optimal Transport and MMD using Sinkhorn Divergences; \
                        Cuturi 2013",
                year: 2019,
                link: "https://arxiv.org/abs/1810.08278",
            }),
            rows: RowKind::Histograms,
            verdict: Verdict::breaks(&[Axiom::Triangle]),
            settings: &[Setting {
                name: "epsilon",
                symbol: "ε",
                text: "The weight of the entropy, in units of the ground cost: near 0 it is Wasserstein-1.",
                values: Values::Number { range: Range::closed(0.02, 10.0), default: DEFAULT_EPSILON },
            }],
            noise: 1e-9,
            ..Facts::DISTANCE
        };
        &FACTS
    }

    fn matrix(&self, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
        let ([n, d], [m, _]) = (queries.dims(), references.dims());
        let own = |rows: &Tensor<2>| {
            let potential = self.own_potentials(rows);
            (rows.clone() * potential).sum_dim(1).mul_scalar(self.epsilon)
        };
        let (of_queries, of_references) = (own(&queries), own(&references));
        let rows = (BLOCK / (m * d).max(1)).clamp(1, n.max(1));
        let y = references.clone().unsqueeze_dim::<3>(0);
        let blocks = (0..n)
            .step_by(rows)
            .map(|from| {
                let x = queries.clone().narrow(0, from, rows.min(n - from));
                let [f, g] = self.potentials(&x, &references);
                let parts = (x.unsqueeze_dim::<3>(1) * f).sum_dim(2) + (y.clone() * g).sum_dim(2);
                parts.squeeze_dim::<2>(2).mul_scalar(self.epsilon)
            })
            .collect();
        (Tensor::cat(blocks, 0) - of_queries - of_references.transpose()).clamp_min(0.0)
    }

    fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        let narrow = |row: &[f64]| row.iter().map(|&v| v as f32).collect::<Vec<_>>();
        let (x, y) = (narrow(x), narrow(y));
        let mut solver = Solver::new(x.len(), self.epsilon);
        let own = solver.own(&[&x, &y]);
        Solver::divergence(solver.across(&x, &[&y])[0], own[0], own[1])
    }

    fn form(&self) -> Form {
        Form { rows: RowForm::Plain, by: By::Sinkhorn(self.epsilon), finish: Finish::SAME }
    }
}

impl Sinkhorn {
    /// f/ε and g/ε of every query and every reference, `[n, m, d]` each, without a gradient.
    fn potentials(&self, queries: &Tensor<2>, references: &Tensor<2>) -> [Tensor<3>; 2] {
        let ([n, d], [m, _]) = (queries.dims(), references.dims());
        let Some((x, y)) = host_rows(queries).zip(host_rows(references)) else {
            return self.potentials_by_steps(queries, references);
        };
        let mut transport = Transport::new(line(d, self.epsilon));
        let mut found = [vec![0.0_f32; n * m * d], vec![0.0_f32; n * m * d]];
        let pairs: Vec<(&[f32], &[f32])> =
            x.chunks_exact(d).flat_map(|x| y.chunks_exact(d).map(move |y| (x, y))).collect();
        for (block, pairs) in pairs.chunks(LANES).enumerate() {
            let (x, y): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
            transport.potentials(&x, &y, |pair, bin, f, g| {
                let at = (block * LANES + pair) * d + bin;
                (found[0][at], found[1][at]) = (f as f32, g as f32);
            });
        }
        found.map(|values| Tensor::from_data(TensorData::new(values, [n, m, d]), &queries.device()))
    }

    /// f/ε of each row with itself, `[n, d]`, without a gradient.
    fn own_potentials(&self, rows: &Tensor<2>) -> Tensor<2> {
        let [n, d] = rows.dims();
        if let Some(values) = host_rows(rows) {
            let mut transport = Transport::new(line(d, self.epsilon));
            let mut found = vec![0.0_f32; n * d];
            let each: Vec<&[f32]> = values.chunks_exact(d).collect();
            for (block, rows) in each.chunks(LANES).enumerate() {
                transport.own_potentials(rows, |row, bin, f| {
                    found[(block * LANES + row) * d + bin] = f as f32;
                });
            }
            return Tensor::from_data(TensorData::new(found, [n, d]), &rows.device());
        }
        let (masses, kernel) = (rows.clone().detach(), kernel(d, self.epsilon, &rows.device()));
        let steps = FEWEST_STEPS as usize;
        let u = (0..steps).fold(masses.ones_like(), |u, _| {
            (u.clone() / (u * masses.clone()).matmul(kernel.clone())).sqrt()
        });
        u.log()
    }

    /// The same on a graphics device: over-relaxed steps, a number of them that depends on ε.
    fn potentials_by_steps(&self, queries: &Tensor<2>, references: &Tensor<2>) -> [Tensor<3>; 2] {
        let ([n, d], [m, _]) = (queries.dims(), references.dims());
        let pairs = |rows: Tensor<3>| rows.expand([n, m, d]).reshape([n * m, d]).detach();
        let (x, y) =
            (pairs(queries.clone().unsqueeze_dim::<3>(1)), pairs(references.clone().unsqueeze_dim::<3>(0)));
        let kernel = kernel(d, self.epsilon, &queries.device());
        let times = |u: &Tensor<2>, masses: &Tensor<2>| (u.clone() * masses.clone()).matmul(kernel.clone());
        let relaxed = |u: Tensor<2>, product: Tensor<2>| {
            let off = (u * product.clone()).sqrt();
            (product * off).recip()
        };
        let (mut u, mut v) = (x.ones_like(), y.ones_like());
        let steps = (STEPS / self.epsilon.powi(2)).clamp(FEWEST_STEPS, MOST_STEPS) as usize;
        for step in 0..steps {
            if step < PLAIN_STEPS || step + 1 == steps {
                u = times(&v, &y).recip();
                v = times(&u, &x).recip();
            } else {
                u = relaxed(u, times(&v, &y));
                v = relaxed(v, times(&u, &x));
            }
        }
        [u, v].map(|u| u.log().reshape([n, m, d]))
    }
}

/// Transport costs of histograms, up to [`LANES`] pairs at a time.
pub(crate) struct Solver {
    transport: Transport,
    epsilon: f64,
}

impl Solver {
    pub(crate) fn new(dim: usize, epsilon: f64) -> Self {
        Self { transport: Transport::new(line(dim, epsilon)), epsilon }
    }

    /// OT(x, x) of each row.
    pub(crate) fn own(&mut self, rows: &[&[f32]]) -> [f64; LANES] {
        let shares: Vec<f64> = rows.iter().map(|row| share(row)).collect();
        let mut costs = [0.0; LANES];
        self.transport.own_potentials(rows, |at, bin, f| {
            costs[at] += 2.0 * f64::from(rows[at][bin]) * shares[at] * f * self.epsilon;
        });
        costs
    }

    /// OT(x, y) of one row and each of others.
    pub(crate) fn across(&mut self, x: &[f32], ys: &[&[f32]]) -> [f64; LANES] {
        let (own, shares): (f64, Vec<f64>) = (share(x), ys.iter().map(|row| share(row)).collect());
        let mut costs = [0.0; LANES];
        self.transport.potentials(&vec![x; ys.len()], ys, |at, bin, f, g| {
            costs[at] +=
                self.epsilon * (f64::from(x[bin]) * own * f + f64::from(ys[at][bin]) * shares[at] * g);
        });
        costs
    }

    /// From OT(x, y), OT(x, x) and OT(y, y).
    pub(crate) fn divergence(across: f64, x: f64, y: f64) -> f64 {
        (across - 0.5 * (x + y)).max(0.0)
    }
}

/// The correction that makes the sum of a row 1 after f32's rounding.
fn share(row: &[f32]) -> f64 {
    row.iter().map(|&x| f64::from(x)).sum::<f64>().recip()
}

fn line(dim: usize, epsilon: f64) -> Line {
    Line { dim, ratio: (-spacing(dim) / epsilon).exp() }
}

/// e^{−|i − j| h / ε}: `[d, d]`.
fn kernel(dim: usize, epsilon: f64, device: &Device) -> Tensor<2> {
    let ratio = line(dim, epsilon).ratio;
    let value = |at: usize| ratio.powi((at / dim).abs_diff(at % dim) as i32) as f32;
    Tensor::from_data(TensorData::new((0..dim * dim).map(value).collect(), [dim, dim]), device)
}

/// The numbers of rows that lie on the CPU.
#[cfg(feature = "cpu")]
fn host_rows(rows: &Tensor<2>) -> Option<Vec<f32>> {
    let rows = rows.clone().detach();
    let plain = if rows.is_autodiff() { rows.inner() } else { rows };
    let held = plain.try_into_primitive::<burn::backend::Flex>().ok()?;
    Some(held.to_contiguous().storage::<f32>().to_vec())
}

#[cfg(not(feature = "cpu"))]
fn host_rows(_: &Tensor<2>) -> Option<Vec<f32>> {
    None
}
