//! The two leading eigenvectors of a symmetric matrix.

use crate::random::Random;

/// Vectors iterated together: a few more than two, so that a third eigenvalue close to the second
/// slows nothing down.
const BLOCK: usize = 8;
/// Iterations at most. Where they are not enough, eigenvalues are so close that any plane of
/// theirs shows the same variance.
const ITERATIONS: usize = 300;
/// Change of an axis between iterations, as a sine, that counts as none.
const SETTLED: f64 = 1e-7;

/// Two orthonormal eigenvectors and their eigenvalues, the larger first.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) axes: [Vec<f64>; 2],
    pub(super) values: [f64; 2],
}

/// Leading eigenvectors of a positive semi-definite `matrix`, dim × dim. Each points to where its
/// largest component is positive. With dim 1, and where the matrix is zero, a missing one is the zero
/// vector with eigenvalue 0.
pub(super) fn leading_pair(matrix: &[f64], dim: usize) -> Pair {
    let block = BLOCK.min(dim);
    let mut random = Random::new(2);
    let mut vectors: Vec<Vec<f64>> =
        (0..block).map(|_| (0..dim).map(|_| f64::from(random.normal())).collect()).collect();
    orthonormalise(&mut vectors);
    let mut values = vec![0.0; block];
    for _ in 0..ITERATIONS {
        let images: Vec<Vec<f64>> = vectors.iter().map(|vector| times(matrix, vector)).collect();
        let (next, next_values) = ritz(&vectors, &images);
        // ‖A v − λ v‖ is λ₁ times the sine of the angle still to turn, about.
        let images: Vec<Vec<f64>> = next.iter().take(2).map(|vector| times(matrix, vector)).collect();
        let settled = images.iter().zip(&next).zip(&next_values).all(|((image, vector), value)| {
            let square: f64 = image.iter().zip(vector).map(|(a, v)| (a - value * v).powi(2)).sum();
            square.sqrt() <= SETTLED * next_values[0]
        });
        values = next_values;
        vectors = next;
        if settled {
            break;
        }
        for vector in &mut vectors {
            *vector = times(matrix, vector);
        }
        orthonormalise(&mut vectors);
    }
    let mut axis = |at: usize| match vectors.get_mut(at) {
        Some(vector) => pointed(std::mem::take(vector)),
        None => vec![0.0; dim],
    };
    Pair { axes: [axis(0), axis(1)], values: [values[0], values.get(1).copied().unwrap_or(0.0)] }
}

fn times(matrix: &[f64], vector: &[f64]) -> Vec<f64> {
    matrix.chunks_exact(vector.len()).map(|row| dot(row, vector)).collect()
}

/// In four parts, so that it vectorises.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<4>(), b.as_chunks::<4>());
    let mut parts = [0.0; 4];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..4 {
            parts[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    (parts[0] + parts[1]) + (parts[2] + parts[3]) + rest
}

/// Gram-Schmidt, each vector twice; one that depends on those before becomes the zero vector.
fn orthonormalise(vectors: &mut [Vec<f64>]) {
    for at in 0..vectors.len() {
        let (done, rest) = vectors.split_at_mut(at);
        let vector = &mut rest[0];
        let before = dot(vector, vector).sqrt();
        for _ in 0..2 {
            for other in done.iter() {
                let along = dot(other, vector);
                vector.iter_mut().zip(other).for_each(|(v, o)| *v -= along * o);
            }
        }
        let length = dot(vector, vector).sqrt();
        let inverse = if length > 1e-12 * before { length.recip() } else { 0.0 };
        vector.iter_mut().for_each(|v| *v *= inverse);
    }
}

/// The best approximations that the block's span holds: turns the vectors by the eigenvectors of
/// `VᵀAV`, by falling eigenvalue.
fn ritz(vectors: &[Vec<f64>], images: &[Vec<f64>]) -> (Vec<Vec<f64>>, Vec<f64>) {
    let size = vectors.len();
    let small: Vec<f64> = vectors.iter().flat_map(|v| images.iter().map(|image| dot(v, image))).collect();
    let (values, turns) = jacobi(small, size);
    let mut order: Vec<usize> = (0..size).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    let turned = order.iter().map(|&column| {
        let mut sum = vec![0.0; vectors[0].len()];
        for (row, vector) in vectors.iter().enumerate() {
            let factor = turns[row * size + column];
            sum.iter_mut().zip(vector).for_each(|(s, v)| *s += factor * v);
        }
        sum
    });
    (turned.collect(), order.iter().map(|&column| values[column]).collect())
}

/// All eigenvalues and eigenvectors (columns) of a small symmetric matrix, by cyclic Jacobi rotations.
fn jacobi(mut a: Vec<f64>, n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut turns = vec![0.0; n * n];
    for i in 0..n {
        turns[i * n + i] = 1.0;
    }
    for _sweep in 0..30 {
        let off: f64 = (0..n).flat_map(|i| (0..i).map(move |j| i * n + j)).map(|at| a[at] * a[at]).sum();
        let diagonal: f64 = (0..n).map(|i| a[i * n + i] * a[i * n + i]).sum();
        if off <= 1e-30 * diagonal {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut a, &mut turns, n, (p, q));
            }
        }
    }
    ((0..n).map(|i| a[i * n + i]).collect(), turns)
}

/// Makes `a[p][q]` zero.
fn rotate(a: &mut [f64], turns: &mut [f64], n: usize, (p, q): (usize, usize)) {
    if a[p * n + q] == 0.0 {
        return;
    }
    let theta = (a[q * n + q] - a[p * n + p]) / (2.0 * a[p * n + q]);
    let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let c = (t * t + 1.0).sqrt().recip();
    let s = t * c;
    for i in 0..n {
        let (ip, iq) = (a[i * n + p], a[i * n + q]);
        a[i * n + p] = c * ip - s * iq;
        a[i * n + q] = s * ip + c * iq;
    }
    for i in 0..n {
        let (pi, qi) = (a[p * n + i], a[q * n + i]);
        a[p * n + i] = c * pi - s * qi;
        a[q * n + i] = s * pi + c * qi;
        let (ip, iq) = (turns[i * n + p], turns[i * n + q]);
        turns[i * n + p] = c * ip - s * iq;
        turns[i * n + q] = s * ip + c * iq;
    }
}

/// The vector or its opposite, so that its component of largest size is positive.
fn pointed(mut vector: Vec<f64>) -> Vec<f64> {
    let largest = vector.iter().fold(0.0_f64, |most, &v| if v.abs() > most.abs() { v } else { most });
    if largest < 0.0 {
        vector.iter_mut().for_each(|v| *v = -*v);
    }
    vector
}
