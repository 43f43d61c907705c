//! The two encodings every browser of the last ten years accepts, at their strongest: this runs once a build.

use anyhow::Result;
use flate2::{Compression, write::GzEncoder};
use std::io::Write;

/// Brotli's strongest quality and a window (2^22 bytes) that holds the whole module.
const BROTLI_QUALITY: u32 = 11;
const BROTLI_WINDOW: u32 = 22;
const BUFFER: usize = 4096;

/// # Errors
/// Never in practice: it writes to memory.
pub fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), BUFFER, BROTLI_QUALITY, BROTLI_WINDOW);
    writer.write_all(content)?;
    writer.flush()?;
    Ok(writer.into_inner())
}

/// # Errors
/// Never in practice: it writes to memory.
pub fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(content)?;
    Ok(writer.finish()?)
}

#[cfg(test)]
mod tests {
    use super::{brotli, gzip};
    use std::io::Read;

    #[test]
    fn both_encodings_give_the_content_back() {
        let content = b"switchboard ".repeat(1000);
        let mut from_brotli = Vec::new();
        brotli::Decompressor::new(&brotli(&content).expect("compresses")[..], 4096)
            .read_to_end(&mut from_brotli)
            .expect("is Brotli");
        let mut from_gzip = Vec::new();
        flate2::read::GzDecoder::new(&gzip(&content).expect("compresses")[..])
            .read_to_end(&mut from_gzip)
            .expect("is gzip");
        assert_eq!((from_brotli, from_gzip), (content.clone(), content));
    }
}
