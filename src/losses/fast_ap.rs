//! `FastAP`. Cakir et al. 2019.
//!
//! Convention: a row without a positive is left out of the mean. The histogram has 10 bins, the default of
//! pytorch-metric-learning.

use burn::tensor::Tensor;

use super::soft_bins::{shares, up_to};
use super::{AllPairs, Facts, Inputs, Looks, Paper, Reduction, Rule, Size, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::settings;

settings! {
    /// `FastAP` has no settings.
    pub struct FastAp {}
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Pairs,
    formula: "1 − Σ_b h⁺_b H⁺_b / H_b / |P|",
    paper: Paper {
        title: "Cakir, He, Xia, Kulis & Sclaroff, Deep Metric Learning to Rank",
        year: 2019,
        link: "https://openaccess.thecvf.com/content_CVPR_2019/html/Cakir_Deep_Metric_Learning_to_Rank_CVPR_2019_paper.html",
    },
    written_for: Distance::SquaredEuclidean,
    takes: |distance| matches!(distance, Distance::SquaredEuclidean),
    unit: Some(true),
    remembers: true,
    reduction: Reduction::Mean,
};

/// Squared distances of unit vectors.
const RANGE: (f32, f32) = (0.0, 4.0);
/// Bins of the histogram.
const BINS: usize = 10;

impl Rule for FastAp {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn numbers(&self, size: Size) -> u64 {
        size.pairs() * (BINS as u64 + 1)
    }

    /// Average precision over a soft histogram of the squared distances: h⁺ of the positives, h of all, H their running
    /// sums.
    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let AllPairs { grid, matrix } = inputs.pairs()?;
        let alike = grid.alike.clone();
        let shares = shares(matrix, RANGE, BINS);
        let count =
            |mask: Tensor<2>| (shares.clone() * mask.unsqueeze_dim::<3>(2)).sum_dim(1).squeeze_dim::<2>(1);
        let positive = count(alike.clone());
        let every = positive.clone() + count(grid.different());
        let running = up_to(BINS + 1, &positive.device());
        let (positive_sum, every_sum) = (positive.clone().matmul(running.clone()), every.matmul(running));
        // Where no row lies so near, the numerator is 0 as well.
        let nothing = every_sum.clone().equal_scalar(0.0);
        let precision = positive * positive_sum / every_sum.mask_fill(nothing, 1.0);
        let positives = alike.sum_dim(1);
        let values = (precision.sum_dim(1) / positives.clone().clamp_min(1.0)).neg().add_scalar(1.0);
        Ok(vec![Term::rows(values, positives.clamp(0.0, 1.0))])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::*;

    #[test]
    fn by_hand() {
        // Squared distances 0 and 4: every positive comes first.
        let (near, far) = ([1.0, 0.0], [-1.0, 0.0]);
        let of = |rows: [[f32; 2]; 4]| value(FastAp {}, Distance::SquaredEuclidean, &rows, &[0, 0, 1, 1]);
        assert!(of([near, near, far, far]).abs() < 1e-6, "a perfect order");
        // The positive comes third of three: precision 1/3.
        assert_close(of([near, far, near, far]), 1.0 - 1.0 / 3.0);
    }
}
