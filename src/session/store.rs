//! The embeddings of the whole data set on the host, and the step of each.

/// Step of an embedding that was never computed.
const NEVER: u64 = u64::MAX;

/// n × dim embeddings.
pub(super) struct EmbeddingStore {
    values: Vec<f32>,
    embedded_at: Vec<u64>,
    dim: usize,
}

impl EmbeddingStore {
    /// An empty store (NaN everywhere).
    pub(super) fn new(count: usize, dim: usize) -> Self {
        Self { values: vec![f32::NAN; count * dim], embedded_at: vec![NEVER; count], dim }
    }

    /// The first `most` samples whose embedding is not of `step`, ascending.
    pub(super) fn due(&self, most: usize, step: u64) -> Vec<u32> {
        let old = (0..self.embedded_at.len()).filter(|&at| self.embedded_at[at] != step);
        old.take(most).map(|at| at as u32).collect()
    }

    /// Those of `indices` whose embedding is not of `step`.
    pub(super) fn older_than(&self, indices: &[u32], step: u64) -> Vec<u32> {
        indices.iter().copied().filter(|&i| self.embedded_at[i as usize] != step).collect()
    }

    /// Whether every embedding is of `step`.
    pub(super) fn is_complete(&self, step: u64) -> bool {
        self.embedded_at.iter().all(|&at| at == step)
    }

    /// Takes the embeddings of `indices`, computed at `step`.
    pub(super) fn put(&mut self, indices: &[u32], values: &[f32], step: u64) {
        for (row, &index) in values.chunks_exact(self.dim).zip(indices) {
            let at = index as usize * self.dim;
            self.values[at..at + self.dim].copy_from_slice(row);
            self.embedded_at[index as usize] = step;
        }
    }

    /// How many rows there are.
    pub(super) fn count(&self) -> usize {
        self.embedded_at.len()
    }

    /// Numbers of a row.
    pub(super) fn dim(&self) -> usize {
        self.dim
    }

    /// One row.
    pub(super) fn row(&self, index: u32) -> &[f32] {
        &self.values[index as usize * self.dim..][..self.dim]
    }

    /// All rows; NaN where never computed.
    pub(super) fn values(&self) -> &[f32] {
        &self.values
    }

    /// The rows of `indices`, copied together.
    pub(super) fn rows(&self, indices: &[u32]) -> Vec<f32> {
        let mut rows = Vec::with_capacity(indices.len() * self.dim);
        indices.iter().for_each(|&index| rows.extend_from_slice(self.row(index)));
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_knows_which_rows_are_of_a_step() {
        let mut store = EmbeddingStore::new(4, 2);
        assert_eq!(store.due(3, 0), [0, 1, 2], "nothing is there");
        store.put(&[2, 0], &[1.0, 2.0, 3.0, 4.0], 7);
        assert_eq!((store.due(9, 7), store.is_complete(7)), (vec![1, 3], false));
        assert_eq!(store.older_than(&[3, 2], 7), [3]);
        assert_eq!(store.rows(&[0, 2]), [3.0, 4.0, 1.0, 2.0]);
        store.put(&[1, 3], &[0.0; 4], 7);
        assert!(store.is_complete(7) && !store.is_complete(8));
        assert_eq!(store.due(9, 8).len(), 4, "a step later all are old");
    }
}
