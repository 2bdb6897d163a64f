//! Every distance by its definition, one pair at a time in f64: the slow twin of the tensor forms.

use super::distributions::{LEAST_SHARE, spacing};
use super::snr::LEAST_SIGNAL;
use super::{Distance, sinkhorn};

/// Steps to the fixed point of the Sinkhorn divergence, at most.
const MOST_STEPS: usize = 400;
/// A logarithm that moves by less has arrived.
const FIXED: f64 = 1e-9;

type Row = Vec<f64>;

fn norm(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum::<f64>().sqrt()
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(a, b)| a * b).sum()
}

fn difference(x: &[f64], y: &[f64]) -> Row {
    x.iter().zip(y).map(|(a, b)| a - b).collect()
}

/// x / ‖x‖; a zero row stays zero.
fn unit(x: &[f64]) -> Row {
    let length = norm(x);
    x.iter().map(|v| if length > 0.0 { v / length } else { 0.0 }).collect()
}

fn centred(x: &[f64]) -> Row {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    x.iter().map(|v| v - mean).collect()
}

/// Running sums but the last.
fn cumulated(x: &[f64]) -> Row {
    let mut sum = 0.0;
    let mut sums: Row = x
        .iter()
        .map(|v| {
            sum += v;
            sum
        })
        .collect();
    sums.pop();
    sums
}

fn sorted(x: &[f64]) -> Row {
    let mut x = x.to_vec();
    x.sort_unstable_by(f64::total_cmp);
    x
}

fn sum_of(x: &[f64], of: impl Fn(f64) -> f64) -> f64 {
    x.iter().map(|&v| of(v)).sum()
}

pub(super) fn between(distance: Distance, a: &[f32], b: &[f32]) -> f64 {
    let wide = |row: &[f32]| row.iter().map(|&v| f64::from(v)).collect::<Row>();
    let (x, y) = (wide(a), wide(b));
    let apart = difference(&x, &y);
    match distance {
        Distance::Euclidean | Distance::Mahalanobis => norm(&apart),
        Distance::SquaredEuclidean => dot(&apart, &apart),
        Distance::Manhattan => sum_of(&apart, f64::abs),
        Distance::Chebyshev => apart.iter().fold(0.0, |m, v| m.max(v.abs())),
        Distance::Minkowski { p } => sum_of(&apart, |v| v.abs().powf(p)).powf(1.0 / p),
        Distance::Cosine => dot(&unit(&x), &unit(&y)),
        Distance::Angle => angle(&unit(&x), &unit(&y)),
        Distance::Dot => dot(&x, &y),
        Distance::Snr => {
            let signal = centred(&x);
            let noise = centred(&apart);
            dot(&noise, &noise) / dot(&signal, &signal).max(f64::from(LEAST_SIGNAL))
        }
        Distance::KullbackLeibler => kullback_leibler(&x, &y),
        Distance::JensenShannon => jensen_shannon(&x, &y),
        Distance::RootJensenShannon => jensen_shannon(&x, &y).sqrt(),
        Distance::Hellinger => {
            x.iter().zip(&y).map(|(a, b)| (a.sqrt() - b.sqrt()).powi(2)).sum::<f64>().sqrt()
                / std::f64::consts::SQRT_2
        }
        Distance::Wasserstein => sum_of(&cumulated(&apart), f64::abs) * spacing(x.len()),
        Distance::Sinkhorn { epsilon } => sinkhorn_divergence(&x, &y, epsilon),
        Distance::Energy => energy(&apart),
        Distance::RootEnergy => energy(&apart).sqrt(),
        Distance::SampleWasserstein => {
            sum_of(&difference(&sorted(&x), &sorted(&y)), f64::abs) / x.len() as f64
        }
        Distance::SampleEnergy => sample_energy(&x, &y),
        Distance::RootSampleEnergy => sample_energy(&x, &y).sqrt(),
    }
}

/// Of unit rows; by the arc tangent, which keeps its digits near 0 and near π.
fn angle(x: &[f64], y: &[f64]) -> f64 {
    let sum: Row = x.iter().zip(y).map(|(a, b)| a + b).collect();
    2.0 * norm(&difference(x, y)).atan2(norm(&sum))
}

fn kullback_leibler(x: &[f64], y: &[f64]) -> f64 {
    let least = f64::from(LEAST_SHARE);
    x.iter().zip(y).map(|(a, b)| a * (a.max(least).ln() - b.max(least).ln())).sum()
}

fn jensen_shannon(x: &[f64], y: &[f64]) -> f64 {
    let middle: Row = x.iter().zip(y).map(|(a, b)| 0.5 * (a + b)).collect();
    (0.5 * (kullback_leibler(x, &middle) + kullback_leibler(y, &middle))).max(0.0)
}

fn energy(apart: &[f64]) -> f64 {
    2.0 * sum_of(&cumulated(apart), |v| v * v) * spacing(apart.len())
}

fn sample_energy(x: &[f64], y: &[f64]) -> f64 {
    let mean = |x: &[f64], y: &[f64]| {
        x.iter().flat_map(|a| y.iter().map(move |b| (a - b).abs())).sum::<f64>() / (x.len() * y.len()) as f64
    };
    (2.0 * mean(x, y) - mean(x, x) - mean(y, y)).max(0.0)
}

fn sinkhorn_divergence(x: &[f64], y: &[f64], epsilon: f64) -> f64 {
    let kernel = sinkhorn::kernel(x.len(), epsilon);
    let transport = |x: &[f64], y: &[f64]| {
        let times = |u: &[f64], masses: &[f64]| -> Row {
            let weighted: Row = u.iter().zip(masses).map(|(a, b)| a * b).collect();
            kernel.chunks_exact(x.len()).map(|row| dot(row, &weighted)).collect()
        };
        let (mut u, mut v) = (vec![1.0; x.len()], vec![1.0; x.len()]);
        for _ in 0..MOST_STEPS {
            let next: Row = times(&v, y).iter().map(|k| 1.0 / k).collect();
            let moved = next.iter().zip(&u).fold(0.0f64, |m, (a, b)| m.max((a / b).ln().abs()));
            u = next;
            v = times(&u, x).iter().map(|k| 1.0 / k).collect();
            if moved < FIXED {
                break;
            }
        }
        let logs = |u: &[f64]| u.iter().map(|v| epsilon * v.ln()).collect::<Row>();
        dot(x, &logs(&u)) + dot(y, &logs(&v))
    };
    (transport(x, y) - 0.5 * (transport(x, x) + transport(y, y))).max(0.0)
}
