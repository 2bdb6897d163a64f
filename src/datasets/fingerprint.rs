//! A fingerprint of bytes, to notice that they are others. It guards against mistakes; somebody who wants to forge one can.

/// 128 bits of everything taken so far; the same natively and in wasm.
///
/// Each lane mixes a word by h ← (h ⊕ w)·k, h ← h ⊕ (h ≫ 32), which is a bijection of w for a given h and of h for a
/// given w: two runs of one length that differ in one word never share a fingerprint.
#[derive(Clone, Debug)]
pub(crate) struct Fingerprint {
    lanes: [u64; 2],
}

/// Odd, with bits spread evenly: the fractions of the golden ratio and of √3.
const FACTORS: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xbb67_ae85_84ca_a73b];

impl Fingerprint {
    pub(crate) fn new() -> Self {
        Self { lanes: FACTORS }
    }

    /// Takes one part; its length counts, so that `ab`, `c` and `a`, `bc` differ.
    #[must_use]
    pub(crate) fn with(mut self, part: &[u8]) -> Self {
        let words = part.chunks_exact(8);
        let mut last = [0; 8];
        last[..words.remainder().len()].copy_from_slice(words.remainder());
        for word in words {
            self.mix(u64::from_le_bytes(word.try_into().expect("a chunk of eight")));
        }
        self.mix(u64::from_le_bytes(last));
        self.mix(part.len() as u64);
        self
    }

    /// As [`Self::with`] of the little-endian bytes of these numbers.
    #[must_use]
    pub(crate) fn with_numbers(mut self, numbers: &[f32]) -> Self {
        let (pairs, rest) = numbers.as_chunks::<2>();
        for [low, high] in pairs {
            self.mix(u64::from(low.to_bits()) | u64::from(high.to_bits()) << 32);
        }
        self.mix(rest.first().map_or(0, |last| u64::from(last.to_bits())));
        self.mix(4 * numbers.len() as u64);
        self
    }

    fn mix(&mut self, word: u64) {
        for (lane, factor) in self.lanes.iter_mut().zip(FACTORS) {
            let mixed = (*lane ^ word).wrapping_mul(factor);
            *lane = mixed ^ (mixed >> 32);
        }
    }

    /// 32 hexadecimal digits.
    pub(crate) fn text(mut self) -> String {
        self.mix(0);
        self.mix(0);
        format!("{:016x}{:016x}", self.lanes[0], self.lanes[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(parts: &[&[u8]]) -> String {
        parts.iter().fold(Fingerprint::new(), |so_far, part| so_far.with(part)).text()
    }

    #[test]
    fn numbers_count_as_their_bytes() {
        for count in 0..7 {
            let numbers: Vec<f32> = (0..count).map(|x| 0.3 * x as f32 - 1.0).collect();
            let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
            assert_eq!(Fingerprint::new().with_numbers(&numbers).text(), of(&[&bytes]), "{count} numbers");
        }
    }

    #[test]
    fn every_bit_every_place_and_every_border_counts() {
        let bytes: Vec<u8> = (0..41).map(|x: u8| x.wrapping_mul(7)).collect();
        let mut seen = std::collections::BTreeSet::from([of(&[&bytes])]);
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                assert!(seen.insert(of(&[&changed])), "bit {bit} of byte {at}");
            }
            assert!(seen.insert(of(&[&bytes[..at], &bytes[at..]])), "a border at {at}");
            if at > 0 {
                let mut swapped = bytes.clone();
                swapped.swap(0, at);
                assert!(seen.insert(of(&[&swapped])), "bytes 0 and {at} changed places");
            }
        }
        assert_ne!(of(&[&[0; 8]]), of(&[&[0; 9]]), "zeros count by their number");
    }

    #[test]
    fn it_is_the_same_everywhere() {
        assert_eq!(of(&[]).len(), 32);
        assert_eq!(of(&[b"metriclab"]), "430c28e18b54f4a3be57cfa26a562023");
    }

    #[test]
    fn one_changed_bit_changes_half_of_the_digest() {
        let bits = |text: &str| u128::from_str_radix(text, 16).expect("hexadecimal");
        let plain = vec![3_u8; 256];
        let mut changes = 0;
        for at in 0..256 {
            let mut changed = plain.clone();
            changed[at] ^= 1;
            changes += (bits(&of(&[&plain])) ^ bits(&of(&[&changed]))).count_ones();
        }
        // 64 of 128 expected; the last words are mixed least.
        assert!((50..78).contains(&(changes / 256)), "{} bits on average", changes / 256);
    }
}
