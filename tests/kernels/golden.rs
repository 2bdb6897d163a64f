//! The reference values of `tests/golden` on a graphics device, as `cargo run --example parity` prints them.

use super::entries::{Figures, Outcome};
use super::on_each_adapter;

#[test]
fn reference_values() {
    let files = [include_str!("../golden/losses.json"), include_str!("../golden/losses2.json")];
    on_each_adapter(|device, adapter| {
        for text in files {
            let outcomes = Figures::parse(text, device).expect("a file of reference values").outcomes();
            assert_eq!(outcomes.len(), 57, "every entry of the file was computed");
            for Outcome { name, values, errors, fault } in outcomes {
                let what = format!("{name}, {adapter:?}");
                assert!(fault.is_none(), "{what}: {fault:?}, here and there {values:?}, errors {errors:?}");
            }
        }
    });
}
