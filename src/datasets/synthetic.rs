//! A generated data set, so that a test or a first run needs no download.

use super::{Dataset, Header, SampleKind, Title};
use crate::error::{Error, Result};
use crate::random::Random;

/// Settings of [`bars`].
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// Classes: angles of the bar, evenly spaced over half a turn. At least 2.
    pub classes: usize,
    /// Pictures of each class.
    pub per_class: usize,
    /// Rows and columns of a picture.
    pub side: usize,
    /// Drawing styles, taken in turn: each draws the bar at another thickness. 1 for none.
    pub domains: usize,
    /// Standard deviation of the noise on each pixel, as a share of full ink.
    pub noise: f32,
    /// Seed of everything that is random.
    pub seed: u64,
}

impl Default for Bars {
    fn default() -> Self {
        Self { classes: 8, per_class: 20, side: 12, domains: 1, noise: 0.1, seed: 1 }
    }
}

/// Pictures of one noisy bar each, white on black; the bar's angle is the class.
///
/// The bar passes within an eighth of the side of the centre, its profile is a rounded ridge
/// `1 − (distance/thickness)²`. Raw pixels tell the classes apart only in part, because the bar's
/// place varies; a network can do better.
///
/// # Errors
/// `config.invalid` for a setting out of its range; as [`Dataset::new`].
pub fn bars(spec: &Bars) -> Result<Dataset> {
    for (name, value, most) in [
        ("classes", spec.classes, 1 << 16),
        ("perClass", spec.per_class, 1 << 16),
        ("side", spec.side, 1 << 10),
        ("domains", spec.domains, 1 << 8),
    ] {
        let least = if name == "classes" { 2 } else { 1 };
        if !(least..=most).contains(&value) {
            return Err(Error::config(name, format!("must be from {least} to {most}, is {value}")));
        }
    }
    if !(0.0..=1.0).contains(&spec.noise) {
        return Err(Error::config("noise", format!("must be from 0 to 1, is {}", spec.noise)));
    }
    let mut random = Random::new(spec.seed).fork("bars");
    let count = spec.classes * spec.per_class;
    let (mut pixels, mut labels, mut domain_of) = (Vec::new(), Vec::new(), Vec::new());
    for sample in 0..count {
        let (class, domain) = (sample % spec.classes, (sample / spec.classes) % spec.domains);
        draw(spec, class, domain, &mut random, &mut pixels);
        labels.push(class as u16);
        if spec.domains > 1 {
            domain_of.push(domain as u8);
        }
    }
    Dataset::new(header(spec, count), pixels, labels, domain_of)
}

fn header(spec: &Bars, count: usize) -> Header {
    let angle = |class: usize| format!("{:.0}°", 180.0 * class as f64 / spec.classes as f64);
    let styles = if spec.domains > 1 { spec.domains } else { 0 };
    Header {
        title: Title { ko: "기울어진 막대".into(), en: "Oriented bars".into() },
        classes: (0..spec.classes).map(angle).collect(),
        domains: (0..styles).map(|style| format!("style {style}")).collect(),
        licence: "MIT OR Apache-2.0".into(),
        source: "generated".into(),
        // A picture of one row is still a picture.
        said_kind: Some(SampleKind::Picture),
        ..Header::new("bars", count, [1, spec.side, spec.side], spec.classes)
    }
}

fn draw(spec: &Bars, class: usize, domain: usize, random: &mut Random, pixels: &mut Vec<u8>) {
    let side = spec.side as f32;
    let (across, along) = direction(class, spec.classes);
    let offset = (random.uniform() - 0.5) * side / 4.0;
    let thickness = side / 8.0 * (1.0 + 0.5 * domain as f32) + 0.5;
    for row in 0..spec.side {
        for column in 0..spec.side {
            let (x, y) = (column as f32 + 0.5 - side / 2.0, row as f32 + 0.5 - side / 2.0);
            let away = (x * across + y * along - offset) / thickness;
            let ink = (1.0 - away * away).max(0.0) + spec.noise * random.normal();
            pixels.push((ink.clamp(0.0, 1.0) * 255.0).round() as u8);
        }
    }
}

/// Unit normal of the bar, `(cos, sin)` of `π·class/classes`, from exactly rounded operations: the
/// half circle's rational form needs no `sin`, whose last bit differs between platforms.
/// Equal steps of the parameter are close to equal steps of angle, and all classes differ.
fn direction(class: usize, classes: usize) -> (f32, f32) {
    let t = 2.0 * class as f32 / classes as f32 - 1.0;
    let scale = 1.0 + t * t;
    ((1.0 - t * t) / scale, 2.0 * t / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(spec: &Bars) -> Dataset {
        bars(spec).expect("settings in their ranges")
    }

    #[test]
    fn settings_out_of_their_ranges_are_refused() {
        let plain = Bars::default();
        for (name, spec) in [
            ("classes", Bars { classes: 1, ..plain.clone() }),
            ("perClass", Bars { per_class: 0, ..plain.clone() }),
            ("side", Bars { side: 0, ..plain.clone() }),
            ("domains", Bars { domains: 257, ..plain.clone() }),
            ("noise", Bars { noise: f32::NAN, ..plain.clone() }),
        ] {
            let error = bars(&spec).expect_err(name);
            assert_eq!(error.code(), "config.invalid", "{name}");
            assert!(error.to_string().contains(name), "{error}");
        }
    }

    #[test]
    fn a_spec_gives_its_set_again() {
        let spec = Bars { domains: 3, ..Bars::default() };
        let set = drawn(&spec);
        assert_eq!(set, drawn(&spec), "same seed, same set");
        assert_ne!(set.samples(), drawn(&Bars { seed: 2, ..spec }).samples(), "another seed, other pixels");
        assert_eq!(set.samples().len(), set.count() * set.sample_len(), "pixels");
        for class in 0..8 {
            assert_eq!(set.labels.iter().filter(|&&l| l == class).count(), 20, "pictures of class {class}");
        }
        assert_eq!((set.domain_of[0], set.domain_of[8], set.domain_of[16]), (0, 1, 2), "styles in turn");
        assert_eq!(set.background(), [0.0], "white on black");
    }

    #[test]
    fn classes_lie_apart() {
        // Without noise, pictures of one class are closer to each other than to the class a quarter turn away.
        let set = drawn(&Bars { noise: 0.0, ..Bars::default() });
        let all: Vec<u32> = (0..set.count() as u32).collect();
        let pictures = set.numbers(&all).expect("its own samples");
        let row = |i: usize| &pictures[i * 144..(i + 1) * 144];
        let gap = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum::<f32>();
        let (mut within, mut between) = (0.0, 0.0);
        for sample in 1..20 {
            within += gap(row(0), row(sample * 8));
            between += gap(row(0), row(sample * 8 + 4));
        }
        assert!(within < 0.8 * between, "within {within}, between {between}");
    }
}
