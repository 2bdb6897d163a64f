//! `cargo xtask sizes`: what each step that makes the modules smaller is worth.

use anyhow::Result;

use crate::bind::Step;
use crate::run::{command, root, run};
use crate::wasm;

pub fn print() -> Result<()> {
    let folder = root().join("target/sizes");
    let all = Step::ALL.to_vec();
    let mut variants = vec![("all".to_string(), all.clone()), ("none".to_string(), vec![])];
    for step in Step::ALL {
        variants.push((
            format!("without-{step:?}"),
            all.iter()
                .copied()
                .filter(|&other| other != step && !(step == Step::Unused && other == Step::Arms))
                .collect(),
        ));
        variants.push((format!("only-{step:?}"), vec![step]));
    }
    for module in wasm::MODULES {
        for (name, steps) in &variants {
            eprintln!("{} {name}", module.feature);
            let Ok(file) = module.bind_with(steps, &folder.join(format!("{}-{name}", module.feature))) else {
                eprintln!("failed");
                continue;
            };
            run(command("node").arg("xtask/brotli.mjs").arg(file))?;
        }
    }
    Ok(())
}
