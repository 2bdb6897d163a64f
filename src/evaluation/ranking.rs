//! Scores of one query from the ranks of its relevant references.
//!
//! References at one distance have no order, so a score is its mean over all orders of the tied ones, each order as likely as
//! any other. Let a tie have r relevant and o other references, t = r + o, after b references of which h are relevant. Its
//! position i, from 1 to t, has the rank b + i, and then
//! ```text
//! P(relevant)                        = r / t
//! E[hits up to it | it is relevant]  = h + 1 + (i − 1)(r − 1) / (t − 1)
//! P(first relevant one)              = r / (t − i + 1) · Π_{j<i} (o − j + 1) / (t − j + 1)
//! ```
//! McSherry & Najork 2008, "Computing Information Retrieval Performance Measures Efficiently in the Presence of Tied Scores",
//! ECIR.

use metriclab_loops::ranks::{Places, Ranking, Tie};

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
    /// Whether a relevant reference is at the distance of another one. A count when summed.
    pub(super) tied: f64,
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
        self.tied += weight * other.tied;
    }
}

/// Scores queries one after another, with buffers that are reused.
#[derive(Default)]
pub(super) struct Scorer {
    places: Places,
    /// DCG's gain of each rank, from rank 1 on: 1 / log₂(rank + 1).
    gains: Vec<f64>,
}

impl Scorer {
    /// Scores a query of class `label`. `distances[i]` belongs to a reference of class `labels[i]`; the reference `skip` is
    /// left out. `None` if no reference is relevant.
    pub(super) fn score(
        &mut self,
        distances: &[f32],
        labels: &[u16],
        label: u16,
        skip: Option<usize>,
        k: usize,
    ) -> Option<QueryScores> {
        let known = self.gains.len();
        self.gains.extend((known..labels.len()).map(|before| 1.0 / ((before + 2) as f64).log2()));
        let ranking = self.places.rank(distances, labels, label, skip)?;
        Some(Tally::new(&ranking, k, &self.gains).scores(&ranking))
    }
}

/// Scores of a ranking that is read from its nearest reference on.
struct Tally<'a> {
    /// Relevant references, and the cut-off.
    r: usize,
    k: usize,
    gains: &'a [f64],
    /// References read so far, and the relevant ones among them.
    read: usize,
    hits: usize,
    /// Sums, divided at the end.
    sums: QueryScores,
}

impl<'a> Tally<'a> {
    fn new(ranking: &Ranking<'_>, k: usize, gains: &'a [f64]) -> Self {
        Self { r: ranking.others.len(), k, gains, read: 0, hits: 0, sums: QueryScores::default() }
    }

    fn scores(mut self, ranking: &Ranking<'_>) -> QueryScores {
        let mut ties = ranking.ties.iter().peekable();
        while self.hits < self.r {
            self.read += ranking.others[self.hits] as usize;
            match ties.next_if(|tie| tie.place == self.hits) {
                Some(tie) => self.add_tie(*tie),
                None => self.add_hit(),
            }
        }
        let r = self.r as f64;
        let best: f64 = self.gains[..self.r].iter().sum();
        QueryScores {
            r_precision: self.sums.r_precision / r,
            map_at_r: self.sums.map_at_r / r,
            average_precision: self.sums.average_precision / r,
            precision_at_k: self.sums.precision_at_k / self.k as f64,
            ndcg: self.sums.ndcg / best,
            tied: f64::from(u8::from(!ranking.ties.is_empty())),
            ..self.sums
        }
    }

    /// The next reference is relevant.
    fn add_hit(&mut self) {
        self.read += 1;
        self.hits += 1;
        let precision = self.hits as f64 / self.read as f64;
        self.sums.average_precision += precision;
        self.sums.ndcg += self.gains[self.read - 1];
        if self.read <= self.k {
            self.sums.precision_at_k += 1.0;
        }
        if self.read <= self.r {
            self.sums.r_precision += 1.0;
            self.sums.map_at_r += precision;
        }
        if self.hits == 1 {
            self.sums.recall_at_1 = f64::from(u8::from(self.read == 1));
            self.sums.recall_at_k = f64::from(u8::from(self.read <= self.k));
            self.sums.reciprocal_rank = 1.0 / self.read as f64;
        }
    }

    /// The next references are tied.
    fn add_tie(&mut self, tie: Tie) {
        if self.hits == 0 {
            self.add_first(tie);
        }
        let size = tie.relevant + tie.others;
        let share = tie.relevant as f64 / size as f64;
        let slope = (tie.relevant - 1) as f64 / (size - 1) as f64;
        for position in 0..size {
            let rank = self.read + position + 1;
            let precision = ((self.hits + 1) as f64 + position as f64 * slope) / rank as f64;
            self.sums.average_precision += share * precision;
            if rank <= self.r {
                self.sums.map_at_r += share * precision;
            }
        }
        self.sums.ndcg += share * self.gains[self.read..self.read + size].iter().sum::<f64>();
        let within = |cut: usize| cut.saturating_sub(self.read).min(size) as f64;
        self.sums.precision_at_k += share * within(self.k);
        self.sums.r_precision += share * within(self.r);
        self.read += size;
        self.hits += tie.relevant;
    }

    /// Scores of the first relevant reference, which is in this tie.
    fn add_first(&mut self, tie: Tie) {
        let size = tie.relevant + tie.others;
        // The chance that no relevant reference was before.
        let mut none = 1.0;
        for position in 0..=tie.others {
            let left = (size - position) as f64;
            let chance = none * tie.relevant as f64 / left;
            let rank = self.read + position + 1;
            self.sums.reciprocal_rank += chance / rank as f64;
            if rank <= self.k {
                self.sums.recall_at_k += chance;
            }
            if rank == 1 {
                self.sums.recall_at_1 = chance;
            }
            none *= (tie.others - position) as f64 / left;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn close(got: f64, wanted: f64, what: &str) {
        assert!((got - wanted).abs() < 1e-12, "{what}: {got}, not {wanted}");
    }

    fn numbers(scores: &QueryScores) -> [f64; 8] {
        [
            scores.recall_at_1,
            scores.recall_at_k,
            scores.r_precision,
            scores.map_at_r,
            scores.average_precision,
            scores.reciprocal_rank,
            scores.precision_at_k,
            scores.ndcg,
        ]
    }

    /// The definitions, of one order. `hits[i]`: whether the i-th is relevant.
    fn of_order(hits: &[bool], k: usize) -> [f64; 8] {
        let one = |hit: bool| f64::from(u8::from(hit));
        let r = hits.iter().filter(|&&hit| hit).count();
        let count = |end: usize| hits[..end].iter().filter(|&&hit| hit).count() as f64;
        let average = |end: usize| {
            (0..end).map(|i| one(hits[i]) * count(i + 1) / (i + 1) as f64).sum::<f64>() / r as f64
        };
        let gain = |i: usize| 1.0 / ((i + 2) as f64).log2();
        let first = hits.iter().position(|&hit| hit).expect("a relevant one");
        [
            one(hits[0]),
            one(first < k),
            count(r) / r as f64,
            average(r),
            average(hits.len()),
            1.0 / (first + 1) as f64,
            count(k) / k as f64,
            (0..hits.len()).map(|i| one(hits[i]) * gain(i)).sum::<f64>() / (0..r).map(gain).sum::<f64>(),
        ]
    }

    /// The mean of the definitions over all orders that do not contradict the distances.
    fn over_all_orders(distances: &[f32], hits: &[bool], k: usize) -> [f64; 8] {
        fn walk(left: &mut Vec<usize>, order: &mut Vec<usize>, visit: &mut impl FnMut(&[usize])) {
            if left.is_empty() {
                visit(order);
            }
            for at in 0..left.len() {
                order.push(left.remove(at));
                walk(left, order, visit);
                left.insert(at, order.pop().expect("what was pushed"));
            }
        }
        let (mut sums, mut count) = ([0.0; 8], 0.0);
        walk(&mut (0..hits.len()).collect(), &mut Vec::new(), &mut |order| {
            if order.is_sorted_by(|&a, &b| distances[a] <= distances[b]) {
                let hits: Vec<bool> = order.iter().map(|&at| hits[at]).collect();
                sums.iter_mut().zip(of_order(&hits, k)).for_each(|(sum, score)| *sum += score);
                count += 1.0;
            }
        });
        sums.map(|sum| sum / count)
    }

    #[test]
    fn a_ranking_worked_by_hand() {
        // In order of distance: other, relevant, relevant, other, relevant. R = 3, ranks 2, 3, 5.
        let distances = [5.0, 1.0, 3.0, 2.0, 4.0];
        let labels = [7, 1, 7, 7, 2];
        let scores = Scorer::default().score(&distances, &labels, 7, None, 2).expect("three relevant");
        close(scores.recall_at_1, 0.0, "R@1");
        close(scores.recall_at_k, 1.0, "R@2");
        close(scores.r_precision, 2.0 / 3.0, "two of the first three");
        close(scores.map_at_r, (1.0 / 2.0 + 2.0 / 3.0) / 3.0, "MAP@R");
        close(scores.average_precision, (1.0 / 2.0 + 2.0 / 3.0 + 3.0 / 5.0) / 3.0, "MAP");
        close(scores.reciprocal_rank, 0.5, "MRR");
        close(scores.precision_at_k, 0.5, "P@2: one of two");
        let gain = |rank: f64| 1.0 / (rank + 1.0).log2();
        close(scores.ndcg, (gain(2.0) + gain(3.0) + gain(5.0)) / (gain(1.0) + gain(2.0) + gain(3.0)), "NDCG");
        close(scores.tied, 0.0, "no tie");
    }

    #[test]
    fn a_tie_worked_by_hand() {
        // Two relevant ones of five, all at one distance.
        let labels = [7, 1, 7, 2, 3];
        let scores = Scorer::default().score(&[1.0; 5], &labels, 7, None, 3).expect("two relevant");
        close(scores.recall_at_1, 2.0 / 5.0, "R@1");
        close(scores.recall_at_k, 1.0 - 1.0 / 10.0, "one of ten triples has none");
        close(scores.precision_at_k, 2.0 / 5.0, "P@3");
        close(scores.r_precision, 2.0 / 5.0, "R-precision");
        // The first relevant one is at 1, 2, 3, 4 in 4, 3, 2, 1 of ten orders.
        close(scores.reciprocal_rank, (4.0 + 3.0 / 2.0 + 2.0 / 3.0 + 1.0 / 4.0) / 10.0, "MRR");
        close(scores.tied, 1.0, "a tied query");
        let alone = Scorer::default().score(&[1.0; 3], &[7, 1, 7], 7, Some(0), 1).expect("one relevant");
        close(alone.reciprocal_rank, 0.75, "rank 1 or 2 without the query");
        assert_eq!(
            Scorer::default().score(&[1.0; 3], &[7, 1, 7], 1, Some(1), 1),
            None,
            "no other of class 1"
        );
        assert_eq!(Scorer::default().score(&[1.0; 3], &[7, 1, 7], 9, None, 1), None, "no such class");
    }

    #[test]
    fn every_score_is_the_mean_over_all_orders() {
        let mut random = Random::new(5);
        for round in 0..150 {
            let n = 2 + random.below(6);
            let values = 1 + random.below(4);
            let distances: Vec<f32> = (0..n).map(|_| random.below(values) as f32).collect();
            let mut hits: Vec<bool> = (0..n).map(|_| random.below(2) == 0).collect();
            hits[random.below(n)] = true;
            let k = 1 + random.below(n);
            let labels: Vec<u16> = hits.iter().map(|&hit| if hit { 7 } else { 1 }).collect();
            let found = Scorer::default().score(&distances, &labels, 7, None, k).expect("a relevant one");
            let wanted = over_all_orders(&distances, &hits, k);
            for (at, (got, wanted)) in numbers(&found).into_iter().zip(wanted).enumerate() {
                close(got, wanted, &format!("round {round}, score {at}, k {k}, {distances:?}, {hits:?}"));
            }
            let tied = (0..n).any(|i| (0..n).any(|j| hits[i] && !hits[j] && distances[i] == distances[j]));
            assert_eq!(found.tied > 0.0, tied, "{distances:?}, {hits:?}");
        }
    }
}
