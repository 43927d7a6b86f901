//! Words that a street ends in, and how they are shortened.

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

/// The number of the type that a word stands for, from 1; 0 where it is none.
pub(super) fn street_type(word: &str) -> u8 {
    let found = STREET_TYPES.iter().position(|names| names.contains(&word));
    found.map_or(0, |at| u8::try_from(at + 1).expect("there are fewer than 255 street types"))
}
