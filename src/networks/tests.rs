use super::*;
use burn::tensor::TensorData;

const SHAPE: PictureShape = [2, 6, 8];
const DIM: usize = 3;

fn network(config: &NetworkConfig) -> Network {
    let device = Device::flex().autodiff();
    Network::new(config, SHAPE, DIM, Ending::Plain, &mut Random::new(3), &device)
}

fn configs() -> Vec<NetworkConfig> {
    vec![
        NetworkConfig::Mlp { hidden: vec![5] },
        NetworkConfig::Conv { channels: vec![3, 4] },
        NetworkConfig::Residual { channels: vec![3, 4] },
        NetworkConfig::Conv1d { channels: vec![5, 4] },
        NetworkConfig::Bag { width: 7 },
    ]
}

fn pictures(count: usize, device: &Device) -> Tensor<4> {
    let mut random = Random::new(5);
    let size: usize = SHAPE.iter().product();
    let values: Vec<f32> = (0..count * size).map(|_| random.uniform()).collect();
    Tensor::from_data(TensorData::new(values, [count, SHAPE[0], SHAPE[1], SHAPE[2]]), device)
}

struct Numbers(usize);

impl ParameterVisitor for Numbers {
    type Error = std::convert::Infallible;
    fn visit<const D: usize>(
        &mut self,
        parameter: &mut Parameter<D>,
    ) -> std::result::Result<(), Self::Error> {
        self.0 += parameter.count();
        Ok(())
    }
}

#[test]
fn sizes_by_hand() {
    let input = 2 * 6 * 8;
    let head = |width: usize| width * DIM + DIM;
    let conv = |from: usize, to: usize| from * to * 9 + to;
    let wanted = [
        input * 5 + 5 + head(5),
        conv(2, 3) + conv(3, 4) + head(4 * 2 * 2),
        conv(2, 3) + 2 * conv(3, 3) + conv(3, 4) + 2 * conv(4, 4) + head(4 * 2 * 2),
        12 * 5 * 3 + 5 + 5 * 4 * 3 + 4 + head(4),
        input * 7 + head(7),
    ];
    for (config, wanted) in configs().iter().zip(wanted) {
        let mut numbers = Numbers(0);
        let mut network = network(config);
        let Ok(()) = network.visit(&mut numbers);
        assert_eq!(numbers.0, wanted, "{config:?}");
        assert_eq!(config.parameters(SHAPE, DIM), wanted as u64, "{config:?} counted without a network");
        let rows = network.forward(pictures(4, &Device::flex()), false);
        assert_eq!(rows.dims(), [4, DIM], "{config:?}");
        assert!(config.validate(SHAPE).is_ok(), "{config:?} fits");
    }
}

#[test]
fn outputs_by_hand() {
    let input = 2 * 6 * 8;
    let wanted = [
        input + 5,
        input + 3 * 3 * 4 + 4 * 2 * 2,
        input + 3 * (3 * 3 * 4 + 4 * 2 * 2),
        input + 5 * 4 + 4 * 2,
        input + 7,
    ];
    for (config, wanted) in configs().iter().zip(wanted) {
        assert_eq!(config.outputs(SHAPE), wanted, "{config:?}");
    }
    let huge = [usize::MAX >> 8, 1 << 20, 1 << 20];
    for config in configs() {
        assert!(config.parameters(huge, DIM) > 1 << 40 && config.outputs(huge) > 1 << 40, "{config:?}");
    }
}

/// Moves number `at` of the parameters by `by`, and tells its gradient.
struct Nudge {
    at: usize,
    by: f32,
    gradient: Option<f32>,
    gradients: Option<burn::tensor::Gradients>,
}

impl ParameterVisitor for Nudge {
    type Error = std::convert::Infallible;
    fn visit<const D: usize>(
        &mut self,
        parameter: &mut Parameter<D>,
    ) -> std::result::Result<(), Self::Error> {
        let count = parameter.count();
        if self.at < count {
            if let Some(gradients) = &self.gradients {
                let gradient = parameter.tracked().grad(gradients).expect("every parameter has a gradient");
                self.gradient = gradient.into_data().iter::<f32>().nth(self.at);
            }
            let plain = parameter.plain();
            let (shape, device) = (plain.dims(), plain.device());
            let mut values: Vec<f32> = plain.into_data().iter::<f32>().collect();
            values[self.at] += self.by;
            parameter.restore(Tensor::from_data(TensorData::new(values, shape), &device), None);
        }
        self.at = self.at.wrapping_sub(count);
        Ok(())
    }
}

#[test]
fn gradients_against_central_differences() {
    const STEP: f32 = 1e-2;
    for config in configs() {
        let mut numbers = Numbers(0);
        let mut network = network(&config);
        let Ok(()) = network.visit(&mut numbers);
        let device = Device::flex().autodiff();
        let value = |network: &Network| network.forward(pictures(3, &device), true).square().sum();
        let (mut checked, mut largest) = (0, 0.0f32);
        for at in (0..numbers.0).step_by(7) {
            let gradients = value(&network).backward();
            let nudge = |network: &mut Network, by, gradients| {
                let mut nudge = Nudge { at, by, gradient: None, gradients };
                let Ok(()) = network.visit(&mut nudge);
                nudge.gradient
            };
            let middle = value(&network).into_scalar::<f32>();
            let gradient = nudge(&mut network, STEP, Some(gradients)).expect("the number was found");
            let above = value(&network).into_scalar::<f32>();
            nudge(&mut network, -2.0 * STEP, None);
            let below = value(&network).into_scalar::<f32>();
            nudge(&mut network, STEP, None);
            let quotient = (above - below) / (2.0 * STEP);
            // A ReLU that opens between the two points bends the curve.
            if ((above - middle) - (middle - below)).abs() > 0.1 * STEP * gradient.abs().max(0.02) {
                continue;
            }
            largest = largest.max(gradient.abs());
            checked += 1;
            let error = (quotient - gradient).abs() / gradient.abs().max(0.05);
            assert!(error < 0.05, "{config:?}, number {at}: {quotient} and {gradient}");
        }
        assert!(checked > 5 && largest > 0.0, "{config:?}: {checked} numbers, largest gradient {largest}");
    }
}

#[test]
fn a_sequence_of_any_length_and_an_empty_bag() {
    let device = Device::flex();
    let of = |config: &NetworkConfig| network(config);
    let time = of(&NetworkConfig::Conv1d { channels: vec![5, 4] });
    let long = Tensor::<4>::ones([2, 2, 6, 40], &device);
    assert_eq!(time.forward(long, false).dims(), [2, DIM], "the mean over time takes any length");
    let bag = of(&NetworkConfig::Bag { width: 7 });
    let numbers = |x: Tensor<2>| x.into_data().iter::<f32>().collect::<Vec<f32>>();
    let rows = pictures(2, &device);
    let once = numbers(bag.forward(rows.clone(), false));
    let twice = numbers(bag.forward(rows.mul_scalar(2.0), false));
    assert!(once.iter().zip(&twice).all(|(a, b)| (a - b).abs() < 1e-5), "a mean, however full the bag");
    let empty = numbers(bag.forward(Tensor::zeros([1, 2, 6, 8], &device), false));
    assert!(empty.iter().all(|x| x.is_finite()), "an empty bag has an embedding: {empty:?}");
}

#[test]
fn layers_that_do_not_fit_are_refused() {
    let field = |config: NetworkConfig| config.validate(SHAPE).expect_err("refused").to_string();
    assert!(
        field(NetworkConfig::Residual { channels: vec![4; 3] }).starts_with("network.channels"),
        "6 halves twice"
    );
    let of_vectors = NetworkConfig::Conv { channels: vec![4] }.validate([1, 1, 16]).expect_err("no side");
    assert!(of_vectors.to_string().starts_with("network.kind must be mlp"), "{of_vectors}");
    assert!(
        NetworkConfig::Conv1d { channels: vec![4; 3] }.validate(SHAPE).is_ok(),
        "8 frames halve three times"
    );
    assert!(
        field(NetworkConfig::Conv1d { channels: Vec::new() }).starts_with("network.channels"),
        "no layer"
    );
    assert!(field(NetworkConfig::Bag { width: 0 }).starts_with("network.width"), "no numbers");
}

/// Sequences of 1 to 13 frames, each alone and among others of 13 frames: outputs and gradients are the same, on the GPU, too.
fn presence_changes_nothing(device: &Device, close: f32) {
    const FEATURES: usize = 3;
    let config = NetworkConfig::Conv1d { channels: vec![5, 4] };
    let sample = |frames: usize, width: usize| -> Vec<f32> {
        let number = |channel: usize, t: usize| match (t < frames, channel < FEATURES) {
            (true, true) => ((frames * 7 + channel * 5 + t * 3) as f32).sin(),
            (there, false) => f32::from(u8::from(there)),
            // A preparation turns the zeros after the last frame into other numbers.
            (false, true) => 9.0,
        };
        (0..=FEATURES)
            .flat_map(|channel| (0..width).map(move |t| (channel, t)))
            .map(|(c, t)| number(c, t))
            .collect()
    };
    let run = |lengths: &[usize], width: usize| {
        let shape = [FEATURES + 1, 1, width];
        let network =
            Network::new(&config, shape, DIM, Ending::Plain, &mut Random::new(3), device).with_presence();
        let values: Vec<f32> = lengths.iter().flat_map(|&frames| sample(frames, width)).collect();
        let data = TensorData::new(values, [lengths.len(), shape[0], 1, width]);
        let rows = network.forward(Tensor::from_data(data, device), true);
        let gradients = rows.clone().square().sum().backward();
        let Body::Conv1d(_) = &network.body else { panic!("it has convolutions over time") };
        let (weight, _) = network.head.tracked();
        let gradient = weight.grad(&gradients).expect("the head has a gradient");
        [rows.into_data(), gradient.into_data()].map(|data| data.iter::<f32>().collect::<Vec<f32>>())
    };
    let lengths: Vec<usize> = (1..=13).collect();
    let [together, gradient] = run(&lengths, 13);
    let mut sum = vec![0.0; gradient.len()];
    for (at, &frames) in lengths.iter().enumerate() {
        let [alone, own] = run(&[frames], frames);
        for (a, b) in alone.iter().zip(&together[at * DIM..]) {
            assert!((a - b).abs() < close, "{frames} frames: {a} alone, {b} among others");
        }
        sum.iter_mut().zip(&own).for_each(|(sum, x)| *sum += x);
    }
    for (a, b) in sum.iter().zip(&gradient) {
        assert!((a - b).abs() < close * 13.0, "gradient {a} alone, {b} together");
    }
}

#[test]
fn frames_that_are_not_there_change_nothing() {
    presence_changes_nothing(&Device::flex().autodiff(), 1e-5);
}
