//! Plain data in and out. What a page asks for, what a saved session remembers and what heads a data set pass through
//! [`serde_json::Value`], so that each type has one reader and one writer in the modules and not one for each format.

mod reader;

use serde::Serialize;
use serde::de::{DeserializeOwned, Error};
use serde_json::Value;

/// Why a value is not of the type that is wanted.
#[derive(Debug)]
pub(crate) struct Unreadable {
    /// The field that does not fit, `batch.perClass`; empty for the whole.
    pub path: String,
    pub reason: String,
}

impl std::error::Error for Unreadable {}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.path.is_empty() {
            write!(f, "{}", self.reason)
        } else {
            write!(f, "{}: {}", self.path, self.reason)
        }
    }
}

/// A value as the type that is wanted.
pub(crate) fn read<T: DeserializeOwned>(value: Value) -> Result<T, Unreadable> {
    T::deserialize(reader::Plain(value))
}

/// A text in JSON as the type that is wanted.
pub(crate) fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, Unreadable> {
    // By way of a `str`, as safetensors reads its header: one parser less in the modules.
    let text = std::str::from_utf8(json).map_err(Unreadable::custom)?;
    read(serde_json::from_str(text).map_err(Unreadable::custom)?)
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

    #[test]
    fn what_does_not_fit_is_named_by_its_path() {
        let error = |json: &str| parse::<Asked>(json.as_bytes()).expect_err("it does not fit").to_string();
        assert_eq!(
            error(r#"{"words": [], "miner": {"margin": "wide"}}"#),
            "miner.margin: invalid type: string \"wide\", expected f32"
        );
        assert_eq!(
            error(r#"{"miner": {"margin": 1}, "words": ["a", 7]}"#),
            "words[1]: invalid type: integer `7`, expected a string"
        );
        assert_eq!(error(r#"{"miner": {"margin": 1}}"#), "missing field `words`");
        assert_eq!(error("[1, []]"), "invalid type: sequence, expected struct Asked");
        let cut = parse::<Asked>(b"{").expect_err("it is cut");
        assert_eq!((cut.path.as_str(), cut.to_string()), ("", cut.reason));
    }

    #[test]
    fn what_is_written_is_read() {
        let asked = Asked { miner: Miner { margin: 0.1 }, words: vec!["가".into()] };
        assert_eq!(parse::<Asked>(text(&asked).as_bytes()).expect("its own text"), asked);
    }
}
