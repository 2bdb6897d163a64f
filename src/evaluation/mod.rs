//! How good an embedding is.
//!
//! - [`retrieval`]: are the nearest references of the query's class?
//! - [`pairs`]: which pairs are compared.
//! - [`verification`]: does a threshold tell same pairs from different ones?
//! - [`calibration`]: from distance to a chance.
//! - [`identities`]: how sure the error rates are.
//! - [`hubness`]: who is everyone's neighbour.
//! - [`open_set`]: are known classes named, and unknown ones rejected?
//! - [`clustering`]: do groups found without labels fit the classes?
//! - [`embedding_shape`]: how the rows fill their space, and whether they have collapsed.
//! - [`projection_quality`]: how much of the neighbourhoods a projection to the plane keeps.
//!
//! Two conventions hold for all of them.
//!
//! **Ties are shared out.** Rows at one distance have no order; a score is its mean over all orders of the tied rows. So the
//! order of a file changes nothing, and draws are made from an order that does not depend on it. Lists of neighbours, which
//! must name somebody, list tied rows by ascending index.
//!
//! **Units do not matter.** Rows times 2^k give the same shares, and distances times 2^k.

pub mod calibration;
pub mod clustering;
pub mod embedding_shape;
pub mod hubness;
pub mod identities;
pub mod open_set;
mod order;
pub mod pairs;
pub mod projection_quality;
mod ranking;
pub mod retrieval;
mod unit;
pub mod verification;

pub use retrieval::RetrievalScores;
