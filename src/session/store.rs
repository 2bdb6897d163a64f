//! The embeddings of the whole data set as the host knows them, and how old each is.

use crate::random::Random;

/// Step of an embedding that was never computed.
const NEVER: u64 = u64::MAX;

/// n × dim embeddings, refreshed a part at a time.
pub(super) struct EmbeddingStore {
    values: Vec<f32>,
    embedded_at: Vec<u64>,
    /// The order of refreshing: shuffled, so that any run of it is a fair sample of the set.
    order: Vec<u32>,
    cursor: usize,
    dim: usize,
}

impl EmbeddingStore {
    /// An empty store (NaN everywhere).
    pub(super) fn new(count: usize, dim: usize, random: &mut Random) -> Self {
        let mut order: Vec<u32> = (0..count as u32).collect();
        random.shuffle(&mut order);
        Self { values: vec![f32::NAN; count * dim], embedded_at: vec![NEVER; count], order, cursor: 0, dim }
    }

    /// The next `count` samples in turn that are older than `step`.
    pub(super) fn due(&mut self, count: usize, step: u64) -> Vec<u32> {
        let mut due = Vec::new();
        for _ in 0..self.order.len() {
            if due.len() >= count {
                break;
            }
            let index = self.order[self.cursor];
            self.cursor = (self.cursor + 1) % self.order.len();
            if self.embedded_at[index as usize] != step {
                due.push(index);
            }
        }
        due
    }

    /// Those of `indices` that are older than `step`.
    pub(super) fn older_than(&self, indices: &[u32], step: u64) -> Vec<u32> {
        indices.iter().copied().filter(|&i| self.embedded_at[i as usize] != step).collect()
    }

    /// Those embedded at least once, ascending.
    pub(super) fn known(&self) -> Vec<u32> {
        (0..self.embedded_at.len()).filter(|&i| self.embedded_at[i] != NEVER).map(|i| i as u32).collect()
    }

    /// Those never embedded.
    pub(super) fn missing(&self) -> Vec<u32> {
        (0..self.embedded_at.len()).filter(|&i| self.embedded_at[i] == NEVER).map(|i| i as u32).collect()
    }

    /// Takes the embeddings of `indices`, computed at `step`.
    pub(super) fn put(&mut self, indices: &[u32], values: &[f32], step: u64) {
        for (row, &index) in values.chunks_exact(self.dim).zip(indices) {
            let at = index as usize * self.dim;
            self.values[at..at + self.dim].copy_from_slice(row);
            self.embedded_at[index as usize] = step;
        }
    }

    /// How many are older than `step`.
    pub(super) fn stale(&self, step: u64) -> usize {
        self.embedded_at.iter().filter(|&&at| at != step).count()
    }

    /// All rows; NaN where never computed.
    pub(super) fn values(&self) -> &[f32] {
        &self.values
    }

    /// The rows of `indices`, copied together.
    pub(super) fn rows(&self, indices: &[u32]) -> Vec<f32> {
        let mut rows = Vec::with_capacity(indices.len() * self.dim);
        for &index in indices {
            let at = index as usize * self.dim;
            rows.extend_from_slice(&self.values[at..at + self.dim]);
        }
        rows
    }
}
