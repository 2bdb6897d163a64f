//! The input of a tower.

use std::borrow::Cow;

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::error::{Error, Result};
use crate::networks::PictureShape;

/// The most ids of a bag that are read; of longer bags every so-manieth, so that all of it is covered.
const LONGEST: usize = 128;

/// Samples of one end.
#[derive(Clone, Debug, PartialEq)]
pub enum Features {
    /// Numbers, as the network gets them: nothing is subtracted or scaled.
    Rows {
        /// One sample after the other.
        values: Vec<f32>,
        /// Channels, height and width of a sample; `[1, 1, d]` for a row of d numbers.
        shape: PictureShape,
    },
    /// Frames of numbers, of any length.
    Sequences(Sequences),
    /// Sets of ids with weights.
    Bags(Bags),
}

/// Sequences of frames: a clip, a gesture.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequences {
    /// All frames, one sequence after the other.
    frames: Vec<f32>,
    /// Where each sequence ends, in frames.
    ends: Vec<usize>,
    /// Numbers of a frame.
    dim: usize,
    /// Frames that the tower has room for: those of the longest sequence it was made with.
    room: usize,
}

impl Sequences {
    /// Sequences of frames of `dim` numbers.
    ///
    /// # Errors
    /// `shape.mismatch` unless the numbers fill whole frames; `data.invalid` for a sequence without a frame; `data.not_finite`.
    pub fn new(sequences: &[Vec<f32>], dim: usize) -> Result<Self> {
        let mut ends = Vec::with_capacity(sequences.len());
        for (at, sequence) in sequences.iter().enumerate() {
            if dim == 0 || !sequence.len().is_multiple_of(dim) {
                let rest = sequence.len().checked_rem(dim).unwrap_or(0);
                return Err(Error::shape(format!("The last frame of sequence {at}"), dim.max(1), rest));
            }
            if sequence.is_empty() {
                return Err(Error::data(format!("sequence {at} has no frame")));
            }
            if sequence.iter().any(|x| !x.is_finite()) {
                return Err(Error::not_finite("sequences", at));
            }
            ends.push(ends.last().copied().unwrap_or(0) + sequence.len() / dim);
        }
        let room = sequences.iter().map(|sequence| sequence.len() / dim).max().unwrap_or(1);
        Ok(Self { frames: sequences.concat(), ends, dim, room })
    }

    /// The shape of a sample: a channel for each number of a frame, and the presence.
    fn shape(&self) -> PictureShape {
        [self.dim + 1, 1, self.room]
    }

    /// Appends a sequence, channel after channel, with the presence last.
    fn write(&self, at: usize, out: &mut Vec<f32>) {
        let first = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        let frames = &self.frames[first * self.dim..self.ends[at] * self.dim];
        let count = self.ends[at] - first;
        for channel in 0..self.dim {
            out.extend(frames.iter().skip(channel).step_by(self.dim));
            out.resize(out.len() + self.room - count, 0.0);
        }
        out.extend((0..self.room).map(|frame| f32::from(u8::from(frame < count))));
    }
}

/// Sets of ids with weights: what a user clicked, the words of a title.
#[derive(Clone, Debug, PartialEq)]
pub struct Bags {
    bags: Vec<Vec<(u32, f32)>>,
    ids: usize,
}

impl Bags {
    /// Bags of the ids 0 to `ids` − 1; a weight of 0 is as if the id were not there. Bags may be empty.
    ///
    /// # Errors
    /// `index.out_of_range` for an id beyond; `data.not_finite` for a weight that is no number; `config.invalid` for one below 0.
    pub fn new(bags: Vec<Vec<(u32, f32)>>, ids: usize) -> Result<Self> {
        for (row, bag) in bags.iter().enumerate() {
            for &(id, weight) in bag {
                if id as usize >= ids {
                    return Err(Error::IndexOutOfRange { index: id as usize, count: ids });
                }
                if !weight.is_finite() {
                    return Err(Error::not_finite("weights", row));
                }
                if weight < 0.0 {
                    return Err(Error::config(
                        format!("bags[{row}]"),
                        format!("has the weight {weight}, below 0"),
                    ));
                }
            }
        }
        Ok(Self { bags, ids })
    }

    /// Bags whose ids all weigh alike.
    ///
    /// # Errors
    /// `index.out_of_range`.
    pub fn of_ids(bags: &[Vec<u32>], ids: usize) -> Result<Self> {
        Self::new(bags.iter().map(|bag| bag.iter().map(|&id| (id, 1.0)).collect()).collect(), ids)
    }

    /// How many ids there may be.
    pub fn ids(&self) -> usize {
        self.ids
    }

    /// The ids of some bags, and their weights, which sum to 1 unless the bag is empty. Both `[n, longest]`, padded by a weight
    /// of 0.
    /// `without[i]` is left out of bag i.
    pub(super) fn padded(
        &self,
        indices: &[u32],
        without: Option<&[u32]>,
        device: &Device,
    ) -> (Tensor<2, Int>, Tensor<2>) {
        let bag = |(row, &at): (usize, &u32)| {
            let left_out = without.map(|ids| ids[row]);
            let kept = self.bags[at as usize].iter().copied().filter(|&(id, _)| Some(id) != left_out);
            thinned(&kept.collect::<Vec<_>>())
        };
        let bags: Vec<Vec<(u32, f32)>> = indices.iter().enumerate().map(bag).collect();
        let width = bags.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let (mut ids, mut weights) = (Vec::new(), Vec::new());
        for bag in &bags {
            let total: f32 = bag.iter().map(|&(_, weight)| weight).sum();
            let share = if total > 0.0 { total.recip() } else { 0.0 };
            ids.extend(bag.iter().map(|&(id, _)| id as i32));
            weights.extend(bag.iter().map(|&(_, weight)| weight * share));
            ids.resize(ids.len() + width - bag.len(), 0);
            weights.resize(weights.len() + width - bag.len(), 0.0);
        }
        let shape = [bags.len(), width];
        (
            Tensor::from_data(TensorData::new(ids, shape), device),
            Tensor::from_data(TensorData::new(weights, shape), device),
        )
    }
}

fn thinned(bag: &[(u32, f32)]) -> Vec<(u32, f32)> {
    let count = bag.len().min(LONGEST);
    (0..count).map(|at| bag[at * bag.len() / count]).collect()
}

impl Features {
    /// Rows of `dim` numbers.
    ///
    /// # Errors
    /// `shape.mismatch` unless the numbers fill whole rows; `data.not_finite`.
    pub fn rows(values: Vec<f32>, dim: usize) -> Result<Self> {
        Self::pictures(values, [1, 1, dim])
    }

    /// Pictures of a shape.
    ///
    /// # Errors
    /// As [`rows`](Self::rows).
    pub fn pictures(values: Vec<f32>, shape: PictureShape) -> Result<Self> {
        let length: usize = shape.iter().product();
        if length == 0 || !values.len().is_multiple_of(length) {
            return Err(Error::shape("The last sample", length.max(1), values.len() % length.max(1)));
        }
        match values.iter().position(|x| !x.is_finite()) {
            Some(at) => Err(Error::not_finite("samples", at / length)),
            None => Ok(Self::Rows { values, shape }),
        }
    }

    /// One sample of the same kind: ones, or the first id.
    pub(super) fn ordinary(&self) -> Self {
        match self {
            Self::Rows { shape, .. } => {
                Self::Rows { values: vec![1.0; shape.iter().product()], shape: *shape }
            }
            Self::Sequences(Sequences { dim, room, .. }) => {
                let frames = vec![1.0; room * dim];
                Self::Sequences(Sequences { frames, ends: vec![*room], dim: *dim, room: *room })
            }
            Self::Bags(bags) => Self::Bags(Bags { bags: vec![vec![(0, 1.0)]], ids: bags.ids }),
        }
    }

    /// How many samples there are.
    pub fn count(&self) -> usize {
        match self {
            Self::Rows { values, shape } => values.len() / shape.iter().product::<usize>(),
            Self::Sequences(sequences) => sequences.ends.len(),
            Self::Bags(bags) => bags.bags.len(),
        }
    }

    /// The shape of a sample as the network reads it: channels, height and width.
    pub(super) fn shape(&self, table: usize) -> PictureShape {
        match self {
            Self::Rows { shape, .. } => *shape,
            Self::Sequences(sequences) => sequences.shape(),
            Self::Bags(_) => [1, 1, table],
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Rows { .. } => "rows",
            Self::Sequences(_) => "sequences",
            Self::Bags(_) => "bags",
        }
    }

    /// `other` as the same network reads it.
    ///
    /// # Errors
    /// `config.invalid` for samples of another kind; `shape.mismatch`.
    pub(super) fn fitted<'a>(&self, other: &'a Self) -> Result<Cow<'a, Self>> {
        match (self, other) {
            (Self::Rows { shape, .. }, Self::Rows { shape: given, .. }) if shape == given => Ok(()),
            (Self::Rows { shape, .. }, Self::Rows { shape: given, .. }) => {
                Err(Error::shape("A sample", shape.iter().product(), given.iter().product()))
            }
            (Self::Sequences(own), Self::Sequences(given)) if own.dim != given.dim => {
                Err(Error::shape("A frame", own.dim, given.dim))
            }
            (Self::Sequences(own), Self::Sequences(given)) if own.room < given.room => {
                Err(Error::config("sequences", format!("must have at most {} frames", own.room)))
            }
            (Self::Sequences(own), Self::Sequences(given)) => {
                return Ok(Cow::Owned(Self::Sequences(Sequences { room: own.room, ..given.clone() })));
            }
            (Self::Bags(own), Self::Bags(given)) if own.ids == given.ids => Ok(()),
            (Self::Bags(own), Self::Bags(given)) => Err(Error::shape("The table of ids", own.ids, given.ids)),
            (own, given) => {
                Err(Error::config("samples", format!("must be {}, are {}", own.kind(), given.kind())))
            }
        }?;
        Ok(Cow::Borrowed(other))
    }

    /// Samples at `indices`: `[n, channels, height, width]`. Bags have none.
    pub(super) fn tensor(&self, indices: &[u32], device: &Device) -> Tensor<4> {
        let [channels, height, width] = self.shape(0);
        let length = channels * height * width;
        let mut gathered = Vec::with_capacity(indices.len() * length);
        for at in indices.iter().map(|&at| at as usize) {
            match self {
                Self::Rows { values, .. } => {
                    gathered.extend_from_slice(&values[at * length..(at + 1) * length]);
                }
                Self::Sequences(sequences) => sequences.write(at, &mut gathered),
                Self::Bags(_) => {}
            }
        }
        Tensor::from_data(TensorData::new(gathered, [indices.len(), channels, height, width]), device)
    }
}
