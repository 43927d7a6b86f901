//! The groups of one component, merged while more speaks for it than against.

use std::collections::BTreeSet;

use super::{
    Recorded,
    between::Between,
    count,
    needed::{Needed, Turn},
};
use crate::matching::{
    Conflict, Model,
    compare::{self, Findings, Scope},
    conflict,
    field::{birth_date, given_name, name_order, table},
};

/// A group that fits two others, which are kept apart, to within these bits by the mean of all pairs or by the best one joins neither.
const TORN_BITS: f64 = 2.0;

/// But where the one fits better than the other by so many bits in the mean or by the best pair, that decides, unless the other measure speaks for the
/// other.
const CLEARLY_BETTER_BITS: f64 = 8.0;

/// So many lists that each have a row for both know two people, unless the rows say the very same: a list seldom has somebody twice, and two hardly under
/// two names. (Twins of names that are alike.)
const LISTS_THAT_KNOW_TWO: usize = 2;

/// Bits within which one pair counts for the mean: nothing proves or refutes beyond that.
pub(super) const MOST_BITS: f64 = 60.0;

/// The groups of one component while they grow, with what lies between each two of them.
pub(super) struct Groups {
    pub(super) members: Vec<Vec<usize>>,
    /// The list in which each record stands as a row of its own.
    lists: Vec<Option<u32>>,
    /// Whether that list has somebody once.
    once: Vec<bool>,
    between: Vec<Between>,
    size: usize,
}

/// How two records of one birth date, or without one where one is of somebody told of as a parent or carer, bear one given name.
#[derive(Clone, Copy, PartialEq)]
enum Bearing {
    None,
    /// As the given name of both, but for a slip.
    First,
    /// As two forms of one name.
    Form,
    /// As the given name of one and a middle or other name of the other.
    Further,
}

impl Bearing {
    fn of(findings: &Findings, is_elder: bool) -> Self {
        let date = findings.level(table::DATE_OF_BIRTH);
        let given = findings.level(table::GIVEN_NAME);
        let agrees =
            given.is_some_and(|level| level <= given_name::CLOSE) && (date == Some(birth_date::EXACT) || (date.is_none() && is_elder));
        match findings.level(table::NAME_ORDER) {
            Some(name_order::AS_GIVEN) if agrees && given == Some(given_name::VARIANT) => Self::Form,
            Some(name_order::AS_GIVEN) if agrees => Self::First,
            Some(name_order::MIDDLE_FIRST | name_order::ALIAS) if agrees => Self::Further,
            _ => Self::None,
        }
    }
}

impl Groups {
    /// Each record alone, compared with each other.
    pub(super) fn new<Order>(records: &[&Recorded<Order>], model: &Model) -> Self {
        let size = records.len();
        let mut twins = Vec::new();
        let mut names = vec![Bearing::None; size * size];
        let mut groups = Self {
            members: (0..size).map(|place| vec![place]).collect(),
            lists: records.iter().map(|record| record.own_row.then_some(record.list)).collect(),
            once: records.iter().map(|record| record.once).collect(),
            between: vec![Between::NOTHING; size * size],
            size,
        };
        for left in 0..size {
            for right in left + 1..size {
                let (one, other) = (records[left].profile, records[right].profile);
                let findings = compare::compare(one, other, Scope::ALL, model);
                let conflict = conflict::of_findings(one, other, &findings, model);
                if conflict == Some(Conflict::Twins) {
                    twins.push((left, right));
                }
                names[left * size + right] = Bearing::of(&findings, one.elder_until.is_some() || other.elder_until.is_some());
                names[right * size + left] = names[left * size + right];
                let of_one_list = groups.are_of_one_list(left, right);
                groups.set(left, right, Between::of((one, other), &findings, conflict, of_one_list, model));
            }
        }
        for (left, right) in twins {
            if (0..size).any(|third| groups.is_bridge(third, left, right, &names, model)) {
                let between = groups.get(left, right);
                groups.set(left, right, between.together());
            }
        }
        groups
    }

    /// Whether two records are rows of their own in one list that has somebody once.
    fn are_of_one_list(&self, left: usize, right: usize) -> bool {
        self.once[left] && self.lists[left].is_some() && self.lists[left] == self.lists[right]
    }

    /// Whether a third record bears both given names: then they are names of one person and not of twins.
    fn is_bridge(&self, third: usize, left: usize, right: usize, names: &[Bearing], model: &Model) -> bool {
        let joins = |one: usize| {
            let between = self.get(third, one);
            third != one && between.joins(model)
        };
        let (one, other) = (names[third * self.size + left], names[third * self.size + right]);
        // A form of both names (Sam, of Samuel and of Samantha), or a further name of both, tells nothing.
        let bears_both = one != Bearing::None && other != Bearing::None && (one != other || one == Bearing::First);
        bears_both && joins(left) && joins(right)
    }

    pub(super) fn get(&self, left: usize, right: usize) -> Between {
        self.between[left * self.size + right]
    }

    fn set(&mut self, left: usize, right: usize, between: Between) {
        self.between[left * self.size + right] = between;
        self.between[right * self.size + left] = between;
    }

    /// Two groups that look like twins are none.
    pub(super) fn acquit(&mut self, left: usize, right: usize) {
        let between = self.get(left, right);
        self.set(left, right, between.acquitted());
    }

    /// A pair that more speaks for than the two records themselves, such as a child whose parents both are.
    pub(super) fn raise(&mut self, left: usize, right: usize, weight_bits: f64) {
        let between = self.get(left, right);
        if weight_bits.min(MOST_BITS) > between.sum_bits {
            self.set(left, right, between.raised(weight_bits));
        }
    }

    /// A decision: together at once, whatever else speaks against it; or apart for good.
    pub(super) fn decide(&mut self, left: usize, right: usize, together: bool) {
        let group_of = |place: usize, members: &[Vec<usize>]| members.iter().position(|group| group.contains(&place));
        let (Some(one), Some(other)) = (group_of(left, &self.members), group_of(right, &self.members)) else { return };
        if one == other {
            return;
        }
        if together {
            self.merge(one.min(other), one.max(other));
        } else {
            let between = self.get(one, other);
            self.set(one, other, between.held_apart());
        }
    }

    /// Merges the groups that belong together, the likeliest first, until none do.
    pub(super) fn agglomerate(&mut self, turn: Turn, model: &Model) {
        while let Some((left, right)) = self.best_merge(turn, model) {
            self.merge(left, right);
        }
    }

    /// The two groups to merge next: highest mean, then highest single weight, then the lowest places (which follow the records' order).
    fn best_merge(&self, turn: Turn, model: &Model) -> Option<(usize, usize)> {
        let mut best: Option<(f64, f64, usize, usize)> = None;
        for left in 0..self.size {
            if self.members[left].is_empty() {
                continue;
            }
            for right in left + 1..self.size {
                if self.members[right].is_empty() {
                    continue;
                }
                let between = self.get(left, right);
                if between.is_apart() {
                    continue;
                }
                let Some(needed) = self.needed(left, right, turn, model) else { continue };
                let mean = self.mean_bits(left, right);
                if !needed.is_met(between.best_bits(), mean) || self.are_two_by_lists(left, right, turn) {
                    continue;
                }
                if self.is_torn(left, right, turn, model) || self.is_torn(right, left, turn, model) {
                    continue;
                }
                if best.is_none_or(|(known, single, _, _)| (mean, between.best_bits()) > (known, single)) {
                    best = Some((mean, between.best_bits(), left, right));
                }
            }
        }
        best.map(|(_, _, left, right)| (left, right))
    }

    /// What must speak for merging those two; `None` where they may not be merged in this turn.
    fn needed(&self, left: usize, right: usize, turn: Turn, model: &Model) -> Option<Needed> {
        let (one, other) = (self.members[left].len(), self.members[right].len());
        let between = self.get(left, right);
        let in_doubt = self.are_in_doubt(left, right);
        match turn {
            Turn::First => {
                let needed = between.needed(one, other, model);
                let needed = if in_doubt { needed.in_doubt() } else { needed };
                Some(if self.are_strangers(left, right) { needed.of_strangers() } else { needed })
            }
            Turn::OfTheLone => Needed::of_the_lone(one, other, model).filter(|_| !in_doubt && !between.share_too_little_for_the_lone()),
        }
    }

    /// Whether there is a reason for two people, and no birth date in common: two rows of one list that do not say the same; or other telephone numbers,
    /// where one of both is only told of, and so known by little else.
    fn are_in_doubt(&self, left: usize, right: usize) -> bool {
        let between = self.get(left, right);
        !between.share_birth_date && (between.are_two_to_a_list || self.is_told_of_with_other_telephones(left, right))
    }

    /// Whether one is only told of, and they have other telephone numbers and no home, birth date or identifier that is known to be common.
    fn are_strangers(&self, left: usize, right: usize) -> bool {
        self.get(left, right).share_no_more_than_names() && self.is_told_of_with_other_telephones(left, right)
    }

    /// Whether they have other telephone numbers, and no list has a row of its own for one of them.
    fn is_told_of_with_other_telephones(&self, left: usize, right: usize) -> bool {
        let is_only_told_of = |group: usize| self.lists_of(group).next().is_none();
        self.get(left, right).have_other_telephones() && (is_only_told_of(left) || is_only_told_of(right))
    }

    /// The lists in which records of a group stand as rows of their own.
    pub(super) fn lists_of(&self, group: usize) -> impl Iterator<Item = u32> {
        self.members[group].iter().filter_map(|place| self.lists[*place])
    }

    /// Whether lists that have a row of their own for each tell that they are two.
    fn are_two_by_lists(&self, left: usize, right: usize, turn: Turn) -> bool {
        match turn {
            Turn::First => {
                let between = self.get(left, right);
                let are_the_same = between.same_names_and_date && between.like_twins.is_none();
                !are_the_same && self.shared_lists(left, right) >= LISTS_THAT_KNOW_TWO
            }
            Turn::OfTheLone => self.shared_lists(left, right) > 0,
        }
    }

    /// How many lists have a row of their own for each.
    fn shared_lists(&self, one: usize, other: usize) -> usize {
        let lists: BTreeSet<u32> = self.lists_of(one).collect();
        let others: BTreeSet<u32> = self.lists_of(other).collect();
        lists.intersection(&others).count()
    }

    /// The mean weight of all pairs between two groups.
    fn mean_bits(&self, left: usize, right: usize) -> f64 {
        self.get(left, right).sum_bits / count(self.members[left].len() * self.members[right].len())
    }

    /// Whether `one` fits a third group nearly as well as `other`, and that group is kept apart from `other`: a record without a given name fits both
    /// twins, and belongs to neither for certain. Nor does a record that is left alone belong to one of two who are not like each other, or whom a list
    /// has a row for each.
    fn is_torn(&self, one: usize, other: usize, turn: Turn, model: &Model) -> bool {
        let least_bits = if turn == Turn::First { model.join_bits() } else { model.lone_bits() };
        let is_another = |third: usize| match turn {
            Turn::First => self.get(other, third).is_apart(),
            Turn::OfTheLone => !self.get(other, third).joins_from(least_bits) || self.shared_lists(other, third) > 0,
        };
        (0..self.size).any(|third| {
            if third == one || third == other || self.members[third].is_empty() || !self.get(one, third).joins_from(least_bits) {
                return false;
            }
            // A number that both have tells more than likeness to a third; and of two that are one person but for a number, either is right.
            let tells_number = self.get(one, other).share_identifier && !self.get(one, third).share_identifier;
            if tells_number || (self.get(other, third).are_one_but_for_numbers() && self.shared_lists(other, third) == 0) {
                return false;
            }
            let mean_lead = self.mean_bits(one, other) - self.mean_bits(one, third);
            let best_lead = self.get(one, other).best_bits() - self.get(one, third).best_bits();
            let (less, more) = (mean_lead.min(best_lead), mean_lead.max(best_lead));
            let fits_alike = less < TORN_BITS && (more < CLEARLY_BETTER_BITS || less <= -TORN_BITS);
            fits_alike && is_another(third)
        })
    }

    fn merge(&mut self, left: usize, right: usize) {
        let moved = std::mem::take(&mut self.members[right]);
        self.members[left].extend(moved);
        self.members[left].sort_unstable();
        for other in 0..self.size {
            if other != left && other != right && !self.members[other].is_empty() {
                let (one, two) = (self.get(left, other), self.get(right, other));
                let joined = one.with(&two);
                self.set(left, other, joined);
            }
        }
    }

    /// The places in each group.
    pub(super) fn into_members(self) -> impl Iterator<Item = Vec<usize>> {
        self.members.into_iter().filter(|group| !group.is_empty())
    }
}
