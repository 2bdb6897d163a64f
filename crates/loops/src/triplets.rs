//! The triplets of a batch, anchor × positive × negative: which of them a margin keeps, and their hinges.

/// Numbers that are summed side by side.
const LANES: usize = 8;

/// A number for each anchor and positive, `[B, P]`, and one for each anchor and row, `[B, R]`.
#[derive(Clone, Copy, Debug)]
pub struct Grid<'a> {
    /// B.
    pub anchors: usize,
    /// `[B, P]`.
    pub positive: &'a [f32],
    /// `[B, R]`.
    pub negative: &'a [f32],
}

impl<'a> Grid<'a> {
    fn columns(self) -> usize {
        self.negative.len() / self.anchors
    }

    /// For each anchor and positive its number, and those of all rows.
    fn rows(self) -> impl Iterator<Item = (f32, &'a [f32])> {
        let (slots, columns) = (self.positive.len() / self.anchors, self.columns());
        let of = move |at: usize| &self.negative[at / slots * columns..][..columns];
        self.positive.iter().enumerate().map(move |(at, &number)| (number, of(at)))
    }
}

/// 1 for each triplet with low < sign · (negative − positive) ≤ high that is one by `there` (1 for a positive, 1 for a negative), else
/// 0: `[B, P, R]`. `sign` is 1 for a distance and −1 for a similarity.
pub fn kept(values: Grid<'_>, there: Grid<'_>, sign: f32, [low, high]: [f32; 2]) -> Vec<f32> {
    let columns = values.columns();
    let mut kept = vec![0.0; values.positive.len() * columns];
    let rows = values.rows().zip(there.rows());
    for (((positive, negatives), (filled, different)), kept) in
        rows.zip(kept.chunks_exact_mut(columns.max(1)))
    {
        for ((kept, &negative), &different) in kept.iter_mut().zip(negatives).zip(different) {
            let t = sign * (negative - positive);
            let inside = u8::from(t > low) & u8::from(t <= high);
            *kept = f32::from(inside) * filled * different;
        }
    }
    kept
}

/// max(sign · (positive − negative) + margin, 0): `[B, P, R]`.
pub fn hinges(values: Grid<'_>, sign: f32, margin: f32) -> Vec<f32> {
    let columns = values.columns();
    let mut hinges = vec![0.0; values.positive.len() * columns];
    for ((positive, negatives), hinges) in values.rows().zip(hinges.chunks_exact_mut(columns.max(1))) {
        for (hinge, &negative) in hinges.iter_mut().zip(negatives) {
            let violation = sign * (positive - negative) + margin;
            *hinge = if violation <= 0.0 { 0.0 } else { violation };
        }
    }
    hinges
}

/// The gradients of [`hinges`] by the positives, `[B, P]`, and by the negatives, `[B, R]`, from that by the hinges.
pub fn hinges_backward(
    gradient: &[f32],
    hinges: &[f32],
    [anchors, slots, columns]: [usize; 3],
    sign: f32,
) -> [Vec<f32>; 2] {
    let (mut by_positive, mut by_negative) = (vec![0.0; anchors * slots], vec![0.0; anchors * columns]);
    let rows = gradient.chunks_exact(columns.max(1)).zip(hinges.chunks_exact(columns.max(1)));
    for (at, ((gradient, hinges), by_positive)) in rows.zip(&mut by_positive).enumerate() {
        let by_negative = &mut by_negative[at / slots * columns..][..columns];
        let mut sums = [0.0; LANES];
        let parts = gradient.chunks(LANES).zip(hinges.chunks(LANES)).zip(by_negative.chunks_mut(LANES));
        for ((gradient, hinges), by_negative) in parts {
            for (((&g, &hinge), by_negative), sum) in
                gradient.iter().zip(hinges).zip(by_negative).zip(&mut sums)
            {
                let g = if hinge > 0.0 { sign * g } else { 0.0 };
                *sum += g;
                *by_negative -= g;
            }
        }
        *by_positive = sums.iter().sum();
    }
    [by_positive, by_negative]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two anchors, two positives, three rows.
    const VALUES: Grid<'_> =
        Grid { anchors: 2, positive: &[1.0, 2.0, 0.5, 9.0], negative: &[0.0, 1.5, 3.0, 1.0, 0.25, 0.5] };

    #[test]
    fn kept_by_hand() {
        let there =
            Grid { anchors: 2, positive: &[1.0, 1.0, 1.0, 0.0], negative: &[0.0, 1.0, 1.0, 1.0, 1.0, 1.0] };
        // t is −1, 0.5, 2; −2, −0.5, 1; 0.5, −0.25, 0; the last positive is not there.
        let found = kept(VALUES, there, 1.0, [0.0, 1.0]);
        assert_eq!(found, [0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0], "a distance");
        let found = kept(VALUES, there, -1.0, [0.0, 1.0]);
        assert_eq!(found, [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0], "a similarity");
    }

    #[test]
    fn hinges_by_hand() {
        let found = hinges(VALUES, 1.0, 0.25);
        let wanted = [1.25, 0.0, 0.0, 2.25, 0.75, 0.0, 0.0, 0.5, 0.25, 8.25, 9.0, 8.75];
        assert_eq!(found, wanted);
        let gradient: Vec<f32> = (1..=12).map(|x| x as f32).collect();
        let [by_positive, by_negative] = hinges_backward(&gradient, &found, [2, 2, 3], 1.0);
        assert_eq!(by_positive, [1.0, 9.0, 17.0, 33.0]);
        assert_eq!(by_negative, [-5.0, -5.0, 0.0, -10.0, -19.0, -21.0]);
        let opposite = hinges_backward(&gradient, &found, [2, 2, 3], -1.0);
        assert_eq!(opposite[0], [-1.0, -9.0, -17.0, -33.0], "a similarity");
    }

    #[test]
    fn rows_longer_than_a_lane() {
        let negative: Vec<f32> = (0..21).map(|x| x as f32).collect();
        let values = Grid { anchors: 1, positive: &[10.0], negative: &negative };
        let found = hinges(values, 1.0, 0.5);
        assert_eq!(found.iter().filter(|&&x| x > 0.0).count(), 11, "0 to 10");
        let [by_positive, by_negative] = hinges_backward(&[1.0; 21], &found, [1, 1, 21], 1.0);
        assert_eq!(by_positive, [11.0]);
        assert!((0..21).all(|at| by_negative[at] == if at <= 10 { -1.0 } else { 0.0 }), "{by_negative:?}");
    }
}
