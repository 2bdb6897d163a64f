//! Plain data in and out: requests of a page, the progress of a saved session, the header of a data set. All pass through
//! [`serde_json::Value`], so that the modules hold one reader and one writer of each type instead of one for each format.

mod reader;

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::{DeserializeOwned, Error};
use serde_json::Value;

/// The reason why a value cannot be read, as the end of a sentence whose subject is the field: `must be a number, is "x"`.
#[derive(Debug)]
pub(crate) struct Unreadable {
    /// The field that does not fit, `batch.perClass`; empty for the whole.
    pub path: String,
    pub reason: String,
    /// The value that was found in place of another, as `reason` gives it.
    found: Option<String>,
}

impl std::error::Error for Unreadable {}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.path.is_empty() {
            write!(f, "{}", self.reason)
        } else {
            write!(f, "{} {}", self.path, self.reason)
        }
    }
}

/// A value as the type that is wanted.
pub(crate) fn read<T: DeserializeOwned>(value: Value) -> Result<T, Unreadable> {
    reader::read(PhantomData, value)
}

/// A text in JSON as the type that is wanted.
pub(crate) fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, Unreadable> {
    // By way of a `str`, as safetensors reads its header: one parser less in the modules.
    let text = std::str::from_utf8(json).map_err(|error| {
        let at = error.valid_up_to();
        Unreadable::custom(format!("is not UTF-8 (byte {at}): it must not be in another encoding, cp949 say"))
    })?;
    read(serde_json::from_str(text).map_err(|error| Unreadable::custom(format!("is not JSON: {error}")))?)
}

/// Settings as a value. A number that is not finite becomes null.
///
/// # Panics
/// Never, for structs and enums of numbers, texts, lists and switches.
pub(crate) fn write(settings: &impl Serialize) -> Value {
    serde_json::to_value(settings).expect("settings are plain data")
}

/// Settings as a text in JSON.
///
/// # Panics
/// Never, as [`write`].
pub(crate) fn text(settings: &impl Serialize) -> String {
    serde_json::to_string(&write(settings)).expect("a value is plain data")
}

/// The name of a choice as one types it: `"euclidean"`, `{"minkowski": …}` and `{"kind": "triplet", …}` all have one.
pub(crate) fn name(choice: &impl Serialize) -> String {
    let value = write(choice);
    let kind = value.as_str().or_else(|| value["kind"].as_str());
    kind.or_else(|| value.as_object()?.keys().next().map(String::as_str)).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Miner {
        margin: f32,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Asked {
        miner: Miner,
        words: Vec<String>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
    enum Shape {
        Circle { radius: f64, turns: u16 },
        Square { sides: Vec<f64> },
        Path { names: BTreeMap<String, String>, of: Option<Box<Shape>> },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum Way {
        Straight,
        Bent { angle: f64 },
    }

    fn error<T: DeserializeOwned + std::fmt::Debug>(json: &str) -> String {
        parse::<T>(json.as_bytes()).expect_err("it does not fit").to_string()
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_path() {
        assert_eq!(
            error::<Asked>(r#"{"words": [], "miner": {"margin": "wide"}}"#),
            "miner.margin must be a number, is \"wide\""
        );
        assert_eq!(
            error::<Asked>(r#"{"miner": {"margin": 1}, "words": ["a", 7]}"#),
            "words[1] must be a text, is 7"
        );
        assert_eq!(error::<Asked>(r#"{"miner": {"margin": 1}}"#), "lacks the field words");
        assert_eq!(error::<Asked>(r#"{"miner": [], "words": []}"#), "miner must be an object, is a list");
        assert_eq!(error::<Asked>("[1, []]"), "must be an object, is a list");
        assert_eq!(
            error::<Asked>(r#"{"miner": {"margin": 1}, "words": {}}"#),
            "words must be a list, is an object"
        );
        assert!(error::<Asked>("{").starts_with("is not JSON: "), "cut");
        let cut = parse::<Asked>(b"{\xb0").expect_err("cp949");
        assert!(cut.path.is_empty() && cut.reason.starts_with("is not UTF-8 (byte 1)"), "{cut}");
    }

    #[test]
    fn fields_of_a_kind_are_named_too_and_no_word_is_of_rust() {
        assert_eq!(error::<Shape>("3"), "must be an object with a kind, is 3");
        assert_eq!(error::<Shape>(r#"{"radius": 1}"#), "lacks the field kind");
        assert_eq!(
            error::<Shape>(r#"{"kind": "oval"}"#),
            "kind must be one of circle, square, path, is \"oval\""
        );
        assert_eq!(
            error::<Shape>(r#"{"kind": "circle", "radius": "r", "turns": 1}"#),
            "radius must be a number, is \"r\""
        );
        assert_eq!(
            error::<Shape>(r#"{"kind": "circle", "radius": 1, "turns": -1}"#),
            "turns must be a whole number from 0 to 65535, is -1"
        );
        assert_eq!(
            error::<Shape>(r#"{"kind": "circle", "radius": 1, "turns": 0.5}"#),
            "turns must be a whole number from 0 to 65535, is 0.5"
        );
        assert_eq!(
            error::<Shape>(r#"{"kind": "circle", "radius": 1, "turns": 1, "size": 2}"#),
            "has the unknown field size: its fields are radius, turns"
        );
        assert_eq!(error::<Shape>(r#"{"kind": "square", "sides": null}"#), "sides must be a list, is null");
        assert_eq!(
            error::<Vec<Shape>>(r#"[{"kind": "square", "sides": [1, "2", 3]}]"#),
            "[0].sides[1] must be a number, is \"2\""
        );
        assert_eq!(
            error::<Shape>(r#"{"kind": "path", "names": {"first": "a", "last": 3}}"#),
            "names.last must be a text, is 3"
        );
        assert_eq!(
            error::<Shape>(
                r#"{"kind": "path", "names": {}, "of": {"kind": "circle", "radius": [], "turns": 1}}"#
            ),
            "of.radius must be a number, is a list"
        );
        // Either may be the one: none is named.
        assert_eq!(
            error::<Shape>(r#"{"kind": "path", "names": {"first": 3, "last": 3}}"#),
            "must be a text, is 3"
        );
        assert_eq!(error::<Way>("[]"), "must be a name, or an object of one, is a list");
        assert_eq!(error::<Way>("\"curved\""), "must be one of straight, bent, is \"curved\"");
        assert_eq!(error::<Way>(r#"{"bent": {"angle": true}}"#), "bent.angle must be a number, is true");
        assert_eq!(error::<u8>("256"), "must be a whole number from 0 to 255, is 256");
        assert_eq!(error::<bool>("1"), "must be true or false, is 1");
        assert_eq!(error::<(f64, f64)>("[1]"), "must be a list of 2, is a list of 1");
    }

    #[test]
    fn a_whole_number_may_be_written_with_a_fraction() {
        assert_eq!(parse::<usize>(b"4.0").expect("numpy writes so"), 4);
        assert_eq!(parse::<i32>(b"-4e1").expect("whole"), -40);
        assert_eq!(parse::<f64>(b"4.0").expect("a number"), 4.0);
        assert!(parse::<usize>(b"4.5").is_err() && parse::<usize>(b"1e300").is_err());
    }

    #[test]
    fn what_is_written_is_read() {
        let asked = Asked { miner: Miner { margin: 0.1 }, words: vec!["가".into()] };
        assert_eq!(parse::<Asked>(text(&asked).as_bytes()).expect("its own text"), asked);
    }
}
