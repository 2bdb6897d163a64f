//! Triplet loss. Weinberger & Saul 2009, Distance Metric Learning for Large Margin Nearest
//! Neighbor Classification; Schroff et al. 2015, FaceNet.

use burn::tensor::{Tensor, activation};

use super::reduction::Term;
use crate::distances::Distance;
use crate::pairing::Selection;

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
    if smooth { activation::softplus(violation, 1.0) } else { activation::relu(violation) }
}

pub(super) fn terms(distance: Distance, selection: Selection, margin: f64, smooth: bool) -> Vec<Term> {
    let Selection { positive, negative, between, keep, candidates, .. } = selection;
    let negative = match between {
        // Swap: the negative counts from the anchor or the positive, whichever it is nearer to.
        Some(between) => {
            let shape = between.dims();
            distance.nearer(negative.expand(shape), between)
        }
        None => negative,
    };
    vec![Term {
        values: values(distance, positive, negative, margin, smooth),
        weights: keep,
        candidates: Some(candidates),
    }]
}
