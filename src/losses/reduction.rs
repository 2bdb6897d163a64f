//! Reduction: from the values of single pairs, triplets or rows to the one number that is minimised.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::fused::{Mean, Of, mean};
use crate::setting::{Range, Setting};

/// Values of a loss, one for each pair or triplet, and how often each counts.
///
/// The two shapes are equal. A weight of 0 means "not part of this loss"; the value there is finite
/// and has no effect.
pub struct Term {
    /// The loss of each element.
    pub values: Tensor<3>,
    /// How often each element counts, mostly 0 or 1.
    pub weights: Tensor<3>,
    /// Total of which the active elements are a share; none: the elements.
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

    /// Values with their weights.
    pub(super) fn weighing(values: Tensor<3>, weights: Tensor<3>) -> Self {
        Self { values, weights, candidates: None }
    }

    /// One value for the whole batch, `[1]`.
    pub(super) fn whole(value: Tensor<1>) -> Self {
        Self::every_row(value.reshape([1, 1]))
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
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields,
    expecting = "an object with the kind of a reducer"
)]
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
        #[serde(default = "default_by")]
        by: f64,
    },
    /// Mean over the elements above `low` and below `high`, in each term by itself; the terms add up.
    Threshold {
        /// Elements up to this do not count.
        #[serde(default)]
        low: f64,
        /// Nor do those from this on.
        #[serde(default = "default_high")]
        high: f64,
    },
}

const DEFAULT_BY: f64 = 100.0;
const DEFAULT_HIGH: f64 = 1.0;

fn default_by() -> f64 {
    DEFAULT_BY
}

fn default_high() -> f64 {
    DEFAULT_HIGH
}

impl Reduction {
    /// Every one, with settings that leave a loss near its own size, in the order a page lists them.
    pub const ALL: [Self; 7] = [
        Self::Mean,
        Self::MeanOfEach,
        Self::NonZero,
        Self::PooledNonZero,
        Self::Sum,
        Self::Divisor { by: DEFAULT_BY },
        Self::Threshold { low: 0.0, high: DEFAULT_HIGH },
    ];

    /// Its settings.
    pub fn settings(self) -> &'static [Setting] {
        match self {
            Self::Mean | Self::MeanOfEach | Self::NonZero | Self::PooledNonZero | Self::Sum => &[],
            Self::Divisor { .. } => {
                const { &[Setting::number(("by", "", "The sum is divided by this."), Range::POSITIVE, DEFAULT_BY)] }
            }
            Self::Threshold { .. } => {
                const {
                    &[
                        Setting::number(("low", "", "Elements up to this do not count."), Range::MARGIN, 0.0),
                        Setting::number(
                            ("high", "", "Elements from this on do not count."),
                            Range::MARGIN,
                            DEFAULT_HIGH,
                        ),
                    ]
                }
            }
        }
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// `config.invalid`, with the field's name.
    pub fn validate(self) -> Result<()> {
        Setting::check_all(self.settings(), "objective.reducer", &self)?;
        match self {
            Self::Threshold { low, high } if low >= high => {
                let reason = format!("must be above the low threshold {low}, is {high}");
                Err(Error::config("objective.reducer.high", reason))
            }
            Self::Threshold { .. }
            | Self::Mean
            | Self::MeanOfEach
            | Self::NonZero
            | Self::PooledNonZero
            | Self::Sum
            | Self::Divisor { .. } => Ok(()),
        }
    }
}

/// A loss: the scalar, and how much of the batch still works on it.
pub struct LossValue {
    /// `[1]`: what is minimised. 0 where nothing was mined.
    pub value: Tensor<1>,
    /// `[1]`, detached: the share of candidates with a loss above zero. An element that a miner leaves out has
    /// none: a share near 0 says that the batch has little left to teach.
    pub active: Tensor<1>,
    /// The running histogram for the next call, for a loss that keeps one.
    pub histogram: Option<Tensor<2>>,
}

/// The sums of one term over the elements that count.
pub struct Sums {
    /// Σ of the values, `[1]`.
    pub numerator: Tensor<1>,
    /// How many are above zero, `[1]`, detached.
    pub active: Tensor<1>,
    /// How many there are, `[1]`, detached.
    pub count: Tensor<1>,
    /// Total of which the active elements are a share; none: the elements.
    pub candidates: Option<usize>,
}

impl Reduction {
    /// The sums of a term.
    pub fn sums(self, term: Term) -> Sums {
        let Term { values, mut weights, candidates } = term;
        if let Self::Threshold { low, high } = self {
            let plain = values.clone().detach();
            weights = weights * plain.clone().greater_scalar(low).float() * plain.lower_scalar(high).float();
        }
        let above = values.clone().detach().greater_scalar(0.0).float();
        Sums {
            active: sum(above * weights.clone()),
            count: sum(weights.clone()),
            numerator: sum(values * weights),
            candidates,
        }
    }

    /// The factor of each term's sum, from the counts of its elements above zero and of all its elements.
    pub fn factors(self, counts: &[(f64, f64)]) -> Vec<f64> {
        let active: f64 = counts.iter().map(|(active, _)| active).sum();
        let count: f64 = counts.iter().map(|(_, count)| count).sum();
        let factor = |&(own_active, own_count): &(f64, f64)| match self {
            Self::Mean => 1.0 / count.max(1.0),
            Self::PooledNonZero => 1.0 / active.max(1.0),
            Self::NonZero => 1.0 / own_active.max(1.0),
            Self::MeanOfEach | Self::Threshold { .. } => 1.0 / own_count.max(1.0),
            Self::Sum => 1.0,
            Self::Divisor { by } => 1.0 / by,
        };
        counts.iter().map(factor).collect()
    }

    /// The divisor of a single term; none where the elements are selected by their values first.
    fn of_one_term(self) -> Option<Of> {
        match self {
            Self::Mean | Self::MeanOfEach => Some(Of::All),
            Self::NonZero | Self::PooledNonZero => Some(Of::Active),
            Self::Sum => Some(Of::Constant(1.0)),
            Self::Divisor { by } => Some(Of::Constant(1.0 / by as f32)),
            Self::Threshold { .. } => None,
        }
    }

    /// Reduces at least one term. No element at all gives 0 with a zero gradient.
    pub(super) fn reduce(self, mut terms: Vec<Term>) -> LossValue {
        if terms.len() == 1
            && let Some(of) = self.of_one_term()
            && let Some(term) = terms.pop()
        {
            return one_mean(of, term);
        }
        let sums: Vec<Sums> = terms.into_iter().map(|term| self.sums(term)).collect();
        let candidates = sums.iter().filter_map(|sums| sums.candidates).next_back();
        let all = |of: fn(&Sums) -> &Tensor<1>| -> Vec<Tensor<1>> { sums.iter().map(of).cloned().collect() };
        let (numerators, actives, counts) =
            (all(|sums| &sums.numerator), all(|sums| &sums.active), all(|sums| &sums.count));
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
        LossValue { value, active: share, histogram: None }
    }
}

/// The mean of a term by itself.
fn one_mean(of: Of, Term { values, weights, candidates }: Term) -> LossValue {
    let flat = |tensor: Tensor<3>| tensor.clone().reshape([tensor.dims().iter().product::<usize>()]);
    let [value, active] = mean(Mean { of, candidates }, &flat(values), &flat(weights));
    LossValue { value, active, histogram: None }
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::plain;

    #[test]
    fn a_setting_that_is_left_out_takes_its_default() {
        for reduction in Reduction::ALL {
            let Value::Object(mut written) = plain::write(&reduction) else {
                panic!("{reduction:?} is an object")
            };
            let kind = written.remove("kind").expect("a kind");
            let listed =
                reduction.settings().iter().map(|own| (own.name.to_owned(), own.default())).collect();
            assert_eq!(written, listed, "{kind}: the list has the defaults of its settings");
            let read: Reduction = plain::read(json!({ "kind": kind })).expect("a kind is enough");
            assert_eq!(read, reduction);
        }
    }
}
