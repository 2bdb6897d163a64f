//! Euclidean distances of all rows of a batch with all of another, by their differences, and the gradient.
//!
//! Sums are f32; a pair whose sum leaves the range of f32 is computed again in f64, so that huge and tiny rows may lie among
//! ordinary ones.

use crate::rows::all_within;

/// Sums whose range is checked at once.
const GROUP: usize = 16;

/// The rows that are compared.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Rows of the one.
    pub queries: usize,
    /// Rows of the other.
    pub references: usize,
    /// Numbers of a row.
    pub dim: usize,
    /// Whether the distance is wanted, or its square.
    pub root: bool,
}

/// Σ (x − y)², or its root, `[queries, references]`. The loop runs along the references.
pub fn forward(shape: Shape, x: &[f32], y: &[f32]) -> Vec<f32> {
    let Shape { queries, references, dim, root } = shape;
    let mut columns = vec![0.0_f32; references * dim];
    for (j, row) in y.chunks_exact(dim).enumerate() {
        row.iter().enumerate().for_each(|(at, &number)| columns[at * references + j] = number);
    }
    let mut values = vec![0.0_f32; queries * references];
    for (x, sums) in x.chunks_exact(dim).zip(values.chunks_exact_mut(references)) {
        for (&x, column) in x.iter().zip(columns.chunks_exact(references)) {
            for (sum, &y) in sums.iter_mut().zip(column) {
                let difference = x - y;
                *sum += difference * difference;
            }
        }
        let range = dim as f32 * f32::MIN_POSITIVE..=f32::MAX;
        // The distance of a row to itself is 0, so that most rows have a sum below the range.
        let mut outside = Vec::new();
        for (group, part) in sums.chunks(GROUP).enumerate() {
            if !all_within(part, *range.start(), *range.end()) {
                let at = group * GROUP;
                outside.extend((at..at + part.len()).filter(|&at| !range.contains(&sums[at])));
            }
        }
        if root {
            sums.iter_mut().for_each(|sum| *sum = sum.sqrt());
        }
        for at in outside {
            sums[at] = exact(x, &y[at * dim..(at + 1) * dim], root);
        }
    }
    values
}

/// The distance of a pair in f64.
fn exact(x: &[f32], y: &[f32], root: bool) -> f32 {
    let sum: f64 = x.iter().zip(y).map(|(&x, &y)| (f64::from(x) - f64::from(y)).powi(2)).sum();
    (if root { sum.sqrt() } else { sum }) as f32
}

/// The gradient by x, `[queries, dim]`, from the gradient by the distances and the distances: 2g(x − y), or g(x − y)/d and 0 where
/// d is 0. The loop runs along the numbers of a row.
pub fn backward(shape: Shape, x: &[f32], y: &[f32], gradient: &[f32], values: &[f32]) -> Vec<f32> {
    let Shape { queries, references, dim, root } = shape;
    let mut sums = vec![0.0_f32; queries * dim];
    let factors = gradient.chunks_exact(references).zip(values.chunks_exact(references));
    let rows = x.chunks_exact(dim).zip(sums.chunks_exact_mut(dim)).zip(factors);
    for ((x, sums), (gradient, values)) in rows {
        for ((&gradient, &value), y) in gradient.iter().zip(values).zip(y.chunks_exact(dim)) {
            let factor = match (root, value > 0.0) {
                (false, _) => 2.0 * gradient,
                (true, true) => gradient / value,
                (true, false) => 0.0,
            };
            if factor.is_infinite() {
                // The distance is subnormal; the difference is as small.
                let factor = f64::from(gradient) / f64::from(value);
                for ((sum, &x), &y) in sums.iter_mut().zip(x).zip(y) {
                    *sum += (factor * (f64::from(x) - f64::from(y))) as f32;
                }
            } else if factor != 0.0 {
                for ((sum, &x), &y) in sums.iter_mut().zip(x).zip(y) {
                    *sum += factor * (x - y);
                }
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_by_hand() {
        // (0, 0) and (3, 4), from (0, 0): 0 and 5.
        let (x, y) = ([0.0, 0.0], [0.0, 0.0, 3.0, 4.0]);
        let shape = Shape { queries: 1, references: 2, dim: 2, root: true };
        let values = forward(shape, &x, &y);
        assert_eq!(values, [0.0, 5.0]);
        // 0 where the distance is 0; elsewhere −(3, 4)/5, times 10.
        assert_eq!(backward(shape, &x, &y, &[1.0, 10.0], &values), [-6.0, -8.0]);
        let squared = Shape { root: false, ..shape };
        assert_eq!(forward(squared, &x, &y), [0.0, 25.0]);
        assert_eq!(backward(squared, &x, &y, &[1.0, 10.0], &[0.0, 25.0]), [-60.0, -80.0]);
    }

    #[test]
    fn huge_and_tiny_rows_lie_among_ordinary_ones() {
        let (x, y) = ([0.0, 0.0], [3.0, 4.0, 3e30, 4e30, -3e-40, 4e-40, 3e-25, 0.0, 0.0, 0.0]);
        let shape = Shape { queries: 1, references: 5, dim: 2, root: true };
        let values = forward(shape, &x, &y);
        for (got, wanted) in values.iter().zip([5.0, 5e30, 5e-40, 3e-25, 0.0]) {
            assert!((got - wanted).abs() <= 1e-5 * wanted, "{values:?}");
        }
        let gradient = backward(shape, &x, &y, &[1.0; 5], &values);
        for (got, wanted) in gradient.iter().zip([-0.6 - 0.6 + 0.6 - 1.0, -0.8 - 0.8 - 0.8]) {
            assert!((got - wanted).abs() < 1e-5, "{gradient:?}");
        }
    }
}
