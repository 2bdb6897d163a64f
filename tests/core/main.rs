//! The core by its public functions. One program for all files, since each program compiles burn's generic code again and links
//! all of it.

mod axioms;
mod distances;
mod gallery;
mod golden;
mod gradients;
mod headers;
mod losses;
mod measures;
mod miners;
mod scale;
mod sequences;
mod states;
mod training;
mod triplet_geometry;
mod triplet_zones;
mod vectors;
