//! Who is asked about rather than taken for somebody: people by two family names, namesakes who are neighbours, and questions that a stranger's child may fit.

use crate::people_support::{people, weighed};
use family_context::{
    domain::{Address, BirthDate, Email, FamilyHint, Identifier, LeastAge, PersonDetails, Phone, Postcode, Sex},
    matching::{Choice, Conflict, ListedRecord, Model, Profile, choose, conflict, match_question},
};
use jiff::civil::{Date, date};

const HOME: &str = "72 Queens Crescent, Ashby MB8 2QG";
const AWAY: &str = "3 Quay Street, Langport KD4 1AA";
const BORN: Date = date(2014, 4, 10);

fn named(given: &str, family: &str) -> PersonDetails {
    let known = |name: &str| (!name.is_empty()).then(|| name.to_owned());
    PersonDetails { given_name: known(given), family_name: known(family), ..PersonDetails::default() }
}

fn born(day: Date, details: PersonDetails) -> PersonDetails {
    PersonDetails { date_of_birth: BirthDate::new(day), ..details }
}

fn at(address: &str, details: PersonDetails) -> PersonDetails {
    PersonDetails { addresses: vec![Address::from_cells([address], None)], ..details }
}

fn of_sex(sex: Sex, details: PersonDetails) -> PersonDetails {
    PersonDetails { sex: Some(sex), ..details }
}

fn reached(phone: &str, details: PersonDetails) -> PersonDetails {
    PersonDetails { phones: Phone::parse(phone).into_iter().collect(), ..details }
}

#[test]
fn men_of_one_home_by_two_family_names_are_two_and_women_one() {
    let by_two_names = |sex: Sex| {
        let resident = |family: &str, list: u32| (at(HOME, of_sex(sex, named("Evander", family))), list, true);
        people(&[resident("Dalstead", 0), resident("Garrowby", 1)])
    };
    assert_eq!((by_two_names(Sex::Male), by_two_names(Sex::Female)), (2, 1), "a man seldom changes his family name");
    let with_telephone =
        |family: &str, list: u32| (reached("07700 900123", at(HOME, of_sex(Sex::Male, named("Evander", family)))), list, true);
    assert_eq!(people(&[with_telephone("Dalstead", 0), with_telephone("Garrowby", 1)]), 1);
}

#[test]
fn a_namesake_in_the_postcode_of_a_family_who_has_another_telephone_is_somebody_else() {
    let told_of = |phone: &str| {
        let homes = vec![Address::from_cells([HOME], None)];
        let family_hint = FamilyHint { born_until: Some(date(2002, 12, 31)), homes, ..FamilyHint::default() };
        (PersonDetails { family_hint, ..reached(phone, of_sex(Sex::Female, named("Nazia", "Dalstead"))) }, 0, false)
    };
    let in_postcode = |phone: &str| {
        let addresses = vec![Address::from_cells([""], Postcode::parse("MB8 2QG"))];
        (PersonDetails { addresses, ..reached(phone, of_sex(Sex::Female, named("Nazia", "Dalstead"))) }, 1, true)
    };
    assert_eq!(people(&[told_of("07700 900123"), in_postcode("07700 900456")]), 2);
    assert_eq!(people(&[told_of("07700 900123"), in_postcode("")]), 1, "missing is neutral");
}

#[test]
fn an_email_address_made_of_the_name_is_too_little_beside_a_person_of_three_records() {
    let known = |list: u32| (born(date(1975, 4, 10), at(HOME, of_sex(Sex::Female, named("Sarah", "Smith")))), list, true);
    let emailed =
        |details: PersonDetails| PersonDetails { emails: Email::parse("sarah.smith7@example.org").into_iter().collect(), ..details };
    let another = (emailed(of_sex(Sex::Female, named("Sarah", "Smith"))), 3, true);
    let with_email = |(details, list, own_row): (PersonDetails, u32, bool)| (emailed(details), list, own_row);
    assert_eq!(people(&[with_email(known(0)), another.clone()]), 1);
    assert_eq!(people(&[with_email(known(0)), known(1), known(2), another]), 2);
}

#[test]
fn a_child_by_two_names_lives_in_one_dwelling_also_where_a_list_leaves_the_flat_out() {
    let listed = |given: &str, street: &str, list: u32| (born(BORN, at(street, of_sex(Sex::Male, named(given, "Dalstead")))), list, true);
    let building = "14 Mill Lane, Ashby MB8 2QG";
    assert_eq!(people(&[listed("Cyril", "Flat 3, 14 Mill Lane, Ashby MB8 2QG", 0), listed("Roger", building, 1)]), 1);
    assert_eq!(people(&[listed("Cyril", "Flat 3, 14 Mill Lane, Ashby MB8 2QG", 0), listed("Roger", building, 0)]), 2, "a list knows two");
    let flats = [listed("Cyril", "Flat 3, 14 Mill Lane, Ashby MB8 2QG", 0), listed("Roger", "Flat 5, 14 Mill Lane, Ashby MB8 2QG", 1)];
    assert_eq!(people(&flats), 2, "two flats are two homes");
    let with_phone = |(details, list, own_row): (PersonDetails, u32, bool)| (reached("01632 960123", details), list, own_row);
    let turned = [listed("Cyril", "41 Mill Lane, Ashby MB8 2QG", 0), listed("Roger", building, 1)].map(with_phone);
    assert_eq!(people(&turned), 1, "digits that changed places");
}

/// What is answered to a question about one person of those records, each a row of the list beside it.
fn answer_of_lists(question: &PersonDetails, records: &[(PersonDetails, Option<&str>)]) -> Choice {
    let model = Model::built_in();
    let profiles: Vec<Profile> = records.iter().map(|(record, _)| Profile::new(record, model)).collect();
    let listed: Vec<ListedRecord> =
        profiles.iter().zip(records).map(|(profile, (_, list))| ListedRecord { profile, list: *list }).collect();
    let found = match_question(&Profile::new(question, model), &listed, false, model);
    choose(&[&found], 8, model)
}

/// The same, where nothing is known of lists.
fn answer(question: &PersonDetails, records: &[PersonDetails]) -> Choice {
    answer_of_lists(question, &records.iter().map(|record| (record.clone(), None)).collect::<Vec<_>>())
}

fn offered() -> Choice {
    Choice::Possible(vec![0])
}

#[test]
fn whoever_goes_by_two_given_names_or_has_a_brothers_record_is_offered_and_not_taken() {
    let record = |given: &str| born(BORN, at(HOME, named(given, "Dalstead")));
    let question = born(BORN, named("Dylan", "Dalstead"));
    assert_eq!(answer(&question, &[record("Dylan"), record("Dylan")]), Choice::Match(0));
    assert_eq!(answer(&question, &[record("Dylan"), record("Zachary")]), offered());
    let known_by_both = PersonDetails { middle_names: Some("Zachary".to_owned()), ..record("Dylan") };
    assert_eq!(answer(&question, &[known_by_both, record("Zachary")]), Choice::Match(0), "the other name is known to be the child's");
}

#[test]
fn a_child_with_a_record_of_quite_another_birth_date_is_offered_and_not_taken() {
    let record = |day: Date| born(day, at(HOME, named("Dylan", "Dalstead")));
    let question = born(BORN, at(HOME, named("Dylan", "Dalstead")));
    assert_eq!(answer(&question, &[record(BORN), record(date(2018, 9, 21))]), offered(), "a brother of the same name, born later");
    let two_digits = date(2015, 4, 11);
    assert_eq!(answer(&question, &[record(BORN), record(two_digits)]), offered());
    let known = |details: PersonDetails| reached("07700 900123", details);
    let errs = answer(&known(question.clone()), &[known(record(two_digits))]);
    assert_eq!(errs, Choice::Match(0), "the question errs, and home and telephone speak for the child");
    for slip in [date(2015, 4, 10), date(2014, 10, 4), date(2014, 4, 28)] {
        assert_eq!(answer(&question, &[record(BORN), record(slip)]), Choice::Match(0), "{slip}");
    }
}

#[test]
fn a_child_by_nearly_the_name_who_lives_elsewhere_is_offered_and_not_taken() {
    let record = [born(BORN, at(HOME, of_sex(Sex::Female, named("Rosaline", "Dalstead"))))];
    let asked = |given: &str, address: &str| answer(&born(BORN, at(address, of_sex(Sex::Female, named(given, "Dalstead")))), &record);
    assert_eq!(asked("Rosalime", HOME), Choice::Match(0));
    assert_eq!(asked("Rosalime", AWAY), offered());
    assert_eq!(asked("Rosaline", AWAY), Choice::Match(0), "who has moved keeps the name");
    let reachable = [reached("07700 900123", record[0].clone())];
    let question = reached("07700 900123", born(BORN, at(AWAY, of_sex(Sex::Female, named("Rosalime", "Dalstead")))));
    assert_eq!(answer(&question, &reachable), Choice::Match(0), "a telephone number tells as well as a home");
}

#[test]
fn a_baby_without_a_name_and_a_birth_date_turned_round_need_more_than_the_date() {
    let question = |day: Date| born(day, of_sex(Sex::Male, named("Cyril", "Dalstead")));
    let unnamed = born(BORN, at(HOME, of_sex(Sex::Male, named("", "Dalstead"))));
    assert_eq!(answer(&question(BORN), &[unnamed]), offered());
    let named = [born(BORN, at(HOME, of_sex(Sex::Male, named("Cyril", "Dalstead"))))];
    let turned_round = date(2014, 10, 4);
    assert_eq!(answer(&question(turned_round), &named), offered());
    assert_eq!(answer(&at(HOME, question(turned_round)), &named), Choice::Match(0));
    assert_eq!(answer(&at("5 Rowan Place, Ashby MB8 9ZZ", question(turned_round)), &named), offered(), "a district is too large to tell");
    assert_eq!(answer(&at(HOME, question(date(2014, 5, 10))), &named), Choice::Match(0), "a month mistaken is still a birth date");
}

#[test]
fn a_child_who_stands_twice_in_one_list_by_two_names_is_offered_and_not_taken() {
    let row = |given: &str| born(BORN, at(HOME, of_sex(Sex::Male, named(given, "Dalstead"))));
    let question = born(BORN, named("Harry", "Dalstead"));
    let twice = |one: PersonDetails, other: PersonDetails, lists: [Option<&str>; 2]| {
        answer_of_lists(&question, &[(one, lists[0]), (other, lists[1])])
    };
    let one_list = [Some("education"), Some("education")];
    assert_eq!(twice(row("Harry"), row("Harrison"), one_list), offered(), "twins, or one child by two forms of a name");
    assert_eq!(twice(row("Harry"), row("Harrison"), [Some("education"), Some("camhs")]), Choice::Match(0), "two lists, each with a form");
    assert_eq!(twice(row("Harry"), row("Harrison"), [Some("education"), None]), Choice::Match(0), "told of in another's row");
    assert_eq!(twice(row("Harry"), row("Harry"), one_list), Choice::Match(0), "one row written twice");
    assert_eq!(twice(row("Harry"), row("H"), one_list), Choice::Match(0), "an initial");
    assert_eq!(twice(row("Harry"), row(""), one_list), offered(), "a twin not yet named");
    assert_eq!(twice(row("Harry"), of_sex(Sex::Female, row("Harry")), one_list), offered());
    let numbered = |details: PersonDetails| PersonDetails { nhs_number: Identifier::nhs_number("9990000018"), ..details };
    assert_eq!(twice(numbered(row("Harry")), numbered(row("Harrison")), one_list), Choice::Match(0), "one number");
}

#[test]
fn a_child_with_an_undated_record_that_only_others_tie_to_it_is_offered_and_not_taken() {
    let dated = born(BORN, at(HOME, of_sex(Sex::Male, named("Cyril", "Dalstead"))));
    let undated = |address: &str| at(address, of_sex(Sex::Male, named("Cyril", "Dalstead")));
    assert_eq!(answer(&dated, &[dated.clone(), undated(HOME)]), Choice::Match(0));
    assert_eq!(answer(&dated, &[dated.clone(), undated(AWAY)]), offered(), "a father of the same name, who lives elsewhere");
    let two_lists = [dated.clone(), undated(AWAY), undated(AWAY)];
    assert_eq!(answer(&dated, &two_lists), offered(), "a father whom two lists know");
    assert_eq!(answer(&dated, &[dated.clone(), undated(HOME), undated(AWAY)]), offered());
    assert_eq!(answer(&dated, &[dated.clone(), dated.clone(), undated(AWAY)]), Choice::Match(0), "two records know the child");
    assert_eq!(answer(&dated, &[dated.clone(), born(BORN, undated(AWAY))]), Choice::Match(0), "who moved keeps the birth date");
}

/// A record of [`HOME`] without a birth date, in a list of people of an age.
fn listed(years: u8) -> PersonDetails {
    let least_age = Some(LeastAge { years, on: date(2026, 11, 1) });
    PersonDetails { least_age, ..at(HOME, of_sex(Sex::Male, named("Cyril", "Dalstead"))) }
}

#[test]
fn an_undated_record_of_a_list_that_holds_no_children_is_not_a_childs() {
    let child = born(BORN, at(HOME, of_sex(Sex::Male, named("Cyril", "Dalstead"))));
    let together = |one: &PersonDetails, other: &PersonDetails| people(&[(one.clone(), 0, true), (other.clone(), 1, true)]) == 1;
    assert!(together(&child, &PersonDetails { least_age: None, ..listed(18) }));
    assert!(!together(&child, &listed(18)));
    assert!(together(&child, &listed(12)), "old enough to stand in it");
    assert!(!together(&child, &listed(13)));
    assert!(together(&born(date(2013, 12, 10), child.clone()), &listed(13)), "a date that is known may be off by months");
    let profile = |details: &PersonDetails| Profile::new(details, Model::built_in());
    let (child, grown_up) = (profile(&child), profile(&listed(18)));
    assert_eq!(conflict(&child, &grown_up, Model::built_in()), Some(Conflict::BornApart));
    assert_eq!(grown_up.elder_until, None, "who stands in a list of grown-ups is nobody's parent by that");
    let dated = profile(&born(BORN, listed(18)));
    assert_eq!(conflict(&child, &dated, Model::built_in()), None, "a birth date that is known goes before what the list says");
}

#[test]
fn a_list_that_contradicts_a_family_leaves_what_the_family_tells() {
    let told_of = |from: Date, until: Date| FamilyHint { born_from: Some(from), born_until: Some(until), ..FamilyHint::default() };
    let muddled = PersonDetails { family_hint: told_of(date(2010, 1, 1), date(2012, 12, 31)), ..listed(18) };
    let bounds = |details: &PersonDetails| Profile::new(details, Model::built_in()).born_between;
    assert!(!bounds(&muddled).exclude(bounds(&born(date(2011, 5, 2), listed(18)))));
    assert!(bounds(&muddled).exclude(bounds(&born(date(2014, 5, 2), listed(18)))), "by the family");
}

#[test]
fn a_question_about_a_child_takes_nobody_who_only_stands_in_a_list_of_grown_ups() {
    let asked = |details: PersonDetails| PersonDetails { least_age: None, ..reached("07700 900123", details) };
    let known = |years: u8| [reached("07700 900123", listed(years))];
    let of_child = asked(born(BORN, listed(0)));
    assert_eq!((answer(&of_child, &known(18)), answer(&of_child, &known(12))), (offered(), Choice::Match(0)));
    let hint = FamilyHint { born_from: Some(date(2008, 11, 2)), ..FamilyHint::default() };
    let undated = asked(PersonDetails { family_hint: hint, ..listed(0) });
    assert_eq!(answer(&undated, &known(18)), offered(), "who asks without a birth date means somebody up to eighteen");
}

#[test]
fn an_initial_tells_no_twin_from_the_other_wherever_they_are_known_to_live() {
    let model = Model::built_in();
    let asked = |given: &str| Profile::new(&born(BORN, at(HOME, named(given, "Dalstead"))), model);
    let at_home = Profile::new(&born(BORN, at(HOME, named("Carter", "Dalstead"))), model);
    let twin = Profile::new(&born(BORN, named("Clara", "Dalstead")), model);
    let choice = |question: &Profile, people: &[&Profile]| {
        let found: Vec<_> = people.iter().map(|person| weighed(question, &[*person])).collect();
        choose(&found.iter().collect::<Vec<_>>(), 8, model)
    };
    assert_eq!(choice(&asked("C"), &[&at_home]), Choice::Match(0));
    assert_eq!(choice(&asked("C"), &[&at_home, &twin]), Choice::Possible(vec![0, 1]), "the twin is offered too, though no home is known");
    assert_eq!(choice(&asked("Carter"), &[&at_home, &twin]), Choice::Match(0));
    let of_another_day = Profile::new(&born(date(2014, 4, 12), named("Clara", "Dalstead")), model);
    assert_eq!(choice(&asked("C"), &[&at_home, &of_another_day]), Choice::Match(0));
}

#[test]
fn a_brother_who_is_called_by_his_second_name_is_another_child() {
    let record = |given: &str, middle: &str| {
        let middle_names = (!middle.is_empty()).then(|| middle.to_owned());
        PersonDetails { middle_names, ..born(BORN, at(HOME, of_sex(Sex::Male, named(given, "Shah")))) }
    };
    let question = born(BORN, of_sex(Sex::Male, named("Mansoor", "Shah")));
    assert_eq!(answer(&question, &[record("Mansoor", ""), record("Muhammad", "Yusuf")]), offered());
    assert_eq!(answer(&question, &[record("Mansoor", ""), record("Muhammad", "Mansoor")]), Choice::Match(0));
    assert_eq!(
        answer(&question, &[record("Mansoor", ""), record("Muhammad", "")]),
        Choice::Match(0),
        "a first name that is often left out"
    );
}
