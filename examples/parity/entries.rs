//! The entries of a file of reference figures, recomputed: losses with their gradients, miners' lists, distance
//! matrices and retrieval scores.

use burn::tensor::{Device, Tensor, TensorData};
use metriclab::distances::{Distance, normalize};
use metriclab::evaluation::retrieval::leave_one_out;
use metriclab::losses::{
    Angular, Arcface, Boundary, Circle, Contrastive, Cosface, FastAp, GeneralizedLifted, Histogram, Lifted,
    Looks, Loss, Margin, MultiSimilarity, NPairs, Nca, NormalizedSoftmax, Ntxent, Owns, ProxyAnchor,
    ProxyNca, SoftTriple, Supcon, Triplet, TupletMargin, Vicreg,
};
use metriclab::miners::{HostMining, Mined, Miner, MinerConfig};
use metriclab::neighbours::Rows;
use metriclab::objective::{Input, Learned, Objective};
use metriclab::pairing::{Pairing, Pairs};
use metriclab::random::Random;
use serde_json::Value;

/// Relative error allowed of a value in f32 (the reference's own f32 stays within 3e-7).
const VALUE_TOLERANCE: f64 = 1e-5;
/// Error allowed of a gradient, relative to its largest component (the reference: 7e-6).
const GRADIENT_TOLERANCE: f64 = 1e-4;
/// Error allowed of a distance in f32, relative to 1 or to its size, whichever is larger.
const DISTANCE_TOLERANCE: f64 = 1e-6;
/// Below this a value is compared absolutely.
const SMALLEST: f64 = 1e-12;

/// The fault of an entry that is not computed here.
pub const UNKNOWN: &str = "no such entry is known here";

/// What came of one entry.
pub struct Outcome {
    /// Its place in the file, like `losses.triplet`.
    pub name: String,
    /// The value here and in the file; of a matrix the first entry, of a list its length.
    pub values: Option<(f64, f64)>,
    /// Relative error of the value, and of the gradient.
    pub errors: (f64, Option<f64>),
    /// Why it is not right, if it is not.
    pub fault: Option<String>,
}

impl Outcome {
    fn unknown(name: String) -> Self {
        Self::without_value(name, UNKNOWN.into())
    }

    fn without_value(name: String, fault: String) -> Self {
        Self { name, values: None, errors: (f64::NAN, None), fault: Some(fault) }
    }
}

/// A file of reference figures.
pub struct Figures {
    json: Value,
    labels: Vec<u16>,
    dim: usize,
    embeddings: Vec<f32>,
    device: Device,
}

/// All numbers of a nested array, in order.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        other => other.as_f64().into_iter().collect(),
    }
}

fn floats(value: &Value) -> Vec<f32> {
    numbers(value).iter().map(|&x| x as f32).collect()
}

fn read(tensor: Tensor<2>) -> Vec<f64> {
    tensor.into_data().iter::<f32>().map(f64::from).collect()
}

/// Largest difference, relative to the largest expected number; infinite for other lengths and for NaN.
fn gradient_error(got: &[f64], want: &[f64]) -> f64 {
    let largest = want.iter().fold(SMALLEST, |m, x| m.max(x.abs()));
    if got.len() != want.len() || got.iter().any(|x| x.is_nan()) {
        return f64::INFINITY;
    }
    got.iter().zip(want).fold(0.0, |m: f64, (x, y)| m.max((x - y).abs() / largest))
}

/// Distance, miner and loss of an entry.
fn loss_of(name: &str) -> Option<(Distance, MinerConfig, Loss)> {
    use Distance::{Cosine, Euclidean, SquaredEuclidean};
    let triplet = |margin, swap, smooth| Loss::Triplet(Triplet { margin, swap, smooth });
    let mined = MinerConfig::of;
    let plain = |distance, loss| Some((distance, MinerConfig::of(Miner::None), loss));
    let (pos_margin, neg_margin) = (0.0, 1.0);
    match name {
        "snr_contrastive" => plain(Distance::Snr, Loss::Contrastive(Contrastive { pos_margin, neg_margin })),
        "contrastive" => plain(Euclidean, Loss::Contrastive(Contrastive { pos_margin, neg_margin })),
        "triplet" => plain(Euclidean, triplet(0.05, false, false)),
        "triplet_soft" => plain(Euclidean, triplet(0.05, false, true)),
        "triplet_swap" => plain(Euclidean, triplet(0.05, true, false)),
        "triplet_hard_mined" => Some((Euclidean, mined(Miner::Hard), triplet(0.2, false, false))),
        "triplet_semihard_mined" => Some((Euclidean, mined(Miner::Semihard), triplet(0.2, false, false))),
        "triplet_batch_hard" => Some((Euclidean, mined(Miner::BatchHard), triplet(0.2, false, false))),
        "margin" => plain(
            Euclidean,
            Loss::Margin(Margin { alpha: 0.2, beta: 1.2, boundary: Boundary::Fixed, nu: 0.0 }),
        ),
        "ntxent" => plain(Cosine, Loss::Ntxent(Ntxent { temperature: 0.07 })),
        "supcon" => plain(Cosine, Loss::Supcon(Supcon { temperature: 0.1 })),
        "nca" => plain(SquaredEuclidean, Loss::Nca(Nca { scale: 1.0 })),
        "lifted" => plain(Euclidean, Loss::Lifted(Lifted { pos_margin, neg_margin })),
        "generalized_lifted" => {
            plain(Euclidean, Loss::GeneralizedLifted(GeneralizedLifted { pos_margin, neg_margin }))
        }
        "multi_similarity" => plain(
            Cosine,
            Loss::MultiSimilarity(MultiSimilarity { pos_scale: 2.0, neg_scale: 50.0, base: 0.5 }),
        ),
        "circle" => plain(Cosine, Loss::Circle(Circle { margin: 0.4, scale: 80.0 })),
        "tuplet_margin" => {
            plain(Cosine, Loss::TupletMargin(TupletMargin { margin: 5.73f64.to_radians(), scale: 64.0 }))
        }
        "n_pairs" => plain(Cosine, Loss::NPairs(NPairs {})),
        "fastap" => plain(SquaredEuclidean, Loss::FastAp(FastAp {})),
        "histogram" => plain(Cosine, Loss::Histogram(Histogram {})),
        "normalized_softmax" => {
            plain(Cosine, Loss::NormalizedSoftmax(NormalizedSoftmax { temperature: 0.05 }))
        }
        "cosface" => plain(Cosine, Loss::Cosface(Cosface { margin: 0.35, scale: 64.0 })),
        "arcface" => plain(Cosine, Loss::Arcface(Arcface { margin: 28.6f64.to_radians(), scale: 64.0 })),
        "proxy_nca" => plain(Cosine, Loss::ProxyNca(ProxyNca { scale: 1.0 })),
        "proxy_anchor" => plain(Cosine, Loss::ProxyAnchor(ProxyAnchor { margin: 0.1, scale: 32.0 })),
        "angular" => plain(Cosine, Loss::Angular(Angular { angle: 40.0 })),
        "soft_triple" => {
            plain(Cosine, Loss::SoftTriple(SoftTriple { margin: 0.01, scale: 20.0, gamma: 0.1, centers: 10 }))
        }
        "vicreg" => {
            plain(Euclidean, Loss::Vicreg(Vicreg { invariance: 25.0, variance: 25.0, covariance: 1.0 }))
        }
        _ => None,
    }
}

/// Losses that the reference gives embeddings of any length.
fn takes_raw(loss: Loss) -> bool {
    matches!(loss, Loss::Angular(_) | Loss::Vicreg(_))
}

/// Distance and miner of an entry.
fn miner_of(name: &str) -> Option<(Distance, MinerConfig)> {
    let of = |kind| Some((Distance::Euclidean, MinerConfig::of(kind)));
    match name {
        "triplet_margin_all_0.2" => of(Miner::All),
        "triplet_margin_hard_0.2" => of(Miner::Hard),
        "triplet_margin_semihard_0.2" => of(Miner::Semihard),
        "triplet_margin_easy_0.2" => of(Miner::Easy),
        "batch_hard" => of(Miner::BatchHard),
        "batch_easy_hard" => of(Miner::BatchEasyHard),
        "batch_easy_semihard" => of(Miner::BatchEasySemihard),
        "pair_margin_0.2_0.8" => of(Miner::PairMargin),
        "angular_20" => of(Miner::Angular),
        "hdc_0.5" => of(Miner::Hdc),
        "multi_similarity_0.1" => {
            Some((Distance::Cosine, MinerConfig { margin: 0.1, ..MinerConfig::of(Miner::MultiSimilarity) }))
        }
        _ => None,
    }
}

impl Figures {
    /// Reads a file.
    pub fn parse(text: &str, device: &Device) -> Result<Self, String> {
        let json: Value = serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        let labels: Vec<u16> = numbers(&json["labels"]).iter().map(|&x| x as u16).collect();
        let embeddings = floats(&json["embeddings"]);
        let rows = labels.len();
        if rows == 0 || embeddings.is_empty() || !embeddings.len().is_multiple_of(rows) {
            return Err(format!("{} numbers do not make {rows} rows of embeddings", embeddings.len()));
        }
        Ok(Self { dim: embeddings.len() / rows, json, labels, embeddings, device: device.clone() })
    }

    /// Recomputes every entry.
    pub fn outcomes(&self) -> Vec<Outcome> {
        let names = |part: &str| -> Vec<String> {
            self.json[part].as_object().map(|entries| entries.keys().cloned().collect()).unwrap_or_default()
        };
        let mut all: Vec<Outcome> = names("losses").iter().map(|name| self.loss(name)).collect();
        all.extend(names("miners").iter().map(|name| self.miner(name)));
        all.extend(names("distances").iter().map(|name| self.distance(name)));
        for part in ["metrics_numpy", "metrics_pml"] {
            all.extend(names(part).iter().map(|name| self.score(part, name)));
        }
        all
    }

    fn rows(&self, device: &Device) -> Tensor<2> {
        let shape = [self.labels.len(), self.dim];
        Tensor::from_data(TensorData::new(self.embeddings.clone(), shape), device)
    }

    /// Class weights, with several centres a class from the field for these.
    fn learned(&self, centers: usize, device: &Device) -> Learned {
        let weights = floats(&self.json[if centers == 1 { "W_DxC" } else { "fc_Dx(C*K)" }]);
        let columns = weights.len() / self.dim;
        let weight =
            Tensor::<2>::from_data(TensorData::new(weights, [self.dim, columns]), device).require_grad();
        Learned { weights: Some((weight, Tensor::zeros([1, columns], device))), ..Learned::default() }
    }

    /// The rows and, for a loss on two views, the second view behind them.
    fn batch(&self, raw: Tensor<2>, loss: Loss) -> (Tensor<2>, Vec<u16>) {
        if loss.looks() != Looks::Views {
            let rows = if takes_raw(loss) { raw } else { normalize(raw) };
            return (rows, self.labels.clone());
        }
        let views = floats(&self.json["ref_view"]);
        let shape = [views.len() / self.dim, self.dim];
        let second = Tensor::from_data(TensorData::new(views, shape), &raw.device());
        // Row i of the one and of the other are views of one thing.
        let each = 0..self.labels.len() as u16;
        (Tensor::cat(vec![raw, second], 0), each.clone().chain(each).collect())
    }

    fn loss(&self, entry: &str) -> Outcome {
        let name = format!("losses.{entry}");
        let Some((distance, miner, mut loss)) = loss_of(entry) else { return Outcome::unknown(name) };
        if let (Loss::SoftTriple(SoftTriple { centers, .. }), Some(given)) =
            (&mut loss, self.json["K"].as_u64())
        {
            *centers = given as usize;
        }
        let expected = &self.json["losses"][entry];
        let device = self.device.clone().autodiff();
        let raw = self.rows(&device).require_grad();
        let learned = match loss.owns() {
            Owns::Weights { centers } => self.learned(centers, &device),
            _ => Learned::default(),
        };
        let weight = learned.weights.clone().map(|(weight, _)| weight);
        let (rows, labels) = self.batch(raw.clone(), loss);
        let mut random = Random::new(1);
        let pairing = Pairing::new(&labels, &device);
        let input = Input { learned, ..Input::new(rows, &pairing, &mut random) };
        let value = Objective { distance, miner, loss }.value(input);
        let value = match value {
            Ok(value) => value.value,
            Err(error) => return Outcome::without_value(name, error.to_string()),
        };
        let got = f64::from(value.clone().into_scalar::<f32>());
        let want = expected["value"].as_f64().unwrap_or(f64::NAN);
        let gradients = value.backward();
        let by_rows = raw.grad(&gradients).map(read).unwrap_or_default();
        // A file may leave gradients out; what it has is compared.
        let mut error = (!expected["grad_embeddings"].is_null())
            .then(|| gradient_error(&by_rows, &numbers(&expected["grad_embeddings"])));
        let by_weight = weight.and_then(|weight| weight.grad(&gradients));
        if let Some(gradient) = by_weight.filter(|_| !expected["grad_weight"].is_null()) {
            // The reference holds a class in a column for classifiers, in a row for proxies.
            let gradient = if entry.starts_with("proxy") { gradient.transpose() } else { gradient };
            let found = gradient_error(&read(gradient), &numbers(&expected["grad_weight"]));
            error = Some(error.map_or(found, |error| error.max(found)));
        }
        let off = (got - want).abs() / want.abs().max(SMALLEST);
        let right = off <= VALUE_TOLERANCE && error.is_none_or(|error| error <= GRADIENT_TOLERANCE);
        let fault = (!right).then(|| "value or gradient".into());
        Outcome { name, values: Some((got, want)), errors: (off, error), fault }
    }

    fn miner(&self, entry: &str) -> Outcome {
        let name = format!("miners.{entry}");
        let Some((distance, config)) = miner_of(entry) else { return Outcome::unknown(name) };
        let raw = self.rows(&self.device);
        // The reference takes angles between embeddings of any length.
        let rows = if config.kind == Miner::Angular { raw } else { normalize(raw) };
        let matrix: Vec<f32> = distance.matrix(rows.clone(), rows).into_data().iter::<f32>().collect();
        let mining = HostMining { distance, matrix: &matrix, labels: &self.labels, dim: self.dim };
        let mined = config.mine(&mining, &mut Random::new(1));
        let lists: Vec<Vec<f64>> = match &self.json["miners"][entry] {
            Value::Array(lists) => lists.iter().map(numbers).collect(),
            _ => Vec::new(),
        };
        // Three lists are triplets; four are the positive pairs and the negative pairs.
        let listed = |of: &[usize]| -> Vec<Vec<usize>> {
            let count = of.first().and_then(|&list| lists.get(list)).map_or(0, Vec::len);
            let at = |list: usize, i: usize| lists[list].get(i).map_or(usize::MAX, |&x| x as usize);
            (0..count).map(|i| of.iter().map(|&list| at(list, i)).collect()).collect()
        };
        let pairs = |pairs: &Pairs| pairs.iter().map(|(a, b)| vec![a, b]).collect::<Vec<_>>();
        let (mut got, mut want) = match (lists.len(), &mined) {
            (4, Mined::Pairs(positives, negatives)) => {
                (vec![pairs(positives), pairs(negatives)], vec![listed(&[0, 1]), listed(&[2, 3])])
            }
            (4, Mined::Triplets(triplets)) => {
                let of = |pick: fn((usize, usize, usize)) -> Vec<usize>| triplets.iter().map(pick).collect();
                let got = vec![of(|(a, p, _)| vec![a, p]), of(|(a, _, n)| vec![a, n])];
                (got, vec![listed(&[0, 1]), listed(&[2, 3])])
            }
            (3, _) => {
                let triplets = mined.triplets();
                (vec![triplets.iter().map(|(a, p, n)| vec![a, p, n]).collect()], vec![listed(&[0, 1, 2])])
            }
            _ => return Outcome::without_value(name, "neither three nor four lists".into()),
        };
        got.iter_mut().chain(&mut want).for_each(|list| list.sort_unstable());
        let count = |lists: &[Vec<Vec<usize>>]| lists.iter().map(Vec::len).sum::<usize>() as f64;
        let fault = (got != want).then(|| "other triplets".into());
        let error = if got == want { 0.0 } else { f64::INFINITY };
        Outcome { name, values: Some((count(&got), count(&want))), errors: (error, None), fault }
    }

    fn distance(&self, entry: &str) -> Outcome {
        let name = format!("distances.{entry}");
        let raw = self.rows(&self.device);
        let (distance, rows) = match entry {
            "lp2_normalized" => (Distance::Euclidean, normalize(raw)),
            "lp2_squared_normalized" => (Distance::SquaredEuclidean, normalize(raw)),
            "lp2_raw" => (Distance::Euclidean, raw),
            // The reference normalises its dot product by default.
            "cosine" | "dot_normalized_default" => (Distance::Cosine, raw),
            "dot_raw" => (Distance::Dot, raw),
            // Scaled to length 1 in the norm of its own p.
            "lp1_normalized_p1" => (Distance::Manhattan, {
                let lengths = raw.clone().abs().sum_dim(1);
                raw / lengths
            }),
            "snr_normalized" => (Distance::Snr, normalize(raw)),
            _ => return Outcome::unknown(name),
        };
        let got = read(distance.matrix(rows.clone(), rows));
        let want = numbers(&self.json["distances"][entry]);
        let error = if got.len() == want.len() {
            got.iter().zip(&want).fold(0.0, |m: f64, (x, y)| m.max((x - y).abs() / y.abs().max(1.0)))
        } else {
            f64::INFINITY
        };
        let fault = (error > DISTANCE_TOLERANCE).then(|| "other distances".into());
        let second = |values: &[f64]| values.get(1).copied().unwrap_or(f64::NAN);
        Outcome { name, values: Some((second(&got), second(&want))), errors: (error, None), fault }
    }

    fn score(&self, part: &str, entry: &str) -> Outcome {
        let name = format!("{part}.{entry}");
        let want = self.json[part][entry].as_f64().unwrap_or(f64::NAN);
        let scores = Rows::new("embeddings", &self.embeddings, self.dim)
            .and_then(|rows| leave_one_out(rows, &self.labels, Distance::Cosine, 1));
        let scores = match scores {
            Ok(scores) => scores,
            Err(error) => return Outcome::without_value(name, error.to_string()),
        };
        let got = match entry {
            "precision_at_1" => scores.recall_at_1,
            "r_precision" => scores.r_precision,
            "mean_average_precision_at_r" => scores.map_at_r,
            "mean_average_precision" => scores.mean_average_precision,
            "mean_reciprocal_rank" => scores.mean_reciprocal_rank,
            _ => return Outcome::unknown(name),
        };
        let error = (got - want).abs() / want.abs().max(SMALLEST);
        let fault = (error > VALUE_TOLERANCE || error.is_nan()).then(|| "another score".into());
        Outcome { name, values: Some((got, want)), errors: (error, None), fault }
    }
}
