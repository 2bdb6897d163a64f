//! The loss of three points: worked by hand.

use burn::tensor::Device;
use metriclab::distances::Distance;
use metriclab::losses::{Boundary, Contrastive, Loss, Margin, Softmax, Triplet};
use metriclab::tools::{TripletGeometry, TripletGeometryRequest, Zone, triplet_geometry};
use pollster::block_on;

const TOLERANCE: f32 = 1e-5;

fn look(points: [f32; 6], loss: Loss, distance: Distance, normalize: bool) -> TripletGeometry {
    let request =
        TripletGeometryRequest { points: points.to_vec(), loss, distance, normalize, miner_margin: 1.5 };
    block_on(triplet_geometry(&request, &Device::flex().autodiff())).expect("three points in the plane")
}

fn close(got: &[f32], want: &[f32], what: &str) {
    assert_eq!(got.len(), want.len(), "{what}: length");
    for (got, want) in got.iter().zip(want) {
        assert!((got - want).abs() < TOLERANCE, "{what}: {got}, not {want}");
    }
}

fn triplet(margin: f64) -> Loss {
    Loss::Triplet(Triplet { margin, swap: false, smooth: false })
}

// a at the origin, p at (3, 4): d(a,p) = 5; n at (0, −6): d(a,n) = 6; d(p,n) = √(9 + 100).
const POINTS: [f32; 6] = [0.0, 0.0, 3.0, 4.0, 0.0, -6.0];

#[test]
fn triplet_with_a_3_4_5_triangle() {
    let seen = look(POINTS, triplet(2.0), Distance::Euclidean, false);
    close(&[seen.ap, seen.an, seen.pn, seen.loss], &[5.0, 6.0, 109.0_f32.sqrt(), 1.0], "5 − 6 + 2");
    close(&seen.parts, &[1.0], "one part");
    // ∂/∂p = (p − a)/d(a,p), ∂/∂n = −(n − a)/d(a,n), ∂/∂a the negative of their sum.
    close(&seen.gradient, &[-0.6, -0.8 - 1.0, 0.6, 0.8, 0.0, 1.0], "gradient");
    assert_eq!(seen.zone, Zone::Semihard, "6 − 5 is within 1.5");
}

#[test]
fn beyond_the_margin_nothing_pulls() {
    let seen = look(POINTS, triplet(0.5), Distance::Euclidean, false);
    close(&[seen.loss], &[0.0], "5 − 6 + 0.5 is below 0");
    close(&seen.gradient, &[0.0; 6], "no gradient");
}

#[test]
fn contrastive_and_margin_have_two_parts() {
    let contrastive = Loss::Contrastive(Contrastive { pos_margin: 1.0, neg_margin: 8.0 });
    let seen = look(POINTS, contrastive, Distance::Euclidean, false);
    close(&seen.parts, &[4.0, 2.0], "5 − 1 and 8 − 6");
    close(&[seen.loss], &[6.0], "their sum");
    let seen = look(
        POINTS,
        Loss::Margin(Margin { alpha: 1.0, beta: 5.5, boundary: Boundary::Fixed, nu: 0.0 }),
        Distance::Euclidean,
        false,
    );
    close(&seen.parts, &[0.5, 0.5], "5 − 5.5 + 1 and 5.5 − 6 + 1");
}

#[test]
fn zones_and_similarities() {
    let zone = |n: f32| look([0.0, 0.0, 1.0, 0.0, n, 0.0], triplet(0.2), Distance::Euclidean, false).zone;
    assert_eq!(
        (zone(0.5), zone(2.0), zone(3.0)),
        (Zone::Hard, Zone::Semihard, Zone::Easy),
        "by the margin 1.5"
    );
    let seen = look([1.0, 0.0, 0.0, 2.0, -3.0, 0.0], triplet(0.2), Distance::Cosine, false);
    assert!(seen.similarity, "the cosine grows with closeness");
    close(&[seen.ap, seen.an], &[0.0, -1.0], "right angle and opposite");
    assert_eq!(seen.zone, Zone::Semihard, "0 − (−1) is within 1.5");
    let unit = look([5.0, 0.0, 0.0, 3.0, -2.0, 0.0], triplet(0.2), Distance::Euclidean, true);
    close(&[unit.ap, unit.an], &[2.0_f32.sqrt(), 2.0], "on the unit circle");
}

#[test]
fn coinciding_points_and_bad_requests() {
    let seen = look([1.0; 6], triplet(0.2), Distance::Euclidean, false);
    close(&seen.gradient, &[0.0; 6], "a zero distance has a zero gradient");
    let code = |points: Vec<f32>, loss: Loss| {
        let request = TripletGeometryRequest {
            points,
            loss,
            distance: Distance::Euclidean,
            normalize: false,
            miner_margin: 0.2,
        };
        block_on(triplet_geometry(&request, &Device::flex().autodiff())).expect_err("refused").code()
    };
    assert_eq!(code(vec![0.0; 4], triplet(0.2)), "shape.mismatch", "two points");
    assert_eq!(code(vec![f32::NAN; 6], triplet(0.2)), "data.not_finite", "no numbers");
    assert_eq!(
        code(vec![0.0; 6], Loss::Softmax(Softmax {})),
        "geometry.loss_unsupported",
        "no picture of a softmax"
    );
}
