/* Written by `cargo xtask generate` from src/catalogue.rs. Do not edit. */
import type { Options } from '../types.js';

/**
 * [d(a,p) − m₊]₊ + [m₋ − d(a,n)]₊
 * Hadsell, Chopra & LeCun, Dimensionality Reduction by Learning an Invariant Mapping (2006)
 */
export interface ContrastiveLoss {
  readonly kind: 'contrastive';
  /** m₊: Positive pairs nearer than this cost nothing. From -1000000 to 1000000; 0.0 unless given. */
  readonly posMargin?: number;
  /** m₋: Negative pairs farther than this cost nothing. From -1000000 to 1000000; 1.0 unless given. */
  readonly negMargin?: number;
}

/**
 * [d(a,p) − d(a,n) + m]₊
 * Schroff, Kalenichenko & Philbin, FaceNet: A Unified Embedding for Face Recognition and Clustering (2015)
 */
export interface TripletLoss {
  readonly kind: 'triplet';
  /** m: How much farther the negative should be than the positive. From -1000000 to 1000000; 0.05 unless given. */
  readonly margin?: number;
  /** Measure the negative from the positive where that is nearer. false unless given. */
  readonly swap?: boolean;
  /** Softplus in place of the hinge. false unless given. */
  readonly smooth?: boolean;
}

/**
 * [d(a,p) − β + α]₊ + [β − d(a,n) + α]₊
 * Wu, Manmatha, Smola & Krähenbühl, Sampling Matters in Deep Embedding Learning (2017)
 */
export interface MarginLoss {
  readonly kind: 'margin';
  /** α: Half the width of the gap. From -1000000 to 1000000; 0.2 unless given. */
  readonly alpha?: number;
  /** β: The boundary between near and far; where it is learned, its first value. From -1000000 to 1000000; 1.2 unless given. */
  readonly beta?: number;
  /** How the boundary is chosen. "fixed" unless given. */
  readonly boundary?: 'fixed' | 'learned' | 'perClass';
  /** ν: Weight of ν·β, which keeps a learned β from growing at will. From 0 to 1000000; 0.0 unless given. */
  readonly nu?: number;
}

/**
 * log Σₖ e^(wₖ·x + bₖ) − (w_y·x + b_y)
 * Bridle, Probabilistic Interpretation of Feedforward Classification Network Outputs (1990)
 */
export interface SoftmaxLoss {
  readonly kind: 'softmax';
}

/**
 * −s(a,p)/τ + log(e^(s(a,p)/τ) + Σₙ e^(s(a,n)/τ))
 * Chen, Kornblith, Norouzi & Hinton, A Simple Framework for Contrastive Learning of Visual Representations (2020)
 */
export interface NtxentLoss {
  readonly kind: 'ntxent';
  /** τ: Temperature: how sharply the nearest negatives stand out. From 0.000001 to 1000000; 0.07 unless given. */
  readonly temperature?: number;
}

/**
 * mean over p of −s(a,p)/τ + log Σⱼ e^(s(a,j)/τ)
 * Khosla et al., Supervised Contrastive Learning (2020)
 */
export interface SupconLoss {
  readonly kind: 'supcon';
  /** τ: Temperature: how sharply the nearest rows stand out. From 0.000001 to 1000000; 0.1 unless given. */
  readonly temperature?: number;
}

/**
 * −log(Σₚ e^(−σd(a,p)) / Σⱼ e^(−σd(a,j)))
 * Goldberger, Roweis, Hinton & Salakhutdinov, Neighbourhood Components Analysis (2004)
 */
export interface NcaLoss {
  readonly kind: 'nca';
  /** σ: Scale of the distances. From 0.000001 to 1000000; 1.0 unless given. */
  readonly scale?: number;
}

/**
 * ½[d(a,p) − m₊ + log Σₙ (e^(m₋ − d(a,n)) + e^(m₋ − d(p,n)))]₊²
 * Oh Song, Xiang, Jegelka & Savarese, Deep Metric Learning via Lifted Structured Feature Embedding (2016)
 */
export interface LiftedLoss {
  readonly kind: 'lifted';
  /** m₊: Taken off the distance of a positive pair. From -1000000 to 1000000; 0.0 unless given. */
  readonly posMargin?: number;
  /** m₋: Negatives push up to about this distance. From -1000000 to 1000000; 1.0 unless given. */
  readonly negMargin?: number;
}

/**
 * [log Σₚ e^(d(a,p) − m₊) + log Σₙ e^(m₋ − d(a,n))]₊
 * Hermans, Beyer & Leibe, In Defense of the Triplet Loss for Person Re-Identification (2017)
 */
export interface GeneralizedLiftedLoss {
  readonly kind: 'generalizedLifted';
  /** m₊: Taken off the distance of a positive pair. From -1000000 to 1000000; 0.0 unless given. */
  readonly posMargin?: number;
  /** m₋: Negatives push up to about this distance. From -1000000 to 1000000; 1.0 unless given. */
  readonly negMargin?: number;
}

/**
 * log(1 + Σₚ e^(−α(s − λ)))/α + log(1 + Σₙ e^(β(s − λ)))/β
 * Wang, Han, Huang, Dong & Scott, Multi-Similarity Loss with General Pair Weighting for Deep Metric Learning (2019)
 */
export interface MultiSimilarityLoss {
  readonly kind: 'multiSimilarity';
  /** α: How much the hard positives stand out. From 0.000001 to 1000000; 2.0 unless given. */
  readonly posScale?: number;
  /** β: How much the hard negatives stand out. From 0.000001 to 1000000; 50.0 unless given. */
  readonly negScale?: number;
  /** λ: Boundary between alike and different. From -1000000 to 1000000; 0.5 unless given. */
  readonly base?: number;
}

/**
 * log(1 + Σₚ e^(−γ[1+m−s]₊(s−1+m)) · Σₙ e^(γ[s+m]₊(s−m)))
 * Sun et al., Circle Loss: A Unified Perspective of Pair Similarity Optimization (2020)
 */
export interface CircleLoss {
  readonly kind: 'circle';
  /** m: Relaxation: positives should be above 1 − m, negatives below m. From -1000000 to 1000000; 0.4 unless given. */
  readonly margin?: number;
  /** γ: How much the hard pairs stand out. From 0.000001 to 1000000; 80.0 unless given. */
  readonly scale?: number;
}

/**
 * log(1 + Σₙ e^(s(cos θ(a,n) − cos(θ(a,p) − m))))
 * Yu & Tao, Deep Metric Learning With Tuplet Margin Loss (2019)
 */
export interface TupletMarginLoss {
  readonly kind: 'tupletMargin';
  /** m: Slack: the positive may be as far as this, in radians. From -3.141592653589793 to 3.141592653589793; 0.1 unless given. */
  readonly margin?: number;
  /** s: How much the hard negatives stand out. From 0.000001 to 1000000; 64.0 unless given. */
  readonly scale?: number;
}

/**
 * log(1 + Σₙ e^(4 tan²α (a + p)·n − 2(1 + tan²α) a·p))
 * Wang, Zhou, Wen, Liu & Lin, Deep Metric Learning with Angular Loss (2017)
 */
export interface AngularLoss {
  readonly kind: 'angular';
  /** α: The negative should see anchor and positive under at most this angle, in degrees. From 1 to 85; 40.0 unless given. */
  readonly angle?: number;
}

/**
 * −log(e^(s(a,p)) / Σ e^(s(a,p′))), p′ the positives of all classes
 * Sohn, Improved Deep Metric Learning with Multi-class N-pair Loss Objective (2016)
 */
export interface NPairsLoss {
  readonly kind: 'nPairs';
}

/**
 * 1 − Σ_b h⁺_b H⁺_b / H_b / |P|
 * Cakir, He, Xia, Kulis & Sclaroff, Deep Metric Learning to Rank (2019)
 */
export interface FastApLoss {
  readonly kind: 'fastAp';
}

/**
 * 1 − mean over k of Σₚ σ((k − rank(p))/τᵣ) / min(k, |P|)
 * Patel, Tolias & Matas, Recall@k Surrogate Loss with Large Batches and Similarity Mixup (2022)
 */
export interface SmoothRecallLoss {
  readonly kind: 'smoothRecall';
  /** τ: Softness of "nearer than". From 0.000001 to 1000000; 0.01 unless given. */
  readonly temperature?: number;
  /** τᵣ: Softness of "among the first k". From 0.000001 to 1000000; 1.0 unless given. */
  readonly rankTemperature?: number;
}

/**
 * Σ_r h⁻_r Σ_{q ≤ r} h⁺_q
 * Ustinova & Lempitsky, Learning Deep Embeddings with Histogram Loss (2016)
 */
export interface HistogramLoss {
  readonly kind: 'histogram';
}

/**
 * log Σₖ e^(cos θₖ/τ) − cos θ_y/τ
 * Zhai & Wu, Classification is a Strong Baseline for Deep Metric Learning (2019)
 */
export interface NormalizedSoftmaxLoss {
  readonly kind: 'normalizedSoftmax';
  /** τ: Temperature: how sharply the nearest class stands out. From 0.000001 to 1000000; 0.05 unless given. */
  readonly temperature?: number;
}

/**
 * cross entropy of s(cos θₖ − m[k = y])
 * Wang et al., CosFace: Large Margin Cosine Loss for Deep Face Recognition (2018)
 */
export interface CosfaceLoss {
  readonly kind: 'cosface';
  /** m: How much the cosine to the own class is lowered. From -1000000 to 1000000; 0.35 unless given. */
  readonly margin?: number;
  /** s: Scale of the cosines. From 0.000001 to 1000000; 64.0 unless given. */
  readonly scale?: number;
}

/**
 * cross entropy of s cos(θₖ + m[k = y])
 * Deng, Guo, Xue & Zafeiriou, ArcFace: Additive Angular Margin Loss for Deep Face Recognition (2019)
 */
export interface ArcfaceLoss {
  readonly kind: 'arcface';
  /** m: How much the angle to the own class is widened, in radians. From -3.141592653589793 to 3.141592653589793; 0.5 unless given. */
  readonly margin?: number;
  /** s: Scale of the cosines. From 0.000001 to 1000000; 64.0 unless given. */
  readonly scale?: number;
}

/**
 * ArcFace with θₖ the angle to the nearest of K centres
 * Deng, Guo, Liu, Gong & Zafeiriou, Sub-center ArcFace: Boosting Face Recognition by Large-scale Noisy Web Faces (2020)
 */
export interface SubcenterArcfaceLoss {
  readonly kind: 'subcenterArcface';
  /** m: How much the angle to the own class is widened, in radians. From -3.141592653589793 to 3.141592653589793; 0.5 unless given. */
  readonly margin?: number;
  /** s: Scale of the cosines. From 0.000001 to 1000000; 64.0 unless given. */
  readonly scale?: number;
  /** K: Centres of each class. Rows that do not fit their class gather at a centre of their own. A whole number from 1 to 64; 3 unless given. */
  readonly centers?: number;
}

/**
 * cross entropy of s‖x‖cos θₖ, with ψ(mθ_y) for cos θ_y
 * Liu et al., SphereFace: Deep Hypersphere Embedding for Face Recognition (2017)
 */
export interface SpherefaceLoss {
  readonly kind: 'sphereface';
  /** m: How many times the angle to the own class is taken. A whole number from 1 to 12; 4 unless given. */
  readonly multiple?: number;
  /** s: Scale of the scores. From 0.000001 to 1000000; 1.0 unless given. */
  readonly scale?: number;
}

/**
 * cross entropy of s‖x‖‖wₖ‖cos θₖ, with ψ(mθ_y) for cos θ_y
 * Liu, Wen, Yu & Yang, Large-Margin Softmax Loss for Convolutional Neural Networks (2016)
 */
export interface LargeMarginSoftmaxLoss {
  readonly kind: 'largeMarginSoftmax';
  /** m: How many times the angle to the own class is taken. A whole number from 1 to 12; 4 unless given. */
  readonly multiple?: number;
  /** s: Scale of the scores. From 0.000001 to 1000000; 1.0 unless given. */
  readonly scale?: number;
}

/**
 * cross entropy of λ(hₖ − δ[k = y]), hₖ = Σ softmax(cos/γ) cos over K centres
 * Qian et al., SoftTriple Loss: Deep Metric Learning Without Triplet Sampling (2019)
 */
export interface SoftTripleLoss {
  readonly kind: 'softTriple';
  /** δ: How much the nearness to the own class is lowered. From -1000000 to 1000000; 0.01 unless given. */
  readonly margin?: number;
  /** λ: Scale of the nearness. From 0.000001 to 1000000; 20.0 unless given. */
  readonly scale?: number;
  /** γ: Softness of the mean over a class's centres. From 0.000001 to 1000000; 0.1 unless given. */
  readonly gamma?: number;
  /** K: Centres of each class. A whole number from 1 to 64; 10 unless given. */
  readonly centers?: number;
}

/**
 * −log softmaxₖ(−σ‖z − pₖ‖²) at y
 * Movshovitz-Attias et al., No Fuss Distance Metric Learning Using Proxies (2017)
 */
export interface ProxyNcaLoss {
  readonly kind: 'proxyNca';
  /** σ: Scale of the squared distances. From 0.000001 to 1000000; 1.0 unless given. */
  readonly scale?: number;
}

/**
 * mean over k of log(1 + Σ_{i: y=k} e^(−α(cos − δ))) + log(1 + Σ_{i: y≠k} e^(α(cos + δ)))
 * Kim, Kim, Cho & Kwak, Proxy Anchor Loss for Deep Metric Learning (2020)
 */
export interface ProxyAnchorLoss {
  readonly kind: 'proxyAnchor';
  /** δ: Cosines to the own proxy should be above δ, to the others below −δ. From -1000000 to 1000000; 0.1 unless given. */
  readonly margin?: number;
  /** α: How much the hard rows stand out. From 0.000001 to 1000000; 32.0 unless given. */
  readonly scale?: number;
}

/**
 * λ mean(x − x′)² + μ mean[1 − √Var]₊ + ν Σ_{i≠j} Cov²ᵢⱼ/D
 * Bardes, Ponce & LeCun, VICReg: Variance-Invariance-Covariance Regularization for Self-Supervised Learning (2022)
 */
export interface VicregLoss {
  readonly kind: 'vicreg';
  /** λ: Weight of the agreement of the two views. From 0 to 1000000; 25.0 unless given. */
  readonly invariance?: number;
  /** μ: Weight of the variance of each number. From 0 to 1000000; 25.0 unless given. */
  readonly variance?: number;
  /** ν: Weight of the covariance of different numbers. From 0 to 1000000; 1.0 unless given. */
  readonly covariance?: number;
}

/**
 * Σᵢ (1 − Cᵢᵢ)² + λ Σ_{i≠j} C²ᵢⱼ
 * Zbontar, Jing, Misra, LeCun & Deny, Barlow Twins: Self-Supervised Learning via Redundancy Reduction (2021)
 */
export interface BarlowTwinsLoss {
  readonly kind: 'barlowTwins';
  /** λ: Weight of the correlations of different numbers. From 0 to 1000000; 0.005 unless given. */
  readonly offDiagonal?: number;
}

/**
 * 1 − mean over j of R⁺(j)/R(j), R(j) = 1 + Σₖ σ((s(a,k) − s(a,j))/τ)
 * Brown, Xie, Kalogeiton & Zisserman, Smooth-AP: Smoothing the Path Towards Large-Scale Image Retrieval (2020)
 */
export interface SmoothApLoss {
  readonly kind: 'smoothAp';
  /** τ: Softness of "nearer than". From 0.000001 to 1000000; 0.01 unless given. */
  readonly temperature?: number;
}

/**
 * mean over j of g(R(j)), R(j) = Σₙ σ((s(a,n) − s(a,j))/τ)
 * Li et al., Rethinking the Optimization of Average Precision: Only Penalizing Negative Instances before Positive Ones is Enough (2021)
 */
export interface PnpLoss {
  readonly kind: 'pnp';
  /** g: How the number R of negatives in front of a positive is penalised. "o" unless given. */
  readonly penalty?: 'o' | 'ds' | 'dq' | 'iu' | 'ib';
  /** τ: Softness of "in front of". From 0.000001 to 1000000; 0.01 unless given. */
  readonly temperature?: number;
  /** α: Exponent of the penalty dq. From 0.01 to 100; 1.0 unless given. */
  readonly alpha?: number;
  /** b: Steepness of the penalty ib. From 0.01 to 100; 2.0 unless given. */
  readonly base?: number;
}

/**
 * (1 − λ)Σₚ w(d − α + m)/Σₚ w + λΣₙ w(α − d)/Σₙ w, w = e^(T·excess), where the excess is above 0
 * Wang, Hua, Kodirov & Robertson, Ranked List Loss for Deep Metric Learning (2019)
 */
export interface RankedListLoss {
  readonly kind: 'rankedList';
  /** m: Width of the gap: positives should be nearer than α − m. From -1000000 to 1000000; 0.4 unless given. */
  readonly margin?: number;
  /** α: Negatives should be farther than this. From -1000000 to 1000000; 1.2 unless given. */
  readonly alpha?: number;
  /** T₊: How much the hard positives stand out. From 0 to 10000; 0.0 unless given. */
  readonly posScale?: number;
  /** T₋: How much the hard negatives stand out. From 0 to 10000; 10.0 unless given. */
  readonly negScale?: number;
  /** λ: Share of the negatives in the sum. From 0 to 1; 0.5 unless given. */
  readonly negShare?: number;
}

/**
 * log(1 + Σₚ Σₙ e^(s(sₙ − sₚ))) over all pairs p of one class and n of two
 * Su, CoSENT (I): A Scheme of Sentence Embeddings More Effective than Sentence-BERT (2022)
 */
export interface CosentLoss {
  readonly kind: 'cosent';
  /** s: Scale of the similarities. From 0.000001 to 1000000; 20.0 unless given. */
  readonly scale?: number;
}

/**
 * Σ{d(a,p)² : d > minₙ d} + Σ{[m − d(a,n)]₊² : d < maxₚ d}
 * Reimers & Gurevych, Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks (2019)
 */
export interface OnlineContrastiveLoss {
  readonly kind: 'onlineContrastive';
  /** m: Negative pairs farther than this cost nothing. From -1000000 to 1000000; 0.5 unless given. */
  readonly margin?: number;
}

/**
 * mean [(1 − ε₊)s̄₊ − s(a,p)]₊² + mean [s(a,n) − (1 + ε₋)s̄₋]₊²
 * Yu & Tao, Deep Metric Learning With Tuplet Margin Loss (2019)
 */
export interface IntraPairVarianceLoss {
  readonly kind: 'intraPairVariance';
  /** ε₊: Share of the mean by which a positive pair may be farther apart. From 0 to 10; 0.01 unless given. */
  readonly posMargin?: number;
  /** ε₋: Share of the mean by which a negative pair may be nearer. From 0 to 10; 0.01 unless given. */
  readonly negMargin?: number;
}

/**
 * λ₊ mean{m₊ − s(a,p) : s ≤ m₊} + λ₋ mean{s(a,n) − m₋ : s ≥ m₋}
 * Zhang et al., Threshold-Consistent Margin Loss for Open-World Deep Metric Learning (2023)
 */
export interface ThresholdConsistentLoss {
  readonly kind: 'thresholdConsistent';
  /** m₊: Positive pairs should be more alike than this. From -1000000 to 1000000; 0.9 unless given. */
  readonly posMargin?: number;
  /** m₋: Negative pairs should be less alike than this. From -1000000 to 1000000; 0.5 unless given. */
  readonly negMargin?: number;
  /** λ₊: Weight of the positive pairs. From 0 to 1000000; 1.0 unless given. */
  readonly posWeight?: number;
  /** λ₋: Weight of the negative pairs. From 0 to 1000000; 1.0 unless given. */
  readonly negWeight?: number;
}

/**
 * L(x) + L(x₁…D/2) + L(x₁…D/4) + …
 * Kusupati et al., Matryoshka Representation Learning (2022)
 */
export interface MatryoshkaLoss {
  readonly kind: 'matryoshka';
  /** L: The loss that is computed on each length. "ntxent" unless given. */
  readonly within?: 'ntxent' | 'supcon';
  /** τ: Temperature of that loss. From 0.000001 to 1000000; 0.07 unless given. */
  readonly temperature?: number;
  /** Number of lengths: D, D/2, D/4, … A whole number from 1 to 10; 3 unless given. */
  readonly levels?: number;
}

/**
 * C(t)·t, t = d(a,p) − d(a,n), C the running share of triplets up to t
 * Zhang & Rusinkiewicz, Learning Local Descriptors With a CDF-Based Dynamic Soft Margin (2019)
 */
export interface DynamicSoftMarginLoss {
  readonly kind: 'dynamicSoftMargin';
  /** The histogram reaches from this to its opposite. From -1000000 to -0.000001; -2.0 unless given. */
  readonly least?: number;
  /** B: Nodes of the histogram. A whole number from 2 to 100; 10 unless given. */
  readonly bins?: number;
  /** μ: Weight of the batch in the running histogram. From 0 to 1; 0.01 unless given. */
  readonly momentum?: number;
  /** Take the weights as constants. false unless given. */
  readonly held?: boolean;
  /** Compare two views of each thing, without labels. false unless given. */
  readonly views?: boolean;
}

/**
 * log Σⱼ e^(γs(i,j)) − γs(i,c), c the row of the own class
 * Zheng et al., Dual-Path Convolutional Image-Text Embeddings with Instance Loss (2017)
 */
export interface InstanceLoss {
  readonly kind: 'instance';
  /** γ: Scale of the similarities. From 0.000001 to 1000000; 8.0 unless given. */
  readonly scale?: number;
  /** Each row is a class of its own. true unless given. */
  readonly own?: boolean;
}

/**
 * (mean s)² + [mean s² − 1/D]₊ over all pairs of two rows
 * Zhang, Yu, Kumar & Chang, Learning Spread-out Local Feature Descriptors (2017)
 */
export interface GlobalOrthogonalLoss {
  readonly kind: 'globalOrthogonal';
  /** Weight of the squared mean cosine. From 0 to 1000000; 1.0 unless given. */
  readonly meanWeight?: number;
  /** Weight of the mean squared cosine beyond 1/D. From 0 to 1000000; 1.0 unless given. */
  readonly momentWeight?: number;
  /** Each of two views by itself, in place of all rows together. false unless given. */
  readonly views?: boolean;
}

/**
 * log(1 + Σₖ e^(F(i,k) − F(i,y) + m)) + λ log(1 + Σₖ e^(cos(Fᵢ, Fₖ) − cos(Fᵢ, F_y) + m)), terms below 0 left out, F = (1 − α)(I − αS)⁻¹
 * Aziere & Todorovic, Ensemble Deep Manifold Similarity Learning Using Hard Proxies (2019)
 */
export interface ManifoldLoss {
  readonly kind: 'manifold';
  /** α: Share of the walk that follows the graph; the rest restarts. From 0 to 0.99; 0.8 unless given. */
  readonly alpha?: number;
  /** m: How much nearer the own proxy should be. From -10 to 10; 0.0005 unless given. */
  readonly margin?: number;
  /** λ: Weight of the comparison by context, next to that of 1 by the walk itself. From 0 to 1000000; 1.0 unless given. */
  readonly contextWeight?: number;
}

/**
 * mean over k of (cos θₖ − [k = y])²
 * Zhang et al., P2SGrad: Refined Gradients for Optimizing Deep Face Models (2019)
 */
export interface P2sGradLoss {
  readonly kind: 'p2sGrad';
}

/**
 * −½ cos(p(x), x′) − ½ cos(p(x′), x), p learned, the second factors held
 * Chen & He, Exploring Simple Siamese Representation Learning (2021)
 */
export interface SimSiamLoss {
  readonly kind: 'simSiam';
  /** No gradient passes into the view that is predicted. true unless given. */
  readonly stopGradient?: boolean;
}

/**
 * λ SIGReg + (1 − λ) mean(x − x̄)², x̄ the mean of the views
 * Balestriero & LeCun, LeJEPA: Provable and Scalable Self-Supervised Learning Without the Heuristics (2025)
 */
export interface LejepaLoss {
  readonly kind: 'lejepa';
  /** λ: Weight of the normal distribution; agreement of the views has the rest. From 0 to 1; 0.05 unless given. */
  readonly sketchWeight?: number;
  /** M: Number of random directions. A whole number from 1 to 4096; 1024 unless given. */
  readonly projections?: number;
}

/** A loss with its settings; one that is left out has its default. */
export type LossConfig = 
  | ContrastiveLoss
  | TripletLoss
  | MarginLoss
  | SoftmaxLoss
  | NtxentLoss
  | SupconLoss
  | NcaLoss
  | LiftedLoss
  | GeneralizedLiftedLoss
  | MultiSimilarityLoss
  | CircleLoss
  | TupletMarginLoss
  | AngularLoss
  | NPairsLoss
  | FastApLoss
  | SmoothRecallLoss
  | HistogramLoss
  | NormalizedSoftmaxLoss
  | CosfaceLoss
  | ArcfaceLoss
  | SubcenterArcfaceLoss
  | SpherefaceLoss
  | LargeMarginSoftmaxLoss
  | SoftTripleLoss
  | ProxyNcaLoss
  | ProxyAnchorLoss
  | VicregLoss
  | BarlowTwinsLoss
  | SmoothApLoss
  | PnpLoss
  | RankedListLoss
  | CosentLoss
  | OnlineContrastiveLoss
  | IntraPairVarianceLoss
  | ThresholdConsistentLoss
  | MatryoshkaLoss
  | DynamicSoftMarginLoss
  | InstanceLoss
  | GlobalOrthogonalLoss
  | ManifoldLoss
  | P2sGradLoss
  | SimSiamLoss
  | LejepaLoss;

/** A penalty on embeddings or class weights, for any loss. */
export type RegularizerKind = 
  | 'embeddingNorm'
  | 'zeroMean'
  | 'centerInvariant'
  | 'regularFace'
  | 'sparseCenters';

/** The name of an optimiser. */
export type OptimizerKind = 
  | 'sgd'
  | 'adam'
  | 'adamw';

/** How the classes of a batch are drawn. */
export type SamplerKind = 
  | 'mPerClass'
  | 'classBalanced'
  | 'hierarchical';

/** The name of a distance. */
export type DistanceName = 
  | 'euclidean'
  | 'squaredEuclidean'
  | 'cosine'
  | 'angle'
  | 'dot'
  | 'manhattan'
  | 'chebyshev'
  | 'minkowski'
  | 'snr'
  | 'mahalanobis'
  | 'kullbackLeibler'
  | 'jensenShannon'
  | 'rootJensenShannon'
  | 'hellinger'
  | 'wasserstein'
  | 'sinkhorn'
  | 'energy'
  | 'rootEnergy'
  | 'sampleWasserstein'
  | 'sampleEnergy'
  | 'rootSampleEnergy';

/** Layers of the body, before the embedding head. */
export type NetworkConfig = 
  | { readonly kind: 'mlp'; readonly hidden: readonly number[] }
  | { readonly kind: 'conv'; readonly channels: readonly number[] }
  | { readonly kind: 'residual'; readonly channels: readonly number[] }
  | { readonly kind: 'conv1d'; readonly channels: readonly number[] }
  | { readonly kind: 'bag'; readonly width: number };

/** How the elements of a loss become one number. */
export type ReducerConfig = 
  | { readonly kind: 'mean' }
  | { readonly kind: 'meanOfEach' }
  | { readonly kind: 'nonZero' }
  | { readonly kind: 'pooledNonZero' }
  | { readonly kind: 'sum' }
  | { readonly kind: 'divisor'; readonly by: number }
  | { readonly kind: 'threshold'; readonly low: number; readonly high: number };

/** How the rate changes with the steps. */
export type ScheduleConfig = 
  | { readonly kind: 'constant' }
  | { readonly kind: 'step'; readonly every: number; readonly factor: number }
  | { readonly kind: 'cosine'; readonly steps: number; readonly floor: number };

/** The name of a miner. */
export type MinerKind = 
  | 'none'
  | 'all'
  | 'hard'
  | 'semihard'
  | 'easy'
  | 'batchHard'
  | 'batchEasyHard'
  | 'batchEasySemihard'
  | 'nHard'
  | 'angular'
  | 'pairMargin'
  | 'multiSimilarity'
  | 'hdc'
  | 'distanceWeighted'
  | 'uniformHistogram';

/** A miner with its settings. Each miner uses those that `Options.miners` lists, and ignores the others. */
export interface MinerConfig {
  readonly kind: MinerKind;
  /** m: How much farther an easy negative is than the positive. From -1000000 to 1000000; 0.2 unless given. */
  readonly margin?: number;
  /** m₊: Positive pairs are selected beyond this distance. From -1000000 to 1000000; 0.2 unless given. */
  readonly posMargin?: number;
  /** m₋: Negative pairs are selected within this distance. From -1000000 to 1000000; 0.8 unless given. */
  readonly negMargin?: number;
  /** α: Angle at the negative from which on a triplet is selected, in degrees. From 0 to 90; 20.0 unless given. */
  readonly angle?: number;
  /** Share of the pairs that is selected. Above 0, at most 1; 0.5 unless given. */
  readonly share?: number;
  /** k: How many are selected. A whole number from 1 to 1048576; 10 unless given. */
  readonly count?: number;
}

/**
 * How two rows x, y are compared: a name, or a name with its setting (`{ minkowski: { p: 3 } }`). In a session
 * `cosine` and `dot` are similarities, larger is closer; in `Lab.distances` and `Lab.nearest` they count as 1 - s and
 * -s.
 */
export type DistanceKind = 
  | 'euclidean'
  | 'squaredEuclidean'
  | 'cosine'
  | 'angle'
  | 'dot'
  | 'manhattan'
  | 'chebyshev'
  | { readonly minkowski: { readonly p: number } }
  | 'snr'
  | 'mahalanobis'
  | 'kullbackLeibler'
  | 'jensenShannon'
  | 'rootJensenShannon'
  | 'hellinger'
  | 'wasserstein'
  | { readonly sinkhorn: { readonly epsilon: number } }
  | 'energy'
  | 'rootEnergy'
  | 'sampleWasserstein'
  | 'sampleEnergy'
  | 'rootSampleEnergy';

/** Names in the groups of a page: losses by their wiring, distances by the rows that they compare. */
export const GROUPS = {
  losses: {
    siamese: [
      "contrastive",
      "ntxent",
      "supcon",
      "nca",
      "lifted",
      "generalizedLifted",
      "multiSimilarity",
      "circle",
      "nPairs",
      "fastAp",
      "smoothRecall",
      "histogram",
      "smoothAp",
      "pnp",
      "rankedList",
      "cosent",
      "onlineContrastive",
      "intraPairVariance",
      "thresholdConsistent",
      "matryoshka",
      "instance",
      "globalOrthogonal",
    ],
    triplet: ["triplet", "margin", "tupletMargin", "angular", "dynamicSoftMargin"],
    classifier: [
      "softmax",
      "normalizedSoftmax",
      "cosface",
      "arcface",
      "subcenterArcface",
      "sphereface",
      "largeMarginSoftmax",
      "softTriple",
      "proxyNca",
      "proxyAnchor",
      "manifold",
      "p2sGrad",
    ],
    twoView: ["vicreg", "barlowTwins", "simSiam", "lejepa"],
  },
  distances: {
    vectors: [
      "euclidean",
      "squaredEuclidean",
      "cosine",
      "angle",
      "dot",
      "manhattan",
      "chebyshev",
      "minkowski",
      "snr",
      "mahalanobis",
    ],
    histograms: [
      "kullbackLeibler",
      "jensenShannon",
      "rootJensenShannon",
      "hellinger",
      "wasserstein",
      "sinkhorn",
      "energy",
      "rootEnergy",
    ],
    samples: ["sampleWasserstein", "sampleEnergy", "rootSampleEnergy"],
  },
} as const;

/** Everything that a configuration can name, with formulas, papers, bounds and defaults. */
export const CATALOGUE: Options = {
  losses: [
    {
      defaults: { kind: "contrastive", posMargin: 0.0, negMargin: 1.0 },
      settings: [
        {
          name: "posMargin",
          symbol: "m₊",
          text: "Positive pairs nearer than this cost nothing.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.0,
          },
        },
        {
          name: "negMargin",
          symbol: "m₋",
          text: "Negative pairs farther than this cost nothing.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 1.0,
          },
        },
      ],
      wiring: "siamese",
      looks: "mined",
      formula: "[d(a,p) − m₊]₊ + [m₋ − d(a,n)]₊",
      paper: {
        title: "Hadsell, Chopra & LeCun, Dimensionality Reduction by Learning an Invariant Mapping",
        year: 2006,
        link: "https://doi.org/10.1109/CVPR.2006.100",
      },
      mines: true,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: true,
      byClass: false,
    },
    {
      defaults: { kind: "triplet", margin: 0.05, swap: false, smooth: false },
      settings: [
        {
          name: "margin",
          symbol: "m",
          text: "How much farther the negative should be than the positive.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.05,
          },
        },
        {
          name: "swap",
          symbol: "",
          text: "Measure the negative from the positive where that is nearer.",
          values: { kind: "flag", default: false },
        },
        {
          name: "smooth",
          symbol: "",
          text: "Softplus in place of the hinge.",
          values: { kind: "flag", default: false },
        },
      ],
      wiring: "triplet",
      looks: "mined",
      formula: "[d(a,p) − d(a,n) + m]₊",
      paper: {
        title: "Schroff, Kalenichenko & Philbin, FaceNet: A Unified Embedding for Face Recognition and Clustering",
        year: 2015,
        link: "https://arxiv.org/abs/1503.03832",
      },
      mines: true,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: true,
      byClass: false,
    },
    {
      defaults: { kind: "margin", alpha: 0.2, beta: 1.2, boundary: "fixed", nu: 0.0 },
      settings: [
        {
          name: "alpha",
          symbol: "α",
          text: "Half the width of the gap.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.2,
          },
        },
        {
          name: "beta",
          symbol: "β",
          text: "The boundary between near and far; where it is learned, its first value.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 1.2,
          },
        },
        {
          name: "boundary",
          symbol: "",
          text: "How the boundary is chosen.",
          values: { kind: "choice", names: ["fixed", "learned", "perClass"], default: "fixed" },
        },
        {
          name: "nu",
          symbol: "ν",
          text: "Weight of ν·β, which keeps a learned β from growing at will.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.0,
          },
        },
      ],
      wiring: "triplet",
      looks: "mined",
      formula: "[d(a,p) − β + α]₊ + [β − d(a,n) + α]₊",
      paper: {
        title: "Wu, Manmatha, Smola & Krähenbühl, Sampling Matters in Deep Embedding Learning",
        year: 2017,
        link: "https://arxiv.org/abs/1706.07567",
      },
      mines: true,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: true,
      byClass: false,
    },
    {
      defaults: { kind: "softmax" },
      settings: [],
      wiring: "classifier",
      looks: "classes",
      formula: "log Σₖ e^(wₖ·x + bₖ) − (w_y·x + b_y)",
      paper: {
        title: "Bridle, Probabilistic Interpretation of Feedforward Classification Network Outputs",
        year: 1990,
        link: "https://doi.org/10.1007/978-3-642-76153-9_28",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: true,
    },
    {
      defaults: { kind: "ntxent", temperature: 0.07 },
      settings: [
        {
          name: "temperature",
          symbol: "τ",
          text: "Temperature: how sharply the nearest negatives stand out.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.07,
          },
        },
      ],
      wiring: "siamese",
      looks: "pairs",
      formula: "−s(a,p)/τ + log(e^(s(a,p)/τ) + Σₙ e^(s(a,n)/τ))",
      paper: {
        title: "Chen, Kornblith, Norouzi & Hinton, A Simple Framework for Contrastive Learning of Visual Representations",
        year: 2020,
        link: "https://arxiv.org/abs/2002.05709",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: true,
      byClass: false,
    },
    {
      defaults: { kind: "supcon", temperature: 0.1 },
      settings: [
        {
          name: "temperature",
          symbol: "τ",
          text: "Temperature: how sharply the nearest rows stand out.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.1,
          },
        },
      ],
      wiring: "siamese",
      looks: "pairs",
      formula: "mean over p of −s(a,p)/τ + log Σⱼ e^(s(a,j)/τ)",
      paper: {
        title: "Khosla et al., Supervised Contrastive Learning",
        year: 2020,
        link: "https://arxiv.org/abs/2004.11362",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: true,
      byClass: false,
    },
    {
      defaults: { kind: "nca", scale: 1.0 },
      settings: [
        {
          name: "scale",
          symbol: "σ",
          text: "Scale of the distances.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 1.0,
          },
        },
      ],
      wiring: "siamese",
      looks: "pairs",
      formula: "−log(Σₚ e^(−σd(a,p)) / Σⱼ e^(−σd(a,j)))",
      paper: {
        title: "Goldberger, Roweis, Hinton & Salakhutdinov, Neighbourhood Components Analysis",
        year: 2004,
        link: "https://proceedings.neurips.cc/paper/2004/hash/42fe880812925e520249e808937738d2-Abstract.html",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: true,
      byClass: false,
    },
    {
      defaults: { kind: "lifted", posMargin: 0.0, negMargin: 1.0 },
      settings: [
        {
          name: "posMargin",
          symbol: "m₊",
          text: "Taken off the distance of a positive pair.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.0,
          },
        },
        {
          name: "negMargin",
          symbol: "m₋",
          text: "Negatives push up to about this distance.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 1.0,
          },
        },
      ],
      wiring: "siamese",
      looks: "pairs",
      formula: "½[d(a,p) − m₊ + log Σₙ (e^(m₋ − d(a,n)) + e^(m₋ − d(p,n)))]₊²",
      paper: {
        title: "Oh Song, Xiang, Jegelka & Savarese, Deep Metric Learning via Lifted Structured Feature Embedding",
        year: 2016,
        link: "https://arxiv.org/abs/1511.06452",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: false,
    },
    {
      defaults: { kind: "generalizedLifted", posMargin: 0.0, negMargin: 1.0 },
      settings: [
        {
          name: "posMargin",
          symbol: "m₊",
          text: "Taken off the distance of a positive pair.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.0,
          },
        },
        {
          name: "negMargin",
          symbol: "m₋",
          text: "Negatives push up to about this distance.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 1.0,
          },
        },
      ],
      wiring: "siamese",
      looks: "pairs",
      formula: "[log Σₚ e^(d(a,p) − m₊) + log Σₙ e^(m₋ − d(a,n))]₊",
      paper: {
        title: "Hermans, Beyer & Leibe, In Defense of the Triplet Loss for Person Re-Identification",
        year: 2017,
        link: "https://arxiv.org/abs/1703.07737",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: true,
      byClass: false,
    },
    {
      defaults: { kind: "multiSimilarity", posScale: 2.0, negScale: 50.0, base: 0.5 },
      settings: [
        {
          name: "posScale",
          symbol: "α",
          text: "How much the hard positives stand out.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 2.0,
          },
        },
        {
          name: "negScale",
          symbol: "β",
          text: "How much the hard negatives stand out.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 50.0,
          },
        },
        {
          name: "base",
          symbol: "λ",
          text: "Boundary between alike and different.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.5,
          },
        },
      ],
      wiring: "siamese",
      looks: "pairs",
      formula: "log(1 + Σₚ e^(−α(s − λ)))/α + log(1 + Σₙ e^(β(s − λ)))/β",
      paper: {
        title: "Wang, Han, Huang, Dong & Scott, Multi-Similarity Loss with General Pair Weighting for Deep Metric Learning",
        year: 2019,
        link: "https://arxiv.org/abs/1904.06627",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: true,
      byClass: false,
    },
    {
      defaults: { kind: "circle", margin: 0.4, scale: 80.0 },
      settings: [
        {
          name: "margin",
          symbol: "m",
          text: "Relaxation: positives should be above 1 − m, negatives below m.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.4,
          },
        },
        {
          name: "scale",
          symbol: "γ",
          text: "How much the hard pairs stand out.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 80.0,
          },
        },
      ],
      wiring: "siamese",
      looks: "pairs",
      formula: "log(1 + Σₚ e^(−γ[1+m−s]₊(s−1+m)) · Σₙ e^(γ[s+m]₊(s−m)))",
      paper: {
        title: "Sun et al., Circle Loss: A Unified Perspective of Pair Similarity Optimization",
        year: 2020,
        link: "https://arxiv.org/abs/2002.10857",
      },
      mines: false,
      distances: ["cosine"],
      unit: null,
      remembers: true,
      byClass: false,
    },
    {
      defaults: { kind: "tupletMargin", margin: 0.1, scale: 64.0 },
      settings: [
        {
          name: "margin",
          symbol: "m",
          text: "Slack: the positive may be as far as this, in radians.",
          values: {
            kind: "number",
            range: { least: -3.141592653589793, most: 3.141592653589793, leastExcluded: false, mostExcluded: false },
            default: 0.1,
          },
        },
        {
          name: "scale",
          symbol: "s",
          text: "How much the hard negatives stand out.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 64.0,
          },
        },
      ],
      wiring: "triplet",
      looks: "pairs",
      formula: "log(1 + Σₙ e^(s(cos θ(a,n) − cos(θ(a,p) − m))))",
      paper: {
        title: "Yu & Tao, Deep Metric Learning With Tuplet Margin Loss",
        year: 2019,
        link: "https://openaccess.thecvf.com/content_ICCV_2019/html/Yu_Deep_Metric_Learning_With_Tuplet_Margin_Loss_ICCV_2019_paper.html",
      },
      mines: false,
      distances: ["cosine"],
      unit: null,
      remembers: true,
      byClass: false,
    },
    {
      defaults: { kind: "angular", angle: 40.0 },
      settings: [
        {
          name: "angle",
          symbol: "α",
          text: "The negative should see anchor and positive under at most this angle, in degrees.",
          values: {
            kind: "number",
            range: { least: 1.0, most: 85.0, leastExcluded: false, mostExcluded: false },
            default: 40.0,
          },
        },
      ],
      wiring: "triplet",
      looks: "pairs",
      formula: "log(1 + Σₙ e^(4 tan²α (a + p)·n − 2(1 + tan²α) a·p))",
      paper: {
        title: "Wang, Zhou, Wen, Liu & Lin, Deep Metric Learning with Angular Loss",
        year: 2017,
        link: "https://arxiv.org/abs/1708.01682",
      },
      mines: false,
      distances: ["cosine"],
      unit: null,
      remembers: true,
      byClass: false,
    },
    {
      defaults: { kind: "nPairs" },
      settings: [],
      wiring: "siamese",
      looks: "pairs",
      formula: "−log(e^(s(a,p)) / Σ e^(s(a,p′))), p′ the positives of all classes",
      paper: {
        title: "Sohn, Improved Deep Metric Learning with Multi-class N-pair Loss Objective",
        year: 2016,
        link: "https://papers.nips.cc/paper/2016/hash/6b180037abbebea991d8b1232f8a8ca9-Abstract.html",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: false,
    },
    {
      defaults: { kind: "fastAp" },
      settings: [],
      wiring: "siamese",
      looks: "pairs",
      formula: "1 − Σ_b h⁺_b H⁺_b / H_b / |P|",
      paper: {
        title: "Cakir, He, Xia, Kulis & Sclaroff, Deep Metric Learning to Rank",
        year: 2019,
        link: "https://openaccess.thecvf.com/content_CVPR_2019/html/Cakir_Deep_Metric_Learning_to_Rank_CVPR_2019_paper.html",
      },
      mines: false,
      distances: ["squaredEuclidean"],
      unit: true,
      remembers: true,
      byClass: false,
    },
    {
      defaults: { kind: "smoothRecall", temperature: 0.01, rankTemperature: 1.0 },
      settings: [
        {
          name: "temperature",
          symbol: "τ",
          text: "Softness of \"nearer than\".",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.01,
          },
        },
        {
          name: "rankTemperature",
          symbol: "τᵣ",
          text: "Softness of \"among the first k\".",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 1.0,
          },
        },
      ],
      wiring: "siamese",
      looks: "pairs",
      formula: "1 − mean over k of Σₚ σ((k − rank(p))/τᵣ) / min(k, |P|)",
      paper: {
        title: "Patel, Tolias & Matas, Recall@k Surrogate Loss with Large Batches and Similarity Mixup",
        year: 2022,
        link: "https://arxiv.org/abs/2108.11179",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: true,
      byClass: false,
    },
    {
      defaults: { kind: "histogram" },
      settings: [],
      wiring: "siamese",
      looks: "pairs",
      formula: "Σ_r h⁻_r Σ_{q ≤ r} h⁺_q",
      paper: {
        title: "Ustinova & Lempitsky, Learning Deep Embeddings with Histogram Loss",
        year: 2016,
        link: "https://arxiv.org/abs/1611.00822",
      },
      mines: false,
      distances: ["cosine"],
      unit: null,
      remembers: false,
      byClass: false,
    },
    {
      defaults: { kind: "normalizedSoftmax", temperature: 0.05 },
      settings: [
        {
          name: "temperature",
          symbol: "τ",
          text: "Temperature: how sharply the nearest class stands out.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.05,
          },
        },
      ],
      wiring: "classifier",
      looks: "classes",
      formula: "log Σₖ e^(cos θₖ/τ) − cos θ_y/τ",
      paper: {
        title: "Zhai & Wu, Classification is a Strong Baseline for Deep Metric Learning",
        year: 2019,
        link: "https://arxiv.org/abs/1811.12649",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: true,
    },
    {
      defaults: { kind: "cosface", margin: 0.35, scale: 64.0 },
      settings: [
        {
          name: "margin",
          symbol: "m",
          text: "How much the cosine to the own class is lowered.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.35,
          },
        },
        {
          name: "scale",
          symbol: "s",
          text: "Scale of the cosines.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 64.0,
          },
        },
      ],
      wiring: "classifier",
      looks: "classes",
      formula: "cross entropy of s(cos θₖ − m[k = y])",
      paper: {
        title: "Wang et al., CosFace: Large Margin Cosine Loss for Deep Face Recognition",
        year: 2018,
        link: "https://arxiv.org/abs/1801.09414",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: true,
    },
    {
      defaults: { kind: "arcface", margin: 0.5, scale: 64.0 },
      settings: [
        {
          name: "margin",
          symbol: "m",
          text: "How much the angle to the own class is widened, in radians.",
          values: {
            kind: "number",
            range: { least: -3.141592653589793, most: 3.141592653589793, leastExcluded: false, mostExcluded: false },
            default: 0.5,
          },
        },
        {
          name: "scale",
          symbol: "s",
          text: "Scale of the cosines.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 64.0,
          },
        },
      ],
      wiring: "classifier",
      looks: "classes",
      formula: "cross entropy of s cos(θₖ + m[k = y])",
      paper: {
        title: "Deng, Guo, Xue & Zafeiriou, ArcFace: Additive Angular Margin Loss for Deep Face Recognition",
        year: 2019,
        link: "https://arxiv.org/abs/1801.07698",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: true,
    },
    {
      defaults: { kind: "subcenterArcface", margin: 0.5, scale: 64.0, centers: 3 },
      settings: [
        {
          name: "margin",
          symbol: "m",
          text: "How much the angle to the own class is widened, in radians.",
          values: {
            kind: "number",
            range: { least: -3.141592653589793, most: 3.141592653589793, leastExcluded: false, mostExcluded: false },
            default: 0.5,
          },
        },
        {
          name: "scale",
          symbol: "s",
          text: "Scale of the cosines.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 64.0,
          },
        },
        {
          name: "centers",
          symbol: "K",
          text: "Centres of each class. Rows that do not fit their class gather at a centre of their own.",
          values: { kind: "whole", least: 1, most: 64, default: 3 },
        },
      ],
      wiring: "classifier",
      looks: "classes",
      formula: "ArcFace with θₖ the angle to the nearest of K centres",
      paper: {
        title: "Deng, Guo, Liu, Gong & Zafeiriou, Sub-center ArcFace: Boosting Face Recognition by Large-scale Noisy Web Faces",
        year: 2020,
        link: "https://doi.org/10.1007/978-3-030-58621-8_43",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: true,
    },
    {
      defaults: { kind: "sphereface", multiple: 4, scale: 1.0 },
      settings: [
        {
          name: "multiple",
          symbol: "m",
          text: "How many times the angle to the own class is taken.",
          values: { kind: "whole", least: 1, most: 12, default: 4 },
        },
        {
          name: "scale",
          symbol: "s",
          text: "Scale of the scores.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 1.0,
          },
        },
      ],
      wiring: "classifier",
      looks: "classes",
      formula: "cross entropy of s‖x‖cos θₖ, with ψ(mθ_y) for cos θ_y",
      paper: {
        title: "Liu et al., SphereFace: Deep Hypersphere Embedding for Face Recognition",
        year: 2017,
        link: "https://arxiv.org/abs/1704.08063",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: true,
    },
    {
      defaults: { kind: "largeMarginSoftmax", multiple: 4, scale: 1.0 },
      settings: [
        {
          name: "multiple",
          symbol: "m",
          text: "How many times the angle to the own class is taken.",
          values: { kind: "whole", least: 1, most: 12, default: 4 },
        },
        {
          name: "scale",
          symbol: "s",
          text: "Scale of the scores.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 1.0,
          },
        },
      ],
      wiring: "classifier",
      looks: "classes",
      formula: "cross entropy of s‖x‖‖wₖ‖cos θₖ, with ψ(mθ_y) for cos θ_y",
      paper: {
        title: "Liu, Wen, Yu & Yang, Large-Margin Softmax Loss for Convolutional Neural Networks",
        year: 2016,
        link: "https://arxiv.org/abs/1612.02295",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: true,
    },
    {
      defaults: { kind: "softTriple", margin: 0.01, scale: 20.0, gamma: 0.1, centers: 10 },
      settings: [
        {
          name: "margin",
          symbol: "δ",
          text: "How much the nearness to the own class is lowered.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.01,
          },
        },
        {
          name: "scale",
          symbol: "λ",
          text: "Scale of the nearness.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 20.0,
          },
        },
        {
          name: "gamma",
          symbol: "γ",
          text: "Softness of the mean over a class's centres.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.1,
          },
        },
        {
          name: "centers",
          symbol: "K",
          text: "Centres of each class.",
          values: { kind: "whole", least: 1, most: 64, default: 10 },
        },
      ],
      wiring: "classifier",
      looks: "classes",
      formula: "cross entropy of λ(hₖ − δ[k = y]), hₖ = Σ softmax(cos/γ) cos over K centres",
      paper: {
        title: "Qian et al., SoftTriple Loss: Deep Metric Learning Without Triplet Sampling",
        year: 2019,
        link: "https://arxiv.org/abs/1909.05235",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: true,
    },
    {
      defaults: { kind: "proxyNca", scale: 1.0 },
      settings: [
        {
          name: "scale",
          symbol: "σ",
          text: "Scale of the squared distances.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 1.0,
          },
        },
      ],
      wiring: "classifier",
      looks: "classes",
      formula: "−log softmaxₖ(−σ‖z − pₖ‖²) at y",
      paper: {
        title: "Movshovitz-Attias et al., No Fuss Distance Metric Learning Using Proxies",
        year: 2017,
        link: "https://arxiv.org/abs/1703.07464",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: true,
    },
    {
      defaults: { kind: "proxyAnchor", margin: 0.1, scale: 32.0 },
      settings: [
        {
          name: "margin",
          symbol: "δ",
          text: "Cosines to the own proxy should be above δ, to the others below −δ.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.1,
          },
        },
        {
          name: "scale",
          symbol: "α",
          text: "How much the hard rows stand out.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 32.0,
          },
        },
      ],
      wiring: "classifier",
      looks: "classes",
      formula: "mean over k of log(1 + Σ_{i: y=k} e^(−α(cos − δ))) + log(1 + Σ_{i: y≠k} e^(α(cos + δ)))",
      paper: {
        title: "Kim, Kim, Cho & Kwak, Proxy Anchor Loss for Deep Metric Learning",
        year: 2020,
        link: "https://arxiv.org/abs/2003.13911",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: true,
    },
    {
      defaults: { kind: "vicreg", invariance: 25.0, variance: 25.0, covariance: 1.0 },
      settings: [
        {
          name: "invariance",
          symbol: "λ",
          text: "Weight of the agreement of the two views.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 25.0,
          },
        },
        {
          name: "variance",
          symbol: "μ",
          text: "Weight of the variance of each number.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 25.0,
          },
        },
        {
          name: "covariance",
          symbol: "ν",
          text: "Weight of the covariance of different numbers.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 1.0,
          },
        },
      ],
      wiring: "twoView",
      looks: "views",
      formula: "λ mean(x − x′)² + μ mean[1 − √Var]₊ + ν Σ_{i≠j} Cov²ᵢⱼ/D",
      paper: {
        title: "Bardes, Ponce & LeCun, VICReg: Variance-Invariance-Covariance Regularization for Self-Supervised Learning",
        year: 2022,
        link: "https://arxiv.org/abs/2105.04906",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: false,
      remembers: false,
      byClass: false,
    },
    {
      defaults: { kind: "barlowTwins", offDiagonal: 0.005 },
      settings: [
        {
          name: "offDiagonal",
          symbol: "λ",
          text: "Weight of the correlations of different numbers.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.005,
          },
        },
      ],
      wiring: "twoView",
      looks: "views",
      formula: "Σᵢ (1 − Cᵢᵢ)² + λ Σ_{i≠j} C²ᵢⱼ",
      paper: {
        title: "Zbontar, Jing, Misra, LeCun & Deny, Barlow Twins: Self-Supervised Learning via Redundancy Reduction",
        year: 2021,
        link: "https://arxiv.org/abs/2103.03230",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: false,
    },
    {
      defaults: { kind: "smoothAp", temperature: 0.01 },
      settings: [
        {
          name: "temperature",
          symbol: "τ",
          text: "Softness of \"nearer than\".",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.01,
          },
        },
      ],
      wiring: "siamese",
      looks: "pairs",
      formula: "1 − mean over j of R⁺(j)/R(j), R(j) = 1 + Σₖ σ((s(a,k) − s(a,j))/τ)",
      paper: {
        title: "Brown, Xie, Kalogeiton & Zisserman, Smooth-AP: Smoothing the Path Towards Large-Scale Image Retrieval",
        year: 2020,
        link: "https://arxiv.org/abs/2007.12163",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: true,
      byClass: false,
    },
    {
      defaults: { kind: "pnp", penalty: "o", temperature: 0.01, alpha: 1.0, base: 2.0 },
      settings: [
        {
          name: "penalty",
          symbol: "g",
          text: "How the number R of negatives in front of a positive is penalised.",
          values: { kind: "choice", names: ["o", "ds", "dq", "iu", "ib"], default: "o" },
        },
        {
          name: "temperature",
          symbol: "τ",
          text: "Softness of \"in front of\".",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.01,
          },
        },
        {
          name: "alpha",
          symbol: "α",
          text: "Exponent of the penalty dq.",
          values: {
            kind: "number",
            range: { least: 0.01, most: 100.0, leastExcluded: false, mostExcluded: false },
            default: 1.0,
          },
        },
        {
          name: "base",
          symbol: "b",
          text: "Steepness of the penalty ib.",
          values: {
            kind: "number",
            range: { least: 0.01, most: 100.0, leastExcluded: false, mostExcluded: false },
            default: 2.0,
          },
        },
      ],
      wiring: "siamese",
      looks: "pairs",
      formula: "mean over j of g(R(j)), R(j) = Σₙ σ((s(a,n) − s(a,j))/τ)",
      paper: {
        title: "Li et al., Rethinking the Optimization of Average Precision: Only Penalizing Negative Instances before Positive Ones is Enough",
        year: 2021,
        link: "https://arxiv.org/abs/2102.04640",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: true,
      byClass: false,
    },
    {
      defaults: { kind: "rankedList", margin: 0.4, alpha: 1.2, posScale: 0.0, negScale: 10.0, negShare: 0.5 },
      settings: [
        {
          name: "margin",
          symbol: "m",
          text: "Width of the gap: positives should be nearer than α − m.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.4,
          },
        },
        {
          name: "alpha",
          symbol: "α",
          text: "Negatives should be farther than this.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 1.2,
          },
        },
        {
          name: "posScale",
          symbol: "T₊",
          text: "How much the hard positives stand out.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 10000.0, leastExcluded: false, mostExcluded: false },
            default: 0.0,
          },
        },
        {
          name: "negScale",
          symbol: "T₋",
          text: "How much the hard negatives stand out.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 10000.0, leastExcluded: false, mostExcluded: false },
            default: 10.0,
          },
        },
        {
          name: "negShare",
          symbol: "λ",
          text: "Share of the negatives in the sum.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 1.0, leastExcluded: false, mostExcluded: false },
            default: 0.5,
          },
        },
      ],
      wiring: "siamese",
      looks: "pairs",
      formula: "(1 − λ)Σₚ w(d − α + m)/Σₚ w + λΣₙ w(α − d)/Σₙ w, w = e^(T·excess), where the excess is above 0",
      paper: {
        title: "Wang, Hua, Kodirov & Robertson, Ranked List Loss for Deep Metric Learning",
        year: 2019,
        link: "https://arxiv.org/abs/1903.03238",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "angle",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: false,
    },
    {
      defaults: { kind: "cosent", scale: 20.0 },
      settings: [
        {
          name: "scale",
          symbol: "s",
          text: "Scale of the similarities.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 20.0,
          },
        },
      ],
      wiring: "siamese",
      looks: "pairs",
      formula: "log(1 + Σₚ Σₙ e^(s(sₙ − sₚ))) over all pairs p of one class and n of two",
      paper: {
        title: "Su, CoSENT (I): A Scheme of Sentence Embeddings More Effective than Sentence-BERT",
        year: 2022,
        link: "https://kexue.fm/archives/8847",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: false,
    },
    {
      defaults: { kind: "onlineContrastive", margin: 0.5 },
      settings: [
        {
          name: "margin",
          symbol: "m",
          text: "Negative pairs farther than this cost nothing.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.5,
          },
        },
      ],
      wiring: "siamese",
      looks: "pairs",
      formula: "Σ{d(a,p)² : d > minₙ d} + Σ{[m − d(a,n)]₊² : d < maxₚ d}",
      paper: {
        title: "Reimers & Gurevych, Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks",
        year: 2019,
        link: "https://arxiv.org/abs/1908.10084",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: false,
    },
    {
      defaults: { kind: "intraPairVariance", posMargin: 0.01, negMargin: 0.01 },
      settings: [
        {
          name: "posMargin",
          symbol: "ε₊",
          text: "Share of the mean by which a positive pair may be farther apart.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 10.0, leastExcluded: false, mostExcluded: false },
            default: 0.01,
          },
        },
        {
          name: "negMargin",
          symbol: "ε₋",
          text: "Share of the mean by which a negative pair may be nearer.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 10.0, leastExcluded: false, mostExcluded: false },
            default: 0.01,
          },
        },
      ],
      wiring: "siamese",
      looks: "pairs",
      formula: "mean [(1 − ε₊)s̄₊ − s(a,p)]₊² + mean [s(a,n) − (1 + ε₋)s̄₋]₊²",
      paper: {
        title: "Yu & Tao, Deep Metric Learning With Tuplet Margin Loss",
        year: 2019,
        link: "https://openaccess.thecvf.com/content_ICCV_2019/html/Yu_Deep_Metric_Learning_With_Tuplet_Margin_Loss_ICCV_2019_paper.html",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: false,
    },
    {
      defaults: { kind: "thresholdConsistent", posMargin: 0.9, negMargin: 0.5, posWeight: 1.0, negWeight: 1.0 },
      settings: [
        {
          name: "posMargin",
          symbol: "m₊",
          text: "Positive pairs should be more alike than this.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.9,
          },
        },
        {
          name: "negMargin",
          symbol: "m₋",
          text: "Negative pairs should be less alike than this.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.5,
          },
        },
        {
          name: "posWeight",
          symbol: "λ₊",
          text: "Weight of the positive pairs.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 1.0,
          },
        },
        {
          name: "negWeight",
          symbol: "λ₋",
          text: "Weight of the negative pairs.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 1.0,
          },
        },
      ],
      wiring: "siamese",
      looks: "pairs",
      formula: "λ₊ mean{m₊ − s(a,p) : s ≤ m₊} + λ₋ mean{s(a,n) − m₋ : s ≥ m₋}",
      paper: {
        title: "Zhang et al., Threshold-Consistent Margin Loss for Open-World Deep Metric Learning",
        year: 2023,
        link: "https://arxiv.org/abs/2307.04047",
      },
      mines: false,
      distances: ["cosine"],
      unit: null,
      remembers: true,
      byClass: false,
    },
    {
      defaults: { kind: "matryoshka", within: "ntxent", temperature: 0.07, levels: 3 },
      settings: [
        {
          name: "within",
          symbol: "L",
          text: "The loss that is computed on each length.",
          values: { kind: "choice", names: ["ntxent", "supcon"], default: "ntxent" },
        },
        {
          name: "temperature",
          symbol: "τ",
          text: "Temperature of that loss.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.07,
          },
        },
        {
          name: "levels",
          symbol: "",
          text: "Number of lengths: D, D/2, D/4, …",
          values: { kind: "whole", least: 1, most: 10, default: 3 },
        },
      ],
      wiring: "siamese",
      looks: "pairs",
      formula: "L(x) + L(x₁…D/2) + L(x₁…D/4) + …",
      paper: {
        title: "Kusupati et al., Matryoshka Representation Learning",
        year: 2022,
        link: "https://arxiv.org/abs/2205.13147",
      },
      mines: false,
      distances: ["cosine"],
      unit: null,
      remembers: true,
      byClass: false,
    },
    {
      defaults: { kind: "dynamicSoftMargin", least: -2.0, bins: 10, momentum: 0.01, held: false, views: false },
      settings: [
        {
          name: "least",
          symbol: "",
          text: "The histogram reaches from this to its opposite.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: -1e-6, leastExcluded: false, mostExcluded: false },
            default: -2.0,
          },
        },
        {
          name: "bins",
          symbol: "B",
          text: "Nodes of the histogram.",
          values: { kind: "whole", least: 2, most: 100, default: 10 },
        },
        {
          name: "momentum",
          symbol: "μ",
          text: "Weight of the batch in the running histogram.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 1.0, leastExcluded: false, mostExcluded: false },
            default: 0.01,
          },
        },
        {
          name: "held",
          symbol: "",
          text: "Take the weights as constants.",
          values: { kind: "flag", default: false },
        },
        {
          name: "views",
          symbol: "",
          text: "Compare two views of each thing, without labels.",
          values: { kind: "flag", default: false },
        },
      ],
      wiring: "triplet",
      looks: "mined",
      formula: "C(t)·t, t = d(a,p) − d(a,n), C the running share of triplets up to t",
      paper: {
        title: "Zhang & Rusinkiewicz, Learning Local Descriptors With a CDF-Based Dynamic Soft Margin",
        year: 2019,
        link: "https://openaccess.thecvf.com/content_ICCV_2019/html/Zhang_Learning_Local_Descriptors_With_a_CDF-Based_Dynamic_Soft_Margin_ICCV_2019_paper.html",
      },
      mines: true,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: true,
      byClass: false,
    },
    {
      defaults: { kind: "instance", scale: 8.0, own: true },
      settings: [
        {
          name: "scale",
          symbol: "γ",
          text: "Scale of the similarities.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 8.0,
          },
        },
        {
          name: "own",
          symbol: "",
          text: "Each row is a class of its own.",
          values: { kind: "flag", default: true },
        },
      ],
      wiring: "siamese",
      looks: "rows",
      formula: "log Σⱼ e^(γs(i,j)) − γs(i,c), c the row of the own class",
      paper: {
        title: "Zheng et al., Dual-Path Convolutional Image-Text Embeddings with Instance Loss",
        year: 2017,
        link: "https://arxiv.org/abs/1711.05535",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: false,
    },
    {
      defaults: { kind: "globalOrthogonal", meanWeight: 1.0, momentWeight: 1.0, views: false },
      settings: [
        {
          name: "meanWeight",
          symbol: "",
          text: "Weight of the squared mean cosine.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 1.0,
          },
        },
        {
          name: "momentWeight",
          symbol: "",
          text: "Weight of the mean squared cosine beyond 1/D.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 1.0,
          },
        },
        {
          name: "views",
          symbol: "",
          text: "Each of two views by itself, in place of all rows together.",
          values: { kind: "flag", default: false },
        },
      ],
      wiring: "siamese",
      looks: "rows",
      formula: "(mean s)² + [mean s² − 1/D]₊ over all pairs of two rows",
      paper: {
        title: "Zhang, Yu, Kumar & Chang, Learning Spread-out Local Feature Descriptors",
        year: 2017,
        link: "https://arxiv.org/abs/1708.06320",
      },
      mines: false,
      distances: ["cosine"],
      unit: null,
      remembers: false,
      byClass: false,
    },
    {
      defaults: { kind: "manifold", alpha: 0.8, margin: 0.0005, contextWeight: 1.0 },
      settings: [
        {
          name: "alpha",
          symbol: "α",
          text: "Share of the walk that follows the graph; the rest restarts.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 0.99, leastExcluded: false, mostExcluded: false },
            default: 0.8,
          },
        },
        {
          name: "margin",
          symbol: "m",
          text: "How much nearer the own proxy should be.",
          values: {
            kind: "number",
            range: { least: -10.0, most: 10.0, leastExcluded: false, mostExcluded: false },
            default: 0.0005,
          },
        },
        {
          name: "contextWeight",
          symbol: "λ",
          text: "Weight of the comparison by context, next to that of 1 by the walk itself.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 1.0,
          },
        },
      ],
      wiring: "classifier",
      looks: "classes",
      formula: "log(1 + Σₖ e^(F(i,k) − F(i,y) + m)) + λ log(1 + Σₖ e^(cos(Fᵢ, Fₖ) − cos(Fᵢ, F_y) + m)), terms below 0 left out, F = (1 − α)(I − αS)⁻¹",
      paper: {
        title: "Aziere & Todorovic, Ensemble Deep Manifold Similarity Learning Using Hard Proxies",
        year: 2019,
        link: "https://openaccess.thecvf.com/content_CVPR_2019/html/Aziere_Ensemble_Deep_Manifold_Similarity_Learning_Using_Hard_Proxies_CVPR_2019_paper.html",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: true,
    },
    {
      defaults: { kind: "p2sGrad" },
      settings: [],
      wiring: "classifier",
      looks: "classes",
      formula: "mean over k of (cos θₖ − [k = y])²",
      paper: {
        title: "Zhang et al., P2SGrad: Refined Gradients for Optimizing Deep Face Models",
        year: 2019,
        link: "https://arxiv.org/abs/1905.02479",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: true,
    },
    {
      defaults: { kind: "simSiam", stopGradient: true },
      settings: [
        {
          name: "stopGradient",
          symbol: "",
          text: "No gradient passes into the view that is predicted.",
          values: { kind: "flag", default: true },
        },
      ],
      wiring: "twoView",
      looks: "views",
      formula: "−½ cos(p(x), x′) − ½ cos(p(x′), x), p learned, the second factors held",
      paper: {
        title: "Chen & He, Exploring Simple Siamese Representation Learning",
        year: 2021,
        link: "https://arxiv.org/abs/2011.10566",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
      remembers: false,
      byClass: false,
    },
    {
      defaults: { kind: "lejepa", sketchWeight: 0.05, projections: 1024 },
      settings: [
        {
          name: "sketchWeight",
          symbol: "λ",
          text: "Weight of the normal distribution; agreement of the views has the rest.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 1.0, leastExcluded: false, mostExcluded: false },
            default: 0.05,
          },
        },
        {
          name: "projections",
          symbol: "M",
          text: "Number of random directions.",
          values: { kind: "whole", least: 1, most: 4096, default: 1024 },
        },
      ],
      wiring: "twoView",
      looks: "views",
      formula: "λ SIGReg + (1 − λ) mean(x − x̄)², x̄ the mean of the views",
      paper: {
        title: "Balestriero & LeCun, LeJEPA: Provable and Scalable Self-Supervised Learning Without the Heuristics",
        year: 2025,
        link: "https://arxiv.org/abs/2511.08544",
      },
      mines: false,
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: false,
      remembers: false,
      byClass: false,
    },
  ],
  miners: [
    {
      kind: "none",
      formula: "all (a, p, n)",
      paper: null,
      defaults: { kind: "none", margin: 0.2, posMargin: 0.2, negMargin: 0.8, angle: 20.0, share: 0.5, count: 10 },
      settings: [],
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
    },
    {
      kind: "all",
      formula: "t ≤ m",
      paper: null,
      defaults: { kind: "all", margin: 0.2, posMargin: 0.2, negMargin: 0.8, angle: 20.0, share: 0.5, count: 10 },
      settings: [
        {
          name: "margin",
          symbol: "m",
          text: "How much farther an easy negative is than the positive.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.2,
          },
        },
      ],
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
    },
    {
      kind: "hard",
      formula: "t ≤ 0",
      paper: null,
      defaults: { kind: "hard", margin: 0.2, posMargin: 0.2, negMargin: 0.8, angle: 20.0, share: 0.5, count: 10 },
      settings: [],
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
    },
    {
      kind: "semihard",
      formula: "0 < t ≤ m",
      paper: {
        title: "Schroff, Kalenichenko & Philbin, FaceNet: A Unified Embedding for Face Recognition and Clustering",
        year: 2015,
        link: "https://arxiv.org/abs/1503.03832",
      },
      defaults: { kind: "semihard", margin: 0.2, posMargin: 0.2, negMargin: 0.8, angle: 20.0, share: 0.5, count: 10 },
      settings: [
        {
          name: "margin",
          symbol: "m",
          text: "How much farther an easy negative is than the positive.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.2,
          },
        },
      ],
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
    },
    {
      kind: "easy",
      formula: "t > m",
      paper: null,
      defaults: { kind: "easy", margin: 0.2, posMargin: 0.2, negMargin: 0.8, angle: 20.0, share: 0.5, count: 10 },
      settings: [
        {
          name: "margin",
          symbol: "m",
          text: "How much farther an easy negative is than the positive.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.2,
          },
        },
      ],
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
    },
    {
      kind: "batchHard",
      formula: "argmaxₚ d(a,p), argminₙ d(a,n)",
      paper: {
        title: "Hermans, Beyer & Leibe, In Defense of the Triplet Loss for Person Re-Identification",
        year: 2017,
        link: "https://arxiv.org/abs/1703.07737",
      },
      defaults: { kind: "batchHard", margin: 0.2, posMargin: 0.2, negMargin: 0.8, angle: 20.0, share: 0.5, count: 10 },
      settings: [],
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
    },
    {
      kind: "batchEasyHard",
      formula: "argminₚ d(a,p), argminₙ d(a,n)",
      paper: {
        title: "Xuan, Stylianou & Pless, Improved Embeddings with Easy Positive Triplet Mining",
        year: 2020,
        link: "https://arxiv.org/abs/1904.04370",
      },
      defaults: {
        kind: "batchEasyHard",
        margin: 0.2,
        posMargin: 0.2,
        negMargin: 0.8,
        angle: 20.0,
        share: 0.5,
        count: 10,
      },
      settings: [],
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
    },
    {
      kind: "batchEasySemihard",
      formula: "argminₚ d(a,p), argminₙ d(a,n) > d(a,p)",
      paper: {
        title: "Xuan, Stylianou & Pless, Improved Embeddings with Easy Positive Triplet Mining",
        year: 2020,
        link: "https://arxiv.org/abs/1904.04370",
      },
      defaults: {
        kind: "batchEasySemihard",
        margin: 0.2,
        posMargin: 0.2,
        negMargin: 0.8,
        angle: 20.0,
        share: 0.5,
        count: 10,
      },
      settings: [],
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
    },
    {
      kind: "nHard",
      formula: "the k farthest p, the k nearest n",
      paper: null,
      defaults: { kind: "nHard", margin: 0.2, posMargin: 0.2, negMargin: 0.8, angle: 20.0, share: 0.5, count: 10 },
      settings: [
        {
          name: "count",
          symbol: "k",
          text: "How many are selected.",
          values: { kind: "whole", least: 1, most: 1048576, default: 10 },
        },
      ],
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
    },
    {
      kind: "angular",
      formula: "atan(d(a,p) / 2‖n − (a+p)/2‖) > α",
      paper: {
        title: "Wang et al., Deep Metric Learning with Angular Loss",
        year: 2017,
        link: "https://arxiv.org/abs/1708.01682",
      },
      defaults: { kind: "angular", margin: 0.2, posMargin: 0.2, negMargin: 0.8, angle: 20.0, share: 0.5, count: 10 },
      settings: [
        {
          name: "angle",
          symbol: "α",
          text: "Angle at the negative from which on a triplet is selected, in degrees.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 90.0, leastExcluded: false, mostExcluded: false },
            default: 20.0,
          },
        },
      ],
      distances: ["euclidean", "squaredEuclidean"],
      unit: null,
    },
    {
      kind: "pairMargin",
      formula: "d(a,p) > m₊; d(a,n) < m₋",
      paper: null,
      defaults: { kind: "pairMargin", margin: 0.2, posMargin: 0.2, negMargin: 0.8, angle: 20.0, share: 0.5, count: 10 },
      settings: [
        {
          name: "posMargin",
          symbol: "m₊",
          text: "Positive pairs are selected beyond this distance.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.2,
          },
        },
        {
          name: "negMargin",
          symbol: "m₋",
          text: "Negative pairs are selected within this distance.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.8,
          },
        },
      ],
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
    },
    {
      kind: "multiSimilarity",
      formula: "s(a,p) < maxₙ s + m; s(a,n) > minₚ s − m",
      paper: {
        title: "Wang et al., Multi-Similarity Loss with General Pair Weighting for Deep Metric Learning",
        year: 2019,
        link: "https://arxiv.org/abs/1904.06627",
      },
      defaults: {
        kind: "multiSimilarity",
        margin: 0.2,
        posMargin: 0.2,
        negMargin: 0.8,
        angle: 20.0,
        share: 0.5,
        count: 10,
      },
      settings: [
        {
          name: "margin",
          symbol: "m",
          text: "How much farther an easy negative is than the positive.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.2,
          },
        },
      ],
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
    },
    {
      kind: "hdc",
      formula: "the hardest share of all pairs",
      paper: {
        title: "Yuan, Yang & Zhang, Hard-Aware Deeply Cascaded Embedding",
        year: 2017,
        link: "https://arxiv.org/abs/1611.05720",
      },
      defaults: { kind: "hdc", margin: 0.2, posMargin: 0.2, negMargin: 0.8, angle: 20.0, share: 0.5, count: 10 },
      settings: [
        {
          name: "share",
          symbol: "",
          text: "Share of the pairs that is selected.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 1.0, leastExcluded: true, mostExcluded: false },
            default: 0.5,
          },
        },
      ],
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
    },
    {
      kind: "distanceWeighted",
      formula: "P(n) ∝ d^(2−D)(1 − d²/4)^((3−D)/2)",
      paper: {
        title: "Wu et al., Sampling Matters in Deep Embedding Learning",
        year: 2017,
        link: "https://arxiv.org/abs/1706.07567",
      },
      defaults: {
        kind: "distanceWeighted",
        margin: 0.2,
        posMargin: 0.2,
        negMargin: 0.8,
        angle: 20.0,
        share: 0.5,
        count: 10,
      },
      settings: [],
      distances: ["euclidean"],
      unit: true,
    },
    {
      kind: "uniformHistogram",
      formula: "k pairs of every hundredth of the range",
      paper: null,
      defaults: {
        kind: "uniformHistogram",
        margin: 0.2,
        posMargin: 0.2,
        negMargin: 0.8,
        angle: 20.0,
        share: 0.5,
        count: 10,
      },
      settings: [
        {
          name: "count",
          symbol: "k",
          text: "How many are selected.",
          values: { kind: "whole", least: 1, most: 1048576, default: 10 },
        },
      ],
      distances: [
        "euclidean",
        "squaredEuclidean",
        "cosine",
        "angle",
        "dot",
        "manhattan",
        "chebyshev",
        { minkowski: { p: 3.0 } },
        "snr",
        "mahalanobis",
        "kullbackLeibler",
        "jensenShannon",
        "rootJensenShannon",
        "hellinger",
        "wasserstein",
        { sinkhorn: { epsilon: 0.1 } },
        "energy",
        "rootEnergy",
        "sampleWasserstein",
        "sampleEnergy",
        "rootSampleEnergy",
      ],
      unit: null,
    },
  ],
  distances: [
    {
      kind: "euclidean",
      formula: "‖x − y‖",
      paper: null,
      settings: [],
      similarity: false,
      metric: true,
      verdict: { metric: true, on: "allRows", breaks: [] },
      range: [0.0, null],
      rows: "vectors",
      balls: "circle",
    },
    {
      kind: "squaredEuclidean",
      formula: "‖x − y‖²",
      paper: null,
      settings: [],
      similarity: false,
      metric: false,
      verdict: { metric: false, on: "allRows", breaks: ["triangle"] },
      range: [0.0, null],
      rows: "vectors",
      balls: "circle",
    },
    {
      kind: "cosine",
      formula: "x·y / (‖x‖‖y‖)",
      paper: {
        title: "Salton, Wong & Yang, A vector space model for automatic indexing",
        year: 1975,
        link: "https://doi.org/10.1145/361219.361220",
      },
      settings: [],
      similarity: true,
      metric: false,
      verdict: { metric: false, on: "allRows", breaks: ["identity", "triangle"] },
      range: [-1.0, 1.0],
      rows: "vectors",
      balls: "sector",
    },
    {
      kind: "angle",
      formula: "arccos(x·y / (‖x‖‖y‖))",
      paper: null,
      settings: [],
      similarity: false,
      metric: false,
      verdict: { metric: true, on: "unitVectors", breaks: ["identity"] },
      range: [0.0, 3.141592653589793],
      rows: "vectors",
      balls: "sector",
    },
    {
      kind: "dot",
      formula: "x·y",
      paper: null,
      settings: [],
      similarity: true,
      metric: false,
      verdict: { metric: false, on: "allRows", breaks: ["identity", "triangle"] },
      range: [null, null],
      rows: "vectors",
      balls: "halfPlane",
    },
    {
      kind: "manhattan",
      formula: "Σ|xᵢ − yᵢ|",
      paper: null,
      settings: [],
      similarity: false,
      metric: true,
      verdict: { metric: true, on: "allRows", breaks: [] },
      range: [0.0, null],
      rows: "vectors",
      balls: "diamond",
    },
    {
      kind: "chebyshev",
      formula: "max|xᵢ − yᵢ|",
      paper: null,
      settings: [],
      similarity: false,
      metric: true,
      verdict: { metric: true, on: "allRows", breaks: [] },
      range: [0.0, null],
      rows: "vectors",
      balls: "square",
    },
    {
      kind: { minkowski: { p: 3.0 } },
      formula: "(Σ|xᵢ − yᵢ|^p)^(1/p)",
      paper: { title: "Minkowski, Geometrie der Zahlen", year: 1896, link: "" },
      settings: [
        {
          name: "p",
          symbol: "p",
          text: "The power: 1 gives Manhattan, 2 Euclidean; with growing p it nears Chebyshev.",
          values: {
            kind: "number",
            range: { least: 1.0, most: 64.0, leastExcluded: false, mostExcluded: false },
            default: 3.0,
          },
        },
      ],
      similarity: false,
      metric: true,
      verdict: { metric: true, on: "allRows", breaks: [] },
      range: [0.0, null],
      rows: "vectors",
      balls: "superellipse",
    },
    {
      kind: "snr",
      formula: "Var(x − y) / Var(x)",
      paper: {
        title: "Yuan et al., Signal-to-Noise Ratio: A Robust Distance Metric for Deep Metric Learning",
        year: 2019,
        link: "https://arxiv.org/abs/1904.02616",
      },
      settings: [],
      similarity: false,
      metric: false,
      verdict: { metric: false, on: "allRows", breaks: ["identity", "symmetry", "triangle"] },
      range: [0.0, null],
      rows: "vectors",
      balls: "strip",
    },
    {
      kind: "mahalanobis",
      formula: "‖L(x − y)‖, L learned",
      paper: {
        title: "Mahalanobis, On the generalised distance in statistics; learned: Xing et al. 2002",
        year: 1936,
        link: "",
      },
      settings: [],
      similarity: false,
      metric: true,
      verdict: { metric: true, on: "allRows", breaks: [] },
      range: [0.0, null],
      rows: "vectors",
      balls: "circle",
    },
    {
      kind: "kullbackLeibler",
      formula: "Σ xᵢ log(xᵢ/yᵢ)",
      paper: {
        title: "Kullback & Leibler, On information and sufficiency",
        year: 1951,
        link: "https://doi.org/10.1214/aoms/1177729694",
      },
      settings: [],
      similarity: false,
      metric: false,
      verdict: { metric: false, on: "allRows", breaks: ["symmetry", "triangle"] },
      range: [0.0, null],
      rows: "histograms",
      balls: "distributions",
    },
    {
      kind: "jensenShannon",
      formula: "½KL(x‖m) + ½KL(y‖m), m = (x + y)/2",
      paper: {
        title: "Lin, Divergence measures based on the Shannon entropy",
        year: 1991,
        link: "https://doi.org/10.1109/18.61115",
      },
      settings: [],
      similarity: false,
      metric: false,
      verdict: { metric: false, on: "allRows", breaks: ["triangle"] },
      range: [0.0, 0.6931471805599453],
      rows: "histograms",
      balls: "distributions",
    },
    {
      kind: "rootJensenShannon",
      formula: "√JS",
      paper: {
        title: "Endres & Schindelin, A new metric for probability distributions",
        year: 2003,
        link: "https://doi.org/10.1109/TIT.2003.813506",
      },
      settings: [],
      similarity: false,
      metric: true,
      verdict: { metric: true, on: "allRows", breaks: [] },
      range: [0.0, 0.8325546111576978],
      rows: "histograms",
      balls: "distributions",
    },
    {
      kind: "hellinger",
      formula: "‖√x − √y‖/√2",
      paper: {
        title: "Hellinger, Neue Begründung der Theorie quadratischer Formen von unendlichvielen Veränderlichen",
        year: 1909,
        link: "https://doi.org/10.1515/crll.1909.136.210",
      },
      settings: [],
      similarity: false,
      metric: true,
      verdict: { metric: true, on: "allRows", breaks: [] },
      range: [0.0, 1.0],
      rows: "histograms",
      balls: "distributions",
    },
    {
      kind: "wasserstein",
      formula: "h Σ|F − G|",
      paper: {
        title: "Vallender, Calculation of the Wasserstein distance between probability distributions on the line",
        year: 1974,
        link: "https://doi.org/10.1137/1118101",
      },
      settings: [],
      similarity: false,
      metric: true,
      verdict: { metric: true, on: "allRows", breaks: [] },
      range: [0.0, 1.0],
      rows: "histograms",
      balls: "distributions",
    },
    {
      kind: { sinkhorn: { epsilon: 0.1 } },
      formula: "OT(x,y) − ½OT(x,x) − ½OT(y,y), OT = min Σ π|i − j|h + ε KL(π‖xyᵀ)",
      paper: {
        title: "Feydy et al., Interpolating between Optimal Transport and MMD using Sinkhorn Divergences; Cuturi 2013",
        year: 2019,
        link: "https://arxiv.org/abs/1810.08278",
      },
      settings: [
        {
          name: "epsilon",
          symbol: "ε",
          text: "The weight of the entropy, in units of the ground cost: near 0 it is Wasserstein-1.",
          values: {
            kind: "number",
            range: { least: 0.02, most: 10.0, leastExcluded: false, mostExcluded: false },
            default: 0.1,
          },
        },
      ],
      similarity: false,
      metric: false,
      verdict: { metric: false, on: "allRows", breaks: ["triangle"] },
      range: [0.0, null],
      rows: "histograms",
      balls: "distributions",
    },
    {
      kind: "energy",
      formula: "2h Σ(F − G)²",
      paper: {
        title: "Székely & Rizzo, Energy statistics: a class of statistics based on distances",
        year: 2013,
        link: "https://doi.org/10.1016/j.jspi.2013.03.018",
      },
      settings: [],
      similarity: false,
      metric: false,
      verdict: { metric: false, on: "allRows", breaks: ["triangle"] },
      range: [0.0, 2.0],
      rows: "histograms",
      balls: "distributions",
    },
    {
      kind: "rootEnergy",
      formula: "√(2h Σ(F − G)²)",
      paper: {
        title: "Székely & Rizzo, Energy statistics: a class of statistics based on distances",
        year: 2013,
        link: "https://doi.org/10.1016/j.jspi.2013.03.018",
      },
      settings: [],
      similarity: false,
      metric: true,
      verdict: { metric: true, on: "allRows", breaks: [] },
      range: [0.0, 1.4142135623730951],
      rows: "histograms",
      balls: "distributions",
    },
    {
      kind: "sampleWasserstein",
      formula: "mean|x₍ᵢ₎ − y₍ᵢ₎|, sorted",
      paper: {
        title: "Vallender, Calculation of the Wasserstein distance between probability distributions on the line",
        year: 1974,
        link: "https://doi.org/10.1137/1118101",
      },
      settings: [],
      similarity: false,
      metric: true,
      verdict: { metric: true, on: "allRows", breaks: [] },
      range: [0.0, null],
      rows: "samples",
      balls: "distributions",
    },
    {
      kind: "sampleEnergy",
      formula: "2E|X − Y| − E|X − X′| − E|Y − Y′|",
      paper: {
        title: "Székely & Rizzo, Energy statistics: a class of statistics based on distances",
        year: 2013,
        link: "https://doi.org/10.1016/j.jspi.2013.03.018",
      },
      settings: [],
      similarity: false,
      metric: false,
      verdict: { metric: false, on: "allRows", breaks: ["triangle"] },
      range: [0.0, null],
      rows: "samples",
      balls: "distributions",
    },
    {
      kind: "rootSampleEnergy",
      formula: "√(2E|X − Y| − E|X − X′| − E|Y − Y′|)",
      paper: {
        title: "Székely & Rizzo, Energy statistics: a class of statistics based on distances",
        year: 2013,
        link: "https://doi.org/10.1016/j.jspi.2013.03.018",
      },
      settings: [],
      similarity: false,
      metric: true,
      verdict: { metric: true, on: "allRows", breaks: [] },
      range: [0.0, null],
      rows: "samples",
      balls: "distributions",
    },
  ],
  reducers: [
    { defaults: { kind: "mean" }, settings: [] },
    { defaults: { kind: "meanOfEach" }, settings: [] },
    { defaults: { kind: "nonZero" }, settings: [] },
    { defaults: { kind: "pooledNonZero" }, settings: [] },
    { defaults: { kind: "sum" }, settings: [] },
    {
      defaults: { kind: "divisor", by: 100.0 },
      settings: [
        {
          name: "by",
          symbol: "",
          text: "The sum is divided by this.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 100.0,
          },
        },
      ],
    },
    {
      defaults: { kind: "threshold", low: 0.0, high: 1.0 },
      settings: [
        {
          name: "low",
          symbol: "",
          text: "Elements up to this do not count.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 0.0,
          },
        },
        {
          name: "high",
          symbol: "",
          text: "Elements from this on do not count.",
          values: {
            kind: "number",
            range: { least: -1000000.0, most: 1000000.0, leastExcluded: false, mostExcluded: false },
            default: 1.0,
          },
        },
      ],
    },
  ],
  regularizers: [
    { kind: "embeddingNorm", formula: "mean ‖x‖", paper: null, needsWeights: false },
    {
      kind: "zeroMean",
      formula: "mean |Σ x|",
      paper: {
        title: "Yuan et al., Signal-to-Noise Ratio: A Robust Distance Metric for Deep Metric Learning",
        year: 2019,
        link: "https://arxiv.org/abs/1904.02616",
      },
      needsWeights: false,
    },
    {
      kind: "centerInvariant",
      formula: "mean (‖w‖² − mean ‖w‖²)² / 4",
      paper: {
        title: "Wu et al., Deep Face Recognition with Center Invariant Loss",
        year: 2017,
        link: "https://doi.org/10.1145/3126686.3126693",
      },
      needsWeights: true,
    },
    {
      kind: "regularFace",
      formula: "mean max cos(w, w′)",
      paper: {
        title: "Zhao, Xu & Cheng, RegularFace: Deep Face Recognition via Exclusive Regularization",
        year: 2019,
        link: "https://openaccess.thecvf.com/content_CVPR_2019/html/Zhao_RegularFace_Deep_Face_Recognition_via_Exclusive_Regularization_CVPR_2019_paper.html",
      },
      needsWeights: true,
    },
    {
      kind: "sparseCenters",
      formula: "Σ √(2 − 2 cos(w, w′)) / C K (K − 1)",
      paper: {
        title: "Qian et al., SoftTriple Loss: Deep Metric Learning Without Triplet Sampling",
        year: 2019,
        link: "https://arxiv.org/abs/1909.05235",
      },
      needsWeights: true,
    },
  ],
  networks: [
    {
      defaults: { kind: "mlp", hidden: [256] },
      settings: [
        {
          name: "hidden",
          symbol: "",
          text: "Width of each layer.",
          values: { kind: "list", least: 1, most: 4096, longest: 8, default: [256] },
        },
      ],
      paper: null,
    },
    {
      defaults: { kind: "conv", channels: [16, 32] },
      settings: [
        {
          name: "channels",
          symbol: "",
          text: "Channels of each layer.",
          values: { kind: "list", least: 1, most: 4096, longest: 8, default: [16, 32] },
        },
      ],
      paper: null,
    },
    {
      defaults: { kind: "residual", channels: [16, 32] },
      settings: [
        {
          name: "channels",
          symbol: "",
          text: "Channels of each layer.",
          values: { kind: "list", least: 1, most: 4096, longest: 8, default: [16, 32] },
        },
      ],
      paper: {
        title: "He et al., Deep Residual Learning for Image Recognition",
        year: 2016,
        link: "https://arxiv.org/abs/1512.03385",
      },
    },
    {
      defaults: { kind: "conv1d", channels: [64, 128] },
      settings: [
        {
          name: "channels",
          symbol: "",
          text: "Channels of each layer.",
          values: { kind: "list", least: 1, most: 4096, longest: 8, default: [64, 128] },
        },
      ],
      paper: null,
    },
    {
      defaults: { kind: "bag", width: 64 },
      settings: [
        {
          name: "width",
          symbol: "",
          text: "Length of an item's vector.",
          values: { kind: "whole", least: 1, most: 4096, default: 64 },
        },
      ],
      paper: null,
    },
  ],
  optimizers: [
    {
      kind: "sgd",
      formula: "v ← μ v + g + λ x; x ← x − η v",
      paper: {
        title: "Polyak, Some methods of speeding up the convergence of iteration methods",
        year: 1964,
        link: "https://doi.org/10.1016/0041-5553(64)90137-5",
      },
      settings: ["momentum"],
    },
    {
      kind: "adam",
      formula: "m, s ← means of g + λ x and its square; x ← x − η m / √s",
      paper: {
        title: "Kingma & Ba, Adam: A Method for Stochastic Optimization",
        year: 2015,
        link: "https://arxiv.org/abs/1412.6980",
      },
      settings: [],
    },
    {
      kind: "adamw",
      formula: "m, s ← means of g and g²; x ← x − η (m / √s + λ x)",
      paper: {
        title: "Loshchilov & Hutter, Decoupled Weight Decay Regularization",
        year: 2019,
        link: "https://arxiv.org/abs/1711.05101",
      },
      settings: [],
    },
  ],
  schedules: [
    { defaults: { kind: "constant" }, settings: [], formula: "η = η₀", paper: null },
    {
      defaults: { kind: "step", every: 100, factor: 0.5 },
      settings: [
        {
          name: "every",
          symbol: "",
          text: "Steps after which the rate is lowered.",
          values: { kind: "whole", least: 1, most: 1073741824, default: 100 },
        },
        {
          name: "factor",
          symbol: "",
          text: "Factor of the rate each time.",
          values: {
            kind: "number",
            range: { least: 1e-6, most: 1.0, leastExcluded: false, mostExcluded: false },
            default: 0.5,
          },
        },
      ],
      formula: "η = η₀ · factor^⌊t / every⌋",
      paper: null,
    },
    {
      defaults: { kind: "cosine", steps: 400, floor: 0.0 },
      settings: [
        {
          name: "steps",
          symbol: "",
          text: "Steps until the rate is at its lowest.",
          values: { kind: "whole", least: 1, most: 1073741824, default: 400 },
        },
        {
          name: "floor",
          symbol: "",
          text: "Lowest rate, as a share of the first.",
          values: {
            kind: "number",
            range: { least: 0.0, most: 1.0, leastExcluded: false, mostExcluded: false },
            default: 0.0,
          },
        },
      ],
      formula: "η = η₀ (floor + (1 − floor)(1 + cos(π t / steps)) / 2)",
      paper: {
        title: "Loshchilov & Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts",
        year: 2017,
        link: "https://arxiv.org/abs/1608.03983",
      },
    },
  ],
  samplers: [
    { kind: "mPerClass", settings: [] },
    { kind: "classBalanced", settings: [] },
    { kind: "hierarchical", settings: ["groupSize"] },
  ],
  settings: {
    session: [
      {
        name: "seed",
        symbol: "",
        text: "Seed of the weights, the batches and the augmentation.",
        values: { kind: "whole", least: 0, most: 4294967295, default: 1 },
      },
      {
        name: "unseenClasses",
        symbol: "",
        text: "Classes that are held out of training.",
        values: { kind: "whole", least: 0, most: 65534, default: 0 },
      },
    ],
    embedding: [
      {
        name: "dim",
        symbol: "d",
        text: "Dimension of the embedding.",
        values: { kind: "whole", least: 1, most: 512, default: 32 },
      },
      {
        name: "normalize",
        symbol: "",
        text: "Whether embeddings are scaled to length 1.",
        values: { kind: "flag", default: true },
      },
    ],
    batch: [
      {
        name: "classes",
        symbol: "",
        text: "Classes in a batch.",
        values: { kind: "whole", least: 2, most: 1024, default: 10 },
      },
      {
        name: "perClass",
        symbol: "",
        text: "Samples of each class in a batch.",
        values: { kind: "whole", least: 1, most: 512, default: 12 },
      },
      {
        name: "sampler",
        symbol: "",
        text: "How classes are drawn.",
        values: { kind: "choice", names: ["mPerClass", "classBalanced", "hierarchical"], default: "mPerClass" },
      },
      {
        name: "groupSize",
        symbol: "",
        text: "Classes of a category, neighbours in the list of classes.",
        values: { kind: "whole", least: 1, most: 65536, default: 5 },
      },
      {
        name: "views",
        symbol: "",
        text: "Augmented views of each sample.",
        values: { kind: "whole", least: 1, most: 2, default: 1 },
      },
      {
        name: "labels",
        symbol: "",
        text: "Positives: samples of one class, or views of one sample.",
        values: { kind: "choice", names: ["class", "instance"], default: "class" },
      },
    ],
    augment: [
      {
        name: "shift",
        symbol: "",
        text: "Largest shift in pixels, each way.",
        values: { kind: "whole", least: 0, most: 4096, default: 0 },
      },
      {
        name: "rotate",
        symbol: "",
        text: "Largest turn in degrees, each way.",
        values: {
          kind: "number",
          range: { least: 0.0, most: 180.0, leastExcluded: false, mostExcluded: false },
          default: 0.0,
        },
      },
      {
        name: "crop",
        symbol: "",
        text: "Largest share of the side that is cut off.",
        values: {
          kind: "number",
          range: { least: 0.0, most: 0.9, leastExcluded: false, mostExcluded: false },
          default: 0.0,
        },
      },
      {
        name: "noise",
        symbol: "σ",
        text: "Standard deviation of the noise, of 1.",
        values: {
          kind: "number",
          range: { least: 0.0, most: 1.0, leastExcluded: false, mostExcluded: false },
          default: 0.0,
        },
      },
      {
        name: "erase",
        symbol: "",
        text: "Largest share of the area that is covered.",
        values: {
          kind: "number",
          range: { least: 0.0, most: 0.9, leastExcluded: false, mostExcluded: false },
          default: 0.0,
        },
      },
      {
        name: "flip",
        symbol: "",
        text: "Whether half of the pictures are mirrored.",
        values: { kind: "flag", default: false },
      },
    ],
    optimizer: [
      {
        name: "kind",
        symbol: "",
        text: "Which optimiser.",
        values: { kind: "choice", names: ["sgd", "adam", "adamw"], default: "adam" },
      },
      {
        name: "learningRate",
        symbol: "η",
        text: "Step size.",
        values: {
          kind: "number",
          range: { least: 0.0, most: 10.0, leastExcluded: true, mostExcluded: false },
          default: 0.001,
        },
      },
      {
        name: "weightDecay",
        symbol: "λ",
        text: "L2 penalty; for adamw the share, times the rate, that a step takes off.",
        values: {
          kind: "number",
          range: { least: 0.0, most: 10.0, leastExcluded: false, mostExcluded: false },
          default: 0.0,
        },
      },
      {
        name: "momentum",
        symbol: "μ",
        text: "Share of the last step that is repeated.",
        values: {
          kind: "number",
          range: { least: 0.0, most: 0.9999, leastExcluded: false, mostExcluded: false },
          default: 0.9,
        },
      },
      {
        name: "warmup",
        symbol: "",
        text: "Steps in which the rate rises from 0.",
        values: { kind: "whole", least: 0, most: 1073741824, default: 0 },
      },
      {
        name: "clip",
        symbol: "",
        text: "Longest gradient, all parameters together.",
        values: { kind: "optional", range: { least: 0.0, most: 1000000.0, leastExcluded: true, mostExcluded: false } },
      },
      {
        name: "classRate",
        symbol: "",
        text: "Factor of the rate for class weights, proxies and boundaries.",
        values: {
          kind: "number",
          range: { least: 0.0, most: 10000.0, leastExcluded: false, mostExcluded: false },
          default: 1.0,
        },
      },
      {
        name: "frozen",
        symbol: "",
        text: "First layers of the body that stay as they are.",
        values: { kind: "whole", least: 0, most: 8, default: 0 },
      },
    ],
    objective: [
      {
        name: "memory",
        symbol: "M",
        text: "Rows of batches before that are compared with too.",
        values: { kind: "whole", least: 0, most: 16384, default: 0 },
      },
    ],
    also: [
      {
        name: "weight",
        symbol: "",
        text: "Factor of the added loss.",
        values: {
          kind: "number",
          range: { least: 0.0, most: 1000000.0, leastExcluded: true, mostExcluded: false },
          default: 0.5,
        },
      },
    ],
    regularizers: [
      {
        name: "weight",
        symbol: "",
        text: "Factor of the regulariser.",
        values: {
          kind: "number",
          range: { least: 0.0, most: 1000000.0, leastExcluded: true, mostExcluded: false },
          default: 0.01,
        },
      },
    ],
  },
};
