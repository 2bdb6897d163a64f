//! Files that this crate saves: f32 tensors as safetensors, and in their metadata a text and a checksum of everything.
//!
//! Any tool that knows the format reads the tensors. The checksum does not depend on their order. A file is written part by part:
//! nothing here holds it as a whole.

use std::collections::HashMap;

use safetensors::{
    Dtype, SafeTensorError, SafeTensors,
    tensor::{Metadata, TensorInfo, TensorView},
};

use crate::datasets::Fingerprint;

/// The longest header that the format allows, in bytes.
const MOST_HEADER: usize = 100_000_000;

/// A kind of file. Its functions fail with a reason, without a full stop.
pub(crate) struct Kind {
    /// Name and version: a file of another one is refused.
    pub format: &'static str,
    /// Name of the text's entry in the metadata.
    pub entry: &'static str,
}

impl Kind {
    /// Begins a file of tensors with these names and shapes, sorted by name. The values come after it, in the same order.
    pub(crate) fn begin(
        &self,
        text: String,
        checksum: Checksum,
        tensors: impl Iterator<Item = (String, Vec<usize>)>,
        output: &mut impl Output,
    ) -> Result<(), String> {
        let metadata = HashMap::from([
            ("format".into(), self.format.into()),
            (self.entry.into(), text),
            ("checksum".into(), checksum.text()),
        ]);
        let mut end = 0;
        let tensors = tensors.map(|(name, shape)| {
            let start = end;
            end += 4 * shape.iter().product::<usize>();
            (name, TensorInfo { dtype: Dtype::F32, shape, data_offsets: (start, end) })
        });
        let tensors = tensors.collect();
        let header = Metadata::new(Some(metadata), tensors).map_err(|error| error.to_string())?;
        let mut header = serde_json::to_vec(&header).map_err(|error| error.to_string())?;
        if header.len() > MOST_HEADER {
            return Err(format!(
                "its header would be {} bytes and can be at most {MOST_HEADER}",
                header.len()
            ));
        }
        header.resize(header.len().next_multiple_of(8), b' ');
        output.begin(8 + header.len() + end);
        output.put(&(header.len() as u64).to_le_bytes());
        output.put(&header);
        Ok(())
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
        if *sum != checksum(text, &tensors) {
            return Err("its checksum is wrong: something in it was changed after it was saved".into());
        }
        Ok((file, text.clone()))
    }
}

/// The numbers of a tensor.
pub(crate) fn floats(view: &TensorView<'_>) -> Vec<f32> {
    view.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

/// Takes a file part by part.
pub(crate) trait Output {
    /// So many bytes will come.
    fn begin(&mut self, length: usize);
    /// The next ones: a multiple of four.
    fn put(&mut self, bytes: &[u8]);
    /// The next ones, as numbers.
    fn put_numbers(&mut self, numbers: &[f32]);
}

impl Output for Vec<u8> {
    fn begin(&mut self, length: usize) {
        self.reserve_exact(length);
    }

    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    fn put_numbers(&mut self, numbers: &[f32]) {
        self.extend(numbers.iter().flat_map(|x| x.to_le_bytes()));
    }
}

/// A fingerprint of a text and of tensors, which it takes in the order of their names.
pub(crate) struct Checksum(Fingerprint);

impl Checksum {
    pub(crate) fn of(text: &str) -> Self {
        Self(Fingerprint::new().with(text.as_bytes()))
    }

    #[must_use]
    pub(crate) fn with(self, name: &str, shape: &[usize], numbers: &[f32]) -> Self {
        Self(self.named(name, shape).with_numbers(numbers))
    }

    fn named(self, name: &str, shape: &[usize]) -> Fingerprint {
        self.0.with(name.as_bytes()).with(format!("{shape:?}").as_bytes())
    }

    fn text(self) -> String {
        self.0.text()
    }
}

/// The checksum of a file.
fn checksum(text: &str, tensors: &[(String, TensorView<'_>)]) -> String {
    let mut tensors: Vec<_> = tensors.iter().collect();
    tensors.sort_unstable_by_key(|(name, _)| name);
    let add = |sum: Checksum, (name, view): &(String, TensorView<'_>)| {
        Checksum(sum.named(name, view.shape()).with(view.data()))
    };
    tensors.into_iter().fold(Checksum::of(text), add).text()
}

/// Whether the header that the first eight bytes measure ends in zeros.
fn is_padded_with_nul(bytes: &[u8]) -> bool {
    let Some((length, rest)) = bytes.split_first_chunk() else { return false };
    let end = usize::try_from(u64::from_le_bytes(*length)).ok();
    end.and_then(|end| rest.get(..end)?.last()) == Some(&0)
}
