//! A gallery: named embeddings that come and go, with exact search and an answer that may be "unknown".
//!
//! An embedding network is trained once; what it must tell apart changes daily. A [`Gallery`] holds the embeddings of instances,
//! each with a class name and attributes. Adding, moving, renaming, replacing and deleting need no training, and the next query
//! knows of them. A query lists the nearest instances and decides for a class, or for nobody if the nearest is farther than the
//! threshold ([`Decision`]).
//!
//! - [`Change`]: what can be done to a gallery; a list of changes is done as a whole or not at all, and is one step to undo.
//! - [`Query`], [`Answer`]: the nearest instances among those that a [`Filter`] lets through.
//! - [`ThresholdReport`]: which threshold, from the owner's own pairs.
//! - [`Cohort`](cohort): scores that are normalised by strangers (S-norm).
//!
//! # Deleting
//! A deleted instance is never returned. Its numbers stay in memory as long as the deletion can be undone;
//! [`Gallery::compact`] forgets them, and the history with them.

mod change;
mod cohort;
mod file;
mod query;
mod stream;
mod threshold;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use change::{Change, Difference};
use change::{History, Step};
use cohort::Cohort;
pub use file::Contents;
pub use query::{Answer, Decision, Filter, Hit, Query};
pub use threshold::{Bins, Interval, ThresholdReport, ThresholdRequest};

use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::neighbours::{Index, Rows, Source};

/// Names and values that describe an instance: `{"style": "pencil"}`.
pub type Attributes = BTreeMap<String, String>;

/// The most bytes that the embeddings of a gallery may take: 1 GiB.
const LIMIT: u64 = 1 << 30;
/// Deleted instances that are kept for undoing before the oldest steps are forgotten, as long as there are not as many others.
const SPARE: usize = 1 << 10;

/// An instance, without its embedding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its name among the instances: unique.
    pub id: String,
    /// The name of its class.
    pub name: String,
    /// Its attributes.
    #[serde(default)]
    pub attributes: Attributes,
}

/// A place for an instance.
#[derive(Clone, Debug)]
struct Slot {
    /// Counts additions: no two instances ever share one.
    key: u64,
    entry: Entry,
    /// Whether it is in the gallery; deleted ones wait for an undo.
    live: bool,
}

/// The settings of a gallery.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GalleryConfig {
    /// Numbers of an embedding.
    pub dim: usize,
    /// How embeddings are compared; a similarity counts as in [`crate::neighbours`].
    pub distance: Distance,
    /// The nearest instance must be no farther than this, in the unit of the distance (of the score, with a cohort); none accepts all.
    #[serde(default)]
    pub threshold: Option<f64>,
}

/// Embeddings with class names, which come and go. See the [module](self).
///
/// ```
/// use metriclab::distances::Distance;
/// use metriclab::gallery::{Change, Decision, Gallery, GalleryConfig, Query};
/// use metriclab::neighbours::Rows;
///
/// let config = GalleryConfig { dim: 2, distance: Distance::Euclidean, threshold: Some(1.0) };
/// let mut gallery = Gallery::new(config)?;
/// let rows = Rows::new("embeddings", &[0.0, 0.0, 5.0, 5.0], 2)?;
/// gallery.apply(&[Change::add("ann"), Change::add("ben")], rows)?;
/// let ask = |x: [f32; 2]| gallery.query(Rows::new("queries", &x, 2)?, &Query::nearest(1));
/// assert!(matches!(&ask([0.1, 0.0])?[0].decision, Decision::Known { name, .. } if name == "ann"));
/// assert!(matches!(&ask([2.0, 2.0])?[0].decision, Decision::Unknown { .. }));
/// # Ok::<(), metriclab::Error>(())
/// ```
pub struct Gallery {
    config: GalleryConfig,
    /// In the order of addition.
    slots: Vec<Slot>,
    /// The embeddings, a row a slot.
    vectors: Vec<f32>,
    /// The slots of the live instances.
    by_id: HashMap<String, usize>,
    /// How many live instances each class has; no class has none.
    classes: BTreeMap<String, usize>,
    next_key: u64,
    history: History,
    cohort: Option<Cohort>,
    /// The rows in the form in which a search reads them; filled by the first query after a change.
    index: RefCell<Index>,
}

/// The rows of the slots, for the index. They were checked when they came.
struct Stored<'a> {
    values: &'a [f32],
    dim: usize,
}

impl Source for Stored<'_> {
    fn count(&self) -> usize {
        self.values.len() / self.dim
    }

    fn dim(&self) -> usize {
        self.dim
    }

    fn rows(&self, range: Range<usize>) -> Result<Cow<'_, [f32]>> {
        Ok(Cow::Borrowed(&self.values[range.start * self.dim..range.end * self.dim]))
    }
}

impl Gallery {
    /// An empty gallery.
    ///
    /// # Errors
    /// `config.invalid` for a dimension of 0, a threshold that is NaN, or a bad setting of the distance.
    pub fn new(config: GalleryConfig) -> Result<Self> {
        if config.dim == 0 {
            return Err(Error::config("dim", "must be at least 1, is 0"));
        }
        config.distance.validate()?;
        check_threshold(config.threshold)?;
        Ok(Self {
            config,
            slots: Vec::new(),
            vectors: Vec::new(),
            by_id: HashMap::new(),
            classes: BTreeMap::new(),
            next_key: 0,
            history: History::default(),
            cohort: None,
            index: RefCell::new(Index::new(config.distance)),
        })
    }

    /// Its settings.
    pub fn config(&self) -> GalleryConfig {
        self.config
    }

    /// How many instances there are.
    pub fn count(&self) -> usize {
        self.by_id.len()
    }

    /// The classes in the order of their names, each with the count of its instances.
    pub fn classes(&self) -> &BTreeMap<String, usize> {
        &self.classes
    }

    /// The instances in the order of addition, each with its key: a number that never changes and is never given twice.
    pub fn entries(&self) -> impl Iterator<Item = (u64, &Entry)> {
        self.live().map(|slot| (self.slots[slot].key, &self.slots[slot].entry))
    }

    /// The embedding of an instance.
    ///
    /// # Errors
    /// `gallery.no_entry`.
    pub fn vector(&self, id: &str) -> Result<&[f32]> {
        Ok(self.row(self.slot(id)?))
    }

    /// The embeddings of all instances, in the order of [`entries`](Self::entries).
    pub fn vectors(&self) -> Vec<f32> {
        self.rows().into_owned()
    }

    /// As [`Self::vectors`], without a copy where nothing was removed since the last [`Self::compact`].
    fn rows(&self) -> Cow<'_, [f32]> {
        if self.slots.iter().all(|slot| slot.live) {
            return Cow::Borrowed(&self.vectors);
        }
        self.live().flat_map(|slot| self.row(slot)).copied().collect()
    }

    /// The instances with these keys and their embeddings; keys that are no longer in the gallery are left out.
    pub fn by_keys(&self, keys: &[u64]) -> (Vec<(u64, &Entry)>, Vec<f32>) {
        let place = |&key: &u64| self.slots.binary_search_by_key(&key, |slot| slot.key).ok();
        let slots: Vec<usize> = keys.iter().filter_map(place).filter(|&at| self.slots[at].live).collect();
        let entries = slots.iter().map(|&at| (self.slots[at].key, &self.slots[at].entry)).collect();
        (entries, slots.iter().flat_map(|&at| self.row(at)).copied().collect())
    }

    /// Sets the distance up to which a query is answered by a name; none accepts all.
    ///
    /// # Errors
    /// `config.invalid` for NaN.
    pub fn set_threshold(&mut self, threshold: Option<f64>) -> Result<()> {
        check_threshold(threshold)?;
        self.config.threshold = threshold;
        Ok(())
    }

    /// Does all changes, in order, or none. Each [`Change::Add`] and [`Change::Replace`] takes the next row of `vectors`.
    ///
    /// # Errors
    /// `shape.mismatch` unless there are as many rows as such changes, of the right length; `gallery.taken` for an id or a class
    /// that is there already; `gallery.no_entry`, `gallery.no_class`; `config.invalid` for an empty name; `data.too_large`;
    /// `rows.not_histogram` for rows that the distance does not compare.
    pub fn apply(&mut self, changes: &[Change], vectors: Rows<'_>) -> Result<Difference> {
        let wanted = changes.iter().filter(|change| change.takes_row()).count();
        if vectors.count() != wanted {
            return Err(Error::shape("vectors", wanted, vectors.count()));
        }
        if wanted > 0 {
            self.check_rows("vectors", vectors)?;
        }
        let added = changes.iter().filter(|change| matches!(change, Change::Add { .. })).count();
        let bytes = (self.slots.len() + added) as u64 * self.config.dim as u64 * size_of::<f32>() as u64;
        if bytes > LIMIT {
            return Err(Error::DataTooLarge { bytes, limit: LIMIT });
        }
        let before = (self.slots.len(), self.next_key);
        let mut step = Step::default();
        let mut rows = vectors.values().chunks_exact(self.config.dim);
        for (at, change) in changes.iter().enumerate() {
            if let Err(error) = self.make(at, change, &mut rows, &mut step) {
                self.take_back(step, before);
                return Err(error);
            }
        }
        if let Err(error) = self.refresh(&step) {
            self.take_back(step, before);
            return Err(error);
        }
        let difference = self.difference(&step);
        if !step.is_empty() {
            self.history.push(step);
        }
        self.tidy();
        Ok(difference)
    }

    /// Takes the last step back. None if there is none.
    ///
    /// # Errors
    /// As [`set_cohort`](Self::set_cohort), for an embedding that comes back; the step is then left as it is.
    pub fn undo(&mut self) -> Result<Option<Difference>> {
        let Some(mut step) = self.history.done.pop_back() else { return Ok(None) };
        self.turn_back(&mut step);
        if let Err(error) = self.refresh(&step) {
            self.turn_forth(&mut step);
            self.history.done.push_back(step);
            return Err(error);
        }
        let difference = self.difference(&step);
        self.history.undone.push(step);
        Ok(Some(difference))
    }

    /// Does again what was undone last, unless something else was done since. None if there is nothing.
    ///
    /// # Errors
    /// As [`undo`](Self::undo).
    pub fn redo(&mut self) -> Result<Option<Difference>> {
        let Some(mut step) = self.history.undone.pop() else { return Ok(None) };
        self.turn_forth(&mut step);
        if let Err(error) = self.refresh(&step) {
            self.turn_back(&mut step);
            self.history.undone.push(step);
            return Err(error);
        }
        let difference = self.difference(&step);
        self.history.done.push_back(step);
        Ok(Some(difference))
    }

    /// How many steps can be undone, and redone.
    pub fn steps(&self) -> (usize, usize) {
        (self.history.done.len(), self.history.undone.len())
    }

    /// Forgets deleted instances for good, and all that could be undone or redone. Returns how many instances were forgotten.
    pub fn compact(&mut self) -> usize {
        self.history = History::default();
        self.purge()
    }

    /// The key that the next instance gets.
    pub fn next_key(&self) -> u64 {
        self.next_key
    }

    /// Bytes that its embeddings take, the deleted ones included.
    pub fn bytes(&self) -> u64 {
        self.vectors.len() as u64 * size_of::<f32>() as u64
    }

    fn check_rows(&self, what: &str, rows: Rows<'_>) -> Result<()> {
        if rows.dim() != self.config.dim {
            return Err(Error::shape(format!("A row of {what}"), self.config.dim, rows.dim()));
        }
        rows.suit(what, self.config.distance)
    }

    fn live(&self) -> impl Iterator<Item = usize> {
        (0..self.slots.len()).filter(|&slot| self.slots[slot].live)
    }

    fn row(&self, slot: usize) -> &[f32] {
        &self.vectors[slot * self.config.dim..(slot + 1) * self.config.dim]
    }

    /// The rows from `slot` on are others now.
    fn changed_from(&mut self, slot: usize) {
        self.index.get_mut().forget_from(slot, self.config.dim);
    }

    fn slot(&self, id: &str) -> Result<usize> {
        self.by_id.get(id).copied().ok_or_else(|| Error::GalleryNoEntry(id.into()))
    }

    /// Computes again what the cohort says of the rows that a step touched.
    fn refresh(&mut self, step: &Step) -> Result<()> {
        let Some(mut cohort) = self.cohort.take() else { return Ok(()) };
        let done = cohort.refresh(self, step.slots());
        self.cohort = Some(cohort);
        done
    }

    /// Takes a step back that was never confirmed, and forgets the slots and keys from `before` on.
    fn take_back(&mut self, mut step: Step, (slots, next_key): (usize, u64)) {
        self.turn_back(&mut step);
        self.slots.truncate(slots);
        self.vectors.truncate(slots * self.config.dim);
        self.changed_from(slots);
        self.next_key = next_key;
    }

    /// Forgets old steps while more instances wait for an undo than are in the gallery.
    fn tidy(&mut self) {
        let crowded = |gallery: &Self| gallery.slots.len() - gallery.count() > gallery.count() + SPARE;
        if crowded(self) {
            self.purge();
        }
        while crowded(self) && self.history.forget_older_half() {
            self.purge();
        }
    }

    /// Drops the slots that no step can bring back. Returns how many.
    fn purge(&mut self) -> usize {
        let mut kept: Vec<bool> = self.slots.iter().map(|slot| slot.live).collect();
        self.history.steps().flat_map(Step::slots).for_each(|slot| kept[slot] = true);
        let mut places = vec![usize::MAX; kept.len()];
        let mut next = 0;
        for (slot, _) in kept.iter().enumerate().filter(|(_, kept)| **kept) {
            places[slot] = next;
            let dim = self.config.dim;
            self.vectors.copy_within(slot * dim..(slot + 1) * dim, next * dim);
            next += 1;
        }
        let forgotten = kept.len() - next;
        self.changed_from(0);
        let mut kept = kept.into_iter();
        self.slots.retain(|_| kept.next().unwrap_or(false));
        self.vectors.truncate(next * self.config.dim);
        self.vectors.shrink_to_fit();
        self.by_id.values_mut().for_each(|slot| *slot = places[*slot]);
        self.history.steps_mut().for_each(|step| step.relocate(&places));
        if let Some(cohort) = &mut self.cohort {
            cohort.relocate(&places, next);
        }
        forgotten
    }
}

fn check_threshold(threshold: Option<f64>) -> Result<()> {
    match threshold {
        Some(threshold) if threshold.is_nan() => Err(Error::config("threshold", "must be a number, is NaN")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
