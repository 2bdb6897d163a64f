//! How good an embedding is.
//!
//! - [`retrieval`]: is what lies next to a query of its class?
//! - [`verification`]: can a threshold tell the same from the different?
//! - [`open_set`]: are known ones named, and unknown ones turned away?
//! - [`clustering`]: do the groups that form on their own fit the classes?
//! - [`geometry`]: how the embedding fills its space, and whether it has collapsed.
//! - [`projection_quality`]: what a picture in the plane keeps of the neighbourhoods.

pub mod clustering;
pub mod geometry;
pub mod open_set;
pub mod projection_quality;
mod ranking;
pub mod retrieval;
pub mod verification;

pub use retrieval::RetrievalScores;
