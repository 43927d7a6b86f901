//! Bytes in a feed's encoding to UTF-8, strictly: what cannot be read refuses the delivery rather than becoming a replacement character in somebody's name.

use std::{
    cell::Cell,
    fmt,
    io::{self, Read},
    rc::Rc,
};

use encoding_rs::{Decoder, DecoderResult, Encoding};

/// Why decoding stopped; it travels inside an [`io::Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodeError {
    /// Bytes that are not text in the encoding.
    Unreadable {
        /// Bytes read when it was noticed.
        within_bytes: u64,
    },
    /// More text was asked for than one row may hold.
    RowTooLong,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Unreadable { .. } => "not text in the encoding",
            Self::RowTooLong => "a row is too long",
        })
    }
}

impl std::error::Error for DecodeError {}

impl DecodeError {
    /// The error inside an input error, if it is one of ours.
    #[must_use]
    pub fn inside(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref::<Self>().copied()
    }
}

/// How many bytes of text may still be taken. Whoever reads rows sets it anew before each row, so that an unclosed quote cannot take a whole file
/// into memory.
pub type Allowance = Rc<Cell<usize>>;

const CHUNK: usize = 64 * 1024;

/// Reads UTF-8 out of a reader of another encoding, with every line end as a line feed: rows are counted by these. A byte-order mark wins over the named
/// encoding and is left out.
pub struct DecodingReader<R> {
    source: R,
    decoder: Decoder,
    strict_western: bool,
    input: Vec<u8>,
    text: String,
    given: usize,
    ended: bool,
    /// Whether the text before ended in a carriage return: a line feed after it belongs to the same line end.
    after_return: bool,
    bytes_read: u64,
    allowance: Allowance,
}

impl<R: Read> DecodingReader<R> {
    /// A reader of `source`, which is in `encoding` unless it starts with another's byte-order mark.
    pub fn new(source: R, encoding: &'static Encoding, allowance: Allowance) -> Self {
        Self {
            source,
            decoder: encoding.new_decoder(),
            strict_western: encoding == encoding_rs::WINDOWS_1252,
            input: vec![0; CHUNK],
            text: String::new(),
            given: 0,
            ended: false,
            after_return: false,
            bytes_read: 0,
            allowance,
        }
    }

    fn unreadable(&self) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, DecodeError::Unreadable { within_bytes: self.bytes_read })
    }

    fn fill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.given = 0;
        while self.text.is_empty() && !self.ended {
            let count = self.source.read(&mut self.input)?;
            self.bytes_read += count as u64;
            self.ended = count == 0;
            let needed = self.decoder.max_utf8_buffer_length_without_replacement(count).unwrap_or(CHUNK * 4);
            self.text.reserve(needed);
            let (result, _) = self.decoder.decode_to_string_without_replacement(&self.input[..count], &mut self.text, self.ended);
            if matches!(result, DecoderResult::Malformed(..)) || self.holds_nonsense() {
                return Err(self.unreadable());
            }
            self.unify_line_ends();
        }
        Ok(())
    }

    fn unify_line_ends(&mut self) {
        if self.after_return && self.text.starts_with('\n') {
            self.text.remove(0);
            self.after_return = false;
        }
        if !self.text.is_empty() {
            self.after_return = self.text.ends_with('\r');
        }
        if self.text.contains('\r') {
            self.text = self.text.replace("\r\n", "\n").replace('\r', "\n");
        }
    }

    /// NUL is in no text (UTF-16 read as something else is full of it). The web's reading of Windows-1252 turns its five unused bytes into control
    /// characters; they are in no text either, and are the trace of UTF-8 read as Windows-1252.
    fn holds_nonsense(&self) -> bool {
        let western = self.strict_western && self.decoder.encoding() == encoding_rs::WINDOWS_1252;
        self.text.contains('\0') || (western && self.text.contains(['\u{81}', '\u{8d}', '\u{8f}', '\u{90}', '\u{9d}']))
    }
}

impl<R: Read> Read for DecodingReader<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.given == self.text.len() {
            self.fill()?;
        }
        let rest = &self.text.as_bytes()[self.given..];
        let count = rest.len().min(target.len());
        if count > self.allowance.get() {
            return Err(io::Error::other(DecodeError::RowTooLong));
        }
        self.allowance.set(self.allowance.get() - count);
        target[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], encoding: &'static Encoding) -> Result<String, Option<DecodeError>> {
        let mut text = String::new();
        let allowance = Rc::new(Cell::new(1 << 20));
        match DecodingReader::new(bytes, encoding, allowance).read_to_string(&mut text) {
            Ok(_) => Ok(text),
            Err(error) => Err(DecodeError::inside(&error)),
        }
    }

    #[test]
    fn windows_1252_becomes_utf_8() {
        assert_eq!(decoded(b"Ren\xe9e O\x92Brien", encoding_rs::WINDOWS_1252).unwrap(), "Renée O\u{2019}Brien");
    }

    #[test]
    fn a_byte_order_mark_is_left_out_and_wins_over_the_named_encoding() {
        assert_eq!(decoded(b"\xef\xbb\xbfZo\xc3\xab", encoding_rs::UTF_8).unwrap(), "Zoë");
        assert_eq!(decoded(b"\xef\xbb\xbfZo\xc3\xab", encoding_rs::WINDOWS_1252).unwrap(), "Zoë");
        assert_eq!(decoded(b"\xff\xfeZ\x00o\x00", encoding_rs::UTF_8).unwrap(), "Zo");
    }

    #[test]
    fn what_is_not_text_in_the_encoding_is_refused() {
        assert_eq!(decoded(b"Ren\xe9e,x", encoding_rs::UTF_8), Err(Some(DecodeError::Unreadable { within_bytes: 7 })));
        assert_eq!(decoded(b"Zo\xc3", encoding_rs::UTF_8), Err(Some(DecodeError::Unreadable { within_bytes: 3 })));
        assert!(decoded(b"Z\x00o\x00", encoding_rs::UTF_8).is_err());
        assert!(decoded("Łukasz Í".as_bytes(), encoding_rs::WINDOWS_1252).is_err());
    }

    #[test]
    fn a_character_across_two_chunks_is_whole() {
        let mut bytes = vec![b'a'; CHUNK - 1];
        bytes.extend("ë".as_bytes());
        assert!(decoded(&bytes, encoding_rs::UTF_8).unwrap().ends_with("aë"));
    }

    #[test]
    fn every_line_end_is_a_line_feed_also_one_across_two_chunks() {
        assert_eq!(decoded(b"a\r\nb\rc\nd\r\n\r\ne\r", encoding_rs::UTF_8).unwrap(), "a\nb\nc\nd\n\ne\n");
        for length in CHUNK - 2..CHUNK + 2 {
            let bytes = [vec![b'a'; length], b"\r\nb".to_vec()].concat();
            assert!(decoded(&bytes, encoding_rs::UTF_8).unwrap().ends_with("a\nb"), "{length}");
        }
    }

    #[test]
    fn an_allowance_stops_a_row_that_never_ends() {
        let allowance = Rc::new(Cell::new(1000));
        let mut text = String::new();
        let error = DecodingReader::new(io::repeat(b'a'), encoding_rs::UTF_8, allowance).read_to_string(&mut text).unwrap_err();
        assert_eq!(DecodeError::inside(&error), Some(DecodeError::RowTooLong));
    }
}
