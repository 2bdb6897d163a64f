//! Retrieval: are the references that are nearest to a query of the query's class?
//!
//! For a query, R is the count of references of its class, the query itself left out. With the references sorted by distance
//! and rel(i) = 1 where the i-th is of the query's class:
//! ```text
//! R@k         = 1 if rel(i) = 1 for some i ≤ k
//! R-precision = Σ_{i≤R} rel(i) / R
//! MAP@R       = Σ_{i≤R} rel(i)·precision(i) / R,   precision(i) = Σ_{j≤i} rel(j) / i
//! MAP         = Σ_i rel(i)·precision(i) / R
//! MRR         = 1 / (first i with rel(i) = 1)
//! P@k         = Σ_{i≤k} rel(i) / k
//! NDCG        = Σ_i rel(i)/log₂(i + 1) / Σ_{i≤R} 1/log₂(i + 1)
//! ```
//! each averaged over the queries. Queries whose class has no reference are left out, as in
//! pytorch-metric-learning. MAP@R is from Musgrave, Belongie and Lim, "A Metric Learning Reality
//! Check", ECCV 2020.
//!
//! # Ties
//! References at one distance have no order. A tie is shared out: each score is its mean over all orders of the tied
//! references, by a closed form (McSherry & Najork 2008). So the order of the rows changes nothing, and an embedding that puts
//! all rows in one place scores what chance gives. [`RetrievalScores::tied_queries`] counts the queries that this concerns.
//! pytorch-metric-learning takes tied references by their index.

use std::collections::BTreeMap;

use serde::Serialize;

use super::ranking::{QueryScores, Scorer};
use super::unit::Unit;
use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::neighbours::{Rows, visit_rows};
use crate::random::Random;

/// Draws of the queries that an interval may take.
const MOST_RESAMPLES: usize = 100_000;

/// Mean scores over queries.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RetrievalScores {
    /// Queries. Across domains each row is a query once in every other domain.
    pub queries: usize,
    /// Those of them with a reference of their class and another one at the same distance.
    pub tied_queries: usize,
    /// Classes among them.
    pub classes: usize,
    /// Share whose nearest reference is of their class.
    pub recall_at_1: f64,
    /// 95 % interval of `recall_at_1` (Wilson), taking `queries` as the number of trials.
    pub recall_at_1_interval: [f64; 2],
    /// The k of `recall_at_k`.
    pub k: usize,
    /// Share with their class among the k nearest.
    pub recall_at_k: f64,
    /// MAP@R.
    pub map_at_r: f64,
    /// R-precision.
    pub r_precision: f64,
    /// MAP over the whole ranking.
    pub mean_average_precision: f64,
    /// Mean reciprocal rank of the first of the query's class.
    pub mean_reciprocal_rank: f64,
    /// Share of the k nearest that are of the query's class.
    pub precision_at_k: f64,
    /// Normalised discounted cumulative gain of the whole ranking. Järvelin & Kekäläinen 2002.
    pub ndcg: f64,
    /// Whether queries looked in other domains only.
    pub cross_domain: bool,
}

/// Scores of one class's queries.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClassRetrieval {
    /// The class.
    pub label: u16,
    /// Its queries.
    pub queries: usize,
    /// Share whose nearest reference is of the class.
    pub recall_at_1: f64,
    /// MAP@R.
    pub map_at_r: f64,
}

/// The means by class, and how far they would move with other queries.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RetrievalDetail {
    /// By ascending label.
    pub classes: Vec<ClassRetrieval>,
    /// 95 % interval of R@1: percentiles over resamples of the queries. Efron 1979.
    pub recall_at_1_interval: [f64; 2],
    /// 95 % interval of MAP@R, in the same way.
    pub map_at_r_interval: [f64; 2],
}

/// Scores of each row among all the others. `labels`: one a row.
///
/// # Errors
/// `shape.mismatch` unless there is a label a row; `k.out_of_range` unless `1 ≤ k ≤ n − 1`; `data.insufficient` if no class
/// has two rows; as [`Rows::suit`] for rows that the distance does not compare.
pub fn leave_one_out(
    rows: Rows<'_>,
    labels: &[u16],
    distance: Distance,
    k: usize,
) -> Result<RetrievalScores> {
    let most = rows.count().saturating_sub(1);
    let all = Side { rows, labels };
    score(all, all, distance, k, most, true)?.mean(k)
}

/// Each row among all the others, class by class, with intervals from `resamples` draws of the queries. The order of the rows
/// does not change the answer.
///
/// # Errors
/// As [`leave_one_out`]; `config.invalid` unless `resamples` is from 1 to 100,000.
pub fn detail(
    rows: Rows<'_>,
    labels: &[u16],
    distance: Distance,
    resamples: usize,
    random: &mut Random,
) -> Result<RetrievalDetail> {
    check_length("labels", labels.len(), rows)?;
    rows.suit("embeddings", distance)?;
    if resamples == 0 || resamples > MOST_RESAMPLES {
        return Err(Error::config(
            "resamples",
            format!("must be from 1 to {MOST_RESAMPLES}, is {resamples}"),
        ));
    }
    let mut each: Vec<(u16, [f64; 2])> = Vec::new();
    let mut scorer = Scorer::default();
    let values = Unit::of(distance, &[rows]).scaled(rows);
    let rows = Rows::new("embeddings", &values, rows.dim())?;
    visit_rows(rows, rows, distance, |query, distances| {
        if let Some(scores) = scorer.score(distances, labels, labels[query], Some(query), 1) {
            each.push((labels[query], [scores.recall_at_1, scores.map_at_r]));
        }
    })?;
    if each.is_empty() {
        return Err(Error::insufficient(NO_PAIR));
    }
    // The draws go by place: a fixed order makes them independent of the order of the rows.
    each.sort_unstable_by(|x, y| {
        x.0.cmp(&y.0).then(x.1[0].total_cmp(&y.1[0])).then(x.1[1].total_cmp(&y.1[1]))
    });
    let [recall_at_1_interval, map_at_r_interval] = resampled(&each, resamples, random);
    Ok(RetrievalDetail { classes: by_class(&each), recall_at_1_interval, map_at_r_interval })
}

/// Means over the queries of each class, from (class, \[R@1, MAP@R\]).
fn by_class(each: &[(u16, [f64; 2])]) -> Vec<ClassRetrieval> {
    let mut of: BTreeMap<u16, (usize, f64, f64)> = BTreeMap::new();
    for &(label, [recall, map]) in each {
        let sums = of.entry(label).or_default();
        *sums = (sums.0 + 1, sums.1 + recall, sums.2 + map);
    }
    let mean = |(label, (queries, recall, map)): (u16, (usize, f64, f64))| ClassRetrieval {
        label,
        queries,
        recall_at_1: recall / queries as f64,
        map_at_r: map / queries as f64,
    };
    of.into_iter().map(mean).collect()
}

/// The intervals of both means over draws of as many queries, with replacement.
fn resampled(each: &[(u16, [f64; 2])], resamples: usize, random: &mut Random) -> [[f64; 2]; 2] {
    let mut means = [Vec::with_capacity(resamples), Vec::with_capacity(resamples)];
    for _ in 0..resamples {
        let mut sums = [0.0; 2];
        for _ in 0..each.len() {
            let (_, scores) = each[random.below(each.len())];
            sums.iter_mut().zip(scores).for_each(|(sum, score)| *sum += score);
        }
        means.iter_mut().zip(sums).for_each(|(means, sum)| means.push(sum / each.len() as f64));
    }
    means.each_mut().map(|means| middle_95(means))
}

/// The 2.5 % and 97.5 % points.
fn middle_95(values: &mut [f64]) -> [f64; 2] {
    values.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
    [at(0.025), at(0.975)]
}

/// Scores of queries among references that do not contain them.
///
/// # Errors
/// `shape.mismatch` unless there is a label a row and rows are of one length; `k.out_of_range` unless
/// `1 ≤ k ≤` references; `data.insufficient` if no query's class has a reference; as [`Rows::suit`].
pub fn between(
    queries: Rows<'_>,
    query_labels: &[u16],
    references: Rows<'_>,
    reference_labels: &[u16],
    distance: Distance,
    k: usize,
) -> Result<RetrievalScores> {
    let (queries, references) =
        (Side { rows: queries, labels: query_labels }, Side { rows: references, labels: reference_labels });
    score(queries, references, distance, k, references.rows.count(), false)?.mean(k)
}

/// Scores of each domain's rows among each other domain's, the mean over the ordered pairs of
/// domains, every pair weighing the same. A pair none of whose queries has a reference of its class
/// is left out.
///
/// # Errors
/// `shape.mismatch` unless there are a label and a domain a row; `k.out_of_range` unless k is from 1 to
/// the size of the smallest domain; `data.insufficient` if no pair of domains shares a class; as [`Rows::suit`].
pub fn across_domains(
    rows: Rows<'_>,
    labels: &[u16],
    domain_of: &[u8],
    distance: Distance,
    k: usize,
) -> Result<RetrievalScores> {
    check_length("labels", labels.len(), rows)?;
    check_length("domain_of", domain_of.len(), rows)?;
    let mut domains: Vec<u8> = domain_of.to_vec();
    domains.sort_unstable();
    domains.dedup();
    let parts: Vec<Part> = domains.iter().map(|&domain| Part::of(rows, labels, domain_of, domain)).collect();
    let mut pairs = Vec::new();
    for (asking, queries) in parts.iter().enumerate() {
        for (answering, references) in parts.iter().enumerate() {
            if asking == answering {
                continue;
            }
            let (queries, references) = (queries.side(rows.dim())?, references.side(rows.dim())?);
            let sums = score(queries, references, distance, k, references.rows.count(), false)?;
            pairs.push((asking, sums));
        }
    }
    mean_of_pairs(&pairs, k)
}

/// Rows and the class of each.
#[derive(Clone, Copy)]
struct Side<'a> {
    rows: Rows<'a>,
    labels: &'a [u16],
}

/// The rows of one domain.
struct Part {
    values: Vec<f32>,
    labels: Vec<u16>,
}

impl Part {
    fn of(rows: Rows<'_>, labels: &[u16], domain_of: &[u8], domain: u8) -> Self {
        let members: Vec<usize> = (0..rows.count()).filter(|&row| domain_of[row] == domain).collect();
        Self {
            values: members.iter().flat_map(|&row| rows.row(row)).copied().collect(),
            labels: members.iter().map(|&row| labels[row]).collect(),
        }
    }

    fn side(&self, dim: usize) -> Result<Side<'_>> {
        Ok(Side { rows: Rows::new("embeddings", &self.values, dim)?, labels: &self.labels })
    }
}

/// Why nothing can be retrieved.
const NO_PAIR: &str = "no class has two samples, so none can be retrieved by another";

/// Sums over the queries that had a reference of their class.
#[derive(Default)]
struct Sums {
    total: QueryScores,
    /// Those queries, the class of each, and which of them are tied.
    queries: Vec<u32>,
    tied: Vec<u32>,
    classes: Vec<u16>,
}

fn score(
    queries: Side<'_>,
    references: Side<'_>,
    distance: Distance,
    k: usize,
    most: usize,
    same: bool,
) -> Result<Sums> {
    check_length("labels", queries.labels.len(), queries.rows)?;
    check_length("reference labels", references.labels.len(), references.rows)?;
    if k == 0 || k > most {
        return Err(Error::KOutOfRange { k, max: most });
    }
    queries.rows.suit("queries", distance)?;
    references.rows.suit("references", distance)?;
    let mut sums = Sums::default();
    let mut scorer = Scorer::default();
    let unit = Unit::of(distance, &[queries.rows, references.rows]);
    let (asking, answering) = (unit.scaled(queries.rows), unit.scaled(references.rows));
    let asking = Rows::new("queries", &asking, queries.rows.dim())?;
    let answering = Rows::new("references", &answering, references.rows.dim())?;
    visit_rows(asking, answering, distance, |query, distances| {
        let label = queries.labels[query];
        let skip = same.then_some(query);
        if let Some(scores) = scorer.score(distances, references.labels, label, skip, k) {
            sums.add(query, label, &scores);
        }
    })?;
    Ok(sums)
}

impl Sums {
    fn add(&mut self, query: usize, label: u16, scores: &QueryScores) {
        self.total.add(scores, 1.0);
        self.queries.push(query as u32);
        self.classes.push(label);
        if scores.tied > 0.0 {
            self.tied.push(query as u32);
        }
    }

    fn mean(self, k: usize) -> Result<RetrievalScores> {
        mean_of_pairs(&[(0, self)], k).map(|scores| RetrievalScores { cross_domain: false, ..scores })
    }
}

/// The mean of the means of each pair of domains. Each row is counted once, also where it is several queries.
fn mean_of_pairs(pairs: &[(usize, Sums)], k: usize) -> Result<RetrievalScores> {
    let asked: Vec<&(usize, Sums)> = pairs.iter().filter(|(_, sums)| !sums.queries.is_empty()).collect();
    if asked.is_empty() {
        return Err(Error::insufficient(NO_PAIR));
    }
    let mut mean = QueryScores::default();
    let (mut rows, mut tied, mut classes) = (Vec::new(), Vec::new(), Vec::new());
    for (domain, sums) in &asked {
        mean.add(&sums.total, 1.0 / (sums.queries.len() * asked.len()) as f64);
        rows.extend(sums.queries.iter().map(|&query| (*domain, query)));
        tied.extend(sums.tied.iter().map(|&query| (*domain, query)));
        classes.extend_from_slice(&sums.classes);
    }
    let rows = distinct(rows);
    Ok(RetrievalScores {
        queries: rows,
        tied_queries: distinct(tied),
        classes: distinct(classes),
        recall_at_1: mean.recall_at_1,
        recall_at_1_interval: wilson(mean.recall_at_1, rows),
        k,
        recall_at_k: mean.recall_at_k,
        map_at_r: mean.map_at_r,
        r_precision: mean.r_precision,
        mean_average_precision: mean.average_precision,
        mean_reciprocal_rank: mean.reciprocal_rank,
        precision_at_k: mean.precision_at_k,
        ndcg: mean.ndcg,
        cross_domain: true,
    })
}

fn distinct<T: Ord>(mut values: Vec<T>) -> usize {
    values.sort_unstable();
    values.dedup();
    values.len()
}

/// 97.5 % point of the normal distribution: 95 % lie within it on both sides.
const NORMAL_975: f64 = 1.959_963_984_540_054;

/// The interval of a share `p` seen in `n` trials. Wilson 1927.
fn wilson(p: f64, n: usize) -> [f64; 2] {
    let n = n as f64;
    let square = NORMAL_975 * NORMAL_975;
    let centre = (p + square / (2.0 * n)) / (1.0 + square / n);
    let half = NORMAL_975 / (1.0 + square / n) * (p * (1.0 - p) / n + square / (4.0 * n * n)).sqrt();
    [(centre - half).max(0.0), (centre + half).min(1.0)]
}

fn check_length(what: &str, got: usize, rows: Rows<'_>) -> Result<()> {
    if got == rows.count() { Ok(()) } else { Err(Error::shape(what, rows.count(), got)) }
}

#[cfg(test)]
mod tests;
