//! Where the relevant references stand among all, without sorting all of them.

/// Room for one query's, kept from query to query.
#[derive(Debug, Default)]
pub struct Places {
    /// (distance, reference) of each relevant reference, nearest first.
    relevant: Vec<(f32, u32)>,
    /// How many others lie between the relevant reference before and this one.
    others: Vec<u32>,
}

impl Places {
    /// For each reference of class `label`, nearest first, how many of other classes lie between the one before and it; ties by
    /// index. `distances[i]` leads to a reference of class `labels[i]`; the reference `skip` is left out. `None` if none is
    /// of the class.
    ///
    /// Each other reference's place is found among the relevant ones: n·log R steps instead of a sort's n·log n.
    pub fn others_before(
        &mut self,
        distances: &[f32],
        labels: &[u16],
        label: u16,
        skip: Option<usize>,
    ) -> Option<&[u32]> {
        let Self { relevant, others } = self;
        relevant.clear();
        let of_class = (0..labels.len()).filter(|&at| labels[at] == label && Some(at) != skip);
        relevant.extend(of_class.map(|at| (distances[at], at as u32)));
        relevant.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let (last, _) = *relevant.last()?;

        others.clear();
        others.resize(relevant.len(), 0);
        for (at, (&distance, &other)) in distances.iter().zip(labels).enumerate() {
            if distance <= last && other != label && Some(at) != skip {
                let place = relevant.partition_point(|&found| found < (distance, at as u32));
                if let Some(count) = others.get_mut(place) {
                    *count += 1;
                }
            }
        }
        Some(others)
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
        assert_eq!(places.others_before(&distances, &labels, 7, None), Some(&[1, 0, 1][..]));
        assert_eq!(places.others_before(&distances, &labels, 7, Some(3)), Some(&[1, 1][..]));
        assert_eq!(places.others_before(&[1.0; 3], &[7, 1, 7], 7, Some(0)), Some(&[1][..]), "ties by index");
        assert_eq!(places.others_before(&distances, &labels, 9, None), None);
    }
}
