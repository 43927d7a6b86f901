//! How a name sounds, across naming customs: a skeleton of consonant classes.
//!
//! English codes (Soundex, NYSIIS) keep apart what transliteration makes of one name (Qasim and Kassim, Yusuf and Jusuf, Aisha and Ayesha). Here the
//! letters that transliterations exchange share a class, vowels count only at the start (as one class), and doubles are one. The classes:
//! `b p` B; `f v w ph` F; `c k q g kh gh ck x` K; `s z sz ss ts` S; `sh sch ch cz cs j dj dż zh ti(on)` J; `d t th dh` T; `l` L; `m` M; `n` N; `r` R;
//! `h` and `y` inside a word are silent. Only used beside other evidence.

use crate::matching::hashing;

/// The hash of a folded word's skeleton; 0 for a word without one.
#[must_use]
pub fn code(word: &str) -> u32 {
    let skeleton = skeleton(word.as_bytes());
    if skeleton.is_empty() { 0 } else { hashing::upper_half(hashing::text(&skeleton)).max(1) }
}

/// The skeleton itself: `mohammed` and `muhammad` give `MMT`.
#[must_use]
pub fn skeleton(word: &[u8]) -> String {
    let mut skeleton = String::with_capacity(word.len());
    let mut at = 0;
    let mut last = None;
    while at < word.len() {
        let (class, taken) = class_at(word, at);
        if let Some(class) = class
            && last != Some(class)
        {
            skeleton.push(class);
            last = Some(class);
        }
        at += taken;
    }
    skeleton
}

fn class_at(word: &[u8], at: usize) -> (Option<char>, usize) {
    let next = word.get(at + 1).copied().unwrap_or(0);
    let after = word.get(at + 2).copied().unwrap_or(0);
    let first = at == 0;
    match (word[at], next) {
        (b's', b'c') if after == b'h' => (Some('J'), 3),
        (b's' | b'c' | b'z', b'h') | (b'd', b'j') | (b'c', b'z' | b's') => (Some('J'), 2),
        (b's', b'z') | (b't', b's' | b'z') => (Some('S'), 2),
        (b'p', b'h') => (Some('F'), 2),
        (b'k' | b'g', b'n') if first => (Some('N'), 2),
        (b'g', b'h') if !first => (None, 2),
        (b'k' | b'g', b'h') | (b'c', b'k') => (Some('K'), 2),
        (b't' | b'd', b'h') => (Some('T'), 2),
        (b's' | b'z', _) | (b'c', b'e' | b'i' | b'y') => (Some('S'), 1),
        (b'c' | b'k' | b'q' | b'g' | b'x', _) => (Some('K'), 1),
        (b'b' | b'p', _) => (Some('B'), 1),
        (b'f' | b'v' | b'w', _) => (Some('F'), 1),
        (b'j', _) => (Some('J'), 1),
        (b'd' | b't', _) => (Some('T'), 1),
        (b'l', _) => (Some('L'), 1),
        (b'm', _) => (Some('M'), 1),
        (b'n', _) => (Some('N'), 1),
        (b'r', _) => (Some('R'), 1),
        (b'a' | b'e' | b'i' | b'o' | b'u' | b'y', _) if first => (Some('A'), 1),
        (b'h', _) if first => (Some('H'), 1),
        (digit @ b'0'..=b'9', _) => (Some(char::from(digit)), 1),
        _ => (None, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_sound_alike() {
        for (left, right) in [
            ("mohammed", "muhammad"),
            ("aisha", "ayesha"),
            ("qasim", "kassim"),
            ("catherine", "katharin"),
            ("philip", "filip"),
            ("steven", "stephen"),
            ("hussein", "husain"),
            ("schmidt", "schmit"),
        ] {
            assert_eq!(code(left), code(right), "{left} {right}");
        }
    }

    #[test]
    fn different_names_sound_different() {
        assert_ne!(code("mary"), code("martha"));
        assert_ne!(code("smith"), code("jones"));
    }
}
