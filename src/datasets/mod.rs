//! Data sets of labelled samples, pictures, vectors, sequences or bags: reading, generating, splitting, drawing batches.

pub mod augment;
mod fingerprint;
mod header;
mod packed;
mod preparation;
mod sampler;
mod split;
pub mod synthetic;

use std::cell::OnceCell;
use std::ops::Range;

use metriclab_loops::rows::{floats, shares};

use crate::error::{Error, Result};

pub(crate) use fingerprint::Fingerprint;
pub(crate) use header::without_presence;
pub use header::{Background, Header, NumberType, SampleKind, Title};
pub use packed::BYTE_LIMIT;
pub use preparation::Preparation;
pub use sampler::{Sampler, SamplerKind, SamplerState};
pub use split::{Role, Split};

/// Labelled samples of one shape.
///
/// Built by [`Dataset::read`], [`Dataset::new`] or [`synthetic::bars`], all of which keep the promises that the fields'
/// comments make. The numbers of the samples stay in the bytes that they came in: there is no second copy.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// Name, sizes, class and domain names, licence.
    pub header: Header,
    /// Class of each sample, below `header.classes.len()`.
    pub labels: Vec<u16>,
    /// Domain of each sample, below `header.domains.len()`; empty if the set has one domain.
    pub domain_of: Vec<u8>,
    /// The packed file, or the samples alone.
    bytes: Vec<u8>,
    /// Where in them the samples are.
    at: Range<usize>,
    fingerprint: OnceCell<String>,
}

impl PartialEq for Dataset {
    fn eq(&self, other: &Self) -> bool {
        self.header == other.header
            && self.labels == other.labels
            && self.domain_of == other.domain_of
            && self.samples() == other.samples()
    }
}

impl Dataset {
    /// A data set of samples. `samples` holds their numbers as the header describes, one sample after the other.
    ///
    /// # Errors
    /// `data.invalid` where header and parts contradict each other, `data.not_finite` for a NaN or an infinity,
    /// `data.too_large` beyond [`BYTE_LIMIT`], `data.one_class` if fewer than two classes have samples.
    pub fn new(header: Header, samples: Vec<u8>, labels: Vec<u16>, domain_of: Vec<u8>) -> Result<Self> {
        let sizes = packed::Sizes::of(&header)?;
        for (what, wanted, got) in [
            ("samples", sizes.samples, samples.len()),
            ("labels", sizes.labels, 2 * labels.len()),
            ("domains", sizes.domains, domain_of.len()),
        ] {
            if wanted != got as u64 {
                return Err(Error::data(format!("its {what} should have {wanted} bytes and have {got}")));
            }
        }
        let all = 0..samples.len();
        Self::checked(header, samples, all, labels, domain_of)
    }

    /// Vectors of `dim` numbers, row after row, as a data set of 32-bit floats.
    ///
    /// # Errors
    /// As [`Dataset::new`]; `shape.mismatch` if `dim` is 0 or does not divide the length.
    pub fn of_vectors(name: &str, rows: &[f32], dim: usize, labels: Vec<u16>) -> Result<Self> {
        if dim == 0 || !rows.len().is_multiple_of(dim) {
            return Err(Error::shape("The last row", dim.max(1), rows.len().checked_rem(dim).unwrap_or(0)));
        }
        let classes = labels.iter().max().map_or(0, |&label| usize::from(label) + 1);
        let mut header = Header::new(name, rows.len() / dim, [1, 1, dim], classes);
        header.said_kind = Some(SampleKind::Vectors);
        header.number = NumberType::F32;
        Self::new(header, rows.iter().flat_map(|x| x.to_le_bytes()).collect(), labels, Vec::new())
    }

    /// Sequences of any length as a data set of 32-bit floats: each a slice of frames, one after the other, of `dim`
    /// features. A sample holds the frames of the longest, and says which of them are there.
    ///
    /// # Errors
    /// As [`Dataset::new`]; `shape.mismatch` if `dim` is 0 or does not divide a length.
    pub fn of_sequences(name: &str, sequences: &[&[f32]], dim: usize, labels: Vec<u16>) -> Result<Self> {
        for (at, sequence) in sequences.iter().enumerate() {
            if dim == 0 || !sequence.len().is_multiple_of(dim) {
                let rest = sequence.len().checked_rem(dim).unwrap_or(0);
                return Err(Error::shape(format!("The last frame of sequence {at}"), dim.max(1), rest));
            }
        }
        let width = sequences.iter().map(|sequence| sequence.len() / dim).max().unwrap_or(0);
        let classes = labels.iter().max().map_or(0, |&label| usize::from(label) + 1);
        let mut header = Header::new(name, sequences.len(), [dim + 1, 1, width], classes);
        header.said_kind = Some(SampleKind::Sequences);
        header.number = NumberType::F32;
        let sizes = packed::Sizes::of(&header)?;
        let mut samples = Vec::with_capacity(sizes.samples as usize);
        for sequence in sequences {
            let frames = sequence.len() / dim;
            for channel in 0..=dim {
                for t in 0..width {
                    let number = match (t < frames, channel < dim) {
                        (true, true) => sequence[t * dim + channel],
                        (there, _) => f32::from(u8::from(there)),
                    };
                    samples.extend_from_slice(&number.to_le_bytes());
                }
            }
        }
        Self::new(header, samples, labels, Vec::new())
    }

    /// Bags of ids below `ids`, each with its weight, as a data set of 32-bit floats: a number an id, the sum of its weights.
    ///
    /// # Errors
    /// As [`Dataset::new`]; `index.out_of_range` for an id beyond.
    pub fn of_bags(name: &str, bags: &[&[(u32, f32)]], ids: usize, labels: Vec<u16>) -> Result<Self> {
        let classes = labels.iter().max().map_or(0, |&label| usize::from(label) + 1);
        let mut header = Header::new(name, bags.len(), [1, 1, ids], classes);
        header.said_kind = Some(SampleKind::Bags);
        header.number = NumberType::F32;
        packed::Sizes::of(&header)?;
        let mut rows = vec![0.0_f32; bags.len() * ids];
        for (row, bag) in rows.chunks_exact_mut(ids).zip(bags) {
            for &(id, weight) in *bag {
                let place = row.get_mut(id as usize);
                *place.ok_or(Error::IndexOutOfRange { index: id as usize, count: ids })? += weight;
            }
        }
        Self::new(header, rows.iter().flat_map(|x| x.to_le_bytes()).collect(), labels, Vec::new())
    }

    /// The last checks of every way to make one. `bytes` holds the samples in `at`.
    fn checked(
        header: Header,
        bytes: Vec<u8>,
        at: Range<usize>,
        labels: Vec<u16>,
        domain_of: Vec<u8>,
    ) -> Result<Self> {
        header.check()?;
        packed::check_labels(&labels, header.classes.len())?;
        packed::check_domains(&domain_of, header.domains.len())?;
        let set = Self { header, labels, domain_of, bytes, at, fingerprint: OnceCell::new() };
        if set.header.number == NumberType::F32 {
            let broken = |four: &[u8]| !float(four).is_finite();
            if let Some(at) = set.samples().chunks_exact(4).position(broken) {
                return Err(Error::not_finite("the data set", at / set.sample_len()));
            }
        }
        if set.header.kind() == SampleKind::Bags && set.header.number == NumberType::F32 {
            let below = |four: &[u8]| float(four) < 0.0;
            if let Some(at) = set.samples().chunks_exact(4).position(below) {
                let bag = at / set.sample_len();
                return Err(Error::data(format!("bag {bag} has a number below 0, which counts nothing")));
            }
        }
        if set.header.kind() == SampleKind::Sequences {
            let mut sequence = Vec::new();
            let mut broken = |&at: &usize| {
                sequence.clear();
                set.write_numbers_unchecked(at, &mut sequence);
                set.header.frames(&sequence).is_none()
            };
            if let Some(at) = (0..set.count()).find(&mut broken) {
                return Err(Error::data(without_presence(at)));
            }
        }
        Ok(set)
    }

    /// Count of samples.
    pub fn count(&self) -> usize {
        self.header.count
    }

    /// Numbers in one sample: channels × height × width.
    pub fn sample_len(&self) -> usize {
        self.header.channels * self.header.height * self.header.width
    }

    /// The bytes of all samples, as the file has them.
    pub fn samples(&self) -> &[u8] {
        &self.bytes[self.at.clone()]
    }

    /// Appends the numbers of sample `index`, channel after channel: p / 255 of bytes, floats as they are.
    ///
    /// # Panics
    /// If there is no such sample.
    pub fn write_numbers_unchecked(&self, index: usize, out: &mut Vec<f32>) {
        let size = self.sample_len() * self.header.number.bytes();
        let sample = &self.samples()[index * size..(index + 1) * size];
        match self.header.number {
            NumberType::U8 => shares(sample, out),
            NumberType::F32 => floats(sample, out),
        }
    }

    /// Samples as numbers. Shape: indices × [`sample_len`](Self::sample_len).
    ///
    /// # Errors
    /// `index.out_of_range` if an index has no sample.
    pub fn numbers(&self, indices: &[u32]) -> Result<Vec<f32>> {
        self.hold(indices)?;
        let mut out = Vec::with_capacity(indices.len() * self.sample_len());
        indices.iter().for_each(|&index| self.write_numbers_unchecked(index as usize, &mut out));
        Ok(out)
    }

    /// Whether each index has a sample.
    ///
    /// # Errors
    /// `index.out_of_range`.
    pub(super) fn hold(&self, indices: &[u32]) -> Result<()> {
        let count = self.count();
        let outside = indices.iter().map(|&index| index as usize).find(|&index| index >= count);
        outside.map_or(Ok(()), |index| Err(Error::IndexOutOfRange { index, count }))
    }

    /// The background of pictures, one number a channel: the most frequent of all pictures' corner values (the least
    /// of equals). 0 for white ink on black (MNIST), 1 for drawings on white.
    pub fn background(&self) -> Vec<f32> {
        let (channels, plane) = (self.header.channels, self.header.height * self.header.width);
        let last = self.header.width - 1;
        let corners = [0, last, plane - 1 - last, plane - 1];
        let mut seen = vec![Vec::with_capacity(4 * self.count()); channels];
        let mut picture = Vec::new();
        for index in 0..self.count() {
            picture.clear();
            self.write_numbers_unchecked(index, &mut picture);
            for (seen, plane) in seen.iter_mut().zip(picture.chunks_exact(plane)) {
                seen.extend(corners.map(|at| plane[at]));
            }
        }
        seen.into_iter().map(most_frequent).collect()
    }

    /// 32 hexadecimal digits that name these samples: their shape, type, numbers, labels and domains, and neither the
    /// set's name nor those of its classes. Computed once.
    pub fn fingerprint(&self) -> &str {
        self.fingerprint.get_or_init(|| {
            let Header { count, channels, height, width, number, .. } = &self.header;
            let shape = format!("{count} {channels} {height} {width} {number:?} {:?}", self.header.kind());
            let labels: Vec<u8> = self.labels.iter().flat_map(|label| label.to_le_bytes()).collect();
            let parts = [shape.as_bytes(), self.samples(), &labels, &self.domain_of];
            parts.into_iter().fold(Fingerprint::new(), Fingerprint::with).text()
        })
    }
}

fn float(four: &[u8]) -> f32 {
    f32::from_le_bytes([four[0], four[1], four[2], four[3]])
}

/// The most frequent value, the least of equals.
fn most_frequent(mut values: Vec<f32>) -> f32 {
    values.sort_unstable_by(f32::total_cmp);
    let runs = values.chunk_by(|a, b| a == b);
    // `max_by_key` takes the last of equals.
    runs.rev().max_by_key(|run| run.len()).map_or(0.0, |run| run[0])
}
