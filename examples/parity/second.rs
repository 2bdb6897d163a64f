//! The losses of a file of the form of `tests/golden/losses2.json`, recomputed with every gradient that an entry names.

use burn::tensor::{Device, Int, Tensor, TensorData};
use metriclab::distances::{Distance, normalize};
use metriclab::losses::{
    Cosent, DynamicSoftMargin, GlobalOrthogonal, Instance, IntraPairVariance, Learned, Loss, Manifold,
    Matryoshka, OnlineContrastive, P2sGrad, Penalty, Pnp, RankedList, SimSiam, SmoothAp, ThresholdConsistent,
    Within, cosent, lejepa, p2s_grad, sim_siam,
};
use metriclab::miners::MinerConfig;
use metriclab::objective::{Input, Objective};
use metriclab::pairing::Pairing;
use metriclab::random::Random;
use serde_json::Value;

use super::entries::{Batch, read};

/// A value with the gradients that an entry names: the field of the file, and the tensor that it is by.
pub struct Computed {
    /// `[1]`.
    pub value: Tensor<1>,
    /// The variables, each under the name of its gradient.
    pub gradients: Vec<(&'static str, Tensor<2>)>,
    /// Further lists of numbers, each under its name.
    pub lists: Vec<(&'static str, Vec<f64>)>,
}

impl Computed {
    fn new(value: Tensor<1>, gradients: Vec<(&'static str, Tensor<2>)>) -> Self {
        Self { value, gradients, lists: Vec::new() }
    }
}

type Found = Result<Vec<Computed>, String>;

/// Settings of an entry.
struct Params<'a>(&'a Value);

impl Params<'_> {
    fn number(&self, name: &str) -> Result<f64, String> {
        self.0[name].as_f64().ok_or_else(|| format!("its settings lack {name}"))
    }

    fn text(&self, name: &str) -> Result<&str, String> {
        self.0[name].as_str().ok_or_else(|| format!("its settings lack {name}"))
    }
}

/// How the rows of an entry are prepared.
#[derive(Clone, Copy, PartialEq)]
enum Rows {
    Raw,
    Unit,
}

/// The computations of an entry, none for a name that is not known.
pub fn compute(batch: &Batch<'_>, entry: &str, params: &Value, device: &Device) -> Option<Found> {
    let params = Params(params);
    let found = match entry {
        "p2sgrad" => p2s(batch, device),
        "manifold" | "manifold_intrinsic" => manifold(batch, &params, device),
        "dynamic_soft_margin" | "dynamic_soft_margin_running" | "dynamic_soft_margin_views" => {
            dynamic_soft_margin(batch, entry, &params, device)
        }
        "cosent_graded" => graded(batch, &params, device),
        "global_orthogonal_columns" => columns(batch, &params, device),
        "simsiam" => given_predictions(batch, device),
        "simsiam_linear" => linear_predictor(batch, device),
        "sigreg" => sketch(batch, device),
        "lejepa" => lejepa_of(batch, &params, device),
        _ => match plain(batch, entry, &params) {
            Ok(None) => return None,
            Ok(Some((loss, distance, rows))) => of_rows(batch, loss, distance, rows, device),
            Err(reason) => Err(reason),
        },
    };
    Some(found)
}

/// Losses that look at the rows and their labels alone.
fn plain(
    batch: &Batch<'_>,
    entry: &str,
    params: &Params<'_>,
) -> Result<Option<(Loss, Distance, Rows)>, String> {
    let number = |name: &str| params.number(name);
    let cosine = |loss: Loss| Ok(Some((loss, Distance::Cosine, Rows::Raw)));
    match entry {
        "smooth_ap" => cosine(SmoothAp { temperature: number("temperature")? }.into()),
        "instance" => cosine(Instance { scale: number("gamma")?, own: false }.into()),
        "instance_own" => cosine(Instance { scale: number("gamma")?, own: true }.into()),
        "intra_pair_variance" => {
            let (pos_margin, neg_margin) = (number("pos_eps")?, number("neg_eps")?);
            cosine(IntraPairVariance { pos_margin, neg_margin }.into())
        }
        "pnp" | "pnp_ds" | "pnp_dq" | "pnp_iu" | "pnp_ib" => cosine(pnp(params)?.into()),
        "ranked_list" | "ranked_list_weighted" => {
            let loss = RankedList {
                margin: number("margin")?,
                alpha: number("alpha")?,
                pos_scale: number("Tp")?,
                neg_scale: number("Tn")?,
                neg_share: number("imbalance")?,
            };
            Ok(Some((loss.into(), Distance::Euclidean, Rows::Unit)))
        }
        "threshold_consistent_margin" => cosine(
            ThresholdConsistent {
                pos_margin: number("margin_plus")?,
                neg_margin: number("margin_minus")?,
                pos_weight: number("lambda_plus")?,
                neg_weight: number("lambda_minus")?,
            }
            .into(),
        ),
        "matryoshka_ntxent" | "matryoshka_supcon" => cosine(matryoshka(batch, entry, params)?.into()),
        "cosent" => {
            batch.every_pair()?;
            cosine(Cosent { scale: number("scale")? }.into())
        }
        "online_contrastive" => {
            batch.every_pair()?;
            cosine(OnlineContrastive { margin: number("margin")? }.into())
        }
        "global_orthogonal" => cosine(orthogonal(params, false)?.into()),
        _ => Ok(None),
    }
}

fn pnp(params: &Params<'_>) -> Result<Pnp, String> {
    let penalty = match params.text("variant")? {
        "O" => Penalty::O,
        "Ds" => Penalty::Ds,
        "Dq" => Penalty::Dq,
        "Iu" => Penalty::Iu,
        "Ib" => Penalty::Ib,
        other => return Err(format!("the variant {other} of PNP is not known")),
    };
    let (temperature, alpha, base) = (params.number("anneal")?, params.number("alpha")?, params.number("b")?);
    Ok(Pnp { penalty, temperature, alpha, base })
}

fn orthogonal(params: &Params<'_>, views: bool) -> Result<GlobalOrthogonal, String> {
    let (mean_weight, moment_weight) =
        (params.number("mean_weight")?, params.number("second_moment_weight")?);
    Ok(GlobalOrthogonal { mean_weight, moment_weight, views })
}

fn matryoshka(batch: &Batch<'_>, entry: &str, params: &Params<'_>) -> Result<Matryoshka, String> {
    let within = if entry == "matryoshka_ntxent" { Within::Ntxent } else { Within::Supcon };
    let numbers = |name: &str| -> Vec<u64> {
        params.0[name]
            .as_array()
            .map(|all| all.iter().filter_map(Value::as_u64).collect())
            .unwrap_or_default()
    };
    let (dims, weights) = (numbers("dims"), numbers("weights"));
    let halves: Vec<u64> = (0..dims.len()).map(|level| (batch.dim >> level) as u64).collect();
    if dims != halves || weights != vec![1; dims.len()] {
        return Err("only the lengths D, D/2, D/4, … of weight 1 are known".into());
    }
    Ok(Matryoshka { within, temperature: params.number("temperature")?, levels: dims.len() })
}

/// The value of an objective on a batch without mining.
fn value(
    loss: Loss,
    distance: Distance,
    rows: Tensor<2>,
    labels: &[u16],
    learned: Learned,
    device: &Device,
) -> Result<metriclab::losses::LossValue, String> {
    let pairing = Pairing::new(labels, device);
    let mut random = Random::new(1);
    let input = Input { learned, ..Input::new(rows, &pairing, &mut random) };
    let objective = Objective { distance, miner: MinerConfig::DEFAULT, loss };
    objective.value(input).map_err(|error| error.to_string())
}

fn of_rows(batch: &Batch<'_>, loss: Loss, distance: Distance, rows: Rows, device: &Device) -> Found {
    let raw = batch.rows(device).require_grad();
    let prepared = if rows == Rows::Unit { normalize(raw.clone()) } else { raw.clone() };
    let found = value(loss, distance, prepared, batch.labels, Learned::default(), device)?;
    Ok(vec![Computed::new(found.value, vec![("grad_embeddings", raw)])])
}

fn weights(weight: Tensor<2>, device: &Device) -> Learned {
    let bias = Tensor::zeros([1, weight.dims()[1]], device);
    Learned { weights: Some((weight, bias)), ..Learned::default() }
}

/// By the weights, and by weights that are normalised outside the gradient, as the reference does.
fn p2s(batch: &Batch<'_>, device: &Device) -> Found {
    let raw = batch.rows(device).require_grad();
    let weight = batch.matrix("W_DxC", device)?.require_grad();
    let learned = weights(weight.clone(), device);
    let found = value(P2sGrad {}.into(), Distance::Cosine, raw.clone(), batch.labels, learned, device)?;
    let own = Computed::new(
        found.value,
        vec![("grad_embeddings", raw.clone()), ("grad_weight_through_norm", weight.clone())],
    );
    let unit = normalize(weight.detach().transpose()).transpose().detach().require_grad();
    let targets = Pairing::new(batch.labels, device).targets();
    let fixed = p2s_grad::values(raw.detach(), unit.clone(), targets).mean();
    Ok(vec![own, Computed::new(fixed, vec![("grad_weight", unit)])])
}

fn manifold(batch: &Batch<'_>, params: &Params<'_>, device: &Device) -> Found {
    let raw = batch.rows(device).require_grad();
    let proxies = batch.matrix("proxies_KxD", device)?.require_grad();
    let loss = Manifold {
        alpha: params.number("alpha")?,
        margin: params.number("margin")?,
        context_weight: params.number("lambdaC")?,
    };
    let classes = batch.whole_numbers("meta_classes")?;
    let learned = weights(proxies.clone().transpose(), device);
    let found = value(loss.into(), Distance::Cosine, raw.clone(), &classes, learned, device)?;
    Ok(vec![Computed::new(found.value, vec![("grad_embeddings", raw), ("grad_proxies", proxies)])])
}

/// With the gradient through the weights of the triplets, and with these weights held.
fn dynamic_soft_margin(batch: &Batch<'_>, entry: &str, params: &Params<'_>, device: &Device) -> Found {
    let views = entry == "dynamic_soft_margin_views";
    let bins = params.number("num_bins")? as usize;
    let learned = match entry {
        "dynamic_soft_margin_running" => {
            let before = batch.numbers("hist_before")?;
            let shape = [1, before.len()];
            let histogram = Tensor::from_data(TensorData::new(before, shape), device);
            Learned { histogram: Some(histogram), ..Learned::default() }
        }
        _ => Learned::default(),
    };
    let of = |held: bool| -> Result<Computed, String> {
        let loss = DynamicSoftMargin {
            least: params.number("min_val")?,
            bins,
            momentum: params.number("momentum")?,
            held,
            views,
        };
        let raw = batch.rows(device).require_grad();
        let second = if views { Some(batch.matrix("ref_view", device)?.require_grad()) } else { None };
        let (rows, labels) = batch.with_views(&raw, second.as_ref());
        let found =
            value(loss.into(), Distance::Euclidean, normalize(rows), &labels, learned.clone(), device)?;
        let name = if held { "grad_embeddings_weights_held" } else { "grad_embeddings" };
        let mut computed = Computed::new(found.value, vec![(name, raw)]);
        if !held {
            computed.gradients.extend(second.map(|second| ("grad_ref_view", second)));
            computed.lists.extend(found.histogram.map(|histogram| ("hist_after", read(histogram))));
        }
        Ok(computed)
    };
    Ok(vec![of(false)?, of(true)?])
}

fn graded(batch: &Batch<'_>, params: &Params<'_>, device: &Device) -> Found {
    let raw = batch.rows(device).require_grad();
    let (first, second) = batch.pairs()?;
    let scores = batch.numbers("graded_scores")?;
    if scores.len() != first.len() {
        return Err(format!("graded_scores holds {} numbers for {} pairs", scores.len(), first.len()));
    }
    let count = scores.len();
    let rows = |at: Vec<i32>| {
        let at = Tensor::<1, Int>::from_data(TensorData::new(at, [count]), device);
        raw.clone().select(0, at)
    };
    let similarity =
        Distance::Cosine.pairs(rows(first), rows(second)).expect("rows of one length").reshape([1, count]);
    let scores = Tensor::<2>::from_data(TensorData::new(scores, [1, count]), device);
    let value = cosent::graded(similarity, scores, params.number("scale")?);
    Ok(vec![Computed::new(value, vec![("grad_embeddings", raw)])])
}

fn two_views(batch: &Batch<'_>, device: &Device) -> Result<[Tensor<2>; 2], String> {
    Ok([batch.rows(device).require_grad(), batch.matrix("ref_view", device)?.require_grad()])
}

fn columns(batch: &Batch<'_>, params: &Params<'_>, device: &Device) -> Found {
    let [first, second] = two_views(batch, device)?;
    let (rows, labels) = batch.with_views(&first, Some(&second));
    let loss = orthogonal(params, true)?;
    let found = value(loss.into(), Distance::Cosine, rows, &labels, Learned::default(), device)?;
    Ok(vec![Computed::new(found.value, vec![("grad_embeddings", first), ("grad_ref_view", second)])])
}

fn given_predictions(batch: &Batch<'_>, device: &Device) -> Found {
    let [first, second] = two_views(batch, device)?;
    let [one, two] = ["predictor_0", "predictor_1"].map(|key| batch.matrix(key, device));
    let (one, two) = (one?.require_grad(), two?.require_grad());
    let seen = [first.clone(), second.clone()];
    let value = sim_siam::values([one.clone(), two.clone()], seen, true).mean();
    let gradients = vec![
        ("grad_embeddings", first),
        ("grad_ref_view", second),
        ("grad_predictor_0", one),
        ("grad_predictor_1", two),
    ];
    Ok(vec![Computed::new(value, gradients)])
}

fn linear_predictor(batch: &Batch<'_>, device: &Device) -> Found {
    let [first, second] = two_views(batch, device)?;
    let predictor = batch.matrix("predictor_DxD", device)?.require_grad();
    let (rows, labels) = batch.with_views(&first, Some(&second));
    let learned = weights(predictor.clone(), device);
    let found = value(SimSiam::DEFAULT.into(), Distance::Cosine, rows, &labels, learned, device)?;
    let gradients =
        vec![("grad_embeddings", first), ("grad_ref_view", second), ("grad_predictor", predictor)];
    Ok(vec![Computed::new(found.value, gradients)])
}

fn sketch(batch: &Batch<'_>, device: &Device) -> Found {
    let raw = batch.rows(device).require_grad();
    let value = lejepa::sketch(raw.clone(), batch.matrix("projections_DxM", device)?);
    Ok(vec![Computed::new(value, vec![("grad_embeddings", raw)])])
}

fn lejepa_of(batch: &Batch<'_>, params: &Params<'_>, device: &Device) -> Found {
    let [first, second] = two_views(batch, device)?;
    let local = batch.matrix("local_view", device)?.require_grad();
    let projections = batch.matrix("projections_DxM", device)?;
    let globals = [first.clone(), second.clone()];
    let value = lejepa::value(&globals, std::slice::from_ref(&local), &projections, params.number("lambda")?);
    let gradients = vec![("grad_embeddings", first), ("grad_ref_view", second), ("grad_local_view", local)];
    Ok(vec![Computed::new(value, gradients)])
}
