//! The weight of a pair, and what it is made of.

use super::{
    Model, Profile,
    compare::{self, Findings, Scope},
};

/// A pair's match weight.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Score {
    /// log2 Bayes factor in bits: the sum of the parts. The prior is not in it.
    pub weight_bits: f64,
}

impl Score {
    /// The probability that both are one person, under the model's prior and calibration.
    #[must_use]
    pub fn probability(&self, model: &Model) -> f64 {
        model.probability(self.weight_bits)
    }
}

/// One part of a weight. It never states a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// The field: `given_name`, `date_of_birth`, `dwelling`, …; `identifier` or `other` for a named column.
    pub feature: &'static str,
    /// The level of agreement.
    pub level: &'static str,
    /// Its bits. The bits of all features add up to the weight exactly.
    pub weight_bits: f64,
    /// What it says, for people.
    pub text: String,
}

/// Weighs a pair. Allocates nothing.
#[must_use]
pub fn score(left: &Profile, right: &Profile, model: &Model) -> Score {
    weigh(&compare::compare(left, right, Scope::ALL, model), model)
}

/// Pairs whose profiles are brought into the caches before any of them is compared: what these need fits the smallest cache.
const PAIRS_AHEAD: usize = 32;

/// Gives `take` the two profiles of each pair, in order. The profiles of a million records lie far apart in memory, which is slow to answer but can be
/// asked for many things at once: so those of some pairs are glanced at together before the pairs are gone through one by one.
pub fn for_each_pair(profiles: &[Profile], pairs: &[(u32, u32)], mut take: impl FnMut((u32, u32), &Profile, &Profile)) {
    for some in pairs.chunks(PAIRS_AHEAD) {
        for glance in [Profile::first_glance, Profile::glance] {
            let both = |(left, right): &(u32, u32)| glance(&profiles[*left as usize]) ^ glance(&profiles[*right as usize]);
            std::hint::black_box(some.iter().fold(0, |glances, pair| glances ^ both(pair)));
        }
        for (left, right) in some {
            take((*left, *right), &profiles[*left as usize], &profiles[*right as usize]);
        }
    }
}

/// The weight of findings. Bits are multiples of 2^-14, so that the sum is exact in any order.
#[must_use]
pub fn weigh(findings: &Findings, model: &Model) -> Score {
    Score { weight_bits: findings.as_slice().iter().fold(0.0, |sum, finding| sum + model.bits(finding)) }
}

/// The parts of a pair's weight, in the order of the fields.
#[must_use]
pub fn explain(left: &Profile, right: &Profile, model: &Model) -> Vec<Feature> {
    features(&compare::compare(left, right, Scope::ALL, model), model)
}

/// The parts that findings make.
#[must_use]
pub fn features(findings: &Findings, model: &Model) -> Vec<Feature> {
    findings
        .as_slice()
        .iter()
        .map(|finding| {
            let (name, field) = model.table(finding.table);
            let level = field.levels[usize::from(finding.level)];
            let feature = super::field::table::ALL.iter().find(|(known, _)| *known == name).map_or(field.name, |(known, _)| known);
            let mut text = match feature {
                "phone" | "email" | "region" | "other" | "identifier" | "nhs_number" | "upn" | "locality" => {
                    format!("{}: {}", column_title(name), lower_first(level.text))
                }
                _ => level.text.to_owned(),
            };
            if finding.context > 0 && feature != "age" {
                text.push_str(" It counts for what it adds to an address or area that agrees.");
            }
            Feature { feature, level: level.name, weight_bits: model.bits(finding), text }
        })
        .collect()
}

fn column_title(name: &str) -> String {
    match name {
        "nhs_number" => "NHS number".to_owned(),
        "upn" => "Unique pupil number".to_owned(),
        "phone" => "Telephone number".to_owned(),
        "email" => "Email address".to_owned(),
        "region" => "Region".to_owned(),
        "locality" => "Line between street and town".to_owned(),
        _ => name.split_once('.').map_or("Another column", |(_, column)| column).replace('_', " "),
    }
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Address, BirthDate, PersonDetails},
        matching::{Conflict, conflict},
    };

    fn person(given: &str, family: &str, born: (i16, i8, i8), address: &str) -> Profile {
        let details = PersonDetails {
            given_name: Some(given.into()),
            family_name: Some(family.into()),
            date_of_birth: BirthDate::new(jiff::civil::date(born.0, born.1, born.2)),
            addresses: vec![Address::from_cells([address], None)],
            ..PersonDetails::default()
        };
        Profile::new(&details, Model::built_in())
    }

    #[test]
    fn the_parts_add_up_to_the_weight_exactly() {
        let model = Model::built_in();
        let one = person("Noor", "Malik", (2014, 5, 20), "12A High Street, Ashby, SK1 3XE");
        let other = person("Noor", "Malick", (2014, 5, 2), "Flat A, 12 High St, Ashby, SK1 3XE");
        let sum: f64 = explain(&one, &other, model).iter().map(|feature| feature.weight_bits).sum();
        assert_eq!(sum.to_bits(), score(&one, &other, model).weight_bits.to_bits());
        assert!(sum > model.join_bits());
    }

    #[test]
    fn siblings_at_one_address_stay_apart() {
        let model = Model::built_in();
        let one = person("Noor", "Malik", (2014, 5, 20), "12 High Street, Ashby, SK1 3XE");
        let other = person("Sara", "Malik", (2016, 8, 1), "12 High Street, Ashby, SK1 3XE");
        assert!(score(&one, &other, model).weight_bits < model.review_bits());
    }

    #[test]
    fn twins_are_held_apart_by_rule() {
        let model = Model::built_in();
        let one = person("Noor", "Malik", (2014, 5, 20), "12 High Street, Ashby, SK1 3XE");
        let other = person("Sara", "Malik", (2014, 5, 20), "12 High Street, Ashby, SK1 3XE");
        assert_eq!(conflict(&one, &other, model), Some(Conflict::Twins));
    }

    #[test]
    fn a_parent_and_a_child_of_one_name_are_held_apart_by_rule() {
        let model = Model::built_in();
        let parent = person("David", "Teal", (1981, 11, 2), "12 High Street, Ashby, SK1 3XE");
        let child = person("David", "Teal", (2014, 5, 20), "12 High Street, Ashby, SK1 3XE");
        assert_eq!(conflict(&parent, &child, model), Some(Conflict::Generations));
    }
}
