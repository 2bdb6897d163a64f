//! Each loss's formula on one line.

use super::Loss;

impl Loss {
    /// Its formula on one line, for a client's explanation: d a distance, s a similarity (or −d), a, p, n anchor,
    /// positive, negative, \[·\]₊ = max(·, 0), θₖ the angle to the weight of class k, y the own class.
    pub fn formula(&self) -> &'static str {
        match self {
            Self::Contrastive { .. } => "[d(a,p) − m₊]₊ + [m₋ − d(a,n)]₊",
            Self::Triplet { .. } => "[d(a,p) − d(a,n) + m]₊",
            Self::Margin { .. } => "[d(a,p) − β + α]₊ + [β − d(a,n) + α]₊",
            Self::Softmax => "log Σₖ e^(wₖ·x + bₖ) − (w_y·x + b_y)",
            Self::Ntxent { .. } => "−s(a,p)/τ + log(e^(s(a,p)/τ) + Σₙ e^(s(a,n)/τ))",
            Self::Supcon { .. } => "mean over p of −s(a,p)/τ + log Σⱼ e^(s(a,j)/τ)",
            Self::Nca { .. } => "−log(Σₚ e^(−σd(a,p)) / Σⱼ e^(−σd(a,j)))",
            Self::Lifted { .. } => "½[d(a,p) − m₊ + log Σₙ (e^(m₋ − d(a,n)) + e^(m₋ − d(p,n)))]₊²",
            Self::GeneralizedLifted { .. } => "[log Σₚ e^(d(a,p) − m₊) + log Σₙ e^(m₋ − d(a,n))]₊",
            Self::MultiSimilarity { .. } => "log(1 + Σₚ e^(−α(s − λ)))/α + log(1 + Σₙ e^(β(s − λ)))/β",
            Self::Circle { .. } => "log(1 + Σₚ e^(−γ[1+m−s]₊(s−1+m)) · Σₙ e^(γ[s+m]₊(s−m)))",
            Self::TupletMargin { .. } => "log(1 + Σₙ e^(s(cos θ(a,n) − cos(θ(a,p) − m))))",
            Self::Angular { .. } => "log(1 + Σₙ e^(4 tan²α (a + p)·n − 2(1 + tan²α) a·p))",
            Self::NPairs => "−log(e^(s(a,p)) / Σ e^(s(a,p′))), p′ the positives of all classes",
            Self::FastAp => "1 − Σ_b h⁺_b H⁺_b / H_b / |P|",
            Self::SmoothRecall { .. } => "1 − mean over k of Σₚ σ((k − rank(p))/τᵣ) / min(k, |P|)",
            Self::Histogram => "Σ_r h⁻_r Σ_{q ≤ r} h⁺_q",
            Self::NormalizedSoftmax { .. } => "log Σₖ e^(cos θₖ/τ) − cos θ_y/τ",
            Self::Cosface { .. } => "cross entropy of s(cos θₖ − m[k = y])",
            Self::Arcface { .. } => "cross entropy of s cos(θₖ + m[k = y])",
            Self::SubcenterArcface { .. } => "ArcFace with θₖ the angle to the nearest of K centres",
            Self::Sphereface { .. } => "cross entropy of s‖x‖cos θₖ, with ψ(mθ_y) for cos θ_y",
            Self::LargeMarginSoftmax { .. } => "cross entropy of s‖x‖‖wₖ‖cos θₖ, with ψ(mθ_y) for cos θ_y",
            Self::SoftTriple { .. } => {
                "cross entropy of λ(hₖ − δ[k = y]), hₖ = Σ softmax(cos/γ) cos over K centres"
            }
            Self::ProxyNca { .. } => "−log softmaxₖ(−σ‖z − pₖ‖²) at y",
            Self::ProxyAnchor { .. } => {
                "mean over k of log(1 + Σ_{i: y=k} e^(−α(cos − δ))) + log(1 + Σ_{i: y≠k} e^(α(cos + δ)))"
            }
            Self::Vicreg { .. } => "λ mean(x − x′)² + μ mean[1 − √Var]₊ + ν Σ_{i≠j} Cov²ᵢⱼ/D",
            Self::BarlowTwins { .. } => "Σᵢ (1 − Cᵢᵢ)² + λ Σ_{i≠j} C²ᵢⱼ",
        }
    }
}
