//! Base64 and hexadecimal: every stretch of their characters is decoded from each place where a group may begin.

use std::ops::Range;

use super::escapes::digit;

/// Marks what is no character of base64.
const NONE: u8 = 0xFF;

/// The six bits of each character, in both alphabets.
const SEXTETS: [u8; 256] = {
    let mut sextets = [NONE; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value: u8 = 0;
    while value < 64 {
        sextets[alphabet[value as usize] as usize] = value;
        value += 1;
    }
    sextets[b'-' as usize] = 62;
    sextets[b'_' as usize] = 63;
    sextets
};

/// How a stretch of characters is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    /// Characters of a group, and bytes they stand for.
    characters: usize,
    bytes: usize,
    /// Characters before the first group.
    pub offset: usize,
}

impl Reading {
    /// Base64, its first group beginning at each of four places.
    pub(super) const BASE64: [Self; 4] = [
        Self::new(4, 3, 0),
        Self::new(4, 3, 1),
        Self::new(4, 3, 2),
        Self::new(4, 3, 3),
    ];
    /// Hexadecimal digits, in pairs.
    pub(super) const HEXADECIMAL: [Self; 2] = [Self::new(2, 1, 0), Self::new(2, 1, 1)];

    const fn new(characters: usize, bytes: usize, offset: usize) -> Self {
        Self {
            characters,
            bytes,
            offset,
        }
    }

    /// Decodes into `bytes`. A last group that is not complete gives the bytes that are.
    pub(super) fn decode(self, characters: &[u8], bytes: &mut Vec<u8>) {
        bytes.clear();
        let characters = characters.get(self.offset..).unwrap_or_default();
        if self.characters == 2 {
            let value = |digits: &[u8]| Some(digit(digits[0])? << 4 | digit(digits[1])?);
            bytes.extend(characters.chunks_exact(2).filter_map(value));
            return;
        }
        let bits = |group: &[u8]| {
            group.iter().fold(0_u32, |bits, byte| {
                bits << 6 | u32::from(SEXTETS[usize::from(*byte)] & 63)
            })
        };
        let (groups, rest) = characters.as_chunks::<4>();
        bytes.extend(groups.iter().flat_map(|group| {
            let [_, first, second, third] = bits(group).to_be_bytes();
            [first, second, third]
        }));
        match rest.len() {
            2 => bytes.push((bits(rest) >> 4).to_be_bytes()[3]),
            3 => bytes.extend_from_slice(&(bits(rest) >> 2).to_be_bytes()[2..]),
            _ => {}
        }
    }

    /// The characters that hold the decoded bytes in `range`.
    pub(super) fn characters(self, range: &Range<usize>) -> Range<usize> {
        let start = range.start * self.characters / self.bytes;
        let end = (range.end * self.characters).div_ceil(self.bytes);
        self.offset + start..self.offset + end
    }
}

/// The characters of a stretch, without the ends of its lines.
pub(super) struct Run {
    characters: Vec<u8>,
    /// Where each stands in the text.
    places: Vec<usize>,
}

impl Run {
    /// A stretch that goes over several lines.
    pub(super) fn wrapped(text: &[u8], range: &Range<usize>) -> Self {
        let (places, characters) = range
            .clone()
            .filter(|at| SEXTETS[usize::from(text[*at])] != NONE)
            .map(|at| (at, text[at]))
            .unzip();
        Self { characters, places }
    }

    pub(super) fn characters(&self) -> &[u8] {
        &self.characters
    }

    /// Where these characters stand in the text.
    pub(super) fn places(&self, range: &Range<usize>) -> Range<usize> {
        let place = |at: usize| self.places.get(at).copied().unwrap_or_default();
        match range.end.min(self.places.len()).checked_sub(1) {
            Some(last) if range.start <= last => place(range.start)..place(last) + 1,
            _ => 0..0,
        }
    }
}

/// The stretches of at least eight hexadecimal digits.
pub(super) fn hexadecimal(characters: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut end = 0;
    characters
        .chunk_by(|first, second| digit(*first).is_some() == digit(*second).is_some())
        .filter_map(move |chunk| {
            let start = end;
            end += chunk.len();
            let digits = chunk.first().is_some_and(|first| digit(*first).is_some());
            (digits && chunk.len() >= 8).then_some(start..end)
        })
}
