//! A stored record, and what it says of its person.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::StoreError;
use crate::domain::{Address, BirthDate, Email, FamilyHint, Identifier, LeastAge, PersonDetails, Phone, Postcode, Sex};

/// The columns of `record` that a [`RecordRow`] needs, for `row_to_json`.
pub const RECORD_COLUMNS: &str = "record.id, record.feed, record.source_id, record.dependent, record.given_name, record.middle_names, \
     record.family_name, record.other_names, record.former_family_name, record.date_of_birth, record.date_of_death, \
     record.expected_date_of_delivery, record.sex, record.addresses, record.nhs_number, record.nhs_number_valid, record.upn, record.upn_valid, \
     record.phones, record.emails, record.case_id, record.restricted, record.family_hint, \
     record.least_age, record.least_age_on";

/// A query with what several of them share put in: the columns of a record, and who may be a restricted person, from the weight on that the parameter
/// `shielded_from` gives.
#[must_use]
pub fn with_parts(sql: &str, shielded_from: &str) -> String {
    let shielded = include_str!("sql/shielded.sql").replace("{SHIELDED_FROM}", shielded_from);
    sql.replace("{RECORD_COLUMNS}", RECORD_COLUMNS).replace("{SHIELDED}", &shielded)
}

/// A row of `record`, with the person that it belongs to where the query tells.
#[derive(Clone, Deserialize)]
#[allow(missing_docs, reason = "the columns are described in the migration")]
pub struct RecordRow {
    pub id: i64,
    #[serde(default)]
    pub person_id: Option<Uuid>,
    pub feed: String,
    pub source_id: String,
    pub dependent: String,
    given_name: Option<String>,
    middle_names: Option<String>,
    family_name: Option<String>,
    other_names: Vec<String>,
    former_family_name: Option<String>,
    date_of_birth: Option<Date>,
    date_of_death: Option<Date>,
    expected_date_of_delivery: Option<Date>,
    sex: Option<String>,
    addresses: Vec<AddressColumn>,
    nhs_number: Option<String>,
    nhs_number_valid: Option<bool>,
    upn: Option<String>,
    upn_valid: Option<bool>,
    phones: Vec<String>,
    emails: Vec<String>,
    case_id: Option<String>,
    restricted: bool,
    /// Whether the person may be one whom some feed restricts, where the query tells.
    #[serde(default)]
    shielded: bool,
    family_hint: Option<FamilyHintColumn>,
    least_age: Option<u8>,
    least_age_on: Option<Date>,
}

/// One element of `record.addresses`. Every key is always present.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the parts are those of domain::Address")]
pub struct AddressColumn {
    pub lines: Vec<String>,
    pub postcode: Option<String>,
    pub uprn: Option<String>,
    pub uprn_valid: Option<bool>,
    pub from: Option<Date>,
    pub to: Option<Date>,
}

crate::domain::redacted_debug!(AddressColumn);

/// `record.family_hint`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the parts are those of domain::FamilyHint")]
pub struct FamilyHintColumn {
    pub born_from: Option<Date>,
    pub born_until: Option<Date>,
    pub homes: Vec<AddressColumn>,
    /// Left out where it is not so, as it was before anything was known of it: what a feed holds does not change by that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_another: bool,
}

crate::domain::redacted_debug!(FamilyHintColumn);

impl FamilyHintColumn {
    /// The column of a hint; none where it says nothing.
    #[must_use]
    pub fn from_hint(hint: &FamilyHint) -> Option<Self> {
        let homes = hint.homes.iter().map(AddressColumn::from).collect();
        let (born_from, born_until, is_another) = (hint.born_from, hint.born_until, hint.is_another);
        (!hint.is_empty()).then_some(Self { born_from, born_until, homes, is_another })
    }

    fn read(&self, row: i64) -> Result<FamilyHint, StoreError> {
        let homes = self.homes.iter().map(|address| read_address(address, row)).collect::<Result<_, _>>()?;
        Ok(FamilyHint { born_from: self.born_from, born_until: self.born_until, homes, is_another: self.is_another })
    }
}

impl From<&Address> for AddressColumn {
    fn from(address: &Address) -> Self {
        Self {
            lines: address.lines.clone(),
            postcode: address.postcode.as_ref().map(|postcode| postcode.as_str().to_owned()),
            uprn: address.uprn.as_ref().map(|uprn| uprn.value().to_owned()),
            uprn_valid: address.uprn.as_ref().map(Identifier::is_valid),
            from: address.from,
            to: address.to,
        }
    }
}

/// A record: what one feed says about one person.
#[derive(Clone)]
pub struct StoredRecord {
    /// Its number; older records have lower ones.
    pub id: i64,
    /// The person that it belongs to; `None` before it is resolved.
    pub person: Option<Uuid>,
    /// The feed.
    pub feed: String,
    /// Its key in the feed.
    pub source_id: String,
    /// Empty, or what makes it a record of a person that the row only tells of.
    pub dependent: String,
    /// What it says of the person.
    pub details: PersonDetails,
    /// The case-management id.
    pub case_id: Option<String>,
    /// Whether the feed restricts the person.
    pub restricted: bool,
    /// Whether the person is as likely as not one whom some feed restricts. Only queries for lookups tell.
    pub shielded: bool,
}

impl TryFrom<RecordRow> for StoredRecord {
    type Error = StoreError;

    fn try_from(row: RecordRow) -> Result<Self, StoreError> {
        let inconsistent = |problem| StoreError::Inconsistent { table: "record", row: row.id, problem };
        let addresses = row.addresses.iter().map(|address| read_address(address, row.id)).collect::<Result<_, _>>()?;
        let date_of_birth =
            row.date_of_birth.map(|day| BirthDate::new(day).ok_or_else(|| inconsistent("has a date of birth before 1901"))).transpose()?;
        let sex = match row.sex.as_deref() {
            None => None,
            Some("F") => Some(Sex::Female),
            Some("M") => Some(Sex::Male),
            Some("O") => Some(Sex::Other),
            Some(_) => return Err(inconsistent("has a sex that is none of F, M and O")),
        };
        let details = PersonDetails {
            given_name: row.given_name,
            middle_names: row.middle_names,
            family_name: row.family_name,
            other_names: row.other_names,
            former_family_name: row.former_family_name,
            date_of_birth,
            sex,
            addresses,
            nhs_number: row.nhs_number.map(|value| Identifier::stored(value, row.nhs_number_valid == Some(true))),
            upn: row.upn.map(|value| Identifier::stored(value, row.upn_valid == Some(true))),
            phones: row.phones.iter().filter_map(|phone| Phone::parse(phone)).collect(),
            emails: row.emails.iter().filter_map(|email| Email::parse(email)).collect(),
            date_of_death: row.date_of_death,
            expected_date_of_delivery: row.expected_date_of_delivery,
            family_hint: row.family_hint.as_ref().map(|hint| hint.read(row.id)).transpose()?.unwrap_or_default(),
            least_age: row.least_age.zip(row.least_age_on).map(|(years, on)| LeastAge { years, on }),
            ..PersonDetails::default()
        };
        Ok(Self {
            id: row.id,
            person: row.person_id,
            feed: row.feed,
            source_id: row.source_id,
            dependent: row.dependent,
            details,
            case_id: row.case_id,
            restricted: row.restricted,
            shielded: row.shielded,
        })
    }
}

fn read_address(column: &AddressColumn, row: i64) -> Result<Address, StoreError> {
    let postcode = match &column.postcode {
        None => None,
        Some(text) => Some(Postcode::parse(text).ok_or(StoreError::Inconsistent {
            table: "record",
            row,
            problem: "has an address whose postcode is none",
        })?),
    };
    let uprn = column.uprn.clone().map(|value| Identifier::stored(value, column.uprn_valid == Some(true)));
    Ok(Address { lines: column.lines.clone(), postcode, uprn, from: column.from, to: column.to })
}

/// Reads a record from its JSON object.
///
/// # Errors
/// [`StoreError::Inconsistent`] where it does not hold what it must.
pub fn parse(object: &str) -> Result<StoredRecord, StoreError> {
    let row: RecordRow = serde_json::from_str(object).map_err(|_| StoreError::Inconsistent {
        table: "record",
        row: 0,
        problem: "is not an object of its columns",
    })?;
    row.try_into()
}
