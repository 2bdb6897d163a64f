//! Small batches for the hand-worked tests of the losses.

use burn::tensor::{Device, Tensor, TensorData};

use super::{Inputs, Learned, Loss};
use crate::distances::Distance;
use crate::pairing::{Pairing, Selection};
use crate::random::Random;

/// A matrix of the given rows.
pub fn matrix<const N: usize>(rows: &[[f32; N]]) -> Tensor<2> {
    Tensor::from_data(TensorData::new(rows.concat(), [rows.len(), N]), &Device::flex())
}

/// The value of a loss by its own reduction, with every valid triplet selected.
pub fn value_with<const N: usize>(
    loss: impl Into<Loss>,
    distance: Distance,
    rows: &[[f32; N]],
    labels: &[u16],
    learned: Learned,
) -> f32 {
    let pairing = Pairing::new(labels, &Device::flex());
    let mut random = Random::new(1);
    let select =
        |matrix: Tensor<2>, grid: &_, between: bool, _: &mut Random| Selection::of_all(matrix, grid, between);
    let mut inputs =
        Inputs { learned, ..Inputs::new((distance, &pairing), matrix(rows), &select, &mut random) };
    let value = loss.into().value(&mut inputs, None, None).expect("the loss takes this batch");
    value.value.into_scalar::<f32>()
}

/// The same without anything learned.
pub fn value<const N: usize>(
    loss: impl Into<Loss>,
    distance: Distance,
    rows: &[[f32; N]],
    labels: &[u16],
) -> f32 {
    value_with(loss, distance, rows, labels, Learned::default())
}

/// The value of a classifier with the given class weights, row after row of `[d, C·K]`, and no bias.
pub fn value_of_classes<const N: usize, const C: usize>(
    loss: impl Into<Loss>,
    rows: &[[f32; N]],
    labels: &[u16],
    weights: &[[f32; C]],
) -> f32 {
    let bias = Tensor::zeros([1, C], &Device::flex());
    let learned = Learned { weights: Some((matrix(weights), bias)), ..Learned::default() };
    value_with(loss, Distance::Cosine, rows, labels, learned)
}

/// Two numbers agree to 1e-5, relative to 1 or to their size.
#[track_caller]
pub fn assert_close(found: f32, by_hand: f32) {
    let error = (found - by_hand).abs() / by_hand.abs().max(1.0);
    assert!(error < 1e-5, "{found}, by hand {by_hand}");
}
