//! From pairs to people: what lists tell of two who look like twins, and how much a single record must have in common with a person's others.

use crate::people_support::{people, weight};
use family_context::{
    domain::{Address, BirthDate, Email, FamilyHint, Identifier, PersonDetails, Phone, Postcode, Sex, relationship::RelationshipType},
    matching::{Model, Needed, Profile, score},
};
use jiff::civil::{Date, date};

fn person(given: &str, middle: &str, born: Option<Date>, street: &str) -> PersonDetails {
    PersonDetails {
        given_name: Some(given.to_owned()),
        middle_names: (!middle.is_empty()).then(|| middle.to_owned()),
        family_name: Some("Dalstead".to_owned()),
        date_of_birth: born.and_then(BirthDate::new),
        sex: Some(Sex::Male),
        addresses: vec![Address::from_cells([street], None)],
        ..PersonDetails::default()
    }
}

const HOME: &str = "72 Queens Crescent, Ashby MB8 2QG";

#[test]
fn a_grown_man_by_two_given_names_is_one_where_two_lists_know_him_and_none_twice() {
    let born = Some(date(1975, 4, 10));
    let listed = |given: &str, list: u32| (person(given, "", born, HOME), list, true);
    assert_eq!(people(&[listed("Cyril", 0), listed("Cyril", 1), listed("Roger", 2)]), 1);
    assert_eq!(people(&[listed("Cyril", 0), listed("Cyril", 1), listed("Roger", 1)]), 2, "a list that has a row for each knows two people");
    assert_eq!(people(&[listed("Cyril", 0), listed("Roger", 1)]), 1);
    assert_eq!(people(&[listed("Cyril", 0), listed("Roger", 0)]), 2);
    let told_of = (person("Roger", "", born, HOME), 2, false);
    assert_eq!(people(&[listed("Cyril", 0), told_of]), 2, "a row about somebody else counts for no list");
    let told = (person("Roger", "", born, HOME), 1, false);
    assert_eq!(people(&[listed("Cyril", 0), listed("Cyril", 1), listed("Roger", 2), told]), 1);
}

#[test]
fn a_list_that_knows_both_by_records_that_are_not_yet_theirs_tells_of_two_as_well() {
    let born = Some(date(1975, 4, 10));
    let listed = |given: &str, list: u32| (person(given, "", born, HOME), list, true);
    let records = [listed("Cyril", 0), listed("Cyril", 1), listed("Roger", 2), listed("Roger", 3), listed("Roger", 0)];
    assert_eq!(people(&records), 2);
}

#[test]
fn people_of_two_sexes_and_those_of_one_year_alone_or_who_live_apart_stay_two_where_few_lists_know_them() {
    let listed = |details: PersonDetails, list: u32| (details, list, true);
    let grown = |given: &str| person(given, "", Some(date(1975, 4, 10)), HOME);
    let sister = PersonDetails { sex: Some(Sex::Female), ..grown("Ruth") };
    assert_eq!(people(&[listed(grown("Cyril"), 0), listed(grown("Cyril"), 1), listed(sister, 2)]), 2);
    // Brothers who live together may both have 1 January for their year.
    let of_a_year = |given: &str| person(given, "", Some(date(1975, 1, 1)), HOME);
    assert_eq!(people(&[listed(of_a_year("Cyril"), 0), listed(of_a_year("Cyril"), 1), listed(of_a_year("Roger"), 2)]), 2);
    let elsewhere = person("Roger", "", Some(date(1975, 4, 10)), "3 Quay Street, Langport KD4 1AA");
    assert_eq!(people(&[listed(grown("Cyril"), 0), listed(grown("Cyril"), 1), listed(elsewhere, 2)]), 2);
}

#[test]
fn a_child_by_two_given_names_is_one_where_two_lists_know_the_child_at_one_home_and_none_twice() {
    let listed = |given: &str, list: u32| (person(given, "", Some(date(2014, 4, 10)), HOME), list, true);
    assert_eq!(people(&[listed("Cyril", 0), listed("Roger", 1)]), 1, "of twins, who has the one mostly has the other");
    assert_eq!(people(&[listed("Cyril", 0), listed("Roger", 0)]), 2);
    let of_no_sex = (PersonDetails { sex: None, ..person("Robin", "", Some(date(2014, 4, 10)), HOME) }, 1, true);
    assert_eq!(people(&[listed("Cyril", 0), of_no_sex]), 2, "who may be the sister");
    let of_three = [listed("Cyril", 0), listed("Cyril", 1), listed("Roger", 2)];
    assert_eq!(people(&of_three), 1);
    assert_eq!(people(&[of_three.as_slice(), &[listed("Roger", 1)]].concat()), 2, "a list knows both");
    let reached = |given: &str, middle: &str, street: &str, list: u32| {
        let phones = Phone::parse("07700 900123").into_iter().collect();
        (PersonDetails { phones, ..person(given, middle, Some(date(2014, 4, 10)), street) }, list, true)
    };
    let called = |middle: &str| people(&[reached("Cyril", "Oriel", HOME, 0), reached("Roger", middle, HOME, 1)]);
    assert_eq!((called("Oriel"), called("Tobias")), (1, 2), "two middle names");
    let of_four = |street: &str| {
        [0, 1, 2, 3].map(|list| if list < 3 { reached("Cyril", "Oriel", HOME, list) } else { reached("Roger", "Oriel", street, list) })
    };
    assert_eq!(people(&of_four(HOME)), 1);
    assert_eq!(people(&of_four("3 Quay Street, Langport KD4 1AA")), 2, "who lives apart may be another of one day and name");
}

#[test]
fn a_boy_and_a_girl_who_look_like_twins_stay_two_whatever_lists_tell() {
    let listed = |given: &str, sex: Sex, list: u32| {
        (PersonDetails { sex: Some(sex), ..person(given, "", Some(date(2014, 4, 10)), HOME) }, list, true)
    };
    let (boy, girl) = (|list| listed("Cyril", Sex::Male, list), |list| listed("Ruth", Sex::Female, list));
    assert_eq!(people(&[boy(0), boy(1), girl(2), girl(3)]), 2);
}

#[test]
fn grown_people_lived_together_where_any_of_their_records_says_so() {
    let born = Some(date(1975, 4, 10));
    let listed = |given: &str, street: &str, list: u32| (person(given, "", born, street), list, true);
    let away = "9 Queens Crescent, Ashby MB8 2QG";
    let of_one_home = [listed("Cyril", HOME, 0), listed("Cyril", HOME, 1), listed("Cyril", away, 2), listed("Roger", HOME, 3)];
    assert_eq!(people(&of_one_home), 1);
    let of_two = [listed("Cyril", away, 0), listed("Cyril", away, 1), listed("Roger", HOME, 3)];
    assert_eq!(people(&of_two), 2);
}

#[test]
fn two_lists_that_each_have_two_rows_know_two_people_unless_the_rows_say_the_same() {
    let listed = |given: &str, list: u32| (person(given, "", Some(date(2014, 4, 10)), HOME), list, true);
    let alike = [listed("Kieran", 0), listed("Kieran", 1), listed("Kieren", 0), listed("Kieren", 1)];
    assert_eq!(people(&alike), 2);
    assert_eq!(people(&alike[..3]), 1, "one list may have somebody twice");
    assert_eq!(people(&[listed("Kieran", 0), listed("Kieran", 1), listed("Kieran", 0), listed("Kieran", 1)]), 1);
}

#[test]
fn who_is_grown_up_goes_by_the_models_own_date() {
    let mut file = Model::built_in().file().clone();
    for (date, until) in [("2026-11-29", 20_011_129), ("2024-02-29", 19_990_228), ("undated", 0)] {
        date.clone_into(&mut file.date);
        assert_eq!(Model::from_file(file.clone()).unwrap_or_default().grown_up_until(), until, "{date}");
    }
}

#[test]
fn a_single_record_may_be_like_one_of_a_persons_records_alone() {
    let model = Model::built_in();
    let mean = |one, other, share_birth_date| Needed::between(one, other, share_birth_date, model).mean_bits;
    assert!(mean(1, 4, false) < model.review_bits() && model.review_bits() < mean(2, 2, false));
    assert!(mean(2, 2, true) < mean(2, 2, false) && mean(2, 2, false) < mean(3, 3, false));
    assert_eq!(Needed::between(3, 4, false, model), Needed::between(9, 9, false, model));
    assert!(Needed::between(2, 2, false, model).best_bits > model.join_bits());
    let reached = |details: PersonDetails| PersonDetails { phones: Phone::parse("07700 900123").into_iter().collect(), ..details };
    let listed = |details: PersonDetails| (details, 0, true);
    let born = Some(date(1975, 4, 10));
    let of_one = [
        listed(person("Frances", "", born, HOME)),
        listed(person("Frances", "", born, HOME)),
        listed(reached(person("Laura", "Frances", born, HOME))),
    ];
    assert_eq!(people(&of_one), 1);
    let moved = listed(reached(person("Laura", "", None, "3 Quay Street, Langport KD4 1AA")));
    assert_eq!(people(&[of_one.as_slice(), &[moved]].concat()), 1);
}

#[test]
fn groups_that_share_a_birth_date_need_not_be_as_alike_in_all_their_records() {
    let mean_needed = |share_birth_date| Needed::between(2, 2, share_birth_date, Model::built_in()).mean_bits;
    let (review_bits, by_day, otherwise) = (Model::built_in().review_bits(), mean_needed(true), mean_needed(false));
    assert!(by_day.to_bits() == review_bits.to_bits() && otherwise > by_day);
    let named = |family: &str, details: PersonDetails| PersonDetails { family_name: Some(family.to_owned()), ..details };
    let reached = |details: PersonDetails| PersonDetails { phones: Phone::parse("07700 900123").into_iter().collect(), ..details };
    let mean = |one: &[PersonDetails; 2], other: &[PersonDetails; 2]| {
        let profile = |details: &PersonDetails| Profile::new(details, Model::built_in());
        let bits = |left, right| score(&profile(left), &profile(right), Model::built_in()).weight_bits;
        one.iter().flat_map(|left| other.iter().map(move |right| bits(left, right))).sum::<f64>() / 4.0
    };
    let groups = |family: &str, told: &dyn Fn(PersonDetails) -> PersonDetails| {
        let of = |street: &str, number: PersonDetails| {
            let undated =
                PersonDetails { nhs_number: number.nhs_number, upn: number.upn, ..named(family, person("Robin", "", None, street)) };
            [undated.clone(), told(undated)]
        };
        // What makes each group one before the two are weighed against each other.
        let by_nhs_number = PersonDetails { nhs_number: Identifier::nhs_number("9434765919"), ..PersonDetails::default() };
        let by_upn = PersonDetails { upn: Identifier::upn("A801200001001"), ..PersonDetails::default() };
        [of(HOME, by_nhs_number), of("3 Quay Street, Langport KD4 1AA", by_upn)]
    };
    let listed =
        |groups: &[[PersonDetails; 2]; 2]| -> Vec<_> { groups.iter().flatten().map(|details| (details.clone(), 0, true)).collect() };
    // A link by birth date, one by telephone and one by email; what else they have in common comes to the same.
    let dated = groups("Cox", &|details| PersonDetails { date_of_birth: BirthDate::new(date(1975, 4, 10)), ..details });
    let called = groups("Chan", &reached);
    let written = groups("Cox", &|details| PersonDetails { emails: Email::parse("robin@example.org").into_iter().collect(), ..details });
    for groups in [&dated, &called, &written] {
        assert!((by_day..otherwise).contains(&mean(&groups[0], &groups[1])), "{}", mean(&groups[0], &groups[1]));
    }
    assert_eq!([&dated, &called, &written].map(|groups| people(&listed(groups))), [1, 1, 2], "a telephone number is one person's own");
}

#[test]
fn two_who_have_three_records_each_and_nothing_but_names_and_a_birth_date_in_common_are_two() {
    let born = BirthDate::new(date(1975, 4, 10));
    let of = |records: usize, street: &str, phone: &str, email: &str| {
        let undated = PersonDetails {
            phones: Phone::parse(phone).into_iter().collect(),
            emails: Email::parse(email).into_iter().collect(),
            ..person("Evander", "", None, street)
        };
        let mut all = vec![(PersonDetails { family_name: Some("Cox".into()), ..undated }, 0, true); records];
        all[0].0.date_of_birth = born;
        all
    };
    let (phone, email) = ("07700 900123", "e.cox5@example.org");
    let elsewhere = |records: usize, phone: &str| of(records, "3 Quay Street, Langport KD4 1AA", phone, email);
    assert_eq!(people(&elsewhere(3, "")), 1);
    assert_eq!(people(&[of(3, HOME, phone, ""), elsewhere(3, "")].concat()), 2);
    assert_eq!(people(&[of(3, HOME, phone, ""), elsewhere(3, phone)].concat()), 1, "a telephone number is common");
    assert_eq!(people(&[of(2, HOME, phone, ""), elsewhere(2, "")].concat()), 1, "two records may well tell no more");
}

#[test]
fn two_who_have_three_records_each_and_nothing_but_names_and_a_telephone_number_in_common_are_two() {
    let of = |records: usize, street: &str| {
        let phones = Phone::parse("07700 900123").into_iter().collect();
        let known = PersonDetails { phones, family_name: Some("Khan".into()), ..person("Imran", "", None, street) };
        vec![(known, 0, false); records]
    };
    let elsewhere = "3 Quay Street, Langport KD4 1AA";
    let bits = weight(&of(1, HOME)[0].0, &of(1, elsewhere)[0].0);
    assert!(bits >= Needed::between(3, 3, false, Model::built_in()).best_bits, "{bits}");
    assert_eq!(people(&[of(3, HOME), of(3, elsewhere)].concat()), 2);
    assert_eq!(people(&[of(2, HOME), of(2, elsewhere)].concat()), 1, "two records may well tell no more");
    let one_at = |home: &str, born: Date| {
        let mut records = of(3, home);
        records[0].0.date_of_birth = BirthDate::new(born);
        records
    };
    let with_dates = |one: Date, other: Date| {
        let records = [one_at(HOME, one), one_at(elsewhere, other)].concat();
        assert!(weight(&records[0].0, &records[3].0) < 32.0, "too little for a number alone");
        people(&records)
    };
    assert_eq!(with_dates(date(1975, 4, 12), date(1975, 4, 13)), 1, "birth dates are alike");
    assert_eq!(with_dates(date(1975, 1, 1), date(1975, 4, 13)), 2, "a year alone tells nothing");
}

#[test]
fn two_who_have_two_records_each_and_no_more_than_a_familys_postcode_in_common_are_two() {
    let model = Model::built_in();
    let house = [Address::from_cells([HOME], None)];
    let family_hint = FamilyHint::of(RelationshipType::Father, Some(date(2014, 3, 9)), &house, date(2026, 11, 1));
    let named = |family: &str, addresses| PersonDetails { addresses, family_name: Some(family.into()), ..person("Ali", "", None, HOME) };
    let told = PersonDetails { family_hint, ..named("Hussain", Vec::new()) };
    let postcode = named("Hussein", vec![Address::from_cells([""], Postcode::parse("MB8 2QG"))]);
    let bits = weight(&told, &postcode);
    assert!((Needed::between(2, 2, false, model).best_bits..model.join_bits() + 4.0).contains(&bits), "{bits}");
    let records = |details: &PersonDetails, count: usize| vec![(details.clone(), 0, false); count];
    assert_eq!(people(&[records(&told, 2), records(&postcode, 2)].concat()), 2);
    assert_eq!(people(&[records(&told, 2), records(&postcode, 1)].concat()), 1);
    assert_eq!(people(&[records(&told, 2), records(&named("Hussein", house.to_vec()), 2)].concat()), 1, "the house is his");
}

/// A man of whom a list knows his names and his birth date alone.
fn born(day: Date) -> PersonDetails {
    PersonDetails { addresses: Vec::new(), ..person("Evander", "", Some(day), HOME) }
}

/// When he was born, and what stands for it by a slip: of one digit, and of two that changed places.
const RIGHT: Date = date(1975, 4, 10);
const NEAR: Date = date(1975, 4, 16);
const FAR: Date = date(1957, 4, 10);

#[test]
fn two_records_that_nobody_else_is_like_are_one_person_a_little_below_the_threshold() {
    let model = Model::built_in();
    let (right, near) = (born(RIGHT), born(NEAR));
    assert!((model.lone_bits()..model.join_bits()).contains(&weight(&right, &near)), "{}", weight(&right, &near));
    assert_eq!(people(&[(right.clone(), 0, true), (near.clone(), 1, true)]), 1);
    assert_eq!(people(&[(right.clone(), 0, true), (near.clone(), 0, true)]), 2, "a list has a row for each of two people");
    assert_eq!(people(&[(right, 0, true), (near, 0, false)]), 1, "a row about somebody else counts for no list");
}

#[test]
fn names_alone_are_too_little_for_records_that_nobody_else_is_like() {
    let model = Model::built_in();
    let by_name = |middle: &str| PersonDetails { addresses: Vec::new(), ..person("Evander", middle, None, HOME) };
    let (full, short) = (by_name("Oriel"), by_name("O"));
    assert!((model.lone_bits()..model.join_bits()).contains(&weight(&full, &short)), "{}", weight(&full, &short));
    assert_eq!(people(&[(full, 0, true), (short, 1, true)]), 2);
}

#[test]
fn a_record_that_nobody_else_is_like_belongs_to_neither_of_two_who_are_kept_apart() {
    let numbered = |number: &str| PersonDetails { nhs_number: Identifier::nhs_number(number), ..born(RIGHT) };
    let (one, other) = (numbered("9434765919"), numbered("9434765870"));
    assert!(one.nhs_number.is_some() && other.nhs_number.is_some());
    assert_eq!(people(&[(one.clone(), 0, true), (born(NEAR), 1, true)]), 1);
    assert_eq!(people(&[(one, 0, true), (born(NEAR), 1, true), (other, 2, true)]), 3);
}

#[test]
fn a_record_that_nobody_else_is_like_belongs_to_neither_of_two_rows_of_one_list() {
    let (one, other) = (born(RIGHT), born(date(1975, 5, 16)));
    let rows = |list: u32| [(one.clone(), 0, true), (born(NEAR), 1, true), (other.clone(), list, true)];
    assert!(weight(&one, &other) < Model::built_in().lone_bits(), "{}", weight(&one, &other));
    assert_eq!(people(&rows(0)), 3, "a list has a row for each of two people");
    assert_eq!(people(&rows(2)), 3, "and so do two lists of two who are not alike");
    assert_eq!(people(&rows(0)[..2]), 1);
}

#[test]
fn a_record_that_nobody_else_is_like_joins_a_group_only_where_it_is_nearer_the_threshold() {
    let model = Model::built_in();
    let group = |details: PersonDetails| [(details.clone(), 0, true), (details, 1, true)];
    let lone = |details: &PersonDetails| [(details.clone(), 2, true)];
    let half_way = model.lone_bits().midpoint(model.join_bits());
    let (right, near, far) = (born(RIGHT), born(NEAR), born(FAR));
    assert!((half_way..model.join_bits()).contains(&weight(&right, &near)), "{}", weight(&right, &near));
    assert!((model.lone_bits()..half_way).contains(&weight(&right, &far)), "{}", weight(&right, &far));
    assert_eq!(people(&[group(right.clone()).as_slice(), &lone(&near)].concat()), 1);
    assert_eq!(people(&[group(right.clone()).as_slice(), &lone(&far)].concat()), 2);
    assert_eq!(people(&[group(right).as_slice(), &[(near, 1, true)]].concat()), 2, "a list has a row for each");
}
