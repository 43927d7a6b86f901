//! What is shown of a made-up family, without a database.

use jiff::civil::date;

use super::*;
use crate::{
    disclosure::{Effect, Policy, PolicyRule},
    domain::{
        Address, BirthDate, Contact, Involvement, LeadProfessional, PersonDetails, RecordedRelationship, Role, Sensitivity, Service,
        ServiceCode, family::Tie, relationship::RelationshipType, service::AgesShown,
    },
    lookup::answer::{Call, CoverageState, Reach},
    matching::Model,
    store::context::StoredInvolvement,
};

const TODAY: Date = date(2026, 11, 1);
const CHILD: u128 = 1;
const MOTHER: u128 = 2;
const STEPFATHER: u128 = 3;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

#[expect(clippy::unnecessary_wraps, reason = "it stands for `Some(\"…\".to_owned())`")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn service(code: &str, sensitivity: Sensitivity, from: Option<u16>) -> Service {
    Service {
        code: ServiceCode(code.to_owned()),
        name: code.replace('_', " "),
        category: "any".to_owned(),
        sensitivity,
        ages_shown: AgesShown { from, to: None },
        duty: Contact { name: some("Duty desk"), phone: some("01632 960010"), ..Contact::default() },
        retention_years: Some(6),
    }
}

fn rule(name: &str, sensitivity: Sensitivity, effect: Effect) -> PolicyRule {
    PolicyRule { name: name.to_owned(), sensitivity: Some(vec![sensitivity]), roles: None, purposes: None, basis: None, effect }
}

fn setting() -> Setting {
    let open = PolicyRule {
        roles: Some(vec![Role::Triage]),
        purposes: Some(vec!["section_47".to_owned()]),
        ..rule("open-for-harm", Sensitivity::Sensitive, Effect::Allow)
    };
    Setting {
        services: vec![
            service("youth_justice", Sensitivity::Ordinary, None),
            service("housing", Sensitivity::Ordinary, Some(16)),
            service("substance_misuse", Sensitivity::Sensitive, None),
        ],
        purposes: Vec::new(),
        front_door: Contact { name: some("Front door"), phone: some("01632 960000"), ..Contact::default() },
        policy: Policy {
            version: "1".to_owned(),
            valid_until: date(2027, 10, 31),
            rules: vec![
                open,
                rule("brokered", Sensitivity::Sensitive, Effect::Broker),
                rule("shown", Sensitivity::Ordinary, Effect::Allow),
            ],
        },
        model: Model::built_in().clone(),
        feeds: ["youth_justice", "housing", "substance_misuse"].map(|code| (code.to_owned(), code.to_owned())).into(),
        lifetime_minutes: 60,
        most_candidates: 8,
    }
}

fn record(number: i64, person: u128, feed: &str, name: (&str, &str), born: Option<Date>) -> StoredRecord {
    let details = PersonDetails {
        given_name: some(name.0),
        family_name: some(name.1),
        date_of_birth: born.and_then(BirthDate::new),
        addresses: vec![Address::from_cells(["14 Larch Road", "Ashby", "MB1 1AA"], None)],
        ..PersonDetails::default()
    };
    StoredRecord {
        id: number,
        person: Some(id(person)),
        feed: feed.to_owned(),
        source_id: number.to_string(),
        dependent: String::new(),
        details,
        case_id: Some(format!("C{number}")),
        restricted: false,
        shielded: false,
    }
}

fn involvement(number: i64, person: u128, feed: &str, involvement: Involvement) -> StoredInvolvement {
    StoredInvolvement { id: number, person: id(person), feed: feed.to_owned(), involvement }
}

fn feed(code: &str) -> FeedState {
    FeedState {
        code: code.to_owned(),
        service: code.to_owned(),
        fresh_days: Some(35),
        area: None,
        data_as_of: Some(date(2026, 10, 20)),
        coverage_start: Some(date(2020, 1, 1)),
        coverage_end: None,
        outcome: some("loaded"),
    }
}

fn worker(name: &str) -> Involvement {
    let contact = Contact { name: some(name), phone: some("01632 960123"), ..Contact::default() };
    Involvement { lead_professional: LeadProfessional { contact, active: None }, ..Involvement::default() }
}

/// A boy with a youth justice worker, his mother, who is known to substance misuse, and her partner, who is known to housing.
fn family() -> Surroundings {
    let tie = |from, kind, to| Tie {
        from: id(from),
        to: id(to),
        relationship: RecordedRelationship { kind, started: None, ended: None },
        feed: "youth_justice".to_owned(),
    };
    Surroundings {
        records: vec![
            record(1, CHILD, "youth_justice", ("Jory", "Pellow"), Some(date(2012, 3, 4))),
            record(2, MOTHER, "youth_justice", ("Kerensa", "Pellow"), Some(date(1985, 1, 2))),
            record(3, MOTHER, "substance_misuse", ("Kerenza", "Pelow"), Some(date(1985, 1, 2))),
            record(4, STEPFATHER, "housing", ("Denzil", "Trevose"), Some(date(1980, 5, 6))),
        ],
        ties: vec![tie(MOTHER, RelationshipType::Mother, CHILD), tie(STEPFATHER, RelationshipType::Partner, MOTHER)],
        involvements: vec![
            involvement(1, CHILD, "youth_justice", worker("Wenna Hosking")),
            involvement(2, MOTHER, "substance_misuse", worker("Secret Keyworker")),
            involvement(3, STEPFATHER, "housing", Involvement { ended: Some(date(2025, 1, 1)), ..worker("Ham Officer") }),
        ],
        feeds: ["youth_justice", "housing", "substance_misuse"].map(feed).into(),
    }
}

fn show_to(roles: &[Role], purpose: &str, surroundings: &Surroundings) -> Option<Disclosed> {
    let asked = Purpose { code: purpose.to_owned(), name: String::new(), roles: Vec::new(), consent_prompt: "Ask first.".to_owned() };
    let found = Match { probability: 1.0, weight_bits: 30.0, explanation: Vec::new() };
    build(id(CHILD), surroundings, &setting(), Viewer { roles, purpose }, &asked, found, TODAY)
}

fn show(surroundings: &Surroundings) -> Context {
    show_to(&[Role::EarlyHelpWorker], "early_help_assessment", surroundings).unwrap().context
}

fn state(context: &Context, service: &str) -> CoverageState {
    context.coverage.iter().find(|row| row.service.code == service).unwrap().state
}

#[test]
fn the_family_is_shown_youngest_first_with_whom_to_ring() {
    let context = show(&family());
    let names: Vec<&str> = context.family.iter().map(|member| member.name.as_str()).collect();
    assert_eq!(names, ["Kerensa Pellow", "Denzil Trevose"]);
    let calls: Vec<(&str, Reach)> =
        context.calls.iter().map(|call| (call.contact.name.as_deref().unwrap_or_default(), call.reach)).collect();
    assert_eq!(calls, [("Wenna Hosking", Reach::Direct), ("Ham Officer", Reach::Direct), ("Front door", Reach::Brokered)]);
}

#[test]
fn a_sensitive_service_leaves_no_trace_but_the_brokered_call() {
    let context = show(&family());
    let text = serde_json::to_string(&context).unwrap();
    for trace in ["Secret Keyworker", "Pelow", "Kerenza", "C3", "\"feed\":\"substance_misuse\""] {
        assert!(!text.contains(trace), "{trace}");
    }
    let brokered = context.calls.last().unwrap();
    assert_eq!((brokered.people.len(), brokered.status, brokered.service.code.as_str()), (0, None, "brokered"));
    assert_eq!(state(&context, "substance_misuse"), CoverageState::Withheld);
}

#[test]
fn a_withheld_services_coverage_is_the_same_whether_there_is_anything_or_not() {
    let with = show(&family());
    let mut surroundings = family();
    surroundings.involvements.retain(|involvement| involvement.feed != "substance_misuse");
    surroundings.records.retain(|record| record.feed != "substance_misuse");
    surroundings.feeds.retain(|feed| feed.code != "substance_misuse");
    let without = show(&surroundings);
    let row = |context: &Context| {
        serde_json::to_string(context.coverage.iter().find(|row| row.service.code == "substance_misuse").unwrap()).unwrap()
    };
    assert_eq!(row(&with), row(&without));
    assert!(!without.calls.iter().any(|call| call.reach == Reach::Brokered));
}

#[test]
fn triage_under_section_47_sees_the_sensitive_service_openly() {
    let disclosed = show_to(&[Role::Triage], "section_47", &family()).unwrap();
    let mother = &disclosed.context.family[0];
    assert_eq!(mother.involvements[0].lead_professional.contact.name.as_deref(), Some("Secret Keyworker"));
    assert!(disclosed.decisions.iter().any(|decision| decision.rule == "open-for-harm"));
}

#[test]
fn a_restricted_child_is_not_to_be_told_from_nobody() {
    let mut surroundings = family();
    surroundings.records[0].restricted = true;
    assert!(show_to(&[Role::Triage], "section_47", &surroundings).is_none());
}

#[test]
fn a_restricted_relative_is_absent_with_everything_that_is_theirs() {
    let mut surroundings = family();
    surroundings.records[3].restricted = true;
    let disclosed = show_to(&[Role::Triage], "section_47", &surroundings).unwrap();
    let text = serde_json::to_string(&disclosed.context).unwrap();
    for trace in ["Trevose", "Ham Officer", &id(STEPFATHER).to_string()] {
        assert!(!text.contains(trace), "{trace}");
    }
    assert_eq!(disclosed.withheld_people, [(id(STEPFATHER), RESTRICTED)]);
}

#[test]
fn no_address_is_ever_shown() {
    let text = serde_json::to_string(&show(&family())).unwrap();
    assert!(!text.contains("Larch") && !text.contains("MB1"));
}

#[test]
fn adults_of_the_family_have_an_age_and_no_date_of_birth() {
    let context = show(&family());
    assert_eq!(context.child.date_of_birth, Some(date(2012, 3, 4)));
    assert!(context.family.iter().all(|member| member.age.is_some() && member.date_of_birth.is_none()));
}

#[test]
fn each_services_silence_says_what_it_means() {
    let mut surroundings = family();
    surroundings.involvements.clear();
    assert_eq!(state(&show(&surroundings), "youth_justice"), CoverageState::NoneFound);
    surroundings.feeds[0].data_as_of = Some(date(2026, 9, 1));
    assert_eq!(state(&show(&surroundings), "youth_justice"), CoverageState::Stale);
    surroundings.feeds[0].outcome = some("refused");
    assert_eq!(state(&show(&surroundings), "youth_justice"), CoverageState::Failed);
    surroundings.feeds[0] = FeedState { data_as_of: None, outcome: None, ..feed("youth_justice") };
    assert_eq!(state(&show(&surroundings), "youth_justice"), CoverageState::NotCovered);
}

#[test]
fn a_child_under_the_ages_of_a_service_is_outside_its_ages() {
    let mut surroundings = family();
    surroundings.ties.clear();
    surroundings.records.truncate(1);
    let context = show(&surroundings);
    assert_eq!(state(&context, "housing"), CoverageState::OutsideAge);
    let with_adults = show(&family());
    let housing = with_adults.coverage.iter().find(|row| row.service.code == "housing").unwrap();
    assert_eq!(housing.state, CoverageState::Found);
    assert_eq!(housing.people[0].state, CoverageState::OutsideAge);
}

#[test]
fn what_is_found_in_a_broken_feed_says_that_it_is_broken() {
    let mut surroundings = family();
    surroundings.feeds[0].outcome = some("refused");
    let context = show(&surroundings);
    let row = context.coverage.iter().find(|row| row.service.code == "youth_justice").unwrap();
    assert_eq!(row.state, CoverageState::Found);
    assert!(row.text.contains("latest delivery failed"), "{}", row.text);
}

#[test]
fn a_professional_known_from_two_feeds_is_one_call_about_both_people() {
    let mut surroundings = family();
    surroundings.involvements.push(involvement(9, MOTHER, "housing", worker("wenna hosking")));
    let context = show(&surroundings);
    let calls: Vec<&Call> = context
        .calls
        .iter()
        .filter(|call| call.contact.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case("Wenna Hosking")))
        .collect();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].people, [id(CHILD), id(MOTHER)]);
}

#[test]
fn a_professional_who_has_left_gives_way_to_the_team_and_the_team_to_the_duty_desk() {
    let mut surroundings = family();
    let left = &mut surroundings.involvements[0].involvement;
    left.lead_professional.active = Some(false);
    assert_eq!(show(&surroundings).calls[0].reach, Reach::Duty);
    surroundings.involvements[0].involvement.team = Contact { name: some("Team 4"), phone: some("01632 960444"), ..Contact::default() };
    let context = show(&surroundings);
    assert_eq!(context.calls[0].reach, Reach::Team);
    assert_eq!(context.calls[0].contact.phone.as_deref(), Some("01632 960444"));
}

#[test]
fn the_purposes_consent_prompt_is_a_notice() {
    assert_eq!(show(&family()).notices, [Notice { code: "consent".to_owned(), text: "Ask first.".to_owned() }]);
}

#[test]
fn a_home_given_by_its_number_and_one_given_by_its_words_are_one_home() {
    let mut surroundings = family();
    surroundings.ties.clear();
    let uprn = crate::domain::Identifier::uprn("990000001935");
    surroundings.records[0].details.addresses[0].uprn.clone_from(&uprn);
    surroundings.records[3].details.addresses[0] = Address { uprn, ..Address::default() };
    let context = show(&surroundings);
    let names: Vec<&str> = context.family.iter().map(|member| member.name.as_str()).collect();
    assert_eq!(names, ["Kerensa Pellow", "Denzil Trevose"]);
}

#[test]
fn nobody_is_found_through_a_restricted_person() {
    let mut surroundings = family();
    surroundings.records[1].restricted = true;
    surroundings.records[3].details.addresses.clear();
    let context = show(&surroundings);
    assert!(context.family.is_empty(), "the mother's partner is known through her alone");
}

#[test]
fn a_relative_whom_only_a_sensitive_service_knows_is_not_shown_but_a_call_is_brokered() {
    let mut surroundings = family();
    surroundings.records[1].feed = "substance_misuse".to_owned();
    let disclosed = show_to(&[Role::EarlyHelpWorker], "early_help_assessment", &surroundings).unwrap();
    assert!(!serde_json::to_string(&disclosed.context).unwrap().contains(&id(MOTHER).to_string()));
    assert_eq!(disclosed.context.calls.last().unwrap().reach, Reach::Brokered);
    assert_eq!(disclosed.withheld_people, [(id(MOTHER), KNOWN_TO_SENSITIVE_ONLY)]);
    let open = show_to(&[Role::Triage], "section_47", &surroundings).unwrap();
    assert!(open.context.family.iter().any(|member| member.person_id == id(MOTHER)));
}

#[test]
fn a_professional_with_an_email_in_one_feed_and_a_number_in_both_is_one_call() {
    let mut surroundings = family();
    surroundings.involvements[0].involvement.lead_professional.contact.email = some("wenna.hosking@example.org");
    surroundings.involvements.push(involvement(9, MOTHER, "housing", worker("Wenna Hosking")));
    let context = show(&surroundings);
    let calls = context.calls.iter().filter(|call| call.contact.name.as_deref() == Some("Wenna Hosking")).count();
    assert_eq!(calls, 1);
}
