//! A trained network that goes on with other data.

use std::rc::Rc;

use burn::tensor::Device;

use super::state::{Fill, Saved};
use super::{Session, SessionConfig};
use crate::datasets::{Dataset, Split};
use crate::error::{Error, Result};
use crate::networks::{Parameter, ParameterVisitor};

/// Gives each parameter its value of the file. What the file lacks stays fresh, and the optimiser begins anew.
struct Values<'a>(Fill<'a>);

impl ParameterVisitor for Values<'_> {
    type Error = Error;

    fn visit<const D: usize>(&mut self, parameter: &mut Parameter<D>) -> Result<()> {
        if self.0.length(&parameter.name) > 0 {
            parameter.restore(self.0.tensor(&parameter.name, parameter.tracked().dims())?, None);
        }
        Ok(())
    }
}

impl Session {
    /// A session at step 0 whose network has the weights of a saved one, on this data: fine-tuning, where classes came or samples
    /// changed after training. Samples are prepared as they were for the saved network, so before the first step the
    /// embedding is the saved one. Optimiser, batches and the parameters of the loss (its classes are others) begin anew.
    ///
    /// `config` is that of the saved session unless given. Frozen layers (`optimizer.frozen`) and a smaller learning rate keep
    /// what the network knows.
    ///
    /// # Errors
    /// As [`Session::new`]; `config.invalid` where the configuration has another network or length of embeddings than the saved
    /// one; `session.state_invalid` when the file is broken, or its samples had another shape.
    pub fn fine_tune(
        bytes: &[u8],
        config: Option<SessionConfig>,
        dataset: Rc<Dataset>,
        device: &Device,
    ) -> Result<Self> {
        let Saved { progress, file } = Saved::read(bytes)?;
        let config = config.unwrap_or_else(|| progress.config.clone());
        let differs = [
            ("network", config.network != progress.config.network),
            ("embedding.dim", config.embedding.dim != progress.config.embedding.dim),
        ];
        if let Some((field, _)) = differs.into_iter().find(|(_, differs)| *differs) {
            return Err(Error::config(field, "must be as in the saved session, whose weights it takes"));
        }
        config.validate(&dataset)?;
        let split = Split::new(&dataset.labels, dataset.header.classes.len(), config.unseen_classes)?;
        let fill = Fill::new(file, 0, device.clone());
        let preparation = fill.preparation(progress.ink, dataset.sample_len())?;
        let mut session = Self::with(config, dataset, split, preparation, device)?;
        session.network.visit(&mut Values(fill))?;
        Ok(session)
    }
}
