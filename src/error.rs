//! One error for the whole crate: a stable code for programs, a sentence for people.
//!
//! A code never changes once published: pages translate it (`errors.<code>`), tests look for it.
//! The message is English, names the offending value and says what would be accepted.

use std::fmt;

/// The result of the fallible functions of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that can go wrong, each variant with one stable [`code`](Error::code).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A setting is missing, of the wrong type or out of its range.
    ConfigInvalid {
        /// Path of the setting, as written in the configuration: `batch.perClass`.
        field: String,
        /// The fault.
        reason: String,
    },
    /// A packed data set breaks its format.
    DataInvalid(String),
    /// A data set or a result is larger than one browser tab can be trusted with.
    DataTooLarge {
        /// Bytes that it would take.
        bytes: u64,
        /// The most that is accepted, in bytes.
        limit: u64,
    },
    /// A call needs a data set and none is loaded.
    DataMissing,
    /// All samples are of one class: there is nothing to tell apart.
    DataOneClass,
    /// The samples are readable, and too few or of the wrong classes for what is asked of them.
    DataInsufficient(String),
    /// A NaN or an infinity where numbers are needed.
    DataNotFinite {
        /// The name of the numbers: `queries`, `references`, `pixels`.
        what: String,
        /// The first row with such a number.
        row: usize,
    },
    /// A row that must be a histogram is none: it has a number below 0, or its sum is not 1.
    RowsNotHistogram {
        /// The name of the rows: `queries`, `references`, `points`.
        what: String,
        /// The first such row.
        row: usize,
    },
    /// A call needs a session and none is configured.
    SessionNone,
    /// A saved session cannot be read, or belongs to something else.
    StateInvalid(String),
    /// A loss, or the weights after it, are no longer numbers.
    TrainingDiverged {
        /// The step at which that was found, counted from 1.
        step: u64,
    },
    /// The data set cannot fill a batch of the asked shape.
    BatchTooSmall(String),
    /// No two samples of a batch share a class, so there is no positive pair.
    BatchNoPositive(String),
    /// An index beyond the samples.
    IndexOutOfRange {
        /// The index asked for.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// More neighbours than there are, or none, were asked for.
    KOutOfRange {
        /// The k asked for.
        k: usize,
        /// The largest k that can be answered; `usize::MAX` where any is.
        max: usize,
    },
    /// A distance that a 32-bit number cannot hold.
    DistanceOutOfRange {
        /// Row of the queries.
        query: usize,
        /// Row of the references.
        reference: usize,
    },
    /// Two lengths that must agree do not.
    ShapeMismatch {
        /// Which array.
        what: String,
        /// The length that it should have.
        expected: usize,
        /// The length that it has.
        got: usize,
    },
    /// The gallery has no instance of this id.
    GalleryNoEntry(String),
    /// The gallery has no class of this name.
    GalleryNoClass(String),
    /// The gallery has an instance of this id, or a class of this name, already.
    GalleryTaken(String),
    /// A saved gallery cannot be read.
    GalleryInvalid(String),
    /// The loss has no picture on three points.
    GeometryLossUnsupported(String),
    /// The browser has no WebGPU.
    DeviceNoWebgpu,
    /// WebGPU is there but offers no adapter.
    DeviceNoAdapter,
    /// The adapter refused a device.
    DeviceRefused(String),
    /// The device was there and is gone.
    DeviceLost(String),
    /// The device has no memory left.
    DeviceOutOfMemory(String),
}

impl Error {
    /// A setting that cannot be used: `Error::config("batch.perClass", "must be at least 2, is 1")`.
    pub fn config(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::ConfigInvalid { field: field.into(), reason: reason.into() }
    }

    /// A packed data set that breaks its format.
    pub fn data(reason: impl Into<String>) -> Self {
        Self::DataInvalid(reason.into())
    }

    /// Samples that cannot answer what is asked: `Error::insufficient("no class has two samples")`.
    pub fn insufficient(reason: impl Into<String>) -> Self {
        Self::DataInsufficient(reason.into())
    }

    /// A NaN or an infinity in row `row` of `what`.
    pub fn not_finite(what: impl Into<String>, row: usize) -> Self {
        Self::DataNotFinite { what: what.into(), row }
    }

    /// An array `what` of `got` elements that should have had `expected`.
    pub fn shape(what: impl Into<String>, expected: usize, got: usize) -> Self {
        Self::ShapeMismatch { what: what.into(), expected, got }
    }
}

/// Gives each variant its code, and lists the codes.
macro_rules! codes {
    ($($variant:pat => $code:literal,)+) => {
        impl Error {
            /// Every code.
            pub const CODES: [&'static str; [$($code),+].len()] = [$($code),+];

            /// The stable code, for programs: `"batch.no_positive"`.
            pub fn code(&self) -> &'static str {
                match self {
                    $($variant => $code,)+
                }
            }
        }
    };
}

codes! {
    Error::ConfigInvalid { .. } => "config.invalid",
    Error::DataInvalid(_) => "data.invalid",
    Error::DataTooLarge { .. } => "data.too_large",
    Error::DataMissing => "data.missing",
    Error::DataOneClass => "data.one_class",
    Error::DataInsufficient(_) => "data.insufficient",
    Error::DataNotFinite { .. } => "data.not_finite",
    Error::RowsNotHistogram { .. } => "rows.not_histogram",
    Error::SessionNone => "session.none",
    Error::StateInvalid(_) => "session.state_invalid",
    Error::TrainingDiverged { .. } => "training.diverged",
    Error::BatchTooSmall(_) => "batch.too_small",
    Error::BatchNoPositive(_) => "batch.no_positive",
    Error::IndexOutOfRange { .. } => "index.out_of_range",
    Error::KOutOfRange { .. } => "k.out_of_range",
    Error::DistanceOutOfRange { .. } => "distance.out_of_range",
    Error::ShapeMismatch { .. } => "shape.mismatch",
    Error::GalleryNoEntry(_) => "gallery.no_entry",
    Error::GalleryNoClass(_) => "gallery.no_class",
    Error::GalleryTaken(_) => "gallery.taken",
    Error::GalleryInvalid(_) => "gallery.invalid",
    Error::GeometryLossUnsupported(_) => "geometry.loss_unsupported",
    Error::DeviceNoWebgpu => "device.no_webgpu",
    Error::DeviceNoAdapter => "device.no_adapter",
    Error::DeviceRefused(_) => "device.refused",
    Error::DeviceLost(_) => "device.lost",
    Error::DeviceOutOfMemory(_) => "device.out_of_memory",
}

impl fmt::Display for Error {
    #[allow(clippy::too_many_lines, reason = "a sentence for each variant")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConfigInvalid { field, reason } => write!(f, "{field} {reason}"),
            Self::DataInvalid(reason) => write!(f, "The data set cannot be read: {reason}."),
            Self::DataTooLarge { bytes, limit } => {
                write!(
                    f,
                    "This takes {bytes} bytes and at most {limit} are accepted: use fewer or smaller samples."
                )
            }
            Self::DataMissing => f.write_str("No data set is loaded: call loadDataset first."),
            Self::DataOneClass => {
                f.write_str("All samples are of one class: metric learning needs at least two.")
            }
            Self::DataInsufficient(reason) => write!(f, "The samples do not suffice: {reason}."),
            Self::DataNotFinite { what, row } => {
                write!(f, "Row {row} of {what} has a NaN or an infinity: every number must be finite.")
            }
            Self::RowsNotHistogram { what, row } => {
                write!(f, "Row {row} of {what} is no histogram: its numbers must be 0 or more and sum to 1.")
            }
            Self::SessionNone => f.write_str("No session is configured: call configure first."),
            Self::StateInvalid(reason) => write!(f, "The saved session cannot be restored: {reason}."),
            Self::TrainingDiverged { step } => {
                write!(
                    f,
                    "Training diverged: at step {step} the loss or the weights are no longer finite. Restore an earlier \
                     state, or start anew with a smaller learning rate."
                )
            }
            Self::BatchTooSmall(reason) | Self::BatchNoPositive(reason) => write!(f, "{reason}."),
            Self::IndexOutOfRange { index, count } => {
                write!(f, "Index {index} does not exist: there are {count}, counted from 0.")
            }
            Self::KOutOfRange { k, max: usize::MAX } => write!(f, "k is {k} and must be at least 1."),
            Self::KOutOfRange { k, max } => {
                write!(f, "k is {k} and must be from 1 to {max}.")
            }
            Self::DistanceOutOfRange { query, reference } => {
                write!(
                    f,
                    "The distance of row {query} of the queries and row {reference} of the references is beyond the numbers of \
                     32 bits, about 1e-45 to 3e38: scale the rows, or choose a distance without squares."
                )
            }
            Self::ShapeMismatch { what, expected, got } => {
                write!(f, "{what} has {got} elements and must have {expected}.")
            }
            Self::GalleryNoEntry(id) => write!(f, "The gallery has no instance with the id {id}."),
            Self::GalleryNoClass(name) => write!(f, "The gallery has no class named {name}."),
            Self::GalleryTaken(what) => write!(f, "The gallery has the {what} already: choose another one."),
            Self::GalleryInvalid(reason) => write!(f, "The saved gallery cannot be read: {reason}."),
            Self::GeometryLossUnsupported(loss) => {
                write!(
                    f,
                    "The loss {loss} has no picture on three points: choose contrastive, triplet or margin."
                )
            }
            Self::DeviceNoWebgpu => f.write_str("This browser has no WebGPU: use the CPU."),
            Self::DeviceNoAdapter => f.write_str("WebGPU found no adapter on this machine: use the CPU."),
            Self::DeviceRefused(reason) => {
                write!(f, "The graphics adapter refused a device ({reason}): use the CPU.")
            }
            Self::DeviceLost(reason) => {
                write!(f, "The graphics device was lost ({reason}): restore the session, or use the CPU.")
            }
            Self::DeviceOutOfMemory(reason) => {
                write!(f, "The device has no memory left ({reason}): use a smaller batch or network.")
            }
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_the_value_and_the_way_out() {
        let error = Error::config("batch.perClass", "must be at least 2, is 1");
        assert_eq!(error.code(), "config.invalid", "code of a bad setting");
        assert_eq!(error.to_string(), "batch.perClass must be at least 2, is 1", "message of a bad setting");

        let error = Error::KOutOfRange { k: 9, max: 4 };
        assert_eq!(error.code(), "k.out_of_range", "code of a bad k");
        assert_eq!(error.to_string(), "k is 9 and must be from 1 to 4.", "message of a bad k");
    }
}
