//! Slips of the hand.

use jiff::{ToSpan, civil::Date};

use super::super::{chance::Chance, people::REFERENCE_DATE};

/// A date of birth that somebody got wrong: a day, month, year or decade off, or two digits the wrong way round.
#[must_use]
pub fn wrong_date(born: Date, chance: &mut Chance) -> Date {
    for _ in 0..20 {
        let (year, month, day) = (born.year(), born.month(), born.day());
        let wrong = match chance.weighted(&[0.4, 0.2, 0.25, 0.1, 0.05]) {
            0 => Date::new(year, month, [day - 1, day + 1, day + 10, day - 10][chance.below(4)]),
            1 => Date::new(year, month + if chance.happens(0.5) { 1 } else { -1 }, day),
            2 => Date::new(year + if chance.happens(0.5) { 1 } else { -1 }, month, day),
            3 => Date::new(year + if chance.happens(0.5) { 10 } else { -10 }, month, day),
            _ => Date::new(year, month, day % 10 * 10 + day / 10),
        };
        if let Ok(wrong) = wrong
            && wrong <= REFERENCE_DATE
            && wrong != born
        {
            return wrong;
        }
    }
    born.saturating_sub(1.day())
}

const NEIGHBOURS: [&str; 26] = [
    "sq", "vn", "xv", "sf", "wr", "dg", "fh", "gj", "uo", "hk", "jl", "ko", "nk", "bm", "ip", "ol", "wa", "et", "ad", "ry", "yi", "cb",
    "qe", "zc", "tu", "xs",
];

/// One slip of the hand: a neighbouring key, two letters the wrong way round, a letter left out or doubled.
#[must_use]
pub fn mistyped(text: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 3 {
        return text.to_owned();
    }
    let place = 1 + chance.below(letters.len() - 2);
    match chance.weighted(&[0.3, 0.25, 0.27, 0.18]) {
        0 => {
            let lower = letters[place].to_ascii_lowercase();
            if lower.is_ascii_lowercase() {
                let keys = NEIGHBOURS[lower as usize - 'a' as usize].as_bytes();
                letters[place] = char::from(*chance.one_of(keys));
            } else {
                letters.remove(place);
            }
        }
        1 if letters[place] != letters[place + 1] => letters.swap(place, place + 1),
        2 => {
            letters.remove(place);
        }
        _ => letters.insert(place, letters[place]),
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_hand_changes_a_name_by_one_letter() {
        let mut chance = Chance::for_part(9, 9);
        for _ in 0..300 {
            let written = mistyped("Margaret", &mut chance);
            assert!(written.chars().count().abs_diff(8) <= 1, "{written}");
        }
    }

    #[test]
    fn a_wrong_date_is_wrong_and_not_in_the_future() {
        let mut chance = Chance::for_part(4, 4);
        for born in [Date::constant(2026, 10, 30), Date::constant(1984, 2, 29), Date::constant(2000, 12, 31)] {
            for _ in 0..200 {
                let wrong = wrong_date(born, &mut chance);
                assert!(wrong != born && wrong <= REFERENCE_DATE);
            }
        }
    }
}
