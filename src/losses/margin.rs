//! Margin loss. Wu et al. 2017.
//!
//! Convention: ν weighs a learned β as pytorch-metric-learning does. One β for all adds ν·β. A β of each class adds
//! ν Σ β over all selected triplets, divided as the loss itself by the number of parts above zero.

use burn::tensor::Tensor;

use super::facts::any;
use super::{Facts, Inputs, Looks, OnATriplet, Owns, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::fused::rectify;
use crate::setting::{Range, names, settings};

names! {
    /// How the boundary β is chosen.
    pub enum Boundary {
        /// By the setting.
        Fixed = "fixed",
        /// By training, one for all classes.
        Learned = "learned",
        /// By training, one for each class; an anchor uses its own.
        PerClass = "perClass",
    }
}

settings! {
    /// Settings of the margin loss.
    pub struct Margin {
        /// Half the width of the gap.
        alpha: f64 = 0.2, "alpha" "α" number(Range::MARGIN);
        /// The boundary between near and far; where it is learned, its first value.
        beta: f64 = 1.2, "beta" "β" number(Range::MARGIN);
        /// How the boundary is chosen.
        boundary: Boundary = Boundary::Fixed, "boundary" "" choice;
        /// Weight of ν·β, which keeps a learned β from growing at will.
        nu: f64 = 0.0, "nu" "ν" number(Range::WEIGHT);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Triplet,
    looks: Looks::Mined,
    formula: "[d(a,p) − β + α]₊ + [β − d(a,n) + α]₊",
    paper: Paper {
        title: "Wu, Manmatha, Smola & Krähenbühl, Sampling Matters in Deep Embedding Learning",
        year: 2017,
        link: "https://arxiv.org/abs/1706.07567",
    },
    written_for: Distance::Euclidean,
    takes: any,
    unit: None,
    remembers: true,
    reduction: Reduction::PooledNonZero,
};

/// [d(a,p) − β + α]₊ of each positive pair.
pub fn positive_values<const D: usize>(
    distance: Distance,
    positive: Tensor<D>,
    alpha: f64,
    beta: f64,
) -> Tensor<D> {
    pull(distance.excess_over(positive, beta), alpha)
}

/// [β − d(a,n) + α]₊ of each negative pair.
pub fn negative_values<const D: usize>(
    distance: Distance,
    negative: Tensor<D>,
    alpha: f64,
    beta: f64,
) -> Tensor<D> {
    push(distance.excess_over(negative, beta), alpha)
}

/// Takes d(a,p) − β.
fn pull<const D: usize>(excess: Tensor<D>, alpha: f64) -> Tensor<D> {
    rectify(&excess.add_scalar(alpha))
}

/// Takes d(a,n) − β.
fn push<const D: usize>(excess: Tensor<D>, alpha: f64) -> Tensor<D> {
    rectify(&excess.neg().add_scalar(alpha))
}

impl Margin {
    /// ν·β, `[1]`. `boundary` holds the β of each row, `[B, 1, 1]`; `triplets` how many triplets each row anchors.
    fn penalty(&self, boundary: &Tensor<3>, triplets: Tensor<3>, terms: &[Term]) -> Tensor<1> {
        let weighed = boundary.clone() * triplets.clone();
        let (sum, count) = (weighed.sum(), triplets.sum());
        let divisor = match self.boundary {
            Boundary::Fixed | Boundary::Learned => count,
            Boundary::PerClass => {
                let above = terms.iter().map(|term| {
                    let above = term.values.clone().detach().greater_scalar(0.0).float();
                    (above * term.weights.clone()).sum()
                });
                above.reduce(|a, b| a + b).expect("the loss has two terms")
            }
        };
        let none = divisor.clone().equal_scalar(0.0);
        (sum / divisor.clamp_min(1.0)).mask_fill(none, 0.0).mul_scalar(self.nu)
    }
}

impl Rule for Margin {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn owns(&self) -> Owns {
        match self.boundary {
            Boundary::Fixed => Owns::Nothing,
            Boundary::Learned => Owns::Boundaries { per_class: false, start: self.beta },
            Boundary::PerClass => Owns::Boundaries { per_class: true, start: self.beta },
        }
    }

    fn on_a_triplet(&self) -> Option<OnATriplet> {
        Some(OnATriplet::Margin(*self))
    }

    /// A pair's value depends on two of a triplet's three rows, so that the mask is summed over the third row and not
    /// the values.
    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let distance = inputs.distance;
        let boundary = match self.boundary {
            Boundary::Fixed => None,
            Boundary::Learned => Some(inputs.boundary(false)?),
            Boundary::PerClass => Some(inputs.boundary(true)?),
        };
        let selection = inputs.mined(false)?;
        let excess = |values: Tensor<3>| match &boundary {
            Some(boundary) => distance.excess(values, boundary.clone()),
            None => distance.excess_over(values, self.beta),
        };
        let positive = pull(excess(selection.positive.clone()), self.alpha);
        let negative = push(excess(selection.negative.clone()), self.alpha);
        let terms = vec![
            Term::weighing(positive, selection.weights_like(&selection.positive)),
            Term::weighing(negative, selection.weights_like(&selection.negative)),
        ];
        if let Some(boundary) = boundary.filter(|_| self.nu > 0.0) {
            let triplets = selection.keep.clone().sum_dim(1).sum_dim(2);
            let penalty = self.penalty(&boundary, triplets, &terms);
            inputs.add_penalty(penalty);
        }
        Ok(terms)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::super::Learned;
    use super::super::trial::{assert_close, value, value_with};
    use super::*;

    #[test]
    fn by_hand() {
        // On a line: positives 0 and 1.1, a negative at 2.2; β = 1.2, α = 0.2. Both triplets pull by 0.1; the negative is
        // 2.2 and 1.1 away and pushes by 0 and 0.3. Three parts are above zero.
        let rows = [[0.0, 0.0], [1.1, 0.0], [2.2, 0.0]];
        let labels = [0, 0, 1];
        assert_close(value(Margin::DEFAULT, Distance::Euclidean, &rows, &labels), (0.1 + 0.1 + 0.3) / 3.0);

        let with = |boundary: Boundary, betas: Tensor<2>| {
            let learned = Learned { boundary: Some(betas), ..Learned::default() };
            let loss = Margin { boundary, nu: 0.5, ..Margin::DEFAULT };
            value_with(loss, Distance::Euclidean, &rows, &labels, learned)
        };
        let device = Device::flex();
        let one = with(Boundary::Learned, Tensor::from_floats([[1.2]], &device));
        assert_close(one, 0.5 / 3.0 + 0.5 * 1.2);
        // Two triplets with the β of class 0, over three parts.
        let each = with(Boundary::PerClass, Tensor::from_floats([[1.2, 7.0]], &device));
        assert_close(each, (0.5 + 0.5 * 2.0 * 1.2) / 3.0);
    }
}
