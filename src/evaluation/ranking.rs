//! One query's scores from its distances, without sorting all of them.

use metriclab_loops::ranks::Places;

/// Scores of one query, each from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct QueryScores {
    pub(super) recall_at_1: f64,
    pub(super) recall_at_k: f64,
    pub(super) r_precision: f64,
    pub(super) map_at_r: f64,
    pub(super) average_precision: f64,
    pub(super) reciprocal_rank: f64,
    pub(super) precision_at_k: f64,
    pub(super) ndcg: f64,
}

impl QueryScores {
    /// Adds `weight` times another query's scores.
    pub(super) fn add(&mut self, other: &Self, weight: f64) {
        self.recall_at_1 += weight * other.recall_at_1;
        self.recall_at_k += weight * other.recall_at_k;
        self.r_precision += weight * other.r_precision;
        self.map_at_r += weight * other.map_at_r;
        self.average_precision += weight * other.average_precision;
        self.reciprocal_rank += weight * other.reciprocal_rank;
        self.precision_at_k += weight * other.precision_at_k;
        self.ndcg += weight * other.ndcg;
    }
}

/// Scores a query of class `label` whose `distances[i]` leads to a reference of class `labels[i]`, leaving out the
/// reference `skip`. `None` if no reference is relevant. `places` is room that is kept from query to query.
///
/// Every score follows from the ranks of the relevant references alone, and those from how many others come before.
pub(super) fn score(
    places: &mut Places,
    distances: &[f32],
    labels: &[u16],
    label: u16,
    skip: Option<usize>,
    k: usize,
) -> Option<QueryScores> {
    places.others_before(distances, labels, label, skip).map(|others| from_ranks(others, k))
}

/// Scores from the counts of others between consecutive relevant references.
fn from_ranks(others: &[u32], k: usize) -> QueryScores {
    let r = others.len();
    let mut scores = QueryScores::default();
    let mut before = 0_usize;
    // Gain of a hit at a rank, and of the best order.
    let gain = |rank: usize| 1.0 / ((rank + 1) as f64).log2();
    let mut best = 0.0;
    for (place, &gap) in others.iter().enumerate() {
        before += gap as usize;
        let hits = place + 1;
        let rank = before + hits;
        let precision = hits as f64 / rank as f64;
        scores.average_precision += precision;
        scores.ndcg += gain(rank);
        best += gain(hits);
        if rank <= k {
            scores.precision_at_k += 1.0 / k as f64;
        }
        if rank <= r {
            scores.r_precision += 1.0;
            scores.map_at_r += precision;
        }
        if place == 0 {
            scores.recall_at_1 = f64::from(u8::from(rank == 1));
            scores.recall_at_k = f64::from(u8::from(rank <= k));
            scores.reciprocal_rank = 1.0 / rank as f64;
        }
    }
    scores.average_precision /= r as f64;
    scores.ndcg /= best;
    scores.r_precision /= r as f64;
    scores.map_at_r /= r as f64;
    scores
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, wanted: f64, what: &str) {
        assert!((got - wanted).abs() < 1e-12, "{what}: {got}, not {wanted}");
    }

    #[test]
    fn a_ranking_worked_by_hand() {
        // In order of distance: other, relevant, relevant, other, relevant. R = 3, ranks 2, 3, 5.
        let distances = [5.0, 1.0, 3.0, 2.0, 4.0];
        let labels = [7, 1, 7, 7, 2];
        let scores = score(&mut Places::default(), &distances, &labels, 7, None, 2).expect("three relevant");
        close(scores.recall_at_1, 0.0, "R@1");
        close(scores.recall_at_k, 1.0, "R@2");
        close(scores.r_precision, 2.0 / 3.0, "two of the first three");
        close(scores.map_at_r, (1.0 / 2.0 + 2.0 / 3.0) / 3.0, "MAP@R");
        close(scores.average_precision, (1.0 / 2.0 + 2.0 / 3.0 + 3.0 / 5.0) / 3.0, "MAP");
        close(scores.reciprocal_rank, 0.5, "MRR");
        close(scores.precision_at_k, 0.5, "P@2: one of two");
        let gain = |rank: f64| 1.0 / (rank + 1.0).log2();
        close(scores.ndcg, (gain(2.0) + gain(3.0) + gain(5.0)) / (gain(1.0) + gain(2.0) + gain(3.0)), "NDCG");
    }

    #[test]
    fn ties_go_by_index_and_the_query_is_left_out() {
        // All at one distance: the order is the index. Without reference 0: other, relevant.
        let labels = [7, 1, 7];
        let mut places = Places::default();
        let scores = score(&mut places, &[1.0; 3], &labels, 7, Some(0), 1).expect("one relevant");
        close(scores.reciprocal_rank, 0.5, "rank 2 without the query");
        let scores = score(&mut places, &[1.0; 3], &labels, 7, None, 1).expect("two relevant");
        close(scores.recall_at_1, 1.0, "rank 1 with it");
        assert_eq!(score(&mut places, &[1.0; 3], &labels, 1, Some(1), 1), None, "no other of class 1");
        assert_eq!(score(&mut places, &[1.0; 3], &labels, 9, None, 1), None, "no such class");
    }
}
