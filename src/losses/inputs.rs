//! The input of a loss. A loss pulls what it needs: all pairs, mined triplets, classes, views or rows. It does not know
//! which miner selected the triplets, nor where weights come from.

use burn::tensor::{Int, Tensor};

use crate::distances::Distance;
use crate::error::{Error, Result};
use crate::pairing::{Pairing, Selection, TripletGrid};
use crate::random::Random;

/// The parameters of a loss, and its state.
#[derive(Clone, Default)]
pub struct Learned {
    /// Class weights `[d, C·K]` with their bias `[1, C·K]`, or a predictor `[d, d]` with its bias `[1, d]`.
    pub weights: Option<(Tensor<2>, Tensor<2>)>,
    /// Boundaries between near and far: `[1, C]`, or `[1, 1]` for all classes.
    pub boundary: Option<Tensor<2>>,
    /// The running histogram `[1, bins]`; none or all zeros before the first step.
    pub histogram: Option<Tensor<2>>,
}

/// Selects triplets from a matrix of distances `[B, R]`. The flag asks for d(p, n) as well.
pub type Select<'a> = dyn Fn(Tensor<2>, &TripletGrid, bool, &mut Random) -> Selection + 'a;

/// All pairs of a batch.
pub struct AllPairs<'a> {
    /// Masks of the pairs.
    pub grid: &'a TripletGrid,
    /// All distances, `[B, R]`.
    pub matrix: Tensor<2>,
}

/// Rows and their classes.
pub struct Classes {
    /// `[B, d]`.
    pub embeddings: Tensor<2>,
    /// `[d, C·K]`, with the K centres of a class together.
    pub weight: Tensor<2>,
    /// `[1, C·K]`.
    pub bias: Tensor<2>,
    /// `[B, 1]`, in 0..C.
    pub targets: Tensor<2, Int>,
}

/// The input of a loss.
pub struct Inputs<'a> {
    /// How rows are compared.
    pub distance: Distance,
    /// Labels, pairs and triplets.
    pub pairing: &'a Pairing,
    /// Source of all chances.
    pub random: &'a mut Random,
    /// `[B, d]`.
    pub(crate) embeddings: Tensor<2>,
    /// `[M, d]`: rows of batches before.
    pub(crate) memory: Option<Tensor<2>>,
    /// Further, local views of the things, `[V, d]` each.
    pub(crate) local_views: Vec<Tensor<2>>,
    pub(crate) learned: Learned,
    pub(crate) select: &'a Select<'a>,
    /// Added to the reduced value, `[1]`.
    pub(crate) penalty: Option<Tensor<1>>,
    /// The running histogram after this call.
    pub(crate) histogram: Option<Tensor<2>>,
}

impl<'a> Inputs<'a> {
    /// A batch.
    pub(crate) fn new(
        (distance, pairing): (Distance, &'a Pairing),
        embeddings: Tensor<2>,
        select: &'a Select<'a>,
        random: &'a mut Random,
    ) -> Self {
        Self {
            distance,
            pairing,
            random,
            embeddings,
            memory: None,
            local_views: Vec::new(),
            learned: Learned::default(),
            select,
            penalty: None,
            histogram: None,
        }
    }

    /// The rows, `[B, d]`.
    pub fn rows(&self) -> Tensor<2> {
        self.embeddings.clone()
    }

    /// The rows compared with, `[R, d]`: the batch, and rows of batches before behind it.
    pub fn references(&self) -> Tensor<2> {
        match &self.memory {
            Some(memory) => Tensor::cat(vec![self.embeddings.clone(), memory.clone()], 0),
            None => self.embeddings.clone(),
        }
    }

    /// All pairs.
    ///
    /// # Errors
    /// `batch.*` where the labels form no pair.
    pub fn pairs(&self) -> Result<AllPairs<'a>> {
        let grid = self.pairing.grid()?;
        Ok(AllPairs { grid, matrix: self.distance.matrix_unchecked(self.rows(), self.references()) })
    }

    /// The triplets, or pairs, that the miner selects; `between` asks for d(p, n) as well.
    ///
    /// # Errors
    /// `batch.*` where the labels form no pair.
    pub fn mined(&mut self, between: bool) -> Result<Selection> {
        let AllPairs { grid, matrix } = self.pairs()?;
        Ok((self.select)(matrix, grid, between, self.random))
    }

    /// The rows with class weights of `centers` columns a class.
    ///
    /// # Errors
    /// `config.invalid` without class weights; `shape.mismatch` where they have other rows than d or no column for the
    /// class of a row.
    pub fn classes(&self, centers: usize) -> Result<Classes> {
        let (weight, bias) = self.weights()?;
        let columns = weight.dims()[1];
        let classes = self.pairing.labels().iter().max().map_or(0, |&label| usize::from(label) + 1);
        if centers == 0 || !columns.is_multiple_of(centers) || columns < classes * centers {
            return Err(Error::shape("the columns of the class weights", classes * centers, columns));
        }
        Ok(Classes { embeddings: self.rows(), weight, bias, targets: self.pairing.targets() })
    }

    /// The linear predictor and its bias.
    ///
    /// # Errors
    /// `config.invalid` without a predictor; `shape.mismatch` unless it is `[d, d]`.
    pub fn predictor(&self) -> Result<(Tensor<2>, Tensor<2>)> {
        let (weight, bias) = self.weights()?;
        let [dim, columns] = weight.dims();
        if columns == dim { Ok((weight, bias)) } else { Err(Error::shape("the predictor", dim, columns)) }
    }

    fn weights(&self) -> Result<(Tensor<2>, Tensor<2>)> {
        let (weight, bias) = self.learned.weights.clone().ok_or_else(missing)?;
        let ([_, dim], [rows, columns]) = (self.embeddings.dims(), weight.dims());
        if rows != dim {
            return Err(Error::shape("the class weights of a column", dim, rows));
        }
        if bias.dims() != [1, columns] {
            return Err(Error::shape("the bias of the class weights", columns, bias.dims()[1]));
        }
        Ok((weight, bias))
    }

    /// The learned boundary of each row, `[B, 1, 1]`.
    ///
    /// # Errors
    /// `config.invalid` without boundaries; `shape.mismatch` without one for the class of a row.
    pub fn boundary(&self, per_class: bool) -> Result<Tensor<3>> {
        let boundary = self.learned.boundary.clone().ok_or_else(missing)?;
        let [rows, count] = boundary.dims();
        if rows != 1 {
            return Err(Error::shape("the boundaries of a class", 1, rows));
        }
        let labels = self.pairing.labels();
        let classes = labels.iter().max().map_or(0, |&label| usize::from(label) + 1);
        if per_class && count < classes {
            return Err(Error::shape("the boundaries of the classes", classes, count));
        }
        if count == 0 {
            return Err(Error::shape("the boundaries", 1, 0));
        }
        let each = boundary.expand([labels.len(), count]);
        let own = if per_class { each.gather(1, self.pairing.targets()) } else { each.narrow(1, 0, 1) };
        Ok(own.unsqueeze_dim(2))
    }

    /// The two views of each thing, `[V, d]` each: row i of the one and row i of the other.
    ///
    /// # Errors
    /// `batch.no_positive` without two rows of one label.
    pub fn views(&self) -> Result<[Tensor<2>; 2]> {
        let (first, second) = self.pairing.views()?;
        Ok([self.rows().select(0, first), self.rows().select(0, second)])
    }

    /// Further views of the things, `[V, d]` each.
    pub fn local_views(&self) -> Vec<Tensor<2>> {
        self.local_views.clone()
    }

    /// The running histogram before this call.
    pub fn running_histogram(&self) -> Option<Tensor<2>> {
        self.learned.histogram.clone()
    }

    /// Keeps the running histogram for the next call, without gradient.
    pub fn keep_histogram(&mut self, histogram: Tensor<2>) {
        self.histogram = Some(histogram.detach());
    }

    /// Adds `penalty`, `[1]`, to the reduced value.
    pub fn add_penalty(&mut self, penalty: Tensor<1>) {
        self.penalty = Some(match self.penalty.take() {
            Some(before) => before + penalty,
            None => penalty,
        });
    }
}

fn missing() -> Error {
    Error::config("loss.kind", "needs what it learns next to the network")
}
