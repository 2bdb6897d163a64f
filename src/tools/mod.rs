//! Single calculations for a page or a test. They need no session and no data set.

pub mod axioms;
mod contour;
mod loss_of;
mod triplet_geometry;
mod triplet_zones;

pub use loss_of::{LossAnswer, LossRequest, loss_of};
pub use triplet_geometry::{Comparison, TripletGeometry, TripletGeometryRequest, Zone, triplet_geometry};
pub use triplet_zones::{Outline, Threshold, TripletZones, TripletZonesRequest, triplet_zones};
