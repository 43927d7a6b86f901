//! What ties people: as feeds record it, and as a child's family shows it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A tie as a feed records it: "from is the TYPE of to".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the words of the design")]
pub enum RelationshipType {
    Mother,
    Father,
    Parent,
    StepParent,
    Carer,
    FosterCarer,
    Sibling,
    HalfSibling,
    StepSibling,
    Grandparent,
    ParentsPartner,
    HouseholdMember,
    OtherRelative,
    Partner,
    FormerPartner,
    Child,
    Grandchild,
}

impl RelationshipType {
    /// Every recorded type, in the order of the documentation.
    pub const ALL: [Self; 17] = [
        Self::Mother,
        Self::Father,
        Self::Parent,
        Self::StepParent,
        Self::Carer,
        Self::FosterCarer,
        Self::Sibling,
        Self::HalfSibling,
        Self::StepSibling,
        Self::Grandparent,
        Self::ParentsPartner,
        Self::HouseholdMember,
        Self::OtherRelative,
        Self::Partner,
        Self::FormerPartner,
        Self::Child,
        Self::Grandchild,
    ];

    /// Its name in maps, files and the store: `step_parent`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mother => "mother",
            Self::Father => "father",
            Self::Parent => "parent",
            Self::StepParent => "step_parent",
            Self::Carer => "carer",
            Self::FosterCarer => "foster_carer",
            Self::Sibling => "sibling",
            Self::HalfSibling => "half_sibling",
            Self::StepSibling => "step_sibling",
            Self::Grandparent => "grandparent",
            Self::ParentsPartner => "parents_partner",
            Self::HouseholdMember => "household_member",
            Self::OtherRelative => "other_relative",
            Self::Partner => "partner",
            Self::FormerPartner => "former_partner",
            Self::Child => "child",
            Self::Grandchild => "grandchild",
        }
    }

    /// The type of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A tie as one feed records it, between two of its own records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedRelationship {
    /// "From is the `kind` of to".
    pub kind: RelationshipType,
    /// First day, where it is known.
    pub started: Option<Date>,
    /// Last day; `None` where it has not ended or nobody said.
    pub ended: Option<Date>,
}

/// What a member of the family is to the child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the words of the design")]
pub enum FamilyType {
    Mother,
    Father,
    Parent,
    StepParent,
    Carer,
    FosterCarer,
    Sibling,
    HalfSibling,
    StepSibling,
    Grandparent,
    ParentsPartner,
    HouseholdMember,
    OtherRelative,
}
