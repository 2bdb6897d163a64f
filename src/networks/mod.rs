//! Networks: from a picture to an embedding.
//!
//! A body ([`NetworkConfig`]: an MLP, convolutions plain, residual or over time, or an embedding bag) and a linear head of any
//! dimension, L2-normalised or not. Siamese and triplet wiring need no network of their own: the
//! same network sees every row of the batch. A loss learns its own parameters next to it ([`LossParameters`]).

mod adam;
mod conv;
mod conv1d;
mod layers;
mod loss_parameters;
mod mlp;
mod optimizer;
mod parameter;
mod residual;

use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

use crate::distances::{histograms, normalize};
use crate::error::{Error, Result};
use crate::paper::Paper;
use crate::random::Random;
use crate::setting::{Setting, Values};

pub use loss_parameters::LossParameters;
pub use optimizer::{Moments, Optimizer, OptimizerKind, Uploaded};
pub use parameter::{Parameter, ParameterVisitor};

use conv::Conv;
use conv1d::Conv1d;
use layers::Linear;
pub(crate) use layers::Table;
use mlp::Mlp;
use residual::Residual;

/// The body of the network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum NetworkConfig {
    /// Fully connected layers with a ReLU after each.
    Mlp {
        /// Width of each layer; none makes the embedding linear in the pixels.
        hidden: Vec<usize>,
    },
    /// 3 × 3 convolutions of stride 2 with a ReLU after each.
    Conv {
        /// Channels of each layer.
        channels: Vec<usize>,
    },
    /// As `Conv`, with a residual block of two convolutions after each. He et al. 2016.
    Residual {
        /// Channels of each stage.
        channels: Vec<usize>,
    },
    /// Convolutions over time, for sequences: the width of a picture is time, its channels × height are the features
    /// of a frame; the mean over time at the end.
    Conv1d {
        /// Channels of each layer.
        channels: Vec<usize>,
    },
    /// An embedding bag, for user-item data: a picture is a bag of items, each pixel how often one is in it; the mean of
    /// the items' vectors.
    Bag {
        /// Length of an item's vector.
        width: usize,
    },
}

/// Shape of a picture: channels, height, width.
pub type PictureShape = [usize; 3];

const WIDEST: usize = 4096;

impl NetworkConfig {
    /// Most layers of a body.
    pub const DEEPEST: usize = 8;

    /// One of each kind, for a page's controls.
    pub fn examples() -> Vec<Self> {
        vec![
            Self::Mlp { hidden: vec![256] },
            Self::Conv { channels: vec![16, 32] },
            Self::Residual { channels: vec![16, 32] },
            Self::Conv1d { channels: vec![64, 128] },
            Self::Bag { width: 64 },
        ]
    }

    /// Its settings, with their bounds and defaults.
    pub fn settings(&self) -> &'static [Setting] {
        const fn layers(name: &'static str, text: &'static str, default: &'static [usize]) -> Setting {
            let values = Values::List { least: 1, most: WIDEST, longest: NetworkConfig::DEEPEST, default };
            Setting::new((name, "", text), values)
        }
        const HIDDEN: &[Setting] = &[layers("hidden", "Width of each layer.", &[256])];
        const PICTURES: &[Setting] = &[layers("channels", "Channels of each layer.", &[16, 32])];
        const SEQUENCES: &[Setting] = &[layers("channels", "Channels of each layer.", &[64, 128])];
        const BAG: &[Setting] =
            &[Setting::whole(("width", "", "Length of an item's vector."), 1, WIDEST, 64)];
        match self {
            Self::Mlp { .. } => HIDDEN,
            Self::Conv { .. } | Self::Residual { .. } => PICTURES,
            Self::Conv1d { .. } => SEQUENCES,
            Self::Bag { .. } => BAG,
        }
    }

    /// Its paper; none where it is common knowledge.
    pub fn paper(&self) -> Option<Paper> {
        match self {
            Self::Mlp { .. } | Self::Conv { .. } | Self::Conv1d { .. } | Self::Bag { .. } => None,
            Self::Residual { .. } => Some(Paper {
                title: "He et al., Deep Residual Learning for Image Recognition",
                year: 2016,
                link: "https://arxiv.org/abs/1512.03385",
            }),
        }
    }

    /// Layers, or stages, of the body: what can be frozen.
    pub fn layers(&self) -> usize {
        match self {
            Self::Mlp { hidden } => hidden.len(),
            Self::Conv { channels } | Self::Residual { channels } | Self::Conv1d { channels } => {
                channels.len()
            }
            Self::Bag { .. } => 1,
        }
    }

    /// Learnable numbers of the body and of a head of `dim`, without building them.
    pub fn parameters(&self, shape: PictureShape, dim: usize) -> u64 {
        let mut size = Size::new(shape);
        let body: u64 = match self {
            Self::Mlp { hidden } => total(hidden.iter().map(|&to| size.dense(to))),
            Self::Conv { channels } => total(channels.iter().map(|&to| size.convolved(to, 2))),
            Self::Residual { channels } => {
                let layers = channels.iter().flat_map(|&to| [(to, 2), (to, 1), (to, 1)]);
                total(layers.map(|(to, stride)| size.convolved(to, stride)))
            }
            Self::Conv1d { channels } => total(channels.iter().map(|&to| size.over_time(to))),
            Self::Bag { width } => size.dense(*width) - *width as u64,
        };
        if let Self::Conv1d { .. } = self {
            size.width = 1;
        }
        body.saturating_add(size.dense(dim))
    }

    /// Numbers that the layers of the body give for one sample, the sample itself included.
    pub fn outputs(&self, shape: PictureShape) -> u64 {
        let mut size = Size::new(shape);
        let mut sum = size.numbers();
        let mut add = |size: &Size| sum = sum.saturating_add(size.numbers());
        match self {
            Self::Mlp { hidden } => hidden.iter().for_each(|&to| {
                size.dense(to);
                add(&size);
            }),
            Self::Conv { channels } => channels.iter().for_each(|&to| {
                size.convolved(to, 2);
                add(&size);
            }),
            Self::Residual { channels } => channels.iter().for_each(|&to| {
                size.convolved(to, 2);
                (0..3).for_each(|_| add(&size));
            }),
            Self::Conv1d { channels } => channels.iter().for_each(|&to| {
                size.over_time(to);
                add(&size);
            }),
            Self::Bag { width } => {
                size.dense(*width);
                add(&size);
            }
        }
        sum
    }

    /// Checks the settings against the pictures' shape.
    ///
    /// # Errors
    /// `config.invalid`, with the field's name.
    pub fn validate(&self, [_, height, width]: PictureShape) -> Result<()> {
        Setting::check_all(self.settings(), "network", self)?;
        let (channels, side) = match self {
            Self::Conv { channels } | Self::Residual { channels } => (channels.len(), height.min(width)),
            Self::Conv1d { channels } => (channels.len(), width),
            Self::Mlp { .. } | Self::Bag { .. } => return Ok(()),
        };
        let halvings = side.max(1).ilog2() as usize;
        if halvings == 0 {
            let reason = format!("must be mlp for samples of {height} × {width}: no side can be halved");
            return Err(Error::config("network.kind", reason));
        }
        if channels == 0 || channels > halvings {
            let reason = format!("must have 1 to {halvings} layers for pictures of {height} × {width}");
            return Err(Error::config("network.channels", reason));
        }
        Ok(())
    }
}

fn total(numbers: impl Iterator<Item = u64>) -> u64 {
    numbers.fold(0, u64::saturating_add)
}

/// The shape of a layer's output, to count with; each method goes through a layer and gives its learnable numbers.
struct Size {
    channels: u64,
    height: u64,
    width: u64,
}

impl Size {
    fn new([channels, height, width]: PictureShape) -> Self {
        Self { channels: channels as u64, height: height as u64, width: width as u64 }
    }

    fn numbers(&self) -> u64 {
        self.channels.saturating_mul(self.height).saturating_mul(self.width)
    }

    fn dense(&mut self, to: usize) -> u64 {
        let from = self.numbers();
        *self = Self::new([to, 1, 1]);
        (from.saturating_add(1)).saturating_mul(to as u64)
    }

    fn convolved(&mut self, to: usize, stride: u64) -> u64 {
        let from = std::mem::replace(&mut self.channels, to as u64);
        (self.height, self.width) = (self.height.div_ceil(stride), self.width.div_ceil(stride));
        from.saturating_mul(9).saturating_add(1).saturating_mul(to as u64)
    }

    fn over_time(&mut self, to: usize) -> u64 {
        let from = self.channels.saturating_mul(self.height);
        *self = Self { channels: to as u64, height: 1, width: self.width.div_ceil(2) };
        (from.saturating_mul(3).saturating_add(1)).saturating_mul(to as u64)
    }
}

#[allow(clippy::large_enum_variant, reason = "a session has one")]
enum Body {
    Mlp(Mlp),
    Conv(Conv),
    Residual(Residual),
    Conv1d(Conv1d),
    Bag(Table),
}

/// The last step from the head's numbers to an embedding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nothing else.
    Plain,
    /// Length 1.
    Unit,
    /// A histogram, by softmax: for distances between distributions.
    Histogram,
}

/// Body and head, with their parameters.
pub struct Network {
    body: Body,
    head: Linear,
    ending: Ending,
    /// L of a Mahalanobis distance: the network returns rows Lx, so that their Euclidean distance is the Mahalanobis one.
    factor: Option<Parameter<2>>,
}

impl Network {
    /// Fresh weights, uniform in ±1/√fan-in, drawn from `random`.
    pub fn new(
        config: &NetworkConfig,
        shape: PictureShape,
        dim: usize,
        ending: Ending,
        random: &mut Random,
        device: &Device,
    ) -> Self {
        let (body, width) = match config {
            NetworkConfig::Mlp { hidden } => {
                let mlp = Mlp::new(hidden, shape.iter().product(), random, device);
                (Body::Mlp(mlp), hidden.last().copied().unwrap_or(shape.iter().product()))
            }
            NetworkConfig::Conv { channels } => {
                let conv = Conv::new(channels, shape, random, device);
                let width = conv.width();
                (Body::Conv(conv), width)
            }
            NetworkConfig::Residual { channels } => {
                let residual = Residual::new(channels, shape, random, device);
                let width = residual.width();
                (Body::Residual(residual), width)
            }
            NetworkConfig::Conv1d { channels } => {
                let conv = Conv1d::new(channels, shape, random, device);
                let width = conv.width();
                (Body::Conv1d(conv), width)
            }
            NetworkConfig::Bag { width } => {
                let items = shape.iter().product();
                (Body::Bag(Table::new("network.0", items, *width, random, device)), *width)
            }
        };
        let head = Linear::new("network.head", width, dim, random, device);
        Self { body, head, ending, factor: None }
    }

    /// For samples whose last channel tells which frames are there. Convolutions over time leave out the others; for any
    /// other body it is a channel like the rest.
    #[must_use]
    pub fn with_presence(mut self) -> Self {
        if let Body::Conv1d(conv) = self.body {
            self.body = Body::Conv1d(conv.with_presence());
        }
        self
    }

    /// With a learned Mahalanobis distance at its end: M = `LᵀL`, L the identity at first.
    #[must_use]
    pub fn with_factor(mut self, dim: usize, device: &Device) -> Self {
        let identity = (0..dim * dim).map(|at| if at / dim == at % dim { 1.0 } else { 0.0 }).collect();
        self.factor = Some(Parameter::new("network.factor".into(), identity, [dim, dim], device));
        self
    }

    /// Embeds pictures.
    ///
    /// # Shapes
    /// `[B, channels, height, width]`, values 0 to 1, to `[B, dim]`. With `training` the result
    /// carries the graph; the input must then lie on an autodiff device.
    pub fn forward(&self, pictures: Tensor<4>, training: bool) -> Tensor<2> {
        let features = match &self.body {
            Body::Mlp(mlp) => mlp.forward(pictures, training),
            Body::Conv(conv) => conv.forward(pictures, training),
            Body::Residual(residual) => residual.forward(pictures, training),
            Body::Conv1d(conv) => conv.forward(pictures, training),
            Body::Bag(table) => table.forward(pictures.flatten(1, 3), training),
        };
        let embeddings = self.head.forward(&features, training);
        let embeddings = match self.ending {
            Ending::Plain => embeddings,
            Ending::Unit => normalize(embeddings),
            Ending::Histogram => histograms(embeddings),
        };
        match &self.factor {
            Some(factor) => embeddings.matmul(factor.get(training)),
            None => embeddings,
        }
    }

    /// Walks over every parameter, in a fixed order.
    ///
    /// # Errors
    /// The visitor's.
    pub fn visit<V: ParameterVisitor>(&mut self, visitor: &mut V) -> std::result::Result<(), V::Error> {
        match &mut self.body {
            Body::Mlp(mlp) => mlp.visit(visitor)?,
            Body::Conv(conv) => conv.visit(visitor)?,
            Body::Residual(residual) => residual.visit(visitor)?,
            Body::Conv1d(conv) => conv.visit(visitor)?,
            Body::Bag(table) => table.visit(visitor)?,
        }
        self.head.visit(visitor)?;
        self.factor.as_mut().map_or(Ok(()), |factor| visitor.visit(factor))
    }
}

#[cfg(test)]
mod tests;
