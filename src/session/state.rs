//! A session as bytes and back: weights, what the optimiser remembers, the generator and the step.
//!
//! The file is a safetensors file; the configuration, the step and the generator's state stand in
//! its metadata, so the weights can be read by any tool that knows the format.

use std::collections::HashMap;

use burn::tensor::{Device, Tensor, TensorData, Transaction};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};

use super::SessionConfig;
use crate::datasets::SamplerState;
use crate::error::{Error, Result};
use crate::networks::{Parameter, ParameterVisitor};
use crate::plain;
use crate::readback::{device_error, floats};

/// Name of the remembered embeddings.
const MEMORY: &str = "memory";
const FORMAT: &str = "metriclab-session-1";

/// All of a session that is not a tensor.
#[derive(Serialize, Deserialize)]
pub(super) struct Progress {
    /// Name of the data set the session belongs to.
    pub dataset: String,
    /// Its configuration.
    pub config: SessionConfig,
    /// Steps done.
    pub step: u64,
    /// The optimiser's own count of steps.
    pub time: usize,
    /// The generator behind batches and augmentation.
    pub random: [u64; 4],
    /// Where the sampler stands in its epoch.
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

    /// Reads everything and writes the file.
    pub(super) async fn write(self, progress: &Progress) -> Result<Vec<u8>> {
        let data = self.reads.execute_async().await.map_err(device_error)?;
        let bytes: Vec<Vec<u8>> =
            data.iter().map(|d| floats(d).iter().flat_map(|x| x.to_le_bytes()).collect()).collect();
        let views = self
            .names
            .into_iter()
            .zip(&bytes)
            .map(|((name, shape), bytes)| {
                let view = TensorView::new(Dtype::F32, shape, bytes).map_err(invalid)?;
                Ok((name, view))
            })
            .collect::<Result<Vec<_>>>()?;
        let json = plain::text(progress);
        let metadata = HashMap::from([("format".into(), FORMAT.into()), ("progress".into(), json)]);
        safetensors::serialize(views, Some(metadata)).map_err(invalid)
    }
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

/// What the metadata of a file says.
pub(super) fn read_progress(bytes: &[u8]) -> Result<Progress> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(invalid)?;
    let entries = metadata.metadata().as_ref().ok_or_else(|| invalid("it has no metadata"))?;
    if entries.get("format").map(String::as_str) != Some(FORMAT) {
        return Err(invalid(format!("it is not of the form {FORMAT}")));
    }
    let progress = entries.get("progress").ok_or_else(|| invalid("it lacks its progress"))?;
    plain::parse(progress.as_bytes()).map_err(invalid)
}

/// Puts the tensors of a file into a network of the same configuration.
pub(super) struct Fill<'a> {
    file: SafeTensors<'a>,
    time: usize,
    device: Device,
}

impl<'a> Fill<'a> {
    pub(super) fn new(bytes: &'a [u8], time: usize, device: Device) -> Result<Self> {
        Ok(Self { file: SafeTensors::deserialize(bytes).map_err(invalid)?, time, device })
    }

    pub(super) fn memory(&self, shape: [usize; 2]) -> Result<Tensor<2>> {
        self.tensor(MEMORY, shape)
    }

    fn tensor<const D: usize>(&self, name: &str, shape: [usize; D]) -> Result<Tensor<D>> {
        let view = self.file.tensor(name).map_err(|error| invalid(format!("{name}: {error}")))?;
        if view.shape() != shape || view.dtype() != Dtype::F32 {
            return Err(invalid(format!(
                "{name} has the shape {:?} and should have {shape:?}",
                view.shape()
            )));
        }
        let values: Vec<f32> =
            view.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        if values.iter().any(|x| !x.is_finite()) {
            return Err(invalid(format!("{name} holds a NaN or an infinity")));
        }
        Ok(Tensor::from_data(TensorData::new(values, shape), &self.device))
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
