//! Outlines of the zones in which the negative of a triplet is hard, semi-hard or easy, and of the part of the plane
//! in which the loss is zero.

use serde::{Deserialize, Serialize};

use super::contour::{Field, Frame, Point, Ring};
use super::triplet_geometry::{Comparison, check_distance, check_points};
use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::losses::{Contrastive, Loss, Margin, OnATriplet, Triplet};

/// An anchor, a positive, and the part of the plane to look at.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TripletZonesRequest {
    /// ax, ay, px, py.
    pub points: Vec<f32>,
    /// The loss. It decides `zero_loss` and `thresholds` of the answer.
    pub loss: Loss,
    /// How points are compared: a distance of vectors.
    pub distance: Distance,
    /// Whether the points are scaled to length 1 first.
    pub normalize: bool,
    /// The margin m that divides semi-hard from easy.
    pub miner_margin: f64,
    /// The rectangle to look at: left, bottom, right, top.
    pub frame: [f64; 4],
}

/// Part of the frame: closed lines, each as x0, y0, x1, y1, … The part is filled by the even-odd rule, so that a line
/// within another is a hole. No lines: the part is empty.
pub type Outline = Vec<Vec<f32>>;

/// A threshold of the loss, as a part of the plane around the anchor.
#[derive(Clone, Debug, Serialize)]
pub struct Threshold {
    /// Its symbol: "mₚ", "mₙ", "β − α", "β + α".
    pub symbol: &'static str,
    /// A distance, or a similarity.
    pub value: f64,
    /// The points at this distance of the anchor at most, or at this similarity at least.
    pub within: Outline,
}

/// Where the negative would be hard, semi-hard or easy.
///
/// With t(n) = d(a, n) − d(a, p), or s(a, p) − s(a, n) for a similarity: hard t ≤ 0, semi-hard 0 < t ≤ m, easy t > m.
/// An outline is within 0.3 % of the frame's sides of the true one, and parts thinner than that may be missing.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TripletZones {
    /// Negatives nearer than the positive.
    pub hard: Outline,
    /// Negatives farther than the positive, by m at most.
    pub semihard: Outline,
    /// All others.
    pub easy: Outline,
    /// Where the negative makes the loss of the triplet zero; none where the loss has no value on three points alone.
    pub zero_loss: Option<Outline>,
    /// Distances at which a part of the loss becomes zero; empty for a loss that has no such constant.
    pub thresholds: Vec<Threshold>,
    /// Whether only the direction of a point counts, so that the unit circle stands for the plane.
    pub directional: bool,
}

/// Traces the zones: every position in the frame is judged as [`super::triplet_geometry`] judges its negative.
///
/// # Errors
/// `shape.mismatch` unless there are two points; `data.not_finite`; `config.invalid` for a distance of distributions, a
/// margin that is not finite and a frame without area.
pub fn triplet_zones(request: &TripletZonesRequest) -> Result<TripletZones> {
    check_points(&request.points, 2)?;
    request.loss.validate()?;
    check_distance(request.distance)?;
    if !request.miner_margin.is_finite() {
        return Err(Error::config("minerMargin", format!("must be finite, is {}", request.miner_margin)));
    }
    let frame = frame(request.frame)?;
    let &[ax, ay, px, py] = &request.points[..] else { return Err(Error::shape("points", 4, 0)) };
    let (anchor, positive) = ([ax, ay], [px, py]);
    let comparison = Comparison { distance: request.distance, normalize: request.normalize };
    let seeds = [anchor, positive, [0.0; 2]].map(|point| point.map(f64::from));
    let reference = comparison.apart(anchor, positive);
    let excess = Field::new(frame, &seeds, |[x, y]: Point| {
        Comparison::excess_over(comparison.apart(anchor, [x as f32, y as f32]), reference)
    });
    let whole = vec![frame.ring()];
    let hard = excess.outline(0.0);
    let within = excess.outline(request.miner_margin.max(0.0));
    let form = request.loss.on_a_triplet();
    let zero_loss = form.map(|form| match rest(form, request.distance, reference) {
        Rest::Nowhere => Vec::new(),
        Rest::Beyond { least, swap: false } => without(&whole, &excess.outline(least - reference)),
        Rest::Beyond { least, swap: true } => {
            let nearer = Field::new(frame, &seeds, |[x, y]: Point| {
                let negative = [x as f32, y as f32];
                comparison.apart(anchor, negative).min(comparison.apart(positive, negative))
            });
            without(&whole, &nearer.outline(least))
        }
    });
    let thresholds = form.map(thresholds).unwrap_or_default().into_iter().map(|(symbol, value)| Threshold {
        symbol,
        value,
        within: flat(&excess.outline(request.distance.apart(value) - reference)),
    });
    Ok(TripletZones {
        semihard: flat(&without(&within, &hard)),
        easy: flat(&without(&whole, &within)),
        hard: flat(&hard),
        zero_loss: zero_loss.map(|rings| flat(&rings)),
        thresholds: thresholds.collect(),
        directional: comparison.is_directional(),
    })
}

fn frame([left, bottom, right, top]: [f64; 4]) -> Result<Frame> {
    let finite = [left, bottom, right, top].into_iter().all(|side| (side as f32).is_finite());
    if !finite || left as f32 >= right as f32 || bottom as f32 >= top as f32 {
        return Err(Error::config(
            "frame",
            format!(
                "must be left, bottom, right and top of a rectangle, is [{left}, {bottom}, {right}, {top}]"
            ),
        ));
    }
    Ok(Frame { left, bottom, right, top })
}

/// The part between two outlines, by the even-odd rule.
fn without(outer: &[Ring], inner: &[Ring]) -> Vec<Ring> {
    if outer == inner { Vec::new() } else { [outer, inner].concat() }
}

fn flat(rings: &[Ring]) -> Outline {
    rings.iter().map(|ring| ring.iter().flatten().map(|&x| x as f32).collect()).collect()
}

/// Where the loss of a triplet is zero, as seen from its negative.
enum Rest {
    Nowhere,
    /// The negative lies at least so far apart from the anchor, and with `swap` from the positive too.
    Beyond {
        least: f64,
        swap: bool,
    },
}

/// With the positive `reference` apart from the anchor; contrastive and margin loss pull at it beyond a limit.
fn rest(form: OnATriplet, distance: Distance, reference: f64) -> Rest {
    let beyond = |most: f64, least: f64| match Comparison::excess_over(reference, most) {
        excess if excess > 0.0 => Rest::Nowhere,
        _ => Rest::Beyond { least, swap: false },
    };
    match form {
        OnATriplet::Triplet(Triplet { smooth: true, .. }) => Rest::Nowhere,
        OnATriplet::Triplet(Triplet { margin, swap, .. }) => Rest::Beyond { least: reference + margin, swap },
        OnATriplet::Contrastive(Contrastive { pos_margin, neg_margin }) => {
            beyond(distance.apart(pos_margin), distance.apart(neg_margin))
        }
        OnATriplet::Margin(Margin { alpha, beta, .. }) => {
            let beta = distance.apart(beta);
            beyond(beta - alpha, beta + alpha)
        }
    }
}

/// Constants of the loss with which a distance from the anchor is compared.
fn thresholds(form: OnATriplet) -> Vec<(&'static str, f64)> {
    match form {
        OnATriplet::Triplet(_) => Vec::new(),
        OnATriplet::Contrastive(Contrastive { pos_margin, neg_margin }) => {
            vec![("mₚ", pos_margin), ("mₙ", neg_margin)]
        }
        OnATriplet::Margin(Margin { alpha, beta, .. }) => {
            vec![("β − α", beta - alpha), ("β + α", beta + alpha)]
        }
    }
}
