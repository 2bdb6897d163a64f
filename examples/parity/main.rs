//! Compares the core with a file of reference values of the form of `tests/golden/losses.json` or `losses2.json`, in f32:
//! `cargo run --example parity -- FILE.json [--device cpu|gpu]`. One line an entry, then the counts; the exit status is
//! not zero when a value, gradient, list or distance is off, or an entry is not known.

mod entries;
mod second;

use std::process::ExitCode;

use burn::tensor::Device;

use entries::Figures;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (path, device) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [path] | [path, "--device", "cpu"] => (path, Device::flex()),
        #[cfg(feature = "gpu")]
        [path, "--device", "gpu"] => match Device::wgpu_options().init() {
            Ok(device) => (path, device),
            Err(error) => {
                eprintln!("no graphics adapter: {error:?}");
                return ExitCode::FAILURE;
            }
        },
        #[cfg(not(feature = "gpu"))]
        [_, "--device", "gpu"] => {
            eprintln!(
                "this build has no GPU: cargo run --features gpu --example parity -- FILE.json --device gpu"
            );
            return ExitCode::FAILURE;
        }
        _ => {
            eprintln!("usage: cargo run --example parity -- FILE.json [--device cpu|gpu]");
            return ExitCode::FAILURE;
        }
    };
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string());
    let outcomes = match text.and_then(|text| Figures::parse(&text, &device)) {
        Ok(figures) => figures.outcomes(),
        Err(reason) => {
            eprintln!("{path} cannot be used: {reason}");
            return ExitCode::FAILURE;
        }
    };
    println!("{:<42} {:>13} {:>13} {:>9} {:>9}", "name", "value", "expected", "rel_err", "grad_err");
    for outcome in &outcomes {
        let (value, expected) = outcome.values.unwrap_or((f64::NAN, f64::NAN));
        let gradient = outcome.errors.1.map_or_else(|| "-".to_string(), |error| format!("{error:.1e}"));
        let verdict = outcome.fault.as_ref().map_or_else(|| "ok".into(), |fault| format!("FAIL: {fault}"));
        println!(
            "{:<42} {value:>13.6} {expected:>13.6} {:>9.1e} {gradient:>9} {verdict}",
            outcome.name, outcome.errors.0
        );
    }
    let failed = outcomes.iter().filter(|outcome| outcome.fault.is_some()).count();
    println!("{} ok, {failed} failed, of {}", outcomes.len() - failed, outcomes.len());
    if failed == 0 && !outcomes.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
