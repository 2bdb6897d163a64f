//! A sum of outer products.

/// Adds `Σ x xᵀ` of four rows of `dim` numbers to the upper triangle of `block`, dim × dim.
pub fn add_outer(block: &mut [f32], four: &[f32], dim: usize) {
    let (a, rest) = four.split_at(dim);
    let (b, rest) = rest.split_at(dim);
    let (c, d) = rest.split_at(dim);
    for i in 0..dim {
        let factors = [a[i], b[i], c[i], d[i]];
        let columns = a[i..].iter().zip(&b[i..]).zip(&c[i..]).zip(&d[i..]);
        for (sum, (((a, b), c), d)) in block[i * dim + i..(i + 1) * dim].iter_mut().zip(columns) {
            *sum += (factors[0] * a + factors[1] * b) + (factors[2] * c + factors[3] * d);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_rows_of_two() {
        let mut block = [1.0, 0.0, 9.0, 0.0];
        add_outer(&mut block, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 0.0, 0.0], 2);
        assert_eq!(block, [1.0 + 1.0 + 9.0 + 25.0, 2.0 + 12.0 + 30.0, 9.0, 4.0 + 16.0 + 36.0]);
    }
}
