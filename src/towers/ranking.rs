//! How good recommendations are: for each user, the held-out items among the k best of those not seen in training.
//!
//! Recall@k = |hits| / min(k, |held out|), NDCG@k = Σ over hits 1/log₂(1 + rank) divided by its largest possible value. Items at
//! one score share their ranks: values are means over all orders of them.

use std::collections::BTreeSet;

use crate::error::{Error, Result};

/// Means over users, with the value of each.
#[derive(Clone, Debug, PartialEq)]
pub struct RankingScores {
    /// Mean Recall@k.
    pub recall: f64,
    /// Mean NDCG@k.
    pub ndcg: f64,
    /// Users with a held-out item that shares its score with another one.
    pub tied: usize,
    /// Recall and NDCG of each user who has a held-out item.
    pub each: Vec<[f64; 2]>,
}

/// Scores of users; `scores(user)` gives one number an item, larger is better. `seen[user]` are left out of the ranking, and
/// `held_out[user]` are right, each once. Users without held-out items do not count.
///
/// # Errors
/// `config.invalid` for a held-out item that the user has seen: finding it again would count as success;
/// `k.out_of_range` for a k of 0; `shape.mismatch` if the lists differ in length or a user has another count of scores;
/// `index.out_of_range` for an item beyond; `data.insufficient` if nobody has a held-out item.
pub fn rank(
    mut scores: impl FnMut(usize) -> Vec<f32>,
    items: usize,
    seen: &[Vec<u32>],
    held_out: &[Vec<u32>],
    k: usize,
) -> Result<RankingScores> {
    if k == 0 {
        return Err(Error::KOutOfRange { k, max: items });
    }
    if seen.len() != held_out.len() {
        return Err(Error::shape("held-out lists", seen.len(), held_out.len()));
    }
    let beyond = |lists: &[Vec<u32>]| lists.iter().flatten().copied().find(|&item| item as usize >= items);
    if let Some(index) = beyond(seen).or(beyond(held_out)) {
        return Err(Error::IndexOutOfRange { index: index as usize, count: items });
    }
    let (mut each, mut tied) = (Vec::new(), 0);
    for (user, right) in held_out.iter().enumerate().filter(|(_, right)| !right.is_empty()) {
        let mut open = vec![true; items];
        seen[user].iter().for_each(|&item| open[item as usize] = false);
        if let Some(item) = right.iter().find(|&&item| !open[item as usize]) {
            let reason = format!("must hold no pair that was trained on, and one has the right end {item}");
            return Err(Error::config("heldOut", reason));
        }
        let scores = scores(user);
        if scores.len() != items {
            return Err(Error::shape(format!("scores of user {user}"), items, scores.len()));
        }
        let right: BTreeSet<u32> = right.iter().copied().collect();
        let (values, shares) = of_user(&scores, &open, &right, k);
        each.push(values);
        tied += usize::from(shares);
    }
    if each.is_empty() {
        return Err(Error::insufficient("no user has a held-out item"));
    }
    let mean = |at: usize| each.iter().map(|values: &[f64; 2]| values[at]).sum::<f64>() / each.len() as f64;
    Ok(RankingScores { recall: mean(0), ndcg: mean(1), tied, each })
}

/// Recall and NDCG, and whether a right item shares its score.
fn of_user(scores: &[f32], open: &[bool], right: &BTreeSet<u32>, k: usize) -> ([f64; 2], bool) {
    let discount = |rank: usize| 1.0 / (rank as f64 + 2.0).log2();
    let (mut hits, mut gain, mut shares) = (0.0, 0.0, false);
    for &item in right {
        let own = scores[item as usize];
        let (mut better, mut equal) = (0, 0);
        for (&score, _) in scores.iter().zip(open).filter(|&(_, &open)| open) {
            better += usize::from(score > own);
            equal += usize::from(score == own);
        }
        shares |= equal > 1;
        // The item is at each rank from `better` on, `equal` of them, equally often.
        let within = better.max(k.min(better + equal));
        hits += (within - better) as f64 / equal as f64;
        gain += (better..within).map(discount).sum::<f64>() / equal as f64;
    }
    let most = right.len().min(k);
    ([hits / most as f64, gain / (0..most).map(discount).sum::<f64>()], shares)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_by_hand() {
        let scores = vec![0.9, 0.8, 0.7, 0.6];
        let of = |seen: Vec<u32>, right: Vec<u32>, k| {
            rank(|_| scores.clone(), 4, &[seen], &[right], k).expect("one user").each[0]
        };
        let log = |x: f64| x.log2();
        assert_eq!(of(vec![], vec![0], 1), [1.0, 1.0]);
        assert_eq!(of(vec![], vec![1], 1), [0.0, 0.0]);
        assert_eq!(of(vec![0], vec![1], 1), [1.0, 1.0], "what was seen is not recommended");
        let [recall, ndcg] = of(vec![], vec![1, 3], 2);
        assert!((recall - 0.5).abs() < 1e-12, "one of two");
        assert_eq!(of(vec![], vec![3, 1, 3], 2), [recall, ndcg], "an item that is listed twice counts once");
        assert!((ndcg - (1.0 / log(3.0)) / (1.0 + 1.0 / log(3.0))).abs() < 1e-12, "{ndcg}");
        let found = rank(|_| vec![1.0; 4], 4, &[vec![]], &[vec![2]], 2).expect("one user");
        assert_eq!(found.tied, 1);
        let tied = found.each[0];
        assert!((tied[0] - 0.5).abs() < 1e-12, "two of four places");
        assert!((tied[1] - 0.25 * (1.0 + 1.0 / log(3.0))).abs() < 1e-12, "{tied:?}");
    }

    #[test]
    fn users_without_an_answer_do_not_count() {
        let found =
            rank(|_| vec![0.0, 1.0], 2, &[vec![], vec![]], &[vec![], vec![1]], 1).expect("one of two");
        assert_eq!((found.recall, found.each.len(), found.tied), (1.0, 1, 0));
        let code = |seen: &[Vec<u32>], right: &[Vec<u32>], k| {
            rank(|_| vec![0.0, 1.0], 2, seen, right, k).expect_err("refused").code()
        };
        assert_eq!(code(&[vec![]], &[vec![]], 1), "data.insufficient");
        assert_eq!(code(&[vec![]], &[vec![2]], 1), "index.out_of_range");
        assert_eq!(code(&[vec![]], &[], 1), "shape.mismatch");
        assert_eq!(code(&[vec![]], &[vec![1]], 0), "k.out_of_range");
        assert_eq!(code(&[vec![1]], &[vec![0, 1]], 1), "config.invalid", "finding again what was trained on");
    }
}
