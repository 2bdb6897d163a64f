//! SphereFace: Liu et al. 2017. The angle to the own class is taken m times; the weights have length 1.

use super::facts::any;
use super::multiple_angle::cross_entropy_with_multiple_angle;
use super::{Facts, Inputs, Looks, Owns, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of `SphereFace`.
    pub struct Sphereface {
        /// How many times the angle to the own class is taken.
        multiple: usize = 4, "multiple" "m" whole(1, 12);
        /// Scale of the scores.
        scale: f64 = 1.0, "scale" "s" number(Range::POSITIVE);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Classifier,
    looks: Looks::Classes,
    formula: "cross entropy of s‖x‖cos θₖ, with ψ(mθ_y) for cos θ_y",
    paper: Paper {
        title: "Liu et al., SphereFace: Deep Hypersphere Embedding for Face Recognition",
        year: 2017,
        link: "https://arxiv.org/abs/1704.08063",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

impl Rule for Sphereface {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn owns(&self) -> Owns {
        Owns::Weights { centers: 1 }
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let classes = inputs.classes(1)?;
        Ok(vec![cross_entropy_with_multiple_angle(classes, self.multiple, self.scale, true)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value_of_classes};
    use super::*;

    #[test]
    fn by_hand() {
        // A row of length 2 at 30° from its own class: twice the angle is 60°. The other class is at 60°.
        let row = [2.0 * 30.0f32.to_radians().cos(), 2.0 * 30.0f32.to_radians().sin()];
        let of = |weights: &[[f32; 2]]| {
            value_of_classes(Sphereface { multiple: 2, scale: 1.0 }, &[row], &[0], weights)
        };
        // Scores 2 · cos 60° of the own class, 2 · cos 60° times the length of its weight of the other.
        let wanted = |length: f32| (length - 1.0).exp().ln_1p();
        assert_close(of(&[[1.0, 0.0], [0.0, 1.0]]), wanted(1.0));
        // Weights count at length 1.
        assert_close(of(&[[2.0, 0.0], [0.0, 3.0]]), wanted(1.0));
    }
}
