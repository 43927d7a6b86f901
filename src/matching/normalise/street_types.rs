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

/// The number of the type that a word of five letters or more is one slip away from; 0 where there is none.
pub(super) fn misspelt_street_type(word: &str) -> u8 {
    if word.len() < 5 {
        return 0;
    }
    number_of(|names| names[0].len() >= 5 && strings::edits_up_to_one(names[0].as_bytes(), word.as_bytes()).is_some())
}

/// Whether a word ends the names of streets and nothing else.
pub(super) fn is_road(word: &str) -> bool {
    usize::from(street_type(word)).checked_sub(1).is_some_and(|at| !PLACES_TOO.contains(STREET_TYPES[at][0]))
}

fn number_of(is_it: impl Fn(&&[&str]) -> bool) -> u8 {
    STREET_TYPES.iter().position(is_it).map_or(0, |at| u8::try_from(at + 1).expect("there are fewer than 255 street types"))
}
