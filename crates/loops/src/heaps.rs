//! The k smallest of a stream of (distance, index), ties by index.

/// A candidate: nearer first, then the smaller index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// How far it is.
    pub distance: f32,
    /// Which one it is.
    pub index: u32,
}

impl Candidate {
    /// Whether `self` comes before `other`.
    fn before(&self, other: &Self) -> bool {
        self.distance < other.distance || (self.distance == other.distance && self.index < other.index)
    }
}

/// Max-heaps of at most `k` candidates each, one a query, in one allocation.
#[derive(Clone, Debug)]
pub struct NearestHeaps {
    k: usize,
    lengths: Vec<usize>,
    slots: Vec<Candidate>,
}

impl NearestHeaps {
    /// Empty ones.
    pub fn new(queries: usize, k: usize) -> Self {
        let empty = Candidate { distance: f32::INFINITY, index: u32::MAX };
        Self { k, lengths: vec![0; queries], slots: vec![empty; queries * k] }
    }

    /// Whether a candidate of this distance could still enter: not farther than the worst kept.
    pub fn bound(&self, query: usize) -> f32 {
        if self.lengths[query] < self.k { f32::INFINITY } else { self.slots[query * self.k].distance }
    }

    /// Offers a candidate; indices may come in any order.
    pub fn offer(&mut self, query: usize, candidate: Candidate) {
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
    pub fn into_sorted(mut self) -> (Vec<Candidate>, Vec<usize>) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_two_of_four_and_of_one() {
        let mut heaps = NearestHeaps::new(2, 2);
        assert_eq!(heaps.bound(0), f32::INFINITY);
        for (distance, index) in [(3.0, 0), (1.0, 3), (2.0, 2), (1.0, 1)] {
            heaps.offer(0, Candidate { distance, index });
        }
        heaps.offer(1, Candidate { distance: 5.0, index: 7 });
        assert_eq!((heaps.bound(0), heaps.bound(1)), (1.0, f32::INFINITY));
        let (found, lengths) = heaps.into_sorted();
        assert_eq!(lengths, [2, 1]);
        let indices: Vec<u32> = found.iter().map(|candidate| candidate.index).collect();
        assert_eq!(indices, [1, 3, 7, u32::MAX], "ties by index; what was not found stands last");
    }
}
