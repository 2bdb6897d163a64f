//! The header of a packed data set: what its samples are.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A data set's name in the page's languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Title {
    /// Korean.
    #[serde(default)]
    pub ko: String,
    /// English.
    #[serde(default)]
    pub en: String,
}

/// The nature of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SampleKind {
    /// Ink on paper: the network sees |p − background|, and training may shift, turn and erase.
    Picture,
    /// Rows of numbers with a sign; the network sees (x − mean) / scale of the training samples.
    Vectors,
    /// Frames × features, of any length up to the width; the network sees the frames that are there, each feature as
    /// (x − mean) / scale. The last channel is the [presence](Header::frames): 1 for each frame of the sequence, then 0,
    /// and all features of a frame that is not there are 0.
    Sequences,
    /// Sets of ids with weights: a number an id, how much of it is in the bag. The network sees them as they are.
    Bags,
}

impl SampleKind {
    /// Its name in the plural, for messages.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Picture => "pictures",
            Self::Vectors => "vectors",
            Self::Sequences => "sequences",
            Self::Bags => "bags",
        }
    }
}

/// How a number is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NumberType {
    /// A byte p; the sample's number is p / 255.
    #[default]
    U8,
    /// A little-endian float, taken as it is.
    F32,
}

impl NumberType {
    /// Bytes of a number.
    pub fn bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::F32 => 4,
        }
    }

    /// The name in a header.
    fn name(self) -> &'static str {
        match self {
            Self::U8 => "u8",
            Self::F32 => "f32",
        }
    }

    /// The number that a stored `value` represents: p / 255 for a byte.
    pub(super) fn scaled(self, value: f64) -> f32 {
        match self {
            Self::U8 => value as f32 / 255.0,
            Self::F32 => value as f32,
        }
    }
}

/// The value of a picture where nothing is drawn, in units of the file (0 to 255 for bytes).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Option<f64>", into = "Option<f64>")]
pub enum Background {
    /// The most frequent corner value of each channel. A header without `background` means this.
    #[default]
    Found,
    /// Nothing is subtracted: `null`.
    Nothing,
    /// This value.
    Given(f64),
}

impl From<Option<f64>> for Background {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Self::Nothing, Self::Given)
    }
}

impl From<Background> for Option<f64> {
    fn from(value: Background) -> Self {
        match value {
            Background::Given(value) => Some(value),
            Background::Found | Background::Nothing => None,
        }
    }
}

/// The description of a packed data set. In a file, `title`, `domains`, `licence`, `source`, `notice`, `kind`, `type`
/// and `background` may be left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Short name: `mnist`.
    pub name: String,
    /// Name to show; the short name where a language is left out.
    #[serde(default)]
    pub title: Title,
    /// Count of samples.
    pub count: usize,
    /// Colour planes of a picture; 1 for vectors and bags; features of a frame and one more for sequences.
    pub channels: usize,
    /// Rows of a picture; 1 for all else.
    pub height: usize,
    /// Columns of a picture; the dimension of vectors; frames of the longest sequence; ids that a bag may hold.
    pub width: usize,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// Names of the domains (drawing styles); empty if there is one.
    #[serde(default)]
    pub domains: Vec<String>,
    /// SPDX expression or name of the licence.
    #[serde(default)]
    pub licence: String,
    /// Origin of the samples.
    #[serde(default)]
    pub source: String,
    /// The notice that the licence requires.
    #[serde(default)]
    pub notice: String,
    /// The kind of the samples, where the file says so: see [`kind`](Self::kind).
    #[serde(default, rename = "kind", skip_serializing_if = "Option::is_none")]
    pub said_kind: Option<SampleKind>,
    /// How numbers are stored.
    #[serde(default, rename = "type")]
    pub number: NumberType,
    /// The background of pictures.
    #[serde(default, skip_serializing_if = "is_found")]
    pub background: Background,
}

/// The message for sequence `at` if [`Header::frames`] gives none for its numbers.
pub(crate) fn without_presence(at: usize) -> String {
    format!(
        "the last channel of sequence {at} must be 1 for each of its frames, one at least, and all numbers after its last \
         frame must be 0"
    )
}

fn is_found(background: &Background) -> bool {
    *background == Background::Found
}

impl Header {
    /// A header of `count` samples of the shape channels × height × width, in bytes, of unnamed classes.
    pub fn new(name: &str, count: usize, [channels, height, width]: [usize; 3], classes: usize) -> Self {
        Self {
            name: name.into(),
            title: Title { ko: name.into(), en: name.into() },
            count,
            channels,
            height,
            width,
            classes: (0..classes).map(|class| class.to_string()).collect(),
            domains: Vec::new(),
            licence: String::new(),
            source: String::new(),
            notice: String::new(),
            said_kind: None,
            number: NumberType::U8,
            background: Background::Found,
        }
    }

    /// The kind of the samples. A file that does not name it holds vectors if a sample is one row of one channel, which is no
    /// picture, and pictures otherwise.
    pub fn kind(&self) -> SampleKind {
        let row = self.channels == 1 && self.height == 1;
        self.said_kind.unwrap_or(if row { SampleKind::Vectors } else { SampleKind::Picture })
    }

    /// How many frames a sequence has, from its numbers. None if its presence is not 1 … 1 0 … 0 with at least one 1, or
    /// if a feature of a frame that is not there is not 0.
    pub fn frames(&self, sample: &[f32]) -> Option<usize> {
        let (features, presence) = sample.split_at((self.channels - 1) * self.width);
        let frames = presence.iter().take_while(|&&there| there == 1.0).count();
        let mut absent = features.chunks_exact(self.width).chain([presence]).flat_map(|run| &run[frames..]);
        (frames > 0 && absent.all(|&x| x == 0.0)).then_some(frames)
    }

    /// A title in each language.
    pub(super) fn complete_titles(&mut self) {
        let Title { ko, en } = &mut self.title;
        if en.is_empty() {
            *en = if ko.is_empty() { self.name.clone() } else { ko.clone() };
        }
        if ko.is_empty() {
            ko.clone_from(en);
        }
    }

    /// Checks the fields that depend on the kind.
    ///
    /// # Errors
    /// `data.invalid`.
    pub(super) fn check(&self) -> Result<()> {
        let (kind, channels, height) = (self.kind(), self.channels, self.height);
        match kind {
            SampleKind::Vectors | SampleKind::Bags if channels * height != 1 => {
                let kind = kind.plural();
                return Err(Error::data(format!(
                    "its samples are {kind}, so its channels and height must be 1 and are {channels} and {height}"
                )));
            }
            SampleKind::Sequences if channels < 2 || height != 1 || self.number != NumberType::F32 => {
                return Err(Error::data(format!(
                    "its samples are sequences, so it must have 2 channels at least, a height of 1 and the type f32, and has \
                     {channels} channels, a height of {height} and the type {}",
                    self.number.name()
                )));
            }
            _ => (),
        }
        if let (false, Background::Given(_)) = (kind == SampleKind::Picture, self.background) {
            let kind = kind.plural();
            return Err(Error::data(format!("its background must be null or left out: {kind} have none")));
        }
        let fits = |value: f64| match self.number {
            NumberType::U8 => (0.0..=255.0).contains(&value),
            NumberType::F32 => (value as f32).is_finite(),
        };
        match self.background {
            Background::Given(value) if !fits(value) => Err(Error::data(format!(
                "its background is {value} and must be a number that its type can store"
            ))),
            _ => Ok(()),
        }
    }
}
