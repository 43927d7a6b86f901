//! A person's details made ready for comparison.

use smallvec::SmallVec;

use crate::{
    domain::{BirthDate, Identifier, PersonDetails, Sex, redacted_debug},
    matching::{
        Model,
        field::table,
        hashing,
        model::frequencies::Kind,
        normalise::{self, address::Dwelling, names::Names, word::Word},
    },
};

/// Columns of `PersonDetails::other` that hold a part of the address or of the birth date and are compared as such.
pub mod column {
    /// The town, where a column of its own holds it.
    pub const TOWN: &str = "town";
    /// The region (county, state).
    pub const REGION: &str = "region";
    /// A postal code that is not British.
    pub const POSTCODE: &str = "postcode";
    /// A birth date of which only a part can be read: `YYYY-MM-DD` with `?` for each digit that is none.
    pub const PARTIAL_DATE_OF_BIRTH: &str = "partial_date_of_birth";
}

/// A birth date's eight digits `YYYYMMDD`; `?` where one cannot be read.
#[derive(Clone, Copy, PartialEq)]
pub struct BirthDigits {
    /// The digits.
    pub digits: [u8; 8],
    /// Whether it is a whole, valid date.
    pub valid: bool,
    /// Bits by which the day of the year is rarer than usual; below 0 for heaped days such as 1 January.
    pub frequency_bits: f32,
}
redacted_debug!(BirthDigits);

/// An identifier's characters.
#[derive(Clone, Copy, PartialEq)]
pub struct IdentifierDigits {
    /// The table of the model that weighs it.
    pub table: u8,
    /// Hash of the identifier's name: only identifiers of one name are compared.
    pub name: u64,
    /// Hash of the whole value.
    pub hash: u64,
    /// The first sixteen characters, padded with zeros.
    pub characters: [u8; 16],
    /// Whether it passes its check; true where its kind has none.
    pub valid: bool,
    /// Whether its kind has a check at all, so that two different valid values mean two people.
    pub checked: bool,
}
redacted_debug!(IdentifierDigits);

/// A telephone number, an email address or another value that is compared whole.
#[derive(Clone, Copy, PartialEq)]
pub struct Value {
    /// The table of the model that weighs it.
    pub table: u8,
    /// Hash of the column's name.
    pub name: u64,
    /// The value.
    pub word: Word,
}
redacted_debug!(Value);

/// A short list, mostly of one: that one lies where the list does, since each further place in memory that a comparison looks at is waited for.
pub type Few<Item> = SmallVec<[Item; 1]>;

/// One person's details, folded and taken apart: all that scoring, blocking and clustering look at.
#[derive(Clone, PartialEq)]
pub struct Profile {
    /// Names.
    pub names: Names,
    /// Birth date.
    pub birth_date: Option<BirthDigits>,
    /// Age in whole years.
    pub age: Option<u16>,
    /// Sex.
    pub sex: Option<Sex>,
    /// When they can have been born, as far as their family and the list that holds them tell.
    pub born_between: BirthBounds,
    /// Addresses, the current one first.
    pub dwellings: Few<Dwelling>,
    /// Where the family lives that tells of them: an agreement there speaks for one person, a difference says nothing.
    pub family_homes: Box<[Dwelling]>,
    /// Where else records of their relatives say that these lived: resolution alone knows it. An agreement with an address or a home that the other's
    /// own record has speaks for one person.
    pub relatives_homes: Box<[Dwelling]>,
    /// Where they are told of as a parent, carer or grandparent of somebody: the last day, as a number `YYYYMMDD`, on which such a one was born.
    pub elder_until: Option<u32>,
    /// Identifiers, in the order of their name's hash.
    pub identifiers: Few<IdentifierDigits>,
    /// Telephone numbers and email addresses.
    pub reach: Few<Value>,
    /// Other columns, in the order of their name's hash.
    pub other: Box<[Value]>,
}
redacted_debug!(Profile);

impl Profile {
    /// Makes `details` ready for comparison under `model`, whose term frequencies it takes in.
    #[must_use]
    pub fn new(details: &PersonDetails, model: &Model) -> Self {
        let mut profile = Self::unweighed(details, model);
        profile.reweigh(model);
        profile
    }

    /// The same without any term frequencies: [`Profile::reweigh`] must take them in before the profile is compared, as training does.
    #[must_use]
    pub fn unweighed(details: &PersonDetails, model: &Model) -> Self {
        let mut profile = Self {
            names: Names::new(details),
            birth_date: birth_digits(details),
            age: details.age,
            sex: details.sex,
            born_between: BirthBounds::of(details),
            dwellings: Few::default(),
            family_homes: family_homes(details),
            relatives_homes: Box::default(),
            elder_until: details.family_hint.born_until.map(day_number),
            identifiers: Few::default(),
            reach: reach(details),
            other: Box::default(),
        };
        profile.dwellings = dwellings(details, &profile.family_homes);
        profile.set_named_values(details, model);
        profile
    }

    /// Takes in the term frequencies of another model, for example the one that training gave.
    pub fn reweigh(&mut self, model: &Model) {
        let frequencies = model.frequencies();
        for (word, is_family_name) in self.names.words_mut() {
            let kind = if is_family_name { Kind::FamilyName } else { Kind::GivenName };
            word.frequency_bits = frequencies.bits(kind, word.hash());
        }
        if let Some(birth) = &mut self.birth_date {
            birth.frequency_bits = frequencies.bits(Kind::DayOfYear, birth.day_of_year());
        }
        for dwelling in self.dwellings.iter_mut().chain(&mut self.family_homes) {
            dwelling.crowded = dwelling.key().is_some_and(|key| frequencies.is_listed(Kind::Dwelling, key));
            dwelling.postcode_frequency_bits = frequencies.bits(Kind::Postcode, u64::from_be_bytes(dwelling.postcode));
            for word in dwelling.street.iter_mut().chain(dwelling.locality.as_deref_mut()) {
                word.frequency_bits = frequencies.bits(Kind::Street, word.hash());
            }
            if let Some(town) = &mut dwelling.town {
                town.frequency_bits = frequencies.bits(Kind::Town, town.hash());
            }
        }
        for value in &mut self.reach {
            value.word.frequency_bits = frequencies.bits(Kind::Reach, value.word.hash());
        }
        for value in &mut self.other {
            value.table = if value.table == table::REGION { table::REGION } else { model.other_table(value.name) };
            value.word.frequency_bits = frequencies.bits(Kind::Other, hashing::numbers(value.name, &[value.word.hash()]));
        }
        for identifier in &mut self.identifiers {
            if !identifier.checked {
                identifier.table = model.identifier_table(identifier.name);
            }
        }
    }

    fn set_named_values(&mut self, details: &PersonDetails, model: &Model) {
        let mut identifiers = Few::new();
        identifiers.extend(details.nhs_number.as_ref().map(|number| identifier(number, table::NHS_NUMBER, 1, true)));
        identifiers.extend(details.upn.as_ref().map(|number| identifier(number, table::UPN, 2, true)));
        for (name, value) in &details.identifiers {
            let name = hashing::text(name);
            identifiers.extend(Identifier::unchecked(value).map(|value| identifier(&value, model.identifier_table(name), name, false)));
        }
        identifiers.sort_by_key(|identifier| identifier.name);
        self.identifiers = identifiers;
        let mut other = Vec::new();
        for (name, value) in &details.other {
            let table = match name.as_str() {
                column::TOWN | column::POSTCODE | column::PARTIAL_DATE_OF_BIRTH => continue,
                column::REGION => table::REGION,
                _ => model.other_table(hashing::text(name)),
            };
            let word = crate::domain::text::meaningful(value).and_then(|value| Word::new(&normalise::fold(&value)));
            other.extend(word.map(|word| Value { table, name: hashing::text(name), word }));
        }
        other.sort_by_key(|value| value.name);
        self.other = other.into_boxed_slice();
    }

    /// Looks at one thing in a profile, so that the place in memory is known by the time of [`Profile::glance`]. What comes back means nothing.
    #[must_use]
    pub fn first_glance(&self) -> usize {
        usize::from(self.names.unnamed)
    }

    /// Looks at something in each line of memory of a profile that a comparison will look at, so that they are in the caches by then. What comes back
    /// means nothing. It hardly branches on what it sees: no branch then waits for memory.
    #[must_use]
    pub fn glance(&self) -> usize {
        let names = &self.names;
        let of_names = [names.given.is_some(), names.family.is_some(), names.unnamed].map(usize::from);
        let of_dates = usize::from(self.birth_date.is_some()) ^ usize::from(self.age.is_some());
        let of_lists = self.dwellings.len() ^ self.identifiers.len() ^ self.reach.len() ^ self.other.len() ^ names.middle.len();
        let of_home = self.dwellings.first().map_or(0, |home| {
            usize::from(home.street.is_some()) ^ usize::from(home.town.is_some()) ^ usize::from(home.number[0]) ^ usize::from(home.crowded)
        });
        let of_reach = self.reach.first().map_or(0, |value| usize::from(value.table));
        let of_identifiers = self.identifiers.first().map_or(0, |identifier| usize::from(identifier.valid));
        of_names.iter().sum::<usize>() ^ of_dates ^ of_lists ^ of_home ^ of_reach ^ of_identifiers
    }

    /// Whether they are told of as somebody's elder, and the other, whose birth date is known, is old enough to be that one.
    #[must_use]
    pub fn may_be_born_as(&self, other: &Self) -> bool {
        other.birth_day().zip(self.elder_until).is_some_and(|(born, until)| born <= until)
    }

    /// The day of birth as a number `YYYYMMDD`, where it is known.
    #[must_use]
    pub fn birth_day(&self) -> Option<u32> {
        let valid = self.birth_date.filter(|born| born.valid);
        valid.map(|born| born.digits.iter().fold(0, |day, digit| day * 10 + u32::from(digit - b'0')))
    }

    /// The day of birth, where it is not 1 January: that mostly stands for the year alone, which brothers who live together may share.
    #[must_use]
    pub fn telling_birth_day(&self) -> Option<u32> {
        const FIRST_OF_JANUARY: u32 = 101;
        self.birth_day().filter(|born| born % 10_000 != FIRST_OF_JANUARY)
    }

    /// The same dwelling as others of this key live in: the keys of all addresses.
    pub fn dwelling_keys(&self) -> impl Iterator<Item = u64> {
        self.dwellings.iter().filter_map(Dwelling::key)
    }
}

/// The first and the last day, as numbers `YYYYMMDD`, on which somebody can have been born: the day itself where it is known, else what their family
/// and the list that holds them tell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BirthBounds {
    first: u32,
    last: u32,
    /// The last day as far as the list tells that holds them. It bounds the birth as a family does, but makes nobody a parent.
    last_of_list: u32,
}
redacted_debug!(BirthBounds);

impl Default for BirthBounds {
    fn default() -> Self {
        Self { first: 0, last: u32::MAX, last_of_list: u32::MAX }
    }
}

impl BirthBounds {
    fn of(details: &PersonDetails) -> Self {
        let mut bounds = Self::default();
        if let Some(born) = details.date_of_birth {
            bounds.narrow(Self { first: day_number(born.day()), last: day_number(born.day()), ..Self::default() });
        } else {
            bounds.narrow(Self {
                first: details.family_hint.born_from.map_or(0, day_number),
                last: details.family_hint.born_until.map_or(u32::MAX, day_number),
                last_of_list: details.least_age.map_or(u32::MAX, |age| day_number(age.latest_birth())),
            });
        }
        bounds
    }

    /// Bounds between two days.
    #[must_use]
    pub fn between(first: Option<jiff::civil::Date>, last: Option<jiff::civil::Date>) -> Self {
        let hint = crate::domain::FamilyHint { born_from: first, born_until: last, ..Default::default() };
        Self::of(&PersonDetails { family_hint: hint, ..PersonDetails::default() })
    }

    /// Takes in what somebody else tells too.
    pub fn narrow(&mut self, other: Self) {
        self.first = self.first.max(other.first);
        self.last = self.last.min(other.last);
        self.last_of_list = self.last_of_list.min(other.last_of_list);
    }

    /// The same but for what a list tells.
    #[must_use]
    pub fn without_list(self) -> Self {
        Self { last_of_list: u32::MAX, ..self }
    }

    /// Whether no day lies within both. Bounds that contradict each other say nothing.
    #[must_use]
    pub fn exclude(self, other: Self) -> bool {
        let makes_sense = |bounds: Self| bounds.first <= bounds.last;
        let by_family = makes_sense(self) && makes_sense(other) && self.first.max(other.first) > self.last.min(other.last);
        by_family || self.is_too_young_for_list(other) || other.is_too_young_for_list(self)
    }

    /// Whether these were born after the last day that a list tells of the other. A date that is known may itself be off by months: its year counts.
    fn is_too_young_for_list(self, listed: Self) -> bool {
        let first = if self.first == self.last { self.first / 10_000 * 10_000 } else { self.first };
        listed.first <= listed.last_of_list && first > listed.last_of_list
    }

    /// Whether both are bound to have been born before some day, or neither is: parents are told from brothers and sisters by it.
    #[must_use]
    pub fn are_alike(self, other: Self) -> bool {
        (self.last == u32::MAX) == (other.last == u32::MAX)
    }
}

/// A day as a number `YYYYMMDD`.
pub(crate) fn day_number(day: jiff::civil::Date) -> u32 {
    u32::try_from(i32::from(day.year()) * 10_000 + i32::from(day.month()) * 100 + i32::from(day.day())).unwrap_or(0)
}

impl BirthDigits {
    /// Day and month as one number: `MMDD`'s characters.
    #[must_use]
    pub fn day_of_year(&self) -> u64 {
        self.digits[4..].iter().fold(0, |number, digit| number << 8 | u64::from(*digit))
    }

    /// The year, where its digits can be read.
    #[must_use]
    pub fn year(&self) -> Option<u16> {
        number(&self.digits[..4])
    }

    /// The month, where its digits can be read and make one.
    #[must_use]
    pub fn month(&self) -> Option<u16> {
        number(&self.digits[4..6]).filter(|month| (1..=12).contains(month))
    }

    /// The day, where its digits can be read and make one.
    #[must_use]
    pub fn day(&self) -> Option<u16> {
        number(&self.digits[6..]).filter(|day| (1..=31).contains(day))
    }
}

fn number(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u16::from(digit - b'0')))
}

fn birth_digits(details: &PersonDetails) -> Option<BirthDigits> {
    if let Some(day) = details.date_of_birth.map(BirthDate::day) {
        let number = day_number(day);
        let digit = |place: u32| u8::try_from(number / 10_u32.pow(7 - place) % 10).map_or(b'?', |digit| b'0' + digit);
        return Some(BirthDigits { digits: [0, 1, 2, 3, 4, 5, 6, 7].map(digit), valid: true, frequency_bits: 0.0 });
    }
    let partial = details.other.get(column::PARTIAL_DATE_OF_BIRTH)?;
    let digits: Vec<u8> =
        partial.bytes().filter(|byte| *byte != b'-').map(|byte| if byte.is_ascii_digit() { byte } else { b'?' }).collect();
    let digits: [u8; 8] = digits.try_into().ok()?;
    let readable = digits.iter().filter(|digit| digit.is_ascii_digit()).count() >= 4;
    readable.then_some(BirthDigits { digits, valid: false, frequency_bits: 0.0 })
}

/// The addresses. A mere postcode that is also the family's says of her mother that she lives in that home: it is no address beside it, or it would agree
/// with each other house of the street.
fn dwellings(details: &PersonDetails, family_homes: &[Dwelling]) -> Few<Dwelling> {
    let town = details.other.get(column::TOWN).map(String::as_str);
    let postal_code = details.other.get(column::POSTCODE).map(String::as_str);
    let mut dwellings: Few<Dwelling> = details
        .addresses
        .iter()
        .enumerate()
        .map(|(at, address)| if at == 0 { Dwelling::new(address, town, postal_code) } else { Dwelling::new(address, None, None) })
        .collect();
    if dwellings.is_empty() && (town.is_some() || postal_code.is_some()) {
        dwellings.push(Dwelling::new(&crate::domain::Address::default(), town, postal_code));
    }
    let is_of_home = |dwelling: &Dwelling| {
        dwelling.is_postcode_alone() && family_homes.iter().any(|home| home.key().is_some() && home.postcode == dwelling.postcode)
    };
    dwellings.retain(|dwelling| !dwelling.is_empty() && !is_of_home(dwelling));
    dwellings.dedup();
    dwellings.truncate(8);
    dwellings
}

fn family_homes(details: &PersonDetails) -> Box<[Dwelling]> {
    let homes = details.family_hint.homes.iter().map(|address| Dwelling::new(address, None, None));
    homes.filter(|dwelling| !dwelling.is_empty()).take(4).collect()
}

fn reach(details: &PersonDetails) -> Few<Value> {
    let phones =
        details.phones.iter().filter_map(|phone| Some(Value { table: table::PHONE, name: 0, word: Word::seldom_seen(phone.as_str())? }));
    let emails =
        details.emails.iter().filter_map(|email| Some(Value { table: table::EMAIL, name: 1, word: Word::seldom_seen(email.as_str())? }));
    phones.chain(emails).collect()
}

fn identifier(identifier: &Identifier, table: u8, name: u64, checked: bool) -> IdentifierDigits {
    let mut characters = [0; 16];
    for (place, byte) in characters.iter_mut().zip(identifier.value().bytes()) {
        *place = byte;
    }
    IdentifierDigits { table, name, hash: hashing::text(identifier.value()), characters, valid: identifier.is_valid(), checked }
}
