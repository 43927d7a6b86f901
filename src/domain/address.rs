//! Addresses as services give them. Taking one apart into flat, number and street is for `matching::normalise`.

use std::borrow::Cow;

use jiff::civil::Date;

use super::{Identifier, Postcode, postcode, redacted_debug, text};

/// One address of a person, and when the person lived there, as far as the record says.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// The address's lines in order, tidied, without the postcode where it could be told apart.
    pub lines: Vec<String>,
    /// The postcode, where it is well formed.
    pub postcode: Option<Postcode>,
    /// The unique property reference number.
    pub uprn: Option<Identifier>,
    /// First day at the address.
    pub from: Option<Date>,
    /// Last day at the address; `None` where it is the current one or nobody said.
    pub to: Option<Date>,
}
redacted_debug!(Address);

impl Address {
    /// Puts an address together from cells, each of which may hold several lines (split at line ends and commas). A postcode that stands as the
    /// last line, or ends it, is taken out of the lines where `postcode` is not given.
    #[must_use]
    pub fn from_cells<'cells>(cells: impl IntoIterator<Item = &'cells str>, postcode: Option<Postcode>) -> Self {
        let mut lines: Vec<String> =
            cells.into_iter().flat_map(|cell| cell.split(['\n', '\r', ','])).filter_map(text::meaningful).map(Cow::into_owned).collect();
        let mut postcode = postcode;
        if let Some((kept, found)) = lines.last().and_then(|last| trailing_postcode(last)) {
            // "Unknown SK1 3XE": what is left may say nothing.
            let kept = text::meaningful(kept).map(Cow::into_owned);
            lines.pop();
            lines.extend(kept);
            postcode = postcode.or(Some(found));
        }
        Self { lines, postcode, ..Self::default() }
    }

    /// Whether it says nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.postcode.is_none() && self.uprn.is_none()
    }
}

/// Words that make an address a place of many unrelated people. A flat or house number in front does not change that.
const INSTITUTIONS: &[&str] = &[
    "hostel",
    "refuge",
    "prison",
    "hmp",
    "yoi",
    "hospital",
    "infirmary",
    "school",
    "academy",
    "college",
    "nursery",
    "barracks",
    "hotel",
    "motel",
    "inn",
    "shelter",
    "care home",
    "nursing home",
    "residential home",
    "childrens home",
    "children s home",
    "bail",
    "probation",
    "temporary accommodation",
    "bed and breakfast",
    "b b",
    "night stop",
    "detention",
    "immigration removal",
    "women s aid",
    "womens aid",
    "council offices",
    "town hall",
    "civic centre",
    "civic center",
    "salvation army",
    "halls of residence",
    "police station",
];

/// Words that a school's name ends with where the word itself is left out ("St Anne's Primary").
const SCHOOL_ENDINGS: [&str; 5] = ["primary", "infant", "infants", "junior", "juniors"];

/// Whether a line, in lower-case words, is the name of a school without that word: not a house number and the rest of a street's name, nor somebody's care.
pub(crate) fn ends_as_school(words: &[impl AsRef<str>]) -> bool {
    let [first, second, ..] = words else { return false };
    let is_house = first.as_ref().starts_with(|letter: char| letter.is_ascii_digit());
    let is_care_of = (first.as_ref(), second.as_ref()) == ("c", "o");
    !is_house && !is_care_of && words.last().is_some_and(|last| SCHOOL_ENDINGS.contains(&last.as_ref()))
}

impl Address {
    /// Whether its words say that many unrelated people live or are registered there: a hostel, refuge, school, prison, ….
    ///
    /// A street may be named after one ("School Lane", "Hospital Road"), so a line that goes on to a word for a street does not count.
    #[must_use]
    pub fn is_institution(&self) -> bool {
        const STREETS: &[&str] = &[
            "road", "rd", "lane", "ln", "street", "st", "close", "avenue", "ave", "drive", "walk", "way", "hill", "row", "terrace",
            "place", "court",
        ];
        self.lines.iter().any(|line| {
            let words: Vec<String> =
                line.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
            let is_street = words.last().is_some_and(|last| STREETS.contains(&last.as_str()));
            let folded = format!(" {} ", words.join(" "));
            ends_as_school(&words) || !is_street && INSTITUTIONS.iter().any(|place| folded.contains(&format!(" {place} ")))
        })
    }
}

/// A line's text before a postcode at its end, and that postcode.
fn trailing_postcode(line: &str) -> Option<(&str, Postcode)> {
    let (before, last) = line.rsplit_once(' ').unwrap_or(("", line));
    let start_of_two = before.rfind(' ').map_or(0, |space| space + 1);
    let in_two = (last.len() == 3 && !before.is_empty()).then_some((&line[..start_of_two], &line[start_of_two..]));
    in_two.into_iter().chain([(before, last)]).find_map(|(kept, ending)| {
        let letters = ending.bytes().filter(u8::is_ascii_alphanumeric).count();
        let postcode = postcode::LENGTHS.contains(&letters).then(|| Postcode::parse(ending)).flatten();
        Some((kept.trim_end(), postcode?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_before_a_postcode_is_no_line() {
        for cell in ["Not known SK1 3XE", "- SK1 3XE", "N/A, SK1 3XE", "SK1 3XE"] {
            let address = Address::from_cells([cell], None);
            assert!(address.lines.is_empty() && address.postcode.is_some(), "{cell}");
        }
    }

    #[test]
    fn a_cell_of_several_lines_gives_its_lines_and_postcode() {
        let address = Address::from_cells(["Flat 2\n14 High Street, Ashby\nSK1 3XE"], None);
        assert_eq!(address.lines, ["Flat 2", "14 High Street", "Ashby"]);
        assert_eq!(address.postcode.unwrap().as_str(), "SK1 3XE");
    }

    #[test]
    fn a_postcode_at_the_end_of_the_last_line_is_taken_out() {
        let address = Address::from_cells(["14 High Street", "Ashby SK1 3XE"], None);
        assert_eq!(address.lines, ["14 High Street", "Ashby"]);
        assert!(address.postcode.is_some());
    }

    #[test]
    fn a_house_number_and_street_are_not_a_postcode() {
        let address = Address::from_cells(["1 Oak Way"], None);
        assert_eq!(address.lines, ["1 Oak Way"]);
        assert!(address.postcode.is_none());
    }

    #[test]
    fn an_institution_is_known_by_its_words_and_a_street_named_after_one_is_not() {
        let institution = |line: &str| Address::from_cells([line], None).is_institution();
        for line in ["Room 4, Fern Hostel", "Women's Aid Refuge", "HMP Ashby", "St Anne's Primary School", "Langford Primary"] {
            assert!(institution(line), "{line}");
        }
        for line in [
            "12 School Lane",
            "4 Hospital Road",
            "1 Hostelry Court",
            "7 Prince Street",
            "2 Primary Way",
            "Primary",
            "12 Primary",
            "c/o J Smith Junior",
        ] {
            assert!(!institution(line), "{line}");
        }
    }

    #[test]
    fn placeholders_leave_an_empty_address() {
        assert!(Address::from_cells(["No fixed abode", "-"], None).is_empty());
    }
}
