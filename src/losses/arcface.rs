//! ArcFace. Deng et al. 2019.

use super::class_scores::{cosines, cross_entropy_with_angle};
use super::facts::any;
use super::{Classes, Facts, Inputs, Looks, Owns, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of `ArcFace`.
    pub struct Arcface {
        /// How much the angle to the own class is widened, in radians.
        margin: f64 = 0.5, "margin" "m" number(Range::RADIANS);
        /// Scale of the cosines.
        scale: f64 = 64.0, "scale" "s" number(Range::POSITIVE);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Classifier,
    looks: Looks::Classes,
    formula: "cross entropy of s cos(θₖ + m[k = y])",
    paper: Paper {
        title: "Deng, Guo, Xue & Zafeiriou, ArcFace: Additive Angular Margin Loss for Deep Face Recognition",
        year: 2019,
        link: "https://arxiv.org/abs/1801.07698",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

impl Rule for Arcface {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn owns(&self) -> Owns {
        Owns::Weights { centers: 1 }
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let Classes { embeddings, weight, targets, .. } = inputs.classes(1)?;
        let cosine = cosines(embeddings, weight);
        Ok(vec![cross_entropy_with_angle(cosine, targets, self.margin, self.scale)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value_of_classes};
    use super::*;

    #[test]
    fn by_hand() {
        // 30° from its own class and 60° from the other; with the margin both are at 60°.
        let row = [30.0f32.to_radians().cos(), 30.0f32.to_radians().sin()];
        let loss = Arcface { margin: 30.0f64.to_radians(), scale: 4.0 };
        assert_close(value_of_classes(loss, &[row], &[0], &[[1.0, 0.0], [0.0, 1.0]]), 2.0f32.ln());
        // At 180° from its own class cos θ − m sin m continues the curve, and the other class is at 90°.
        let far = value_of_classes(loss, &[[-1.0, 0.0]], &[0], &[[1.0, 0.0], [0.0, 1.0]]);
        let own = -1.0 - 30.0f32.to_radians() * 0.5;
        assert_close(far, (-4.0 * own).exp().ln_1p());
        // A negative margin narrows the angle: 170° become 140°, and the other class is at 80°.
        let row = [170.0f32.to_radians().cos(), 170.0f32.to_radians().sin()];
        let narrow = Arcface { margin: -30.0f64.to_radians(), scale: 4.0 };
        let found = value_of_classes(narrow, &[row], &[0], &[[1.0, 0.0], [0.0, 1.0]]);
        let [own, other] = [140.0f32, 80.0].map(|degrees| degrees.to_radians().cos());
        assert_close(found, (4.0 * (other - own)).exp().ln_1p());
    }
}
