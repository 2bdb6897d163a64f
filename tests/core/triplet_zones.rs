//! Outlines of a triplet's zones, against the verdict at 10,000 positions and against areas worked by hand.

use std::f64::consts::PI;

use burn::tensor::Device;
use metriclab::distances::Distance;
use metriclab::losses::{Boundary, Contrastive, Loss, Margin, Softmax, Triplet};
use metriclab::random::Random;
use metriclab::tools::{
    Comparison, Outline, TripletGeometryRequest, TripletZones, TripletZonesRequest, Zone, triplet_geometry,
    triplet_zones,
};
use pollster::block_on;

const FRAME: [f64; 4] = [-2.0, -1.0, 2.0, 1.0];
const POSITIONS: usize = 10_000;
/// Positions that are also judged through the tensors.
const THROUGH_TENSORS: usize = 40;
/// Share of the frame's sides within which an outline may be wrong.
const NEAR: f64 = 0.005;
const MARGIN: f64 = 0.3;

const DISTANCES: [Distance; 12] = [
    Distance::Euclidean,
    Distance::SquaredEuclidean,
    Distance::Manhattan,
    Distance::Chebyshev,
    Distance::Minkowski { p: 1.5 },
    Distance::Minkowski { p: 3.0 },
    Distance::Minkowski { p: 64.0 },
    Distance::Cosine,
    Distance::Angle,
    Distance::Dot,
    Distance::Snr,
    Distance::Mahalanobis,
];

/// Anchors and positives: ordinary, centred, equal, opposite, close, beyond the frame, at the origin, in one direction.
const PAIRS: [[f32; 4]; 8] = [
    [-0.35, 0.0, 0.25, 0.35],
    [0.1, -0.2, 0.6, 0.4],
    [0.5, -0.2, 0.5, -0.2],
    [0.7, 0.65, -0.6, -0.7],
    [0.4, 0.1, 0.43, 0.12],
    [0.9, 0.3, 3.0, -2.0],
    [0.0, 0.0, 0.3, 0.1],
    [0.3, 0.4, 0.75, 1.0],
];

const LOSSES: [Loss; 5] = [
    Loss::Triplet(Triplet { margin: 0.2, swap: false, smooth: false }),
    Loss::Triplet(Triplet { margin: 0.2, swap: true, smooth: false }),
    Loss::Triplet(Triplet { margin: 0.2, swap: false, smooth: true }),
    Loss::Contrastive(Contrastive { pos_margin: 0.7, neg_margin: 0.9 }),
    Loss::Margin(Margin { alpha: 0.2, beta: 0.8, boundary: Boundary::Fixed, nu: 0.0 }),
];

fn zones_in(
    points: [f32; 4],
    loss: Loss,
    distance: Distance,
    normalize: bool,
    frame: [f64; 4],
) -> TripletZones {
    let request = TripletZonesRequest {
        points: points.to_vec(),
        loss,
        distance,
        normalize,
        miner_margin: MARGIN,
        frame,
    };
    triplet_zones(&request).expect("two points in the plane")
}

/// The definitions, smaller is closer, written out for two numbers.
fn apart(distance: Distance, normalize: bool, x: [f64; 2], y: [f64; 2]) -> f64 {
    let unit = |v: [f64; 2]| {
        let length = v[0].hypot(v[1]);
        if length > 0.0 { [v[0] / length, v[1] / length] } else { [0.0; 2] }
    };
    let [x, y] = if normalize { [unit(x), unit(y)] } else { [x, y] };
    let (dx, dy) = ((x[0] - y[0]).abs(), (x[1] - y[1]).abs());
    let cosine = || {
        let (x, y) = (unit(x), unit(y));
        (x[0] * y[0] + x[1] * y[1]).clamp(-1.0, 1.0)
    };
    match distance {
        Distance::Euclidean | Distance::Mahalanobis => dx.hypot(dy),
        Distance::SquaredEuclidean => dx * dx + dy * dy,
        Distance::Manhattan => dx + dy,
        Distance::Chebyshev => dx.max(dy),
        Distance::Minkowski { p } => (dx.powf(p) + dy.powf(p)).powf(1.0 / p),
        Distance::Cosine => 1.0 - cosine(),
        Distance::Angle => cosine().acos(),
        Distance::Dot => -(x[0] * y[0] + x[1] * y[1]),
        // The variance of two numbers is a quarter of their difference's square; 1e4 from an x without signal.
        Distance::Snr => {
            let (noise, signal, other) = (x[0] - y[0] - x[1] + y[1], x[0] - x[1], y[0] - y[1]);
            match noise * noise {
                0.0 => 0.0,
                _ if signal * signal <= 1e-4 * other * other => 1e4,
                noise => noise / (signal * signal),
            }
        }
        other => panic!("{other:?} compares no points"),
    }
}

/// Whether the loss is zero by its formula, with the distances as above.
fn is_zero(loss: Loss, distance: Distance, ap: f64, an: f64, pn: f64) -> bool {
    let as_distance = |value: f64| distance.apart(value);
    match loss {
        Loss::Triplet(Triplet { smooth: true, .. }) => false,
        Loss::Triplet(Triplet { margin, swap, .. }) => {
            ap - if swap { an.min(pn) } else { an } + margin <= 0.0
        }
        Loss::Contrastive(Contrastive { pos_margin, neg_margin }) => {
            ap <= as_distance(pos_margin) && an >= as_distance(neg_margin)
        }
        Loss::Margin(Margin { alpha, beta, .. }) => {
            ap - as_distance(beta) + alpha <= 0.0 && as_distance(beta) - an + alpha <= 0.0
        }
        other => panic!("{other:?} has no value on three points"),
    }
}

fn inside(outline: &Outline, [x, y]: [f64; 2]) -> bool {
    let mut crossings = 0;
    for ring in outline {
        let corner = |at: usize| [f64::from(ring[2 * at]), f64::from(ring[2 * at + 1])];
        let count = ring.len() / 2;
        for at in 0..count {
            let ([x0, y0], [x1, y1]) = (corner(at), corner((at + 1) % count));
            if (y0 > y) != (y1 > y) && x < x0 + (x1 - x0) * (y - y0) / (y1 - y0) {
                crossings += 1;
            }
        }
    }
    crossings % 2 == 1
}

fn area(outline: &Outline) -> f64 {
    let ring_area = |ring: &Vec<f32>| {
        let corner = |at: usize| [f64::from(ring[2 * at]), f64::from(ring[2 * at + 1])];
        let count = ring.len() / 2;
        let twice = |at: usize| {
            let ([x0, y0], [x1, y1]) = (corner(at), corner((at + 1) % count));
            x0 * y1 - x1 * y0
        };
        (0..count).map(twice).sum::<f64>() / 2.0
    };
    // Even-odd: one hole in one part is all that is used here.
    let areas: Vec<f64> = outline.iter().map(|ring| ring_area(ring).abs()).collect();
    match areas[..] {
        [] => 0.0,
        [one] => one,
        [one, other] => (one - other).abs(),
        _ => panic!("{} lines", areas.len()),
    }
}

fn positions(random: &mut Random, [left, bottom, right, top]: [f64; 4]) -> Vec<[f32; 2]> {
    let mut along = |low: f64, high: f64| (low + (high - low) * f64::from(random.uniform())) as f32;
    (0..POSITIONS).map(|_| [along(left, right), along(bottom, top)]).collect()
}

/// Whether a verdict changes within `NEAR` of a position.
fn is_near_a_boundary(at: [f32; 2], frame: [f64; 4], verdict: &dyn Fn([f64; 2]) -> u8) -> bool {
    let here = verdict(at.map(f64::from));
    let size = [frame[2] - frame[0], frame[3] - frame[1]];
    (1..=4).any(|ring| {
        (0..32).any(|step| {
            let (sin, cos) = (f64::from(step) * PI / 16.0).sin_cos();
            let radius = NEAR * f64::from(ring) / 4.0;
            verdict([f64::from(at[0]) + radius * size[0] * cos, f64::from(at[1]) + radius * size[1] * sin])
                != here
        })
    })
}

/// The share of positions at which the outlines and a verdict disagree; all of them must lie near a boundary.
fn disagreement(
    case: &str,
    positions: &[[f32; 2]],
    outlined: &dyn Fn([f64; 2]) -> u8,
    verdict: &dyn Fn([f64; 2]) -> u8,
) -> f64 {
    let wrong: Vec<[f32; 2]> = positions
        .iter()
        .copied()
        .filter(|at| outlined(at.map(f64::from)) != verdict(at.map(f64::from)))
        .collect();
    for &at in &wrong {
        assert!(is_near_a_boundary(at, FRAME, verdict), "{case}: wrong at {at:?}, far from any boundary");
    }
    wrong.len() as f64 / positions.len() as f64
}

/// 0 hard, 1 semi-hard, 2 easy, 9 where none or several claim the position.
fn outlined_zone(zones: &TripletZones, at: [f64; 2]) -> u8 {
    match [&zones.hard, &zones.semihard, &zones.easy].map(|outline| inside(outline, at)) {
        [true, false, false] => 0,
        [false, true, false] => 1,
        [false, false, true] => 2,
        _ => 9,
    }
}

#[test]
fn the_zones_are_those_of_the_verdict_at_10_000_positions() {
    let mut random = Random::new(11);
    for distance in DISTANCES {
        let mut worst = 0.0_f64;
        for normalize in [false, true] {
            for pair in PAIRS {
                let [a, p] = [[pair[0], pair[1]], [pair[2], pair[3]]];
                let wide = |v: [f32; 2]| v.map(f64::from);
                let near = apart(distance, normalize, wide(a), wide(p));
                let zones = zones_in(pair, LOSSES[0], distance, normalize, FRAME);
                let verdict = |n: [f64; 2]| {
                    let far = apart(distance, normalize, wide(a), n);
                    let rounding = 1e-6 * near.abs().max(far.abs());
                    u8::from(far - near > rounding) + u8::from(far - near > MARGIN + rounding)
                };
                let case = format!("{distance:?}, normalised {normalize}, {pair:?}");
                let at = positions(&mut random, FRAME);
                let share = disagreement(&case, &at, &|n| outlined_zone(&zones, n), &verdict);
                assert!(share < 0.003, "{case}: {share} of the positions");
                worst = worst.max(share);
                let comparison = Comparison { distance, normalize };
                for n in at.into_iter().take(THROUGH_TENSORS) {
                    let request = TripletGeometryRequest {
                        points: [a, p, n].concat(),
                        loss: LOSSES[0],
                        distance,
                        normalize,
                        miner_margin: MARGIN,
                    };
                    let seen = block_on(triplet_geometry(&request, &Device::flex().autodiff()));
                    let zone = seen.expect("three points").zone;
                    assert_eq!(zone, Zone::of(comparison.excess(a, p, n), MARGIN), "{case}: one verdict");
                    if !is_near_a_boundary(n, FRAME, &verdict) {
                        let expected =
                            [Zone::Hard, Zone::Semihard, Zone::Easy][usize::from(verdict(wide(n)))];
                        assert_eq!(zone, expected, "{case}: negative at {n:?}");
                    }
                }
            }
        }
        println!("{distance:?}: at most {:.3} % of the positions disagree", 100.0 * worst);
    }
}

#[test]
fn the_loss_is_zero_where_the_outline_says_so() {
    let mut random = Random::new(12);
    for distance in DISTANCES {
        let mut worst = 0.0_f64;
        for loss in LOSSES {
            for normalize in [false, true] {
                for pair in [PAIRS[0], PAIRS[3], PAIRS[6]] {
                    let wide = |at: usize| [f64::from(pair[at]), f64::from(pair[at + 1])];
                    let (a, p) = (wide(0), wide(2));
                    let near = apart(distance, normalize, a, p);
                    let zones = zones_in(pair, loss, distance, normalize, FRAME);
                    let zero = zones.zero_loss.expect("a loss of three points");
                    // The scale of rounding, so that equal values stay equal.
                    let rounded = near - 1e-6 * near.abs();
                    let verdict = |n: [f64; 2]| {
                        let [an, pn] = [a, p].map(|from| apart(distance, normalize, from, n));
                        u8::from(is_zero(loss, distance, rounded, an, pn))
                    };
                    let case = format!("{loss:?}, {distance:?}, normalised {normalize}, {pair:?}");
                    let at = positions(&mut random, FRAME);
                    let share = disagreement(&case, &at, &|n| u8::from(inside(&zero, n)), &verdict);
                    assert!(share < 0.003, "{case}: {share} of the positions");
                    worst = worst.max(share);
                }
            }
        }
        println!("{distance:?}: at most {:.3} % of the positions disagree", 100.0 * worst);
    }
}

fn close(got: f64, want: f64, what: &str) {
    assert!((got - want).abs() < 0.004 * FRAME_AREA, "{what}: {got}, not {want}");
}
const FRAME_AREA: f64 = 8.0;

#[test]
fn areas_worked_by_hand() {
    let zones = |points, distance| zones_in(points, LOSSES[0], distance, false, FRAME);
    // d(a, p) = 0.5 by each of the three: a disc, a square on its corner, a square.
    let disc = zones([0.1, 0.0, 0.4, 0.4], Distance::Euclidean);
    close(area(&disc.hard), PI * 0.25, "a disc of radius 0.5");
    close(area(&disc.semihard), PI * (0.64 - 0.25), "a ring of width 0.3");
    close(area(&disc.easy), FRAME_AREA - PI * 0.64, "the rest");
    let corner = zones([0.1, 0.0, 0.35, 0.25], Distance::Manhattan);
    close(area(&corner.hard), 2.0 * 0.25, "2 r²");
    let square = zones([0.1, 0.0, 0.6, 0.2], Distance::Chebyshev);
    close(area(&square.hard), 1.0, "(2r)²");
    assert!(corner.hard[0].len() <= 2 * 8, "a square has few corners: {:?}", corner.hard);

    // Right angles: the half plane of the anchor's side. Without a limit the zone ends at the frame.
    let half = zones([1.0, 0.0, 0.0, 0.7], Distance::Angle);
    close(area(&half.hard), FRAME_AREA / 2.0, "90° to either side");
    assert!(half.directional, "an angle asks for directions only");
    // x·a = 0.5: half of the frame's right part.
    let dot = zones([1.0, 0.0, 0.5, 0.9], Distance::Dot);
    close(area(&dot.hard), 1.5 * 2.0, "x ≥ 0.5");
    close(area(&dot.semihard), 0.3 * 2.0, "0.2 ≤ x < 0.5");
    assert!(!dot.directional && !disc.directional, "these ask for the length too");
}

#[test]
fn empty_and_unbounded_zones() {
    let whole = vec![vec![-2.0, -1.0, 2.0, -1.0, 2.0, 1.0, -2.0, 1.0]];
    let none = Outline::new();
    let zones = |points, distance, normalize| zones_in(points, LOSSES[0], distance, normalize, FRAME);
    for distance in DISTANCES {
        // No direction is farther than the opposite one, unless sides count for more than diagonals.
        if !matches!(distance, Distance::Snr | Distance::Chebyshev | Distance::Minkowski { .. }) {
            let opposite = zones([0.6, 0.6, -0.2, -0.2], distance, true);
            assert_eq!(opposite.hard, whole, "{distance:?}: opposite");
            assert_eq!((&opposite.semihard, &opposite.easy), (&none, &none), "{distance:?}: nothing else");
        }
        // Only the anchor itself is as near as the positive: no area.
        if !matches!(distance, Distance::Dot) {
            let equal = zones([0.5, -0.2, 0.5, -0.2], distance, false);
            assert_eq!(equal.hard, none, "{distance:?}: anchor and positive are one");
            assert!(!equal.semihard.is_empty(), "{distance:?}: a margin around them");
        }
    }
    let zero = zones([0.0, 0.0, 0.4, 0.3], Distance::Dot, false);
    assert_eq!(zero.hard, whole, "every product with zero is zero");
    let zero = zones([0.0, 0.0, 0.4, 0.3], Distance::Euclidean, true);
    assert_eq!(zero.hard, whole, "every unit vector is 1 from zero");
    let far = zones([0.0, 0.0, 50.0, 0.0], Distance::Euclidean, false);
    assert_eq!((far.hard, far.easy), (whole, none), "the disc holds the frame");
}

#[test]
fn a_scaled_triplet_has_the_scaled_zones() {
    for (distance, degree) in [
        (Distance::Euclidean, 1),
        (Distance::SquaredEuclidean, 2),
        (Distance::Manhattan, 1),
        (Distance::Chebyshev, 1),
        (Distance::Dot, 2),
    ] {
        let points = PAIRS[0];
        let reference = zones_in(points, LOSSES[0], distance, false, FRAME);
        for power in (-60..=60).step_by(12) {
            let scale = 2.0_f64.powi(power);
            let request = TripletZonesRequest {
                points: points.map(|x| x * scale as f32).to_vec(),
                loss: LOSSES[0],
                distance,
                normalize: false,
                miner_margin: MARGIN * scale.powi(degree),
                frame: FRAME.map(|side| side * scale),
            };
            let scaled = triplet_zones(&request).expect("two points in the plane");
            let back = |outline: &Outline| -> Outline {
                outline.iter().map(|ring| ring.iter().map(|x| x / scale as f32).collect()).collect()
            };
            for (got, want) in [(&scaled.hard, &reference.hard), (&scaled.semihard, &reference.semihard)] {
                assert_eq!(&back(got), want, "{distance:?} times 2^{power}");
            }
        }
    }
}

#[test]
fn thresholds_are_circles_around_the_anchor() {
    let loss = Loss::Contrastive(Contrastive { pos_margin: 0.25, neg_margin: 0.75 });
    let seen = zones_in([0.1, 0.0, 0.4, 0.4], loss, Distance::Euclidean, false, FRAME);
    let [positive, negative] = &seen.thresholds[..] else { panic!("two thresholds") };
    assert_eq!((positive.symbol, negative.symbol), ("mₚ", "mₙ"), "their symbols");
    close(area(&positive.within), PI * 0.0625, "a disc of radius 0.25");
    close(area(&negative.within), PI * 0.5625, "a disc of radius 0.75");
    // β − α = 0.5 and β + α = 0.87 as cosines: 60° and 30° to either side.
    let loss = Loss::Margin(Margin { alpha: 0.183, beta: 0.683, boundary: Boundary::Fixed, nu: 0.0 });
    let seen = zones_in([1.0, 0.0, 0.9, 0.0], loss, Distance::Cosine, false, [-1.0, -1.0, 1.0, 1.0]);
    let within = |at: usize, degrees: f64| {
        let (sin, cos) = degrees.to_radians().sin_cos();
        inside(&seen.thresholds[at].within, [0.8 * cos, 0.8 * sin])
    };
    assert_eq!((within(0, 59.0), within(0, 61.0)), (true, false), "60°");
    assert_eq!((within(1, -29.0), within(1, -31.0)), (true, false), "30°");
    let other = zones_in(PAIRS[0], Loss::Softmax(Softmax {}), Distance::Euclidean, false, FRAME);
    assert!(other.zero_loss.is_none() && other.thresholds.is_empty(), "a softmax knows no triplet");
    assert!(!other.hard.is_empty(), "the zones are the miner's");
}

#[test]
fn bad_requests_are_refused() {
    let good = TripletZonesRequest {
        points: PAIRS[0].to_vec(),
        loss: LOSSES[0],
        distance: Distance::Euclidean,
        normalize: false,
        miner_margin: 0.2,
        frame: FRAME,
    };
    let code = |request: TripletZonesRequest| triplet_zones(&request).expect_err("refused").code();
    assert!(triplet_zones(&good).is_ok(), "a good request");
    let with = |change: fn(&mut TripletZonesRequest)| {
        let mut request = good.clone();
        change(&mut request);
        code(request)
    };
    assert_eq!(with(|request| request.points.truncate(2)), "shape.mismatch", "one point");
    assert_eq!(with(|request| request.points[1] = f32::NAN), "data.not_finite", "no number");
    assert_eq!(with(|request| request.distance = Distance::Hellinger), "config.invalid", "histograms");
    assert_eq!(with(|request| request.miner_margin = f64::NAN), "config.invalid", "no margin");
    assert_eq!(with(|request| request.frame = [0.0, 0.0, 0.0, 1.0]), "config.invalid", "no width");
    assert_eq!(with(|request| request.frame = [0.0, 1.0, 1.0, 0.0]), "config.invalid", "upside down");
    assert_eq!(with(|request| request.frame[2] = f64::INFINITY), "config.invalid", "no end");
}
