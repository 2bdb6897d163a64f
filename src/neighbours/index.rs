//! References that are prepared once and searched many times, one query at a time.

use std::borrow::Cow;
use std::ops::Range;

use metriclab_loops::heaps::NearestHeaps;
use metriclab_loops::tiles::LANES;

use super::host::offer;
use super::prepared::{Segment, exact, is_held};
use super::tiles::visit_segment;
use super::{NEIGHBOUR, Neighbours, Rows, affordable};
use crate::distances::Distance;
use crate::error::{Error, Result};

/// Numbers of a segment: 4 MiB. While it is prepared, it exists three times.
const SEGMENT: usize = 1 << 20;
/// Bytes that an index keeps: 64 MiB. Segments beyond are prepared anew for each search.
const KEPT: usize = 64 << 20;

/// Owner of rows that an index is made of. The rows never change while the index lives.
pub(crate) trait Source {
    /// Count of rows.
    fn count(&self) -> usize;

    /// Numbers of a row.
    fn dim(&self) -> usize;

    /// Rows `range`, one after the other.
    ///
    /// # Errors
    /// As making the rows has them; never for rows that were made before.
    fn rows(&self, range: Range<usize>) -> Result<Cow<'_, [f32]>>;
}

impl Source for Rows<'_> {
    fn count(&self) -> usize {
        Rows::count(self)
    }

    fn dim(&self) -> usize {
        Rows::dim(self)
    }

    fn rows(&self, range: Range<usize>) -> Result<Cow<'_, [f32]>> {
        Ok(Cow::Borrowed(self.slice(range.start, range.len()).values()))
    }
}

/// Rows in the form in which a search reads them. It begins empty, and the first search fills it.
pub(crate) struct Index {
    distance: Distance,
    segments: Vec<Segment>,
    /// Bytes that `segments` may take.
    limit: usize,
}

impl Index {
    pub(crate) fn new(distance: Distance) -> Self {
        Self { distance, segments: Vec::new(), limit: KEPT }
    }

    /// The `k` nearest rows of `source` to `query`, nearest first, ties by index, of those that `keep` lets through. The answer
    /// is that of [`nearest_where`](super::nearest_where).
    ///
    /// # Errors
    /// As [`nearest_where`](super::nearest_where), with `query` 0 in `distance.out_of_range`; those of the source.
    pub(crate) fn nearest(
        &mut self,
        source: &dyn Source,
        query: &[f32],
        k: usize,
        keep: impl Fn(usize) -> bool,
    ) -> Result<Neighbours> {
        let (count, dim) = (source.count(), source.dim());
        let query = Rows::new("queries", query, dim)?;
        query.suit("queries", self.distance)?;
        if query.count() != 1 {
            return Err(Error::shape("The queries", 1, query.count()));
        }
        if k == 0 || k > count {
            return Err(Error::KOutOfRange { k, max: count });
        }
        affordable(1, k, NEIGHBOUR)?;
        let rows = rows_of_a_segment(dim);
        let mut heap = NearestHeaps::new(1, k);
        for (at, first) in (0..count).step_by(rows).enumerate() {
            let beyond = if at < self.segments.len() {
                None
            } else {
                self.prepare(at, source, first..count.min(first + rows))?
            };
            let segment = beyond.as_ref().unwrap_or_else(|| &self.segments[at]);
            visit_segment(query, segment, self.distance, (source, first), |_, start, distances| {
                offer(&mut heap, 0, first + start, distances, &keep);
            })?;
        }
        let (found, lengths) = heap.into_sorted();
        if lengths[0] < k {
            return Err(Error::KOutOfRange { k, max: lengths[0] });
        }
        for candidate in &found {
            let reference = candidate.index as usize;
            let row = || source.rows(reference..reference + 1);
            if !is_held(candidate.distance, || Ok(exact(self.distance, query.values(), &row()?)))? {
                return Err(Error::DistanceOutOfRange { query: 0, reference });
            }
        }
        Ok(Neighbours {
            k,
            indices: found.iter().map(|candidate| candidate.index).collect(),
            distances: found.iter().map(|candidate| candidate.distance).collect(),
        })
    }

    /// The rows of the source from `row` on are others now, or are gone.
    pub(crate) fn forget_from(&mut self, row: usize, dim: usize) {
        self.segments.truncate(row / rows_of_a_segment(dim));
    }

    /// Prepares segment `at`, and keeps it or gives it back.
    fn prepare(&mut self, at: usize, source: &dyn Source, range: Range<usize>) -> Result<Option<Segment>> {
        let values = source.rows(range)?;
        let rows = Rows::new("references", &values, source.dim())?;
        rows.suit("references", self.distance)?;
        let segment = Segment::new(rows, self.distance);
        let bytes = self.bytes() + segment.bytes();
        if at > self.segments.len() || bytes > self.limit {
            return Ok(Some(segment));
        }
        self.segments.push(segment);
        Ok(None)
    }

    /// Bytes that it takes.
    fn bytes(&self) -> usize {
        self.segments.iter().map(Segment::bytes).sum()
    }
}

/// Whole panels, unless rows are so long that a panel is more than a segment.
fn rows_of_a_segment(dim: usize) -> usize {
    match SEGMENT / dim.max(1) {
        rows @ LANES.. => rows / LANES * LANES,
        rows => rows.max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distances::RowKind;
    use crate::neighbours::nearest_where;
    use crate::random::Random;

    fn normals(count: usize, seed: u64) -> Vec<f32> {
        let mut random = Random::new(seed);
        (0..count).map(|_| random.normal()).collect()
    }

    /// Rows of the kind that `distance` compares.
    fn rows(count: usize, dim: usize, distance: Distance) -> Vec<f32> {
        let mut values = normals(count * dim, 3);
        if distance.rows() == RowKind::Histograms {
            for row in values.chunks_exact_mut(dim) {
                let sum: f32 = row.iter().map(|x| x.exp()).sum();
                row.iter_mut().for_each(|x| *x = x.exp() / sum);
            }
        }
        values
    }

    /// Counts the rows that are made.
    struct Counted<'a>(Rows<'a>, std::cell::Cell<usize>);

    impl Source for Counted<'_> {
        fn count(&self) -> usize {
            self.0.count()
        }

        fn dim(&self) -> usize {
            self.0.dim()
        }

        fn rows(&self, range: Range<usize>) -> Result<Cow<'_, [f32]>> {
            self.1.set(self.1.get() + range.len());
            self.0.rows(range)
        }
    }

    #[test]
    fn every_distance_finds_what_a_search_without_an_index_finds() {
        for distance in Distance::ALL {
            let values = rows(61, 7, distance);
            let rows = Rows::new("rows", &values, 7).expect("finite rows");
            let mut index = Index::new(distance);
            for query in [0, 33, 60] {
                let wanted = nearest_where(rows.slice(query, 1), rows, 9, distance, |_, at| at != query);
                let found = index.nearest(&rows, rows.row(query), 9, |at| at != query);
                assert_eq!(found, wanted, "{distance:?}, query {query}");
                assert!(found.is_ok(), "{distance:?}");
            }
        }
    }

    #[test]
    fn segments_join_and_rows_are_made_once() {
        // 131 rows of 65,536 numbers: 16 a segment, so that eight are full and one is not.
        let dim = 1 << 16;
        let mut values = normals(131 * dim, 4);
        values.copy_within(5 * dim..6 * dim, 130 * dim);
        values.copy_within(5 * dim..6 * dim, 40 * dim);
        let rows = Rows::new("rows", &values, dim).expect("finite rows");
        let wanted = nearest_where(rows.slice(5, 1), rows, 20, Distance::Euclidean, |_, at| at != 5);
        assert_eq!(wanted.as_ref().expect("twenty").indices[..2], [40, 130], "duplicates, by index");
        for (limit, made) in [(usize::MAX, 0), (20 * 4 * dim, 131 - 16), (0, 131)] {
            let source = Counted(rows, 0.into());
            let mut index = Index { limit, ..Index::new(Distance::Euclidean) };
            for again in [131, made] {
                let found = index.nearest(&source, rows.row(5), 20, |at| at != 5);
                assert_eq!(found, wanted, "limit {limit}");
                assert_eq!(source.1.take(), again, "rows made, limit {limit}");
                assert!(index.bytes() <= limit, "{} bytes kept, {limit} allowed", index.bytes());
            }
        }
    }

    #[test]
    fn every_scale_is_answered_as_without_an_index() {
        let ordinary = normals(30 * 5, 6);
        let scale = |at: usize| 2.0_f32.powi(20 * (at as i32 / 5 % 7) - 60);
        let mut sets: Vec<Vec<f32>> =
            [-60, -30, 30, 60].map(|power| ordinary.iter().map(|x| x * 2.0_f32.powi(power)).collect()).into();
        sets.push(ordinary.iter().enumerate().map(|(at, x)| x * scale(at)).collect());
        let mut odd = ordinary.clone();
        odd[10..15].fill(f32::MAX);
        odd[20..25].fill(1e-40);
        odd[30..35].fill(0.0);
        sets.push(odd);
        for (set, values) in sets.iter().enumerate() {
            let rows = Rows::new("rows", values, 5).expect("finite rows");
            for distance in
                [Distance::Euclidean, Distance::Cosine, Distance::Angle, Distance::Manhattan, Distance::Snr]
            {
                let mut index = Index::new(distance);
                for query in 0..30 {
                    let what = format!("{distance:?}, set {set}, query {query}");
                    let wanted = nearest_where(rows.slice(query, 1), rows, 6, distance, |_, at| at != query);
                    match (index.nearest(&rows, rows.row(query), 6, |at| at != query), wanted) {
                        (Ok(found), Ok(wanted)) => {
                            assert_eq!(found.indices, wanted.indices, "{what}");
                            for (got, wanted) in found.distances.iter().zip(&wanted.distances) {
                                let close = (got - wanted).abs() <= 2e-6 * wanted.abs();
                                assert!(close, "{what}: {got}, not {wanted}");
                            }
                        }
                        (found, wanted) => assert_eq!(found.err(), wanted.err(), "{what}"),
                    }
                }
            }
        }
    }

    #[test]
    fn bad_queries_are_refused() {
        let values = normals(12, 7);
        let rows = Rows::new("rows", &values, 3).expect("finite rows");
        let code = |query: &[f32], k| {
            let found = Index::new(Distance::Euclidean).nearest(&rows, query, k, |at| at != 0);
            found.expect_err("refused").code()
        };
        assert_eq!(code(&values[..3], 0), "k.out_of_range");
        assert_eq!(code(&values[..3], 4), "k.out_of_range", "three others");
        assert_eq!(code(&values[..3], 5), "k.out_of_range");
        assert_eq!(code(&values[..2], 1), "shape.mismatch");
        assert_eq!(code(&values[..6], 1), "shape.mismatch", "two queries");
        assert_eq!(code(&[0.0, f32::NAN, 0.0], 1), "data.not_finite");
    }
}
