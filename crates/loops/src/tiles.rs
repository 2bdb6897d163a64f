//! Sums over the numbers of two rows, a tile of four queries and eight references at a time.
//!
//! References are laid out in panels of eight, number by number, so that a tile accumulates `(q−r)²` in eight-wide arrays that
//! stay in registers. The difference form is kept throughout: a row is at exactly 0 from its duplicate, and near neighbours far
//! from the origin lose no digits, as `‖q‖² + ‖r‖² − 2q·r` would.

/// References of a panel: two 128-bit vectors, or one of 256 bits.
pub const LANES: usize = 8;
/// Queries of a tile: with two vectors each they fill half of sixteen registers.
pub const QUERIES: usize = 4;

/// References in panels: for each group of [`LANES`] rows of `dim` numbers, number after number, lane after lane. The last panel
/// is filled up with zeros, whose sums nobody reads.
pub fn panels(rows: &[f32], dim: usize) -> Vec<f32> {
    let count = rows.len() / dim;
    let mut panels = vec![0.0; count.next_multiple_of(LANES) * dim];
    for (panel, group) in panels.chunks_exact_mut(LANES * dim).zip(rows.chunks(LANES * dim)) {
        for (lane, row) in group.chunks_exact(dim).enumerate() {
            for (at, &value) in row.iter().enumerate() {
                panel[at * LANES + lane] = value;
            }
        }
    }
    panels
}

/// What is summed over the numbers of two rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sum {
    /// Σ (x − y)²
    Squares,
    /// Σ |x − y|
    Absolutes,
    /// max |x − y|
    Largest,
    /// Σ |x − y|^p
    Powers(f32),
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
            Self::Powers(p) => {
                fill(queries, panels, dim, sums, span, |sum, x, y| sum + (x - y).abs().powf(p));
            }
            Self::Products => fill(queries, panels, dim, sums, span, |sum, x, y| sum + x * y),
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
        let dim = 3;
        let rows = |count: usize, from: f32| -> Vec<f32> {
            (0..count * dim).map(|at| (at as f32 * 0.7 + from).sin()).collect()
        };
        // Five queries: a tile and a remainder; eleven references: a panel and a part of one.
        let (queries, references) = (rows(5, 0.0), rows(11, 2.0));
        let panels = panels(&references, dim);
        let span = 16;
        for sum in [Sum::Squares, Sum::Absolutes, Sum::Largest, Sum::Powers(3.0), Sum::Products] {
            let mut found = vec![f32::NAN; 5 * span];
            sum.fill(&queries, &panels, dim, &mut found, span);
            for (q, x) in queries.chunks_exact(dim).enumerate() {
                for (r, y) in references.chunks_exact(dim).enumerate() {
                    let pairs = x.iter().zip(y);
                    let wanted: f32 = match sum {
                        Sum::Squares => pairs.map(|(x, y)| (x - y).powi(2)).sum(),
                        Sum::Absolutes => pairs.map(|(x, y)| (x - y).abs()).sum(),
                        Sum::Largest => pairs.map(|(x, y)| (x - y).abs()).fold(0.0, f32::max),
                        Sum::Powers(p) => pairs.map(|(x, y)| (x - y).abs().powf(p)).sum(),
                        Sum::Products => pairs.map(|(x, y)| x * y).sum(),
                    };
                    let got = found[q * span + r];
                    assert!((got - wanted).abs() < 1e-5, "{sum:?} of {q} and {r}: {got}, not {wanted}");
                }
            }
        }
    }
}
