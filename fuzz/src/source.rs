//! Choices drawn from the fuzzer's bytes. When they run out, every choice is the first one: a short input is a simple case.

/// The bytes not yet used.
pub struct Source<'bytes> {
    rest: &'bytes [u8],
}

impl<'bytes> Source<'bytes> {
    /// Choices from these bytes.
    pub fn new(bytes: &'bytes [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next byte, or 0.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.rest.split_first() else { return 0 };
        self.rest = rest;
        *first
    }

    /// Whether the bytes are used up.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Yes or no.
    pub fn flag(&mut self) -> bool {
        self.byte() % 2 == 1
    }

    /// True about once in `often`.
    pub fn rarely(&mut self, often: u8) -> bool {
        self.byte() % often == 1
    }

    /// A number below `limit`, which is above 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let wide = if limit > 256 { usize::from(self.byte()) << 8 } else { 0 };
        (wide + usize::from(self.byte())) % limit
    }

    /// One of these.
    pub fn pick<'choices, T: ?Sized>(&mut self, choices: &[&'choices T]) -> &'choices T {
        choices[self.below(choices.len())]
    }

    /// A text of up to 24 bytes of the input, whatever they are.
    pub fn text(&mut self) -> String {
        let length = (usize::from(self.byte()) % 25).min(self.rest.len());
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        String::from_utf8_lossy(taken).into_owned()
    }

    /// One of these, or once in eight a text of any kind.
    pub fn pick_or_text(&mut self, choices: &[&str]) -> String {
        if self.rarely(8) { self.text() } else { self.pick(choices).to_owned() }
    }

    /// All that is left.
    pub fn remainder(self) -> &'bytes [u8] {
        self.rest
    }
}
