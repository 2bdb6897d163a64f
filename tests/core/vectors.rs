//! Rows of numbers that are not pictures: nothing takes their sign, and the defaults suit them.

use std::rc::Rc;

use burn::tensor::Device;
use metriclab::datasets::{Dataset, Header, NumberType, SampleKind, synthetic};
use metriclab::networks::NetworkConfig;
use metriclab::random::Random;
use metriclab::session::{Samples, Session, SessionConfig, Space};
use pollster::block_on;

const DIM: usize = 64;

/// 500 Gaussian rows of 10 classes; class c + 5 is class c in a mirror at the origin.
fn mirrored() -> (Vec<f32>, Vec<u16>) {
    let mut random = Random::new(4);
    let centres: Vec<f32> = (0..5 * DIM).map(|_| random.normal()).collect();
    let labels: Vec<u16> = (0..500).map(|at| (at % 10) as u16).collect();
    let rows = labels.iter().flat_map(|&label| {
        let class = usize::from(label);
        let sign = if class < 5 { 1.0 } else { -1.0 };
        (0..DIM).map(move |at| (class, sign, at)).collect::<Vec<_>>()
    });
    let rows = rows.map(|(class, sign, at)| sign * centres[class % 5 * DIM + at] + 0.3 * random.normal());
    (rows.collect(), labels)
}

fn session(dataset: Dataset, change: impl Fn(&mut SessionConfig)) -> Session {
    let mut config = SessionConfig::default_for(&dataset);
    change(&mut config);
    Session::new(config, Rc::new(dataset), &Device::flex()).expect("defaults are accepted")
}

fn recalls(session: &mut Session, space: Space) -> [f64; 2] {
    let found = block_on(session.evaluate(space, 5)).expect("scores");
    [found.seen.expect("seen classes").recall_at_1, found.unseen.expect("unseen classes").recall_at_1]
}

#[test]
fn mirror_images_are_told_apart() {
    let (rows, labels) = mirrored();
    let floats = Dataset::of_vectors("mirrored", &rows, DIM, labels.clone()).expect("500 rows");
    let largest = rows.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    let bytes: Vec<u8> = rows.iter().map(|x| (125.0 + x / largest * 120.0).round() as u8).collect();
    // A file that does not say what it holds: one row of one channel is no picture.
    let quantised = Dataset::new(Header::new("quantised", 500, [1, 1, DIM], 10), bytes, labels, vec![]);
    for dataset in [floats, quantised.expect("500 rows")] {
        let name = dataset.header.name.clone();
        assert_eq!(dataset.header.kind(), SampleKind::Vectors, "{name}");
        let mut session = session(dataset, |config| {
            config.unseen_classes = 2;
            config.batch.classes = 8;
        });
        for recall in recalls(&mut session, Space::Raw) {
            assert!(recall >= 0.99, "{name}: raw Recall@1 {recall}");
        }
        block_on(session.advance(100)).expect("training goes on");
        for recall in recalls(&mut session, Space::Embedding) {
            assert!(recall >= 0.99, "{name}: trained Recall@1 {recall}");
        }
    }
}

#[test]
fn floats_survive_a_file_and_are_embedded_as_they_came() {
    let (rows, labels) = mirrored();
    let set = Dataset::of_vectors("mirrored", &rows, DIM, labels).expect("500 rows");
    let read = Dataset::read(set.write().expect("a file")).expect("what was written");
    assert_eq!(read, set, "round trip");
    assert_eq!(read.header.number, NumberType::F32);
    assert_eq!(read.numbers(&[499]).expect("the last row")[..], rows[499 * DIM..], "no quantisation");
    let mut session = session(read, |_| ());
    let whole = block_on(session.embeddings()).expect("embeddings").to_vec();
    let brought = block_on(session.embed(Samples::Floats(&rows), 500)).expect("rows of the same kind");
    assert_eq!(whole.len(), brought.len());
    for (a, b) in whole.iter().zip(&brought) {
        assert!((a - b).abs() < 1e-5, "{a} and {b}");
    }
    let code = |samples| block_on(session.embed(samples, 1)).expect_err("refused").code();
    assert_eq!(code(Samples::Bytes(&[0; DIM])), "config.invalid", "bytes for floats");
    assert_eq!(code(Samples::Floats(&[0.0; DIM + 1])), "shape.mismatch", "too long");
    assert_eq!(code(Samples::Floats(&[f32::NAN; DIM])), "data.not_finite", "no number");
}

#[test]
fn the_preparation_is_part_of_a_saved_session() {
    let (rows, labels) = mirrored();
    let set = Rc::new(Dataset::of_vectors("mirrored", &rows, DIM, labels).expect("500 rows"));
    let config = SessionConfig::default_for(&set);
    let mut first = Session::new(config, set.clone(), &Device::flex()).expect("defaults are accepted");
    block_on(first.advance(5)).expect("training goes on");
    let state = block_on(first.save()).expect("a state");
    let text = String::from_utf8_lossy(&state).into_owned();
    assert!(text.contains("preparation.centre") && text.contains("preparation.scale"), "it is in the file");
    let mut second = Session::restore(&state, set, &Device::flex()).expect("the same data");
    let wanted = block_on(first.advance(5)).expect("training goes on").losses;
    assert_eq!(block_on(second.advance(5)).expect("training goes on").losses, wanted, "bit for bit");
}

#[test]
fn a_bag_gets_counts_and_refuses_what_counts_nothing() {
    let mut random = Random::new(6);
    let counts: Vec<f32> = (0..40 * 12).map(|_| (random.below(3) * random.below(2)) as f32).collect();
    let labels: Vec<u16> = (0..40).map(|at| (at % 4) as u16).collect();
    let bag = |config: &mut SessionConfig| config.network = NetworkConfig::Bag { width: 8 };
    let set = Dataset::of_vectors("baskets", &counts, 12, labels.clone()).expect("40 baskets");
    let mut trained = session(set, bag);
    let losses = block_on(trained.advance(10)).expect("training goes on").losses;
    assert!(losses.iter().all(|x| x.is_finite()), "{losses:?}");
    let mut negative = counts;
    negative[25] = -1.0;
    let set = Dataset::of_vectors("baskets", &negative, 12, labels).expect("40 rows");
    let mut config = SessionConfig::default_for(&set);
    bag(&mut config);
    let refused = Session::new(config, Rc::new(set), &Device::flex()).err().expect("less than nothing");
    assert_eq!(refused.code(), "config.invalid");
    assert!(refused.to_string().contains("sample 2 has a number below 0"), "{refused}");
}

#[test]
fn defaults_are_accepted_by_every_data_set() {
    let mut random = Random::new(8);
    let shapes =
        [[1, 1, 64], [1, 1, 1], [1, 2, 2], [3, 1, 5], [1, 3, 9], [2, 8, 8], [1, 28, 28], [40, 1, 12]];
    // Samples of each class.
    let sizes: [&[usize]; 10] = [
        &[2, 2],
        &[2, 3, 1, 1],
        &[40, 5, 5],
        &[12; 10],
        &[3; 120],
        &[1, 1, 1, 1, 2, 2],
        // Hardly a class has a pair.
        &[1, 1],
        &[2, 1],
        &[9, 1, 1],
        &[1; 120],
    ];
    for shape in shapes {
        for counts in sizes {
            let labels: Vec<u16> = counts
                .iter()
                .enumerate()
                .flat_map(|(class, &count)| std::iter::repeat_n(class as u16, count))
                .collect();
            let numbers = shape.iter().product::<usize>() * labels.len();
            for number in [NumberType::U8, NumberType::F32] {
                let bytes: Vec<u8> = match number {
                    NumberType::U8 => (0..numbers).map(|_| random.bits() as u8).collect(),
                    NumberType::F32 => (0..numbers).flat_map(|_| random.normal().to_le_bytes()).collect(),
                };
                let mut header = Header::new("any", labels.len(), shape, counts.len());
                header.number = number;
                let set = Dataset::new(header, bytes, labels.clone(), vec![]).expect("a data set");
                let what = format!("{shape:?}, {counts:?}, {number:?}");
                let config = SessionConfig::default_for(&set);
                let mut session = Session::new(config, Rc::new(set), &Device::flex())
                    .unwrap_or_else(|e| panic!("{what}: {e}"));
                let losses = block_on(session.advance(1)).unwrap_or_else(|e| panic!("{what}: {e}")).losses;
                assert!(losses[0].is_finite(), "{what}: {losses:?}");
            }
        }
    }
}

#[test]
fn vectors_are_not_shifted_and_networks_are_no_larger_than_a_tab() {
    let (rows, labels) = mirrored();
    let set = Rc::new(Dataset::of_vectors("mirrored", &rows, DIM, labels).expect("500 rows"));
    let refused = |change: &dyn Fn(&mut SessionConfig)| {
        let mut config = SessionConfig::default_for(&set);
        change(&mut config);
        match Session::new(config, set.clone(), &Device::flex()) {
            Ok(_) => panic!("accepted"),
            Err(error) => error.to_string(),
        }
    };
    assert_eq!(refused(&|c| c.augment.shift = 1), "augment.shift must be a whole number from 0 to 0, is 1");
    assert_eq!(refused(&|c| c.augment.rotate = 5.0), "augment.rotate must be 0 for vectors, is 5");
    assert_eq!(refused(&|c| c.augment.flip = true), "augment.flip must be off for vectors");
    let told = refused(&|c| c.network = NetworkConfig::Mlp { hidden: vec![4096; 8] });
    assert!(told.starts_with("network needs about") && told.contains("1024 MiB are the most"), "{told}");
    let pictures =
        Rc::new(synthetic::bars(&synthetic::Bars { side: 64, ..Default::default() }).expect("bars"));
    let mut config = SessionConfig::default_for(&pictures);
    config.network = NetworkConfig::Conv { channels: vec![4096, 16] };
    let told = Session::new(config, pictures, &Device::flex()).err().expect("2 GB of outputs").to_string();
    assert!(told.starts_with("network needs about"), "{told}");
}

#[test]
fn embeddings_of_all_samples_are_no_larger_than_a_tab() {
    const COUNT: usize = 1_200_000;
    let rows: Vec<f32> = (0..COUNT).map(|at| (at % 977) as f32).collect();
    let labels = (0..COUNT).map(|at| (at % 4) as u16).collect();
    let set = Rc::new(Dataset::of_vectors("many", &rows, 1, labels).expect("rows of one number"));
    let mut config = SessionConfig::default_for(&set);
    config.embedding.dim = 512;
    let refused = Session::new(config, set, &Device::flex()).err().expect("2.4 GB of embeddings");
    assert_eq!(refused.code(), "data.too_large", "{refused}");
}
