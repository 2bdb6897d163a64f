//! `LeJEPA`, on views without labels. Balestriero & `LeCun` 2025: views agree, and each view is distributed as a standard
//! normal (`SIGReg`).
//!
//! `SIGReg` compares the distribution along random directions with the normal one, by their characteristic functions at
//! 17 points. The directions are drawn at each call. With a weight of 1 the loss is `SIGReg` alone. Embeddings must not be
//! scaled to length 1. `SIGReg` grows with the number of rows.

use burn::tensor::{Tensor, TensorData};

use super::facts::any;
use super::{Facts, Inputs, Looks, Paper, Reduction, Rule, Size, Term, Wiring};
use crate::distances::{Distance, normalize};
use crate::error::{Error, Result};
use crate::setting::{Range, settings};

settings! {
    /// Settings of `LeJEPA`.
    pub struct Lejepa {
        /// Weight of the normal distribution; agreement of the views has the rest.
        sketch_weight: f64 = 0.05, "sketchWeight" "λ" number(Range::closed(0.0, 1.0));
        /// Number of random directions.
        projections: usize = 1024, "projections" "M" whole(1, 4096);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::TwoView,
    looks: Looks::Views,
    formula: "λ SIGReg + (1 − λ) mean(x − x̄)², x̄ the mean of the views",
    paper: Paper {
        title: "Balestriero & LeCun, LeJEPA: Provable and Scalable Self-Supervised Learning Without the Heuristics",
        year: 2025,
        link: "https://arxiv.org/abs/2511.08544",
    },
    written_for: Distance::Euclidean,
    takes: any,
    unit: Some(false),
    remembers: false,
    reduction: Reduction::Mean,
};

/// Points at which characteristic functions are compared, evenly from 0 to [`FARTHEST_KNOT`].
const KNOTS: usize = 17;
const FARTHEST_KNOT: f64 = 3.0;

/// How far the rows, `[N, d]`, are from a standard normal distribution along the directions, `[d, M]`, whose columns have
/// length 1: N Σₖ ωₖ φₖ \[(mean cos tₖz − φₖ)² + (mean sin tₖz)²\] with z the rows along a direction, φ = e^{−t²/2} and
/// ω the weights of the trapezoidal rule on both sides of 0; the mean over the directions, `[1]`.
pub fn sketch(rows: Tensor<2>, projections: Tensor<2>) -> Tensor<1> {
    let [count, _] = rows.dims();
    let along = rows.matmul(projections);
    let step = FARTHEST_KNOT / (KNOTS - 1) as f64;
    let terms = (0..KNOTS).map(|knot| {
        let t = step * knot as f64;
        let phi = (-0.5 * t * t).exp();
        let omega = if knot == 0 || knot == KNOTS - 1 { step } else { 2.0 * step };
        let at = along.clone().mul_scalar(t);
        let real = at.clone().cos().mean_dim(0).sub_scalar(phi).square();
        let imaginary = at.sin().mean_dim(0).square();
        (real + imaginary).mul_scalar(omega * phi)
    });
    let sum = terms.reduce(|a, b| a + b).expect("there are knots");
    sum.mean().mul_scalar(count as f64)
}

/// λ times the mean [`sketch`] of the views, plus 1 − λ times the mean squared difference of all views from the mean of
/// the global ones, `[1]`. All views are `[V, d]`.
pub fn value(globals: &[Tensor<2>], locals: &[Tensor<2>], projections: &Tensor<2>, weight: f64) -> Tensor<1> {
    let mean = |parts: Vec<Tensor<1>>| {
        let count = parts.len() as f64;
        parts.into_iter().reduce(|a, b| a + b).expect("there are views").div_scalar(count)
    };
    let views = || globals.iter().chain(locals);
    let center = globals.iter().cloned().reduce(|a, b| a + b).expect("there are global views");
    let center = center.div_scalar(globals.len() as f64);
    let sketches = mean(views().map(|view| sketch(view.clone(), projections.clone())).collect());
    let apart = mean(views().map(|view| (view.clone() - center.clone()).square().mean()).collect());
    sketches.mul_scalar(weight) + apart.mul_scalar(1.0 - weight)
}

impl Lejepa {
    /// Directions by chance, `[dim, M]`, whose columns have length 1.
    fn draw(&self, dim: usize, inputs: &mut Inputs<'_>) -> Tensor<2> {
        let numbers: Vec<f32> = (0..dim * self.projections).map(|_| inputs.random.normal()).collect();
        let data = TensorData::new(numbers, [self.projections, dim]);
        normalize(Tensor::from_data(data, inputs.pairing.device())).transpose()
    }
}

impl Rule for Lejepa {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn numbers(&self, size: Size) -> u64 {
        size.shape.rows as u64 * (self.projections * KNOTS) as u64 / 4
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let globals = inputs.views()?;
        let locals = inputs.local_views();
        let shape @ [_, dim] = globals[0].dims();
        if let Some(view) = locals.iter().find(|view| view.dims() != shape) {
            return Err(Error::shape("a local view", shape[0] * dim, view.dims().iter().product()));
        }
        let projections = self.draw(dim, inputs);
        Ok(vec![Term::whole(value(&globals, &locals, &projections, self.sketch_weight))])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, matrix};
    use super::*;

    #[test]
    fn by_hand() {
        // Rows 0 alone: the characteristic function is 1 everywhere.
        let along = matrix(&[[1.0], [0.0]]);
        let zeros = matrix(&[[0.0, 5.0], [0.0, -3.0]]);
        let step = 3.0f64 / 16.0;
        let expected: f64 = (0..17)
            .map(|k| {
                let phi = (-0.5 * (step * f64::from(k)).powi(2)).exp();
                let omega = if k == 0 || k == 16 { step } else { 2.0 * step };
                omega * phi * (1.0 - phi).powi(2)
            })
            .sum();
        assert_close(sketch(zeros, along.clone()).into_scalar::<f32>(), 2.0 * expected as f32);
        // Views (1, 0) and (3, 0), and a local one at (2, 3): the centre is (2, 0); mean squares 0.5, 0.5 and 4.5.
        let [one, two, local] = [[1.0, 0.0], [3.0, 0.0], [2.0, 3.0]].map(|row| matrix(&[row]));
        let found = value(&[one, two], &[local], &along, 0.0).into_scalar::<f32>();
        assert_close(found, (0.5 + 0.5 + 4.5) / 3.0);
    }

    #[test]
    fn normal_rows_are_nearer_to_normal_than_rows_at_one_place() {
        let mut random = crate::random::Random::new(3);
        let normal: Vec<[f32; 2]> = (0..400).map(|_| [random.normal(), random.normal()]).collect();
        let along = matrix(&[[1.0, 0.6], [0.0, 0.8]]);
        let of = |rows: &[[f32; 2]]| sketch(matrix(rows), along.clone()).into_scalar::<f32>();
        let shifted: Vec<[f32; 2]> = normal.iter().map(|row| [row[0] + 1.0, row[1]]).collect();
        let wide: Vec<[f32; 2]> = normal.iter().map(|row| [3.0 * row[0], 3.0 * row[1]]).collect();
        assert!(of(&normal) < 5.0 && of(&shifted) > 20.0 && of(&wide) > 20.0, "{}", of(&normal));
    }
}
