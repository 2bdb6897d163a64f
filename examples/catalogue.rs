//! Writes what the crate offers as TypeScript into a folder. `cargo xtask generate` runs it.

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).expect("the folder is the argument"));
    std::fs::create_dir_all(&folder)?;
    for (name, text) in metriclab::catalogue::typescript() {
        std::fs::write(folder.join(name), text)?;
    }
    Ok(())
}
