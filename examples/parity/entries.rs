//! The entries of a file of reference values, recomputed: losses with their gradients, miners' lists, distance matrices
//! and retrieval scores.

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

use super::second::{self, Computed};

/// Relative error allowed of a value in f32 (the reference's own f32 stays within 3e-7).
const VALUE_TOLERANCE: f64 = 1e-5;
/// Error allowed of a gradient, relative to its largest component (the reference: 7e-6).
const GRADIENT_TOLERANCE: f64 = 1e-4;
/// Error allowed of a distance in f32, relative to 1 or to its size, whichever is larger.
const DISTANCE_TOLERANCE: f64 = 1e-6;
/// Below this a value is compared absolutely.
const SMALLEST: f64 = 1e-12;

/// Matrices that a file may hold.
const MATRICES: [&str; 5] = ["W_DxC", "fc_Dx(C*K)", "predictor_DxD", "proxies_KxD", "projections_DxM"];
/// Matrices of the shape of the embeddings.
const SECOND_VIEWS: [&str; 4] = ["ref_view", "local_view", "predictor_0", "predictor_1"];

/// The fault of an entry that is not computed here.
pub const UNKNOWN: &str = "no such entry is known here";

/// The outcome of one entry.
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

/// A file of reference values.
pub struct Figures {
    json: Value,
    labels: Vec<u16>,
    dim: usize,
    embeddings: Vec<f32>,
    device: Device,
    /// A second batch of the same form, under the field `second`.
    second: Option<Box<Figures>>,
}

/// A batch of a file.
pub struct Batch<'a> {
    json: &'a Value,
    /// One a row.
    pub labels: &'a [u16],
    /// Numbers of a row.
    pub dim: usize,
    embeddings: &'a [f32],
}

/// All numbers of a nested array, in order.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        other => other.as_f64().into_iter().collect(),
    }
}

/// The numbers of a list.
fn list(key: &str, value: &Value) -> Result<Vec<f32>, String> {
    let items = value.as_array().ok_or_else(|| format!("{key} is not a list"))?;
    let number = |(at, item): (usize, &Value)| {
        let number = item.as_f64().map(|x| x as f32).filter(|x| x.is_finite());
        number.ok_or_else(|| format!("number {at} of {key} is {item} and must be a finite number"))
    };
    items.iter().enumerate().map(number).collect()
}

/// The rows of a matrix, all of one length.
fn matrix(key: &str, value: &Value) -> Result<(Vec<f32>, [usize; 2]), String> {
    let rows = value.as_array().ok_or_else(|| format!("{key} is not a list of rows"))?;
    let mut all = Vec::new();
    let mut width = None;
    for (at, row) in rows.iter().enumerate() {
        let row = list(&format!("row {at} of {key}"), row)?;
        if *width.get_or_insert(row.len()) != row.len() {
            return Err(format!(
                "row {at} of {key} has {} numbers and not {}",
                row.len(),
                width.unwrap_or(0)
            ));
        }
        all.extend(row);
    }
    match width {
        Some(width) if width > 0 => Ok((all, [rows.len(), width])),
        _ => Err(format!("{key} holds no numbers")),
    }
}

/// Whole numbers that can be labels.
fn labels(key: &str, value: &Value) -> Result<Vec<u16>, String> {
    let items = value.as_array().ok_or_else(|| format!("{key} is not a list"))?;
    let label = |(at, item): (usize, &Value)| {
        let label = item.as_u64().and_then(|label| u16::try_from(label).ok());
        label.ok_or_else(|| {
            format!("number {at} of {key} is {item} and must be a whole number from 0 to 65535")
        })
    };
    items.iter().enumerate().map(label).collect()
}

/// The numbers of a tensor.
pub fn read(tensor: Tensor<2>) -> Vec<f64> {
    tensor.into_data().iter::<f32>().map(f64::from).collect()
}

impl Batch<'_> {
    /// The embeddings, `[N, D]`.
    pub fn rows(&self, device: &Device) -> Tensor<2> {
        let shape = [self.labels.len(), self.dim];
        Tensor::from_data(TensorData::new(self.embeddings.to_vec(), shape), device)
    }

    /// A further matrix of the batch.
    pub fn matrix(&self, key: &str, device: &Device) -> Result<Tensor<2>, String> {
        let (values, shape) = matrix(key, &self.json[key])?;
        Ok(Tensor::from_data(TensorData::new(values, shape), device))
    }

    /// A further list of numbers.
    pub fn numbers(&self, key: &str) -> Result<Vec<f32>, String> {
        list(key, &self.json[key])
    }

    /// A further list of classes.
    pub fn whole_numbers(&self, key: &str) -> Result<Vec<u16>, String> {
        labels(key, &self.json[key])
    }

    /// The two rows of each pair.
    pub fn pairs(&self) -> Result<(Vec<i32>, Vec<i32>), String> {
        let (values, [_, width]) = matrix("pairs", &self.json["pairs"])?;
        let count = self.labels.len() as f32;
        if width != 2 || values.iter().any(|&x| x.fract() != 0.0 || x < 0.0 || x >= count) {
            return Err("pairs must hold two numbers of rows each".into());
        }
        Ok(values.chunks_exact(2).map(|pair| (pair[0] as i32, pair[1] as i32)).unzip())
    }

    /// Checks that the pairs are all unordered pairs of two rows.
    pub fn every_pair(&self) -> Result<(), String> {
        let (first, second) = self.pairs()?;
        let count = self.labels.len() as i32;
        let all: Vec<(i32, i32)> = (0..count).flat_map(|i| (i + 1..count).map(move |j| (i, j))).collect();
        let mut found: Vec<(i32, i32)> =
            first.into_iter().zip(second).map(|(i, j)| (i.min(j), i.max(j))).collect();
        found.sort_unstable();
        if found == all { Ok(()) } else { Err("only all pairs i < j are known".into()) }
    }

    /// The rows with a second view of each behind them; the labels say which rows are views of one thing.
    pub fn with_views(&self, rows: &Tensor<2>, second: Option<&Tensor<2>>) -> (Tensor<2>, Vec<u16>) {
        let Some(second) = second else { return (rows.clone(), self.labels.to_vec()) };
        let labels = |count: usize| 0..count as u16;
        let (first, others) = (labels(rows.dims()[0]), labels(second.dims()[0]));
        (Tensor::cat(vec![rows.clone(), second.clone()], 0), first.chain(others).collect())
    }
}

/// Largest difference, relative to the largest expected number; infinite for other lengths and for NaN.
fn gradient_error(got: &[f64], want: &[f64]) -> f64 {
    let largest = want.iter().fold(SMALLEST, |m, x| m.max(x.abs()));
    if got.len() != want.len() || got.iter().any(|x| x.is_nan()) {
        return f64::INFINITY;
    }
    got.iter().zip(want).fold(0.0, |m: f64, (x, y)| m.max((x - y).abs() / largest))
}

/// Compares every value, gradient and list that an entry names.
fn compare(name: String, expected: &Value, computed: Vec<Computed>) -> Result<Outcome, String> {
    let want = expected["value"].as_f64().unwrap_or(f64::NAN);
    let mut values = None;
    let mut off = 0.0f64;
    let mut error: Option<f64> = None;
    let mut seen: Vec<&str> = Vec::new();
    for Computed { value, gradients, lists } in computed {
        let got = f64::from(value.clone().into_scalar::<f32>());
        values.get_or_insert((got, want));
        let apart = (got - want).abs() / want.abs().max(SMALLEST);
        off = if apart.is_nan() { f64::NAN } else { off.max(apart) };
        let found = value.backward();
        for (by, variable) in gradients {
            let (key, turned) = match by.strip_suffix(", a class a row") {
                Some(key) => (key, true),
                None => (by, false),
            };
            seen.push(key);
            // A file may leave gradients out; what it has is compared.
            if expected[key].is_null() {
                continue;
            }
            let gradient = variable.grad(&found).unwrap_or_else(|| variable.clone().inner().zeros_like());
            let gradient = if turned { gradient.transpose() } else { gradient };
            let apart = gradient_error(&read(gradient), &numbers(&expected[key]));
            error = Some(error.map_or(apart, |error| error.max(apart)));
        }
        for (key, list) in lists.into_iter().filter(|(key, _)| !expected[*key].is_null()) {
            seen.push(key);
            let apart = gradient_error(&list, &numbers(&expected[key]));
            error = Some(error.map_or(apart, |error| error.max(apart)));
        }
    }
    let fields = expected.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
    let all = fields.filter(|key| key.starts_with("grad") || *key == "hist_after");
    if let Some(left) = all.into_iter().find(|key| !seen.contains(key)) {
        return Err(format!("{left} is not computed here"));
    }
    let right = off <= VALUE_TOLERANCE && error.is_none_or(|error| error <= GRADIENT_TOLERANCE);
    let fault = (!right).then(|| "value or gradient".into());
    Ok(Outcome { name, values, errors: (off, error), fault })
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
        Self::of(json, device)
    }

    fn of(mut json: Value, device: &Device) -> Result<Self, String> {
        let labels = labels("labels", &json["labels"])?;
        let (embeddings, [rows, dim]) = matrix("embeddings", &json["embeddings"])?;
        if rows != labels.len() {
            return Err(format!("there are {rows} embeddings and {} labels", labels.len()));
        }
        for key in MATRICES.into_iter().filter(|&key| !json[key].is_null()) {
            matrix(key, &json[key])?;
        }
        for key in SECOND_VIEWS.into_iter().filter(|&key| !json[key].is_null()) {
            let (_, shape) = matrix(key, &json[key])?;
            if shape != [rows, dim] {
                return Err(format!(
                    "{key} has {} rows of {} and must have {rows} of {dim}",
                    shape[0], shape[1]
                ));
            }
        }
        let second = json.get_mut("second").map(Value::take).filter(|second| !second.is_null());
        let second = second.map(|second| Self::of(second, device)).transpose();
        let second = second.map_err(|reason| format!("second: {reason}"))?.map(Box::new);
        Ok(Self { dim, json, labels, embeddings, device: device.clone(), second })
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
        let second = self.second.as_ref().map(|second| second.outcomes()).unwrap_or_default();
        all.extend(second.into_iter().map(|each| Outcome { name: format!("second.{}", each.name), ..each }));
        all
    }

    fn batch(&self) -> Batch<'_> {
        Batch { json: &self.json, labels: &self.labels, dim: self.dim, embeddings: &self.embeddings }
    }

    /// The class weights, with several centres a class from the field for these.
    fn learned(&self, centers: usize, device: &Device) -> Result<Learned, String> {
        let weight = self.batch().matrix(if centers == 1 { "W_DxC" } else { "fc_Dx(C*K)" }, device)?;
        let bias = Tensor::zeros([1, weight.dims()[1]], device);
        Ok(Learned { weights: Some((weight.require_grad(), bias)), ..Learned::default() })
    }

    fn loss(&self, entry: &str) -> Outcome {
        let name = format!("losses.{entry}");
        let expected = &self.json["losses"][entry];
        let device = self.device.clone().autodiff();
        let computed = match loss_of(entry) {
            Some(of) if expected["params"].is_null() => {
                self.first(entry, of, &device).map(|found| vec![found])
            }
            _ => match second::compute(&self.batch(), entry, &expected["params"], &device) {
                Some(found) => found,
                None => return Outcome::unknown(name),
            },
        };
        match computed.and_then(|computed| compare(name.clone(), expected, computed)) {
            Ok(outcome) => outcome,
            Err(reason) => Outcome::without_value(name, reason),
        }
    }

    /// A loss of the first file.
    fn first(
        &self,
        entry: &str,
        (distance, miner, mut loss): (Distance, MinerConfig, Loss),
        device: &Device,
    ) -> Result<Computed, String> {
        if let (Loss::SoftTriple(settings), Some(given)) = (&mut loss, self.json["K"].as_u64()) {
            settings.centers = given as usize;
        }
        let batch = self.batch();
        let raw = batch.rows(device).require_grad();
        let learned = match loss.owns() {
            Owns::Weights { centers } => self.learned(centers, device)?,
            Owns::Nothing | Owns::Boundaries { .. } | Owns::Predictor | Owns::Histogram { .. } => {
                Learned::default()
            }
        };
        let weight = learned.weights.clone().map(|(weight, _)| weight);
        let views = if loss.looks() == Looks::Views { Some(batch.matrix("ref_view", device)?) } else { None };
        let (rows, labels) = batch.with_views(&raw, views.as_ref());
        let rows = if takes_raw(loss) { rows } else { normalize(rows) };
        let pairing = Pairing::new(&labels, device);
        let mut random = Random::new(1);
        let input = Input { learned, ..Input::new(rows, &pairing, &mut random) };
        let found = Objective { distance, miner, loss }.value(input).map_err(|error| error.to_string())?;
        // The reference holds a class in a column for classifiers, in a row for proxies.
        let by = if entry.starts_with("proxy") { "grad_weight, a class a row" } else { "grad_weight" };
        let weight = weight.map(|weight| (by, weight));
        let gradients = [("grad_embeddings", raw)].into_iter().chain(weight).collect();
        Ok(Computed { value: found.value, gradients, lists: Vec::new() })
    }

    fn miner(&self, entry: &str) -> Outcome {
        let name = format!("miners.{entry}");
        let Some((distance, config)) = miner_of(entry) else { return Outcome::unknown(name) };
        let raw = self.batch().rows(&self.device);
        // The reference takes angles between embeddings of any length.
        let rows = if config.kind == Miner::Angular { raw } else { normalize(raw) };
        let matrix: Vec<f32> = distance
            .matrix(rows.clone(), rows)
            .expect("rows of one length")
            .into_data()
            .iter::<f32>()
            .collect();
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
        let raw = self.batch().rows(&self.device);
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
        let got = read(distance.matrix(rows.clone(), rows).expect("rows of one length"));
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
