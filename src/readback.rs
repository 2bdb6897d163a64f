//! From the device to the host, and what can fail on the way.

use std::borrow::Cow;

use burn::tensor::TensorData;

use crate::error::Error;

/// The numbers of a tensor.
pub(crate) fn floats(data: &TensorData) -> Vec<f32> {
    numbers(data).into_owned()
}

/// As [`floats`], without a copy where they are stored as f32.
pub(crate) fn numbers(data: &TensorData) -> Cow<'_, [f32]> {
    data.as_slice().map_or_else(|_| data.iter::<f32>().collect(), Cow::Borrowed)
}

/// The backend's error of a failed read, with a code of ours.
pub(crate) fn device_error(error: impl std::fmt::Debug) -> Error {
    let text = format!("{error:?}");
    if text.to_lowercase().contains("memory") {
        Error::DeviceOutOfMemory(text)
    } else {
        Error::DeviceLost(text)
    }
}
