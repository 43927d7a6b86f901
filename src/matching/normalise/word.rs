//! A folded word with all that comparison needs computed beforehand: 48 bytes, no pointer.

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
    phonetic: u32,
    groups: [u16; variants::GROUPS_A_NAME],
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
            phonetic: phonetic::code(&compact),
            groups: [0; variants::GROUPS_A_NAME],
            frequency_bits: 0.0,
        })
    }

    /// The same word as a given name: with the groups of names that are one name.
    #[must_use]
    pub fn as_given_name(mut self) -> Self {
        self.groups = variants::given_name_groups(self.text());
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
