//! Losses on two views of each thing, without labels. VICReg: Bardes, Ponce & LeCun 2022; Barlow Twins: Zbontar et al.
//! 2021.

use burn::tensor::Tensor;

use super::reduction::Term;

/// Keeps the slope of the root finite where a number does not vary. Of the reference implementation.
const LEAST_VARIANCE: f64 = 1e-4;
/// Keeps a number that does not vary from being divided by 0.
const LEAST_DEVIATION: f32 = 1e-6;

/// `λ mean (x − x')² + μ ½ (mean [1 − √Var]₊ of x and of x') + ν (1/D) Σ_{a≠b} C²_ab of x and of x'`: the views
/// agree, each number varies, no two numbers vary together. Var and C over the batch, unbiased.
pub(super) fn vicreg(
    first: Tensor<2>,
    second: Tensor<2>,
    (invariance, variance, covariance): (f64, f64, f64),
) -> Vec<Term> {
    let apart = (first.clone() - second.clone()).square().mean();
    let spread = |x: Tensor<2>| {
        let [rows, dim] = x.dims();
        let centred = x.clone() - x.mean_dim(0);
        let degrees = (rows.max(2) - 1) as f32;
        let covariances = centred.clone().transpose().matmul(centred).div_scalar(degrees);
        let own = Tensor::<2>::eye(dim, &covariances.device());
        let variances = (covariances.clone() * own.clone()).sum_dim(0);
        let lack = variances.add_scalar(LEAST_VARIANCE).sqrt().neg().add_scalar(1.0).clamp_min(0.0).mean();
        let together = (covariances * own.neg().add_scalar(1.0)).square().sum().div_scalar(dim as f32);
        (lack, together)
    };
    let ((lack_1, together_1), (lack_2, together_2)) = (spread(first), spread(second));
    let value = apart.mul_scalar(invariance)
        + (lack_1 + lack_2).mul_scalar(0.5 * variance)
        + (together_1 + together_2).mul_scalar(covariance);
    vec![Term::every_row(value.reshape([1, 1]))]
}

/// `Σᵢ (1 − C_ii)² + λ Σ_{i≠j} C²_ij`, C the correlations of the one view's numbers with the other's.
pub(super) fn barlow_twins(first: Tensor<2>, second: Tensor<2>, off_diagonal: f64) -> Vec<Term> {
    let standard = |x: Tensor<2>| {
        let centred = x.clone() - x.mean_dim(0);
        let variance = centred.clone().square().mean_dim(0);
        centred / (variance.add_scalar(LEAST_DEVIATION)).sqrt()
    };
    let [rows, dim] = first.dims();
    let correlations = standard(first).transpose().matmul(standard(second)).div_scalar(rows.max(1) as f32);
    let own = Tensor::<2>::eye(dim, &correlations.device());
    let off = own.clone().neg().add_scalar(1.0);
    let same = ((correlations.clone() - own.clone()) * own).square().sum();
    let value = same + (correlations * off).square().sum().mul_scalar(off_diagonal);
    vec![Term::every_row(value.reshape([1, 1]))]
}
