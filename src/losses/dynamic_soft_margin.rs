//! Dynamic soft margin. Zhang et al. 2019.
//!
//! A triplet weighs by its place in the distribution of all triplets: easy ones next to nothing, hard ones almost fully.
//! The distribution is a running histogram. It belongs to what the loss owns: a session keeps and saves it, and a call
//! without one begins with the histogram of its own batch.
//!
//! Conventions: the histogram of a batch is a sum over its triplets, as in pytorch-metric-learning, so that the batch
//! weighs more than the momentum says. Triplets beyond the last node belong to the last node. The gradient passes through
//! the histogram of the batch, and not through that of batches before; `held` takes the weights as constants.

use burn::tensor::Tensor;

use super::facts::any;
use super::{Facts, Inputs, Looks, Owns, Paper, Reduction, Rule, Size, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::pairing::Selection;
use crate::setting::{Range, settings};

settings! {
    /// Settings of the dynamic soft margin.
    pub struct DynamicSoftMargin {
        /// The histogram reaches from this to its opposite.
        least: f64 = -2.0, "least" "" number(Range::closed(-1e6, -1e-6));
        /// Nodes of the histogram.
        bins: usize = 10, "bins" "B" whole(2, 100);
        /// Weight of the batch in the running histogram.
        momentum: f64 = 0.01, "momentum" "μ" number(Range::closed(0.0, 1.0));
        /// Take the weights as constants.
        held: bool = false, "held" "" flag;
        /// Compare two views of each thing, without labels.
        views: bool = false, "views" "" flag;
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Triplet,
    looks: Looks::Mined,
    formula: "C(t)·t, t = d(a,p) − d(a,n), C the running share of triplets up to t",
    paper: Paper {
        title: "Zhang & Rusinkiewicz, Learning Local Descriptors With a CDF-Based Dynamic Soft Margin",
        year: 2019,
        link: "https://openaccess.thecvf.com/content_ICCV_2019/html/Zhang_Learning_Local_Descriptors_With_a_CDF-Based_Dynamic_Soft_Margin_ICCV_2019_paper.html",
    },
    written_for: Distance::Euclidean,
    takes: any,
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

/// Far beyond every distance, and finite.
const BEYOND: f32 = 1e30;

impl DynamicSoftMargin {
    /// t of each thing, `[V, 1, 1]`: the distance of its two views, less the smallest distance of one of them to another
    /// thing's. The second tensor is 0 where there is no other thing.
    fn of_views(inputs: &Inputs<'_>) -> Result<(Tensor<3>, Tensor<3>)> {
        let [first, second] = inputs.views()?;
        let far = inputs.distance.nearness(inputs.distance.matrix_unchecked(first, second)).neg();
        let [things, _] = far.dims();
        let own = Tensor::<2>::eye(things, &far.device());
        let same = (far.clone() * own.clone()).sum_dim(1);
        let others = far.mask_fill(own.equal_scalar(1.0), BEYOND);
        let nearest = others.clone().min_dim(1).min_pair(others.transpose().min_dim(1));
        let t = (same - nearest).unsqueeze_dim::<3>(2);
        let weights = if things > 1 { t.ones_like() } else { t.zeros_like() };
        Ok((t, weights.detach()))
    }

    /// The share of triplets up to each t.
    fn shares(&self, t: &Tensor<3>, weights: &Tensor<3>, inputs: &mut Inputs<'_>) -> Tensor<3> {
        let width = -2.0 * self.least / self.bins as f64;
        let place = t.clone().sub_scalar(self.least).div_scalar(width).clamp(0.0, (self.bins - 1) as f64);
        let at = |node: usize| {
            let near = place.clone().sub_scalar(node as f64).abs().neg().add_scalar(1.0).clamp_min(0.0);
            (near * weights.clone()).sum().reshape([1, 1])
        };
        let of_batch = Tensor::cat((0..self.bins).map(at).collect(), 1);
        let running = match inputs.running_histogram() {
            Some(before) => {
                let first = before.clone().sum().equal_scalar(0.0).reshape([1, 1]).expand([1, self.bins]);
                let mixed = before.detach().mul_scalar(1.0 - self.momentum)
                    + of_batch.clone().mul_scalar(self.momentum);
                mixed.mask_where(first, of_batch)
            }
            None => of_batch,
        };
        let sum = running.clone().sum().reshape([1, 1]);
        let none = sum.clone().equal_scalar(0.0);
        let running = running / sum.mask_fill(none, 1.0);
        inputs.keep_histogram(running.clone());
        let beyond = (0..self.bins).map(|node| {
            let share = running.clone().narrow(1, node, 1).unsqueeze_dim::<3>(2);
            place.clone().detach().greater_equal_scalar(node as f64).float() * share
        });
        beyond.reduce(|a, b| a + b).expect("there are nodes")
    }
}

impl Rule for DynamicSoftMargin {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn owns(&self) -> Owns {
        Owns::Histogram { bins: self.bins }
    }

    fn looks(&self) -> Looks {
        if self.views { Looks::Views } else { Looks::Mined }
    }

    fn remembers(&self) -> bool {
        !self.views
    }

    fn numbers(&self, size: Size) -> u64 {
        // A mask for each node is kept until the gradient is known.
        let one = if self.views { size.pairs() } else { size.triplets() };
        one.saturating_mul((self.bins as u64).div_ceil(4))
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let (t, weights) = if self.views {
            Self::of_views(inputs)?
        } else {
            let Selection { positive, negative, keep, .. } = inputs.mined(false)?;
            (inputs.distance.excess(positive, negative), keep)
        };
        let shape = weights.dims();
        let t = t.expand(shape);
        let shares = self.shares(&t, &weights, inputs);
        let shares = if self.held { shares.detach() } else { shares };
        Ok(vec![Term::weighing(shares * t, weights)])
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::super::trial::{assert_close, matrix, value, value_with};
    use super::super::{Inputs, Learned, Loss};
    use super::*;
    use crate::pairing::Pairing;
    use crate::random::Random;

    #[test]
    fn by_hand() {
        // On a line: positives 0 and 1, a negative at 2.5: t = 1 − 2.5 and 1 − 1.5. Nodes −2, −1, 0, 1: half of the first
        // triplet belongs to −2 and half to −1, half of the second to −1 and half to 0. Its share up to −2 is 1/4, up to
        // −1 it is 3/4.
        let rows = [[0.0, 0.0], [1.0, 0.0], [2.5, 0.0]];
        let loss = DynamicSoftMargin { bins: 4, ..DynamicSoftMargin::DEFAULT };
        let found = value(loss, Distance::Euclidean, &rows, &[0, 0, 1]);
        assert_close(found, (-1.5 / 4.0 - 0.5 * 3.0 / 4.0) / 2.0);
        // With all mass before on the last node: ¾ of it stays there, ¼ of two triplets joins.
        let before = matrix(&[[0.0, 0.0, 0.0, 1.0]]);
        let learned = Learned { histogram: Some(before), ..Learned::default() };
        let loss = DynamicSoftMargin { momentum: 0.25, ..loss };
        let found = value_with(loss, Distance::Euclidean, &rows, &[0, 0, 1], learned);
        assert_close(found, (-1.5 * 0.125 - 0.5 * 0.375) / 1.25 / 2.0);
    }

    #[test]
    fn two_views_and_the_kept_histogram() {
        // Things at 0 and 3 with their views at 1 and 3.5: t = 1 − min(2, 3.5) and 0.5 − min(2, 3.5); the first thing's
        // second view is 2 from the second thing.
        let rows = [[0.0, 0.0], [3.0, 0.0], [1.0, 0.0], [3.5, 0.0]];
        let loss = DynamicSoftMargin { bins: 4, views: true, ..DynamicSoftMargin::DEFAULT };
        let labels = [0, 1, 0, 1];
        let found = value(loss, Distance::Euclidean, &rows, &labels);
        assert_close(found, (-1.5 * 0.25 - 1.0) / 2.0);
        let pairing = Pairing::new(&labels, &Device::flex());
        let mut random = Random::new(1);
        let select = |_: Tensor<2>, _: &_, _: bool, _: &mut Random| unreachable!("views are not mined");
        let mut inputs = Inputs::new((Distance::Euclidean, &pairing), matrix(&rows), &select, &mut random);
        let value = Loss::from(loss).value(&mut inputs, None, None).expect("two things of two views");
        let kept: Vec<f32> = value.histogram.expect("it is kept").into_data().iter::<f32>().collect();
        assert_eq!(kept, [0.25, 0.75, 0.0, 0.0], "half a thing at −2, one and a half at −1");
    }
}
