//! A gallery as bytes and back.
//!
//! The file is a safetensors file with the tensor `embeddings`, so that any tool that knows the format reads them, and with a
//! cohort the tensor `cohort`. Its metadata hold the settings, the entries in the order of the rows, and a checksum. The history
//! is not saved.

use serde::{Deserialize, Serialize};

use super::{Entry, Gallery, GalleryConfig, Slot};
use crate::error::{Error, Result};
use crate::neighbours::Rows;
use crate::plain;
use crate::sealed::{self, Checksum, Output};

const FILE: sealed::Kind = sealed::Kind { format: "metriclab-gallery-1", entry: "gallery" };
const EMBEDDINGS: &str = "embeddings";
const COHORT: &str = "cohort";
/// JavaScript counts exactly up to here.
const MOST_KEYS: u64 = 1 << 53;

/// All of a gallery but the embeddings, as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Contents {
    /// Its settings.
    pub config: GalleryConfig,
    /// Its instances, in the order of addition.
    pub entries: Vec<Entry>,
    /// Their keys, ascending.
    pub keys: Vec<u64>,
    /// The key of the next instance, beyond all of them.
    pub next_key: u64,
    /// How many rows of the cohort count, the nearest ones; none for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top: Option<usize>,
}

impl Gallery {
    /// All instances and settings, as a file.
    ///
    /// # Errors
    /// `gallery.invalid` if the header would pass what the format allows (100 MB).
    pub fn save(&self) -> Result<Vec<u8>> {
        let mut file = Vec::new();
        self.save_to(&mut file)?;
        Ok(file)
    }

    /// As [`save`](Self::save), part by part.
    pub(crate) fn save_to(&self, output: &mut impl Output) -> Result<()> {
        let contents = plain::text(&self.contents());
        let vectors = self.rows();
        let cohort = self.cohort().map(|(rows, _)| (COHORT, rows.values()));
        // Sorted by name.
        let tensors: Vec<(&str, &[f32])> = cohort.into_iter().chain([(EMBEDDINGS, &*vectors)]).collect();
        let shape = |values: &[f32]| vec![values.len() / self.config.dim, self.config.dim];
        let sum = tensors
            .iter()
            .fold(Checksum::of(&contents), |sum, (name, values)| sum.with(name, &shape(values), values));
        let shapes = tensors.iter().map(|(name, values)| ((*name).to_string(), shape(values)));
        FILE.begin(contents, sum, shapes, output).map_err(invalid)?;
        for (_, values) in tensors {
            output.put_numbers(values);
        }
        Ok(())
    }

    /// A gallery from a file of [`save`](Self::save), as it was, with nothing to undo.
    ///
    /// # Errors
    /// `gallery.invalid`, with the cause.
    pub fn load(bytes: &[u8]) -> Result<Self> {
        let (file, contents) = FILE.read(bytes).map_err(invalid)?;
        let view = file.tensor(EMBEDDINGS).map_err(invalid)?;
        let contents: Contents =
            plain::parse(contents.as_bytes()).map_err(|error| invalid(format!("its contents: {error}")))?;
        let shape = [contents.entries.len(), contents.config.dim];
        if view.shape() != shape {
            return Err(invalid(format!("its embeddings are {:?} and must be {shape:?}", view.shape())));
        }
        let top = contents.top;
        let mut gallery = Self::from_contents(contents, sealed::floats(&view))?;
        if let Ok(view) = file.tensor(COHORT) {
            let values = sealed::floats(&view);
            let rows = Rows::new(COHORT, &values, gallery.config.dim).map_err(invalid)?;
            gallery.set_cohort(rows, top).map_err(invalid)?;
        }
        Ok(gallery)
    }

    /// All but the embeddings.
    pub fn contents(&self) -> Contents {
        let (keys, entries) = self.entries().map(|(key, entry)| (key, entry.clone())).unzip();
        let top = self.cohort().and_then(|(_, top)| top);
        Contents { config: self.config, entries, keys, next_key: self.next_key, top }
    }

    /// A gallery from its parts, with nothing to undo; `values` are the embeddings, a row an entry.
    ///
    /// # Errors
    /// `gallery.invalid`, with the cause.
    pub fn from_contents(contents: Contents, values: Vec<f32>) -> Result<Self> {
        let mut gallery = Self::new(contents.config).map_err(invalid)?;
        let rows = Rows::new(EMBEDDINGS, &values, gallery.config.dim).map_err(invalid)?;
        if rows.count() > 0 {
            gallery.check_rows(EMBEDDINGS, rows).map_err(invalid)?;
        }
        if rows.count() != contents.entries.len() {
            return Err(invalid(format!(
                "it has {} entries and {} rows",
                contents.entries.len(),
                rows.count()
            )));
        }
        let keys = &contents.keys;
        let ascending = keys.windows(2).all(|two| two[0] < two[1]);
        let after = keys.last().map_or(0, |&last| last.saturating_add(1));
        if keys.len() != contents.entries.len()
            || !ascending
            || !(after..MOST_KEYS).contains(&contents.next_key)
        {
            return Err(invalid("its keys do not count its entries"));
        }
        gallery.next_key = contents.next_key;
        for (slot, (&key, entry)) in keys.iter().zip(contents.entries).enumerate() {
            if entry.id.is_empty() || entry.name.is_empty() {
                return Err(invalid(format!("entry {slot} has an empty id or name")));
            }
            *gallery.classes.entry(entry.name.clone()).or_default() += 1;
            if gallery.by_id.insert(entry.id.clone(), slot).is_some() {
                return Err(invalid(format!("two entries have the id {}", entry.id)));
            }
            gallery.slots.push(Slot { key, entry, live: true });
        }
        gallery.vectors = values;
        Ok(gallery)
    }
}

fn invalid(reason: impl std::fmt::Display) -> Error {
    let reason = reason.to_string();
    Error::GalleryInvalid(reason.trim_end_matches('.').into())
}
