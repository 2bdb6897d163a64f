//! Regularisers: penalties on embeddings and class weights, added to any loss.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::distances::normalize;
use crate::paper::Paper;

/// A regulariser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Regularizer {
    /// Mean ‖x‖ of the embeddings: keeps them short.
    EmbeddingNorm,
    /// Mean |Σ x| of the embeddings: keeps the numbers of each around 0, as the signal-to-noise ratio assumes.
    /// Yuan et al. 2019.
    ZeroMean,
    /// Mean (‖w‖² − mean ‖w‖²)² / 4 of the class weights: keeps them of one length. Wu et al. 2017, center-invariant.
    CenterInvariant,
    /// Mean over classes of the largest cosine to another class's weight: keeps them apart. Zhao et al. 2019, RegularFace.
    RegularFace,
    /// Σ √(2 − 2 cos) over pairs of one class's centres, over C K (K − 1): lets centres that are not needed fall
    /// together. Qian et al. 2019, SoftTriple.
    SparseCenters,
}

/// Keeps the slope of a root finite at 0.
const LEAST_SQUARE: f32 = 1e-10;

impl Regularizer {
    /// Every one, in the order a page lists them.
    pub const ALL: [Self; 5] =
        [Self::EmbeddingNorm, Self::ZeroMean, Self::CenterInvariant, Self::RegularFace, Self::SparseCenters];

    /// Its formula on one line: x an embedding, w a class weight.
    pub fn formula(self) -> &'static str {
        match self {
            Self::EmbeddingNorm => "mean ‖x‖",
            Self::ZeroMean => "mean |Σ x|",
            Self::CenterInvariant => "mean (‖w‖² − mean ‖w‖²)² / 4",
            Self::RegularFace => "mean max cos(w, w′)",
            Self::SparseCenters => "Σ √(2 − 2 cos(w, w′)) / C K (K − 1)",
        }
    }

    /// Its paper; none where it is common knowledge.
    pub fn paper(self) -> Option<Paper> {
        let (title, year, link) = match self {
            Self::EmbeddingNorm => return None,
            Self::ZeroMean => (
                "Yuan et al., Signal-to-Noise Ratio: A Robust Distance Metric for Deep Metric Learning",
                2019,
                "https://arxiv.org/abs/1904.02616",
            ),
            Self::CenterInvariant => (
                "Wu et al., Deep Face Recognition with Center Invariant Loss",
                2017,
                "https://doi.org/10.1145/3126686.3126693",
            ),
            Self::RegularFace => (
                "Zhao, Xu & Cheng, RegularFace: Deep Face Recognition via Exclusive Regularization",
                2019,
                "https://openaccess.thecvf.com/content_CVPR_2019/html/Zhao_RegularFace_Deep_Face_Recognition_via_Exclusive_Regularization_CVPR_2019_paper.html",
            ),
            Self::SparseCenters => (
                "Qian et al., SoftTriple Loss: Deep Metric Learning Without Triplet Sampling",
                2019,
                "https://arxiv.org/abs/1909.05235",
            ),
        };
        Some(Paper { title, year, link })
    }

    /// Whether it looks at class weights, so that only a classifier can have it.
    pub fn needs_weights(self) -> bool {
        match self {
            Self::EmbeddingNorm | Self::ZeroMean => false,
            Self::CenterInvariant | Self::RegularFace | Self::SparseCenters => true,
        }
    }

    /// Its value, `[1]`; none where it needs class weights and there are none.
    ///
    /// # Shapes
    /// `embeddings` `[B, d]`; `weight` `[d, C·K]` with the K centres of a class together.
    pub fn value(self, embeddings: Tensor<2>, weight: Option<(Tensor<2>, usize)>) -> Option<Tensor<1>> {
        match self {
            Self::EmbeddingNorm => {
                let squares = embeddings.square().sum_dim(1).add_scalar(LEAST_SQUARE);
                Some(squares.sqrt().mean())
            }
            Self::ZeroMean => Some(embeddings.sum_dim(1).abs().mean()),
            Self::CenterInvariant => weight.map(|(weight, _)| {
                let squares = weight.square().sum_dim(0);
                let mean = squares.clone().mean().reshape([1, 1]);
                (squares - mean).square().mean().mul_scalar(0.25)
            }),
            Self::RegularFace => weight.map(|(weight, _)| {
                let unit = normalize(weight.transpose());
                let own = Tensor::<2>::eye(unit.dims()[0], &unit.device()).mul_scalar(2.0);
                let cosine = unit.clone().matmul(unit.transpose()) - own;
                cosine.max_dim(1).mean()
            }),
            Self::SparseCenters => weight.map(|(weight, centers)| sparse_centers(weight, centers)),
        }
    }
}

fn sparse_centers(weight: Tensor<2>, centers: usize) -> Tensor<1> {
    let [dim, columns] = weight.dims();
    let classes = columns / centers.max(1);
    let unit = normalize(weight.transpose()).reshape([classes, centers, dim]);
    let cosine = unit.clone().matmul(unit.swap_dims(1, 2));
    let pairs = cosine.ones_like().triu(1);
    let apart = cosine.mul_scalar(-2.0).add_scalar(2.0).clamp_min(LEAST_SQUARE).sqrt();
    let count = classes * centers * centers.saturating_sub(1).max(1);
    (apart * pairs).sum().div_scalar(count as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn values_by_hand() {
        let device = Device::flex();
        let rows = Tensor::<2>::from_floats([[3.0, 4.0], [1.0, -1.0]], &device);
        // Columns: (1, 0), (0, 2), (1, 0), (0, 1): classes of two centres each at right angles.
        let weight = Tensor::<2>::from_floats([[1.0, 0.0, 1.0, 0.0], [0.0, 2.0, 0.0, 1.0]], &device);
        let value = |regularizer: Regularizer, centers: usize| {
            let found = regularizer.value(rows.clone(), Some((weight.clone(), centers)));
            found.expect("there are weights").into_scalar::<f32>()
        };
        let close = |got: f32, wanted: f32, what: &str| {
            assert!((got - wanted).abs() < 1e-4, "{what}: {got}, by hand {wanted}");
        };
        close(value(Regularizer::EmbeddingNorm, 1), 0.5 * (5.0 + 2.0f32.sqrt()), "lengths 5 and √2");
        close(value(Regularizer::ZeroMean, 1), 3.5, "sums 7 and 0");
        // Squares 1, 4, 1, 1: mean 1.75, deviations −0.75 thrice and 2.25.
        close(value(Regularizer::CenterInvariant, 1), (3.0 * 0.5625 + 5.0625) / 16.0, "lengths of weights");
        close(value(Regularizer::RegularFace, 1), 1.0, "each weight has a twin");
        close(value(Regularizer::SparseCenters, 2), 2.0 * 2.0f32.sqrt() / 4.0, "√2 in each of two classes");
        assert!(Regularizer::RegularFace.value(rows, None).is_none(), "no weights, no value");
    }
}
