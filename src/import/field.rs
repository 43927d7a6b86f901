//! The fields that a feed map may fill: every name of the design, what kind of cell each takes, and where each may stand.

use crate::domain::relationship::RelationshipType;

/// What a field's cells hold, which says how they are read and whether several columns may go to one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// A key of the feed's own. One column.
    Key,
    /// A name or a short text. Several columns are joined with a space, in the map's order.
    Text,
    /// A list: parts of an address, other names, telephone numbers, emails. Several columns are taken in the map's order.
    List,
    /// A telephone number or email of a professional or team. Of several columns the first that can be read is taken.
    Reach,
    /// A date, identifier or postcode. One column.
    Single,
    /// One word of a known few. One column.
    Word,
}

/// Declares an enum of fields with their names and kinds, so that a field cannot exist without them.
macro_rules! fields {
    ($(#[$documentation:meta])* $enum:ident { $($variant:ident $name:literal $kind:ident),+ $(,)? }) => {
        $(#[$documentation])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "the names are the words of the design and docs/feeds.md")]
        pub enum $enum { $($variant),+ }

        impl $enum {
            /// Every field, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name in a feed map.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What its cells hold.
            #[must_use]
            pub fn kind(self) -> CellKind {
                match self { $(Self::$variant => CellKind::$kind),+ }
            }

            fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|field| field.name() == name)
            }
        }
    };
}

fields! {
    /// What a row may say about a person.
    PersonField {
        SourceId "source_id" Key,
        GivenName "given_name" Text,
        MiddleNames "middle_names" Text,
        FamilyName "family_name" Text,
        FullName "full_name" Text,
        OtherNames "other_names" List,
        FormerFamilyName "former_family_name" Text,
        DateOfBirth "date_of_birth" Single,
        DateOfDeath "date_of_death" Single,
        ExpectedDateOfDelivery "expected_date_of_delivery" Single,
        Sex "sex" Word,
        Address "address" List,
        AddressFrom "address_from" Single,
        AddressTo "address_to" Single,
        Postcode "postcode" Single,
        Uprn "uprn" Single,
        NhsNumber "nhs_number" Single,
        Upn "upn" Single,
        Phone "phone" List,
        Email "email" List,
        CaseId "case_id" Key,
        Restricted "restricted" Word,
    }
}

fields! {
    /// What a row may say about an involvement.
    InvolvementField {
        Organisation "involvement.organisation" Text,
        Status "involvement.status" Word,
        Started "involvement.started" Single,
        Ended "involvement.ended" Single,
        MostRecentContact "involvement.most_recent_contact" Single,
        Basis "involvement.basis" Word,
        LeadName "lead_professional.name" Text,
        LeadRole "lead_professional.role" Text,
        LeadTeam "lead_professional.team" Text,
        LeadPhone "lead_professional.phone" Reach,
        LeadEmail "lead_professional.email" Reach,
        LeadActive "lead_professional.active" Word,
        TeamName "team.name" Text,
        TeamPhone "team.phone" Reach,
        TeamEmail "team.email" Reach,
    }
}

fields! {
    /// What a relationship row says: "from is the type of to".
    RelationshipField {
        FromSourceId "from_source_id" Key,
        Type "type" Word,
        ToSourceId "to_source_id" Key,
        Started "started" Single,
        Ended "ended" Single,
    }
}

/// A field that a feed map may fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// Of the row's own person.
    Person(PersonField),
    /// Of the row's involvement.
    Involvement(InvolvementField),
    /// Of a relationship row.
    Relationship(RelationshipField),
    /// Of somebody whom a person row tells of: `related.mother.full_name`.
    Related(RelationshipType, PersonField),
}

/// What a file's rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// A person, perhaps with one involvement and people told of.
    Person,
    /// An involvement of a person whom another file holds.
    Involvement,
    /// A tie between two people whom another file holds.
    Relationship,
}

impl RowKind {
    /// Its name in a feed map.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Involvement => "involvement",
            Self::Relationship => "relationship",
        }
    }
}

impl Field {
    /// The field of that name in a file of such rows. A name of another kind of row is not known here.
    #[must_use]
    pub fn named(name: &str, rows: RowKind) -> Option<Self> {
        match rows {
            RowKind::Relationship => RelationshipField::named(name).map(Self::Relationship),
            RowKind::Involvement if name == PersonField::SourceId.name() => Some(Self::Person(PersonField::SourceId)),
            RowKind::Involvement => InvolvementField::named(name).map(Self::Involvement),
            RowKind::Person => PersonField::named(name)
                .map(Self::Person)
                .or_else(|| InvolvementField::named(name).map(Self::Involvement))
                .or_else(|| Self::related(name)),
        }
    }

    fn related(name: &str) -> Option<Self> {
        let (kind, field) = name.strip_prefix("related.")?.split_once('.')?;
        Some(Self::Related(RelationshipType::named(kind)?, PersonField::named(field)?))
    }

    /// Its name in feed maps and reports.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Person(field) => field.name().to_owned(),
            Self::Involvement(field) => field.name().to_owned(),
            Self::Relationship(field) => field.name().to_owned(),
            Self::Related(kind, field) => format!("related.{}.{}", kind.name(), field.name()),
        }
    }

    /// The last part of its name: `status` of `involvement.status`.
    #[must_use]
    pub fn last_part(self) -> &'static str {
        let name = match self {
            Self::Person(field) | Self::Related(_, field) => field.name(),
            Self::Involvement(field) => field.name(),
            Self::Relationship(field) => field.name(),
        };
        name.rsplit('.').next().unwrap_or(name)
    }

    /// What its cells hold.
    #[must_use]
    pub fn kind(self) -> CellKind {
        match self {
            Self::Person(field) | Self::Related(_, field) => field.kind(),
            Self::Involvement(field) => field.kind(),
            Self::Relationship(field) => field.kind(),
        }
    }

    /// Whether several columns may go to it.
    #[must_use]
    pub fn takes_several_columns(self) -> bool {
        matches!(self.kind(), CellKind::Text | CellKind::List | CellKind::Reach)
    }

    /// The fields that every file of such rows must fill.
    #[must_use]
    pub fn required(rows: RowKind) -> &'static [Self] {
        match rows {
            RowKind::Person | RowKind::Involvement => &[Self::Person(PersonField::SourceId)],
            RowKind::Relationship => &[
                Self::Relationship(RelationshipField::FromSourceId),
                Self::Relationship(RelationshipField::Type),
                Self::Relationship(RelationshipField::ToSourceId),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_to_its_field_and_back() {
        for field in PersonField::ALL {
            assert_eq!(Field::named(field.name(), RowKind::Person), Some(Field::Person(*field)));
        }
        for field in InvolvementField::ALL {
            assert_eq!(Field::named(field.name(), RowKind::Person), Some(Field::Involvement(*field)));
        }
        for field in RelationshipField::ALL {
            assert_eq!(Field::named(field.name(), RowKind::Relationship), Some(Field::Relationship(*field)));
        }
        let related = Field::named("related.step_parent.date_of_birth", RowKind::Person).unwrap();
        assert_eq!(related.name(), "related.step_parent.date_of_birth");
    }

    #[test]
    fn a_field_of_another_kind_of_row_is_not_known() {
        assert_eq!(Field::named("given_name", RowKind::Involvement), None);
        assert_eq!(Field::named("involvement.started", RowKind::Relationship), None);
        assert_eq!(Field::named("from_source_id", RowKind::Person), None);
        assert_eq!(Field::named("related.neighbour.full_name", RowKind::Person), None);
        assert_eq!(Field::named("offence", RowKind::Person), None);
    }
}
