//! Remembers what the last run was made from.

use crate::content_hash::content_hash;
use anyhow::{Context, Result};
use std::path::Path;

const FILE: &str = "stamp.txt";

/// Raised when this program starts to make something else from the same input.
const FORMAT: &str = "1";

/// The hashes of the inputs, one a line.
pub fn of(inputs: &[&[u8]]) -> String {
    let mut stamp = format!("{FORMAT}\n");
    for input in inputs {
        stamp.push_str(&content_hash(input));
        stamp.push('\n');
    }
    stamp
}

/// Whether `out` already holds what these inputs lead to.
pub fn matches(out: &Path, stamp: &str) -> bool {
    std::fs::read_to_string(out.join(FILE)).is_ok_and(|last| last == stamp)
        && out.join(crate::output::MANIFEST).is_file()
}

/// To be called last, when everything else is written.
///
/// # Errors
/// When the file cannot be written.
pub fn write(out: &Path, stamp: &str) -> Result<()> {
    let path = out.join(FILE);
    std::fs::write(&path, stamp).with_context(|| format!("cannot write {}", path.display()))
}
