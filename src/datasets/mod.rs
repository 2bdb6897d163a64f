//! Data sets of labelled pictures: reading, generating, splitting, drawing batches.

pub mod augment;
mod packed;
mod sampler;
mod split;
pub mod synthetic;

pub use packed::{BYTE_LIMIT, Header, Title};
pub use sampler::{Sampler, SamplerKind, SamplerState};
pub use split::{Role, Split};

/// Labelled pictures of one size.
///
/// Built by [`Dataset::read`] or [`synthetic::bars`], both of which keep the promises that the
/// fields' comments make.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// Name, sizes, class and domain names, licence.
    pub header: Header,
    /// Pixels 0 to 255, count × channels × height × width.
    pub pixels: Vec<u8>,
    /// Class of each picture, below `header.classes.len()`.
    pub labels: Vec<u16>,
    /// Domain of each picture, below `header.domains.len()`; empty if the set has one domain.
    pub domain_of: Vec<u8>,
}

impl Dataset {
    /// How many pictures there are.
    pub fn count(&self) -> usize {
        self.header.count
    }

    /// Numbers in one picture: channels × height × width.
    pub fn sample_len(&self) -> usize {
        self.header.channels * self.header.height * self.header.width
    }

    /// Pixels of picture `index`, channel after channel.
    ///
    /// # Panics
    /// If there is no such picture.
    pub fn picture(&self, index: usize) -> &[u8] {
        let size = self.sample_len();
        &self.pixels[index * size..(index + 1) * size]
    }

    /// The set's background, one value a channel: the most frequent of all pictures' corner
    /// pixels (the darkest of equals). 0 for white ink on black (MNIST), 255 for drawings on white.
    pub fn background(&self) -> Vec<u8> {
        let (channels, plane) = (self.header.channels, self.header.height * self.header.width);
        let last = self.header.width - 1;
        let corners = [0, last, plane - 1 - last, plane - 1];
        (0..channels)
            .map(|channel| {
                let mut seen = [0_usize; 256];
                for index in 0..self.count() {
                    let picture = self.picture(index);
                    for at in corners {
                        seen[usize::from(picture[channel * plane + at])] += 1;
                    }
                }
                let most = seen.iter().max().copied().unwrap_or(0);
                seen.iter().position(|&n| n == most).unwrap_or(0) as u8
            })
            .collect()
    }

    /// Pictures as numbers of `[0, 1]`: pixel / 255. Shape: indices × [`sample_len`](Self::sample_len).
    ///
    /// # Panics
    /// If an index has no picture.
    pub fn pictures(&self, indices: &[u32]) -> Vec<f32> {
        let mut out = Vec::with_capacity(indices.len() * self.sample_len());
        for &index in indices {
            out.extend(self.picture(index as usize).iter().map(|&p| f32::from(p) / 255.0));
        }
        out
    }

    /// Pictures as ink, `|pixel − background| / 255` with [`background`](Self::background): what the
    /// raw-pixel baseline compares, so that an empty picture is the zero vector whatever the
    /// paper's colour. Shape: indices × [`sample_len`](Self::sample_len).
    ///
    /// # Panics
    /// If an index has no picture.
    pub fn ink(&self, indices: &[u32]) -> Vec<f32> {
        let background = self.background();
        let plane = self.header.height * self.header.width;
        let mut out = Vec::with_capacity(indices.len() * self.sample_len());
        for &index in indices {
            for (channel, &paper) in self.picture(index as usize).chunks_exact(plane).zip(&background) {
                out.extend(channel.iter().map(|&p| f32::from(p.abs_diff(paper)) / 255.0));
            }
        }
        out
    }
}
