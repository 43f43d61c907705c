//! Decoded text that knows which bytes of the source each of its bytes came from.

use std::ops::Range;

/// Text after one encoding was undone.
#[derive(Default)]
pub(super) struct Decoded {
    pub bytes: Vec<u8>,
    /// Where copied stretches and decoded escapes begin, in order.
    pieces: Vec<Piece>,
    /// Length of the source.
    end: usize,
}

#[derive(Clone, Copy)]
struct Piece {
    decoded: usize,
    source: usize,
}

impl Decoded {
    /// Appends a stretch that stands as it is in the source at `source`.
    pub(super) fn copied(&mut self, text: &[u8], source: usize) {
        if !text.is_empty() {
            self.escape(text, source, text.len());
        }
    }

    /// Appends what `length` bytes of the source at `source` stand for.
    pub(super) fn escape(&mut self, written: &[u8], source: usize, length: usize) {
        self.pieces.push(Piece {
            decoded: self.bytes.len(),
            source,
        });
        self.bytes.extend_from_slice(written);
        self.end = source + length;
    }

    /// The part of the source that `range` of the decoded text came from.
    pub(super) fn source(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.place(range.start).0;
        let end = match range.end.checked_sub(1) {
            Some(last) if !range.is_empty() => self.place(last).1,
            _ => start,
        };
        start..end
    }

    /// Whether `range` holds no decoded escape: it is the same in the source.
    pub(super) fn unchanged(&self, range: &Range<usize>) -> bool {
        let first = self.piece(range.start);
        let next = self
            .pieces
            .get(first + 1)
            .map_or(self.bytes.len(), |piece| piece.decoded);
        let (start, end) = self.place(range.start);
        range.end <= next && end - start == 1
    }

    /// The last piece that begins at or before `at`. Pieces that decode to nothing are passed over.
    fn piece(&self, at: usize) -> usize {
        self.pieces
            .partition_point(|piece| piece.decoded <= at)
            .saturating_sub(1)
    }

    /// Begin and end in the source of one decoded byte.
    fn place(&self, at: usize) -> (usize, usize) {
        let index = self.piece(at);
        let Some(piece) = self.pieces.get(index) else {
            return (0, self.end);
        };
        let next = self.pieces.get(index + 1);
        let decoded = next.map_or(self.bytes.len(), |next| next.decoded) - piece.decoded;
        let source = next.map_or(self.end, |next| next.source) - piece.source;
        if decoded == source {
            let start = piece.source + (at - piece.decoded);
            (start, start + 1)
        } else {
            (piece.source, piece.source + source)
        }
    }
}
