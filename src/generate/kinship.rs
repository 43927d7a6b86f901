//! Who is family of a child and how, as it truly is, and whether the extracts let anybody know.

use std::collections::{BTreeMap, BTreeSet};

use super::people::{Care, Family, Household, Sex};

/// A tie that a feed states: the first is the KIND of the second.
pub type Recorded = (usize, &'static str, usize);

/// What the extracts of one family show.
#[derive(Debug, Default)]
pub struct Shown {
    /// Ties that were written into an extract.
    pub recorded: BTreeSet<Recorded>,
    /// People who have a record that gives the home where they truly live now.
    pub at_home: BTreeSet<usize>,
    /// People who have a record of their own.
    pub known: BTreeSet<usize>,
}

/// A relative of a child.
#[derive(Debug, PartialEq, Eq)]
pub struct Kin {
    /// The child.
    pub child: usize,
    /// The relative.
    pub relative: usize,
    /// One of the design's types, seen from the child.
    pub kind: &'static str,
    /// recorded, `shared_address`, `recorded_and_shared_address` or none.
    pub evidence: &'static str,
}

/// Households of more people than this are not taken for families.
const LARGEST_HOUSEHOLD: usize = 10;

/// The family of every child, one entry a relative, the closest tie only.
#[must_use]
pub fn of_children(family: &Family, shown: &Shown) -> Vec<Kin> {
    let mut all = Vec::new();
    for child in 0..family.people.len() {
        if family.people[child].is_child() {
            for (relative, kind) in relatives(family, child) {
                let evidence = evidence(family, shown, child, relative, kind);
                all.push(Kin { child, relative, kind, evidence });
            }
        }
    }
    all
}

fn parent_word(family: &Family, parent: usize) -> &'static str {
    if family.people[parent].sex == Sex::Female { "mother" } else { "father" }
}

/// Every relative of a child with the closest tie, in the order of the family's list.
pub fn relatives(family: &Family, child: usize) -> BTreeMap<usize, &'static str> {
    let people = &family.people;
    let mut ties: BTreeMap<usize, &'static str> = BTreeMap::new();
    let me = &people[child];
    for parent in &me.parents {
        ties.insert(*parent, parent_word(family, *parent));
    }
    for (carer, care) in &me.carers {
        let kind = match care {
            Care::Foster => "foster_carer",
            Care::Kin if me.parents.iter().any(|parent| people[*parent].parents.contains(carer)) => "grandparent",
            Care::Kin => "carer",
        };
        ties.entry(*carer).or_insert(kind);
    }
    for (other, person) in people.iter().enumerate().filter(|(other, _)| *other != child) {
        let shared = person.parents.iter().filter(|parent| me.parents.contains(parent)).count();
        if shared > 0 {
            let full = shared == me.parents.len() && shared == person.parents.len();
            ties.entry(other).or_insert(if full { "sibling" } else { "half_sibling" });
        }
    }
    for parent in &me.parents {
        for elder in &people[*parent].parents {
            ties.entry(*elder).or_insert("grandparent");
        }
    }
    for parent in &me.parents {
        if let Some(partner) = people[*parent].partner {
            let kind = if people[partner].household == me.household { "step_parent" } else { "parents_partner" };
            ties.entry(partner).or_insert(kind);
        }
    }
    household_ties(family, child, &mut ties);
    ties
}

fn household_ties(family: &Family, child: usize, ties: &mut BTreeMap<usize, &'static str>) {
    let people = &family.people;
    let me = &people[child];
    let kind_of_home = family.households[me.household];
    let members: Vec<usize> = (0..people.len()).filter(|other| people[*other].household == me.household).collect();
    if kind_of_home == Household::Institution || kind_of_home == Household::SharedHouse || members.len() > LARGEST_HOUSEHOLD {
        return;
    }
    for other in members.into_iter().filter(|other| *other != child) {
        let person = &people[other];
        // Children of a foster home who are not of one family are left out, as the design has it.
        if kind_of_home == Household::FosterHome && person.is_child() {
            continue;
        }
        let step = person.parents.iter().any(|parent| ties.get(parent) == Some(&"step_parent"));
        let aunt = me.parents.iter().any(|parent| person.parents.iter().any(|elder| people[*parent].parents.contains(elder)));
        ties.entry(other).or_insert(if step {
            "step_sibling"
        } else if aunt {
            "other_relative"
        } else {
            "household_member"
        });
    }
}

/// Whether a tie that a feed states, or two of them together, say how these two are tied.
fn is_recorded(family: &Family, shown: &Shown, child: usize, relative: usize, kind: &str) -> bool {
    let stated = |from: usize, to: usize, kinds: &[&'static str]| kinds.iter().any(|kind| shown.recorded.contains(&(from, *kind, to)));
    let is_parent = |parent: usize, of: usize| stated(parent, of, &["mother", "father", "parent"]) || stated(of, parent, &["child"]);
    let direct = shown.recorded.iter().any(|(from, kind, to)| {
        ((*from, *to) == (relative, child) || (*from, *to) == (child, relative)) && !["partner", "former_partner"].contains(kind)
    });
    let everybody = 0..family.people.len();
    direct
        || match kind {
            "sibling" | "half_sibling" => everybody.clone().any(|parent| is_parent(parent, child) && is_parent(parent, relative)),
            "grandparent" => everybody.clone().any(|parent| is_parent(parent, child) && is_parent(relative, parent)),
            "step_parent" | "parents_partner" => everybody.clone().any(|parent| {
                is_parent(parent, child) && (stated(parent, relative, &["partner"]) || stated(relative, parent, &["partner"]))
            }),
            _ => false,
        }
}

fn evidence(family: &Family, shown: &Shown, child: usize, relative: usize, kind: &str) -> &'static str {
    let (one, other) = (&family.people[child], &family.people[relative]);
    let recorded = is_recorded(family, shown, child, relative, kind);
    let together = one.household == other.household
        && !matches!(family.households[one.household], Household::Institution | Household::SharedHouse)
        && shown.at_home.contains(&child)
        && shown.at_home.contains(&relative);
    match (recorded, together) {
        (true, true) => "recorded_and_shared_address",
        (true, false) => "recorded",
        (false, true) => "shared_address",
        (false, false) => "none",
    }
}
