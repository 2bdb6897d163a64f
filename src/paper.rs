//! Where a choice comes from.

use serde::Serialize;

/// A paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Paper {
    /// Authors and title.
    pub title: &'static str,
    /// Year of publication.
    pub year: u16,
    /// Address of the paper; empty for one that is not online.
    pub link: &'static str,
}
