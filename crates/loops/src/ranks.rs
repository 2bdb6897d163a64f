//! The ranks of the relevant references among all, found without sorting all of them.

/// Relevant and other references at one distance: their order among each other is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tie {
    /// How many relevant references are nearer.
    pub place: usize,
    /// Relevant references at this distance, at least one.
    pub relevant: usize,
    /// Other references at this distance, at least one.
    pub others: usize,
}

/// One query's ranking: all that a retrieval score depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranking<'a> {
    /// For each relevant reference, nearest first: the others that are farther than the relevant one before and nearer than
    /// this one. Others at the distance of a relevant one are in `ties`.
    pub others: &'a [u32],
    /// Nearest first; empty for most queries.
    pub ties: &'a [Tie],
}

/// Buffers for one query's ranking, reused from query to query.
#[derive(Debug, Default)]
pub struct Places {
    /// Distances of the relevant references, ascending.
    relevant: Vec<f32>,
    others: Vec<u32>,
    /// Others at the distance of a relevant reference, counted at the first of its equals.
    tied: Vec<u32>,
    ties: Vec<Tie>,
}

impl Places {
    /// Ranks the references of class `label`. `distances[i]` belongs to a reference of class `labels[i]`; the reference `skip`
    /// is left out. `None` if no reference is of the class. The answer does not depend on the order of the references.
    ///
    /// Each other reference is placed among the relevant ones by bisection: n·log R steps instead of a sort's n·log n.
    pub fn rank(
        &mut self,
        distances: &[f32],
        labels: &[u16],
        label: u16,
        skip: Option<usize>,
    ) -> Option<Ranking<'_>> {
        let Self { relevant, others, tied, ties } = self;
        let references = || distances.iter().zip(labels).enumerate().filter(|&(at, _)| Some(at) != skip);
        relevant.clear();
        relevant
            .extend(references().filter(|(_, (_, of))| **of == label).map(|(_, (&distance, _))| distance));
        relevant.sort_unstable_by(f32::total_cmp);
        let last = *relevant.last()?;

        others.clear();
        others.resize(relevant.len(), 0);
        tied.clear();
        tied.resize(relevant.len(), 0);
        let mut any_tie = false;
        for (_, (&distance, &of)) in references() {
            if distance <= last && of != label {
                let place = relevant.partition_point(|&found| found < distance);
                let equal = relevant.get(place) == Some(&distance);
                any_tie |= equal;
                if let Some(count) = if equal { tied.get_mut(place) } else { others.get_mut(place) } {
                    *count += 1;
                }
            }
        }
        ties.clear();
        if any_tie {
            ties.extend((0..tied.len()).filter(|&place| tied[place] > 0).map(|place| Tie {
                place,
                relevant: relevant[place..].partition_point(|&found| found <= relevant[place]),
                others: tied[place] as usize,
            }));
        }
        Some(Ranking { others, ties })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_counted_between_the_relevant_ones() {
        // In order of distance: other, relevant, relevant, other, relevant, other.
        let distances = [5.0, 1.0, 3.0, 2.0, 4.0, 6.0];
        let labels = [7, 1, 7, 7, 2, 1];
        let mut places = Places::default();
        let mut others = |skip| places.rank(&distances, &labels, 7, skip).map(|found| found.others.to_vec());
        assert_eq!(others(None), Some(vec![1, 0, 1]));
        assert_eq!(others(Some(3)), Some(vec![1, 1]));
        assert_eq!(places.rank(&distances, &labels, 9, None), None);
    }

    #[test]
    fn a_tie_holds_all_that_are_at_one_distance() {
        // At 1: one other. At 2: two relevant, three others. At 3: one relevant. At 4: two relevant. At 5: one other.
        let distances = [2.0, 3.0, 2.0, 1.0, 2.0, 4.0, 2.0, 2.0, 4.0, 5.0];
        let labels = [7, 7, 1, 2, 7, 7, 1, 3, 7, 1];
        let mut places = Places::default();
        let ranking = places.rank(&distances, &labels, 7, None).expect("five relevant");
        assert_eq!(ranking.others, [1, 0, 0, 0, 0]);
        assert_eq!(
            ranking.ties,
            [Tie { place: 0, relevant: 2, others: 3 }],
            "relevant ones alone are no tie"
        );
        let zeros = places.rank(&[0.0, -0.0], &[7, 1], 7, None).expect("one relevant");
        assert_eq!(zeros.ties, [Tie { place: 0, relevant: 1, others: 1 }], "0 and −0 are equal");
        let ranking = places.rank(&[1.0; 3], &[7, 1, 7], 7, Some(0)).expect("one relevant");
        assert_eq!(
            (ranking.others, ranking.ties),
            (&[0][..], &[Tie { place: 0, relevant: 1, others: 1 }][..])
        );
    }
}
