//! Triplet loss. Weinberger & Saul 2009; Schroff et al. 2015, FaceNet. The swap: Balntas et al. 2016.

use burn::tensor::{Tensor, activation};

use super::facts::any;
use super::{Facts, Inputs, Looks, OnATriplet, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::fused::{hinges, rectify};
use crate::pairing::Selection;
use crate::setting::{Range, settings};

settings! {
    /// Settings of the triplet loss.
    pub struct Triplet {
        /// How much farther the negative should be than the positive.
        margin: f64 = 0.05, "margin" "m" number(Range::MARGIN);
        /// Measure the negative from the positive where that is nearer.
        swap: bool = false, "swap" "" flag;
        /// Softplus in place of the hinge.
        smooth: bool = false, "smooth" "" flag;
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Triplet,
    looks: Looks::Mined,
    formula: "[d(a,p) − d(a,n) + m]₊",
    paper: Paper {
        title: "Schroff, Kalenichenko & Philbin, FaceNet: A Unified Embedding for Face Recognition and Clustering",
        year: 2015,
        link: "https://arxiv.org/abs/1503.03832",
    },
    written_for: Distance::Euclidean,
    takes: any,
    unit: None,
    remembers: true,
    reduction: Reduction::NonZero,
};

/// [d(a,p) − d(a,n) + m]₊ of each triplet, or softplus in place of the hinge.
///
/// # Shapes
/// The two broadcast; the result has the broadcast shape.
pub fn values<const D: usize>(
    distance: Distance,
    positive: Tensor<D>,
    negative: Tensor<D>,
    margin: f64,
    smooth: bool,
) -> Tensor<D> {
    let violation = distance.excess(positive, negative).add_scalar(margin);
    if smooth { activation::softplus(violation, 1.0) } else { rectify(&violation) }
}

impl Rule for Triplet {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// The swap measures from the positive as well, and the positive may be a row of batches before.
    fn remembers(&self) -> bool {
        !self.swap
    }

    fn on_a_triplet(&self) -> Option<OnATriplet> {
        Some(OnATriplet::Triplet(*self))
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let distance = inputs.distance;
        let Selection { positive, negative, between, keep, candidates, .. } = inputs.mined(self.swap)?;
        let negative = match between {
            Some(between) => {
                let shape = between.dims();
                distance.nearer(negative.expand(shape), between)
            }
            None => negative,
        };
        let fused = if self.smooth || negative.dims()[1] > 1 {
            None
        } else {
            hinges(&positive, &negative, self.margin, distance.is_similarity())
        };
        let values = fused.unwrap_or_else(|| values(distance, positive, negative, self.margin, self.smooth));
        Ok(vec![Term { values, weights: keep, candidates: Some(candidates) }])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // On a line: positives 0 and 0.3, a negative at 0.5. d(a,p) − d(a,n) is −0.2 and 0.1.
        let rows = [[0.0, 0.0], [0.3, 0.0], [0.5, 0.0]];
        let found = |loss: Triplet| value(loss, Distance::Euclidean, &rows, &[0, 0, 1]);
        let hinge = Triplet { margin: 0.25, ..Triplet::DEFAULT };
        assert_close(found(hinge), 0.5 * (0.05 + 0.35));
        // With the swap the negative is 0.2 away for both.
        assert_close(found(Triplet { swap: true, ..hinge }), 0.35);
        let softplus = |x: f32| x.exp().ln_1p();
        assert_close(found(Triplet { smooth: true, ..hinge }), 0.5 * (softplus(0.05) + softplus(0.35)));
    }
}
