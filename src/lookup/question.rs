//! The question as it was asked, before anything is made of it.

use serde::{Deserialize, Serialize};

/// The body of `POST /v1/lookups`. Unknown keys are refused by the HTTP layer.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Whom it is about.
    pub child: ChildQuestion,
    /// Why it is asked: a purpose's code.
    pub purpose: String,
    /// The asker's own reference, for the audit.
    #[serde(default)]
    pub case_reference: Option<String>,
}

/// What the asker knows about the child. Every part may be left out or null.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs, reason = "the names are the words of the API")]
pub struct ChildQuestion {
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub other_names: Option<Vec<String>>,
    pub date_of_birth: Option<String>,
    pub sex: Option<String>,
    pub address: Option<AddressQuestion>,
    pub identifiers: Option<Vec<IdentifierQuestion>>,
    pub phone: Option<String>,
    pub email: Option<String>,
}

/// An address as asked.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs, reason = "the names are the words of the API")]
pub struct AddressQuestion {
    pub lines: Option<Vec<String>>,
    pub postcode: Option<String>,
    pub uprn: Option<String>,
}

/// An identifier as asked.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names are the words of the API")]
pub struct IdentifierQuestion {
    #[serde(rename = "type")]
    pub kind: IdentifierKind,
    #[serde(default)]
    pub feed: Option<String>,
    pub value: String,
}

/// The kinds of identifier that a question can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the words of the API")]
pub enum IdentifierKind {
    NhsNumber,
    Upn,
    /// A feed's own source id or case-management id; needs `feed`.
    Source,
}
