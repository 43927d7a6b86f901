//! Properties of matching that hold for any records.

use family_context::{
    domain::{Address, BirthDate, FamilyHint, Identifier, PersonDetails, Phone, Sex, relationship::RelationshipType as Kind},
    matching::{self, Conflict, Decision, Edge, Linkage, Model, Profile, Recorded, conflict, explain, score},
};
use proptest::{option, prelude::*};

/// People made of few values, so that records often agree in part.
fn person() -> impl Strategy<Value = PersonDetails> {
    let given =
        prop_oneof!["Noor", "Nour", "Beth", "Elizabeth", "B", "Mary Ann", "Mohammed", "Muhammad", "Baby", "Teal", "[A-Z][a-z]{1,9}"];
    let family = prop_oneof!["Malik", "Teal", "Teal-Ward", "Begum", "O'Brien", "al-Hassan", "Hassan", "Noor", "[A-Z][a-z]{1,12}"];
    let address = prop_oneof![
        "12A High Street, Ashby, SK1 3XE",
        "Flat A, 12 High St, Ashby SK1 3XE",
        "14 High Street, SK1 3XE",
        "Rose Cottage, Mill Lane",
        "\\PC{0,30}"
    ];
    let names = (option::of(given.clone()), option::weighted(0.3, given), option::of(family.clone()), option::weighted(0.2, family));
    let dates = option::of((1990_i16..1992, 1_i8..4, 1_i8..4));
    let numbers =
        (option::weighted(0.3, prop_oneof!["9434765919", "9434765870", "9434765918"]), option::weighted(0.3, Just("01632 960123")));
    let told_of =
        option::weighted(0.3, (prop::sample::select(vec![Kind::Mother, Kind::Father, Kind::Carer, Kind::Child]), address.clone()));
    let other = prop::collection::vec(prop_oneof!["Noor", "Beth", "Mohammed Malik", "[A-Z][a-z]{1,9}"], 0..2);
    (names, dates, option::of(any::<bool>()), prop::collection::vec(address, 0..3), numbers, told_of, other).prop_map(
        |((given, middle, family, former), born, female, addresses, (nhs, phone), told_of, other_names)| PersonDetails {
            other_names,
            family_hint: told_of.map(|(kind, home)| hint(kind, &home)).unwrap_or_default(),
            given_name: given,
            middle_names: middle,
            family_name: family,
            former_family_name: former,
            date_of_birth: born.and_then(|(year, month, day)| BirthDate::new(jiff::civil::date(year, month, day))),
            sex: female.map(|female| if female { Sex::Female } else { Sex::Male }),
            addresses: addresses.iter().map(|text| Address::from_cells([text.as_str()], None)).collect(),
            nhs_number: nhs.and_then(|cell| Identifier::nhs_number(&cell)),
            phones: phone.and_then(Phone::parse).into_iter().collect(),
            ..PersonDetails::default()
        },
    )
}

/// What the row of a child, or of a grown person, tells of somebody who is the `kind` of it.
fn hint(kind: Kind, home: &str) -> FamilyHint {
    let born = jiff::civil::date(if kind == Kind::Child { 1970 } else { 2014 }, 3, 9);
    FamilyHint::of(kind, Some(born), &[Address::from_cells([home], None)], jiff::civil::date(2026, 11, 1))
}

fn profile(details: &PersonDetails) -> Profile {
    Profile::new(details, Model::built_in())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_weight_is_the_same_from_both_sides(left in person(), right in person()) {
        let (left, right, model) = (profile(&left), profile(&right), Model::built_in());
        prop_assert_eq!(score(&left, &right, model).weight_bits.to_bits(), score(&right, &left, model).weight_bits.to_bits());
        prop_assert_eq!(conflict(&left, &right, model), conflict(&right, &left, model));
    }

    #[test]
    fn the_parts_add_up_to_the_weight_exactly(left in person(), right in person()) {
        let (left, right, model) = (profile(&left), profile(&right), Model::built_in());
        let sum = explain(&left, &right, model).iter().fold(0.0, |sum, feature| sum + feature.weight_bits);
        prop_assert_eq!(sum.to_bits(), score(&left, &right, model).weight_bits.to_bits());
    }

    #[test]
    fn a_weight_is_bounded_and_a_probability_is_one(left in person(), right in person()) {
        let model = Model::built_in();
        let weight = score(&profile(&left), &profile(&right), model);
        prop_assert!(weight.weight_bits.abs() < 200.0);
        prop_assert!((0.0..=1.0).contains(&weight.probability(model)));
    }

    #[test]
    fn nobody_fits_a_record_better_than_the_record_itself(left in person(), right in person()) {
        let (left, right, model) = (profile(&left), profile(&right), Model::built_in());
        let (itself, other) = (score(&left, &left, model).weight_bits, score(&left, &right, model).weight_bits);
        // Former addresses and other names give another record a few more ways to agree; no more than that.
        prop_assert!(other <= itself + 12.0, "{other} > {itself}");
    }

    #[test]
    fn what_is_missing_is_neutral(left in person(), right in person()) {
        let model = Model::built_in();
        let nobody = profile(&PersonDetails::default());
        prop_assert_eq!(score(&profile(&left), &nobody, model).weight_bits.to_bits(), 0.0_f64.to_bits());
        let without = PersonDetails { phones: Vec::new(), ..right.clone() };
        let features = explain(&profile(&left), &profile(&without), model);
        prop_assert!(features.iter().all(|feature| feature.feature != "phone"));
    }

    #[test]
    fn keys_are_sorted_and_single_and_a_record_shares_its_own(details in person()) {
        let mut keys = Vec::new();
        matching::blocking_keys(&profile(&details), Model::built_in(), &mut keys);
        prop_assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
        let mut again = vec![7];
        matching::blocking_keys(&profile(&details.clone()), Model::built_in(), &mut again);
        prop_assert_eq!(keys, again);
    }

    #[test]
    fn who_is_one_parent_does_not_depend_on_the_side(left in person(), right in person()) {
        let (left, right) = (profile(&left), profile(&right));
        let model = Model::built_in();
        prop_assert_eq!(matching::are_one_parent(&left, &right, model), matching::are_one_parent(&right, &left, model));
    }

    #[test]
    fn explanations_state_no_value(left in person(), right in person()) {
        let text: String = explain(&profile(&left), &profile(&right), Model::built_in()).into_iter().map(|feature| feature.text).collect();
        for value in ["Malik", "Hassan", "12A", "SK1", "943476", "960123", "Mohammed"] {
            prop_assert!(!text.contains(value));
        }
    }
}

/// A partition as sets of record numbers, whatever the labels.
fn partition(people: &[PersonDetails], arrival: &[usize], apart: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let model = Model::built_in();
    let profiles: Vec<Profile> = arrival.iter().map(|record| profile(&people[*record])).collect();
    let found = matching::pairs(&profiles, Linkage::Within, model).pairs;
    let edges: Vec<Edge> = found
        .into_iter()
        .map(|(left, right)| Edge {
            left,
            right,
            weight_bits: score(&profiles[left as usize], &profiles[right as usize], model).weight_bits,
        })
        .collect();
    let place = |record: usize| {
        let found = arrival.iter().position(|other| *other == record).expect("every record arrives");
        u32::try_from(found).expect("a few records")
    };
    let decisions: Vec<Decision> = apart
        .iter()
        .map(|(left, right)| Decision { left: place(*left), right: place(*right), together: (left + right) % 3 == 0 })
        .collect();
    // Three lists, which tell of their people in rows of their own and in those of others.
    let recorded = profiles.iter().zip(arrival).map(|(profile, record)| Recorded {
        profile,
        order: *record,
        list: u32::try_from(record % 3).expect("below three"),
        own_row: record % 5 < 4,
        once: true,
    });
    let labels = matching::cluster(&recorded.collect::<Vec<_>>(), &edges, &decisions, model);
    let mut groups: std::collections::BTreeMap<u32, Vec<usize>> = std::collections::BTreeMap::new();
    for (label, record) in labels.into_iter().zip(arrival) {
        groups.entry(label).or_default().push(*record);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
    for group in &mut groups {
        group.sort_unstable();
    }
    groups.sort();
    groups
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn who_is_together_does_not_depend_on_the_order_of_arrival(
        people in prop::collection::vec(person(), 2..14),
        shuffle in prop::collection::vec(any::<u32>(), 14),
        decided in prop::collection::vec((0_usize..14, 0_usize..14), 0..3),
    ) {
        let arrival: Vec<usize> = (0..people.len()).collect();
        let mut shuffled = arrival.clone();
        shuffled.sort_by_key(|record| shuffle[*record]);
        let decided: Vec<(usize, usize)> = decided.into_iter().filter(|(one, other)| one != other && one.max(other) < &people.len()).collect();
        let groups = partition(&people, &arrival, &decided);
        prop_assert_eq!(&groups, &partition(&people, &shuffled, &decided));
        // No group holds two records that a rule or a decision keeps apart, unless a person decided otherwise.
        if decided.is_empty() {
            for group in &groups {
                for (place, one) in group.iter().enumerate() {
                    for other in &group[place + 1..] {
                        let found = conflict(&profile(&people[*one]), &profile(&people[*other]), Model::built_in());
                        // Who looks like twins may be one by what others tell.
                        prop_assert!(found.is_none_or(|found| found == Conflict::Twins));
                    }
                }
            }
        }
    }
}
