//! What a row tells of a family: it finds the parent's other records, and keeps a parent from passing for a child.

use crate::people_support::{labels, weighed, weight};
use family_context::{
    domain::{Address, BirthDate, Email, FamilyHint, PersonDetails, Phone, Postcode, Sex, relationship::RelationshipType as Kind},
    matching::{
        Choice, Conflict, Dwelling, Model, NamesWanted, Profile, Recorded, birth_dates_differ, choose, conflict, explain, names_agree,
        score,
    },
};
use jiff::civil::{Date, date};

fn home() -> Vec<Address> {
    vec![Address::from_cells(["12 High Street", "Ashby", "MB1 3XE"], None)]
}

fn person(given: &str, middle: &str, family: &str, born: Option<Date>) -> PersonDetails {
    PersonDetails {
        given_name: Some(given.to_owned()),
        middle_names: (!middle.is_empty()).then(|| middle.to_owned()),
        family_name: Some(family.to_owned()),
        date_of_birth: born.and_then(BirthDate::new),
        ..PersonDetails::default()
    }
}

/// A father named in the row of a child born on `born` at [`home`].
fn father(given: &str, family: &str, born: Date) -> PersonDetails {
    let family_hint = FamilyHint::of(Kind::Father, Some(born), &home(), date(2026, 11, 1));
    PersonDetails { sex: Some(Sex::Male), family_hint, ..person(given, "", family, None) }
}

fn profile(details: &PersonDetails) -> Profile {
    Profile::new(details, Model::built_in())
}

fn people(details: &[PersonDetails]) -> Vec<u32> {
    let profiles: Vec<Profile> = details.iter().map(profile).collect();
    let recorded = profiles.iter().enumerate().map(|(order, profile)| Recorded { profile, order, list: 0, own_row: true, once: false });
    labels(&recorded.collect::<Vec<_>>())
}

#[test]
fn a_father_named_in_a_childs_row_is_found_at_the_childs_home() {
    let model = Model::built_in();
    let told = father("Torquil", "Garrowby", date(2014, 3, 9));
    let tenant = PersonDetails { addresses: home(), ..person("Torquil", "", "Garrowby", Some(date(1986, 5, 2))) };
    let weight = score(&profile(&told), &profile(&tenant), model).weight_bits;
    assert!(weight >= model.join_bits(), "{weight}");
    let untold = PersonDetails { family_hint: FamilyHint::default(), ..told.clone() };
    assert!(score(&profile(&untold), &profile(&tenant), model).weight_bits < weight);
}

#[test]
fn a_father_who_lives_elsewhere_loses_nothing_by_the_childs_home() {
    let model = Model::built_in();
    let told = father("Torquil", "Garrowby", date(2014, 3, 9));
    let untold = PersonDetails { family_hint: FamilyHint::default(), ..told.clone() };
    let elsewhere = vec![Address::from_cells(["3 Quay Street", "Langport", "KD4 1AA"], None)];
    let tenant = PersonDetails { addresses: elsewhere, ..person("Torquil", "", "Garrowby", Some(date(1986, 5, 2))) };
    let weight = |one: &PersonDetails| score(&profile(one), &profile(&tenant), model).weight_bits.to_bits();
    assert_eq!(weight(&told), weight(&untold));
}

#[test]
fn who_is_told_of_as_the_mother_twice_in_one_home_is_one_though_one_birth_date_is_too_late_for_a_child() {
    let mother = |given: &str, family: &str, of: Date, born: Option<Date>| {
        let family_hint = FamilyHint::of(Kind::Mother, Some(of), &home(), date(2026, 11, 1));
        PersonDetails { sex: Some(Sex::Female), family_hint, ..person(given, "", family, born) }
    };
    let of_the_elder = mother("Blessing", "Garrowby", date(2011, 3, 9), None);
    let between = |born: Option<Date>, given: &str, family: &str| {
        let of_the_younger = mother(given, family, date(2023, 6, 1), born);
        conflict(&profile(&of_the_elder), &profile(&of_the_younger), Model::built_in())
    };
    let late = Some(date(2003, 12, 30));
    assert_eq!(between(late, "Blessing", "Garrowby"), None);
    assert_eq!(between(late, "Blessng", "Garrowby"), None);
    assert_eq!(between(late, "Dorothy", "Garrowby"), Some(Conflict::BornApart), "her daughter, a mother too");
    assert_eq!(between(Some(date(2010, 5, 4)), "Blessing", "Garrowby"), Some(Conflict::BornApart), "too late by far");
    let younger = PersonDetails { date_of_birth: late.and_then(BirthDate::new), ..father("Blessing", "Garrowby", date(2023, 6, 1)) };
    let elder = father("Blessing", "Garrowby", date(2011, 3, 9));
    let fathers = conflict(&profile(&elder), &profile(&younger), Model::built_in());
    assert_eq!(fathers, Some(Conflict::BornApart), "sons bear their fathers' names");
    let elsewhere = PersonDetails { family_hint: FamilyHint::default(), ..mother("Blessing", "Garrowby", date(2023, 6, 1), late) };
    let tenant = PersonDetails { addresses: home(), ..elsewhere };
    assert_eq!(conflict(&profile(&of_the_elder), &profile(&tenant), Model::built_in()), Some(Conflict::BornApart), "a tenant of the name");
}

#[test]
fn a_father_is_never_joined_with_a_child_of_his_name() {
    let told = father("Omar", "Ibrahim", date(2019, 6, 1));
    let child = PersonDetails { addresses: home(), sex: Some(Sex::Male), ..person("Omar", "", "Ibrahim", Some(date(2023, 6, 14))) };
    assert_eq!(conflict(&profile(&told), &profile(&child), Model::built_in()), Some(Conflict::BornApart));
    let labels = people(&[told, child]);
    assert_ne!(labels[0], labels[1]);
}

#[test]
fn a_question_about_a_child_is_not_answered_with_the_father_of_its_name() {
    let model = Model::built_in();
    let question = profile(&PersonDetails { addresses: home(), ..person("Omar", "", "Ibrahim", Some(date(2023, 6, 14))) });
    let told = profile(&father("Omar", "Ibrahim", date(2019, 6, 1)));
    let found = weighed(&question, &[&told]);
    assert!(!matches!(choose(&[&found], 8, model), Choice::Match(_)));
}

#[test]
fn a_family_home_never_answers_a_question() {
    let question = profile(&PersonDetails { addresses: home(), ..person("Torquil", "", "Garrowby", None) });
    let told = father("Torquil", "Garrowby", date(2014, 3, 9));
    let untold = PersonDetails { family_hint: FamilyHint { homes: Vec::new(), ..told.family_hint.clone() }, ..told.clone() };
    let bits = |record: &PersonDetails| weighed(&question, &[&profile(record)]).weight_bits.to_bits();
    assert_eq!(bits(&told), bits(&untold), "whoever guesses at an address learns nothing from a parent's record");
}

#[test]
fn two_given_names_of_one_child_are_no_twins_where_a_third_record_has_both() {
    let born = Some(date(2014, 5, 20));
    let at_home = |details: PersonDetails| PersonDetails { addresses: home(), ..details };
    let first = at_home(person("Charlie", "", "Blackden", born));
    let second = at_home(person("Russell", "", "Blackden", born));
    let both = at_home(person("Charlie", "Russell", "Blackden", born));
    let apart = people(&[first.clone(), second.clone()]);
    assert_ne!(apart[0], apart[1], "without the third they may be twins");
    let together = people(&[first, second, both]);
    assert!(together.iter().all(|label| *label == together[0]), "{together:?}");
}

#[test]
fn a_namesakes_other_record_does_not_make_twins_of_a_question() {
    let model = Model::built_in();
    let born = Some(date(2014, 5, 20));
    let question = profile(&person("Charlie", "", "Blackden", born));
    let records = [profile(&person("Charlie", "Russell", "Blackden", born)), profile(&person("Russell", "", "Blackden", born))];
    let found = weighed(&question, &records.iter().collect::<Vec<_>>());
    assert_eq!(choose(&[&found], 8, model), Choice::Match(0));
}

#[test]
fn twins_of_whom_one_has_a_middle_initial_stay_apart() {
    let born = Some(date(2014, 5, 20));
    let at_home = |details: PersonDetails| PersonDetails { addresses: home(), ..details };
    let (amy, jane) = (at_home(person("Amy", "J", "Smith", born)), at_home(person("Jane", "", "Smith", born)));
    assert_eq!(conflict(&profile(&amy), &profile(&jane), Model::built_in()), Some(Conflict::Twins));
}

#[test]
fn a_father_and_a_brother_of_one_name_are_not_joined_by_the_home_that_tells_of_both() {
    let model = Model::built_in();
    let told = father("David", "Teal", date(2014, 3, 9));
    let family_hint = FamilyHint::of(Kind::Sibling, Some(date(2014, 3, 9)), &home(), date(2026, 11, 1));
    let brother = PersonDetails { family_hint, ..person("David", "", "Teal", None) };
    assert!(score(&profile(&told), &profile(&brother), model).weight_bits < model.join_bits());
}

#[test]
fn bounds_that_contradict_each_other_say_nothing() {
    let family_hint = FamilyHint { born_from: Some(date(2000, 1, 1)), born_until: Some(date(1990, 12, 31)), ..FamilyHint::default() };
    let muddled = PersonDetails { family_hint, ..person("Torquil", "", "Garrowby", None) };
    let child = person("Torquil", "", "Garrowby", Some(date(2014, 3, 9)));
    assert_eq!(conflict(&profile(&muddled), &profile(&child), Model::built_in()), None);
}

#[test]
fn whoever_bears_another_name_is_offered_and_never_taken() {
    let model = Model::built_in();
    let record = profile(&PersonDetails { addresses: home(), ..person("Jack", "", "Smith", Some(date(2014, 5, 20))) });
    for (given, family) in [(Some("Amy"), None), (None, Some("Jones")), (Some("Amy"), Some("Smith"))] {
        let question = PersonDetails {
            given_name: given.map(str::to_owned),
            family_name: family.map(str::to_owned),
            date_of_birth: BirthDate::new(date(2014, 5, 20)),
            addresses: home(),
            ..PersonDetails::default()
        };
        let found = weighed(&profile(&question), &[&record]);
        assert!(!matches!(choose(&[&found], 8, model), Choice::Match(_)), "{given:?} {family:?}");
    }
}

#[test]
fn names_weigh_the_same_from_both_sides() {
    let model = Model::built_in();
    let pairs = [
        (person("Ilhan", "Abshir", "Omar", None), person("Ilhan", "Omar", "Abshir", None)),
        (person("Ann", "James Quentin", "Teal", None), person("Ann", "Quentin James", "Teal", None)),
        (person("Meng", "Yao", "Guo", None), person("Guo", "", "Mengyao", None)),
        (person("Anne", "K", "Smith", None), person("Smith", "", "Anne", None)),
    ];
    for (left, right) in pairs {
        let bits = |one: &PersonDetails, other: &PersonDetails| score(&profile(one), &profile(other), model).weight_bits.to_bits();
        assert_eq!(bits(&left, &right), bits(&right, &left));
    }
}

fn told_with_phone(kind: Kind, given: &str, family: &str, phone: &str) -> PersonDetails {
    let family_hint = FamilyHint::of(kind, Some(date(2014, 3, 9)), &home(), date(2026, 11, 1));
    let sex = if kind == Kind::Mother { Sex::Female } else { Sex::Male };
    PersonDetails { sex: Some(sex), family_hint, phones: Phone::parse(phone).into_iter().collect(), ..person(given, "", family, None) }
}

#[test]
fn a_father_of_two_children_of_one_home_is_one_man_for_all_slips_of_his_name_and_another_name_waits_for_a_person_to_decide() {
    let model = Model::built_in();
    let told = |given: &str| told_with_phone(Kind::Father, given, "Garrowby", "");
    for slip in ["Torquill", "Torqul", "Torquli", "Torkil"] {
        assert!(weight(&told("Torquil"), &told(slip)) >= model.join_bits(), "{slip}");
    }
    // A second name of his, or his brother with a family of his own.
    assert!((model.review_bits()..model.join_bits()).contains(&weight(&told("Torquil"), &told("Piers"))));
    let phone = "01632 960123";
    let (one, other) =
        (told_with_phone(Kind::Father, "Torquil", "Garrowby", phone), told_with_phone(Kind::Mother, "Perdita", "Garrowby", phone));
    assert!(weight(&one, &other) < model.join_bits());
}

#[test]
fn a_mother_told_of_in_one_home_by_two_family_names_waits_for_a_person_to_decide_unless_a_number_is_common_as_does_a_tenant() {
    let model = Model::built_in();
    let told = |family: &str, phone: &str| told_with_phone(Kind::Mother, "Perdita", family, phone);
    let both = |phone: &str| [told("Garrowby", phone), told("Wensley", phone)];
    let [one, other] = both("");
    assert!((model.lone_bits()..model.join_bits()).contains(&weight(&one, &other)), "{}", weight(&one, &other));
    assert_eq!((people(&[one.clone(), other]), people(&both("01632 960123"))), (vec![0, 1], vec![0, 0]));
    let tenant = PersonDetails { addresses: home(), sex: Some(Sex::Female), ..person("Perdita", "", "Wensley", Some(date(1986, 5, 2))) };
    assert!((model.review_bits()..model.join_bits()).contains(&weight(&one, &tenant)), "{}", weight(&one, &tenant));
}

#[test]
fn a_mother_is_not_taken_for_her_own_twin() {
    let born = Some(date(1986, 5, 2));
    let tenant = PersonDetails { addresses: home(), sex: Some(Sex::Female), ..person("Perdita", "", "Garrowby", born) };
    let told = PersonDetails { date_of_birth: born.and_then(BirthDate::new), ..told_with_phone(Kind::Mother, "Ottoline", "Garrowby", "") };
    assert_eq!(conflict(&profile(&tenant), &profile(&told), Model::built_in()), None);
    let twin = PersonDetails { family_hint: FamilyHint::default(), addresses: home(), ..told };
    assert_eq!(conflict(&profile(&tenant), &profile(&twin), Model::built_in()), Some(Conflict::Twins));
}

#[test]
fn a_record_without_a_birth_date_does_not_join_two_whose_birth_dates_differ() {
    let elsewhere = |line: &str| vec![Address::from_cells([line, "Ashby", "MB1 3XE"], None)];
    let at = |line: &str, born: Option<Date>| PersonDetails { addresses: elsewhere(line), ..person("Torquil", "", "Garrowby", born) };
    let one = at("12 High Street", Some(date(1985, 9, 30)));
    let other = at("40 Low Lane", Some(date(1982, 8, 20)));
    let undated = at("12 High Street", None);
    let labels = people(&[one.clone(), undated.clone(), other]);
    assert_eq!(labels[0], labels[1]);
    assert_ne!(labels[0], labels[2]);
}

#[test]
fn a_sister_who_bears_what_stands_in_the_middle_of_a_childs_name_has_another_name() {
    let model = Model::built_in();
    let child = |given: &str, middle: &str, born: Date| profile(&person(given, middle, "Garrowby", Some(born)));
    let one = child("Bonnie", "Sarah", date(2018, 9, 14));
    let sister = child("Sadie", "", date(2016, 9, 15));
    assert!(!names_agree(&one, &sister, NamesWanted::TheVeryNames, model));
    assert!(birth_dates_differ(&one, &sister));
    assert!(names_agree(&one, &child("Sarah", "", date(2018, 9, 14)), NamesWanted::TheVeryNames, model), "a name in use, of one day");
}

fn asked(given: &str, born: Option<Date>, address: &[&str]) -> Profile {
    let addresses = vec![Address::from_cells(address.iter().copied(), None)];
    profile(&PersonDetails { addresses, ..person(given, "", "Garrowby", born) })
}

fn is_matched(question: &Profile, people: &[&Profile]) -> bool {
    let model = Model::built_in();
    let found: Vec<_> = people.iter().map(|person| weighed(question, &[*person])).collect();
    matches!(choose(&found.iter().collect::<Vec<_>>(), 8, model), Choice::Match(0))
}

#[test]
fn without_a_birth_date_a_postcode_does_not_choose_between_two_children_of_one_name() {
    let question = asked("Torquil", None, &["MB3 0GN"]);
    let one = asked("Torquil", Some(date(2017, 9, 19)), &["43 Gate View", "Ashby", "MB3 0GN"]);
    let other = asked("Torquil", Some(date(2023, 4, 30)), &["43 Gate View", "Ashby"]);
    assert!(is_matched(&question, &[&one]));
    assert!(!is_matched(&question, &[&one, &other]));
}

#[test]
fn two_brothers_who_are_fathers_in_one_home_are_two_men() {
    let told = |given: &str| told_with_phone(Kind::Father, given, "Garrowby", "");
    for other in ["Hussain", "Imran", "Yusuf", "Hasim"] {
        assert!(
            weight(&told("Hassan"), &told(other)) < Model::built_in().join_bits(),
            "{other}: {}",
            weight(&told("Hassan"), &told(other))
        );
    }
}

#[test]
fn a_father_told_of_in_one_home_with_one_mobile_number_is_one_man_by_whatever_name() {
    let told = |given: &str, phone: &str| told_with_phone(Kind::Father, given, "Garrowby", phone);
    let join_bits = Model::built_in().join_bits();
    assert!(weight(&told("Torquil", "07700 900123"), &told("Piers", "07700 900123")) >= join_bits);
    assert!(weight(&told("Torquil", "07700 900123"), &told("Piers", "07700 900124")) < join_bits);
    // The families of two brothers may share the line at home.
    assert!(weight(&told("Torquil", "01632 960123"), &told("Piers", "01632 960123")) < join_bits);
    // "Mohammed" may be a first name that is left out elsewhere.
    assert!(weight(&told("Mohammed", ""), &told("Torquil", "")) >= join_bits);
}

#[test]
fn twins_may_bear_two_family_names_that_are_often_exchanged_or_lack_a_given_name() {
    let born = Some(date(2014, 3, 9));
    let twin = |given: &str, family: &str, sex: Sex| PersonDetails { addresses: home(), sex: Some(sex), ..person(given, "", family, born) };
    let apart = |one: &PersonDetails, other: &PersonDetails| conflict(&profile(one), &profile(other), Model::built_in());
    assert_eq!(apart(&twin("Imran", "Khan", Sex::Male), &twin("Sadia", "Begum", Sex::Female)), Some(Conflict::Twins));
    let nameless = PersonDetails { given_name: None, ..twin("", "Garrowby", Sex::Female) };
    assert_eq!(apart(&twin("Torquil", "Garrowby", Sex::Male), &nameless), Some(Conflict::Twins));
    assert_eq!(apart(&twin("Perdita", "Garrowby", Sex::Female), &nameless), None);
}

#[test]
fn one_shared_address_does_not_join_two_namesakes_of_many_records() {
    let told = |at: u8, email: &str| {
        let home = [Address::from_cells([format!("{at} High Street").as_str(), "Ashby", "MB1 3XE"], None)];
        let family_hint = FamilyHint::of(Kind::Mother, Some(date(2014, 3, 9)), &home, date(2026, 11, 1));
        PersonDetails {
            sex: Some(Sex::Female),
            family_hint,
            emails: Email::parse(email).into_iter().collect(),
            ..person("Shabana", "", "Hussain", None)
        }
    };
    let (shared, none) = ("shabana.hussain@example.org", "");
    let labels = people(&[
        told(12, shared),
        told(12, none),
        told(12, none),
        told(12, none),
        told(97, shared),
        told(97, none),
        told(97, none),
        told(97, none),
    ]);
    assert_eq!(labels, [0, 0, 0, 0, 1, 1, 1, 1]);
    assert_eq!(people(&[told(12, shared), told(97, shared)]), [0, 0]);
}

#[test]
fn a_short_form_of_two_names_does_not_make_one_child_of_twins() {
    let twin = |given: &str| PersonDetails { addresses: home(), ..person(given, "", "Garrowby", Some(date(2014, 3, 9))) };
    let labels = people(&[twin("Samuel"), twin("Samantha"), twin("Sam")]);
    assert_ne!(labels[0], labels[1]);
    // A slip, and a short form of the name that it is a slip of, have little in common; the name itself has both.
    assert_eq!(conflict(&profile(&twin("Jonh")), &profile(&twin("Jack")), Model::built_in()), Some(Conflict::Twins));
    let labels = people(&[twin("Jonh"), twin("Jack"), twin("John")]);
    assert_eq!((labels[0], labels[0]), (labels[1], labels[2]));
}

#[test]
fn a_daughter_at_home_is_not_old_enough_to_be_the_mother() {
    let told = told_with_phone(Kind::Mother, "Perdita", "Garrowby", "");
    let tenant = |born: Date| PersonDetails { addresses: home(), sex: Some(Sex::Female), ..person("Perdita", "", "Garrowby", Some(born)) };
    assert!(weight(&told, &tenant(date(1986, 5, 2))) > weight(&told, &tenant(date(2010, 5, 2))));
}

#[test]
fn one_street_and_number_in_two_towns_is_not_one_home() {
    let told = |town: &str, postcode: &str| {
        let home = [Address::from_cells(["12 High Street", town, postcode], None)];
        let family_hint = FamilyHint::of(Kind::Mother, Some(date(2014, 3, 9)), &home, date(2026, 11, 1));
        PersonDetails { sex: Some(Sex::Female), family_hint, ..person("Perdita", "", "Garrowby", None) }
    };
    let levels = |one: &PersonDetails, other: &PersonDetails| {
        let features = explain(&profile(one), &profile(other), Model::built_in());
        features.iter().find(|feature| feature.feature == "address_time").map(|feature| feature.level)
    };
    assert_eq!(levels(&told("Ashby", "MB1 3XE"), &told("Ashby", "")), Some("same_parent"));
    assert_ne!(levels(&told("Ashby", "MB1 3XE"), &told("Westerby", "")), Some("same_parent"));
    assert_ne!(levels(&told("Ashby", "MB1 3XE"), &told("Ashby", "KD4 1AA")), Some("same_parent"));
}

fn address(lines: [&str; 3]) -> Vec<Address> {
    vec![Address::from_cells(lines, None)]
}

/// A profile of somebody whose relatives also lived there, as resolution has it.
fn with_relatives_home(details: &PersonDetails, lines: [&str; 3]) -> Profile {
    Profile { relatives_homes: Box::new([Dwelling::new(&address(lines)[0], None, None)]), ..profile(details) }
}

#[test]
fn where_relatives_lived_speaks_for_one_person_and_never_against() {
    let model = Model::built_in();
    let told = father("Torquil", "Garrowby", date(2014, 3, 9));
    let quay = ["3 Quay Street", "Langport", "KD4 1AA"];
    let tenant = PersonDetails { addresses: address(quay), ..person("Torquil", "", "Garrowby", Some(date(1986, 5, 2))) };
    let weight = |one: &Profile, other: &PersonDetails| score(one, &profile(other), model).weight_bits;
    assert!(weight(&profile(&told), &tenant) < model.join_bits());
    assert!(weight(&with_relatives_home(&told, quay), &tenant) >= model.join_bits());
    let elsewhere = with_relatives_home(&told, ["9 Mill Lane", "Ashby", "MB1 2AB"]);
    assert_eq!(weight(&elsewhere, &tenant).to_bits(), weight(&profile(&told), &tenant).to_bits());
}

#[test]
fn brothers_are_no_likelier_one_where_their_relatives_lived_too() {
    let model = Model::built_in();
    let brother = |born| PersonDetails { addresses: home(), ..person("Torquil", "", "Garrowby", Some(born)) };
    let (one, other) = (brother(date(2012, 11, 23)), brother(date(2011, 9, 8)));
    let before = ["3 Quay Street", "Langport", "KD4 1AA"];
    let told = |details| with_relatives_home(details, before);
    let weight = score(&profile(&one), &profile(&other), model).weight_bits;
    assert_eq!(score(&told(&one), &told(&other), model).weight_bits.to_bits(), weight.to_bits());
    // The same home, written so that it counts for another.
    let again = with_relatives_home(&one, ["12 High Street", "Ashby", "MB1 3XF"]);
    assert_eq!(score(&again, &profile(&other), model).weight_bits.to_bits(), weight.to_bits());
}

#[test]
fn the_postcode_of_a_mothers_own_home_makes_her_nobody_in_the_next_house() {
    let mother = |number: &str| {
        let house = address([number, "Ashby", "MB1 3XE"]);
        let family_hint = FamilyHint::of(Kind::Mother, Some(date(2014, 3, 9)), &house, date(2026, 11, 1));
        let addresses = vec![Address::from_cells([""], Postcode::parse("MB1 3XE"))];
        PersonDetails { sex: Some(Sex::Female), family_hint, addresses, ..person("Rowena", "", "Garrowby", None) }
    };
    assert_eq!(people(&[mother("39 High Street"), mother("39 High Street"), mother("43 High Street")]), [0, 0, 1]);
}
