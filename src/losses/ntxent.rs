//! NT-Xent, the normalised temperature-scaled cross entropy (also InfoNCE). Sohn 2016; van den Oord et al. 2018; Chen et
//! al. 2020, SimCLR.

use burn::tensor::{Tensor, activation};

use super::facts::any;
use super::log_sum::log_sum_exp;
use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::pairing::TripletGrid;
use crate::setting::{Range, settings};

settings! {
    /// Settings of NT-Xent.
    pub struct Ntxent {
        /// Temperature: how sharply the nearest negatives stand out.
        temperature: f64 = 0.07, "temperature" "τ" number(Range::POSITIVE);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Pairs,
    formula: "−s(a,p)/τ + log(e^(s(a,p)/τ) + Σₙ e^(s(a,n)/τ))",
    paper: Paper {
        title: "Chen, Kornblith, Norouzi & Hinton, A Simple Framework for Contrastive Learning of Visual Representations",
        year: 2020,
        link: "https://arxiv.org/abs/2002.05709",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: true,
    reduction: Reduction::Mean,
};

/// −s(a,p)/τ + log(e^{s(a,p)/τ} + Σₙ e^{s(a,n)/τ}) of each positive pair, `[B, P, 1]`. The other positives of the anchor
/// are left out of the sum. For a distance, s = −d. Without a negative the value is 0.
///
/// The value is softplus(log Σₙ e^{s(a,n)/τ} − s(a,p)/τ): no exponential overflows, and none that counts underflows.
pub(super) fn values(
    distance: Distance,
    matrix: Tensor<2>,
    grid: &TripletGrid,
    temperature: f64,
) -> Tensor<3> {
    let logits = distance.nearness(matrix).mul_scalar(1.0 / temperature);
    let different = grid.different();
    let any = different.clone().max_dim(1).unsqueeze_dim::<3>(2);
    let negatives = log_sum_exp(logits.clone(), different, 1).unsqueeze_dim::<3>(2);
    activation::softplus(negatives - grid.positive_values(logits), 1.0) * any
}

impl Rule for Ntxent {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let AllPairs { grid, matrix } = inputs.pairs()?;
        let values = values(inputs.distance, matrix, grid, self.temperature);
        Ok(vec![Term::weighing(values, grid.positive_mask.clone())])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // Positives at 0° and 90°, a negative at 180°: s is 0 for the pair, −1 and 0 for the negatives.
        let rows = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]];
        let found = value(Ntxent { temperature: 0.5 }, Distance::Cosine, &rows, &[0, 0, 1]);
        assert_close(found, 0.5 * ((-2.0f32).exp().ln_1p() + 2.0f32.ln()));
    }

    #[test]
    fn logits_far_apart() {
        // Angles 0°, 5°, 88° of one class, negatives at 80°, 84°, 160°. The value is from the formula in f64.
        let at = |degrees: f32| [degrees.to_radians().cos(), degrees.to_radians().sin()];
        let rows = [0.0, 5.0, 88.0, 80.0, 84.0, 160.0].map(at);
        let labels = [0, 0, 0, 1, 1, 2];
        let found = value(Ntxent { temperature: 0.005 }, Distance::Cosine, &rows, &labels);
        let s = |i: usize, j: usize| {
            f64::from(rows[i][0]) * f64::from(rows[j][0]) + f64::from(rows[i][1]) * f64::from(rows[j][1])
        };
        let mut sum = (0.0, 0.0);
        for a in 0..6 {
            for p in (0..6).filter(|&p| p != a && labels[p] == labels[a]) {
                let others = (0..6).filter(|&n| labels[n] != labels[a]);
                let rest: f64 = others.map(|n| ((s(a, n) - s(a, p)) / 0.005).exp()).sum();
                sum = (sum.0 + rest.ln_1p(), sum.1 + 1.0);
            }
        }
        assert_close(found, (sum.0 / sum.1) as f32);
        // Without negatives a pair costs nothing, however far apart it is.
        let far = [0.0, 100.0, 200.0].map(at);
        assert_eq!(value(Ntxent { temperature: 0.01 }, Distance::Cosine, &far, &[0, 0, 0]), 0.0);
    }
}
