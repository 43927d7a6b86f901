//! What else a mother may be called: her children mostly bear a family name that she goes by somewhere.
//!
//! A school tells of Karen Walker, the mother of Jack Chatford. A landlord knows a Karen Chatford in their home. By their own cells the two differ in the
//! family name, and whoever lived there before may have been called Karen too; but the name of that one would hardly be the child's.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    domain::{Sex, relationship::RelationshipType as Kind},
    matching::{Profile, normalise::word::Word},
    store::resolve::RecordTie,
};

/// Lends the family names of children, but for those that very many bear, to those who are told of as their mother, or as a parent who may be. Returns who
/// was lent one. `place` finds a record among `profiles`.
pub(super) fn lend(profiles: &mut [Profile], ties: &[RecordTie], place: &impl Fn(i64) -> Option<u32>) -> BTreeSet<u32> {
    let mut lent: BTreeMap<u32, Vec<Word>> = BTreeMap::new();
    for tie in ties {
        let (Some(from), Some(to)) = (place(tie.from), place(tie.to)) else { continue };
        let (parent, child) = match tie.kind {
            Kind::Mother | Kind::Parent => (from, to),
            Kind::Child => (to, from),
            _ => continue,
        };
        if profiles[parent as usize].sex != Some(Sex::Male) {
            let telling = profiles[child as usize].names.family.filter(|name| !name.is_weak());
            lent.entry(parent).or_default().extend(telling);
        }
    }
    lent.into_iter().filter(|(parent, names)| profiles[*parent as usize].names.lend_family_names(names)).map(|(parent, _)| parent).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Address, PersonDetails},
        matching::{self, Model},
    };

    /// The weight between a mother, told of by `kind` of a child of that name, and a tenant of the home: as they stand, and lent the child's name.
    fn weights(kind: Kind, childs_name: &str, mothers_sex: Sex, tenants_name: &str) -> [f64; 2] {
        let home = || vec![Address::from_cells(["9 Tennyson Way, Ashby, MB5 3ST"], None)];
        let named = |family: &str, sex: Option<Sex>| PersonDetails {
            given_name: Some("Robin".into()),
            family_name: Some(family.into()),
            sex,
            addresses: home(),
            ..PersonDetails::default()
        };
        let records = [named("Brackby", Some(mothers_sex)), named(childs_name, None), named(tenants_name, None)];
        let model = Model::built_in();
        let mut profiles: Vec<Profile> = records.iter().map(|details| Profile::new(details, model)).collect();
        let tie = if kind == Kind::Child { RecordTie { from: 1, kind, to: 0 } } else { RecordTie { from: 0, kind, to: 1 } };
        let bits = |profiles: &[Profile]| matching::score(&profiles[0], &profiles[2], model).weight_bits;
        let before = bits(&profiles);
        lend(&mut profiles, &[tie], &|id| u32::try_from(id).ok());
        [before, bits(&profiles)]
    }

    #[test]
    fn a_mother_may_go_by_her_childs_family_name() {
        for kind in [Kind::Mother, Kind::Parent, Kind::Child] {
            let [before, after] = weights(kind, "Chatford", Sex::Female, "Chatford");
            assert!(after > before, "{kind:?}");
        }
    }

    #[test]
    fn nobody_else_goes_by_it_nor_by_one_that_very_many_bear() {
        for (kind, childs_name, sex, tenants_name) in [
            (Kind::Mother, "Chatford", Sex::Male, "Chatford"),
            (Kind::Carer, "Chatford", Sex::Female, "Chatford"),
            (Kind::Mother, "Khan", Sex::Female, "Khan"),
            (Kind::Mother, "Chatford", Sex::Female, "Wensley"),
        ] {
            let [before, after] = weights(kind, childs_name, sex, tenants_name);
            assert!(after.to_bits() == before.to_bits(), "{kind:?} {childs_name}");
        }
    }

    #[test]
    fn two_mothers_of_children_of_one_name_are_no_likelier_one() {
        let named =
            |family: &str| PersonDetails { given_name: Some("Robin".into()), family_name: Some(family.into()), ..PersonDetails::default() };
        let records = [named("Brackby"), named("Wensley"), named("Chatford"), named("Chatford")];
        let model = Model::built_in();
        let mut profiles: Vec<Profile> = records.iter().map(|details| Profile::new(details, model)).collect();
        let before = matching::score(&profiles[0], &profiles[1], model);
        let ties = [RecordTie { from: 0, kind: Kind::Mother, to: 2 }, RecordTie { from: 1, kind: Kind::Mother, to: 3 }];
        assert_eq!(lend(&mut profiles, &ties, &|id| u32::try_from(id).ok()).len(), 2);
        assert_eq!(matching::score(&profiles[0], &profiles[1], model), before);
    }
}
