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

/// What is asked.
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
    /// What else is known of it.
    pub attributes: Attributes,
    /// How far it is from the query.
    pub distance: f64,
    /// The distance normalised by the cohort; none without a cohort. Answers are sorted by it.
    pub score: Option<f64>,
}

impl Hit {
    /// What the threshold is compared with.
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
        self.answer_each(rows, query, self.config.threshold, |mut hits, decision| {
            hits.truncate(query.k);
            Answer { hits, decision }
        })
    }

    /// Calls `answer` with the decision of each row and its hits: at least k, among them all that are nearest.
    pub(super) fn answer_each<T>(
        &self,
        rows: Rows<'_>,
        query: &Query,
        threshold: Option<f64>,
        mut answer: impl FnMut(Vec<Hit>, Decision) -> T,
    ) -> Result<Vec<T>> {
        self.check_rows("queries", rows)?;
        let allowed: Vec<bool> =
            self.slots.iter().map(|slot| slot.live && query.filter.lets(&slot.entry)).collect();
        let count = allowed.iter().filter(|&&allowed| allowed).count();
        if query.k == 0 {
            return Err(Error::KOutOfRange { k: 0, max: count.max(1) });
        }
        let each = (0..rows.count()).map(|at| {
            if count == 0 {
                return Ok(answer(Vec::new(), Decision::Empty));
            }
            let hits = self.nearest(rows.slice(at, 1), &allowed, query.k.min(count), count)?;
            let decision = decide(&hits, threshold);
            Ok(answer(hits, decision))
        });
        each.collect()
    }

    /// At least `k` hits of one row, among them all that are nearest.
    fn nearest(&self, row: Rows<'_>, allowed: &[bool], k: usize, count: usize) -> Result<Vec<Hit>> {
        // Scores have an order of their own, so that all distances are needed.
        let mut seen = if self.cohort.is_some() { count } else { k };
        loop {
            let hits = self.hits(row, allowed, seen)?;
            if seen == count || hits[seen - 1].rank() > hits[0].rank() {
                return Ok(hits);
            }
            seen = count.min(2 * seen);
        }
    }

    fn hits(&self, row: Rows<'_>, allowed: &[bool], k: usize) -> Result<Vec<Hit>> {
        let stored = Stored { values: &self.vectors, dim: self.config.dim };
        let found = self.index.borrow_mut().nearest(&stored, row.values(), k, |slot| allowed[slot])?;
        let near = found.indices.iter().map(|&slot| slot as usize).zip(found.distances);
        let mut scored: Vec<(usize, f64, Option<f64>)> = match &self.cohort {
            None => near.map(|(slot, distance)| (slot, f64::from(distance), None)).collect(),
            Some(cohort) => {
                let of = cohort.of_row(row, self.config.distance)?;
                let score = |(slot, distance)| {
                    let distance = f64::from(distance);
                    (slot, distance, Some(cohort.score(distance, of, slot)))
                };
                near.map(score).collect()
            }
        };
        scored.sort_by(|x, y| x.2.partial_cmp(&y.2).unwrap_or(std::cmp::Ordering::Equal));
        let hit = |(slot, distance, score): (usize, f64, Option<f64>)| {
            let Entry { id, name, attributes } = self.slots[slot].entry.clone();
            Hit { id, name, attributes, distance, score }
        };
        Ok(scored.into_iter().map(hit).collect())
    }
}

/// The hits that are nearest, at one distance.
pub(super) fn at_front(hits: &[Hit]) -> impl Iterator<Item = &Hit> {
    hits.iter().take_while(|hit| hit.rank() == hits[0].rank())
}

fn decide(hits: &[Hit], threshold: Option<f64>) -> Decision {
    // As f32, in which distances are computed: a pair that set the threshold is within it.
    if threshold.is_some_and(|threshold| hits[0].rank() as f32 > threshold as f32) {
        return Decision::Unknown { nearest: hits[0].name.clone() };
    }
    let mut names: Vec<&String> = at_front(hits).map(|hit| &hit.name).collect();
    names.sort_unstable();
    names.dedup();
    match names[..] {
        [name] => Decision::Known { name: name.clone() },
        _ => Decision::Tied { names: names.into_iter().cloned().collect() },
    }
}
