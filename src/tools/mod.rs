//! Single calculations for a page or a test. They need no session and no data set.

pub mod axioms;
mod loss_of;
mod triplet_geometry;

pub use loss_of::{LossAnswer, LossRequest, loss_of};
pub use triplet_geometry::{Geometry, GeometryRequest, Zone, geometry};
