//! A loss, and its gradient, on rows that the client brings: for networks of its own, and for comparing devices.

use std::ops::Range;

use burn::tensor::{Device, Tensor, TensorData, Transaction};

use crate::distances::{RowKind, check_histograms, normalize};
use crate::error::{Error, Result};
use crate::losses::{Learned, Looks, Owns, Reduction, Size, Sums};
use crate::neighbours::Rows;
use crate::objective::{Input, Objective};
use crate::pairing::{Pairing, Shape};
use crate::random::Random;
use crate::readback::{device_error, floats};
use crate::setting;

/// Most numbers of one tensor: 64 MiB of f32, of which a step keeps about a dozen.
const LARGEST: u64 = 1 << 24;
/// Most numbers of the differences of all pairs, for a distance that compares every number of every pair.
const LARGEST_DIFFERENCES: u64 = 1 << 26;
/// Most numbers of one tensor where a batch is done in blocks of anchors.
const LARGEST_BLOCK: u64 = 1 << 22;
/// Most numbers of all blocks together: some seconds of work.
const LARGEST_IN_BLOCKS: u64 = 1 << 29;
/// How far the length of a row may be from 1 to count as 1.
const UNIT_TOLERANCE: f64 = 1e-3;

/// Rows with labels, and what is asked of them.
pub struct LossRequest<'a> {
    /// Distance, miner and loss.
    pub objective: Objective,
    /// `[B, d]`.
    pub rows: Rows<'a>,
    /// One a row. A loss on views takes rows of one label two by two.
    pub labels: &'a [u16],
    /// Whether rows are scaled to length 1 first.
    pub normalize: bool,
    /// Parameters of the loss: class weights `[d, C·K]` or a predictor `[d, d]`, row after row, or
    /// boundaries, or the running histogram; else empty.
    pub learned: &'a [f32],
    /// Bias of the class weights, `[C·K]`, or of the predictor, `[d]`; empty: zeros.
    pub bias: &'a [f32],
    /// How elements become a scalar; none: as the loss itself does.
    pub reducer: Option<Reduction>,
    /// A factor for the elements of each class's rows, one a class; empty: none.
    pub class_weights: &'a [f64],
    /// For miners and losses that draw.
    pub seed: u32,
}

/// A loss on such rows.
#[derive(Clone, Debug)]
pub struct LossAnswer {
    /// The value.
    pub value: f32,
    /// Share of the elements above zero.
    pub active: f32,
    /// ∂loss/∂rows, B × d.
    pub gradient: Vec<f32>,
    /// ∂loss/∂learned.
    pub learned_gradient: Vec<f32>,
    /// ∂loss/∂bias; empty where the loss has none.
    pub bias_gradient: Vec<f32>,
}

/// Computes it by the functions that training uses. A batch whose triplets do not fit in memory is done in blocks of
/// anchors where the loss is a sum over anchors.
///
/// # Errors
/// `config.invalid` for choices that do not go together, also where the rows do not have the length 1 that the loss or
/// the miner needs; `shape.mismatch` unless there is a label a row, `learned` has whole columns, at least one a class, and `bias` as many
/// numbers;
/// `data.not_finite` for numbers, values or gradients that are not finite; `batch.*`; `rows.not_histogram` where rows must be
/// histograms and are none; `data.too_large` before anything is computed; `device.*`.
pub async fn loss_of(request: &LossRequest<'_>, device: &Device) -> Result<LossAnswer> {
    check(request)?;
    let answer = match plan(request)? {
        Plan::Whole => whole(request, device).await?,
        Plan::Blocks(rows) => in_blocks(request, rows, device).await?,
    };
    let found = [
        ("value of the loss", &[answer.value][..], 1),
        ("gradient by the rows", &answer.gradient, request.rows.dim()),
        ("gradient by learned", &answer.learned_gradient, 1),
        ("gradient by the bias", &answer.bias_gradient, 1),
    ];
    found.into_iter().try_for_each(|(what, values, width)| finite(what, values, width))?;
    Ok(answer)
}

fn finite(what: &str, values: &[f32], width: usize) -> Result<()> {
    match values.iter().position(|x| !x.is_finite()) {
        Some(at) => Err(Error::not_finite(what, at / width.max(1))),
        None => Ok(()),
    }
}

fn check(request: &LossRequest<'_>) -> Result<()> {
    let LossRequest { objective, rows, labels, .. } = *request;
    let loss = objective.loss;
    let unit = request.normalize || (loss.wants_unit() != Some(false) && have_length_1(rows));
    objective.validate(unit)?;
    if labels.len() != rows.count() {
        return Err(Error::shape("labels", rows.count(), labels.len()));
    }
    if rows.count() == 0 {
        return Err(Error::BatchTooSmall("A batch needs at least one row".into()));
    }
    let [_, columns] = learned_shape(request)?;
    finite("learned", request.learned, columns)?;
    check_bias(request, columns)?;
    check_weights(request)?;
    let compares = match loss.looks() {
        Looks::Mined | Looks::Pairs | Looks::Rows => true,
        Looks::Classes | Looks::Views => false,
    };
    if compares && objective.distance.rows() == RowKind::Histograms {
        check_histograms("embeddings", rows.values(), rows.dim())?;
    }
    Ok(())
}

fn check_bias(request: &LossRequest<'_>, columns: usize) -> Result<()> {
    let wanted = match request.objective.loss.owns() {
        Owns::Weights { .. } | Owns::Predictor => columns,
        Owns::Nothing | Owns::Boundaries { .. } | Owns::Histogram { .. } => 0,
    };
    if !request.bias.is_empty() && request.bias.len() != wanted {
        return Err(Error::shape("bias", wanted, request.bias.len()));
    }
    finite("bias", request.bias, 1)
}

/// Checks the reducer and the weights of classes.
fn check_weights(request: &LossRequest<'_>) -> Result<()> {
    if let Some(reducer) = request.reducer {
        reducer.validate()?;
    }
    let (classes, count) = (classes(request.labels), request.class_weights.len());
    if count > 0 && count < classes {
        return Err(Error::config(
            "classWeights",
            format!("must hold one number a class, {classes}, and holds {count}"),
        ));
    }
    request.class_weights.iter().try_for_each(|&weight| setting::Range::WEIGHT.check("classWeights", weight))
}

fn classes(labels: &[u16]) -> usize {
    labels.iter().max().map_or(0, |&label| usize::from(label) + 1)
}

/// The factor of each of these rows, `[B, 1, 1]`.
fn factors(request: &LossRequest<'_>, labels: &[u16], device: &Device) -> Option<Tensor<3>> {
    let weight = |&label: &u16| request.class_weights[usize::from(label)] as f32;
    (!request.class_weights.is_empty()).then(|| {
        let factors: Vec<f32> = labels.iter().map(weight).collect();
        Tensor::from_data(TensorData::new(factors, [labels.len(), 1, 1]), device)
    })
}

fn have_length_1(rows: Rows<'_>) -> bool {
    rows.values().chunks_exact(rows.dim().max(1)).all(|row| {
        let square: f64 = row.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
        (square.sqrt() - 1.0).abs() <= UNIT_TOLERANCE
    })
}

enum Plan {
    Whole,
    /// Anchors of a block.
    Blocks(usize),
}

/// How the call is done, from its sizes.
fn plan(request: &LossRequest<'_>) -> Result<Plan> {
    let LossRequest { objective: Objective { distance, miner, loss }, rows, labels, .. } = *request;
    let count = labels.len() as u64;
    let differences = count.pow(2).saturating_mul(rows.dim() as u64);
    if matches!(loss.looks(), Looks::Mined | Looks::Pairs | Looks::Rows) && !distance.is_product() {
        fits(differences, LARGEST_DIFFERENCES)?;
    }
    let classes = learned_shape(request)?[1];
    let numbers = loss.numbers(Size { shape: Shape::of(labels, &[]), dim: rows.dim(), classes });
    if numbers <= LARGEST {
        return Ok(Plan::Whole);
    }
    let by_anchor = request.objective.remembers()
        && loss.owns() == Owns::Nothing
        && (!loss.mines() || miner.kind.by_anchor());
    fits(numbers, if by_anchor { LARGEST_IN_BLOCKS } else { LARGEST })?;
    let per_anchor = (numbers / count).max(1);
    Ok(Plan::Blocks((LARGEST_BLOCK / per_anchor).max(1) as usize))
}

fn fits(numbers: u64, most: u64) -> Result<()> {
    if numbers <= most {
        return Ok(());
    }
    Err(Error::DataTooLarge { bytes: numbers.saturating_mul(4), limit: 4 * most })
}

/// Rows and columns of what the loss learns; `[0, 0]` where it learns nothing.
fn learned_shape(request: &LossRequest<'_>) -> Result<[usize; 2]> {
    let LossRequest { rows, labels, learned, .. } = *request;
    let (dim, count) = (rows.dim(), learned.len());
    let classes = classes(labels);
    let exactly = |wanted: usize, shape: [usize; 2]| {
        if count == wanted { Ok(shape) } else { Err(Error::shape("learned", wanted, count)) }
    };
    match request.objective.loss.owns() {
        Owns::Nothing => exactly(0, [0, 0]),
        Owns::Weights { centers } => {
            let columns = count / dim;
            if columns < classes * centers || !count.is_multiple_of(dim * centers) {
                return Err(Error::shape("learned", dim * classes * centers, count));
            }
            Ok([dim, columns])
        }
        Owns::Boundaries { per_class, .. } => {
            let boundaries = if per_class { classes } else { 1 };
            exactly(boundaries, [1, boundaries])
        }
        Owns::Predictor => exactly(dim * dim, [dim, dim]),
        // Before the first step there is no histogram.
        Owns::Histogram { .. } if count == 0 => Ok([0, 0]),
        Owns::Histogram { bins } => exactly(bins, [1, bins]),
    }
}

fn raw_rows(request: &LossRequest<'_>, device: &Device) -> Tensor<2> {
    let shape = [request.rows.count(), request.rows.dim()];
    Tensor::from_data(TensorData::new(request.rows.values().to_vec(), shape), device)
}

fn embeddings(request: &LossRequest<'_>, raw: &Tensor<2>) -> Tensor<2> {
    if request.normalize { normalize(raw.clone()) } else { raw.clone() }
}

async fn whole(request: &LossRequest<'_>, device: &Device) -> Result<LossAnswer> {
    let device = device.clone().autodiff();
    let raw = raw_rows(request, &device).require_grad();
    let ([own, bias], learned) = learned(request, &device)?;
    let factors = factors(request, request.labels, &device);
    let pairing = Pairing::new(request.labels, &device);
    let mut random = Random::new(u64::from(request.seed));
    let input = Input { learned, ..Input::new(embeddings(request, &raw), &pairing, &mut random) };
    let found = request.objective.value_by(input, request.reducer, factors.as_ref())?;
    let mut gradients = found.value.backward();
    let zeros = |tensor: &Tensor<2>| tensor.clone().inner().zeros_like();
    let gradient = raw.grad_remove(&mut gradients).unwrap_or_else(|| zeros(&raw));
    let mut reads = Transaction::default()
        .register(gradient)
        .register(found.value.inner())
        .register(found.active.inner());
    for own in [&own, &bias].into_iter().flatten() {
        reads = reads.register(own.grad_remove(&mut gradients).unwrap_or_else(|| zeros(own)));
    }
    let data = reads.execute_async().await.map_err(device_error)?;
    Ok(LossAnswer {
        gradient: floats(&data[0]),
        value: floats(&data[1])[0],
        active: floats(&data[2])[0],
        learned_gradient: data.get(3).map(floats).unwrap_or_default(),
        bias_gradient: data.get(4).map(floats).unwrap_or_default(),
    })
}

/// The learned tensor and its bias, of which gradients are asked, and the same as a loss takes them.
fn learned(request: &LossRequest<'_>, device: &Device) -> Result<([Option<Tensor<2>>; 2], Learned)> {
    let shape @ [_, columns] = learned_shape(request)?;
    let own = (columns > 0).then(|| {
        let data = TensorData::new(request.learned.to_vec(), shape);
        Tensor::<2>::from_data(data, device).require_grad()
    });
    let mut bias = None;
    let learned = match (request.objective.loss.owns(), own.clone()) {
        (Owns::Weights { .. } | Owns::Predictor, Some(weight)) => {
            let given = if request.bias.is_empty() { vec![0.0; columns] } else { request.bias.to_vec() };
            let given = Tensor::<2>::from_data(TensorData::new(given, [1, columns]), device).require_grad();
            bias = Some(given.clone());
            Learned { weights: Some((weight, given)), ..Learned::default() }
        }
        (Owns::Boundaries { .. }, boundary) => Learned { boundary, ..Learned::default() },
        (Owns::Histogram { .. }, histogram) => Learned { histogram, ..Learned::default() },
        (Owns::Nothing | Owns::Weights { .. } | Owns::Predictor, _) => Learned::default(),
    };
    Ok(([own, bias], learned))
}

fn reduction(request: &LossRequest<'_>) -> Reduction {
    request.reducer.unwrap_or(request.objective.loss.reduction())
}

/// Sums of one term over all anchors.
#[derive(Clone, Copy, Default)]
struct Totals {
    numerator: f64,
    active: f64,
    count: f64,
}

/// Two sweeps over blocks of anchors: the first counts, the second adds up gradients with the divisors known.
async fn in_blocks(request: &LossRequest<'_>, rows: usize, device: &Device) -> Result<LossAnswer> {
    let count = request.labels.len();
    let blocks = || (0..count).step_by(rows).map(|start| start..(start + rows).min(count)).enumerate();
    let mut totals: Vec<Totals> = Vec::new();
    let mut candidates = None;
    for block in blocks() {
        let raw = raw_rows(request, device);
        let sums = block_sums(request, &raw, block, device)?;
        totals.resize(sums.len(), Totals::default());
        let mut reads = Transaction::default();
        for sum in sums {
            candidates = sum.candidates.map(|of| of + candidates.unwrap_or(0)).or(candidates);
            reads = reads.register(sum.numerator).register(sum.active).register(sum.count);
        }
        let data = reads.execute_async().await.map_err(device_error)?;
        let numbers: Vec<f64> = data.iter().map(|data| f64::from(floats(data)[0])).collect();
        for (total, found) in totals.iter_mut().zip(numbers.chunks_exact(3)) {
            total.numerator += found[0];
            total.active += found[1];
            total.count += found[2];
        }
    }
    let counts: Vec<(f64, f64)> = totals.iter().map(|total| (total.active, total.count)).collect();
    let factors = reduction(request).factors(&counts);
    let value: f64 = totals.iter().zip(&factors).map(|(total, factor)| total.numerator * factor).sum();
    let active: f64 = totals.iter().map(|total| total.active).sum();
    let of = candidates.map_or_else(|| totals.iter().map(|total| total.count).sum(), |of| of as f64);
    // The common factor comes last: whole numbers of triplets add up exactly in f32.
    let common = factors[0];
    let tracked = device.clone().autodiff();
    let mut gradient = vec![0.0; request.rows.values().len()];
    for block in blocks() {
        let raw = raw_rows(request, &tracked).require_grad();
        let sums = block_sums(request, &raw, block, &tracked)?;
        let parts =
            sums.into_iter().zip(&factors).map(|(sum, factor)| sum.numerator.mul_scalar(factor / common));
        let Some(value) = parts.reduce(|a, b| a + b) else { continue };
        let mut gradients = value.backward();
        let Some(found) = raw.grad_remove(&mut gradients) else { continue };
        let data = found.into_data_async().await.map_err(device_error)?;
        gradient.iter_mut().zip(floats(&data)).for_each(|(sum, part)| *sum += f64::from(part));
    }
    Ok(LossAnswer {
        value: value as f32,
        active: (active / of.max(1.0)) as f32,
        gradient: gradient.iter().map(|sum| (sum * common) as f32).collect(),
        learned_gradient: Vec::new(),
        bias_gradient: Vec::new(),
    })
}

/// The sums of each term over some anchors, against all rows.
fn block_sums(
    request: &LossRequest<'_>,
    raw: &Tensor<2>,
    (number, block): (usize, Range<usize>),
    device: &Device,
) -> Result<Vec<Sums>> {
    let labels = request.labels;
    let all = embeddings(request, raw);
    let anchors = all.clone().narrow(0, block.start, block.len());
    let (before, behind) = (block.start, labels.len() - block.end);
    let parts = [(0, before), (block.end, behind)].into_iter().filter(|&(_, length)| length > 0);
    let others: Vec<Tensor<2>> = parts.map(|(start, length)| all.clone().narrow(0, start, length)).collect();
    let other_labels = [&labels[..block.start], &labels[block.end..]].concat();
    let factors = factors(request, &labels[block.clone()], device);
    let pairing = Pairing::block(&labels[block], &other_labels, device);
    let memory = (!others.is_empty()).then(|| Tensor::cat(others, 0));
    let mut random = Random::new(u64::from(request.seed)).fork_at("block", number as u64);
    let input = Input { memory, ..Input::new(anchors, &pairing, &mut random) };
    request.objective.sums(input, reduction(request), factors.as_ref())
}
