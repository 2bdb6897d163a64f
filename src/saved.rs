//! The parameters of networks as tensors of a file and back, with the moments of the optimiser.

use burn::tensor::{Device, Tensor, TensorData, Transaction};
use safetensors::SafeTensors;

use crate::error::{Error, Result};
use crate::networks::{Parameter, ParameterVisitor};
use crate::readback::{device_error, numbers};
use crate::sealed::{self, Checksum, Kind, Output};
use metriclab_loops::rows::all_within;

/// Largest number of a file. Training would leave the range of f32 with larger ones, whose squares it needs.
const LARGEST: f32 = 1e18;

/// At most so many numbers are read at once, unless one tensor has more: 16 MiB. A file of fewer is read in one go.
const AT_ONCE: usize = 4 << 20;

/// A tensor of a file.
struct Named {
    name: String,
    shape: Vec<usize>,
    values: Tensor<1>,
}

/// Lists every parameter with its moments.
pub(crate) struct Collect {
    tensors: Vec<Named>,
    /// Steps of the optimiser.
    pub time: usize,
    /// The beginning of every parameter's name in the file, such as `left.`.
    pub prefix: &'static str,
}

impl Collect {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self { tensors: Vec::new(), time: 0, prefix: "" }
    }

    /// Lists a tensor under a name.
    pub(crate) fn add<const D: usize>(&mut self, name: String, tensor: Tensor<D>) {
        let shape = tensor.dims().to_vec();
        let values = tensor.reshape([shape.iter().product::<usize>()]);
        self.tensors.push(Named { name, shape, values });
    }

    /// Reads everything and writes the file, a part at a time. `step`: the steps that were done.
    ///
    /// # Errors
    /// `training.diverged` for numbers that [`Fill`] would refuse: such a file would be of no use. `device.*`.
    pub(crate) async fn write(
        mut self,
        kind: &Kind,
        text: String,
        step: u64,
        output: &mut impl Output,
    ) -> Result<()> {
        self.tensors.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        let parts = parts(&self.tensors);
        // The header has the checksum: what does not fit into one part is read twice.
        let mut checksum = Checksum::of(&text);
        let mut first = None;
        for part in &parts {
            let data = read(part).await?;
            for (tensor, data) in part.iter().zip(&data) {
                let numbers = numbers(data);
                if !all_within(&numbers, 0.0, LARGEST) {
                    return Err(Error::TrainingDiverged { step });
                }
                checksum = checksum.with(&tensor.name, &tensor.shape, &numbers);
            }
            first = (parts.len() == 1).then_some(data);
        }
        let shapes = self.tensors.iter().map(|tensor| (tensor.name.clone(), tensor.shape.clone()));
        kind.begin(text, checksum, shapes, output).map_err(invalid)?;
        for part in &parts {
            let data = if let Some(data) = first.take() { data } else { read(part).await? };
            for data in &data {
                output.put_numbers(&numbers(data));
            }
        }
        Ok(())
    }
}

/// Tensors that are read together.
fn parts(mut tensors: &[Named]) -> Vec<&[Named]> {
    let mut parts = Vec::new();
    while !tensors.is_empty() {
        let mut numbers = 0;
        let fits = |tensor: &&Named| {
            numbers += tensor.values.dims()[0];
            numbers <= AT_ONCE
        };
        let (part, rest) = tensors.split_at(tensors.iter().take_while(fits).count().max(1));
        parts.push(part);
        tensors = rest;
    }
    parts
}

async fn read(part: &[Named]) -> Result<Vec<TensorData>> {
    let reads = Transaction::default();
    let reads = part.iter().fold(reads, |reads, tensor| reads.register(tensor.values.clone()));
    reads.execute_async().await.map_err(device_error)
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
