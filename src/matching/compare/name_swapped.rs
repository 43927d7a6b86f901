//! Given and family name that have changed places.

use super::{
    name::{Agreement, stronger},
    name_likeness::{Likeness, likeness},
};
use crate::matching::{
    field::{family_name, given_name},
    normalise::{names::Names, variants, word::Word},
};

/// Given name against family name and the other way round; both must agree, and one of them exactly or closely. Which of the two stands as the given
/// name's agreement is settled by the agreements themselves, so that it is the same from both sides.
pub(super) fn swapped(left: &Names, right: &Names) -> Option<(Agreement, Agreement)> {
    let (one, other) = match (given_as_family(left, right.family.as_ref()), given_as_family(right, left.family.as_ref())) {
        (Some(one), Some(other)) => (one, other),
        (Some(one), None) => (one, loosely_crossed(right, left)?),
        (None, Some(other)) => (other, loosely_crossed(left, right)?),
        (None, None) => return None,
    };
    let (first, second) = if (one.0, one.1) <= (other.0, other.1) { (one, other) } else { (other, one) };
    let given = if first.0 == CROSSED_EXACT { given_name::EXACT } else { given_name::CLOSE };
    let family = match second.0 {
        CROSSED_EXACT => family_name::EXACT,
        CROSSED_CLOSE => family_name::CLOSE,
        _ => family_name::VARIANT,
    };
    Some(((given, first.1), (family, second.1)))
}

/// How a given name agrees with a family name.
const CROSSED_EXACT: u8 = 0;
const CROSSED_CLOSE: u8 = 1;
const CROSSED_LOOSELY: u8 = 2;

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

/// A family name that is a form of the other side's given name ("Hill, Steven" beside "Stephen Hill"), or stands among its middle names, where the first
/// was left out ("Farooq Aroosa" beside "Javeria Aroosa Farooq").
fn loosely_crossed(named: &Names, other: &Names) -> Option<Agreement> {
    let family = other.family.as_ref().filter(|family| !family.is_initial() && !family.is_weak())?;
    let form = named.given.as_ref().filter(|given| given.is_of_groups(&variants::given_name_groups(family.text())));
    let same = |middle: &&Word| middle.hash() == family.hash();
    let found = form.into_iter().chain(named.middle.iter().filter(same));
    found.map(|word| (CROSSED_LOOSELY, word.frequency_bits.min(family.frequency_bits))).reduce(stronger)
}
