//! One training step.

use burn::optim::Adam;
use burn::tensor::{Gradients, Int, Tensor, TensorData};

use super::{ClassScores, Objective, Session, SessionConfig};
use crate::datasets::augment;
use crate::error::Result;
use crate::losses::LossValue;
use crate::networks::{Parameter, ParameterVisitor};
use crate::pairing::TripletGrid;

struct Descend<'a> {
    adam: &'a Adam,
    learning_rate: f64,
    gradients: Gradients,
}

impl ParameterVisitor for Descend<'_> {
    type Error = std::convert::Infallible;
    fn visit<const D: usize>(
        &mut self,
        parameter: &mut Parameter<D>,
    ) -> std::result::Result<(), Self::Error> {
        parameter.step(self.adam, self.learning_rate, &mut self.gradients);
        Ok(())
    }
}

impl Session {
    /// Draws a batch, and moves the weights once. Nothing comes back from the device.
    pub(super) fn train_step(&mut self) -> Result<LossValue> {
        let indices = self.sampler.next_batch();
        let labels: Vec<u16> = indices.iter().map(|&i| self.dataset.labels[i as usize]).collect();
        let pictures = self.pictures(&indices);
        if !self.grid.as_ref().is_some_and(|grid| grid.fits(&labels)) {
            self.grid = Some(TripletGrid::new(&labels, &self.device)?);
        }
        let grid = self.grid.as_ref().expect("the grid was laid out above");
        let scores = self.classifier.as_ref().map(|classifier| {
            let (weight, bias) = classifier.tracked();
            let targets: Vec<i32> = labels.iter().map(|&label| i32::from(label)).collect();
            let targets = TensorData::new(targets, [labels.len(), 1]);
            ClassScores { weight, bias, targets: Tensor::<2, Int>::from_data(targets, &self.device) }
        });
        let SessionConfig { distance, miner, loss, .. } = self.config;
        let embeddings = self.network.forward(pictures, true);
        let value = Objective { distance, miner, loss }.value(embeddings, grid, scores)?;
        let adam = self.adam.clone();
        let mut descend = Descend {
            adam: &adam,
            learning_rate: self.config.optimizer.learning_rate,
            gradients: value.value.backward(),
        };
        let Ok(()) = self.visit(&mut descend);
        self.last_batch = indices;
        self.step += 1;
        Ok(value)
    }

    fn pictures(&mut self, indices: &[u32]) -> Tensor<4> {
        let header = &self.dataset.header;
        let shape = [indices.len(), header.channels, header.height, header.width];
        let mut values = Vec::new();
        augment::write_batch(
            &self.dataset,
            indices,
            self.config.augment.shift,
            &mut self.random,
            &mut values,
        );
        self.lift_background(&mut values);
        Tensor::from_data(TensorData::new(values, shape), &self.device)
    }
}
