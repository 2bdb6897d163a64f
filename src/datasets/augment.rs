//! Pictures to numbers, shifted a little at random when they are trained on.

use metriclab_loops::pictures::{shifted, turned};

use super::Dataset;
use crate::random::Random;

/// What may happen to a picture. 0 for none.
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

/// Writes a batch into `out`: pixel / 255, each picture shifted by a whole number of pixels drawn
/// evenly from `-shift..=shift`, down and across alike, then mirrored, turned and cropped, a part of it erased, and
/// noise added, as far as `how` asks. `out` is cleared first; its new length is
/// indices × channels × height × width.
///
/// What moves in from outside, and what is erased, has the picture's own background: of each channel's four corner
/// pixels the second smallest, which is the paper whether ink is light or dark as long as no two corners
/// carry ink. For what is 0 nothing is drawn from `random`.
///
/// # Panics
/// If an index has no picture.
pub fn write_batch(
    set: &Dataset,
    indices: &[u32],
    how: &Augmentation,
    random: &mut Random,
    out: &mut Vec<f32>,
) {
    let (height, width) = (set.header.height, set.header.width);
    out.clear();
    out.reserve(indices.len() * set.sample_len());
    for &index in indices {
        let picture = set.picture(index as usize);
        let first = out.len();
        if how.shift == 0 {
            out.extend(picture.iter().map(|&p| f32::from(p) / 255.0));
        } else {
            let mut draw = || random.below(2 * how.shift + 1).cast_signed() - how.shift.cast_signed();
            let (down, across) = (draw(), draw());
            for plane in picture.chunks_exact(height * width) {
                let fill = f32::from(paper(plane, width)) / 255.0;
                shifted(plane, height, width, (down, across), fill, out);
            }
        }
        let papers = picture.chunks_exact(height * width).map(|plane| f32::from(paper(plane, width)) / 255.0);
        let papers: Vec<f32> = papers.collect();
        change(&mut out[first..], (height, width), &papers, how, random);
    }
}

/// All but the shift, in place; every channel alike.
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
    if how.noise > 0.0 {
        picture.iter_mut().for_each(|p| *p = (*p + how.noise * random.normal()).clamp(0.0, 1.0));
    }
}

/// The second smallest of a plane's four corner pixels.
fn paper(plane: &[u8], width: usize) -> u8 {
    let end = plane.len() - 1;
    let mut corners = [plane[0], plane[width - 1], plane[end + 1 - width], plane[end]];
    corners.sort_unstable();
    corners[1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datasets::synthetic::{Bars, bars};

    /// Pixels 10 to 90 in a 3 × 3 picture but for the corners, which are paper.
    fn plane(paper: u8) -> [u8; 9] {
        [paper, 20, paper, 40, 50, 60, paper, 80, paper]
    }

    fn shift_by(paper_value: u8, down: isize, across: isize) -> Vec<u8> {
        let plane = plane(paper_value);
        let mut out = Vec::new();
        shifted(&plane, 3, 3, (down, across), f32::from(paper(&plane, 3)) / 255.0, &mut out);
        out.iter().map(|v| (v * 255.0).round() as u8).collect()
    }

    #[test]
    fn a_shift_moves_ink_and_fills_with_paper() {
        assert_eq!(shift_by(0, 0, 0), plane(0), "no shift");
        assert_eq!(shift_by(0, 1, 0), [0, 0, 0, 0, 20, 0, 40, 50, 60], "one down, black paper");
        assert_eq!(shift_by(255, 0, -1), [20, 255, 255, 50, 60, 255, 80, 255, 255], "one left, white paper");
        assert_eq!(shift_by(255, -2, 1), [255, 255, 80, 255, 255, 255, 255, 255, 255], "two up, one right");
        assert_eq!(shift_by(7, 9, -9), [7; 9], "shifted out altogether");
    }

    #[test]
    fn one_inked_corner_is_not_taken_for_paper() {
        assert_eq!(paper(&[255, 9, 9, 0], 2), 9, "one dark and one light corner");
        assert_eq!(paper(&[0, 255, 255, 255], 2), 255, "ink on white");
        assert_eq!(paper(&[200, 0, 0, 0], 2), 0, "ink on black");
    }

    #[test]
    fn a_batch_is_pictures_over_255_and_shift_zero_draws_nothing() {
        let set = bars(&Bars::default());
        let mut random = Random::new(1);
        let mut out = vec![9.0; 3];
        write_batch(&set, &[5, 2], &Augmentation::default(), &mut random, &mut out);
        assert_eq!(out, set.pictures(&[5, 2]), "plain pictures in the order asked");
        assert_eq!(random, Random::new(1), "nothing drawn");
    }

    #[test]
    fn shifts_take_every_value_alike() {
        // One bright pixel in the middle of black: where it lands is the shift.
        let mut set = bars(&Bars { side: 9, ..Bars::default() });
        set.pixels.fill(0);
        set.pixels[4 * 9 + 4] = 255;
        let mut random = Random::new(1);
        let mut landed = [[0_u32; 5]; 5];
        let mut out = Vec::new();
        for _ in 0..5_000 {
            write_batch(
                &set,
                &[0],
                &Augmentation { shift: 2, ..Augmentation::default() },
                &mut random,
                &mut out,
            );
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
    fn erasing_covers_a_rectangle_with_paper_and_noise_stays_in_range() {
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
        let mut picture = vec![0.5; 10_000];
        let how = Augmentation { noise: 0.1, ..Augmentation::default() };
        change(&mut picture, (100, 100), &[0.0], &how, &mut random);
        let mean = picture.iter().sum::<f32>() / 10_000.0;
        let deviation = (picture.iter().map(|p| (p - mean).powi(2)).sum::<f32>() / 10_000.0).sqrt();
        assert!((mean - 0.5).abs() < 0.01 && (deviation - 0.1).abs() < 0.01, "{mean} ± {deviation}");
        assert!(picture.iter().all(|p| (0.0..=1.0).contains(p)), "in range");
    }
}
