//! Memory that calls of a session take and give back, counted by the allocator.
#![allow(unsafe_code, reason = "an allocator that counts")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use burn::tensor::Device;
use metriclab::datasets::synthetic;
use metriclab::networks::NetworkConfig;
use metriclab::session::{NearSamples, Session, SessionConfig, Space};
use pollster::block_on;

/// Bytes allocated since the start, and bytes held.
static TAKEN: AtomicUsize = AtomicUsize::new(0);
static HELD: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: every call is the system allocator's own.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        TAKEN.fetch_add(layout.size(), Relaxed);
        HELD.fetch_add(layout.size(), Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The answer of a call, the bytes that it allocates, and those that it still holds afterwards.
fn counted<T>(call: impl FnOnce() -> T) -> (T, usize, isize) {
    let (taken, held) = (TAKEN.load(Relaxed), HELD.load(Relaxed));
    let answer = call();
    (answer, TAKEN.load(Relaxed) - taken, HELD.load(Relaxed) as isize - held as isize)
}

const COUNT: usize = 2_000;
const SIDE: usize = 24;
/// Bytes of all samples as the search reads them.
const ROWS: usize = COUNT * SIDE * SIDE * 4;

fn session() -> Session {
    let bars =
        synthetic::Bars { classes: 10, per_class: COUNT / 10, side: SIDE, noise: 0.3, ..Default::default() };
    let dataset = Rc::new(synthetic::bars(&bars).expect("bars"));
    let mut config = SessionConfig::default_for(&dataset);
    (config.network, config.embedding.dim) = (NetworkConfig::Mlp { hidden: vec![16] }, 64);
    Session::new(config, dataset, &Device::flex()).expect("the configuration fits the bars")
}

fn near(session: &mut Session, index: usize, space: Space) -> NearSamples {
    block_on(session.neighbours(index, 8, space)).expect("neighbours")
}

/// One test, since the allocator counts for the whole process.
#[test]
fn a_second_click_copies_no_rows_and_the_index_is_given_back() {
    let mut session = session();
    block_on(session.embeddings()).expect("embedded");
    for (space, rows) in [(Space::Raw, ROWS), (Space::Embedding, COUNT * 64 * 4)] {
        let (first, taken, held) = counted(|| near(&mut session, 7, space));
        assert!(
            taken > rows && held > rows as isize,
            "{space:?}: the first call prepares {rows} bytes, took {taken}"
        );
        assert!(held < rows as isize * 5 / 4, "{space:?}: {held} bytes kept of {rows}");
        let (again, taken, _) = counted(|| near(&mut session, 7, space));
        assert_eq!(again, first, "{space:?}");
        assert!(taken < 1 << 17, "{space:?}: the second call takes {taken} bytes");
        let (_, taken, held) = counted(|| near(&mut session, 1_999, space));
        assert!(
            taken < 1 << 17 && held < 1 << 12,
            "{space:?}: another sample takes {taken} bytes, keeps {held}"
        );
    }
    let ((), _, held) = counted(|| session.drop_indexes());
    assert!(held < -(ROWS as isize), "given back: {held}");
    near(&mut session, 7, Space::Embedding);
    let (_, _, held) = counted(|| block_on(session.advance(1)).expect("a step"));
    assert!(held < 0, "a step gives the embedding's index back, and keeps {held} bytes of its own");
    let (mut other, _, all) = counted(self::session);
    near(&mut other, 7, Space::Raw);
    let ((), _, held) = counted(|| drop(other));
    assert!(held <= -(ROWS as isize), "a session that ends gives back its index: {held}, {all} without it");
}
