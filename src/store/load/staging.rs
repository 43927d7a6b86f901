//! Rows to the staging tables, by binary COPY.

use std::pin::pin;

use jiff::civil::Date;
use sha2::{Digest, Sha256};
use tokio_postgres::{
    Transaction,
    binary_copy::BinaryCopyInWriter,
    types::{Json, ToSql, Type},
};

use super::{
    super::record::{AddressColumn, FamilyHintColumn},
    LoadError,
};
use crate::domain::{BirthDate, Email, Identifier, Involvement, PersonDetails, Phone, Received, ReceivedRecord};

type Cells<'row> = [&'row (dyn ToSql + Sync)];

const RECORD_COPY: &str = "COPY load_record (position, file, line, source_id, dependent, digest, given_name, middle_names, family_name, other_names, \
    former_family_name, date_of_birth, date_of_death, expected_date_of_delivery, sex, addresses, nhs_number, nhs_number_valid, upn, upn_valid, phones, \
    emails, case_id, restricted, keys, dwellings, family_hint, least_age, least_age_on) FROM STDIN BINARY";
const RECORD_TYPES: [Type; 29] = [
    Type::INT8,
    Type::INT2,
    Type::INT8,
    Type::TEXT,
    Type::TEXT,
    Type::BYTEA,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT_ARRAY,
    Type::TEXT,
    Type::DATE,
    Type::DATE,
    Type::DATE,
    Type::TEXT,
    Type::JSONB,
    Type::TEXT,
    Type::BOOL,
    Type::TEXT,
    Type::BOOL,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT,
    Type::BOOL,
    Type::INT8_ARRAY,
    Type::INT8_ARRAY,
    Type::JSONB,
    Type::INT2,
    Type::DATE,
];

const INVOLVEMENT_COPY: &str = "COPY load_involvement (position, file, line, source_id, organisation, status, started, ended, most_recent_contact, basis, \
    lead_name, lead_role, lead_team, lead_phone, lead_email, lead_active, team_name, team_phone, team_email) FROM STDIN BINARY";
const INVOLVEMENT_TYPES: [Type; 19] = [
    Type::INT8,
    Type::INT2,
    Type::INT8,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::DATE,
    Type::DATE,
    Type::DATE,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::BOOL,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
];

const RELATIONSHIP_COPY: &str = "COPY load_relationship (position, file, line, from_source_id, from_dependent, kind, to_source_id, to_dependent, started, \
    ended) FROM STDIN BINARY";
const RELATIONSHIP_TYPES: [Type; 10] =
    [Type::INT8, Type::INT2, Type::INT8, Type::TEXT, Type::TEXT, Type::TEXT, Type::TEXT, Type::TEXT, Type::DATE, Type::DATE];

const NAMED_COPY: &str = "COPY load_named (position, file, line, named, source_id, dependent, restricted) FROM STDIN BINARY";
const NAMED_TYPES: [Type; 7] = [Type::INT8, Type::INT2, Type::INT8, Type::TEXT, Type::TEXT, Type::TEXT, Type::BOOL];

/// Stages the records among the rows. Rows are numbered from `position` on.
pub(super) async fn copy_records(
    transaction: &Transaction<'_>,
    rows: &[Received],
    position: i64,
    keys_of: &impl Fn(&PersonDetails) -> (Vec<i64>, Vec<i64>),
) -> Result<(), LoadError> {
    if !rows.iter().any(|row| record_of(row).is_some()) {
        return Ok(());
    }
    let mut writer = pin!(BinaryCopyInWriter::new(transaction.copy_in(RECORD_COPY).await?, &RECORD_TYPES));
    for (place, row) in (position..).zip(rows) {
        let Some(record) = record_of(row) else { continue };
        let person = &record.details;
        let (keys, dwellings) = keys_of(person);
        let addresses: Vec<AddressColumn> = person.addresses.iter().map(AddressColumn::from).collect();
        let phones: Vec<&str> = person.phones.iter().map(Phone::as_str).collect();
        let emails: Vec<&str> = person.emails.iter().map(Email::as_str).collect();
        let hint = FamilyHintColumn::from_hint(&person.family_hint);
        let digest = digest(record, &addresses, hint.as_ref());
        let cells: &Cells<'_> = &[
            &place,
            &i16::try_from(record.origin.file).unwrap_or(i16::MAX),
            &i64::try_from(record.origin.line).unwrap_or(i64::MAX),
            &record.key.source_id,
            &record.key.dependent_name(),
            &digest.as_slice(),
            &person.given_name,
            &person.middle_names,
            &person.family_name,
            &person.other_names,
            &person.former_family_name,
            &person.date_of_birth.map(BirthDate::day),
            &person.date_of_death,
            &person.expected_date_of_delivery,
            &person.sex.map(crate::domain::Sex::letter),
            &Json(addresses),
            &person.nhs_number.as_ref().map(Identifier::value),
            &person.nhs_number.as_ref().map(Identifier::is_valid),
            &person.upn.as_ref().map(Identifier::value),
            &person.upn.as_ref().map(Identifier::is_valid),
            &phones,
            &emails,
            &record.case_id,
            &record.restricted,
            &keys,
            &dwellings,
            &hint.map(Json),
            &person.least_age.map(|age| i16::from(age.years)),
            &person.least_age.map(|age| age.on),
        ];
        writer.as_mut().write(cells).await?;
    }
    writer.finish().await?;
    Ok(())
}

/// The record that a row gives, or would give where the feed does not hold the person whom it names.
fn record_of(row: &Received) -> Option<&ReceivedRecord> {
    match row {
        Received::Record(record) => Some(record),
        Received::Named(named) => named.otherwise.as_ref(),
        Received::Involvement(_) | Received::Relationship(_) => None,
    }
}

/// Stages the people named by the feed's own ids in others' rows. What their rows say of them is staged among the records, under the same position.
pub(super) async fn copy_named(transaction: &Transaction<'_>, rows: &[Received], position: i64) -> Result<(), LoadError> {
    if !rows.iter().any(|row| matches!(row, Received::Named(_))) {
        return Ok(());
    }
    let mut writer = pin!(BinaryCopyInWriter::new(transaction.copy_in(NAMED_COPY).await?, &NAMED_TYPES));
    for (place, row) in (position..).zip(rows) {
        let Received::Named(named) = row else { continue };
        let cells: &Cells<'_> = &[
            &place,
            &i16::try_from(named.origin.file).unwrap_or(i16::MAX),
            &i64::try_from(named.origin.line).unwrap_or(i64::MAX),
            &named.source_id,
            &named.key.source_id,
            &named.key.dependent_name(),
            &named.restricted,
        ];
        writer.as_mut().write(cells).await?;
    }
    writer.finish().await?;
    Ok(())
}

/// Stages the involvements among the rows.
pub(super) async fn copy_involvements(transaction: &Transaction<'_>, rows: &[Received], position: i64) -> Result<(), LoadError> {
    if !rows.iter().any(|row| matches!(row, Received::Involvement(_))) {
        return Ok(());
    }
    let mut writer = pin!(BinaryCopyInWriter::new(transaction.copy_in(INVOLVEMENT_COPY).await?, &INVOLVEMENT_TYPES));
    for (place, row) in (position..).zip(rows) {
        let Received::Involvement(received) = row else { continue };
        let Involvement { organisation, status, started, ended, most_recent_contact, basis, lead_professional, team } =
            &received.involvement;
        let lead = &lead_professional.contact;
        let cells: &Cells<'_> = &[
            &place,
            &i16::try_from(received.origin.file).unwrap_or(i16::MAX),
            &i64::try_from(received.origin.line).unwrap_or(i64::MAX),
            &received.source_id,
            organisation,
            &status.map(crate::domain::InvolvementStatus::name),
            started,
            ended,
            most_recent_contact,
            basis,
            &lead.name,
            &lead.role,
            &lead.team,
            &lead.phone,
            &lead.email,
            &lead_professional.active,
            &team.name,
            &team.phone,
            &team.email,
        ];
        writer.as_mut().write(cells).await?;
    }
    writer.finish().await?;
    Ok(())
}

/// Stages the relationships among the rows.
pub(super) async fn copy_relationships(transaction: &Transaction<'_>, rows: &[Received], position: i64) -> Result<(), LoadError> {
    if !rows.iter().any(|row| matches!(row, Received::Relationship(_))) {
        return Ok(());
    }
    let mut writer = pin!(BinaryCopyInWriter::new(transaction.copy_in(RELATIONSHIP_COPY).await?, &RELATIONSHIP_TYPES));
    for (place, row) in (position..).zip(rows) {
        let Received::Relationship(received) = row else { continue };
        let cells: &Cells<'_> = &[
            &place,
            &i16::try_from(received.origin.file).unwrap_or(i16::MAX),
            &i64::try_from(received.origin.line).unwrap_or(i64::MAX),
            &received.from.source_id,
            &received.from.dependent_name(),
            &received.relationship.kind.name(),
            &received.to.source_id,
            &received.to.dependent_name(),
            &received.relationship.started,
            &received.relationship.ended,
        ];
        writer.as_mut().write(cells).await?;
    }
    writer.finish().await?;
    Ok(())
}

/// SHA-256 of all that a record says, but for its restriction, which the merge compares by itself. Each part stands with its length before it, so
/// that no two records run into one text.
fn digest(record: &ReceivedRecord, addresses: &[AddressColumn], hint: Option<&FamilyHintColumn>) -> [u8; 32] {
    fn part(digest: &mut Sha256, text: Option<&str>) {
        let length = text.map_or(u64::MAX, |text| text.len() as u64);
        digest.update(length.to_le_bytes());
        digest.update(text.unwrap_or_default());
    }
    fn list<'text>(digest: &mut Sha256, texts: impl ExactSizeIterator<Item = &'text str>) {
        digest.update((texts.len() as u64).to_le_bytes());
        texts.for_each(|text| part(digest, Some(text)));
    }
    fn date(digest: &mut Sha256, date: Option<Date>) {
        let (year, month, day) = date.map_or((i16::MIN, 0, 0), |date| (date.year(), date.month(), date.day()));
        digest.update(year.to_le_bytes());
        digest.update([month.to_le_bytes()[0], day.to_le_bytes()[0]]);
    }
    fn identifier(digest: &mut Sha256, identifier: Option<&Identifier>) {
        part(digest, identifier.map(Identifier::value));
        digest.update([u8::from(identifier.is_some_and(Identifier::is_valid))]);
    }
    let person = &record.details;
    let mut digest = Sha256::new();
    for name in [&person.given_name, &person.middle_names, &person.family_name, &person.former_family_name, &record.case_id] {
        part(&mut digest, name.as_deref());
    }
    list(&mut digest, person.other_names.iter().map(String::as_str));
    for day in [person.date_of_birth.map(BirthDate::day), person.date_of_death, person.expected_date_of_delivery] {
        date(&mut digest, day);
    }
    part(&mut digest, person.sex.map(crate::domain::Sex::letter));
    identifier(&mut digest, person.nhs_number.as_ref());
    identifier(&mut digest, person.upn.as_ref());
    list(&mut digest, person.phones.iter().map(Phone::as_str));
    list(&mut digest, person.emails.iter().map(Email::as_str));
    let add_addresses = |digest: &mut Sha256, addresses: &[AddressColumn]| {
        digest.update((addresses.len() as u64).to_le_bytes());
        for address in addresses {
            list(digest, address.lines.iter().map(String::as_str));
            part(digest, address.postcode.as_deref());
            part(digest, address.uprn.as_deref());
            digest.update([u8::from(address.uprn_valid == Some(true))]);
            date(digest, address.from);
            date(digest, address.to);
        }
    };
    add_addresses(&mut digest, addresses);
    if let Some(hint) = hint {
        date(&mut digest, hint.born_from);
        date(&mut digest, hint.born_until);
        add_addresses(&mut digest, &hint.homes);
        // Left out where it is not so, as with ages: a digest stays what it was before maps could say so.
        if hint.is_another {
            part(&mut digest, Some("is_another"));
        }
    }
    // The day is left out: what was true on an earlier one still is, and says more. A digest without an age stays what it was before there were any.
    if let Some(age) = person.least_age {
        part(&mut digest, Some("least_age"));
        digest.update([age.years]);
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Address, Origin, RecordKey};

    fn record(given: &str, family: &str) -> ReceivedRecord {
        let details =
            PersonDetails { given_name: Some(given.to_owned()), family_name: Some(family.to_owned()), ..PersonDetails::default() };
        ReceivedRecord { origin: Origin::default(), key: RecordKey::own("1".to_owned()), details, case_id: None, restricted: false }
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(digest(&record("Ann", "eTeal"), &[], None), digest(&record("Anne", "Teal"), &[], None));
        assert_eq!(digest(&record("Ann", "Teal"), &[], None), digest(&record("Ann", "Teal"), &[], None));
    }

    #[test]
    fn a_map_that_begins_to_hold_relatives_for_different_people_changes_the_records_that_it_tells_of_and_no_others() {
        let hint = |is_another| FamilyHintColumn { born_from: None, born_until: None, homes: Vec::new(), is_another };
        let one = record("Ann", "Teal");
        assert_ne!(digest(&one, &[], Some(&hint(true))), digest(&one, &[], Some(&hint(false))));
        let json = serde_json::json!({ "born_from": null, "born_until": null, "homes": [] });
        assert_eq!(serde_json::to_value(hint(false)).unwrap(), json, "as it was stored before");
        assert!(!serde_json::from_value::<FamilyHintColumn>(json).unwrap().is_another);
    }

    #[test]
    fn an_address_is_stored_with_every_key() {
        let json = serde_json::to_value(AddressColumn::from(&Address::from_cells(["1 High Street"], None))).unwrap();
        assert_eq!(
            json,
            serde_json::json!({ "lines": ["1 High Street"], "postcode": null, "uprn": null, "uprn_valid": null, "from": null, "to": null })
        );
    }
}
