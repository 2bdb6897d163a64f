//! The unit in which rows are compared.
//!
//! Distances are f32. A squared distance leaves its range, or loses digits, when the rows are of 2^±60; the rows themselves do
//! not. A power of two changes no digit, so rows are brought near 1 where a distance is a square, and thresholds are brought back.

use std::borrow::Cow;

use crate::distances::Distance;
use crate::linear_algebra::{exponent_of, power_of_two};
use crate::neighbours::Rows;

/// Rows of numbers from 2^−30 to 2^30 stay as they are.
const ORDINARY: i32 = 30;
/// The least exponent that a number may be brought to: its square is still an ordinary f32.
const LEAST: i32 = -60;

/// A power of two that rows are divided by.
pub(super) struct Unit {
    exponent: i32,
}

impl Unit {
    /// The unit for comparing these sets by `distance`. Rows of mixed sizes, some of which would vanish, keep theirs.
    pub(super) fn of(distance: Distance, sets: &[Rows<'_>]) -> Self {
        let none = Self { exponent: 0 };
        if !matches!(distance, Distance::SquaredEuclidean | Distance::Dot) {
            return none;
        }
        let sizes = sets.iter().flat_map(Rows::values).map(|x| x.abs()).filter(|&x| x > 0.0);
        let (least, most) = sizes.fold((f32::INFINITY, 0.0_f32), |(l, m), x| (l.min(x), m.max(x)));
        let (least, most) = (exponent_of(f64::from(least)), exponent_of(f64::from(most)));
        if most.abs() <= ORDINARY || least - most < LEAST { none } else { Self { exponent: most } }
    }

    /// The numbers of the rows in this unit.
    pub(super) fn scaled<'a>(&self, rows: Rows<'a>) -> Cow<'a, [f32]> {
        if self.exponent == 0 {
            return Cow::Borrowed(rows.values());
        }
        let factor = power_of_two(-self.exponent);
        Cow::Owned(rows.values().iter().map(|&x| (f64::from(x) * factor) as f32).collect())
    }

    /// A distance of such rows, a square where there is a unit, in the unit that the rows had.
    pub(super) fn distance(&self, value: f64) -> f64 {
        value * power_of_two(2 * self.exponent)
    }

    /// The reverse of [`distance`](Self::distance).
    pub(super) fn within(&self, value: f64) -> f64 {
        value * power_of_two(-2 * self.exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_squares_of_extreme_rows_are_scaled() {
        let exponent = |distance, values: &[f32]| {
            Unit::of(distance, &[Rows::new("rows", values, 1).expect("finite rows")]).exponent
        };
        let (tiny, huge) = (2.0_f32.powi(-60), 2.0_f32.powi(60));
        assert_eq!(exponent(Distance::Dot, &[1.5 * huge, -huge]), 60);
        assert_eq!(exponent(Distance::SquaredEuclidean, &[tiny, 0.0]), -60);
        assert_eq!(exponent(Distance::SquaredEuclidean, &[1e3, 1e-9]), 0, "ordinary rows");
        assert_eq!(exponent(Distance::SquaredEuclidean, &[f32::MAX, 1.0]), 0, "1 would vanish");
        assert_eq!(exponent(Distance::Euclidean, &[huge]), 0, "no square");
        assert_eq!(exponent(Distance::Dot, &[]), 0, "no rows");
        let unit = Unit { exponent: 3 };
        let rows = [8.0, -12.0];
        assert_eq!(unit.scaled(Rows::new("rows", &rows, 2).expect("finite rows"))[..], [1.0, -1.5]);
        assert_eq!((unit.distance(1.0), unit.within(64.0)), (64.0, 1.0));
    }
}
