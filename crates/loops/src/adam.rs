//! A step of Adam.

/// The numbers of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Numbers {
    /// β₁ and β₂.
    pub betas: [f32; 2],
    /// √(1−β₂ᵗ) / (1−β₁ᵗ): both corrections of the moments in one.
    pub factor: f32,
    /// Added to the root of the second moment, corrected alike.
    pub epsilon: f32,
    /// η.
    pub rate: f32,
    /// L2 penalty: it times the value is added to the gradient.
    pub penalty: f32,
    /// Factor of the value before the step.
    pub kept: f32,
}

/// Moves the values and both moments, in place.
pub fn step(by: &Numbers, value: &mut [f32], gradient: &[f32], first: &mut [f32], second: &mut [f32]) {
    let &Numbers { betas: [keep_first, keep_second], factor, epsilon, rate, penalty, kept } = by;
    let (take_first, take_second) = (1.0 - keep_first, 1.0 - keep_second);
    for ((x, &g), (m, v)) in value.iter_mut().zip(gradient).zip(first.iter_mut().zip(second)) {
        let g = g + penalty * *x;
        *m = *m * keep_first + g * take_first;
        *v = *v * keep_second + g * g * take_second;
        *x = kept * *x - *m * factor / (v.sqrt() + epsilon) * rate;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_by_hand() {
        let by =
            Numbers { betas: [0.5, 0.75], factor: 2.0, epsilon: 1.0, rate: 0.5, penalty: 1.0, kept: 0.5 };
        let (mut x, mut m, mut v) = ([1.0], [2.0], [0.0]);
        step(&by, &mut x, &[3.0], &mut m, &mut v);
        // g = 3 + 1, m = (2 + 4)/2, v = 16/4, x = 1/2 − 3 · 2 / (2 + 1) / 2.
        assert_eq!((x, m, v), ([-0.5], [3.0], [4.0]));
    }
}
