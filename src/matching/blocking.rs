//! Blocking keys: records that share a key are compared. Stable 64-bit hashes, stored as bigint in an indexed column.
//!
//! Each rule is a set of parts that records of one person usually share. A key that too many records have (frozen in the model) is replaced by finer
//! keys: the same parts with one more, in an order that each rule states.

use super::{
    Model, Profile, hashing,
    normalise::{address::Dwelling, word::Word},
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
];

/// Computes the keys of a profile: sorted, without repetition. `keys` is cleared first.
pub fn blocking_keys(profile: &Profile, model: &Model, keys: &mut Vec<i64>) {
    keys.clear();
    let mut emitter = Emitter { model, keys, rules: None };
    emit_all(profile, &mut emitter);
    keys.sort_unstable();
    keys.dedup();
}

/// The keys together with the number of the rule that made each, for measuring what each rule brings.
#[must_use]
pub fn keys_by_rule(profile: &Profile, model: &Model) -> Vec<(i64, u8)> {
    let mut keys = Vec::new();
    let mut emitter = Emitter { model, keys: &mut keys, rules: Some(Vec::new()) };
    emit_all(profile, &mut emitter);
    let rules = emitter.rules.unwrap_or_default();
    keys.into_iter().zip(rules).collect()
}

struct Emitter<'model, 'keys> {
    model: &'model Model,
    keys: &'keys mut Vec<i64>,
    rules: Option<Vec<u8>>,
}

impl Emitter<'_, '_> {
    /// Emits the key of `parts`; where it is over-frequent, with as many of `finer` added as it takes. A part not known is 0 and keeps its place.
    fn emit(&mut self, rule: &str, parts: &[u64], finer: &[u64]) {
        let Some(number) = RULES.iter().position(|known| *known == rule) else { return };
        if parts.contains(&0) || !self.model.uses_rule(rule) {
            return;
        }
        let number = u8::try_from(number).expect("there are fewer than 256 rules");
        let mut hash = hashing::numbers(u64::from(number) + 0x100, parts);
        for part in finer {
            if !self.model.is_refined(hashing::as_bigint(hash)) {
                break;
            }
            hash = hashing::numbers(u64::from(number) + 0x200, &[hash, *part]);
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
    postcode: u64,
}

fn emit_all(profile: &Profile, emitter: &mut Emitter<'_, '_>) {
    let parts = parts(profile);
    let names = &profile.names;
    let mut givens = given_codes(names.given.iter().chain(&names.other_given).chain(names.given_parts.first()));
    let mut families: Vec<u64> = names.family.iter().chain(&names.other_family).chain(&names.family_parts).map(family_code).collect();
    for list in [&mut givens, &mut families] {
        list.sort_unstable();
        list.dedup();
    }
    let Parts { date_unordered, year, month, day_of_year, given_letters, family_letters, postcode } = parts;
    let age = profile.age.map_or(0, |age| u64::from(age) + 1);
    emitter.emit("date", &[date_unordered], &[family_letters, given_letters]);
    let (low, high) = (given_letters.min(family_letters), given_letters.max(family_letters));
    emitter.emit("letters_year", &[low, high, year], &[month, postcode]);
    emitter.emit("postcode_year", &[postcode, year], &[family_letters, given_letters]);
    for family in &families {
        emitter.emit("family", &[*family], &[given_letters, year]);
        emitter.emit("family_age", &[*family, age], &[given_letters]);
        emitter.emit("family_day", &[*family, day_of_year], &[given_letters]);
        emitter.emit("family_postcode", &[*family, postcode], &[given_letters, year]);
    }
    for given in &givens {
        emitter.emit("given", &[*given], &[family_letters, year]);
        emitter.emit("given_age", &[*given, age], &[family_letters]);
        emitter.emit("given_day", &[*given, day_of_year], &[family_letters, postcode]);
        emitter.emit("given_postcode", &[*given, postcode], &[year, family_letters]);
        for family in &families {
            emitter.emit("names", &[*given.min(family), *given.max(family)], &[year, month, postcode]);
        }
    }
    emit_places(profile, &parts, &givens, &families, emitter);
    emit_family_homes(profile, &parts, &givens, &families, emitter);
    for identifier in profile.identifiers.iter().filter(|identifier| identifier.valid) {
        emitter.emit("identifier", &[identifier.name, identifier.hash], &[given_letters, year]);
    }
    for value in &profile.reach {
        emitter.emit("reach", &[value.word.hash()], &[given_letters, year]);
    }
}

fn emit_places(profile: &Profile, parts: &Parts, givens: &[u64], families: &[u64], emitter: &mut Emitter<'_, '_>) {
    for dwelling in &profile.dwellings {
        let street = dwelling.street.map_or(0, |street| u64::from(street.phonetic()));
        let house = house(dwelling);
        let postcode = u64::from_be_bytes(dwelling.postcode);
        for family in families {
            emitter.emit("house_family", &[house, *family], &[parts.given_letters, parts.year]);
            emitter.emit("family_street", &[*family, street], &[parts.given_letters, parts.year]);
        }
        for given in givens {
            emitter.emit("house_given", &[house, *given], &[parts.family_letters, parts.year]);
            emitter.emit("given_street", &[*given, street], &[parts.family_letters, parts.year]);
        }
        emitter.emit("house", &[street, house], &[parts.year, parts.given_letters]);
        emitter.emit("postcode_house", &[postcode, house], &[parts.given_letters, parts.year]);
    }
}

/// Where the family lives, beside a name: the rules are those of the person's own address, so that the keys meet.
fn emit_family_homes(profile: &Profile, parts: &Parts, givens: &[u64], families: &[u64], emitter: &mut Emitter<'_, '_>) {
    for home in &profile.family_homes {
        let (house, postcode) = (house(home), u64::from_be_bytes(home.postcode));
        for family in families {
            emitter.emit("house_family", &[house, *family], &[parts.given_letters, parts.year]);
            emitter.emit("family_postcode", &[*family, postcode], &[parts.given_letters, parts.year]);
        }
        for given in givens {
            emitter.emit("house_given", &[house, *given], &[parts.family_letters, parts.year]);
            emitter.emit("given_postcode", &[*given, postcode], &[parts.year, parts.family_letters]);
        }
    }
}

fn house(dwelling: &Dwelling) -> u64 {
    if dwelling.has_number() { u64::from_be_bytes(dwelling.number) } else { dwelling.name.map_or(0, |name| name.hash()) }
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
    Parts {
        date_unordered,
        year,
        month,
        day_of_year: readable.map_or(0, BirthDigits::day_of_year),
        given_letters: names.given.as_ref().map_or(0, letters),
        family_letters: names.family.as_ref().map_or(0, letters),
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
