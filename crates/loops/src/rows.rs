//! What is done to a row of distances.

/// √x of each, in place.
pub fn roots(row: &mut [f32]) {
    for value in row {
        *value = value.sqrt();
    }
}

/// −x of each, in place.
pub fn negate(row: &mut [f32]) {
    for value in row {
        *value = -*value;
    }
}

/// Values that are compared with a bound at once.
pub const GROUP: usize = 8;

/// Where the next group of [`GROUP`] values begins, at `from` (the beginning of a group) or after it, of which one is not above
/// `bound`. A NaN is above everything.
pub fn next_within(row: &[f32], from: usize, bound: f32) -> Option<usize> {
    // All eight are compared, which takes two instructions where stopping at the first takes up to eight.
    let within = |group: &[f32]| group.iter().map(|&value| u8::from(value <= bound)).sum::<u8>() > 0;
    let (groups, rest) = row[from..].as_chunks::<GROUP>();
    let found = groups.iter().position(|group| within(group)).map(|group| from + group * GROUP);
    found.or_else(|| within(rest).then_some(row.len() - rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_group_with_a_value_within_the_bound() {
        let mut row = [9.0_f32; 21];
        row[11] = 2.0;
        row[13] = f32::NAN;
        row[20] = 3.0;
        assert_eq!(next_within(&row, 0, 9.0), Some(0));
        assert_eq!(next_within(&row, 0, 3.0), Some(8));
        assert_eq!(next_within(&row, 16, 3.0), Some(16));
        assert_eq!(next_within(&row, 0, 1.0), None);
        assert_eq!(
            next_within(&[f32::INFINITY; 3], 0, f32::INFINITY),
            Some(0),
            "a heap that is not full takes all"
        );
        assert_eq!(next_within(&[], 0, 1.0), None);
        let mut squares = [4.0, 9.0];
        roots(&mut squares);
        assert_eq!(squares, [2.0, 3.0]);
        negate(&mut squares);
        assert_eq!(squares, [-2.0, -3.0]);
    }
}
