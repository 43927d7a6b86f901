//! `family-context review`: what is doubtful, and decisions about it, from the command line. It runs as the owner, on the code that the API runs on.
//! Exit code 2: refused, stale or contradictory, and nothing changed.

use std::sync::Arc;

use clap::{Args, Subcommand};
use serde::Serialize;
use uuid::Uuid;

use super::{CommandError, Database};
use crate::{
    config::{self, Settings},
    domain::{Principal, Role},
    lookup::setting::Setting,
    stewardship::{
        Change, ReviewFilter, Stewardship, StewardshipError, Why,
        answer::{DecisionAnswer, DecisionList, Person, Review, ReviewList},
    },
    store::{audit::AuditWriter, migrations},
    telemetry::clock::Clock,
};

/// Who vouches for whoever uses the command line.
const ISSUER: &str = "command line";

/// What to do about doubtful matches.
#[derive(Debug, Args)]
pub struct ReviewArguments {
    #[command(subcommand)]
    command: ReviewCommand,
    /// Who does it, for the audit
    #[arg(long, value_name = "WHO", global = true)]
    by: Option<String>,
    /// Print the answer of the API as JSON
    #[arg(long, global = true)]
    json: bool,
}

/// Why, and what had been read.
#[derive(Debug, Args)]
struct Edit {
    /// Why, for whoever reads it later
    #[arg(long, value_name = "WHY")]
    reason: String,
    /// The version that was read
    #[arg(long)]
    version: String,
}

#[derive(Debug, Subcommand)]
enum ReviewCommand {
    /// List what is doubtful, the likeliest first.
    List {
        /// Those that are decided or doubtful no longer
        #[arg(long)]
        closed: bool,
        /// Only those that are apart for this reason: `between_thresholds`, `conflict`, `mean` or `torn`
        #[arg(long, value_parser = why)]
        why: Option<Why>,
        /// So many at the most
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=200))]
        limit: u16,
        /// From where the last list ended
        #[arg(long)]
        cursor: Option<String>,
    },
    /// Show two people who may be one, with the evidence.
    Show {
        /// The number of the item
        review: i64,
    },
    /// Show a person with every record.
    Person {
        /// The person
        person: Uuid,
    },
    /// List decisions, the newest first.
    Decisions {
        /// So many at the most
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=200))]
        limit: u16,
        /// From where the last list ended
        #[arg(long)]
        cursor: Option<String>,
    },
    /// Decide that the two people of an item are one.
    Join {
        /// The number of the item
        review: i64,
        #[command(flatten)]
        edit: Edit,
    },
    /// Decide that the two people of an item are two.
    KeepApart {
        /// The number of the item
        review: i64,
        #[command(flatten)]
        edit: Edit,
    },
    /// Decide that some of a person's records are of somebody else.
    Split {
        /// The person
        person: Uuid,
        /// A record that goes; may be given several times
        #[arg(long = "record", required = true)]
        records: Vec<i64>,
        #[command(flatten)]
        edit: Edit,
    },
    /// Take a decision back.
    Undo {
        /// The number of the decision
        decision: i64,
        #[command(flatten)]
        edit: Edit,
    },
}

fn why(name: &str) -> Result<Why, String> {
    Why::named(name).ok_or_else(|| format!("must be one of {}", Why::ALL.map(Why::name).join(", ")))
}

/// What is to be told.
enum Told {
    Reviews(ReviewList),
    Review(Box<Review>),
    Person(Person),
    Decisions(DecisionList),
    Decision(DecisionAnswer),
}

/// Runs the command.
///
/// # Errors
/// Exit code 2 where it is refused, stale or contradictory; 1 where something failed.
pub async fn run(arguments: ReviewArguments, settings: &Settings) -> Result<(), CommandError> {
    let authority = settings.authority()?;
    let policy = config::policy::read(&authority)?;
    let clock = Clock::new(authority.time_zone.clone(), settings.clock_date);
    let setting = super::setting::setting(&authority, policy)?;
    let principal = principal(&arguments)?;
    let database = Database::open(settings).await?;
    let told = tell(&arguments.command, &database, Arc::new(setting), clock, &principal).await;
    database.close()?;
    let told = told?;
    print!("{}", if arguments.json { told.as_json() } else { told.as_text() });
    Ok(())
}

async fn tell(
    command: &ReviewCommand,
    database: &Database,
    setting: Arc<Setting>,
    clock: Clock,
    principal: &Principal,
) -> Result<Told, CommandError> {
    if !migrations::pending(&database.pool).await?.is_empty() {
        return Err(CommandError::failed("the database's schema is not up to date: run family-context migrate"));
    }
    super::migrate::refuse_another_model(database, &setting.model).await?;
    let stewardship = Stewardship::new(database.pool.clone(), AuditWriter::start(database.pool.clone()), setting, clock);
    let told = perform(command, &stewardship, principal).await;
    told.map_err(|error| if error.is_refusal() { CommandError::refused(error) } else { CommandError::failed(error) })
}

/// Who looks may stay unnamed; who changes something may not.
fn principal(arguments: &ReviewArguments) -> Result<Principal, CommandError> {
    let is_change = !matches!(
        arguments.command,
        ReviewCommand::List { .. } | ReviewCommand::Show { .. } | ReviewCommand::Person { .. } | ReviewCommand::Decisions { .. }
    );
    let named = arguments.by.as_deref().map(str::trim).filter(|by| !by.is_empty());
    let subject = match named {
        Some(by) => by,
        None if is_change => return Err(CommandError::refused("say who decides: --by WHO")),
        None => "unnamed",
    };
    Ok(Principal { issuer: ISSUER.to_owned(), subject: subject.to_owned(), name: None, roles: vec![Role::Steward], acting_system: None })
}

async fn perform(command: &ReviewCommand, stewardship: &Stewardship, principal: &Principal) -> Result<Told, StewardshipError> {
    let (change, edit) = match command {
        ReviewCommand::List { closed, why, limit, cursor } => {
            let filter = ReviewFilter { closed: *closed, why: *why, limit: *limit, cursor: cursor.clone() };
            return stewardship.reviews(principal, &filter).await.map(Told::Reviews);
        }
        ReviewCommand::Show { review } => return stewardship.review(principal, *review).await.map(|review| Told::Review(Box::new(review))),
        ReviewCommand::Person { person } => return stewardship.person(principal, *person).await.map(Told::Person),
        ReviewCommand::Decisions { limit, cursor } => {
            return stewardship.decisions(principal, cursor.as_deref(), *limit).await.map(Told::Decisions);
        }
        ReviewCommand::Join { review, edit } => (Change::Decide { review: *review, together: true }, edit),
        ReviewCommand::KeepApart { review, edit } => (Change::Decide { review: *review, together: false }, edit),
        ReviewCommand::Split { person, records, edit } => (Change::Split { person: *person, records: records.clone() }, edit),
        ReviewCommand::Undo { decision, edit } => (Change::Undo { decision: *decision }, edit),
    };
    if edit.reason.trim().is_empty() || edit.reason.chars().count() > 1000 {
        let reason = "say why in up to 1000 characters: --reason WHY".to_owned();
        return Err(StewardshipError::InvalidField { pointer: "/reason".to_owned(), reason });
    }
    stewardship.change(principal, &change, edit.reason.trim(), &edit.version).await.map(Told::Decision)
}

impl Told {
    fn as_json(&self) -> String {
        fn written(answer: &impl Serialize) -> String {
            serde_json::to_string_pretty(answer).unwrap_or_default() + "\n"
        }
        match self {
            Self::Reviews(list) => written(list),
            Self::Review(review) => written(review),
            Self::Person(person) => written(person),
            Self::Decisions(list) => written(list),
            Self::Decision(decision) => written(decision),
        }
    }

    fn as_text(&self) -> String {
        match self {
            Self::Reviews(list) => {
                let lines = list.reviews.iter().map(|review| {
                    format!("{:>8}  {:.3}  {:>7.2} bits  {}\n", review.review_id, review.probability, review.weight_bits, review.why)
                });
                lines.collect::<String>() + &more(list.next_cursor.as_deref())
            }
            Self::Review(review) => self::review(review),
            Self::Person(person) => self::person(person),
            Self::Decisions(list) => list.decisions.iter().map(decision).collect::<String>() + &more(list.next_cursor.as_deref()),
            Self::Decision(made) => decision(made),
        }
    }
}

fn more(cursor: Option<&str>) -> String {
    cursor.map(|cursor| format!("more: --cursor {cursor}\n")).unwrap_or_default()
}

fn review(review: &Review) -> String {
    let summary = &review.summary;
    let mut text = format!(
        "review {}, {}: {}, probability {:.3} ({:.2} bits)\n",
        summary.review_id, summary.state, summary.why, summary.probability, summary.weight_bits
    );
    text.extend(summary.conflict.as_ref().map(|conflict| format!("{}\n", conflict.text)));
    for (title, features) in [("for one person", &review.evidence.together), ("for two", &review.evidence.apart)] {
        text.push_str(&format!("{title}\n"));
        text.extend(features.iter().map(|feature| format!("  {:>7.2}  {}\n", feature.weight_bits, feature.text)));
    }
    text.extend(review.sides.iter().map(person));
    text + &format!("version {}\n", summary.version)
}

fn person(person: &Person) -> String {
    let mut text = format!("person {}, cohesion {:.3}, version {}\n", person.person_id, person.cohesion, person.version);
    for record in &person.records {
        let part = |part: &Option<String>| part.clone().unwrap_or_else(|| "-".to_owned());
        text.push_str(&format!(
            "{} record {}  {} {}  {}; {}; {}; born {}; {}; has {}\n",
            if record.weighed { " *" } else { "  " },
            record.record_id,
            part(&record.feed),
            part(&record.source_id),
            part(&record.given_name),
            part(&record.middle_names),
            part(&record.family_name),
            record.date_of_birth.map_or_else(|| "-".to_owned(), |date| date.to_string()),
            record.sex.unwrap_or("-"),
            record.has.join(", "),
        ));
    }
    text
}

fn decision(decision: &DecisionAnswer) -> String {
    let undone = decision.undone.as_ref().map(|deed| format!(", undone by {} at {}: {}", deed.subject, deed.at, deed.reason));
    let people: Vec<String> = decision.people.iter().map(Uuid::to_string).collect();
    format!(
        "decision {}: {} by {} at {}: {}{}\n  people {}\n  version {}\n",
        decision.decision_id,
        decision.kind,
        decision.decided.subject,
        decision.decided.at,
        decision.decided.reason,
        undone.unwrap_or_default(),
        people.join(" "),
        decision.version
    )
}
