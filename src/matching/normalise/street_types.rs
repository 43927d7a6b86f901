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

/// Types and short forms that stand within the name of a street, or begin that of a town, as often as they end a street: "12 Notting Hill Gate".
const WITHIN_NAMES: &WordList = &WordList::new(&["hill", "view", "vale", "row", "rise", "la", "cr", "gr", "ter", "str", "circ", "esp"]);

/// Places that streets are called as well, where no road follows.
const ENDS_AS_PLACE: &WordList = &WordList::new(&["court", "place", "gardens", "square"]);

const DIRECTIONS: &WordList = &WordList::new(&["north", "south", "east", "west"]);

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
    name_of(street_type(word)).is_some_and(|name| !PLACES_TOO.contains(name))
}

/// How many words of a numbered line make its street, where its town follows without a comma ("valley close ashby"): up to the first road behind the
/// street's first word, with roads directly behind it ("park avenue road") and a direction that nothing follows ("church road north", but "high street",
/// "west bromwich"). Where no road is right a slip in one counts, and then a place ("brook court"). All, where nothing else follows.
pub(super) fn street_length(words: &[&str]) -> usize {
    let ends_as_road = |at: usize| match words[at] {
        // A saint, where the road is still to come: "12 great st helens road".
        "st" => !words[at + 1..].iter().any(|word| *word != "st" && is_road_behind_name(word)),
        word => is_road_behind_name(word),
    };
    let is_slip_of_road = |at: &usize| {
        name_of(misspelt_street_type(words[*at])).is_some_and(|name| is_road_behind_name(name) && name[..1] == words[*at][..1])
    };
    let behind_name = 1..words.len();
    let end = behind_name.clone().find(|at| ends_as_road(*at));
    let end = end
        .or_else(|| behind_name.clone().find(is_slip_of_road))
        .or_else(|| behind_name.clone().find(|at| ENDS_AS_PLACE.contains(words[*at])));
    let Some(end) = end else { return words.len() };
    let behind = &words[end + 1..];
    match behind {
        [direction] if DIRECTIONS.contains(direction) => words.len(),
        _ => end + 1 + behind.iter().take_while(|word| **word != "st" && is_road_behind_name(word)).count(),
    }
}

/// Whether a word behind a street's name ends it, and seldom stands within one.
fn is_road_behind_name(word: &str) -> bool {
    is_road(word) && !WITHIN_NAMES.contains(word)
}

/// A type's name by its number.
fn name_of(number: u8) -> Option<&'static str> {
    usize::from(number).checked_sub(1).map(|at| STREET_TYPES[at][0])
}

fn number_of(is_it: impl Fn(&&[&str]) -> bool) -> u8 {
    STREET_TYPES.iter().position(is_it).map_or(0, |at| u8::try_from(at + 1).expect("there are fewer than 255 street types"))
}
