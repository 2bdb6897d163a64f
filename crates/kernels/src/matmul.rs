//! C = A·B for strided matrices, with batches that may be broadcast.

use cubecl::client::Client;
use cubecl::server::BufferBinding;

use crate::adapter::Adapter;
use crate::kernel::{Kernel, kernel};
use crate::launch::launch;
use crate::tile::{Reading, Side, Tile};

/// One dimension of the batch: its length and the three strides, 0 where a matrix is broadcast.
#[derive(Clone, Copy, Debug)]
pub struct Batch {
    /// How many.
    pub count: usize,
    /// Strides of A, B and C, in numbers.
    pub strides: [usize; 3],
}

/// The shape of a product.
#[derive(Clone, Debug)]
pub struct Product {
    /// Rows of A and C.
    pub m: usize,
    /// Columns of B and C.
    pub n: usize,
    /// Columns of A, rows of B.
    pub k: usize,
    /// Strides of A's row and column.
    pub a: [usize; 2],
    /// Strides of B's row and column.
    pub b: [usize; 2],
    /// Strides of C's row and column.
    pub c: [usize; 2],
    /// Dimensions of the batch, outermost first.
    pub batch: Vec<Batch>,
    /// The last operation on each number of C.
    pub ending: Ending,
}

/// The last operation on each number of a product, before the kernel writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nothing.
    None,
    /// A row is added to every row.
    Bias,
    /// A row is added, and what is below 0 becomes 0.
    Rectified,
}

/// Side of the square of C that a thread of a software adapter holds.
const SOFTWARE_TILE: u32 = 8;
/// Threads of a workgroup on a software adapter.
const SOFTWARE_THREADS: u32 = 32;
/// A workgroup of a graphics card is a square of this side.
const SIDE: u32 = 16;
/// Numbers of k that lie in workgroup memory at a time.
const DEPTH: u32 = 16;

/// Computes `product`. Shapes: `[.., m, k]` and `[.., k, n]` give `[.., m, n]`; `bias` is `[n]`, for an ending that adds one.
pub fn multiply(
    client: &Client,
    product: &Product,
    [a, b]: [BufferBinding; 2],
    bias: Option<BufferBinding>,
    c: BufferBinding,
) {
    let [m, n] = [product.m as u32, product.n as u32];
    let batches: usize = product.batch.iter().map(|batch| batch.count).product();
    let (kernel, [x, y]) = if Adapter::current().is_software() {
        let tiles = m.div_ceil(SOFTWARE_TILE) * n.div_ceil(SOFTWARE_TILE);
        (product.in_registers(), [tiles.div_ceil(SOFTWARE_THREADS), 1])
    } else {
        // Small products take small tiles, so that there are enough workgroups to fill a card.
        let tile = if product.m * product.n * batches >= 512 * 512 { 4 } else { 2 };
        let side = SIDE * tile;
        (product.in_tiles(tile), [n.div_ceil(side), m.div_ceil(side)])
    };
    launch(client, kernel, [x, y, batches as u32], [a, b].into_iter().chain(bias), [c]);
}

impl Product {
    fn in_registers(&self) -> Kernel {
        let batch = |at: usize| self.batch.iter().map(move |dimension| dimension.strides[at]);
        let [bk, bn] = self.b;
        let a = Side {
            name: "a",
            reading: Reading::of([self.m, self.k], self.a, batch(0)),
            count: SOFTWARE_TILE,
            start: "at_a",
            first: "row",
            last: "(M - 1u)",
            strides: ["AM", "AK"],
        };
        let b = Side {
            name: "b",
            reading: Reading::of([self.n, self.k], [bn, bk], batch(1)),
            start: "at_b",
            first: "column",
            last: "(N - 1u)",
            strides: ["BN", "BK"],
            ..a
        };
        let kernel = kernel!("product", "product_in_registers")
            .with("THREADS", SOFTWARE_THREADS)
            .typed("ElementA", a.reading.element())
            .typed("ElementB", b.reading.element())
            .in_tiles(Tile([a, b]));
        self.with_shape(kernel)
    }

    fn in_tiles(&self, tile: u32) -> Kernel {
        let kernel = kernel!("product", "product_in_tiles")
            .with("THREADS", SIDE)
            .with("TILE", tile)
            .with("DEPTH", DEPTH);
        self.with_shape(kernel)
    }

    fn with_shape(&self, kernel: Kernel) -> Kernel {
        let Self { m, n, k, a: [am, ak], b: [bk, bn], c: [cm, cn], .. } = *self;
        let shape = [("M", m), ("N", n), ("K", k)];
        let strides = [("AM", am), ("AK", ak), ("BK", bk), ("BN", bn), ("CM", cm), ("CN", cn)];
        let numbers = shape.into_iter().chain(strides);
        let kernel = kernel
            .with("BIAS", self.ending != Ending::None)
            .with("RECTIFIED", self.ending == Ending::Rectified);
        let kernel = numbers.fold(kernel, |kernel, (name, value)| kernel.with(name, value));
        let dimension = |batch: &Batch| {
            let [a, b, c] = batch.strides;
            [batch.count, a, b, c].map(|number| number as u32)
        };
        kernel.over(self.batch.iter().rev().map(dimension).collect())
    }
}

pub(crate) fn variants() -> Vec<Kernel> {
    let layouts = |rows: usize, columns: usize| [[columns, 1], [1, rows]];
    let mut kernels = Vec::new();
    for [m, n, k] in [[8, 12, 16], [7, 9, 5]] {
        for a in layouts(m, k) {
            for b in layouts(k, n) {
                for rank in 0..3 {
                    let batch = vec![Batch { count: 2, strides: [m * k, 0, m * n] }; rank];
                    for ending in [Ending::None, Ending::Bias, Ending::Rectified] {
                        let product = Product { m, n, k, a, b, c: [n, 1], batch: batch.clone(), ending };
                        kernels.push(product.in_registers());
                        kernels.extend([2, 4].map(|tile| product.in_tiles(tile)));
                    }
                }
            }
        }
    }
    kernels
}
