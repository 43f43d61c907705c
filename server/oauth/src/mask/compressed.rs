//! Decompresses what was compressed, within limits.

use std::io::{self, Read};

use flate2::bufread::{DeflateDecoder, GzDecoder, MultiGzDecoder, ZlibDecoder};

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Complete; its compressed bytes.
    Whole(usize),
    /// The input ended first: recording cuts long bodies.
    Cut,
    /// It is no such stream.
    Broken,
    /// More came out than the limit.
    TooLarge,
}

/// Compression that a Content-Encoding names, or that a stream shows by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    Gzip,
    /// HTTP's `deflate`: zlib, but some servers send it without the header of zlib.
    Deflate,
    Brotli,
}

impl Compression {
    /// Of a Content-Encoding, in lower case.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "deflate" => Some(Self::Deflate),
            "br" => Some(Self::Brotli),
            _ => None,
        }
    }

    /// At most `limit` bytes of what `bytes` hold, and how they ended.
    pub(super) fn undo(self, bytes: &[u8], limit: usize) -> (Vec<u8>, End) {
        match self {
            Self::Gzip => read(MultiGzDecoder::new(bytes), limit, |_| bytes.len()),
            Self::Deflate => {
                let (plain, end) = zlib(bytes, limit);
                if end == End::Broken && plain.is_empty() {
                    read(DeflateDecoder::new(bytes), limit, |_| bytes.len())
                } else {
                    (plain, end)
                }
            }
            Self::Brotli => read(brotli::Decompressor::new(bytes, 4096), limit, |_| bytes.len()),
        }
    }
}

/// What the stream at the beginning of `bytes` holds, gzip or zlib by its first byte.
pub(super) fn recognised(bytes: &[u8], limit: usize) -> (Vec<u8>, End) {
    if bytes.first() == Some(&0x1F) {
        read(GzDecoder::new(bytes), limit, |decoder| {
            bytes.len() - decoder.get_ref().len()
        })
    } else {
        zlib(bytes, limit)
    }
}

fn zlib(bytes: &[u8], limit: usize) -> (Vec<u8>, End) {
    read(ZlibDecoder::new(bytes), limit, |decoder| {
        bytes.len() - decoder.get_ref().len()
    })
}

fn read<R: Read>(mut decoder: R, limit: usize, consumed: impl Fn(&R) -> usize) -> (Vec<u8>, End) {
    let mut plain = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let end = match decoder.by_ref().take(most).read_to_end(&mut plain) {
        Ok(_) if plain.len() > limit => End::TooLarge,
        Ok(_) => End::Whole(consumed(&decoder)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => End::Cut,
        Err(_) => End::Broken,
    };
    (plain, end)
}
