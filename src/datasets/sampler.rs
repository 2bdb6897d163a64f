//! Batches of m samples a class, so that every batch has positives and negatives.

use serde::{Deserialize, Serialize};

use super::Role;
use crate::error::{Error, Result};
use crate::random::Random;

/// Draws batches of `classes` × `per_class` training samples, sorted by class.
///
/// The sampler deals classes from a shuffled deck, `classes` a batch. When fewer are left it shuffles the deck anew, so
/// that no class occurs twice in a batch and none waits longer than two decks. Each class has a deck of its own samples,
/// dealt in the same way. The order of a deck depends on the seed and the deck's number alone, so the state of the
/// sampler is its position in each deck.
#[derive(Clone, Debug)]
pub struct Sampler {
    classes: usize,
    per_class: usize,
    random: Random,
    /// Training samples of each class that has at least `per_class`, by ascending class.
    members: Vec<Vec<u32>>,
    /// The current deck of each class's samples, and last that of the classes.
    decks: Vec<Deck>,
    state: SamplerState,
    kind: SamplerKind,
    /// Category of each usable class.
    categories: Vec<usize>,
}

/// How classes are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SamplerKind {
    /// A fixed count of classes with a fixed count of samples each. Every class is drawn before one is drawn again.
    #[default]
    MPerClass,
    /// As many samples in all. The class of each is drawn independently, every class with the same chance until all its
    /// samples are taken. A class with too few samples is never drawn, as in the other ways.
    ClassBalanced,
    /// Whole categories: classes next to each other in the list are drawn together, so that negatives are hard.
    Hierarchical,
}

impl SamplerKind {
    /// Every one, in the order a page lists them.
    pub const ALL: [Self; 3] = [Self::MPerClass, Self::ClassBalanced, Self::Hierarchical];
    /// Their names, as a configuration writes them.
    pub const NAMES: &'static [&'static str] = &["mPerClass", "classBalanced", "hierarchical"];

    /// Names of the settings that it has for itself.
    pub fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Hierarchical => &["groupSize"],
            Self::MPerClass | Self::ClassBalanced => &[],
        }
    }
}

/// The state of a [`Sampler`]: the number of draws from each deck.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamplerState {
    /// Batches drawn.
    batches: u64,
    /// Draws from each usable class.
    draws: Vec<u64>,
}

/// One shuffled order and the number that it was shuffled for.
#[derive(Clone, Debug, Default)]
struct Deck {
    number: Option<u64>,
    order: Vec<u32>,
}

impl Deck {
    /// The `hand`-th hand of `size` cards; a deck of n cards holds ⌊n / size⌋ hands.
    fn deal(&mut self, cards: &[u32], size: usize, hand: u64, random: &Random, label: &str) -> &[u32] {
        let hands = (cards.len() / size) as u64;
        let number = hand / hands;
        if self.number != Some(number) {
            self.order.clear();
            self.order.extend_from_slice(cards);
            random.fork_at(label, number).shuffle(&mut self.order);
            self.number = Some(number);
        }
        let at = (hand % hands) as usize * size;
        &self.order[at..at + size]
    }
}

impl Sampler {
    /// A sampler over the samples whose role is [`Role::Train`]. Classes with fewer than `per_class`
    /// of them are never drawn. `random` is forked, not advanced.
    ///
    /// # Errors
    /// `config.invalid` for fewer than 2 classes or no sample a class; `batch.too_small` if fewer
    /// than `classes` classes have `per_class` training samples; `shape.mismatch` if labels and roles
    /// differ in length.
    pub fn new(
        labels: &[u16],
        roles: &[Role],
        classes: usize,
        per_class: usize,
        random: &Random,
    ) -> Result<Self> {
        if classes < 2 {
            return Err(Error::config("batch.classes", format!("must be at least 2, is {classes}")));
        }
        if per_class < 1 {
            return Err(Error::config("batch.perClass", "must be at least 1, is 0"));
        }
        if labels.len() != roles.len() {
            return Err(Error::shape("roles", labels.len(), roles.len()));
        }
        let most = labels.iter().max().map_or(0, |&label| usize::from(label) + 1);
        let mut members = vec![Vec::new(); most];
        for (sample, (&label, &role)) in labels.iter().zip(roles).enumerate() {
            if role == Role::Train {
                members[usize::from(label)].push(sample as u32);
            }
        }
        let ids: Vec<usize> = (0..most).filter(|&class| members[class].len() >= per_class.max(1)).collect();
        members.retain(|samples| samples.len() >= per_class);
        if members.len() < classes {
            return Err(Error::BatchTooSmall(format!(
                "A batch of {classes} classes with {per_class} samples each cannot be drawn: classes with that \
                 many training samples: {}; lower batch.classes or batch.perClass, which may be 1 with 2 views",
                members.len()
            )));
        }
        let decks = vec![Deck::default(); members.len() + 1];
        let state = SamplerState { batches: 0, draws: vec![0; members.len()] };
        Ok(Self {
            classes,
            per_class,
            random: random.fork("batches"),
            members,
            decks,
            state,
            kind: SamplerKind::MPerClass,
            categories: ids,
        })
    }

    /// The same, drawing classes in another way; a category is `group` classes next to each other in the list.
    ///
    /// # Errors
    /// `config.invalid` for a category of no class.
    pub fn drawing(mut self, kind: SamplerKind, group: usize) -> Result<Self> {
        if group == 0 {
            return Err(Error::config("batch.groupSize", "must be at least 1, is 0"));
        }
        self.kind = kind;
        self.categories.iter_mut().for_each(|class| *class /= group);
        Ok(self)
    }

    /// The classes of batch number `batch` under the hierarchical way: categories in a random order, all classes of
    /// each, the last category in part.
    fn whole_categories(&self, batch: u64) -> Vec<u32> {
        let mut random = self.random.fork_at("categories", batch);
        let mut order: Vec<usize> = self.categories.clone();
        order.dedup();
        random.shuffle(&mut order);
        let mut chosen = Vec::new();
        for category in order {
            let mut of: Vec<u32> = (0..self.members.len())
                .filter(|&at| self.categories[at] == category)
                .map(|at| at as u32)
                .collect();
            random.shuffle(&mut of);
            chosen.extend(of);
            if chosen.len() >= self.classes {
                break;
            }
        }
        chosen.truncate(self.classes);
        chosen
    }

    /// Batch number `batch` under the balanced way. At least one class comes twice, and there are at least two.
    fn balanced(&self, batch: u64) -> Vec<u32> {
        let mut random = self.random.fork_at("balanced", batch);
        let rows = self.classes * self.per_class;
        let mut counts = vec![0_usize; self.members.len()];
        let mut left = rows;
        // The first two rows are a pair, so that there is a positive.
        let first = random.below(counts.len());
        let pair = 2.min(self.members[first].len()).min(left);
        counts[first] += pair;
        left -= pair;
        // One row is of another class, so that there is a negative.
        if left > 0 {
            let other = (first + 1 + random.below(counts.len() - 1)) % counts.len();
            counts[other] += 1;
            left -= 1;
        }
        while left > 0 {
            let class = random.below(counts.len());
            // The other classes have enough samples left.
            if counts[class] < self.members[class].len() {
                counts[class] += 1;
                left -= 1;
            }
        }
        let mut samples = Vec::with_capacity(rows);
        for (members, count) in self.members.iter().zip(counts) {
            samples.extend(random.choose(members.len(), count).into_iter().map(|at| members[at]));
        }
        samples
    }

    /// The next batch: `classes × per_class` sample indices, classes ascending, no sample twice.
    pub fn next_batch(&mut self) -> Vec<u32> {
        let batch = self.state.batches;
        if self.kind == SamplerKind::ClassBalanced {
            self.state.batches += 1;
            return self.balanced(batch);
        }
        let categories = (self.kind == SamplerKind::Hierarchical).then(|| self.whole_categories(batch));
        let usable: Vec<u32> = (0..self.members.len() as u32).collect();
        let (class_deck, sample_decks) = self.decks.split_last_mut().expect("a deck for the classes");
        let mut chosen = categories.unwrap_or_else(|| {
            class_deck.deal(&usable, self.classes, batch, &self.random, "classes").to_vec()
        });
        chosen.sort_unstable();
        self.state.batches += 1;

        let mut batch = Vec::with_capacity(self.classes * self.per_class);
        for class in chosen.into_iter().map(|class| class as usize) {
            let draw = self.state.draws[class];
            let random = self.random.fork_at("class", class as u64);
            let hand =
                sample_decks[class].deal(&self.members[class], self.per_class, draw, &random, "samples");
            batch.extend_from_slice(hand);
            self.state.draws[class] += 1;
        }
        batch
    }

    /// How many classes have enough training samples to be drawn.
    pub fn usable_classes(&self) -> usize {
        self.members.len()
    }

    /// The state, for [`restore`](Self::restore).
    pub fn state(&self) -> &SamplerState {
        &self.state
    }

    /// Continues from a saved state: the next batches are those that would have followed it.
    ///
    /// # Errors
    /// `session.state_invalid` if the state is of a sampler over another number of classes.
    pub fn restore(&mut self, state: SamplerState) -> Result<()> {
        if state.draws.len() != self.members.len() {
            return Err(Error::StateInvalid(format!(
                "its sampler drew from {} classes and this session's from {}",
                state.draws.len(),
                self.members.len()
            )));
        }
        self.state = state;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 5 classes: 0 to 3 with 8 samples, class 4 with 2; every fourth sample of the others is no training sample.
    fn labels_and_roles() -> (Vec<u16>, Vec<Role>) {
        let mut labels: Vec<u16> = (0..32).map(|i| i % 4).collect();
        let mut roles: Vec<Role> = (0..32).map(|i| if i < 8 { Role::Test } else { Role::Train }).collect();
        labels.extend([4, 4]);
        roles.extend([Role::Train, Role::Train]);
        (labels, roles)
    }

    fn sampler(classes: usize, per_class: usize, seed: u64) -> Result<Sampler> {
        let (labels, roles) = labels_and_roles();
        Sampler::new(&labels, &roles, classes, per_class, &Random::new(seed))
    }

    #[test]
    fn every_batch_keeps_the_promises() {
        let (labels, roles) = labels_and_roles();
        for (classes, per_class) in [(2, 1), (2, 3), (3, 4), (4, 5), (5, 2)] {
            let mut sampler = sampler(classes, per_class, 1).expect("enough samples");
            for step in 0..50 {
                let batch = sampler.next_batch();
                assert_eq!(batch.len(), classes * per_class, "size at step {step}");
                let of: Vec<u16> = batch.iter().map(|&i| labels[i as usize]).collect();
                assert!(of.is_sorted(), "sorted by class: {of:?}");
                assert!(
                    of.chunks(per_class).all(|group| group.iter().all(|l| *l == group[0])),
                    "groups {of:?}"
                );
                let distinct: std::collections::HashSet<u16> = of.iter().copied().collect();
                assert_eq!(distinct.len(), classes, "each class once: {of:?}");
                let samples: std::collections::HashSet<u32> = batch.iter().copied().collect();
                assert_eq!(samples.len(), batch.len(), "no sample twice: {batch:?}");
                assert!(batch.iter().all(|&i| roles[i as usize] == Role::Train), "training samples only");
            }
        }
    }

    #[test]
    fn decks_are_dealt_out_before_they_are_shuffled_again() {
        // 4 usable classes, 2 a batch; 6 samples a class, 3 a draw: two batches cover the classes, four the samples.
        let mut sampler = sampler(2, 3, 2).expect("enough samples");
        for round in 0..5 {
            let mut seen: Vec<u32> = (0..4).flat_map(|_| sampler.next_batch()).collect();
            seen.sort_unstable();
            assert_eq!(seen, (8..32).collect::<Vec<u32>>(), "round {round} shows each training sample once");
        }
    }

    #[test]
    fn seeds_repeat_and_states_continue() {
        let mut one = sampler(3, 2, 3).expect("enough samples");
        let mut two = sampler(3, 2, 3).expect("enough samples");
        let mut other = sampler(3, 2, 4).expect("enough samples");
        let batches = |sampler: &mut Sampler| (0..7).map(|_| sampler.next_batch()).collect::<Vec<_>>();
        let first = batches(&mut one);
        assert_eq!(first, batches(&mut two), "same seed");
        assert_ne!(first, batches(&mut other), "another seed");

        let json = serde_json::to_string(one.state()).expect("numbers");
        let mut restored = sampler(3, 2, 3).expect("enough samples");
        restored.restore(serde_json::from_str(&json).expect("what was written")).expect("the same classes");
        assert_eq!(batches(&mut restored), batches(&mut one), "continued");

        let mut fewer_classes = sampler(3, 5, 3).expect("enough samples");
        let error = fewer_classes.restore(one.state().clone()).expect_err("four classes, not five");
        assert_eq!(error.code(), "session.state_invalid", "code of a foreign state");
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        assert_eq!(
            sampler(5, 3, 1).expect_err("class 4 has two").code(),
            "batch.too_small",
            "too few classes"
        );
        assert_eq!(sampler(2, 7, 1).expect_err("six at most").code(), "batch.too_small", "too few samples");
        assert_eq!(sampler(1, 2, 1).expect_err("no negatives").code(), "config.invalid", "one class");
        assert_eq!(sampler(2, 0, 1).expect_err("empty").code(), "config.invalid", "no samples");
        assert_eq!(
            sampler(4, 3, 1).expect("four have six").usable_classes(),
            4,
            "the small class is left out"
        );
    }

    #[test]
    fn balanced_batches_are_full_and_fair() {
        let (labels, _) = labels_and_roles();
        let mut sampler =
            sampler(2, 3, 1).and_then(|s| s.drawing(SamplerKind::ClassBalanced, 1)).expect("enough samples");
        let mut counts = [0; 5];
        for step in 0..400 {
            let batch = sampler.next_batch();
            let of: Vec<u16> = batch.iter().map(|&i| labels[i as usize]).collect();
            assert_eq!(of.len(), 6, "as many rows at step {step}");
            assert!(of.is_sorted(), "sorted by class: {of:?}");
            assert!(of.windows(2).any(|two| two[0] == two[1]), "a positive: {of:?}");
            assert!(of.first() != of.last(), "a negative: {of:?}");
            let distinct: std::collections::HashSet<u32> = batch.iter().copied().collect();
            assert_eq!(distinct.len(), 6, "no sample twice");
            of.iter().for_each(|&label| counts[usize::from(label)] += 1);
        }
        // Four usable classes: 600 expected of each.
        assert!(counts[..4].iter().all(|n| (500..700).contains(n)), "every class alike: {counts:?}");
    }

    #[test]
    fn categories_come_whole() {
        let labels: Vec<u16> = (0..120).map(|i| i / 10).collect();
        let roles = vec![Role::Train; 120];
        let mut sampler = Sampler::new(&labels, &roles, 6, 2, &Random::new(1))
            .and_then(|s| s.drawing(SamplerKind::Hierarchical, 3))
            .expect("enough samples");
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..50 {
            let batch = sampler.next_batch();
            let mut of: Vec<u16> = batch.iter().map(|&i| labels[i as usize]).collect();
            assert!(of.is_sorted() && of.len() == 12, "sorted, and full: {of:?}");
            of.dedup();
            let categories: std::collections::BTreeSet<u16> = of.iter().map(|label| label / 3).collect();
            assert_eq!((of.len(), categories.len()), (6, 2), "two whole categories of three: {of:?}");
            seen.extend(categories);
        }
        assert_eq!(seen.len(), 4, "every category comes");
        assert!(sampler.drawing(SamplerKind::Hierarchical, 0).is_err(), "a category of no class");
    }
}
