//! Sums over the numbers of two rows, a tile of four queries and eight references at a time.
//!
//! References are laid out in panels of eight, number by number, so that a tile accumulates `(q−r)²` in eight-wide arrays that
//! stay in registers. Differences are summed throughout: a row is at exactly 0 from its duplicate, and near neighbours far
//! from the origin keep the digits that `‖q‖² + ‖r‖² − 2q·r` would lose.
//!
//! Sums are f32. A sum of squares or products leaves the range of f32 where rows are huge or tiny; [`Sum::least`] says from
//! where on a sum is exact to rounding; the caller computes the other pairs in f64.

/// References of a panel: two 128-bit vectors, or one of 256 bits.
pub const LANES: usize = 8;
/// Queries of a tile: with two vectors each they fill half of sixteen registers.
pub const QUERIES: usize = 4;

/// References in panels: for each group of [`LANES`] rows of `dim` numbers, number after number, lane after lane. The last panel
/// is filled up with zeros.
pub fn panels(rows: &[f32], dim: usize) -> Vec<f32> {
    panels_less(rows, &vec![0.0; dim])
}

/// The same of rows less a centre, which has their length.
pub fn panels_less(rows: &[f32], centre: &[f32]) -> Vec<f32> {
    let dim = centre.len();
    let count = rows.len() / dim;
    let mut panels = vec![0.0; count.next_multiple_of(LANES) * dim];
    for (panel, group) in panels.chunks_exact_mut(LANES * dim).zip(rows.chunks(LANES * dim)) {
        for (lane, row) in group.chunks_exact(dim).enumerate() {
            for (lanes, (value, centre)) in panel.chunks_exact_mut(LANES).zip(row.iter().zip(centre)) {
                lanes[lane] = value - centre;
            }
        }
    }
    panels
}

/// The sum over the numbers of two rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sum {
    /// Σ (x − y)²
    Squares,
    /// Σ |x − y|
    Absolutes,
    /// max |x − y|
    Largest,
    /// (Σ |x − y|^p)^(1/p)
    Norm(f32),
    /// Σ x y
    Products,
}

impl Sum {
    /// Sums of each of `queries` (rows of `dim` numbers) with each reference of `panels`: `sums[query][reference]`, with `span`
    /// numbers from one query's sums to the next's.
    pub fn fill(self, queries: &[f32], panels: &[f32], dim: usize, sums: &mut [f32], span: usize) {
        match self {
            Self::Squares => fill(queries, panels, dim, sums, span, |sum, x, y| sum + (x - y) * (x - y)),
            Self::Absolutes => fill(queries, panels, dim, sums, span, |sum, x, y| sum + (x - y).abs()),
            Self::Largest => fill(queries, panels, dim, sums, span, |sum, x, y| sum.max((x - y).abs())),
            Self::Norm(p) => fill_norms(queries, panels, dim, sums, span, &Power::of(p)),
            Self::Products => fill(queries, panels, dim, sums, span, |sum, x, y| sum + x * y),
        }
    }

    /// Sums of a row with some of `all` (rows as long), in the order of [`Self::fill`] and so with its bits, into `sums`, which is
    /// cleared first.
    pub fn of_rows(self, row: &[f32], all: &[f32], places: &[u32], sums: &mut Vec<f32>) {
        match self {
            Self::Squares => of_rows(row, all, places, sums, |sum, x, y| sum + (x - y) * (x - y)),
            Self::Absolutes => of_rows(row, all, places, sums, |sum, x, y| sum + (x - y).abs()),
            Self::Largest => of_rows(row, all, places, sums, |sum, x, y| sum.max((x - y).abs())),
            Self::Products => of_rows(row, all, places, sums, |sum, x, y| sum + x * y),
            Self::Norm(_) => {
                let rows: Vec<f32> =
                    places.iter().flat_map(|&at| row_of(all, row.len(), at)).copied().collect();
                sums.clear();
                sums.resize(places.len().next_multiple_of(LANES), 0.0);
                let span = sums.len();
                self.fill(row, &panels(&rows, row.len()), row.len(), sums, span);
                sums.truncate(places.len());
            }
        }
    }

    /// The smallest size of a sum over `dim` numbers that is exact to f32's rounding, whatever the numbers: below it squares
    /// and products may have lost digits among the subnormal numbers. Sums of differences lose none.
    pub fn least(self, dim: usize) -> f32 {
        match self {
            Self::Squares | Self::Products => dim as f32 * f32::MIN_POSITIVE,
            Self::Absolutes | Self::Largest | Self::Norm(_) => 0.0,
        }
    }
}

fn row_of(all: &[f32], dim: usize, at: u32) -> &[f32] {
    &all[at as usize * dim..][..dim]
}

/// Rows that are summed together, since each addition waits for the one before it.
const ABREAST: usize = 4;

fn of_rows<F: Fn(f32, f32, f32) -> f32>(
    row: &[f32],
    all: &[f32],
    places: &[u32],
    sums: &mut Vec<f32>,
    add: F,
) {
    sums.clear();
    for places in places.chunks(ABREAST) {
        let rows: [&[f32]; ABREAST] =
            std::array::from_fn(|lane| row_of(all, row.len(), places[lane.min(places.len() - 1)]));
        let mut own = [0.0_f32; ABREAST];
        for (at, &x) in row.iter().enumerate() {
            for lane in 0..ABREAST {
                own[lane] = add(own[lane], x, rows[lane][at]);
            }
        }
        sums.extend_from_slice(&own[..places.len()]);
    }
}

/// x^p for x from 0 to 1.
struct Power {
    p: f32,
    /// p, where it is a whole number.
    whole: Option<u32>,
    /// A smaller x adds less than rounding to a sum that is at least 1.
    least: f32,
}

impl Power {
    fn of(p: f32) -> Self {
        let whole = (p == p.trunc()).then_some(p as u32);
        Self { p, whole, least: (-32.0 / p).exp2() }
    }

    fn sum(&self, sums: &mut [f32; LANES], x: [f32; LANES]) {
        let x = x.map(|x| if x > self.least { x } else { 0.0 });
        if let Some(mut exponent) = self.whole {
            let (mut base, mut power) = (x, [1.0_f32; LANES]);
            loop {
                if exponent & 1 == 1 {
                    power.iter_mut().zip(base).for_each(|(power, base)| *power *= base);
                }
                exponent >>= 1;
                if exponent == 0 {
                    break;
                }
                base.iter_mut().for_each(|base| *base *= *base);
            }
            sums.iter_mut().zip(power).for_each(|(sum, power)| *sum += power);
        } else {
            let power = |x: f32| if x > 0.0 { x.powf(self.p) } else { 0.0 };
            sums.iter_mut().zip(x).for_each(|(sum, x)| *sum += power(x));
        }
    }
}

/// Each norm by its largest difference, so that no power leaves the range: max·(Σ (|x − y|/max)^p)^(1/p). NaN where the largest
/// difference is itself beyond the range, or subnormal.
fn fill_norms(queries: &[f32], panels: &[f32], dim: usize, out: &mut [f32], span: usize, power: &Power) {
    for (number, panel) in panels.chunks_exact(LANES * dim).enumerate() {
        let at = number * LANES;
        let (lanes, _) = panel.as_chunks::<LANES>();
        for (query, row) in queries.chunks_exact(dim).zip(out.chunks_mut(span)) {
            let mut largest = [0.0_f32; LANES];
            for (&x, lanes) in query.iter().zip(lanes) {
                largest.iter_mut().zip(lanes).for_each(|(most, y)| *most = most.max((x - y).abs()));
            }
            let inverse = largest.map(|most| if most >= f32::MIN_POSITIVE { most.recip() } else { 0.0 });
            let mut sums = [0.0_f32; LANES];
            for (&x, lanes) in query.iter().zip(lanes) {
                let scaled = std::array::from_fn(|lane| (x - lanes[lane]).abs() * inverse[lane]);
                power.sum(&mut sums, scaled);
            }
            for lane in 0..LANES {
                let inside = largest[lane] == 0.0 || (f32::MIN_POSITIVE..=f32::MAX).contains(&largest[lane]);
                let norm = largest[lane] * sums[lane].powf(power.p.recip());
                row[at + lane] = if inside { norm } else { f32::NAN };
            }
        }
    }
}

fn fill<F: Fn(f32, f32, f32) -> f32>(
    queries: &[f32],
    panels: &[f32],
    dim: usize,
    out: &mut [f32],
    span: usize,
    add: F,
) {
    for (number, panel) in panels.chunks_exact(LANES * dim).enumerate() {
        let at = number * LANES;
        for (four, out) in queries.chunks(QUERIES * dim).zip(out.chunks_mut(QUERIES * span)) {
            let sums = if four.len() == QUERIES * dim {
                sums::<QUERIES, F>(four, panel, dim, &add)
            } else {
                remainder(four, panel, dim, &add)
            };
            for (row, sum) in out.chunks_exact_mut(span).zip(&sums) {
                row[at..at + LANES].copy_from_slice(sum);
            }
        }
    }
}

/// Fewer than [`QUERIES`] queries at the end of the last block, one at a time.
fn remainder<F: Fn(f32, f32, f32) -> f32>(
    queries: &[f32],
    panel: &[f32],
    dim: usize,
    add: &F,
) -> [[f32; LANES]; QUERIES] {
    let mut of = [[0.0; LANES]; QUERIES];
    for (query, sum) in queries.chunks_exact(dim).zip(&mut of) {
        [*sum] = sums::<1, F>(query, panel, dim, add);
    }
    of
}

/// The tile: `Q` queries against the eight references of a panel.
#[inline]
fn sums<const Q: usize, F: Fn(f32, f32, f32) -> f32>(
    queries: &[f32],
    panel: &[f32],
    dim: usize,
    add: &F,
) -> [[f32; LANES]; Q] {
    let rows: [&[f32]; Q] = std::array::from_fn(|query| &queries[query * dim..(query + 1) * dim]);
    let mut sums = [[0.0_f32; LANES]; Q];
    let (panel, _) = panel.as_chunks::<LANES>();
    for (at, lanes) in panel.iter().enumerate().take(dim) {
        for query in 0..Q {
            let value = rows[query][at];
            for lane in 0..LANES {
                sums[query][lane] = add(sums[query][lane], value, lanes[lane]);
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sum_of_every_pair_is_what_its_formula_says() {
        for dim in [3, 9] {
            every_sum_of_every_pair(dim);
        }
    }

    fn every_sum_of_every_pair(dim: usize) {
        let rows = |count: usize, from: f32| -> Vec<f32> {
            (0..count * dim).map(|at| (at as f32 * 0.7 + from).sin()).collect()
        };
        // Five queries: a tile and a remainder; eleven references: a panel and a part of one.
        let (queries, references) = (rows(5, 0.0), rows(11, 2.0));
        let panels = panels(&references, dim);
        let span = 16;
        for sum in [Sum::Squares, Sum::Absolutes, Sum::Largest, Sum::Norm(3.0), Sum::Norm(2.5), Sum::Products]
        {
            let mut found = vec![f32::NAN; 5 * span];
            sum.fill(&queries, &panels, dim, &mut found, span);
            for (q, x) in queries.chunks_exact(dim).enumerate() {
                for (r, y) in references.chunks_exact(dim).enumerate() {
                    let pairs = x.iter().zip(y);
                    let wanted: f32 = match sum {
                        Sum::Squares => pairs.map(|(x, y)| (x - y).powi(2)).sum(),
                        Sum::Absolutes => pairs.map(|(x, y)| (x - y).abs()).sum(),
                        Sum::Largest => pairs.map(|(x, y)| (x - y).abs()).fold(0.0, f32::max),
                        Sum::Norm(p) => {
                            pairs.map(|(x, y)| (x - y).abs().powf(p)).sum::<f32>().powf(p.recip())
                        }
                        Sum::Products => pairs.map(|(x, y)| x * y).sum(),
                    };
                    let got = found[q * span + r];
                    assert!((got - wanted).abs() < 1e-5, "{sum:?} of {q} and {r}: {got}, not {wanted}");
                }
                let mut sums = vec![f32::NAN];
                for some in [&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10][..], &[10, 2, 5], &[]] {
                    let wanted: Vec<f32> = some.iter().map(|&r| found[q * span + r as usize]).collect();
                    sum.of_rows(x, &references, some, &mut sums);
                    assert_eq!(sums, wanted, "{sum:?} of {q}: row by row, the same bits");
                }
            }
        }
    }

    #[test]
    fn a_norm_of_high_power_neither_overflows_nor_vanishes() {
        let panels = panels(&[1000.0, 1000.0, 10.0, 10.0, 0.1, 0.1, 3e38, -3e38, 1e-40, 0.0, 0.0, 0.0], 2);
        let mut found = [0.0; LANES];
        for (p, wanted) in [(64.0, 10.108_89), (46.5, 10.150_18)] {
            Sum::Norm(p).fill(&[0.0, 0.0], &panels, 2, &mut found, LANES);
            let root = 2.0_f32.powf(1.0 / p);
            assert!((found[1] - wanted).abs() < 1e-4, "{p}: {found:?}");
            for (got, by) in found[..3].iter().zip([1000.0, 10.0, 0.1]) {
                assert!((got / (by * root) - 1.0).abs() < 1e-6, "{p}: {got} of {by}");
            }
            assert!((found[3] / 3e38 - root).abs() < 1e-6, "{p}: {}", found[3]);
            assert!(found[4].is_nan() && found[5] == 0.0, "a subnormal difference, and none: {found:?}");
        }
    }
}
