//! Many dimensions to two, and one picture laid onto the last.

pub mod align;
mod eigen;
pub mod pca;
