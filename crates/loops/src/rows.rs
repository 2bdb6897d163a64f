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

/// |x − centre| of each, in place.
pub fn apart(numbers: &mut [f32], centre: f32) {
    numbers.iter_mut().for_each(|x| *x = (*x - centre).abs());
}

/// (x − centre) / scale of each, in place. In f64, where neither the difference nor the quotient of two f32 overflows.
pub fn standardise(numbers: &mut [f32], centre: f32, scale: f32) {
    let (centre, scale) = (f64::from(centre), f64::from(scale));
    numbers.iter_mut().for_each(|x| *x = ((f64::from(*x) - centre) / scale) as f32);
}

/// Appends byte / 255 of each.
pub fn shares(bytes: &[u8], out: &mut Vec<f32>) {
    out.extend(bytes.iter().map(|&byte| f32::from(byte) / 255.0));
}

/// Appends the f32 that every four bytes are.
pub fn floats(bytes: &[u8], out: &mut Vec<f32>) {
    out.extend(bytes.as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)));
}

/// Appends the u32 that every four bytes are.
pub fn longs(bytes: &[u8], out: &mut Vec<u32>) {
    out.extend(bytes.as_chunks().0.iter().map(|&four| u32::from_le_bytes(four)));
}

/// The mean of each of `dim` columns.
pub fn means(rows: &[f32], dim: usize) -> Vec<f32> {
    let mut sums = vec![0.0_f64; dim];
    for row in rows.chunks_exact(dim) {
        sums.iter_mut().zip(row).for_each(|(sum, &x)| *sum += f64::from(x));
    }
    let count = (rows.len() / dim).max(1) as f64;
    sums.iter().map(|sum| (sum / count) as f32).collect()
}

/// ‖row − centre‖², with differences in f32 and their sum in f64.
pub fn square_from(row: &[f32], centre: &[f32]) -> f64 {
    let mut sums = [0.0_f64; 4];
    let square = |x: f32, centre: f32| f64::from(x - centre).powi(2);
    let ((fours, rest), (centres, last)) = (row.as_chunks::<4>(), centre.as_chunks::<4>());
    for (four, centre) in fours.iter().zip(centres) {
        for lane in 0..4 {
            sums[lane] += square(four[lane], centre[lane]);
        }
    }
    let rest: f64 = rest.iter().zip(last).map(|(&x, &centre)| square(x, centre)).sum();
    sums.iter().sum::<f64>() + rest
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

/// Numbers that are looked at together, in instructions on vectors, before each is by itself.
const BLOCK: usize = 64;

/// The place of the first number that is NaN or infinite.
pub fn first_not_finite(numbers: &[f32]) -> Option<usize> {
    let odd = |x: &f32| !x.is_finite();
    let first = numbers.chunks(BLOCK).position(|block| block.iter().filter(|&x| odd(x)).count() > 0)?;
    numbers[first * BLOCK..].iter().position(odd).map(|at| first * BLOCK + at)
}

/// Appends the places of numbers with a size below `least`.
pub fn smaller(numbers: &[f32], least: f32, places: &mut Vec<u32>) {
    let small = |x: &f32| x.abs() < least;
    for (at, block) in numbers.chunks(BLOCK).enumerate() {
        if block.iter().filter(|&x| small(x)).count() > 0 {
            let found = (0..).zip(block).filter(|(_, x)| small(x));
            places.extend(found.map(|(place, _): (u32, _)| (at * BLOCK) as u32 + place));
        }
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
    fn numbers_of_bytes() {
        let (mut floats_of, mut longs_of, mut shares_of) = (vec![9.0], vec![9], vec![9.0]);
        floats(&1.5_f32.to_le_bytes(), &mut floats_of);
        longs(&[1, 1, 0, 0, 2, 0, 0, 0], &mut longs_of);
        shares(&[0, 255, 51], &mut shares_of);
        assert_eq!((floats_of, longs_of), (vec![9.0, 1.5], vec![9, 257, 2]), "they are appended");
        assert_eq!(shares_of, [9.0, 0.0, 1.0, 0.2]);
    }

    #[test]
    fn numbers_less_a_centre() {
        let mut numbers = [1.0, -2.0, f32::MAX];
        apart(&mut numbers, 1.0);
        assert_eq!(numbers, [0.0, 3.0, f32::MAX]);
        let mut numbers = [3.0, -f32::MAX];
        standardise(&mut numbers, 1.0, 4.0);
        assert_eq!(numbers, [0.5, -f32::MAX / 4.0]);
        standardise(&mut numbers, f32::MAX, f32::MAX);
        assert_eq!(numbers, [-1.0, -1.25], "a difference that f32 does not hold");
        assert_eq!(means(&[1.0, 2.0, 3.0, 6.0], 2), [2.0, 4.0]);
        assert_eq!(means(&[], 2), [0.0, 0.0]);
        let row: Vec<f32> = (0..7).map(|x| x as f32).collect();
        assert_eq!(square_from(&row, &[1.0; 7]), f64::from(1 + 1 + 4 + 9 + 16 + 25));
    }

    #[test]
    fn a_single_odd_number_is_found_wherever_it_lies() {
        for length in [1, 63, 64, 65, 200] {
            for at in [0, length / 2, length - 1] {
                for odd in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                    let mut numbers = vec![f32::MAX; length];
                    assert_eq!(first_not_finite(&numbers), None);
                    numbers[at] = odd;
                    numbers[length - 1] = if at < length - 1 { f32::NAN } else { odd };
                    assert_eq!(first_not_finite(&numbers), Some(at), "{odd} at {at} of {length}");
                }
                let mut numbers = vec![-1.0; length];
                numbers[at] = -0.5;
                let mut places = vec![7];
                smaller(&numbers, 1.0, &mut places);
                assert_eq!(places, [7, at as u32], "{at} of {length}");
            }
        }
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
