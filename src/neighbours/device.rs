//! Distances and exact nearest neighbours on a graphics device, in tiles: by the kernels of `fused.rs` where they know the
//! distance, else by burn's tensors.
//!
//! No buffer passes [`TILE_BYTES`], so that a default WebGPU device (128 MiB a binding) carries any
//! number of rows. The winners of each tile are scored again on the host in difference form: the
//! dot form cancels for near-duplicates.

use burn::tensor::{Device, Tensor, TensorData};

use super::{Neighbours, Rows, between};
use crate::distances::Distance;
use crate::error::{Error, Result};

/// Largest buffer of a tile.
const TILE_BYTES: usize = 64 << 20;

/// Candidates kept beyond k in each tile, so that rounding in the dot form loses no true neighbour
/// that lies within rounding of the k-th.
const SPARE: usize = 8;

/// The k nearest references of each query, nearest first, ties by index.
///
/// # Errors
/// `k.out_of_range`, `device.*`.
pub async fn nearest(
    queries: Rows<'_>,
    references: Rows<'_>,
    k: usize,
    distance: Distance,
    device: &Device,
) -> Result<Neighbours> {
    let max = references.count();
    if k == 0 || k > max {
        return Err(Error::KOutOfRange { k, max });
    }
    if let Some(found) = super::fused::nearest(queries, references, k, distance, device).await? {
        return Ok(found);
    }
    let columns = tile_rows(references.dim()).min(max);
    let rows = (TILE_BYTES / 4 / columns).clamp(1, tile_rows(queries.dim()));
    let mut found: Vec<Vec<(f32, u32)>> = vec![Vec::new(); queries.count()];
    for from in (0..max).step_by(columns) {
        let tile = references.slice(from, columns.min(max - from));
        let wanted = (k + SPARE).min(tile.count());
        let tile_tensor = tensor(tile, device);
        for first in (0..queries.count()).step_by(rows) {
            let block = queries.slice(first, rows.min(queries.count() - first));
            let closeness = closeness(distance, tensor(block, device), tile_tensor.clone());
            let (_, indices) = closeness.topk_with_indices(wanted, 1);
            let data = indices.into_data_async().await.map_err(|e| Error::DeviceLost(format!("{e:?}")))?;
            for (i, index) in data.iter::<i32>().enumerate() {
                let query = first + i / wanted;
                let reference = from + index as usize;
                let value = between(distance, queries.row(query), references.row(reference));
                found[query].push((value, reference as u32));
            }
        }
    }
    let mut result = Neighbours { k, indices: Vec::new(), distances: Vec::new() };
    for mut candidates in found {
        candidates.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
        result.indices.extend(candidates[..k].iter().map(|c| c.1));
        result.distances.extend(candidates[..k].iter().map(|c| c.0));
    }
    Ok(result)
}

/// All distances, n × m.
///
/// # Errors
/// `data.too_large`, `device.*`.
pub async fn pairwise(
    queries: Rows<'_>,
    references: Rows<'_>,
    distance: Distance,
    device: &Device,
) -> Result<Vec<f32>> {
    if let Some(matrix) = super::fused::pairwise(queries, references, distance, device).await? {
        return Ok(matrix);
    }
    let rows = (TILE_BYTES / 4 / references.count().max(1)).max(1);
    let tile = tensor(references, device);
    let mut matrix = Vec::with_capacity(queries.count() * references.count());
    for first in (0..queries.count()).step_by(rows) {
        let block = queries.slice(first, rows.min(queries.count() - first));
        let values = distance.matrix(tensor(block, device), tile.clone());
        let data = values.into_data_async().await.map_err(|e| Error::DeviceLost(format!("{e:?}")))?;
        matrix.extend(data.iter::<f32>().map(|x| apart(distance, x)));
    }
    Ok(matrix)
}

/// A value as a distance. Rounding may carry 1 − s a little below 0.
fn apart(distance: Distance, value: f32) -> f32 {
    match distance {
        Distance::Cosine => (1.0 - value).max(0.0),
        Distance::Dot => -value,
        _ => value,
    }
}

/// Larger is closer; monotone in the distance.
fn closeness(distance: Distance, queries: Tensor<2>, references: Tensor<2>) -> Tensor<2> {
    // A root less a candidate.
    let ordered = if distance == Distance::Euclidean { Distance::SquaredEuclidean } else { distance };
    distance.nearness(ordered.matrix(queries, references))
}

fn tile_rows(dim: usize) -> usize {
    (TILE_BYTES / 4 / dim.max(1)).max(1)
}

fn tensor(rows: Rows<'_>, device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(rows.values().to_vec(), [rows.count(), rows.dim()]), device)
}
