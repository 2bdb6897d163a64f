//! From the numbers of a file to those that a network gets.

use metriclab_loops::rows::{apart, first_not_finite, standardise};

use super::header::{Background, NumberType, SampleKind};
use super::{Dataset, Role, Split};
use crate::error::{Error, Result};

/// x ↦ (x − centre) / scale, or |x − centre| for ink. One centre and one scale serve a run of numbers: a channel of
/// pictures, a single number of vectors. It is learned once, from the training samples, and belongs to the saved session.
#[derive(Clone, Debug, PartialEq)]
pub struct Preparation {
    /// The number that maps to 0.
    pub centre: Vec<f32>,
    /// The distance from it that maps to 1. Above 0; 1 everywhere for ink.
    pub scale: Vec<f32>,
    /// Whether the sign is dropped: ink is ink, on white paper or on black.
    pub ink: bool,
}

/// A spread below this share of the largest number is rounding.
const LEAST_SPREAD: f64 = 1e-6;

impl Preparation {
    /// The preparation of a data set for a network.
    ///
    /// - Pictures with a background, found or given: |p − background|, so that an empty picture is 0 whatever the
    ///   paper's colour.
    /// - Pictures with `background: null`: bytes as p / 255; floats by mean and standard deviation of each channel.
    /// - Vectors: by mean and standard deviation of each number over the training samples; a number that is constant
    ///   becomes 0. For an embedding bag (`counts`) they stay as they are, since their zeros mean "not in the bag", and so
    ///   do bags for every network.
    /// - Sequences: by mean and standard deviation of each feature over the frames that are there. The presence stays.
    pub fn of(dataset: &Dataset, split: &Split, counts: bool) -> Self {
        let header = &dataset.header;
        match (header.kind(), header.background) {
            (SampleKind::Picture, Background::Found) => Self::ink(dataset.background()),
            (SampleKind::Picture, Background::Given(value)) => {
                Self::ink(vec![header.number.scaled(value); header.channels])
            }
            (SampleKind::Picture, Background::Nothing) if header.number == NumberType::F32 => {
                Self::standard(dataset, &split.indices(Role::Train), header.channels)
            }
            (SampleKind::Sequences, _) => {
                let mut preparation = Self::standard(dataset, &split.indices(Role::Train), header.channels);
                let presence = header.channels - 1;
                (preparation.centre[presence], preparation.scale[presence]) = (0.0, 1.0);
                preparation
            }
            (SampleKind::Vectors, _) if !counts => {
                Self::standard(dataset, &split.indices(Role::Train), dataset.sample_len())
            }
            _ => Self { centre: vec![0.0], scale: vec![1.0], ink: false },
        }
    }

    /// Whether prepared numbers are still in units of the file.
    pub fn keeps_units(&self) -> bool {
        self.scale.iter().all(|&scale| scale == 1.0)
    }

    fn ink(background: Vec<f32>) -> Self {
        Self { scale: vec![1.0; background.len()], centre: background, ink: true }
    }

    /// Mean and standard deviation of each of `parts` equal runs of numbers; of sequences, over the frames that are there.
    fn standard(dataset: &Dataset, training: &[u32], parts: usize) -> Self {
        let run = dataset.sample_len() / parts;
        let sequences = dataset.header.kind() == SampleKind::Sequences;
        let mut row = Vec::new();
        let mut over = |add: &mut dyn FnMut(usize, f64)| {
            for &index in training {
                row.clear();
                dataset.write_numbers_unchecked(index as usize, &mut row);
                let there = if sequences { dataset.header.frames(&row).unwrap_or(run) } else { run };
                for (part, numbers) in row.chunks_exact(run).enumerate() {
                    numbers[..there].iter().for_each(|&x| add(part, f64::from(x)));
                }
            }
        };
        let mut numbers = 0.0;
        over(&mut |part, _| numbers += f64::from(u8::from(part == 0)));
        let (mut mean, mut largest) = (vec![0.0_f64; parts], vec![0.0_f64; parts]);
        over(&mut |part, x| {
            mean[part] += x / numbers;
            largest[part] = largest[part].max(x.abs());
        });
        let mut variance = vec![0.0_f64; parts];
        over(&mut |part, x| variance[part] += (x - mean[part]).powi(2) / numbers);
        let scale = variance.iter().zip(&largest).map(|(variance, largest)| {
            let spread = variance.sqrt().max(LEAST_SPREAD * largest) as f32;
            if spread > 0.0 { spread } else { 1.0 }
        });
        Self { scale: scale.collect(), centre: mean.iter().map(|&x| x as f32).collect(), ink: false }
    }

    /// Prepares rows of samples in place.
    ///
    /// # Errors
    /// `data.not_finite` where a number leaves the range of f32: it lies 10³⁸ deviations from the mean.
    pub fn apply(&self, rows: &mut [f32], sample_len: usize) -> Result<()> {
        let run = sample_len / self.centre.len();
        let parts = self.centre.iter().zip(&self.scale).cycle();
        for (numbers, (&centre, &scale)) in rows.chunks_exact_mut(run).zip(parts) {
            if self.ink {
                apart(numbers, centre);
            } else {
                standardise(numbers, centre, scale);
            }
        }
        match first_not_finite(rows) {
            Some(at) => Err(Error::not_finite("the prepared samples", at / sample_len)),
            None => Ok(()),
        }
    }

    /// Checks that a preparation from a saved session fits samples of `sample_len` numbers.
    ///
    /// # Errors
    /// `session.state_invalid`.
    pub fn check(&self, sample_len: usize) -> Result<()> {
        let (parts, scales) = (self.centre.len(), self.scale.len());
        if parts == 0 || parts != scales || !sample_len.is_multiple_of(parts) {
            return Err(Error::StateInvalid(format!(
                "its preparation has {parts} centres and {scales} scales, for samples of {sample_len} numbers"
            )));
        }
        if self.scale.iter().any(|&scale| scale <= 0.0) {
            return Err(Error::StateInvalid("a scale of its preparation is not above 0".into()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datasets::Header;

    fn prepared(dataset: &Dataset, counts: bool) -> (Preparation, Vec<f32>) {
        let split = Split::new(&dataset.labels, dataset.header.classes.len(), 0).expect("enough classes");
        let preparation = Preparation::of(dataset, &split, counts);
        let all: Vec<u32> = (0..dataset.count() as u32).collect();
        let mut rows = dataset.numbers(&all).expect("its own samples");
        preparation.apply(&mut rows, dataset.sample_len()).expect("finite numbers");
        (preparation, rows)
    }

    /// Two pictures of two channels, 1 × 2 pixels.
    fn pictures(background: Background) -> Dataset {
        let mut header = Header::new("pictures", 2, [2, 1, 2], 2);
        header.background = background;
        Dataset::new(header, vec![255, 255, 0, 51, 255, 204, 0, 0], vec![0, 1], vec![]).expect("two pictures")
    }

    #[test]
    fn pictures_are_ink_by_hand() {
        let (_, found) = prepared(&pictures(Background::Found), false);
        let wanted = [0.0, 0.0, 0.0, 0.2, 0.0, 0.2, 0.0, 0.0];
        let close = found.iter().zip(wanted).all(|(got, wanted): (&f32, f32)| (got - wanted).abs() < 1e-6);
        assert!(close, "255 and 0 are paper: {found:?}");
        let (_, given) = prepared(&pictures(Background::Given(51.0)), false);
        assert!(
            (given[0] - 0.8).abs() < 1e-6 && (given[2] - 0.2).abs() < 1e-6 && given[3] == 0.0,
            "{given:?}"
        );
        let (nothing, plain) = prepared(&pictures(Background::Nothing), false);
        assert_eq!(plain, [1.0, 1.0, 0.0, 0.2, 1.0, 0.8, 0.0, 0.0], "as they are");
        assert!(nothing.keeps_units());
    }

    #[test]
    fn vectors_keep_their_sign_and_get_mean_0_and_deviation_1() {
        let rows = [-1.0, 7.0, 1e6, 3.0, 7.0, -1e6, -1.0, 7.0, 1e6, 3.0, 7.0, -1e6];
        let set = Dataset::of_vectors("rows", &rows, 3, vec![0, 1, 0, 1]).expect("four rows");
        let (preparation, rows) = prepared(&set, false);
        assert_eq!(rows[..6], [-1.0, 0.0, 1.0, 1.0, 0.0, -1.0], "a constant number becomes 0");
        assert_eq!(preparation.centre, [1.0, 7.0, 0.0]);
        let (_, counts) = prepared(&set, true);
        assert_eq!(counts[..3], [-1.0, 7.0, 1e6], "an embedding bag gets them as they are");
    }

    #[test]
    fn only_training_samples_count_and_extremes_are_coded() {
        let mut rows: Vec<f32> = (0..40).map(|at| if at % 2 == 0 { 1.0 } else { -1.0 }).collect();
        let labels: Vec<u16> = (0..40).map(|at| at / 20).collect();
        let split = Split::new(&labels, 2, 0).expect("two classes");
        let test = split.indices(Role::Test)[0] as usize;
        rows[test] = f32::MAX;
        let set = Dataset::of_vectors("rows", &rows, 1, labels).expect("forty rows");
        let preparation = Preparation::of(&set, &split, false);
        assert!(preparation.scale[0] < 1.1, "the sentinel is no training sample: {preparation:?}");
        let mut one = vec![f32::MAX];
        let wide = Preparation { scale: vec![2.0], ..preparation.clone() };
        wide.apply(&mut one, 1).expect("within f32");
        let narrow = Preparation { scale: vec![0.1], ..preparation };
        assert_eq!(narrow.apply(&mut one, 1).expect_err("beyond f32").code(), "data.not_finite");
    }
}
