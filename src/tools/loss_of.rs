//! A loss, and its gradient, on rows that the client brings: for networks of its own, and for comparing devices.

use burn::tensor::{Device, Int, Tensor, TensorData, Transaction};

use crate::distances::{RowKind, check_histograms, normalize};
use crate::error::{Error, Result};
use crate::losses::{Looks, Owns};
use crate::neighbours::Rows;
use crate::objective::{Input, Learned, Objective};
use crate::pairing::TripletGrid;
use crate::random::Random;
use crate::readback::{device_error, floats};

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
    /// What the loss learns beside the network: class weights `[d, C·K]`, row after row, or boundaries; else empty.
    pub learned: &'a [f32],
    /// For miners that draw.
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
}

/// Computes it by the functions that training uses.
///
/// # Errors
/// `config.invalid` for choices that do not go together; `shape.mismatch` unless there is a label a row and `learned`
/// has whole columns, at least one a class; `batch.*`; `data.invalid` where rows must be histograms and are none;
/// `device.*`.
pub async fn loss_of(request: &LossRequest<'_>, device: &Device) -> Result<LossAnswer> {
    let LossRequest { objective, rows, labels, .. } = *request;
    objective.validate(request.normalize || objective.loss.wants_unit() == Some(true))?;
    if labels.len() != rows.count() {
        return Err(Error::shape("labels", rows.count(), labels.len()));
    }
    if objective.distance.rows() == RowKind::Histograms && objective.loss.looks() != Looks::AtClasses {
        check_histograms("embeddings", rows.values(), rows.dim())?;
    }
    let device = device.clone().autodiff();
    let raw =
        Tensor::<2>::from_data(TensorData::new(rows.values().to_vec(), [rows.count(), rows.dim()]), &device)
            .require_grad();
    let (own, learned) = learned(request, &device)?;
    let grid = TripletGrid::new(labels, &device)?;
    let embeddings = if request.normalize { normalize(raw.clone()) } else { raw.clone() };
    let mut random = Random::new(u64::from(request.seed));
    let input = Input { learned, ..Input::new(embeddings, &grid, &mut random) };
    let found = objective.value(input)?;
    let mut gradients = found.value.backward();
    let zeros = |tensor: &Tensor<2>| tensor.clone().inner().zeros_like();
    let gradient = raw.grad_remove(&mut gradients).unwrap_or_else(|| zeros(&raw));
    let mut reads = Transaction::default()
        .register(gradient)
        .register(found.value.inner())
        .register(found.active.inner());
    if let Some(own) = own {
        reads = reads.register(own.grad_remove(&mut gradients).unwrap_or_else(|| zeros(&own)));
    }
    let data = reads.execute_async().await.map_err(device_error)?;
    Ok(LossAnswer {
        gradient: floats(&data[0]),
        value: floats(&data[1])[0],
        active: floats(&data[2])[0],
        learned_gradient: data.get(3).map(floats).unwrap_or_default(),
    })
}

fn learned(request: &LossRequest<'_>, device: &Device) -> Result<(Option<Tensor<2>>, Option<Learned>)> {
    let LossRequest { rows, labels, learned: numbers, .. } = *request;
    let classes = labels.iter().max().map_or(0, |&label| usize::from(label) + 1);
    let targets: Vec<i32> = labels.iter().map(|&label| i32::from(label)).collect();
    let targets = Tensor::<2, Int>::from_data(TensorData::new(targets, [labels.len(), 1]), device);
    let tensor = |shape: [usize; 2]| {
        Tensor::<2>::from_data(TensorData::new(numbers.to_vec(), shape), device).require_grad()
    };
    match request.objective.loss.owns() {
        Owns::Nothing => Ok((None, None)),
        Owns::Weights { centers } => {
            let columns = numbers.len() / rows.dim();
            if columns < classes * centers || numbers.len() % (rows.dim() * centers) != 0 {
                return Err(Error::shape("learned", rows.dim() * classes * centers, numbers.len()));
            }
            let own = tensor([rows.dim(), columns]);
            let bias = Tensor::zeros([1, columns], device);
            Ok((Some(own.clone()), Some(Learned { weights: Some((own, bias)), boundary: None, targets })))
        }
        Owns::Boundaries { per_class, .. } => {
            let count = if per_class { classes } else { 1 };
            if numbers.len() != count {
                return Err(Error::shape("learned", count, numbers.len()));
            }
            let own = tensor([1, count]);
            Ok((Some(own.clone()), Some(Learned { weights: None, boundary: Some(own), targets })))
        }
    }
}
