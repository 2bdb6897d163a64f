//! Nearest samples of a sample.

use std::borrow::Cow;
use std::ops::Range;

use super::Session;
use super::picture::PictureRequest;
use super::report::Space;
use super::store::EmbeddingStore;
use crate::datasets::{Dataset, Preparation};
use crate::error::{Error, Result};
use crate::neighbours::{Index, Neighbours, Source};

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

/// Indexes that are kept between calls of [`Session::neighbours`].
#[derive(Default)]
pub(super) struct Indexes {
    /// The samples never change, and neither does their preparation.
    raw: Option<Index>,
    embedded: Option<EmbeddedIndex>,
}

/// The index of an embedding at a step: of the whole set, or of the sample that pictures show.
struct EmbeddedIndex {
    step: u64,
    is_whole: bool,
    index: Index,
}

impl Indexes {
    /// Drops the index of the embedding, which is about to change.
    pub(super) fn drop_embedded(&mut self) {
        self.embedded = None;
    }
}

/// Samples as the network gets them.
struct RawRows<'a>(&'a Dataset, &'a Preparation);

impl Source for RawRows<'_> {
    fn count(&self) -> usize {
        self.0.count()
    }

    fn dim(&self) -> usize {
        self.0.sample_len()
    }

    fn rows(&self, range: Range<usize>) -> Result<Cow<'_, [f32]>> {
        let mut rows = Vec::with_capacity(range.len() * self.dim());
        range.for_each(|at| self.0.write_numbers_unchecked(at, &mut rows));
        self.1.apply(&mut rows, self.dim())?;
        Ok(Cow::Owned(rows))
    }
}

/// Embeddings of the whole set, or of a sample of it.
struct EmbeddedRows<'a> {
    store: &'a EmbeddingStore,
    sample: Option<&'a [u32]>,
}

impl Source for EmbeddedRows<'_> {
    fn count(&self) -> usize {
        self.sample.map_or(self.store.count(), <[u32]>::len)
    }

    fn dim(&self) -> usize {
        self.store.dim()
    }

    fn rows(&self, range: Range<usize>) -> Result<Cow<'_, [f32]>> {
        Ok(match self.sample {
            Some(sample) if range.len() == 1 => Cow::Borrowed(self.store.row(sample[range.start])),
            Some(sample) => Cow::Owned(self.store.rows(&sample[range])),
            None => Cow::Borrowed(&self.store.values()[range.start * self.dim()..range.end * self.dim()]),
        })
    }
}

impl Session {
    /// The k nearest other samples of one sample.
    ///
    /// In the embedding all that are compared are of one step: the whole set where it was embedded at this step, and
    /// otherwise the sample that [`Self::picture`] shows, or the whole set if that is too small for `k`.
    ///
    /// The first call prepares an index of at most 64 MiB, and later ones use it: that of the samples as long as the session
    /// lives or until [`Self::drop_indexes`], that of the embedding until the next training step.
    ///
    /// # Errors
    /// `index.out_of_range`, `k.out_of_range`, `distance.out_of_range`, `training.diverged`, `device.*`.
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

    /// Gives back the memory of the indexes that [`Self::neighbours`] keeps; its next call prepares them again.
    pub fn drop_indexes(&mut self) {
        self.indexes = Indexes::default();
    }

    fn raw_neighbours(&mut self, index: usize, k: usize) -> Result<NearSamples> {
        let metric = self.metric(Space::Raw);
        let source = RawRows(&self.dataset, &self.preparation);
        let query = source.rows(index..index + 1)?;
        let kept = self.indexes.raw.get_or_insert_with(|| Index::new(metric));
        let found = kept.nearest(&source, &query, k, |at| at != index);
        self.near(index, found, None)
    }

    async fn embedded_neighbours(&mut self, index: usize, k: usize) -> Result<NearSamples> {
        let sample = self.searched(index, k);
        if let Some(sample) = &sample {
            self.embed_again(sample).await?;
        } else {
            self.embeddings().await?;
        }
        self.embed_again(&[index as u32]).await?;
        let (step, is_whole, metric) = (self.step, sample.is_none(), self.metric(Space::Embedding));
        let source = EmbeddedRows { store: &self.store, sample: sample.as_deref() };
        let kept = self.indexes.embedded.take().filter(|kept| kept.step == step && kept.is_whole == is_whole);
        let kept = kept.unwrap_or_else(|| EmbeddedIndex { step, is_whole, index: Index::new(metric) });
        let kept = self.indexes.embedded.insert(kept);
        let query = self.store.row(index as u32);
        let other = |at: usize| sample.as_ref().map_or(at, |sample| sample[at] as usize) != index;
        let found = kept.index.nearest(&source, query, k, other);
        self.near(index, found, sample.as_deref())
    }

    /// The sample among which neighbours in the embedding are searched; none for the whole set.
    fn searched(&mut self, index: usize, k: usize) -> Option<Vec<u32>> {
        if self.store.is_complete(self.step) {
            return None;
        }
        let sample = self.sample(PictureRequest::default().sample);
        let others = sample.len() - usize::from(sample.binary_search(&(index as u32)).is_ok());
        (others >= k).then_some(sample)
    }

    /// From places in the searched rows to samples.
    fn near(&self, index: usize, found: Result<Neighbours>, sample: Option<&[u32]>) -> Result<NearSamples> {
        let of = |at: u32| sample.map_or(at, |sample| sample[at as usize]);
        let found = found.map_err(|error| match error {
            Error::DistanceOutOfRange { reference, .. } => {
                Error::DistanceOutOfRange { query: index, reference: of(reference as u32) as usize }
            }
            other => other,
        })?;
        let searched = match sample {
            Some(sample) => sample.len() + usize::from(sample.binary_search(&(index as u32)).is_err()),
            None => self.dataset.count(),
        };
        let indices = found.indices.iter().map(|&at| of(at)).collect();
        Ok(NearSamples { step: self.step, indices, distances: found.distances, searched })
    }
}
