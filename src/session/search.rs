//! Nearest samples of a sample.

use super::Session;
use super::picture::PictureRequest;
use super::report::Space;
use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::neighbours::{Rows, nearest_where};

/// Numbers of raw rows that are kept between searches: 64 MiB. Of a larger data set they are made again for each search.
const KEPT: usize = 1 << 24;

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

/// What is kept from one search to the next.
#[derive(Default)]
pub(super) struct Searches {
    raw: Option<Vec<f32>>,
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

    fn raw_neighbours(&mut self, index: usize, k: usize) -> Result<NearSamples> {
        let (count, size) = (self.dataset.count(), self.dataset.sample_len());
        let metric = self.metric(Space::Raw);
        let query = self.raw_rows(&[index as u32])?;
        let query = Rows::new("samples", &query, size)?;
        let block = (KEPT / size).max(1);
        let mut found: Vec<(f32, u32)> = Vec::new();
        for first in (0..count).step_by(block) {
            let rows = block.min(count - first);
            let indices: Vec<u32> = (first as u32..(first + rows) as u32).collect();
            let made;
            let values = match &self.searches.raw {
                Some(kept) => kept,
                None => {
                    made = self.raw_rows(&indices)?;
                    &made
                }
            };
            let here = if (first..first + rows).contains(&index) { rows - 1 } else { rows };
            if here > 0 {
                let near = nearest_where(
                    query,
                    Rows::new("samples", values, size)?,
                    k.min(here),
                    metric,
                    |_, at| first + at != index,
                )?;
                found.extend(
                    near.distances.iter().copied().zip(near.indices.iter().map(|at| first as u32 + at)),
                );
            }
            if block >= count && self.searches.raw.is_none() {
                self.searches.raw = Some(values.clone());
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        found.truncate(k);
        let (distances, indices) = found.into_iter().unzip();
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
