//! Values folded so that one thing written in several ways compares as one.

pub mod address;
mod name_words;
pub mod names;
pub mod phonetic;
mod recent;
mod street_types;
pub mod variants;
pub mod word;

use unicode_normalization::UnicodeNormalization;

/// Folds a text: diacritics dropped, other scripts transliterated, lower case, apostrophes dropped, other punctuation to single spaces.
///
/// `Ó Súilleabháin-Šimůnek` becomes `o suilleabhain simunek`; `O'Brien` becomes `obrien`.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return fold_ascii(text);
    }
    let mut folded = String::with_capacity(text.len());
    push_transliterated(&mut folded, text);
    folded.truncate(folded.trim_end().len());
    folded
}

/// The same of ASCII, which most cells are, byte by byte.
fn fold_ascii(text: &str) -> String {
    let mut folded = Vec::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            folded.push(byte.to_ascii_lowercase());
        } else if !is_apostrophe(char::from(byte)) && folded.last().is_some_and(|last| *last != b' ') {
            folded.push(b' ');
        }
    }
    folded.pop_if(|last| *last == b' ');
    String::from_utf8(folded).expect("ASCII folds to ASCII")
}

/// Any text, brought to ASCII first: what [`fold`] does where it is not ASCII already.
fn push_transliterated(folded: &mut String, text: &str) {
    for character in text.nfkd().filter(|character| !unicode_normalization::char::is_combining_mark(*character)) {
        if character.is_ascii() || is_apostrophe(character) {
            push_folded(folded, character);
        } else {
            match deunicode::deunicode_char(character) {
                Some(plain) => plain.chars().for_each(|character| push_folded(folded, character)),
                None => push_folded(folded, ' '),
            }
        }
    }
}

fn push_folded(folded: &mut String, character: char) {
    if character.is_ascii_alphanumeric() {
        folded.push(character.to_ascii_lowercase());
    } else if !is_apostrophe(character) && !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '\u{2018}' | '\u{2019}' | '`' | '\u{b4}' | '\u{2bb}' | '\u{2bc}' | '\u{2bf}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn plain_text_folds_as_any_other_does(text in "[ -~\\t\\n]{0,40}") {
            let mut folded = String::new();
            push_transliterated(&mut folded, &text);
            prop_assert_eq!(fold(&text), folded.trim_end());
        }
    }

    #[test]
    fn diacritics_case_and_punctuation_do_not_matter() {
        assert_eq!(fold("Ó Súilleabháin-Šimůnek"), "o suilleabhain simunek");
        assert_eq!(fold("O'Brien"), "obrien");
        assert_eq!(fold("O\u{2019}BRIEN"), "obrien");
        assert_eq!(fold("  Łukasz  "), "lukasz");
    }

    #[test]
    fn other_scripts_are_transliterated() {
        assert_eq!(fold("Иван"), "ivan");
        assert_eq!(fold("王伟"), "wang wei");
    }
}
