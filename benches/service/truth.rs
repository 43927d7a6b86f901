//! The truth beside a population: read, and brought together with the people whom the database knows.

#![expect(clippy::struct_field_names, reason = "the names are the files' columns")]

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    fs::File,
    path::Path,
};

use family_context::lookup::question::{AddressQuestion, ChildQuestion, IdentifierKind, IdentifierQuestion};
use jiff::civil::Date;
use serde::Deserialize;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::Failure;

/// A true person's id, as the truth's files write it.
pub type PersonId = String;

/// One row of people.csv, as far as it is needed.
#[derive(Deserialize)]
pub struct Person {
    pub person_id: PersonId,
    pub given_name: String,
    pub family_name: String,
    pub date_of_birth: Date,
    pub naming_group: String,
    restricted: String,
}

impl Person {
    /// Whether nobody may find them.
    pub fn is_restricted(&self) -> bool {
        self.restricted == "yes"
    }

    /// For the list of mistakes; nobody here is real.
    pub fn describe(&self) -> String {
        format!("{} {} {} b. {}", self.person_id, self.given_name, self.family_name, self.date_of_birth)
    }
}

/// One row of relationships.csv: who is family of a child.
#[derive(Deserialize)]
pub struct Relative {
    person_id: PersonId,
    pub relative_person_id: PersonId,
    #[serde(rename = "type")]
    pub kind: String,
    pub evidence: String,
}

/// One row of contacts.csv: an involvement, and whom to ring about it.
#[derive(Deserialize)]
pub struct Contact {
    person_id: PersonId,
    pub service: String,
    pub status: String,
    pub name: String,
    pub phone: String,
    pub email: String,
    pub active: String,
    pub team: String,
    pub team_phone: String,
    pub team_email: String,
    pub basis: String,
}

/// One row of lookups.csv.
#[derive(Clone, Deserialize)]
pub struct Question {
    pub question_id: String,
    given_name: String,
    family_name: String,
    other_names: String,
    date_of_birth: String,
    sex: String,
    address_line_1: String,
    address_line_2: String,
    address_line_3: String,
    postcode: String,
    nhs_number: String,
    upn: String,
    phone: String,
    pub purpose: String,
    pub kind: String,
    pub naming_group: String,
    /// Whom it is about; empty where nobody.
    pub person_id: PersonId,
}

/// Everything that is true of a population.
pub struct Truth {
    pub people: BTreeMap<PersonId, Person>,
    pub relatives: HashMap<PersonId, Vec<Relative>>,
    pub contacts: HashMap<PersonId, Vec<Contact>>,
    pub questions: Vec<Question>,
    /// By feed, source id and dependent.
    records: HashMap<(String, String, String), PersonId>,
}

fn rows<Row: serde::de::DeserializeOwned>(folder: &Path, name: &str) -> Result<Vec<Row>, Failure> {
    let file = std::io::BufReader::new(File::open(folder.join("truth").join(name))?);
    Ok(csv::Reader::from_reader(file).into_deserialize().collect::<Result<_, _>>()?)
}

fn grouped<Row>(rows: Vec<Row>, key: impl Fn(&Row) -> PersonId) -> HashMap<PersonId, Vec<Row>> {
    let mut groups: HashMap<PersonId, Vec<Row>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

impl Truth {
    /// Reads the truth of the population in `folder`.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let records: Vec<(String, String, String, PersonId)> = rows(folder, "records.csv")?;
        Ok(Self {
            people: rows::<Person>(folder, "people.csv")?.into_iter().map(|person| (person.person_id.clone(), person)).collect(),
            relatives: grouped(rows(folder, "relationships.csv")?, |row: &Relative| row.person_id.clone()),
            contacts: grouped(rows(folder, "contacts.csv")?, |row: &Contact| row.person_id.clone()),
            questions: rows(folder, "lookups.csv")?,
            records: records.into_iter().map(|(feed, source, related, person)| ((feed, source, related), person)).collect(),
        })
    }

    /// Who a person is, for the list of mistakes.
    pub fn describe(&self, person: &str) -> String {
        self.people.get(person).map_or_else(|| person.to_owned(), Person::describe)
    }
}

impl Question {
    /// The question's body.
    pub fn body(&self) -> String {
        serde_json::json!({ "child": self.child(), "purpose": self.purpose }).to_string()
    }

    /// What is asked.
    pub fn child(&self) -> ChildQuestion {
        let given = |text: &String| (!text.is_empty()).then(|| text.clone());
        let lines: Vec<String> = [&self.address_line_1, &self.address_line_2, &self.address_line_3].into_iter().filter_map(given).collect();
        let identifier = |kind, value: &String| given(value).map(|value| IdentifierQuestion { kind, feed: None, value });
        let identifiers: Vec<IdentifierQuestion> =
            [identifier(IdentifierKind::NhsNumber, &self.nhs_number), identifier(IdentifierKind::Upn, &self.upn)]
                .into_iter()
                .flatten()
                .collect();
        let has_address = !lines.is_empty() || !self.postcode.is_empty();
        ChildQuestion {
            given_name: given(&self.given_name),
            family_name: given(&self.family_name),
            other_names: given(&self.other_names).map(|name| vec![name]),
            date_of_birth: given(&self.date_of_birth),
            sex: given(&self.sex),
            address: has_address.then(|| AddressQuestion { lines: Some(lines), postcode: given(&self.postcode), uprn: None }),
            identifiers: (!identifiers.is_empty()).then_some(identifiers),
            phone: given(&self.phone),
            email: None,
        }
    }

    /// Whether anybody could answer it: nobody can who has only an identifier to go by that no record gives.
    pub fn is_answerable(&self, census: &Census) -> bool {
        let names = [&self.given_name, &self.family_name, &self.other_names];
        names.iter().any(|name| !name.is_empty()) || [&self.nhs_number, &self.upn].iter().any(|number| census.identifiers.contains(*number))
    }

    /// What was typed, for the list of mistakes.
    pub fn describe(&self) -> String {
        let parts = [
            &self.given_name,
            &self.family_name,
            &self.other_names,
            &self.date_of_birth,
            &self.sex,
            &self.address_line_1,
            &self.postcode,
            &self.nhs_number,
            &self.upn,
            &self.phone,
        ];
        let typed: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect();
        format!("{} ({}): {}", self.question_id, self.kind, typed.join(" | "))
    }
}

/// A record as the database has it: its number, its person there, and the person whom it is truly about.
pub struct Member {
    pub record: i64,
    pub person: Uuid,
    pub truth: PersonId,
}

/// Who the people of the database truly are.
pub struct Census {
    pub members: Vec<Member>,
    /// The person whom most of a person's records are about.
    pub owners: HashMap<Uuid, PersonId>,
    /// Records of the truth that the database does not have.
    pub missing: usize,
    /// Every NHS number and pupil number that any record gives.
    pub identifiers: HashSet<String>,
    /// People whom some record restricts.
    pub restricted: HashSet<PersonId>,
}

impl Census {
    /// Brings the database's people together with the truth.
    pub async fn take(client: &Client, truth: &Truth) -> Result<Self, Failure> {
        let sql = "SELECT record.id, feed, source_id, dependent, person_id, restricted FROM record JOIN membership ON record_id = record.id ORDER BY record.id";
        let mut members = Vec::new();
        let mut restricted = HashSet::new();
        let mut counts: HashMap<Uuid, BTreeMap<&PersonId, usize>> = HashMap::new();
        for row in client.query(sql, &[]).await? {
            let key = (row.get(1), row.get(2), row.get(3));
            let person = truth.records.get(&key).ok_or_else(|| format!("no truth for the record {key:?}"))?;
            *counts.entry(row.get(4)).or_default().entry(person).or_default() += 1;
            if row.get(5) {
                restricted.insert(person.clone());
            }
            members.push(Member { record: row.get(0), person: row.get(4), truth: person.clone() });
        }
        let owners = counts.into_iter().filter_map(|(person, counts)| Some((person, most(counts)?))).collect();
        let missing = truth.records.len() - members.len();
        let sql = "SELECT nhs_number FROM record WHERE nhs_number IS NOT NULL UNION SELECT upn FROM record WHERE upn IS NOT NULL";
        let identifiers = client.query(sql, &[]).await?.iter().map(|row| row.get(0)).collect();
        Ok(Self { members, owners, missing, identifiers, restricted })
    }

    /// The true people who have records, by the database's people.
    pub fn people_of(&self) -> HashMap<&str, BTreeSet<Uuid>> {
        let mut people: HashMap<&str, BTreeSet<Uuid>> = HashMap::new();
        for member in &self.members {
            people.entry(&member.truth).or_default().insert(member.person);
        }
        people
    }
}

/// The one counted most; the first by id among equals.
fn most(counts: BTreeMap<&PersonId, usize>) -> Option<PersonId> {
    counts.into_iter().max_by(|one, other| one.1.cmp(&other.1).then(other.0.cmp(one.0))).map(|(person, _)| person.clone())
}
