//! Two towers as bytes and back: weights, moments of the optimiser, settings, step, and the order of the pairs.
//!
//! The file is a safetensors file; the names of the tensors begin with `left.` and `right.`. The samples and the pairs are not in it:
//! [`Towers::load`] takes them again.

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use super::{Features, Towers, TowersConfig};
use crate::datasets::Fingerprint;
use crate::error::Result;
use crate::plain;
use crate::random::Random;
use crate::saved::{Collect, Fill, invalid};
use crate::sealed::{self, Output};

const FILE: sealed::Kind = sealed::Kind { format: "metriclab-towers-1", entry: "towers" };

/// All that is no tensor.
#[derive(Serialize, Deserialize)]
struct Progress {
    config: TowersConfig,
    /// Fingerprint of the pairs.
    pairs: String,
    step: u64,
    /// The optimiser's own count of steps.
    time: usize,
    random: [u64; 4],
    order: Vec<u32>,
}

fn fingerprint(pairs: &[[u32; 2]]) -> String {
    let bytes: Vec<u8> = pairs.iter().flatten().flat_map(|place| place.to_le_bytes()).collect();
    Fingerprint::new().with(&bytes).text()
}

impl Towers {
    /// Everything but the samples and the pairs, as a file.
    ///
    /// # Errors
    /// `training.diverged`, `device.lost`, `device.out_of_memory`.
    pub async fn save(&mut self) -> Result<Vec<u8>> {
        let mut file = Vec::new();
        self.save_to(&mut file).await?;
        Ok(file)
    }

    /// As [`save`](Self::save), part by part.
    pub(crate) async fn save_to(&mut self, output: &mut impl Output) -> Result<()> {
        let mut collect = Collect::new();
        collect.prefix = "left.";
        self.left.visit(&mut collect)?;
        collect.prefix = "right.";
        self.right.visit(&mut collect)?;
        let progress = Progress {
            config: self.config.clone(),
            pairs: fingerprint(&self.pairs),
            step: self.step,
            time: collect.time,
            random: self.random.state(),
            order: self.order.clone(),
        };
        collect.write(&FILE, plain::text(&progress), progress.step, output).await
    }

    /// Towers from a file of [`save`](Self::save), with the samples and pairs that they had. They go on where they were.
    ///
    /// # Errors
    /// `session.state_invalid`, with the cause: a damaged file, other pairs, samples of another shape; and as [`Towers::new`].
    pub fn load(
        bytes: &[u8],
        left: Features,
        right: Features,
        pairs: Vec<[u32; 2]>,
        device: &Device,
    ) -> Result<Self> {
        let (file, progress) = FILE.read(bytes).map_err(invalid)?;
        let progress: Progress =
            plain::parse(progress.as_bytes()).map_err(|error| invalid(format!("its progress: {error}")))?;
        if progress.pairs != fingerprint(&pairs) {
            return Err(invalid("it was trained on other pairs"));
        }
        if progress.order.iter().any(|&place| place as usize >= pairs.len()) {
            return Err(invalid("its order of the pairs names pairs that are not there"));
        }
        let random = Random::from_state(progress.random).map_err(invalid)?;
        let mut towers = Self::new(progress.config, left, right, pairs, device)?;
        // Parameters are put onto the plain device and tracked from there.
        let mut fill = Fill::new(file, progress.time, towers.device.clone().inner());
        fill.prefix = "left.";
        towers.left.visit(&mut fill)?;
        fill.prefix = "right.";
        towers.right.visit(&mut fill)?;
        Ok(Self { random, step: progress.step, order: progress.order, ..towers })
    }
}
