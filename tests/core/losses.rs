//! Losses at the edges of f32 against their formulas in f64, and what is refused.

use std::ops::Range;

use burn::tensor::{Device, Tensor, TensorData};
use metriclab::Error;
use metriclab::distances::Distance;
use metriclab::losses::{
    Circle, Cosent, Cosface, FastAp, GeneralizedLifted, Learned, Lifted, Loss, Margin, MultiSimilarity,
    NPairs, Nca, NormalizedSoftmax, Ntxent, Owns, ProxyAnchor, ProxyNca, Reduction, Softmax,
    SubcenterArcface, Supcon, Triplet, TupletMargin, Vicreg,
};
use metriclab::miners::{Miner, MinerConfig};
use metriclab::neighbours::Rows;
use metriclab::objective::{Input, Objective};
use metriclab::pairing::Pairing;
use metriclab::random::Random;
use metriclab::tools::{LossAnswer, LossRequest, loss_of};
use pollster::block_on;

/// Error of a value, relative.
const VALUE: f64 = 1e-5;
/// Error of a gradient, relative to its largest component: logits in the thousands carry an f32 error of 1e-3.
const GRADIENT: f64 = 3e-3;
const DIM: usize = 3;
const LABELS: [u16; 8] = [0, 0, 0, 1, 1, 2, 2, 3];
const CLASSES: usize = 4;

fn objective(loss: impl Into<Loss>, distance: Distance) -> Objective {
    Objective { distance, miner: MinerConfig::of(Miner::None), loss: loss.into() }
}

struct Asked<'a> {
    objective: Objective,
    rows: &'a [f32],
    labels: &'a [u16],
    normalize: bool,
    learned: &'a [f32],
}

fn request<'a>(objective: Objective, rows: Rows<'a>, labels: &'a [u16]) -> LossRequest<'a> {
    LossRequest {
        objective,
        rows,
        labels,
        normalize: false,
        learned: &[],
        bias: &[],
        reducer: None,
        class_weights: &[],
        seed: 1,
    }
}

fn ask(asked: &Asked<'_>) -> Result<LossAnswer, Error> {
    let dim = asked.rows.len() / asked.labels.len();
    let rows = Rows::new("embeddings", asked.rows, dim)?;
    let Asked { objective, labels, normalize, learned, .. } = *asked;
    let request = LossRequest { normalize, learned, ..request(objective, rows, labels) };
    block_on(loss_of(&request, &Device::flex()))
}

fn normals(count: usize, scale: f32, seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed);
    (0..count).map(|_| scale * random.normal()).collect()
}

// The formulas in f64.

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(a, b)| a * b).sum()
}

/// s, or −d.
fn nearness(distance: Distance, x: &[f64], y: &[f64]) -> f64 {
    let square: f64 = x.iter().zip(y).map(|(a, b)| (a - b) * (a - b)).sum();
    match distance {
        Distance::Euclidean => -square.sqrt(),
        Distance::SquaredEuclidean => -square,
        Distance::Dot => dot(x, y),
        Distance::Cosine => dot(x, y) / (dot(x, x) * dot(y, y)).sqrt(),
        other => panic!("{other:?} has no form here"),
    }
}

fn log_sum(x: impl Iterator<Item = f64> + Clone) -> f64 {
    let most = x.clone().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY { most } else { x.map(|x| (x - most).exp()).sum::<f64>().ln() + most }
}

fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// A sum over nothing counts as 0.
fn or_zero(x: f64) -> f64 {
    if x == f64::NEG_INFINITY { 0.0 } else { x }
}

fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len().max(1) as f64
}

fn mean_above_zero(x: &[f64]) -> f64 {
    mean(&x.iter().copied().filter(|&x| x > 0.0).collect::<Vec<_>>())
}

/// Losses on pairs by their formulas, of similarities or −d.
struct Pairs<'a> {
    similarity: bool,
    s: &'a dyn Fn(usize, usize) -> f64,
}

impl Pairs<'_> {
    fn s(&self, i: usize, j: usize) -> f64 {
        (self.s)(i, j)
    }

    /// A bound m of distances is one of −m.
    fn bound(&self, margin: f64) -> f64 {
        if self.similarity { margin } else { -margin }
    }

    fn all() -> Range<usize> {
        0..LABELS.len()
    }

    fn positives(a: usize) -> impl Iterator<Item = usize> + Clone {
        Self::all().filter(move |&p| p != a && LABELS[p] == LABELS[a])
    }

    fn negatives(a: usize) -> impl Iterator<Item = usize> + Clone {
        Self::all().filter(move |&n| LABELS[n] != LABELS[a])
    }

    fn others(a: usize) -> impl Iterator<Item = usize> + Clone {
        Self::all().filter(move |&j| j != a)
    }

    fn value(&self, loss: Loss) -> f64 {
        match loss {
            Loss::Cosent(Cosent { scale }) => {
                let once = || Self::all().flat_map(|i| (i + 1..LABELS.len()).map(move |j| (i, j)));
                let of = |same: bool, sign: f64| {
                    let pairs = once().filter(move |&(i, j)| (LABELS[i] == LABELS[j]) == same);
                    log_sum(pairs.map(move |(i, j)| sign * scale * self.s(i, j)))
                };
                softplus(of(true, -1.0) + of(false, 1.0))
            }
            Loss::NPairs(_) => {
                let first = [(0, 1), (3, 4), (5, 6)];
                let one = |(a, p): &(usize, usize)| {
                    log_sum(first.iter().map(|(_, q)| self.s(*a, *q))) - self.s(*a, *p)
                };
                mean(&first.iter().map(one).collect::<Vec<_>>())
            }
            Loss::Supcon(_) => {
                mean_above_zero(&Self::all().map(|a| self.of_anchor(loss, a)).collect::<Vec<_>>())
            }
            Loss::Nca(_) => {
                let with = Self::all().filter(|&a| Self::positives(a).next().is_some());
                mean(&with.map(|a| self.of_anchor(loss, a)).collect::<Vec<_>>())
            }
            Loss::GeneralizedLifted(_) | Loss::MultiSimilarity(_) => {
                mean(&Self::all().map(|a| self.of_anchor(loss, a)).collect::<Vec<_>>())
            }
            _ => {
                let pairs = Self::all().flat_map(|a| Self::positives(a).map(move |p| (a, p)));
                mean(&pairs.map(|(a, p)| self.of_pair(loss, a, p)).collect::<Vec<_>>())
            }
        }
    }

    fn of_anchor(&self, loss: Loss, a: usize) -> f64 {
        let s = |j| self.s(a, j);
        let (positives, negatives) = (Self::positives(a), Self::negatives(a));
        match loss {
            Loss::Supcon(Supcon { temperature: t }) => {
                let most = Self::others(a).map(|j| s(j) / t).fold(f64::NEG_INFINITY, f64::max);
                let shared: Vec<f64> = positives.map(|p| s(p) / t - most).collect();
                let of_all = log_sum(Self::others(a).map(|j| s(j) / t - most));
                if shared.is_empty() { 0.0 } else { of_all - mean(&shared) }
            }
            Loss::Nca(Nca { scale }) => {
                softplus(log_sum(negatives.map(|n| scale * s(n))) - log_sum(positives.map(|p| scale * s(p))))
            }
            Loss::GeneralizedLifted(GeneralizedLifted { pos_margin, neg_margin }) => {
                let pull = or_zero(log_sum(positives.map(|p| self.bound(pos_margin) - s(p))));
                let push = or_zero(log_sum(negatives.map(|n| s(n) - self.bound(neg_margin))));
                (pull + push).max(0.0)
            }
            Loss::MultiSimilarity(MultiSimilarity { pos_scale, neg_scale, base }) => {
                let pull = softplus(log_sum(positives.map(|p| -pos_scale * (s(p) - self.bound(base)))));
                let push = softplus(log_sum(negatives.map(|n| neg_scale * (s(n) - self.bound(base)))));
                pull / pos_scale + push / neg_scale
            }
            other => panic!("{} has no form here", other.name()),
        }
    }

    fn of_pair(&self, loss: Loss, a: usize, p: usize) -> f64 {
        let s = |j| self.s(a, j);
        let negatives = Self::negatives(a);
        match loss {
            Loss::Ntxent(Ntxent { temperature: t }) => {
                softplus(log_sum(negatives.map(|n| s(n) / t)) - s(p) / t)
            }
            Loss::Lifted(Lifted { pos_margin, neg_margin }) => {
                let both = negatives.map(s).chain(Self::negatives(p).map(|n| self.s(p, n)));
                let push = or_zero(log_sum(both.map(|s| s - self.bound(neg_margin))));
                0.5 * (self.bound(pos_margin) - s(p) + push).max(0.0).powi(2)
            }
            Loss::TupletMargin(TupletMargin { margin, scale }) => {
                let goal = (s(p).acos() - margin).cos();
                softplus(log_sum(negatives.map(|n| scale * (s(n) - goal))))
            }
            other => panic!("{} has no form here", other.name()),
        }
    }
}

/// The value of a loss on pairs by its formula, `s` the similarities or −d.
fn formula(loss: Loss, similarity: bool, s: &dyn Fn(usize, usize) -> f64) -> f64 {
    Pairs { similarity, s }.value(loss)
}

/// How much a loss multiplies similarities before it takes exponentials.
fn sharpness(loss: Loss) -> f64 {
    match loss {
        Loss::Ntxent(Ntxent { temperature }) | Loss::Supcon(Supcon { temperature }) => 1.0 / temperature,
        Loss::Nca(Nca { scale }) | Loss::Cosent(Cosent { scale }) => scale,
        Loss::MultiSimilarity(MultiSimilarity { neg_scale, .. }) => neg_scale,
        _ => 1.0,
    }
}

/// Largest difference of a gradient from central differences of the formula, relative to the largest component.
fn gradient_error(found: &[f32], rows: &[f32], of: &dyn Fn(&[f64]) -> f64) -> f64 {
    let rows: Vec<f64> = rows.iter().map(|&x| f64::from(x)).collect();
    let wanted: Vec<f64> = (0..rows.len())
        .map(|i| {
            let at = |step: f64| {
                let mut moved = rows.clone();
                moved[i] += step;
                of(&moved)
            };
            (at(1e-6) - at(-1e-6)) / 2e-6
        })
        .collect();
    let largest = wanted.iter().fold(1e-12, |m: f64, x| m.max(x.abs()));
    found.iter().zip(&wanted).fold(0.0, |m: f64, (&x, y)| m.max((f64::from(x) - y).abs() / largest))
}

#[test]
fn pairs_with_logits_far_apart() {
    let mut losses: Vec<Loss> = [0.005, 0.07, 0.5].map(|temperature| Ntxent { temperature }.into()).to_vec();
    losses.extend([0.005, 0.1].map(|temperature| Loss::from(Supcon { temperature })));
    losses.extend([1.0, 40.0].map(|scale| Loss::from(Nca { scale })));
    losses.extend([Loss::from(Lifted::DEFAULT), GeneralizedLifted::DEFAULT.into(), NPairs {}.into()]);
    losses.push(MultiSimilarity { pos_scale: 20.0, neg_scale: 500.0, base: 0.5 }.into());
    losses.push(Cosent::DEFAULT.into());
    for loss in losses {
        for distance in [Distance::Euclidean, Distance::SquaredEuclidean, Distance::Dot, Distance::Cosine] {
            for (scale, seed) in [(0.3, 1), (1.0, 2), (4.0, 3)] {
                let rows = normals(LABELS.len() * DIM, scale, seed);
                let of = |rows: &[f64]| {
                    let row = |i: usize| &rows[i * DIM..(i + 1) * DIM];
                    formula(loss, distance.is_similarity(), &|i, j| nearness(distance, row(i), row(j)))
                };
                let wanted = of(&rows.iter().map(|&x| f64::from(x)).collect::<Vec<_>>());
                let objective = objective(loss, distance);
                let answer =
                    ask(&Asked { objective, rows: &rows, labels: &LABELS, normalize: false, learned: &[] })
                        .expect("every loss takes these rows");
                let what = format!("{loss:?}, {distance:?}, rows of {scale}");
                let largest =
                    rows.chunks(DIM).map(|x| x.iter().map(|x| x * x).sum::<f32>()).fold(1.0, f32::max);
                // A logit of size x has an f32 error of 6e-8 x, which is the relative error of its exponential.
                let tolerance = VALUE + 4e-7 * sharpness(loss) * f64::from(largest);
                let error = (f64::from(answer.value) - wanted).abs() / wanted.abs().max(1e-6);
                assert!(error < tolerance, "{what}: {} and by the formula {wanted}", answer.value);
                let error = gradient_error(&answer.gradient, &rows, &of);
                let tolerance = GRADIENT + 4e-7 * sharpness(loss) * f64::from(largest);
                assert!(error < tolerance || wanted.abs() < 1e-6, "{what}: gradient off by {error}");
            }
        }
    }
}

#[test]
fn angles_with_logits_far_apart() {
    let rows = normals(LABELS.len() * DIM, 1.0, 4);
    for loss in [Loss::from(TupletMargin { margin: 0.1, scale: 1e4 }), TupletMargin::DEFAULT.into()] {
        let of = |rows: &[f64]| {
            let row = |i: usize| &rows[i * DIM..(i + 1) * DIM];
            formula(loss, true, &|i, j| nearness(Distance::Cosine, row(i), row(j)))
        };
        let wanted = of(&rows.iter().map(|&x| f64::from(x)).collect::<Vec<_>>());
        let objective = objective(loss, Distance::Cosine);
        let answer = ask(&Asked { objective, rows: &rows, labels: &LABELS, normalize: false, learned: &[] })
            .expect("it takes these rows");
        assert!(
            (f64::from(answer.value) / wanted - 1.0).abs() < VALUE,
            "{loss:?}: {} {wanted}",
            answer.value
        );
        assert!(gradient_error(&answer.gradient, &rows, &of) < GRADIENT, "{loss:?}");
    }
    // Pairs at their worst: softplus of a sum in the thousands, finite and with a gradient.
    let objective = objective(Circle { margin: 0.4, scale: 1e5 }, Distance::Cosine);
    let answer = ask(&Asked { objective, rows: &rows, labels: &LABELS, normalize: false, learned: &[] })
        .expect("it takes these rows");
    assert!(answer.value > 1e4 && answer.gradient.iter().any(|x| x.abs() > 1.0), "{}", answer.value);
}

#[test]
fn classes_with_logits_far_apart() {
    let weights = normals(DIM * CLASSES, 1.0, 9);
    let weight = |k: usize| -> Vec<f64> { (0..DIM).map(|i| f64::from(weights[i * CLASSES + k])).collect() };
    let cosine = |x: &[f64], k: usize| dot(x, &weight(k)) / (dot(x, x) * dot(&weight(k), &weight(k))).sqrt();
    let losses: [Loss; 6] = [
        Softmax {}.into(),
        NormalizedSoftmax { temperature: 0.001 }.into(),
        NormalizedSoftmax::DEFAULT.into(),
        Cosface { margin: 0.35, scale: 5000.0 }.into(),
        ProxyNca { scale: 2000.0 }.into(),
        ProxyAnchor { margin: 0.1, scale: 3000.0 }.into(),
    ];
    for loss in losses {
        for scale in [1.0, 300.0] {
            let rows = normals(LABELS.len() * DIM, scale, 5);
            let of = |rows: &[f64]| {
                let row = |i: usize| &rows[i * DIM..(i + 1) * DIM];
                let logit = |i: usize, k: usize| {
                    let own = f64::from(u8::from(usize::from(LABELS[i]) == k));
                    match loss {
                        Loss::Softmax(_) => dot(row(i), &weight(k)),
                        Loss::NormalizedSoftmax(loss) => cosine(row(i), k) / loss.temperature,
                        Loss::Cosface(loss) => loss.scale * (cosine(row(i), k) - loss.margin * own),
                        Loss::ProxyNca(loss) => 2.0 * loss.scale * cosine(row(i), k),
                        _ => panic!("no logits"),
                    }
                };
                if let Loss::ProxyAnchor(ProxyAnchor { margin, scale }) = loss {
                    let part = |k: usize, own: bool| {
                        let rows = (0..LABELS.len()).filter(move |&i| (usize::from(LABELS[i]) == k) == own);
                        let sign = if own { -1.0 } else { 1.0 };
                        softplus(log_sum(rows.map(|i| scale * (sign * cosine(row(i), k) + margin))))
                    };
                    let means = [true, false]
                        .map(|own| mean(&(0..CLASSES).map(|k| part(k, own)).collect::<Vec<_>>()));
                    return means[0] + means[1];
                }
                let one = |i: usize| {
                    let own = usize::from(LABELS[i]);
                    softplus(log_sum((0..CLASSES).filter(|&k| k != own).map(|k| logit(i, k) - logit(i, own))))
                };
                mean(&(0..LABELS.len()).map(one).collect::<Vec<_>>())
            };
            let wanted = of(&rows.iter().map(|&x| f64::from(x)).collect::<Vec<_>>());
            let objective = objective(loss, Distance::Cosine);
            let asked =
                Asked { objective, rows: &rows, labels: &LABELS, normalize: false, learned: &weights };
            let answer = ask(&asked).expect("a classifier takes these rows");
            let error = (f64::from(answer.value) / wanted - 1.0).abs();
            assert!(error < VALUE, "{loss:?}, rows of {scale}: {} and by the formula {wanted}", answer.value);
            let error = gradient_error(&answer.gradient, &rows, &of);
            assert!(error < GRADIENT, "{loss:?}, rows of {scale}: gradient off by {error}");
        }
    }
}

/// Numbers of the shape that a loss learns, for 2 classes.
fn learned(loss: Loss, dim: usize) -> Vec<f32> {
    let count = match loss.owns() {
        Owns::Weights { centers } => dim * 2 * centers,
        Owns::Boundaries { per_class, .. } => 1 + usize::from(per_class),
        Owns::Predictor => dim * dim,
        Owns::Nothing | Owns::Histogram { .. } => 0,
    };
    (0..count).map(|i| (i as f32 * 1.3).sin()).collect()
}

#[test]
fn classifiers_need_no_pair() {
    for loss in Loss::DEFAULTS.into_iter().filter(|loss| matches!(loss.owns(), Owns::Weights { .. })) {
        let weights = learned(loss, 2);
        for (rows, labels) in [(&[0.6, 0.8][..], &[1][..]), (&[0.6, 0.8, 1.0, 0.0][..], &[1, 0][..])] {
            let objective = objective(loss, Distance::Cosine);
            let answer = ask(&Asked { objective, rows, labels, normalize: false, learned: &weights });
            let answer = answer.unwrap_or_else(|error| panic!("{}: {error}", loss.name()));
            assert!(answer.value.is_finite() && answer.value >= 0.0, "{}: {}", loss.name(), answer.value);
        }
    }
}

#[test]
fn what_is_learned_is_checked() {
    let rows = [0.6, 0.8, 1.0, 0.0];
    for loss in Loss::DEFAULTS {
        let numbers = learned(loss, 2);
        let distance = loss.facts().written_for;
        let of = |learned: &[f32]| {
            let normalize = loss.fitting_normalize(true);
            ask(&Asked {
                objective: objective(loss, distance),
                rows: &rows,
                labels: &[1, 1],
                normalize,
                learned,
            })
        };
        if numbers.is_empty() {
            assert_eq!(
                of(&[0.5]).expect_err("nothing is learned").code(),
                "shape.mismatch",
                "{}",
                loss.name()
            );
            continue;
        }
        for wrong in [f32::NAN, f32::INFINITY] {
            let mut changed = numbers.clone();
            changed[numbers.len() - 1] = wrong;
            let error = of(&changed).expect_err("not finite");
            assert_eq!(error.code(), "data.not_finite", "{}: {error}", loss.name());
            assert!(error.to_string().contains("learned"), "{error}");
        }
        assert_eq!(of(&numbers[1..]).expect_err("too few").code(), "shape.mismatch", "{}", loss.name());
    }
}

#[test]
fn a_session_and_a_single_loss_refuse_the_same() {
    let raw = [3.0, 4.0, 1.0, 0.0, 0.0, 2.0, 1.0, 1.0];
    let unit = [0.6, 0.8, 1.0, 0.0, 0.0, 1.0, 0.8, 0.6];
    let labels = [0, 0, 1, 1];
    let fast_ap = objective(FastAp {}, Distance::SquaredEuclidean);
    let drawn = Objective {
        miner: MinerConfig::of(Miner::DistanceWeighted),
        ..objective(Margin::DEFAULT, Distance::Euclidean)
    };
    for objective in [fast_ap, drawn] {
        let of = |rows: &[f32], normalize| {
            ask(&Asked { objective, rows, labels: &labels, normalize, learned: &[] })
        };
        let error = of(&raw, false).expect_err("rows of length 5");
        assert_eq!(error.code(), "config.invalid", "{error}");
        assert!(error.to_string().starts_with("embedding.normalize"), "{error}");
        let scaled = of(&unit, false).expect("rows of length 1");
        let again = of(&unit, true).expect("scaled to length 1");
        assert!((scaled.value - again.value).abs() < 1e-4, "{} {}", scaled.value, again.value);
        assert!(of(&raw, true).is_ok(), "scaled to length 1");
    }
    let vicreg = objective(Vicreg::DEFAULT, Distance::Euclidean);
    let of =
        |normalize| ask(&Asked { objective: vicreg, rows: &unit, labels: &labels, normalize, learned: &[] });
    assert!(of(false).is_ok() && of(true).is_err(), "VICReg takes rows as they are");
    let wrong = objective(FastAp {}, Distance::Euclidean);
    let error = ask(&Asked { objective: wrong, rows: &unit, labels: &labels, normalize: true, learned: &[] });
    let message = error.expect_err("fastAp takes squared distances alone").to_string();
    assert_eq!(message, "distance must be squaredEuclidean for the loss fastAp");
}

#[test]
fn two_thousand_rows_of_two_classes() {
    let count = 2048_u16;
    let rows: Vec<f32> = (0..2 * count).map(|i| f32::from(u8::from((i >> 1) % 2 == (i & 1)))).collect();
    let labels: Vec<u16> = (0..count).map(|row| row % 2).collect();
    let objective = objective(Triplet::DEFAULT, Distance::Euclidean);
    let began = std::time::Instant::now();
    match ask(&Asked { objective, rows: &rows, labels: &labels, normalize: false, learned: &[] }) {
        Ok(answer) => {
            assert_eq!((answer.value, answer.active), (0.0, 0.0));
            assert!(answer.gradient.iter().all(|&x| x == 0.0));
        }
        Err(error) => {
            assert_eq!(error.code(), "data.too_large", "{error}");
            assert!(began.elapsed().as_secs_f64() < 1.0, "refused at once");
        }
    }
}

/// The triplet loss in f64 over every triplet that the miner takes, how many are above zero, of how many, and the gradient.
fn triplets(rows: &[f32], labels: &[u16], margin: f64, semihard: Option<f64>) -> (f64, [f64; 2], Vec<f64>) {
    let dim = rows.len() / labels.len();
    let row = |i: usize| -> Vec<f64> { rows[i * dim..(i + 1) * dim].iter().map(|&x| f64::from(x)).collect() };
    let d = |i: usize, j: usize| -nearness(Distance::Euclidean, &row(i), &row(j));
    let table: Vec<f64> =
        (0..labels.len().pow(2)).map(|at| d(at / labels.len(), at % labels.len())).collect();
    let mut pulls = vec![0.0; table.len()];
    let (mut sum, mut active, mut all) = (0.0, 0.0, 0.0);
    for a in 0..labels.len() {
        for p in (0..labels.len()).filter(|&p| p != a && labels[p] == labels[a]) {
            for n in (0..labels.len()).filter(|&n| labels[n] != labels[a]) {
                all += 1.0;
                let (ap, an) = (table[a * labels.len() + p], table[a * labels.len() + n]);
                let taken = semihard.is_none_or(|m| an - ap > 0.0 && an - ap <= m);
                if taken && ap - an + margin > 0.0 {
                    sum += ap - an + margin;
                    active += 1.0;
                    pulls[a * labels.len() + p] += 1.0;
                    pulls[a * labels.len() + n] -= 1.0;
                }
            }
        }
    }
    let mut gradient = vec![0.0; rows.len()];
    for (at, pull) in pulls.iter().enumerate().filter(|(_, pull)| **pull != 0.0) {
        let (i, j) = (at / labels.len(), at % labels.len());
        for k in 0..dim {
            let slope = (row(i)[k] - row(j)[k]) / table[at] * pull / active;
            gradient[i * dim + k] += slope;
            gradient[j * dim + k] -= slope;
        }
    }
    (sum / active, [active, all], gradient)
}

#[test]
fn a_large_batch_is_done_in_blocks() {
    // 100 rows of two classes: half a million places in the grid fit at once; 380 rows take 27 million, in blocks.
    for (count, semihard) in [(100, None), (380, None), (380, Some(0.2))] {
        let rows = normals(count * 6, 1.0, 7);
        let labels: Vec<u16> = (0..count).map(|row| u16::from(row % 2 == 1)).collect();
        let miner = semihard.map_or(MinerConfig::DEFAULT, |margin| MinerConfig {
            margin,
            ..MinerConfig::of(Miner::Semihard)
        });
        let objective = Objective { miner, ..objective(Triplet::DEFAULT, Distance::Euclidean) };
        let answer = ask(&Asked { objective, rows: &rows, labels: &labels, normalize: false, learned: &[] })
            .expect("blocks of it fit");
        let (value, [above, all], gradient) = triplets(&rows, &labels, 0.05, semihard);
        assert!((f64::from(answer.value) / value - 1.0).abs() < 1e-4, "{count}: {} {value}", answer.value);
        assert!((f64::from(answer.active) - above / all).abs() < 1e-4, "{count}: {} {above}", answer.active);
        let largest = gradient.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
        // f32 takes some triplets at the border that f64 leaves out: each moves a component by up to 1 / above.
        let tolerance = 1e-3 * largest + 8.0 / above;
        for (found, wanted) in answer.gradient.iter().zip(&gradient) {
            assert!((f64::from(*found) - wanted).abs() < tolerance, "{count}: {found} and {wanted}");
        }
    }
}

/// Under the sum, weights of classes are linear: whole batches (100 rows) and blocks (380) alike.
#[test]
fn weights_of_classes_and_a_reducer_on_rows_of_a_client() {
    for count in [100, 380] {
        let rows = normals(count * 4, 1.0, 7);
        let labels: Vec<u16> = (0..count).map(|row| u16::from(row % 2 == 1)).collect();
        let given = Rows::new("rows", &rows, 4).expect("finite rows");
        let by = |reducer, class_weights: &[f64]| {
            let objective = objective(Triplet::DEFAULT, Distance::Euclidean);
            let asked =
                LossRequest { reducer: Some(reducer), class_weights, ..request(objective, given, &labels) };
            block_on(loss_of(&asked, &Device::flex())).expect("a loss")
        };
        let [first, second, both] =
            [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]].map(|weights| by(Reduction::Sum, &weights));
        let close = |got: f32, wanted: f32, what: &str| {
            assert!((got - wanted).abs() <= 1e-4 * both.value.abs(), "{count}, {what}: {got}, not {wanted}");
        };
        close(first.value + second.value, both.value, "the sum of both classes");
        assert!(
            first.value > 0.1 * both.value && second.value > 0.1 * both.value,
            "{count}: each has a part"
        );
        for (at, &wanted) in both.gradient.iter().enumerate() {
            let got = first.gradient[at] + second.gradient[at];
            assert!(
                (got - wanted).abs() <= 1e-3 * (1.0 + wanted.abs()),
                "{count}, {at}: {got}, not {wanted}"
            );
        }
        close(by(Reduction::Sum, &[3.0, 3.0]).value, 3.0 * both.value, "three times each");
        close(1e3 * by(Reduction::Divisor { by: 1e3 }, &[]).value, both.value, "a thousandth, unweighted");
        let triplets = (count * (count / 2 - 1) * (count / 2)) as f32;
        close(triplets * by(Reduction::Mean, &[]).value, both.value, "the mean of all triplets");
    }
}

#[test]
fn a_bias_on_rows_of_a_client_by_hand() {
    // Logits are the bias: p = 3/4 of the own class, −ln p, and p − 1 and 1/4 by the bias.
    let rows = Rows::new("rows", &[1.0], 1).expect("one row");
    let softmax = objective(Softmax {}, Distance::Euclidean);
    let of = |bias: &[f32]| {
        let asked = LossRequest { learned: &[0.0, 0.0], bias, ..request(softmax, rows, &[0]) };
        block_on(loss_of(&asked, &Device::flex()))
    };
    let found = of(&[3.0_f32.ln(), 0.0]).expect("a loss");
    assert!((found.value - (4.0_f32 / 3.0).ln()).abs() < 1e-6, "{found:?}");
    assert!((found.bias_gradient[0] + 0.25).abs() < 1e-6 && (found.bias_gradient[1] - 0.25).abs() < 1e-6);
    let none = of(&[]).expect("a bias of zeros");
    assert!((none.value - 2.0_f32.ln()).abs() < 1e-6 && none.bias_gradient.len() == 2, "{none:?}");
    let code =
        |asked: LossRequest<'_>| block_on(loss_of(&asked, &Device::flex())).expect_err("refused").code();
    assert_eq!(of(&[1.0]).expect_err("one of two").code(), "shape.mismatch");
    assert_eq!(of(&[f32::NAN, 0.0]).expect_err("not a number").code(), "data.not_finite");
    let triplet = || request(objective(Triplet::DEFAULT, Distance::Euclidean), rows, &[3]);
    assert_eq!(code(LossRequest { bias: &[1.0], ..triplet() }), "shape.mismatch", "it learns nothing");
    assert_eq!(code(LossRequest { class_weights: &[1.0; 3], ..triplet() }), "config.invalid", "four classes");
    assert_eq!(code(LossRequest { class_weights: &[1.0, 1.0, 1.0, -1.0], ..triplet() }), "config.invalid");
    let threshold = Some(Reduction::Threshold { low: 1.0, high: 0.0 });
    assert_eq!(code(LossRequest { reducer: threshold, ..triplet() }), "config.invalid");
}

#[test]
fn an_objective_that_cannot_be_computed_is_a_coded_error() {
    let device = Device::flex();
    let tensor = |values: &[f32], shape: [usize; 2]| {
        Tensor::<2>::from_data(TensorData::new(values.to_vec(), shape), &device)
    };
    let rows = tensor(&[0.6, 0.8, 1.0, 0.0, 0.0, 1.0], [3, 2]);
    let code =
        |loss: Loss, labels: &[u16], learned: Learned, memory: Option<Tensor<2>>, remembered: &[u16]| {
            let pairing = Pairing::with_memory(labels, remembered, &device);
            let mut random = Random::new(1);
            let input = Input { learned, memory, ..Input::new(rows.clone(), &pairing, &mut random) };
            let distance = loss.facts().written_for;
            match objective(loss, distance).value(input) {
                Ok(_) => "taken",
                Err(error) => error.code(),
            }
        };
    let none = Learned::default;
    let weights = |columns: usize, dim: usize| Learned {
        weights: Some((
            tensor(&vec![0.5; columns * dim], [dim, columns]),
            tensor(&vec![0.0; columns], [1, columns]),
        )),
        ..none()
    };
    let softmax = Loss::from(Softmax {});
    let triplet = Loss::from(Triplet::DEFAULT);
    let learned = Loss::from(Margin { boundary: metriclab::losses::Boundary::PerClass, ..Margin::DEFAULT });
    let labels = [0, 0, 1];
    assert_eq!(code(softmax, &labels, weights(2, 2), None, &[]), "taken");
    assert_eq!(code(softmax, &labels, none(), None, &[]), "config.invalid", "no weights");
    assert_eq!(
        code(softmax, &labels, weights(1, 2), None, &[]),
        "shape.mismatch",
        "fewer columns than classes"
    );
    assert_eq!(code(softmax, &labels, weights(2, 3), None, &[]), "shape.mismatch", "weights of other rows");
    assert_eq!(code(softmax, &[0, 1], weights(2, 2), None, &[]), "shape.mismatch", "fewer labels than rows");
    let no_centers = SubcenterArcface { centers: 0, ..SubcenterArcface::DEFAULT }.into();
    assert_eq!(code(no_centers, &labels, weights(2, 2), None, &[]), "config.invalid", "no centres");
    assert_eq!(code(learned, &labels, none(), None, &[]), "config.invalid", "no boundaries");
    let one = Learned { boundary: Some(tensor(&[1.0], [1, 1])), ..none() };
    assert_eq!(code(learned, &labels, one, None, &[]), "shape.mismatch", "one boundary for two classes");
    let two = Learned { boundary: Some(tensor(&[1.0; 4], [2, 2])), ..none() };
    assert_eq!(code(learned, &labels, two, None, &[]), "shape.mismatch", "two boundaries for a class");
    assert_eq!(code(triplet, &[0, 1, 2], none(), None, &[]), "batch.no_positive", "no pair");
    assert_eq!(code(Vicreg::DEFAULT.into(), &[0, 1, 2], none(), None, &[]), "batch.no_positive", "no views");
    let memory = || Some(tensor(&[1.0, 0.0], [1, 2]));
    assert_eq!(code(triplet, &labels, none(), memory(), &[1]), "taken", "one row remembered");
    assert_eq!(code(triplet, &labels, none(), memory(), &[]), "shape.mismatch", "a memory without labels");
    assert_eq!(code(triplet, &labels, none(), None, &[1]), "shape.mismatch", "labels without a memory");
    let swap = Triplet { swap: true, ..Triplet::DEFAULT }.into();
    assert_eq!(
        code(swap, &labels, none(), memory(), &[1]),
        "config.invalid",
        "the swap sees the batch alone"
    );
    assert_eq!(code(NPairs {}.into(), &labels, none(), None, &[]), "taken", "one class with a pair");
}

#[test]
fn the_mean_counts_lone_rows_as_0() {
    // The last of the eight rows has no positive: the losses' own reducers leave it out, the mean counts it as 0.
    let rows = normals(LABELS.len() * DIM, 1.0, 6);
    let device = Device::flex();
    let of = |loss: Loss, reduction: Option<Reduction>| {
        let pairing = Pairing::new(&LABELS, &device);
        let mut random = Random::new(1);
        let tensor = Tensor::<2>::from_data(TensorData::new(rows.clone(), [LABELS.len(), DIM]), &device);
        let input = Input::new(tensor, &pairing, &mut random);
        let found = objective(loss, Distance::Cosine).value_by(input, reduction, None);
        found.expect("it takes these rows").value.into_scalar::<f32>()
    };
    for loss in [Loss::from(Supcon::DEFAULT), Circle::DEFAULT.into()] {
        let (own, mean) = (of(loss, None), of(loss, Some(Reduction::Mean)));
        assert!((mean / own - 7.0 / 8.0).abs() < 1e-5, "{loss:?}: {mean} of {own}");
    }
}

#[test]
fn a_loss_that_remembers_is_a_sum_over_anchors() {
    // Each half of a batch with the other half to compare with: the two sums are the sum of the whole.
    let labels = [0, 0, 1, 1, 2, 0, 1, 2];
    let rows = normals(labels.len() * DIM, 1.0, 8);
    let device = Device::flex();
    let sum = |loss: Loss, own: Range<usize>| {
        let others: Vec<usize> = (0..labels.len()).filter(|row| !own.contains(row)).collect();
        let of = |at: &[usize]| {
            let values: Vec<f32> = at.iter().flat_map(|&i| rows[i * DIM..(i + 1) * DIM].to_vec()).collect();
            let tensor = Tensor::<2>::from_data(TensorData::new(values, [at.len(), DIM]), &device);
            metriclab::distances::normalize(tensor)
        };
        let of_labels = |at: &[usize]| at.iter().map(|&i| labels[i]).collect::<Vec<u16>>();
        let own: Vec<usize> = own.collect();
        let pairing = Pairing::with_memory(&of_labels(&own), &of_labels(&others), &device);
        let mut random = Random::new(1);
        let memory = (!others.is_empty()).then(|| of(&others));
        let input = Input { memory, ..Input::new(of(&own), &pairing, &mut random) };
        let distance = loss.facts().written_for;
        let found = objective(loss, distance).value_by(input, Some(Reduction::Sum), None);
        found.unwrap_or_else(|error| panic!("{}: {error}", loss.name())).value.into_scalar::<f32>()
    };
    let by_anchor = |loss: &Loss| loss.remembers() && loss.owns() == Owns::Nothing;
    let mut checked = 0;
    for loss in Loss::DEFAULTS.into_iter().filter(by_anchor) {
        let (whole, halves) = (sum(loss, 0..8), sum(loss, 0..4) + sum(loss, 4..8));
        assert!(
            (whole - halves).abs() < 1e-4 * whole.abs().max(1.0),
            "{}: {whole} and {halves}",
            loss.name()
        );
        checked += 1;
    }
    assert!(checked > 12, "{checked} losses remember");
}
