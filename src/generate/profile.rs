//! How each service's clerks write and err: the error model, read from `data/profiles.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::phones::PhoneStyle;

/// How names are cased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum NameCase {
    Plain,
    Upper,
    UpperFamily,
}

/// How an address is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum AddressStyle {
    Lines,
    Comma,
    Multiline,
    HouseAndRoad,
}

/// How a flat is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum FlatStyle {
    FlatFirst,
    Suffix,
    Slash,
    Apartment,
    FlatLast,
}

/// How NHS numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum NhsStyle {
    Plain,
    Spaced,
    Dashed,
}

/// One feed's habits. Every number is a share from 0 to 1; `docs/synthetic-data.md` says of what.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "docs/synthetic-data.md has each in a table")]
pub struct Profile {
    pub source_prefix: String,
    pub source_digits: usize,
    pub byte_order_mark: bool,
    pub ascii: f64,
    pub name_case: NameCase,
    pub address: AddressStyle,
    pub flats: FlatStyle,
    pub phone: PhoneStyle,
    pub nhs: NhsStyle,
    pub unknown: String,
    pub diminutive: f64,
    pub variant: f64,
    pub typing: f64,
    pub swapped: f64,
    pub middle_missing: f64,
    pub middle_first: f64,
    pub former_name: f64,
    pub family_part: f64,
    pub placeholder_name: f64,
    pub birth_missing_child: f64,
    pub birth_missing_adult: f64,
    pub birth_wrong: f64,
    pub birth_swapped: f64,
    pub birth_placeholder: f64,
    pub address_missing: f64,
    pub address_stale: f64,
    #[serde(default)]
    pub address_school: f64,
    pub address_typing: f64,
    pub postcode_missing: f64,
    pub flat_missing: f64,
    pub nhs_present: f64,
    pub nhs_invalid: f64,
    pub upn_present: f64,
    #[serde(default)]
    pub upn_invalid: f64,
    pub phone_present: f64,
    pub phone_other: f64,
    pub email_present: f64,
    pub sex_missing: f64,
    pub sex_wrong: f64,
    pub duplicate: f64,
}

/// Every feed's profile by feed code.
///
/// # Panics
/// Where the file that comes with the program is not well formed, which a test holds to be impossible.
#[must_use]
pub fn all() -> BTreeMap<String, Profile> {
    toml::from_str(include_str!("data/profiles.toml")).expect("the profiles are part of the program")
}
