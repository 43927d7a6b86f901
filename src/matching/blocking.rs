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
    "date_family",
    "date_given",
    "date_postcode",
    "date_letters",
    "names_year",
    "names_day",
    "names_area",
    "dwelling_letter",
    "postcode_given",
    "house_year",
    "house_given",
    "identifier",
    "reach",
    "names",
    "date_street",
    "given_month_family",
    "family_postcode_year",
    "partial_date_names",
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
    date: u64,
    date_unordered: u64,
    year: u64,
    month: u64,
    day_of_year: u64,
    given: u64,
    given_letters: u64,
    family_letters: u64,
    postcode: u64,
    area: u64,
}

fn emit_all(profile: &Profile, emitter: &mut Emitter<'_, '_>) {
    let parts = parts(profile);
    let names = &profile.names;
    let mut givens = given_codes(names.given.iter().chain(&names.other_given));
    if let [first, ..] = &*names.given_parts {
        givens.extend(given_codes([first]));
    }
    let mut families: Vec<u64> = names.family.iter().chain(&names.other_family).chain(&names.family_parts).map(family_code).collect();
    for list in [&mut givens, &mut families] {
        list.sort_unstable();
        list.dedup();
    }
    let Parts { date, date_unordered, year, month, day_of_year, postcode, area, .. } = parts;
    for family in &families {
        emitter.emit("date_family", &[date, *family], &[parts.given_letters]);
        emitter.emit("family_postcode_year", &[*family, postcode, year], &[parts.given_letters]);
    }
    for given in &givens {
        emitter.emit("date_given", &[date, *given], &[parts.family_letters, postcode]);
        emitter.emit("postcode_given", &[postcode, *given], &[year]);
        for family in &families {
            let (low, high) = (given.min(family), given.max(family));
            emitter.emit("names_year", &[*low, *high, year], &[month, area]);
            emitter.emit("names_day", &[*low, *high, day_of_year], &[area]);
            emitter.emit("names_area", &[*low, *high, area], &[year, postcode]);
            emitter.emit("names", &[*low, *high], &[year, month]);
            emitter.emit("given_month_family", &[*given, year, month, parts.family_letters], &[area]);
        }
    }
    emitter.emit("date_postcode", &[date, postcode], &[parts.given_letters]);
    let (low, high) = (parts.given_letters.min(parts.family_letters), parts.given_letters.max(parts.family_letters));
    emitter.emit("date_letters", &[date_unordered, low, high], &[parts.given]);
    emit_places(profile, &parts, emitter);
    for identifier in profile.identifiers.iter().filter(|identifier| identifier.valid) {
        emitter.emit("identifier", &[identifier.name, identifier.hash], &[parts.given, year]);
    }
    for value in &profile.reach {
        emitter.emit("reach", &[value.word.hash()], &[parts.given_letters, year]);
    }
}

fn emit_places(profile: &Profile, parts: &Parts, emitter: &mut Emitter<'_, '_>) {
    for dwelling in &profile.dwellings {
        let street = dwelling.street.map_or(0, |street| street.hash());
        let house = house(dwelling);
        let key = dwelling.key().unwrap_or(0);
        emitter.emit("dwelling_letter", &[key, parts.given_letters], &[parts.year]);
        emitter.emit("house_year", &[street, house, parts.year], &[parts.given_letters]);
        emitter.emit("house_given", &[street, house, parts.given], &[parts.year]);
        emitter.emit("date_street", &[parts.date, street], &[parts.given_letters]);
    }
}

fn house(dwelling: &Dwelling) -> u64 {
    if dwelling.has_number() { u64::from_be_bytes(dwelling.number) } else { dwelling.name.map_or(0, |name| name.hash()) }
}

fn parts(profile: &Profile) -> Parts {
    let birth = profile.birth_date.as_ref();
    let whole = birth.filter(|birth| birth.valid);
    let year = birth.and_then(BirthDigits::year).map_or(0, u64::from);
    let month = birth.and_then(BirthDigits::month).map_or(0, u64::from);
    let (day, date) = whole.map_or((0, 0), |birth| (birth.day().map_or(0, u64::from), u64::from_be_bytes(birth.digits)));
    let date_unordered = if date == 0 { 0 } else { year * 10_000 + day.min(month) * 100 + day.max(month) };
    let names = &profile.names;
    let first = profile.dwellings.first();
    let postcode = first.map_or(0, |dwelling| u64::from_be_bytes(dwelling.postcode));
    let district = first.map_or(0, |dwelling| {
        let kept = if dwelling.postcode_parts[1] > 0 { usize::from(dwelling.postcode_parts[1]) } else { 8 };
        dwelling.postcode.iter().take(kept).fold(0, |number, byte| number << 8 | u64::from(*byte))
    });
    let town = first.and_then(|dwelling| dwelling.town).map_or(0, |town| town.hash());
    Parts {
        date,
        date_unordered,
        year,
        month,
        day_of_year: whole.map_or(0, BirthDigits::day_of_year),
        given: names.given.as_ref().map_or(0, |given| u64::from(given.phonetic())),
        given_letters: names.given.as_ref().map_or(0, letters),
        family_letters: names.family.as_ref().map_or(0, letters),
        postcode,
        area: if district > 0 { district } else { town },
    }
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
