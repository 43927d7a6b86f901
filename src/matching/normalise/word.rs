//! A folded word with all that comparison needs computed beforehand: 56 bytes, no pointer.

use std::borrow::Cow;

use super::{phonetic, variants};
use crate::{domain::redacted_debug, matching::hashing};

/// Letters of a word that are kept for string comparison; equality always looks at the whole word's hash.
pub(crate) const KEPT: usize = 22;

/// One folded word (a name, a street, a town).
#[derive(Clone, Copy, PartialEq)]
pub struct Word {
    hash: u64,
    letters: [u8; KEPT],
    length: u8,
    weak: bool,
    often_left_out: bool,
    phonetic: u32,
    groups: [u16; variants::GROUPS_A_NAME],
    /// A bit for each letter that is kept; some letters and digits share one.
    letter_set: u32,
    /// Bits to add to an exact agreement on this word, since it is rarer (above 0) or commoner (below 0) than usual; set from the model.
    pub(crate) frequency_bits: f32,
}
redacted_debug!(Word);

impl Word {
    /// A word from folded text (spaces are dropped); `None` where nothing is left.
    #[must_use]
    pub fn new(folded: &str) -> Option<Self> {
        let compact = if folded.contains(' ') { Cow::Owned(folded.replace(' ', "")) } else { Cow::Borrowed(folded) };
        if compact.is_empty() {
            return None;
        }
        let mut letters = [0; KEPT];
        let length = compact.len().min(KEPT);
        letters[..length].copy_from_slice(&compact.as_bytes()[..length]);
        Some(Self {
            hash: hashing::text(&compact),
            letters,
            length: u8::try_from(length).unwrap_or(u8::MAX),
            weak: variants::is_weak_family_name(&compact),
            often_left_out: false,
            phonetic: phonetic::code(&compact),
            groups: [0; variants::GROUPS_A_NAME],
            letter_set: letters[..length].iter().fold(0, |set, letter| set | 1 << (letter & 31)),
            frequency_bits: 0.0,
        })
    }

    /// The same word as a given name: with the groups of names that are one name.
    #[must_use]
    pub fn as_given_name(mut self) -> Self {
        self.groups = variants::given_name_groups(self.text());
        self.often_left_out = variants::is_often_left_out(self.text());
        self
    }

    /// The same word as a family name: with the groups of spellings that are one name.
    #[must_use]
    pub fn as_family_name(mut self) -> Self {
        self.groups = variants::family_name_groups(self.text());
        self
    }

    /// The hash of the whole word.
    #[must_use]
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// The first letters, as kept.
    #[must_use]
    pub fn letters(&self) -> &[u8] {
        &self.letters[..usize::from(self.length)]
    }

    /// Whether no letter was cut off.
    pub(crate) fn is_whole(&self) -> bool {
        usize::from(self.length) < KEPT
    }

    /// The first letters as text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(self.letters()).unwrap_or_default()
    }

    /// How it sounds, as a hash; words that sound alike in one of the naming customs share it.
    #[must_use]
    pub fn phonetic(&self) -> u32 {
        self.phonetic
    }

    /// Whether it is a single letter.
    #[must_use]
    pub fn is_initial(&self) -> bool {
        self.length == 1
    }

    /// Whether it says little as a family name (Begum, Kaur, Singh, Khan, …).
    #[must_use]
    pub fn is_weak(&self) -> bool {
        self.weak
    }

    /// Whether the words have enough letters in common to be at all alike: where they have not, their Jaro similarity is below .7, and they are more than
    /// one edit apart or have fewer than four letters.
    ///
    /// With `m` common letters it is at most `(m / left + m / right + 1) / 3`, and a letter of one that the other has not is never common.
    pub(crate) fn may_be_alike(&self, other: &Self) -> bool {
        let found_in = |one: &Self, other: &Self| u32::from(one.length) - (one.letter_set & !other.letter_set).count_ones();
        let common = found_in(self, other).min(found_in(other, self));
        let (left, right) = (u32::from(self.length), u32::from(other.length));
        10 * common * (left + right) >= 11 * left * right
    }

    /// Whether it is a first name that many bear beside the name by which they are called.
    #[must_use]
    pub fn is_often_left_out(&self) -> bool {
        self.often_left_out
    }

    /// Whether the tables know it.
    pub(crate) fn is_listed(&self) -> bool {
        self.first_group() != 0
    }

    /// The first group of variants, or 0.
    pub(crate) fn first_group(&self) -> u16 {
        self.groups[0]
    }

    /// All groups of variants; 0 stands for none.
    pub(crate) fn groups(&self) -> &[u16] {
        &self.groups
    }

    /// Whether both stand in one group of variants.
    #[must_use]
    pub fn is_variant_of(&self, other: &Self) -> bool {
        self.groups.iter().any(|group| *group != 0 && other.groups.contains(group))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::matching::compare::strings;

    proptest! {
        #[test]
        fn words_that_have_too_few_letters_in_common_are_not_alike(left in "[a-f0-2]{1,24}", right in "[a-f0-2]{1,24}") {
            let (left, right) = (Word::new(&left).unwrap(), Word::new(&right).unwrap());
            if !left.may_be_alike(&right) {
                let (one, other) = (left.letters(), right.letters());
                prop_assert!(strings::jaro_winkler(one, other) < 0.7);
                prop_assert!(one.len().min(other.len()) < 4 || strings::edits_up_to_one(one, other).is_none());
            }
        }
    }
}
