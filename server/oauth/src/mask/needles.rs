//! Finds many secrets in one pass.
//!
//! A bitmap of the first four bytes of every spelling rejects almost every position with one multiplication and one
//! load that stays in the first-level cache. It needs no automaton to be built for each request, and it does not wait
//! for the previous byte as an automaton does: that pays for searching decoded copies of the text as well.

use std::{collections::HashMap, ops::Range};

/// Bytes that every spelling has at least.
pub(super) const SHORTEST: usize = 4;
/// The bitmap has two to this power bits: 8 KiB.
const BITS: u32 = 16;

/// The spellings to search for.
#[derive(Default)]
pub(super) struct Needles {
    /// Empty as long as there is no needle.
    filter: Vec<u64>,
    by_start: HashMap<[u8; SHORTEST], Vec<Vec<u8>>>,
}

impl Needles {
    /// Adds a spelling. Spellings of less than [`SHORTEST`] bytes are not searched for.
    pub(super) fn add(&mut self, needle: Vec<u8>) {
        let Some(start) = needle.first_chunk::<SHORTEST>().copied() else {
            return;
        };
        if self.filter.is_empty() {
            self.filter = vec![0; 1 << (BITS - 6)];
        }
        let (word, bit) = place(start);
        self.filter[word] |= 1 << bit;
        let same = self.by_start.entry(start).or_default();
        if !same.contains(&needle) {
            same.push(needle);
            same.sort_by_key(|needle| std::cmp::Reverse(needle.len()));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.filter.is_empty()
    }

    /// Pushes the range of every needle in `text`; ranges may overlap.
    pub(super) fn find(&self, text: &[u8], hits: &mut Vec<Range<usize>>) {
        let Ok(filter) = <&[u64; 1 << (BITS - 6)]>::try_from(self.filter.as_slice()) else {
            return;
        };
        for (at, window) in text.windows(SHORTEST).enumerate() {
            let Some(start) = window.first_chunk::<SHORTEST>() else {
                continue;
            };
            let (word, bit) = place(*start);
            if filter[word] & (1 << bit) != 0 {
                self.verify(text, at, *start, hits);
            }
        }
    }

    #[cold]
    fn verify(&self, text: &[u8], at: usize, start: [u8; SHORTEST], hits: &mut Vec<Range<usize>>) {
        let longest = self
            .by_start
            .get(&start)
            .and_then(|same| same.iter().find(|needle| text[at..].starts_with(needle)));
        if let Some(needle) = longest {
            hits.push(at..at + needle.len());
        }
    }

    /// Where a needle begins that the end of `text` cuts off, with at least [`SHORTEST`] bytes of it there.
    pub(super) fn cut_off(&self, text: &[u8]) -> Option<usize> {
        let longest = self.by_start.values().flatten().map(Vec::len).max()?;
        let first = text.len().saturating_sub(longest);
        (first..text.len()).find(|at| {
            let rest = &text[*at..];
            rest.first_chunk::<SHORTEST>()
                .and_then(|start| self.by_start.get(start))
                .is_some_and(|same| same.iter().any(|needle| needle.starts_with(rest)))
        })
    }
}

/// Word and bit of the filter for these four bytes.
#[inline]
fn place(start: [u8; SHORTEST]) -> (usize, u32) {
    let hash = u32::from_le_bytes(start).wrapping_mul(0x9E37_79B1) >> (32 - BITS);
    ((hash >> 6) as usize & ((1 << (BITS - 6)) - 1), hash & 63)
}
