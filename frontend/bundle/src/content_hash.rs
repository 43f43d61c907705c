//! The hash in a file's name.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// 64 bits of SHA-256 in hex: enough that two builds never share a name, short enough to read.
pub fn content_hash(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .take(8)
        .fold(String::new(), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

#[cfg(test)]
mod tests {
    use super::content_hash;

    #[test]
    fn is_the_beginning_of_sha_256() {
        assert_eq!(content_hash(b"abc"), "ba7816bf8f01cfea");
    }
}
