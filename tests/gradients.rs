//! Gradients of every loss with every distance against central differences, and losses on batches
//! that have nothing to learn from.

use burn::tensor::{Device, Int, Tensor, TensorData};
use metriclab::distances::{Distance, RowKind, histograms, normalize};
use metriclab::losses::Loss;
use metriclab::miners::{Miner, MinerConfig};
use metriclab::pairing::TripletGrid;
use metriclab::random::Random;
use metriclab::session::{ClassScores, Objective};

/// Step of the difference quotient: large enough for f32, small beside the distances of the batch.
const STEP: f32 = 2e-3;
/// Error allowed, relative to the largest component: STEP² of truncation plus f32 rounding / STEP.
const TOLERANCE: f32 = 2e-2;
/// A few units in the last place of a sum of some dozen terms.
const ROUNDING: f32 = 5e-7;
const DIM: usize = 3;
const CLASSES: usize = 3;

fn losses() -> Vec<Loss> {
    // A difference quotient cannot follow curves as sharp as scales of 64.
    let soften = |loss: Loss| match loss {
        Loss::TupletMargin { margin, .. } => Loss::TupletMargin { margin, scale: 4.0 },
        Loss::Cosface { margin, .. } => Loss::Cosface { margin, scale: 4.0 },
        Loss::Arcface { margin, .. } => Loss::Arcface { margin, scale: 4.0 },
        Loss::ProxyAnchor { margin, .. } => Loss::ProxyAnchor { margin, scale: 4.0 },
        Loss::Circle { margin, .. } => Loss::Circle { margin, scale: 4.0 },
        Loss::MultiSimilarity { pos_scale, base, .. } => {
            Loss::MultiSimilarity { pos_scale, neg_scale: 4.0, base }
        }
        Loss::NormalizedSoftmax { .. } => Loss::NormalizedSoftmax { temperature: 0.5 },
        Loss::Ntxent { .. } => Loss::Ntxent { temperature: 0.5 },
        Loss::Supcon { .. } => Loss::Supcon { temperature: 0.5 },
        other => other,
    };
    let mut losses: Vec<Loss> = Loss::DEFAULTS.into_iter().map(soften).collect();
    losses.push(Loss::Triplet { margin: 0.3, swap: true, smooth: true });
    losses
}

fn value(
    loss: Loss,
    distance: Distance,
    miner: Miner,
    rows: &[f32],
    labels: &[u16],
    unit: bool,
) -> (f32, Vec<f32>) {
    let device = Device::flex().autodiff();
    let raw =
        Tensor::<2>::from_data(TensorData::new(rows.to_vec(), [labels.len(), DIM]), &device).require_grad();
    let grid = TripletGrid::new(labels, &device).expect("the batch has positives");
    let weight: Vec<f32> = (0..DIM * CLASSES).map(|i| (i as f32 * 1.7).sin()).collect();
    let targets: Vec<i32> = labels.iter().map(|&y| i32::from(y)).collect();
    let scores = ClassScores {
        weight: Tensor::from_data(TensorData::new(weight, [DIM, CLASSES]), &device),
        bias: Tensor::zeros([1, CLASSES], &device),
        targets: Tensor::<2, Int>::from_data(TensorData::new(targets, [labels.len(), 1]), &device),
    };
    let embeddings = match distance.rows() {
        RowKind::Histograms => histograms(raw.clone()),
        _ if unit => normalize(raw.clone()),
        _ => raw.clone(),
    };
    let miner = MinerConfig { kind: miner, margin: 0.3 };
    let result = Objective { distance, miner, loss }
        .value(embeddings, &grid, Some(scores))
        .expect("the loss takes this batch");
    let number = result.value.clone().into_scalar::<f32>();
    let mut gradients = result.value.backward();
    let gradient = raw
        .grad_remove(&mut gradients)
        .map_or_else(|| vec![0.0; rows.len()], |g| g.into_data().iter::<f32>().collect());
    (number, gradient)
}

#[test]
fn every_loss_with_every_distance_against_central_differences() {
    let labels = [0, 0, 1, 1, 2, 2, 2];
    let (mut compared, mut all) = (0, 0);
    for loss in losses() {
        // The golden figures hold these two: by definition the gradient of circle leaves out how its factors
        // change, and the histogram bends at every hundredth, too often for the step.
        let whole = !matches!(loss, Loss::Circle { .. } | Loss::Histogram);
        for distance in loss.distances().into_iter().filter(|_| whole) {
            all += labels.len() * DIM;
            let mut random = Random::new(5);
            let rows: Vec<f32> = (0..labels.len() * DIM).map(|_| random.normal()).collect();
            let (number, gradient) = value(loss, distance, Miner::None, &rows, &labels, true);
            let largest = gradient.iter().fold(0.0f32, |m, g| m.max(g.abs()));
            assert!(largest > 0.0, "{} with {distance:?} has a gradient to compare", loss.name());
            let mut worst = 0.0f32;
            for i in 0..rows.len() {
                let at = |step: f32| {
                    let mut moved = rows.clone();
                    moved[i] += step;
                    value(loss, distance, Miner::None, &moved, &labels, true).0
                };
                let kinked = (at(STEP) - at(0.0)) - (at(0.0) - at(-STEP));
                // A hinge opened between the two points: the quotient says nothing there.
                if kinked.abs() > 0.05 * STEP * largest {
                    continue;
                }
                let quotient = (at(STEP) - at(-STEP)) / (2.0 * STEP);
                if matches!(distance, Distance::Sinkhorn{..}) { println!("DBG {} {i} {number} {quotient} {} largest {largest}", loss.name(), gradient[i]); }
                worst = worst.max((quotient - gradient[i]).abs() / largest);
                compared += 1;
            }
            // What f32 leaves of a difference of two values, where the gradient is small beside them.
            let rounding = ROUNDING * number.abs().max(1.0) / (2.0 * STEP * largest);
            assert!(worst < TOLERANCE + rounding, "{} with {distance:?}: error {worst}", loss.name());
        }
    }
    assert!(compared * 2 > all, "most components are away from kinks: {compared} of {all}");
}

#[test]
fn duplicates_and_zero_rows_give_finite_gradients() {
    let labels = [0, 0, 1, 1];
    let duplicates = [1.0, 0.5, 0.0, 1.0, 0.5, 0.0, 1.0, 0.5, 0.0, 0.0, 0.0, 0.0];
    for loss in losses() {
        for distance in loss.distances() {
            for unit in [false, true] {
                let (number, gradient) = value(loss, distance, Miner::None, &duplicates, &labels, unit);
                assert!(number.is_finite(), "{} with {distance:?}, unit {unit}: {number}", loss.name());
                assert!(
                    gradient.iter().all(|g| g.is_finite()),
                    "{} with {distance:?}, unit {unit}: {gradient:?}",
                    loss.name()
                );
            }
        }
    }
}

#[test]
fn empty_mining_and_a_single_class_cost_nothing() {
    let far = [5.0, 0.0, 0.0, 5.1, 0.0, 0.0, -5.0, 0.0, 0.0, -5.1, 0.0, 0.0];
    for loss in [Loss::DEFAULTS[0], Loss::DEFAULTS[1], Loss::DEFAULTS[2]] {
        let (number, gradient) = value(loss, Distance::Euclidean, Miner::Hard, &far, &[0, 0, 1, 1], false);
        assert_eq!(number, 0.0, "{}: nothing is hard here", loss.name());
        assert!(gradient.iter().all(|&g| g == 0.0), "{}: nothing pulls", loss.name());
    }
    for miner in Miner::ALL {
        let (number, gradient) =
            value(Loss::DEFAULTS[1], Distance::Euclidean, miner, &far, &[0, 0, 0, 0], false);
        assert_eq!(number, 0.0, "{miner:?}: one class has no triplet");
        assert!(gradient.iter().all(|g| g.is_finite()), "{miner:?}: the gradient is finite");
    }
}

#[test]
fn a_batch_without_positives_is_refused() {
    let device = Device::flex();
    let code = |labels: &[u16]| TripletGrid::new(labels, &device).expect_err("nothing to pair").code();
    assert_eq!(code(&[0, 1, 2]), "batch.no_positive", "three lone labels");
    assert_eq!(code(&[0]), "batch.too_small", "one row");
}
