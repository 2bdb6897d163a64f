//! The packed format `.mlds`: a header in JSON, then bytes.
//!
//! ```text
//! "MLDS" | u32 version | u32 H | H bytes of JSON | samples u8 or f32, count × channels × height × width
//!        | labels u16 × count | domains u8 × count, only if the header names domains
//! ```
//! Little endian, nothing after the end. The JSON is UTF-8; a byte order mark before it is skipped. Any bytes give a
//! data set that keeps its promises or an error: sizes are computed before anything is allocated.

use super::{Dataset, Header};
use crate::error::{Error, Result};
use crate::plain;

/// The largest packed data set that is read: 1 GiB, a quarter of what a tab can address.
pub const BYTE_LIMIT: u64 = 1 << 30;

const MAGIC: &[u8; 4] = b"MLDS";
const VERSION: u32 = 1;
const FRONT: usize = 12;
/// A byte order mark, which some editors put before a text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Labels are u16, domains u8.
const MOST_CLASSES: usize = 1 << 16;
const MOST_DOMAINS: usize = 1 << 8;

impl Dataset {
    /// Reads a packed data set, already decompressed. Bytes that are given away (`Vec<u8>`) are kept and not copied.
    ///
    /// # Errors
    /// `data.invalid` if the bytes break the format, `data.too_large` beyond [`BYTE_LIMIT`], `data.not_finite` for
    /// floats that are none, `data.one_class` if fewer than two classes have samples.
    pub fn read(file: impl Into<Vec<u8>>) -> Result<Self> {
        let file = file.into();
        if file.len() as u64 > BYTE_LIMIT {
            return Err(Error::DataTooLarge { bytes: file.len() as u64, limit: BYTE_LIMIT });
        }
        let (header, body) = read_header(&file)?;
        let sizes = Sizes::of(&header)?;
        if body.len() as u64 != sizes.total() {
            return Err(Error::data(format!(
                "its header promises {} bytes of samples and labels and {} are there",
                sizes.total(),
                body.len()
            )));
        }
        let first = file.len() - body.len();
        let at = first..first + sizes.samples as usize;
        let (labels, domains) = body[sizes.samples as usize..].split_at(sizes.labels as usize);
        let labels = labels.chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect();
        let domains = domains.to_vec();
        Self::checked(header, file, at, labels, domains)
    }

    /// Packs the data set; [`read`](Self::read) gives it back.
    ///
    /// # Errors
    /// `data.invalid` if the header cannot be written as JSON.
    pub fn write(&self) -> Result<Vec<u8>> {
        let mut json = serde_json::to_vec(&self.header).map_err(|error| Error::data(error.to_string()))?;
        json.resize(json.len().next_multiple_of(4), b' ');
        let samples = self.samples();
        let mut bytes = Vec::with_capacity(FRONT + json.len() + samples.len() + self.labels.len() * 3);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&(json.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&json);
        bytes.extend_from_slice(samples);
        self.labels.iter().for_each(|label| bytes.extend_from_slice(&label.to_le_bytes()));
        bytes.extend_from_slice(&self.domain_of);
        Ok(bytes)
    }
}

fn read_header(bytes: &[u8]) -> Result<(Header, &[u8])> {
    let front = bytes.get(..FRONT).ok_or_else(|| {
        Error::data(format!("it has {} bytes and the front alone has {FRONT}", bytes.len()))
    })?;
    if &front[..4] != MAGIC {
        let gzip = if front.starts_with(&[0x1f, 0x8b]) { ": it is gzip, decompress it first" } else { "" };
        return Err(Error::data(format!("it does not begin with MLDS, so it is no packed data set{gzip}")));
    }
    let word = |at: usize| u32::from_le_bytes([front[at], front[at + 1], front[at + 2], front[at + 3]]);
    if word(4) != VERSION {
        return Err(Error::data(format!("its version is {} and this reader knows {VERSION}", word(4))));
    }
    let length = word(8) as usize;
    let rest = &bytes[FRONT..];
    if length > rest.len() {
        return Err(Error::data(format!(
            "its header should have {length} bytes and the file ends after {}",
            rest.len()
        )));
    }
    let (json, body) = rest.split_at(length);
    let json = json.strip_prefix(BYTE_ORDER_MARK).unwrap_or(json);
    let mut header: Header =
        plain::parse(json).map_err(|error| Error::data(format!("its header {error}")))?;
    header.complete_titles();
    Ok((header, body))
}

/// Bytes of each part, in 64 bits: on wasm32 `usize` would overflow before the check.
pub(super) struct Sizes {
    pub(super) samples: u64,
    pub(super) labels: u64,
    pub(super) domains: u64,
}

impl Sizes {
    pub(super) fn of(header: &Header) -> Result<Self> {
        for (name, value) in [
            ("count", header.count),
            ("channels", header.channels),
            ("height", header.height),
            ("width", header.width),
        ] {
            if value == 0 {
                return Err(Error::data(format!("its {name} is 0")));
            }
        }
        for (name, value, most) in
            [("classes", header.classes.len(), MOST_CLASSES), ("domains", header.domains.len(), MOST_DOMAINS)]
        {
            if value > most {
                return Err(Error::data(format!(
                    "it names {value} {name} and at most {most} can be told apart"
                )));
            }
        }
        let count = header.count as u64;
        let samples = [header.channels, header.height, header.width, header.number.bytes()]
            .iter()
            .fold(count, |product, &size| product.saturating_mul(size as u64));
        let domains = if header.domains.is_empty() { 0 } else { count };
        let sizes = Self { samples, labels: count.saturating_mul(2), domains };
        if sizes.total() > BYTE_LIMIT {
            return Err(Error::DataTooLarge { bytes: sizes.total(), limit: BYTE_LIMIT });
        }
        Ok(sizes)
    }

    fn total(&self) -> u64 {
        self.samples.saturating_add(self.labels).saturating_add(self.domains)
    }
}

pub(super) fn check_labels(labels: &[u16], classes: usize) -> Result<()> {
    if let Some(at) = labels.iter().position(|&label| usize::from(label) >= classes) {
        return Err(Error::data(format!(
            "sample {at} is of class {} and there are {classes}, counted from 0",
            labels[at]
        )));
    }
    if labels.iter().all(|label| *label == labels[0]) {
        return Err(Error::DataOneClass);
    }
    Ok(())
}

pub(super) fn check_domains(domain_of: &[u8], domains: usize) -> Result<()> {
    if let Some(at) = domain_of.iter().position(|&domain| usize::from(domain) >= domains) {
        return Err(Error::data(format!(
            "sample {at} is of domain {} and there are {domains}, counted from 0",
            domain_of[at]
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datasets::synthetic::{Bars, bars};

    fn set() -> Dataset {
        bars(&Bars { classes: 3, per_class: 4, side: 6, domains: 2, ..Bars::default() }).expect("bars")
    }

    fn packed_with(change: impl FnOnce(&mut Dataset)) -> Vec<u8> {
        let mut set = set();
        change(&mut set);
        set.write().expect("a header of strings and numbers")
    }

    fn code(bytes: &[u8]) -> &'static str {
        Dataset::read(bytes).expect_err("malformed").code()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let set = set();
        let bytes = set.write().expect("a header of strings and numbers");
        assert_eq!(Dataset::read(bytes.as_slice()).expect("well formed"), set, "round trip");
        let length = u32::from_le_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]);
        assert_eq!(length % 4, 0, "the samples begin at a multiple of four");
    }

    #[test]
    fn every_truncation_is_refused_and_none_panics() {
        let bytes = packed_with(|_| ());
        for length in 0..bytes.len() {
            assert_eq!(code(&bytes[..length]), "data.invalid", "cut to {length} of {}", bytes.len());
        }
        let mut longer = bytes;
        longer.push(0);
        assert_eq!(code(&longer), "data.invalid", "one byte too many");
    }

    #[test]
    fn a_changed_front_is_refused() {
        for (at, byte) in [(0, b'X'), (4, 2), (8, 0), (11, 255)] {
            let mut bytes = packed_with(|_| ());
            bytes[at] = byte;
            assert_eq!(code(&bytes), "data.invalid", "byte {at} set to {byte}");
        }
    }

    #[test]
    fn a_header_that_is_no_header_is_refused() {
        for json in ["", "{}", "[1,2]", "{\"name\":3}", "{\"count\":-1}", "\u{0}\u{0}"] {
            let mut bytes = b"MLDS\x01\0\0\0".to_vec();
            bytes.extend_from_slice(&(json.len() as u32).to_le_bytes());
            bytes.extend_from_slice(json.as_bytes());
            assert_eq!(code(&bytes), "data.invalid", "header {json:?}");
        }
    }

    #[test]
    fn sizes_are_checked_before_anything_is_allocated() {
        assert_eq!(code(&packed_with(|set| set.header.count = 0)), "data.invalid", "no pictures");
        assert_eq!(code(&packed_with(|set| set.header.width = 0)), "data.invalid", "no columns");
        assert_eq!(code(&packed_with(|set| set.header.width = 7)), "data.invalid", "other columns");
        assert_eq!(code(&packed_with(|set| set.header.domains.clear())), "data.invalid", "domains unnamed");
        let large = packed_with(|set| set.header.height = 1 << 28);
        assert_eq!(code(&large), "data.too_large", "more than a gibibyte promised");
        let overflowing = packed_with(|set| {
            set.header.count = usize::MAX;
            set.header.channels = usize::MAX;
        });
        assert_eq!(code(&overflowing), "data.too_large", "a product beyond 64 bits");
    }

    #[test]
    fn labels_and_domains_must_exist() {
        assert_eq!(code(&packed_with(|set| set.labels[5] = 3)), "data.invalid", "a fourth class of three");
        assert_eq!(code(&packed_with(|set| set.domain_of[5] = 2)), "data.invalid", "a third domain of two");
        assert_eq!(code(&packed_with(|set| set.labels.fill(1))), "data.one_class", "one class only");
        let message =
            Dataset::read(packed_with(|set| set.labels[5] = 3)).expect_err("no class 3").to_string();
        assert!(message.contains("sample 5") && message.contains("class 3"), "says which: {message}");
    }

    #[test]
    fn flipped_bytes_never_panic() {
        let bytes = packed_with(|_| ());
        let mut random = crate::random::Random::new(1);
        for _ in 0..2_000 {
            let mut broken = bytes.clone();
            for _ in 0..=random.below(4) {
                let at = random.below(broken.len());
                broken[at] = random.bits() as u8;
            }
            if let Ok(set) = Dataset::read(broken) {
                let numbers = set.count() * set.sample_len() * set.header.number.bytes();
                assert_eq!(set.samples().len(), numbers, "samples of an accepted set");
                assert_eq!(set.labels.len(), set.count(), "labels of an accepted set");
            }
        }
    }
}
