//! Shifts and turns of a plane of pixels. Pixels from outside the plane have the value `paper`.

/// Appends `plane` to `out`, moved `by` pixels down and across.
pub fn shifted(
    plane: &[f32],
    height: usize,
    width: usize,
    by: (isize, isize),
    paper: f32,
    out: &mut Vec<f32>,
) {
    let (down, across) = by;
    let left = across.clamp(0, width.cast_signed()).cast_unsigned();
    let right = (-across).clamp(0, width.cast_signed()).cast_unsigned();
    for row in 0..height {
        let from = row.checked_add_signed(-down).filter(|&from| from < height);
        let Some(from) = from else {
            out.extend(std::iter::repeat_n(paper, width));
            continue;
        };
        let line = &plane[from * width..(from + 1) * width];
        out.extend(std::iter::repeat_n(paper, left));
        out.extend_from_slice(&line[right..width - left]);
        out.extend(std::iter::repeat_n(paper, right));
    }
}

/// Turns the plane by `angle` degrees, crops it to the share `side` around a centre moved by `offset` and resizes the crop
/// to full size. Each new pixel is the bilinear mean of the four around its source.
pub fn turned(
    plane: &mut [f32],
    (height, width): (usize, usize),
    angle: f32,
    side: f32,
    offset: (f32, f32),
    paper: f32,
) {
    let before = plane.to_vec();
    let at = |row: isize, column: isize| {
        let inside = (0..height.cast_signed()).contains(&row) && (0..width.cast_signed()).contains(&column);
        if inside { before[row.cast_unsigned() * width + column.cast_unsigned()] } else { paper }
    };
    let (sin, cos) = angle.to_radians().sin_cos();
    let middle = (0.5 * (height as f32 - 1.0), 0.5 * (width as f32 - 1.0));
    for row in 0..height {
        for column in 0..width {
            let (y, x) = ((row as f32 - middle.0) * side, (column as f32 - middle.1) * side);
            let from_y = cos * y - sin * x + middle.0 + offset.0;
            let from_x = sin * y + cos * x + middle.1 + offset.1;
            let (top, left) = (from_y.floor(), from_x.floor());
            let (part_y, part_x) = (from_y - top, from_x - left);
            let (top, left) = (top as isize, left as isize);
            let above = at(top, left) * (1.0 - part_x) + at(top, left + 1) * part_x;
            let below = at(top + 1, left) * (1.0 - part_x) + at(top + 1, left + 1) * part_x;
            plane[row * width + column] = above * (1.0 - part_y) + below * part_y;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_down_two_left_and_half_a_turn() {
        let mut out = Vec::new();
        shifted(&[0.2, 0.4, 0.6, 0.8, 1.0, 0.0], 2, 3, (1, -2), 0.5, &mut out);
        assert_eq!(out, [0.5, 0.5, 0.5, 0.6, 0.5, 0.5]);
        let mut plane = [0.1, 0.2, 0.3, 0.4];
        turned(&mut plane, (2, 2), 180.0, 1.0, (0.0, 0.0), 0.0);
        assert!(
            plane.iter().zip([0.4, 0.3, 0.2, 0.1]).all(|(got, wanted)| (got - wanted).abs() < 1e-6),
            "{plane:?}"
        );
    }
}
