//! Addresses: from the same dwelling to nothing in common, each part weighed given the part around it, so that postcode and street do not count twice.

use super::{
    Finding, Findings, Scope, level_of, name,
    name_likeness::{family_level, given_level},
    strings,
};
use crate::matching::{
    Model,
    field::{address_time, dwelling, family_name, given_name, postcode, street, table, town},
    normalise::{
        address::{Dwelling, trimmed},
        word::Word,
    },
    profile::Profile,
};

/// The pair of addresses, one of each side, that agrees best.
#[derive(Debug)]
pub struct Place {
    findings: [Finding; 6],
    length: usize,
    /// Whether it is the same dwelling, as far as is known: the street agrees, and the number is the same, nearly so, or not known.
    pub same_dwelling: bool,
    /// Whether it is, or a British postcode agrees and nothing more is known on one side.
    pub may_be_same_dwelling: bool,
    /// Whether number, street and postcode (or town, where a side has no postcode) tell that it is one home, and not one that many people share.
    is_one_home: bool,
}

impl Place {
    /// Adds what was found to the findings of the whole comparison.
    pub fn add_to(&self, findings: &mut Findings) {
        let names = names_context(findings.level(table::FAMILY_NAME), findings.level(table::GIVEN_NAME));
        for finding in &self.findings[..self.length] {
            let context = if finding.table == table::ADDRESS_TIME { names } else { finding.context };
            findings.add(finding.table, context, finding.level, finding.frequency_bits);
        }
    }

    /// Two people who share a rare postcode or street mostly live together: within one dwelling, rarity says nothing more.
    fn forget_rarity(&mut self) {
        for finding in &mut self.findings[..self.length] {
            finding.frequency_bits = 0.0;
        }
    }

    fn bits(&self, model: &Model) -> f64 {
        self.findings[..self.length].iter().map(|finding| model.bits(finding)).sum()
    }

    /// An order of what was found, whatever it says.
    fn is_before(&self, other: &Self) -> bool {
        fn found(place: &Place) -> impl Iterator<Item = (u8, u8, u8, u32)> {
            let of = |finding: &Finding| (finding.table, finding.context, finding.level, finding.frequency_bits.to_bits());
            place.findings[..place.length].iter().map(of)
        }
        let flags = |place: &Self| (place.may_be_same_dwelling, place.is_one_home);
        found(self).cmp(found(other)).then(flags(self).cmp(&flags(other))).is_lt()
    }

    fn add(&mut self, table: u8, context: u8, level: u8, frequency_bits: f32) {
        self.findings[self.length] = Finding { table, context, level, frequency_bits };
        self.length += 1;
    }
}

/// The context of `address_time`. Another family name in one home is mostly that of whoever lived there before, and two given names are those of two
/// brothers whose families share the home; unless one of them is a mere initial, or a first name that is often left out.
fn names_context(family: Option<u8>, given: Option<u8>) -> u8 {
    if family.is_some_and(|level| level > family_name::FORMER) {
        return address_time::context::FAMILY_NAMES_DIFFER;
    }
    match given {
        Some(given_name::REMOTE | given_name::DIFFERENT) => address_time::context::GIVEN_NAMES_DIFFER,
        Some(given_name::INITIAL_DIFFERS | given_name::WEAK_DIFFERS) => address_time::context::GIVEN_NAMES_MAY_BE_ONE,
        _ => address_time::context::NAMES_AGREE,
    }
}

/// Compares every address of one side with every one of the other and keeps the pair of most bits. Where there is a choice, a former address
/// weighs less: several chances make an agreement by accident likelier.
#[must_use]
pub fn best_pair(left: &Profile, right: &Profile, scope: Scope, model: &Model) -> Option<Place> {
    let no_homes = [left, right].iter().all(|side| side.family_homes.is_empty() && side.relatives_homes.is_empty());
    if let ([one], [other], true) = (&*left.dwellings, &*right.dwellings, no_homes) {
        return Some(compare(one, other)).filter(|place| place.length > 0); // there is no choice
    }
    let several = left.dwellings.len() * right.dwellings.len() > 1;
    let mut best: Option<(f64, Place)> = None;
    for (left_place, one) in left.dwellings.iter().enumerate() {
        for (right_place, other) in right.dwellings.iter().enumerate() {
            let mut place = compare(one, other);
            if place.length == 0 {
                continue;
            }
            if several {
                let current = left_place == 0 && right_place == 0;
                place.add(table::ADDRESS_TIME, 0, if current { address_time::CURRENT } else { address_time::FORMER }, 0.0);
            }
            keep_better(&mut best, place.bits(model), place);
        }
    }
    // Who lives in one dwelling by their own records is no likelier one person where their relatives lived together too, as brothers' do.
    let one_dwelling = best.as_ref().is_some_and(|(_, place)| place.same_dwelling);
    if scope.family_homes
        && let Some((bits, place)) = best_with_family_homes(left, right, scope.relatives_homes && !one_dwelling, model)
        && best.as_ref().is_none_or(|(known, _)| bits > *known)
    {
        return Some(place);
    }
    best.map(|(_, place)| place)
}

/// Of two pairs of addresses the one of more bits; of equal ones, that which is one dwelling; else one that does not depend on which was met first, and so
/// not on the side from which they are compared.
fn keep_better(best: &mut Option<(f64, Place)>, bits: f64, place: Place) {
    let is_better = |(known_bits, known): &(f64, Place)| {
        let (this, that) = ((bits, place.same_dwelling), (*known_bits, known.same_dwelling));
        this > that || (this == that && place.is_before(known))
    };
    if best.as_ref().is_none_or(is_better) {
        *best = Some((bits, place));
    }
}

/// The pair of most bits where one side, or both, is where the family lives that tells of the person. It counts only where it speaks for one person:
/// a parent need not live with the child. Two homes of one family are the same anyway: they are compared only of people who may stand in one place in it,
/// and not of a father and a brother of one name. Where `relatives` is set, what resolution knows of relatives' homes counts as well.
fn best_with_family_homes<'side>(left: &'side Profile, right: &'side Profile, relatives: bool, model: &Model) -> Option<(f64, Place)> {
    let mut best: Option<(f64, Place)> = None;
    let levels = FamilyLevels::of(left, right);
    let family = name::both(left.names.family.as_ref(), right.names.family.as_ref(), family_level).map(|(level, _)| level);
    let given = name::both(left.names.given.as_ref(), right.names.given.as_ref(), given_level).map(|(level, _)| level);
    let names = names_context(family, given);
    let may_be_one = left.born_between.are_alike(right.born_between);
    let homes_of_row = |side: &'side Profile| if may_be_one { &*side.family_homes } else { &[] };
    let relatives_homes = |side: &'side Profile| if relatives { &*side.relatives_homes } else { &[] };
    let all_homes = |side: &'side Profile| side.family_homes.iter().chain(relatives_homes(side));
    let of_left = all_homes(left).flat_map(|home| right.dwellings.iter().map(move |other| (home, other, levels.of_left)));
    let of_right = all_homes(right).flat_map(|home| left.dwellings.iter().map(move |other| (other, home, levels.of_right)));
    // What relatives tell of both is no agreement: brothers have the same relatives.
    let both = homes_of_row(left).iter().flat_map(|home| all_homes(right).map(move |other| (home, other)));
    let both = both.chain(relatives_homes(left).iter().flat_map(|home| homes_of_row(right).iter().map(move |other| (home, other))));
    let pairs = both.map(|(home, other)| (home, other, levels.both)).chain(of_left).chain(of_right);
    for (one, other, level) in pairs {
        let mut place = compare(one, other);
        // A house number that differs in a digit is mostly a neighbour's: that a row tells of somebody next door says nothing.
        let is_next_door = level_of(&place.findings[..place.length], table::DWELLING) == Some(dwelling::CLOSE);
        if place.length == 0 || !place.may_be_same_dwelling || is_next_door {
            continue;
        }
        place.add(table::ADDRESS_TIME, names, if place.is_one_home { level } else { address_time::FAMILY }, 0.0);
        let bits = place.bits(model);
        if bits > 0.0 {
            keep_better(&mut best, bits, place);
        }
    }
    best
}

/// What an agreement with a family's home says, by whose home it is.
struct FamilyLevels {
    both: u8,
    of_left: u8,
    of_right: u8,
}

impl FamilyLevels {
    /// In one home there is mostly one mother and one father; and of those of one sex who live there, few others are old enough.
    fn of(left: &Profile, right: &Profile) -> Self {
        let is_one_sex = left.sex.is_some() && left.sex == right.sex;
        let if_so = |is_so: bool, level: u8| if is_one_sex && is_so { level } else { address_time::FAMILY_HOME };
        Self {
            both: if_so(left.elder_until.is_some() && right.elder_until.is_some(), address_time::SAME_PARENT),
            of_left: if_so(left.may_be_born_as(right), address_time::FAMILY_ADULT),
            of_right: if_so(right.may_be_born_as(left), address_time::FAMILY_ADULT),
        }
    }
}

fn compare(left: &Dwelling, right: &Dwelling) -> Place {
    let mut place =
        Place { findings: [Finding::default(); 6], length: 0, same_dwelling: false, may_be_same_dwelling: false, is_one_home: false };
    let same_uprn = left.uprn != 0 && left.uprn == right.uprn;
    let code = postcode_level(left, right);
    if let Some(level) = code {
        place.add(table::POSTCODE, 0, level, left.postcode_frequency_bits.min(right.postcode_frequency_bits));
    }
    let postcode_agrees = code.is_some_and(|level| level <= postcode::CLOSE);
    let mut area_agrees = postcode_agrees;
    if let Some((level, bits)) = town_agreement(left.town.as_ref(), right.town.as_ref()) {
        // Within a district of postcodes the town is mostly one: it says nothing more.
        let district_agrees = code.is_some_and(|level| level <= postcode::DISTRICT);
        place.add(table::TOWN, u8::from(district_agrees), level, bits);
        area_agrees |= level <= town::CLOSE && code.is_none_or(|level| level <= postcode::DISTRICT);
    }
    if let Some((level, bits)) = locality(left, right) {
        place.add(table::LOCALITY, u8::from(area_agrees), level, bits);
    }
    let street_found = if same_uprn { Some((street::SAME, 0.0)) } else { street_agreement(left, right) };
    if let Some((level, bits)) = street_found {
        // A town has hundreds of streets, a postcode one or two.
        place.add(table::STREET, u8::from(postcode_agrees), level, bits);
    }
    let within_postcode = left.postcode_parts[0] > 0 && code == Some(postcode::SAME);
    let street_agrees = street_found.map_or(within_postcode, |(level, _)| level <= street::CLOSE);
    let house = if same_uprn { Some(same(left, right)) } else { dwelling_level(left, right) };
    if let Some(level) = house {
        place.add(table::DWELLING, u8::from(street_agrees), level, 0.0);
    }
    let number_may_agree =
        house.is_none_or(|level| matches!(level, dwelling::SAME | dwelling::BUILDING | dwelling::DIGITS_SWAPPED | dwelling::CLOSE));
    let known = street_found.is_some() || house.is_some();
    place.same_dwelling = known && street_agrees && number_may_agree;
    place.may_be_same_dwelling = street_agrees && number_may_agree;
    let town_agrees = town_agreement(left.town.as_ref(), right.town.as_ref()).is_some_and(|(level, _)| level <= town::CLOSE);
    let in_one_place = code.map_or(town_agrees || same_uprn, |level| level <= postcode::CLOSE);
    place.is_one_home = street_found.is_some() && street_agrees && house == Some(dwelling::SAME) && in_one_place;
    if place.same_dwelling {
        place.forget_rarity();
    }
    place
}

fn postcode_level(left: &Dwelling, right: &Dwelling) -> Option<u8> {
    let (one, other) = (left.postcode_characters(), right.postcode_characters());
    if one.is_empty() || other.is_empty() {
        return None;
    }
    if one == other {
        return Some(postcode::SAME);
    }
    let agree_up_to = |place: usize| {
        let (one_length, other_length) = (usize::from(left.postcode_parts[place]), usize::from(right.postcode_parts[place]));
        one_length > 0 && one_length == other_length && one[..one_length] == other[..other_length]
    };
    // In a British postcode the last two letters tell neighbours apart: one letter off there is as likely the next street as a slip.
    let british = left.postcode_parts[0] > 0 && right.postcode_parts[0] > 0;
    if !(british && agree_up_to(0)) && one.len().min(other.len()) >= 4 && strings::edits_up_to_one(one, other).is_some() {
        return Some(postcode::CLOSE);
    }
    Some(match () {
        () if agree_up_to(0) => postcode::SECTOR,
        () if agree_up_to(1) => postcode::DISTRICT,
        () if agree_up_to(2) => postcode::AREA,
        () => postcode::DIFFERENT,
    })
}

fn town_agreement(left: Option<&Word>, right: Option<&Word>) -> Option<(u8, f32)> {
    let (left, right) = (left?, right?);
    let bits = left.frequency_bits.min(right.frequency_bits);
    let level = if left.hash() == right.hash() {
        town::SAME
    } else if alike(left, right, 0.9) {
        town::CLOSE
    } else {
        town::DIFFERENT
    };
    Some((level, bits))
}

/// The line between street and town; it may also stand where the other side has its street or house name.
fn locality(left: &Dwelling, right: &Dwelling) -> Option<(u8, f32)> {
    let found = town_agreement(left.locality.as_deref(), right.locality.as_deref());
    if found.is_some_and(|(level, _)| level < town::DIFFERENT) {
        return found;
    }
    let crossed = |one: &Dwelling, other: &Dwelling| {
        let agreed = [other.street.as_ref(), other.name.as_deref()]
            .into_iter()
            .filter_map(|crossed| town_agreement(one.locality.as_deref(), crossed));
        agreed
            .filter(|(level, _)| *level < town::DIFFERENT)
            .reduce(|one, other| if (other.0, -other.1) < (one.0, -one.1) { other } else { one })
    };
    let stronger = |one: (u8, f32), other: (u8, f32)| if (other.0, -other.1) < (one.0, -one.1) { other } else { one };
    crossed(left, right).into_iter().chain(crossed(right, left)).reduce(stronger).or(found)
}

/// Whether two words are one edit apart, or alike by at least so much, which is .84 or more.
fn alike(left: &Word, right: &Word, least: f64) -> bool {
    if !left.may_be_as_alike(right, least) {
        return false;
    }
    let (one, other) = (left.letters(), right.letters());
    (one.len().min(other.len()) >= 4 && strings::edits_up_to_one(one, other).is_some()) || strings::jaro_winkler(one, other) >= least
}

fn street_agreement(left: &Dwelling, right: &Dwelling) -> Option<(u8, f32)> {
    let (one, other) = (left.street.as_ref()?, right.street.as_ref()?);
    let bits = one.frequency_bits.min(other.frequency_bits);
    let one_type = left.street_type == right.street_type || left.street_type == 0 || right.street_type == 0;
    let level = if one.hash() == other.hash() {
        if one_type { street::SAME } else { street::CLOSE }
    } else if alike(one, other, 0.92) {
        street::CLOSE
    } else if alike(one, other, 0.84) {
        street::SIMILAR
    } else {
        street::DIFFERENT
    };
    Some((level, bits))
}

fn same(left: &Dwelling, right: &Dwelling) -> u8 {
    if left.is_shared() || right.is_shared() { dwelling::SHARED_PLACE } else { dwelling::SAME }
}

fn dwelling_level(left: &Dwelling, right: &Dwelling) -> Option<u8> {
    if left.has_number() && right.has_number() {
        let (one, other) = (trimmed(&left.number), trimmed(&right.number));
        return Some(if one == other {
            if left.flat == right.flat { same(left, right) } else { dwelling::BUILDING }
        } else if strings::are_neighbours_swapped(one, other) {
            dwelling::DIGITS_SWAPPED
        } else if one.len().max(other.len()) >= 2 && strings::edits_up_to_one(one, other).is_some() {
            dwelling::CLOSE
        } else {
            dwelling::DIFFERENT
        });
    }
    let (one, other) = (left.name.as_ref()?, right.name.as_ref()?);
    Some(if one.hash() == other.hash() || alike(one, other, 0.92) {
        if left.flat == right.flat { same(left, right) } else { dwelling::BUILDING }
    } else {
        dwelling::DIFFERENT
    })
}
