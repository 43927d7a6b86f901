//! From pairs to people: what all records of two groups say together, beside the pair that speaks loudest.

use crate::people_support::{people, weight};
use family_context::{
    domain::{Address, BirthDate, Email, FamilyHint, Identifier, PersonDetails, Phone, Postcode, Sex},
    matching::{self, Conflict, Model, Profile, enough_speaks},
};
use jiff::civil::{Date, date};

const HOME: &str = "72 Queens Crescent, Ashby MB8 2QG";
const BORN: Date = date(2014, 4, 10);

fn child(given: &str, middle: &str) -> PersonDetails {
    PersonDetails {
        given_name: Some(given.to_owned()),
        middle_names: (!middle.is_empty()).then(|| middle.to_owned()),
        family_name: Some("Dalstead".to_owned()),
        date_of_birth: BirthDate::new(BORN),
        sex: Some(Sex::Male),
        addresses: vec![Address::from_cells([HOME], None)],
        ..PersonDetails::default()
    }
}

fn with_pupil_number(details: PersonDetails) -> PersonDetails {
    PersonDetails { upn: Identifier::upn("B801200005001"), ..details }
}

/// A father of whom a child's row tells, with a telephone or none.
fn father(middle: &str, phone: &str) -> PersonDetails {
    PersonDetails {
        date_of_birth: None,
        addresses: Vec::new(),
        phones: Phone::parse(phone).into_iter().collect(),
        family_hint: FamilyHint {
            born_until: Some(date(2002, 12, 31)),
            homes: vec![Address::from_cells([HOME], None)],
            ..FamilyHint::default()
        },
        ..child("Evander", middle)
    }
}

fn speaks(one: &[PersonDetails], other: &[PersonDetails]) -> bool {
    let model = Model::built_in();
    let profiles = |details: &[PersonDetails]| details.iter().map(|details| Profile::new(details, model)).collect::<Vec<_>>();
    let (one, other) = (profiles(one), profiles(other));
    enough_speaks(&one.iter().collect::<Vec<_>>(), &other.iter().collect::<Vec<_>>(), model)
}

/// The same, of whom a home of their own is known only by its postcode.
fn at(postcode: &str, details: PersonDetails) -> PersonDetails {
    PersonDetails { addresses: vec![Address::from_cells([""], Postcode::parse(postcode))], family_hint: FamilyHint::default(), ..details }
}

#[test]
fn a_middle_name_that_differs_counts_though_the_pair_that_speaks_loudest_does_not_know_it() {
    let here = |middle: &str| at("MB8 2QG", father(middle, ""));
    let elsewhere = |middle: &str| at("MB8 3QG", father(middle, ""));
    assert!(speaks(&[here(""), here("Oriel")], &[elsewhere("")]), "missing is neutral");
    assert!(speaks(&[here("")], &[elsewhere("Tobias")]));
    assert!(!speaks(&[here(""), here("Oriel")], &[elsewhere("Tobias")]));
}

#[test]
fn sex_counts_though_the_pair_that_speaks_loudest_does_not_know_it() {
    let here = |sex: Option<Sex>| at("MB8 2QG", PersonDetails { sex, ..father("", "") });
    let elsewhere = |sex: Sex| at("MB8 3QG", PersonDetails { sex: Some(sex), ..father("", "") });
    assert!(speaks(&[here(None), here(Some(Sex::Male))], &[elsewhere(Sex::Male)]));
    assert!(speaks(&[here(None)], &[elsewhere(Sex::Female)]));
    assert!(!speaks(&[here(None), here(Some(Sex::Male))], &[elsewhere(Sex::Female)]));
}

#[test]
fn whoever_goes_by_two_names_with_one_number_is_no_twin_of_a_record_of_either() {
    let records =
        [(with_pupil_number(child("Cyril", "")), 0, true), (child("Cyril", ""), 1, true), (with_pupil_number(child("Roger", "")), 2, true)];
    assert_eq!(people(&records), 1, "the number says that Roger is Cyril");
    let by_name = [records[0].clone(), records[2].clone(), (child("Roger", ""), 3, true)];
    assert_eq!(people(&by_name), 1);
    let invalid = |given: &str| PersonDetails { upn: Identifier::upn("C801200005001"), ..child(given, "") };
    assert!(invalid("Cyril").upn.is_some_and(|number| !number.is_valid()));
    assert_eq!(people(&[(invalid("Cyril"), 0, true), (invalid("Roger"), 0, true)]), 2, "a number that fails its check tells nothing");
    let without = [(child("Cyril", ""), 0, true), (child("Cyril", ""), 1, true), (child("Roger", ""), 0, true)];
    assert_eq!(people(&without), 2, "without the number they look like twins");
}

#[test]
fn whoever_has_grown_up_and_has_one_number_by_two_names_is_not_their_own_twin() {
    let known = |given: &str, born: Date, phone: &str, home: &str, sex: Sex| PersonDetails {
        date_of_birth: BirthDate::new(born),
        phones: Phone::parse(phone).into_iter().collect(),
        addresses: vec![Address::from_cells([home], None)],
        sex: Some(sex),
        ..child(given, "")
    };
    let elsewhere = "3 Quay Street, Langport KD4 1AA";
    let conflict = |born: Date, phones: [&str; 2], home: &str, sex: Sex| {
        let (one, other) = (known("Linda", born, phones[0], HOME, Sex::Female), known("Alison", born, phones[1], home, sex));
        matching::conflict(&Profile::new(&one, Model::built_in()), &Profile::new(&other, Model::built_in()), Model::built_in())
    };
    let (long_ago, line, mobile) = (date(1958, 9, 24), "0114 496 0152", "07700 900123");
    let apart = Some(Conflict::Twins);
    assert_eq!(conflict(long_ago, [mobile; 2], HOME, Sex::Female), None);
    assert_eq!(conflict(long_ago, [line; 2], elsewhere, Sex::Female), None);
    assert_eq!(conflict(long_ago, [line; 2], HOME, Sex::Female), apart, "sisters who live together have one line");
    assert_eq!(conflict(long_ago, [mobile, "07700 900456"], HOME, Sex::Female), apart);
    assert_eq!(conflict(long_ago, [mobile; 2], HOME, Sex::Male), apart);
    assert_eq!(conflict(BORN, [mobile; 2], HOME, Sex::Female), apart, "children are reached by their parents' number");
    assert_eq!(conflict(date(1958, 1, 1), [mobile; 2], HOME, Sex::Female), apart, "1 January stands for the year alone");
    let listed = |given: &str, list: u32| (known(given, long_ago, mobile, HOME, Sex::Female), list, true);
    assert_eq!(people(&[listed("Linda", 0), listed("Alison", 1)]), 1);
    assert_eq!(people(&[listed("Linda", 0), listed("Alison", 0)]), 2, "a list has a row for each");
}

#[test]
fn of_many_records_few_need_the_number_that_is_one_persons_own_where_nothing_differs() {
    let known = |given: &str, home: &str, phone: &str, born: Option<Date>| PersonDetails {
        given_name: Some(given.to_owned()),
        date_of_birth: born.and_then(BirthDate::new),
        addresses: vec![Address::from_cells([home], None)],
        phones: Phone::parse(phone).into_iter().collect(),
        ..child("", "")
    };
    let elsewhere = "3 Quay Street, Langport KD4 1AA";
    let of_one_home = |phone: &str, born: Date| [known("Evander", HOME, "", Some(born)), known("Evandr", HOME, phone, None)];
    let of_the_other = [known("Evander", elsewhere, "07700 900123", None), known("Evander", elsewhere, "", None)];
    assert!(speaks(&of_one_home("07700 900123", date(1980, 5, 2)), &of_the_other));
    assert!(!speaks(&of_one_home("07700 900456", date(1980, 5, 2)), &of_the_other));
    let dated = [known("Evander", elsewhere, "07700 900123", Some(date(1983, 7, 9))), of_the_other[1].clone()];
    assert!(!speaks(&of_one_home("07700 900123", date(1980, 5, 2)), &dated), "two birth dates");
}

#[test]
fn a_first_name_that_is_often_left_out_makes_no_twin_where_two_lists_have_a_row_each() {
    let listed = |given: &str, middle: &str, list: u32| (child(given, middle), list, true);
    assert_eq!(people(&[listed("Mohammed", "", 0), listed("Usman", "", 1)]), 1);
    assert_eq!(people(&[listed("Mohammed", "", 0), listed("Usman", "", 0)]), 2, "a list has a row for each of two");
    assert_eq!(people(&[listed("Mohammed", "Ali", 0), listed("Mohammed", "Umar", 1)]), 2, "each is called otherwise");
    assert_eq!(people(&[listed("Mohammed", "Umar", 0), listed("Bilal", "Tariq", 1)]), 2, "one is called Umar");
}

#[test]
fn two_rows_of_one_list_with_one_birth_date_and_names_that_are_only_a_little_alike_are_twins() {
    let listed = |given: &str, list: u32| (PersonDetails { given_name: Some(given.into()), ..child("", "") }, list, true);
    assert_eq!(people(&[listed("Mahesh", 0), listed("Manish", 1)]), 1, "one list each: a name that was misheard");
    assert_eq!(people(&[listed("Mahesh", 0), listed("Manish", 0)]), 2);
    assert_eq!(people(&[listed("Mahesh", 0), listed("Mahesh", 0)]), 1, "a row entered twice");
    assert_eq!(people(&[listed("Mary", 0), listed("Martha", 0)]), 2, "two names that begin alike");
    let of_sex =
        |given: &str, sex: Sex, list: u32| (PersonDetails { given_name: Some(given.into()), sex: Some(sex), ..child("", "") }, list, true);
    assert_eq!(people(&[of_sex("Yi Xuan", Sex::Female, 0), of_sex("Yu-Xuan", Sex::Male, 0)]), 2, "a girl and a boy");
    assert_eq!(people(&[of_sex("Yi Xuan", Sex::Female, 0), of_sex("Yu-Xuan", Sex::Male, 1)]), 1, "a slip in name and sex");
    assert_eq!(people(&[of_sex("Yi Xuan", Sex::Female, 0), of_sex("Yi-Xuan", Sex::Male, 0)]), 1, "a slip in sex alone");
}

#[test]
fn a_daughter_who_bears_her_fathers_name_in_the_middle_is_not_he_by_his_telephone() {
    let phone = "07700 900123";
    let called = |sex: Sex| PersonDetails {
        given_name: Some("Halima".into()),
        sex: Some(sex),
        family_hint: FamilyHint::default(),
        ..father("Evander", phone)
    };
    let difference = weight(&called(Sex::Male), &father("", phone)) - weight(&called(Sex::Female), &father("", phone));
    assert!(difference > 10.0, "{difference}");
}

#[test]
fn the_children_of_two_partners_may_share_a_given_name_a_home_and_a_telephone() {
    let of = |family: &str, phone: &str| PersonDetails {
        family_name: Some(family.into()),
        phones: Phone::parse(phone).into_iter().collect(),
        date_of_birth: None,
        ..child("Jacob", "")
    };
    let by_telephone = weight(&of("Dalstead", "01632 960123"), &of("Wensley", "01632 960123"));
    assert!(by_telephone - weight(&of("Dalstead", ""), &of("Wensley", "")) < 4.0);
}

#[test]
fn two_rows_of_one_list_that_do_not_say_the_same_need_more() {
    let listed = |given: &str, phone: &str, list: u32| {
        (at("MB8 2QG", PersonDetails { given_name: Some(given.into()), ..father("", phone) }), list, true)
    };
    let (one, other) = (listed("Evander", "07700 900123", 0), listed("Evandor", "07700 900456", 0));
    let between = weight(&one.0, &other.0);
    let join_bits = Model::built_in().join_bits();
    assert!((join_bits..join_bits + 1.5).contains(&between), "{between}");
    assert_eq!(people(&[one.clone(), other.clone()]), 2);
    assert_eq!(people(&[one, (other.0, 1, true)]), 1);
}

#[test]
fn more_is_asked_of_who_is_only_told_of_and_reached_by_another_telephone() {
    let told = |middle: &str, phone: &str| PersonDetails { family_hint: FamilyHint::default(), ..father(middle, phone) };
    let (phone, another) = ("07700 900123", "07700 900456");
    assert_eq!(people(&[(told("Oriel", ""), 0, false), (told("Oriel", phone), 1, false)]), 1);
    let slipped = |phone: &str| PersonDetails { family_name: Some("Dalsted".into()), ..told("", phone) };
    let here = |details: PersonDetails| at("MB8 2QG", details);
    assert_eq!(people(&[(here(told("", another)), 0, true), (here(slipped(phone)), 1, true)]), 1, "rows of their own");
    assert_eq!(people(&[(here(told("", another)), 0, false), (here(slipped(phone)), 1, true)]), 2);
}

/// The same with a mobile telephone number.
fn with_phone(details: PersonDetails) -> PersonDetails {
    PersonDetails { phones: Phone::parse("07700 900123").into_iter().collect(), ..details }
}

/// The same with an email address that is made of the name.
fn with_email(details: PersonDetails) -> PersonDetails {
    PersonDetails { emails: Email::parse("evander.dalstead5@example.org").into_iter().collect(), ..details }
}

#[test]
fn who_is_only_told_of_and_has_another_telephone_needs_a_home_in_common() {
    let (phone, another) = ("07700 900123", "07700 900456");
    let told = |postcode: &str, phone: &str| (with_email(at(postcode, father("", phone))), 0, false);
    let listed = |postcode: &str, phone: &str| (with_email(at(postcode, father("", phone))), 1, true);
    assert_eq!(people(&[told("MB8 2QG", phone), listed("MB8 2QG", another)]), 1, "the home is the same");
    assert_eq!(people(&[told("MB8 2QG", phone), listed("MB4 7RT", phone)]), 1, "the telephone is the same");
    assert_eq!(people(&[told("MB8 2QG", phone), listed("MB4 7RT", another)]), 2);
}

#[test]
fn an_email_address_that_is_made_of_the_name_is_too_little_beside_the_name_alone() {
    let named = |family: &str, postcode: &str, list: u32| {
        (
            with_email(at(
                postcode,
                PersonDetails { given_name: Some("David".into()), family_name: Some(family.into()), ..father("", "") },
            )),
            list,
            true,
        )
    };
    let far = [named("Smith", "MB8 2QG", 0), named("Smith", "MB4 7RT", 1)];
    let between = weight(&far[0].0, &far[1].0);
    let join_bits = Model::built_in().join_bits();
    assert!((join_bits..join_bits + 3.0).contains(&between), "{between}");
    assert_eq!(people(&far), 2);
    assert_eq!(people(&[named("Smith", "MB8 2QG", 0), named("Smith", "MB8 2QG", 1)]), 1);
}

#[test]
fn a_telephone_number_one_digit_off_is_little_where_no_home_is_common() {
    let reached = |phone: &str| PersonDetails { family_hint: FamilyHint::default(), ..father("", phone) };
    let close = weight(&reached("07700 900123"), &reached("07700 900124"));
    let difference = close - weight(&reached("07700 900123"), &reached(""));
    assert!((0.0..3.0).contains(&difference), "{difference}");
}

/// A child with this NHS number, or with none, and this home.
fn numbered(number: &str, home: &str) -> PersonDetails {
    PersonDetails { nhs_number: Identifier::nhs_number(number), addresses: vec![Address::from_cells([home], None)], ..child("Cyril", "") }
}

#[test]
fn a_child_with_two_numbers_in_one_home_tears_no_record_without_a_number() {
    let (one, other, without) = (numbered("9990000018", HOME), numbered("9990000026", HOME), numbered("", HOME));
    let records = |last: PersonDetails| [(one.clone(), 0, true), (other.clone(), 1, true), (last, 2, true)];
    assert_eq!(people(&records(without.clone())), 2, "the third record is of the one or the other, which are one child in all likelihood");
    let called = |middle: &str, details: &PersonDetails| PersonDetails { middle_names: Some(middle.into()), ..details.clone() };
    let twins = [(called("Oriel", &one), 0, true), (called("Tobias", &other), 1, true), (without.clone(), 2, true)];
    assert_eq!(people(&twins), 3, "with two middle names they may be twins");
    assert_eq!(people(&[(one, 0, true), (other, 0, true), (without, 2, true)]), 3, "and where one list has a row for each");
}

#[test]
fn of_brothers_who_may_all_be_called_mohammed_a_record_without_a_number_is_neither() {
    let called = |number: &str| PersonDetails { given_name: Some("Mohammed".into()), ..numbered(number, HOME) };
    assert_eq!(people(&[(called("9990000018"), 0, true), (called("9990000026"), 1, true), (called(""), 2, true)]), 3);
}

#[test]
fn a_number_in_common_tells_more_than_likeness_to_a_third_record() {
    let elsewhere = "3 Quarry Lane, Ashby MB4 7RT";
    let (of_home, moved) = (numbered("9990000018", HOME), with_pupil_number(numbered("9990000026", elsewhere)));
    let pupil = with_pupil_number(numbered("", HOME));
    let torn = [(of_home.clone(), 0, true), (numbered("9990000026", elsewhere), 1, true), (numbered("", "MB6 1AA"), 2, true)];
    assert_eq!(people(&torn), 3, "the third fits both alike");
    let numbered = [(of_home, 0, true), (moved, 1, true), (pupil, 2, true)];
    assert_eq!(people(&numbered), 2);
    assert_eq!(people(&numbered[1..]), 1, "it is the pupil's, wherever the home");
}

#[test]
fn two_rows_of_one_list_with_two_middle_names_and_no_birth_date_in_common_are_two_people() {
    let undated = |details: PersonDetails| PersonDetails { date_of_birth: None, ..details };
    let (one, other) = (child("Cyril", "Oriel"), undated(child("Cyril", "Tobias")));
    let (one, other) = (with_phone(one), with_phone(other));
    assert_eq!(people(&[(one.clone(), 0, true), (other.clone(), 1, true)]), 1);
    assert_eq!(people(&[(one.clone(), 0, true), (other.clone(), 0, true)]), 2);
    assert_eq!(people(&[(one.clone(), 0, true), (with_phone(undated(child("Cyril", ""))), 0, true)]), 1, "missing is neutral");
    assert_eq!(people(&[(with_pupil_number(one), 0, true), (with_pupil_number(other), 0, true)]), 1, "a number tells more");
}

#[test]
fn two_rows_of_one_list_whose_birth_dates_have_nothing_in_common_are_two_people() {
    let born = |day: Date| with_email(PersonDetails { date_of_birth: BirthDate::new(day), ..child("Cyril", "Oriel") });
    let (one, other) = (with_phone(born(date(1993, 7, 26))), with_phone(born(date(1995, 3, 5))));
    assert_eq!(people(&[(one.clone(), 0, true), (other.clone(), 1, true)]), 1);
    assert_eq!(people(&[(one.clone(), 0, true), (other, 0, true)]), 2);
    assert_eq!(
        people(&[(one.clone(), 0, true), (with_phone(born(date(1995, 3, 26))), 0, true)]),
        1,
        "of one day of the month, it may be a slip"
    );
    assert_eq!(
        people(&[(one, 0, true), (with_phone(born(date(1995, 1, 1))), 0, true)]),
        1,
        "1 January may stand for a year that was guessed"
    );
}

#[test]
fn a_number_of_two_sexes_and_two_given_names_is_one_mistaken_for_the_other() {
    let called = |given: &str, sex: Sex, born: Option<Date>| PersonDetails {
        sex: Some(sex),
        date_of_birth: born.and_then(BirthDate::new),
        given_name: Some(given.into()),
        ..numbered("9990000018", HOME)
    };
    let her = called("Gillian", Sex::Female, None);
    let difference = weight(&her, &called("Roger", Sex::Female, None)) - weight(&her, &called("Roger", Sex::Male, None));
    assert!(difference > 10.0, "{difference}");
    let born = |given, sex| called(given, sex, Some(date(1985, 2, 1)));
    let of_one_day = weight(&born("Gillian", Sex::Female), &born("Roger", Sex::Male));
    assert!(of_one_day > weight(&her, &called("Roger", Sex::Male, None)) + difference, "one birth date says that a name or a sex is wrong");
}

#[test]
fn a_mother_and_a_father_of_one_name_are_two_people() {
    let told_of = |sex: Sex, phone: &str, list: u32| (PersonDetails { sex: Some(sex), ..father("Oriel", phone) }, list, false);
    assert_eq!(people(&[told_of(Sex::Male, "", 0), told_of(Sex::Male, "", 1)]), 1);
    assert_eq!(people(&[told_of(Sex::Male, "", 0), told_of(Sex::Female, "", 1)]), 2);
    let phone = "07700 900123";
    assert_eq!(people(&[told_of(Sex::Male, phone, 0), told_of(Sex::Female, phone, 1)]), 1, "one parent, typed into both columns");
}

#[test]
fn names_and_a_birth_date_are_too_little_where_homes_telephones_and_email_addresses_are_others() {
    let reached = |postcode: &str, phone: &str, email: &str| PersonDetails {
        phones: Phone::parse(phone).into_iter().collect(),
        emails: Email::parse(email).into_iter().collect(),
        ..at(postcode, child("Cyril", ""))
    };
    let one = reached("MB8 2QG", "07700 900123", "cyril1@example.org");
    assert!(speaks(std::slice::from_ref(&one), &[reached("MB8 2QG", "07700 900456", "quarry9@example.org")]), "a home is common");
    assert!(speaks(std::slice::from_ref(&one), &[reached("KD4 1AA", "07700 900456", "")]), "missing is neutral");
    let elsewhere = reached("KD4 1AA", "07700 900456", "quarry9@example.org");
    assert!(!speaks(std::slice::from_ref(&one), std::slice::from_ref(&elsewhere)));
    assert_eq!(people(&[(one, 0, true), (elsewhere, 1, true)]), 2, "nor are two joined who are left alone");
}

#[test]
fn a_record_is_not_torn_between_two_of_whom_it_fits_the_one_far_better() {
    let elsewhere = "3 Quarry Lane, Ashby MB4 7RT";
    let of_one = [(with_phone(numbered("9990000018", elsewhere)), 0, true), (numbered("9990000018", "9 Mill Row, Ashby MB2 1AA"), 1, true)];
    let other = (numbered("9990000026", HOME), 2, true);
    let records = |third: PersonDetails| [of_one.as_slice(), &[other.clone(), (third, 3, true)]].concat();
    assert_eq!(people(&records(with_phone(numbered("", "MB8 2QG")))), 3, "nearly as like the one as the other");
    assert_eq!(people(&records(with_phone(numbered("", HOME)))), 2, "by the best pair more like the one, by the mean of all hardly less");
}

#[test]
fn an_identifier_that_a_family_shares_by_mistake_exempts_from_nothing_wherever_it_stands_among_others() {
    let born = |day| PersonDetails { date_of_birth: BirthDate::new(day), ..child("Cyril", "") };
    let numbered = |details: PersonDetails, numbers: [(&str, &str); 2]| PersonDetails {
        identifiers: numbers.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        ..details
    };
    let conflict = |other: PersonDetails, numbers: [(&str, &str); 2]| {
        let (one, other) = (numbered(born(BORN), numbers), numbered(other, [("card", "7700123"), ("case", "5512903")]));
        matching::conflict(&Profile::new(&one, Model::built_in()), &Profile::new(&other, Model::built_in()), Model::built_in())
    };
    let unnamed = |day| PersonDetails { given_name: Some("Baby".into()), ..born(day) };
    for numbers in [[("card", "7700123"), ("case", "9988776")], [("card", "9988776"), ("case", "5512903")]] {
        assert_eq!(conflict(unnamed(date(2017, 6, 21)), numbers), Some(Conflict::Unnamed), "{numbers:?}");
        assert_eq!(conflict(unnamed(BORN), numbers), None, "{numbers:?}");
    }
}
