//! Files that this crate saves: f32 tensors as safetensors, and in their metadata a text and a checksum of everything.
//!
//! Any tool that knows the format reads the tensors. The checksum does not depend on their order.

use std::collections::HashMap;

use safetensors::{Dtype, SafeTensorError, SafeTensors, tensor::TensorView};

use crate::datasets::Fingerprint;

/// A kind of file. Its functions fail with a reason, without a full stop.
pub(crate) struct Kind {
    /// Name and version: a file of another one is refused.
    pub format: &'static str,
    /// Name of the text's entry in the metadata.
    pub entry: &'static str,
}

impl Kind {
    /// The bytes of a file.
    pub(crate) fn write(
        &self,
        text: String,
        tensors: Vec<(String, TensorView<'_>)>,
    ) -> Result<Vec<u8>, String> {
        let checksum = checksum(&text, tensors.iter().map(|(name, view)| (name.as_str(), view)));
        let metadata = HashMap::from([
            ("format".into(), self.format.into()),
            (self.entry.into(), text),
            ("checksum".into(), checksum),
        ]);
        safetensors::serialize(tensors, Some(metadata)).map_err(|error| error.to_string())
    }

    /// The tensors and the text of a file whose checksum is right.
    pub(crate) fn read<'a>(&self, bytes: &'a [u8]) -> Result<(SafeTensors<'a>, String), String> {
        if is_padded_with_nul(bytes) {
            return Err("its header is padded with NUL bytes where safetensors has spaces".into());
        }
        let none = |error: SafeTensorError| format!("it is no safetensors file: {error}");
        let file = SafeTensors::deserialize(bytes).map_err(none)?;
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(none)?;
        let lost = "it has no __metadata__: a tool that saved it again dropped them, and with them all but the tensors";
        let metadata = header.metadata().as_ref().ok_or(lost)?;
        let entry =
            |name: &str| metadata.get(name).ok_or_else(|| format!("its __metadata__ lack the entry {name}"));
        let (format, text, sum) = (entry("format")?, entry(self.entry)?, entry("checksum")?);
        if format != self.format {
            return Err(format!("its format is {format} and must be {}", self.format));
        }
        let tensors = file.tensors();
        if let Some((name, view)) = tensors.iter().find(|(_, view)| view.dtype() != Dtype::F32) {
            return Err(format!("{name} is of the type {} and must be F32", view.dtype()));
        }
        if *sum != checksum(text, tensors.iter().map(|(name, view)| (name.as_str(), view))) {
            return Err("its checksum is wrong: something in it was changed after it was saved".into());
        }
        Ok((file, text.clone()))
    }
}

/// The numbers of a tensor.
pub(crate) fn floats(view: &TensorView<'_>) -> Vec<f32> {
    view.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

/// A fingerprint of the text and of every tensor, in the order of their names.
fn checksum<'a>(text: &str, tensors: impl Iterator<Item = (&'a str, &'a TensorView<'a>)>) -> String {
    let mut tensors: Vec<_> = tensors.collect();
    tensors.sort_unstable_by_key(|(name, _)| *name);
    let start = Fingerprint::new().with(text.as_bytes());
    let add = |sum: Fingerprint, (name, view): (&str, &TensorView<'_>)| {
        sum.with(name.as_bytes()).with(format!("{:?}", view.shape()).as_bytes()).with(view.data())
    };
    tensors.into_iter().fold(start, add).text()
}

/// Whether the header that the first eight bytes measure ends in zeros.
fn is_padded_with_nul(bytes: &[u8]) -> bool {
    let Some((length, rest)) = bytes.split_first_chunk() else { return false };
    let end = usize::try_from(u64::from_le_bytes(*length)).ok();
    end.and_then(|end| rest.get(..end)?.last()) == Some(&0)
}
