//! Saved sessions: those that other tools wrote again, that were damaged, or that belong to other data.

use std::rc::Rc;

use burn::tensor::Device;
use metriclab::datasets::{Dataset, Header, synthetic};
use metriclab::losses::{Loss, SoftTriple, Softmax, Triplet};
use metriclab::miners::{Miner, MinerConfig};
use metriclab::networks::{NetworkConfig, OptimizerKind};
use metriclab::random::Random;
use metriclab::session::{AugmentConfig, BatchConfig, Session, SessionConfig};
use pollster::block_on;
use serde_json::{Map, Value, json};

fn bars() -> Rc<Dataset> {
    let bars = synthetic::Bars { classes: 4, per_class: 12, side: 6, noise: 0.3, ..Default::default() };
    Rc::new(synthetic::bars(&bars).expect("bars"))
}

fn small(dataset: &Dataset) -> SessionConfig {
    let mut config = SessionConfig::default_for(dataset);
    config.network = NetworkConfig::Mlp { hidden: vec![4] };
    config.embedding.dim = 2;
    config.batch = BatchConfig::new(2, 2);
    config.augment = AugmentConfig::default();
    config
}

fn trained(dataset: &Rc<Dataset>, steps: usize) -> Session {
    let mut session =
        Session::new(small(dataset), dataset.clone(), &Device::flex()).expect("the configuration fits");
    block_on(session.advance(steps)).expect("training goes on");
    session
}

fn losses(session: &mut Session, steps: usize) -> Vec<f32> {
    block_on(session.advance(steps)).expect("training goes on").losses
}

fn save(session: &mut Session) -> Vec<u8> {
    block_on(session.save()).expect("a session can be saved")
}

fn restore(state: &[u8], dataset: &Rc<Dataset>) -> Result<Session, metriclab::error::Error> {
    Session::restore(state, dataset.clone(), &Device::flex())
}

/// The sentence with which a state is refused, whose code is always the same.
fn refusal(state: &[u8], dataset: &Rc<Dataset>) -> String {
    match restore(state, dataset) {
        Ok(_) => panic!("the state was accepted"),
        Err(error) => {
            assert_eq!(error.code(), "session.state_invalid", "{error}");
            error.to_string()
        }
    }
}

/// A safetensors file in its parts: header, and the bytes of the tensors.
struct File {
    header: Map<String, Value>,
    data: Vec<u8>,
}

impl File {
    fn read(bytes: &[u8]) -> Self {
        let length = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
        let header = serde_json::from_slice(&bytes[8..8 + length]).expect("a header in JSON");
        Self { header, data: bytes[8 + length..].to_vec() }
    }

    fn write(&self, pad: &str) -> Vec<u8> {
        let mut json = serde_json::to_string(&self.header).expect("JSON");
        while json.is_empty() || !json.len().is_multiple_of(8) {
            json += pad;
        }
        [&(json.len() as u64).to_le_bytes(), json.as_bytes(), &self.data].concat()
    }

    fn names(&self) -> Vec<String> {
        self.header.keys().filter(|name| *name != "__metadata__").cloned().collect()
    }

    fn bytes_of(&self, name: &str) -> &[u8] {
        let at = |end: usize| self.header[name]["data_offsets"][end].as_u64().expect("an offset") as usize;
        &self.data[at(0)..at(1)]
    }

    /// With the tensors in the order of `names`, each changed by `change`.
    fn rewritten(&self, names: &[String], dtype: &str, change: impl Fn(&[u8]) -> Vec<u8>) -> Self {
        let mut header = Map::new();
        header.insert("__metadata__".into(), self.header["__metadata__"].clone());
        let mut data = Vec::new();
        for name in names {
            let first = data.len();
            data.extend(change(self.bytes_of(name)));
            let shape = &self.header[name]["shape"];
            header.insert(
                name.clone(),
                json!({ "dtype": dtype, "shape": shape, "data_offsets": [first, data.len()] }),
            );
        }
        Self { header, data }
    }
}

#[test]
fn tensors_in_another_order_are_the_same_session() {
    let dataset = bars();
    let mut session = trained(&dataset, 5);
    let file = File::read(&save(&mut session));
    let wanted = losses(&mut session, 5);
    let mut names = file.names();
    names.sort();
    let sorted = file.rewritten(&names, "F32", <[u8]>::to_vec).write(" ");
    names.reverse();
    let reversed = file.rewritten(&names, "F32", <[u8]>::to_vec).write(" ");
    assert_ne!(sorted, reversed, "two orders");
    for state in [sorted, reversed] {
        let mut restored = restore(&state, &dataset).expect("the order says nothing");
        assert_eq!(losses(&mut restored, 5), wanted, "the same losses, bit for bit");
    }
}

#[test]
fn a_file_that_another_tool_changed_is_refused_with_the_cause() {
    let dataset = bars();
    let state = save(&mut trained(&dataset, 5));
    let file = File::read(&state);
    let names = file.names();
    let double = |bytes: &[u8]| -> Vec<u8> {
        bytes
            .chunks_exact(4)
            .flat_map(|four| f64::from(f32::from_le_bytes(four.try_into().expect("four"))).to_le_bytes())
            .collect()
    };
    let told = refusal(&file.rewritten(&names, "F64", double).write(" "), &dataset);
    assert!(told.contains("of the type F64 and must be F32"), "{told}");

    let mut bare = File::read(&state);
    bare.header.remove("__metadata__");
    let told = refusal(&bare.write(" "), &dataset);
    assert!(told.contains("has no __metadata__"), "{told}");

    let mut shorter = File::read(&state);
    shorter.header["__metadata__"]["note"] = json!("one more entry, so that there is something to pad");
    while serde_json::to_string(&shorter.header).expect("JSON").len().is_multiple_of(8) {
        shorter.header["__metadata__"]["note"] = json!("shorter");
    }
    let told = refusal(&shorter.write("\0"), &dataset);
    assert!(told.contains("padded with NUL"), "{told}");
    assert!(
        restore(&shorter.write(" "), &dataset).is_ok(),
        "spaces, and an entry of somebody else's, are fine"
    );

    let mut other = File::read(&state);
    other.header["__metadata__"]["format"] = json!("metriclab-session-1");
    let told = refusal(&other.write(" "), &dataset);
    assert!(told.contains("metriclab-session-1"), "{told}");
}

#[test]
fn no_damage_goes_unseen() {
    let dataset = bars();
    let mut session = trained(&dataset, 5);
    let state = save(&mut session);
    let mut random = Random::new(5);
    let mut loaded = 0;
    for _ in 0..400 {
        let mut damaged = state.clone();
        for _ in 0..=random.below(3) {
            let at = random.below(damaged.len());
            damaged[at] ^= 1 << random.below(8);
        }
        if damaged == state {
            continue;
        }
        match restore(&damaged, &dataset) {
            Ok(_) => loaded += 1,
            Err(error) => assert_eq!(error.code(), "session.state_invalid", "{error}"),
        }
    }
    assert_eq!(loaded, 0, "every change is noticed");
    for cut in [0, 7, 8, 100, state.len() / 2, state.len() - 1] {
        refusal(&state[..cut], &dataset);
    }
}

#[test]
fn a_step_that_cannot_be_is_refused() {
    let dataset = bars();
    let mut file = File::read(&save(&mut trained(&dataset, 5)));
    let progress = file.header["__metadata__"]["progress"].as_str().expect("a text").to_owned();
    assert!(progress.contains("\"step\":5"), "{progress}");
    file.header["__metadata__"]["progress"] =
        json!(progress.replace("\"step\":5", "\"step\":18446744073709551615"));
    let told = refusal(&file.write(" "), &dataset);
    assert!(told.contains("checksum") || told.contains("step"), "{told}");
}

/// 40 pictures of 2 × 2, in the order of `order`, with labels that `label` gives.
fn forty(order: &[usize], label: impl Fn(usize) -> u16) -> Rc<Dataset> {
    let mut random = Random::new(9);
    let pixels: Vec<u8> = (0..160).map(|_| random.bits() as u8).collect();
    let chosen = order.iter().flat_map(|&at| pixels[4 * at..4 * at + 4].to_vec()).collect();
    let labels = order.iter().map(|&at| label(at)).collect();
    Rc::new(Dataset::new(Header::new("t", 40, [1, 2, 2], 2), chosen, labels, vec![]).expect("two classes"))
}

#[test]
fn other_data_of_the_same_name_are_refused() {
    let order: Vec<usize> = (0..40).collect();
    let backwards: Vec<usize> = (0..40).rev().collect();
    let first = forty(&order, |at| u16::from(at >= 20));
    let mut session = trained(&first, 5);
    let state = save(&mut session);
    let wanted = losses(&mut session, 5);
    let mut same = restore(&state, &forty(&order, |at| u16::from(at >= 20))).expect("equal data");
    assert_eq!(losses(&mut same, 5), wanted, "the same data, read again");
    let others = [
        ("reversed, classes too", forty(&backwards, |at| u16::from(at < 20))),
        ("another order", forty(&backwards, |at| u16::from(at >= 20))),
        ("other labels", forty(&order, |at| (at % 2) as u16)),
        ("one label", forty(&order, |at| u16::from(at >= 19))),
    ];
    for (what, other) in others {
        let told = refusal(&state, &other);
        assert!(told.contains("other data of the same name, t"), "{what}: {told}");
    }
    let told = refusal(&state, &bars());
    assert!(told.contains("trained on t and bars is loaded"), "{told}");
}

#[test]
fn another_name_of_the_same_data_is_fine() {
    let dataset = bars();
    let state = save(&mut trained(&dataset, 3));
    let mut renamed = (*dataset).clone();
    renamed.header.name = "stripes".into();
    assert!(restore(&state, &Rc::new(renamed)).is_ok(), "the samples decide");
}

#[test]
fn settings_that_stay_change_nothing_bit_for_bit() {
    let dataset = bars();
    let (mut straight, mut adjusted) = (trained(&dataset, 6), trained(&dataset, 6));
    adjusted.adjust(small(&dataset)).expect("the same settings");
    assert_eq!(losses(&mut straight, 5), losses(&mut adjusted, 5));
    assert_eq!((straight.step(), adjusted.step()), (11, 11));
    // The checksum covers the whole file, moments and generators included.
    let checksum =
        |session: &mut Session| File::read(&save(session)).header["__metadata__"]["checksum"].clone();
    assert_eq!(checksum(&mut straight), checksum(&mut adjusted));
}

#[test]
fn another_loss_goes_on_with_the_same_weights() {
    let dataset = bars();
    let (mut straight, mut adjusted) = (trained(&dataset, 6), trained(&dataset, 6));
    let before = block_on(adjusted.embeddings()).expect("finite").to_vec();
    let mut wide = small(&dataset);
    wide.miner = MinerConfig { kind: Miner::None, ..wide.miner };
    wide.loss = Loss::Triplet(Triplet { margin: 0.9, ..Triplet::DEFAULT });
    adjusted.adjust(wide).expect("another margin");
    assert_eq!(block_on(adjusted.embeddings()).expect("finite"), before);
    assert!(losses(&mut adjusted, 1)[0] > losses(&mut straight, 1)[0] + 0.3);
    assert_eq!(adjusted.step(), 7);
}

#[test]
fn what_only_the_new_settings_have_starts_fresh() {
    let dataset = bars();
    let mut session = trained(&dataset, 6);
    let mut classifier = small(&dataset).with_loss(Loss::Softmax(Softmax::DEFAULT));
    classifier.embedding = small(&dataset).embedding;
    classifier.optimizer.kind = OptimizerKind::Sgd;
    session.adjust(classifier).expect("a classifier");
    assert!(losses(&mut session, 3).iter().all(|loss| loss.is_finite()));
    // And back: the class weights and the moments are left behind.
    session.adjust(small(&dataset)).expect("the loss of before");
    assert!(losses(&mut session, 1)[0].is_finite());
    assert_eq!(session.step(), 10);
    let names = File::read(&save(&mut session)).names();
    assert!(!names.iter().any(|name| name.starts_with("classifier")), "{names:?}");
}

type Change = fn(&mut SessionConfig);

#[test]
fn settings_that_need_a_new_start_leave_the_session_as_it_was() {
    let dataset = bars();
    let (mut straight, mut refused) = (trained(&dataset, 6), trained(&dataset, 6));
    let changes: [(&str, Change); 5] = [
        ("network", |config| config.network = NetworkConfig::Mlp { hidden: vec![5] }),
        ("embedding.dim", |config| config.embedding.dim = 3),
        ("unseenClasses", |config| config.unseen_classes = 2),
        ("seed", |config| config.seed += 1),
        ("optimizer.learningRate", |config| config.optimizer.learning_rate = -1.0),
    ];
    for (field, change) in changes {
        let mut config = small(&dataset);
        change(&mut config);
        let error = refused.adjust(config).expect_err(field);
        assert_eq!(error.code(), "config.invalid");
        assert!(error.to_string().starts_with(field), "{field}: {error}");
    }
    assert_eq!(losses(&mut straight, 3), losses(&mut refused, 3));
}

fn fine_tuned(
    state: &[u8],
    config: Option<SessionConfig>,
    dataset: &Rc<Dataset>,
) -> Result<Session, metriclab::error::Error> {
    Session::fine_tune(state, config, dataset.clone(), &Device::flex())
}

/// Bars of other angles and of more noise than those of `bars`.
fn others() -> Rc<Dataset> {
    let bars =
        synthetic::Bars { classes: 7, per_class: 9, side: 6, noise: 0.5, seed: 4, ..Default::default() };
    Rc::new(synthetic::bars(&bars).expect("bars"))
}

#[test]
fn fine_tuning_begins_with_the_saved_embedding_on_other_classes() {
    let (first, second) = (bars(), others());
    for loss in [Loss::Triplet(Triplet::default()), Loss::Softmax(Softmax::default())] {
        let mut config = small(&first);
        config.loss = loss;
        let mut before = Session::new(config, first.clone(), &Device::flex()).expect("it fits");
        losses(&mut before, 30);
        let state = save(&mut before);
        let mut after = fine_tuned(&state, None, &second).expect("other classes, the same shape");
        assert_eq!(after.step(), 0);
        let samples: Vec<f32> = second.numbers(&[0, 5, 20]).expect("three samples");
        let bytes: Vec<u8> = samples.iter().map(|x| (x * 255.0).round() as u8).collect();
        let embed = |session: &Session| {
            block_on(session.embed(metriclab::session::Samples::Bytes(&bytes), 3)).expect("an embedding")
        };
        assert_eq!(embed(&after), embed(&before), "before the first step");
        let fresh = Session::new(small(&second), second.clone(), &Device::flex()).expect("it fits");
        assert_ne!(embed(&after), embed(&fresh));
        losses(&mut after, 5);
        assert_ne!(embed(&after), embed(&before), "it goes on");
        assert_eq!(after.step(), 5);
        // It is a session like any other: it belongs to its own data.
        let saved = save(&mut after);
        assert_eq!(restore(&saved, &second).expect("its own data").step(), 5);
        assert!(refusal(&saved, &first).contains("other data"));
    }
}

#[test]
fn a_classifiers_head_grows_by_the_classes_that_came() {
    let named = |names: &[&str]| {
        let bars = synthetic::Bars { classes: names.len(), per_class: 12, side: 6, ..Default::default() };
        let mut set = synthetic::bars(&bars).expect("bars");
        set.header.classes = names.iter().map(|&name| name.into()).collect();
        Rc::new(set)
    };
    let (first, second) = (named(&["a", "b", "c", "d"]), named(&["new", "c", "a", "d", "newer"]));
    let head = |session: &mut Session, name: &str| -> (Vec<usize>, Vec<f32>) {
        let file = save(session);
        let file = safetensors::SafeTensors::deserialize(&file).expect("safetensors");
        let view = file.tensor(name).expect("the loss learns it");
        let numbers =
            view.data().chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().expect("four")));
        (view.shape().to_vec(), numbers.collect())
    };
    for (loss, name, centers) in [
        (Loss::Softmax(Softmax::default()), "classifier.weight", 1),
        (Loss::Softmax(Softmax::default()), "classifier.bias", 1),
        (Loss::SoftTriple(SoftTriple { centers: 3, ..SoftTriple::DEFAULT }), "classifier.weight", 3),
    ] {
        let config = |set: &Rc<Dataset>| SessionConfig { unseen_classes: 0, ..small(set) }.with_loss(loss);
        let mut before = Session::new(config(&first), first.clone(), &Device::flex()).expect("it fits");
        losses(&mut before, 10);
        let state = save(&mut before);
        let (shape, old) = head(&mut before, name);
        let (rows, width) = (shape[0], shape[1]);
        assert_eq!(width, 4 * centers, "{name}");
        let mut after =
            fine_tuned(&state, Some(config(&second)), &second).expect("a part of the classes is new");
        let mut fresh = Session::new(config(&second), second.clone(), &Device::flex()).expect("it fits");
        let (grown, fresh) = (head(&mut after, name).1, head(&mut fresh, name).1);
        for (class, place) in [None, Some(2), Some(0), Some(3), None].into_iter().enumerate() {
            let of = |all: &[f32], at: usize| -> Vec<f32> {
                let wide = all.len() / rows;
                (0..rows).flat_map(|row| all[row * wide + at * centers..][..centers].to_vec()).collect()
            };
            let wanted = place.map_or_else(|| of(&fresh, class), |place| of(&old, place));
            assert_eq!(of(&grown, class), wanted, "{name}, class {class}");
        }
        losses(&mut after, 3);
    }
}

#[test]
fn fine_tuning_freezes_what_its_configuration_says() {
    let mut before = trained(&bars(), 10);
    let state = save(&mut before);
    let dataset = others();
    let mut config = small(&dataset);
    config.optimizer.frozen = 1;
    let mut after = fine_tuned(&state, Some(config), &dataset).expect("it fits");
    losses(&mut after, 5);
    let tensors = |bytes: &[u8]| {
        let file = safetensors::SafeTensors::deserialize(bytes).expect("safetensors");
        let mut all: Vec<(String, Vec<u8>)> =
            file.tensors().into_iter().map(|(name, view)| (name, view.data().to_vec())).collect();
        // The frozen layer has no moments in the new file.
        all.retain(|(name, _)| name.starts_with("network.") && !name.contains("moment"));
        all.sort();
        all
    };
    let (old, new) = (tensors(&state), tensors(&save(&mut after)));
    let changed: Vec<String> = old
        .iter()
        .zip(&new)
        .filter(|(before, after)| before.1 != after.1)
        .map(|(before, _)| before.0.clone())
        .collect();
    assert!(!changed.is_empty(), "the last layer learns");
    assert!(changed.iter().all(|name| !name.starts_with("network.0.")), "{changed:?}");
    assert!(old.iter().any(|(name, _)| name.starts_with("network.0.")), "there is a first layer");
}

#[test]
fn fine_tuning_refuses_another_network_and_samples_of_another_shape() {
    let mut before = trained(&bars(), 2);
    let state = save(&mut before);
    let dataset = others();
    let refused = |change: fn(&mut SessionConfig)| {
        let mut config = small(&dataset);
        change(&mut config);
        let error = fine_tuned(&state, Some(config), &dataset).err().expect("it is refused");
        (error.code(), error.to_string())
    };
    let (code, told) = refused(|config| config.network = NetworkConfig::Mlp { hidden: vec![5] });
    assert!(code == "config.invalid" && told.contains("network"), "{told}");
    let (code, told) = refused(|config| config.embedding.dim = 3);
    assert!(code == "config.invalid" && told.contains("embedding.dim"), "{told}");
    let (code, told) = refused(|config| config.unseen_classes = 7);
    assert!(code == "config.invalid" && told.contains("unseen"), "{told}");
    let wide = synthetic::Bars { classes: 4, per_class: 12, side: 8, ..Default::default() };
    let error = fine_tuned(&state, None, &Rc::new(synthetic::bars(&wide).expect("bars")))
        .err()
        .expect("another shape");
    assert_eq!(error.code(), "session.state_invalid", "{error}");
    let mut broken = state.clone();
    *broken.last_mut().expect("bytes") ^= 1;
    let error = fine_tuned(&broken, None, &dataset).err().expect("another checksum");
    assert_eq!(error.code(), "session.state_invalid", "{error}");
}
