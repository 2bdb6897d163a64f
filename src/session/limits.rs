//! Memory that a call will need, known before it begins.

use super::picture::stratified;
use super::report::Space;
use super::{Session, SessionConfig};
use crate::datasets::Header;
use crate::error::{Error, Result};
use crate::losses::{Loss, Owns};

/// Samples of one forward pass over the data set. One size, since each new shape costs a GPU a shader.
const CHUNK: usize = 500;
/// Numbers of a layer's output that such a pass may hold, where a sample has many: 64 MiB.
const CHUNK_NUMBERS: u64 = 1 << 24;
/// Bytes that training may take next to the data set: 1 GiB, a quarter of what a tab can address.
pub(super) const TRAINING_LIMIT: u64 = 1 << 30;
/// Bytes of all embeddings, which the host holds once: 1 GiB.
const EMBEDDINGS_LIMIT: u64 = 1 << 30;
/// Numbers of rows that a measure compares at a time: 20 MiB, and the searches copy them twice.
const MEASURED_NUMBERS: usize = 5 << 20;
/// Rows that a measure compares: each is compared with each.
const MEASURED_ROWS: usize = 10_000;

/// Samples of a forward pass for a network of so many outputs a sample.
fn chunk(outputs: u64) -> usize {
    (CHUNK_NUMBERS / outputs.max(1)).clamp(1, CHUNK as u64) as usize
}

/// Refuses an experiment that needs more than [`TRAINING_LIMIT`]: each learnable number with its gradient and two
/// moments, and the outputs of all layers for a batch, twice, with their gradients. The embeddings of all samples have a limit of
/// their own.
///
/// # Errors
/// `config.invalid` (`network`); `data.too_large` for the embeddings.
pub(super) fn check_training(config: &SessionConfig, header: &Header) -> Result<()> {
    let shape = [header.channels, header.height, header.width];
    let dim = config.embedding.dim as u64;
    let embeddings = dim.saturating_mul(4 * header.count as u64);
    if embeddings > EMBEDDINGS_LIMIT {
        return Err(Error::DataTooLarge { bytes: embeddings, limit: EMBEDDINGS_LIMIT });
    }
    let learned = |loss: &Loss| match loss.owns() {
        Owns::Weights { centers } => header.classes.len() as u64 * centers as u64 * dim,
        Owns::Predictor => dim * dim,
        Owns::Nothing | Owns::Boundaries { .. } | Owns::Histogram { .. } => 0,
    };
    let also = config.objective.also.iter().map(|also| learned(&also.loss)).sum::<u64>();
    let parameters = config
        .network
        .parameters(shape, config.embedding.dim)
        .saturating_add(dim * dim + learned(&config.loss) + also);
    let outputs = config.network.outputs(shape);
    let rows = config.batch.rows().max(chunk(outputs)) as u64;
    let bytes = parameters.saturating_add(outputs.saturating_mul(rows)).saturating_mul(16);
    if bytes > TRAINING_LIMIT {
        let (wanted, most) = (bytes >> 20, TRAINING_LIMIT >> 20);
        return Err(Error::config(
            "network",
            format!(
                "needs about {wanted} MiB to train, {parameters} learnable numbers and {outputs} outputs for each of \
                 {rows} samples, and {most} MiB are the most: use fewer or narrower layers, or a smaller batch"
            ),
        ));
    }
    Ok(())
}

impl Session {
    /// Samples of one forward pass over the data set.
    pub(super) fn chunk(&self) -> usize {
        let header = &self.dataset.header;
        chunk(self.config.network.outputs([header.channels, header.height, header.width]))
    }

    /// Those of `indices` that can be compared each with each: all, or an even choice of every class.
    pub(super) fn measurable(&self, indices: Vec<u32>, space: Space) -> Vec<u32> {
        let dim = match space {
            Space::Raw => self.dataset.sample_len(),
            Space::Embedding => self.config.embedding.dim,
        };
        let most = most_rows(dim);
        if indices.len() <= most {
            return indices;
        }
        let labels: Vec<u16> = indices.iter().map(|&index| self.dataset.labels[index as usize]).collect();
        let chosen = stratified(&labels, most, &mut self.root.fork("measured"));
        chosen.into_iter().map(|at| indices[at as usize]).collect()
    }
}

/// Rows of `dim` numbers that a measure compares each with each.
fn most_rows(dim: usize) -> usize {
    (MEASURED_NUMBERS / dim.max(1)).clamp(2, MEASURED_ROWS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_rows_are_fewer() {
        assert_eq!((most_rows(8), most_rows(1 << 20), most_rows(usize::MAX)), (MEASURED_ROWS, 5, 2));
    }

    #[test]
    fn a_pass_is_smaller_where_a_sample_is_large() {
        assert_eq!((chunk(0), chunk(5_000), chunk(1 << 20), chunk(u64::MAX)), (500, 500, 16, 1));
    }
}
