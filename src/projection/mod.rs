//! Many dimensions to two, and each projection aligned with the last.

pub mod align;
pub mod pca;
