//! Exact nearest neighbours: distance and selection in one pass, without a matrix of distances.
//!
//! It ranks by o(r) − q·r, which for o(r) = ‖r‖²/2 orders references as ‖q − r‖² does. The k best of each query lie in a
//! heap in memory, and a register holds the worst of them. The heap changes only when a reference enters it,
//! k(1 + ln(m/k)) times for references in random order. A card takes the references in parts, and a second launch makes one
//! heap of the parts' heaps, so that what is read back does not grow with them.

use cubecl::client::Client;
use cubecl::server::{BufferBinding, Handle};

use crate::adapter::Adapter;
use crate::kernel::{Kernel, kernel};
use crate::launch::launch;
use crate::tile::{Tile, panels, side};

/// The shape of a search. Queries and references lie in panels of [`PANEL`](crate::PANEL) rows.
#[derive(Clone, Copy, Debug)]
pub struct Nearest {
    /// How many queries.
    pub queries: usize,
    /// How many references.
    pub references: usize,
    /// Numbers of a row.
    pub dim: usize,
    /// How many are kept for each query.
    pub k: usize,
}

const THREADS: u32 = 32;

/// As many threads fill a graphics card.
const ENOUGH: usize = 1 << 15;
/// A part has at least so many references for each one kept.
const WORTH: usize = 32;

impl Nearest {
    /// The number of parts of the references, such that the whole adapter works. Each part has its own k best.
    fn parts(&self) -> usize {
        if Adapter::current().is_software() {
            return 1;
        }
        let threads = self.queries.div_ceil(side(Adapter::current()) as usize).max(1);
        ENOUGH.div_ceil(threads).min(self.references / (WORTH * self.k)).clamp(1, 32)
    }
}

/// Keeps, for each query, the k references of the smallest score, in no order: `[n, k]` scores and indices, and `[n]` scores
/// than which no other reference has a lower one. Where there are fewer references, scores of 3e38 are left.
pub fn nearest(
    client: &Client,
    shape: Nearest,
    [queries, references, offsets]: [BufferBinding; 3],
    out: [BufferBinding; 3],
) {
    let (parts, side) = (shape.parts(), side(Adapter::current()));
    let numbers = [shape.queries, shape.references, shape.k, parts].map(|number| number as u32);
    let bytes: Vec<u8> = numbers.into_iter().flat_map(u32::to_le_bytes).collect();
    let numbers = client.create_from_slice(&bytes).binding();
    let places = 4 * shape.queries * parts * shape.k;
    let heaps = [client.empty(places), client.empty(places)];
    let bound = || heaps.clone().map(Handle::binding);
    let threads = (shape.queries as u32).div_ceil(side);
    let groups = [threads.div_ceil(THREADS), parts as u32, 1];
    let inputs = [queries, references, offsets, numbers.clone()];
    launch(client, kernel(shape.dim, side), groups, inputs, bound());
    let [scores, indices] = bound();
    let groups = [(shape.queries as u32).div_ceil(THREADS), 1, 1];
    launch(client, merged(), groups, [scores, indices, numbers], out);
}

fn kernel(dim: usize, side: u32) -> Kernel {
    let q = panels("q", side, ["first / 8u * 8u * K", "first % 8u"]);
    let r = panels("r", side, ["at / 8u * 8u * K", "at % 8u"]);
    kernel!("nearest", "nearest_of_part").with("THREADS", THREADS).with("K", dim).in_tiles(Tile([q, r]))
}

fn merged() -> Kernel {
    kernel!("nearest", "nearest_merged").with("THREADS", THREADS)
}

pub(crate) fn variants() -> Vec<Kernel> {
    let found = [Adapter::Hardware, Adapter::Software].map(|adapter| kernel(5, side(adapter)));
    found.into_iter().chain([merged()]).collect()
}
