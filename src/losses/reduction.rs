//! From the values of single pairs and triplets to the one number that is minimised.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Values of a loss, one for each pair or triplet, and how often each counts.
///
/// The two shapes are equal. A weight of 0 means "not part of this loss"; the value there is finite
/// and has no effect.
pub struct Term {
    /// The loss of each element.
    pub values: Tensor<3>,
    /// How often each element counts, mostly 0 or 1.
    pub weights: Tensor<3>,
    /// What the share of active elements is a share of; none: of the elements.
    pub candidates: Option<usize>,
}

impl Term {
    /// Its values times a factor for each row, where it has one value or more a row: `[B, 1, 1]`.
    #[must_use]
    pub fn weighted(self, factors: &Tensor<3>) -> Self {
        let per_row = self.values.dims()[0] == factors.dims()[0];
        let values = if per_row { self.values * factors.clone() } else { self.values };
        Self { values, ..self }
    }

    /// One value a row, `[B, 1]`, or a class, `[1, C]`.
    pub(super) fn rows(values: Tensor<2>, weights: Tensor<2>) -> Self {
        Self { values: values.unsqueeze_dim(2), weights: weights.unsqueeze_dim(2), candidates: None }
    }

    /// As [`Self::rows`], and every one counts.
    pub(super) fn every_row(values: Tensor<2>) -> Self {
        let weights = values.clone().detach().ones_like();
        Self::rows(values, weights)
    }
}

/// How [`Term`]s become a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Reduction {
    /// Mean over the elements, of all terms together.
    Mean,
    /// Mean over the elements, in each term by itself; the terms add up.
    MeanOfEach,
    /// Mean over the elements above zero, in each term by itself; the terms add up.
    NonZero,
    /// Mean over the elements above zero, of all terms together.
    PooledNonZero,
    /// Sum over all elements.
    Sum,
    /// Sum over all elements, divided by a constant.
    Divisor {
        /// Above 0.
        by: f64,
    },
    /// Mean over the elements above `low` and below `high`, in each term by itself; the terms add up.
    Threshold {
        /// Elements up to this do not count.
        low: f64,
        /// Nor do those from this on.
        high: f64,
    },
}

impl Reduction {
    /// Every one, with settings that leave a loss near its own size, in the order a page lists them.
    pub const ALL: [Self; 7] = [
        Self::Mean,
        Self::MeanOfEach,
        Self::NonZero,
        Self::PooledNonZero,
        Self::Sum,
        Self::Divisor { by: 100.0 },
        Self::Threshold { low: 0.0, high: 1.0 },
    ];

    /// Checks the settings.
    ///
    /// # Errors
    /// `config.invalid`, with the field's name.
    pub fn validate(self) -> Result<()> {
        match self {
            Self::Divisor { by } if !(by > 0.0 && by.is_finite()) => {
                Err(Error::config("objective.reducer.by", format!("must be above 0, is {by}")))
            }
            Self::Threshold { low, high } if !(low < high && low.is_finite()) => Err(Error::config(
                "objective.reducer.high",
                format!("must be above the low threshold {low}, is {high}"),
            )),
            _ => Ok(()),
        }
    }
}

/// A loss: the scalar, and how much of the batch still works on it.
pub struct LossValue {
    /// `[1]`: what is minimised. 0 where nothing was mined.
    pub value: Tensor<1>,
    /// `[1]`, detached: the share of candidates with a loss above zero. What a miner leaves out has
    /// none: a share near 0 says that the batch has little left to teach.
    pub active: Tensor<1>,
}

impl Reduction {
    /// Reduces. No element at all gives 0 with a zero gradient.
    ///
    /// # Panics
    /// Without a term.
    pub fn reduce(self, terms: Vec<Term>) -> LossValue {
        let mut numerators = Vec::new();
        let mut actives = Vec::new();
        let mut counts = Vec::new();
        let mut candidates = None;
        for Term { values, mut weights, candidates: of } in terms {
            candidates = of.or(candidates);
            if let Self::Threshold { low, high } = self {
                let plain = values.clone().detach();
                weights =
                    weights * plain.clone().greater_scalar(low).float() * plain.lower_scalar(high).float();
            }
            let above = values.clone().detach().greater_scalar(0.0).float();
            actives.push(sum(above * weights.clone()));
            counts.push(sum(weights.clone()));
            numerators.push(sum(values * weights));
        }
        let active = total(&actives);
        let count = total(&counts);
        let share = match candidates {
            Some(of) => active.clone().div_scalar(of.max(1) as f32),
            None => active.clone() / count.clone().clamp_min(1.0),
        };
        let value = match self {
            Self::Mean => total(&numerators) / count.clamp_min(1.0),
            Self::PooledNonZero => total(&numerators) / active.clamp_min(1.0),
            Self::NonZero => sum_of_means(numerators, actives),
            Self::MeanOfEach | Self::Threshold { .. } => sum_of_means(numerators, counts),
            Self::Sum => total(&numerators),
            Self::Divisor { by } => total(&numerators).div_scalar(by),
        };
        LossValue { value, active: share }
    }
}

/// All elements. In one row, since a graphics device otherwise folds one dimension after the other.
fn sum(values: Tensor<3>) -> Tensor<1> {
    let count = values.dims().iter().product::<usize>();
    values.reshape([count]).sum()
}

fn sum_of_means(sums: Vec<Tensor<1>>, counts: Vec<Tensor<1>>) -> Tensor<1> {
    let means: Vec<_> = sums.into_iter().zip(counts).map(|(sum, count)| sum / count.clamp_min(1.0)).collect();
    total(&means)
}

fn total(parts: &[Tensor<1>]) -> Tensor<1> {
    parts.iter().cloned().reduce(|a, b| a + b).expect("a loss has at least one term")
}
