//! What a question is worth: each part read into a value, with a verdict, and whether it is enough to ask with.

use std::borrow::Cow;

use jiff::civil::Date;

use super::{
    answer::{FieldQuality, Verdict},
    question::{AddressQuestion, ChildQuestion, IdentifierKind, IdentifierQuestion},
};
use crate::domain::{
    Address, Email, Identifier, PersonDetails, Phone, Postcode, Sex,
    date::{BirthDate, BirthDateCell},
    postcode::PostcodeCell,
    text,
};

/// A question read into values.
#[derive(Debug)]
pub struct Prepared {
    /// What is asked about.
    pub details: PersonDetails,
    /// Source identifiers, in pairs of feed and value.
    pub sources: Vec<(String, String)>,
    /// A verdict for each part.
    pub quality: Vec<FieldQuality>,
}

impl Prepared {
    /// Whether it is enough to ask with: an identifier, or a name with a birth date or a postcode.
    #[must_use]
    pub fn is_sufficient(&self) -> bool {
        let details = &self.details;
        let has_identifier = details.nhs_number.is_some() || details.upn.is_some() || !self.sources.is_empty();
        let has_name = details.given_name.is_some() || details.family_name.is_some() || !details.other_names.is_empty();
        let has_postcode = details.addresses.iter().any(|address| address.postcode.is_some());
        has_identifier || has_name && (details.date_of_birth.is_some() || has_postcode)
    }

    /// Whether the asker gave a postcode in that district.
    #[must_use]
    pub fn asks_district(&self, district: &str) -> bool {
        self.details.addresses.iter().filter_map(|address| address.postcode.as_ref()).any(|postcode| postcode.district() == district)
    }
}

/// Up to this age somebody may be taken without a choice for whom a question means that gives no birth date.
const OLDEST_CHILD_YEARS: i32 = 18;

/// Reads a question. `is_open` says whether the asker may be told of a feed; a source identifier of any other feed is ignored, whatever it holds.
#[must_use]
pub fn prepare(child: &ChildQuestion, is_open: impl Fn(&str) -> bool, today: Date) -> Prepared {
    let mut reader = Reader::default();
    let mut details = PersonDetails {
        given_name: reader.name("given_name", child.given_name.as_deref()).filter(|name| !text::is_unnamed(name)),
        family_name: reader.name("family_name", child.family_name.as_deref()),
        ..PersonDetails::default()
    };
    if details.given_name.is_none() && child.given_name.as_deref().is_some_and(text::is_unnamed) {
        reader.replace("given_name", Verdict::Ignored, "a child not yet named is looked for by the rest of the question");
    }
    details.other_names = reader.names("other_names", child.other_names.as_deref());
    details.date_of_birth = reader.date_of_birth(child.date_of_birth.as_deref(), today);
    if details.date_of_birth.is_none() {
        // A question is about a child: the parent who bears the child's name is offered for choice, and not taken for it.
        details.family_hint.born_from = today.checked_sub(jiff::Span::new().years(OLDEST_CHILD_YEARS)).ok();
    }
    details.sex = reader.value("sex", child.sex.as_deref(), "is none of female, male and other", Sex::parse);
    details.addresses.extend(reader.address(child.address.as_ref()));
    let sources = reader.identifiers(child.identifiers.as_deref().unwrap_or_default(), &mut details, is_open);
    details.phones.extend(reader.value("phone", child.phone.as_deref(), "is no telephone number", Phone::parse));
    details.emails.extend(reader.value("email", child.email.as_deref(), "is no email address", Email::parse));
    Prepared { details, sources, quality: reader.quality }
}

#[derive(Default)]
struct Reader {
    quality: Vec<FieldQuality>,
}

impl Reader {
    fn say(&mut self, field: &str, verdict: Verdict, reason: &str) {
        self.quality.push(FieldQuality { field: field.to_owned(), verdict, reason: reason.to_owned() });
    }

    fn replace(&mut self, field: &str, verdict: Verdict, reason: &str) {
        self.quality.retain(|quality| quality.field != field);
        self.say(field, verdict, reason);
    }

    /// A cell without the wildcards that people type out of habit; `None` where nothing is said.
    fn given(&mut self, field: &str, cell: Option<&str>) -> Option<String> {
        let cell = cell.unwrap_or_default().replace(['*', '%'], "");
        let tidied = text::tidy(&cell);
        if tidied.is_empty() {
            self.say(field, Verdict::NotProvided, "nothing was given");
            return None;
        }
        let meaningful = text::meaningful(&tidied).map(Cow::into_owned);
        if meaningful.is_none() {
            self.say(field, Verdict::Ignored, "it says that nothing is known");
        }
        meaningful
    }

    fn value<T>(&mut self, field: &str, cell: Option<&str>, problem: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let given = self.given(field, cell)?;
        let value = parse(&given);
        if value.is_some() {
            self.say(field, Verdict::Valid, "");
        } else {
            self.say(field, Verdict::Invalid, problem);
        }
        value
    }

    fn name(&mut self, field: &str, cell: Option<&str>) -> Option<String> {
        let has_letters = |name: &str| name.chars().any(char::is_alphabetic).then(|| name.to_owned());
        self.value(field, cell, "holds no letters", has_letters)
    }

    fn names(&mut self, field: &str, cells: Option<&[String]>) -> Vec<String> {
        let has_letters = |name: &String| name.chars().any(char::is_alphabetic);
        let names: Vec<String> = cells
            .unwrap_or_default()
            .iter()
            .filter_map(|cell| text::meaningful(&cell.replace(['*', '%'], "")).map(Cow::into_owned))
            .filter(has_letters)
            .collect();
        if names.is_empty() {
            self.say(field, Verdict::NotProvided, "nothing was given");
        } else {
            self.say(field, Verdict::Valid, "");
        }
        names
    }

    fn date_of_birth(&mut self, cell: Option<&str>, today: Date) -> Option<BirthDate> {
        const FIELD: &str = "date_of_birth";
        let formats = ["%Y-%m-%d", "%d/%m/%Y"].map(str::to_owned);
        let given = self.given(FIELD, cell)?;
        match BirthDate::read(&given, &formats, today) {
            BirthDateCell::Born(birth_date) => {
                self.say(FIELD, Verdict::Valid, "");
                return Some(birth_date);
            }
            BirthDateCell::Missing => self.say(FIELD, Verdict::Ignored, "it is a placeholder, not a date of birth"),
            BirthDateCell::Expected(_) => self.say(FIELD, Verdict::Ignored, "it lies ahead; an expected date is not searched by"),
            BirthDateCell::Invalid => self.say(FIELD, Verdict::Invalid, "is not a past date written as 2019-03-04 or 04/03/2019"),
        }
        None
    }

    fn address(&mut self, address: Option<&AddressQuestion>) -> Option<Address> {
        let empty = AddressQuestion::default();
        let asked = address.unwrap_or(&empty);
        let lines = asked.lines.as_deref().unwrap_or_default();
        let postcode = self.given("address.postcode", asked.postcode.as_deref()).and_then(|cell| match Postcode::read(&cell) {
            PostcodeCell::Valid(postcode) => {
                self.say("address.postcode", Verdict::Valid, "");
                Some(postcode)
            }
            PostcodeCell::Missing => {
                self.say("address.postcode", Verdict::Ignored, "it stands for no fixed address");
                None
            }
            PostcodeCell::Invalid => {
                self.say("address.postcode", Verdict::Invalid, "is not a whole British postcode");
                None
            }
        });
        let mut read = Address::from_cells(lines.iter().map(String::as_str), postcode);
        let is_in_lines = asked.postcode.as_deref().is_none_or(|cell| text::tidy(cell).is_empty()) && read.postcode.is_some();
        if is_in_lines {
            self.replace("address.postcode", Verdict::Valid, "");
        }
        if read.lines.is_empty() {
            self.say("address.lines", Verdict::NotProvided, "nothing was given");
        } else {
            self.say("address.lines", Verdict::Valid, "");
        }
        let valid_uprn = |cell: &str| Identifier::uprn(cell).filter(Identifier::is_valid);
        read.uprn = self.value("address.uprn", asked.uprn.as_deref(), "is not up to twelve digits", valid_uprn);
        (!read.is_empty()).then_some(read)
    }

    fn identifiers(
        &mut self,
        asked: &[IdentifierQuestion],
        details: &mut PersonDetails,
        is_open: impl Fn(&str) -> bool,
    ) -> Vec<(String, String)> {
        let mut sources = Vec::new();
        if asked.is_empty() {
            self.say("identifiers", Verdict::NotProvided, "nothing was given");
        }
        for (index, identifier) in asked.iter().enumerate() {
            let field = format!("identifiers.{index}");
            let valid = |read: Option<Identifier>| read.filter(Identifier::is_valid);
            match identifier.kind {
                IdentifierKind::NhsNumber if details.nhs_number.is_none() => {
                    details.nhs_number = self.value(&field, Some(&identifier.value), "fails the check of an NHS number", |cell| {
                        valid(Identifier::nhs_number(cell))
                    });
                }
                IdentifierKind::Upn if details.upn.is_none() => {
                    details.upn = self.value(&field, Some(&identifier.value), "fails the check of a unique pupil number", |cell| {
                        valid(Identifier::upn(cell))
                    });
                }
                IdentifierKind::NhsNumber | IdentifierKind::Upn => self.say(&field, Verdict::Ignored, "only the first of a kind is used"),
                IdentifierKind::Source => {
                    let feed = identifier.feed.as_deref().filter(|feed| is_open(feed));
                    match (feed, text::meaningful(&identifier.value)) {
                        (Some(feed), Some(value)) => {
                            self.say(&field, Verdict::Valid, "");
                            sources.push((feed.to_owned(), value.into_owned()));
                        }
                        // The same words whether there is no such feed or the asker may not be told of it.
                        _ => self.say(&field, Verdict::Ignored, "names no feed that can be asked by its own numbers"),
                    }
                }
            }
        }
        sources
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 1);

    fn ask(child: &ChildQuestion) -> Prepared {
        prepare(child, |feed| feed == "early_help", TODAY)
    }

    #[expect(clippy::unnecessary_wraps, reason = "it stands for `Some(\"…\".to_owned())`")]
    fn some(value: &str) -> Option<String> {
        Some(value.to_owned())
    }

    fn verdict(prepared: &Prepared, field: &str) -> Verdict {
        let of_field: Vec<&FieldQuality> = prepared.quality.iter().filter(|quality| quality.field == field).collect();
        assert_eq!(of_field.len(), 1, "one verdict for {field}");
        of_field[0].verdict
    }

    #[test]
    fn a_name_with_a_birth_date_or_a_postcode_is_enough() {
        let named = ChildQuestion { family_name: some("Okafor"), ..ChildQuestion::default() };
        assert!(!ask(&named).is_sufficient());
        assert!(ask(&ChildQuestion { date_of_birth: some("2019-03-04"), ..named.clone() }).is_sufficient());
        let address = AddressQuestion { postcode: some("sk1 3xe"), ..AddressQuestion::default() };
        assert!(ask(&ChildQuestion { address: Some(address), ..named }).is_sufficient());
    }

    #[test]
    fn an_nhs_number_that_fails_its_check_is_ignored_and_said_to_be_invalid() {
        let identifier = |value: &str| IdentifierQuestion { kind: IdentifierKind::NhsNumber, feed: None, value: value.to_owned() };
        let asked = ask(&ChildQuestion { identifiers: Some(vec![identifier("9434765918")]), ..ChildQuestion::default() });
        assert_eq!(verdict(&asked, "identifiers.0"), Verdict::Invalid);
        assert!(!asked.is_sufficient() && asked.details.nhs_number.is_none());
        assert!(ask(&ChildQuestion { identifiers: Some(vec![identifier("9434765919")]), ..ChildQuestion::default() }).is_sufficient());
    }

    #[test]
    fn wildcards_typed_out_of_habit_are_ignored() {
        let asked = ask(&ChildQuestion { given_name: some("Chid*"), family_name: some("%"), ..ChildQuestion::default() });
        assert_eq!(asked.details.given_name.as_deref(), Some("Chid"));
        assert_eq!(verdict(&asked, "family_name"), Verdict::NotProvided);
    }

    #[test]
    fn a_source_identifier_of_a_feed_that_may_not_be_told_of_reads_like_one_of_no_feed() {
        let identifier = |feed: &str| IdentifierQuestion { kind: IdentifierKind::Source, feed: some(feed), value: "7".to_owned() };
        let asked = ask(&ChildQuestion {
            identifiers: Some(vec![identifier("early_help"), identifier("substance_misuse"), identifier("no_such")]),
            ..ChildQuestion::default()
        });
        assert_eq!(asked.sources, [("early_help".to_owned(), "7".to_owned())]);
        let reason =
            |index: usize| asked.quality.iter().find(|quality| quality.field == format!("identifiers.{index}")).unwrap().reason.clone();
        assert_eq!(reason(1), reason(2));
    }

    #[test]
    fn every_part_has_a_verdict_even_where_nothing_was_given() {
        let asked = ask(&ChildQuestion::default());
        for field in [
            "given_name",
            "family_name",
            "other_names",
            "date_of_birth",
            "sex",
            "address.lines",
            "address.postcode",
            "address.uprn",
            "identifiers",
            "phone",
            "email",
        ] {
            assert_eq!(verdict(&asked, field), Verdict::NotProvided);
        }
    }

    #[test]
    fn a_baby_is_looked_for_by_the_rest() {
        let asked = ask(&ChildQuestion { given_name: some("Baby girl"), ..ChildQuestion::default() });
        assert_eq!(verdict(&asked, "given_name"), Verdict::Ignored);
        assert_eq!(asked.details.given_name, None);
    }

    #[test]
    fn a_birth_date_that_is_none_is_invalid_and_a_placeholder_is_ignored() {
        for (cell, expected) in [
            ("2019-02-30", Verdict::Invalid),
            ("1900-01-01", Verdict::Ignored),
            ("2019-03-04", Verdict::Valid),
            ("2031-01-01", Verdict::Invalid),
        ] {
            assert_eq!(
                verdict(&ask(&ChildQuestion { date_of_birth: some(cell), ..ChildQuestion::default() }), "date_of_birth"),
                expected,
                "{cell}"
            );
        }
    }
}
