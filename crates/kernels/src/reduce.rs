//! Folds along one dimension: sums, extremes and their places.
//!
//! A thread takes one result, or a workgroup shares one and folds in a tree. Where there are few results of many numbers, each
//! is folded in parts, and a second pass folds the parts.

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
/// Workgroups share no fewer numbers than this.
const FEW: usize = 128;
/// With so many results every thread of a graphics card, or of a software adapter, has one of its own.
const MANY: usize = 4096;
const WORKERS: usize = 8;
/// Threads that keep a graphics card busy.
const ENOUGH: usize = 65_536;
/// A thread of a part takes at least so many numbers.
const WORTH: usize = 16;

/// Folds; `places`, of the output's strides, also gets the place of the `Max` or `Min`.
pub fn reduce(
    client: &Client,
    of: &Reduction,
    input: BufferBinding,
    output: BufferBinding,
    places: Option<BufferBinding>,
) {
    let with_places = places.is_some();
    let way = of.way(with_places);
    if way.parts == 1 {
        let kernel = of.kernel(with_places, way, of.axis[0]);
        launch(client, kernel, spread(of.groups(way)), [input], [output].into_iter().chain(places));
        return;
    }
    let partial = client.empty(4 * of.count() * way.parts);
    let first = of.kernel(false, way, 1);
    launch(client, first, spread(of.groups(way)), [input], [partial.clone().binding()]);
    let rest = of.of_parts(way.parts);
    let way = rest.way_of_one_pass();
    let kernel = rest.kernel(false, way, of.axis[0]);
    launch(client, kernel, spread(rest.groups(way)), [partial.binding()], [output]);
}

/// How the numbers of a result are shared out.
#[derive(Clone, Copy, Debug)]
struct Way {
    /// Whether a workgroup shares them; a thread takes them alone otherwise.
    shared: bool,
    /// Parts that are folded by themselves.
    parts: usize,
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
    fn way(&self, places: bool) -> Way {
        // The place of an extreme in a part is no place in the whole.
        if Adapter::current().is_software() || places || self.fold.is_place() {
            return self.way_of_one_pass();
        }
        let [length, stride] = self.axis;
        // Threads next to each other should read numbers next to each other.
        let shared = stride == 1 && length >= FEW;
        let sharers = if shared { THREADS as usize } else { 1 };
        let parts = ENOUGH / (self.count().max(1) * sharers);
        Way { shared, parts: parts.min(length / WORTH / sharers).max(1) }
    }

    fn way_of_one_pass(&self) -> Way {
        let many = if Adapter::current().is_software() { WORKERS } else { MANY };
        Way { shared: self.count() < many && self.axis[0] >= FEW, parts: 1 }
    }

    fn groups(&self, Way { shared, parts }: Way) -> u32 {
        let jobs = (self.count() * parts) as u32;
        if shared { jobs } else { jobs.div_ceil(THREADS) }
    }

    /// The fold of the parts: they lie next to each other.
    fn of_parts(&self, parts: usize) -> Self {
        let mut stride = parts;
        let mut kept = self.kept.clone();
        for [length, from, _] in kept.iter_mut().rev() {
            *from = stride;
            stride *= *length;
        }
        Self { axis: [parts, 1], kept, ..*self }
    }

    /// A mean is the sum over `divisor`.
    fn kernel(&self, places: bool, Way { shared, parts }: Way, divisor: usize) -> Kernel {
        let [length, stride] = self.axis;
        let dimension = |kept: &Kept| {
            let [length, x, y] = kept.map(|number| number as u32);
            [length, x, y, 0]
        };
        let [from, to, place] = self.types.map(Number::name);
        let split = parts > 1;
        // A part keeps the type of the numbers.
        let to = if split { from } else { to };
        let fold = self.fold;
        kernel!("reduce")
            .with("THREADS", THREADS)
            .with("COUNT", self.count())
            .with("LENGTH", length)
            .with("STRIDE", stride)
            .with("SHARED", shared)
            .with("PARTS", parts)
            .with("SPLIT", split)
            .with("DIVISOR", divisor)
            .with("PLACES", places)
            .with("SUM", matches!(fold, Fold::Sum | Fold::Mean))
            .with("MEAN", fold == Fold::Mean && !split)
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
            let way = Way { shared, parts: 1 };
            kernels.push(of.kernel(false, way, 7));
            if matches!(fold, Fold::Max | Fold::Min) {
                kernels.push(of.kernel(true, way, 7));
            }
            if !fold.is_place() {
                kernels.push(of.kernel(false, Way { shared, parts: 3 }, 1));
            }
        }
    }
    kernels
}
