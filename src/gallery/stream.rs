//! Known and unknown visitors, one after the other: how many are named rightly, how many strangers raise an alarm.

use super::Gallery;
use super::query::{Query, at_front};
use crate::error::{Error, Result};
use crate::evaluation::open_set::{Identified, OpenSet, curve_of};
use crate::neighbours::Rows;

impl Gallery {
    /// Identifies visitors whose class is known to the caller: `names[i]` is the class of row i, none for a stranger. A class that
    /// the gallery does not have is a stranger's too. DIR and FAR at every threshold; see [`crate::evaluation::open_set`].
    ///
    /// # Errors
    /// `shape.mismatch` unless there is a name a row; `data.insufficient` unless there are known visitors and strangers; as
    /// [`query`](Self::query).
    pub fn identify(&self, rows: Rows<'_>, names: &[Option<String>]) -> Result<OpenSet> {
        if names.len() != rows.count() {
            return Err(Error::shape("names", rows.count(), names.len()));
        }
        let mut names = names.iter();
        let visitors = self.answer_each(rows, &Query::nearest(1), |found| {
            let name = names.next().and_then(Option::as_ref).filter(|name| self.classes.contains_key(*name));
            let right = at_front(found).filter(|near| Some(self.name(near)) == name).count();
            let right = right as f64 / at_front(found).count().max(1) as f64;
            found.first().map(|near| Identified { distance: near.rank(), right, is_known: name.is_some() })
        })?;
        curve_of(visitors.into_iter().flatten().collect())
    }
}
