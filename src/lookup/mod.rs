//! The use case: question to answer.
//!
//! `prepare` reads the question, `find` asks for those who might be meant and chooses, `context` (pure) puts the answer together, `record` says what
//! the audit keeps. Nothing is returned whose audit entry is not committed. A lookup costs three round trips however large the family: candidates,
//! context, audit.

pub mod answer;
pub mod context;
pub mod error;
pub mod find;
pub mod prepare;
pub mod question;
mod record;
mod reopen;
pub mod setting;

use std::{fmt, sync::Arc};

use deadpool_postgres::{Client, Pool};
use jiff::{Timestamp, ToSpan, civil::Date};
use serde::Serialize;
use uuid::Uuid;

use self::{
    answer::{Context, Match, Outcome},
    context::{Disclosed, involvements::ItemDecision},
    find::{Found, Search},
    prepare::Prepared,
    record::{FeedbackGiven, Refused, Shown},
    setting::Setting,
};
use crate::{
    disclosure::decide::Viewer,
    domain::{Principal, purpose::Purpose},
    store::{
        self, StoreError,
        audit::{AuditEntry, AuditWriter, REFUSAL},
        context::Surroundings,
        model::Standing,
    },
    telemetry::clock::Clock,
};

pub use answer::Answer;
pub use error::LookupError;
pub use question::Question;

/// The operations that the audit names, as openapi.yaml does.
pub mod operation {
    /// A question is asked.
    pub const CREATE_LOOKUP: &str = "createLookup";
    /// One of several candidates is chosen.
    pub const SELECT_CANDIDATE: &str = "selectCandidate";
    /// A lookup is opened again.
    pub const REOPEN_LOOKUP: &str = "reopenLookup";
    /// Something is told about an answer.
    pub const GIVE_FEEDBACK: &str = "giveFeedback";
    /// A steward lists what is doubtful.
    pub const LIST_REVIEWS: &str = "listReviews";
    /// A steward looks at two people who may be one.
    pub const SHOW_REVIEW: &str = "showReview";
    /// A steward decides whether they are.
    pub const DECIDE_REVIEW: &str = "decideReview";
    /// A steward looks at a person's records.
    pub const SHOW_PERSON: &str = "showPerson";
    /// A steward parts a person's records.
    pub const SPLIT_PERSON: &str = "splitPerson";
    /// A steward lists decisions.
    pub const LIST_DECISIONS: &str = "listDecisions";
    /// A steward takes a decision back.
    pub const UNDO_DECISION: &str = "undoDecision";
}

/// What a user tells about an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackKind {
    /// The answer is about somebody else.
    WrongPerson,
    /// A contact is out of date.
    WrongContact,
    /// Somebody or something is missing.
    Missing,
    /// It helped.
    Useful,
}

/// Answers questions. One for the whole process, shared by reference.
pub struct Lookups {
    pool: Pool,
    audit: AuditWriter,
    setting: Arc<Setting>,
    clock: Clock,
}

impl fmt::Debug for Lookups {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Lookups")
    }
}

/// A question that may be asked, on its way to an answer.
struct Asking<'asking> {
    principal: &'asking Principal,
    question: &'asking Question,
    purpose: &'asking Purpose,
    prepared: Prepared,
    lookup_id: Uuid,
    expires_at: Timestamp,
    today: Date,
}

impl Asking<'_> {
    fn viewer(&self) -> Viewer<'_> {
        Viewer { roles: &self.principal.roles, purpose: &self.purpose.code }
    }

    fn answer(&self, outcome: Outcome) -> Answer {
        Answer {
            lookup_id: self.lookup_id,
            expires_at: self.expires_at,
            outcome,
            query_quality: self.prepared.quality.clone(),
            candidates: Vec::new(),
            context: None,
        }
    }
}

impl Lookups {
    /// Starts answering from a database, under an authority's setting.
    #[must_use]
    pub fn new(pool: Pool, audit: AuditWriter, setting: impl Into<Arc<Setting>>, clock: Clock) -> Self {
        Self { audit, pool, setting: setting.into(), clock }
    }

    /// Answers a question.
    ///
    /// # Errors
    /// See [`LookupError`].
    pub async fn ask(&self, principal: &Principal, question: Question) -> Result<Answer, LookupError> {
        let expires_at = self.clock.now().saturating_add(i64::from(self.setting.lifetime_minutes).minutes()).unwrap_or(Timestamp::MAX);
        let asking = match self.admit(principal, &question, Uuid::now_v7(), expires_at) {
            Ok(asking) => asking,
            Err(refusal) => return Err(self.refuse(principal, operation::CREATE_LOOKUP, (None, Some(&question)), refusal).await),
        };
        // A connection is given back before the audit waits for one: whoever held on to one here could starve the writer.
        let search = Search::run(&self.client().await?, &asking.prepared, &self.setting, asking.viewer()).await?;
        let nothing = Withheld { people: search.restricted(), ..Withheld::default() };
        match search.choose(&self.setting) {
            Found::Nobody => self.deliver(&asking, "lookup", asking.answer(Outcome::NoMatch), nothing).await,
            Found::TooMany => self.deliver(&asking, "lookup", asking.answer(Outcome::TooManyMatches), nothing).await,
            Found::Several(people) => {
                let candidates = search.candidates(&people, &asking.prepared, &self.setting, asking.viewer(), asking.today);
                let outcome = if candidates.is_empty() { Outcome::NoMatch } else { Outcome::PossibleMatches };
                self.deliver(&asking, "lookup", Answer { candidates, ..asking.answer(outcome) }, nothing).await
            }
            Found::One(person) => {
                let child_match = search.match_of(person, &self.setting);
                // The others are let go of while the server looks for the family.
                let (surroundings, ()) = tokio::join!(self.surroundings(person), async { drop(search) });
                let surroundings = surroundings?;
                match child_match.and_then(|child_match| self.disclose(&asking, person, &surroundings, child_match)) {
                    Some(disclosed) => {
                        let (context, mut withheld) = split(disclosed);
                        withheld.people.extend(nothing.people);
                        let answer = Answer { context: Some(context), ..asking.answer(Outcome::Match) };
                        self.deliver(&asking, "lookup", answer, withheld).await
                    }
                    None => self.deliver(&asking, "lookup", asking.answer(Outcome::NoMatch), nothing).await,
                }
            }
        }
    }

    /// Takes feedback about a lookup of the user's own.
    ///
    /// # Errors
    /// See [`LookupError`].
    pub async fn feedback(
        &self,
        principal: &Principal,
        lookup_id: Uuid,
        kind: FeedbackKind,
        comment: Option<String>,
    ) -> Result<(), LookupError> {
        self.recorded(principal, operation::GIVE_FEEDBACK, lookup_id).await?;
        let content = FeedbackGiven { kind, comment: comment.as_deref() };
        self.append(principal, "feedback", Some(lookup_id), &content).await
    }

    /// Records that somebody was refused an operation before a question was looked at, and for which problem.
    ///
    /// # Errors
    /// [`LookupError::AuditUnavailable`].
    pub async fn refused(&self, principal: &Principal, operation: &'static str, problem: &'static str) -> Result<(), LookupError> {
        self.append(principal, REFUSAL, None, &refusal_of(principal, operation, problem, None)).await
    }

    /// Whether the database answers, the policy stands and the people are those of this model.
    pub async fn is_ready(&self) -> bool {
        if self.setting.policy.is_stale(self.clock.today()) {
            return false;
        }
        let Ok(client) = store::pool::client(&self.pool).await else { return false };
        // Records keyed by another model would be looked for in vain.
        matches!(store::model::standing(&**client, &self.setting.model).await, Ok(Standing::InForce | Standing::NoneYet))
    }

    /// Whether the user may ask this, for this purpose, with this much.
    fn admit<'asking>(
        &'asking self,
        principal: &'asking Principal,
        question: &'asking Question,
        lookup_id: Uuid,
        expires_at: Timestamp,
    ) -> Result<Asking<'asking>, LookupError> {
        let today = self.clock.today();
        if self.setting.policy.is_stale(today) {
            return Err(LookupError::PolicyClosed);
        }
        let purpose = self.setting.purpose(&question.purpose).ok_or(LookupError::UnknownPurpose)?;
        if !purpose.is_open_to(&principal.roles) {
            return Err(LookupError::PurposeNotAllowed);
        }
        let viewer = Viewer { roles: &principal.roles, purpose: &purpose.code };
        let prepared = prepare::prepare(&question.child, |feed| self.setting.is_open(viewer, feed), today);
        if !prepared.is_sufficient() {
            return Err(LookupError::InsufficientQuestion);
        }
        Ok(Asking { principal, question, purpose, prepared, lookup_id, expires_at, today })
    }

    /// Puts the context of a person together.
    fn disclose(&self, asking: &Asking<'_>, person: Uuid, surroundings: &Surroundings, child_match: Match) -> Option<Disclosed> {
        context::build(person, surroundings, &self.setting, asking.viewer(), asking.purpose, child_match, asking.today)
    }

    /// Records an answer, and returns it only then.
    async fn deliver(&self, asking: &Asking<'_>, kind: &'static str, answer: Answer, withheld: Withheld) -> Result<Answer, LookupError> {
        let versions = (self.setting.policy.version.as_str(), self.setting.model.version());
        let shown = Shown::of(asking.principal, asking.question, versions, &answer, &withheld.decisions, &withheld.people);
        self.append(asking.principal, kind, Some(asking.lookup_id), &shown).await?;
        Ok(answer)
    }

    /// Records a refusal and gives it back; where it cannot be recorded, that is the error.
    async fn refuse(
        &self,
        principal: &Principal,
        operation: &'static str,
        (lookup_id, question): (Option<Uuid>, Option<&Question>),
        refusal: LookupError,
    ) -> LookupError {
        match self.append(principal, REFUSAL, lookup_id, &refusal_of(principal, operation, refusal.code(), question)).await {
            Ok(()) => refusal,
            Err(error) => error,
        }
    }

    async fn append(
        &self,
        principal: &Principal,
        kind: &'static str,
        lookup_id: Option<Uuid>,
        content: &impl Serialize,
    ) -> Result<(), LookupError> {
        let content = serde_json::to_string(content).map_err(|_| LookupError::AuditUnavailable)?;
        let entry = AuditEntry {
            at: self.clock.now(),
            kind,
            issuer: principal.issuer.clone(),
            subject: principal.subject.clone(),
            lookup_id,
            content,
        };
        if self.audit.append(entry).await { Ok(()) } else { Err(LookupError::AuditUnavailable) }
    }

    async fn surroundings(&self, person: Uuid) -> Result<Surroundings, LookupError> {
        store::context::read(&self.client().await?, person, self.setting.model.even_bits()).await.map_err(|error| unavailable(&error))
    }

    async fn client(&self) -> Result<Client, LookupError> {
        store::pool::client(&self.pool).await.map_err(|error| unavailable(&error))
    }
}

/// What the audit says beside what was shown: the decision about each item, and the people left out with the rule that left them out.
#[derive(Default)]
struct Withheld {
    decisions: Vec<ItemDecision>,
    people: Vec<(Uuid, &'static str)>,
}

fn split(disclosed: Disclosed) -> (Context, Withheld) {
    let Disclosed { context, decisions, withheld_people } = disclosed;
    (context, Withheld { decisions, people: withheld_people })
}

fn refusal_of<'refusal>(
    principal: &'refusal Principal,
    operation: &'static str,
    problem: &'static str,
    question: Option<&'refusal Question>,
) -> Refused<'refusal> {
    Refused {
        name: principal.name.as_deref(),
        roles: &principal.roles,
        acting_system: principal.acting_system.as_deref(),
        operation,
        problem,
        question,
    }
}

/// Logs a store's failure, which holds no personal data, and hides it from the asker.
fn unavailable(error: &StoreError) -> LookupError {
    tracing::error!(%error, "the store could not answer");
    LookupError::StoreUnavailable
}
