//! One row: every cell from what the clerk wrote down.

use jiff::civil::Date;

use super::{
    super::{
        chance::Chance,
        clerk::{Clerk, WrittenAddress, WrittenName, written_date},
        feed_map::{Column, Content, FeedFile, Rows},
        people::{Family, Person, Sex},
        phones::{self, PhoneStyle},
        profile::{AddressStyle, NameCase},
        services::Involvement,
    },
    Relatives,
};

/// A relative named in somebody else's row.
pub struct Relative {
    /// Their place in the family.
    pub person: usize,
    name: WrittenName,
    full_name: String,
    born: String,
    postcode: String,
    nhs_number: String,
    phone: String,
    email: String,
}

/// What one feed holds about one person.
pub struct PersonRow {
    source_id: String,
    name: WrittenName,
    full_name: String,
    born: String,
    sex: Option<Sex>,
    short_sex: bool,
    /// Where, as the feed has it.
    pub address: WrittenAddress,
    address_style: AddressStyle,
    nhs_number: String,
    upn: String,
    phone: String,
    email: String,
    case_id: String,
    restricted: bool,
    /// Relatives in this row's own columns.
    pub relatives: Relatives,
}

impl PersonRow {
    /// Writes down one person.
    pub fn write(
        clerk: &Clerk,
        file: &FeedFile,
        date_format: &str,
        family: &Family,
        person: usize,
        source_id: String,
        chance: &mut Chance,
    ) -> Self {
        let profile = clerk.profile;
        let somebody = &family.people[person];
        let name = clerk.name(somebody, twin_place(family, person), chance);
        let sex = (!chance.happens(profile.sex_missing)).then(|| {
            let wrong = chance.happens(profile.sex_wrong);
            match somebody.sex {
                Sex::Female if wrong => Sex::Male,
                Sex::Male if wrong => Sex::Female,
                sex => sex,
            }
        });
        let phone = phone_of(family, person, clerk, chance);
        let email = somebody.email.clone().filter(|_| chance.happens(profile.email_present)).unwrap_or_default();
        let relatives = relatives_in_columns(clerk, file, date_format, family, person, chance);
        // Few feeds know that somebody is shielded; each that does says so in a column of its own.
        let restricted = somebody.restricted && chance.happens(0.9);
        let case_id = match source_id.strip_prefix("EH") {
            Some(_) => format!("EHF-{:06}", family.people[0].id),
            None => format!("CS{:07}", somebody.id),
        };
        Self {
            full_name: clerk.full_name(&name),
            name,
            born: clerk.birth(somebody, date_format, chance),
            sex,
            short_sex: profile.name_case != NameCase::Plain,
            address: clerk.address(somebody, chance),
            address_style: profile.address,
            nhs_number: clerk.nhs_number(somebody, near_relative(family, person), chance),
            upn: clerk.upn(somebody, chance),
            phone,
            email,
            case_id: if somebody.is_child() { case_id } else { String::new() },
            restricted,
            relatives,
            source_id,
        }
    }

    /// What stands in one column of a person or involvement row.
    pub fn cell(
        &self,
        column: &Column,
        file: &FeedFile,
        involvement: Option<&Involvement>,
        date_format: &str,
        phone: PhoneStyle,
        chance: &mut Chance,
    ) -> String {
        match &column.content {
            Content::Discarded => case_detail(&column.heading, chance),
            Content::Field(field, nth) => self.field(field, *nth, file, involvement, date_format, phone),
            Content::Fields(fields, between) => {
                let cells: Vec<String> = fields
                    .iter()
                    .map(|field| self.field(field, 0, file, involvement, date_format, phone))
                    .filter(|cell| !cell.is_empty())
                    .collect();
                cells.join(between)
            }
            Content::Related(kind, field) => self.relatives.get(kind).map_or_else(String::new, |relative| relative.cell(field, phone)),
        }
    }

    fn field(
        &self,
        field: &str,
        nth: usize,
        file: &FeedFile,
        involvement: Option<&Involvement>,
        date_format: &str,
        phone: PhoneStyle,
    ) -> String {
        let day = |day: Option<Date>| day.map_or_else(String::new, |day| written_date(day, date_format));
        match field {
            "source_id" => self.source_id.clone(),
            "given_name" => self.name.given.clone(),
            "middle_names" => self.name.middle.clone(),
            "family_name" => self.name.family.clone(),
            "full_name" => self.full_name.clone(),
            "other_names" => self.name.known_as.clone(),
            "former_family_name" => self.name.former.clone(),
            "date_of_birth" => self.born.clone(),
            "sex" => self.sex.map_or_else(String::new, |sex| self.sex_word(sex, file)),
            "address" => self.address_cell(nth, file),
            "postcode" => self.address.postcode.clone(),
            "uprn" => self.address.uprn.clone(),
            "address_from" => day(self.address.from),
            "address_to" => day(self.address.to),
            "nhs_number" => self.nhs_number.clone(),
            "upn" => self.upn.clone(),
            "phone" if self.phone.is_empty() => String::new(),
            "phone" => phones::written(&self.phone, phone),
            "email" => self.email.clone(),
            "case_id" => self.case_id.clone(),
            "restricted" => {
                let ours = if self.restricted { "true" } else { "false" };
                let word = file.word("restricted", ours);
                if word == ours { if self.restricted { "yes" } else { "no" }.to_owned() } else { word.to_owned() }
            }
            _ => involvement.map_or_else(String::new, |involvement| involvement_cell(involvement, field, file, date_format, phone)),
        }
    }

    fn sex_word(&self, sex: Sex, file: &FeedFile) -> String {
        let word = file.word("sex", sex.word());
        if word != sex.word() {
            return word.to_owned();
        }
        match (sex, self.short_sex) {
            (Sex::Female, true) => "F",
            (Sex::Male, true) => "M",
            (Sex::Female, false) => "Female",
            (Sex::Male, false) => "Male",
        }
        .to_owned()
    }

    /// Spreads the lines over the columns that the feed has for them.
    fn address_cell(&self, nth: usize, file: &FeedFile) -> String {
        let columns = file.columns_of("address");
        let lines = &self.address.lines;
        if columns == 1 {
            return lines.join(if self.address_style == AddressStyle::Multiline { "\n" } else { ", " });
        }
        if nth + 1 == columns && lines.len() > columns {
            return lines[nth..].join(", ");
        }
        lines.get(nth).cloned().unwrap_or_default()
    }
}

impl Relative {
    fn cell(&self, field: &str, phone: PhoneStyle) -> String {
        match field {
            "full_name" => self.full_name.clone(),
            "given_name" => self.name.given.clone(),
            "family_name" => self.name.family.clone(),
            "date_of_birth" => self.born.clone(),
            "postcode" => self.postcode.clone(),
            "nhs_number" => self.nhs_number.clone(),
            "phone" if !self.phone.is_empty() => phones::written(&self.phone, phone),
            "email" => self.email.clone(),
            _ => String::new(),
        }
    }
}

/// A brother, sister or parent, whose line in a list is next to this person's.
fn near_relative(family: &Family, person: usize) -> Option<&Person> {
    let me = &family.people[person];
    let is_near = |other: &&Person| other.id != me.id && !me.parents.is_empty() && other.parents == me.parents;
    family.people.iter().find(is_near).or_else(|| me.parents.first().map(|parent| &family.people[*parent]))
}

/// First or second of twins; `None` for everybody else.
fn twin_place(family: &Family, person: usize) -> Option<usize> {
    let me = &family.people[person];
    family
        .people
        .iter()
        .enumerate()
        .find(|(other, somebody)| *other != person && somebody.born == me.born && !me.parents.is_empty() && somebody.parents == me.parents)
        .map(|(other, _)| if person < other { 1 } else { 2 })
}

/// The person's number; a child's is a parent's; sometimes somebody else's.
fn phone_of(family: &Family, person: usize, clerk: &Clerk, chance: &mut Chance) -> String {
    if !chance.happens(clerk.profile.phone_present) {
        return String::new();
    }
    let somebody = &family.people[person];
    let of_parent = || somebody.parents.iter().find_map(|parent| family.people[*parent].phone.clone());
    let of_partner = || somebody.partner.and_then(|partner| family.people[partner].phone.clone());
    if chance.happens(clerk.profile.phone_other) {
        return if chance.happens(0.5) { of_partner().unwrap_or_default() } else { phones::number(chance) };
    }
    somebody.phone.clone().or_else(|| of_parent().filter(|_| somebody.is_child())).unwrap_or_default()
}

/// The relatives that this file has columns for.
fn relatives_in_columns(
    clerk: &Clerk,
    file: &FeedFile,
    date_format: &str,
    family: &Family,
    person: usize,
    chance: &mut Chance,
) -> Relatives {
    let mut relatives = Relatives::new();
    if file.rows != Rows::Person {
        return relatives;
    }
    let me = &family.people[person];
    let lives_with = |other: &usize| family.people[*other].household == me.household;
    let parent = |sex: Sex| me.parents.iter().copied().find(|parent| family.people[*parent].sex == sex);
    for column in &file.columns {
        let Content::Related(kind, _) = &column.content else { continue };
        if relatives.contains_key(kind) {
            continue;
        }
        let apart = |other: usize, home: f64, away: f64| if lives_with(&other) { home } else { away };
        let (other, share) = match kind.as_str() {
            "mother" => (parent(Sex::Female), parent(Sex::Female).map_or(0.0, |mother| apart(mother, 0.92, 0.45))),
            "father" => (parent(Sex::Male), parent(Sex::Male).map_or(0.0, |father| apart(father, 0.72, 0.3))),
            "parent" => (me.parents.iter().copied().find(lives_with), 0.85),
            "carer" if me.is_child() => (me.carers.first().map(|carer| carer.0).or_else(|| step_parent(family, me)), 0.7),
            "carer" => (me.partner.filter(|_| me.age() > 60), 0.4),
            "partner" => (me.partner, 0.4),
            "child" => {
                let child = |other: &usize| {
                    let somebody = &family.people[*other];
                    somebody.is_child() && somebody.household == me.household && somebody.parents.contains(&person)
                };
                ((0..family.people.len()).find(child), 0.6)
            }
            _ => (None, 0.0),
        };
        if let Some(other) = other.filter(|_| chance.happens(share)) {
            relatives.insert(kind.clone(), relative(clerk, date_format, family, other, chance));
        }
    }
    relatives
}

fn step_parent(family: &Family, child: &Person) -> Option<usize> {
    child
        .parents
        .iter()
        .filter_map(|parent| family.people[*parent].partner)
        .find(|partner| !child.parents.contains(partner) && family.people[*partner].household == child.household)
}

fn relative(clerk: &Clerk, date_format: &str, family: &Family, other: usize, chance: &mut Chance) -> Relative {
    let somebody = &family.people[other];
    let mut name = clerk.name(somebody, None, chance);
    if chance.happens(0.6) {
        name.middle.clear();
    }
    Relative {
        person: other,
        full_name: clerk.full_name(&name),
        born: if chance.happens(0.85) { clerk.birth(somebody, date_format, chance) } else { String::new() },
        postcode: if chance.happens(0.6) { clerk.address(somebody, chance).postcode } else { String::new() },
        nhs_number: if chance.happens(0.6) { clerk.nhs_number(somebody, None, chance) } else { String::new() },
        phone: somebody.phone.clone().filter(|_| chance.happens(clerk.profile.phone_present)).unwrap_or_default(),
        email: somebody.email.clone().filter(|_| chance.happens(clerk.profile.email_present)).unwrap_or_default(),
        name,
    }
}

fn involvement_cell(involvement: &Involvement, field: &str, file: &FeedFile, date_format: &str, phone: PhoneStyle) -> String {
    let day = |day: Option<Date>| day.map_or_else(String::new, |day| written_date(day, date_format));
    let worker = involvement.worker.as_ref();
    let team = involvement.team.as_ref();
    match field {
        "involvement.organisation" => involvement.organisation.clone(),
        "involvement.basis" => Some(file.word("basis", involvement.basis.as_deref().unwrap_or_default()).to_owned()),
        "involvement.status" => Some(file.word("status", if involvement.current { "current" } else { "historic" }).to_owned()),
        "involvement.started" => Some(day(Some(involvement.started))),
        "involvement.ended" => Some(day(involvement.ended)),
        "involvement.most_recent_contact" => Some(day(involvement.recent)),
        "lead_professional.name" => worker.map(|worker| worker.name.clone()),
        "lead_professional.role" => worker.map(|worker| worker.role.clone()),
        "lead_professional.phone" => worker.map(|worker| phones::written(&worker.phone, phone)),
        "lead_professional.email" => worker.map(|worker| worker.email.clone()),
        "lead_professional.active" => worker.map(|worker| if worker.active { "yes" } else { "no" }.to_owned()),
        "team.name" => team.map(|team| team.name.clone()),
        "team.phone" => team.map(|team| phones::written(&team.phone, phone)),
        "team.email" => team.map(|team| team.email.clone()),
        _ => None,
    }
    .unwrap_or_default()
}

/// What stands in one column of a relationship row.
pub fn tie_cell(
    column: &Column,
    file: &FeedFile,
    (from, kind, to): (&str, &str, &str),
    began: Date,
    has_ended: bool,
    date_format: &str,
) -> String {
    let Content::Field(field, _) = &column.content else { return "CASE-DETAIL incident record".to_owned() };
    match field.as_str() {
        "from_source_id" => from.to_owned(),
        "to_source_id" => to.to_owned(),
        "type" => file.word("type", kind).to_owned(),
        "started" if !matches!(kind, "partner" | "former_partner") => written_date(began, date_format),
        "ended" if has_ended => written_date(super::super::people::REFERENCE_DATE.saturating_sub(jiff::Span::new().days(200)), date_format),
        _ => String::new(),
    }
}

/// Made-up case detail that can be found again wherever it should not be.
fn case_detail(heading: &str, chance: &mut Chance) -> String {
    if chance.happens(0.35) { String::new() } else { format!("CASE-DETAIL {} {:04}", heading.to_lowercase(), chance.below(10_000)) }
}
