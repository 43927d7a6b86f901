//! The worst mistakes, as they are: what was asked, what was answered, how it was weighed, and no guess at why. Nobody here is real.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use family_context::{
    domain::PersonDetails,
    matching::{self, Model, Profile},
    store::record::{self, RECORD_COLUMNS, StoredRecord},
};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::{
    Failure,
    asking::{Asked, Feature},
    children::{Ending, ending},
    families::Right,
    family_mistakes,
    truth::{Census, Member, Truth},
};

/// Examples of each kind of mistake.
const EXAMPLES: usize = 8;
/// Mistakes of a kind whose records are read to be counted by their levels.
const LOOKED_AT: usize = 4_000;

/// What the mistakes are looked for in.
pub struct Ground<'ground> {
    pub client: &'ground Client,
    pub model: &'ground Model,
    pub truth: &'ground Truth,
    pub census: &'ground Census,
}

/// Prints everything.
pub async fn print(ground: &Ground<'_>, asked: &[Asked], rights: &[Right<'_>]) -> Result<(), Failure> {
    ground.wrong_matches(asked).await?;
    ground.unfound(asked).await?;
    ground.false_joins().await?;
    ground.missed_joins().await?;
    family_mistakes::print(ground.truth, ground.census, rights);
    Ok(())
}

fn levels(features: &[Feature]) -> String {
    features
        .iter()
        .map(|feature| format!("{}={} {:+.1}", feature.feature, feature.level, feature.weight_bits))
        .collect::<Vec<_>>()
        .join(", ")
}

fn describe(record: &StoredRecord) -> String {
    let details: &PersonDetails = &record.details;
    let mut parts = vec![format!(
        "{}/{}{}",
        record.feed,
        record.source_id,
        if record.dependent.is_empty() { String::new() } else { format!("/{}", record.dependent) }
    )];
    let name = [&details.given_name, &details.middle_names, &details.family_name];
    parts.push(name.into_iter().map(|part| part.as_deref().unwrap_or("-")).collect::<Vec<_>>().join(" "));
    parts.extend(details.former_family_name.iter().map(|name| format!("formerly {name}")));
    parts.extend(details.other_names.iter().map(|name| format!("also {name}")));
    parts.extend(details.date_of_birth.iter().map(|born| format!("b. {}", born.day())));
    parts.extend(details.sex.iter().map(|sex| sex.letter().to_owned()));
    parts.extend(details.addresses.iter().map(|address| {
        let postcode = address.postcode.as_ref().map_or("", |postcode| postcode.as_str());
        format!("[{} {postcode}]", address.lines.join(", "))
    }));
    parts.extend(details.nhs_number.iter().map(|number| format!("NHS {}", number.value())));
    parts.extend(details.upn.iter().map(|number| format!("UPN {}", number.value())));
    parts.extend(details.phones.iter().map(|phone| phone.as_str().to_owned()));
    parts.extend(details.emails.iter().map(|email| email.as_str().to_owned()));
    parts.join(" | ")
}

fn print_counts(title: &str, counts: BTreeMap<String, usize>) {
    let mut tally = Tally::default();
    tally.0.extend(counts.into_iter().map(|(what, count)| (what, (count, Vec::new()))));
    tally.print(title);
}

/// Mistakes counted by kind, with a few examples of each.
#[derive(Default)]
pub struct Tally(BTreeMap<String, (usize, Vec<String>)>);

impl Tally {
    /// Counts a mistake; `example` is asked for a few times only.
    pub fn add(&mut self, what: String, example: impl FnOnce() -> String) {
        let (count, examples) = self.0.entry(what).or_default();
        *count += 1;
        if examples.len() < EXAMPLES / 2 {
            examples.push(example());
        }
    }

    /// Prints the most usual kinds.
    pub fn print(self, title: &str) {
        let mut kinds: Vec<(String, (usize, Vec<String>))> = self.0.into_iter().collect();
        kinds.sort_by(|one, other| other.1.0.cmp(&one.1.0).then(one.0.cmp(&other.0)));
        println!("\n{title}");
        for (what, (count, examples)) in kinds.into_iter().take(20) {
            println!("  {count:>6}  {what}");
            for example in examples {
                println!("            {example}");
            }
        }
    }
}

impl Ground<'_> {
    async fn records(&self, ids: &[i64]) -> Result<HashMap<i64, StoredRecord>, Failure> {
        let sql = format!(
            "SELECT row_to_json(row)::text FROM (SELECT membership.person_id, {RECORD_COLUMNS} FROM record JOIN membership ON record_id = record.id WHERE record.id = ANY ($1)) AS row"
        );
        let rows = self.client.query(&sql, &[&ids]).await?;
        rows.iter().map(|row| Ok(record::parse(row.get(0))?)).map(|record| record.map(|record| (record.id, record))).collect()
    }

    async fn print_people(&self, people: impl IntoIterator<Item = Uuid>) -> Result<(), Failure> {
        let people: BTreeSet<Uuid> = people.into_iter().collect();
        let members: Vec<&Member> = self.census.members.iter().filter(|member| people.contains(&member.person)).collect();
        let records = self.records(&members.iter().map(|member| member.record).collect::<Vec<_>>()).await?;
        for member in members.into_iter().take(14) {
            println!("      {} = {}: {}", &member.person.to_string()[24..], member.truth, describe(&records[&member.record]));
        }
        Ok(())
    }

    /// Somebody else disclosed without a choice.
    async fn wrong_matches(&self, asked: &[Asked]) -> Result<(), Failure> {
        println!("\nWRONG MATCHES");
        let wrong =
            self.truth.questions.iter().zip(asked).filter(|(question, asked)| ending(question, asked, self.census) == Ending::Wrong);
        for (question, asked) in wrong.take(EXAMPLES * 3) {
            let Some(context) = &asked.answer.context else { continue };
            println!("  {}", question.describe());
            println!("    meant: {}", self.truth.describe(&question.person_id));
            if let Some(weighed) = &context.child.weighed {
                println!(
                    "    answered with {:.1} bits, p {:.4}: {}",
                    weighed.weight_bits,
                    weighed.probability,
                    levels(&weighed.explanation)
                );
            }
            let meant = self.census.members.iter().filter(|member| member.truth == question.person_id).map(|member| member.person);
            self.print_people(meant.chain([context.child.person_id])).await?;
        }
        Ok(())
    }

    /// Children whom nobody found, or only others, or too many.
    async fn unfound(&self, asked: &[Asked]) -> Result<(), Failure> {
        for wanted in [Ending::Nobody, Ending::OthersToChoose, Ending::TooMany, Ending::Among] {
            println!("\nENDED AS {wanted:?}");
            let all = self.truth.questions.iter().zip(asked).filter(|(question, _)| !question.person_id.is_empty());
            for (question, asked) in all.filter(|(question, asked)| ending(question, asked, self.census) == wanted).take(EXAMPLES) {
                println!("  {}", question.describe());
                for candidate in asked.answer.candidates.iter().take(2) {
                    let owner = self.census.owners.get(&candidate.person_id).map_or("?", String::as_str);
                    println!(
                        "    to choose: {owner} with {:.1} bits: {}",
                        candidate.weighed.weight_bits,
                        levels(&candidate.weighed.explanation)
                    );
                }
                self.print_people(
                    self.census.members.iter().filter(|member| member.truth == question.person_id).map(|member| member.person),
                )
                .await?;
            }
        }
        let straight =
            self.truth.questions.iter().zip(asked).filter(|(question, asked)| ending(question, asked, self.census) == Ending::First);
        let mut counts = BTreeMap::new();
        for (question, asked) in straight {
            let first = &asked.answer.candidates[0].weighed;
            let names: Vec<String> = first.explanation.iter().map(|feature| format!("{}={}", feature.feature, feature.level)).collect();
            let how = if asked.answer.candidates.len() > 1 { "several" } else { "alone" };
            *counts.entry(format!("{} {how} {}", question.kind, names.join(" "))).or_default() += 1;
        }
        print_counts("RIGHT CHILD FIRST BUT WITH A CHOICE, by levels", counts);
        Ok(())
    }

    /// People whose records are about several people: the heaviest pair across.
    async fn false_joins(&self) -> Result<(), Failure> {
        let mut clusters: BTreeMap<Uuid, Vec<&Member>> = BTreeMap::new();
        for member in &self.census.members {
            clusters.entry(member.person).or_default().push(member);
        }
        clusters.retain(|_, members| members.iter().any(|member| member.truth != members[0].truth));
        let groups: Vec<Vec<&Member>> = clusters.into_values().collect();
        println!("\nFALSE JOINS: {} people made of several", groups.len());
        self.across(&groups, |one, other| one.truth != other.truth, "FALSE JOINS by the levels of the heaviest pair").await
    }

    /// People whose records are apart: the heaviest pair across.
    async fn missed_joins(&self) -> Result<(), Failure> {
        let mut people: BTreeMap<&str, Vec<&Member>> = BTreeMap::new();
        for member in &self.census.members {
            people.entry(&member.truth).or_default().push(member);
        }
        people.retain(|_, members| members.iter().any(|member| member.person != members[0].person));
        let groups: Vec<Vec<&Member>> = people.into_values().collect();
        println!("\nMISSED JOINS: {} people in several parts", groups.len());
        self.across(&groups, |one, other| one.person != other.person, "MISSED JOINS by the levels of the heaviest pair").await
    }

    async fn across(&self, groups: &[Vec<&Member>], is_across: impl Fn(&Member, &Member) -> bool, title: &str) -> Result<(), Failure> {
        let mut counts = BTreeMap::new();
        // Spread over the whole, so that the examples are not all from the first streets.
        let step = groups.len().div_ceil(LOOKED_AT).max(1);
        let looked_at: Vec<&Vec<&Member>> = groups.iter().step_by(step).collect();
        let shown_every = looked_at.len().div_ceil(EXAMPLES * 2).max(1);
        for (place, members) in looked_at.into_iter().enumerate() {
            let records = self.records(&members.iter().map(|member| member.record).collect::<Vec<_>>()).await?;
            let profiles: HashMap<i64, Profile> =
                records.iter().map(|(id, record)| (*id, Profile::new(&record.details, self.model))).collect();
            let mut heaviest: Option<(f64, i64, i64)> = None;
            for (index, one) in members.iter().enumerate() {
                for other in members[index + 1..].iter().filter(|other| is_across(one, other)) {
                    let weight = matching::score(&profiles[&one.record], &profiles[&other.record], self.model).weight_bits;
                    if heaviest.is_none_or(|(known, ..)| weight > known) {
                        heaviest = Some((weight, one.record, other.record));
                    }
                }
            }
            let Some((weight, one, other)) = heaviest else { continue };
            let (left, right) = (&profiles[&one], &profiles[&other]);
            let features = matching::explain(left, right, self.model);
            let mut keys = [Vec::new(), Vec::new()];
            matching::blocking_keys(left, self.model, &mut keys[0]);
            matching::blocking_keys(right, self.model, &mut keys[1]);
            let shares = keys[0].iter().any(|key| keys[1].contains(key));
            let conflict = matching::conflict(left, right, self.model);
            let names: Vec<String> = features.iter().map(|feature| format!("{}={}", feature.feature, feature.level)).collect();
            let above = if weight >= self.model.join_bits() { "above" } else { "below" };
            let blocked = if shares { "" } else { ", no shared key" };
            *counts.entry(format!("{above}{blocked}, conflict {conflict:?}: {}", names.join(" "))).or_default() += 1;
            if place % shown_every == 0 {
                let bits: Vec<String> =
                    features.iter().map(|feature| format!("{}={} {:+.1}", feature.feature, feature.level, feature.weight_bits)).collect();
                println!("  {weight:.1} bits, shared key {shares}, conflict {conflict:?}: {}", bits.join(", "));
                for member in members.iter().filter(|member| [one, other].contains(&member.record)) {
                    println!("      {} = {}: {}", &member.person.to_string()[24..], member.truth, describe(&records[&member.record]));
                }
            }
        }
        print_counts(title, counts);
        Ok(())
    }
}
