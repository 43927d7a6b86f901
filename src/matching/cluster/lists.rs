//! What lists tell of two who look like twins: a list has a row for each of two people, but mostly one for somebody who goes by two names.

use std::collections::BTreeSet;

use super::{Recorded, groups::Groups};
use crate::matching::Model;

/// From so many lists on that have a row for the one or the other, it tells something that none knows both. Few twins of 25 or more live together: of
/// these, two lists are enough.
const FEWEST_LISTS: usize = 2;

impl Groups {
    /// Takes grown-up twins for one person where several lists know the one or the other, and none has a row for each: of two people, some list would.
    /// Returns whether there were any.
    pub(super) fn take_for_one_by_lists<Order>(&mut self, records: &[&Recorded<Order>], model: &Model) -> bool {
        let groups: Vec<usize> = (0..self.members.len()).filter(|group| !self.members[*group].is_empty()).collect();
        let pairs = groups.iter().enumerate().flat_map(|(at, one)| groups[at + 1..].iter().map(move |other| (*one, *other)));
        let are_one: Vec<(usize, usize)> = pairs.filter(|(one, other)| self.are_one_by_lists(*one, *other, records, model)).collect();
        for (one, other) in &are_one {
            self.acquit(*one, *other);
        }
        !are_one.is_empty()
    }

    fn are_one_by_lists<Order>(&self, one: usize, other: usize, records: &[&Recorded<Order>], model: &Model) -> bool {
        let between = self.get(one, other);
        if !between.like_grown_twins || !between.may_join(model) {
            return false;
        }
        let of_both: BTreeSet<u32> = own_rows(self.members[one].iter().chain(&self.members[other]), records).collect();
        of_both.len() >= FEWEST_LISTS && self.lists_like(one, records, model).is_disjoint(&self.lists_like(other, records, model))
    }

    /// The lists that have a row of their own for a group, or for another that may be the same person.
    fn lists_like<Order>(&self, group: usize, records: &[&Recorded<Order>], model: &Model) -> BTreeSet<u32> {
        let may_be_it = |other: usize| {
            let between = self.get(group, other);
            other == group || between.joins(model)
        };
        let members = (0..self.members.len()).filter(|other| may_be_it(*other)).flat_map(|other| &self.members[other]);
        own_rows(members, records).collect()
    }
}

/// The lists in which those stand in rows of their own.
fn own_rows<'members, Order>(members: impl Iterator<Item = &'members usize>, records: &[&Recorded<Order>]) -> impl Iterator<Item = u32> {
    members.map(|member| records[*member]).filter(|record| record.own_row).map(|record| record.list)
}
