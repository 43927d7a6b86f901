//! Telephone numbers from the ranges that Ofcom sets aside for drama, and the ways clerks write them.

use serde::Deserialize;

use super::chance::Chance;

/// The first digits of each range of a thousand, and how often it is drawn.
///
/// Source: Ofcom, "Telephone numbers for use in TV and radio drama programmes". Mobiles have one range of a thousand only, so they are drawn less
/// often than in life: otherwise every number would belong to hundreds of people.
const RANGES: &[(&str, f64)] = &[
    ("07700900", 3.0),
    ("01134960", 1.0),
    ("01144960", 1.0),
    ("01154960", 1.0),
    ("01164960", 1.0),
    ("01174960", 1.0),
    ("01184960", 1.0),
    ("01214960", 1.0),
    ("01314960", 1.0),
    ("01414960", 1.0),
    ("01514960", 1.0),
    ("01614960", 1.0),
    ("02079460", 1.0),
    ("01914980", 1.0),
    ("02920180", 1.0),
];

/// The range without a place, kept for services' duty lines and teams (the first hundred are the duty lines in authority.toml).
const SERVICE_RANGE: &str = "01632960";

/// How a feed writes telephone numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneStyle {
    /// `0161 496 0123`
    Spaced,
    /// `01614960123`
    Plain,
    /// `(0161) 496 0123`
    Brackets,
    /// `+44 161 496 0123`
    International,
    /// `0161-496-0123`
    Dashes,
}

/// A person's number: eleven digits.
pub fn number(chance: &mut Chance) -> String {
    let weights: Vec<f64> = RANGES.iter().map(|range| range.1).collect();
    let range = RANGES[chance.weighted(&weights)].0;
    format!("{range}{:03}", chance.below(1000))
}

/// A team's number: eleven digits.
pub fn team_number(chance: &mut Chance) -> String {
    format!("{SERVICE_RANGE}{:03}", chance.between(100, 999))
}

/// The number as a feed writes it.
#[must_use]
pub fn written(number: &str, style: PhoneStyle) -> String {
    // The area code's length: three digits in 02 numbers, five in mobiles and in 01632, else four.
    let code = if number.starts_with("02") {
        3
    } else if number.starts_with("07") || number.starts_with("01632") {
        5
    } else {
        4
    };
    let (area, rest) = number.split_at(code);
    let (middle, end) = rest.split_at(rest.len() - if code == 5 { 0 } else { 4 });
    let tail = if end.is_empty() { vec![middle] } else { vec![middle, end] };
    match style {
        PhoneStyle::Plain => number.to_owned(),
        PhoneStyle::Spaced => format!("{area} {}", tail.join(" ")),
        PhoneStyle::Brackets => format!("({area}) {}", tail.join(" ")),
        PhoneStyle::International => format!("+44 {} {}", &area[1..], tail.join(" ")),
        PhoneStyle::Dashes => format!("{area}-{}", tail.join("-")),
    }
}

/// Whether this is a number from the drama ranges, however it is written.
#[cfg(test)]
pub fn is_drama_number(written: &str) -> bool {
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix("44").map_or(digits.clone(), |rest| format!("0{rest}"));
    national.len() == 11 && (national.starts_with(SERVICE_RANGE) || RANGES.iter().any(|(range, _)| national.starts_with(range)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_from_the_drama_ranges_in_every_style() {
        let mut chance = Chance::for_part(7, 7);
        for _ in 0..2000 {
            for drawn in [number(&mut chance), team_number(&mut chance)] {
                for style in [PhoneStyle::Spaced, PhoneStyle::Plain, PhoneStyle::Brackets, PhoneStyle::International, PhoneStyle::Dashes] {
                    assert!(is_drama_number(&written(&drawn, style)), "{drawn}");
                }
            }
        }
    }

    #[test]
    fn a_number_is_written_with_its_area_code_apart() {
        assert_eq!(written("02079460123", PhoneStyle::Spaced), "020 7946 0123");
        assert_eq!(written("01614960123", PhoneStyle::Brackets), "(0161) 496 0123");
        assert_eq!(written("07700900123", PhoneStyle::International), "+44 7700 900123");
    }
}
