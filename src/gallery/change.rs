//! Changes of a gallery, done as a whole or not at all, and taken back.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{Attributes, Entry, Gallery, Slot};
use crate::error::{Error, Result};

/// Steps that can be undone.
const STEPS: usize = 200;
/// Characters of an id or a name.
const LONGEST: usize = 1_000;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum Change {
    /// A new instance, with the next row.
    Add {
        /// Its id; without one it gets the next of `1`, `2`, …
        #[serde(default)]
        id: Option<String>,
        /// Its class, which may be new.
        name: String,
        /// Its attributes.
        #[serde(default)]
        attributes: Attributes,
    },
    /// Another embedding for an instance: the next row.
    Replace {
        /// Which one.
        id: String,
    },
    /// Another class for an instance; the class may be new.
    Move {
        /// Which one.
        id: String,
        /// The class.
        name: String,
    },
    /// Other attributes for an instance.
    Describe {
        /// Which one.
        id: String,
        /// All of them.
        attributes: Attributes,
    },
    /// Deletes an instance.
    Remove {
        /// Which one.
        id: String,
    },
    /// Another name for a class.
    Rename {
        /// The name it has.
        from: String,
        /// The new one, which no class may have.
        to: String,
    },
    /// Moves all instances of a class to another one.
    Merge {
        /// The class that ends.
        from: String,
        /// The class that takes its instances.
        into: String,
    },
    /// Deletes a class with all its instances.
    RemoveClass {
        /// Which one.
        name: String,
    },
}

impl Change {
    /// A new instance of a class.
    pub fn add(name: impl Into<String>) -> Self {
        Self::Add { id: None, name: name.into(), attributes: Attributes::new() }
    }

    /// Whether it takes a row.
    pub(super) fn takes_row(&self) -> bool {
        matches!(self, Self::Add { .. } | Self::Replace { .. })
    }
}

/// The effect of a step on a gallery, by the keys of [`Gallery::entries`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// Ids of the new instances, in order.
    pub added: Vec<String>,
    /// Instances that are there and were not, or changed.
    pub put: Vec<u64>,
    /// Instances that are no longer there.
    pub removed: Vec<u64>,
}

/// The smallest part of a change. Doing it twice does nothing: it swaps what it holds with what the gallery has.
#[derive(Clone, Debug)]
pub(super) enum Edit {
    Presence(usize),
    Vector(usize, Vec<f32>),
    Name(usize, String),
    Attributes(usize, Attributes),
}

impl Edit {
    fn slot_mut(&mut self) -> &mut usize {
        match self {
            Self::Presence(slot)
            | Self::Vector(slot, _)
            | Self::Name(slot, _)
            | Self::Attributes(slot, _) => slot,
        }
    }

    fn slot(&self) -> usize {
        match self {
            Self::Presence(slot)
            | Self::Vector(slot, _)
            | Self::Name(slot, _)
            | Self::Attributes(slot, _) => *slot,
        }
    }
}

/// Changes that were done together.
#[derive(Clone, Debug, Default)]
pub(super) struct Step {
    pub(super) edits: Vec<Edit>,
    /// Slots that the step added.
    added: Vec<usize>,
}

impl Step {
    pub(super) fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// The slots it touches; some more than once.
    pub(super) fn slots(&self) -> impl Iterator<Item = usize> {
        self.edits.iter().map(Edit::slot)
    }

    /// Follows slots to their new places.
    pub(super) fn relocate(&mut self, places: &[usize]) {
        self.edits
            .iter_mut()
            .map(Edit::slot_mut)
            .chain(&mut self.added)
            .for_each(|slot| *slot = places[*slot]);
    }
}

/// The steps that can be undone and redone.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    /// The last one is undone first.
    pub(super) done: VecDeque<Step>,
    /// The last one is redone first.
    pub(super) undone: Vec<Step>,
}

impl History {
    /// A new step; what was undone before it is forgotten.
    pub(super) fn push(&mut self, step: Step) {
        self.undone.clear();
        self.done.push_back(step);
        if self.done.len() > STEPS {
            self.done.pop_front();
        }
    }

    /// Whether there was a step to forget.
    pub(super) fn forget_older_half(&mut self) -> bool {
        self.done.drain(..self.done.len().div_ceil(2)).next().is_some()
    }

    pub(super) fn steps(&self) -> impl Iterator<Item = &Step> {
        self.done.iter().chain(&self.undone)
    }

    pub(super) fn steps_mut(&mut self) -> impl Iterator<Item = &mut Step> {
        self.done.iter_mut().chain(&mut self.undone)
    }
}

impl Gallery {
    /// Does one change and notes its edits.
    pub(super) fn make<'a>(
        &mut self,
        at: usize,
        change: &Change,
        rows: &mut impl Iterator<Item = &'a [f32]>,
        step: &mut Step,
    ) -> Result<()> {
        match change {
            Change::Add { id, name, attributes } => {
                check_text(at, "name", name)?;
                let id = self.new_id(at, id.as_deref())?;
                let entry = Entry { id, name: name.clone(), attributes: attributes.clone() };
                self.add(entry, rows.next().unwrap_or_default(), step);
            }
            Change::Replace { id } => {
                let slot = self.slot(id)?;
                let row = rows.next().unwrap_or_default().to_vec();
                self.edit(Edit::Vector(slot, row), step);
            }
            Change::Move { id, name } => {
                check_text(at, "name", name)?;
                let slot = self.slot(id)?;
                self.edit(Edit::Name(slot, name.clone()), step);
            }
            Change::Describe { id, attributes } => {
                let slot = self.slot(id)?;
                self.edit(Edit::Attributes(slot, attributes.clone()), step);
            }
            Change::Remove { id } => {
                let slot = self.slot(id)?;
                self.edit(Edit::Presence(slot), step);
            }
            Change::Rename { from, to } => {
                check_text(at, "to", to)?;
                if from != to && self.classes.contains_key(to) {
                    return Err(Error::GalleryTaken(format!("class {to}")));
                }
                self.move_class(from, to, step)?;
            }
            Change::Merge { from, into } => {
                if !self.classes.contains_key(into) {
                    return Err(Error::GalleryNoClass(into.clone()));
                }
                self.move_class(from, into, step)?;
            }
            Change::RemoveClass { name } => {
                for slot in self.slots_of(name)? {
                    self.edit(Edit::Presence(slot), step);
                }
            }
        }
        Ok(())
    }

    fn new_id(&self, at: usize, wanted: Option<&str>) -> Result<String> {
        if let Some(id) = wanted {
            check_text(at, "id", id)?;
            return if self.by_id.contains_key(id) {
                Err(Error::GalleryTaken(format!("id {id}")))
            } else {
                Ok(id.into())
            };
        }
        let free = |number: &u64| !self.by_id.contains_key(&number.to_string());
        Ok((self.next_key + 1..=u64::MAX).find(free).unwrap_or_default().to_string())
    }

    fn add(&mut self, entry: Entry, row: &[f32], step: &mut Step) {
        let slot = self.slots.len();
        self.slots.push(Slot { key: self.next_key, entry, live: false });
        self.next_key += 1;
        self.vectors.extend_from_slice(row);
        self.changed_from(slot);
        step.added.push(slot);
        self.edit(Edit::Presence(slot), step);
    }

    fn move_class(&mut self, from: &str, to: &str, step: &mut Step) -> Result<()> {
        for slot in self.slots_of(from)? {
            self.edit(Edit::Name(slot, to.into()), step);
        }
        Ok(())
    }

    fn slots_of(&self, name: &str) -> Result<Vec<usize>> {
        if !self.classes.contains_key(name) {
            return Err(Error::GalleryNoClass(name.into()));
        }
        Ok(self.live().filter(|&slot| self.slots[slot].entry.name == name).collect())
    }

    fn edit(&mut self, mut edit: Edit, step: &mut Step) {
        self.flip(&mut edit);
        step.edits.push(edit);
    }

    /// Does an edit, or takes it back.
    pub(super) fn flip(&mut self, edit: &mut Edit) {
        match edit {
            Edit::Presence(slot) => {
                let Slot { entry, live, .. } = &mut self.slots[*slot];
                *live = !*live;
                let (name, live) = (entry.name.clone(), *live);
                if live {
                    self.by_id.insert(entry.id.clone(), *slot);
                } else {
                    self.by_id.remove(&entry.id);
                }
                self.count_class(&name, live);
            }
            Edit::Vector(slot, other) => {
                let dim = self.config.dim;
                self.vectors[*slot * dim..(*slot + 1) * dim].swap_with_slice(other);
                self.changed_from(*slot);
            }
            Edit::Name(slot, other) => {
                std::mem::swap(&mut self.slots[*slot].entry.name, other);
                let new = self.slots[*slot].entry.name.clone();
                self.count_class(other, false);
                self.count_class(&new, true);
            }
            Edit::Attributes(slot, other) => {
                std::mem::swap(&mut self.slots[*slot].entry.attributes, other);
            }
        }
    }

    /// One instance of a class more, or less.
    fn count_class(&mut self, name: &str, more: bool) {
        let count = self.classes.entry(name.into()).or_default();
        if more {
            *count += 1;
        } else if *count > 1 {
            *count -= 1;
        } else {
            self.classes.remove(name);
        }
    }

    /// Takes a step back.
    pub(super) fn turn_back(&mut self, step: &mut Step) {
        for edit in step.edits.iter_mut().rev() {
            self.flip(edit);
        }
    }

    /// Does a step again.
    pub(super) fn turn_forth(&mut self, step: &mut Step) {
        for edit in &mut step.edits {
            self.flip(edit);
        }
    }

    /// The effect of a step that was just done or taken back.
    pub(super) fn difference(&self, step: &Step) -> Difference {
        let mut touched: Vec<usize> = step.slots().collect();
        touched.sort_unstable();
        touched.dedup();
        let (put, removed): (Vec<usize>, Vec<usize>) =
            touched.into_iter().partition(|&slot| self.slots[slot].live);
        let keys = |slots: Vec<usize>| slots.into_iter().map(|slot| self.slots[slot].key).collect();
        let added = step.added.iter().filter(|&&slot| self.slots[slot].live);
        Difference {
            added: added.map(|&slot| self.slots[slot].entry.id.clone()).collect(),
            put: keys(put),
            removed: keys(removed),
        }
    }
}

fn check_text(at: usize, field: &str, text: &str) -> Result<()> {
    let length = text.chars().count();
    if (1..=LONGEST).contains(&length) {
        return Ok(());
    }
    Err(Error::config(
        format!("changes[{at}].{field}"),
        format!("must have 1 to {LONGEST} characters, has {length}"),
    ))
}
