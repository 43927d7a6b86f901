//! Whole names of the same words, in whatever order and however parted.

use crate::matching::normalise::{names::Names, word::Word};

/// Three words or more, the same on both sides, in whatever order and however parted: "Tsang Yi, Xin" and "Xin Yi Tsang"; or one behind the other from
/// another word on, and run together: "Tsang Xin Yi" and "Xinyi Tsang".
pub(super) fn are_same_words(left: &Names, right: &Names) -> bool {
    // Most names that differ have not as many letters: that is seen before any is copied.
    let letters = |names: &Names| whole_name(names).map(|word| word.letters().len()).sum::<usize>();
    if letters(left) != letters(right) {
        return false;
    }
    let (Some(one), Some(other)) = (WordsInOrder::of(left), WordsInOrder::of(right)) else { return false };
    one.count.max(other.count) >= 3
        && (one.sorted_hashes() == other.sorted_hashes() || one.goes_round_as(&other) || other.goes_round_as(&one))
}

/// The words of a whole name, the parts of a hyphenated one each.
fn whole_name(names: &Names) -> impl Iterator<Item = &Word> {
    fn parts<'words>(parts: &'words [Word], whole: Option<&'words Word>) -> impl Iterator<Item = &'words Word> {
        let whole = if parts.is_empty() { whole } else { None };
        parts.iter().chain(whole)
    }
    let given = parts(names.given_parts(), names.given.as_ref());
    given.chain(&names.middle).chain(parts(names.family_parts(), names.family.as_ref()))
}

/// Most words of a name that are compared in any order, and most letters of them.
const MOST_WORDS: usize = 6;
const MOST_LETTERS: usize = 64;

/// The words of a whole name, none of them an initial.
struct WordsInOrder {
    hashes: [u64; MOST_WORDS],
    /// Where each word ends among the letters.
    ends: [usize; MOST_WORDS],
    count: usize,
    letters: [u8; MOST_LETTERS],
}

impl WordsInOrder {
    fn of(names: &Names) -> Option<Self> {
        let mut words = Self { hashes: [0; MOST_WORDS], ends: [0; MOST_WORDS], count: 0, letters: [0; MOST_LETTERS] };
        let mut end = 0;
        for word in whole_name(names) {
            if word.is_initial() {
                return None;
            }
            let from = end;
            end += word.letters().len();
            words.letters.get_mut(from..end)?.copy_from_slice(word.letters());
            *words.hashes.get_mut(words.count)? = word.hash();
            words.ends[words.count] = end;
            words.count += 1;
        }
        Some(words)
    }

    fn sorted_hashes(&self) -> [u64; MOST_WORDS] {
        let mut hashes = self.hashes;
        hashes.sort_unstable();
        hashes
    }

    fn letters(&self) -> &[u8] {
        self.count.checked_sub(1).map_or(&[], |last| &self.letters[..self.ends[last]])
    }

    /// Whether the other's letters are these, begun at the end of one of the words and gone round.
    fn goes_round_as(&self, other: &Self) -> bool {
        let (one, other) = (self.letters(), other.letters());
        let begins_at = |end: &usize| other.strip_prefix(&one[*end..]) == Some(&one[..*end]);
        one.len() == other.len() && self.ends[..self.count].iter().any(begins_at)
    }
}
