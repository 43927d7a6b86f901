//! British postcodes.

use super::{redacted_debug, text};

/// A well-formed British postcode, in capitals with its one space: `M1 1AE`.
///
/// The shape is that of BS 7666: an outward code (area letters, district) and an inward code (sector digit, two unit letters).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Postcode(String);
redacted_debug!(Postcode);

/// How many letters and digits a postcode has.
pub(super) const LENGTHS: std::ops::RangeInclusive<usize> = 5..=7;

/// What a postcode cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostcodeCell {
    /// Nothing known: empty, a placeholder, or a pseudo-postcode (ZZ99…: no fixed abode, abroad).
    Missing,
    /// A well-formed postcode.
    Valid(Postcode),
    /// Something, but not a postcode.
    Invalid,
}

impl Postcode {
    /// Reads a postcode cell; spaces, dots and case do not matter, and 0 and O, 1 and I are told apart by their place.
    #[must_use]
    pub fn read(cell: &str) -> PostcodeCell {
        let Some(tidied) = text::meaningful(cell) else { return PostcodeCell::Missing };
        let mut letters = Vec::with_capacity(tidied.len());
        letters.extend(tidied.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_uppercase()));
        if letters.starts_with(b"ZZ99") {
            return PostcodeCell::Missing;
        }
        if !LENGTHS.contains(&letters.len()) {
            return PostcodeCell::Invalid;
        }
        let sector = letters.len() - 3;
        letters[sector] = as_digit(letters[sector]);
        for unit in &mut letters[sector + 1..] {
            *unit = as_letter(*unit);
        }
        letters[0] = as_letter(letters[0]);
        if letters[..sector].len() == 4 {
            letters[1] = as_letter(letters[1]);
            letters[2] = as_digit(letters[2]);
        }
        if !well_formed(&letters) {
            return PostcodeCell::Invalid;
        }
        let mut value = String::with_capacity(letters.len() + 1);
        value.extend(letters[..sector].iter().copied().map(char::from));
        value.push(' ');
        value.extend(letters[sector..].iter().copied().map(char::from));
        PostcodeCell::Valid(Self(value))
    }

    /// The postcode, where the cell holds a well-formed one.
    #[must_use]
    pub fn parse(cell: &str) -> Option<Self> {
        match Self::read(cell) {
            PostcodeCell::Valid(postcode) => Some(postcode),
            PostcodeCell::Missing | PostcodeCell::Invalid => None,
        }
    }

    /// The whole postcode with its space: `SK1 3XE`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The district (outward code).
    ///
    /// ```
    /// use family_context::domain::Postcode;
    /// let postcode = Postcode::parse("sk13xe").expect("it is well formed");
    /// assert_eq!(postcode.district(), "SK1");
    /// ```
    #[must_use]
    pub fn district(&self) -> &str {
        &self.0[..self.0.len() - 4]
    }

    /// The sector: `SK1 3`.
    #[must_use]
    pub fn sector(&self) -> &str {
        &self.0[..self.0.len() - 2]
    }

    /// The area letters: `SK`.
    #[must_use]
    pub fn area(&self) -> &str {
        let end = self.0.find(|character: char| character.is_ascii_digit()).unwrap_or(self.0.len());
        &self.0[..end]
    }
}

/// Whether a cell that is no British postcode looks like another country's: four digits or more, and little else (`98101-1234`, `D02 AF30`).
#[must_use]
pub fn looks_foreign(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let tidied = text::tidy(cell);
    (4..=9).contains(&digits) && tidied.len() <= 10 && tidied.chars().all(|sign| sign.is_ascii_alphanumeric() || " -".contains(sign))
}

fn as_digit(byte: u8) -> u8 {
    match byte {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        b'S' => b'5',
        other => other,
    }
}

fn as_letter(byte: u8) -> u8 {
    match byte {
        b'0' => b'O',
        b'1' => b'I',
        b'5' => b'S',
        other => other,
    }
}

fn well_formed(letters: &[u8]) -> bool {
    let (outward, inward) = letters.split_at(letters.len() - 3);
    let mut shape = [0; 4];
    for (place, byte) in shape.iter_mut().zip(outward) {
        *place = if byte.is_ascii_digit() { b'9' } else { b'A' };
    }
    matches!(&shape[..outward.len()], b"A9" | b"A99" | b"A9A" | b"AA9" | b"AA99" | b"AA9A")
        && inward[0].is_ascii_digit()
        && inward[1..].iter().all(|byte| byte.is_ascii_uppercase() && !b"CIKMOV".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_countrys_postal_code_is_told_from_a_slip_in_a_british_one() {
        for foreign in ["98101", "98101-1234", "D02 AF30", "1010", "75 008"] {
            assert!(looks_foreign(foreign), "{foreign}");
        }
        for other in ["SK1 3X", "SK1 33", "unknown", "12345678901", "see note 2019", "", "M60 1QD"] {
            assert!(!looks_foreign(other), "{other}");
        }
    }

    #[test]
    fn a_postcode_without_its_space_is_read() {
        assert_eq!(Postcode::parse("sk13xe").unwrap().as_str(), "SK1 3XE");
        assert_eq!(Postcode::parse(" EC1A  1BB.").unwrap().as_str(), "EC1A 1BB");
    }

    #[test]
    fn the_letter_o_in_place_of_a_zero_is_mended() {
        assert_eq!(Postcode::parse("SK1 OXE").unwrap().as_str(), "SK1 0XE");
    }

    #[test]
    fn parts_are_told_apart() {
        let postcode = Postcode::parse("SK10 3XE").unwrap();
        assert_eq!((postcode.area(), postcode.district(), postcode.sector()), ("SK", "SK10", "SK10 3"));
    }

    #[test]
    fn pseudo_postcodes_are_missing_and_nonsense_is_invalid() {
        assert_eq!(Postcode::read("ZZ99 3VZ"), PostcodeCell::Missing);
        assert_eq!(Postcode::read("unknown"), PostcodeCell::Missing);
        assert_eq!(Postcode::read("SK1"), PostcodeCell::Invalid);
        assert_eq!(Postcode::read("1234567"), PostcodeCell::Invalid);
    }

    #[test]
    fn text_that_is_not_ascii_is_invalid_not_a_panic() {
        assert_eq!(Postcode::read("ÉÉÉÉÉÉ"), PostcodeCell::Invalid);
    }
}
