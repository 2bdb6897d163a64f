//! Miners: which triplets of a batch count, from its matrix of distances, with nothing read back.
//!
//! Rows of the matrix are anchors, columns are other rows. Each anchor has slots for its positives: `slots` holds their
//! columns, `filled` 1 where there is one; `different` is 1 where anchor and column are of two classes.

use cubecl::client::Client;
use cubecl::server::BufferBinding;

use crate::kernel::{Kernel, kernel};
use crate::launch::{Strided, launch, spread};

/// The grid of triplets: anchors × slots × columns, and whether the matrix holds similarities.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    /// Rows of the matrix.
    pub anchors: usize,
    /// Most positives of an anchor.
    pub slots: usize,
    /// Columns of the matrix.
    pub columns: usize,
    /// Whether larger is nearer.
    pub similarity: bool,
}

/// The positives and negatives of each anchor.
#[derive(Clone, Debug)]
pub struct Places {
    /// `[anchors, slots]`, i32.
    pub slots: BufferBinding,
    /// `[anchors, slots]`.
    pub filled: BufferBinding,
    /// `[anchors, columns]`.
    pub different: BufferBinding,
}

const THREADS: u32 = 32;

impl Grid {
    fn constants(self, kernel: Kernel, [row, column]: [usize; 2]) -> Kernel {
        kernel
            .with("THREADS", THREADS)
            .with("ANCHORS", self.anchors)
            .with("SLOTS", self.slots)
            .with("COLUMNS", self.columns)
            .with("ROW", row)
            .with("COLUMN", column)
            .with("SIGN", if self.similarity { -1.0_f32 } else { 1.0 })
    }
}

/// One triplet an anchor.
#[derive(Clone, Copy, Debug)]
pub struct Hardest {
    /// The nearest positive instead of the farthest.
    pub nearest_positive: bool,
    /// Only negatives that are farther than the positive.
    pub beyond_positive: bool,
}

/// A positive and the nearest negative of each anchor, and 1 where it has both: `[anchors]` i32, i32, f32. Ties go to the
/// first.
pub fn hardest(
    client: &Client,
    grid: Grid,
    which: Hardest,
    matrix: Strided,
    places: Places,
    outputs: [BufferBinding; 3],
) {
    let inputs = [matrix.buffer, places.slots, places.filled, places.different];
    let groups = spread((grid.anchors as u32).div_ceil(THREADS));
    launch(client, which.kernel(grid, matrix.strides), groups, inputs, outputs);
}

impl Hardest {
    fn kernel(self, grid: Grid, strides: [usize; 2]) -> Kernel {
        grid.constants(kernel!("mining", "mining_hardest"), strides)
            .with("NEAREST_POSITIVE", self.nearest_positive)
            .with("BEYOND_POSITIVE", self.beyond_positive)
    }
}

/// 1 for each triplet with low < t ≤ high, t the distance to the negative less that to the positive:
/// `[anchors, slots, columns]`.
pub fn between(
    client: &Client,
    grid: Grid,
    range: [f32; 2],
    matrix: Strided,
    places: Places,
    keep: BufferBinding,
) {
    let inputs = [matrix.buffer, places.slots, places.filled, places.different];
    let count = (grid.anchors * grid.slots * grid.columns) as u32;
    let kernel = between_kernel(grid, range, matrix.strides);
    launch(client, kernel, spread(count.div_ceil(THREADS)), inputs, [keep]);
}

fn between_kernel(grid: Grid, [low, high]: [f32; 2], strides: [usize; 2]) -> Kernel {
    grid.constants(kernel!("mining", "mining_between"), strides).with("LOW", low).with("HIGH", high)
}

/// How negatives are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Drawn {
    /// Dimension of the embedding.
    pub dim: usize,
    /// Distances below count as this.
    pub nearest: f32,
    /// Only negatives nearer than this are drawn.
    pub farthest: f32,
}

/// For each slot the negative with the largest sum of its weight's logarithm, (2−D) ln d − ½(D−3) ln(1−d²/4), and of
/// `noise`, `[anchors, slots, columns]`: `[anchors, slots]` i32, and 1 where there was one to draw.
pub fn drawn(
    client: &Client,
    grid: Grid,
    by: Drawn,
    matrix: Strided,
    places: Places,
    noise: BufferBinding,
    outputs: [BufferBinding; 2],
) {
    let inputs = [matrix.buffer, places.filled, places.different, noise];
    let groups = spread(((grid.anchors * grid.slots) as u32).div_ceil(THREADS));
    launch(client, by.kernel(grid, matrix.strides), groups, inputs, outputs);
}

impl Drawn {
    fn kernel(self, grid: Grid, strides: [usize; 2]) -> Kernel {
        grid.constants(kernel!("mining", "mining_drawn"), strides)
            .with("DIM", self.dim as f32)
            .with("NEAREST", self.nearest)
            .with("FARTHEST", self.farthest)
    }
}

pub(crate) fn variants() -> Vec<Kernel> {
    let strides = [7, 1];
    let mut kernels = Vec::new();
    for similarity in [false, true] {
        let grid = Grid { anchors: 7, slots: 3, columns: 7, similarity };
        for nearest_positive in [false, true] {
            for beyond_positive in [false, true] {
                kernels.push(Hardest { nearest_positive, beyond_positive }.kernel(grid, strides));
            }
        }
        for range in [[-f32::MAX, 0.2], [0.2, f32::MAX]] {
            kernels.push(between_kernel(grid, range, strides));
        }
        kernels.push(Drawn { dim: 4, nearest: 0.5, farthest: 1.4 }.kernel(grid, strides));
    }
    kernels
}
