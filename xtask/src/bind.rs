//! From a compiled module to the files in `pkg/wasm`: wasm-bindgen, and the steps that make the module smaller.

use std::fs;
use std::path::Path;

use anyhow::{Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;

use crate::fold::fold;
use crate::order::reorder;
use crate::unused;

/// A step that makes the module smaller. `cargo xtask sizes` measures each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Unused,
    Arms,
    Fold,
    Order,
}

impl Step {
    pub const ALL: [Self; 4] = [Self::Unused, Self::Arms, Self::Fold, Self::Order];
}

pub fn bind(compiled: &Path, name: &str, out: &Path, steps: &[Step]) -> Result<()> {
    let does = |step| steps.contains(&step);
    fs::create_dir_all(out)?;
    let bytes =
        if does(Step::Unused) { unused::without(compiled, does(Step::Arms))? } else { fs::read(compiled)? };
    let mut bindgen = Bindgen::new();
    bindgen.input_bytes(name, bytes).typescript(true);
    // Stripped here and not by rustc, which would take the target-features section along. A profiler wants names.
    let names = std::env::var_os("METRICLAB_KEEP_NAMES").is_some();
    bindgen.remove_name_section(!names).demangle(names).remove_producers_section(true);
    bindgen
        .web(true)
        .and_then(|bindgen| bindgen.generate(out))
        .map_err(|error| anyhow!("wasm-bindgen: {error:#}"))?;
    let file = out.join(format!("{name}_bg.wasm"));
    let mut bytes = fs::read(&file)?;
    if does(Step::Fold) {
        let folded;
        (bytes, folded) = fold(bytes)?;
        eprintln!("    {folded} functions that do the same as another, left out");
    }
    if does(Step::Order) && !names {
        bytes = reorder(&bytes)?;
    }
    Ok(fs::write(file, bytes)?)
}
