//! What was lately made of texts: the names, streets and towns of a file are few beside its rows.

use std::cell::RefCell;

use crate::matching::hashing;

/// Texts that one thread remembers of a kind: few, so that looking one up seldom waits for memory. Each has its place, and gives way to another of that place.
const PLACES: usize = 1 << 12;

/// What one thread lately made of texts. Texts of one hash are taken for one, as words are everywhere.
pub(super) struct Recent<Made>(RefCell<Vec<Option<(u64, Made)>>>);

impl<Made: Clone> Recent<Made> {
    pub(super) const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }

    /// What `make` makes of the text, or made of it before; it must make the same of one text every time.
    pub(super) fn get_or_make(&self, text: &str, make: impl FnOnce(&str) -> Made) -> Made {
        let hash = hashing::text(text);
        let place = usize::try_from(hash % PLACES as u64).expect("below the number of places");
        if let Some(Some((known, made))) = self.0.borrow().get(place)
            && *known == hash
        {
            return made.clone();
        }
        let made = make(text);
        let mut places = self.0.borrow_mut();
        places.resize_with(PLACES, || None);
        places[place] = Some((hash, made.clone()));
        made
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_remembered_of_a_text_is_what_would_be_made_of_it(texts in prop::collection::vec("[ab]{0,3}|[a-z]{1,70}", 1..40)) {
            let recent = Recent::new();
            for text in &texts {
                prop_assert_eq!(recent.get_or_make(text, str::to_uppercase), text.to_uppercase());
            }
        }
    }

    #[test]
    fn a_text_is_taken_apart_once() {
        let recent = Recent::new();
        assert_eq!(recent.get_or_make("smith", |_| 1), 1);
        assert_eq!(recent.get_or_make("smith", |_| 2), 1);
    }
}
