//! The packed format `.mlds`: a header in JSON, then bytes.
//!
//! ```text
//! "MLDS" | u32 version | u32 H | H bytes of JSON | pixels u8, count × channels × height × width
//!        | labels u16 × count | domains u8 × count, only if the header names domains
//! ```
//! Little endian, nothing after the end. Whatever a file holds, reading it gives a data set that
//! keeps its promises or an error: sizes are computed before anything is allocated.

use serde::{Deserialize, Serialize};

use super::Dataset;
use crate::error::{Error, Result};
use crate::plain;

/// The largest packed data set that is read: 1 GiB, a quarter of what a tab can address.
pub const BYTE_LIMIT: u64 = 1 << 30;

const MAGIC: &[u8; 4] = b"MLDS";
const VERSION: u32 = 1;
const FRONT: usize = 12;
/// Labels are u16, domains u8.
const MOST_CLASSES: usize = 1 << 16;
const MOST_DOMAINS: usize = 1 << 8;

/// A data set's name in the page's languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Title {
    /// Korean.
    pub ko: String,
    /// English.
    pub en: String,
}

/// What a packed data set says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Short name: `mnist`.
    pub name: String,
    /// Name to show.
    pub title: Title,
    /// How many pictures.
    pub count: usize,
    /// Colour planes of a picture.
    pub channels: usize,
    /// Rows of a picture.
    pub height: usize,
    /// Columns of a picture.
    pub width: usize,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// Names of the domains (drawing styles); empty if there is one.
    pub domains: Vec<String>,
    /// SPDX expression or name of the licence.
    pub licence: String,
    /// Where the pictures come from.
    pub source: String,
    /// The notice that the licence asks for.
    pub notice: String,
}

impl Dataset {
    /// Reads a packed data set, already decompressed.
    ///
    /// # Errors
    /// `data.invalid` if the bytes break the format, `data.too_large` beyond [`BYTE_LIMIT`],
    /// `data.one_class` if fewer than two classes have pictures.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        if bytes.len() as u64 > BYTE_LIMIT {
            return Err(Error::DataTooLarge { bytes: bytes.len() as u64, limit: BYTE_LIMIT });
        }
        let (header, body) = read_header(bytes)?;
        let sizes = Sizes::of(&header)?;
        if body.len() as u64 != sizes.total() {
            return Err(Error::data(format!(
                "its header promises {} bytes of pictures and labels and {} are there",
                sizes.total(),
                body.len()
            )));
        }
        let (pixels, body) = body.split_at(sizes.pixels as usize);
        let (labels, domains) = body.split_at(sizes.labels as usize);
        let labels: Vec<u16> =
            labels.chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect();
        check_labels(&labels, header.classes.len())?;
        check_domains(domains, header.domains.len())?;
        Ok(Self { header, pixels: pixels.to_vec(), labels, domain_of: domains.to_vec() })
    }

    /// Packs the data set; [`read`](Self::read) gives it back.
    ///
    /// # Errors
    /// `data.invalid` if the header cannot be written as JSON.
    pub fn write(&self) -> Result<Vec<u8>> {
        let mut json = serde_json::to_vec(&self.header).map_err(|error| Error::data(error.to_string()))?;
        json.resize(json.len().next_multiple_of(4), b' ');
        let mut bytes = Vec::with_capacity(FRONT + json.len() + self.pixels.len() + self.labels.len() * 3);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&(json.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&json);
        bytes.extend_from_slice(&self.pixels);
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
        return Err(Error::data("it does not begin with MLDS, so it is no packed data set"));
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
    let header = plain::parse(json).map_err(|error| Error::data(format!("its header: {error}")))?;
    Ok((header, body))
}

/// Bytes of each part, in 64 bits: on wasm32 `usize` would overflow before the check.
struct Sizes {
    pixels: u64,
    labels: u64,
    domains: u64,
}

impl Sizes {
    fn of(header: &Header) -> Result<Self> {
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
        let pixels = [header.channels, header.height, header.width]
            .iter()
            .fold(count, |product, &size| product.saturating_mul(size as u64));
        let domains = if header.domains.is_empty() { 0 } else { count };
        let sizes = Self { pixels, labels: count.saturating_mul(2), domains };
        if sizes.total() > BYTE_LIMIT {
            return Err(Error::DataTooLarge { bytes: sizes.total(), limit: BYTE_LIMIT });
        }
        Ok(sizes)
    }

    fn total(&self) -> u64 {
        self.pixels.saturating_add(self.labels).saturating_add(self.domains)
    }
}

fn check_labels(labels: &[u16], classes: usize) -> Result<()> {
    if let Some(at) = labels.iter().position(|&label| usize::from(label) >= classes) {
        return Err(Error::data(format!(
            "picture {at} is of class {} and there are {classes}, counted from 0",
            labels[at]
        )));
    }
    if labels.iter().all(|label| *label == labels[0]) {
        return Err(Error::DataOneClass);
    }
    Ok(())
}

fn check_domains(domain_of: &[u8], domains: usize) -> Result<()> {
    if let Some(at) = domain_of.iter().position(|&domain| usize::from(domain) >= domains) {
        return Err(Error::data(format!(
            "picture {at} is of domain {} and there are {domains}, counted from 0",
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
        bars(&Bars { classes: 3, per_class: 4, side: 6, domains: 2, ..Bars::default() })
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
        assert_eq!(Dataset::read(&bytes).expect("well formed"), set, "round trip");
        let length = u32::from_le_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]);
        assert_eq!(length % 4, 0, "the pixels begin at a multiple of four");
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
            Dataset::read(&packed_with(|set| set.labels[5] = 3)).expect_err("no class 3").to_string();
        assert!(message.contains("picture 5") && message.contains("class 3"), "says which: {message}");
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
            if let Ok(set) = Dataset::read(&broken) {
                assert_eq!(set.pixels.len(), set.count() * set.sample_len(), "pixels of an accepted set");
                assert_eq!(set.labels.len(), set.count(), "labels of an accepted set");
            }
        }
    }
}
