//! A trained network that goes on with other data.

use std::collections::HashMap;
use std::rc::Rc;

use burn::tensor::{Device, Int, Tensor};

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

/// Gives the vectors of classes that keep their name the values of the file, so that a classifier's head grows by the new
/// classes. Vectors of new classes stay fresh.
struct ClassVectors<'a> {
    fill: &'a Fill<'a>,
    /// For each class, its place among the saved ones.
    places: Vec<Option<usize>>,
    /// Classes of the file.
    saved: usize,
}

impl ClassVectors<'_> {
    fn of<'a>(fill: &'a Fill<'a>, now: &[String], saved: &[String]) -> ClassVectors<'a> {
        let known: HashMap<&String, usize> = saved.iter().enumerate().map(|(at, name)| (name, at)).collect();
        let places = now.iter().map(|name| known.get(name).copied()).collect();
        ClassVectors { fill, places, saved: saved.len() }
    }
}

impl ParameterVisitor for ClassVectors<'_> {
    type Error = Error;

    fn visit<const D: usize>(&mut self, parameter: &mut Parameter<D>) -> Result<()> {
        let mut shape = parameter.tracked().dims();
        let columns = shape[D - 1];
        let each = columns / self.places.len();
        shape[D - 1] = each * self.saved;
        if self.fill.length(&parameter.name) != shape.iter().product::<usize>() {
            return Ok(());
        }
        let old = self.fill.tensor(&parameter.name, shape)?;
        let column = |(class, place): (usize, &Option<usize>)| {
            let first = place.map_or(class * each, |place| columns + place * each);
            first..first + each
        };
        let order: Vec<i32> =
            self.places.iter().enumerate().flat_map(column).map(|column| column as i32).collect();
        let order = Tensor::<1, Int>::from_data(order.as_slice(), &old.device());
        let all = Tensor::cat(vec![parameter.tracked().inner(), old], D - 1);
        parameter.restore(all.select(D - 1, order), None);
        Ok(())
    }
}

impl Session {
    /// A session at step 0 whose network has the weights of a saved one, on this data: fine-tuning, where classes came or samples
    /// changed after training. Samples are prepared as they were for the saved network, so before the first step the
    /// embedding is the saved one. Of a loss with a vector for each class, those of classes that keep their name stay: a
    /// classifier's head grows. Optimiser, batches and what else a loss learns begin anew.
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
        let mut classes = ClassVectors::of(&fill, &session.dataset.header.classes, &progress.classes);
        let both = session.config.losses().zip(progress.config.losses());
        for ((loss, before), learned) in both.zip(&mut session.learned) {
            let same = loss.owns().by_class() && loss.name() == before.name();
            if let Some(learned) = learned.as_mut().filter(|_| same) {
                learned.visit(&mut classes)?;
            }
        }
        session.network.visit(&mut Values(fill))?;
        Ok(session)
    }
}
