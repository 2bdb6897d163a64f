//! The entries of a file of reference figures, recomputed: losses with their gradients, miners' lists, distance
//! matrices and retrieval scores.

use burn::tensor::{Device, Int, Tensor, TensorData};
use metriclab::distances::{Distance, normalize};
use metriclab::evaluation::retrieval::leave_one_out;
use metriclab::losses::{Looks, Loss};
use metriclab::miners::{Miner, MinerConfig};
use metriclab::neighbours::Rows;
use metriclab::pairing::TripletGrid;
use metriclab::session::{ClassScores, Objective};
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

const UNMINED: MinerConfig = MinerConfig { kind: Miner::None, margin: 0.2 };

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
    let triplet = |margin, swap, smooth| Loss::Triplet { margin, swap, smooth };
    let mined = |kind| MinerConfig { kind, margin: 0.2 };
    let plain = |distance, loss| Some((distance, UNMINED, loss));
    let (pos_margin, neg_margin) = (0.0, 1.0);
    match name {
        "snr_contrastive" => plain(Distance::Snr, Loss::Contrastive { pos_margin, neg_margin }),
        "contrastive" => plain(Euclidean, Loss::Contrastive { pos_margin, neg_margin }),
        "triplet" => plain(Euclidean, triplet(0.05, false, false)),
        "triplet_soft" => plain(Euclidean, triplet(0.05, false, true)),
        "triplet_swap" => plain(Euclidean, triplet(0.05, true, false)),
        "triplet_hard_mined" => Some((Euclidean, mined(Miner::Hard), triplet(0.2, false, false))),
        "triplet_semihard_mined" => Some((Euclidean, mined(Miner::Semihard), triplet(0.2, false, false))),
        "triplet_batch_hard" => Some((Euclidean, mined(Miner::BatchHard), triplet(0.2, false, false))),
        "margin" => plain(Euclidean, Loss::Margin { alpha: 0.2, beta: 1.2 }),
        "ntxent" => plain(Cosine, Loss::Ntxent { temperature: 0.07 }),
        "supcon" => plain(Cosine, Loss::Supcon { temperature: 0.1 }),
        "nca" => plain(SquaredEuclidean, Loss::Nca { scale: 1.0 }),
        "lifted" => plain(Euclidean, Loss::Lifted { pos_margin, neg_margin }),
        "generalized_lifted" => plain(Euclidean, Loss::GeneralizedLifted { pos_margin, neg_margin }),
        "multi_similarity" => {
            plain(Cosine, Loss::MultiSimilarity { pos_scale: 2.0, neg_scale: 50.0, base: 0.5 })
        }
        "circle" => plain(Cosine, Loss::Circle { margin: 0.4, scale: 80.0 }),
        "tuplet_margin" => plain(Cosine, Loss::TupletMargin { margin: 5.73f64.to_radians(), scale: 64.0 }),
        "n_pairs" => plain(Cosine, Loss::NPairs),
        "fastap" => plain(SquaredEuclidean, Loss::FastAp),
        "histogram" => plain(Cosine, Loss::Histogram),
        "normalized_softmax" => plain(Cosine, Loss::NormalizedSoftmax { temperature: 0.05 }),
        "cosface" => plain(Cosine, Loss::Cosface { margin: 0.35, scale: 64.0 }),
        "arcface" => plain(Cosine, Loss::Arcface { margin: 28.6f64.to_radians(), scale: 64.0 }),
        "proxy_nca" => plain(Cosine, Loss::ProxyNca { scale: 1.0 }),
        "proxy_anchor" => plain(Cosine, Loss::ProxyAnchor { margin: 0.1, scale: 32.0 }),
        _ => None,
    }
}

impl Figures {
    /// Reads a file.
    pub fn parse(text: &str) -> Result<Self, String> {
        let json: Value = serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        let labels: Vec<u16> = numbers(&json["labels"]).iter().map(|&x| x as u16).collect();
        let embeddings = floats(&json["embeddings"]);
        let rows = labels.len();
        if rows == 0 || embeddings.is_empty() || !embeddings.len().is_multiple_of(rows) {
            return Err(format!("{} numbers do not make {rows} rows of embeddings", embeddings.len()));
        }
        Ok(Self { dim: embeddings.len() / rows, json, labels, embeddings })
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

    fn class_scores(&self, device: &Device) -> ClassScores {
        let weights = floats(&self.json["W_DxC"]);
        let classes = weights.len() / self.dim;
        let targets: Vec<i32> = self.labels.iter().map(|&label| i32::from(label)).collect();
        let shape = [targets.len(), 1];
        ClassScores {
            weight: Tensor::<2>::from_data(TensorData::new(weights, [self.dim, classes]), device)
                .require_grad(),
            bias: Tensor::zeros([1, classes], device),
            targets: Tensor::<2, Int>::from_data(TensorData::new(targets, shape), device),
        }
    }

    fn loss(&self, entry: &str) -> Outcome {
        let name = format!("losses.{entry}");
        let Some((distance, miner, loss)) = loss_of(entry) else { return Outcome::unknown(name) };
        let expected = &self.json["losses"][entry];
        let device = Device::flex().autodiff();
        let raw = self.rows(&device).require_grad();
        let scores = (loss.looks() == Looks::AtClasses).then(|| self.class_scores(&device));
        let weight = scores.as_ref().map(|scores| scores.weight.clone());
        let value = TripletGrid::new(&self.labels, &device).and_then(|grid| {
            Objective { distance, miner, loss }.value(normalize(raw.clone()), &grid, scores)
        });
        let value = match value {
            Ok(value) => value.value,
            Err(error) => return Outcome::without_value(name, error.to_string()),
        };
        let got = f64::from(value.clone().into_scalar::<f32>());
        let want = expected["value"].as_f64().unwrap_or(f64::NAN);
        let gradients = value.backward();
        let by_rows = raw.grad(&gradients).map(read).unwrap_or_default();
        let mut error = gradient_error(&by_rows, &numbers(&expected["grad_embeddings"]));
        if let Some(gradient) = weight.and_then(|weight| weight.grad(&gradients)) {
            // The reference holds a class in a column for classifiers, in a row for proxies.
            let gradient = if entry.starts_with("proxy") { gradient.transpose() } else { gradient };
            error = error.max(gradient_error(&read(gradient), &numbers(&expected["grad_weight"])));
        }
        let off = (got - want).abs() / want.abs().max(SMALLEST);
        let right = off <= VALUE_TOLERANCE && error <= GRADIENT_TOLERANCE;
        let fault = (!right).then(|| "value or gradient".into());
        Outcome { name, values: Some((got, want)), errors: (off, Some(error)), fault }
    }

    fn miner(&self, entry: &str) -> Outcome {
        let name = format!("miners.{entry}");
        let kind = match entry {
            "triplet_margin_all_0.2" => Miner::All,
            "triplet_margin_hard_0.2" => Miner::Hard,
            "triplet_margin_semihard_0.2" => Miner::Semihard,
            "triplet_margin_easy_0.2" => Miner::Easy,
            "batch_hard" => Miner::BatchHard,
            _ => return Outcome::unknown(name),
        };
        let unit = normalize(self.rows(&Device::flex()));
        let matrix: Vec<f32> =
            Distance::Euclidean.matrix(unit.clone(), unit).into_data().iter::<f32>().collect();
        let config = MinerConfig { kind, margin: 0.2 };
        let mut got: Vec<[usize; 3]> = config
            .mine(Distance::Euclidean, &matrix, &self.labels)
            .iter()
            .map(|(a, p, n)| [a, p, n])
            .collect();
        let lists: Vec<Vec<f64>> = (0..3).map(|i| numbers(&self.json["miners"][entry][i])).collect();
        let mut want: Vec<[usize; 3]> =
            (0..lists[0].len()).map(|i| [0, 1, 2].map(|list: usize| lists[list][i] as usize)).collect();
        got.sort_unstable();
        want.sort_unstable();
        let fault = (got != want).then(|| "other triplets".into());
        let error = if got == want { 0.0 } else { f64::INFINITY };
        Outcome { name, values: Some((got.len() as f64, want.len() as f64)), errors: (error, None), fault }
    }

    fn distance(&self, entry: &str) -> Outcome {
        let name = format!("distances.{entry}");
        let raw = self.rows(&Device::flex());
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
