//! Sub-center `ArcFace`. Deng et al. 2020.

use super::class_scores::{cosines_by_class, cross_entropy_with_angle};
use super::facts::any;
use super::{Classes, Facts, Inputs, Looks, Owns, Paper, Reduction, Rule, Term, Wiring};
use crate::distances::Distance;
use crate::error::Result;
use crate::setting::{Range, settings};

settings! {
    /// Settings of sub-center `ArcFace`.
    pub struct SubcenterArcface {
        /// How much the angle to the own class is widened, in radians.
        margin: f64 = 0.5, "margin" "m" number(Range::RADIANS);
        /// Scale of the cosines.
        scale: f64 = 64.0, "scale" "s" number(Range::POSITIVE);
        /// Centres of each class. Rows that do not fit their class gather at a centre of their own.
        centers: usize = 3, "centers" "K" whole(1, 64);
    }
}

static FACTS: Facts = Facts {
    wiring: Wiring::Classifier,
    looks: Looks::Classes,
    formula: "ArcFace with θₖ the angle to the nearest of K centres",
    paper: Paper {
        title: "Deng, Guo, Liu, Gong & Zafeiriou, Sub-center ArcFace: Boosting Face Recognition by Large-scale Noisy Web Faces",
        year: 2020,
        link: "https://doi.org/10.1007/978-3-030-58621-8_43",
    },
    written_for: Distance::Cosine,
    takes: any,
    unit: None,
    remembers: false,
    reduction: Reduction::Mean,
};

impl Rule for SubcenterArcface {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn owns(&self) -> Owns {
        Owns::Weights { centers: self.centers }
    }

    fn terms(&self, inputs: &mut Inputs<'_>) -> Result<Vec<Term>> {
        let Classes { embeddings, weight, targets, .. } = inputs.classes(self.centers)?;
        let cosine = cosines_by_class(embeddings, weight, self.centers).max_dim(2).squeeze_dim::<2>(2);
        Ok(vec![cross_entropy_with_angle(cosine, targets, self.margin, self.scale)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{assert_close, value_of_classes};
    use super::*;

    #[test]
    fn by_hand() {
        // Centres of the first class at 180° and 0°, of the second at 90° and 180°: the nearest count.
        let row = [30.0f32.to_radians().cos(), 30.0f32.to_radians().sin()];
        let loss = SubcenterArcface { margin: 30.0f64.to_radians(), scale: 4.0, centers: 2 };
        let weights = [[-1.0, 1.0, 0.0, -1.0], [0.0, 0.0, 1.0, 0.0]];
        assert_close(value_of_classes(loss, &[row], &[0], &weights), 2.0f32.ln());
    }
}
