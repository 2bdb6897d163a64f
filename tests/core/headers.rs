//! Headers of packed data sets: the verdicts of `tests/fixtures/headers.json`, which the npm package's reader is tested on
//! too, so that both say the same.

use metriclab::datasets::Dataset;
use serde_json::Value;

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal");
    (0..hex.len()).step_by(2).map(digit).collect()
}

#[test]
fn every_header_has_its_verdict() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/headers.json");
    let cases = std::fs::read_to_string(path).expect("the fixture is there");
    let cases: Vec<Value> = serde_json::from_str(&cases).expect("a list of cases");
    assert!(cases.len() > 50, "all cases");
    let mut wrong = Vec::new();
    for case in &cases {
        let text = |field: &str| case[field].as_str();
        let name = text("name").expect("a name");
        let found = Dataset::read(bytes(text("file").expect("a file")));
        match (text("verdict").expect("a verdict"), found) {
            ("accepted", Ok(_)) => {}
            ("refused", Err(error)) => {
                let message = error.to_string();
                if text("code") != Some(error.code()) {
                    wrong.push(format!("{name}: {} ({message})", error.code()));
                }
                if !message.contains(text("says").unwrap_or_default()) {
                    wrong.push(format!("{name}: says {message}"));
                }
            }
            (wanted, found) => {
                wrong.push(format!("{name}: must be {wanted}, is {:?}", found.map(|set| set.header)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_title_is_there_in_each_language() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/headers.json");
    let cases: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(path).expect("the fixture")).expect("cases");
    let title = |name: &str| {
        let case = cases.iter().find(|case| case["name"] == name).expect("a case");
        let set = Dataset::read(bytes(case["file"].as_str().expect("a file"))).expect("accepted");
        (set.header.title.ko, set.header.title.en)
    };
    assert_eq!(title("plain"), ("티".into(), "t".into()));
    assert_eq!(title("no title"), ("t".into(), "t".into()), "the name");
    assert_eq!(title("title of one language"), ("t".into(), "t".into()), "the other language");
}
