//! Labelled cases by category, with a frozen run beside them (`matching_cases_frozen.csv`).
//!
//! A change of the model or of a comparator shows here as a difference to read before it is taken: run with `UPDATE_FROZEN=1` to take it.

use std::fmt::Write;

use family_context::{
    domain::{Address, BirthDate, Identifier, PersonDetails, Phone, Sex},
    matching::{Model, Profile, conflict, score},
};

fn details(text: &str) -> PersonDetails {
    let mut details = PersonDetails::default();
    for part in text.split(';') {
        let (key, value) = part.split_once('=').expect("key=value");
        let text = Some(value.to_owned());
        match key {
            "given" => details.given_name = text,
            "middle" => details.middle_names = text,
            "family" => details.family_name = text,
            "former" => details.former_family_name = text,
            "other" => details.other_names.push(value.to_owned()),
            "born" => details.date_of_birth = BirthDate::new(value.parse().expect("a date")),
            "sex" => details.sex = Sex::parse(value),
            "nhs" => details.nhs_number = Identifier::nhs_number(value),
            "phone" => details.phones.extend(Phone::parse(value)),
            "address" => details.addresses.push(Address::from_cells(value.split('|'), None)),
            other => panic!("unknown key {other}"),
        }
    }
    details
}

#[test]
fn every_labelled_case_comes_out_as_labelled_and_as_frozen() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
    let model = Model::built_in();
    let mut cases = csv::Reader::from_path(format!("{folder}/matching_cases.csv")).expect("the cases");
    let mut run = String::from("category,weight_bits,verdict\n");
    let mut wrong = Vec::new();
    for case in cases.records() {
        let case = case.expect("a case");
        let [left, right] = [1, 2].map(|column| Profile::new(&details(&case[column]), model));
        let weight = score(&left, &right, model).weight_bits;
        let verdict = match conflict(&left, &right, model) {
            Some(_) => "apart",
            None if weight >= model.join_bits() => "same",
            None if weight >= model.review_bits() => "review",
            None => "different",
        };
        if verdict != &case[3] {
            wrong.push(format!("{}: {verdict} at {weight:.2}, not {}: {} / {}", &case[0], &case[3], &case[1], &case[2]));
        }
        writeln!(run, "{},{weight:.3},{verdict}", &case[0]).expect("a String takes any text");
    }
    let frozen = format!("{folder}/matching_cases_frozen.csv");
    if std::env::var_os("UPDATE_FROZEN").is_some() {
        std::fs::write(&frozen, &run).expect("the frozen run is written");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(run, std::fs::read_to_string(&frozen).expect("the frozen run"), "the run differs from the frozen one");
}
