//! Which rows of a batch form pairs and triplets.
//!
//! A triplet is an anchor a, a positive p of a's class and a negative n of another class. All valid
//! triplets of a batch of B rows lie in a grid `[B, P, R]`: anchor × positive slot × negative, where
//! P is the largest number of positives that a row has and R the rows compared with: the batch itself,
//! and behind it what a memory keeps of batches before. The grid depends on the labels alone, so it
//! is built on the host and the training step needs nothing back from the device.

use std::cell::OnceCell;

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
    pair_counts: (usize, usize),
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
}

impl TripletGrid {
    /// Lays out the triplets of `labels`.
    ///
    /// # Errors
    /// `batch.too_small` below two rows; `batch.no_positive` without two rows of one label; `data.too_large` for more
    /// pairs or positives than fit in memory.
    pub fn new(labels: &[u16], device: &Device) -> Result<Self> {
        Self::with_memory(labels, &[], device)
    }

    /// The same with rows of `remembered` labels to compare with, behind those of the batch.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_memory(labels: &[u16], remembered: &[u16], device: &Device) -> Result<Self> {
        let rows = labels.len() + remembered.len();
        if rows < 2 {
            return Err(Error::BatchTooSmall(format!("A batch needs at least 2 rows and has {rows}")));
        }
        let shape = Shape::of(labels, remembered);
        if shape.slots == 0 {
            return Err(no_positive());
        }
        let bytes = 4 * (shape.rows as u64) * shape.columns.max(shape.slots) as u64;
        if bytes > LARGEST_MASK {
            return Err(Error::DataTooLarge { bytes, limit: LARGEST_MASK });
        }
        Ok(Self::lay_out(labels, remembered, device))
    }

    /// Some anchors of a batch against all its rows: `anchors` are the labels of the block, `others` those of all other
    /// rows. A block may lack positives.
    pub(crate) fn block(anchors: &[u16], others: &[u16], device: &Device) -> Self {
        Self::lay_out(anchors, others, device)
    }

    fn lay_out(labels: &[u16], remembered: &[u16], device: &Device) -> Self {
        let rows = labels.len();
        let all = [labels, remembered].concat();
        let of: Vec<Vec<usize>> = (0..rows).map(|a| positives(&all, a).collect()).collect();
        let slots = of.iter().map(Vec::len).max().unwrap_or(0).max(1);
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
        let first = first_pairs(labels);
        let per_anchor = of.iter().map(|list| list.len() * (all.len() - 1 - list.len()));
        let anchors = per_anchor.clone().filter(|&count| count > 0).count();
        let positive_pairs = of.iter().map(Vec::len).sum();
        let tensor = |values: Vec<f32>, shape: [usize; 2]| {
            Tensor::<2>::from_data(TensorData::new(values, shape), device)
        };
        Self {
            labels: labels.to_vec(),
            slots,
            counts: (per_anchor.sum(), anchors),
            pair_counts: (positive_pairs, rows * (all.len() - 1) - positive_pairs),
            positive_rows: Tensor::from_data(TensorData::new(positive_rows, [rows, slots]), device),
            positive_mask: tensor(positive_mask, [rows, slots]).unsqueeze_dim(2),
            negative_mask: tensor(different, [rows, all.len()]).unsqueeze_dim(1),
            alike: tensor(alike, [rows, all.len()]),
            first_pairs: (indices(first.anchors, device), indices(first.others, device)),
        }
    }

    /// Rows of the batch.
    pub fn rows(&self) -> usize {
        self.labels.len()
    }

    /// Positive slots per anchor.
    pub fn slots(&self) -> usize {
        self.slots
    }

    /// Whether `labels` form the same pairs as the labels of this grid, whatever the classes are called: then the grid
    /// can be used again, with nothing to upload.
    pub fn fits(&self, labels: &[u16]) -> bool {
        let same_pattern = |x: &[u16], y: &[u16]| {
            x.windows(2).zip(y.windows(2)).all(|(x, y)| (x[0] == x[1]) == (y[0] == y[1]))
        };
        // Neighbours decide it only where rows of one label are neighbours, as the sampler puts them.
        self.labels.len() == labels.len()
            && self.labels.is_sorted()
            && labels.is_sorted()
            && same_pattern(&self.labels, labels)
    }

    /// How many valid triplets there are, and how many anchors have one.
    pub fn counts(&self) -> (usize, usize) {
        self.counts
    }

    /// How many ordered pairs of two rows there are: of one label, and of two.
    pub fn pair_counts(&self) -> (usize, usize) {
        self.pair_counts
    }

    /// `[B, R]`: 1 where the second row comes after the first, so that each pair of the batch counts once.
    pub fn once(&self) -> Tensor<2> {
        let ones = self.alike.ones_like();
        ones.triu(1)
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

    /// `[B, R]`: 1 where the second row is the anchor itself.
    pub fn own(&self) -> Tensor<2> {
        let ones = self.alike.ones_like();
        ones.clone().triu(0) - ones.triu(1)
    }

    /// Values of the anchor itself and of its positives, `[B, 1 + P, 1]`, and 1 where there is one.
    pub fn of_class(&self, matrix: Tensor<2>) -> (Tensor<3>, Tensor<3>) {
        let own = (matrix.clone() * self.own()).sum_dim(1).unsqueeze_dim::<3>(2);
        let values = Tensor::cat(vec![own, self.positive_values(matrix)], 1);
        let first = self.positive_mask.clone().narrow(1, 0, 1).ones_like();
        (values, Tensor::cat(vec![first, self.positive_mask.clone()], 1))
    }

    /// d(p, n) of each slot and row, `[B, B]` to `[B, P, B]`.
    pub fn between(&self, matrix: Tensor<2>) -> Tensor<3> {
        let [rows, slots] = self.positive_rows.dims();
        let flat = self.positive_rows.clone().reshape([rows * slots]);
        let [_, columns] = matrix.dims();
        matrix.select(0, flat).reshape([rows, slots, columns])
    }

    /// d(a, n) of each row, valid or not: `[B, R]` to `[B, 1, R]`.
    pub fn negative_values(matrix: Tensor<2>) -> Tensor<3> {
        matrix.unsqueeze_dim(1)
    }
}

/// Largest mask of a grid: `[B, R]` or `[B, P]` in f32.
const LARGEST_MASK: u64 = 1 << 28;

fn no_positive() -> Error {
    Error::BatchNoPositive("No label occurs twice in the batch: take at least 2 samples of each class".into())
}

fn indices(rows: Vec<usize>, device: &Device) -> Tensor<1, Int> {
    let shape = [rows.len()];
    let rows: Vec<i32> = rows.into_iter().map(|row| row as i32).collect();
    Tensor::from_data(TensorData::new(rows, shape), device)
}

/// Sizes of a [`TripletGrid`], known before it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// B: rows of the batch.
    pub rows: usize,
    /// P: the largest number of positives of a row.
    pub slots: usize,
    /// R: rows compared with.
    pub columns: usize,
}

impl Shape {
    /// The sizes for these labels.
    pub fn of(labels: &[u16], remembered: &[u16]) -> Self {
        let mut counts = std::collections::HashMap::new();
        labels.iter().chain(remembered).for_each(|label| *counts.entry(label).or_insert(0_usize) += 1);
        let slots = labels.iter().map(|label| counts[label] - 1).max().unwrap_or(0);
        Self { rows: labels.len(), slots, columns: labels.len() + remembered.len() }
    }
}

/// The labels of a batch, and the pairs and triplets that they form. A loss that needs no pair takes any batch: the
/// grid is laid out when it is first asked for.
#[derive(Clone, Debug)]
pub struct Pairing {
    labels: Vec<u16>,
    remembered: Vec<u16>,
    device: Device,
    grid: OnceCell<Result<TripletGrid>>,
    targets: OnceCell<Tensor<2, Int>>,
    views: OnceCell<Result<(Tensor<1, Int>, Tensor<1, Int>)>>,
}

impl Pairing {
    /// A batch by itself.
    pub fn new(labels: &[u16], device: &Device) -> Self {
        Self::with_memory(labels, &[], device)
    }

    /// The same with rows of `remembered` labels to compare with, behind those of the batch.
    pub fn with_memory(labels: &[u16], remembered: &[u16], device: &Device) -> Self {
        Self {
            labels: labels.to_vec(),
            remembered: remembered.to_vec(),
            device: device.clone(),
            grid: OnceCell::new(),
            targets: OnceCell::new(),
            views: OnceCell::new(),
        }
    }

    /// Some anchors of a batch against all its rows: `anchors` are the labels of the block, `others` those of all other
    /// rows.
    pub(crate) fn block(anchors: &[u16], others: &[u16], device: &Device) -> Self {
        let grid = OnceCell::from(Ok(TripletGrid::block(anchors, others, device)));
        Self { grid, ..Self::with_memory(anchors, others, device) }
    }

    /// The labels of the batch.
    pub fn labels(&self) -> &[u16] {
        &self.labels
    }

    /// The labels of the rows of batches before.
    pub fn remembered(&self) -> &[u16] {
        &self.remembered
    }

    /// The device that its tensors are on.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Pairs and triplets.
    ///
    /// # Errors
    /// As [`TripletGrid::new`].
    pub fn grid(&self) -> Result<&TripletGrid> {
        let lay_out = || TripletGrid::with_memory(&self.labels, &self.remembered, &self.device);
        self.grid.get_or_init(lay_out).as_ref().map_err(Clone::clone)
    }

    /// `[B, 1]`: the labels as numbers of classes.
    pub fn targets(&self) -> Tensor<2, Int> {
        let targets = || indices(self.labels.iter().map(|&label| usize::from(label)).collect(), &self.device);
        self.targets.get_or_init(|| targets().reshape([self.labels.len(), 1])).clone()
    }

    /// Rows of one label two by two, in the order of the rows, no row twice: `[V]` and `[V]`. A loss on two views takes
    /// them for views of one thing.
    ///
    /// # Errors
    /// `batch.no_positive` without two rows of one label.
    pub fn views(&self) -> Result<(Tensor<1, Int>, Tensor<1, Int>)> {
        let pairs = || {
            let views = views(&self.labels);
            if views.is_empty() {
                return Err(no_positive());
            }
            Ok((indices(views.anchors, &self.device), indices(views.others, &self.device)))
        };
        self.views.get_or_init(pairs).clone()
    }

    /// The pairing of the next batch. A grid that fits stays as it is, so that nothing is uploaded.
    #[must_use]
    pub fn next(self, labels: &[u16]) -> Self {
        let fits =
            matches!(self.grid.get(), Some(Ok(grid)) if self.remembered.is_empty() && grid.fits(labels));
        let next = Self::new(labels, &self.device);
        if fits { Self { grid: self.grid, views: self.views, ..next } } else { next }
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
    /// Every valid triplet; `between` asks for d(p, n) as well, for which R must be B.
    pub fn of_all(matrix: Tensor<2>, grid: &TripletGrid, between: bool) -> Self {
        Self {
            positive: grid.positive_values(matrix.clone()),
            negative: TripletGrid::negative_values(matrix.clone()),
            between: between.then(|| grid.between(matrix)),
            keep: grid.triplet_mask(),
            pairs: Some((grid.positive_mask.clone(), grid.negative_mask.clone())),
            candidates: grid.counts().0,
        }
    }

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
