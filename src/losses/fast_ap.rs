//! `FastAP`. Cakir et al. 2019, Deep Metric Learning to Rank.

use burn::tensor::Tensor;

use super::reduction::Term;
use super::soft_bins::{shares, up_to};
use crate::pairing::TripletGrid;

/// Squared distances of unit vectors.
const RANGE: (f32, f32) = (0.0, 4.0);
/// Bins of the reference implementation.
const BINS: usize = 10;

/// `1 − (1/|P|) Σ_b h⁺_b H⁺_b / H_b` of each anchor with a positive: average precision over a soft histogram of the
/// squared distances, h⁺ of the positives, h of all, H their running sums.
///
/// `matrix` holds squared distances of unit vectors.
pub(super) fn terms(matrix: Tensor<2>, grid: &TripletGrid) -> Vec<Term> {
    let alike = grid.alike.clone();
    let shares = shares(matrix, RANGE, BINS);
    let count =
        |mask: Tensor<2>| (shares.clone() * mask.unsqueeze_dim::<3>(2)).sum_dim(1).squeeze_dim::<2>(1);
    let positive = count(alike.clone());
    let every = positive.clone() + count(grid.different());
    let running = up_to(BINS + 1, &positive.device());
    let (positive_sum, every_sum) = (positive.clone().matmul(running.clone()), every.matmul(running));
    // Where nothing lies so near, the numerator is 0 as well.
    let nothing = every_sum.clone().equal_scalar(0.0);
    let precision = positive * positive_sum / every_sum.mask_fill(nothing, 1.0);
    let positives = alike.sum_dim(1);
    let values = (precision.sum_dim(1) / positives.clone().clamp_min(1.0)).neg().add_scalar(1.0);
    vec![Term::rows(values, positives.clamp(0.0, 1.0))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    #[test]
    fn perfect_and_reversed_ranking() {
        let device = Device::flex();
        let grid = TripletGrid::new(&[0, 0, 1, 1], &device).expect("there are positives");
        let loss = |near: f32, far: f32| {
            let rows =
                [[0.0, near, far, far], [near, 0.0, far, far], [far, far, 0.0, near], [far, far, near, 0.0]];
            let data = TensorData::new(rows.concat(), [4, 4]);
            let terms = terms(Tensor::from_data(data, &device), &grid);
            terms[0].values.clone().mean().into_scalar::<f32>()
        };
        assert!(loss(0.0, 4.0).abs() < 1e-6, "every positive comes first: {}", loss(0.0, 4.0));
        // The positive comes third of three: precision 1/3.
        assert!((loss(4.0, 0.0) - 2.0 / 3.0).abs() < 1e-6, "every positive comes last: {}", loss(4.0, 0.0));
    }
}
