//! Matryoshka. Kusupati et al. 2022: the first numbers of an embedding are an embedding by themselves.
//!
//! A loss is computed on all numbers, on the first half, on the first quarter and so on; the values add up. The loss
//! within is NT-Xent or the supervised contrastive loss.

use burn::tensor::Tensor;

use super::facts::cosine;
use super::{Facts, Inputs, Looks, Paper, Reduction, Rule, Term, Wiring, ntxent, supcon};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, names, settings};

names! {
    /// The loss that is computed on each length.
    pub enum Within {
        /// NT-Xent.
        Ntxent = "ntxent",
        /// Supervised contrastive.
        Supcon = "supcon",
    }
}

settings! {
    /// Settings of Matryoshka.
    pub struct Matryoshka {
        /// The loss that is computed on each length.
        within: Within = Within::Ntxent, "within" "L" choice;
        /// Temperature of that loss.
        temperature: f64 = 0.07, "temperature" "τ" number(Range::POSITIVE);
        /// Number of lengths: D, D/2, D/4, …
        levels: usize = 3, "levels" "" whole(1, 10);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Siamese,
    looks: Looks::Pairs,
    formula: "L(x) + L(x₁…D/2) + L(x₁…D/4) + …",
    paper: Paper {
        title: "Kusupati et al., Matryoshka Representation Learning",
        year: 2022,
        link: "https://arxiv.org/abs/2205.13147",
    },
    written_for: Distance::Cosine,
    takes: cosine,
    unit: None,
    remembers: true,
    reduction: Reduction::Mean,
};

impl Rule for Matryoshka {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// Each length has a mean of its own, as the loss within takes it.
    fn reduction(&self) -> Reduction {
        match self.within {
            Within::Ntxent => Reduction::MeanOfEach,
            Within::Supcon => Reduction::NonZero,
        }
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let grid = inputs.pairing.grid()?;
        let (rows, references) = (inputs.rows(), inputs.references());
        let [_, dim] = rows.dims();
        let lengths = (0..self.levels).map(|level| dim >> level).take_while(|&length| length > 0);
        let term = |length: usize| {
            let first = |x: &Tensor<2>| x.clone().narrow(1, 0, length);
            let matrix = inputs.distance.matrix_unchecked(first(&rows), first(&references));
            match self.within {
                Within::Ntxent => {
                    let values = ntxent::values(inputs.distance, matrix, grid, self.temperature);
                    Term::weighing(values, grid.positive_mask.clone())
                }
                Within::Supcon => {
                    Term::every_row(supcon::values(inputs.distance, matrix, grid, self.temperature))
                }
            }
        };
        Ok(lengths.map(term).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value};
    use super::super::{Ntxent, Supcon};
    use super::*;

    #[test]
    fn by_hand() {
        // The first half of each row is an embedding by itself.
        let rows = [[1.0, 0.5, 0.0, 2.0], [0.3, 1.0, 0.7, 0.0], [-1.0, 0.2, 0.5, 0.5]];
        let halves = rows.map(|row| [row[0], row[1]]);
        let labels = [0, 0, 1];
        let temperature = 0.5;
        let of = |within: Within| {
            let loss = Matryoshka { within, temperature, levels: 2 };
            value(loss, Distance::Cosine, &rows, &labels)
        };
        let ntxent = Ntxent { temperature };
        let whole = value(ntxent, Distance::Cosine, &rows, &labels);
        assert_close(of(Within::Ntxent), whole + value(ntxent, Distance::Cosine, &halves, &labels));
        let supcon = Supcon { temperature };
        let whole = value(supcon, Distance::Cosine, &rows, &labels);
        assert_close(of(Within::Supcon), whole + value(supcon, Distance::Cosine, &halves, &labels));
        // Four numbers have three lengths: 4, 2 and 1.
        let many = Matryoshka { levels: 10, ..Matryoshka::DEFAULT };
        let three = value(Matryoshka::DEFAULT, Distance::Cosine, &rows, &labels);
        assert_eq!(value(many, Distance::Cosine, &rows, &labels), three);
    }
}
