//! Which rows of a batch form pairs and triplets.
//!
//! A triplet is an anchor a, a positive p of a's class and a negative n of another class. All valid
//! triplets of a batch of B rows lie in a grid `[B, P, R]`: anchor × positive slot × negative, where
//! P is the largest number of positives that a row has and R the rows compared with: the batch itself,
//! and behind it what a memory keeps of batches before. The grid depends on the labels alone, so it
//! is built on the host and the training step needs nothing back from the device.

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::error::{Error, Result};

/// Triplets as three index lists of one length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Triplets {
    /// Anchors.
    pub anchors: Vec<usize>,
    /// Positives: same label as the anchor, another row.
    pub positives: Vec<usize>,
    /// Negatives: another label.
    pub negatives: Vec<usize>,
}

impl Triplets {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.anchors.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.anchors.is_empty()
    }

    /// Adds one.
    pub fn push(&mut self, anchor: usize, positive: usize, negative: usize) {
        self.anchors.push(anchor);
        self.positives.push(positive);
        self.negatives.push(negative);
    }

    /// (a, p, n) of each.
    pub fn iter(&self) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
        self.anchors.iter().zip(&self.positives).zip(&self.negatives).map(|((&a, &p), &n)| (a, p, n))
    }
}

/// Ordered pairs as two index lists of one length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// First rows.
    pub anchors: Vec<usize>,
    /// Second rows.
    pub others: Vec<usize>,
}

impl Pairs {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.anchors.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.anchors.is_empty()
    }

    /// Adds one.
    pub fn push(&mut self, anchor: usize, other: usize) {
        self.anchors.push(anchor);
        self.others.push(other);
    }

    /// (anchor, other) of each.
    pub fn iter(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.anchors.iter().copied().zip(self.others.iter().copied())
    }
}

/// Every ordered pair of two rows of one label, or of two labels, by anchor and other.
pub fn all_pairs(labels: &[u16], alike: bool) -> Pairs {
    let mut pairs = Pairs::default();
    for a in 0..labels.len() {
        for b in (0..labels.len()).filter(|&b| b != a && (labels[a] == labels[b]) == alike) {
            pairs.push(a, b);
        }
    }
    pairs
}

/// Every valid triplet, in the order anchor, positive, negative.
pub fn all_triplets(labels: &[u16]) -> Triplets {
    let mut triplets = Triplets::default();
    each_triplet(labels).for_each(|(a, p, n)| triplets.push(a, p, n));
    triplets
}

/// The same, one by one.
pub(crate) fn each_triplet(labels: &[u16]) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
    (0..labels.len()).flat_map(move |a| {
        positives(labels, a).flat_map(move |p| {
            (0..labels.len()).filter(move |&n| labels[n] != labels[a]).map(move |n| (a, p, n))
        })
    })
}

fn positives(labels: &[u16], anchor: usize) -> impl Iterator<Item = usize> + '_ {
    (0..labels.len()).filter(move |&p| p != anchor && labels[p] == labels[anchor])
}

/// The grid of all valid triplets of a batch, on the device.
#[derive(Clone, Debug)]
pub struct TripletGrid {
    labels: Vec<u16>,
    slots: usize,
    counts: (usize, usize),
    /// `[B, P]`: row of the positive in each slot; the anchor itself where the slot is empty.
    pub positive_rows: Tensor<2, Int>,
    /// `[B, P, 1]`: 1 where the slot holds a positive.
    pub positive_mask: Tensor<3>,
    /// `[B, 1, R]`: 1 where the two labels differ.
    pub negative_mask: Tensor<3>,
    /// `[B, R]`: 1 where the two labels are equal and the rows are two.
    pub alike: Tensor<2>,
    /// The first two rows of each label that has two: `[L]` and `[L]`.
    pub first_pairs: (Tensor<1, Int>, Tensor<1, Int>),
    /// Rows of one label two by two, in the order of the rows, no row twice: `[V]` and `[V]`. What a loss on two views
    /// takes for views of one thing.
    pub views: (Tensor<1, Int>, Tensor<1, Int>),
}

impl TripletGrid {
    /// Lays out the triplets of `labels`.
    ///
    /// # Errors
    /// `batch.too_small` below two rows, `batch.no_positive` where no label occurs twice.
    pub fn new(labels: &[u16], device: &Device) -> Result<Self> {
        Self::with_memory(labels, &[], device)
    }

    /// The same with rows of `remembered` labels to compare with, behind those of the batch.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_memory(labels: &[u16], remembered: &[u16], device: &Device) -> Result<Self> {
        let rows = labels.len();
        if rows < 2 {
            return Err(Error::BatchTooSmall(format!("A batch needs at least 2 rows and has {rows}")));
        }
        let all = [labels, remembered].concat();
        let of: Vec<Vec<usize>> = (0..rows).map(|a| positives(&all, a).collect()).collect();
        let slots = of.iter().map(Vec::len).max().unwrap_or(0);
        if slots == 0 {
            return Err(Error::BatchNoPositive(
                "No label occurs twice in the batch: take at least 2 samples of each class".into(),
            ));
        }
        let mut positive_rows = Vec::with_capacity(rows * slots);
        let mut positive_mask = Vec::with_capacity(rows * slots);
        for (a, list) in of.iter().enumerate() {
            for slot in 0..slots {
                positive_rows.push(*list.get(slot).unwrap_or(&a) as i32);
                positive_mask.push(if slot < list.len() { 1.0f32 } else { 0.0 });
            }
        }
        let pairs = |holds: &dyn Fn(usize, usize) -> bool| -> Vec<f32> {
            (0..rows * all.len())
                .map(|at| if holds(at / all.len(), at % all.len()) { 1.0 } else { 0.0 })
                .collect()
        };
        let different = pairs(&|a, n| labels[a] != all[n]);
        let alike = pairs(&|a, p| a != p && labels[a] == all[p]);
        let indices = |rows: Vec<usize>| {
            let shape = [rows.len()];
            let rows: Vec<i32> = rows.into_iter().map(|row| row as i32).collect();
            Tensor::<1, Int>::from_data(TensorData::new(rows, shape), device)
        };
        let (first, views) = (first_pairs(labels), views(labels));
        let per_anchor = of.iter().map(|list| list.len() * (all.len() - 1 - list.len()));
        let anchors = per_anchor.clone().filter(|&count| count > 0).count();
        let tensor = |values: Vec<f32>, shape: [usize; 2]| {
            Tensor::<2>::from_data(TensorData::new(values, shape), device)
        };
        Ok(Self {
            labels: labels.to_vec(),
            slots,
            counts: (per_anchor.sum(), anchors),
            positive_rows: Tensor::from_data(TensorData::new(positive_rows, [rows, slots]), device),
            positive_mask: tensor(positive_mask, [rows, slots]).unsqueeze_dim(2),
            negative_mask: tensor(different, [rows, all.len()]).unsqueeze_dim(1),
            alike: tensor(alike, [rows, all.len()]),
            first_pairs: (indices(first.anchors), indices(first.others)),
            views: (indices(views.anchors), indices(views.others)),
        })
    }

    /// Rows of the batch.
    pub fn rows(&self) -> usize {
        self.labels.len()
    }

    /// Positive slots per anchor.
    pub fn slots(&self) -> usize {
        self.slots
    }

    /// Whether `labels` form the same pairs as the labels this grid was built from, whatever the
    /// classes are called: then the grid can be used again, with nothing to upload.
    pub fn fits(&self, labels: &[u16]) -> bool {
        let same_pattern = |x: &[u16], y: &[u16]| {
            x.windows(2).zip(y.windows(2)).all(|(x, y)| (x[0] == x[1]) == (y[0] == y[1]))
        };
        // Neighbours decide it only where equal labels stand together, as the sampler puts them.
        self.labels.len() == labels.len()
            && self.labels.is_sorted()
            && labels.is_sorted()
            && same_pattern(&self.labels, labels)
    }

    /// How many valid triplets there are, and how many anchors have one.
    pub fn counts(&self) -> (usize, usize) {
        self.counts
    }

    /// `[B, R]`: 1 where the two labels differ.
    pub fn different(&self) -> Tensor<2> {
        self.negative_mask.clone().squeeze_dim(1)
    }

    /// `[B, P, R]`: 1 for each valid triplet.
    pub fn triplet_mask(&self) -> Tensor<3> {
        self.positive_mask.clone() * self.negative_mask.clone()
    }

    /// d(a, p) of each slot: `[B, R]` to `[B, P, 1]`.
    pub fn positive_values(&self, matrix: Tensor<2>) -> Tensor<3> {
        matrix.gather(1, self.positive_rows.clone()).unsqueeze_dim(2)
    }

    /// d(a, n) of each row, valid or not: `[B, R]` to `[B, 1, R]`.
    pub fn negative_values(matrix: Tensor<2>) -> Tensor<3> {
        matrix.unsqueeze_dim(1)
    }
}

/// The first two rows of each label that has two.
fn first_pairs(labels: &[u16]) -> Pairs {
    let mut pairs = Pairs::default();
    for a in (0..labels.len()).filter(|&a| !labels[..a].contains(&labels[a])) {
        if let Some(p) = positives(labels, a).next() {
            pairs.push(a, p);
        }
    }
    pairs
}

/// Rows of one label two by two; the last of an odd number is left over.
fn views(labels: &[u16]) -> Pairs {
    let mut pairs = Pairs::default();
    let mut waiting = std::collections::HashMap::new();
    for (row, &label) in labels.iter().enumerate() {
        match waiting.remove(&label) {
            Some(first) => pairs.push(first, row),
            None => {
                waiting.insert(label, row);
            }
        }
    }
    pairs
}

/// The triplets that a miner left, on the device: values that broadcast to one shape, and a mask.
pub struct Selection {
    /// d(a, p): `[B, P, 1]` or `[B, 1, 1]`.
    pub positive: Tensor<3>,
    /// d(a, n): `[B, 1, R]`, `[B, P, 1]` or `[B, 1, 1]`.
    pub negative: Tensor<3>,
    /// d(p, n), where it was asked for: the shape of `keep`.
    pub between: Option<Tensor<3>>,
    /// 1 for each kept triplet: `[B, P, R]`, `[B, P, 1]` or `[B, 1, 1]`.
    pub keep: Tensor<3>,
    /// 1 for each kept positive and negative pair, `[B, P, 1]` and `[B, 1, R]`, where pairs were chosen and not
    /// triplets: a loss on pairs then counts each pair once.
    pub pairs: Option<(Tensor<3>, Tensor<3>)>,
    /// How many triplets the miner chose from: all valid ones, or one for each anchor.
    pub candidates: usize,
}

impl Selection {
    /// How often each value of the shape of `positive` (or of `negative`) counts when a triplet's pairs are counted as
    /// often as triplets hold them: the kept triplets, summed over what the value does not depend on.
    pub fn weights_like(&self, values: &Tensor<3>) -> Tensor<3> {
        let [_, slots, columns] = values.dims();
        let mut weights = self.keep.clone();
        if slots == 1 {
            weights = weights.sum_dim(1);
        }
        if columns == 1 {
            weights = weights.sum_dim(2);
        }
        weights
    }
}
