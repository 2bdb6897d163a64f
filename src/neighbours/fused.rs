//! The kernels of `src/kernels` behind the searches: distances that are a sum of squares or of products.
//!
//! The device ranks by the dot form, which cancels for near neighbours far from the origin, so it is asked for a few more
//! than wanted, the rows are centred first, and the host scores what came back by differences. A bound on the rounding then
//! says for each query whether any reference that did not come back could still belong to the answer; if so, the host
//! searches that query itself. What is returned is therefore exact, whatever the data.

use burn::tensor::Device;
use cubecl::client::Client;
use cubecl::server::Handle;
use metriclab_kernels as kernels;

use super::forms::Prepared;
use super::tiles::{Sum, score};
use super::{Neighbours, Rows, host};
use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::graphics::client;

/// Largest buffer.
const BUFFER_BYTES: usize = 64 << 20;
/// Products of numbers in one dispatch: long enough to be worth it, short enough that the browser does not take a software
/// adapter for hung.
const DISPATCH: usize = 1 << 31;
/// Candidates beyond k.
const SPARE: usize = 8;
/// Largest k that the kernel's heaps are meant for.
const MOST: usize = 256;

/// Rows as the kernels read them: in whole groups of four numbers.
struct Padded {
    values: Vec<f32>,
    width: usize,
}

impl Padded {
    fn new(rows: &[f32], dim: usize, centre: &[f32]) -> Self {
        let width = dim.next_multiple_of(4);
        let mut values = vec![0.0; rows.len() / dim * width];
        for (to, from) in values.chunks_exact_mut(width).zip(rows.chunks_exact(dim)) {
            to.iter_mut().zip(from).zip(centre).for_each(|((to, from), centre)| *to = from - centre);
        }
        Self { values, width }
    }

    fn slice(&self, first: usize, count: usize) -> &[f32] {
        &self.values[first * self.width..(first + count) * self.width]
    }
}

fn bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

async fn read<const N: usize>(client: &Client, handles: [Handle; N]) -> Result<[Vec<[u8; 4]>; N]> {
    let read = client.read_async(handles.into()).await.map_err(|e| Error::DeviceLost(format!("{e:?}")))?;
    let words = |bytes: &[u8]| bytes.as_chunks::<4>().0.to_vec();
    Ok(std::array::from_fn(|at| words(&read[at])))
}

/// Whether `distance` is ranked by a sum that the kernels know.
fn sum(distance: Distance, queries: Rows<'_>, references: Rows<'_>) -> Option<(Prepared, bool)> {
    let prepared = Prepared::new(queries, references, distance);
    match prepared.form.sum {
        _ if prepared.has_zero_rows() => None,
        Sum::Squares => Some((prepared, false)),
        Sum::Products => Some((prepared, true)),
        _ => None,
    }
}

/// The exact k nearest, or none where this distance, k or device has no kernel.
pub(super) async fn nearest(
    queries: Rows<'_>,
    references: Rows<'_>,
    k: usize,
    distance: Distance,
    device: &Device,
) -> Result<Option<Neighbours>> {
    if k > MOST {
        return Ok(None);
    }
    let Some((prepared, product)) = sum(distance, queries, references) else { return Ok(None) };
    let Some(client) = client(device) else { return Ok(None) };
    let dim = prepared.dim;
    let centre = if product { vec![0.0; dim] } else { mean(&prepared.references, dim) };
    let asked = Padded::new(&prepared.queries, dim, &centre);
    let held = Padded::new(&prepared.references, dim, &centre);
    let offsets: Vec<f32> = held
        .values
        .chunks_exact(held.width)
        .map(|row| if product { 0.0 } else { 0.5 * square(row) as f32 })
        .collect();
    let longest = held.values.chunks_exact(held.width).map(square).fold(0.0, f64::max).sqrt();
    let quads = held.width / 4;
    let wanted = (k + SPARE).min(references.count());
    let columns = (BUFFER_BYTES / 4 / held.width).min(references.count());
    let rows = (DISPATCH / columns / held.width).clamp(64, 1 << 16).min(BUFFER_BYTES / (8 * 32 * wanted));
    let rows = rows.min(BUFFER_BYTES / 4 / asked.width).clamp(1, queries.count().max(1));
    let mut best: Vec<Vec<(f32, u32)>> = vec![Vec::new(); queries.count()];
    let mut left_out = vec![f32::INFINITY; queries.count()];
    for from in (0..references.count()).step_by(columns) {
        let count = columns.min(references.count() - from);
        let tile = client.create_from_slice(&bytes(held.slice(from, count)));
        let tile_offsets = client.create_from_slice(&bytes(&offsets[from..from + count]));
        for first in (0..queries.count()).step_by(rows) {
            let block = rows.min(queries.count() - first);
            let shape = kernels::Nearest { queries: block, references: count, quads, k: wanted };
            let kept = shape.parts() * wanted;
            let block_rows = client.create_from_slice(&bytes(asked.slice(first, block)));
            let scores = client.empty(4 * block * kept);
            let indices = client.empty(4 * block * kept);
            kernels::nearest(
                &client,
                shape,
                [block_rows.binding(), tile.clone().binding(), tile_offsets.clone().binding()],
                [scores.clone().binding(), indices.clone().binding()],
            );
            let [scores, indices] = read(&client, [scores, indices]).await?;
            for (at, (scores, indices)) in scores.chunks_exact(kept).zip(indices.chunks_exact(kept)).enumerate() {
                let query = first + at;
                for (scores, indices) in scores.chunks_exact(wanted).zip(indices.chunks_exact(wanted)) {
                    let scores = scores.iter().map(|&score| f32::from_le_bytes(score));
                    let found = scores.zip(indices).filter(|(score, _)| *score < FAR);
                    let before = best[query].len();
                    best[query]
                        .extend(found.map(|(score, &index)| (score, from as u32 + u32::from_le_bytes(index))));
                    if best[query].len() - before == wanted {
                        // A full heap may have turned others away, none of them better than its worst.
                        let worst = best[query][before..].iter().fold(f32::NEG_INFINITY, |most, x| most.max(x.0));
                        left_out[query] = left_out[query].min(worst);
                    }
                }
                keep(&mut best[query], wanted, &mut left_out[query]);
            }
        }
    }
    let mut result = Neighbours { k, indices: Vec::new(), distances: Vec::new() };
    for (query, found) in best.into_iter().enumerate() {
        let row = &asked.values[query * asked.width..(query + 1) * asked.width];
        // |computed − true| of o(r) − q·r, each a sum of `width` terms; twice for safety.
        let length = square(row).sqrt();
        let rounding = 2.0 * f64::from(f32::EPSILON) * (held.width + 4) as f64 * longest * (length + longest);
        let mut scored: Vec<(f32, u32, f32)> = found
            .iter()
            .map(|&(approximate, index)| (score(&prepared, query, index as usize), index, approximate))
            .collect();
        scored.sort_unstable_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
        let worst = scored[..k.min(scored.len())].iter().map(|x| f64::from(x.2)).fold(f64::NEG_INFINITY, f64::max);
        let surely = scored.len() >= k && (f64::from(left_out[query]) > worst + 2.0 * rounding);
        if surely {
            result.indices.extend(scored[..k].iter().map(|x| x.1));
            result.distances.extend(scored[..k].iter().map(|x| x.0));
        } else {
            let own = host::nearest(queries.slice(query, 1), references, k, distance)?;
            result.indices.extend(own.indices);
            result.distances.extend(own.distances);
        }
    }
    Ok(Some(result))
}

/// Scores from here on mark empty places of a heap.
const FAR: f32 = 3e38;

/// The `wanted` best by score; the best of the others bounds what is left out.
fn keep(found: &mut Vec<(f32, u32)>, wanted: usize, left_out: &mut f32) {
    if found.len() > wanted {
        found.select_nth_unstable_by(wanted, |x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
        *left_out = left_out.min(found[wanted].0);
        found.truncate(wanted);
    }
}

fn square(row: &[f32]) -> f64 {
    row.iter().map(|&x| f64::from(x) * f64::from(x)).sum()
}

fn mean(rows: &[f32], dim: usize) -> Vec<f32> {
    let mut sums = vec![0.0_f64; dim];
    for row in rows.chunks_exact(dim) {
        sums.iter_mut().zip(row).for_each(|(sum, &x)| *sum += f64::from(x));
    }
    let count = (rows.len() / dim).max(1) as f64;
    sums.iter().map(|sum| (sum / count) as f32).collect()
}

/// All distances, or none where this distance or device has no kernel.
pub(super) async fn pairwise(
    queries: Rows<'_>,
    references: Rows<'_>,
    distance: Distance,
    device: &Device,
) -> Result<Option<Vec<f32>>> {
    let Some((prepared, product)) = sum(distance, queries, references) else { return Ok(None) };
    let Some(client) = client(device) else { return Ok(None) };
    let none = vec![0.0; prepared.dim];
    let asked = Padded::new(&prepared.queries, prepared.dim, &none);
    let held = Padded::new(&prepared.references, prepared.dim, &none);
    let (n, m) = (queries.count(), references.count());
    if held.values.len() * 4 > BUFFER_BYTES || m * 4 > BUFFER_BYTES {
        return Ok(None);
    }
    let rooted = distance == Distance::Euclidean && prepared.plain();
    let epilogue = match (product, rooted) {
        (true, _) => kernels::Epilogue::NegatedProduct,
        (false, true) => kernels::Epilogue::Root,
        (false, false) => kernels::Epilogue::Squares,
    };
    let rows = (BUFFER_BYTES / 4 / m.max(asked.width)).min(DISPATCH / m.max(1) / held.width).clamp(1, n.max(1));
    let tile = client.create_from_slice(&bytes(&held.values));
    let mut matrix = Vec::with_capacity(n * m);
    for first in (0..n).step_by(rows) {
        let block = rows.min(n - first);
        let block_rows = client.create_from_slice(&bytes(asked.slice(first, block)));
        let out = client.empty(4 * block * m);
        let shape = kernels::Pairwise { queries: block, references: m, quads: held.width / 4, epilogue };
        kernels::pairwise(&client, shape, block_rows.binding(), tile.clone().binding(), out.clone().binding());
        let [values] = read(&client, [out]).await?;
        let at = matrix.len();
        matrix.extend(values.into_iter().map(f32::from_le_bytes));
        if !rooted && !product && distance != Distance::SquaredEuclidean || !prepared.plain() {
            for (query, row) in matrix[at..].chunks_exact_mut(m).enumerate() {
                prepared.finish(first + query, 0, row);
            }
        }
    }
    Ok(Some(matrix))
}
