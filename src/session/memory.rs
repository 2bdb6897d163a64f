//! Cross-batch memory: embeddings of earlier batches, to compare with. Wang et al. 2020, Cross-Batch Memory for Embedding
//! Learning.

use burn::tensor::Tensor;

/// Embeddings of earlier steps, newest first; on the device, without gradient.
#[derive(Default)]
pub(super) struct Memory {
    rows: Option<Tensor<2>>,
    labels: Vec<u16>,
}

impl Memory {
    /// The rows, once it is full. A tensor that grows would cost a GPU a new shader each step.
    pub(super) fn full(&self, size: usize) -> Option<(Tensor<2>, &[u16])> {
        let rows = self.rows.clone().filter(|_| size > 0 && self.labels.len() == size)?;
        Some((rows, &self.labels))
    }

    /// Takes a batch, and drops rows beyond the newest `size`.
    pub(super) fn take(&mut self, rows: Tensor<2>, labels: &[u16], size: usize) {
        if size == 0 {
            return;
        }
        let rows = match self.rows.take() {
            Some(before) => Tensor::cat(vec![rows, before], 0),
            None => rows,
        };
        self.labels.splice(0..0, labels.iter().copied());
        self.labels.truncate(size);
        let [_, dim] = rows.dims();
        self.rows = Some(rows.slice([0..self.labels.len(), 0..dim]));
    }

    pub(super) fn rows(&self) -> Option<Tensor<2>> {
        self.rows.clone()
    }

    pub(super) fn labels(&self) -> &[u16] {
        &self.labels
    }

    pub(super) fn restore(&mut self, rows: Tensor<2>, labels: Vec<u16>) {
        *self = Self { rows: Some(rows), labels };
    }
}
