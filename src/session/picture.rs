//! The embedding in the plane, while it is learned.

use serde::Deserialize;

use super::Session;
use crate::error::{Error, Result};
use crate::projection::{align, pca};
use crate::random::Random;

/// How much of the data set a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PictureRequest {
    /// Samples that are embedded for every picture; more than there are means all.
    #[serde(default = "sample_size")]
    pub sample: usize,
    /// Samples beyond those that are embedded too, towards a picture of the whole set.
    #[serde(default)]
    pub refresh: usize,
}

fn sample_size() -> usize {
    1_000
}

impl Default for PictureRequest {
    fn default() -> Self {
        Self { sample: sample_size(), refresh: 0 }
    }
}

/// Embeddings in the plane, all of one step.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Step of the network that gave every embedding of the picture.
    pub step: u64,
    /// The samples that are shown, ascending: the sample, or the whole set once all of it was embedded at this step.
    pub indices: Vec<u32>,
    /// x0 y0 x1 y1 …, a place for each of `indices`: their principal plane, turned to lie as the last picture did.
    pub xy: Vec<f32>,
    /// Share of the variance along each axis.
    pub explained: [f32; 2],
    /// Samples embedded by this call.
    pub refreshed: usize,
    /// Whether the picture shows the whole set.
    pub complete: bool,
}

/// The last picture, which the next one is turned to, and the sample.
#[derive(Default)]
pub(super) struct View {
    /// A place for each sample of the data set; NaN for one that was not shown.
    places: Vec<f32>,
    sample: Vec<u32>,
}

impl View {
    /// The places of `indices` in the last picture.
    fn of(&self, indices: &[u32]) -> Vec<f32> {
        let place = |&index: &u32| {
            let at = 2 * index as usize;
            self.places.get(at..at + 2).map_or([f32::NAN; 2], |xy| [xy[0], xy[1]])
        };
        indices.iter().flat_map(place).collect()
    }

    fn keep(&mut self, indices: &[u32], xy: &[f32], count: usize) {
        self.places.clear();
        self.places.resize(2 * count, f32::NAN);
        for (&index, xy) in indices.iter().zip(xy.chunks_exact(2)) {
            self.places[2 * index as usize..][..2].copy_from_slice(xy);
        }
    }
}

impl Session {
    /// Embeds a fixed sample of the data set as the network is now, and projects it on its principal plane.
    ///
    /// The sample is stratified: each class has its share of it, rounded up or down. It follows from the configuration's
    /// seed and is the same at every step. With `refresh`, further samples are embedded towards a picture of the
    /// whole set, which is given once all of it was embedded at one step.
    ///
    /// # Errors
    /// `config.invalid` for an empty sample; `data.not_finite` for a place that f32 cannot hold; `training.diverged`, `device.*`.
    pub async fn picture(&mut self, request: PictureRequest) -> Result<Picture> {
        if request.sample == 0 {
            return Err(Error::config("sample", "must be at least 1, is 0"));
        }
        let sample = self.sample(request.sample);
        let mut refreshed = self.embed_again(&sample).await?;
        let further = self.store.due(request.refresh, self.step);
        refreshed += self.embed_again(&further).await?;
        let complete = self.store.is_complete(self.step);
        let count = self.dataset.count();
        let indices = if complete { (0..count as u32).collect() } else { sample };
        let plane = pca::project(&self.store.rows(&indices), self.config.embedding.dim)?;
        let mut xy = plane.xy;
        align::onto(&self.view.of(&indices), &mut xy)?;
        self.view.keep(&indices, &xy, count);
        Ok(Picture { step: self.step, indices, xy, explained: plane.explained, refreshed, complete })
    }

    /// The stratified sample of `size` samples, ascending.
    pub(super) fn sample(&mut self, size: usize) -> Vec<u32> {
        let size = size.min(self.dataset.count());
        if self.view.sample.len() != size {
            self.view.sample = stratified(&self.dataset.labels, size, &mut self.root.fork("picture"));
        }
        self.view.sample.clone()
    }

    /// Embeds those of `indices` that are not of this step. Returns their number.
    pub(super) async fn embed_again(&mut self, indices: &[u32]) -> Result<usize> {
        let old = self.store.older_than(indices, self.step);
        self.refresh(&old).await?;
        Ok(old.len())
    }
}

/// `size` of the samples, ascending, each class with its share rounded up or down: every n/size-th of all samples in an
/// order that is random but for its keeping classes together. `size` is from 1 to the count of labels.
pub(super) fn stratified(labels: &[u16], size: usize, random: &mut Random) -> Vec<u32> {
    let mut order: Vec<u32> = (0..labels.len() as u32).collect();
    random.shuffle(&mut order);
    let classes = labels.iter().max().map_or(0, |&label| usize::from(label) + 1);
    let mut rank: Vec<usize> = (0..classes).collect();
    random.shuffle(&mut rank);
    order.sort_by_key(|&index| rank[usize::from(labels[index as usize])]);
    let start = random.below(labels.len()) as u64;
    let place = |at: usize| ((at as u64 * labels.len() as u64 + start) / size as u64) as usize;
    let mut chosen: Vec<u32> = (0..size).map(|at| order[place(at)]).collect();
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_its_share() {
        let mut random = Random::new(3);
        for (count, classes, size) in [(1_000, 10, 150), (997, 7, 100), (50, 50, 20), (40, 3, 40), (9, 2, 1)]
        {
            let labels: Vec<u16> = (0..count).map(|_| random.below(classes) as u16).collect();
            let chosen = stratified(&labels, size, &mut random);
            assert_eq!(chosen.len(), size, "as many as asked");
            assert!(chosen.windows(2).all(|two| two[0] < two[1]), "ascending, none twice");
            for class in 0..classes as u16 {
                let all = labels.iter().filter(|&&label| label == class).count();
                let taken = chosen.iter().filter(|&&index| labels[index as usize] == class).count();
                let share = all as f64 * size as f64 / f64::from(count);
                assert!((taken as f64 - share).abs() < 1.0, "class {class}: {taken} for {share}");
            }
        }
    }

    #[test]
    fn every_sample_has_the_same_chance() {
        let labels: Vec<u16> = (0..30).map(|at| u16::from(at >= 10)).collect();
        let mut taken = [0; 30];
        for seed in 0..3_000 {
            stratified(&labels, 7, &mut Random::new(seed)).iter().for_each(|&at| taken[at as usize] += 1);
        }
        // 700 expected, standard deviation 23.
        assert!(taken.iter().all(|n| (600..800).contains(n)), "{taken:?}");
    }
}
