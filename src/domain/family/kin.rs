//! Family through recorded ties.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use uuid::Uuid;

use super::{FamilyMember, Neighbourhood, Tie, inverse, stands};
use crate::domain::{FamilyType, Sex, relationship::RelationshipType as Kind};

/// One end of a tie, as seen from the other.
#[derive(Debug, Clone, Copy)]
struct End<'ties> {
    person: Uuid,
    /// What `person` is to the one it is seen from.
    kind: Kind,
    current: bool,
    feed: &'ties str,
}

/// Recorded ties by the person they are seen from.
pub(super) struct Kin<'ties> {
    ends: BTreeMap<Uuid, Vec<End<'ties>>>,
    neighbourhood: &'ties Neighbourhood,
    today: Date,
}

impl<'ties> Kin<'ties> {
    pub(super) fn new(neighbourhood: &'ties Neighbourhood, today: Date) -> Self {
        let mut ends: BTreeMap<Uuid, Vec<End<'ties>>> = BTreeMap::new();
        for tie in neighbourhood.ties.iter().filter(|tie| tie.from != tie.to) {
            let current = stands(&tie.relationship, today);
            let kind = tie.relationship.kind;
            ends.entry(tie.to).or_default().push(End { person: tie.from, kind, current, feed: &tie.feed });
            ends.entry(tie.from).or_default().push(End { person: tie.to, kind: inverse(kind), current, feed: &tie.feed });
        }
        Self { ends, neighbourhood, today }
    }

    /// The family of `child` through recorded ties.
    pub(super) fn around(&self, child: Uuid) -> BTreeMap<Uuid, FamilyMember> {
        let mut family = Gathering::default();
        for end in self.ends(child) {
            if let Some((kind, current)) = self.direct(*end) {
                family.add(end.person, kind, current, [end.feed]);
            }
        }
        for (parent, feeds) in self.parents(child) {
            for (sibling, more_feeds) in self.children(parent) {
                if sibling != child {
                    family.add(sibling, self.sibling_kind(child, sibling), true, feeds.iter().chain(&more_feeds).copied());
                }
            }
            for (grandparent, more_feeds) in self.parents(parent) {
                family.add(grandparent, FamilyType::Grandparent, true, feeds.iter().chain(&more_feeds).copied());
            }
            for (partner, more_feeds) in self.current_partners(parent) {
                family.add(partner, FamilyType::ParentsPartner, true, feeds.iter().chain(&more_feeds).copied());
            }
        }
        family.members
    }

    /// What somebody who lives with the child and of whom no closer tie is recorded is: a parent's partner's child is a step sibling.
    pub(super) fn kind_of_housemate(&self, child: Uuid, housemate: Uuid) -> FamilyType {
        let partners: BTreeSet<Uuid> = self
            .parents(child)
            .into_keys()
            .flat_map(|parent| self.current_partners(parent).into_keys())
            .chain(self.step_parents(child))
            .collect();
        if self.parents(housemate).keys().any(|parent| partners.contains(parent)) {
            FamilyType::StepSibling
        } else {
            FamilyType::HouseholdMember
        }
    }

    /// Whether somebody is a foster carer of anybody now.
    pub(super) fn fosters(&self, person: Uuid) -> bool {
        let is_placement = |tie: &&Tie| tie.from == person && tie.relationship.kind == Kind::FosterCarer;
        self.neighbourhood.ties.iter().filter(is_placement).any(|tie| stands(&tie.relationship, self.today))
    }

    /// Whether any tie to anybody that still stands is recorded of somebody.
    pub(super) fn has_ties(&self, person: Uuid) -> bool {
        self.ends(person).iter().any(|end| end.current && end.kind != Kind::FormerPartner)
    }

    /// Whether any recorded tie that still stands joins the two.
    pub(super) fn tied(&self, left: Uuid, right: Uuid) -> bool {
        self.ends(left).iter().any(|end| end.person == right && end.current && end.kind != Kind::FormerPartner)
    }

    fn ends(&self, person: Uuid) -> &[End<'ties>] {
        self.ends.get(&person).map_or(&[], Vec::as_slice)
    }

    /// What the other end of a tie is to the child, and whether that still stands; `None` where it is not family, or no longer.
    fn direct(&self, end: End<'_>) -> Option<(FamilyType, bool)> {
        let kind = match end.kind {
            Kind::Mother => FamilyType::Mother,
            Kind::Father => FamilyType::Father,
            Kind::Parent => match self.neighbourhood.people.get(&end.person).and_then(|facts| facts.sex) {
                Some(Sex::Female) => FamilyType::Mother,
                Some(Sex::Male) => FamilyType::Father,
                Some(Sex::Other) | None => FamilyType::Parent,
            },
            Kind::Sibling => FamilyType::Sibling,
            Kind::HalfSibling => FamilyType::HalfSibling,
            Kind::Grandparent => FamilyType::Grandparent,
            Kind::Carer => return Some((FamilyType::Carer, end.current)),
            Kind::OtherRelative => return Some((FamilyType::OtherRelative, end.current)),
            Kind::StepParent | Kind::StepSibling | Kind::ParentsPartner | Kind::FosterCarer | Kind::HouseholdMember => {
                let kind = match end.kind {
                    Kind::StepParent => FamilyType::StepParent,
                    Kind::StepSibling => FamilyType::StepSibling,
                    Kind::ParentsPartner => FamilyType::ParentsPartner,
                    Kind::FosterCarer => FamilyType::FosterCarer,
                    _ => FamilyType::HouseholdMember,
                };
                return end.current.then_some((kind, true));
            }
            // A young parent's own child is family; the design's types have no closer word for it.
            Kind::Child | Kind::Grandchild => return Some((FamilyType::OtherRelative, true)),
            Kind::Partner => return end.current.then_some((FamilyType::HouseholdMember, true)),
            Kind::FormerPartner => return None,
        };
        Some((kind, true))
    }

    /// Parents, each with the feeds that say so. A step-parent or carer is none.
    fn parents(&self, person: Uuid) -> BTreeMap<Uuid, BTreeSet<&'ties str>> {
        self.of_kind(person, |end| matches!(end.kind, Kind::Mother | Kind::Father | Kind::Parent))
    }

    fn children(&self, person: Uuid) -> BTreeMap<Uuid, BTreeSet<&'ties str>> {
        self.of_kind(person, |end| end.kind == Kind::Child)
    }

    /// Current partners; one whom any feed calls a former partner is not.
    fn current_partners(&self, person: Uuid) -> BTreeMap<Uuid, BTreeSet<&'ties str>> {
        let mut partners = self.of_kind(person, |end| end.kind == Kind::Partner && end.current && !self.is_deceased(end.person));
        partners.retain(|partner, _| !self.ends(person).iter().any(|end| end.person == *partner && end.kind == Kind::FormerPartner));
        partners
    }

    fn step_parents(&self, person: Uuid) -> impl Iterator<Item = Uuid> {
        self.of_kind(person, |end| end.kind == Kind::StepParent && end.current).into_keys()
    }

    fn of_kind(&self, person: Uuid, wanted: impl Fn(&End<'ties>) -> bool) -> BTreeMap<Uuid, BTreeSet<&'ties str>> {
        let mut found: BTreeMap<Uuid, BTreeSet<&'ties str>> = BTreeMap::new();
        for end in self.ends(person).iter().filter(|end| wanted(end)) {
            found.entry(end.person).or_default().insert(end.feed);
        }
        found
    }

    fn is_deceased(&self, person: Uuid) -> bool {
        self.neighbourhood.people.get(&person).is_some_and(|facts| facts.deceased)
    }

    /// Half siblings are those of whom two parents each are known, and only one is shared. A parent is shared under one name too: a school that knows
    /// each child's father by name alone knows one man.
    fn sibling_kind(&self, child: Uuid, sibling: Uuid) -> FamilyType {
        let (of_child, of_sibling) = (self.parents(child), self.parents(sibling));
        let name = |person: &Uuid| self.neighbourhood.people.get(person).and_then(|facts| facts.name.as_deref()).map(str::to_lowercase);
        let is_one = |one: &Uuid, other: &Uuid| one == other || name(one).is_some() && name(one) == name(other);
        let shared = of_child.keys().filter(|parent| of_sibling.keys().any(|other| is_one(parent, other))).count();
        if shared == 1 && of_child.len() == 2 && of_sibling.len() == 2 { FamilyType::HalfSibling } else { FamilyType::Sibling }
    }
}

/// Members as they are found, each kept under the most telling word for it.
#[derive(Default)]
struct Gathering {
    members: BTreeMap<Uuid, FamilyMember>,
}

impl Gathering {
    fn add<'feed>(&mut self, person: Uuid, kind: FamilyType, current: bool, feeds: impl IntoIterator<Item = &'feed str>) {
        let member = self.members.entry(person).or_insert_with(|| FamilyMember {
            person,
            kind,
            recorded: true,
            shares_address: false,
            current,
            sources: BTreeSet::new(),
        });
        if rank(kind) < rank(member.kind) {
            member.kind = kind;
            member.current = current;
        } else if kind == member.kind {
            member.current |= current;
        }
        member.sources.extend(feeds.into_iter().map(str::to_owned));
    }
}

/// The more telling word wins where feeds differ: "mother" over "parent", "half sibling" over "sibling", anything over "household member".
fn rank(kind: FamilyType) -> u8 {
    match kind {
        FamilyType::Mother | FamilyType::Father => 0,
        FamilyType::Parent => 1,
        FamilyType::FosterCarer => 2,
        FamilyType::StepParent => 3,
        FamilyType::HalfSibling => 4,
        FamilyType::Sibling => 5,
        FamilyType::StepSibling => 6,
        FamilyType::Grandparent => 7,
        FamilyType::ParentsPartner => 8,
        FamilyType::Carer => 9,
        FamilyType::OtherRelative => 10,
        FamilyType::HouseholdMember => 11,
    }
}
