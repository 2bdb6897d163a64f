//! A kernel: a `.wgsl` file, the constants of one form of it, and the text that both give.
//!
//! A `.wgsl` file is WGSL with four kinds of additional lines, each beginning with `#`:
//!
//! - `#if NAME`, `#else`, `#endif` keep lines when a constant is not 0, or when it is.
//! - `#for I < NAME` … `#endfor` repeats lines for each number below a constant. The word `I` becomes the number, and a name
//!   with the part `_I` becomes one name for each number. Several counters: `#for I < ROWS, J < COLUMNS`.
//! - `#tile` … `#endtile` writes the loop that sums terms in registers ([`tile`](crate::tile)). The lines between them add a
//!   term to `c_I_J`.
//!
//! Constants become `const` lines before the text, so the rest of the file uses them by name.

use std::fmt::Write as _;
use std::str::Lines;

use crate::tile::Tile;

/// A constant's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Constant {
    /// u32.
    Count(u32),
    /// f32, by its bits, so that kernels can be compared.
    Number(u32),
}

impl From<u32> for Constant {
    fn from(count: u32) -> Self {
        Self::Count(count)
    }
}

impl From<usize> for Constant {
    fn from(count: usize) -> Self {
        Self::Count(count as u32)
    }
}

impl From<bool> for Constant {
    fn from(truth: bool) -> Self {
        Self::Count(u32::from(truth))
    }
}

impl From<f32> for Constant {
    fn from(number: f32) -> Self {
        Self::Number(number.to_bits())
    }
}

/// The properties that distinguish two forms of a kernel.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Form {
    name: &'static str,
    constants: Vec<(&'static str, Constant)>,
    types: Vec<(&'static str, &'static str)>,
    dimensions: Vec<[u32; 4]>,
    tile: Option<Tile>,
}

/// The kernel of the file `$name.wgsl`, which may have its beginning in common with others.
macro_rules! kernel {
    ($name:literal) => {
        Kernel::new($name, include_str!(concat!($name, ".wgsl")))
    };
    ($beginning:literal, $name:literal) => {
        Kernel::new(
            $name,
            concat!(include_str!(concat!($beginning, ".wgsl")), include_str!(concat!($name, ".wgsl"))),
        )
    };
}
pub(crate) use kernel;

/// One form of a kernel. Its text is written when it is first launched, and compiled once.
#[derive(Clone, Debug)]
pub(crate) struct Kernel {
    pub(crate) form: Form,
    file: &'static str,
}

impl Kernel {
    /// `file` is the text of `name.wgsl`.
    pub(crate) fn new(name: &'static str, file: &'static str) -> Self {
        let (constants, types, dimensions) = (Vec::new(), Vec::new(), Vec::new());
        Self { form: Form { name, constants, types, dimensions, tile: None }, file }
    }

    /// `const name = value;`
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Constant>) -> Self {
        self.form.constants.push((name, value.into()));
        self
    }

    /// `alias name = of;`
    #[must_use]
    pub(crate) fn typed(mut self, name: &'static str, of: &'static str) -> Self {
        self.form.types.push((name, of));
        self
    }

    /// `const DIMENSION_0 = vec4<u32>(…);` and so on, the innermost dimension first, and `RANK`, how many there are.
    #[must_use]
    pub(crate) fn over(mut self, dimensions: Vec<[u32; 4]>) -> Self {
        let rank = dimensions.len();
        self.form.dimensions = dimensions;
        self.with("RANK", rank)
    }

    /// The tile that `#tile` writes.
    #[must_use]
    pub(crate) fn in_tiles(mut self, tile: Tile) -> Self {
        let [rows, columns] = tile.sides();
        self.form.tile = Some(tile);
        self.with("ROWS", rows).with("COLUMNS", columns)
    }

    pub(crate) fn name(&self) -> &'static str {
        self.form.name
    }

    /// The text, where each tensor has a buffer to itself, as in a browser.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for &(name, constant) in &self.form.constants {
            let _ = match constant {
                Constant::Count(count) => writeln!(text, "const {name} = {count}u;"),
                Constant::Number(bits) => {
                    // All digits: some compilers refuse the largest f32 when its short form rounds up.
                    writeln!(text, "const {name} = f32({:e});", f64::from(f32::from_bits(bits)))
                }
            };
        }
        for (name, of) in &self.form.types {
            let _ = writeln!(text, "alias {name} = {of};");
        }
        for (at, [length, a, b, c]) in self.form.dimensions.iter().enumerate() {
            let _ = writeln!(text, "const DIMENSION_{at} = vec4<u32>({length}u, {a}u, {b}u, {c}u);");
        }
        self.block(&mut self.file.lines(), &[], true, &mut text);
        text
    }

    /// The text for buffers that several tensors share, as natively: such a buffer must not be bound as read-only and as
    /// writable at once.
    pub(crate) fn shared_text(&self) -> String {
        self.text().replace("var<storage, read>", "var<storage, read_write>")
    }

    fn count(&self, name: &str) -> u32 {
        let found = self.form.constants.iter().find(|constant| constant.0 == name);
        match found {
            Some((_, Constant::Count(count))) => *count,
            _ => 0,
        }
    }

    /// Writes the lines of a block, and returns the line that ends it.
    fn block<'a>(
        &self,
        lines: &mut Lines<'a>,
        numbers: &[(&str, u32)],
        kept: bool,
        text: &mut String,
    ) -> &'a str {
        while let Some(line) = lines.next() {
            let line = line.trim();
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "#if" => {
                    let taken = self.count(rest) != 0;
                    if self.block(lines, numbers, kept && taken, text) == "#else" {
                        self.block(lines, numbers, kept && !taken, text);
                    }
                }
                "#for" => {
                    let body = lines.clone();
                    self.block(lines, numbers, false, text);
                    if kept {
                        self.repeat(&body, &self.counters(rest), numbers, text);
                    }
                }
                "#tile" => {
                    let body = lines.clone();
                    self.block(lines, numbers, false, text);
                    if let (true, Some(tile)) = (kept, &self.form.tile) {
                        let mut terms = String::new();
                        let [rows, columns] = tile.sides();
                        self.repeat(&body, &[("I", rows), ("J", columns)], numbers, &mut terms);
                        tile.write(&terms, text);
                    }
                }
                "#else" | "#endif" | "#endfor" | "#endtile" => return word,
                "" | "//" => {}
                _ if kept => {
                    numbered(line, numbers, text);
                    text.push('\n');
                }
                _ => {}
            }
        }
        ""
    }

    /// `I < ROWS, J < COLUMNS` with the constants' values.
    fn counters<'a>(&self, list: &'a str) -> Vec<(&'a str, u32)> {
        list.split(", ")
            .filter_map(|counter| counter.split_once(" < "))
            .map(|(name, below)| (name, self.count(below)))
            .collect()
    }

    /// Writes a block for each combination of the counters.
    fn repeat(&self, body: &Lines<'_>, counters: &[(&str, u32)], numbers: &[(&str, u32)], text: &mut String) {
        for at in 0..counters.iter().map(|counter| counter.1).product() {
            let mut rest: u32 = at;
            let mut all = numbers.to_vec();
            for &(name, below) in counters {
                all.push((name, rest % below));
                rest /= below;
            }
            self.block(&mut body.clone(), &all, true, text);
        }
    }
}

/// Writes a line with the counters' numbers: `I` becomes `3u` and `row_I` becomes `row_3`.
fn numbered(line: &str, numbers: &[(&str, u32)], text: &mut String) {
    if numbers.is_empty() {
        text.push_str(line);
        return;
    }
    let find = |part: &str| numbers.iter().find(|number| number.0 == part).map(|number| number.1);
    for word in line.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        let (word, end) = match word.char_indices().next_back() {
            Some((at, c)) if !c.is_ascii_alphanumeric() && c != '_' => word.split_at(at),
            _ => (word, ""),
        };
        if let Some(number) = find(word) {
            let _ = write!(text, "{number}u");
        } else {
            for (at, part) in word.split('_').enumerate() {
                text.push_str(if at == 0 { "" } else { "_" });
                match find(part) {
                    Some(number) if at > 0 => {
                        let _ = write!(text, "{number}");
                    }
                    _ => text.push_str(part),
                }
            }
        }
        text.push_str(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(file: &'static str, constants: &[(&'static str, u32)]) -> String {
        let mut kernel = Kernel::new("test", file);
        for &(name, value) in constants {
            kernel = kernel.with(name, value);
        }
        kernel.text().lines().filter(|line| !line.starts_with("const")).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn a_line_is_kept_by_its_constant() {
        let file = "a\n#if X\n  b\n#if Y\n  c\n#else\n  d\n#endif\n#else\n  e\n#endif\nf";
        assert_eq!(text(file, &[("X", 1), ("Y", 1)]), "a|b|c|f");
        assert_eq!(text(file, &[("X", 2), ("Y", 0)]), "a|b|d|f");
        assert_eq!(text(file, &[("X", 0), ("Y", 1)]), "a|e|f");
    }

    #[test]
    fn a_line_is_repeated_for_each_number() {
        let file = "#for I < N\nlet x_I = y[I + ONE] * INDEX;\n#endfor";
        assert_eq!(text(file, &[("N", 2)]), "let x_0 = y[0u + ONE] * INDEX;|let x_1 = y[1u + ONE] * INDEX;");
        assert_eq!(text(file, &[("N", 0)]), "");
        let nested = "#for I < N\nbegin I\n#for J < M\nc_I_J += a_I;\n#endfor\n#endfor";
        assert_eq!(text(nested, &[("N", 1), ("M", 2)]), "begin 0u|c_0_0 += a_0;|c_0_1 += a_0;");
        let both = "#for I < N, J < M\nc_I_J\n#endfor";
        assert_eq!(text(both, &[("N", 2), ("M", 2)]), "c_0_0|c_1_0|c_0_1|c_1_1");
    }

    #[test]
    fn constants_stand_before_the_text() {
        let kernel =
            Kernel::new("test", "// A comment.\nlet x = N;").with("N", 3_usize).with("LOW", -1.5_f32);
        let text = kernel.typed("Element", "vec4<f32>").over(vec![[1, 2, 3, 4]]).text();
        let wanted = "const N = 3u;\nconst LOW = f32(-1.5e0);\nconst RANK = 1u;\nalias Element = vec4<f32>;\n\
                      const DIMENSION_0 = vec4<u32>(1u, 2u, 3u, 4u);\nlet x = N;\n";
        assert_eq!(text, wanted);
    }
}
