//! How good an embedding is.

mod ranking;
pub mod retrieval;

pub use retrieval::RetrievalScores;
