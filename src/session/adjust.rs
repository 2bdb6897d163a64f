//! Other settings for a session that goes on.

use std::any::Any;
use std::collections::HashMap;
use std::convert::Infallible;
use std::rc::Rc;

use burn::tensor::Tensor;

use super::{Session, SessionConfig};
use crate::error::{Error, Result};
use crate::networks::{Moments, Parameter, ParameterVisitor};
use crate::random::Random;

/// The value and the moments of a parameter.
type State<const D: usize> = (Tensor<D>, Option<Moments<D>>);

/// Collects the state of every parameter by its name.
#[derive(Default)]
struct Collect(HashMap<String, Box<dyn Any>>);

impl ParameterVisitor for Collect {
    type Error = Infallible;

    fn visit<const D: usize>(&mut self, parameter: &mut Parameter<D>) -> std::result::Result<(), Infallible> {
        let state: State<D> = (parameter.plain(), parameter.moments());
        self.0.insert(parameter.name.clone(), Box::new(state));
        Ok(())
    }
}

/// Gives each parameter the state of the one of its name and shape.
struct Carry {
    states: HashMap<String, Box<dyn Any>>,
    /// Whether the optimiser is the same, so that the moments are of use.
    with_moments: bool,
}

impl ParameterVisitor for Carry {
    type Error = Infallible;

    fn visit<const D: usize>(&mut self, parameter: &mut Parameter<D>) -> std::result::Result<(), Infallible> {
        let state = self.states.remove(&parameter.name).and_then(|state| state.downcast::<State<D>>().ok());
        if let Some(state) = state.filter(|state| state.0.dims() == parameter.tracked().dims()) {
            let (value, moments) = *state;
            parameter.restore(value, moments.filter(|_| self.with_moments));
        }
        Ok(())
    }
}

impl Session {
    /// Goes on from this step by another configuration. Weights, moments and generators stay. What only the new configuration
    /// has starts fresh, another optimiser starts without moments, and the memory of batches before is emptied.
    ///
    /// # Errors
    /// As [`Session::new`], and `config.invalid` where the network, the length of the embeddings, the count of unseen classes or
    /// the seed differ: those need a new start. The session then is as it was.
    pub fn adjust(&mut self, config: SessionConfig) -> Result<()> {
        config.validate(&self.dataset)?;
        let own = &self.config;
        let differs = [
            ("network", config.network != own.network),
            ("embedding.dim", config.embedding.dim != own.embedding.dim),
            ("unseenClasses", config.unseen_classes != own.unseen_classes),
            ("seed", config.seed != own.seed),
        ];
        if let Some((field, _)) = differs.into_iter().find(|(_, differs)| *differs) {
            return Err(Error::config(field, "cannot change on the way: configure starts a new session"));
        }
        let with_moments = config.optimizer.kind == own.optimizer.kind;
        let (split, preparation) = (self.split.clone(), self.preparation.clone());
        let device = self.device.clone().inner();
        let mut next = Self::with(config, Rc::clone(&self.dataset), split, preparation, &device)?;
        next.sampler.restore(self.sampler.state().clone())?;
        next.random = Random::from_state(self.random.state())?;
        next.step = self.step;
        // The next picture lies as the last one did.
        next.view = std::mem::take(&mut self.view);
        let mut collect = Collect::default();
        let Ok(()) = self.visit(&mut collect);
        let Ok(()) = next.visit(&mut Carry { states: collect.0, with_moments });
        *self = next;
        Ok(())
    }
}
