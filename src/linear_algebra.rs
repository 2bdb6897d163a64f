//! Covariance, eigenvectors of symmetric matrices and the orthogonal Procrustes problem.
//!
//! All of it is in f64 but the sums of the covariance, which run in f32 over blocks of rows that were centred and scaled in f64.

use metriclab_loops::products::add_outer;

use crate::random::Random;

/// Rows accumulated in f32 before they are added up in f64.
const FLUSH: usize = 256;
/// Halvings of a bracket until its ends are neighbours in f64.
const HALVINGS: usize = 60;
/// Rounds of inverse iteration. From a random start two reach the precision of f64; the others are for eigenvalues that are
/// almost equal.
const INVERSE_ROUNDS: usize = 4;

/// Bytes that the covariance of rows of `dim` numbers takes, with the work on it.
pub(crate) fn covariance_bytes(dim: usize) -> u64 {
    // The sums in f64 and a block of them in f32.
    (dim as u64).saturating_mul(dim as u64).saturating_mul(12)
}

/// The mean row. Zero without rows.
pub(crate) fn mean_row(rows: &[&[f32]], dim: usize) -> Vec<f64> {
    let mut sums = vec![0.0_f64; dim];
    for row in rows {
        sums.iter_mut().zip(*row).for_each(|(sum, &value)| *sum += f64::from(value));
    }
    let count = rows.len().max(1) as f64;
    sums.iter_mut().for_each(|sum| *sum /= count);
    sums
}

/// `C = Σ (x − mean)(x − mean)ᵀ / (n u²)` over the rows. Shapes: n×d, d -> d×d.
///
/// The unit u is the power of two for which the largest deviation is from 1 to 2 (1 where all are 0). So the matrix has the
/// same bits in every unit of the rows, and no square leaves f32.
#[derive(Debug)]
pub(crate) struct Covariance {
    /// d × d, row after row, symmetric.
    pub(crate) matrix: Vec<f64>,
}

impl Covariance {
    pub(crate) fn of(rows: &[&[f32]], mean: &[f64]) -> Self {
        let dim = mean.len();
        let largest =
            rows.iter().flat_map(|row| deviations(row, mean)).fold(0.0_f64, |most, x| most.max(x.abs()));
        let scale = power_of_two(-exponent_of(largest));
        let mut matrix = vec![0.0_f64; dim * dim];
        let mut block = vec![0.0_f32; dim * dim];
        let mut four = vec![0.0_f32; 4 * dim];
        for chunk in rows.chunks(FLUSH) {
            block.fill(0.0);
            for group in chunk.chunks(4) {
                four.fill(0.0);
                for (centred, row) in four.chunks_exact_mut(dim).zip(group) {
                    centred
                        .iter_mut()
                        .zip(deviations(row, mean))
                        .for_each(|(out, x)| *out = (x * scale) as f32);
                }
                add_outer(&mut block, &four, dim);
            }
            matrix.iter_mut().zip(&block).for_each(|(sum, &part)| *sum += f64::from(part));
        }
        let count = rows.len().max(1) as f64;
        for i in 0..dim {
            for j in i..dim {
                let value = matrix[i * dim + j] / count;
                matrix[i * dim + j] = value;
                matrix[j * dim + i] = value;
            }
        }
        Self { matrix }
    }

    /// The sum of all variances.
    pub(crate) fn trace(&self, dim: usize) -> f64 {
        (0..dim).map(|i| self.matrix[i * dim + i]).sum()
    }
}

fn deviations(row: &[f32], mean: &[f64]) -> impl Iterator<Item = f64> {
    row.iter().zip(mean).map(|(&x, m)| f64::from(x) - m)
}

/// e with 2^e ≤ x < 2^(e+1) for a positive normal x; 0 for 0.
pub(crate) fn exponent_of(x: f64) -> i32 {
    if x > 0.0 { ((x.to_bits() >> 52) as i32 & 0x7ff) - 1023 } else { 0 }
}

/// 2^`exponent`, for exponents from −1022 to 1023.
pub(crate) fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// A symmetric matrix A as `Q T Qᵀ`, T tridiagonal and Q a product of reflections. Householder 1958.
#[derive(Debug)]
pub(crate) struct Symmetric {
    dim: usize,
    /// Diagonal of T, and the numbers next to it: `beside[i]` is T's number at (i, i − 1), 0 at i = 0.
    diagonal: Vec<f64>,
    beside: Vec<f64>,
    /// Row k holds, behind the diagonal, the unit vector v of the reflection I − 2 v vᵀ; zero for none.
    reflections: Vec<f64>,
    /// No eigenvalue is larger in size.
    bound: f64,
}

impl Symmetric {
    /// Decomposes `a`, dim × dim.
    pub(crate) fn new(mut a: Vec<f64>, dim: usize) -> Self {
        let (mut diagonal, mut beside) = (vec![0.0; dim], vec![0.0; dim]);
        for k in 0..dim {
            diagonal[k] = a[k * dim + k];
            if k + 1 < dim {
                let (row, below) = a[k * dim + k + 1..].split_at_mut(dim - k - 1);
                beside[k + 1] = reflection(row);
                reflect(row, &mut below[k + 1..], dim);
            }
        }
        let size =
            |i: usize| diagonal[i].abs() + beside[i].abs() + beside.get(i + 1).map_or(0.0, |x| x.abs());
        let bound = (0..dim).map(size).fold(0.0, f64::max);
        Self { dim, diagonal, beside, reflections: a, bound }
    }

    /// All eigenvalues, falling.
    pub(crate) fn eigenvalues(&self) -> Vec<f64> {
        (0..self.dim).map(|place| self.eigenvalue(place)).collect()
    }

    /// The eigenvalue with `place` larger ones, by bisection on the count of those below. Givens 1954.
    fn eigenvalue(&self, place: usize) -> f64 {
        let smaller = self.dim - 1 - place;
        let (mut low, mut high) = (-self.bound, self.bound);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if self.count_below(middle) > smaller { high = middle } else { low = middle }
        }
        let value = 0.5 * (low + high);
        // Smaller ones cannot be told from 0.
        if value.abs() > self.bound * f64::EPSILON { value } else { 0.0 }
    }

    /// How many eigenvalues are below `x`: the negative pivots of T − xI.
    fn count_below(&self, x: f64) -> usize {
        let least = self.least_pivot();
        let mut count = 0;
        let mut pivot = 1.0_f64;
        for (diagonal, beside) in self.diagonal.iter().zip(&self.beside) {
            let last = if pivot.abs() < least { least } else { pivot };
            pivot = diagonal - x - beside * beside / last;
            count += usize::from(pivot < 0.0);
        }
        count
    }

    /// Stands in for a pivot of 0.
    fn least_pivot(&self) -> f64 {
        (self.bound * f64::EPSILON * f64::EPSILON).max(f64::MIN_POSITIVE)
    }

    /// Orthonormal eigenvectors of the `count` largest eigenvalues, and these. Each vector points to where its largest component
    /// is positive. What the matrix does not have (a second vector of one number, any vector of the zero matrix) is the
    /// zero vector with eigenvalue 0.
    pub(crate) fn leading(&self, count: usize) -> (Vec<Vec<f64>>, Vec<f64>) {
        let has = if self.bound > 0.0 { count.min(self.dim) } else { 0 };
        let mut random = Random::new(2);
        let (mut vectors, mut values): (Vec<Vec<f64>>, Vec<f64>) = (Vec::new(), Vec::new());
        for place in 0..has {
            let value = self.eigenvalue(place);
            let shifted = Shifted::new(self, value);
            let mut vector: Vec<f64> = (0..self.dim).map(|_| f64::from(random.normal())).collect();
            for _ in 0..INVERSE_ROUNDS {
                shifted.solve(&mut vector);
                orthonormalise(&mut vector, &vectors);
            }
            vectors.push(vector);
            values.push(value);
        }
        vectors.iter_mut().for_each(|vector| self.turn_back(vector));
        vectors.iter_mut().for_each(|vector| point(vector));
        vectors.resize(count, vec![0.0; self.dim]);
        values.resize(count, 0.0);
        (vectors, values)
    }

    /// Q z, in place.
    fn turn_back(&self, z: &mut [f64]) {
        for k in (0..self.dim.saturating_sub(1)).rev() {
            let v = &self.reflections[k * self.dim + k + 1..(k + 1) * self.dim];
            let z = &mut z[k + 1..];
            let along = 2.0 * dot(v, z);
            z.iter_mut().zip(v).for_each(|(z, v)| *z -= along * v);
        }
    }
}

/// Replaces `row` by the unit vector v of the reflection I − 2 v vᵀ that turns it to (∓‖row‖, 0, …), and gives that number.
fn reflection(row: &mut [f64]) -> f64 {
    let length = dot(row, row).sqrt();
    let first = if row[0] > 0.0 { -length } else { length };
    row[0] -= first;
    let length = dot(row, row).sqrt();
    let inverse = if length > 0.0 { length.recip() } else { 0.0 };
    row.iter_mut().for_each(|x| *x *= inverse);
    first
}

/// Reflects the block of `v.len()` rows and columns that begins at `block`, in rows of `dim` numbers, from both sides:
/// A − 2 v wᵀ − 2 w vᵀ with w = A v − (vᵀ A v) v.
fn reflect(v: &[f64], block: &mut [f64], dim: usize) {
    let rest = v.len();
    let mut w: Vec<f64> = block.chunks(dim).map(|row| dot(&row[..rest], v)).collect();
    let along = dot(&w, v);
    w.iter_mut().zip(v).for_each(|(x, y)| *x -= along * y);
    for (i, row) in block.chunks_mut(dim).enumerate() {
        let (vi, wi) = (2.0 * v[i], 2.0 * w[i]);
        row[..rest].iter_mut().zip(v.iter().zip(&w)).for_each(|(x, (vj, wj))| *x -= vi * wj + wi * vj);
    }
}

/// T − λI as a product of elimination steps with row exchanges.
struct Shifted {
    /// Each row of the triangle: the pivot and the two numbers behind it.
    rows: Vec<[f64; 3]>,
    /// Each step: whether it exchanged the rows, and the multiple of the upper that it took from the lower.
    steps: Vec<(bool, f64)>,
}

impl Shifted {
    fn new(matrix: &Symmetric, value: f64) -> Self {
        let least = (matrix.bound * f64::EPSILON).max(f64::MIN_POSITIVE);
        let kept = |pivot: f64| if pivot.abs() < least { least } else { pivot };
        let beside = |i: usize| matrix.beside.get(i).copied().unwrap_or(0.0);
        let (mut rows, mut steps) = (Vec::with_capacity(matrix.dim), Vec::with_capacity(matrix.dim));
        let mut upper = [matrix.diagonal[0] - value, beside(1), 0.0];
        for i in 1..matrix.dim {
            let mut lower = [beside(i), matrix.diagonal[i] - value, beside(i + 1)];
            let exchanged = lower[0].abs() > upper[0].abs();
            if exchanged {
                std::mem::swap(&mut upper, &mut lower);
            }
            upper[0] = kept(upper[0]);
            let factor = lower[0] / upper[0];
            rows.push(upper);
            steps.push((exchanged, factor));
            upper = [lower[1] - factor * upper[1], lower[2] - factor * upper[2], 0.0];
        }
        rows.push([kept(upper[0]), 0.0, 0.0]);
        Self { rows, steps }
    }

    /// Solves (T − λI) y = x, in place.
    fn solve(&self, x: &mut [f64]) {
        for (i, &(exchanged, factor)) in self.steps.iter().enumerate() {
            if exchanged {
                x.swap(i, i + 1);
            }
            x[i + 1] -= factor * x[i];
        }
        for (i, row) in self.rows.iter().enumerate().rev() {
            let behind = |at: usize| x.get(at).copied().unwrap_or(0.0);
            x[i] = (x[i] - row[1] * behind(i + 1) - row[2] * behind(i + 2)) / row[0];
        }
    }
}

/// Takes from `vector` its part along the others, which are orthonormal, and gives it length 1.
fn orthonormalise(vector: &mut [f64], others: &[Vec<f64>]) {
    // By the largest first: the solution of an almost singular system can be long.
    scale(vector, vector.iter().fold(0.0_f64, |most, x| most.max(x.abs())));
    for _ in 0..2 {
        for other in others {
            let along = dot(other, vector);
            vector.iter_mut().zip(other).for_each(|(x, o)| *x -= along * o);
        }
    }
    scale(vector, dot(vector, vector).sqrt());
}

fn scale(vector: &mut [f64], by: f64) {
    if by > 0.0 {
        vector.iter_mut().for_each(|x| *x /= by);
    }
}

/// Turns the vector round if its component of largest size is negative.
fn point(vector: &mut [f64]) {
    let largest = vector.iter().fold(0.0_f64, |most, &v| if v.abs() > most.abs() { v } else { most });
    if largest < 0.0 {
        vector.iter_mut().for_each(|v| *v = -*v);
    }
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

/// The orthogonal Procrustes problem in the plane (Schönemann, Psychometrika 1966): the rotation or reflection Q, row after
/// row, for which `Σ ‖p − Q c‖²` over pairs of points is least. `moments` is `Σ p cᵀ`. None where every Q is as good.
///
/// `tr(QᵀM)` is cos·a + sin·b for a rotation by an angle and cos·c + sin·d for a reflection, so the best of each is known.
pub(crate) fn procrustes([[xx, xy], [yx, yy]]: [[f64; 2]; 2]) -> Option<[[f64; 2]; 2]> {
    let (turned, mirrored) = ((xx + yy).hypot(yx - xy), (xx - yy).hypot(xy + yx));
    let best = turned.max(mirrored);
    if best <= 0.0 {
        None
    } else if turned >= mirrored {
        let (cos, sin) = ((xx + yy) / best, (yx - xy) / best);
        Some([[cos, -sin], [sin, cos]])
    } else {
        let (cos, sin) = ((xx - yy) / best, (xy + yx) / best);
        Some([[cos, sin], [sin, -cos]])
    }
}

#[cfg(test)]
mod tests;
