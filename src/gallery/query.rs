//! Who is it? The nearest instances, and a decision that may be "unknown".

use serde::{Deserialize, Serialize};

use super::{Attributes, Entry, Gallery, Stored};
use crate::error::{Error, Result};
use crate::neighbours::Rows;

/// Which instances may answer. An empty filter lets all through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Classes; none for all.
    pub names: Option<Vec<String>>,
    /// Attributes that an instance must have.
    pub attributes: Attributes,
    /// Ids that may not answer: the query's own, say.
    pub without: Vec<String>,
}

impl Filter {
    fn lets(&self, entry: &Entry) -> bool {
        self.names.as_ref().is_none_or(|names| names.contains(&entry.name))
            && self.attributes.iter().all(|(key, value)| entry.attributes.get(key) == Some(value))
            && !self.without.contains(&entry.id)
    }
}

/// A question to a gallery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// The most instances that are listed; fewer if there are not as many.
    pub k: usize,
    /// Which instances may answer.
    #[serde(default)]
    pub filter: Filter,
}

impl Query {
    /// The `k` nearest of all instances.
    pub fn nearest(k: usize) -> Self {
        Self { k, filter: Filter::default() }
    }
}

/// An instance of an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// Its id.
    pub id: String,
    /// Its class.
    pub name: String,
    /// Its attributes.
    pub attributes: Attributes,
    /// How far it is from the query.
    pub distance: f64,
    /// The distance normalised by the cohort; none without a cohort. Answers are sorted by it.
    pub score: Option<f64>,
}

/// An instance that was found, before its entry is copied.
pub(super) struct Near {
    pub(super) slot: usize,
    distance: f64,
    score: Option<f64>,
}

impl Near {
    /// The score, or without a cohort the distance: instances are sorted by it, and the threshold is compared with it.
    pub(super) fn rank(&self) -> f64 {
        self.score.unwrap_or(self.distance)
    }
}

/// Who it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Decision {
    /// The class of the nearest instance, which is within the threshold.
    Known {
        /// The class.
        name: String,
    },
    /// The nearest instance is beyond the threshold.
    Unknown {
        /// Its class.
        nearest: String,
    },
    /// Instances of several classes are nearest, at one distance within the threshold.
    Tied {
        /// The classes, by name.
        names: Vec<String>,
    },
    /// The gallery has no instance that may answer.
    Empty,
}

/// The answer to a row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// Nearest first; instances at one distance in the order of addition.
    pub hits: Vec<Hit>,
    /// Who it is.
    pub decision: Decision,
}

impl Gallery {
    /// Answers each row, exactly.
    ///
    /// # Errors
    /// `k.out_of_range` for a k of 0; `shape.mismatch` for rows of another length; `rows.not_histogram` for rows that the
    /// distance does not compare; `distance.out_of_range` if f32 cannot hold a distance of the answer; with a cohort also
    /// `data.insufficient` for a row that is equally far from all of it.
    pub fn query(&self, rows: Rows<'_>, query: &Query) -> Result<Vec<Answer>> {
        self.answer_each(rows, query, |found| Answer {
            hits: found.iter().take(query.k).map(|near| self.hit(near)).collect(),
            decision: self.decide(found),
        })
    }

    /// Calls `answer` with the instances that each row finds: at least k, or all, and among them all that are nearest.
    pub(super) fn answer_each<T>(
        &self,
        rows: Rows<'_>,
        query: &Query,
        mut answer: impl FnMut(&[Near]) -> T,
    ) -> Result<Vec<T>> {
        self.check_rows("queries", rows)?;
        let allowed: Vec<bool> =
            self.slots.iter().map(|slot| slot.live && query.filter.lets(&slot.entry)).collect();
        let count = allowed.iter().filter(|&&allowed| allowed).count();
        if query.k == 0 {
            return Err(Error::KOutOfRange { k: 0, max: usize::MAX });
        }
        if count == 0 {
            return Ok((0..rows.count()).map(|_| answer(&[])).collect());
        }
        let each = (0..rows.count()).map(|at| {
            let found = self.nearest(rows.slice(at, 1), &allowed, query.k.min(count), count)?;
            Ok(answer(&found))
        });
        each.collect()
    }

    /// At least `k` instances for one row, among them all that are nearest.
    fn nearest(&self, row: Rows<'_>, allowed: &[bool], k: usize, count: usize) -> Result<Vec<Near>> {
        // Scores have an order of their own, so that all distances are needed.
        let mut seen = if self.cohort.is_some() { count } else { k };
        loop {
            let found = self.search(row, allowed, seen)?;
            if seen == count || found[seen - 1].rank() > found[0].rank() {
                return Ok(found);
            }
            seen = count.min(2 * seen);
        }
    }

    fn search(&self, row: Rows<'_>, allowed: &[bool], k: usize) -> Result<Vec<Near>> {
        let stored = Stored { values: &self.vectors, dim: self.config.dim };
        let found = self.index.borrow_mut().nearest(&stored, row.values(), k, |slot| allowed[slot])?;
        let places = found.indices.iter().map(|&slot| slot as usize).zip(found.distances);
        let mut near: Vec<Near> = places
            .map(|(slot, distance)| Near { slot, distance: f64::from(distance), score: None })
            .collect();
        if let Some(cohort) = &self.cohort {
            let of_row = cohort.of_row(row, self.config.distance)?;
            for near in &mut near {
                near.score = Some(cohort.score(near.distance, of_row, near.slot));
            }
            near.sort_by(|x, y| x.rank().partial_cmp(&y.rank()).unwrap_or(std::cmp::Ordering::Equal));
        }
        Ok(near)
    }

    fn hit(&self, near: &Near) -> Hit {
        let Entry { id, name, attributes } = self.slots[near.slot].entry.clone();
        Hit { id, name, attributes, distance: near.distance, score: near.score }
    }

    pub(super) fn name(&self, near: &Near) -> &String {
        &self.slots[near.slot].entry.name
    }

    fn decide(&self, found: &[Near]) -> Decision {
        let Some(nearest) = found.first() else { return Decision::Empty };
        // As f32, in which distances are computed: a pair that set the threshold is within it.
        if self.config.threshold.is_some_and(|threshold| nearest.rank() as f32 > threshold as f32) {
            return Decision::Unknown { nearest: self.name(nearest).clone() };
        }
        let mut names: Vec<&String> = at_front(found).map(|near| self.name(near)).collect();
        names.sort_unstable();
        names.dedup();
        match names[..] {
            [name] => Decision::Known { name: name.clone() },
            _ => Decision::Tied { names: names.into_iter().cloned().collect() },
        }
    }
}

/// The instances that are nearest, at one distance.
pub(super) fn at_front(found: &[Near]) -> impl Iterator<Item = &Near> {
    found.iter().take_while(|near| near.rank() == found[0].rank())
}
