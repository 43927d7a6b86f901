//! Middle and other names: who is called by one of them, and what they say beside given names.

use super::{
    name::{Agreement, stronger},
    name_likeness::given_level,
};
use crate::matching::{
    field::{given_name, middle_names},
    normalise::{names::Names, word::Word},
    profile::Few,
};

/// A given name that begins as a middle initial of the other side does, beside a first name that is often left out ("Mohammed H" and "Hassan"): perhaps
/// the middle name is the one in use. Of other names that would make one person of twins.
pub(super) fn is_middle_initial(left: &Names, right: &Names) -> bool {
    let begins = |names: &Names, other: &Names| {
        let begin = |given: &Word| other.middle.iter().any(|middle| middle.is_initial() && middle.letters()[0] == given.letters()[0]);
        other.may_be_left_out() && names.given.as_ref().is_some_and(|given| !given.is_initial() && begin(given))
    };
    begins(left, right) || begins(right, left)
}

/// One first name that is often left out, with two middle names that differ: these are called by their middle names, and are two ("Mohammed Ali" and
/// "Mohammed Umar").
pub(super) fn are_called_otherwise(left: &Names, right: &Names) -> bool {
    let called = |names: &'_ Names| names.middle.iter().copied().filter(|word| !word.is_often_left_out()).collect::<Few<Word>>();
    if !left.may_be_left_out() || !right.may_be_left_out() {
        return false;
    }
    let (one, other) = (called(left), called(right));
    let may_be_one = |word: &Word| other.iter().any(|other| !matches!(given_level(word, other), given_name::INITIAL_DIFFERS..));
    !one.is_empty() && !other.is_empty() && !one.iter().any(may_be_one)
}

/// Whether who is called by a middle name of the other side has a middle name of their own that the other side does not know: "Niamh Caoimhe" is not
/// "Deirdre Niamh", but may be her sister.
pub(super) fn are_two_by_middle_names(left: &Names, right: &Names) -> bool {
    let knows = |names: &Names, word: &Word| {
        let fits = |known: &Word| matches!(given_level(known, word), 0..=given_name::SIMILAR | given_name::INITIAL);
        let further = names.other_given().iter().chain(names.given_parts()).chain(names.other_family()).chain(names.lent_family());
        names.middle.iter().chain(&names.given).chain(&names.family).chain(further).any(fits)
    };
    let calls = |names: &Names, other: &Names| {
        let given = names.given.as_ref().filter(|given| !given.is_initial());
        given.is_some_and(|given| other.middle.iter().any(|middle| !middle.is_initial() && given_level(middle, given) <= given_name::CLOSE))
    };
    let has_another = |names: &Names, other: &Names| {
        names.middle.iter().any(tells) && !names.middle.iter().any(|middle| tells(middle) && knows(other, middle))
    };
    // Without a family name, another name may stand in its place; and of "Mohammed Ali Hassan" any may be left out.
    let are_whole = [left, right].iter().all(|names| names.family.is_some() && !names.may_be_left_out());
    are_whole && ((calls(left, right) && has_another(left, right)) || (calls(right, left) && has_another(right, left)))
}

/// A given name found among the other side's further names, or further names that agree.
pub(super) fn through_others(left: &[Word], left_names: &Names, right: &[Word], right_names: &Names) -> Option<Agreement> {
    let direct = |others: &[Word], names: &Names| {
        let given = names.given.as_ref().filter(|given| !given.is_initial())?;
        others
            .iter()
            .filter(|other| !other.is_initial())
            .map(|other| (given_level(other, given), other.frequency_bits.min(given.frequency_bits)))
            .filter(|(level, _)| *level <= given_name::CLOSE)
            .reduce(stronger)
    };
    match (direct(left, right_names), direct(right, left_names)) {
        (Some(one), Some(other)) => Some(stronger(one, other)),
        (one, other) => one.or(other),
    }
}

/// Whether a middle name says something: "Singh" and "Kaur" stand in the middle of nearly every Sikh name.
pub(super) fn tells(word: &Word) -> bool {
    !word.is_weak() && !word.is_often_left_out()
}

pub(super) fn middle(left: &[Word], right: &[Word]) -> Option<Agreement> {
    if left.is_empty() || right.is_empty() {
        return None;
    }
    let telling = |words: &'_ [Word]| words.iter().any(tells);
    if !telling(left) || !telling(right) {
        return None;
    }
    let mut best = (middle_names::DIFFERENT, 0.0_f32);
    for one in left.iter().filter(|word| tells(word)) {
        for other in right.iter().filter(|word| tells(word)) {
            let bits = one.frequency_bits.min(other.frequency_bits);
            let level = match given_level(one, other) {
                given_name::EXACT if one.is_initial() => middle_names::INITIAL,
                given_name::EXACT => middle_names::EXACT,
                given_name::VARIANT | given_name::CLOSE => middle_names::CLOSE,
                given_name::INITIAL => middle_names::INITIAL,
                _ => middle_names::DIFFERENT,
            };
            best = stronger(best, (level, bits));
        }
    }
    Some(best)
}
