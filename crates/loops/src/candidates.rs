//! The candidates of a query. A graphics device finds them by rounded scores, and the host decides which of them are the nearest.

use std::cmp::Ordering;

/// A reference that may be among the nearest of a query.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ranked {
    /// The device's score o(r) − q·r, rounded: a nearer reference has a smaller one.
    pub score: f32,
    /// Which reference it is.
    pub index: u32,
    /// Its distance to the query, as the host computes it.
    pub distance: f32,
}

/// A place in which the device has put no reference has this score.
pub const FAR: f32 = 3e38;

/// Insertion sorts up to so many.
const FEW: usize = 48;

/// Puts into `found` those of a ranking whose score is at most `more` above the k-th best, best first: no other can be among
/// the k nearest, if scores are wrong by half of that at most.
pub fn in_question(scores: &[f32], indices: &[u32], k: usize, more: f64, found: &mut Vec<Ranked>) {
    found.clear();
    let places = scores.iter().zip(indices).filter(|&(&score, _)| score < FAR);
    found.extend(places.map(|(&score, &index)| Ranked { score, index, distance: 0.0 }));
    sort(found, |x, y| x.score.total_cmp(&y.score));
    if let Some(last) = k.checked_sub(1).and_then(|last| found.get(last)) {
        let most = f64::from(last.score) + more;
        let kept = found.partition_point(|candidate| f64::from(candidate.score) <= most);
        found.truncate(kept);
    }
}

/// Sorts by distance, ties by index.
pub fn by_distance(found: &mut [Ranked]) {
    sort(found, |x, y| x.distance.total_cmp(&y.distance).then(x.index.cmp(&y.index)));
}

/// Takes the ranking of further references into one that is as long. Gives the least score that was turned away, FAR if none
/// was.
pub fn merge(scores: &mut [f32], indices: &mut [u32], more: (&[f32], &[u32])) -> f32 {
    let own = scores.iter().zip(indices.iter());
    let all = own.chain(more.0.iter().zip(more.1));
    let mut all: Vec<Ranked> = all.map(|(&score, &index)| Ranked { score, index, distance: 0.0 }).collect();
    sort(&mut all, |x, y| x.score.total_cmp(&y.score).then(x.index.cmp(&y.index)));
    for ((score, index), best) in scores.iter_mut().zip(indices).zip(&all) {
        (*score, *index) = (best.score, best.index);
    }
    all.get(scores.len()).map_or(FAR, |first| first.score)
}

fn sort(all: &mut [Ranked], order: impl Fn(&Ranked, &Ranked) -> Ordering) {
    if all.len() > FEW {
        all.sort_unstable_by(order);
        return;
    }
    for last in 1..all.len() {
        let own = all[last];
        let mut at = last;
        while at > 0 && order(&own, &all[at - 1]).is_lt() {
            all[at] = all[at - 1];
            at -= 1;
        }
        all[at] = own;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_within_the_bound_are_in_question() {
        let mut found = vec![Ranked::default()];
        let (scores, indices) = ([5.0, FAR, 1.0, 3.0, 2.0, 2.5], [50, 0, 10, 30, 20, 25]);
        let indices_of = |found: &[Ranked]| found.iter().map(|one| one.index).collect::<Vec<_>>();
        for (k, more, wanted) in [
            (2, 0.0, &[10, 20][..]),
            (2, 0.5, &[10, 20, 25]),
            (4, 1.0, &[10, 20, 25, 30]),
            (9, 0.0, &[10, 20, 25, 30, 50]),
        ] {
            in_question(&scores, &indices, k, more, &mut found);
            assert_eq!(indices_of(&found), wanted, "{k} and {more}");
        }
    }

    #[test]
    fn many_are_sorted_as_few_are() {
        for count in [0, 1, 2, FEW, FEW + 1, 300] {
            let distance = |at: usize| (at * 37 % 11) as f32;
            let mut found: Vec<Ranked> = (0..count)
                .map(|at| Ranked { score: 0.0, index: (count - at) as u32, distance: distance(at) })
                .collect();
            by_distance(&mut found);
            let keys: Vec<(f32, u32)> = found.iter().map(|one| (one.distance, one.index)).collect();
            assert!(keys.is_sorted() && keys.len() == count, "{count}");
        }
    }

    #[test]
    fn two_rankings_become_one() {
        let (mut scores, mut indices) = ([4.0, 1.0, FAR], [4, 1, 0]);
        assert_eq!(merge(&mut scores, &mut indices, (&[FAR, 6.0, FAR], &[0, 16, 0])), FAR);
        assert_eq!((scores, indices), ([1.0, 4.0, 6.0], [1, 4, 16]));
        assert_eq!(merge(&mut scores, &mut indices, (&[5.0, 2.0, 9.0], &[25, 22, 29])), 5.0);
        assert_eq!((scores, indices), ([1.0, 2.0, 4.0], [1, 22, 4]));
    }
}
