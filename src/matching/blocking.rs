//! Blocking keys: records that share a key are compared. Stable 64-bit hashes, stored as bigint in an indexed column.
//!
//! Each rule is a set of parts that records of one person usually share. A key that too many records have (frozen in the model) is replaced by finer
//! keys: the same parts with one more, in an order that each rule states.

use super::{
    Model, Profile, hashing,
    key_set::KeySet,
    normalise::{address::Dwelling, names::Names, word::Word},
    profile::BirthDigits,
};

/// The rules by name, as the model file and the measured gains name them. The place in the list is the rule's number in the hash: rules are added
/// at the end only.
pub const RULES: &[&str] = &[
    "date",
    "names",
    "family_day",
    "given_day",
    "family_postcode",
    "given_postcode",
    "family_street",
    "given_street",
    "house",
    "postcode_house",
    "postcode_year",
    "letters_year",
    "identifier",
    "reach",
    "family",
    "given",
    "family_age",
    "given_age",
    "house_family",
    "house_given",
    "house_letters",
];

/// The rules by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Rule {
    Date,
    Names,
    FamilyDay,
    GivenDay,
    FamilyPostcode,
    GivenPostcode,
    FamilyStreet,
    GivenStreet,
    House,
    PostcodeHouse,
    PostcodeYear,
    LettersYear,
    Identifier,
    Reach,
    Family,
    Given,
    FamilyAge,
    GivenAge,
    HouseFamily,
    HouseGiven,
    HouseLetters,
}

/// Computes the keys of a profile: sorted, without repetition. `keys` is cleared first.
pub fn blocking_keys(profile: &Profile, model: &Model, keys: &mut Vec<i64>) {
    keys.clear();
    let mut emitter = Emitter { model, keys, rules: None, below: None };
    emit_all(profile, &mut emitter);
    keys.sort_unstable();
    keys.dedup();
}

/// Of the keys of a profile those that stand in the place of one of `refined`, as [`blocking_keys`] gives them.
pub(crate) fn keys_below(profile: &Profile, model: &Model, refined: &KeySet, keys: &mut Vec<i64>) {
    keys.clear();
    let mut emitter = Emitter { model, keys, rules: None, below: Some(refined) };
    emit_all(profile, &mut emitter);
    keys.sort_unstable();
    keys.dedup();
}

/// The keys together with the number of the rule that made each, for measuring what each rule brings.
#[must_use]
pub fn keys_by_rule(profile: &Profile, model: &Model) -> Vec<(i64, u8)> {
    let mut keys = Vec::new();
    let mut emitter = Emitter { model, keys: &mut keys, rules: Some(Vec::new()), below: None };
    emit_all(profile, &mut emitter);
    let rules = emitter.rules.unwrap_or_default();
    keys.into_iter().zip(rules).collect()
}

struct Emitter<'model, 'keys> {
    model: &'model Model,
    keys: &'keys mut Vec<i64>,
    rules: Option<Vec<u8>>,
    /// Only keys that stand in the place of one of these are wanted.
    below: Option<&'keys KeySet>,
}

impl Emitter<'_, '_> {
    /// Emits the key of `parts`; where it is over-frequent, with as many of `finer` added as it takes. A part not known is 0 and keeps its place.
    fn emit(&mut self, rule: Rule, parts: &[u64], finer: &[u64]) {
        let number = rule as u8;
        if parts.contains(&0) || !self.model.uses_rule(number) {
            return;
        }
        let mut hash = hashing::numbers(u64::from(number) + 0x100, parts);
        let mut is_wanted = self.below.is_none();
        for part in finer {
            if !self.model.is_refined(hashing::as_bigint(hash)) {
                break;
            }
            is_wanted |= self.below.is_some_and(|refined| refined.contains(hashing::as_bigint(hash)));
            hash = hashing::numbers(u64::from(number) + 0x200, &[hash, *part]);
        }
        // The finest of a rule's keys is refined in vain and stays.
        if !is_wanted && !self.below.is_some_and(|refined| refined.contains(hashing::as_bigint(hash))) {
            return;
        }
        self.keys.push(hashing::as_bigint(hash));
        if let Some(rules) = &mut self.rules {
            rules.push(number);
        }
    }
}

/// What the rules are made of; 0 stands for not known.
struct Parts {
    date_unordered: u64,
    year: u64,
    month: u64,
    day_of_year: u64,
    given_letters: u64,
    family_letters: u64,
    /// The letters of both names, the lower first: the same where the two have changed places.
    letters: [u64; 2],
    postcode: u64,
}

fn emit_all(profile: &Profile, emitter: &mut Emitter<'_, '_>) {
    let parts = parts(profile);
    let names = &profile.names;
    let mut givens = given_codes(names.given.iter().chain(names.other_given()).chain(names.given_parts().first()));
    let mut families: Vec<u64> = names.family.iter().chain(names.other_family()).chain(names.family_parts()).map(family_code).collect();
    for list in [&mut givens, &mut families] {
        list.sort_unstable();
        list.dedup();
    }
    let Parts { date_unordered, year, month, day_of_year, given_letters, family_letters, letters: [low, high], postcode } = parts;
    let age = profile.age.map_or(0, |age| u64::from(age) + 1);
    emitter.emit(Rule::Date, &[date_unordered], &[family_letters, given_letters]);
    emitter.emit(Rule::LettersYear, &[low, high, year], &[month, postcode]);
    emitter.emit(Rule::PostcodeYear, &[postcode, year], &[family_letters, given_letters]);
    for family in &families {
        emitter.emit(Rule::Family, &[*family], &[given_letters, year]);
        emitter.emit(Rule::FamilyAge, &[*family, age], &[given_letters]);
        emitter.emit(Rule::FamilyDay, &[*family, day_of_year], &[given_letters]);
        emitter.emit(Rule::FamilyPostcode, &[*family, postcode], &[given_letters, year]);
    }
    for given in &givens {
        emitter.emit(Rule::Given, &[*given], &[family_letters, year]);
        emitter.emit(Rule::GivenAge, &[*given, age], &[family_letters]);
        emitter.emit(Rule::GivenDay, &[*given, day_of_year], &[family_letters, postcode]);
        emitter.emit(Rule::GivenPostcode, &[*given, postcode], &[year, family_letters]);
        for family in &families {
            emitter.emit(Rule::Names, &[*given.min(family), *given.max(family)], &[year, month, postcode]);
        }
    }
    emitter.emit(Rule::Names, &[ring(names)], &[year, month, postcode]);
    emit_places(profile, &parts, &givens, &families, emitter);
    emit_family_homes(profile, &parts, &givens, &families, emitter);
    for identifier in profile.identifiers.iter().filter(|identifier| identifier.valid) {
        emitter.emit(Rule::Identifier, &[identifier.name, identifier.hash], &[given_letters, year]);
    }
    for value in &profile.reach {
        emitter.emit(Rule::Reach, &[value.word.hash()], &[given_letters, year]);
    }
}

fn emit_places(profile: &Profile, parts: &Parts, givens: &[u64], families: &[u64], emitter: &mut Emitter<'_, '_>) {
    for dwelling in &profile.dwellings {
        let street = dwelling.street.as_ref().map_or(0, |street| u64::from(street.phonetic()));
        let house = house(dwelling);
        let postcode = u64::from_be_bytes(dwelling.postcode);
        for family in families {
            emitter.emit(Rule::HouseFamily, &[house, *family], &[parts.given_letters, parts.year]);
            emitter.emit(Rule::FamilyStreet, &[*family, street], &[parts.given_letters, parts.year]);
        }
        for given in givens {
            emitter.emit(Rule::HouseGiven, &[house, *given], &[parts.family_letters, parts.year]);
            emitter.emit(Rule::GivenStreet, &[*given, street], &[parts.family_letters, parts.year]);
        }
        emitter.emit(Rule::House, &[street, house], &[parts.year, parts.given_letters]);
        emitter.emit(Rule::HouseLetters, &[house, parts.letters[0], parts.letters[1]], &[street]);
        emitter.emit(Rule::PostcodeHouse, &[postcode, house], &[parts.given_letters, parts.year]);
    }
}

/// Where the family lives, beside a name: the rules are those of the person's own address, so that the keys meet.
fn emit_family_homes(profile: &Profile, parts: &Parts, givens: &[u64], families: &[u64], emitter: &mut Emitter<'_, '_>) {
    for home in &profile.family_homes {
        let (house, postcode) = (house(home), u64::from_be_bytes(home.postcode));
        let street = home.street.as_ref().map_or(0, |street| u64::from(street.phonetic()));
        emitter.emit(Rule::HouseLetters, &[house, parts.letters[0], parts.letters[1]], &[street]);
        for family in families {
            emitter.emit(Rule::HouseFamily, &[house, *family], &[parts.given_letters, parts.year]);
            emitter.emit(Rule::FamilyPostcode, &[*family, postcode], &[parts.given_letters, parts.year]);
        }
        for given in givens {
            emitter.emit(Rule::HouseGiven, &[house, *given], &[parts.family_letters, parts.year]);
            emitter.emit(Rule::GivenPostcode, &[*given, postcode], &[parts.year, parts.family_letters]);
        }
    }
}

fn house(dwelling: &Dwelling) -> u64 {
    if dwelling.has_number() { u64::from_be_bytes(dwelling.number) } else { dwelling.name.as_deref().map_or(0, Word::hash) }
}

fn parts(profile: &Profile) -> Parts {
    let birth = profile.birth_date.as_ref();
    let year = birth.and_then(BirthDigits::year).map_or(0, u64::from);
    let month = birth.and_then(BirthDigits::month).map_or(0, u64::from);
    // A partial date's day and month need not make a day of the calendar; as long as they can be read, they serve.
    let readable = birth.filter(|birth| birth.digits.iter().all(u8::is_ascii_digit));
    let (first, second) = readable.map_or((0, 0), |birth| (pair(&birth.digits[4..6]), pair(&birth.digits[6..])));
    let date_unordered = if readable.is_none() { 0 } else { year * 10_000 + first.min(second) * 100 + first.max(second) };
    let names = &profile.names;
    let (given_letters, family_letters) = (names.given.as_ref().map_or(0, letters), names.family.as_ref().map_or(0, letters));
    Parts {
        date_unordered,
        year,
        month,
        day_of_year: readable.map_or(0, BirthDigits::day_of_year),
        given_letters,
        family_letters,
        letters: [given_letters.min(family_letters), given_letters.max(family_letters)],
        postcode: profile.dwellings.first().map_or(0, |dwelling| u64::from_be_bytes(dwelling.postcode)),
    }
}

fn pair(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}

/// The first two letters.
fn letters(word: &Word) -> u64 {
    word.letters().iter().take(2).fold(1, |number, letter| number << 8 | u64::from(*letter))
}

/// The letters of a whole name in a ring, as a number: the same from whichever word it is begun, so that "Chi", "Ming" and "Yeung" meet "Yeung" and
/// "Chi-Ming", and a name that the tables know as a family name alone meets itself where the two have changed places. What is added up is a hash of each
/// two letters that stand side by side; of each word those that are kept. 0 where given or family name is not known, and where sound alone brings the two
/// together in either order: two words that the tables do not know as family names. (So such a given name in one word does not meet itself in two.)
fn ring(names: &Names) -> u64 {
    let (Some(given), Some(family)) = (&names.given, &names.family) else { return 0 };
    let are_two_words = names.middle.is_empty() && names.given_parts().is_empty() && names.family_parts().is_empty();
    if are_two_words && !family.is_listed() && !given.is_listed_as_family_name() {
        return 0;
    }
    let letters = || {
        given.letters().iter().chain(names.middle.iter().flat_map(Word::letters)).chain(family.letters()).map(|letter| u64::from(*letter))
    };
    let last = letters().next_back().unwrap_or(0);
    let pairs = letters().scan(last, |before, letter| Some(std::mem::replace(before, letter) << 8 | letter));
    pairs.fold(0_u64, |sum, pair| sum.wrapping_add(hashing::mixed(pair))).max(1)
}

/// How given names sound, and the groups of variants they stand in.
fn given_codes<'words>(words: impl IntoIterator<Item = &'words Word>) -> Vec<u64> {
    let mut codes = Vec::new();
    for word in words {
        codes.push(u64::from(word.phonetic()));
        codes.extend(word.groups().iter().filter(|group| **group != 0).take(3).map(|group| u64::from(*group) + (1 << 40)));
    }
    codes
}

fn family_code(word: &Word) -> u64 {
    match word.first_group() {
        0 => u64::from(word.phonetic()),
        group => u64::from(group) + (1 << 41),
    }
}
