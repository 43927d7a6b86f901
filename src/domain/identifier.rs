//! Identifiers with check digits: the NHS number, the unique pupil number (UPN) and the unique property reference number (UPRN).

use super::{redacted_debug, text};

/// An identifier as a service gave it, and whether it passes its own check.
///
/// One that fails is kept: it may be one slip away from a valid one. It is never a key and never a conflict.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identifier {
    value: String,
    valid: bool,
}
redacted_debug!(Identifier);

impl Identifier {
    /// Reads an NHS number; spaces and dashes are ignored. `None` where the cell is empty or a placeholder (all zeros, all one digit).
    ///
    /// Valid: ten digits, weights 10 to 2, modulus 11; a check of 11 means 0, a check of 10 is invalid (NHS Data Dictionary, "NHS number").
    #[must_use]
    pub fn nhs_number(cell: &str) -> Option<Self> {
        let value = compact(cell)?;
        let valid = value.len() == 10 && value.bytes().all(|byte| byte.is_ascii_digit()) && nhs_check(value.as_bytes());
        Some(Self { value, valid })
    }

    /// Reads a unique pupil number. `None` where the cell is empty or a placeholder.
    ///
    /// Valid: a check letter from `ABCDEFGHJKLMNPQRTUVWXYZ`, then twelve digits (the last of a temporary number is a letter of the same
    /// table); the letter is the sum of value times position (2 to 13), modulus 23 (Department for Education, "Unique pupil numbers").
    #[must_use]
    pub fn upn(cell: &str) -> Option<Self> {
        let value = compact(cell)?;
        let valid = upn_check(&value);
        Some(Self { value, valid })
    }

    /// Reads a unique property reference number: up to twelve digits, leading zeros dropped.
    #[must_use]
    pub fn uprn(cell: &str) -> Option<Self> {
        // Once more without the noughts: "02222222" is as much a placeholder as "2222222".
        let value = compact(compact(cell)?.trim_start_matches('0'))?;
        let valid = value.len() <= 12 && value.bytes().all(|byte| byte.is_ascii_digit());
        Some(Self { value, valid })
    }

    /// An identifier of a kind that has no check digits of its own, such as a source's own key.
    #[must_use]
    pub fn unchecked(cell: &str) -> Option<Self> {
        compact(cell).map(|value| Self { value, valid: true })
    }

    /// An identifier read back from the store, where `valid` was decided when it was first read.
    #[must_use]
    pub fn stored(value: String, valid: bool) -> Self {
        Self { value, valid }
    }

    /// The identifier in its compact form: capitals and digits only.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Whether it passes its check.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.valid
    }

    /// The value where it is valid.
    #[must_use]
    pub fn valid_value(&self) -> Option<&str> {
        self.valid.then_some(self.value.as_str())
    }
}

/// Letters and digits only, in capitals; `None` where nothing is known.
fn compact(cell: &str) -> Option<String> {
    let tidied = text::meaningful(cell)?;
    let value: String = if tidied.is_ascii() {
        let mut value = tidied.into_owned();
        value.retain(|character| character.is_ascii_alphanumeric());
        value.make_ascii_uppercase();
        value
    } else {
        capitals(&tidied)
    };
    let mut characters = value.chars();
    let first = characters.next();
    let repeated = value.len() > 3 && characters.all(|character| Some(character) == first);
    (!repeated && !text::is_placeholder(&value)).then_some(value)
}

/// Letters and digits of any script, in capitals. A capital may be a letter and a combining mark: what is no letter or digit goes last, so that what is kept
/// is read as itself.
fn capitals(text: &str) -> String {
    text.chars().flat_map(char::to_uppercase).filter(|character| character.is_alphanumeric()).collect()
}

/// Whether the last of ten digits is the check of those before it.
fn nhs_check(digits: &[u8]) -> bool {
    let value = |digit: &u8| u32::from(digit - b'0');
    let sum: u32 = digits.iter().zip((2..=10).rev()).map(|(digit, weight)| value(digit) * weight).sum();
    match 11 - sum % 11 {
        10 => false,
        check => check % 11 == value(&digits[9]),
    }
}

const UPN_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

fn upn_check(value: &str) -> bool {
    let bytes = value.as_bytes();
    if bytes.len() != 13 || !bytes[1..12].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let value_of = |byte: u8| {
        if byte.is_ascii_digit() { Some(usize::from(byte - b'0')) } else { UPN_LETTERS.iter().position(|letter| *letter == byte) }
    };
    let mut sum = 0;
    for (index, byte) in bytes.iter().enumerate().skip(1) {
        let Some(value) = value_of(*byte) else { return false };
        sum += value * (index + 1);
    }
    UPN_LETTERS[sum % 23] == bytes[0]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_plain_cell_is_read_as_any_other_is(cell in "[ -~]{0,16}[a-z5]{4}") {
            prop_assert_eq!(compact(&cell).unwrap_or_else(|| capitals(&cell)), capitals(&cell));
        }
    }

    #[test]
    fn an_identifier_is_read_as_itself_or_not_at_all() {
        for cell in ["T-B-A", "n/i/l", "-", "x_x"] {
            assert!(Identifier::unchecked(cell).is_none(), "{cell}");
        }
        assert!(Identifier::uprn("02222222").is_none() && Identifier::uprn("000").is_none());
        assert_eq!(Identifier::uprn("00010023").unwrap().value(), "10023");
        for cell in ["a-1 b", "\u{390}1", "\u{149}7"] {
            let identifier = Identifier::unchecked(cell).unwrap();
            assert!(Identifier::unchecked(identifier.value()) == Some(identifier), "{cell}");
        }
    }

    #[test]
    fn a_valid_nhs_number_passes_with_or_without_spaces() {
        for cell in ["943 476 5919", "9434765919", "943-476-5919"] {
            let number = Identifier::nhs_number(cell).unwrap();
            assert_eq!(number.valid_value(), Some("9434765919"));
        }
    }

    #[test]
    fn an_nhs_number_with_one_wrong_digit_is_kept_as_invalid() {
        let number = Identifier::nhs_number("9434765918").unwrap();
        assert!(!number.is_valid());
        assert_eq!(number.value(), "9434765918");
    }

    #[test]
    fn placeholders_are_missing() {
        for cell in ["", "0000000000", "9999999999", "unknown", "N/A"] {
            assert!(Identifier::nhs_number(cell).is_none(), "{cell}");
        }
    }

    #[test]
    fn upns_permanent_and_temporary_are_checked() {
        assert!(Identifier::upn("B801200005001").unwrap().is_valid());
        assert!(Identifier::upn("b801200005001 ").unwrap().is_valid());
        assert!(!Identifier::upn("C801200005001").unwrap().is_valid());
        assert!(!Identifier::upn("B80120000500").unwrap().is_valid());
        let temporary = "80120000500A"; // A is worth 0, as the digit 0 would be
        let letter = (0..23)
            .map(|index| char::from(UPN_LETTERS[index]))
            .find(|letter| Identifier::upn(&format!("{letter}{temporary}")).unwrap().is_valid());
        assert!(letter.is_some());
    }

    #[test]
    fn debug_shows_no_value() {
        assert_eq!(format!("{:?}", Identifier::nhs_number("9434765919")), "Some(Identifier[redacted])");
    }
}
