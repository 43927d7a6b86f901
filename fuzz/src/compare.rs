//! The comparators: the same from both sides, a thing agrees with itself, missing is neutral, and no level that the model does not have.

use family_context::{
    domain::PersonDetails,
    matching::{
        Model, Profile,
        compare::{Finding, Findings, Scope, address, birth_date, compare, identifier, name, name_likeness, other, reach, sex, strings},
        conflict, explain,
        field::{self, table},
        normalise, score,
        score::features,
    },
};

use super::{people, source::Source};

fn two_profiles(bytes: &[u8]) -> (Profile, Profile, Source<'_>) {
    let mut source = Source::new(bytes);
    let (one, other) = people::two_people(&mut source);
    let model = Model::built_in();
    (Profile::new(&one, model), Profile::new(&other, model), source)
}

fn nobody() -> Profile {
    Profile::new(&PersonDetails::default(), Model::built_in())
}

/// What a comparator finds; every level is one of the model's.
fn found(run: impl FnOnce(&mut Findings)) -> Vec<Finding> {
    let mut findings = Findings::default();
    run(&mut findings);
    let shown = features(&findings, Model::built_in());
    assert!(shown.iter().all(|feature| feature.weight_bits.abs() < 60.0 && !feature.text.is_empty()));
    findings.as_slice().to_vec()
}

fn level(findings: &[Finding], table: u8) -> Option<u8> {
    findings.iter().find(|finding| finding.table == table).map(|finding| finding.level)
}

/// Given, middle, family and other names.
pub fn names(bytes: &[u8]) {
    let (left, right, mut source) = two_profiles(bytes);
    let beside = name::Beside { may_be_same_dwelling: source.flag(), slips_are_likely: source.flag() };
    let run = |one: &Profile, other: &Profile| found(|findings| name::compare(&one.names, &other.names, beside, findings));
    let both = run(&left, &right);
    assert_eq!(both, run(&right, &left));
    assert!(run(&left, &nobody()).is_empty());
    let itself = run(&left, &left);
    assert_eq!(level(&itself, table::GIVEN_NAME), left.names.given.map(|_| field::given_name::EXACT));
    assert_eq!(level(&itself, table::FAMILY_NAME), left.names.family.map(|_| field::family_name::EXACT));
    assert!(level(&itself, table::NAME_ORDER).is_none_or(|order| order == field::name_order::AS_GIVEN));
    if let (Some(one), Some(another)) = (&left.names.given, &right.names.given) {
        assert_eq!(name_likeness::given_level(one, another), name_likeness::given_level(another, one));
        assert_eq!(name_likeness::family_level(one, another), name_likeness::family_level(another, one));
    }
}

/// Dates of birth and ages.
pub fn birth_dates(bytes: &[u8]) {
    let (left, right, _) = two_profiles(bytes);
    let run = |one: &Profile, other: &Profile| found(|findings| birth_date::compare(one, other, findings));
    assert_eq!(run(&left, &right), run(&right, &left));
    assert!(run(&left, &nobody()).is_empty());
    if let Some(date) = left.birth_date {
        let itself = birth_date::level(&date, &date);
        assert!(itself == field::birth_date::EXACT || !date.valid);
        if let Some(another) = right.birth_date {
            let exact = birth_date::level(&date, &another) == field::birth_date::EXACT;
            assert_eq!(exact, date.valid && another.valid && date.digits == another.digits);
        }
    }
}

/// Identifiers.
pub fn identifiers(bytes: &[u8]) {
    let (left, right, _) = two_profiles(bytes);
    let run = |one: &Profile, other: &Profile| {
        let mut findings = compare(one, other, Scope::WHO, Model::built_in());
        let before = findings.as_slice().len();
        identifier::compare(one, other, &mut findings);
        findings.as_slice()[before..].to_vec()
    };
    assert_eq!(run(&left, &right), run(&right, &left));
    assert!(run(&left, &nobody()).is_empty());
    for one in &left.identifiers {
        assert_eq!(identifier::level(one, one), field::identifier::SAME);
        for another in right.identifiers.iter().filter(|another| another.name == one.name) {
            assert_eq!(identifier::level(one, another), identifier::level(another, one));
        }
    }
}

/// Addresses.
pub fn addresses(bytes: &[u8]) {
    let (left, right, _) = two_profiles(bytes);
    let model = Model::built_in();
    let run = |one: &Profile, other: &Profile| {
        address::best_pair(one, other, Scope::ALL, model)
            .map(|place| (found(|findings| place.add_to(findings)), place.same_dwelling, place.may_be_same_dwelling))
    };
    let both = run(&left, &right);
    assert_eq!(both, run(&right, &left));
    assert!(run(&left, &nobody()).is_none());
    assert!(both.is_none_or(|(_, same, may_be)| may_be || !same), "the same dwelling may be the same dwelling");
}

/// Telephone numbers, email addresses, sex and other columns.
pub fn reach_sex_other(bytes: &[u8]) {
    let (left, right, _) = two_profiles(bytes);
    let run = |one: &Profile, another: &Profile| {
        found(|findings| {
            sex::compare(one.sex, another.sex, findings);
            reach::compare(one, another, Model::built_in(), findings);
            other::compare(&one.other, &another.other, findings);
        })
    };
    assert_eq!(run(&left, &right), run(&right, &left));
    assert!(run(&left, &nobody()).is_empty());
    assert!(run(&left, &left).iter().all(|finding| finding.level == 0), "everything agrees with itself");
}

/// Similarity of words, beside strsim; and folding.
pub fn words(bytes: &[u8]) {
    let middle = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len() / 2);
    let (left, right) = bytes.split_at(middle);
    let fold = |part: &[u8]| normalise::fold(&String::from_utf8_lossy(part));
    let (left, right) = (fold(left), fold(right));
    for folded in [&left, &right] {
        assert_eq!(normalise::fold(folded), *folded, "folding twice is folding once");
        assert!(folded.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b' '));
        assert!(!folded.contains("  ") && folded.trim() == folded);
        let _ = (normalise::phonetic::code(folded), normalise::word::Word::new(folded));
    }
    let (one, other) = (left.as_bytes(), right.as_bytes());
    let similarity = strings::jaro_winkler(one, other);
    assert!((0.0..=1.0).contains(&similarity));
    assert_eq!(similarity.to_bits(), strings::jaro_winkler(other, one).to_bits());
    assert!((strings::jaro_winkler(one, one) - 1.0).abs() < 1e-9);
    assert_eq!(strings::edits_up_to_one(one, other), strings::edits_up_to_one(other, one));
    if one.len().max(other.len()) <= 32 {
        assert!((similarity - strsim::jaro_winkler(&left, &right)).abs() < 1e-9);
        let edits = strsim::osa_distance(&left, &right);
        assert_eq!(strings::edits(one, other, 3), (edits <= 3).then_some(edits));
        assert_eq!(strings::edits_up_to_one(one, other).map(usize::from), (edits <= 1).then_some(edits));
    }
}

/// The whole weight, its explanation, and what is held apart.
pub fn weight(bytes: &[u8]) {
    let (left, right, _) = two_profiles(bytes);
    let model = Model::built_in();
    let weight = score(&left, &right, model);
    assert_eq!(weight.weight_bits.to_bits(), score(&right, &left, model).weight_bits.to_bits());
    assert_eq!(conflict(&left, &right, model), conflict(&right, &left, model));
    let parts = explain(&left, &right, model);
    let sum = parts.iter().fold(0.0, |sum, part| sum + part.weight_bits);
    assert_eq!(sum.to_bits(), weight.weight_bits.to_bits(), "the parts add up to the last bit");
    let backwards = parts.iter().rev().fold(0.0, |sum, part| sum + part.weight_bits);
    assert!((backwards - weight.weight_bits).abs() == 0.0, "in any order");
    assert!(weight.weight_bits.abs() < 400.0 && (0.0..=1.0).contains(&weight.probability(model)));
    assert_eq!(score(&left, &nobody(), model).weight_bits.to_bits(), 0.0_f64.to_bits());
    let by_who = compare(&left, &right, Scope::WHO, model);
    assert!(
        by_who
            .as_slice()
            .iter()
            .all(|finding| !matches!(finding.table, table::POSTCODE | table::STREET | table::DWELLING | table::PHONE | table::EMAIL))
    );
    assert!(!matches!(conflict(&left, &left, model), Some(conflict) if conflict != family_context::matching::Conflict::Unnamed));
}
