//! Scores normalised by strangers.
//!
//! Some rows are near to everybody. A cohort of rows that are none of the gallery's tells how near: with μ(x) and σ(x) the mean
//! and the deviation of the distances from x to the cohort, the score of a pair is
//!
//! s(x, y) = ½ ((d(x, y) − μ(x)) / σ(x) + (d(x, y) − μ(y)) / σ(y)),
//!
//! which is symmetric and has no unit (S-norm, Kenny 2010). With `top`, μ and σ are of the `top` cohort rows nearest to x
//! (adaptive S-norm, Cumani et al. 2011).

use super::Gallery;
use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::neighbours::{Rows, pairwise};

/// Mean and deviation of the distances to the cohort.
pub(super) type Spread = (f64, f64);

/// Strangers, and what they say of each row of the gallery.
#[derive(Clone, Debug)]
pub(super) struct Cohort {
    pub(super) values: Vec<f32>,
    pub(super) dim: usize,
    pub(super) top: Option<usize>,
    /// One for each slot.
    spreads: Vec<Spread>,
}

impl Cohort {
    /// Mean and deviation for one row.
    pub(super) fn of_row(&self, row: Rows<'_>, distance: Distance) -> Result<Spread> {
        let cohort = Rows::new("cohort", &self.values, self.dim)?;
        let mut distances = pairwise(row, cohort, distance)?;
        let top = self.top.unwrap_or(distances.len());
        distances.sort_unstable_by(f32::total_cmp);
        let nearest = &distances[..top.min(distances.len())];
        // In units of the largest, so that no square overflows.
        let unit = nearest.iter().fold(0.0_f64, |most, &d| most.max(f64::from(d).abs()));
        let n = nearest.len() as f64;
        let mean = nearest.iter().map(|&d| f64::from(d) / unit).sum::<f64>() / n;
        let square = nearest.iter().map(|&d| (f64::from(d) / unit - mean).powi(2)).sum::<f64>() / n;
        let deviation = square.sqrt() * unit;
        // Also where the unit is 0.
        if deviation > 0.0 {
            Ok((mean * unit, deviation))
        } else {
            Err(Error::insufficient("all rows of the cohort are equally far from a row"))
        }
    }

    /// The normalised distance of a row and a slot.
    pub(super) fn score(&self, distance: f64, (mean, deviation): Spread, slot: usize) -> f64 {
        let (other_mean, other_deviation) = self.spreads[slot];
        0.5 * ((distance - mean) / deviation + (distance - other_mean) / other_deviation)
    }

    /// The normalised distance of two slots.
    pub(super) fn between(&self, distance: f64, [one, other]: [usize; 2]) -> f64 {
        self.score(distance, self.spreads[one], other)
    }

    /// Computes again what it says of some slots.
    pub(super) fn refresh(&mut self, gallery: &Gallery, slots: impl Iterator<Item = usize>) -> Result<()> {
        self.spreads.resize(gallery.slots.len(), (0.0, 1.0));
        for slot in slots.filter(|&slot| gallery.slots[slot].live) {
            let row = Rows::new("gallery", gallery.row(slot), self.dim)?;
            self.spreads[slot] = self.of_row(row, gallery.config.distance)?;
        }
        Ok(())
    }

    /// Follows slots to their new places.
    pub(super) fn relocate(&mut self, places: &[usize], count: usize) {
        let mut spreads = vec![(0.0, 1.0); count];
        for (&place, &spread) in places.iter().zip(&self.spreads) {
            if let Some(at) = spreads.get_mut(place) {
                *at = spread;
            }
        }
        self.spreads = spreads;
    }
}

impl Gallery {
    /// Normalises scores by `rows`: embeddings of strangers, at least 2, none of whom is in the gallery. With `top`, by the `top`
    /// nearest of them (adaptive). The threshold is then one of scores.
    ///
    /// # Errors
    /// `shape.mismatch` for rows of another length; `data.insufficient` for fewer than 2 rows, or if all are equally far from an
    /// instance; `config.invalid` for a `top` below 2; `rows.not_histogram`; `distance.out_of_range`.
    pub fn set_cohort(&mut self, rows: Rows<'_>, top: Option<usize>) -> Result<()> {
        self.check_rows("cohort", rows)?;
        if rows.count() < 2 {
            return Err(Error::insufficient("a cohort needs at least 2 rows"));
        }
        if top.is_some_and(|top| top < 2) {
            return Err(Error::config("top", "must be at least 2"));
        }
        let values = rows.values().to_vec();
        let mut cohort = Cohort { values, dim: self.config.dim, top, spreads: Vec::new() };
        cohort.refresh(self, 0..self.slots.len())?;
        self.cohort = Some(cohort);
        Ok(())
    }

    /// The rows of the cohort, and how many of them count.
    pub fn cohort(&self) -> Option<(Rows<'_>, Option<usize>)> {
        let Cohort { values, dim, top, .. } = self.cohort.as_ref()?;
        Some((Rows::new("cohort", values, *dim).ok()?, *top))
    }

    /// Compares distances as they are again.
    pub fn drop_cohort(&mut self) {
        self.cohort = None;
    }
}
