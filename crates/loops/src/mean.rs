//! The mean of the values of a loss.

/// The number that a sum is divided by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Of {
    /// The weights of the values above 0, together 1 at least.
    Active,
    /// All weights, together 1 at least.
    All,
    /// This is the factor.
    Constant(f32),
}

/// How values become one number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// Divisor of the sum.
    pub of: Of,
    /// Total of which the active values are a share; none: all weights.
    pub candidates: Option<usize>,
}

/// The result of [`forward`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Σ v·w times the factor.
    pub mean: f32,
    /// Share of the candidates that are above 0.
    pub share: f32,
    /// Factor of the sum.
    pub factor: f32,
}

const LANES: usize = 8;

/// The mean of the values, each with its weight.
pub fn forward(how: Mean, values: &[f32], weights: &[f32]) -> Found {
    // In f64: there are hundreds of thousands of them.
    let [mut sums, mut actives, mut counts] = [[0.0_f64; LANES]; 3];
    let add = |at: usize, v: f32, w: f32, [sums, actives, counts]: [&mut [f64; LANES]; 3]| {
        sums[at] += f64::from(v * w);
        actives[at] += f64::from(if v > 0.0 { w } else { 0.0 });
        counts[at] += f64::from(w);
    };
    for (values, weights) in values.chunks(LANES).zip(weights.chunks(LANES)) {
        for (at, (&v, &w)) in values.iter().zip(weights).enumerate() {
            add(at, v, w, [&mut sums, &mut actives, &mut counts]);
        }
    }
    let [sum, active, count] = [sums, actives, counts].map(|lanes| lanes.iter().sum::<f64>() as f32);
    let factor = match how.of {
        Of::Active => 1.0 / active.max(1.0),
        Of::All => 1.0 / count.max(1.0),
        Of::Constant(by) => by,
    };
    let share = active / how.candidates.map_or(count.max(1.0), |count| count.max(1) as f32);
    Found { mean: sum * factor, share, factor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_by_hand() {
        // Three count, two of them are above 0; the 9 has no weight.
        let (values, weights) = ([1.0, 0.0, 3.0, 9.0], [1.0, 1.0, 1.0, 0.0]);
        let found = |of, candidates| {
            let Found { mean, share, factor } = forward(Mean { of, candidates }, &values, &weights);
            [mean, share, factor]
        };
        assert_eq!(found(Of::Active, Some(8)), [2.0, 0.25, 0.5]);
        let third = 1.0_f32 / 3.0;
        assert_eq!(found(Of::All, None), [4.0 * third, 2.0 / 3.0, third]);
        assert_eq!(found(Of::Constant(0.5), None), [2.0, 2.0 / 3.0, 0.5]);
        let none = forward(Mean { of: Of::Active, candidates: None }, &[], &[]);
        assert_eq!(none, Found { mean: 0.0, share: 0.0, factor: 1.0 });
    }
}
