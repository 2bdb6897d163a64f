//! The k smallest of a stream of (distance, index), ties by index.

/// A candidate: nearer first, then the smaller index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) distance: f32,
    pub(crate) index: u32,
}

impl Candidate {
    /// Whether `self` comes before `other`.
    fn before(&self, other: &Self) -> bool {
        self.distance < other.distance || (self.distance == other.distance && self.index < other.index)
    }
}

/// Max-heaps of at most `k` candidates each, one a query, in one allocation.
pub(crate) struct NearestHeaps {
    k: usize,
    lengths: Vec<usize>,
    slots: Vec<Candidate>,
}

impl NearestHeaps {
    pub(crate) fn new(queries: usize, k: usize) -> Self {
        let empty = Candidate { distance: f32::INFINITY, index: u32::MAX };
        Self { k, lengths: vec![0; queries], slots: vec![empty; queries * k] }
    }

    /// Whether a candidate of this distance could still enter: not farther than the worst kept.
    #[inline]
    pub(crate) fn bound(&self, query: usize) -> f32 {
        if self.lengths[query] < self.k { f32::INFINITY } else { self.slots[query * self.k].distance }
    }

    /// Offers a candidate; indices may come in any order.
    pub(crate) fn offer(&mut self, query: usize, candidate: Candidate) {
        let heap = &mut self.slots[query * self.k..(query + 1) * self.k];
        let length = &mut self.lengths[query];
        if *length < self.k {
            heap[*length] = candidate;
            sift_up(heap, *length);
            *length += 1;
        } else if candidate.before(&heap[0]) {
            heap[0] = candidate;
            sift_down(heap);
        }
    }

    /// Sorts every heap, nearest first, and gives their slots and lengths: query after query, `k` each.
    pub(crate) fn into_sorted(mut self) -> (Vec<Candidate>, Vec<usize>) {
        for (heap, &length) in self.slots.chunks_exact_mut(self.k).zip(&self.lengths) {
            heap[..length]
                .sort_unstable_by(|a, b| a.distance.total_cmp(&b.distance).then(a.index.cmp(&b.index)));
        }
        (self.slots, self.lengths)
    }
}

fn sift_up(heap: &mut [Candidate], mut at: usize) {
    while at > 0 {
        let parent = (at - 1) / 2;
        if !heap[parent].before(&heap[at]) {
            break;
        }
        heap.swap(parent, at);
        at = parent;
    }
}

fn sift_down(heap: &mut [Candidate]) {
    let mut at = 0;
    loop {
        let mut worst = at;
        for child in [2 * at + 1, 2 * at + 2] {
            if child < heap.len() && heap[worst].before(&heap[child]) {
                worst = child;
            }
        }
        if worst == at {
            break;
        }
        heap.swap(at, worst);
        at = worst;
    }
}
