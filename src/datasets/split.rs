//! The split of a data set: training samples, test samples of trained classes, and classes that are never trained on.

use crate::error::{Error, Result};
use crate::random::Random;

/// Seed of every split. It is fixed, so that runs with different training seeds, losses or networks are measured on the
/// same samples.
const SPLIT_SEED: u64 = 20_240_229;
/// Samples of a class, at least, so that some of them can be test samples.
const TESTABLE: usize = 10;

/// The use of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Role {
    /// Trained on.
    Train = 0,
    /// Held back, of a class that is trained on.
    Test = 1,
    /// From a class that is never trained on.
    Unseen = 2,
}

/// The role of every sample of a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Role of each sample.
    pub roles: Vec<Role>,
    /// The classes never trained on, ascending.
    pub unseen_classes: Vec<u16>,
}

impl Split {
    /// Holds out `unseen` classes, and a fifth of each other class's samples if every one of them has
    /// at least 10; otherwise (three drawings a class) all samples of seen classes are for training.
    ///
    /// The choice depends on the labels alone, never on the training seed. With one class more held out, the others
    /// remain held out, and the test samples of the remaining classes do not change.
    ///
    /// # Errors
    /// `config.invalid` (`unseenClasses`) if fewer than two classes would be left to train on;
    /// `data.invalid` if a label is not below `classes`.
    pub fn new(labels: &[u16], classes: usize, unseen: usize) -> Result<Self> {
        let mut members = vec![Vec::new(); classes];
        for (sample, &label) in labels.iter().enumerate() {
            let class = members.get_mut(usize::from(label));
            class
                .ok_or_else(|| Error::data(format!("sample {sample} is of class {label} of {classes}")))?
                .push(sample);
        }
        let present: Vec<usize> = (0..classes).filter(|&class| !members[class].is_empty()).collect();
        if unseen + 2 > present.len() {
            return Err(Error::config(
                "unseenClasses",
                format!("must be at most {}, is {unseen}", present.len().saturating_sub(2)),
            ));
        }
        let random = Random::new(SPLIT_SEED);
        let mut order = present;
        random.fork("unseen classes").shuffle(&mut order);
        let (held_out, seen) = order.split_at(unseen);

        let mut roles = vec![Role::Train; labels.len()];
        for &class in held_out {
            members[class].iter().for_each(|&sample| roles[sample] = Role::Unseen);
        }
        if seen.iter().all(|&class| members[class].len() >= TESTABLE) {
            for &class in seen {
                let samples = &members[class];
                let mut draw = random.fork_at("test samples", class as u64);
                for at in draw.choose(samples.len(), (samples.len() + 2) / 5) {
                    roles[samples[at]] = Role::Test;
                }
            }
        }
        let mut unseen_classes: Vec<u16> = held_out.iter().map(|&class| class as u16).collect();
        unseen_classes.sort_unstable();
        Ok(Self { roles, unseen_classes })
    }

    /// The samples of a role, ascending.
    pub fn indices(&self, role: Role) -> Vec<u32> {
        (0..self.roles.len() as u32).filter(|&sample| self.roles[sample as usize] == role).collect()
    }

    /// Whether seen classes have samples to test on.
    pub fn has_test(&self) -> bool {
        self.roles.contains(&Role::Test)
    }

    /// The roles as the numbers of [`Role`].
    pub fn role_bytes(&self) -> Vec<u8> {
        self.roles.iter().map(|&role| role as u8).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(classes: u16, per_class: usize) -> Vec<u16> {
        (0..per_class).flat_map(|_| 0..classes).collect()
    }

    #[test]
    fn classes_are_disjoint_and_a_fifth_is_tested() {
        let labels = labels(10, 24);
        let split = Split::new(&labels, 10, 3).expect("seven classes are left");
        assert_eq!(split.unseen_classes.len(), 3, "held out");
        assert!(split.unseen_classes.is_sorted(), "ascending");
        for class in 0..10_u16 {
            let of =
                |role| (0..labels.len()).filter(|&i| labels[i] == class && split.roles[i] == role).count();
            let wanted = if split.unseen_classes.contains(&class) { (0, 0, 24) } else { (19, 5, 0) };
            assert_eq!((of(Role::Train), of(Role::Test), of(Role::Unseen)), wanted, "class {class}");
        }
        assert_eq!(split.indices(Role::Test).len(), 35, "seven times five");
        assert!(split.has_test(), "there are test samples");
        assert_eq!(
            split.role_bytes().iter().map(|&role| usize::from(role == 2)).sum::<usize>(),
            72,
            "bytes for the page"
        );
    }

    #[test]
    fn small_classes_are_not_cut() {
        let split = Split::new(&labels(6, 3), 6, 2).expect("four classes are left");
        assert!(!split.has_test(), "three samples a class have none to spare");
        assert_eq!(split.indices(Role::Train).len(), 12, "all of the four seen classes");
        assert!(!Split::new(&labels(4, 9), 4, 0).expect("all seen").has_test(), "nine are too few");
        assert!(Split::new(&labels(4, 10), 4, 0).expect("all seen").has_test(), "ten are enough");
    }

    #[test]
    fn holding_out_more_moves_nothing_else() {
        let labels = labels(10, 20);
        let few = Split::new(&labels, 10, 2).expect("eight left");
        let more = Split::new(&labels, 10, 5).expect("five left");
        assert!(few.unseen_classes.iter().all(|class| more.unseen_classes.contains(class)), "nested");
        for sample in 0..labels.len() {
            if more.roles[sample] != Role::Unseen {
                assert_eq!(few.roles[sample], more.roles[sample], "sample {sample} of a class seen in both");
            }
        }
    }

    #[test]
    fn two_classes_must_stay() {
        let labels = labels(4, 10);
        assert!(Split::new(&labels, 4, 2).is_ok(), "two left");
        let error = Split::new(&labels, 4, 3).expect_err("one left");
        assert_eq!(error.code(), "config.invalid", "code");
        assert_eq!(error.to_string(), "unseenClasses must be at most 2, is 3", "message");
        // A class that is named and has no sample cannot be held out.
        assert!(Split::new(&labels, 9, 3).is_err(), "five of nine classes are empty");
        assert_eq!(
            Split::new(&labels, 3, 0).expect_err("label 3 of 3").code(),
            "data.invalid",
            "stray label"
        );
    }
}
