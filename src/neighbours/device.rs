//! Distances and exact nearest neighbours on a graphics device, by the kernels of `crates/kernels`: for distances that are a sum
//! of squares or of products. All others are computed on the host.
//!
//! The device ranks by the dot form, which cancels for near neighbours far from the origin, so it returns a few more
//! than wanted, the rows are centred first, and the host scores what came back by differences. A bound on the rounding then
//! decides for each query whether a reference that was left out could still belong to the answer; if so, the host
//! searches that query itself. What is returned is therefore exact, whatever the data.

use std::ops::Deref;

use burn::tensor::Device;
use cubecl::client::Client;
use cubecl::prelude::CubeElement as _;
use cubecl::server::{BufferBinding, Handle};
use metriclab_kernels as kernels;
use metriclab_loops::candidates::{Ranked, by_distance, in_question, merge};
use metriclab_loops::rows::{floats, longs, means, smaller, square_from};
use metriclab_loops::tiles::{LANES, Sum, panels_less};

use super::prepared::Prepared;
use super::{Neighbours, Rows, host};
use crate::distances::Distance;
use crate::distances::form::By;
use crate::error::{Error, Result};
use crate::graphics::client;

/// Largest buffer.
const BUFFER_BYTES: usize = 64 << 20;
/// Candidates beyond k.
const SPARE: usize = 8;
/// Largest k that the kernel's heaps are meant for.
const MOST: usize = 256;

/// The rows of one dispatch, each with this many products of numbers: long enough to be worth it, short enough that the
/// browser does not take the device for hung. A software adapter needs about a second for its share, a small graphics card a
/// fifth of one.
fn rows_of_dispatch(products: usize) -> usize {
    let most: u64 = match kernels::Adapter::current() {
        kernels::Adapter::Software => 1 << 31,
        kernels::Adapter::Hardware => 1 << 34,
    };
    usize::try_from(most / products.max(1) as u64).unwrap_or(usize::MAX)
}

/// `count` rows from `first` on in the panels that the kernels read, less `centre`.
fn upload(client: &Client, rows: &[f32], [first, count]: [usize; 2], centre: &[f32]) -> Handle {
    const { assert!(kernels::PANEL == LANES) };
    let dim = centre.len();
    let panels = panels_less(&rows[first * dim..(first + count) * dim], centre);
    client.create_from_slice(f32::as_bytes(&panels))
}

async fn read<const N: usize>(
    client: &Client,
    handles: [Handle; N],
) -> Result<[impl Deref<Target = [u8]> + use<N>; N]> {
    let read = client.read_async(handles.into()).await.map_err(|e| Error::DeviceLost(format!("{e:?}")))?;
    let mut read = read.into_iter();
    Ok(std::array::from_fn(|_| read.next().expect("a buffer for each handle")))
}

/// Whether `distance` is ranked by a sum that the kernels know, of rows that leave the range of f32 nowhere.
fn sum<'a>(distance: Distance, queries: Rows<'a>, references: Rows<'a>) -> Option<(Prepared<'a>, bool)> {
    let prepared = Prepared::new(queries, references, distance);
    match prepared.form.by {
        _ if !prepared.is_ordinary() => None,
        By::Sum(Sum::Squares) => Some((prepared, false)),
        By::Sum(Sum::Products) => Some((prepared, true)),
        _ => None,
    }
}

/// The k nearest references of each query, nearest first, ties by index. Memory is the answer, the rows and some
/// megabytes, whatever the sizes.
///
/// # Errors
/// As [`host::nearest`], and `device.*`.
pub async fn nearest(
    queries: Rows<'_>,
    references: Rows<'_>,
    k: usize,
    distance: Distance,
    device: &Device,
) -> Result<Neighbours> {
    queries.suit("queries", distance)?;
    references.suit("references", distance)?;
    if (1..=MOST.min(references.count())).contains(&k)
        && queries.dim() == references.dim()
        && let Some(found) = by_kernel(queries, references, k, distance, device).await?
    {
        return Ok(found);
    }
    host::nearest(queries, references, k, distance)
}

/// None where this distance or device has no kernel.
async fn by_kernel(
    queries: Rows<'_>,
    references: Rows<'_>,
    k: usize,
    distance: Distance,
    device: &Device,
) -> Result<Option<Neighbours>> {
    let Some((prepared, product)) = sum(distance, queries, references) else { return Ok(None) };
    let Some(client) = client(device) else { return Ok(None) };
    let ranking = Ranking::new(prepared, product, k);
    let ranked = ranking.rank(&client).await?;
    let (mut found, unsure) = ranking.settle(&ranked, k);
    if !unsure.is_empty() {
        let rows: Vec<f32> = unsure.iter().flat_map(|&query| queries.row(query)).copied().collect();
        let own = host::nearest(Rows { values: &rows, dim: queries.dim() }, references, k, distance)?;
        for (at, query) in unsure.into_iter().enumerate() {
            found.indices[query * k..(query + 1) * k].copy_from_slice(&own.indices[at * k..(at + 1) * k]);
            found.distances[query * k..(query + 1) * k].copy_from_slice(&own.distances[at * k..(at + 1) * k]);
        }
    }
    Ok(Some(found))
}

/// A search that the device ranks by o(r) − q·r.
struct Ranking<'a> {
    prepared: Prepared<'a>,
    product: bool,
    /// Taken off all rows; 0 for products.
    centre: Vec<f32>,
    /// o(r) of each reference: ‖r‖²/2, or 0 for products.
    offsets: Vec<f32>,
    /// ‖r‖ of each reference.
    lengths: Vec<f64>,
    /// The largest of them.
    longest: f64,
    /// Candidates of a query.
    wanted: usize,
}

/// The device's candidates of each query: `wanted` scores and the indices of their references, in no order.
#[derive(Default)]
struct Rankings {
    scores: Vec<f32>,
    indices: Vec<u32>,
    /// No reference that is not among those of a query has a lower score.
    left_out: Vec<f32>,
}

impl<'a> Ranking<'a> {
    fn new(prepared: Prepared<'a>, product: bool, k: usize) -> Self {
        let (dim, rows) = (prepared.dim, &prepared.references.formed);
        let centre = if product { vec![0.0; dim] } else { means(rows, dim) };
        let squares: Vec<f64> = rows.chunks_exact(dim).map(|row| square_from(row, &centre)).collect();
        let offset = |&square: &f64| if product { 0.0 } else { 0.5 * square as f32 };
        let offsets = squares.iter().map(offset).collect();
        let lengths: Vec<f64> = squares.into_iter().map(f64::sqrt).collect();
        let longest = lengths.iter().copied().fold(0.0, f64::max);
        let wanted = (k + SPARE).min(prepared.references.count());
        Self { prepared, product, centre, offsets, lengths, longest, wanted }
    }

    /// The candidates of every query, a block of queries and references at a time.
    async fn rank(&self, client: &Client) -> Result<Rankings> {
        let (queries, references) = (self.prepared.queries.count(), self.prepared.references.count());
        let dim = self.prepared.dim;
        let columns = (BUFFER_BYTES / 4 / dim).min(references);
        let rows =
            rows_of_dispatch(columns * dim).clamp(64, 1 << 16).min(BUFFER_BYTES / (8 * 32 * self.wanted));
        let rows = rows.min(BUFFER_BYTES / 4 / dim).clamp(1, queries.max(1));
        let mut all = Rankings::default();
        for from in (0..references).step_by(columns) {
            let count = columns.min(references - from);
            let tile = upload(client, &self.prepared.references.formed, [from, count], &self.centre);
            let offsets = client.create_from_slice(f32::as_bytes(&self.offsets[from..from + count]));
            let mut ranked = Rankings::default();
            for first in (0..queries).step_by(rows) {
                let block = rows.min(queries - first);
                let shape = kernels::Nearest { queries: block, references: count, dim, k: self.wanted };
                let own = self.prepared.is_of_itself() && [first, block] == [from, count];
                let rows = if own {
                    tile.clone()
                } else {
                    upload(client, &self.prepared.queries.formed, [first, block], &self.centre)
                };
                let inputs = [&rows, &tile, &offsets].map(|handle| handle.clone().binding());
                ranked.append(client, shape, inputs).await?;
            }
            all.take(ranked, from, self.wanted);
        }
        Ok(all)
    }

    /// ‖q‖ of a query, less the centre.
    fn length(&self, query: usize) -> f64 {
        if self.prepared.is_of_itself() {
            return self.lengths[query];
        }
        let dim = self.prepared.dim;
        square_from(&self.prepared.queries.formed[query * dim..(query + 1) * dim], &self.centre).sqrt()
    }

    /// The neighbours among the candidates, and the queries whose candidates may lack one.
    fn settle(&self, all: &Rankings, k: usize) -> (Neighbours, Vec<usize>) {
        let (prepared, dim) = (&self.prepared, self.prepared.dim);
        let places = k * all.left_out.len();
        let mut result =
            Neighbours { k, indices: Vec::with_capacity(places), distances: Vec::with_capacity(places) };
        let (mut unsure, mut best, mut indices, mut own) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let rankings = all.scores.chunks_exact(self.wanted).zip(all.indices.chunks_exact(self.wanted));
        for (query, ((scores, references), &left_out)) in rankings.zip(&all.left_out).enumerate() {
            let rounding = error_of_score(dim, self.length(query), self.longest, self.product);
            in_question(scores, references, k, 2.0 * rounding, &mut best);
            indices.clear();
            indices.extend(best.iter().map(|candidate| candidate.index));
            prepared.distances(query, &indices, &mut own);
            best.iter_mut().zip(&own).for_each(|(candidate, &own)| candidate.distance = own);
            by_distance(&mut best);
            best.truncate(k);
            let worst = best.iter().map(|one| f64::from(one.score)).fold(f64::NEG_INFINITY, f64::max);
            if best.len() < k || f64::from(left_out) <= worst + 2.0 * rounding {
                unsure.push(query);
                best.resize(k, Ranked::default());
            }
            result.indices.extend(best.iter().map(|candidate| candidate.index));
            result.distances.extend(best.iter().map(|candidate| candidate.distance));
        }
        (result, unsure)
    }
}

impl Rankings {
    /// Adds the candidates of further queries.
    async fn append(
        &mut self,
        client: &Client,
        shape: kernels::Nearest,
        inputs: [BufferBinding; 3],
    ) -> Result<()> {
        let kernels::Nearest { queries, k, .. } = shape;
        let out = [queries * k, queries * k, queries].map(|count| client.empty(4 * count));
        kernels::nearest(client, shape, inputs, out.clone().map(Handle::binding));
        let [scores, indices, left_out] = read(client, out).await?;
        floats(&scores, &mut self.scores);
        longs(&indices, &mut self.indices);
        floats(&left_out, &mut self.left_out);
        Ok(())
    }

    /// Takes what was found for the same queries among the references from `from` on.
    fn take(&mut self, mut more: Self, from: usize, wanted: usize) {
        more.indices.iter_mut().for_each(|index| *index += from as u32);
        if from == 0 {
            *self = more;
            return;
        }
        let own = self.scores.chunks_exact_mut(wanted).zip(self.indices.chunks_exact_mut(wanted));
        let others = more.scores.chunks_exact(wanted).zip(more.indices.chunks_exact(wanted));
        let left_out = self.left_out.iter_mut().zip(&more.left_out);
        for (((scores, indices), others), (left_out, &other)) in own.zip(others).zip(left_out) {
            *left_out = left_out.min(other).min(merge(scores, indices, others));
        }
    }
}

/// Bound on the error of a score o(r) − q·r, on the device and in the host's own sum, which decides between near ties. Both
/// round in proportion to the lengths, and the device takes numbers below 2⁻¹²⁶ as 0. Twice for safety.
fn error_of_score(dim: usize, length: f64, longest: f64, product: bool) -> f64 {
    let reach = length + longest;
    // The host sums squares of differences, which for a query far from all references are larger than the products.
    let largest = if product { longest } else { longest.max(0.5 * reach) };
    let lost = 2.0 * f64::from(f32::MIN_POSITIVE) * (1.0 + reach);
    (dim + 4) as f64 * (2.0 * f64::from(f32::EPSILON) * largest * reach + lost)
}

/// A sum of `dim` squares or products with a smaller size may have lost digits on the device.
fn least_sum(dim: usize) -> f32 {
    dim as f32 * f32::MIN_POSITIVE * (1 << 20) as f32
}

/// All distances, n × m.
///
/// # Errors
/// As [`host::pairwise`], and `device.*`.
pub async fn pairwise(
    queries: Rows<'_>,
    references: Rows<'_>,
    distance: Distance,
    device: &Device,
) -> Result<Vec<f32>> {
    queries.suit("queries", distance)?;
    references.suit("references", distance)?;
    if queries.dim() == references.dim()
        && super::affordable(queries.count(), references.count(), super::DISTANCE).is_ok()
        && let Some(matrix) = matrix_by_kernel(queries, references, distance, device).await?
    {
        return Ok(matrix);
    }
    host::pairwise(queries, references, distance)
}

/// None where this distance or device has no kernel.
async fn matrix_by_kernel(
    queries: Rows<'_>,
    references: Rows<'_>,
    distance: Distance,
    device: &Device,
) -> Result<Option<Vec<f32>>> {
    let Some((prepared, product)) = sum(distance, queries, references) else { return Ok(None) };
    let Some(client) = client(device) else { return Ok(None) };
    let (n, m, dim) = (queries.count(), references.count(), prepared.dim);
    let none = vec![0.0; dim];
    if n == 0 || m == 0 || m * dim * 4 > BUFFER_BYTES {
        return Ok(None);
    }
    let epilogue = match (product, distance) {
        (true, _) => kernels::Epilogue::NegatedProduct,
        (false, Distance::Euclidean) => kernels::Epilogue::Root,
        (false, _) => kernels::Epilogue::Squares,
    };
    let rows = (BUFFER_BYTES / 4 / m.max(dim)).min(rows_of_dispatch(m * dim)).clamp(1, n);
    let tile = upload(&client, &prepared.references.formed, [0, m], &none);
    let own = prepared.is_of_itself() && rows == n;
    let mut matrix = Vec::with_capacity(n * m);
    for first in (0..n).step_by(rows) {
        let block = rows.min(n - first);
        let block_rows =
            if own { tile.clone() } else { upload(&client, &prepared.queries.formed, [first, block], &none) };
        let out = client.empty(4 * block * m);
        let shape = kernels::Pairwise { queries: block, references: m, dim, epilogue };
        let [queries, references] = [&block_rows, &tile].map(|handle| handle.clone().binding());
        kernels::pairwise(&client, shape, queries, references, out.clone().binding());
        let [values] = read(&client, [out]).await?;
        let at = matrix.len();
        floats(&values, &mut matrix);
        for (query, row) in matrix[at..].chunks_exact_mut(m).enumerate() {
            finish_row(&prepared, distance, first + query, row);
        }
    }
    Ok(Some(matrix))
}

/// From what the kernel computes for a query to its distances. Sums that may have lost digits on the device are the host's.
fn finish_row(prepared: &Prepared<'_>, distance: Distance, query: usize, row: &mut [f32]) {
    let least = least_sum(prepared.dim);
    let least = if distance == Distance::Euclidean { least.sqrt() } else { least };
    let mut lost = Vec::new();
    smaller(row, least, &mut lost);
    // The kernel's epilogue has finished these.
    if !matches!(distance, Distance::Euclidean | Distance::SquaredEuclidean | Distance::Dot) {
        prepared.finish(query, 0, row);
    }
    if !lost.is_empty() {
        let mut own = Vec::new();
        prepared.distances(query, &lost, &mut own);
        for (reference, own) in lost.into_iter().zip(own) {
            row[reference as usize] = own;
        }
    }
}
