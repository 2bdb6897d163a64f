//! Writes what the core offers as TypeScript, so that package and page take their lists and types from its enums:
//! `cargo run --example offered > pkg/src/offered.ts`. A test holds the file to it.

fn main() {
    print!("{}", metriclab::catalogue::offered());
}
