//! Batches of samples as the network gets them, each changed a little at random when it is trained on.

use metriclab_loops::planes::{shifted, turned};

use super::{Dataset, NumberType, Preparation, SampleKind};
use crate::error::Result;
use crate::random::Random;

/// Random changes of a picture. 0 switches one off.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Augmentation {
    /// Largest shift in pixels, each way.
    pub shift: usize,
    /// Largest turn in degrees, each way.
    pub rotate: f32,
    /// Largest share of the side cut off.
    pub crop: f32,
    /// Standard deviation of the noise.
    pub noise: f32,
    /// Largest share of the area erased.
    pub erase: f32,
    /// Whether half are mirrored.
    pub flip: bool,
}

/// Writes a batch into `out`, as the network gets it. `out` is cleared first; its new length is indices × channels ×
/// height × width.
///
/// A picture is shifted by a whole number of pixels drawn evenly from `-shift..=shift`, down and across alike, then
/// mirrored, turned and cropped, a part of it erased, and noise added, as far as `how` asks; then it is prepared. For
/// a setting of 0 nothing is drawn from `random`. Pixels that move in from outside, and those erased, get the picture's
/// own background: of each channel's four corner pixels the second smallest, which is the paper whether ink is light or
/// dark as long as no two corners carry ink.
///
/// Vectors get noise alone. Noise is added to bytes before they are prepared, and the sum stays in `[0, 1]`; floats, and
/// whatever is divided by its standard deviation, get it afterwards. Of sequences, `erase` covers a span of frames with
/// their means, and both leave what is not there as it is. Park et al. 2019, `SpecAugment`.
///
/// # Errors
/// `index.out_of_range` if an index has no sample; as [`Preparation::apply`].
pub fn write_batch(
    set: &Dataset,
    indices: &[u32],
    how: &Augmentation,
    preparation: &Preparation,
    random: &mut Random,
    out: &mut Vec<f32>,
) -> Result<()> {
    set.hold(indices)?;
    let header = &set.header;
    let bounded = header.number == NumberType::U8 && preparation.keeps_units();
    out.clear();
    out.reserve(indices.len() * set.sample_len());
    for &index in indices {
        let first = out.len();
        if header.kind() == SampleKind::Picture {
            write_picture(set, index as usize, how, random, out);
        } else {
            set.write_numbers_unchecked(index as usize, out);
        }
        if bounded && how.noise > 0.0 {
            let noisy = |p: f32, random: &mut Random| (p + how.noise * random.normal()).clamp(0.0, 1.0);
            out[first..].iter_mut().for_each(|p| *p = noisy(*p, random));
        }
    }
    preparation.apply(out, set.sample_len())?;
    if header.kind() == SampleKind::Sequences {
        for sample in out.chunks_exact_mut(set.sample_len()) {
            change_frames(sample, header.width, how, random);
        }
    } else if !bounded && how.noise > 0.0 {
        out.iter_mut().for_each(|x| *x += how.noise * random.normal());
    }
    Ok(())
}

/// Covers frames of a prepared sequence and adds noise to those that are there.
fn change_frames(sample: &mut [f32], width: usize, how: &Augmentation, random: &mut Random) {
    let (features, presence) = sample.split_at_mut(sample.len() - width);
    // A preparation leaves the presence as it is.
    let frames = presence.iter().take_while(|&&there| there == 1.0).count();
    let covered = if how.erase > 0.0 {
        let span = (how.erase * random.uniform() * frames as f32) as usize;
        let first = random.below(frames - span + 1);
        first..first + span
    } else {
        0..0
    };
    for feature in features.chunks_exact_mut(width) {
        feature[covered.clone()].fill(0.0);
        if how.noise > 0.0 {
            feature[..frames].iter_mut().for_each(|x| *x += how.noise * random.normal());
        }
    }
}

/// Appends a picture, changed in every way but by noise.
fn write_picture(set: &Dataset, index: usize, how: &Augmentation, random: &mut Random, out: &mut Vec<f32>) {
    let (height, width) = (set.header.height, set.header.width);
    let first = out.len();
    set.write_numbers_unchecked(index, out);
    let papers: Vec<f32> = out[first..].chunks_exact(height * width).map(|p| paper(p, width)).collect();
    if how.shift > 0 {
        let mut draw = || random.below(2 * how.shift + 1).cast_signed() - how.shift.cast_signed();
        let (down, across) = (draw(), draw());
        let before = out.split_off(first);
        for (plane, &paper) in before.chunks_exact(height * width).zip(&papers) {
            shifted(plane, height, width, (down, across), paper, out);
        }
    }
    change(&mut out[first..], (height, width), &papers, how, random);
}

/// Mirrors, turns, crops and erases in place; every channel alike.
fn change(
    picture: &mut [f32],
    (height, width): (usize, usize),
    papers: &[f32],
    how: &Augmentation,
    random: &mut Random,
) {
    let planes = |picture: &mut [f32], of: &mut dyn FnMut(&mut [f32], f32)| {
        picture.chunks_exact_mut(height * width).zip(papers).for_each(|(plane, &paper)| of(plane, paper));
    };
    if how.flip && random.below(2) == 1 {
        planes(picture, &mut |plane, _| plane.chunks_exact_mut(width).for_each(<[f32]>::reverse));
    }
    if how.rotate > 0.0 || how.crop > 0.0 {
        let angle = if how.rotate > 0.0 { how.rotate * (2.0 * random.uniform() - 1.0) } else { 0.0 };
        let (side, down, across) = if how.crop > 0.0 {
            let cut = how.crop * random.uniform();
            (1.0 - cut, cut * (random.uniform() - 0.5), cut * (random.uniform() - 0.5))
        } else {
            (1.0, 0.0, 0.0)
        };
        let centre = (down * height as f32, across * width as f32);
        planes(picture, &mut |plane, paper| turned(plane, (height, width), angle, side, centre, paper));
    }
    if how.erase > 0.0 {
        let area = how.erase * random.uniform() * (height * width) as f32;
        let shape = 0.5 + 1.5 * random.uniform();
        // Rounded down, so that no more than the share is covered; a single row, a sequence say, is covered along it.
        let rows = ((area * shape).sqrt() as usize).clamp(1, height);
        let columns = ((area / rows as f32) as usize).min(width);
        let (top, left) = (random.below(height - rows + 1), random.below(width - columns + 1));
        planes(picture, &mut |plane, paper| {
            for row in top..top + rows {
                plane[row * width + left..row * width + left + columns].fill(paper);
            }
        });
    }
}

/// The second smallest of a plane's four corner pixels.
fn paper(plane: &[f32], width: usize) -> f32 {
    let end = plane.len() - 1;
    let mut corners = [plane[0], plane[width - 1], plane[end + 1 - width], plane[end]];
    corners.sort_unstable_by(f32::total_cmp);
    corners[1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datasets::synthetic::{Bars, bars};
    use crate::datasets::{Header, Split};

    /// Pixels 10 to 90 in a 3 × 3 picture but for the corners, which are paper.
    fn plane(paper: f32) -> [f32; 9] {
        [paper, 20.0, paper, 40.0, 50.0, 60.0, paper, 80.0, paper]
    }

    fn shift_by(paper_value: f32, down: isize, across: isize) -> Vec<f32> {
        let plane = plane(paper_value);
        let mut out = Vec::new();
        shifted(&plane, 3, 3, (down, across), paper(&plane, 3), &mut out);
        out
    }

    fn as_they_are(set: &Dataset) -> Preparation {
        let split = Split::new(&set.labels, set.header.classes.len(), 0).expect("enough classes");
        Preparation { ink: false, ..Preparation::of(set, &split, true) }
    }

    #[test]
    fn a_shift_moves_ink_and_fills_with_paper() {
        let (p, w) = (0.0, 255.0);
        assert_eq!(shift_by(p, 0, 0), plane(p), "no shift");
        assert_eq!(shift_by(p, 1, 0), [p, p, p, p, 20.0, p, 40.0, 50.0, 60.0], "one down, black paper");
        assert_eq!(shift_by(w, 0, -1), [20.0, w, w, 50.0, 60.0, w, 80.0, w, w], "one left, white paper");
        assert_eq!(shift_by(w, -2, 1), [w, w, 80.0, w, w, w, w, w, w], "two up, one right");
        assert_eq!(shift_by(7.0, 9, -9), [7.0; 9], "shifted out altogether");
    }

    #[test]
    fn one_inked_corner_is_not_taken_for_paper() {
        assert_eq!(paper(&[255.0, 9.0, 9.0, 0.0], 2), 9.0, "one dark and one light corner");
        assert_eq!(paper(&[0.0, 255.0, 255.0, 255.0], 2), 255.0, "ink on white");
        assert_eq!(paper(&[200.0, 0.0, 0.0, 0.0], 2), 0.0, "ink on black");
    }

    #[test]
    fn a_batch_is_pictures_over_255_and_shift_zero_draws_nothing() {
        let set = bars(&Bars::default()).expect("bars");
        let mut random = Random::new(1);
        let mut out = vec![9.0; 3];
        let how = Augmentation::default();
        write_batch(&set, &[5, 2], &how, &as_they_are(&set), &mut random, &mut out).expect("finite numbers");
        assert_eq!(out, set.numbers(&[5, 2]).expect("two samples"), "plain pictures in the order asked");
        assert_eq!(random, Random::new(1), "nothing drawn");
    }

    #[test]
    fn shifts_take_every_value_alike() {
        // One bright pixel in the middle of black: where it lands is the shift.
        let mut pixels = vec![0; 2 * 81];
        pixels[4 * 9 + 4] = 255;
        let set = Dataset::new(Header::new("dot", 2, [1, 9, 9], 2), pixels, vec![0, 1], Vec::new());
        let set = set.expect("two pictures of two classes");
        let preparation = as_they_are(&set);
        let how = Augmentation { shift: 2, ..Augmentation::default() };
        let mut random = Random::new(1);
        let mut landed = [[0_u32; 5]; 5];
        let mut out = Vec::new();
        for _ in 0..5_000 {
            write_batch(&set, &[0], &how, &preparation, &mut random, &mut out).expect("finite numbers");
            let at = out.iter().position(|&v| v > 0.5).expect("the pixel stays inside");
            landed[at / 9 - 2][at % 9 - 2] += 1;
        }
        // 200 expected each, standard deviation 14.
        assert!(landed.iter().flatten().all(|n| (130..270).contains(n)), "shifts {landed:?}");
    }

    #[test]
    fn turns_crops_and_mirrors_by_hand() {
        let plane: Vec<f32> = (1..=9).map(|x| x as f32 / 10.0).collect();
        let turn = |angle: f32, side: f32| {
            let mut plane = plane.clone();
            turned(&mut plane, (3, 3), angle, side, (0.0, 0.0), 0.0);
            plane.iter().map(|v| (v * 10.0 * 100.0).round() / 100.0).collect::<Vec<f32>>()
        };
        assert_eq!(turn(0.0, 1.0), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0], "no turn");
        assert_eq!(turn(180.0, 1.0), [9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0], "half a turn");
        let quarter = turn(90.0, 1.0);
        assert!(
            [[3.0, 6.0, 9.0], [7.0, 4.0, 1.0]].contains(&[quarter[0], quarter[1], quarter[2]]),
            "{quarter:?}"
        );
        // Half the side: corners come from half way to the middle.
        assert_eq!(turn(0.0, 0.5)[0], 3.0, "1, 2, 4, 5 mixed alike");
        let mut mirrored = plane.clone();
        let how = Augmentation { flip: true, ..Augmentation::default() };
        let mut random = Random::new(1);
        let mut seen = (0, 0);
        for _ in 0..200 {
            mirrored.copy_from_slice(&plane);
            change(&mut mirrored, (3, 3), &[0.0], &how, &mut random);
            if mirrored[0] == plane[2] { seen.1 += 1 } else { seen.0 += 1 }
        }
        assert!(seen.0 > 60 && seen.1 > 60, "half are mirrored: {seen:?}");
    }

    #[test]
    fn erasing_covers_a_rectangle_with_paper() {
        let mut random = Random::new(2);
        let mut covered = 0;
        for _ in 0..100 {
            let mut picture = vec![0.5; 144];
            let how = Augmentation { erase: 0.3, ..Augmentation::default() };
            change(&mut picture, (12, 12), &[1.0], &how, &mut random);
            let erased: Vec<usize> = (0..144).filter(|&at| picture[at] == 1.0).collect();
            let rows: std::collections::BTreeSet<usize> = erased.iter().map(|at| at / 12).collect();
            let columns: std::collections::BTreeSet<usize> = erased.iter().map(|at| at % 12).collect();
            assert_eq!(erased.len(), rows.len() * columns.len(), "a rectangle");
            assert!(erased.len() as f32 <= 0.3 * 144.0, "no more than its share: {}", erased.len());
            covered += erased.len();
        }
        // Half of the largest share on average, less what rounding takes.
        assert!((1_200..2_300).contains(&covered), "covered {covered} of 14,400");
    }

    #[test]
    fn noise_has_its_deviation_and_stays_in_the_range_of_bytes() {
        let grey =
            Dataset::new(Header::new("grey", 2, [1, 100, 100], 2), vec![128; 20_000], vec![0, 1], vec![]);
        let grey = grey.expect("two pictures of two classes");
        let rows: Vec<f32> = (0..20_000).map(|at| if at < 10_000 { -3.0 } else { 5.0 }).collect();
        let vectors =
            Dataset::of_vectors("rows", &rows, 10_000, vec![0, 1]).expect("two rows of two classes");
        let mut random = Random::new(2);
        let mut noisy = |set: &Dataset, noise: f32, mean_before: f32| {
            let how = Augmentation { noise, ..Augmentation::default() };
            let split = Split::new(&set.labels, 2, 0).expect("two classes");
            let preparation = match set.header.kind() {
                SampleKind::Picture => Preparation { centre: vec![0.0], scale: vec![1.0], ink: false },
                _ => Preparation::of(set, &split, false),
            };
            let mut out = Vec::new();
            write_batch(set, &[0], &how, &preparation, &mut random, &mut out).expect("finite numbers");
            let mean = out.iter().sum::<f32>() / 10_000.0;
            let deviation = (out.iter().map(|p| (p - mean).powi(2)).sum::<f32>() / 10_000.0).sqrt();
            assert!((mean - mean_before).abs() < 0.03, "mean {mean}");
            assert!((deviation - noise).abs() < 0.03, "deviation {deviation}");
            out
        };
        let bytes = noisy(&grey, 0.1, 128.0 / 255.0);
        assert!(bytes.iter().all(|p| (0.0..=1.0).contains(p)), "in range");
        // −3 and 5 have the mean 1 and the deviation 4.
        let floats = noisy(&vectors, 1.0, -1.0);
        assert!(floats.iter().any(|&x| x < -2.0), "floats have no range to stay in");
    }
}
