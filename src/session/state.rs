//! A session as bytes and back: weights, moments of the optimiser, preparation of samples, generators and step.
//!
//! The file is a safetensors file, so any tool that knows the format reads the weights. Its metadata hold the
//! configuration, the step, the state of the generators, fingerprints of the data set and of its split, and a checksum
//! of all of it that does not depend on the order of the tensors.

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::SafeTensors;
use serde::{Deserialize, Serialize};

use super::SessionConfig;
use crate::datasets::{Dataset, Fingerprint, Preparation, SamplerState, Split};
use crate::error::Result;
use crate::plain;
use crate::saved::invalid;
pub(super) use crate::saved::{Collect, Fill};
use crate::sealed::{self, Output};

/// Name of the remembered embeddings.
const MEMORY: &str = "memory";
/// Names of the preparation.
const CENTRE: &str = "preparation.centre";
const SCALE: &str = "preparation.scale";
const FILE: sealed::Kind = sealed::Kind { format: "metriclab-session-2", entry: "progress" };
/// The largest whole number that JavaScript represents exactly.
const MOST_STEPS: u64 = 1 << 53;

/// The data that a session belongs to.
#[derive(Serialize, Deserialize)]
pub(super) struct Identity {
    /// Name of the data set, for a message.
    name: String,
    /// Fingerprint of its samples, labels and domains.
    data: String,
    /// Fingerprint of the role of each sample.
    split: String,
}

impl Identity {
    /// The data set and its split; none where there is no such split.
    pub(super) fn of(dataset: &Dataset, split: Option<&Split>) -> Self {
        Self {
            name: dataset.header.name.clone(),
            data: dataset.fingerprint().into(),
            split: split.map_or(String::new(), |split| Fingerprint::new().with(&split.role_bytes()).text()),
        }
    }

    /// Whether a session of `self` may go on with `loaded`.
    ///
    /// # Errors
    /// `session.state_invalid`.
    pub(super) fn check(&self, loaded: &Self) -> Result<()> {
        if self.data != loaded.data {
            return Err(invalid(if self.name == loaded.name {
                format!(
                    "it was trained on other data of the same name, {}: samples or labels differ",
                    self.name
                )
            } else {
                format!("it was trained on {} and {} is loaded", self.name, loaded.name)
            }));
        }
        if self.split != loaded.split {
            return Err(invalid(
                "it was trained on another split of this data set into training and test samples",
            ));
        }
        Ok(())
    }
}

/// All of a session that is not a tensor.
#[derive(Serialize, Deserialize)]
pub(super) struct Progress {
    /// The data it was trained on.
    pub identity: Identity,
    /// Whether samples are prepared as ink.
    pub ink: bool,
    /// Whether the last channel of a sample tells which frames are there.
    #[serde(default)]
    pub presence: bool,
    /// Its configuration.
    pub config: SessionConfig,
    /// Steps done.
    pub step: u64,
    /// The optimiser's own count of steps.
    pub time: usize,
    /// The generator behind batches and augmentation.
    pub random: [u64; 4],
    /// The state of the sampler.
    pub sampler: SamplerState,
    /// Labels of the remembered embeddings.
    #[serde(default)]
    pub remembered: Vec<u16>,
    /// Names of the classes, in the order of a loss's vectors.
    #[serde(default)]
    pub classes: Vec<String>,
}

/// The remembered embeddings and the preparation, next to the parameters.
impl Collect {
    pub(super) fn add_memory(&mut self, rows: Tensor<2>) {
        self.add(MEMORY.into(), rows);
    }

    pub(super) fn add_preparation(&mut self, preparation: &Preparation, device: &Device) {
        for (name, values) in [(CENTRE, &preparation.centre), (SCALE, &preparation.scale)] {
            self.add(name.into(), Tensor::<1>::from_data(TensorData::from(values.as_slice()), device));
        }
    }

    /// Reads everything and writes the file of a session.
    pub(super) async fn write_session(self, progress: &Progress, output: &mut impl Output) -> Result<()> {
        self.write(&FILE, plain::text(progress), progress.step, output).await
    }
}

/// A saved session whose checksum was right.
pub(super) struct Saved<'a> {
    pub progress: Progress,
    pub file: SafeTensors<'a>,
}

impl<'a> Saved<'a> {
    /// Reads a file. Its tensors are only checked.
    ///
    /// # Errors
    /// `session.state_invalid`, with the cause.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self> {
        let (file, progress) = FILE.read(bytes).map_err(invalid)?;
        let progress: Progress =
            plain::parse(progress.as_bytes()).map_err(|error| invalid(format!("its progress: {error}")))?;
        for (what, count) in [("step", progress.step), ("optimiser's step", progress.time as u64)] {
            if count > MOST_STEPS {
                return Err(invalid(format!("its {what} is {count} and can be at most {MOST_STEPS}")));
            }
        }
        Ok(Self { progress, file })
    }
}

impl Fill<'_> {
    /// The preparation of samples of `sample_len` numbers.
    pub(super) fn preparation(&self, ink: bool, sample_len: usize) -> Result<Preparation> {
        let values = |name: &str| self.values(name, &[self.length(name)]);
        let preparation = Preparation { centre: values(CENTRE)?, scale: values(SCALE)?, ink };
        preparation.check(sample_len)?;
        Ok(preparation)
    }

    pub(super) fn memory(&self, shape: [usize; 2]) -> Result<Tensor<2>> {
        self.tensor(MEMORY, shape)
    }
}

#[cfg(test)]
mod tests {
    use pollster::block_on;

    use super::*;
    use crate::datasets::synthetic::{Bars, bars};

    #[test]
    fn counts_that_no_training_reaches_are_refused() {
        let set = bars(&Bars::default()).expect("bars");
        let split = Split::new(&set.labels, 8, 0).expect("eight classes");
        let refused = |step: u64, time: usize| {
            let mut collect = Collect::new();
            collect.add_preparation(&Preparation::of(&set, &split, false), &Device::flex());
            let progress = Progress {
                identity: Identity::of(&set, Some(&split)),
                ink: true,
                presence: false,
                config: SessionConfig::default_for(&set),
                step,
                time,
                random: [1; 4],
                sampler: serde_json::from_str(r#"{"batches":0,"draws":[]}"#).expect("a state"),
                remembered: Vec::new(),
                classes: Vec::new(),
            };
            let mut file = Vec::new();
            block_on(collect.write_session(&progress, &mut file)).expect("a file");
            Saved::read(&file).err().map(|error| error.to_string())
        };
        assert_eq!(refused(5, 5), None, "a state like others");
        let told = refused(u64::MAX, 5).expect("too many steps");
        assert!(told.contains("step is 18446744073709551615"), "{told}");
        assert!(refused(5, usize::MAX).is_some(), "too many steps of the optimiser");
    }
}
