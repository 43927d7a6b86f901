use jiff::civil::date;

use super::*;

const TODAY: Date = date(2026, 11, 1);
const CHILD: u128 = 1;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

#[derive(Default)]
struct Town(Neighbourhood);

impl Town {
    fn person(mut self, number: u128, age: u16, sex: Option<Sex>) -> Self {
        self.0.people.insert(id(number), Facts { age: Some(age), sex, ..Facts::default() });
        self
    }

    fn named(mut self, number: u128, family_name: &str) -> Self {
        self.0.people.entry(id(number)).or_default().family_names.insert(family_name.to_owned());
        self
    }

    fn tie(self, from: u128, kind: RelationshipType, to: u128) -> Self {
        self.tie_until(from, kind, to, None)
    }

    fn tie_until(mut self, from: u128, kind: RelationshipType, to: u128, ended: Option<Date>) -> Self {
        let relationship = RecordedRelationship { kind, started: None, ended };
        self.0.ties.push(Tie { from: id(from), to: id(to), relationship, feed: "early_help".to_owned() });
        self
    }

    fn lives(self, person: u128, dwelling: i64) -> Self {
        self.lives_until(person, dwelling, None)
    }

    fn lives_until(mut self, person: u128, dwelling: i64, to: Option<Date>) -> Self {
        self.0.residences.push(Residence {
            person: id(person),
            dwelling,
            from: None,
            to,
            data_as_of: TODAY,
            feed: "housing".to_owned(),
            institution: false,
        });
        self
    }

    fn family(&self) -> BTreeMap<u128, FamilyType> {
        assemble(id(CHILD), &self.0, TODAY).into_iter().map(|member| (member.person.as_u128(), member.kind)).collect()
    }
}

#[test]
fn a_sibling_is_found_through_a_shared_parent() {
    let town = Town::default().tie(2, RelationshipType::Mother, CHILD).tie(3, RelationshipType::Child, 2);
    assert_eq!(town.family(), BTreeMap::from([(2, FamilyType::Mother), (3, FamilyType::Sibling)]));
}

#[test]
fn a_sibling_with_another_known_father_is_a_half_sibling() {
    let town = Town::default()
        .tie(2, RelationshipType::Mother, CHILD)
        .tie(4, RelationshipType::Father, CHILD)
        .tie(2, RelationshipType::Mother, 3)
        .tie(5, RelationshipType::Father, 3);
    assert_eq!(town.family(), BTreeMap::from([(2, FamilyType::Mother), (4, FamilyType::Father), (3, FamilyType::HalfSibling)]));
}

#[test]
fn a_parents_current_partner_is_family_and_a_former_one_is_not() {
    let town = Town::default().tie(2, RelationshipType::Mother, CHILD).tie(6, RelationshipType::Partner, 2).tie(
        7,
        RelationshipType::FormerPartner,
        2,
    );
    assert_eq!(town.family(), BTreeMap::from([(2, FamilyType::Mother), (6, FamilyType::ParentsPartner)]));
    let ended = Town::default().tie(2, RelationshipType::Mother, CHILD).tie_until(6, RelationshipType::Partner, 2, Some(date(2026, 1, 1)));
    assert_eq!(ended.family(), BTreeMap::from([(2, FamilyType::Mother)]));
}

#[test]
fn parent_and_sibling_ties_never_end() {
    let past = Some(date(2020, 1, 1));
    let town = Town::default().tie_until(2, RelationshipType::Father, CHILD, past).tie_until(3, RelationshipType::Sibling, CHILD, past);
    assert_eq!(town.family(), BTreeMap::from([(2, FamilyType::Father), (3, FamilyType::Sibling)]));
}

#[test]
fn a_parents_parent_is_a_grandparent_and_goes_no_further() {
    let town =
        Town::default().tie(2, RelationshipType::Mother, CHILD).tie(8, RelationshipType::Mother, 2).tie(9, RelationshipType::Mother, 8);
    assert_eq!(town.family(), BTreeMap::from([(2, FamilyType::Mother), (8, FamilyType::Grandparent)]));
}

#[test]
fn a_feeds_parent_is_a_mother_or_father_by_sex() {
    let town =
        Town::default().person(2, 30, Some(Sex::Female)).tie(2, RelationshipType::Parent, CHILD).tie(3, RelationshipType::Parent, CHILD);
    assert_eq!(town.family(), BTreeMap::from([(2, FamilyType::Mother), (3, FamilyType::Parent)]));
}

#[test]
fn those_who_live_at_the_childs_home_now_are_its_household() {
    let town = Town::default().lives(CHILD, 100).lives(2, 100).lives_until(3, 100, Some(date(2025, 1, 1))).lives(4, 200);
    assert_eq!(town.family(), BTreeMap::from([(2, FamilyType::HouseholdMember)]));
}

#[test]
fn a_recorded_tie_and_a_shared_home_are_both_said() {
    let town = Town::default().lives(CHILD, 100).lives(2, 100).tie(2, RelationshipType::Mother, CHILD);
    let family = assemble(id(CHILD), &town.0, TODAY);
    assert!(family[0].recorded && family[0].shares_address);
    assert_eq!(family[0].sources, BTreeSet::from(["early_help".to_owned(), "housing".to_owned()]));
}

#[test]
fn a_house_full_of_strangers_is_not_a_family() {
    let mut town = Town::default().lives(CHILD, 100);
    for person in 2..14 {
        town = town.lives(person, 100);
    }
    town = town.tie(2, RelationshipType::Mother, CHILD);
    assert_eq!(town.family(), BTreeMap::from([(2, FamilyType::Mother)]));
    let shared_house =
        Town::default().lives(CHILD, 100).lives(2, 100).tie(2, RelationshipType::Mother, CHILD).lives(3, 100).lives(4, 100).lives(5, 100);
    assert_eq!(shared_house.family(), BTreeMap::from([(2, FamilyType::Mother)]));
}

#[test]
fn the_home_is_where_most_records_say() {
    let town = Town::default().lives(CHILD, 100).lives(CHILD, 200).lives(CHILD, 200).lives(2, 100).lives(3, 200);
    assert_eq!(town.family(), BTreeMap::from([(3, FamilyType::HouseholdMember)]));
}

#[test]
fn an_institution_is_no_household() {
    let mut town = Town::default().lives(CHILD, 100).lives(2, 100);
    for residence in &mut town.0.residences {
        residence.institution = true;
    }
    assert_eq!(town.family(), BTreeMap::new());
}

#[test]
fn other_children_in_a_foster_home_are_not_the_childs_family() {
    let town = Town::default()
        .person(CHILD, 9, None)
        .person(2, 50, None)
        .person(3, 52, None)
        .person(4, 11, None)
        .lives(CHILD, 100)
        .lives(2, 100)
        .lives(3, 100)
        .lives(4, 100)
        .tie(2, RelationshipType::FosterCarer, CHILD)
        .tie(2, RelationshipType::FosterCarer, 4)
        .tie(3, RelationshipType::Partner, 2);
    assert_eq!(town.family(), BTreeMap::from([(2, FamilyType::FosterCarer), (3, FamilyType::HouseholdMember)]));
}

#[test]
fn a_partners_child_in_the_home_is_a_step_sibling() {
    let town = Town::default()
        .tie(2, RelationshipType::Mother, CHILD)
        .tie(6, RelationshipType::Partner, 2)
        .tie(6, RelationshipType::Father, 7)
        .lives(CHILD, 100)
        .lives(7, 100);
    assert_eq!(town.family().get(&7), Some(&FamilyType::StepSibling));
}

#[test]
fn a_parents_partner_who_lives_with_the_child_is_a_step_parent() {
    let town = || Town::default().tie(2, RelationshipType::Mother, CHILD).tie(6, RelationshipType::Partner, 2).lives(CHILD, 100);
    assert_eq!(town().lives(6, 100).family().get(&6), Some(&FamilyType::StepParent));
    assert_eq!(town().lives(6, 200).family().get(&6), Some(&FamilyType::ParentsPartner));
}

#[test]
fn a_carer_who_is_a_parents_partner_is_called_so() {
    let town =
        Town::default().tie(2, RelationshipType::Mother, CHILD).tie(6, RelationshipType::Partner, 2).tie(6, RelationshipType::Carer, CHILD);
    assert_eq!(town.family().get(&6), Some(&FamilyType::ParentsPartner));
}

#[test]
fn a_recorded_housemate_who_is_a_partners_child_is_a_step_sibling() {
    let town = Town::default()
        .tie(2, RelationshipType::Mother, CHILD)
        .tie(6, RelationshipType::Partner, 2)
        .tie(6, RelationshipType::Father, 7)
        .tie(7, RelationshipType::HouseholdMember, CHILD)
        .lives(CHILD, 100)
        .lives(7, 100);
    assert_eq!(town.family().get(&7), Some(&FamilyType::StepSibling));
}

#[test]
fn a_recorded_household_of_a_foster_home_leaves_out_its_other_children() {
    let town = Town::default()
        .person(2, 50, None)
        .person(3, 52, None)
        .person(4, 11, None)
        .tie(2, RelationshipType::FosterCarer, CHILD)
        .tie(3, RelationshipType::HouseholdMember, CHILD)
        .tie(4, RelationshipType::HouseholdMember, CHILD)
        .tie(5, RelationshipType::HouseholdMember, CHILD);
    assert_eq!(town.family(), BTreeMap::from([(2, FamilyType::FosterCarer), (3, FamilyType::HouseholdMember)]));
}

#[test]
fn two_children_whose_fathers_have_one_name_have_one_father() {
    let mut town = Town::default()
        .person(4, 40, None)
        .person(5, 40, None)
        .tie(2, RelationshipType::Mother, CHILD)
        .tie(4, RelationshipType::Father, CHILD)
        .tie(2, RelationshipType::Mother, 3)
        .tie(5, RelationshipType::Father, 3);
    assert_eq!(town.family().get(&3), Some(&FamilyType::HalfSibling));
    for person in [4, 5] {
        town.0.people.get_mut(&id(person)).unwrap().name = Some("Tobiah Vask".to_owned());
    }
    assert_eq!(town.family().get(&3), Some(&FamilyType::Sibling));
}

#[test]
fn a_child_with_nothing_but_the_address_in_common_is_not_of_the_household() {
    let town = || Town::default().person(CHILD, 9, None).named(CHILD, "novak").person(3, 7, None).lives(CHILD, 100).lives(3, 100);
    assert_eq!(town().named(3, "okafor").family(), BTreeMap::new());
    assert_eq!(town().named(3, "novak").family(), BTreeMap::from([(3, FamilyType::HouseholdMember)]));
    let of_mother = town().named(3, "okafor").lives(2, 100).tie(2, RelationshipType::Mother, CHILD).tie(2, RelationshipType::Carer, 3);
    assert!(of_mother.family().contains_key(&3));
}

#[test]
fn an_adult_of_another_name_in_the_home_is_shown() {
    let town = Town::default().named(CHILD, "novak").person(6, 34, None).named(6, "hart").lives(CHILD, 100).lives(6, 100);
    assert_eq!(town.family(), BTreeMap::from([(6, FamilyType::HouseholdMember)]));
    let of_others = town.tie(6, RelationshipType::Father, 9);
    assert_eq!(of_others.family(), BTreeMap::new());
}

#[test]
fn in_a_shared_house_those_of_the_childs_name_are_its_household() {
    let mut town = Town::default().named(CHILD, "novak").lives(CHILD, 100).person(2, 30, None).named(2, "novak").lives(2, 100);
    for other in 3..7 {
        town = town.person(other, 40, None).named(other, "stranger").lives(other, 100);
    }
    assert_eq!(town.family(), BTreeMap::from([(2, FamilyType::HouseholdMember)]));
}
