//! Gradients of every loss with every distance against central differences, and losses on batches
//! that have nothing to learn from.

use burn::tensor::{Device, Int, Tensor, TensorData};
use metriclab::distances::{Distance, RowKind, histograms, normalize};
use metriclab::losses::{Boundary, Loss, Owns};
use metriclab::miners::{Miner, MinerConfig};
use metriclab::objective::{Input, Learned, Objective};
use metriclab::pairing::TripletGrid;
use metriclab::random::Random;

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
        Loss::SubcenterArcface { margin, centers, .. } => {
            Loss::SubcenterArcface { margin, scale: 4.0, centers }
        }
        Loss::SoftTriple { margin, centers, .. } => {
            Loss::SoftTriple { margin, scale: 4.0, gamma: 0.5, centers }
        }
        Loss::ProxyAnchor { margin, .. } => Loss::ProxyAnchor { margin, scale: 4.0 },
        Loss::Circle { margin, .. } => Loss::Circle { margin, scale: 4.0 },
        Loss::MultiSimilarity { pos_scale, base, .. } => {
            Loss::MultiSimilarity { pos_scale, neg_scale: 4.0, base }
        }
        Loss::NormalizedSoftmax { .. } => Loss::NormalizedSoftmax { temperature: 0.5 },
        Loss::Ntxent { .. } => Loss::Ntxent { temperature: 0.5 },
        Loss::Supcon { .. } => Loss::Supcon { temperature: 0.5 },
        Loss::SmoothRecall { .. } => Loss::SmoothRecall { temperature: 0.5, rank_temperature: 1.0 },
        Loss::Angular { .. } => Loss::Angular { angle: 30.0 },
        other => other,
    };
    let mut losses: Vec<Loss> = Loss::DEFAULTS.into_iter().map(soften).collect();
    losses.push(Loss::Triplet { margin: 0.3, swap: true, smooth: true });
    for boundary in [Boundary::Learned, Boundary::PerClass] {
        losses.push(Loss::Margin { alpha: 0.2, beta: 1.2, boundary, nu: 0.1 });
    }
    losses
}

/// Weights, or boundaries, of the classes, as numbers.
fn learned_numbers(loss: Loss) -> Vec<f32> {
    match loss.owns() {
        Owns::Nothing => Vec::new(),
        Owns::Weights { centers } => (0..DIM * CLASSES * centers).map(|i| (i as f32 * 1.7).sin()).collect(),
        Owns::Boundaries { per_class, start } => {
            (0..if per_class { CLASSES } else { 1 }).map(|i| start as f32 + 0.1 * i as f32).collect()
        }
    }
}

/// The value, its gradient by the rows, and by what is learned beside the network.
fn value_and_gradients(
    objective: Objective,
    rows: &[f32],
    numbers: &[f32],
    labels: &[u16],
    unit: bool,
) -> (f32, Vec<f32>, Vec<f32>) {
    let Objective { distance, loss, .. } = objective;
    let device = Device::flex().autodiff();
    let tensor = |values: &[f32], width: usize| {
        let data = TensorData::new(values.to_vec(), [values.len() / width.max(1), width]);
        Tensor::<2>::from_data(data, &device).require_grad()
    };
    let raw = tensor(rows, rows.len() / labels.len());
    let grid = TripletGrid::new(labels, &device).expect("the batch has positives");
    let targets: Vec<i32> = labels.iter().map(|&y| i32::from(y)).collect();
    let own =
        tensor(numbers, numbers.len() / if matches!(loss.owns(), Owns::Weights { .. }) { DIM } else { 1 });
    let columns = own.dims()[1];
    let learned = Learned {
        weights: matches!(loss.owns(), Owns::Weights { .. })
            .then(|| (own.clone(), Tensor::zeros([1, columns], &device))),
        boundary: matches!(loss.owns(), Owns::Boundaries { .. }).then(|| own.clone()),
        targets: Tensor::<2, Int>::from_data(TensorData::new(targets, [labels.len(), 1]), &device),
    };
    let embeddings = match distance.rows() {
        RowKind::Histograms => histograms(raw.clone()),
        _ if unit => normalize(raw.clone()),
        _ => raw.clone(),
    };
    let mut random = Random::new(1);
    let input = Input { learned: Some(learned), ..Input::new(embeddings, &grid, &mut random) };
    let result = objective.value(input).expect("the loss takes this batch");
    let number = result.value.clone().into_scalar::<f32>();
    let mut gradients = result.value.backward();
    let mut of = |variable: Tensor<2>| {
        let count = variable.dims().iter().product();
        let gradient = variable.grad_remove(&mut gradients);
        gradient.map_or_else(|| vec![0.0; count], |g| g.into_data().iter::<f32>().collect::<Vec<f32>>())
    };
    let by_rows = of(raw);
    let by_own = if numbers.is_empty() { Vec::new() } else { of(own) };
    (number, by_rows, by_own)
}

fn value(
    loss: Loss,
    distance: Distance,
    miner: Miner,
    rows: &[f32],
    labels: &[u16],
    unit: bool,
) -> (f32, Vec<f32>) {
    let miner = MinerConfig { margin: 0.3, ..MinerConfig::of(miner) };
    let objective = Objective { distance, miner, loss };
    let (number, gradient, _) = value_and_gradients(objective, rows, &learned_numbers(loss), labels, unit);
    (number, gradient)
}

#[test]
fn what_is_learned_beside_the_network_against_central_differences() {
    let labels = [0, 0, 1, 1, 2, 2, 2];
    let mut random = Random::new(5);
    let rows: Vec<f32> = (0..labels.len() * DIM).map(|_| random.normal()).collect();
    let mut checked = 0;
    for loss in losses().into_iter().filter(|loss| loss.owns() != Owns::Nothing) {
        let numbers = learned_numbers(loss);
        let of = |numbers: &[f32]| {
            let miner = MinerConfig::of(Miner::None);
            let objective = Objective { distance: Distance::Euclidean, miner, loss };
            value_and_gradients(objective, &rows, numbers, &labels, true)
        };
        let (_, _, gradient) = of(&numbers);
        let largest = gradient.iter().fold(0.0f32, |m, g| m.max(g.abs()));
        assert!(largest > 0.0, "{} learns", loss.name());
        for i in 0..numbers.len() {
            let at = |step: f32| {
                let mut moved = numbers.clone();
                moved[i] += step;
                of(&moved).0
            };
            if ((at(STEP) - at(0.0)) - (at(0.0) - at(-STEP))).abs() > 0.05 * STEP * largest {
                continue;
            }
            let quotient = (at(STEP) - at(-STEP)) / (2.0 * STEP);
            let error = (quotient - gradient[i]).abs() / largest;
            assert!(error < 2.0 * TOLERANCE, "{} number {i}: {quotient} and {}", loss.name(), gradient[i]);
            checked += 1;
        }
    }
    assert!(checked > 150, "most numbers are away from kinks: {checked}");
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
                if matches!(distance, Distance::Sinkhorn { .. }) {
                    println!("DBG {} {i} {number} {quotient} {} largest {largest}", loss.name(), gradient[i]);
                }
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
fn small_and_strange_batches_give_numbers() {
    // One pair; one class; a class of one row; twins; a single number in a row.
    let batches: [(&[u16], Vec<f32>); 4] = [
        (&[0, 0], vec![1.0, 0.5, -0.5, 0.2, 1.0, 0.3]),
        (&[1, 1, 1], vec![1.0, 0.5, -0.5, 0.2, 1.0, 0.3, 0.1, 0.1, -1.0]),
        (&[0, 0, 2], vec![1.0, 0.5, -0.5, 1.0, 0.5, -0.5, 0.2, 1.0, 0.3]),
        (&[0, 0, 1, 1], vec![0.0; 12]),
    ];
    for loss in losses() {
        for distance in loss.distances() {
            for (labels, rows) in &batches {
                for kind in if loss.mines() { Miner::ALL.to_vec() } else { vec![Miner::None] } {
                    if !kind.takes(distance) {
                        continue;
                    }
                    let (number, gradient) = value(loss, distance, kind, rows, labels, false);
                    let what = format!("{} with {distance:?} and {kind:?} on {labels:?}", loss.name());
                    assert!(number.is_finite(), "{what}: {number}");
                    assert!(gradient.iter().all(|g| g.is_finite()), "{what}: {gradient:?}");
                }
            }
        }
    }
}

#[test]
fn a_number_that_is_none_is_not_hidden() {
    let rows = [1.0, f32::NAN, 0.0, 1.0, 0.5, 0.0, -1.0, 0.5, 0.0, 0.0, 1.0, 0.0];
    for loss in losses() {
        let distance = loss.distances()[0];
        let (number, gradient) = value(loss, distance, Miner::None, &rows, &[0, 0, 1, 1], false);
        let shows = number.is_nan() || gradient.iter().any(|g| g.is_nan());
        assert!(shows, "{}: NaN goes in and {number} comes out", loss.name());
    }
}

#[test]
fn a_batch_without_positives_is_refused() {
    let device = Device::flex();
    let code = |labels: &[u16]| TripletGrid::new(labels, &device).expect_err("nothing to pair").code();
    assert_eq!(code(&[0, 1, 2]), "batch.no_positive", "three lone labels");
    assert_eq!(code(&[0]), "batch.too_small", "one row");
}
