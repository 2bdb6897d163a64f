//! Folds along one dimension: sums, extremes and their places.
//!
//! A thread takes one result where there are many; where there are few, a workgroup shares one and folds in a tree.

use cubecl::client::Client;
use cubecl::server::BufferBinding;

use crate::adapter::Adapter;
use crate::kernel::{Kernel, kernel};
use crate::launch::{launch, spread};

/// The reduction of a dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// Σ x.
    Sum,
    /// Π x.
    Product,
    /// Σ x / n.
    Mean,
    /// max |x|.
    Size,
    /// max x.
    Max,
    /// min x.
    Min,
    /// The first place of the largest.
    ArgMax,
    /// The first place of the smallest.
    ArgMin,
    /// Whether one is not 0.
    Any,
    /// Whether none is 0.
    All,
}

const FOLDS: [Fold; 10] = [
    Fold::Sum,
    Fold::Product,
    Fold::Mean,
    Fold::Size,
    Fold::Max,
    Fold::Min,
    Fold::ArgMax,
    Fold::ArgMin,
    Fold::Any,
    Fold::All,
];

/// Type of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// f32.
    Float,
    /// i32.
    Int,
    /// u32; truth too.
    Unsigned,
}

/// A dimension that is kept: its length and its strides in input and output.
pub type Kept = [usize; 3];

/// The shape of a fold.
#[derive(Clone, Debug)]
pub struct Reduction {
    /// The reduction of the numbers.
    pub fold: Fold,
    /// Length and stride of the dimension that goes.
    pub axis: [usize; 2],
    /// The others, outermost first.
    pub kept: Vec<Kept>,
    /// Types of input, output and, where asked for, the places of a `Max` or `Min`.
    pub types: [Number; 3],
}

const THREADS: u32 = 64;
/// With so many results every thread of an adapter has one of its own.
const MANY: usize = 4096;
/// Workgroups share no fewer numbers than this.
const FEW: usize = 128;

/// Folds; `places`, of the output's strides, also gets the place of the `Max` or `Min`.
pub fn reduce(
    client: &Client,
    of: &Reduction,
    input: BufferBinding,
    output: BufferBinding,
    places: Option<BufferBinding>,
) {
    let count = of.count();
    let many = if Adapter::current().is_software() { 8 } else { MANY };
    let shared = count < many && of.axis[0] >= FEW;
    let groups = if shared { count as u32 } else { (count as u32).div_ceil(THREADS) };
    let kernel = of.kernel(places.is_some(), shared);
    launch(client, kernel, spread(groups), [input], [output].into_iter().chain(places));
}

impl Number {
    fn name(self) -> &'static str {
        match self {
            Self::Float => "f32",
            Self::Int => "i32",
            Self::Unsigned => "u32",
        }
    }
}

impl Fold {
    fn is_place(self) -> bool {
        matches!(self, Self::ArgMax | Self::ArgMin)
    }

    fn is_smallest(self) -> bool {
        matches!(self, Self::Min | Self::ArgMin)
    }

    fn is_extreme(self) -> bool {
        self.is_place() || matches!(self, Self::Max | Self::Min | Self::Size)
    }
}

impl Reduction {
    fn kernel(&self, places: bool, shared: bool) -> Kernel {
        let [length, stride] = self.axis;
        let dimension = |kept: &Kept| {
            let [length, x, y] = kept.map(|number| number as u32);
            [length, x, y, 0]
        };
        let [from, to, place] = self.types.map(Number::name);
        let fold = self.fold;
        kernel!("reduce")
            .with("THREADS", THREADS)
            .with("COUNT", self.count())
            .with("LENGTH", length)
            .with("STRIDE", stride)
            .with("SHARED", shared)
            .with("PLACES", places)
            .with("SUM", matches!(fold, Fold::Sum | Fold::Mean))
            .with("MEAN", fold == Fold::Mean)
            .with("PRODUCT", fold == Fold::Product)
            .with("ANY", fold == Fold::Any)
            .with("ALL", fold == Fold::All)
            .with("SIZE", fold == Fold::Size)
            .with("EXTREME", fold.is_extreme())
            .with("SMALLEST", fold.is_smallest())
            .with("PLACE", fold.is_place())
            .with("NEUTRAL", matches!(fold, Fold::Product | Fold::All))
            .typed("From", from)
            .typed("To", to)
            .typed("Place", place)
            .over(self.kept.iter().rev().map(dimension).collect())
    }

    fn count(&self) -> usize {
        self.kept.iter().map(|[length, ..]| length).product()
    }
}

pub(crate) fn variants() -> Vec<Kernel> {
    let numbers = [Number::Float, Number::Int, Number::Unsigned];
    let mut kernels = Vec::new();
    for (fold, number) in FOLDS.into_iter().flat_map(|fold| numbers.map(|number| (fold, number))) {
        let to = match fold {
            Fold::ArgMax | Fold::ArgMin => Number::Int,
            Fold::Any | Fold::All => Number::Unsigned,
            _ => number,
        };
        for (shared, rank) in [(false, 2), (true, 1), (true, 0)] {
            let kept = [[5, 21, 3], [3, 7, 1]][..rank].to_vec();
            let of = Reduction { fold, axis: [7, 1], kept, types: [number, to, Number::Int] };
            kernels.push(of.kernel(false, shared));
            if matches!(fold, Fold::Max | Fold::Min) {
                kernels.push(of.kernel(true, shared));
            }
        }
    }
    kernels
}
