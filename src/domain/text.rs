//! Cleaning of free text cells, and the words that stand for "nothing known".

use std::borrow::Cow;

use super::WordList;

/// The cell trimmed, its runs of white space folded to one space, and control characters dropped.
#[must_use]
pub fn tidy(cell: &str) -> Cow<'_, str> {
    if is_tidy(cell) {
        return Cow::Borrowed(cell);
    }
    let mut tidied = String::with_capacity(cell.len());
    for word in cell.split(|character: char| character.is_whitespace() || character.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !tidied.is_empty() {
            tidied.push(' ');
        }
        tidied.push_str(word);
    }
    Cow::Owned(tidied)
}

/// Whether a cell is plainly tidy as it is: what most cells of a file are.
fn is_tidy(cell: &str) -> bool {
    let mut before = b' ';
    for byte in cell.bytes() {
        if !(b' '..0x7f).contains(&byte) || (byte == b' ' && before == b' ') {
            return false;
        }
        before = byte;
    }
    before != b' '
}

/// Words that services type into a cell they cannot fill. Compared lower-case, with punctuation folded to spaces.
const PLACEHOLDERS: &[&str] = &[
    "anon",
    "anonymous",
    "not applicable",
    "na",
    "n a",
    "nk",
    "n k",
    "nfa",
    "nil",
    "no data",
    "none",
    "not available",
    "not given",
    "not known",
    "not provided",
    "not recorded",
    "not stated",
    "null",
    "no fixed abode",
    "no fixed address",
    "tba",
    "tbc",
    "to be confirmed",
    "u k",
    "unk",
    "unknown",
    "unnamed",
    "undisclosed",
    "withheld",
    "x",
    "xx",
    "xxx",
    "xxxx",
    "zz",
    "zzz",
    "test",
    "dummy",
    "redacted",
    "missing",
    "blank",
];

static PLACEHOLDER_LIST: WordList = WordList::new(PLACEHOLDERS);

/// For each first letter a bit for each number of letters and digits that a placeholder of it has, by which most cells are told from them at once.
const PLACEHOLDER_SHAPES: [u32; 26] = placeholder_shapes();

const fn placeholder_shapes() -> [u32; 26] {
    let mut shapes = [0; 26];
    let mut at = 0;
    while at < PLACEHOLDERS.len() {
        let placeholder = PLACEHOLDERS[at].as_bytes();
        let mut letters = 0;
        let mut place = 0;
        while place < placeholder.len() {
            letters += placeholder[place].is_ascii_alphanumeric() as u32;
            place += 1;
        }
        shapes[(placeholder[0] - b'a') as usize] |= 1 << letters;
        at += 1;
    }
    shapes
}

/// Whether a plain ASCII cell has the first letter and the length of some placeholder.
fn has_shape_of_placeholder(cell: &str) -> bool {
    let mut letters = cell.bytes().filter(u8::is_ascii_alphanumeric);
    let Some(first) = letters.next() else { return true };
    let shapes = PLACEHOLDER_SHAPES.get(usize::from(first.to_ascii_lowercase().wrapping_sub(b'a'))).copied().unwrap_or(0);
    // What is longer than the longest placeholder is not counted to its end.
    let Some(longest) = shapes.checked_ilog2() else { return false };
    let length = letters.take(longest as usize).fold(1, |length, _| length + 1);
    shapes.checked_shr(length).is_some_and(|shape| shape & 1 != 0)
}

/// Whether a tidied cell says that nothing is known: empty, "Unknown", "Not known", "N/A", "xxx", only punctuation, …
#[must_use]
pub fn is_placeholder(cell: &str) -> bool {
    if cell.is_empty() {
        return true;
    }
    (!cell.is_ascii() || has_shape_of_placeholder(cell)) && folds_to_placeholder(cell)
}

fn folds_to_placeholder(cell: &str) -> bool {
    let mut folded = String::with_capacity(cell.len());
    for character in cell.chars() {
        if character.is_alphanumeric() {
            folded.extend(character.to_lowercase());
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    let folded = folded.trim_end();
    folded.is_empty() || PLACEHOLDER_LIST.contains(folded)
}

/// A tidied cell, or `None` where it is empty or a placeholder.
#[must_use]
pub fn meaningful(cell: &str) -> Option<Cow<'_, str>> {
    if cell.is_empty() {
        return None; // what many cells of a file are
    }
    let tidied = tidy(cell);
    (!is_placeholder(&tidied)).then_some(tidied)
}

/// Placeholders for a given name of somebody not yet named: "Baby", "Baby girl", "Twin 1", "Infant of", "Unborn", "Male", ….
#[must_use]
pub fn is_unnamed(given_name: &str) -> bool {
    starts_as_unnamed(given_name) && is_unnamed_throughout(given_name)
}

/// Words that such a placeholder starts with; most names start otherwise, and need not be looked at any further.
const UNNAMED_STARTS: &[&str] =
    &["baby", "twin", "triplet", "infant", "newborn", "unborn", "foetus", "fetus", "unnamed", "male", "female", "boy", "girl", "child"];

fn starts_as_unnamed(given_name: &str) -> bool {
    let first = given_name.split(|character: char| !character.is_alphanumeric()).find(|word| !word.is_empty());
    first.is_some_and(|first| !first.is_ascii() || UNNAMED_STARTS.iter().any(|start| start.eq_ignore_ascii_case(first)))
}

fn is_unnamed_throughout(given_name: &str) -> bool {
    const WORDS: &[&str] = &[
        "baby", "boy", "girl", "twin", "triplet", "infant", "newborn", "unborn", "child", "male", "female", "of", "son", "daughter", "one",
        "two", "three", "first", "second", "a", "b", "i", "ii", "foetus", "fetus", "unnamed",
    ];
    let lower = given_name.to_lowercase();
    let mut words = lower.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    words.peek().is_some_and(|first| UNNAMED_STARTS.contains(first))
        && words.all(|word| WORDS.contains(&word) || word.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_tells_most_cells_at_once_is_never_wrong(
            cell in "[ .-]{0,2}(no|n|k|unknown|baby|Twin|X|\\PC{0,4}){0,3}[ /.]?(Known|a|girl|2|k|\\PC{0,20})"
        ) {
            prop_assert_eq!(is_placeholder(&cell), folds_to_placeholder(&cell));
            prop_assert_eq!(is_unnamed(&cell), is_unnamed_throughout(&cell));
        }
    }

    #[test]
    fn what_tells_most_cells_from_placeholders_at_once_holds_for_every_placeholder() {
        for placeholder in PLACEHOLDERS {
            assert!(is_placeholder(placeholder) && is_placeholder(&format!("- {}.", placeholder.to_uppercase())), "{placeholder}");
        }
        assert!(is_placeholder("...") && is_placeholder("") && !is_placeholder("Nora") && !is_placeholder("Unknown Warrior of the Abbey"));
    }

    #[test]
    fn a_tidy_cell_stays_as_it_is() {
        for (cell, tidied) in
            [("12 High Street", "12 High Street"), (" 12  High\tStreet ", "12 High Street"), ("", ""), (" ", ""), ("Zo\u{eb} ", "Zo\u{eb}")]
        {
            assert_eq!(tidy(cell), tidied);
        }
    }

    #[test]
    fn white_space_of_any_kind_is_folded() {
        assert_eq!(tidy("  12  High\u{a0}Street\r\n Ash \u{7}"), "12 High Street Ash");
    }

    #[test]
    fn words_for_nothing_known_are_missing() {
        for cell in ["", "  ", "Unknown", "NOT KNOWN", "n/a", "-", "xxx", "Not stated.", "N.K."] {
            assert_eq!(meaningful(cell), None, "{cell}");
        }
        assert_eq!(meaningful(" Noor "), Some("Noor".into()));
    }

    #[test]
    fn a_child_not_yet_named_has_no_given_name() {
        for name in ["Baby", "baby girl", "Twin 1", "Twin II", "Infant of", "UNBORN", "Male Infant", "Baby boy 2"] {
            assert!(is_unnamed(name), "{name}");
        }
        for name in ["Childeric", "Maleeha", "Boyd", "Ian", "Babyface Nelson"] {
            assert!(!is_unnamed(name), "{name}");
        }
    }
}
