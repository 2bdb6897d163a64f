//! From a compiled module to the files in `pkg/wasm`: wasm-bindgen, and the steps that make the module smaller.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;

use crate::fold::fold;
use crate::order::reorder;
use crate::unused;

/// A step that makes the module smaller. `cargo xtask sizes` measures each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Removes functions that nothing calls.
    Unused,
    /// Merges equal functions.
    Fold,
    /// Puts similar functions next to each other.
    Order,
}

impl Step {
    /// All steps, in their order.
    pub const ALL: [Self; 3] = [Self::Unused, Self::Fold, Self::Order];
}

/// A compiled module, and the files that it becomes.
pub struct Binding<'a> {
    pub compiled: &'a Path,
    pub feature: &'a str,
    /// Name of the files.
    pub name: &'a str,
    pub folder: &'a Path,
}

impl Binding<'_> {
    /// Writes the files, and gives the path of the module.
    pub fn write(&self, steps: &[Step]) -> Result<PathBuf> {
        let Self { compiled, feature, name, folder } = *self;
        fs::create_dir_all(folder)?;
        let bytes = if steps.contains(&Step::Unused) {
            unused::without(compiled, feature)?
        } else {
            fs::read(compiled)?
        };
        let mut bindgen = Bindgen::new();
        // The types of the calls are in pkg/src/generated.
        bindgen.input_bytes(name, bytes).typescript(false);
        // rustc would strip the target-features section too. A profiler needs the names.
        let names = std::env::var_os("METRICLAB_KEEP_NAMES").is_some();
        bindgen.remove_name_section(!names).demangle(names).remove_producers_section(true);
        bindgen
            .web(true)
            .and_then(|bindgen| bindgen.generate(folder))
            .map_err(|error| anyhow!("wasm-bindgen: {error:#}"))?;
        let script = folder.join(format!("{name}.js"));
        fs::write(&script, without_documentation(&fs::read_to_string(&script)?))?;
        let file = folder.join(format!("{name}_bg.wasm"));
        let mut bytes = fs::read(&file)?;
        if steps.contains(&Step::Fold) {
            let folded;
            (bytes, folded) = fold(bytes)?;
            eprintln!("    {folded} functions that equal another are merged");
        }
        if steps.contains(&Step::Order) && !names {
            bytes = reorder(&bytes)?;
        }
        fs::write(&file, bytes)?;
        Ok(file)
    }
}

/// The script without its `/** … */`: the documentation of the calls is in `pkg/src/generated`, and a visitor need not load it.
fn without_documentation(script: &str) -> String {
    let mut inside = false;
    let kept = script.lines().filter(|line| {
        let line = line.trim();
        inside |= line.starts_with("/**");
        let dropped = inside;
        inside &= !line.ends_with("*/");
        !dropped
    });
    kept.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documentation_is_dropped_and_code_stays() {
        let script = "/** one line */\nlet a = 1;\n    /**\n     * two\n     * @returns {number}\n     */\n    b() { return 2 /* three */; }\n";
        assert_eq!(without_documentation(script), "let a = 1;\n    b() { return 2 /* three */; }\n");
    }
}
