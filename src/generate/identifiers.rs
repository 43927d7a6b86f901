//! Identifiers that are well formed and can belong to nobody.

use super::chance::Chance;

/// NHS numbers that start with 999 (never issued to patients), each once, in no order that shows.
pub struct NhsNumbers {
    next: u32,
    start: u32,
}

/// How many six-digit middles there are; about one in eleven has no check digit.
const MIDDLES: u32 = 1_000_000;

impl NhsNumbers {
    /// A supply of numbers.
    #[must_use]
    pub fn new(chance: &mut Chance) -> Self {
        Self { next: 0, start: u32::try_from(chance.below(MIDDLES as usize)).unwrap_or(0) }
    }

    /// The next number; `None` once all 909,000 or so are given.
    pub fn take(&mut self) -> Option<String> {
        while self.next < MIDDLES {
            // 387,421 has no factor in common with a million, so every middle comes up exactly once.
            let middle = (u64::from(self.next) * 387_421 + u64::from(self.start)) % u64::from(MIDDLES);
            self.next += 1;
            let nine = format!("999{middle:06}");
            if let Some(check) = nhs_check_digit(&nine) {
                return Some(format!("{nine}{check}"));
            }
        }
        None
    }
}

/// The check digit of nine digits (weights 10 to 2, modulus 11); `None` where it would be ten.
#[must_use]
pub fn nhs_check_digit(nine: &str) -> Option<u32> {
    let sum: u32 = nine.bytes().zip((2..=10_u32).rev()).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    match 11 - sum % 11 {
        10 => None,
        11 => Some(0),
        check => Some(check),
    }
}

/// A unique pupil number: check letter, local authority 990 (unused), school, year of entry, serial.
///
/// `index` counts pupils; the serial and the school part together hold it, so no two pupils share a number.
#[must_use]
pub fn upn(index: u32, entry_year: i16) -> String {
    let digits = format!("990{:04}{:02}{:03}", 2000 + index / 1000, entry_year.rem_euclid(100), index % 1000);
    format!("{}{digits}", upn_check_letter(&digits))
}

/// The check letter of twelve digits: the sum of digit times position (2 to 13), modulus 23.
#[must_use]
pub fn upn_check_letter(digits: &str) -> char {
    const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";
    let sum: usize = digits.bytes().zip(2..).map(|(digit, position)| usize::from(digit - b'0') * position).sum();
    char::from(LETTERS[sum % 23])
}

/// Spoils one digit, so that the check fails (most often) or another number results (never: both checks find one wrong digit).
#[must_use]
pub fn with_one_digit_wrong(number: &str, chance: &mut Chance) -> String {
    let places: Vec<usize> =
        number.bytes().enumerate().filter(|(place, byte)| *place > 2 && byte.is_ascii_digit()).map(|(place, _)| place).collect();
    let mut bytes = number.as_bytes().to_vec();
    if let Some(place) = (!places.is_empty()).then(|| *chance.one_of(&places)) {
        let step = u8::try_from(chance.between(1, 9)).unwrap_or(1);
        bytes[place] = (bytes[place] - b'0' + step) % 10 + b'0';
    }
    String::from_utf8(bytes).unwrap_or_else(|_| number.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn nhs_numbers_start_with_999_pass_their_check_and_never_repeat() {
        let mut supply = NhsNumbers::new(&mut Chance::for_part(1, 1));
        let numbers: Vec<String> = (0..5000).filter_map(|_| supply.take()).collect();
        assert!(numbers.iter().all(|number| number.starts_with("999") && number.len() == 10));
        for number in &numbers {
            let sum: u32 = number.bytes().zip((1..=10_u32).rev()).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
            assert_eq!(sum % 11, 0, "{number}");
        }
        assert_eq!(numbers.iter().collect::<HashSet<_>>().len(), numbers.len());
    }

    #[test]
    fn the_check_letter_of_a_known_pupil_number_is_found() {
        assert_eq!(upn_check_letter("801200005001"), 'B');
    }

    #[test]
    fn one_wrong_digit_fails_the_check() {
        let mut chance = Chance::for_part(3, 3);
        let mut supply = NhsNumbers::new(&mut chance);
        for number in (0..500).filter_map(|_| supply.take()) {
            let wrong = with_one_digit_wrong(&number, &mut chance);
            let check = nhs_check_digit(&wrong[..9]).map(|digit| digit.to_string());
            assert_ne!(check.as_deref(), Some(&wrong[9..]));
        }
    }
}
