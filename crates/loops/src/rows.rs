//! Rows of numbers and of distances.

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

/// x times `factor` of each, in place.
pub fn scale(numbers: &mut [f32], factor: f32) {
    numbers.iter_mut().for_each(|x| *x *= factor);
}

/// max(x, 0) of each, in place.
pub fn rectify(numbers: &mut [f32]) {
    for x in numbers {
        *x = if *x <= 0.0 { 0.0 } else { *x };
    }
}

/// 0 in place of each number where that of `by` is 0 or below.
pub fn keep_above_zero(numbers: &mut [f32], by: &[f32]) {
    for (x, &by) in numbers.iter_mut().zip(by) {
        *x = if by <= 0.0 { 0.0 } else { *x };
    }
}

/// Adds a row to each row, in place, and then takes max(·, 0) where `rectified`.
pub fn add(numbers: &mut [f32], row: &[f32], rectified: bool) {
    for numbers in numbers.chunks_exact_mut(row.len()) {
        numbers.iter_mut().zip(row).for_each(|(x, &b)| *x += b);
        if rectified {
            rectify(numbers);
        }
    }
}

/// Smallest number of an ordinary row, but for 0: two different numbers from here on differ by 2⁻⁶³ at least, whose square is a
/// normal f32.
const LEAST: f32 = 9.094_947e-13;
/// Largest number of an ordinary row: a million squared differences sum to an f32.
const MOST: f32 = 1.125_9e15;

/// Whether sums of squares and of products of this row and others like it stay inside the range of f32, digits included.
pub fn ordinary(row: &[f32]) -> bool {
    let odd = |x: &f32| {
        let tiny = u32::from(x.abs() < LEAST) & u32::from(*x != 0.0);
        tiny | u32::from(x.abs() > MOST)
    };
    row.iter().map(odd).fold(0, |any, odd| any | odd) == 0
}

/// Whether every value has a size from `least` to `most`. A NaN has none.
pub fn all_within(row: &[f32], least: f32, most: f32) -> bool {
    let inside = |x: &f32| u32::from(x.abs() >= least) & u32::from(x.abs() <= most);
    row.iter().map(inside).fold(1, |all, inside| all & inside) == 1
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
    fn a_row_is_added_and_what_is_below_zero_goes() {
        let mut numbers = [1.0, -3.0, 0.5, 2.0];
        add(&mut numbers, &[-1.0, 1.0], false);
        assert_eq!(numbers, [0.0, -2.0, -0.5, 3.0]);
        add(&mut numbers, &[1.0, 1.0], true);
        assert_eq!(numbers, [1.0, 0.0, 0.5, 4.0]);
        keep_above_zero(&mut numbers, &[1.0, 1.0, 0.0, -1.0]);
        assert_eq!(numbers, [1.0, 0.0, 0.0, 0.0]);
    }

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

    #[test]
    fn an_ordinary_row_has_no_huge_and_no_tiny_number() {
        assert!(ordinary(&[0.0, -0.0, 1.0, -255.0, 1e-12, 1e15]));
        for odd in [1e-40, -1e-13, 1e16, -f32::MAX] {
            assert!(!ordinary(&[0.0, 1.0, odd, 2.0]), "{odd}");
        }
        // The least difference of two numbers of ordinary rows, and the largest.
        let step = f32::from_bits(LEAST.to_bits() + 1) - LEAST;
        assert!(step * step >= f32::MIN_POSITIVE && (4.0 * MOST * MOST * 1e6).is_finite());
        assert!(all_within(&[1.0, -2.0, 1e-3], 1e-3, 2.0) && all_within(&[0.0, f32::MAX], 0.0, f32::MAX));
        for out in [f32::NAN, f32::INFINITY, -2.5, 1e-4] {
            assert!(!all_within(&[1.0, out], 1e-3, 2.0), "{out}");
        }
    }
}
