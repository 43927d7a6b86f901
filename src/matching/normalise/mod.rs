//! Values folded so that one thing written in several ways compares as one.

pub mod address;
pub mod names;
pub mod phonetic;
pub mod variants;
pub mod word;

use unicode_normalization::UnicodeNormalization;

/// Folds a text: diacritics dropped, other scripts transliterated, lower case, apostrophes dropped, other punctuation to single spaces.
///
/// `Ó Súilleabháin-Šimůnek` becomes `o suilleabhain simunek`; `O'Brien` becomes `obrien`.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut push = |character: char| {
        if character.is_ascii_alphanumeric() {
            folded.push(character.to_ascii_lowercase());
        } else if !is_apostrophe(character) && !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    };
    for character in text.nfkd().filter(|character| !unicode_normalization::char::is_combining_mark(*character)) {
        if character.is_ascii() || is_apostrophe(character) {
            push(character);
        } else {
            match deunicode::deunicode_char(character) {
                Some(plain) => plain.chars().for_each(&mut push),
                None => push(' '),
            }
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '\u{2018}' | '\u{2019}' | '`' | '\u{b4}' | '\u{2bb}' | '\u{2bc}' | '\u{2bf}')
}

#[cfg(test)]
mod tests {
    use super::*;

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
