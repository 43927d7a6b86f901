//! Words in name cells that are no names, or only a part of one.

use crate::domain::WordList;

/// Words before a family name that services write together, apart, or leave out.
pub(super) const PARTICLES: &WordList = &WordList::new(&[
    "al", "el", "ul", "ur", "bin", "bint", "binti", "ibn", "de", "da", "do", "dos", "das", "del", "della", "di", "du", "la", "le", "van",
    "von", "den", "der", "ter", "ten", "o", "mac", "mc", "st", "ap", "ab", "abu", "umm",
]);

/// Titles and suffixes that are no names.
pub(super) const TITLES: &WordList = &WordList::new(&[
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "lady", "master", "jr", "jnr", "junior", "sr", "snr", "senior", "ii",
    "iii", "iv",
]);

/// Marks that operators and migrations put before a name, joined by underscores (`DUPLICATE_`, `MIG_ERROR_`, `NO_SHOW_`).
const MARKS: &WordList = &WordList::new(&[
    "mig",
    "error",
    "err",
    "duplicate",
    "dup",
    "no",
    "show",
    "do",
    "not",
    "use",
    "test",
    "deleted",
    "old",
    "inactive",
    "merged",
]);

/// Words for a role in a household that stand where nobody knew the name ("Occupier", "The Householder", "Daughter of", "Lady of the house").
pub(super) const ROLES: &WordList = &WordList::new(&[
    "adult",
    "brother",
    "child",
    "dad",
    "daughter",
    "father",
    "female",
    "gentleman",
    "girl",
    "guest",
    "head",
    "householder",
    "husband",
    "kid",
    "lady",
    "male",
    "man",
    "member",
    "minor",
    "mother",
    "mum",
    "neighbour",
    "occupant",
    "occupier",
    "owner",
    "parent",
    "partner",
    "person",
    "resident",
    "sister",
    "son",
    "spouse",
    "tenant",
    "visitor",
    "wife",
    "woman",
    "boy",
    "senor",
    "senora",
    "madam",
]);

/// Words of [`ROLES`] that are given names too, or half of one ("Man Yi", "Son"): they stand for a man or a boy, or for a name.
pub(super) const ROLES_AND_NAMES: &WordList = &WordList::new(&["man", "son"]);

/// Words that link those of a role, or tell one of its bearers from another.
pub(super) const ROLE_LINKS: &WordList = &WordList::new(&[
    "of",
    "in",
    "the",
    "house",
    "home",
    "household",
    "a",
    "at",
    "this",
    "unknown",
    "family",
    "one",
    "two",
    "three",
    "1",
    "2",
    "3",
]);

/// A name cell without operators' marks before it.
pub(super) fn without_marks(cell: &str) -> &str {
    let mut rest = cell;
    while let Some((first, after)) = rest.split_once('_') {
        if !MARKS.contains(&first.trim().to_lowercase()) || after.trim().is_empty() {
            break;
        }
        rest = after;
    }
    rest
}
