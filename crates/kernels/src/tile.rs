//! The tile that a thread holds in registers: sums along k of rows of one matrix against rows of another, each number read
//! once for the whole tile. It is unrolled here, because a software adapter keeps arrays in memory.

use std::fmt::Write as _;

use crate::adapter::Adapter;

/// Side of the square of sums that a thread of a search holds.
pub(crate) fn side(adapter: Adapter) -> u32 {
    if adapter.is_software() { 8 } else { 4 }
}

/// Rows of a panel. A panel holds the first number of each of its rows, then the second of each, and so on. A tile then
/// reads memory in order, where rows of a whole matrix would compete for the same few places of a cache.
pub const PANEL: usize = 8;

/// A side of a tile of `count` rows from row `first` on, which reads panels of K numbers a row.
pub(crate) fn panels(name: &'static str, count: u32, [start, first]: [&'static str; 2]) -> Side {
    Side { name, reading: Reading::AlongSide, count, start, first, last: "7u", strides: ["1u", "8u"] }
}

/// How a thread reads a side of its tile: some numbers of a matrix for each k.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Reading {
    /// Number by number.
    Single,
    /// Four of k at a time: they lie next to each other.
    AlongDepth,
    /// Four of the side at a time: they lie next to each other.
    AlongSide,
}

impl Reading {
    /// The widest access that the strides of side and depth allow, where the side has `extent` numbers and the sum `depth` terms. Four at a
    /// time saves three of four address computations and bounds checks, which on a software adapter cost as much as the
    /// products.
    pub(crate) fn of(
        [extent, depth]: [usize; 2],
        [side, along]: [usize; 2],
        batch: impl Iterator<Item = usize>,
    ) -> Self {
        let fours = |number: usize| number.is_multiple_of(4);
        if !batch.into_iter().all(fours) {
            Self::Single
        } else if along == 1 && fours(side) && fours(depth) {
            Self::AlongDepth
        } else if side == 1 && fours(along) && fours(extent) {
            Self::AlongSide
        } else {
            Self::Single
        }
    }

    /// The type of the buffer's elements.
    pub(crate) fn element(self) -> &'static str {
        if self == Self::Single { "f32" } else { "vec4<f32>" }
    }
}

/// One side of a tile. The texts are WGSL and use the kernel's constants and variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Side {
    /// The buffer; its numbers in the tile are `name_0`, `name_1`, …
    pub name: &'static str,
    pub reading: Reading,
    /// How many numbers; a multiple of four to read along the side.
    pub count: u32,
    /// Where the matrix begins.
    pub start: &'static str,
    /// The side's first number.
    pub first: &'static str,
    /// The largest number there is.
    pub last: &'static str,
    /// Strides of the side and of k.
    pub strides: [&'static str; 2],
}

/// Both sides of a tile: `c_I_J` sums terms of number I of the first and number J of the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Tile(pub [Side; 2]);

impl Side {
    /// `name_at_0`, `name_at_1`, …: where the numbers lie at k = 0.
    fn places(&self, text: &mut String) {
        let Self { name, reading, count, start, first, last, strides: [side, _] } = self;
        let (loads, place) = match reading {
            Reading::Single => (*count, format!("{start} + min({first} + @u, {last}) * {side}")),
            Reading::AlongDepth => (*count, format!("({start} + min({first} + @u, {last}) * {side}) / 4u")),
            Reading::AlongSide => {
                (count / 4, format!("({start} + min({first} + @u * 4u, {last} - 3u)) / 4u"))
            }
        };
        for i in 0..loads {
            let _ = writeln!(text, "let {name}_at_{i} = {};", place.replace('@', &i.to_string()));
        }
    }

    /// Loads that serve four steps.
    fn before(&self, text: &mut String) {
        let Self { name, count, .. } = self;
        if self.reading == Reading::AlongDepth {
            for i in 0..*count {
                let _ = writeln!(text, "let {name}_four_{i} = {name}[{name}_at_{i} + k / 4u];");
            }
        }
    }

    /// Sets `name_0`, `name_1`, … for step `step` of a round.
    fn step(&self, step: u32, text: &mut String) {
        let Self { name, count, strides: [_, depth], .. } = self;
        for i in 0..*count {
            let _ = match self.reading {
                Reading::Single => {
                    writeln!(text, "let {name}_{i} = {name}[{name}_at_{i} + (k + {step}u) * {depth}];")
                }
                Reading::AlongDepth => writeln!(text, "let {name}_{i} = {name}_four_{i}[{step}];"),
                Reading::AlongSide => {
                    let (four, part) = (i / 4, i % 4);
                    if part == 0 {
                        let place = format!("{name}_at_{four} + (k + {step}u) * ({depth} / 4u)");
                        let _ = writeln!(text, "let {name}_four_{four} = {name}[{place}];");
                    }
                    writeln!(text, "let {name}_{i} = {name}_four_{four}[{part}];")
                }
            };
        }
    }
}

impl Tile {
    /// How many numbers each side has.
    pub(crate) fn sides(&self) -> [u32; 2] {
        self.0.map(|side| side.count)
    }

    /// Writes the declarations of the sums and the loop that adds K terms to each. `terms` adds one term to every sum.
    pub(crate) fn write(&self, terms: &str, text: &mut String) {
        let Self([a, b]) = self;
        let round = if [a.reading, b.reading].contains(&Reading::AlongDepth) { 4 } else { 1 };
        a.places(text);
        b.places(text);
        for i in 0..a.count {
            for j in 0..b.count {
                let _ = writeln!(text, "var c_{i}_{j} = 0.0;");
            }
        }
        let _ = writeln!(text, "for (var k = 0u; k < K; k += {round}u) {{");
        a.before(text);
        b.before(text);
        for step in 0..round {
            text.push_str("{\n");
            a.step(step, text);
            b.step(step, text);
            text.push_str(terms);
            text.push_str("}\n");
        }
        text.push_str("}\n");
    }
}
