//! The product: panels of both matrices are copied to where they are read in order, and a tile of the result stays in
//! registers while it grows. The inner loops work on arrays of fixed length, which LLVM turns into simd128 instructions.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "natively only the tests use it"))]

/// Rows of a tile.
const ROWS: usize = 4;
/// Columns of a tile: two vectors. With four rows its eight accumulators leave half of sixteen registers free.
const COLUMNS: usize = 8;
/// Terms of a sum that are worked on at a time: a panel of the right matrix, 8 KiB, then stays in the first-level cache.
const DEPTH: usize = 256;
/// Rows of the left matrix at a time: 64 KiB, for the second-level cache.
const BLOCK: usize = 64;

/// A matrix that is read: its first number and the strides of its rows and columns.
#[derive(Clone, Copy)]
pub(crate) struct Source {
    pub at: *const f32,
    pub rows: isize,
    pub columns: isize,
}

/// A matrix that is written.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub at: *mut f32,
    pub rows: isize,
    pub columns: isize,
}

/// target ← α·target + β·left·right; without α nothing is read from the target.
///
/// # Safety
/// As of [`gemm`](crate::gemm).
pub(crate) unsafe fn multiply(
    [m, n, k]: [usize; 3],
    target: Target,
    alpha: Option<f32>,
    left: Source,
    right: Source,
    beta: f32,
) {
    // SAFETY: within the sizes that the caller vouches for.
    unsafe { prepare(m, n, target, alpha) };
    let depth = k.min(DEPTH);
    let mut right_panels = vec![[0.0_f32; COLUMNS]; n.div_ceil(COLUMNS) * depth];
    let mut left_panels = vec![[0.0_f32; ROWS]; m.min(BLOCK).div_ceil(ROWS) * depth];
    for from in (0..k).step_by(DEPTH) {
        let depth = DEPTH.min(k - from);
        // SAFETY: rows `from..from + depth` of n columns lie in the right matrix.
        unsafe { pack(right, [from, depth], [0, n], &mut right_panels) };
        for row in (0..m).step_by(BLOCK) {
            let rows = BLOCK.min(m - row);
            let turned = Source { at: left.at, rows: left.columns, columns: left.rows };
            // SAFETY: columns `from..from + depth` of rows `row..row + rows` lie in the left matrix.
            unsafe { pack(turned, [from, depth], [row, rows], &mut left_panels) };
            for (right_panel, column) in right_panels.chunks_exact(depth).zip((0..n).step_by(COLUMNS)) {
                for (left_panel, first) in
                    left_panels.chunks_exact(depth).zip((row..row + rows).step_by(ROWS))
                {
                    let sums = tile(left_panel, right_panel);
                    // SAFETY: the tile's part inside m × n is written, no more.
                    unsafe { add([m, n], target, [first, column], &sums, beta) };
                }
            }
        }
    }
}

/// α·target, or zeros.
unsafe fn prepare(m: usize, n: usize, target: Target, alpha: Option<f32>) {
    for i in 0..m as isize {
        for j in 0..n as isize {
            // SAFETY: i < m and j < n.
            unsafe {
                let at = target.at.offset(i * target.rows + j * target.columns);
                *at = alpha.map_or(0.0, |alpha| alpha * *at);
            }
        }
    }
}

/// Rows `from..` of columns `first..`, in panels of `W` columns, row after row, filled up with zeros.
unsafe fn pack<const W: usize>(
    of: Source,
    [from, depth]: [usize; 2],
    [first, width]: [usize; 2],
    panels: &mut [[f32; W]],
) {
    for (panel, start) in panels.chunks_exact_mut(depth).zip((0..width).step_by(W)) {
        let here = W.min(width - start);
        for (row, at) in panel.iter_mut().zip(from as isize..) {
            for (lane, number) in row.iter_mut().enumerate() {
                let column = (first + start + lane.min(here - 1)) as isize;
                // SAFETY: the caller vouches for these rows and columns.
                let value = unsafe { *of.at.offset(at * of.rows + column * of.columns) };
                *number = if lane < here { value } else { 0.0 };
            }
        }
    }
}

#[inline]
fn tile(left: &[[f32; ROWS]], right: &[[f32; COLUMNS]]) -> [[f32; COLUMNS]; ROWS] {
    let mut sums = [[0.0_f32; COLUMNS]; ROWS];
    for (left, right) in left.iter().zip(right) {
        for row in 0..ROWS {
            for column in 0..COLUMNS {
                sums[row][column] += left[row] * right[column];
            }
        }
    }
    sums
}

/// Adds β times a tile, as far as it lies inside.
unsafe fn add(
    [m, n]: [usize; 2],
    target: Target,
    [row, column]: [usize; 2],
    sums: &[[f32; COLUMNS]; ROWS],
    beta: f32,
) {
    let columns = COLUMNS.min(n - column);
    for (i, sums) in sums.iter().enumerate().take(m - row) {
        // SAFETY: row + i < m.
        let start =
            unsafe { target.at.offset((row + i) as isize * target.rows + column as isize * target.columns) };
        if target.columns == 1 && columns == COLUMNS {
            for (j, sum) in sums.iter().enumerate() {
                // SAFETY: column + j < n.
                unsafe { *start.add(j) += beta * sum };
            }
        } else {
            for (j, sum) in sums.iter().enumerate().take(columns) {
                // SAFETY: column + j < n.
                unsafe { *start.offset(j as isize * target.columns) += beta * sum };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize, seed: f32) -> Vec<f32> {
        (0..count).map(|i| ((i as f32 + seed) * 0.7).sin()).collect()
    }

    /// A product of matrices in any of the four layouts, beside three loops in f64.
    fn check([m, n, k]: [usize; 3], turned: [bool; 3], alpha: Option<f32>, beta: f32) {
        let strides = |rows: usize, columns: usize, turned: bool| {
            if turned { [1, rows as isize] } else { [columns as isize, 1] }
        };
        let [a, b, c] = [strides(m, k, turned[0]), strides(k, n, turned[1]), strides(m, n, turned[2])];
        let (left, right, mut target) = (numbers(m * k, 1.0), numbers(k * n, 2.0), numbers(m * n, 3.0));
        let at = |strides: [isize; 2], i: usize, j: usize| {
            (i as isize * strides[0] + j as isize * strides[1]) as usize
        };
        let mut wanted = vec![0.0_f64; m * n];
        for i in 0..m {
            for j in 0..n {
                let sum: f64 =
                    (0..k).map(|p| f64::from(left[at(a, i, p)]) * f64::from(right[at(b, p, j)])).sum();
                let before = alpha.map_or(0.0, |alpha| f64::from(alpha) * f64::from(target[at(c, i, j)]));
                wanted[at(c, i, j)] = before + f64::from(beta) * sum;
            }
        }
        let source = |of: &[f32], strides: [isize; 2]| Source {
            at: of.as_ptr(),
            rows: strides[0],
            columns: strides[1],
        };
        let into = Target { at: target.as_mut_ptr(), rows: c[0], columns: c[1] };
        // SAFETY: the strides above are those of these vectors.
        unsafe { multiply([m, n, k], into, alpha, source(&left, a), source(&right, b), beta) };
        for (at, (got, wanted)) in target.iter().zip(&wanted).enumerate() {
            let error = (f64::from(*got) - wanted).abs();
            assert!(
                error < 1e-6 * (k as f64 + 10.0),
                "{m}×{k}×{n}, {turned:?}, number {at}: {got}, not {wanted}"
            );
        }
    }

    #[test]
    fn products_of_odd_sizes_and_all_layouts_are_those_of_three_loops() {
        for sizes in
            [[1, 1, 1], [3, 5, 7], [4, 8, 256], [65, 9, 257], [7, 130, 33], [129, 17, 600], [2, 3, 0]]
        {
            for bits in 0..8 {
                check(sizes, [0, 1, 2].map(|bit| bits >> bit & 1 == 1), None, 1.0);
            }
            check(sizes, [false; 3], Some(1.0), 1.0);
            check(sizes, [false, true, false], Some(-0.5), 2.0);
        }
    }
}
