//! Addresses taken apart: flat, number, house name, street, locality, town, postcode.
//!
//! Only what English-language addresses share is relied on: a number stands before its street; a street often ends in a word of a known list; flats
//! carry a word of their own or a letter behind the number. "12A High St", "Flat A, 12 High Street" and "Flat 12A, High Street" are one dwelling.

use std::borrow::Cow;

use smallvec::SmallVec;

use super::{
    fold,
    street_types::{is_road, misspelt_street_type, street_length, street_type, without_street_type},
    word::Word,
};
use crate::{
    domain::{Address, Postcode, WordList, address::ends_as_school, redacted_debug},
    matching::hashing,
};

const FLAT_WORDS: &WordList =
    &WordList::new(&["flat", "apartment", "apt", "unit", "room", "suite", "ste", "studio", "maisonette", "rm", "bedsit", "no", "number"]);

/// Words of places where many people live or stay one after another: sharing them says little and makes no family.
const SHARED_PLACE_WORDS: &WordList = &WordList::new(&[
    "hostel",
    "refuge",
    "hmp",
    "prison",
    "yoi",
    "school",
    "academy",
    "college",
    "university",
    "hospital",
    "hotel",
    "barracks",
    "shelter",
    "residential",
    "nursing",
    "hospice",
    "foyer",
    "ymca",
    "hmo",
    "camp",
    "caravan",
]);

/// Those of them that streets are named after: "12 School Lane" is no school.
const STREETS_NAMED_AFTER: &WordList =
    &WordList::new(&["school", "academy", "college", "university", "hospital", "barracks", "prison", "camp"]);

/// One address, taken apart.
#[derive(Clone, PartialEq)]
pub struct Dwelling {
    /// The postcode's characters without the space; all zero where there is none.
    pub postcode: [u8; 8],
    /// How many of the postcode's characters make the sector, the district and the area; zero where its parts are unknown (not British).
    pub postcode_parts: [u8; 3],
    /// Bits by which the postcode is rarer than usual.
    pub postcode_frequency_bits: f32,
    /// The street without its type.
    pub street: Option<Word>,
    /// Number of the street's type in the table above, from 1; 0 where it has none.
    pub street_type: u8,
    /// House number's characters; all zero where there is none.
    pub number: [u8; 8],
    /// Hash of the flat; 0 where there is none.
    pub flat: u32,
    /// House or building name.
    pub name: Option<Box<Word>>,
    /// The line between street and town.
    pub locality: Option<Box<Word>>,
    /// Town.
    pub town: Option<Word>,
    /// Hash of a valid unique property reference number; 0 where there is none.
    pub uprn: u64,
    /// Whether many people share the place, by its words (hostel, refuge, school, prison, …).
    pub shared_place: bool,
    /// Whether many records share it, by the model's list.
    pub crowded: bool,
}
redacted_debug!(Dwelling);

impl Dwelling {
    /// Takes an address apart; `town` and `postal_code` are given where a column of their own holds them.
    #[must_use]
    pub fn new(address: &Address, town: Option<&str>, postal_code: Option<&str>) -> Self {
        let parsed = Lines::parse(&address.lines);
        let mut rest = parsed.rest;
        let town = town.map(fold).filter(|town| !town.is_empty()).or_else(|| rest.pop());
        rest.retain(|line| Some(line) != town.as_ref());
        let (street, street_type) = street_and_type(&parsed.street);
        let (postcode, postcode_parts) = postcode_characters(address.postcode.as_ref(), postal_code);
        Self {
            postcode,
            postcode_parts,
            postcode_frequency_bits: 0.0,
            street,
            street_type,
            number: characters(&parsed.number),
            flat: if parsed.flat.is_empty() { 0 } else { hashing::upper_half(hashing::text(&parsed.flat)).max(1) },
            name: Word::new(&parsed.name).map(Box::new),
            locality: rest.first().and_then(|line| Word::new(line)).map(Box::new),
            town: town.as_deref().and_then(Word::new),
            uprn: address.uprn.as_ref().and_then(|uprn| uprn.valid_value()).map_or(0, |value| hashing::text(value).max(1)),
            shared_place: parsed.shared_place,
            crowded: false,
        }
    }

    /// Whether it holds anything to compare.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.postcode == [0; 8]
            && self.street.is_none()
            && self.town.is_none()
            && self.uprn == 0
            && self.locality.is_none()
            && self.name.is_none()
    }

    /// Whether many people share the place, by its words or by the model's list.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.shared_place || self.crowded
    }

    /// Whether nothing but a postcode is known.
    #[must_use]
    pub fn is_postcode_alone(&self) -> bool {
        let words = [self.street.is_some(), self.name.is_some(), self.locality.is_some(), self.town.is_some()];
        self.postcode != [0; 8] && self.uprn == 0 && !self.has_number() && !words.contains(&true)
    }

    /// Whether a house number is known.
    #[must_use]
    pub fn has_number(&self) -> bool {
        self.number != [0; 8]
    }

    /// The postcode's characters, without padding.
    #[must_use]
    pub fn postcode_characters(&self) -> &[u8] {
        trimmed(&self.postcode)
    }

    /// The same dwelling, however written: the UPRN where valid; else number (or name) and flat, with the postcode, or with street and town.
    #[must_use]
    pub fn key(&self) -> Option<u64> {
        if self.uprn != 0 {
            return Some(hashing::numbers(1, &[self.uprn]));
        }
        let house = if self.has_number() { u64::from_be_bytes(self.number) } else { self.name.as_ref()?.hash() };
        let flat = u64::from(self.flat);
        let street = self.street.as_ref().map(Word::hash);
        if self.postcode_parts[0] > 0 {
            // A British postcode holds a few dozen addresses: number and flat are enough within it, however the street is spelled.
            return Some(hashing::numbers(2, &[u64::from_be_bytes(self.postcode), house, flat]));
        }
        let place = match (self.postcode_characters(), &self.town) {
            ([], Some(town)) => town.hash(),
            ([], None) => return None,
            _ => u64::from_be_bytes(self.postcode),
        };
        Some(hashing::numbers(3, &[place, street?, house, flat]))
    }
}

/// The words of a line; few lines have more.
type Words<'line> = SmallVec<[&'line str; 8]>;

/// An address's lines sorted into their parts, all folded.
#[derive(Default)]
struct Lines {
    flat: String,
    number: String,
    name: String,
    street: String,
    rest: Vec<String>,
    shared_place: bool,
}

impl Lines {
    fn parse(lines: &[String]) -> Self {
        let mut parsed = Self::default();
        for line in lines {
            let line = split_slash(line);
            let folded = fold(&line);
            let mut words: Words = folded.split(' ').filter(|word| !word.is_empty()).collect();
            parsed.shared_place |= names_shared_place(&words);
            parsed.take_flat(&mut words);
            parsed.take_line(&words);
        }
        // Without a number, the first line was taken for a name; where nothing follows, or it ends as streets do, it is the street.
        if parsed.street.is_empty() && !parsed.name.is_empty() && (parsed.rest.is_empty() || ends_as_street(&parsed.name)) {
            parsed.street = std::mem::take(&mut parsed.name);
        } else if parsed.street.is_empty() && parsed.rest.first().is_some_and(|line| ends_as_street(line)) {
            parsed.street = parsed.rest.remove(0);
        }
        parsed
    }

    /// Takes "flat 3", "apt b", "first floor flat" out of the words.
    fn take_flat(&mut self, words: &mut Words) {
        if let Some(at) = words.iter().position(|word| *word == "floor") {
            let level = at.checked_sub(1).map(|before| words[before]).unwrap_or_default();
            let level = match level {
                "first" | "1st" => "1",
                "second" | "2nd" => "2",
                "third" | "3rd" => "3",
                other => other,
            };
            self.flat = format!("{level}floor");
            let end = (at + 1 + usize::from(words.get(at + 1) == Some(&"flat"))).min(words.len());
            words.drain(at.saturating_sub(1)..end);
            return;
        }
        let Some(at) = words.iter().position(|word| FLAT_WORDS.contains(word)) else { return };
        if (at, words.len()) == (1, 2) && words[0].len() <= 4 {
            words[0].clone_into(&mut self.flat); // "3 Flat" in a line of its own
            words.clear();
            return;
        }
        let Some(value) = words.get(at + 1).filter(|word| word.len() <= 4) else { return };
        if matches!(words[at], "no" | "number") {
            words.remove(at);
            return;
        }
        let digits = value.bytes().take_while(u8::is_ascii_digit).count();
        let nothing_behind = words.len() == at + 2;
        if digits > 0 && digits + 1 == value.len() && !nothing_behind && !words[at + 2].starts_with(|letter: char| letter.is_ascii_digit())
        {
            // "Flat 12a high street": the number is behind the word for a flat.
            value[digits..].clone_into(&mut self.flat);
            value[..digits].clone_into(&mut self.number);
            self.take_street(&words[at + 2..]);
            words.clear();
            return;
        }
        (*value).clone_into(&mut self.flat);
        words.drain(at..at + 2);
    }

    fn take_line(&mut self, words: &[&str]) {
        let Some(first) = words.first() else { return };
        let numbered = first.starts_with(|letter: char| letter.is_ascii_digit()) && first.len() <= 8 && !is_ordinal(first);
        if numbered && self.number.is_empty() {
            let digits = first.bytes().take_while(u8::is_ascii_digit).count();
            let mut street = &words[1..];
            if digits + 1 == first.len() && self.flat.is_empty() {
                first[digits..].clone_into(&mut self.flat);
                first[..digits].clone_into(&mut self.number);
            } else {
                (*first).clone_into(&mut self.number);
                let suffix = street.first().filter(|word| word.len() == 1 && street.len() > 1 && !word.as_bytes()[0].is_ascii_digit());
                if let Some(letter) = suffix
                    && self.flat.is_empty()
                {
                    (*letter).clone_into(&mut self.flat);
                    street = &street[1..];
                } else if street.len() > 1 && street[0].bytes().all(|byte| byte.is_ascii_digit()) {
                    street = &street[1..]; // "12-14 High Street": the first number stands for the range
                }
            }
            if !street.is_empty() {
                self.take_street(street);
            }
        } else if self.street.is_empty() && !self.number.is_empty() {
            self.street = words.join(" ");
        } else if self.number.is_empty() && self.name.is_empty() && self.street.is_empty() && self.rest.is_empty() {
            self.name = words.join(" ");
        } else {
            self.rest.push(words.join(" "));
        }
    }

    /// Takes the words behind a house number: the street, and the town where no comma stands before it.
    fn take_street(&mut self, words: &[&str]) {
        let (street, town) = words.split_at(street_length(words));
        // "12 High Street Basement Flat" names no town.
        let (street, town) = if town.iter().any(|word| FLAT_WORDS.contains(word)) { (words, &[][..]) } else { (street, town) };
        self.street = street.join(" ");
        if !town.is_empty() {
            self.rest.push(town.join(" "));
        }
    }
}

/// "3/12 Stirling Street" is flat 3 of number 12.
fn split_slash(line: &str) -> Cow<'_, str> {
    match line.split_once('/') {
        Some((flat, rest))
            if !flat.trim().is_empty()
                && flat.trim().len() <= 4
                && flat.trim().bytes().all(|byte| byte.is_ascii_alphanumeric())
                && rest.trim_start().starts_with(|letter: char| letter.is_ascii_digit()) =>
        {
            Cow::Owned(format!("flat {} {}", flat.trim(), rest.trim_start()))
        }
        _ => Cow::Borrowed(line),
    }
}

/// "145th st" is a street, not a number.
fn is_ordinal(word: &str) -> bool {
    ["st", "nd", "rd", "th"].iter().any(|end| word.strip_suffix(end).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())))
}

fn ends_as_street(line: &str) -> bool {
    line.rsplit(' ').next().is_some_and(|last| street_type(last) > 0)
}

/// Whether a line names a place that many people share.
fn names_shared_place(words: &[&str]) -> bool {
    let names_street = |at: usize| STREETS_NAMED_AFTER.contains(words[at]) && words.get(at + 1).is_some_and(|next| is_road(next));
    ends_as_school(words) || (0..words.len()).any(|at| SHARED_PLACE_WORDS.contains(words[at]) && !names_street(at))
}

fn street_and_type(street: &str) -> (Option<Word>, u8) {
    if let Some((name, last)) = street.rsplit_once(' ') {
        let kind = match street_type(last) {
            0 => misspelt_street_type(last),
            kind => kind,
        };
        if kind > 0 {
            return (Word::new(name), kind);
        }
    }
    match without_street_type(street) {
        Some((name, kind)) => (Word::new(name), kind),
        None => (Word::new(street), 0),
    }
}

/// Up to eight characters, padded with zeros.
fn characters(text: &str) -> [u8; 8] {
    let mut characters = [0; 8];
    for (place, byte) in characters.iter_mut().zip(text.bytes()) {
        *place = byte;
    }
    characters
}

/// The characters before the padding.
pub(crate) fn trimmed(characters: &[u8; 8]) -> &[u8] {
    let length = characters.iter().position(|byte| *byte == 0).unwrap_or(8);
    &characters[..length]
}

fn postcode_characters(postcode: Option<&Postcode>, postal_code: Option<&str>) -> ([u8; 8], [u8; 3]) {
    let Some(postcode) = postcode else {
        let compact = fold(postal_code.unwrap_or_default()).replace(' ', "");
        // A code of zeros only stands for nothing.
        let known = compact.bytes().any(|byte| byte != b'0');
        return (if known { characters(&compact) } else { [0; 8] }, [0; 3]);
    };
    let mut compact = [0; 8];
    let known = postcode.as_str().bytes().filter(|byte| *byte != b' ');
    compact.iter_mut().zip(known).for_each(|(place, byte)| *place = byte.to_ascii_lowercase());
    let length = |text: &str| u8::try_from(text.len()).expect("a postcode is short");
    let parts = [length(postcode.sector()) - 1, length(postcode.district()), length(postcode.area())];
    (compact, parts)
}

#[cfg(test)]
mod tests;
