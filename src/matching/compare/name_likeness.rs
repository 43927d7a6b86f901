//! How far two single names agree.

use super::strings;
use crate::matching::{
    field::{family_name, given_name},
    normalise::word::Word,
};

/// How far two words look alike.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    Close,
    Similar,
    Remote,
    None,
}

/// Close: one edit in a word of four letters or more, or Jaro-Winkler from .92. Similar: a letter left out or two swapped in one of under four letters, from .86, or
/// sounding alike and from .7. Remote: from .76.
pub(super) fn likeness(left: &Word, right: &Word) -> Likeness {
    if !left.may_be_alike(right) {
        return Likeness::None;
    }
    let (one, other) = (left.letters(), right.letters());
    let shorter = one.len().min(other.len());
    let is_one_edit = strings::edits_up_to_one(one, other).is_some();
    if shorter >= 4 && is_one_edit {
        return Likeness::Close;
    }
    let similarity = strings::jaro_winkler(one, other);
    if similarity >= 0.92 && shorter >= 3 {
        Likeness::Close
    } else if is_one_edit && shorter >= 2 {
        // "Ian" beside "Ina", "Amy" beside "Ay": a slip. "Tim" beside "Tom": as likely another name, though it sounds alike.
        let is_letter_exchanged = one.len() == other.len() && !strings::are_neighbours_swapped(one, other);
        if is_letter_exchanged { Likeness::Remote } else { Likeness::Similar }
    } else if similarity >= 0.86 || (similarity >= 0.7 && left.phonetic() != 0 && left.phonetic() == right.phonetic()) {
        Likeness::Similar
    } else if similarity >= 0.76 {
        Likeness::Remote
    } else {
        Likeness::None
    }
}

/// The level of agreement of two given names.
#[must_use]
pub fn given_level(left: &Word, right: &Word) -> u8 {
    if left.hash() == right.hash() {
        return given_name::EXACT;
    }
    if left.is_initial() || right.is_initial() {
        return if left.letters()[0] == right.letters()[0] { given_name::INITIAL } else { given_name::INITIAL_DIFFERS };
    }
    if left.is_variant_of(right) {
        return given_name::VARIANT;
    }
    // Two names of the tables that are not one name (Joan and John, Hassan and Hussain) are two names, however alike they are.
    let are_two_names = left.is_listed() && right.is_listed();
    match likeness(left, right) {
        Likeness::Close if are_two_names => given_name::REMOTE,
        Likeness::Close => given_name::CLOSE,
        Likeness::Similar if !are_two_names => given_name::SIMILAR,
        _ if !are_two_names && (is_short_form_of(left, right) || is_short_form_of(right, left)) => given_name::SIMILAR,
        Likeness::Remote if !are_two_names => given_name::REMOTE,
        _ if left.is_often_left_out() || right.is_often_left_out() => given_name::WEAK_DIFFERS,
        _ => given_name::DIFFERENT,
    }
}

/// Endings of short forms: Annie, Sandy, Abdi, Debs.
const SHORT_FORM_ENDINGS: [&[u8]; 4] = [b"ie", b"y", b"i", b"s"];

/// Whether a shorter name is formed from the beginning of another, of three letters at least, as is custom in many languages: Ibra of Ibrahim; or with an
/// ending put to it, before which the last letter may be doubled: Gurps or Gurry of Gurpreet.
fn is_short_form_of(short: &Word, long: &Word) -> bool {
    const FEWEST_LETTERS: usize = 3;
    let (short, long) = (short.letters(), long.letters());
    let begins = |stem: &[u8]| stem.len() >= FEWEST_LETTERS && long.starts_with(stem);
    let may_be_doubled = |stem: &[u8]| match stem {
        [single @ .., one, other] if one == other => begins(&stem[..=single.len()]),
        _ => false,
    };
    let stems = || SHORT_FORM_ENDINGS.iter().filter_map(|ending| short.strip_suffix(*ending));
    short.len() < long.len() && (begins(short) || stems().any(|stem| begins(stem) || may_be_doubled(stem)))
}

/// The level of agreement of two family names.
#[must_use]
pub fn family_level(left: &Word, right: &Word) -> u8 {
    if left.hash() == right.hash() {
        return family_name::EXACT;
    }
    if left.is_variant_of(right) {
        return family_name::VARIANT;
    }
    match likeness(left, right) {
        Likeness::Close => family_name::CLOSE,
        Likeness::Similar => family_name::SIMILAR,
        _ if left.is_weak() || right.is_weak() => family_name::WEAK_DIFFERS,
        Likeness::Remote => family_name::REMOTE,
        Likeness::None => family_name::DIFFERENT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(left: &str, right: &str) -> u8 {
        let word = |text: &str| Word::given_name(text).unwrap();
        given_level(&word(left), &word(right))
    }

    #[test]
    fn each_kind_of_given_name_agreement_has_its_level() {
        for (left, right, expected) in [
            ("noor", "noor", given_name::EXACT),
            ("beth", "elizabeth", given_name::VARIANT),
            ("mohammed", "mohd", given_name::VARIANT),
            ("jonh", "john", given_name::CLOSE),
            ("b", "beth", given_name::INITIAL),
            ("b", "mary", given_name::INITIAL_DIFFERS),
            ("zoe", "zeo", given_name::SIMILAR),
            ("amy", "ay", given_name::SIMILAR),
            ("tim", "tom", given_name::DIFFERENT),
            ("joan", "john", given_name::REMOTE),
            ("hassan", "hussain", given_name::DIFFERENT),
            ("iab", "iam", given_name::REMOTE),
            ("md", "yusuf", given_name::WEAK_DIFFERS),
            ("mary", "peter", given_name::DIFFERENT),
            ("ibra", "ibrahim", given_name::SIMILAR),
            ("gurps", "gurpreet", given_name::SIMILAR),
            ("gurry", "gurpreet", given_name::SIMILAR),
            ("perdy", "perdita", given_name::SIMILAR),
            ("perdy", "perda", given_name::CLOSE),
            ("mary", "martha", given_name::DIFFERENT),
            ("harry", "harun", given_name::DIFFERENT),
        ] {
            assert_eq!(given(left, right), expected, "{left} {right}");
            assert_eq!(given(right, left), expected, "{right} {left}");
        }
    }
}
