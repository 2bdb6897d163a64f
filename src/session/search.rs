//! Nearest samples of a sample.

use super::Session;
use super::picture::PictureRequest;
use super::report::Space;
use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::neighbours::{Rows, nearest, nearest_where};

/// Numbers of raw rows that are made at a time: 4 MiB, and a search copies them twice.
const BLOCK: usize = 1 << 20;

/// The nearest other samples of one.
#[derive(Clone, Debug, PartialEq)]
pub struct NearSamples {
    /// Step of the network.
    pub step: u64,
    /// Nearest first; equal distances by ascending index.
    pub indices: Vec<u32>,
    /// Their distances.
    pub distances: Vec<f32>,
    /// Samples among which was searched, the one itself included: all, or in an embedding that is still learned the
    /// sample that [`Session::picture`] shows.
    pub searched: usize,
}

impl Session {
    /// The k nearest other samples of one sample.
    ///
    /// In the embedding all that are compared are of one step: the whole set where it was embedded at this step, and
    /// otherwise the sample that [`Self::picture`] shows, or the whole set if that is too small for `k`.
    ///
    /// # Errors
    /// `index.out_of_range`, `k.out_of_range`, `device.*`.
    pub async fn neighbours(&mut self, index: usize, k: usize, space: Space) -> Result<NearSamples> {
        let count = self.dataset.count();
        if index >= count {
            return Err(Error::IndexOutOfRange { index, count });
        }
        if k == 0 || k >= count {
            return Err(Error::KOutOfRange { k, max: count - 1 });
        }
        match space {
            Space::Raw => self.raw_neighbours(index, k),
            Space::Embedding => self.embedded_neighbours(index, k).await,
        }
    }

    /// Rows are made a block at a time: all of them, as f32, would be four times the data set.
    fn raw_neighbours(&self, index: usize, k: usize) -> Result<NearSamples> {
        let (count, size) = (self.dataset.count(), self.dataset.sample_len());
        let metric = self.metric(Space::Raw);
        let query = self.raw_rows(&[index as u32])?;
        let query = Rows::new("samples", &query, size)?;
        let mut near: Vec<(f32, u32)> = Vec::new();
        for first in (0..count).step_by((BLOCK / size).max(1)) {
            let end = count.min(first + (BLOCK / size).max(1));
            let indices: Vec<u32> = (first as u32..end as u32).filter(|&at| at as usize != index).collect();
            if indices.is_empty() {
                continue;
            }
            let values = self.raw_rows(&indices)?;
            let found = nearest(query, Rows::new("samples", &values, size)?, k.min(indices.len()), metric)?;
            near.extend(
                found.distances.iter().copied().zip(found.indices.iter().map(|&at| indices[at as usize])),
            );
            near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            near.truncate(k);
        }
        let (distances, indices) = near.into_iter().unzip();
        Ok(NearSamples { step: self.step, indices, distances, searched: count })
    }

    async fn embedded_neighbours(&mut self, index: usize, k: usize) -> Result<NearSamples> {
        let count = self.dataset.count();
        let all = || (0..count as u32).collect::<Vec<u32>>();
        let among = if self.store.is_complete(self.step) {
            all()
        } else {
            let mut sample = self.sample(PictureRequest::default().sample);
            if let Err(at) = sample.binary_search(&(index as u32)) {
                sample.insert(at, index as u32);
            }
            if sample.len() > k { sample } else { all() }
        };
        self.embed_again(&among).await?;
        let rows = self.store.rows(&among);
        let at = among.binary_search(&(index as u32)).unwrap_or_default();
        let (found, distances) =
            nearest_other(&rows, self.config.embedding.dim, at, k, self.metric(Space::Embedding))?;
        let indices = found.into_iter().map(|at| among[at as usize]).collect();
        Ok(NearSamples { step: self.step, indices, distances, searched: among.len() })
    }
}

fn nearest_other(
    rows: &[f32],
    dim: usize,
    index: usize,
    k: usize,
    metric: Distance,
) -> Result<(Vec<u32>, Vec<f32>)> {
    let query = Rows::new("embeddings", &rows[index * dim..(index + 1) * dim], dim)?;
    let all = Rows::new("embeddings", rows, dim)?;
    let found = nearest_where(query, all, k, metric, |_, reference| reference != index)?;
    Ok((found.indices, found.distances))
}
