//! A child's family, put together from what feeds record and from who lives where.
//!
//! The family is seen from the child; it is not a transitive closure: a sibling's other father, a partner's former partner or a neighbour's child do
//! not become family. In: parents and carers; siblings through a shared parent; grandparents; a parent's current partner; the current household.
//! Ended partner and household ties drop out; parent and sibling ties never end.

mod household;
mod kin;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use uuid::Uuid;

use super::{
    FamilyType, Sex,
    relationship::{RecordedRelationship, RelationshipType},
};

/// Age from which somebody is no child.
pub const ADULT: u16 = 18;

/// A recorded tie between two people: "from is the `relationship.kind` of to".
#[derive(Debug, Clone)]
pub struct Tie {
    /// Who is something to somebody.
    pub from: Uuid,
    /// To whom.
    pub to: Uuid,
    /// What, and when.
    pub relationship: RecordedRelationship,
    /// The feed that says so.
    pub feed: String,
}

/// One record's word that somebody lives or lived in a dwelling.
#[derive(Debug, Clone)]
pub struct Residence {
    /// Who.
    pub person: Uuid,
    /// Where: the key of the dwelling.
    pub dwelling: i64,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// The day for which the feed's data stands.
    pub data_as_of: Date,
    /// The feed that says so.
    pub feed: String,
    /// Whether it is a hostel, school, prison or the like.
    pub institution: bool,
}

/// What else the rules need to know of a person.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Name as best known, to tell that one man is meant where each of two children has a father of one name.
    pub name: Option<String>,
    /// Age in whole years.
    pub age: Option<u16>,
    /// Sex, to tell a mother from a father where a feed says "parent".
    pub sex: Option<Sex>,
    /// Whether a feed records a death.
    pub deceased: bool,
    /// The words of the family names used, now or formerly, in lower case.
    pub family_names: BTreeSet<String>,
}

/// The people around a child, as far as the rules look: two ties away, and those who share a dwelling.
#[derive(Debug, Clone, Default)]
pub struct Neighbourhood {
    /// What is known of each person.
    pub people: BTreeMap<Uuid, Facts>,
    /// Who is what to whom.
    pub ties: Vec<Tie>,
    /// Who lives where.
    pub residences: Vec<Residence>,
}

impl Neighbourhood {
    /// The same without some people, their ties and their homes.
    #[must_use]
    pub fn without(mut self, hidden: &BTreeSet<Uuid>) -> Self {
        let is_seen = |person: &Uuid| !hidden.contains(person);
        self.people.retain(|person, _| is_seen(person));
        self.ties.retain(|tie| is_seen(&tie.from) && is_seen(&tie.to));
        self.residences.retain(|residence| is_seen(&residence.person));
        self
    }

    /// The same as some feeds alone tell it.
    #[must_use]
    pub fn of_feeds(mut self, is_wanted: impl Fn(&str) -> bool) -> Self {
        self.ties.retain(|tie| is_wanted(&tie.feed));
        self.residences.retain(|residence| is_wanted(&residence.feed));
        self
    }
}

/// One of the family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyMember {
    /// Who.
    pub person: Uuid,
    /// What the person is to the child.
    pub kind: FamilyType,
    /// Whether a feed records it (or the ties it follows from).
    pub recorded: bool,
    /// Whether the person lives with the child.
    pub shares_address: bool,
    /// Whether it still stands.
    pub current: bool,
    /// The feeds that say so.
    pub sources: BTreeSet<String>,
}

/// Puts the family of `child` together as of `today`. Ordered by person; the caller orders it for display.
#[must_use]
pub fn assemble(child: Uuid, neighbourhood: &Neighbourhood, today: Date) -> Vec<FamilyMember> {
    let kin = kin::Kin::new(neighbourhood, today);
    let mut family = kin.around(child);
    household::keep_households(child, neighbourhood, &kin, &mut family);
    for (person, sources) in household::housemates(child, neighbourhood, &kin, &family, today) {
        if let Some(member) = family.get_mut(&person) {
            member.shares_address = true;
            member.kind = match member.kind {
                // A parent's partner who lives with the child is more to it than that.
                FamilyType::ParentsPartner => FamilyType::StepParent,
                FamilyType::HouseholdMember => kin.kind_of_housemate(child, person),
                kind => kind,
            };
            member.sources.extend(sources);
        } else {
            let kind = kin.kind_of_housemate(child, person);
            family.insert(person, FamilyMember { person, kind, recorded: false, shares_address: true, current: true, sources });
        }
    }
    family.remove(&child);
    family.into_values().collect()
}

/// Whether a tie stands on `today`: begun, and not ended.
fn stands(relationship: &RecordedRelationship, today: Date) -> bool {
    relationship.started.is_none_or(|started| started <= today) && relationship.ended.is_none_or(|ended| ended > today)
}

/// The tie read the other way round: if from is the mother of to, then to is the child of from.
fn inverse(kind: RelationshipType) -> RelationshipType {
    use RelationshipType as Kind;
    match kind {
        Kind::Mother | Kind::Father | Kind::Parent => Kind::Child,
        Kind::Child => Kind::Parent,
        Kind::Grandparent => Kind::Grandchild,
        Kind::Grandchild => Kind::Grandparent,
        // Nothing is the inverse of these but "the one cared for", whose family the carer's other ties are not.
        Kind::StepParent | Kind::Carer | Kind::FosterCarer | Kind::ParentsPartner => Kind::OtherRelative,
        symmetric => symmetric,
    }
}

#[cfg(test)]
mod tests;
