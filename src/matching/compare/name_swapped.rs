//! Given and family name that have changed places.

use super::{
    name::{Agreement, stronger},
    name_likeness::{Likeness, likeness},
    strings,
};
use crate::matching::{
    field::{family_name, given_name},
    normalise::{names::Names, variants, word::Word},
    profile::Few,
};

/// Given name against family name and the other way round; both must agree, and one of them exactly or closely. Which of the two stands as the given
/// name's agreement is settled by the agreements themselves, so that it is the same from both sides. Tells also whether a middle name was needed for it.
pub(super) fn swapped(left: &Names, right: &Names) -> Option<(Agreement, Agreement, bool)> {
    let plain = |agreement| (agreement, false);
    let (one, (other, uses_middle)) = match (given_as_family(left, right.family.as_ref()), given_as_family(right, left.family.as_ref())) {
        (Some(one), Some(other)) => (one, plain(other)),
        (Some(one), None) => (one, loosely_crossed(right, left)?),
        (None, Some(other)) => (other, loosely_crossed(left, right)?),
        (None, None) => return None,
    };
    let (first, second) = if (one.0, one.1) <= (other.0, other.1) { (one, other) } else { (other, one) };
    let given = if first.0 == CROSSED_EXACT { given_name::EXACT } else { given_name::CLOSE };
    let family = match second.0 {
        CROSSED_EXACT => family_name::EXACT,
        CROSSED_CLOSE => family_name::CLOSE,
        CROSSED_LOOSELY => family_name::VARIANT,
        _ => family_name::SIMILAR,
    };
    Some(((given, first.1), (family, second.1), uses_middle))
}

/// How a given name agrees with a family name.
const CROSSED_EXACT: u8 = 0;
const CROSSED_CLOSE: u8 = 1;
const CROSSED_LOOSELY: u8 = 2;
const CROSSED_ALIKE: u8 = 3;

/// A given name that is, exactly or closely, the other side's family name.
fn given_as_family(names: &Names, family: Option<&Word>) -> Option<Agreement> {
    let family = family?;
    let cross = |given: &Word| {
        let exact = given.hash() == family.hash();
        let close = !given.is_initial() && !family.is_initial() && likeness(given, family) == Likeness::Close;
        let level = if exact { CROSSED_EXACT } else { CROSSED_CLOSE };
        (exact || close).then(|| (level, given.frequency_bits.min(family.frequency_bits)))
    };
    // "Guo, Mengyao" beside "Meng", "Yao", "Guo": a given name in two parts, one of which came to stand among the middle names.
    names.given_and_middle.as_deref().into_iter().chain(&names.given).filter_map(cross).reduce(stronger)
}

/// A family name that is a form of the other side's given name ("Hill, Steven" beside "Stephen Hill"; "Li, Ka-Ho" beside "Ka-Ho Lee"), or stands among its
/// middle names, where the first was left out ("Farooq Aroosa" beside "Javeria Aroosa Farooq"); or is the given name but for a slip, together with a
/// middle name ("Wong", "Wai", "Kung" beside "Waikeung Wong"); or a part of it, or has it for a part ("Yip, Xiao" beside "Xiaoyan Yip"); or is alike. Two
/// given names of the tables that are not one are two, however alike: twins. Tells also whether it took a middle name.
fn loosely_crossed(named: &Names, other: &Names) -> Option<(Agreement, bool)> {
    let family = other.family.as_ref().filter(|family| !family.is_initial() && !family.is_weak())?;
    let of_given = named.given.as_ref().filter(|given| !given.is_initial()).and_then(|given| {
        let (level, uses_middle) = crossed_level(given, named.given_parts(), family, other)?;
        Some(((level, given.frequency_bits.min(family.frequency_bits)), uses_middle))
    });
    let same = named.middle.iter().filter(|middle| middle.hash() == family.hash());
    let of_middle = same.map(|middle| ((CROSSED_LOOSELY, middle.frequency_bits.min(family.frequency_bits)), false));
    of_given.into_iter().chain(of_middle).reduce(|one, other| if stronger(one.0, other.0) == one.0 { one } else { other })
}

/// How a given name of these parts agrees with the family name of `other`, and whether that takes the middle names.
fn crossed_level(given: &Word, parts: &[Word], family: &Word, other: &Names) -> Option<(u8, bool)> {
    let groups = variants::given_name_groups(family.text());
    let is_form = given.is_of_groups(&groups) || family.is_of_groups(&variants::family_name_groups(given.text()));
    if is_form {
        return Some((CROSSED_LOOSELY, false));
    }
    if given.is_listed() && groups[0] != 0 {
        return None;
    }
    let is_among = |parts: &[Word], word: &Word| parts.iter().any(|part| part.hash() == word.hash());
    let is_part = is_among(other.family_parts(), given) || is_among(parts, family) || begins(family, given) || begins(given, family);
    if is_part || is_together(&other.middle, family, given) {
        return Some((CROSSED_LOOSELY, !is_part));
    }
    (likeness(given, family) < Likeness::None).then_some((CROSSED_ALIKE, false))
}

/// Whether a word begins the other, with so many letters that it tells.
fn begins(short: &Word, long: &Word) -> bool {
    const FEWEST_LETTERS: usize = 3;
    let letters = short.letters().len();
    (FEWEST_LETTERS..long.letters().len()).contains(&letters) && long.letters().starts_with(short.letters())
}

/// Whether middle and family name, run together, are the given name but for a slip.
fn is_together(middle: &[Word], family: &Word, given: &Word) -> bool {
    const FEWEST_LETTERS: usize = 6;
    let letters: Few<u8> = middle.iter().chain([family]).flat_map(Word::letters).copied().collect();
    !middle.is_empty() && letters.len() >= FEWEST_LETTERS && strings::edits_up_to_one(&letters, given.letters()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PersonDetails;

    fn names(given: &str, middle: &str, family: &str) -> Names {
        let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Names::new(&PersonDetails {
            given_name: known(given),
            middle_names: known(middle),
            family_name: known(family),
            ..PersonDetails::default()
        })
    }

    /// The levels of given and family name, the same from both sides.
    fn levels(left: (&str, &str, &str), right: (&str, &str, &str)) -> Option<(u8, u8)> {
        let [left, right] = [left, right].map(|(given, middle, family)| names(given, middle, family));
        let found =
            [(&left, &right), (&right, &left)].map(|(one, other)| swapped(one, other).map(|(given, family, _)| (given.0, family.0)));
        assert_eq!(found[0], found[1]);
        found[0]
    }

    #[test]
    fn names_that_changed_places_may_be_written_otherwise_on_one_side() {
        let loosely = Some((given_name::EXACT, family_name::VARIANT));
        for (left, right) in [
            (("Li", "", "Ka-Ho"), ("Ka-Ho", "", "Lee")),
            (("Hill", "", "Steven"), ("Stephen", "", "Hill")),
            (("Farooq", "", "Aroosa"), ("Javeria", "Aroosa", "Farooq")),
            (("Wong", "Wai", "Kung"), ("Waikeung", "", "Wong")),
            (("Yip", "", "Xiao"), ("Xiaoyan", "", "Yip")),
            (("Wang", "", "Hoiching"), ("Hoi", "", "Wang")),
            (("Chan", "", "Yu Xuan"), ("Yu", "", "Chan")),
        ] {
            assert_eq!(levels(left, right), loosely, "{left:?} {right:?}");
        }
        assert_eq!(levels(("Lou", "", "Lok-Hin"), ("Lok-Hin", "", "Liu")), Some((given_name::EXACT, family_name::SIMILAR)));
    }

    #[test]
    fn one_name_that_crosses_is_not_two_that_changed_places() {
        for (left, right) in [
            (("Li", "", "Ka-Ho"), ("Ka-Ho", "", "Okafor")),
            (("Wong", "", "W"), ("Wai", "", "Wong")),
            (("", "", "Wong"), ("Wong", "", "Wai")),
            (("Tim", "", "Teal"), ("Teal", "", "Tom")),
            (("Hussain", "", "Omar"), ("Omar", "", "Hassan")),
            (("Sam", "", "Teal"), ("Teal", "", "Samira")),
        ] {
            assert_eq!(levels(left, right), None, "{left:?} {right:?}");
        }
    }

    #[test]
    fn a_middle_name_that_completes_the_other_name_is_not_compared_again() {
        let uses_middle = |right: &Names| swapped(&names("Wong", "Wai", "Kung"), right).map(|(.., uses_middle)| uses_middle);
        assert_eq!(uses_middle(&names("Waikeung", "James", "Wong")), Some(true));
        assert_eq!(uses_middle(&names("Kung", "James", "Wong")), Some(false));
    }
}
