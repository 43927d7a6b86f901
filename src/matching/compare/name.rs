//! Names: given and family name together, in the arrangement that agrees best.

use super::{
    Findings,
    name_further::{are_called_otherwise, are_two_by_middle_names, is_middle_initial, middle, tells, through_others},
    name_in_any_order::are_same_words,
    name_likeness::{family_level, given_level},
    name_swapped::swapped,
    strings,
};
use crate::matching::{
    field::{family_name, given_name, middle_names, name_order, table},
    normalise::{names::Names, word::Word},
};

/// A level with the frequency of what agreed.
pub(super) type Agreement = (u8, f32);

/// What is known beside the names.
#[derive(Clone, Copy, Default)]
pub struct Beside {
    /// Whether both may live in one dwelling, as far as can be seen.
    pub may_be_same_dwelling: bool,
    /// Whether a slip is likelier than another of the home by a name that is alike: both live in one dwelling, not both have a birth date, by which twins and
    /// brothers are told, and neither is a question.
    pub slips_are_likely: bool,
}

/// Compares all names. A family name shared in one dwelling says little, and a given name much: a household seldom has two of one name. Where it only may be
/// one dwelling, the family name says little unless the given names agree.
pub fn compare(left: &Names, right: &Names, beside: Beside, findings: &mut Findings) {
    let mut given = both(left.given.as_ref(), right.given.as_ref(), given_level).map(|found| with_parts(found, left, right));
    let mut family = both(left.family.as_ref(), right.family.as_ref(), family_level).map(|found| with_family_parts(found, left, right));
    let mut order = name_order::AS_GIVEN;
    let mut middle_used = false;
    if given.is_some_and(|(level, _)| level > given_name::EXACT)
        && let Some(frequency_bits) = run_together(left, right)
    {
        (given, middle_used) = (Some((given_name::EXACT, frequency_bits)), true);
    }
    if beside.slips_are_likely && given.is_some_and(|(level, _)| level > given_name::CLOSE) && is_one_name_but_for_a_slip(left, right) {
        (given, middle_used) = (Some((given_name::CLOSE, 0.0)), true);
    }
    if given.is_some_and(|(level, _)| level > given_name::CLOSE)
        && family.is_some_and(|(level, _)| level > family_name::CLOSE)
        && let Some((crossed_given, crossed_family, uses_middle)) = crossed(left, right)
    {
        (given, family, order) = (Some(crossed_given), Some(crossed_family), name_order::SWAPPED);
        middle_used |= uses_middle;
    }
    let two_callings =
        order == name_order::AS_GIVEN && given.is_some_and(|(level, _)| level <= given_name::CLOSE) && are_called_otherwise(left, right);
    if two_callings {
        (given, middle_used) = (Some((given_name::WEAK_DIFFERS, 0.0)), true);
    } else if given.is_some_and(|(level, _)| level >= given_name::SIMILAR) {
        if let Some(found) = through_others(&left.middle, left, &right.middle, right).filter(|_| !are_two_by_middle_names(left, right)) {
            (given, order, middle_used) = (Some(found), name_order::MIDDLE_FIRST, true);
        } else if let Some(found) = through_others(left.other_given(), left, right.other_given(), right) {
            (given, order) = (Some(found), name_order::ALIAS);
        } else if given.is_some_and(|(level, _)| level >= given_name::INITIAL_DIFFERS) && is_middle_initial(left, right) {
            (given, middle_used) = (Some((given_name::INITIAL, 0.0)), true);
        }
    }
    if family.is_some_and(|(level, _)| level >= family_name::SIMILAR)
        && let Some(frequency_bits) = shared_family(left, right)
    {
        family = Some((family_name::FORMER, frequency_bits));
    } else if order == name_order::AS_GIVEN
        && !middle_used
        && family.is_some_and(|(level, _)| level >= family_name::SIMILAR)
        && let Some(frequency_bits) = family_among_middle(left, right)
    {
        (family, middle_used) = (Some((family_name::PART, frequency_bits)), true);
    }
    if let Some((level, frequency_bits)) = given {
        findings.add(table::GIVEN_NAME, u8::from(findings.same_dwelling), level, frequency_bits);
    }
    let given_agrees = given.is_some_and(|(level, _)| level <= given_name::PART);
    let context = u8::from(findings.same_dwelling || (beside.may_be_same_dwelling && !given_agrees));
    if let Some((level, frequency_bits)) = family {
        findings.add(table::FAMILY_NAME, context, level, frequency_bits);
    }
    if given.is_some() && family.is_some() {
        findings.add(table::NAME_ORDER, 0, order, 0.0);
    }
    if two_callings {
        // That these two differ must not be lost beside a third record that knows the first name alone.
        findings.add(table::MIDDLE_NAMES, 0, middle_names::DIFFERENT, 0.0);
    } else if !middle_used && let Some((level, frequency_bits)) = middle(&left.middle, &right.middle) {
        findings.add(table::MIDDLE_NAMES, 0, level, frequency_bits);
    }
}

/// "Xin Yi" beside "Xin" with the middle name "Yi": the same name, parted otherwise; and so "Mary Ann", "Rose" beside "Mary", "Ann Rose".
fn run_together(left: &Names, right: &Names) -> Option<f32> {
    let are_same = |names: &Names, other: &Names| {
        let both = names.given.as_ref().zip(other.given_and_middle.as_ref());
        both.is_some_and(|(given, whole)| given.hash() == whole.hash())
    };
    let bits = |names: &Names| names.given.as_ref().map_or(0.0, |given| given.frequency_bits);
    let wholes = left.given_and_middle.as_ref().zip(right.given_and_middle.as_ref());
    let are_regrouped = wholes.is_some_and(|(one, other)| one.hash() == other.hash());
    (are_same(left, right) || are_same(right, left) || are_regrouped).then(|| bits(left).min(bits(right)))
}

/// Whether given and middle names run together are one name but for a slip, of which the short given name alone does not tell ("Wai Keung" and "Wao Keung",
/// "Hao Ran" and "Hso-Ran"). Two names of the tables are two, and of two letters one makes another name ("Yu Xuan" and "Yi Xuan").
fn is_one_name_but_for_a_slip(left: &Names, right: &Names) -> bool {
    const FEWEST_LETTERS: usize = 3;
    const FEWEST_TOGETHER: usize = 5;
    let (Some(one), Some(other)) = (left.given.as_ref(), right.given.as_ref()) else { return false };
    let in_parts = [left, right].map(|names| names.given_and_middle.as_deref());
    let are_two_names = one.is_listed() && other.is_listed();
    let shortest = one.letters().len().min(other.letters().len());
    // "Singh" and "Kaur", or an initial, behind two names make none of them.
    let tell = |names: &Names| names.middle.iter().all(|word| tells(word) && !word.is_initial());
    if in_parts == [None, None] || are_two_names || shortest < FEWEST_LETTERS || !tell(left) || !tell(right) {
        return false;
    }
    let [one, other] = [in_parts[0].unwrap_or(one), in_parts[1].unwrap_or(other)];
    let are_whole = one.is_whole() && other.is_whole() && one.letters().len().min(other.letters().len()) >= FEWEST_TOGETHER;
    are_whole && strings::edits_up_to_one(one.letters(), other.letters()).is_some()
}

/// Given and family name that have changed places; or the words of the whole name in another order, which leaves no middle name to compare.
fn crossed(left: &Names, right: &Names) -> Option<(Agreement, Agreement, bool)> {
    match swapped(left, right) {
        exact @ Some(((given_name::EXACT, _), (family_name::EXACT, _), _)) => exact,
        _ if are_same_words(left, right) => Some(((given_name::EXACT, 0.0), (family_name::EXACT, 0.0), true)),
        other => other,
    }
}

/// A family name that stands among the other side's middle names, as where a grandfather's name was dropped and the father's stands last.
fn family_among_middle(left: &Names, right: &Names) -> Option<f32> {
    let among = |names: &Names, middle: &[Word]| {
        let family = names.family.as_ref().filter(|family| !family.is_initial() && !family.is_weak())?;
        middle.iter().filter(|middle| middle.hash() == family.hash()).map(|middle| middle.frequency_bits.min(family.frequency_bits)).next()
    };
    let rarest = |one: Option<f32>, other: Option<f32>| one.into_iter().chain(other).reduce(f32::max);
    rarest(among(left, &right.middle), among(right, &left.middle))
}

/// How two words agree, where both are known.
pub(super) fn both(left: Option<&Word>, right: Option<&Word>, level: fn(&Word, &Word) -> u8) -> Option<Agreement> {
    let (left, right) = (left?, right?);
    Some((level(left, right), left.frequency_bits.min(right.frequency_bits)))
}

/// "Mary" beside "Mary Ann": a part that agrees lifts a weaker level, where the name of fewer parts has no other. Where each has one that the other has not,
/// these are two names: brothers of a Chinese family may share one of two syllables.
fn with_parts(found: Agreement, left: &Names, right: &Names) -> Agreement {
    if found.0 <= given_name::PART {
        return found;
    }
    let (one, other) = (left.given_parts(), right.given_parts());
    let Some(frequency_bits) = shared_part(one, left.given.as_ref(), other, right.given.as_ref(), false) else { return found };
    let holds = |names: &Names, part: &Word| {
        let fits = |known: &Word| matches!(given_level(known, part), 0..=given_name::SIMILAR | given_name::INITIAL);
        names.given_parts().iter().chain(&names.given).any(fits)
    };
    let is_part = |names: &Names, fewer: &Names| {
        let is_among = |whole: &Word| names.given_parts().iter().any(|part| are_same_or_variants(part, whole));
        fewer.given.as_ref().is_some_and(is_among) || fewer.given_parts().iter().all(|part| holds(names, part))
    };
    if is_part(left, right) || is_part(right, left) { (given_name::PART, frequency_bits) } else { (given_name::DIFFERENT, 0.0) }
}

fn are_same_or_variants(one: &Word, other: &Word) -> bool {
    one.hash() == other.hash() || one.is_variant_of(other)
}

fn with_family_parts(found: Agreement, left: &Names, right: &Names) -> Agreement {
    if found.0 <= family_name::PART {
        return found;
    }
    let parts = shared_part(left.family_parts(), left.family.as_ref(), right.family_parts(), right.family.as_ref(), true);
    parts.map_or(found, |frequency_bits| (family_name::PART, frequency_bits))
}

/// The rarest part that both have; `without_weak` passes over weak family names.
fn shared_part(left: &[Word], left_whole: Option<&Word>, right: &[Word], right_whole: Option<&Word>, without_weak: bool) -> Option<f32> {
    if left.is_empty() && right.is_empty() {
        return None;
    }
    let mut best: Option<f32> = None;
    for one in left.iter().chain(left_whole) {
        for other in right.iter().chain(right_whole) {
            if are_same_or_variants(one, other) && !(without_weak && (one.is_weak() || other.is_weak())) {
                best = Some(best.unwrap_or(f32::MIN).max(one.frequency_bits.min(other.frequency_bits)));
            }
        }
    }
    best
}

/// The lower level; of one level the rarer value.
pub(super) fn stronger(one: Agreement, other: Agreement) -> Agreement {
    if (other.0, -other.1) < (one.0, -one.1) { other } else { one }
}

/// A former or other family name, or one that relatives lend, that agrees with one of the other side.
fn shared_family(left: &Names, right: &Names) -> Option<f32> {
    fn own(names: &Names) -> impl Iterator<Item = &Word> {
        names.other_family().iter().chain(&names.family)
    }
    fn beside_each<'names>(
        names: impl Iterator<Item = &'names Word>,
        other: &'names Names,
    ) -> impl Iterator<Item = (&'names Word, &'names Word)> {
        names.flat_map(move |one| own(other).map(move |other| (one, other)))
    }
    // Two mothers of children of one name need not be one: what is lent to both says nothing.
    let all = beside_each(own(left), right)
        .chain(beside_each(left.lent_family().iter(), right))
        .chain(beside_each(right.lent_family().iter(), left));
    let agreeing = all.filter(|(one, other)| family_level(one, other) <= family_name::CLOSE);
    agreeing.map(|(one, other)| one.frequency_bits.min(other.frequency_bits)).reduce(f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(left: (&str, &str, &str), right: (&str, &str, &str)) -> [Option<u8>; 3] {
        let [given, family, order, _] = levels_in(false, left, right);
        [given, family, order]
    }

    fn levels_in(same_dwelling: bool, left: (&str, &str, &str), right: (&str, &str, &str)) -> [Option<u8>; 4] {
        let names = |(given, middle, family): (&str, &str, &str)| {
            let given_or_none = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            Names::new(&crate::domain::PersonDetails {
                given_name: given_or_none(given),
                middle_names: given_or_none(middle),
                family_name: given_or_none(family),
                ..crate::domain::PersonDetails::default()
            })
        };
        let both_ways = [(left, right), (right, left)].map(|(left, right)| {
            let mut findings = Findings { same_dwelling, ..Findings::default() };
            compare(&names(left), &names(right), Beside { slips_are_likely: same_dwelling, ..Beside::default() }, &mut findings);
            [table::GIVEN_NAME, table::FAMILY_NAME, table::NAME_ORDER, table::MIDDLE_NAMES].map(|table| findings.level(table))
        });
        assert_eq!(both_ways[0], both_ways[1]);
        both_ways[0]
    }

    #[test]
    fn a_given_name_parted_from_its_second_half_is_the_same_name() {
        let same = [Some(given_name::EXACT), Some(family_name::EXACT), Some(name_order::AS_GIVEN)];
        assert_eq!(levels(("Xin Yi", "", "Tsang"), ("Xin", "Yi", "Tsang")), same);
    }

    #[test]
    fn given_and_middle_names_parted_otherwise_are_the_same_names() {
        let same = [Some(given_name::EXACT), Some(family_name::EXACT), Some(name_order::AS_GIVEN)];
        assert_eq!(levels(("Mary", "Ann Rose", "Tsang"), ("Mary Ann", "Rose", "Tsang")), same);
    }

    #[test]
    fn three_words_in_another_order_are_the_same_name() {
        let same = [Some(given_name::EXACT), Some(family_name::EXACT), Some(name_order::SWAPPED)];
        assert_eq!(levels(("Xin Yi", "", "Tsang"), ("Tsang", "Yi", "Xin")), same);
    }

    #[test]
    fn words_in_another_order_leave_no_middle_name_that_differs_but_a_word_left_out_does() {
        let same = [Some(given_name::EXACT), Some(family_name::EXACT), Some(name_order::SWAPPED), None];
        assert_eq!(levels_in(false, ("Xiu", "Ying", "Wang"), ("Wang", "Xiu", "Ying")), same);
        let [.., order, middle] = levels_in(false, ("Javeria", "Aroosa", "Farooq"), ("Farooq", "Zoya", "Aroosa"));
        assert_eq!((order, middle), (Some(name_order::SWAPPED), Some(middle_names::DIFFERENT)));
    }

    #[test]
    fn names_that_are_alike_may_have_changed_places_too() {
        let same = [Some(given_name::EXACT), Some(family_name::EXACT), Some(name_order::SWAPPED)];
        assert_eq!(levels(("Lina", "", "Li"), ("Li", "", "Lina")), same);
    }

    #[test]
    fn in_one_home_a_short_name_with_a_slip_is_judged_together_with_the_middle_name() {
        let given = |same_dwelling, left, right| levels_in(same_dwelling, left, right)[0];
        for right in [("Wao", "Keung", "Lee"), ("Waokeung", "", "Lee"), ("Wao-Keung", "", "Lee")] {
            assert_eq!(given(true, ("Wai", "Keung", "Lee"), right), Some(given_name::CLOSE), "{right:?}");
        }
        assert!(given(false, ("Wai", "Keung", "Lee"), ("Wao", "Keung", "Lee")) > Some(given_name::CLOSE), "elsewhere");
        let [given_level, _, _, middle] = levels_in(true, ("Wai", "Keung", "Lee"), ("Wao", "Keung", "Lee"));
        assert_eq!((given_level, middle), (Some(given_name::CLOSE), None), "the slip and what is the same count once");
        for (left, right) in [
            (("Wai", "Keung", "Lee"), ("Wao", "Keunf", "Lee")),
            (("Yu", "Xuan", "Lee"), ("Yi", "Xuan", "Lee")),
            (("Tim", "James", "Lee"), ("Tom", "James", "Lee")),
            (("Wai", "", "Lee"), ("Wao", "", "Lee")),
            (("Ria", "Kaur", "Gill"), ("Sia", "Kaur", "Gill")),
            (("Ria", "K S", "Gill"), ("Sia", "K S", "Gill")),
        ] {
            assert_ne!(given(true, left, right), Some(given_name::CLOSE), "{left:?} {right:?}");
        }
    }

    #[test]
    fn a_family_name_put_first_is_the_same_name_however_the_rest_is_parted() {
        let same = [Some(given_name::EXACT), Some(family_name::EXACT), Some(name_order::SWAPPED)];
        assert_eq!(levels(("Tsang", "Xin", "Yi"), ("Xinyi", "", "Tsang")), same);
        assert_ne!(levels(("Tsang", "Xin", "Yi"), ("Yixin", "", "Tsang")), same);
    }

    #[test]
    fn a_given_name_in_two_parts_may_have_changed_places_with_the_family_name() {
        let [given, family, order] = levels(("Meng", "Yao", "Guo"), ("Guo", "", "Mengyao"));
        assert_eq!([given, family, order], [Some(given_name::EXACT), Some(family_name::EXACT), Some(name_order::SWAPPED)]);
    }

    #[test]
    fn who_is_called_by_a_middle_name_and_has_another_middle_name_is_somebody_else() {
        let order = |left, right| levels(left, right)[2];
        let sister = ("Deirdre", "Niamh", "Kelly");
        assert_eq!(order(("Niamh", "", "Kelly"), sister), Some(name_order::MIDDLE_FIRST));
        assert_eq!(order(("Niamh", "Deirdre", "Kelly"), sister), Some(name_order::MIDDLE_FIRST));
        assert_eq!(order(("Niamh", "D", "Kelly"), sister), Some(name_order::MIDDLE_FIRST));
        assert_eq!(order(("Niamh", "Caoimhe", "Kelly"), ("Deirdre", "Niamh Caoimhe", "Kelly")), Some(name_order::MIDDLE_FIRST));
        assert_eq!(order(("Ali", "Hassan", "Khan"), ("Mohammed", "Ali", "Khan")), Some(name_order::MIDDLE_FIRST), "of three names two");
        let [given, _, order_of_two, middle] = levels_in(false, ("Niamh", "Caoimhe", "Kelly"), sister);
        assert_eq!((given, order_of_two), (Some(given_name::DIFFERENT), Some(name_order::AS_GIVEN)));
        assert_eq!(middle, Some(middle_names::DIFFERENT));
    }

    #[test]
    fn a_middle_initial_may_be_that_of_the_name_in_use() {
        let [given, ..] = levels(("Mohammed", "H", "Ahmed"), ("Hassan", "", "Ahmed"));
        assert_eq!(given, Some(given_name::INITIAL));
    }

    #[test]
    fn a_family_name_among_the_middle_names_is_a_part_of_the_name() {
        let [_, family, _] = levels(("Ilhan", "Abshir", "Omar"), ("Ilhan", "", "Abshir"));
        assert_eq!(family, Some(family_name::PART));
    }

    #[test]
    fn singh_in_the_middle_says_nothing() {
        let middle =
            |name: &str| crate::domain::PersonDetails { middle_names: Some(name.into()), ..crate::domain::PersonDetails::default() };
        let mut findings = Findings::default();
        compare(&Names::new(&middle("Singh")), &Names::new(&middle("Singh")), Beside::default(), &mut findings);
        assert_eq!(findings.level(table::MIDDLE_NAMES), None);
    }
}
