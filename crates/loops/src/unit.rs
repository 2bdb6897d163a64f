//! Rows of length 1, and the gradient.

/// A row whose numbers are all this small counts as zero. The gradient of a row grows with 1/‖x‖, and that of smaller rows would
/// leave the range of f32. (pytorch-metric-learning divides by 1e-12 at least, so that rows shorter than that lose their
/// direction.)
pub const ZERO: f32 = 7.888_609e-31;

/// The inverse of the power of two of a row's largest number, and 1 / ‖x · inverse‖; squares of huge and tiny numbers would leave the
/// range of f32. A row of zeros has the factor 0.
fn scale(x: &[f32]) -> [f32; 2] {
    let largest = x.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    let exponent = (largest.to_bits() >> 23).clamp(1, 253);
    let inverse = f32::from_bits((254 - exponent) << 23);
    let squares: f32 = x.iter().map(|x| (x * inverse) * (x * inverse)).sum();
    [inverse, if largest <= ZERO { 0.0 } else { 1.0 / squares.sqrt() }]
}

/// x / ‖x‖ of each row of `dim` numbers, in place. A row whose numbers are all at most [`ZERO`] becomes 0.
pub fn forward(dim: usize, rows: &mut [f32]) {
    for row in rows.chunks_exact_mut(dim) {
        let [inverse, factor] = scale(row);
        row.iter_mut().for_each(|x| *x = *x * inverse * factor);
    }
}

/// The gradient by x, (g − y (y·g)) / ‖x‖ with y = x / ‖x‖, in the place of the gradient g by y.
pub fn backward(dim: usize, x: &[f32], gradient: &mut [f32]) {
    for (x, gradient) in x.chunks_exact(dim).zip(gradient.chunks_exact_mut(dim)) {
        let [inverse, factor] = scale(x);
        let along: f32 = x.iter().zip(&*gradient).map(|(x, g)| x * inverse * g).sum();
        for (&x, g) in x.iter().zip(gradient) {
            *g = (*g - x * inverse * factor * (along * factor)) * factor * inverse;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_by_hand() {
        let mut rows = [3.0, 4.0, 0.0, 0.0];
        forward(2, &mut rows);
        assert_eq!(rows, [0.6, 0.8, 0.0, 0.0]);
        // g = (1, 0): y·g = 0.6, so (1 − 0.36, −0.48) / 5.
        let mut gradient = [1.0, 0.0, 1.0, 1.0];
        backward(2, &[3.0, 4.0, 0.0, 0.0], &mut gradient);
        for (got, wanted) in gradient.iter().zip([0.128, -0.096, 0.0, 0.0]) {
            assert!((got - wanted).abs() < 1e-7, "{gradient:?}");
        }
    }

    #[test]
    fn every_scale_has_one_direction() {
        for exponent in -99..=125 {
            let scale = 2.0_f32.powi(exponent);
            let mut row = [3.0 * scale, -4.0 * scale];
            forward(2, &mut row);
            assert_eq!(row, [0.6, -0.8], "times 2^{exponent}");
        }
    }
}
