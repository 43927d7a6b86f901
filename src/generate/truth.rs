//! The truth beside the extracts: which record is who, who is family of whom, and whom to ring.

use std::{fs::File, io::BufWriter, path::Path};

use super::{
    GenerateError,
    kinship::Kin,
    people::{Family, Person},
    phones::{self, PhoneStyle},
    places::Places,
    services::Involvement,
};

type Writer = csv::Writer<BufWriter<File>>;

/// The truth's files but for the questions.
pub struct Truth {
    records: Writer,
    people: Writer,
    relationships: Writer,
    contacts: Writer,
    /// Rows in records.csv.
    pub record_count: u64,
}

/// Opens a comma-separated file with its headings.
pub(super) fn writer(folder: &Path, name: &str, headings: &[&str]) -> Result<Writer, GenerateError> {
    let mut writer = csv::Writer::from_writer(BufWriter::new(File::create(folder.join(name))?));
    writer.write_record(headings)?;
    Ok(writer)
}

impl Truth {
    /// Opens the files under `out`/truth.
    ///
    /// # Errors
    /// Where a file cannot be made.
    pub fn open(out: &Path) -> Result<Self, GenerateError> {
        let folder = out.join("truth");
        std::fs::create_dir_all(&folder)?;
        Ok(Self {
            records: writer(&folder, "records.csv", &["feed", "source_id", "related", "person_id"])?,
            people: writer(
                &folder,
                "people.csv",
                &[
                    "person_id",
                    "given_name",
                    "middle_names",
                    "family_name",
                    "former_family_name",
                    "known_as",
                    "date_of_birth",
                    "sex",
                    "naming_group",
                    "flat",
                    "building",
                    "house_number",
                    "street",
                    "town",
                    "postcode",
                    "uprn",
                    "institution",
                    "nhs_number",
                    "upn",
                    "phone",
                    "email",
                    "restricted",
                ],
            )?,
            relationships: writer(&folder, "relationships.csv", &["person_id", "relative_person_id", "type", "evidence"])?,
            contacts: writer(
                &folder,
                "contacts.csv",
                &[
                    "person_id",
                    "service",
                    "feed",
                    "status",
                    "name",
                    "role",
                    "team",
                    "phone",
                    "email",
                    "active",
                    "team_phone",
                    "team_email",
                    "basis",
                ],
            )?,
            record_count: 0,
        })
    }

    /// One record: `related` is the type of a dependent record, else empty.
    pub(super) fn record(&mut self, feed: &str, source: &str, person: u32, related: &str) -> Result<(), GenerateError> {
        self.record_count += 1;
        self.records.write_record([feed, source, related, &person_id(person)])?;
        Ok(())
    }

    /// Everybody in a family, and what ties them.
    pub(super) fn family(&mut self, family: &Family, kin: &[Kin], places: &Places) -> Result<(), GenerateError> {
        for person in &family.people {
            let address = places.address(*person.home());
            let flat = address.flat.map(|(word, flat)| format!("{word} {flat}")).unwrap_or_default();
            self.people.write_record([
                person_id(person.id).as_str(),
                &person.name.given,
                person.name.middle.as_deref().unwrap_or_default(),
                &person.name.family,
                person.former_family.as_deref().unwrap_or_default(),
                person.name.known_as.as_deref().unwrap_or_default(),
                &person.born.to_string(),
                person.sex.word(),
                person.group.word(),
                &flat,
                address.building.as_deref().unwrap_or_default(),
                &address.number,
                &address.street,
                &address.town,
                &address.postcode,
                &address.uprn,
                if places.is_institution(*person.home()) { "yes" } else { "no" },
                person.nhs_number.as_deref().unwrap_or_default(),
                person.upn.as_deref().unwrap_or_default(),
                person.phone.as_deref().unwrap_or_default(),
                person.email.as_deref().unwrap_or_default(),
                if person.restricted { "yes" } else { "no" },
            ])?;
        }
        for tie in kin {
            let id = |place: usize| person_id(family.people[place].id);
            self.relationships.write_record([id(tie.child).as_str(), &id(tie.relative), tie.kind, tie.evidence])?;
        }
        Ok(())
    }

    /// One involvement and whom to ring about it.
    ///
    /// `says_active` is whether the feed has a column for it: what no extract says, no service can know.
    pub(super) fn contact(
        &mut self,
        person: &Person,
        (service, feed): (&str, &str),
        says_active: bool,
        involvement: &Involvement,
    ) -> Result<(), GenerateError> {
        let worker = involvement.worker.as_ref();
        let team = involvement.team.as_ref();
        let phone = |number: &str| phones::written(number, PhoneStyle::Spaced);
        self.contacts.write_record([
            person_id(person.id).as_str(),
            service,
            feed,
            if involvement.current { "current" } else { "historic" },
            worker.map_or("", |worker| worker.name.as_str()),
            worker.map_or("", |worker| worker.role.as_str()),
            team.map_or("", |team| team.name.as_str()),
            &worker.map_or_else(String::new, |worker| phone(&worker.phone)),
            worker.map_or("", |worker| worker.email.as_str()),
            worker.filter(|_| says_active).map_or("", |worker| if worker.active { "yes" } else { "no" }),
            &team.map_or_else(String::new, |team| phone(&team.phone)),
            team.map_or("", |team| team.email.as_str()),
            involvement.basis.as_deref().unwrap_or_default(),
        ])?;
        Ok(())
    }

    /// Finishes the files.
    pub(super) fn close(mut self) -> Result<(), GenerateError> {
        for writer in [&mut self.records, &mut self.people, &mut self.relationships, &mut self.contacts] {
            writer.flush()?;
        }
        Ok(())
    }
}

/// A person's id in the truth files.
#[must_use]
pub fn person_id(person: u32) -> String {
    format!("T{person:07}")
}
