//! Words that a street ends in, and how they are shortened.

use crate::{domain::WordList, matching::compare::strings};

/// Street types and their abbreviations, each line one type.
const STREET_TYPES: &[&[&str]] = &[
    &["street", "st", "str"],
    &["road", "rd"],
    &["avenue", "ave", "av"],
    &["lane", "ln", "la"],
    &["drive", "dr", "drv"],
    &["close", "cl", "clo"],
    &["crescent", "cres", "cr", "crs"],
    &["court", "ct", "crt"],
    &["place", "pl", "plc"],
    &["terrace", "terr", "ter", "tce"],
    &["gardens", "gdns", "gdn", "garden"],
    &["grove", "gr", "grv"],
    &["square", "sq"],
    &["way", "wy"],
    &["walk", "wlk"],
    &["park", "pk"],
    &["circuit", "cct", "circ"],
    &["circle", "cir"],
    &["boulevard", "blvd", "bvd"],
    &["parade", "pde"],
    &["highway", "hwy"],
    &["row"],
    &["mews"],
    &["hill"],
    &["rise"],
    &["view"],
    &["green", "grn"],
    &["yard"],
    &["wharf"],
    &["parkway", "pkwy"],
    &["trail", "trl"],
    &["alley", "aly"],
    &["esplanade", "esp"],
    &["vale"],
];

/// Types that a place where many people live may end in as well: a college's court, a caravan park.
const PLACES_TOO: &WordList = &WordList::new(&["court", "place", "gardens", "square", "park", "yard", "green"]);

/// The number of the type that a word stands for, from 1; 0 where it is none.
pub(super) fn street_type(word: &str) -> u8 {
    number_of(|names| names.contains(&word))
}

/// The number of the type of four letters or more that a word is one slip away from; 0 where there is none. Of four letters only a letter too many, one
/// too few and two swapped are slips: "land" is no "lane".
pub(super) fn misspelt_street_type(word: &str) -> u8 {
    number_of(|names| {
        let (name, word) = (names[0].as_bytes(), word.as_bytes());
        let is_slip = match name.len() {
            0..4 => false,
            4 => name.len() != word.len() || strings::are_neighbours_swapped(name, word),
            _ => word.len() >= 4,
        };
        is_slip && strings::edits_up_to_one(name, word).is_some()
    })
}

/// A street whose last word has the type at its end, as where a space was left out ("Brook Court" as "Brookcourt"): what stands before it, and the
/// number of the type.
pub(super) fn without_street_type(street: &str) -> Option<(&str, u8)> {
    let types = STREET_TYPES.iter().zip(1..).filter(|(names, _)| names[0].len() >= 4);
    types
        .filter_map(|(names, number)| street.strip_suffix(names[0]).zip(Some(number)))
        .find(|(name, _)| name.len() >= 3 && !name.ends_with(' '))
}

/// Whether a word ends the names of streets and nothing else.
pub(super) fn is_road(word: &str) -> bool {
    usize::from(street_type(word)).checked_sub(1).is_some_and(|at| !PLACES_TOO.contains(STREET_TYPES[at][0]))
}

fn number_of(is_it: impl Fn(&&[&str]) -> bool) -> u8 {
    STREET_TYPES.iter().position(is_it).map_or(0, |at| u8::try_from(at + 1).expect("there are fewer than 255 street types"))
}
