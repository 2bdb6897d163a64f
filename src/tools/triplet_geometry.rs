//! The geometry of one triplet in the plane: its distances, its loss and the gradient of the loss.

use burn::tensor::{Device, Tensor, TensorData, Transaction};
use serde::{Deserialize, Serialize};

use crate::distances::{Distance, RowKind, normalize};
use crate::error::{Error, Result};
use crate::losses::{Contrastive, Loss, Margin, OnATriplet, Triplet, contrastive, margin, triplet};
use crate::readback::{device_error, floats};

/// Three points, how they are compared, and a loss.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TripletGeometryRequest {
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

/// Where the negative lies, by t = d(a, n) − d(a, p), or s(a, p) − s(a, n) for a similarity.
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

impl Zone {
    /// The zone of t with the margin m. A negative margin leaves no semi-hard zone.
    pub fn of(t: f64, margin: f64) -> Self {
        match t {
            t if t <= 0.0 => Self::Hard,
            t if t <= margin => Self::Semihard,
            _ => Self::Easy,
        }
    }
}

/// How two points of the plane are compared.
#[derive(Clone, Copy, Debug)]
pub struct Comparison {
    /// A distance of vectors.
    pub distance: Distance,
    /// Whether points are scaled to length 1 first.
    pub normalize: bool,
}

impl Comparison {
    /// t and a margin count as equal where they differ by less than this share of the two distances: the rounding of
    /// rows in f32.
    const ROUNDING: f64 = 1.0 / (1 << 21) as f64;

    /// d(x, y) in f64, smaller is closer: 1 − s for the cosine, −s for the dot product.
    pub fn apart(self, x: [f32; 2], y: [f32; 2]) -> f64 {
        let [x, y] = if self.normalize { [x, y].map(unit) } else { [x, y] };
        self.distance.apart(self.distance.between_unchecked(&x, &y))
    }

    /// t = d(a, n) − d(a, p), less what rounding may add: t ≤ 0 where the two are equal.
    pub fn excess(self, anchor: [f32; 2], positive: [f32; 2], negative: [f32; 2]) -> f64 {
        Self::excess_over(self.apart(anchor, negative), self.apart(anchor, positive))
    }

    /// x − y, less what rounding may add.
    pub(super) fn excess_over(x: f64, y: f64) -> f64 {
        x - y - Self::ROUNDING * x.abs().max(y.abs())
    }

    /// Whether x and 2x are the same.
    pub fn is_directional(self) -> bool {
        self.normalize || matches!(self.distance, Distance::Cosine | Distance::Angle)
    }
}

/// x / ‖x‖; the origin stays where it is.
fn unit(point: [f32; 2]) -> [f32; 2] {
    let [x, y] = point.map(f64::from);
    let length = x.hypot(y);
    if length > 0.0 { [(x / length) as f32, (y / length) as f32] } else { point }
}

/// The distances of three points, their loss and its gradient.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TripletGeometry {
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
pub async fn triplet_geometry(request: &TripletGeometryRequest, device: &Device) -> Result<TripletGeometry> {
    check_points(&request.points, 3)?;
    request.loss.validate()?;
    check_distance(request.distance)?;
    let raw = Tensor::<2>::from_data(TensorData::new(request.points.clone(), [3, 2]), device).require_grad();
    let points = if request.normalize { normalize(raw.clone()) } else { raw.clone() };
    let row = |i: usize| points.clone().narrow(0, i, 1);
    let distance = request.distance;
    let ap = distance.pairs_unchecked(row(0), row(1));
    let an = distance.pairs_unchecked(row(0), row(2));
    let pn = distance.pairs_unchecked(row(1), row(2));
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
    let point = |i: usize| [request.points[2 * i], request.points[2 * i + 1]];
    let comparison = Comparison { distance, normalize: request.normalize };
    let t = comparison.excess(point(0), point(1), point(2));
    Ok(TripletGeometry {
        ap: number(1),
        an: number(2),
        pn: number(3),
        loss: number(4),
        parts: (5..5 + count).map(number).collect(),
        gradient: floats(&data[0]),
        zone: Zone::of(t, request.miner_margin),
        similarity: distance.is_similarity(),
    })
}

/// `shape.mismatch` unless there are so many points, `data.not_finite` unless they are finite.
pub(super) fn check_points(points: &[f32], count: usize) -> Result<()> {
    if points.len() != 2 * count {
        return Err(Error::shape("points", 2 * count, points.len()));
    }
    match points.iter().position(|x| !x.is_finite()) {
        Some(at) => Err(Error::not_finite("points", at / 2)),
        None => Ok(()),
    }
}

/// `config.invalid` unless it compares points of the plane.
pub(super) fn check_distance(distance: Distance) -> Result<()> {
    distance.validate()?;
    match distance.rows() {
        RowKind::Vectors => Ok(()),
        RowKind::Histograms | RowKind::Samples => Err(Error::config(
            "distance",
            "must compare points: those of distributions have no place in the plane",
        )),
    }
}

/// Parts of the loss that add up to it.
fn parts(
    loss: Loss,
    distance: Distance,
    ap: &Tensor<2>,
    an: &Tensor<2>,
    pn: &Tensor<2>,
) -> Result<Vec<Tensor<2>>> {
    let (ap, an) = (ap.clone(), an.clone());
    let form = loss.on_a_triplet().ok_or_else(|| Error::GeometryLossUnsupported(loss.name()))?;
    Ok(match form {
        OnATriplet::Triplet(Triplet { margin, swap, smooth }) => {
            let an = if swap { distance.nearer(an, pn.clone()) } else { an };
            vec![triplet::values(distance, ap, an, margin, smooth)]
        }
        OnATriplet::Contrastive(Contrastive { pos_margin, neg_margin }) => vec![
            contrastive::positive_values(distance, ap, pos_margin),
            contrastive::negative_values(distance, an, neg_margin),
        ],
        OnATriplet::Margin(Margin { alpha, beta, .. }) => vec![
            margin::positive_values(distance, ap, alpha, beta),
            margin::negative_values(distance, an, alpha, beta),
        ],
    })
}
