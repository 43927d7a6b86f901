//! The groups of one component, merged while more speaks for it than against.

use std::collections::BTreeSet;

use super::{
    Recorded, count,
    needed::{Needed, Turn},
};
use crate::matching::{
    Conflict, Model, Profile,
    compare::{self, Findings, Scope},
    conflict,
    field::{birth_date, dwelling, family_name, given_name, name_order, sex, table},
    score, share_birth_date,
};

/// A group that fits two others, which are kept apart, to within these bits by the mean of all pairs or by the best one joins neither.
const TORN_BITS: f64 = 2.0;

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

/// Twins, as two groups look like them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Twins {
    /// Grown up, of one family name and dwelling.
    GrownUpTogether,
    /// Grown up, as far as is known not in one dwelling.
    GrownUp,
    /// Children, and whose birth date stands for the year alone.
    Other,
}

impl Twins {
    /// Of two records that look like twins; `None` where they are of two sexes, which nothing but a number speaks against.
    fn of(one: &Profile, findings: &Findings, model: &Model) -> Option<Self> {
        let is_grown_up = one.telling_birth_day().is_some_and(|born| born <= model.grown_up_until());
        let live_together = findings.level(table::FAMILY_NAME).is_some_and(|level| level <= family_name::FORMER)
            && findings.same_dwelling
            && findings.level(table::DWELLING) == Some(dwelling::SAME);
        match (findings.level(table::SEX), is_grown_up, live_together) {
            (Some(sex::DIFFERENT), ..) => None,
            (_, true, true) => Some(Self::GrownUpTogether),
            (_, true, false) => Some(Self::GrownUp),
            (_, false, _) => Some(Self::Other),
        }
    }

    /// Of groups of which both are true: they lived together where any records of theirs say so.
    fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Other, _) | (_, Self::Other) => Self::Other,
            (Self::GrownUpTogether, _) | (_, Self::GrownUpTogether) => Self::GrownUpTogether,
            (Self::GrownUp, Self::GrownUp) => Self::GrownUp,
        }
    }
}

/// What lies between two groups.
#[derive(Clone, Copy)]
pub(super) struct Between {
    /// The weights of all pairs together.
    sum_bits: f64,
    /// The highest weight of a pair that knows both birth dates.
    dated_bits: f64,
    /// The highest weight of another pair.
    undated_bits: f64,
    /// What the birth dates of the two groups add where they agree best.
    date_bits: f64,
    /// Whether a record of each has the same birth date.
    share_birth_date: bool,
    /// Whether a record of each has the same names and birth date.
    same_names_and_date: bool,
    /// Whether something keeps them apart, whatever lists tell.
    apart: bool,
    /// Whether they are apart since twins would look like this.
    pub(super) like_twins: Option<Twins>,
}

impl Between {
    /// Nothing compared.
    const NOTHING: Self = Self {
        sum_bits: 0.0,
        dated_bits: f64::MIN,
        undated_bits: f64::MIN,
        date_bits: f64::MIN,
        share_birth_date: false,
        same_names_and_date: false,
        apart: false,
        like_twins: None,
    };

    /// Whether something keeps them apart.
    fn is_apart(&self) -> bool {
        self.apart || self.like_twins.is_some()
    }

    /// Whether their best pair is a link, and nothing but that they look like twins keeps them apart.
    pub(super) fn may_join(&self, model: &Model) -> bool {
        !self.apart && self.best_bits() >= model.join_bits()
    }

    /// Whether their best pair is a link, and nothing keeps them apart.
    pub(super) fn joins(&self, model: &Model) -> bool {
        self.joins_from(model.join_bits())
    }

    /// Whether their best pair weighs so much, and nothing keeps them apart.
    fn joins_from(&self, best_bits: f64) -> bool {
        !self.is_apart() && self.best_bits() >= best_bits
    }

    /// The highest weight of a pair. A record without a birth date does not hide that those of the two groups differ.
    fn best_bits(&self) -> f64 {
        let differing = if self.date_bits > f64::MIN { self.date_bits.min(0.0) } else { 0.0 };
        self.dated_bits.max(self.undated_bits + differing)
    }

    fn with(&self, other: &Self) -> Self {
        Self {
            sum_bits: self.sum_bits + other.sum_bits,
            dated_bits: self.dated_bits.max(other.dated_bits),
            undated_bits: self.undated_bits.max(other.undated_bits),
            date_bits: self.date_bits.max(other.date_bits),
            share_birth_date: self.share_birth_date || other.share_birth_date,
            same_names_and_date: self.same_names_and_date || other.same_names_and_date,
            apart: self.apart || other.apart,
            like_twins: match (self.like_twins, other.like_twins) {
                (Some(one), Some(other)) => Some(one.with(other)),
                (one, other) => one.or(other),
            },
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
            between: vec![Between::NOTHING; size * size],
            size,
        };
        for left in 0..size {
            for right in left + 1..size {
                let (one, other) = (records[left].profile, records[right].profile);
                let findings = compare::compare(one, other, Scope::ALL, model);
                let bits = score::weigh(&findings, model).weight_bits.clamp(-MOST_BITS, MOST_BITS);
                let conflict = conflict::of_findings(one, other, &findings, model);
                if conflict == Some(Conflict::Twins) {
                    twins.push((left, right));
                }
                names[left * size + right] = Bearing::of(&findings, one.elder_until.is_some() || other.elder_until.is_some());
                names[right * size + left] = names[left * size + right];
                let like_twins = conflict.filter(|conflict| *conflict == Conflict::Twins).and_then(|_| Twins::of(one, &findings, model));
                let alone = Between { sum_bits: bits, apart: conflict.is_some() && like_twins.is_none(), like_twins, ..Between::NOTHING };
                let between = match findings.finding(table::DATE_OF_BIRTH) {
                    Some(date) => Between {
                        dated_bits: bits,
                        date_bits: model.bits(date),
                        share_birth_date: share_birth_date(one, other),
                        same_names_and_date: are_the_same(&findings),
                        ..alone
                    },
                    None => Between { undated_bits: bits, ..alone },
                };
                groups.set(left, right, between);
            }
        }
        for (left, right) in twins {
            if (0..size).any(|third| groups.is_bridge(third, left, right, &names, model)) {
                let between = groups.get(left, right);
                groups.set(left, right, Between { apart: false, like_twins: None, ..between });
            }
        }
        groups
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
        self.set(left, right, Between { like_twins: None, ..between });
    }

    /// A pair that more speaks for than the two records themselves, such as a child whose parents both are.
    pub(super) fn raise(&mut self, left: usize, right: usize, weight_bits: f64) {
        let bits = weight_bits.clamp(-MOST_BITS, MOST_BITS);
        let between = self.get(left, right);
        if bits > between.sum_bits {
            let raised = if between.date_bits > f64::MIN {
                Between { dated_bits: bits, ..between }
            } else {
                Between { undated_bits: bits, ..between }
            };
            self.set(left, right, Between { sum_bits: bits, ..raised });
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
            self.set(one, other, Between { apart: true, ..between });
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
                let Some(needed) = self.needed(left, right, turn, model) else { continue };
                let mean = self.mean_bits(left, right);
                if between.is_apart() || !needed.is_met(between.best_bits(), mean) || self.are_two_by_lists(left, right, turn) {
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
        match turn {
            Turn::First => Some(Needed::between(one, other, self.get(left, right).share_birth_date, model)),
            Turn::OfTheLone => Needed::of_the_lone(one, other, model),
        }
    }

    /// The lists in which records of a group stand as rows of their own.
    pub(super) fn lists_of(&self, group: usize) -> impl Iterator<Item = u32> {
        self.members[group].iter().filter_map(|place| self.lists[*place])
    }

    /// Whether lists that have a row of their own for each tell that they are two.
    fn are_two_by_lists(&self, left: usize, right: usize, turn: Turn) -> bool {
        match turn {
            Turn::First => !self.get(left, right).same_names_and_date && self.shared_lists(left, right) >= LISTS_THAT_KNOW_TWO,
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
            let fits_alike = self.mean_bits(one, third) > self.mean_bits(one, other) - TORN_BITS
                || self.get(one, third).best_bits() > self.get(one, other).best_bits() - TORN_BITS;
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

/// Whether two records have the same names in the same places, and the same birth date.
fn are_the_same(findings: &Findings) -> bool {
    findings.level(table::GIVEN_NAME) == Some(given_name::EXACT)
        && findings.level(table::FAMILY_NAME) == Some(family_name::EXACT)
        && findings.level(table::NAME_ORDER) == Some(name_order::AS_GIVEN)
        && findings.level(table::DATE_OF_BIRTH) == Some(birth_date::EXACT)
}
