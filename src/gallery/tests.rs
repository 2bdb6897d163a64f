use super::*;
use crate::evaluation::verification::Criterion;
use crate::random::Random;

fn rows(values: &[f32], dim: usize) -> Rows<'_> {
    Rows::new("rows", values, dim).expect("finite rows")
}

fn empty(dim: usize) -> Gallery {
    Gallery::new(GalleryConfig { dim, distance: Distance::Euclidean, threshold: None })
        .expect("good settings")
}

/// A gallery on the line: each instance is its class's name and its place.
fn line(instances: &[(&str, f32)]) -> Gallery {
    let mut gallery = empty(1);
    let (changes, places): (Vec<Change>, Vec<f32>) =
        instances.iter().map(|&(name, place)| (Change::add(name), place)).unzip();
    gallery.apply(&changes, rows(&places, 1)).expect("new instances");
    gallery
}

fn ids(answer: &Answer) -> Vec<&str> {
    answer.hits.iter().map(|hit| hit.id.as_str()).collect()
}

fn ask(gallery: &Gallery, place: f32, query: &Query) -> Answer {
    gallery.query(rows(&[place], 1), query).expect("a row on the line").remove(0)
}

fn remove(id: &str) -> Change {
    Change::Remove { id: id.into() }
}

#[test]
fn the_next_query_knows_of_a_change() {
    let mut gallery = line(&[("ann", 0.0), ("ben", 10.0)]);
    gallery.set_threshold(Some(2.0)).expect("a number");
    let decision = |gallery: &Gallery, place| ask(gallery, place, &Query::nearest(1)).decision;
    assert_eq!(decision(&gallery, 1.0), Decision::Known { name: "ann".into() });
    assert_eq!(decision(&gallery, 5.5), Decision::Unknown { nearest: "ben".into() });
    gallery.apply(&[Change::add("carl")], rows(&[6.0], 1)).expect("a new class");
    assert_eq!(decision(&gallery, 5.5), Decision::Known { name: "carl".into() });
    let renamed = Change::Rename { from: "carl".into(), to: "cleo".into() };
    gallery.apply(&[renamed, remove("1")], rows(&[], 1)).expect("both are there");
    assert_eq!(decision(&gallery, 5.5), Decision::Known { name: "cleo".into() });
    assert_eq!(decision(&gallery, 1.0), Decision::Unknown { nearest: "cleo".into() });
    let replaced = Change::Replace { id: "2".into() };
    gallery.apply(&[replaced], rows(&[0.5], 1)).expect("it is there");
    assert_eq!(decision(&gallery, 1.0), Decision::Known { name: "ben".into() });
    gallery.undo().expect("no cohort").expect("a step");
    gallery.undo().expect("no cohort").expect("a step");
    assert_eq!(decision(&gallery, 1.0), Decision::Known { name: "ann".into() }, "as it was");
    assert_eq!(decision(&empty(1), 0.0), Decision::Empty);
}

#[test]
fn equal_distances_of_several_classes_are_a_tie_however_many_are_listed() {
    let gallery = line(&[("ann", 1.0), ("ann", 1.0), ("ann", 1.0), ("ben", -1.0), ("carl", 4.0)]);
    for k in 1..=5 {
        let answer = ask(&gallery, 0.0, &Query::nearest(k));
        assert_eq!(answer.hits.len(), k, "as many as asked for");
        assert_eq!(answer.decision, Decision::Tied { names: vec!["ann".into(), "ben".into()] });
    }
    assert_eq!(ids(&ask(&gallery, 0.0, &Query::nearest(9))), ["1", "2", "3", "4", "5"], "by addition");
    let none = gallery.query(rows(&[0.0], 1), &Query::nearest(0)).expect_err("no k");
    assert_eq!(none.code(), "k.out_of_range");
}

#[test]
fn a_filter_leaves_instances_out() {
    let mut gallery = line(&[("ann", 0.0), ("ben", 1.0), ("ben", 2.0)]);
    let style = Attributes::from([("style".to_owned(), "ink".to_owned())]);
    gallery
        .apply(&[Change::Describe { id: "3".into(), attributes: style.clone() }], rows(&[], 1))
        .expect("it is there");
    let found = |filter: Filter| ask(&gallery, 0.0, &Query { k: 9, filter });
    let names = Some(vec!["ben".into()]);
    assert_eq!(ids(&found(Filter { names, ..Filter::default() })), ["2", "3"]);
    assert_eq!(ids(&found(Filter { attributes: style, ..Filter::default() })), ["3"]);
    assert_eq!(ids(&found(Filter { without: vec!["1".into()], ..Filter::default() })), ["2", "3"]);
    let nobody = found(Filter { names: Some(Vec::new()), ..Filter::default() });
    assert_eq!(nobody, Answer { hits: Vec::new(), decision: Decision::Empty });
}

#[test]
fn a_list_of_changes_is_done_as_a_whole_or_not_at_all() {
    let mut gallery = line(&[("ann", 0.0), ("ben", 1.0)]);
    let before: Vec<(u64, Entry)> = gallery.entries().map(|(key, entry)| (key, entry.clone())).collect();
    let steps = gallery.steps();
    let add = |id: &str, name: &str| Change::Add {
        id: Some(id.into()),
        name: name.into(),
        attributes: Attributes::new(),
    };
    let text = |text: &str| text.to_owned();
    let cases: [(&str, Change); 10] = [
        ("gallery.taken", add("1", "ann")),
        ("gallery.taken", add("new", "ann")),
        ("gallery.taken", Change::Rename { from: text("ann"), to: text("carl") }),
        ("gallery.no_entry", remove("9")),
        ("gallery.no_entry", Change::Replace { id: text("9") }),
        ("gallery.no_class", Change::Merge { from: text("ann"), into: text("zoe") }),
        ("gallery.no_class", Change::RemoveClass { name: text("zoe") }),
        ("config.invalid", add("x", "")),
        ("config.invalid", add("", "ann")),
        ("config.invalid", Change::Move { id: text("1"), name: "x".repeat(1_001) }),
    ];
    for (code, wrong) in cases {
        let values = if wrong.takes_row() { vec![5.0, 6.0] } else { vec![5.0] };
        let error = gallery
            .apply(&[add("new", "carl"), remove("2"), wrong.clone()], rows(&values, 1))
            .map(|_| ())
            .expect_err("the last change is wrong");
        assert_eq!(error.code(), code, "{wrong:?}");
        let now: Vec<(u64, Entry)> = gallery.entries().map(|(key, entry)| (key, entry.clone())).collect();
        assert_eq!((now, gallery.vectors(), gallery.steps()), (before.clone(), vec![0.0, 1.0], steps));
        assert_eq!(gallery.classes().len(), 2);
    }
    let few = gallery.apply(&[Change::add("x")], rows(&[], 1)).map(|_| ()).expect_err("no row");
    assert_eq!(few.code(), "shape.mismatch");
    let long = gallery.apply(&[Change::add("x")], rows(&[1.0, 2.0], 2)).map(|_| ()).expect_err("2 numbers");
    assert_eq!(long.code(), "shape.mismatch");
}

#[test]
fn what_was_forgotten_is_gone() {
    let mut gallery = line(&[("ann", 0.0), ("ben", 1.0), ("carl", 2.0)]);
    gallery.apply(&[remove("2")], rows(&[], 1)).expect("it is there");
    assert_eq!((gallery.bytes(), gallery.count()), (12, 2), "an undo needs its numbers");
    assert_eq!(gallery.compact(), 1);
    assert_eq!((gallery.bytes(), gallery.steps()), (8, (0, 0)));
    assert_eq!(gallery.undo().expect("no cohort"), None, "nothing to undo");
    assert_eq!(ids(&ask(&gallery, 1.9, &Query::nearest(2))), ["3", "1"], "rows have moved together");
}

#[test]
fn coming_and_going_does_not_pile_up() {
    let mut gallery = line(&[("stays", 0.0)]);
    for round in 0..5_000_u16 {
        gallery.apply(&[Change::add("visitor")], rows(&[f32::from(round)], 1)).expect("a new instance");
        gallery.apply(&[Change::RemoveClass { name: "visitor".into() }], rows(&[], 1)).expect("it is there");
        assert!(gallery.bytes() < 4 * (2 * 1_024 + 8), "{} bytes in round {round}", gallery.bytes());
    }
    assert_eq!(gallery.steps().0, 200, "the last steps can be undone");
}

#[test]
fn saved_and_loaded_is_the_same() {
    let mut gallery = line(&[("얼굴", 0.0), ("<b>", 1.0), ("carl", 2.0)]);
    gallery.set_threshold(Some(0.25)).expect("a number");
    gallery.apply(&[remove("2")], rows(&[], 1)).expect("it is there");
    let bytes = gallery.save().expect("it is small");
    let mut loaded = Gallery::load(&bytes).expect("as saved");
    assert_eq!(loaded.config(), gallery.config());
    assert!(loaded.entries().eq(gallery.entries()), "the same entries under the same keys");
    assert_eq!(loaded.vectors(), gallery.vectors());
    assert_eq!(loaded.save().expect("it is small").len(), bytes.len(), "the same again");
    let next = loaded.apply(&[Change::add("dora")], rows(&[3.0], 1)).expect("a new instance");
    assert_eq!(next.put, [3], "keys go on");
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        let found = Gallery::load(&damaged).map(|_| ()).map_err(|error| error.code());
        assert_eq!(found, Err("gallery.invalid"), "byte {at} changed");
    }
    for length in 0..bytes.len() {
        assert_eq!(Gallery::load(&bytes[..length]).map(|_| ()).expect_err("cut").code(), "gallery.invalid");
    }
}

#[test]
fn thresholds_by_hand() {
    // Same pairs at 1 and 3, different ones at 8, 9, 11, 12 and, by the lone one, 2, 1, 9 and 12 and so on.
    let gallery = line(&[("ann", 0.0), ("ann", 1.0), ("ben", 9.0), ("ben", 12.0)]);
    let report = gallery.threshold(&ThresholdRequest::default()).expect("two classes");
    assert_eq!((report.pairs, report.identities), ([2, 4], [2, 2]));
    assert_eq!((report.chosen.threshold, report.eer, report.auc), (3.0, 0.0, 1.0));
    assert_eq!((report.bins.from, report.bins.to), (1.0, 12.0));
    assert_eq!(report.bins.same.iter().sum::<usize>(), 2);
    let at = |criterion| {
        let request = ThresholdRequest { criterion, draws: 0, ..ThresholdRequest::default() };
        gallery.threshold(&request).map(|report| report.chosen.threshold)
    };
    let cost = |false_match, false_non_match| Criterion::Cost { false_match, false_non_match, same: 0.5 };
    let mixed = line(&[("ann", 0.0), ("ann", 5.0), ("ben", 6.0), ("ben", 7.0)]);
    // Same: 5, 1. Different: 6, 7, 1, 2.
    let of = |criterion| {
        let request = ThresholdRequest { criterion, draws: 0, ..ThresholdRequest::default() };
        mixed.threshold(&request).expect("two classes").chosen.threshold
    };
    assert_eq!(of(cost(1.0, 9.0)), 5.0, "a refusal is dear: both same pairs");
    assert_eq!(of(cost(9.0, 1.0)), f64::NEG_INFINITY, "a false match is dear: nobody");
    assert_eq!(of(Criterion::FmrAtMost { rate: 0.25 }), 1.0);
    for wrong in [Criterion::FmrAtMost { rate: 1.5 }, cost(f64::NAN, 1.0), cost(1.0, -1.0)] {
        assert_eq!(at(wrong).expect_err("out of range").code(), "config.invalid", "{wrong:?}");
    }
    let asked = ThresholdRequest { at: vec![4.9, f64::INFINITY], draws: 0, ..ThresholdRequest::default() };
    let rates = mixed.threshold(&asked).expect("two classes").at;
    assert_eq!(
        rates.iter().map(|of| (of.threshold, of.fmr, of.fnmr)).collect::<Vec<_>>(),
        [(4.9, 0.5, 0.5), (f64::INFINITY, 1.0, 0.0)]
    );
    for wrong in [vec![f64::NAN], vec![0.0; 1_001]] {
        let asked = ThresholdRequest { at: wrong, ..ThresholdRequest::default() };
        assert_eq!(mixed.threshold(&asked).expect_err("no such list").code(), "config.invalid");
    }
    let lone = line(&[("ann", 0.0), ("ben", 1.0)]).threshold(&ThresholdRequest::default());
    assert_eq!(lone.expect_err("no pair of the same").code(), "data.insufficient");
    let one = line(&[("ann", 0.0), ("ann", 1.0)]).threshold(&ThresholdRequest::default());
    assert_eq!(one.expect_err("one class").code(), "data.one_class");
}

#[test]
fn scores_by_a_cohort_worked_by_hand() {
    let mut gallery = line(&[("ann", 0.0), ("ben", 4.0)]);
    // From 0 the cohort is at 8 and 12 (10 ± 2), from 4 at 4 and 8 (6 ± 2), from 1 at 7 and 11 (9 ± 2).
    gallery.set_cohort(rows(&[8.0, 12.0], 1), None).expect("two rows");
    let answer = ask(&gallery, 1.0, &Query::nearest(2));
    let scores: Vec<Option<f64>> = answer.hits.iter().map(|hit| hit.score).collect();
    // ann: d = 1: ½((1 − 9)/2 + (1 − 10)/2) = −4.25. ben: d = 3: ½((3 − 9)/2 + (3 − 6)/2) = −2.25.
    assert_eq!((ids(&answer), scores), (vec!["1", "2"], vec![Some(-4.25), Some(-2.25)]));
    gallery.set_threshold(Some(-4.5)).expect("a number");
    assert_eq!(ask(&gallery, 1.0, &Query::nearest(1)).decision, Decision::Unknown { nearest: "ann".into() });
    let file = gallery.save().expect("a file");
    let again = Gallery::load(&file).expect("what was saved");
    assert_eq!(
        again.config().threshold,
        Some(-4.5),
        "the threshold of scores, and the cohort that it belongs to"
    );
    assert_eq!(ask(&again, 1.0, &Query::nearest(2)), ask(&gallery, 1.0, &Query::nearest(2)));
    gallery.set_cohort(rows(&[8.0, 12.0, 90.0], 1), Some(2)).expect("three rows, of which two count");
    let again = Gallery::load(&gallery.save().expect("a file")).expect("what was saved");
    assert_eq!(again.contents(), gallery.contents());
    assert_eq!(ask(&again, 1.0, &Query::nearest(2)).hits[0].score, Some(-4.25), "the far row does not count");
    // A hub: near to all of the cohort, it is near to nobody in particular.
    gallery.apply(&[Change::add("hub")], rows(&[9.5], 1)).expect("a new instance");
    // From 6 the cohort is at 2 and 6 (4 ± 2). hub: d = 3.5, cohort at 1.5 and 2.5 (2 ± 0.5): ½(−0.25 + 3) = 1.375.
    // ben: d = 2: ½(−1 − 2) = −1.5.
    let answer = ask(&gallery, 6.0, &Query::nearest(3));
    assert_eq!(answer.hits[0].score, Some(-1.5));
    assert!(answer.hits.iter().any(|hit| hit.name == "hub" && hit.score == Some(1.375)), "{answer:?}");
    gallery.drop_cohort();
    assert_eq!(ask(&gallery, 6.0, &Query::nearest(1)).hits[0].score, None);
    let even = gallery.set_cohort(rows(&[1.0, -1.0], 1), None).expect_err("0 is equally far from both");
    assert_eq!(even.code(), "data.insufficient");
    let code = |values: &[f32], top| empty(1).set_cohort(rows(values, 1), top).expect_err("refused").code();
    assert_eq!((code(&[1.0], None), code(&[1.0, 2.0], Some(1))), ("data.insufficient", "config.invalid"));
}

#[test]
fn a_change_that_the_cohort_cannot_score_leaves_all_as_it_was() {
    let mut gallery = line(&[("ann", 0.0)]);
    gallery.set_cohort(rows(&[8.0, 12.0], 1), None).expect("two rows");
    let error = gallery.apply(&[Change::add("middle")], rows(&[10.0], 1)).expect_err("equally far");
    assert_eq!((error.code(), gallery.count(), gallery.steps().0), ("data.insufficient", 1, 1));
    let added = gallery.apply(&[Change::add("ben")], rows(&[4.0], 1)).expect("a new instance");
    assert_eq!(added, Difference { added: vec!["2".into()], put: vec![1], removed: vec![] });
}

#[test]
fn visitors_by_hand() {
    let gallery = line(&[("ann", 0.0), ("ben", 10.0), ("ben", 2.0)]);
    // ann at 0.5 (right, 0.5), ann at 1 (half right, 1), ben at 1.5 (right, 0.5); a stranger at 7 (3), zoe at 0.75 (0.75).
    let names = ["ann", "ann", "ben", "", "zoe"].map(|name| (!name.is_empty()).then(|| name.to_owned()));
    let found = gallery.identify(rows(&[0.5, 1.0, 1.5, 7.0, 0.75], 1), &names).expect("known and unknown");
    assert_eq!((found.probes, found.tied_probes), ([3, 2], 1));
    assert!((found.dir_at_far(0.0) - 2.0 / 3.0).abs() < 1e-12, "two before the first alarm");
    assert!((found.rank_1 - 2.5 / 3.0).abs() < 1e-12, "a tie is half right");
    let short = gallery.identify(rows(&[0.5], 1), &[]).expect_err("no name");
    assert_eq!(short.code(), "shape.mismatch");
    let known = gallery.identify(rows(&[0.5], 1), &[Some("ann".into())]).expect_err("no stranger");
    assert_eq!(known.code(), "data.insufficient");
}

/// A gallery without an index, an order of edits or shared storage: whole copies.
#[derive(Clone, Default, PartialEq, Debug)]
struct Naive {
    entries: Vec<(Entry, Vec<f32>)>,
}

impl Naive {
    fn place(&self, id: &str) -> Option<usize> {
        self.entries.iter().position(|(entry, _)| entry.id == id)
    }

    fn has_class(&self, name: &str) -> bool {
        self.entries.iter().any(|(entry, _)| entry.name == name)
    }

    /// None if the change cannot be done.
    fn change(&mut self, change: &Change, row: Option<Vec<f32>>) -> Option<()> {
        match change {
            Change::Add { id, name, attributes } => {
                let id = id.clone()?;
                if self.place(&id).is_some() || name.is_empty() {
                    return None;
                }
                let entry = Entry { id, name: name.clone(), attributes: attributes.clone() };
                self.entries.push((entry, row?));
            }
            Change::Replace { id } => {
                let place = self.place(id)?;
                self.entries[place].1 = row?;
            }
            Change::Move { id, name } => {
                let place = self.place(id)?;
                self.entries[place].0.name.clone_from(name);
            }
            Change::Describe { id, attributes } => {
                let place = self.place(id)?;
                self.entries[place].0.attributes.clone_from(attributes);
            }
            Change::Remove { id } => {
                let place = self.place(id)?;
                self.entries.remove(place);
            }
            Change::Rename { from, to } | Change::Merge { from, into: to } => {
                let merges = matches!(change, Change::Merge { .. });
                if !self.has_class(from) || (from != to && self.has_class(to) != merges) {
                    return None;
                }
                let of_class = self.entries.iter_mut().filter(|(entry, _)| entry.name == *from);
                of_class.for_each(|(entry, _)| entry.name.clone_from(to));
            }
            Change::RemoveClass { name } => {
                self.has_class(name).then_some(())?;
                self.entries.retain(|(entry, _)| entry.name != *name);
            }
        }
        Some(())
    }
}

struct Play {
    random: Random,
    dim: usize,
    count: usize,
}

impl Play {
    fn name(&mut self) -> String {
        format!("class {}", self.random.below(5))
    }

    fn id(&mut self) -> String {
        format!("id {}", self.random.below(self.count + 2))
    }

    fn attributes(&mut self) -> Attributes {
        Attributes::from([("style".into(), format!("{}", self.random.below(2)))])
    }

    fn change(&mut self) -> Change {
        match self.random.below(12) {
            0..=4 => {
                self.count += usize::from(self.random.below(8) > 0);
                Change::Add {
                    id: Some(format!("id {}", self.count)),
                    name: self.name(),
                    attributes: self.attributes(),
                }
            }
            5 => Change::Replace { id: self.id() },
            6 => Change::Move { id: self.id(), name: self.name() },
            7 => Change::Describe { id: self.id(), attributes: self.attributes() },
            8 | 9 => Change::Remove { id: self.id() },
            10 if self.random.below(4) == 0 => Change::RemoveClass { name: self.name() },
            10 => Change::Merge { from: self.name(), into: self.name() },
            _ => Change::Rename { from: self.name(), to: self.name() },
        }
    }

    /// Small whole numbers, so that distances tie often.
    fn row(&mut self) -> Vec<f32> {
        (0..self.dim).map(|_| self.random.below(4) as f32).collect()
    }
}

fn check(gallery: &Gallery, naive: &Naive, play: &mut Play) {
    let entries: Vec<&Entry> = gallery.entries().map(|(_, entry)| entry).collect();
    assert!(entries.iter().copied().eq(naive.entries.iter().map(|(entry, _)| entry)), "the same entries");
    assert!(gallery.vectors().into_iter().eq(naive.entries.iter().flat_map(|(_, row)| row.clone())), "rows");
    let mut classes = BTreeMap::new();
    naive.entries.iter().for_each(|(entry, _)| *classes.entry(entry.name.clone()).or_default() += 1);
    assert_eq!(*gallery.classes(), classes);
    for (entry, row) in &naive.entries {
        assert_eq!(gallery.vector(&entry.id).expect("it is there"), row);
    }
    let query = play.row();
    let attributes = if play.random.below(2) == 0 { Attributes::new() } else { play.attributes() };
    let filter = Filter { attributes, ..Filter::default() };
    let k = 1 + play.random.below(6);
    let lets = |entry: &Entry| filter.attributes.iter().all(|(key, value)| entry.attributes[key] == *value);
    let mut near: Vec<(f32, &Entry)> = naive
        .entries
        .iter()
        .filter(|(entry, _)| lets(entry))
        .map(|(entry, row)| (row.iter().zip(&query).map(|(x, y)| (x - y).powi(2)).sum::<f32>().sqrt(), entry))
        .collect();
    near.sort_by(|x, y| x.0.total_cmp(&y.0));
    let mut nearest: Vec<&String> =
        near.iter().take_while(|hit| hit.0 == near[0].0).map(|(_, entry)| &entry.name).collect();
    nearest.sort_unstable();
    nearest.dedup();
    let asked = Query { k, filter: filter.clone() };
    let answer = gallery.query(rows(&query, play.dim), &asked).expect("a row of small numbers").remove(0);
    let wanted: Vec<&str> = near.iter().take(k).map(|(_, entry)| entry.id.as_str()).collect();
    assert_eq!(ids(&answer), wanted, "nearest first, equal ones by addition");
    match answer.decision {
        Decision::Known { name } => assert_eq!(nearest, [&name]),
        Decision::Tied { names } => assert!(nearest.len() > 1 && nearest.into_iter().eq(&names), "{names:?}"),
        Decision::Empty => assert!(near.is_empty(), "nobody may answer"),
        Decision::Unknown { .. } => panic!("there is no threshold"),
    }
}

#[test]
fn random_lives_agree_with_a_naive_gallery() {
    for seed in 0..60 {
        let mut play = Play { random: Random::new(seed), dim: 1 + seed as usize % 3, count: 0 };
        let mut gallery = empty(play.dim);
        let mut naive = Naive::default();
        // States that an undo goes back to, and a redo forth to.
        let (mut past, mut future): (Vec<Naive>, Vec<Naive>) = (Vec::new(), Vec::new());
        for _ in 0..120 {
            match play.random.below(10) {
                0 | 1 => {
                    let found = gallery.undo().expect("no cohort");
                    assert_eq!(found.is_some(), !past.is_empty(), "a step to undo");
                    if let Some(before) = past.pop() {
                        future.push(std::mem::replace(&mut naive, before));
                    }
                }
                2 => {
                    let found = gallery.redo().expect("no cohort");
                    assert_eq!(found.is_some(), !future.is_empty(), "a step to redo");
                    if let Some(after) = future.pop() {
                        past.push(std::mem::replace(&mut naive, after));
                    }
                }
                3 if play.random.below(4) == 0 => {
                    gallery.compact();
                    past.clear();
                    future.clear();
                }
                4 if play.random.below(2) == 0 => {
                    gallery = Gallery::load(&gallery.save().expect("it is small")).expect("as saved");
                    past.clear();
                    future.clear();
                }
                _ => {
                    let changes: Vec<Change> = (0..=play.random.below(3)).map(|_| play.change()).collect();
                    let brought: Vec<Vec<f32>> =
                        changes.iter().filter(|change| change.takes_row()).map(|_| play.row()).collect();
                    let mut left = brought.iter().cloned();
                    let mut after = naive.clone();
                    let fits = changes.iter().all(|change| {
                        let row = change.takes_row().then(|| left.next()).flatten();
                        after.change(change, row).is_some()
                    });
                    let done = gallery.apply(&changes, rows(&brought.concat(), play.dim));
                    assert_eq!(done.is_ok(), fits, "{changes:?}: {done:?}");
                    if fits {
                        let before = std::mem::replace(&mut naive, after);
                        let edits = changes
                            .iter()
                            .any(|change| !matches!(change, Change::Merge { .. } | Change::Rename { .. }));
                        // A class merged into itself is a step too.
                        assert!(edits || gallery.steps().0 > 0, "a step");
                        past.push(before);
                        future.clear();
                    }
                }
            }
            check(&gallery, &naive, &mut play);
        }
    }
}
