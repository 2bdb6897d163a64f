//! Convolutions as products of matrices: the numbers that a kernel sees at each place, as a column, and back.

/// Numbers of the columns that are made at once: 1 MiB, which a cache holds while they are multiplied.
const BLOCK: usize = 1 << 18;
/// Width of the kernel.
pub const WIDTH: usize = 3;

/// The shapes of a convolution. A sample has planes, and the kernel is [`WIDTH`] wide and 1 or 3 high. Zeros pad the border: a plane keeps
/// its size at stride 1, and has ⌈size / stride⌉ at a longer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planes {
    /// Planes of a sample.
    pub channels: usize,
    /// Rows of a plane.
    pub height: usize,
    /// Numbers of a row.
    pub width: usize,
    /// Height of the kernel, 1 or 3.
    pub kernel: usize,
    /// Steps of the kernel, both ways.
    pub stride: usize,
}

impl Planes {
    /// Numbers of a sample.
    pub fn sample(self) -> usize {
        self.channels * self.height * self.width
    }

    /// Numbers that a kernel sees at once: the rows of the columns.
    pub fn seen(self) -> usize {
        self.channels * self.kernel * WIDTH
    }

    /// Height and width of what comes out.
    pub fn out(self) -> [usize; 2] {
        [self.height.div_ceil(self.stride), self.width.div_ceil(self.stride)]
    }

    /// Places of the kernel in a sample.
    pub fn places(self) -> usize {
        self.out().iter().product()
    }

    /// Samples whose columns are made at once.
    pub fn block(self) -> usize {
        (BLOCK / (self.seen() * self.places()).max(1)).max(1)
    }

    /// The columns of some samples, `[seen, count · places]`.
    pub fn columns(self, samples: &[f32]) -> Vec<f32> {
        let count = samples.len() / self.sample();
        let mut columns = vec![0.0; self.seen() * count * self.places()];
        for (row, seen) in columns.chunks_exact_mut(count * self.places()).enumerate() {
            let (plane, above, left) = self.part(row);
            for (sample, seen) in
                samples.chunks_exact(self.sample()).zip(seen.chunks_exact_mut(self.places()))
            {
                let plane = &sample[plane..][..self.height * self.width];
                for (y, seen) in seen.chunks_exact_mut(self.out()[1]).enumerate() {
                    if let Some(line) = self.line(y, above) {
                        take(&plane[line * self.width..][..self.width], seen, self.stride, left);
                    }
                }
            }
        }
        columns
    }

    /// The transpose of [`columns`](Self::columns): adds each number of the columns to the one that it came from.
    pub fn add_columns(self, columns: &[f32], samples: &mut [f32]) {
        let count = samples.len() / self.sample();
        for (row, seen) in columns.chunks_exact(count * self.places()).enumerate() {
            let (plane, above, left) = self.part(row);
            for (sample, seen) in
                samples.chunks_exact_mut(self.sample()).zip(seen.chunks_exact(self.places()))
            {
                let plane = &mut sample[plane..][..self.height * self.width];
                for (y, seen) in seen.chunks_exact(self.out()[1]).enumerate() {
                    if let Some(line) = self.line(y, above) {
                        give(seen, &mut plane[line * self.width..][..self.width], self.stride, left);
                    }
                }
            }
        }
    }

    /// For a row of the columns: where its plane begins, and how far down and right of the kernel's corner it is.
    fn part(self, row: usize) -> (usize, usize, usize) {
        let (line, left) = (row / WIDTH, row % WIDTH);
        (line / self.kernel * self.height * self.width, line % self.kernel, left)
    }

    /// The line of a plane that the kernel's line `above` sees at place `y`; none in the padding.
    fn line(self, y: usize, above: usize) -> Option<usize> {
        (y * self.stride + above).checked_sub(self.kernel / 2).filter(|&line| line < self.height)
    }
}

/// The first place at which a column of the kernel is not in the padding, and what it sees there.
fn first(stride: usize, left: usize) -> (usize, usize) {
    let place = usize::from(left == 0);
    (place, place * stride + left - 1)
}

/// Copies the numbers that one column of the kernel reads along a line to `seen`. Places in the padding keep their 0.
fn take(line: &[f32], seen: &mut [f32], stride: usize, left: usize) {
    let (place, from) = first(stride, left);
    let (line, seen) = (&line[from.min(line.len())..], &mut seen[place..]);
    if stride == 2 {
        let pairs = line.chunks_exact(2);
        let last = pairs.remainder().first();
        let whole = pairs.len();
        seen.iter_mut().zip(pairs).for_each(|(seen, pair)| *seen = pair[0]);
        if let (Some(seen), Some(&last)) = (seen.get_mut(whole), last) {
            *seen = last;
        }
    } else {
        seen.iter_mut().zip(line.iter().step_by(stride)).for_each(|(seen, &x)| *seen = x);
    }
}

/// The transpose of [`take`].
fn give(seen: &[f32], line: &mut [f32], stride: usize, left: usize) {
    let (place, from) = first(stride, left);
    let from = from.min(line.len());
    let (line, seen) = (&mut line[from..], &seen[place..]);
    if stride == 2 {
        let whole = line.len() / 2;
        line.chunks_exact_mut(2).zip(seen).for_each(|(pair, &x)| pair[0] += x);
        if let (1, Some(&x)) = (line.len() % 2, seen.get(whole)) {
            line[2 * whole] += x;
        }
    } else {
        line.iter_mut().step_by(stride).zip(seen).for_each(|(line, &x)| *line += x);
    }
}

/// `[to, count · places]` to `[count, to, places]`, with a bias added, and then max(·, 0) of it where `rectified`.
pub fn spread(product: &[f32], bias: &[f32], places: usize, rectified: bool, out: &mut [f32]) {
    let all = product.len() / bias.len();
    for (at, out) in out.chunks_exact_mut(places).enumerate() {
        let (sample, to) = (at / bias.len(), at % bias.len());
        let from = &product[to * all + sample * places..][..places];
        for (out, &x) in out.iter_mut().zip(from) {
            let sum = x + bias[to];
            *out = if rectified && sum <= 0.0 { 0.0 } else { sum };
        }
    }
}

/// `[count, to, places]` to `[to, count · places]`: the transpose of [`spread`]. 0 where `kept`, the output, is not above 0.
pub fn gather(gradient: &[f32], kept: Option<&[f32]>, to: usize, places: usize) -> Vec<f32> {
    let mut out = vec![0.0; gradient.len()];
    let all = gradient.len() / to;
    for (at, from) in gradient.chunks_exact(places).enumerate() {
        let (sample, channel) = (at / to, at % to);
        let out = &mut out[channel * all + sample * places..][..places];
        out.copy_from_slice(from);
        if let Some(kept) = kept {
            crate::rows::keep_above_zero(out, &kept[at * places..][..places]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of a sample at a place that may be in the padding.
    fn at(planes: Planes, sample: &[f32], c: usize, y: isize, x: isize) -> f32 {
        let inside =
            (0..planes.height.cast_signed()).contains(&y) && (0..planes.width.cast_signed()).contains(&x);
        if inside { sample[(c * planes.height + y as usize) * planes.width + x as usize] } else { 0.0 }
    }

    fn shapes() -> impl Iterator<Item = Planes> {
        let sizes = [[1, 1], [1, 7], [2, 2], [3, 5], [8, 8], [7, 6]];
        sizes.into_iter().flat_map(|[height, width]| {
            [(1, 1), (1, 2), (3, 1), (3, 2), (3, 3)].map(|(kernel, stride)| Planes {
                channels: 2,
                height,
                width,
                kernel,
                stride,
            })
        })
    }

    #[test]
    fn columns_hold_what_the_kernel_sees() {
        for planes in shapes() {
            let samples: Vec<f32> = (1..=3 * planes.sample()).map(|x| x as f32).collect();
            let columns = planes.columns(&samples);
            let [high, wide] = planes.out();
            let mut expected = Vec::new();
            for c in 0..planes.channels {
                for ky in 0..planes.kernel {
                    for kx in 0..WIDTH {
                        for sample in samples.chunks_exact(planes.sample()) {
                            for (y, x) in (0..high).flat_map(|y| (0..wide).map(move |x| (y, x))) {
                                let y = (y * planes.stride + ky).cast_signed()
                                    - (planes.kernel / 2).cast_signed();
                                let x = (x * planes.stride + kx).cast_signed() - 1;
                                expected.push(at(planes, sample, c, y, x));
                            }
                        }
                    }
                }
            }
            assert_eq!(columns, expected, "{planes:?}");
        }
    }

    #[test]
    fn adding_is_the_transpose() {
        for planes in shapes() {
            // ⟨columns(a), b⟩ = ⟨a, add(b)⟩, in whole numbers.
            let a: Vec<f32> = (0..2 * planes.sample()).map(|x| (x * 5 % 7) as f32).collect();
            let columns = planes.columns(&a);
            let b: Vec<f32> = (0..columns.len()).map(|x| (x * 3 % 5) as f32).collect();
            let mut added = vec![0.0; a.len()];
            planes.add_columns(&b, &mut added);
            let dot = |x: &[f32], y: &[f32]| -> f32 { x.iter().zip(y).map(|(x, y)| x * y).sum() };
            assert_eq!(dot(&columns, &b), dot(&a, &added), "{planes:?}");
        }
    }

    #[test]
    fn spreading_and_gathering_by_hand() {
        // Two channels out, two samples, two places.
        let product = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        let mut out = [0.0; 8];
        spread(&product, &[0.5, -6.0], 2, true, &mut out);
        assert_eq!(out, [1.5, 2.5, 0.0, 0.0, 3.5, 4.5, 1.0, 2.0]);
        assert_eq!(gather(&product, None, 2, 2), [1.0, 2.0, 5.0, 6.0, 3.0, 4.0, 7.0, 8.0]);
        assert_eq!(gather(&product, Some(&out), 2, 2), [1.0, 2.0, 5.0, 6.0, 0.0, 0.0, 7.0, 8.0]);
    }
}
