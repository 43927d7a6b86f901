//! A folded word with all that comparison needs computed beforehand: 48 bytes, no pointer.

use std::borrow::Cow;

use super::{phonetic, recent::Recent, variants};
use crate::{domain::redacted_debug, matching::hashing};

/// Letters of a word that are kept for string comparison; equality always looks at the whole word's hash.
pub(crate) const KEPT: usize = 22;

/// Groups of variants that a word holds itself; few names stand in more.
const GROUPS_HELD: usize = 2;

/// One folded word (a name, a street, a town).
#[derive(Clone, Copy, PartialEq)]
pub struct Word {
    hash: u64,
    letters: [u8; KEPT],
    length: u8,
    traits: u8,
    phonetic: u32,
    groups: [u16; GROUPS_HELD],
    /// A bit for each letter that is kept; some letters and digits share one.
    letter_set: u32,
    /// Bits to add to an exact agreement on this word, since it is rarer (above 0) or commoner (below 0) than usual; set from the model.
    pub(crate) frequency_bits: f32,
}
redacted_debug!(Word);

/// A family name that says little.
const WEAK: u8 = 1;
/// A given name that is often left out.
const OFTEN_LEFT_OUT: u8 = 2;
/// A given name of more groups of variants than it holds.
const MORE_GIVEN_GROUPS: u8 = 4;
/// A family name of more groups of variants than it holds.
const MORE_FAMILY_GROUPS: u8 = 8;
/// A given name that the tables know as a family name.
const LISTED_AS_FAMILY_NAME: u8 = 16;

thread_local! {
    static RECENT: Recent<Option<Word>> = const { Recent::new() };
}

impl Word {
    /// A word from folded text (spaces are dropped); `None` where nothing is left. What was lately made is remembered.
    #[must_use]
    pub fn new(folded: &str) -> Option<Self> {
        RECENT.with(|recent| recent.get_or_make(folded, Self::seldom_seen))
    }

    /// The same of a text that few people share, such as an email address.
    #[must_use]
    pub fn seldom_seen(folded: &str) -> Option<Self> {
        Self::made(folded, [0; variants::GROUPS_A_NAME], 0)
    }

    /// The same as a given name: with the groups of names that are one name.
    #[must_use]
    pub fn given_name(folded: &str) -> Option<Self> {
        let compact = without_spaces(folded);
        let kept = kept(&compact);
        let often_left_out = if variants::is_often_left_out(kept) { OFTEN_LEFT_OUT } else { 0 };
        let listed = if variants::family_name_groups(kept)[0] == 0 { 0 } else { LISTED_AS_FAMILY_NAME };
        Self::made(&compact, variants::given_name_groups(kept), MORE_GIVEN_GROUPS | often_left_out | listed)
    }

    /// The same as a family name: with the groups of spellings that are one name.
    #[must_use]
    pub fn family_name(folded: &str) -> Option<Self> {
        let compact = without_spaces(folded);
        Self::made(&compact, variants::family_name_groups(kept(&compact)), MORE_FAMILY_GROUPS)
    }

    /// A word of these groups and traits; that it has more groups than it holds counts only where it has.
    fn made(folded: &str, all_groups: [u16; variants::GROUPS_A_NAME], traits: u8) -> Option<Self> {
        let compact = without_spaces(folded);
        if compact.is_empty() {
            return None;
        }
        let mut letters = [0; KEPT];
        let length = compact.len().min(KEPT);
        letters[..length].copy_from_slice(&compact.as_bytes()[..length]);
        let mut groups = [0; GROUPS_HELD];
        groups.copy_from_slice(&all_groups[..GROUPS_HELD]);
        let not_so = if all_groups[GROUPS_HELD] == 0 { MORE_GIVEN_GROUPS | MORE_FAMILY_GROUPS } else { 0 };
        let weak = if variants::is_weak_family_name(&compact) { WEAK } else { 0 };
        Some(Self {
            hash: hashing::text(&compact),
            letters,
            length: u8::try_from(length).unwrap_or(u8::MAX),
            traits: (traits & !not_so) | weak,
            phonetic: phonetic::code(&compact),
            groups,
            letter_set: letters[..length].iter().fold(0, |set, letter| set | 1 << (letter & 31)),
            frequency_bits: 0.0,
        })
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
        self.traits & WEAK != 0
    }

    /// Whether the words have enough letters in common to be at all alike: where they have not, their Jaro similarity is below .7, and they are more than
    /// one edit apart or have fewer than four letters.
    pub(crate) fn may_be_alike(&self, other: &Self) -> bool {
        self.have_in_common(other, 11)
    }

    /// The same where their Jaro-Winkler similarity must be `least`, which is .84 or more, or words of four letters or more one edit apart.
    ///
    /// With a common beginning of four letters the Jaro similarity is at least .7333 (.8333 from .9 on). Of two words of four letters that differ in one,
    /// three letters are common, which a Jaro similarity of more than .8333 would rule out.
    pub(crate) fn may_be_as_alike(&self, other: &Self, least: f64) -> bool {
        self.have_in_common(other, if least < 0.9 { 12 } else { 15 })
    }

    /// With `m` common letters the Jaro similarity is at most `(m / left + m / right + 1) / 3`, and a letter of one that the other has not is never common.
    /// `tenths` is ten times what the sum of the two quotients must reach.
    fn have_in_common(&self, other: &Self, tenths: u32) -> bool {
        let found_in = |one: &Self, other: &Self| u32::from(one.length) - (one.letter_set & !other.letter_set).count_ones();
        let common = found_in(self, other).min(found_in(other, self));
        let (left, right) = (u32::from(self.length), u32::from(other.length));
        10 * common * (left + right) >= tenths * left * right
    }

    /// Whether it is a first name that many bear beside the name by which they are called.
    #[must_use]
    pub fn is_often_left_out(&self) -> bool {
        self.traits & OFTEN_LEFT_OUT != 0
    }

    /// Whether the tables know it.
    pub(crate) fn is_listed(&self) -> bool {
        self.first_group() != 0
    }

    /// Whether, as a given name, it is one that the tables know as a family name.
    pub(crate) fn is_listed_as_family_name(&self) -> bool {
        self.traits & LISTED_AS_FAMILY_NAME != 0
    }

    /// The first group of variants, or 0.
    pub(crate) fn first_group(&self) -> u16 {
        self.groups[0]
    }

    /// All groups of variants; 0 stands for none.
    pub(crate) fn groups(&self) -> [u16; variants::GROUPS_A_NAME] {
        if self.traits & MORE_GIVEN_GROUPS != 0 {
            variants::given_name_groups(self.text())
        } else if self.traits & MORE_FAMILY_GROUPS != 0 {
            variants::family_name_groups(self.text())
        } else {
            let mut groups = [0; variants::GROUPS_A_NAME];
            groups[..GROUPS_HELD].copy_from_slice(&self.groups);
            groups
        }
    }

    /// Whether both stand in one group of variants.
    #[must_use]
    pub fn is_variant_of(&self, other: &Self) -> bool {
        self.is_listed() && other.is_listed() && self.is_of_groups(&other.groups())
    }

    /// Whether it stands in one of these groups of variants.
    pub(crate) fn is_of_groups(&self, groups: &[u16; variants::GROUPS_A_NAME]) -> bool {
        self.groups().iter().take_while(|group| **group != 0).any(|group| groups.contains(group))
    }
}

fn without_spaces(folded: &str) -> Cow<'_, str> {
    if folded.contains(' ') { Cow::Owned(folded.replace(' ', "")) } else { Cow::Borrowed(folded) }
}

/// The letters of a word that are kept, as text.
fn kept(compact: &str) -> &str {
    compact.get(..compact.len().min(KEPT)).unwrap_or_default()
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
            for least in [0.84, 0.9, 0.92] {
                if !left.may_be_as_alike(&right, least) {
                    let (one, other) = (left.letters(), right.letters());
                    prop_assert!(strings::jaro_winkler(one, other) < least, "{}", least);
                    prop_assert!(one.len().min(other.len()) < 4 || strings::edits_up_to_one(one, other).is_none());
                }
            }
        }

        #[test]
        fn words_of_one_edit_may_be_alike_however_much_is_asked(word in "[a-f]{4,22}", at: prop::sample::Index, letter in "[a-h]?") {
            let at = at.index(word.len());
            let edited = Word::new(&[&word[..at], &letter, &word[at + 1..]].concat()).unwrap();
            let word = Word::new(&word).unwrap();
            if edited.letters().len() >= 4 {
                prop_assert!(word.may_be_as_alike(&edited, 0.92) && edited.may_be_as_alike(&word, 0.92));
            }
        }
    }
}
