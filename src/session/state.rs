//! A session as bytes and back: weights, moments of the optimiser, preparation of samples, generators and step.
//!
//! The file is a safetensors file, so any tool that knows the format reads the weights. Its metadata hold the
//! configuration, the step, the state of the generators, fingerprints of the data set and of its split, and a checksum
//! of all of it that does not depend on the order of the tensors.

use burn::tensor::{Device, Tensor, TensorData, Transaction};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};

use super::SessionConfig;
use crate::datasets::{Dataset, Fingerprint, Preparation, SamplerState, Split};
use crate::error::{Error, Result};
use crate::networks::{Parameter, ParameterVisitor};
use crate::plain;
use crate::readback::{device_error, floats};
use crate::sealed;

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
}

/// Registers every parameter and its moments for one common read.
pub(super) struct Collect {
    reads: Transaction,
    names: Vec<(String, Vec<usize>)>,
    pub time: usize,
}

impl Collect {
    pub(super) fn new() -> Self {
        Self { reads: Transaction::default(), names: Vec::new(), time: 0 }
    }

    fn add<const D: usize>(&mut self, name: String, tensor: Tensor<D>) {
        self.names.push((name, tensor.dims().to_vec()));
        let reads = std::mem::take(&mut self.reads);
        self.reads = reads.register(tensor);
    }

    pub(super) fn add_memory(&mut self, rows: Tensor<2>) {
        self.add(MEMORY.into(), rows);
    }

    pub(super) fn add_preparation(&mut self, preparation: &Preparation, device: &Device) {
        for (name, values) in [(CENTRE, &preparation.centre), (SCALE, &preparation.scale)] {
            self.add(name.into(), Tensor::<1>::from_data(TensorData::from(values.as_slice()), device));
        }
    }

    /// Reads everything and writes the file.
    pub(super) async fn write(self, progress: &Progress) -> Result<Vec<u8>> {
        let data = self.reads.execute_async().await.map_err(device_error)?;
        let bytes: Vec<Vec<u8>> = data.into_iter().map(little_endian).collect();
        let views = self
            .names
            .into_iter()
            .zip(&bytes)
            .map(|((name, shape), bytes)| {
                let view = TensorView::new(Dtype::F32, shape, bytes).map_err(invalid)?;
                Ok((name, view))
            })
            .collect::<Result<Vec<_>>>()?;
        FILE.write(plain::text(progress), views).map_err(invalid)
    }
}

/// The numbers of a tensor as a file has them.
#[allow(clippy::needless_pass_by_value, reason = "each tensor is freed as its bytes are made")]
fn little_endian(data: TensorData) -> Vec<u8> {
    floats(&data).iter().flat_map(|x| x.to_le_bytes()).collect()
}

impl ParameterVisitor for Collect {
    type Error = Error;

    fn visit<const D: usize>(&mut self, parameter: &mut Parameter<D>) -> Result<()> {
        self.add(parameter.name.clone(), parameter.plain());
        if let Some((time, first, second)) = parameter.moments() {
            self.time = time;
            self.add(format!("{}.moment_1", parameter.name), first);
            if let Some(second) = second {
                self.add(format!("{}.moment_2", parameter.name), second);
            }
        }
        Ok(())
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

/// Puts the tensors of a file into a network of the same configuration.
pub(super) struct Fill<'a> {
    file: SafeTensors<'a>,
    time: usize,
    device: Device,
}

impl<'a> Fill<'a> {
    pub(super) fn new(file: SafeTensors<'a>, time: usize, device: Device) -> Self {
        Self { file, time, device }
    }

    /// The preparation of samples of `sample_len` numbers.
    pub(super) fn preparation(&self, ink: bool, sample_len: usize) -> Result<Preparation> {
        let values = |name: &str| {
            let length = self.file.tensor(name).map_or(0, |view| view.shape().iter().product());
            self.values(name, &[length])
        };
        let preparation = Preparation { centre: values(CENTRE)?, scale: values(SCALE)?, ink };
        preparation.check(sample_len)?;
        Ok(preparation)
    }

    pub(super) fn memory(&self, shape: [usize; 2]) -> Result<Tensor<2>> {
        self.tensor(MEMORY, shape)
    }

    fn tensor<const D: usize>(&self, name: &str, shape: [usize; D]) -> Result<Tensor<D>> {
        let values = self.values(name, &shape)?;
        Ok(Tensor::from_data(TensorData::new(values, shape), &self.device))
    }

    fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let view = self.file.tensor(name).map_err(|_| invalid(format!("it lacks the tensor {name}")))?;
        if view.shape() != shape {
            return Err(invalid(format!("{name} has the shape {:?} and must have {shape:?}", view.shape())));
        }
        let values = sealed::floats(&view);
        if values.iter().any(|x| !x.is_finite()) {
            return Err(invalid(format!("{name} holds a NaN or an infinity")));
        }
        Ok(values)
    }
}

impl ParameterVisitor for Fill<'_> {
    type Error = Error;

    fn visit<const D: usize>(&mut self, parameter: &mut Parameter<D>) -> Result<()> {
        let shape = parameter.tracked().dims();
        let name = parameter.name.clone();
        let value = self.tensor(&name, shape)?;
        let first = format!("{name}.moment_1");
        let moments = if self.file.tensor(&first).is_ok() {
            let second = format!("{name}.moment_2");
            let second =
                if self.file.tensor(&second).is_ok() { Some(self.tensor(&second, shape)?) } else { None };
            Some((self.time, self.tensor(&first, shape)?, second))
        } else {
            None
        };
        parameter.restore(value, moments);
        Ok(())
    }
}

fn invalid(reason: impl std::fmt::Display) -> Error {
    Error::StateInvalid(reason.to_string())
}

#[cfg(test)]
mod tests {
    use pollster::block_on;

    use super::*;
    use crate::datasets::synthetic::{Bars, bars};

    #[test]
    fn counts_that_no_training_reaches_are_refused() {
        let set = bars(&Bars::default());
        let split = Split::new(&set.labels, 8, 0).expect("eight classes");
        let refused = |step: u64, time: usize| {
            let mut collect = Collect::new();
            collect.add_preparation(&Preparation::of(&set, &split, false), &Device::flex());
            let progress = Progress {
                identity: Identity::of(&set, Some(&split)),
                ink: true,
                config: SessionConfig::default_for(&set),
                step,
                time,
                random: [1; 4],
                sampler: serde_json::from_str(r#"{"batches":0,"draws":[]}"#).expect("a state"),
                remembered: Vec::new(),
            };
            let file = block_on(collect.write(&progress)).expect("a file");
            Saved::read(&file).err().map(|error| error.to_string())
        };
        assert_eq!(refused(5, 5), None, "a state like others");
        let told = refused(u64::MAX, 5).expect("too many steps");
        assert!(told.contains("step is 18446744073709551615"), "{told}");
        assert!(refused(5, usize::MAX).is_some(), "too many steps of the optimiser");
    }
}
