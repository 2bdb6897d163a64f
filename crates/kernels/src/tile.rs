//! The tile that a thread holds in registers: sums over k of rows of A against rows of B, read once for all its numbers.

use crate::adapter::Adapter;
use crate::launch::{each, each_pair};

/// Side of the square of sums that a thread of a search holds.
pub(crate) fn side(adapter: Adapter) -> u32 {
    if adapter.is_software() { 8 } else { 4 }
}

/// Rows of a panel: they stand beside each other, number after number, and panel stands after panel. A tile then reads memory
/// in order, where rows of a whole matrix beside each other would meet in the same few places of a cache.
pub const PANEL: usize = 8;

/// A side of a tile of `count` numbers that reads panels of K numbers a row, from row `first` on.
pub(crate) fn panels<'a>(name: &'a str, count: u32, [start, first]: [&'a str; 2]) -> Side<'a> {
    Side { name, reading: Reading::AlongSide, count, start, first, last: "7u", strides: ["1u", "8u"] }
}

/// How a thread reads a side of its tile: some numbers of a matrix for each k.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Numbers one by one.
    Single,
    /// Four of k at a time: they stand beside each other.
    AlongDepth,
    /// Four of the side at a time: they stand beside each other.
    AlongSide,
}

impl Reading {
    /// What the strides of side and depth allow, where the side has `extent` numbers and the sum `depth` terms. Four at a
    /// time spares three of four address computations and bounds checks, which on a software adapter cost as much as the
    /// products.
    pub(crate) fn of(
        [extent, depth]: [u32; 2],
        [side, along]: [u32; 2],
        batch: impl Iterator<Item = u32>,
    ) -> Self {
        let fours = |number: u32| number.is_multiple_of(4);
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

/// One side of a tile. Names are those of the shader's constants and variables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side<'a> {
    /// The buffer; its numbers in the tile are `name0`, `name1`, …
    pub name: &'a str,
    pub reading: Reading,
    /// How many numbers; a multiple of four to read along the side.
    pub count: u32,
    /// Where the matrix begins.
    pub start: &'a str,
    /// The side's first number.
    pub first: &'a str,
    /// The largest number there is.
    pub last: &'a str,
    /// Strides of the side and of k.
    pub strides: [&'a str; 2],
}

impl Side<'_> {
    fn places(&self) -> String {
        let Self { name, reading, count, start, first, last, strides: [side, _] } = self;
        match reading {
            Reading::Single => {
                each(*count, &format!("let {name}_at$ = {start} + min({first} + $u, {last}) * {side};\n"))
            }
            Reading::AlongDepth => each(
                *count,
                &format!("let {name}_at$ = ({start} + min({first} + $u, {last}) * {side}) / 4u;\n"),
            ),
            Reading::AlongSide => each(
                count / 4,
                &format!("let {name}_at$ = ({start} + min({first} + $u * 4u, {last} - 3u)) / 4u;\n"),
            ),
        }
    }

    /// What is read before the steps of a round along k.
    fn before(&self) -> String {
        let Self { name, count, .. } = self;
        match self.reading {
            Reading::AlongDepth => {
                each(*count, &format!("let {name}_four$ = {name}[{name}_at$ + k / 4u];\n"))
            }
            _ => String::new(),
        }
    }

    /// Sets `name0`, `name1`, … for step `step` of a round.
    fn step(&self, step: u32) -> String {
        let Self { name, count, strides: [_, depth], .. } = self;
        let component = |at: u32| ["x", "y", "z", "w"][at as usize];
        match self.reading {
            Reading::Single => {
                each(*count, &format!("let {name}$ = {name}[{name}_at$ + (k + {step}u) * {depth}];\n"))
            }
            Reading::AlongDepth => {
                each(*count, &format!("let {name}$ = {name}_four$.{};\n", component(step)))
            }
            Reading::AlongSide => {
                let fours = each(
                    count / 4,
                    &format!("let {name}_four$ = {name}[{name}_at$ + (k + {step}u) * ({depth} / 4u)];\n"),
                );
                let numbers = (0..*count)
                    .map(|i| format!("let {name}{i} = {name}_four{}.{};\n", i / 4, component(i % 4)))
                    .collect::<String>();
                fours + &numbers
            }
        }
    }
}

/// Declares `c0_0`, `c0_1`, … and sums K terms into each: `add` with `$` for the first side's number, `%` for the second's.
pub(crate) fn sums(a: &Side<'_>, b: &Side<'_>, add: &str) -> String {
    let round = if [a.reading, b.reading].contains(&Reading::AlongDepth) { 4 } else { 1 };
    let (places, before) = (a.places() + &b.places(), a.before() + &b.before());
    let zeros = each_pair(a.count, b.count, "var c$_% = 0.0;\n");
    let adds = each_pair(a.count, b.count, add);
    let steps: String =
        (0..round).map(|step| format!("{{\n{}{}{adds}}}\n", a.step(step), b.step(step))).collect();
    format!("{places}{zeros}for (var k = 0u; k < K; k += {round}u) {{\n{before}{steps}}}\n")
}
