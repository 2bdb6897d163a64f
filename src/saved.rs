//! The parameters of networks as tensors of a file and back, with the moments of the optimiser.

use std::borrow::Cow;

use burn::tensor::{DType, Device, Tensor, TensorData, Transaction};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use crate::error::{Error, Result};
use crate::networks::{Parameter, ParameterVisitor};
use crate::readback::{device_error, numbers};
use crate::sealed::{self, Kind};
use metriclab_loops::rows::all_within;

/// Largest number of a file. Training would leave the range of f32 with larger ones, whose squares it needs.
const LARGEST: f32 = 1e18;

/// Registers every parameter and its moments for one common read.
pub(crate) struct Collect {
    reads: Transaction,
    names: Vec<(String, Vec<usize>)>,
    /// Steps of the optimiser.
    pub time: usize,
    /// The beginning of every parameter's name in the file, such as `left.`.
    pub prefix: &'static str,
}

impl Collect {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self { reads: Transaction::default(), names: Vec::new(), time: 0, prefix: "" }
    }

    /// Registers a tensor under a name.
    pub(crate) fn add<const D: usize>(&mut self, name: String, tensor: Tensor<D>) {
        self.names.push((name, tensor.dims().to_vec()));
        let reads = std::mem::take(&mut self.reads);
        self.reads = reads.register(tensor);
    }

    /// Reads everything and writes the file. `step`: the steps that were done.
    ///
    /// # Errors
    /// `training.diverged` for numbers that [`Fill`] would refuse: such a file would be of no use. `device.*`.
    pub(crate) async fn write(self, kind: &Kind, text: String, step: u64) -> Result<Vec<u8>> {
        let data = self.reads.execute_async().await.map_err(device_error)?;
        if !data.iter().all(|data| all_within(&numbers(data), 0.0, LARGEST)) {
            return Err(Error::TrainingDiverged { step });
        }
        let bytes: Vec<Cow<'_, [u8]>> = data.iter().map(little_endian).collect();
        let views = self
            .names
            .into_iter()
            .zip(&bytes)
            .map(|((name, shape), bytes)| {
                let view = TensorView::new(Dtype::F32, shape, bytes).map_err(invalid)?;
                Ok((name, view))
            })
            .collect::<Result<Vec<_>>>()?;
        kind.write(text, views).map_err(invalid)
    }
}

/// The numbers of a tensor as a file has them.
fn little_endian(data: &TensorData) -> Cow<'_, [u8]> {
    if cfg!(target_endian = "little") && data.dtype() == DType::F32 {
        return Cow::Borrowed(data.as_bytes());
    }
    numbers(data).iter().flat_map(|x| x.to_le_bytes()).collect()
}

impl ParameterVisitor for Collect {
    type Error = Error;

    fn visit<const D: usize>(&mut self, parameter: &mut Parameter<D>) -> Result<()> {
        let name = format!("{}{}", self.prefix, parameter.name);
        self.add(name.clone(), parameter.plain());
        if let Some((time, first, second)) = parameter.moments() {
            self.time = time;
            self.add(format!("{name}.moment_1"), first);
            if let Some(second) = second {
                self.add(format!("{name}.moment_2"), second);
            }
        }
        Ok(())
    }
}

/// Puts the tensors of a file into a network of the same configuration.
pub(crate) struct Fill<'a> {
    file: SafeTensors<'a>,
    time: usize,
    device: Device,
    /// The beginning of every parameter's name in the file, such as `left.`.
    pub prefix: &'static str,
}

impl<'a> Fill<'a> {
    /// The tensors of a file; `time` is the optimiser's count of steps.
    pub(crate) fn new(file: SafeTensors<'a>, time: usize, device: Device) -> Self {
        Self { file, time, device, prefix: "" }
    }

    /// How many numbers a tensor holds; 0 for one that is not there.
    pub(crate) fn length(&self, name: &str) -> usize {
        self.file.tensor(name).map_or(0, |view| view.shape().iter().product())
    }

    /// A tensor of finite numbers.
    ///
    /// # Errors
    /// `session.state_invalid`, with the cause.
    pub(crate) fn tensor<const D: usize>(&self, name: &str, shape: [usize; D]) -> Result<Tensor<D>> {
        let values = self.values(name, &shape)?;
        Ok(Tensor::from_data(TensorData::new(values, shape), &self.device))
    }

    /// As [`Self::tensor`], on the host.
    ///
    /// # Errors
    /// `session.state_invalid`, with the cause.
    pub(crate) fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let view = self.file.tensor(name).map_err(|_| invalid(format!("it lacks the tensor {name}")))?;
        if view.shape() != shape {
            return Err(invalid(format!("{name} has the shape {:?} and must have {shape:?}", view.shape())));
        }
        let values = sealed::floats(&view);
        if !all_within(&values, 0.0, LARGEST) {
            return Err(invalid(format!("{name} holds a NaN, or a number beyond {LARGEST:e}")));
        }
        Ok(values)
    }
}

impl ParameterVisitor for Fill<'_> {
    type Error = Error;

    fn visit<const D: usize>(&mut self, parameter: &mut Parameter<D>) -> Result<()> {
        let shape = parameter.tracked().dims();
        let name = format!("{}{}", self.prefix, parameter.name);
        let value = self.tensor(&name, shape)?;
        let first = format!("{name}.moment_1");
        let moments = if self.file.tensor(&first).is_ok() {
            let second = format!("{name}.moment_2");
            let second = if self.file.tensor(&second).is_ok() {
                if self.values(&second, &shape)?.iter().any(|&x| x < 0.0) {
                    return Err(invalid(format!("{second} is a mean of squares and holds a number below 0")));
                }
                Some(self.tensor(&second, shape)?)
            } else {
                None
            };
            Some((self.time, self.tensor(&first, shape)?, second))
        } else {
            None
        };
        parameter.restore(value, moments);
        Ok(())
    }
}

/// `session.state_invalid`, with the reason.
pub(crate) fn invalid(reason: impl std::fmt::Display) -> Error {
    Error::StateInvalid(reason.to_string())
}
