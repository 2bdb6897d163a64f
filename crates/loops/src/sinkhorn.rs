//! Entropic transport of histograms on a line of equal steps, eight pairs at a time in f64.
//!
//! The cost between the bins i and j is |i − j|·h, so the kernel e^{−|i − j|h/ε} is r^{|i − j|} with r = e^{−h/ε}: two running
//! sums give its product with a vector in d steps instead of d². A pair is iterated until it has converged. The potentials are
//! the logarithms of u and v of the fixed point u = 1/K(y v), v = 1/K(x u), in units of ε; steps go half as far again as the
//! fixed point asks (over-relaxation by 3/2), which takes a fifth of the steps where ε is small.

/// Pairs that are iterated together.
pub const LANES: usize = 8;
/// A pair has converged when no u or v is farther than this from its fixed point, as a ratio. The value's error is of second
/// order in it.
const CLOSE: f64 = 1e-7;
/// Plain steps at the beginning: over-relaxation from afar may leave the range.
const PLAIN: usize = 4;
/// Most steps. Two histograms of few bins and ε = 0.02 have been seen to take a thousand.
const MOST: usize = 20_000;

type Lanes = [f64; LANES];

/// The line: how many bins, and r.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Bins.
    pub dim: usize,
    /// Kernel of neighbouring bins, e^{−h/ε}.
    pub ratio: f64,
}

/// Room for one call after another.
#[derive(Clone, Debug)]
pub struct Transport {
    line: Line,
    x: Vec<Lanes>,
    y: Vec<Lanes>,
    u: Vec<Lanes>,
    v: Vec<Lanes>,
    product: Vec<Lanes>,
}

impl Transport {
    /// For histograms on `line`.
    pub fn new(line: Line) -> Self {
        let room = || vec![[0.0; LANES]; line.dim];
        Self { line, x: room(), y: room(), u: room(), v: room(), product: room() }
    }

    /// The potentials f/ε and g/ε of `xs[i]` and `ys[i]`, at most [`LANES`] pairs: `visit(pair, bin, f/ε, g/ε)`.
    pub fn potentials(
        &mut self,
        xs: &[&[f32]],
        ys: &[&[f32]],
        mut visit: impl FnMut(usize, usize, f64, f64),
    ) {
        fill(&mut self.x, xs);
        fill(&mut self.y, ys);
        self.u.fill([1.0; LANES]);
        self.v.fill([1.0; LANES]);
        for step in 0..MOST {
            let relaxed = step >= PLAIN;
            let first = half_step(self.line.ratio, &self.y, &self.v, &mut self.product, &mut self.u, relaxed);
            let second =
                half_step(self.line.ratio, &self.x, &self.u, &mut self.product, &mut self.v, relaxed);
            if first.max(second) < CLOSE {
                break;
            }
        }
        // With plain steps the value is that of the dual problem, whose error is of second order.
        half_step(self.line.ratio, &self.y, &self.v, &mut self.product, &mut self.u, false);
        half_step(self.line.ratio, &self.x, &self.u, &mut self.product, &mut self.v, false);
        for (bin, (u, v)) in self.u.iter().zip(&self.v).enumerate() {
            for pair in 0..xs.len() {
                visit(pair, bin, u[pair].ln(), v[pair].ln());
            }
        }
    }

    /// The potential f/ε = g/ε of each of `xs` with itself: `visit(pair, bin, f/ε)`. Both are one, so u = √(u / K(x u)) is
    /// iterated, which halves the error of a logarithm at every step.
    pub fn own_potentials(&mut self, xs: &[&[f32]], mut visit: impl FnMut(usize, usize, f64)) {
        fill(&mut self.x, xs);
        self.u.fill([1.0; LANES]);
        for _ in 0..MOST {
            multiply(self.line.ratio, &self.x, &self.u, &mut self.product);
            let mut farthest = [0.0_f64; LANES];
            for (u, product) in self.u.iter_mut().zip(&self.product) {
                for lane in 0..LANES {
                    let ratio = u[lane] * product[lane];
                    farthest[lane] = farthest[lane].max((ratio - 1.0).abs());
                    u[lane] = (u[lane] / product[lane]).sqrt();
                }
            }
            if farthest.iter().fold(0.0, |most: f64, &x| most.max(x)) < CLOSE {
                break;
            }
        }
        for (bin, u) in self.u.iter().enumerate() {
            for pair in 0..xs.len() {
                visit(pair, bin, u[pair].ln());
            }
        }
    }
}

/// Rows in lanes, scaled to a sum of 1: between unequal masses there is no plan. Lanes without a row repeat the first, so that
/// they converge when it does.
fn fill(lanes: &mut [Lanes], rows: &[&[f32]]) {
    for lane in 0..LANES {
        let row = rows.get(lane).unwrap_or(&rows[0]);
        let sum: f64 = row.iter().map(|&x| f64::from(x)).sum();
        for (lanes, &value) in lanes.iter_mut().zip(*row) {
            lanes[lane] = f64::from(value) / sum;
        }
    }
}

/// K(masses · factors).
fn multiply(ratio: f64, masses: &[Lanes], factors: &[Lanes], product: &mut [Lanes]) {
    let mut running = [0.0; LANES];
    for ((sum, mass), factor) in product.iter_mut().zip(masses).zip(factors) {
        for lane in 0..LANES {
            running[lane] = running[lane] * ratio + mass[lane] * factor[lane];
            sum[lane] = running[lane];
        }
    }
    let mut running = [0.0; LANES];
    for ((sum, mass), factor) in product.iter_mut().zip(masses).zip(factors).rev() {
        for lane in 0..LANES {
            running[lane] *= ratio;
            sum[lane] += running[lane];
            running[lane] += mass[lane] * factor[lane];
        }
    }
}

/// A step of `u` to 1 / K(masses · other), or half as far again; says how far it was.
fn half_step(
    ratio: f64,
    masses: &[Lanes],
    other: &[Lanes],
    product: &mut [Lanes],
    u: &mut [Lanes],
    relaxed: bool,
) -> f64 {
    multiply(ratio, masses, other, product);
    let mut farthest = [0.0_f64; LANES];
    for (u, product) in u.iter_mut().zip(product) {
        for lane in 0..LANES {
            let off = u[lane] * product[lane];
            farthest[lane] = farthest[lane].max((off - 1.0).abs());
            let factor = if relaxed { off.sqrt() } else { 1.0 };
            u[lane] = 1.0 / (product[lane] * factor);
        }
    }
    farthest.iter().fold(0.0, |most, &x| most.max(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_bins_are_solved_by_hand() {
        // Masses (a, 1 − a) and (b, 1 − b): the plan's cross ratio π₀₀π₁₁ / π₀₁π₁₀ is r⁻², whatever the masses.
        let (a, b, ratio) = (0.3_f32, 0.6_f32, 0.25);
        let (x, y) = ([a, 1.0 - a], [b, 1.0 - b]);
        let mut transport = Transport::new(Line { dim: 2, ratio });
        let (mut f, mut g) = ([0.0; 2], [0.0; 2]);
        transport.potentials(&[&x], &[&y], |_, bin, u, v| (f[bin], g[bin]) = (u.exp(), v.exp()));
        let plan = |i: usize, j: usize| {
            let kernel = if i == j { 1.0 } else { ratio };
            f64::from(x[i]) * f64::from(y[j]) * f[i] * g[j] * kernel
        };
        assert!((plan(0, 0) + plan(0, 1) - f64::from(a)).abs() < 1e-6, "the masses of x");
        assert!((plan(0, 0) + plan(1, 0) - f64::from(b)).abs() < 1e-12, "the masses of y");
        let cross = plan(0, 0) * plan(1, 1) / (plan(0, 1) * plan(1, 0));
        assert!((cross - ratio.powi(-2)).abs() < 1e-9, "{cross}");
    }

    #[test]
    fn with_itself_both_potentials_are_one() {
        let rows: Vec<Vec<f32>> = (0..3)
            .map(|row| {
                let row: Vec<f32> = (0..7).map(|bin| ((bin * (row + 2)) as f32).sin().exp()).collect();
                let sum: f32 = row.iter().sum();
                row.iter().map(|x| x / sum).collect()
            })
            .collect();
        let rows: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
        let mut transport = Transport::new(Line { dim: 7, ratio: 0.1 });
        let (mut both, mut own) = ([[0.0; 7]; 3], [[0.0; 7]; 3]);
        transport.potentials(&rows, &rows, |pair, bin, u, v| both[pair][bin] = 0.5 * (u + v));
        transport.own_potentials(&rows, |pair, bin, u| own[pair][bin] = u);
        for (both, own) in both.iter().flatten().zip(own.iter().flatten()) {
            assert!((both - own).abs() < 1e-6, "{both} and {own}");
        }
    }
}
