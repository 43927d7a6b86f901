//! String similarity without allocation, on short folded ASCII words.
//!
//! The measures are those of `strsim` (a test holds them equal); they are written again here since `strsim` allocates for each call and a comparison
//! of two records has two microseconds.

/// Longest word that is compared: a word keeps 22 letters.
const LONGEST: usize = 32;

/// Jaro-Winkler similarity, 0 to 1 (prefix scale .1, up to four letters, from a Jaro similarity of .7, as in `strsim`). Words beyond 32 letters are cut.
#[must_use]
pub fn jaro_winkler(left: &[u8], right: &[u8]) -> f64 {
    let left = &left[..left.len().min(LONGEST)];
    let right = &right[..right.len().min(LONGEST)];
    let jaro = jaro(left, right);
    if jaro <= 0.7 {
        return jaro;
    }
    let prefix = left.iter().zip(right).take(4).take_while(|(one, other)| one == other).count();
    jaro + 0.1 * small_number(prefix) * (1.0 - jaro)
}

fn jaro(left: &[u8], right: &[u8]) -> f64 {
    if left.is_empty() || right.is_empty() {
        return if left.len() == right.len() { 1.0 } else { 0.0 };
    }
    let range = (left.len().max(right.len()) / 2).saturating_sub(1);
    // For each letter a bit for each place at which it stands in the right word.
    let mut places = [0_u32; 256];
    for (place, letter) in right.iter().enumerate() {
        places[usize::from(*letter)] |= 1 << place;
    }
    let (mut taken_left, mut taken_right) = (0_u32, 0_u32);
    let mut within = bits_below(range + 1);
    for (index, letter) in left.iter().enumerate() {
        let free = places[usize::from(*letter)] & within & !taken_right;
        if free != 0 {
            taken_right |= free & free.wrapping_neg();
            taken_left |= 1 << index;
        }
        // The window moves on by one place; it grows at its start while it reaches the beginning of the word.
        within = within << 1 | u32::from(index < range);
    }
    if taken_left == 0 {
        return 0.0;
    }
    let matches = taken_left.count_ones();
    let mut out_of_place = 0;
    while taken_left != 0 {
        out_of_place += u32::from(left[taken_left.trailing_zeros() as usize] != right[taken_right.trailing_zeros() as usize]);
        taken_left &= taken_left - 1;
        taken_right &= taken_right - 1;
    }
    let found = f64::from(matches);
    (found / small_number(left.len()) + found / small_number(right.len()) + (found - f64::from(out_of_place / 2)) / found) / 3.0
}

/// The lowest bits, so many of them: fewer than 32.
fn bits_below(count: usize) -> u32 {
    (1 << count) - 1
}

/// A count of letters, of which there are at most 32.
fn small_number(count: usize) -> f64 {
    u8::try_from(count).map_or(f64::from(u8::MAX), f64::from)
}

/// How many single-letter edits (insert, drop, change, swap of neighbours) lead from one word to the other: 0, 1, or `None` for more.
#[must_use]
pub fn edits_up_to_one(left: &[u8], right: &[u8]) -> Option<u8> {
    if left == right {
        return Some(0);
    }
    if left.len().abs_diff(right.len()) > 1 {
        return None;
    }
    let start = left.iter().zip(right).take_while(|(one, other)| one == other).count();
    let (left, right) = (&left[start..], &right[start..]);
    let end = left.iter().rev().zip(right.iter().rev()).take_while(|(one, other)| one == other).count();
    let (left, right) = (&left[..left.len() - end], &right[..right.len() - end]);
    let swapped = left.len() == 2 && right.len() == 2 && left[0] == right[1] && left[1] == right[0];
    (left.len().max(right.len()) <= 1 || swapped).then_some(1)
}

/// Whether two words have the same letters but for two neighbouring ones that have changed places.
#[must_use]
pub fn are_neighbours_swapped(left: &[u8], right: &[u8]) -> bool {
    let Some(start) = left.iter().zip(right).position(|(one, other)| one != other) else { return false };
    let swapped = left.get(start) == right.get(start + 1) && left.get(start + 1) == right.get(start);
    left.len() == right.len() && swapped && left.get(start + 2..) == right.get(start + 2..)
}

/// Edits between two words (optimal string alignment), or `None` where there are more than `limit`.
#[must_use]
pub fn edits(left: &[u8], right: &[u8], limit: usize) -> Option<usize> {
    let left = &left[..left.len().min(LONGEST)];
    let right = &right[..right.len().min(LONGEST)];
    if left.len().abs_diff(right.len()) > limit {
        return None;
    }
    let mut before_last = [0_usize; LONGEST + 1];
    let mut last = [0_usize; LONGEST + 1];
    for (place, cell) in last.iter_mut().enumerate() {
        *cell = place;
    }
    for (row, letter) in left.iter().enumerate() {
        let mut current = [0_usize; LONGEST + 1];
        current[0] = row + 1;
        let mut lowest = current[0];
        for (column, other) in right.iter().enumerate() {
            let change = last[column] + usize::from(letter != other);
            let mut best = change.min(last[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && *letter == right[column - 1] && left[row - 1] == *other {
                best = best.min(before_last[column - 1] + 1);
            }
            current[column + 1] = best;
            lowest = lowest.min(best);
        }
        if lowest > limit {
            return None;
        }
        before_last = last;
        last = current;
    }
    Some(last[right.len()]).filter(|edits| *edits <= limit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn jaro_winkler_is_the_one_of_strsim(left in "[a-e]{0,22}", right in "[a-e]{0,22}") {
            let expected = strsim::jaro_winkler(&left, &right);
            prop_assert!((jaro_winkler(left.as_bytes(), right.as_bytes()) - expected).abs() < 1e-9);
        }

        #[test]
        fn edits_are_those_of_strsim(left in "[a-c]{0,9}", right in "[a-c]{0,9}") {
            let expected = strsim::osa_distance(&left, &right);
            prop_assert_eq!(edits(left.as_bytes(), right.as_bytes(), 3), Some(expected).filter(|edits| *edits <= 3));
            prop_assert_eq!(
                edits_up_to_one(left.as_bytes(), right.as_bytes()).map(usize::from),
                Some(expected).filter(|edits| *edits <= 1)
            );
        }

        #[test]
        fn neighbours_that_are_swapped_are_one_edit_between_words_of_one_length(word in "[a-d]{2,8}", at in 0_usize..7) {
            let mut letters = word.clone().into_bytes();
            let at = at % (letters.len() - 1);
            letters.swap(at, at + 1);
            prop_assert_eq!(are_neighbours_swapped(word.as_bytes(), &letters), word.as_bytes() != letters);
            letters[at] = b'z';
            prop_assert!(!are_neighbours_swapped(word.as_bytes(), &letters));
        }
    }
}
