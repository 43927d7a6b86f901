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

/// Short forms that are as often a word of their own: "12 Avenue La Manche".
const TOO_SHORT: &WordList = &WordList::new(&["la", "cl", "cr", "pl", "gr", "ter", "str", "circ", "esp"]);

/// Words that may stand behind a street's type and still be of its name.
const DIRECTIONS: &WordList = &WordList::new(&["north", "south", "east", "west", "n", "s", "e", "w", "upper", "lower"]);

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

/// How many words of a numbered line make its street, where its town follows without a comma ("valley close ashby"): up to the first word behind the
/// street's name that streets end in, and with those directly behind it, which belong to the name ("castle hill road", "church road north"). All, where
/// no word does, or nothing else follows. Where no word is right, a slip in one counts.
pub(super) fn street_length(words: &[&str]) -> usize {
    let ends_street = |at: usize| match words[at] {
        // A saint, where the word that the street ends in is still to come: "12 great st helens road".
        "st" => !words[at + 1..].iter().any(|word| *word != "st" && street_type(word) > 0),
        word => street_type(word) > 0 && !TOO_SHORT.contains(word),
    };
    let first = (1..words.len()).find(|at| ends_street(*at)).or_else(|| (1..words.len()).find(|at| misspelt_street_type(words[*at]) > 0));
    let Some(first) = first else { return words.len() };
    let is_of_the_name = |word: &&&str| (**word != "st" && street_type(word) > 0) || DIRECTIONS.contains(word);
    let behind = words[first + 1..].iter().take_while(is_of_the_name);
    first + 1 + behind.count()
}

fn number_of(is_it: impl Fn(&&[&str]) -> bool) -> u8 {
    STREET_TYPES.iter().position(is_it).map_or(0, |at| u8::try_from(at + 1).expect("there are fewer than 255 street types"))
}
