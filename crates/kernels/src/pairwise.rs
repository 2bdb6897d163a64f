//! All distances between two sets of rows, each read once a tile. The root or the sign follows in the same pass.

use cubecl::client::Client;
use cubecl::server::BufferBinding;

use crate::adapter::Adapter;
use crate::kernel::{Kernel, kernel};
use crate::launch::{launch, spread};
use crate::tile::{Tile, panels, side};

/// The last step from the sum over two rows to their distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Epilogue {
    /// Σ (q − r)².
    Squares,
    /// √ Σ (q − r)².
    Root,
    /// −Σ q·r.
    NegatedProduct,
}

/// The shape of a matrix of distances. Queries and references lie in panels of [`PANEL`](crate::PANEL) rows.
#[derive(Clone, Copy, Debug)]
pub struct Pairwise {
    /// Rows.
    pub queries: usize,
    /// Columns.
    pub references: usize,
    /// Numbers of a row.
    pub dim: usize,
    /// The step after the sum.
    pub epilogue: Epilogue,
}

const THREADS: u32 = 32;

/// Computes `shape`: n and m rows give `[n, m]`, row after row.
pub fn pairwise(
    client: &Client,
    shape: Pairwise,
    queries: BufferBinding,
    references: BufferBinding,
    matrix: BufferBinding,
) {
    let side = side(Adapter::current());
    let tiles = (shape.queries as u32).div_ceil(side) * (shape.references as u32).div_ceil(side);
    let groups = spread(tiles.div_ceil(THREADS));
    launch(client, kernel(shape, side), groups, [queries, references], [matrix]);
}

fn kernel(shape: Pairwise, side: u32) -> Kernel {
    let q = panels("q", side, ["row / 8u * 8u * K", "row % 8u"]);
    let r = panels("r", side, ["column / 8u * 8u * K", "column % 8u"]);
    kernel!("pairwise")
        .with("THREADS", THREADS)
        .with("N", shape.queries)
        .with("M", shape.references)
        .with("K", shape.dim)
        .with("PRODUCT", shape.epilogue == Epilogue::NegatedProduct)
        .with("ROOT", shape.epilogue == Epilogue::Root)
        .in_tiles(Tile([q, r]))
}

pub(crate) fn variants() -> Vec<Kernel> {
    let mut kernels = Vec::new();
    for adapter in [Adapter::Hardware, Adapter::Software] {
        for epilogue in [Epilogue::Squares, Epilogue::Root, Epilogue::NegatedProduct] {
            kernels.push(kernel(Pairwise { queries: 9, references: 10, dim: 5, epilogue }, side(adapter)));
        }
    }
    kernels
}
