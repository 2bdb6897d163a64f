//! The loss of one triplet in the plane, with its gradient: what the geometry view draws.

use burn::tensor::{Device, Tensor, TensorData, Transaction};
use serde::{Deserialize, Serialize};

use crate::distances::{Distance, RowKind, normalize};
use crate::error::{Error, Result};
use crate::losses::{Loss, contrastive, margin, triplet};
use crate::readback::{device_error, floats};

/// Three points and how to look at them.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GeometryRequest {
    /// ax, ay, px, py, nx, ny.
    pub points: Vec<f32>,
    /// Contrastive, triplet or margin.
    pub loss: Loss,
    /// How points are compared.
    pub distance: Distance,
    /// Whether the points are scaled to length 1 first.
    pub normalize: bool,
    /// The margin that divides semi-hard from easy.
    pub miner_margin: f64,
}

/// Where the negative lies: easy beyond the margin, semi-hard within it, hard nearer than the
/// positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Zone {
    /// t > m.
    Easy,
    /// 0 < t ≤ m.
    Semihard,
    /// t ≤ 0.
    Hard,
}

/// The loss of three points.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Geometry {
    /// d(a, p).
    pub ap: f32,
    /// d(a, n).
    pub an: f32,
    /// d(p, n).
    pub pn: f32,
    /// The loss.
    pub loss: f32,
    /// Parts that add up to it: one for triplet, positive and negative part for the others.
    pub parts: Vec<f32>,
    /// ∂loss/∂points, in the order of the points.
    #[serde(skip)]
    pub gradient: Vec<f32>,
    /// Where the negative lies.
    pub zone: Zone,
    /// Whether ap, an and pn are similarities.
    pub similarity: bool,
}

/// Computes it with the functions that training uses, by autodiff.
///
/// # Errors
/// `shape.mismatch`, `data.not_finite`, `geometry.loss_unsupported`, `config.invalid`.
pub async fn geometry(request: &GeometryRequest, device: &Device) -> Result<Geometry> {
    if request.points.len() != 6 {
        return Err(Error::shape("points", 6, request.points.len()));
    }
    if let Some(i) = request.points.iter().position(|x| !x.is_finite()) {
        return Err(Error::not_finite("points", i / 2));
    }
    request.loss.validate()?;
    request.distance.validate()?;
    if request.distance.rows() != RowKind::Vectors {
        return Err(Error::config(
            "distance",
            "must compare points: those of distributions have no place in the plane",
        ));
    }
    let raw = Tensor::<2>::from_data(TensorData::new(request.points.clone(), [3, 2]), device).require_grad();
    let points = if request.normalize { normalize(raw.clone()) } else { raw.clone() };
    let row = |i: usize| points.clone().narrow(0, i, 1);
    let distance = request.distance;
    let ap = distance.pairs(row(0), row(1));
    let an = distance.pairs(row(0), row(2));
    let pn = distance.pairs(row(1), row(2));
    let parts = parts(request.loss, distance, &ap, &an, &pn)?;
    let loss = parts.iter().cloned().reduce(|a, b| a + b).expect("a loss has at least one part");
    let mut gradients = loss.backward();
    let gradient =
        raw.grad_remove(&mut gradients).unwrap_or_else(|| Tensor::zeros([3, 2], &device.clone().inner()));

    let mut reads = Transaction::default()
        .register(gradient)
        .register(ap.inner())
        .register(an.inner())
        .register(pn.inner())
        .register(loss.inner());
    let count = parts.len();
    for part in parts {
        reads = reads.register(part.inner());
    }
    let data = reads.execute_async().await.map_err(device_error)?;
    let number = |i: usize| data[i].iter::<f32>().next().unwrap_or(f32::NAN);
    let (ap, an) = (number(1), number(2));
    let t = if distance.is_similarity() { ap - an } else { an - ap };
    let zone = match t {
        t if t <= 0.0 => Zone::Hard,
        t if t <= request.miner_margin as f32 => Zone::Semihard,
        _ => Zone::Easy,
    };
    Ok(Geometry {
        ap,
        an,
        pn: number(3),
        loss: number(4),
        parts: (5..5 + count).map(number).collect(),
        gradient: floats(&data[0]),
        zone,
        similarity: distance.is_similarity(),
    })
}

fn parts(
    loss: Loss,
    distance: Distance,
    ap: &Tensor<2>,
    an: &Tensor<2>,
    pn: &Tensor<2>,
) -> Result<Vec<Tensor<2>>> {
    let (ap, an) = (ap.clone(), an.clone());
    Ok(match loss {
        Loss::Triplet { margin, swap, smooth } => {
            let an = if swap { distance.nearer(an, pn.clone()) } else { an };
            vec![triplet::values(distance, ap, an, margin, smooth)]
        }
        Loss::Contrastive { pos_margin, neg_margin } => vec![
            contrastive::positive_values(distance, ap, pos_margin),
            contrastive::negative_values(distance, an, neg_margin),
        ],
        Loss::Margin { alpha, beta, .. } => vec![
            margin::positive_values(distance, ap, alpha, beta),
            margin::negative_values(distance, an, alpha, beta),
        ],
        _ => return Err(Error::GeometryLossUnsupported(loss.name())),
    })
}
