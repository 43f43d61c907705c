//! Searches a text and everything it decodes to, in any nesting.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    mem,
    ops::Range,
};

use super::{
    compressed::{self, End},
    decoded::Decoded,
    escapes::Escapes,
    needles::Needles,
    runs::{self, Reading, Run},
    survey::Survey,
    wide,
};

/// Encodings that are undone inside each other. Escapes nest deeper in practice (JSON in JSON in a log): they are
/// undone some levels more, which costs little because each level is shorter.
const DEEPEST: usize = 4;
const DEEPEST_ESCAPES: usize = 6;
/// Bytes searched for each byte of the text, and in any case.
const WORK_PER_BYTE: usize = 64;
const LEAST_WORK: usize = 1024 * 1024;
/// Most that compressed streams in one text may hold, all together.
pub(super) const LARGEST_PLAIN: usize = 8 * 1024 * 1024;
/// A value that is base64 still after it was decoded as often as [`DEEPEST`] is hidden when it is at least this long.
const TOO_DEEP: usize = 16;

/// The search through one text. What it cannot search within its limits it says.
pub(super) struct Search<'a> {
    needles: &'a Needles,
    /// Bytes that may still be searched.
    work: usize,
    /// Bytes that may still be decompressed.
    plain: usize,
    /// Hashes of texts that escapes of the same text decode to, and the least depth each was searched at: several
    /// orders of decoding lead to the same text.
    seen: HashMap<u64, usize>,
    /// Buffers to use again.
    spare: Vec<Vec<u8>>,
    gave_up: bool,
}

/// Ranges to hide, in the text that is searched.
type Hits = Vec<Range<usize>>;

impl<'a> Search<'a> {
    pub(super) fn new(needles: &'a Needles, length: usize) -> Self {
        Self {
            needles,
            work: length.saturating_mul(WORK_PER_BYTE).max(LEAST_WORK),
            plain: LARGEST_PLAIN,
            seen: HashMap::new(),
            spare: Vec::new(),
            gave_up: false,
        }
    }

    /// The ranges of `text` to hide; `None` when it could not be searched within the limits.
    pub(super) fn all(&mut self, text: &[u8]) -> Option<Hits> {
        let mut hits = Vec::new();
        self.search(text, None, 0, &mut hits);
        (!self.gave_up).then_some(hits)
    }

    /// `from`: what `text` was decoded with, when the text it came from is searched as well.
    fn search(&mut self, text: &[u8], from: Option<&Decoded>, depth: usize, hits: &mut Hits) {
        if text.len() < super::needles::SHORTEST || self.gave_up {
            return;
        }
        let Some(work) = self.work.checked_sub(text.len()) else {
            self.gave_up = true;
            return;
        };
        self.work = work;
        self.needles.find(text, hits);
        let mut survey = Survey::of(text);
        survey.note_zlib(text);
        for at in mem::take(&mut survey.packed) {
            self.packed(text, at, depth, hits);
        }
        self.escapes(text, &survey, depth, hits);
        if depth >= DEEPEST {
            if depth == DEEPEST && from.is_none() && too_deep(text, &survey) {
                hits.push(0..text.len());
            }
            return;
        }
        for (offset, wide) in survey.wide.into_iter().enumerate() {
            if wide {
                // The zero byte is the second of its unit, or the first of the next one.
                self.apart(&wide::undo(text, offset, u16::from_le_bytes), depth, hits);
                self.apart(&wide::undo(text, 1 - offset, u16::from_be_bytes), depth, hits);
            }
        }
        for run in mem::take(&mut survey.runs) {
            // What no escape touched was decoded where it stands.
            if from.is_none_or(|from| !from.unchanged(&run)) {
                self.run(text, &run, depth, hits);
            }
        }
    }

    fn escapes(&mut self, text: &[u8], survey: &Survey, depth: usize, hits: &mut Hits) {
        if depth >= DEEPEST_ESCAPES {
            return;
        }
        for escapes in survey.escapes() {
            let Some(decoded) = escapes.undo(text) else {
                continue;
            };
            if escapes == Escapes::Percent {
                self.blanks(text, &decoded, depth, hits);
            }
            self.once(&decoded, depth, hits);
        }
    }

    /// Compressed or UTF-16 bytes in a form: a blank among them was written as a plus.
    fn blanks(&mut self, text: &[u8], decoded: &Decoded, depth: usize, hits: &mut Hits) {
        if memchr::memchr(b'+', text).is_none() || !Survey::of(&decoded.bytes).has_bytes(&decoded.bytes) {
            return;
        }
        let blanks: Vec<u8> = text
            .iter()
            .map(|byte| if *byte == b'+' { b' ' } else { *byte })
            .collect();
        if let Some(decoded) = Escapes::Percent.undo(&blanks) {
            self.once(&decoded, depth, hits);
        }
    }

    /// Searches what escapes were undone in, unless another order of undoing them led to the same text before: its hits
    /// were pushed then.
    fn once(&mut self, decoded: &Decoded, depth: usize, hits: &mut Hits) {
        let mut hash = DefaultHasher::new();
        decoded.bytes.hash(&mut hash);
        let least = self.seen.entry(hash.finish()).or_insert(usize::MAX);
        if depth < *least {
            *least = depth;
            let mut inner = Vec::new();
            self.search(&decoded.bytes, Some(decoded), depth + 1, &mut inner);
            hits.extend(inner.iter().map(|hit| decoded.source(hit)));
        }
    }

    /// Searches text of which another part may decode to the same: what was seen elsewhere says nothing here.
    fn apart(&mut self, decoded: &Decoded, depth: usize, hits: &mut Hits) {
        let inner = self.inner(&decoded.bytes, Some(decoded), depth);
        hits.extend(inner.iter().map(|hit| decoded.source(hit)));
    }

    fn inner(&mut self, text: &[u8], from: Option<&Decoded>, depth: usize) -> Hits {
        let seen = mem::take(&mut self.seen);
        let mut inner = Vec::new();
        self.search(text, from, depth + 1, &mut inner);
        self.seen = seen;
        inner
    }

    fn run(&mut self, text: &[u8], range: &Range<usize>, depth: usize, hits: &mut Hits) {
        let characters = &text[range.clone()];
        if memchr::memchr(b'\n', characters).is_some() {
            let run = Run::wrapped(text, range);
            self.readings(run.characters(), depth, hits, |range| run.places(&range));
        } else {
            let start = range.start;
            self.readings(characters, depth, hits, |range| {
                start + range.start..start + range.end
            });
        }
    }

    fn readings(
        &mut self,
        characters: &[u8],
        depth: usize,
        hits: &mut Hits,
        place: impl Fn(Range<usize>) -> Range<usize>,
    ) {
        for reading in Reading::BASE64 {
            self.reading(reading, characters, depth, |range| hits.push(place(range)));
        }
        for part in runs::hexadecimal(characters) {
            let start = part.start;
            for reading in Reading::HEXADECIMAL {
                self.reading(reading, &characters[part.clone()], depth, |range| {
                    hits.push(place(start + range.start..start + range.end));
                });
            }
        }
    }

    fn reading(
        &mut self,
        reading: Reading,
        characters: &[u8],
        depth: usize,
        mut hit: impl FnMut(Range<usize>),
    ) {
        let mut bytes = self.spare.pop().unwrap_or_default();
        reading.decode(characters, &mut bytes);
        let inner = self.inner(&bytes, None, depth);
        for range in &inner {
            let range = reading.characters(range);
            hit(range.start..range.end.min(characters.len()));
        }
        self.spare.push(bytes);
    }

    /// A stream that begins at `at`, if it is one. It is hidden whole: nothing in it can be replaced.
    fn packed(&mut self, text: &[u8], at: usize, depth: usize, hits: &mut Hits) {
        let (plain, whole) = compressed::recognised(&text[at..], self.plain);
        if whole == End::Broken && plain.is_empty() {
            return;
        }
        let end = match whole {
            End::Whole(length) => at + length,
            End::TooLarge => {
                hits.push(at..text.len());
                return;
            }
            End::Cut | End::Broken => text.len(),
        };
        // A few bytes look like the beginning of a stream by chance; a checksum does not fit by chance.
        let too_deep = depth >= DEEPEST && matches!(whole, End::Whole(_));
        if too_deep || self.holds(&plain, depth) {
            hits.push(at..end);
        }
    }

    /// Whether text that came out of a compressed stream holds a secret, or could not be searched.
    fn holds(&mut self, plain: &[u8], depth: usize) -> bool {
        self.plain = self.plain.saturating_sub(plain.len());
        self.work = self.work.saturating_add(plain.len().saturating_mul(8));
        let inner = self.inner(plain, None, depth);
        !inner.is_empty() || self.gave_up
    }
}

/// Whether what was decoded as often as is done is base64 again, from the first character to the last.
fn too_deep(text: &[u8], survey: &Survey) -> bool {
    let bare = text.trim_ascii_end();
    let padding = bare.iter().rev().take_while(|byte| **byte == b'=').count();
    let length = bare.len() - padding;
    length >= TOO_DEEP && survey.runs.first() == Some(&(0..length))
}
