//! Outlines of the part of a rectangle where a field is at most a level: marching squares on a grid that is refined
//! along the boundary.

use std::collections::VecDeque;

/// A place in the plane.
pub type Point = [f64; 2];

/// A closed line; the part that it encloses lies to its left. The last point joins the first.
pub type Ring = Vec<Point>;

/// Coarse cells along each side of the frame.
const CELLS: usize = 96;
/// Fine cells along each side of a refined coarse cell.
const SPLIT: usize = 4;
/// Fine cells along each side of the frame.
const SIDE: usize = CELLS * SPLIT;
/// Nodes of a refined cell.
const NODES: usize = (SPLIT + 1) * (SPLIT + 1);
/// Points nearer than this share of the frame to the line between their neighbours are left out.
const STRAIGHT: f64 = 2e-4;
/// Rings smaller than this share of the frame's area are left out.
const SMALLEST_AREA: f64 = 1e-7;

/// A rectangle of the plane.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    pub left: f64,
    pub bottom: f64,
    pub right: f64,
    pub top: f64,
}

impl Frame {
    /// The place of a fine node.
    fn node(&self, column: usize, row: usize) -> Point {
        let along = |low: f64, high: f64, at: usize| low + (high - low) * (at as f64 / SIDE as f64);
        [along(self.left, self.right, column), along(self.bottom, self.top, row)]
    }

    /// The coarse cell that holds a place.
    fn cell_at(&self, [x, y]: Point) -> Option<[usize; 2]> {
        let cell = |at: f64, low: f64, high: f64| {
            let share = (at - low) / (high - low);
            (0.0..=1.0).contains(&share).then(|| ((share * CELLS as f64) as usize).min(CELLS - 1))
        };
        Some([cell(x, self.left, self.right)?, cell(y, self.bottom, self.top)?])
    }

    fn area(&self) -> f64 {
        (self.right - self.left) * (self.top - self.bottom)
    }

    /// The whole rectangle.
    pub fn ring(&self) -> Ring {
        vec![
            [self.left, self.bottom],
            [self.right, self.bottom],
            [self.right, self.top],
            [self.left, self.top],
        ]
    }
}

/// A field over a frame, with its values on the coarse grid: several levels are traced on them.
pub struct Field<F> {
    frame: Frame,
    value: F,
    coarse: Vec<f64>,
    /// Places whose cells are refined at once: features that are smaller than a coarse cell lie there.
    seeds: Vec<[usize; 2]>,
}

impl<F: Fn(Point) -> f64> Field<F> {
    pub fn new(frame: Frame, seeds: &[Point], value: F) -> Self {
        let nodes = (0..=CELLS).flat_map(|row| (0..=CELLS).map(move |column| (column, row)));
        let coarse = nodes.map(|(column, row)| value(frame.node(SPLIT * column, SPLIT * row))).collect();
        let seeds = seeds.iter().filter_map(|&seed| frame.cell_at(seed)).collect();
        Self { frame, value, coarse, seeds }
    }

    /// Rings around the places where the field is at most `level`, closed along the frame's border. None where there
    /// is no such place; the frame itself where all places are.
    ///
    /// The outline is within a fine cell (1/384 of the frame) of the true one, and far nearer where the field is
    /// smooth. Parts that are thinner than a fine cell are left out.
    pub fn outline(&self, level: f64) -> Vec<Ring> {
        let mut tracer = Tracer::new(self, level);
        tracer.refine();
        tracer.cross_cells();
        tracer.follow_border();
        let least = SMALLEST_AREA * self.frame.area();
        let simple = |ring: Ring| simplified(&ring, &self.frame);
        let mut rings: Vec<Ring> = rings(tracer.segments).into_iter().map(simple).collect();
        rings.retain(|ring| area(ring).abs() > least);
        let total: f64 = rings.iter().map(|ring| area(ring)).sum();
        if total > self.frame.area() - least { vec![self.frame.ring()] } else { rings }
    }
}

/// A refined coarse cell: the values of its fine nodes, row after row.
struct Cell {
    column: usize,
    row: usize,
    values: [f64; NODES],
}

/// A piece of the outline, from the crossing `from` at the place `at` to the crossing `to`.
struct Segment {
    from: usize,
    to: usize,
    at: Point,
}

/// A fine node with its value.
#[derive(Clone, Copy)]
struct Node {
    column: usize,
    row: usize,
    value: f64,
}

impl Node {
    fn index(&self) -> usize {
        self.row * (SIDE + 1) + self.column
    }

    /// Number of the virtual edge that leads out of the frame at this node.
    fn spoke(&self) -> usize {
        2 * (SIDE + 1) * (SIDE + 1) + self.index()
    }
}

/// One level of a field on its way to an outline.
struct Tracer<'a, F> {
    field: &'a Field<F>,
    level: f64,
    /// Number of each coarse cell's refinement, from 1; 0 where there is none.
    refined: Vec<u32>,
    cells: Vec<Cell>,
    segments: Vec<Segment>,
}

impl<'a, F: Fn(Point) -> f64> Tracer<'a, F> {
    fn new(field: &'a Field<F>, level: f64) -> Self {
        Self { field, level, refined: vec![0; CELLS * CELLS], cells: Vec::new(), segments: Vec::new() }
    }

    fn inside(&self, value: f64) -> bool {
        value <= self.level
    }

    fn is_mixed(&self, values: impl IntoIterator<Item = f64>) -> bool {
        let mut values = values.into_iter().map(|value| self.inside(value));
        let first = values.next();
        values.any(|inside| Some(inside) != first)
    }

    /// Values of a coarse cell's corners, counter-clockwise.
    fn corners(&self, column: usize, row: usize) -> [f64; 4] {
        let at = |column: usize, row: usize| self.field.coarse[row * (CELLS + 1) + column];
        [at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1)]
    }

    /// Refines the cells that the outline passes, those with a seed, and from there every cell into which it continues.
    fn refine(&mut self) {
        let all = (0..CELLS).flat_map(|row| (0..CELLS).map(move |column| [column, row]));
        let mixed = all.filter(|&[column, row]| self.is_mixed(self.corners(column, row)));
        let mut waiting: VecDeque<[usize; 2]> = mixed.chain(self.field.seeds.iter().copied()).collect();
        while let Some([column, row]) = waiting.pop_front() {
            if self.refined[row * CELLS + column] != 0 {
                continue;
            }
            let cell = self.evaluate(column, row);
            for (side, [dx, dy]) in [[0, -1], [1, 0], [0, 1], [-1, 0]].into_iter().enumerate() {
                let next = [column.checked_add_signed(dx), row.checked_add_signed(dy)];
                if let [Some(column), Some(row)] = next
                    && column < CELLS
                    && row < CELLS
                    && self.is_mixed(nodes_along(&cell, side).map(|node| node.value))
                {
                    waiting.push_back([column, row]);
                }
            }
            self.cells.push(cell);
            self.refined[row * CELLS + column] = self.cells.len() as u32;
        }
    }

    fn evaluate(&self, column: usize, row: usize) -> Cell {
        let Field { frame, value, .. } = self.field;
        let corners = self.corners(column, row);
        let values = std::array::from_fn(|at| {
            let (i, j) = (at % (SPLIT + 1), at / (SPLIT + 1));
            match (i, j) {
                (0, 0) => corners[0],
                (SPLIT, 0) => corners[1],
                (SPLIT, SPLIT) => corners[2],
                (0, SPLIT) => corners[3],
                _ => value(frame.node(SPLIT * column + i, SPLIT * row + j)),
            }
        });
        Cell { column, row, values }
    }

    /// The number and the place of the crossing between two neighbouring nodes.
    fn crossing(&self, one: Node, other: Node) -> (usize, Point) {
        let (low, high) = if one.index() < other.index() { (one, other) } else { (other, one) };
        let share = (self.level - low.value) / (high.value - low.value);
        let share = if share.is_nan() { 0.5 } else { share.clamp(0.0, 1.0) };
        let frame = &self.field.frame;
        let (from, to) = (frame.node(low.column, low.row), frame.node(high.column, high.row));
        let place = [0, 1].map(|axis| from[axis] + (to[axis] - from[axis]) * share);
        (2 * low.index() + usize::from(low.row != high.row), place)
    }

    /// The outline's pieces within the refined cells.
    fn cross_cells(&mut self) {
        let mut segments = Vec::new();
        for cell in &self.cells {
            for j in 0..SPLIT {
                for i in 0..SPLIT {
                    let corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)];
                    self.cross(corners.map(|(i, j)| node_of(cell, i, j)), &mut segments);
                }
            }
        }
        self.segments.append(&mut segments);
    }

    /// Pieces within a fine cell, by its corners counter-clockwise: the outline enters where a walk around the cell
    /// leaves the inside, and ends where the walk comes back.
    fn cross(&self, corners: [Node; 4], segments: &mut Vec<Segment>) {
        let mut crossings = [(0, [0.0; 2], false); 4];
        let mut count = 0;
        for side in 0..4 {
            let (one, other) = (corners[side], corners[(side + 1) % 4]);
            let leaves = self.inside(one.value);
            if leaves != self.inside(other.value) {
                let (number, place) = self.crossing(one, other);
                crossings[count] = (number, place, leaves);
                count += 1;
            }
        }
        // With four crossings the two inner corners either belong together or do not: the cell's centre decides.
        let together = count == 4 && {
            let (a, b) = (corners[0], corners[2]);
            let frame = &self.field.frame;
            let (low, high) = (frame.node(a.column, a.row), frame.node(b.column, b.row));
            self.inside((self.field.value)([0, 1].map(|axis| f64::midpoint(low[axis], high[axis]))))
        };
        for (place, &(from, at, leaves)) in crossings[..count].iter().enumerate() {
            if leaves {
                let step = if count == 2 || together { 1 } else { count - 1 };
                segments.push(Segment { from, to: crossings[(place + step) % count].0, at });
            }
        }
    }

    /// Closes the outline along the frame's border, counter-clockwise.
    fn follow_border(&mut self) {
        let mut segments = Vec::new();
        for side in 0..4 {
            for step in 0..CELLS {
                let last = CELLS - 1;
                let (column, row) = [(step, 0), (last, step), (last - step, last), (0, last - step)][side];
                match self.refined[row * CELLS + column] {
                    0 => {
                        let corners = self.corners(column, row);
                        let ends = [side, (side + 1) % 4].map(|corner| Node {
                            column: SPLIT * (column + usize::from(corner == 1 || corner == 2)),
                            row: SPLIT * (row + usize::from(corner >= 2)),
                            value: corners[corner],
                        });
                        self.step_along(ends[0], ends[1], &mut segments);
                    }
                    number => {
                        let nodes: Vec<Node> = nodes_along(&self.cells[number as usize - 1], side).collect();
                        for pair in nodes.windows(2) {
                            self.step_along(pair[0], pair[1], &mut segments);
                        }
                    }
                }
            }
        }
        self.segments.append(&mut segments);
    }

    fn step_along(&self, one: Node, other: Node, segments: &mut Vec<Segment>) {
        let place = |node: Node| self.field.frame.node(node.column, node.row);
        match (self.inside(one.value), self.inside(other.value)) {
            (true, true) => segments.push(Segment { from: one.spoke(), to: other.spoke(), at: place(one) }),
            (true, false) => {
                let (to, _) = self.crossing(one, other);
                segments.push(Segment { from: one.spoke(), to, at: place(one) });
            }
            (false, true) => {
                let (from, at) = self.crossing(one, other);
                segments.push(Segment { from, to: other.spoke(), at });
            }
            (false, false) => {}
        }
    }
}

fn node_of(cell: &Cell, i: usize, j: usize) -> Node {
    Node {
        column: SPLIT * cell.column + i,
        row: SPLIT * cell.row + j,
        value: cell.values[j * (SPLIT + 1) + i],
    }
}

/// Nodes along a side (bottom, right, top, left), counter-clockwise.
fn nodes_along(cell: &Cell, side: usize) -> impl Iterator<Item = Node> {
    (0..=SPLIT).map(move |step| {
        let back = SPLIT - step;
        let (i, j) = [(step, 0), (SPLIT, step), (back, SPLIT), (0, back)][side];
        node_of(cell, i, j)
    })
}

/// Joins pieces end to end.
fn rings(mut segments: Vec<Segment>) -> Vec<Ring> {
    segments.sort_unstable_by_key(|segment| segment.from);
    let mut used = vec![false; segments.len()];
    let mut rings = Vec::new();
    for first in 0..segments.len() {
        let mut ring = Vec::new();
        let mut at = first;
        while !used[at] {
            used[at] = true;
            ring.push(segments[at].at);
            let Ok(next) = segments.binary_search_by_key(&segments[at].to, |segment| segment.from) else {
                break;
            };
            at = next;
        }
        if ring.len() > 2 {
            rings.push(ring);
        }
    }
    rings
}

/// The signed area, positive counter-clockwise.
fn area(ring: &[Point]) -> f64 {
    let Some(&[x0, y0]) = ring.last() else { return 0.0 };
    let mut before = [x0, y0];
    let mut sum = 0.0;
    for &[x, y] in ring {
        sum += (before[0] - x0) * (y - y0) - (x - x0) * (before[1] - y0);
        before = [x, y];
    }
    sum / 2.0
}

/// Leaves out points that lie on the line between their neighbours (Douglas & Peucker 1973).
fn simplified(ring: &[Point], frame: &Frame) -> Ring {
    let size = [frame.right - frame.left, frame.top - frame.bottom];
    let scaled: Vec<Point> = ring.iter().map(|place| [0, 1].map(|axis| place[axis] / size[axis])).collect();
    let far = |from: Point| {
        let square = |at: &usize| (scaled[*at][0] - from[0]).powi(2) + (scaled[*at][1] - from[1]).powi(2);
        (0..scaled.len()).max_by(|one, other| square(one).total_cmp(&square(other))).unwrap_or(0)
    };
    // Both ends of a long diagonal belong to any outline of the ring.
    let start = far(scaled[0]);
    let turned: Vec<usize> = (0..=ring.len()).map(|step| (start + step) % ring.len()).collect();
    let other = (far(scaled[start]) + ring.len() - start) % ring.len();
    let mut keep = vec![false; turned.len()];
    keep[0] = true;
    keep[other] = true;
    let mut spans = vec![(0, other), (other, ring.len())];
    while let Some((low, high)) = spans.pop() {
        let ends = [scaled[turned[low]], scaled[turned[high]]];
        let farthest = (low + 1..high)
            .map(|at| (at, gap(scaled[turned[at]], ends)))
            .max_by(|one, other| one.1.total_cmp(&other.1));
        if let Some((at, distance)) = farthest
            && distance > STRAIGHT
        {
            keep[at] = true;
            spans.extend([(low, at), (at, high)]);
        }
    }
    (0..ring.len()).filter(|&at| keep[at]).map(|at| ring[turned[at]]).collect()
}

/// Distance of a point to the line between two.
fn gap([x, y]: Point, [from, to]: [Point; 2]) -> f64 {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let square = dx * dx + dy * dy;
    let share = if square > 0.0 { ((x - from[0]) * dx + (y - from[1]) * dy) / square } else { 0.0 };
    let share = share.clamp(0.0, 1.0);
    (x - from[0] - share * dx).hypot(y - from[1] - share * dy)
}
