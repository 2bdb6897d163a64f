//! What kind of adapter computes.

use std::sync::atomic::{AtomicBool, Ordering};

static SOFTWARE: AtomicBool = AtomicBool::new(false);

/// The kind of the adapter that the one device of this process computes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adapter {
    /// A graphics processor.
    Hardware,
    /// A driver that computes on the CPU.
    Software,
}

impl Adapter {
    /// Sets the kind of the device. The code that opens the device calls it.
    pub fn set(self) {
        SOFTWARE.store(self == Self::Software, Ordering::Relaxed);
    }

    /// The kind said last; hardware until then.
    pub fn current() -> Self {
        if SOFTWARE.load(Ordering::Relaxed) { Self::Software } else { Self::Hardware }
    }

    pub(crate) fn is_software(self) -> bool {
        self == Self::Software
    }
}
