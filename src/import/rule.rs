//! The checks that rows and cells go through, each with the name that reports use.

/// A check that something in a delivery did not pass. Nothing here can carry a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "explanation() says what each is")]
pub enum Rule {
    SourceIdMissing,
    CellCountWrong,
    Placeholder,
    Unnamed,
    CellTooLong,
    DateInvalid,
    DateInFuture,
    DatesOutOfOrder,
    YoungerThanListed,
    PostcodeInvalid,
    NhsNumberInvalid,
    UpnInvalid,
    UprnInvalid,
    PhoneInvalid,
    EmailInvalid,
    WordUnknown,
    RelatedNameless,
    RelationshipToSelf,
    PersonUnknown,
    PersonDiffers,
}

impl Rule {
    /// Every rule, in the order of the documentation.
    pub const ALL: [Self; 20] = [
        Self::SourceIdMissing,
        Self::CellCountWrong,
        Self::Placeholder,
        Self::Unnamed,
        Self::CellTooLong,
        Self::DateInvalid,
        Self::DateInFuture,
        Self::DatesOutOfOrder,
        Self::YoungerThanListed,
        Self::PostcodeInvalid,
        Self::NhsNumberInvalid,
        Self::UpnInvalid,
        Self::UprnInvalid,
        Self::PhoneInvalid,
        Self::EmailInvalid,
        Self::WordUnknown,
        Self::RelatedNameless,
        Self::RelationshipToSelf,
        Self::PersonUnknown,
        Self::PersonDiffers,
    ];

    /// Its name in reports: `postcode-invalid`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SourceIdMissing => "source-id-missing",
            Self::CellCountWrong => "cell-count-wrong",
            Self::Placeholder => "placeholder",
            Self::Unnamed => "unnamed",
            Self::CellTooLong => "cell-too-long",
            Self::DateInvalid => "date-invalid",
            Self::DateInFuture => "date-in-future",
            Self::DatesOutOfOrder => "dates-out-of-order",
            Self::YoungerThanListed => "younger-than-listed",
            Self::PostcodeInvalid => "postcode-invalid",
            Self::NhsNumberInvalid => "nhs-number-invalid",
            Self::UpnInvalid => "upn-invalid",
            Self::UprnInvalid => "uprn-invalid",
            Self::PhoneInvalid => "phone-invalid",
            Self::EmailInvalid => "email-invalid",
            Self::WordUnknown => "word-unknown",
            Self::RelatedNameless => "related-nameless",
            Self::RelationshipToSelf => "relationship-to-self",
            Self::PersonUnknown => "person-unknown",
            Self::PersonDiffers => "person-differs",
        }
    }

    /// What was found and what became of it, for people.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        match self {
            Self::SourceIdMissing => "the row has no id of its own; the row is rejected",
            Self::CellCountWrong => "the row has more or fewer cells than the header; the row is rejected",
            Self::Placeholder => "the cell says that nothing is known (\"Unknown\", 01/01/1900); it counts as missing",
            Self::Unnamed => "a child not yet named (\"Baby\", \"Twin 1\"); the given name counts as missing",
            Self::CellTooLong => "the cell is longer than 500 characters; it counts as missing",
            Self::DateInvalid => "not a date in any of the map's formats, or an impossible one; it counts as missing",
            Self::DateInFuture => "a date that cannot lie so far ahead; it counts as missing",
            Self::DatesOutOfOrder => "an end before its beginning; the beginning counts as missing (a death before the birth is kept)",
            Self::YoungerThanListed => {
                "a birth date, or an expected one, of somebody younger than the map's `youngest_age`; it is kept, but the date or the map is wrong"
            }
            Self::PostcodeInvalid => "not a British postcode; it counts as missing",
            Self::NhsNumberInvalid => "the NHS number fails its check; it is kept as invalid",
            Self::UpnInvalid => "the unique pupil number fails its check; it is kept as invalid",
            Self::UprnInvalid => "not a unique property reference number; it is kept as invalid",
            Self::PhoneInvalid => "not a telephone number; it counts as missing",
            Self::EmailInvalid => "not an email address; it counts as missing",
            Self::WordUnknown => {
                "a word that neither the map nor the field knows; it counts as missing (in `restricted` as yes; a relationship without a type is left out)"
            }
            Self::RelatedNameless => "cells about a related person without a name, birth date or identifier; no record is made of them",
            Self::RelationshipToSelf => "a relationship of a person to the same person; it is left out",
            Self::PersonUnknown => {
                "a source_id that the feed does not hold; its involvement or relationship is left out (somebody told of whose own cells say who they are is a record of their own)"
            }
            Self::PersonDiffers => "a source_id again, with other personal details; the first row's stand",
        }
    }
}

impl serde::Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
