//! What lists tell of two who look like twins: a list has a row for each of two people, but mostly one for somebody who goes by two names.

use std::collections::BTreeSet;

use super::{between::Between, groups::Groups, twins::Twins};
use crate::matching::Model;

/// From so many lists on that have a row for the one or the other, it tells something that none knows both; `None` where no number of lists would.
fn fewest_lists(like: Twins, between: &Between) -> Option<usize> {
    let fewest = match like {
        // No service need know both of two who live apart, and many of a common family name are born on one day.
        Twins::Other | Twins::MayBeOneName if between.live_apart() => return None,
        // Few are called by a first name that all brothers bear; few twins of 25 or more live together, and of children whoever has the one mostly has
        // the other.
        Twins::MayBeOneName => 2,
        Twins::Together if !between.middle_names_differ() => 2,
        // Two services, or three, may know one each of two who live apart, or who bear two middle names; a fourth would hardly miss both.
        Twins::Together | Twins::GrownUp | Twins::Other => 4,
    };
    Some(fewest)
}

impl Groups {
    /// Takes those who look like twins for one person where several lists know the one or the other, and none has a row for each: of two people, some list would.
    /// Returns whether there were any.
    pub(super) fn take_for_one_by_lists(&mut self, model: &Model) -> bool {
        let groups: Vec<usize> = (0..self.members.len()).filter(|group| !self.members[*group].is_empty()).collect();
        let pairs = groups.iter().enumerate().flat_map(|(at, one)| groups[at + 1..].iter().map(move |other| (*one, *other)));
        let are_one: Vec<(usize, usize)> = pairs.filter(|(one, other)| self.are_one_by_lists(*one, *other, model)).collect();
        for (one, other) in &are_one {
            self.acquit(*one, *other);
        }
        !are_one.is_empty()
    }

    fn are_one_by_lists(&self, one: usize, other: usize, model: &Model) -> bool {
        let between = self.get(one, other);
        let Some(like) = between.like_twins.filter(|_| between.may_join(model)) else { return false };
        let of_both: BTreeSet<u32> = self.lists_of(one).chain(self.lists_of(other)).collect();
        fewest_lists(like, &between).is_some_and(|fewest| of_both.len() >= fewest)
            && self.lists_like(one, model).is_disjoint(&self.lists_like(other, model))
    }

    /// The lists that have a row of their own for a group, or for another that may be the same person.
    fn lists_like(&self, group: usize, model: &Model) -> BTreeSet<u32> {
        let may_be_it = |other: usize| {
            let between = self.get(group, other);
            other == group || between.joins(model)
        };
        (0..self.members.len()).filter(|other| may_be_it(*other)).flat_map(|other| self.lists_of(other)).collect()
    }
}
