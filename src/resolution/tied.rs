//! What a feed says by tying records to each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    domain::relationship::RelationshipType as Kind,
    matching::{self, Edge, Model, Profile},
    store::{
        record::StoredRecord,
        resolve::{RecordTie, StandingDecision},
    },
};

/// What somebody is to a third, where nobody is two of these to one. (An elder brother may well be the carer.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Parent,
    Grandparent,
    Child,
    Grandchild,
    Sibling,
    Partner,
    /// Of the household, and nothing else that is known.
    Member,
}

impl Role {
    fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Mother | Kind::Father | Kind::Parent | Kind::StepParent => Some(Self::Parent),
            Kind::Grandparent => Some(Self::Grandparent),
            Kind::Child => Some(Self::Child),
            Kind::Grandchild => Some(Self::Grandchild),
            Kind::Sibling | Kind::HalfSibling | Kind::StepSibling => Some(Self::Sibling),
            Kind::Partner => Some(Self::Partner),
            Kind::HouseholdMember => Some(Self::Member),
            Kind::Carer | Kind::FosterCarer | Kind::ParentsPartner | Kind::OtherRelative | Kind::FormerPartner => None,
        }
    }

    /// What the third is, seen the other way round.
    fn reversed(self) -> Self {
        match self {
            Self::Parent => Self::Child,
            Self::Grandparent => Self::Grandchild,
            Self::Child => Self::Parent,
            Self::Grandchild => Self::Grandparent,
            same => same,
        }
    }

    /// Whether a third may have several such. A child's two mothers may be one by two names, and so may two partners.
    fn has_several(self) -> bool {
        !matches!(self, Self::Parent | Self::Partner)
    }
}

/// Whom a feed ties to each other it holds for two people. So it does two rows of its own that it ties to one third, of those that `linked` pairs: in two
/// roles, as a tenant's partner and his child of one name, unless both say the very same; in one role, as two children of one mother, unless one may have been
/// written twice.
pub(super) fn apart<'pairs>(
    records: &[StoredRecord],
    profiles: &[Profile],
    ties: &[RecordTie],
    linked: impl Iterator<Item = &'pairs Edge>,
    model: &Model,
) -> Vec<StandingDecision> {
    let roles = roles(ties);
    let none = BTreeMap::new();
    let roles_of = |record: &StoredRecord| roles.get(&record.id).filter(|_| record.dependent.is_empty()).unwrap_or(&none);
    let are_two = |pair: &&Edge| {
        let [(one, one_profile), (other, other_profile)] =
            [pair.left, pair.right].map(|place| (&records[place as usize], &profiles[place as usize]));
        let thirds = roles_of(one).iter().filter_map(|(third, roles)| Some((roles, roles_of(other).get(third)?)));
        thirds.into_iter().any(|(roles, other_roles)| {
            let mut common = roles.intersection(other_roles).peekable();
            if common.peek().is_some() {
                common.all(|role| role.has_several()) && !matching::may_say_the_same(one_profile, other_profile, model)
            } else {
                !matching::say_the_same(one_profile, other_profile, model)
            }
        })
    };
    let by_third = linked.filter(are_two).map(|pair| (records[pair.left as usize].id, records[pair.right as usize].id));
    let by_tie = ties.iter().map(|tie| (tie.from, tie.to));
    by_tie.chain(by_third).map(|(left, right)| StandingDecision { left, right, together: false }).collect()
}

/// What each record is to which other.
fn roles(ties: &[RecordTie]) -> HashMap<i64, BTreeMap<i64, BTreeSet<Role>>> {
    let mut roles: HashMap<i64, BTreeMap<i64, BTreeSet<Role>>> = HashMap::new();
    let mut add = |one: i64, third: i64, role: Role| roles.entry(one).or_default().entry(third).or_default().insert(role);
    for tie in ties {
        let Some(role) = Role::of(tie.kind) else { continue };
        add(tie.from, tie.to, role);
        add(tie.to, tie.from, role.reversed());
    }
    roles
}
