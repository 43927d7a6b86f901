//! Names by custom: what two that agree say, and whom a question by a name that many bear is about.

use crate::people_support::weighed;
use family_context::{
    domain::{Address, BirthDate, PersonDetails, Sex},
    matching::{self, Choice, Conflict, Model, Profile, choose, explain, score},
};
use jiff::civil::date;

fn person(given: &str, middle: &str, family: &str) -> PersonDetails {
    let known = |name: &str| (!name.is_empty()).then(|| name.to_owned());
    PersonDetails { given_name: known(given), middle_names: known(middle), family_name: known(family), ..PersonDetails::default() }
}

fn at(address: &str, details: PersonDetails) -> PersonDetails {
    PersonDetails { addresses: vec![Address::from_cells([address], None)], ..details }
}

fn born(details: PersonDetails) -> PersonDetails {
    PersonDetails { date_of_birth: BirthDate::new(date(2016, 4, 10)), ..details }
}

fn profile(details: &PersonDetails) -> Profile {
    Profile::new(details, Model::built_in())
}

fn weight(left: &PersonDetails, right: &PersonDetails) -> f64 {
    score(&profile(left), &profile(right), Model::built_in()).weight_bits
}

fn given_level(left: &PersonDetails, right: &PersonDetails) -> &'static str {
    let features = explain(&profile(left), &profile(right), Model::built_in());
    features.iter().find(|feature| feature.feature == "given_name").map_or("", |feature| feature.level)
}

#[test]
fn a_rare_family_name_says_more_than_one_of_a_custom_of_few_names() {
    let same = |family: &str| weight(&person("Robin", "", family), &person("Robin", "", family));
    assert!(same("Brackby") > same("Chan") && same("Chan") > same("Khan"));
}

#[test]
fn in_one_postcode_a_rare_family_name_says_no_more_than_a_usual_one() {
    let near = |family: &str| {
        let neighbours = ["12 Mill Road, Ashby, SK4 3JF", "40 Low Lane, Ashby, SK4 3JF"];
        weight(&at(neighbours[0], person("Robin", "", family)), &at(neighbours[1], person("Robin", "", family)))
    };
    // Of a usual share, by its rank.
    assert!((near("Brackby") - near("Cox")).abs() < 0.01, "{} {}", near("Brackby"), near("Cox"));
}

#[test]
fn brothers_who_share_one_of_two_syllables_have_two_names() {
    let found = |one: &str, other: &str| given_level(&person(one, "", "Wang"), &person(other, "", "Wang"));
    assert_eq!(found("Chi Keung", "Wai Keung"), "different");
    for (one, other) in [("Mary Ann", "Mary"), ("John P", "John Peter"), ("Li Na", "Lina Grace"), ("Ann M", "Ann Margaret")] {
        assert_eq!(found(one, other), "part", "{one}, {other}");
    }
    let twins = [born(person("Chi Keung", "", "Wang")), born(person("Wai Keung", "", "Wang"))];
    assert_eq!(matching::conflict(&profile(&twins[0]), &profile(&twins[1]), Model::built_in()), Some(Conflict::Twins));
}

#[test]
fn of_one_first_name_that_very_many_bear_middle_names_tell_apart() {
    let found = |given: &str, one: &str, other: &str| given_level(&person(given, one, "Kouser"), &person(given, other, "Kouser"));
    assert_eq!(found("Mohammed", "Asif", "Waseem"), "weak_differs");
    assert_eq!(found("Mohammed", "Ali", "Umar"), "weak_differs");
    assert_eq!(found("Mohammed", "Asif", "Asif"), "exact");
    assert_eq!(found("Mohammed", "Asif", "A"), "exact");
    assert_eq!(found("Edward", "Asif", "Waseem"), "exact");
}

#[test]
fn a_whole_name_is_compared_with_itself_from_whichever_word_it_was_taken_down() {
    let keys = |details: &PersonDetails| {
        let mut keys = Vec::new();
        matching::blocking_keys(&profile(details), Model::built_in(), &mut keys);
        keys
    };
    let written = |names: &[(&str, &str, &str)]| names.iter().map(|(given, middle, family)| keys(&person(given, middle, family))).collect();
    let one_name: [Vec<Vec<i64>>; 2] = [
        written(&[("Chi", "Ming", "Yeung"), ("Yeung", "Chi", "Ming"), ("Chiming", "", "Yeung"), ("Yeung", "", "Chi-Ming")]),
        // The tables know spellings of the one as a family name, and none as a given name.
        written(&[("Clarke", "", "Sunderwell"), ("Sunderwell", "", "Clarke")]),
    ];
    for ways in &one_name {
        for (place, one) in ways.iter().enumerate() {
            for other in &ways[place + 1..] {
                assert!(one.iter().any(|key| other.contains(key)), "{place}");
            }
        }
    }
}

#[test]
fn only_a_name_that_sound_alone_would_not_bring_together_has_a_key_of_its_letters() {
    let of_names = |given: &str, middle: &str, family: &str| {
        let rule = matching::blocking::RULES.iter().position(|rule| *rule == "names").unwrap();
        let keys = matching::blocking::keys_by_rule(&profile(&person(given, middle, family)), Model::built_in());
        keys.iter().filter(|(_, of)| usize::from(*of) == rule).count()
    };
    assert_eq!(
        (of_names("Torquil", "", "Garrowby"), of_names("Torquil", "", "Clarke"), of_names("Torquil", "Piers", "Garrowby")),
        (1, 2, 2)
    );
}

fn answer(question: &PersonDetails, people: &[PersonDetails]) -> Choice {
    let model = Model::built_in();
    let matches: Vec<_> = people.iter().map(|record| weighed(&profile(question), &[&profile(record)])).collect();
    choose(&matches.iter().collect::<Vec<_>>(), 10, model)
}

#[test]
fn a_form_of_the_name_beside_another_sex_is_never_a_match_without_a_choice() {
    let of = |given: &str, sex: Sex| PersonDetails { sex: Some(sex), ..born(person(given, "", "Brackby")) };
    let asked = at("8 Ford Drive, Ashby, MB7 2QX", of("Harry", Sex::Male));
    let known = |given: &str, sex: Sex| at("8 Ford Drive, Ashby, MB7 2QX", of(given, sex));
    assert_eq!(answer(&asked, &[known("Harriet", Sex::Female)]), Choice::Possible(vec![0]));
    assert_eq!(answer(&asked, &[known("Harold", Sex::Male)]), Choice::Match(0));
}

#[test]
fn who_asks_for_mohammed_may_mean_either_of_two_brothers_of_one_day() {
    let home = "47 Primrose View, Ashby, MB12 8HN";
    let asked = at(home, born(person("Mohamed", "", "Hussain")));
    let brothers = ["Muhammad", "Javed"].map(|given| at(home, born(person(given, "", "Hussain"))));
    assert!(matches!(answer(&asked, &brothers), Choice::Possible(_)));
    assert_eq!(answer(&asked, &brothers[..1]), Choice::Match(0));
}

#[test]
fn in_one_row_two_family_names_are_two_people_even_where_they_are_often_left_out_or_exchanged() {
    let named = |given: &str, family: &str| profile(&person(given, "", family));
    let are_two = |one: &Profile, other: &Profile| matching::are_named_as_two(one, other, Model::built_in());
    assert!(are_two(&named("Fatima", "Bibi"), &named("Fatima", "Sultana")));
    assert!(!are_two(&named("Fatima", "Bibi"), &named("Fatima", "Bibi")));
    assert!(!are_two(&named("Fatima", "Sultana"), &named("Fatima", "Sultanna")), "a slip");
    assert!(!are_two(&named("Fatima", "Bibi"), &named("Fatima", "")), "missing is neutral");
}
