//! Pictures to numbers, shifted a little at random when they are trained on.

use super::Dataset;
use crate::random::Random;

/// Writes a batch into `out`: pixel / 255, each picture shifted by a whole number of pixels drawn
/// evenly from `-shift..=shift`, down and across alike. `out` is cleared first; its new length is
/// indices × channels × height × width.
///
/// What moves in from outside has the picture's own background: of each channel's four corner pixels
/// the second smallest, which is the paper whether ink is light or dark as long as no two corners
/// carry ink. With `shift` 0 nothing is drawn from `random`.
///
/// # Panics
/// If an index has no picture.
pub fn write_batch(set: &Dataset, indices: &[u32], shift: usize, random: &mut Random, out: &mut Vec<f32>) {
    let (height, width) = (set.header.height, set.header.width);
    out.clear();
    out.reserve(indices.len() * set.sample_len());
    for &index in indices {
        let picture = set.picture(index as usize);
        if shift == 0 {
            out.extend(picture.iter().map(|&p| f32::from(p) / 255.0));
            continue;
        }
        let mut draw = || random.below(2 * shift + 1).cast_signed() - shift.cast_signed();
        let (down, across) = (draw(), draw());
        for plane in picture.chunks_exact(height * width) {
            let fill = f32::from(paper(plane, width)) / 255.0;
            shifted(plane, height, width, (down, across), fill, out);
        }
    }
}

/// The second smallest of a plane's four corner pixels.
fn paper(plane: &[u8], width: usize) -> u8 {
    let end = plane.len() - 1;
    let mut corners = [plane[0], plane[width - 1], plane[end + 1 - width], plane[end]];
    corners.sort_unstable();
    corners[1]
}

fn shifted(plane: &[u8], height: usize, width: usize, by: (isize, isize), fill: f32, out: &mut Vec<f32>) {
    let (down, across) = by;
    let left = across.clamp(0, width.cast_signed()).cast_unsigned();
    let right = (-across).clamp(0, width.cast_signed()).cast_unsigned();
    for row in 0..height {
        let from = row.checked_add_signed(-down).filter(|&from| from < height);
        let Some(from) = from else {
            out.extend(std::iter::repeat_n(fill, width));
            continue;
        };
        let line = &plane[from * width..(from + 1) * width];
        out.extend(std::iter::repeat_n(fill, left));
        out.extend(line[right..width - left].iter().map(|&p| f32::from(p) / 255.0));
        out.extend(std::iter::repeat_n(fill, right));
    }
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
        write_batch(&set, &[5, 2], 0, &mut random, &mut out);
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
            write_batch(&set, &[0], 2, &mut random, &mut out);
            let at = out.iter().position(|&v| v > 0.5).expect("the pixel stays inside");
            landed[at / 9 - 2][at % 9 - 2] += 1;
        }
        // 200 expected each, standard deviation 14.
        assert!(landed.iter().flatten().all(|n| (130..270).contains(n)), "shifts {landed:?}");
    }
}
