//! An order of rows that does not depend on the order in which they were given.
//!
//! Draws go by place. Where a measure draws rows, it draws them from this order, so that the order of a file changes nothing.

use crate::neighbours::Rows;

/// The places of `rows` by ascending label, then by their numbers. Rows that are equal in both are interchangeable.
pub(super) fn canonical<L: Ord>(rows: Rows<'_>, label_of: impl Fn(usize) -> L) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows.count()).collect();
    order.sort_unstable_by(|&a, &b| {
        let numbers = || {
            let mut pairs = rows.row(a).iter().zip(rows.row(b));
            pairs.find_map(|(x, y)| Some(x.total_cmp(y)).filter(|found| found.is_ne()))
        };
        label_of(a).cmp(&label_of(b)).then_with(|| numbers().unwrap_or(std::cmp::Ordering::Equal))
    });
    order
}

/// The numbers of the rows at `places`, one row after another.
pub(super) fn gathered(rows: Rows<'_>, places: &[usize]) -> Vec<f32> {
    places.iter().flat_map(|&place| rows.row(place)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_label_then_by_numbers() {
        let values = [2.0, 0.0, 1.0, 5.0, 1.0, -5.0, 9.0, 9.0];
        let rows = Rows::new("rows", &values, 2).expect("finite rows");
        assert_eq!(canonical(rows, |_| 0), [2, 1, 0, 3]);
        let labels = [1, 1, 1, 0];
        let order = canonical(rows, |row| labels[row]);
        assert_eq!(order, [3, 2, 1, 0]);
        assert_eq!(gathered(rows, &order[..2]), [9.0, 9.0, 1.0, -5.0]);
    }
}
