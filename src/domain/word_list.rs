//! Short lists of words that nearly every word of a file is looked up in, and that hardly any is on.

/// A list of words with what tells most other words from them at once.
pub struct WordList {
    words: &'static [&'static str],
    /// For each first letter (its lowest five bits) a bit for each length that a word of it has.
    lengths: [u32; 32],
}

impl WordList {
    /// A list of words, each of 1 to 31 bytes.
    #[must_use]
    pub const fn new(words: &'static [&'static str]) -> Self {
        let mut lengths = [0; 32];
        let mut at = 0;
        while at < words.len() {
            let word = words[at].as_bytes();
            lengths[(word[0] & 31) as usize] |= 1 << word.len();
            at += 1;
        }
        Self { words, lengths }
    }

    /// Whether the word is on the list.
    #[must_use]
    pub fn contains(&self, word: &str) -> bool {
        let Some(first) = word.as_bytes().first() else { return false };
        word.len() < 32 && self.lengths[usize::from(first & 31)] & (1 << word.len()) != 0 && self.words.contains(&word)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WORDS: &[&str] = &["al", "bin", "1", "gentleman", "bint", "a"];

    proptest! {
        #[test]
        fn a_list_holds_its_words_and_no_others(word in "(al|bin|1|gentleman|bint|a|[a-q1]{0,10}|\\PC{0,34})") {
            prop_assert_eq!(WordList::new(WORDS).contains(&word), WORDS.contains(&word.as_str()));
        }
    }
}
