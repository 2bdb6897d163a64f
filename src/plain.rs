//! Plain data in and out. What a page asks for, what a saved session remembers and what heads a data set pass through
//! [`serde_json::Value`], so that each type has one reader and one writer in the modules and not one for each format.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Why a value is not of the type that is wanted.
#[derive(Debug)]
pub(crate) struct Unreadable {
    /// The field that does not fit, `batch.perClass`; empty for the whole.
    pub path: String,
    pub reason: String,
}

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
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        Unreadable {
            path: if path == "." { String::new() } else { path },
            reason: error.into_inner().to_string(),
        }
    })
}

/// A text in JSON as the type that is wanted.
pub(crate) fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, Unreadable> {
    let whole = |error: serde_json::Error| Unreadable { path: String::new(), reason: error.to_string() };
    read(serde_json::from_slice(json).map_err(whole)?)
}

/// Settings as a value. A number that is not finite becomes null.
///
/// # Panics
/// Never, for structs and enums of numbers, texts, lists and switches.
pub(crate) fn write(settings: &impl Serialize) -> Value {
    serde_json::to_value(settings).expect("settings are plain data")
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
        let error = |json: &str| parse::<Asked>(json.as_bytes()).expect_err("it does not fit");
        assert_eq!(error(r#"{"words": [], "miner": {"margin": "wide"}}"#).path, "miner.margin");
        assert_eq!(error(r#"{"miner": {"margin": 1}, "words": ["a", 7]}"#).path, "words[1]");
        let cut = error("{");
        assert_eq!((cut.path.as_str(), cut.to_string()), ("", cut.reason));
    }

    #[test]
    fn what_is_written_is_read() {
        let asked = Asked { miner: Miner { margin: 0.1 }, words: vec!["가".into()] };
        assert_eq!(parse::<Asked>(write(&asked).to_string().as_bytes()).expect("its own text"), asked);
    }
}
