//! Tables of names that are one name: short and pet forms, spellings, transliterations; and family names that say little.
//!
//! The tables are `given_names.txt` and `family_names.txt` beside this file; each states where its knowledge comes from.

use std::{collections::HashMap, sync::LazyLock};

use crate::domain::WordList;

/// Groups that one name may stand in; more are not kept.
pub const GROUPS_A_NAME: usize = 6;

/// The tables' texts: given names, family names.
pub const TABLES: [&str; 2] = [include_str!("given_names.txt"), include_str!("family_names.txt")];

type Groups = HashMap<&'static str, [u16; GROUPS_A_NAME]>;

static GIVEN_NAMES: LazyLock<Groups> = LazyLock::new(|| read(TABLES[0], 0));
static FAMILY_NAMES: LazyLock<Groups> = LazyLock::new(|| read(TABLES[1], 20_000));

/// Family names that custom gives to very many unrelated people, often by sex rather than descent (Kaur, Begum), and that one person may carry
/// beside another family name or leave out.
const WEAK_FAMILY_NAMES: &WordList = &WordList::new(&[
    "ahmed", "akhtar", "akter", "ali", "bano", "begum", "bibi", "devi", "hussain", "islam", "kaur", "khan", "khatun", "khatoon", "kumar",
    "kumari", "mia", "miah", "mohammed", "muhammad", "parveen", "rahman", "singh", "sultana", "uddin", "ullah",
]);

/// First names that custom gives to very many, beside the name by which somebody is called, and that are often left out.
const OFTEN_LEFT_OUT: &[&str] = &[
    "abdul", "begum", "bibi", "kaur", "md", "mo", "mohamad", "mohamed", "mohammad", "mohammed", "mohd", "muhammad", "muhammed", "mst",
    "mosammat", "syed", "singh",
];

/// Whether a folded given name is one that is often left out.
#[must_use]
pub fn is_often_left_out(name: &str) -> bool {
    OFTEN_LEFT_OUT.contains(&name)
}

/// The groups of a folded given name; 0 stands for none.
#[must_use]
pub fn given_name_groups(name: &str) -> [u16; GROUPS_A_NAME] {
    GIVEN_NAMES.get(name).copied().unwrap_or_default()
}

/// The groups of a folded family name; 0 stands for none.
#[must_use]
pub fn family_name_groups(name: &str) -> [u16; GROUPS_A_NAME] {
    FAMILY_NAMES.get(name).copied().unwrap_or_default()
}

/// Whether a folded family name says little by itself.
#[must_use]
pub fn is_weak_family_name(name: &str) -> bool {
    WEAK_FAMILY_NAMES.contains(name)
}

/// Groups are numbered from behind `before`, so that those of given and of family names are not mistaken for each other.
fn read(table: &'static str, before: u16) -> Groups {
    let mut groups = Groups::new();
    let lines = table.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    for (group, line) in (before + 1..).zip(lines) {
        for name in line.split_whitespace() {
            let entry = groups.entry(name).or_default();
            if !entry.contains(&group)
                && let Some(free) = entry.iter_mut().find(|slot| **slot == 0)
            {
                *free = group;
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_name(left: &str, right: &str) -> bool {
        let right = given_name_groups(right);
        given_name_groups(left).iter().any(|group| *group != 0 && right.contains(group))
    }

    #[test]
    fn no_name_stands_in_more_groups_than_are_kept() {
        for table in TABLES {
            let mut counts: HashMap<&str, usize> = HashMap::new();
            for line in table.lines().filter(|line| !line.starts_with('#')) {
                line.split_whitespace().for_each(|name| *counts.entry(name).or_default() += 1);
            }
            let beyond: Vec<_> = counts.iter().filter(|(_, count)| **count > GROUPS_A_NAME).collect();
            assert!(beyond.is_empty(), "{beyond:?}");
        }
    }

    #[test]
    fn short_forms_and_spellings_are_one_name() {
        for (left, right) in [
            ("beth", "elizabeth"),
            ("bill", "william"),
            ("mohammed", "mohd"),
            ("aisha", "ayesha"),
            ("siobhan", "shivaun"),
            ("oluwaseun", "seun"),
            ("wojciech", "wojtek"),
        ] {
            assert!(one_name(left, right), "{left} {right}");
        }
    }

    #[test]
    fn two_names_with_one_short_form_stay_two() {
        assert!(!one_name("alexander", "alexandra"));
        assert!(!one_name("mary", "martha"));
    }
}
